package ingest

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strings"

	"repost/dedup"
)

// Field is one field of a record: the name it has in its file, and a value of the type
// it has there: string, bool, int64, float64, json.Number, time.Time, []byte, nil, or
// nested: []any of such values and []Field for an object. The fields of a record come in
// the order of the file; a nested field is addressed by a dotted path ("article.body").
type Field struct {
	Name  string
	Value any
}

// row is a record as the reader of a format found it, before anything is known of what
// its fields mean. run.row turns it into a Record.
type row struct {
	fields []Field
	// doc is what the format itself says of the document, if it is one that knows (HTML,
	// a feed, a plain text): its own fields then only add to it. Else nil.
	doc *dedup.Document
	// raw holds the bytes of the record in the unpacked file, or in its UTF-8 form if the
	// file is in another encoding. It is good until the next row is asked for. Formats
	// whose records have no bytes of their own (Parquet) leave it nil.
	raw    []byte
	places []int // where in raw the values of fields begin, if that is known
	at     int64 // where raw begins, counted as the reader of the format counts
	number int   // of the record, from 1; 0 for a file that is one document
	// encoding of the record, if it is not that of the file; a format that decodes by
	// itself names it here.
	encoding string
	half     bool // see Record.Half
	replaced int  // see Record.Replaced: by a format that decodes by itself
}

// Original is a record as it stood in its file, for writing it again.
type Original struct {
	Format string  // a name of Formats
	Bytes  []byte  // of the record, as in row.raw: no line end, no comma of an array
	Fields []Field // all of them, typed, in the order of the file
	// Header is what the format keeps once for all records of a file: the names of the
	// columns of a table, its delimiter; the schema of a Parquet file. Records of one file
	// share one value. Each format says which type it is.
	Header any
}

// row makes a document of a row and hands it over. It reports whether the caller wants
// more.
func (r *run) row(s *source, w *row) bool {
	doc, at, err := r.document(s, w)
	if err != nil && w.number == 0 {
		return r.fail(&Error{Path: s.path, Byte: -1, Err: err})
	}
	if err != nil {
		return r.fail(r.placed(s, &Error{Record: w.number, Byte: w.at + int64(at), Err: err}))
	}
	rec := Record{
		Doc: doc, Origin: Origin{Path: s.path, Record: w.number, Byte: w.at},
		Encoding: cmp.Or(w.encoding, s.encoding), Half: w.half, Dump: s.dump, Replaced: w.replaced,
	}
	if s.decoded != nil {
		var line string
		rec.Origin.Byte, line = s.decoded.place(w.at)
		rec.Encoding = cmp.Or(w.encoding, line, s.encoding)
		rec.Replaced, _ = s.decoded.losses(w.at, w.at+int64(len(w.raw)))
	}
	if rec.Replaced > 0 && r.opt.Strict {
		return r.fail(&Error{Path: s.path, Record: w.number, Byte: rec.Origin.Byte, Err: fmt.Errorf("%w as %s", ErrEncoding, rec.Encoding)})
	}
	if r.opt.Originals {
		rec.Original = &Original{Format: s.format.name, Bytes: append([]byte(nil), w.raw...), Fields: expand(w.fields), Header: s.header}
	}
	return r.give(rec)
}

// document finds in the fields of a row what a document has. at is where in the row an
// error stands.
func (r *run) document(s *source, w *row) (d dedup.Document, at int, err error) {
	var f fields
	place := func(i int) int {
		if i < len(w.places) {
			return w.places[i]
		}
		return 0
	}
	var ats [fieldCount]int
	for i, x := range w.fields {
		n, ok := fieldOf(x.Name)
		if !ok || x.Value == nil {
			continue
		}
		if f.given[n] {
			return d, place(i), fmt.Errorf("field %s comes twice", fieldNames[n])
		}
		if err := f.set(n, x.Value); err != nil {
			return d, place(i), err
		}
		ats[n] = place(i)
	}
	if w.doc != nil {
		d = *w.doc
	}
	or := func(to *string, value string) {
		if *to == "" {
			*to = value
		}
	}
	or(&d.ID, f.text[fieldID])
	or(&d.URL, flat(f.first(fieldURL, fieldLink)))
	or(&d.Source, flat(f.text[fieldSource]))
	or(&d.Date, flat(f.first(fieldDate, fieldPublishTime, fieldPublishDate, fieldPubDate)))
	or(&d.Title, f.first(fieldTitle, fieldHeadline))
	or(&d.Text, f.first(fieldText, fieldContent, fieldBody))
	if strings.IndexByte(d.Text, 0) >= 0 || strings.IndexByte(d.Title, 0) >= 0 { // no text has them
		d.Text, d.Title = strings.ReplaceAll(d.Text, "\x00", "\ufffd"), strings.ReplaceAll(d.Title, "\x00", "\ufffd")
		w.half = true
	}
	if d.ID == "" {
		d.ID = d.URL
	}
	if d.ID == "" && w.number > 0 {
		d.ID = fmt.Sprintf("%s:%d", s.id, w.number)
	}
	if d.ID == "" {
		d.ID = s.id
	}
	switch {
	case strings.TrimSpace(d.Text) != "", w.number == 0 && r.opt.Blank:
		return d, 0, nil
	case w.doc != nil:
		return d, 0, ErrEmptyText
	}
	for _, n := range []field{fieldText, fieldContent, fieldBody} {
		if f.given[n] {
			return d, ats[n], ErrEmptyText
		}
	}
	return d, 0, ErrNoText
}

// expand returns fields with the nested ones as values of their own: a reader may leave
// those as the JSON they were written in, which few records need parsed.
func expand(fields []Field) []Field {
	out := make([]Field, len(fields))
	for i, f := range fields {
		if raw, ok := f.Value.(json.RawMessage); ok {
			f.Value = jsonValue(raw)
		}
		out[i] = f
	}
	return out
}

// flat returns s on one line: dumps that were cut out of web pages have line breaks in
// every field, and a date with one would fit no day. (The text is kept byte for byte.)
func flat(s string) string {
	if !strings.ContainsAny(s, "\n\r\t") {
		return s
	}
	return strings.Join(strings.Fields(s), " ")
}
