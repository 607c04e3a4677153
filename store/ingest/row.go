package ingest

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/parquet-go/parquet-go"

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
	nested []Field // the same as the format has them, if it groups columns; fields have dotted paths
	// doc is what the format itself says of the document, if it is one that knows (HTML,
	// a feed, a plain text): its own fields then only add to it. Else nil.
	doc *dedup.Document
	// raw holds the bytes of the record in the unpacked file, or in its UTF-8 form if the
	// file is in another encoding. It is good until the next row is asked for. Formats
	// whose records have no bytes of their own (Parquet) leave it nil.
	raw     []byte
	values  parquet.Row // of Parquet, good as long as raw
	places  []int       // where in raw the values of fields begin, if that is known
	at      int64       // where raw begins, counted as the reader of the format counts
	length  int64       // of the record in its file, where raw is nil; 0 if that is not known
	around  []Field     // see Original.Around
	folders []Field     // see Original.Folders; they are the last ones of fields
	action  []byte      // see Original.Action
	day     string      // that the list is named by in which it stands: of JSON
	inside  bool        // see Original.Inside
	lineEnd string      // the two bytes after a record of JSON, if it ends a line
	columns []string    // of a table without a header, as they are named in fields; nil with one
	number  int         // of the record, from 1; 0 for a file that is one document
	// encoding of the record, if it is not that of the file; a format that decodes by
	// itself names it here.
	encoding string
	half     bool   // see Record.Half
	replaced int    // see Record.Replaced: by a format that decodes by itself
	unnamed  bool   // see Record.Unnamed
	said     bool   // which fields are taken is said, though doc is not nil
	version  bool   // see Record.Version
	extra    uint64 // see Record.Extra

	updated string // see Record.Updated; as it is written until run.date has read it

	quotes  bool       // stand in strings without a backslash
	used    []roleName // what a document has and the field that it was taken from
	unused  []string   // fields that hold something and were not taken
	flaws   flaws      // of a table
	cells   string     // how many a row of a table has, if not as many as the header
	markup  bool       // tags or entities were taken out of the text
	badDate error      // why the date is not understood
	written string     // the date, as the record or its text has it
	made    string     // when its file was made, as the file says
	ordered string     // the date of another record that says the order of this one's
}

// row makes a document of a row and hands it over. It reports whether the caller wants
// more.
func (r *run) row(s *source, w *row) bool {
	doc, at, err := r.document(s, w)
	if errors.Is(err, ErrNoText) && w.number == 1 {
		err = fmt.Errorf("%w%s", err, namesFiles(s, w))
	}
	if err != nil && w.number == 0 {
		return r.fail(&Error{Path: s.path, Byte: -1, Raw: r.rejected(w.raw), Err: err})
	}
	if err != nil {
		e := &Error{Raw: r.rejected(w.raw), Record: w.number, Byte: w.at + int64(at), Err: err}
		if r.opt.Originals {
			e.Unread = &Record{Doc: doc, Origin: Origin{Path: s.path, Record: w.number, Byte: w.at}, Encoding: cmp.Or(w.encoding, s.encoding), Original: r.original(s, w)}
		}
		return r.fail(r.placed(s, e))
	}
	rec := Record{
		Doc: doc, Origin: Origin{Path: s.path, Record: w.number, Byte: w.at},
		Encoding: cmp.Or(w.encoding, s.encoding), Half: w.half, Dump: s.dump, Replaced: w.replaced, Unnamed: w.unnamed, Local: s.format.local && !r.chosen[roleID], Version: w.version, Updated: w.updated, Extra: w.extra, Language: languageOf(w.fields),
	}
	if s.decoded != nil {
		var line string
		rec.Origin.Byte, line = s.decoded.place(w.at)
		rec.Encoding = cmp.Or(w.encoding, line, s.encoding)
		rec.Replaced, _ = s.decoded.losses(w.at, w.at+int64(len(w.raw)))
	}
	if r.opt.Originals {
		rec.Original = r.original(s, w)
	}
	return r.inOrder(s, rec, w)
}

// original returns a row as it stood in its file.
func (r *run) original(s *source, w *row) *Original {
	length := w.length
	if w.raw != nil && s.encoding == "UTF-8" {
		length = int64(len(w.raw))
	}
	return &Original{Format: s.format.name, Bytes: append([]byte(nil), w.raw...), Length: length, Fields: expand(w.typed()), Around: w.around, Folders: w.folders, Action: w.action, CRLF: w.crlf(s), Inside: w.inside, Unclosed: w.flaws.unclosed, Row: w.values.Clone(), Header: s.header}
}

// crlf reports whether a record ends in CR LF: as the first one of its file, if nothing follows it.
func (w *row) crlf(s *source) bool {
	h, ok := s.header.(JSONHeader)
	return ok && (w.lineEnd == "\r\n" || h.CRLF && !strings.HasPrefix(w.lineEnd, "\n"))
}

// transcoded says that the file was decoded as the user says, if that encoding has a name.
func (w *row) transcoded(encoding string) {
	if encoding != "" {
		w.encoding, w.length = encoding, 0
	}
}

// asText makes a text of a field that is used as one, where its column is called binary.
func (w *row) asText(name string) {
	for _, fields := range [][]Field{w.fields, w.nested} {
		for i := range fields {
			if b, ok := fields[i].Value.([]byte); ok && fields[i].Name == name && utf8.Valid(b) {
				fields[i].Value = string(b)
			}
		}
	}
}

// typed returns the fields as the file has them.
func (w *row) typed() []Field {
	if w.nested != nil {
		return w.nested
	}
	return w.fields[:len(w.fields)-len(w.folders)]
}

// finish hands over a record that is complete.
func (r *run) finish(s *source, rec Record, w *row) bool {
	if r.opt.Strict {
		if err := rec.repaired(w); err != nil {
			return r.fail(&Error{Path: s.path, Record: w.number, Byte: rec.Origin.Byte, Raw: r.rejected(w.raw), Err: err})
		}
	}
	if r.opt.Notes != nil {
		r.opt.Notes.record(&rec, w, s.order.mixed)
		if s.format.name == "text" {
			r.opt.Notes.lines(&rec)
		}
	}
	return r.give(rec)
}

// RejectedBytes is how much of a record that cannot be read is kept at most, where it is not held anyway.
const RejectedBytes = 1 << 20

// rejected returns the bytes of a record that cannot be read, if they are asked for.
func (r *run) rejected(raw []byte) []byte {
	if !r.opt.KeepRejected {
		return nil
	}
	return append([]byte(nil), raw[:min(len(raw), RejectedBytes)]...)
}

// document finds in the fields of a row what a document has: what the format knows, then
// what Options.Fields says, then what the names of the fields say. at is where in the row
// an error stands.
func (r *run) document(s *source, w *row) (d dedup.Document, at int, err error) {
	if w.doc == nil {
		w.folders = s.columns(w.fields)
		w.fields = append(w.fields, w.folders...)
	}
	p, err := r.picks(s, w)
	if err != nil {
		return d, p.errAt, err
	}
	if w.doc != nil {
		d = *w.doc
	}
	for role, to := range []*string{&d.ID, &d.URL, &d.Source, &d.Date, &d.Title, &d.Text} {
		if x := p.of[role]; x.name != "" && (*to == "" || x.chosen) {
			*to = x.text
		}
		w.asText(p.of[role].name)
	}
	d.URL, d.Source, d.Date = flat(d.URL), flat(d.Source), flat(d.Date)
	r.text(w, &d)
	if r.source(&d); d.Source == "" && !p.of[roleSource].chosen {
		r.sourceOf(s, w, &d)
	}
	switch {
	case d.ID != "":
	case d.URL != "":
		d.ID = d.URL
	case w.number > 0:
		d.ID, w.unnamed = fmt.Sprintf("%s:%d", s.id, w.number), true
	default:
		d.ID, w.unnamed = s.id, true
	}
	w.version = w.version || p.of[roleID].place
	if x := p.of[roleUpdated]; !x.place && (w.updated == "" || x.chosen) {
		w.updated = flat(x.text)
	}
	if n := FieldBytes(&d); n > MaxFields {
		return d, p.where[roleID], fmt.Errorf("%w: they have %d bytes without the text, and may have %d", ErrLongFields, n, MaxFields)
	}
	r.date(s, w, &d)
	if p.of[roleDate].place && d.Date != "" {
		d.DateFrom = dedup.DateFromName
	}
	switch {
	case w.doc == nil && isPlaceholder(d.Text):
		return d, p.where[roleText], placeholderError(strings.TrimSpace(d.Text))
	case strings.TrimSpace(d.Text) != "", w.number == 0 && r.opt.Blank:
		return d, 0, nil
	case w.doc != nil || p.given[roleText]:
		return d, p.where[roleText], ErrEmptyText
	case p.wrong[roleText] != "":
		return d, p.where[roleText], fmt.Errorf("%s%s", p.wrong[roleText], wayToText(w.fields))
	}
	return d, 0, noText(w.fields)
}

// MaxFields is how many bytes the fields of a document may have, the text not counted: what
// is longer is no id, address, source, date or title.
const MaxFields = 1 << 20

// FieldBytes is how many bytes the fields of a document have without its text.
func FieldBytes(d *dedup.Document) int {
	return len(d.ID) + len(d.URL) + len(d.Source) + len(d.Credit) + len(d.Date) + len(d.Title)
}

// picks finds the field of each role, and notes what is used.
func (r *run) picks(s *source, w *row) (p picks, err error) {
	if len(w.fields) == 0 && len(r.opt.Fields) == 0 {
		return p, nil
	}
	if w.doc == nil && areColumns(w.fields) {
		return p, errors.New("each field is a list, and all are equally long" + columnsOfTable)
	}
	if w.doc != nil {
		p = r.guess(w.fields, w.places, "")
	} else {
		p = r.guessNested(w.fields, w.places)
	}
	if p.err != nil && !r.chosen[roleText] && !r.chosen[roleID] {
		return p, p.err
	}
	used := map[string]bool{}
	for i := range r.opt.Fields {
		c := &r.opt.Fields[i]
		fields := w.fields
		if c.template { // it may say where the record is
			fields = append(slices.Clip(fields), s.whereabouts(w.number)...)
		}
		text, missing, wrong := c.chosen(fields, func(name string) { used[name] = true })
		switch {
		case missing != "" && c.role == roleText && w.doc == nil:
			return p, fmt.Errorf("%w: there is no field %s", ErrNoText, missing)
		case wrong != "" && c.role == roleText:
			return p, errors.New(wrong)
		case missing != "":
			r.opt.Notes.missing(roleNames[c.role], missing)
			if w.doc == nil {
				p.of[c.role], p.given[c.role] = pick{}, true
			}
		case text == "":
			p.of[c.role], p.given[c.role] = pick{}, true
		default:
			p.of[c.role] = pick{name: c.text, text: text, chosen: true, place: c.template && c.isPlace(w.fields)}
		}
	}
	if r.opt.Notes != nil && w.doc != nil {
		for i, x := range p.of {
			if x.chosen {
				w.use(role(i), x.name)
			}
		}
	}
	if r.opt.Notes != nil && (w.doc == nil || w.said) {
		for role := range roleCount {
			if name := p.of[role].name; name != "" {
				shown := w.column(name)
				for _, other := range p.of[role].more {
					shown += " + " + w.column(other)
					used[other] = true
				}
				w.use(role, shown)
				used[name] = true
				top, _, _ := strings.Cut(name, ".")
				used[top] = true
			}
		}
		for _, f := range w.fields {
			if !used[f.Name] && !isEmpty(f.Value) {
				w.unused = append(w.unused, w.column(f.Name))
			}
		}
	}
	return p, nil
}

// isEmpty reports whether a field holds nothing, so that nothing of it could be used.
func isEmpty(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case string:
		return strings.TrimSpace(v) == ""
	case json.RawMessage:
		return len(bytes.Trim(v, "[]{} \t\r\n")) == 0
	case []any:
		return len(v) == 0
	case []Field:
		return len(v) == 0
	}
	return false
}

// noText says which fields a record has, none of which is taken for a text.
func noText(fields []Field) error {
	const most = 8
	var names []string
	for i, f := range fields {
		if m := meaningOf(f.Name); f.Value == nil && m.ok && m.role == roleText {
			return fmt.Errorf("%w: field %s has no value", ErrEmptyText, f.Name)
		}
		if i == most {
			names = append(names, "…")
			break
		}
		names = append(names, f.Name)
	}
	if len(names) == 0 {
		return ErrNoText
	}
	return fmt.Errorf("%w; it has %s%s", ErrNoText, strings.Join(names, ", "), wayToText(fields))
}

const columnsOfTable = `; these are the columns of a table, as pandas writes it: to_json(orient="records", lines=True) writes records`

// areColumns reports whether an object has lists alone, of one length: a table by its columns,
// and no record. A record has a list of paragraphs, or of authors, next to a name or a date.
func areColumns(fields []Field) bool {
	rows := 0
	for _, f := range fields {
		all, _ := list(f.Value)
		if len(all) < 2 || rows > 0 && len(all) != rows {
			return false
		}
		rows = len(all)
	}
	return len(fields) > 1
}

// wayToText says how the text of a record can be had that was not found: from a field within
// others, or from other members of the same file.
func wayToText(fields []Field) string {
	const longText = 40 // bytes
	texts, tables, index := 0, 0, ""
	for _, f := range fields {
		if s, ok := f.Value.(string); ok && len(s) >= longText && !isURL(s) && !strings.Contains(s, "://") {
			texts++
		}
		if sub, ok := object(f.Value); ok && len(sub) > 1 {
			rows := fmt.Sprintf("%d %q %q", len(sub), sub[0].Name, sub[len(sub)-1].Name) // the same in each column
			if index == "" || index == rows {
				index = rows
				tables++
			}
		}
	}
	has := func(name string) bool {
		return slices.ContainsFunc(fields, func(f Field) bool { return f.Name == name })
	}
	switch {
	case tables > 1 && tables == len(fields), has("columns") && has("data"):
		return columnsOfTable
	case texts > 1 && texts == len(fields):
		return "; if each of these is a text, make records of them, for instance with jq -c 'to_entries[] | {id: .key, text: .value}'"
	}
	if deep := longestString(fields); deep != "" {
		return "; --field text=" + deep + " would take the text from there"
	}
	return ""
}

// longestString returns the dotted path of the longest string in nested fields, if it may
// be a text.
func longestString(fields []Field) string {
	const deepest, most, least = 6, 500, 20
	longest, where, seen := least-1, "", 0
	var walk func(fields []Field, within string, depth int)
	visit := func(v any, at string, depth int) {
		if seen++; seen > most || depth > deepest {
			return
		}
		if s, ok := v.(string); ok && len(s) > longest && isProse(s) {
			longest, where = len(s), at
		}
		if sub, ok := object(v); ok {
			walk(sub, at+".", depth)
		} else if all, ok := list(v); ok {
			for _, e := range all[:min(len(all), 3)] {
				if sub, ok := object(e); ok { // of all elements: one would be a piece of the text
					walk(sub, at+".", depth+1)
				} else if s, ok := e.(string); ok && len(s) > longest && isProse(s) { // paragraphs: all of them are the text
					longest, where = len(s), at
				}
			}
		}
	}
	walk = func(fields []Field, within string, depth int) {
		for _, f := range fields {
			if m := meaningOf(f.Name); !m.ok || m.role == roleText {
				visit(f.Value, within+f.Name, depth+1)
			}
		}
	}
	walk(fields, "", 0)
	return where
}

// text makes the title and the text what a reader sees.
func (r *run) text(w *row, d *dedup.Document) {
	for _, s := range []*string{&d.ID, &d.URL, &d.Source, &d.Date, &d.Title, &d.Text} {
		if strings.IndexByte(*s, 0) >= 0 { // no text has them
			*s, w.half = strings.ReplaceAll(*s, "\x00", "\ufffd"), true
		}
	}
	if w.doc != nil || r.opt.KeepMarkup {
		return
	}
	if text, ok := unmarked(d.Text); ok {
		d.Text = text
		w.markup = true
	}
	if title, ok := unmarked(d.Title); ok {
		d.Title = flat(title)
	}
}

// source tells a source from an address, and takes the host of the address where there
// is no source.
func (r *run) source(d *dedup.Document) {
	if strings.HasPrefix(d.Source, "http://") || strings.HasPrefix(d.Source, "https://") {
		if d.URL == "" {
			d.URL = d.Source
		}
		d.Source = ""
	}
	if d.Source != "" || d.URL == "" {
		return
	}
	if u, err := url.Parse(d.URL); err == nil && u.Hostname() != "" {
		d.Source = strings.TrimPrefix(u.Hostname(), "www.")
		if r.opt.Notes != nil {
			r.opt.Notes.Hosts++
		}
	}
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
