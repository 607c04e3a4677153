package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"iter"
	"path/filepath"
	"slices"
	"strings"

	"github.com/zeebo/xxh3"

	"repost/dedup"
	"repost/store"
	"repost/store/export"
	"repost/store/ingest"
)

// originals writes records as they stood in their files. The input is read twice: first
// into the corpus, then, when it is known what is kept, to be written. Between the two
// readings it holds 16 bytes for each record.
type originals struct {
	corpus *store.Corpus
	paths  []string
	stdin  func() io.Reader // from the beginning
	input  ingest.Options   // the same for both readings
	flags  *deduplication
	decide *deciding
	out    *export.Writer

	delivery *store.Delivery
	records  []identity // in the order in which they came
	fresh    uint32     // those that the corpus did not have
	textless int        // records without a text, which --annotate keeps
	failed   error      // of the corpus, while records were looked up

	names noteNames
	typed typedColumns // of Parquet

	mirror  bool // a file for each input file
	open    bool // a table, or a format that the first reading finds: see first
	columns export.Columns
	forms   []string // of the records, the different ones
	format  export.Format
	schemas []*export.ParquetSchema // of all rows of Parquet, the different ones
	others  bool                    // some records are none
	anew    bool                    // records are written from their fields

	path     string                // of the input file under way
	file     string                // of the output file under way, in a mirror
	head     []byte                // what the input file begins with
	table    []byte                // its header
	rows     *ingest.ParquetFile   // of the row under way
	typing   *export.ParquetSchema // of these, without ours
	ours     map[string]bool       // columns with the notes of an earlier run
	rest     restOfFile
	spooled  *spool            // the member of an archive that is read, until rest has it
	recoded  map[string]bool   // files that are not in UTF-8 as they stand
	uncut    counted           // records that should have been cut and could not be
	noted    counted           // records with the notes of an earlier run
	unframed int               // records of JSON without what their file had around them
	recast   []string          // formats of the records that are JSON lines because they were cut
	loose    counted           // records of JSON that its readers refuse
	sameIDs  int               // records whose id an earlier one has
	extra    map[string]uint64 // id → ingest.Record.Extra
	twice    int               // records of JSON with a field twice, in a table
	folders  export.Columns    // that paths name
	bytes    map[string]bool   // columns of Parquet with bytes
	noNumber int               // records of Parquet with numbers that JSON has no form for
	reduced  map[string]int    // records by format that are written as fields, and lose their marks
	notes    bytes.Buffer      // of texts, which have no place for them
}

func newOriginals(a *app, c *store.Corpus, paths []string, stdin func() io.Reader, f *deduplication, d *deciding) (*originals, error) {
	input, err := a.input.options()
	if err != nil {
		return nil, err
	}
	input.Originals, input.Notes, input.KeepRejected = true, nil, false // the first reading has said it
	delivery, err := c.Delivery()
	if err != nil {
		return nil, err
	}
	w := &originals{corpus: c, delivery: delivery, paths: paths, stdin: stdin, input: input, flags: f, decide: d,
		recoded: map[string]bool{}, extra: map[string]uint64{}, reduced: map[string]int{}}
	opt := d.opt
	w.mirror = export.IsFolder(f.out) && f.format == "" && f.shard == 0
	w.format, _ = export.ByName(f.out)
	if opt.Format != "" {
		w.format = opt.Format
	}
	lines := input.Format == "lines"
	if lines && !w.mirror && w.format == export.Text && opt.Format == "" {
		w.format, opt.Format = export.Lines, export.Lines
	}
	if f.annotate && (w.format == export.Lines || lines && w.format == "") {
		return nil, usage("--annotate: a line of text has no place for notes; write .jsonl, .csv or .parquet")
	}
	switch w.format {
	case "", export.CSV, export.TSV, export.Parquet:
		w.open = !w.mirror
	}
	w.out, err = export.Create(f.out, a.stdout, opt)
	return w, err
}

func (w *originals) abort() {
	w.spooled.close()
	w.rest.spool.close()
	w.out.Abort()
}

// finish ends writing. Notes on texts are a file next to them.
func (w *originals) finish() error {
	w.sayRecast()
	if w.notes.Len() > 0 {
		if err := w.out.Begin(ingest.Annotations, export.Raw, export.Plain, nil); err != nil {
			return err
		}
		if _, err := w.out.Lines().Write(w.notes.Bytes()); err != nil {
			return err
		}
	}
	return w.out.Finish()
}

// first passes those records of the first reading on that the corpus does not have, and
// notes what must be known before the first one is written: the columns of a table, and
// whether all rows fit in one as they are.
func (w *originals) first(records iter.Seq2[ingest.Record, error]) iter.Seq2[ingest.Record, error] {
	return func(yield func(ingest.Record, error) bool) {
		ids := identifier{corpus: w.corpus, delivery: w.delivery, taken: map[uint64]struct{}{}}
		for r, err := range records {
			if err == nil {
				w.clash(r.Original)
				if w.mirror && (r.Encoding != "UTF-8" || r.Replaced > 0) {
					w.recoded[r.Origin.Path] = true
				}
				x, err := ids.identify(&r.Doc)
				if err != nil {
					w.failed = err
					return
				}
				if w.records = append(w.records, x); x.same > 1 && x.number == notYet {
					w.sameIDs++
				}
				if w.open {
					w.note(&r)
				}
				if x.number != notYet {
					continue // the corpus has it
				}
				w.fresh++
				if r.Extra != 0 {
					w.extra[x.id(r.Doc.ID)] = r.Extra
				}
				r.Doc.ID, r.Unnamed = x.id(r.Doc.ID), false // the id is decided, whatever path its file had in an earlier run
			} else if u := w.unread(err); u != nil {
				w.textless++
				w.clash(u.Original)
				if w.open {
					w.note(u)
				}
			}
			if !yield(r, err) {
				return
			}
		}
	}
}

func (w *originals) note(r *ingest.Record) {
	e := w.record(r)
	w.columns.Add(e.Fields)
	if r.Original != nil && !w.mirror {
		w.columns.Add(r.Original.Folders)
		w.folders.Add(r.Original.Folders)
	}
	form := string(e.Format)
	if e.Row != nil {
		if !slices.ContainsFunc(w.schemas, func(s *export.ParquetSchema) bool { return s.String() == e.Schema.String() }) {
			w.schemas = append(w.schemas, e.Schema)
			w.typed.add(e.Schema)
		}
		form += e.Schema.String()
	}
	w.others = w.others || e.Row == nil
	form += string(e.Comma) + string(e.Header)
	if len(w.forms) < 2 && !slices.Contains(w.forms, form) {
		w.forms = append(w.forms, form)
		if w.format == "" {
			w.format = e.Format
		}
	}
	if len(w.forms) > 1 || e.Format != w.format {
		w.anew = true
	}
}

// second reads the input again and writes what is kept.
func (w *originals) second(ctx context.Context, progress dedup.Progress) error {
	w.path, w.rows = "", nil
	w.twice = 0 // the first reading has counted too
	if w.flags.annotate {
		if err := w.nameNotes(); err != nil {
			return err
		}
	}
	if err := w.shape(); err != nil {
		return err
	}
	// Numbers are given in the order in which records come, if the corpus took them all.
	before := w.delivery.First()
	k, next, inOrder := 0, before, w.corpus.Next() == before+w.fresh
	input := w.input
	input.Spool = w.spoolMember(ctx)
	for r, err := range ingest.Read(w.paths, w.stdin(), input) {
		if u := w.unread(err); u != nil {
			if err := w.rest.leave(w, u); err != nil {
				return err
			}
			if err := w.keep(u, u.Doc.Text, unreadNote(err)); err != nil {
				return err
			}
			continue
		}
		if err != nil {
			continue // it was said at the first reading
		}
		if k >= len(w.records) || w.records[k].text != xxh3.HashString(r.Doc.Text) {
			return fmt.Errorf("reading %s: the file changed while it was read; nothing was written", r.Origin.Path)
		}
		x := w.records[k]
		r.Doc.ID = x.id(r.Doc.ID)
		if err := w.rest.leave(w, &r); err != nil {
			return err
		}
		switch {
		case x.number != notYet:
		case inOrder:
			x.number = next
			next++
		default:
			var ok bool
			if x.number, ok, err = w.corpus.Number(r.Doc.ID); err != nil {
				return err
			}
			if !ok || x.number < before {
				x.number = notYet // the corpus did not take it, which was said
			}
		}
		if k++; k%1024 == 0 {
			if err := ctx.Err(); err != nil {
				return err
			}
			progress("writing", k, len(w.records))
		}
		if x.number == notYet {
			continue
		}
		fate := &w.decide.survivors.Fates[x.number]
		kept, err := w.decide.document(&r.Doc, x.number, fate, func(text string, note *store.Note) error { return w.keep(&r, text, note) })
		if err != nil {
			return err
		}
		if !kept && !w.delivery.Seen(x.number) {
			w.delivery.Drop(x.number)
		}
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if k < len(w.records) {
		return fmt.Errorf("reading %s: the input changed while it was read; nothing was written", strings.Join(w.paths, ", "))
	}
	return w.rest.end(w)
}

// keep writes a record with this text, and with a note if there is one.
func (w *originals) keep(r *ingest.Record, text string, note *store.Note) error {
	if text == r.Doc.Text && w.rest.keep(r) {
		return w.noteApart(note, "")
	}
	e := w.record(r)
	if isJSON := e.Format == export.JSONLines || e.Format == export.JSONArray; isJSON && e.Raw != nil && !w.anew && !export.IsStrict(e.Raw) {
		e.Raw = nil // readers of JSON would refuse it: it is written from its fields
		w.loose.add(r)
	}
	earlier := w.names.earlier(e.Fields)
	if len(earlier) > 0 && note == nil {
		w.noted.add(r)
	}
	if text != r.Doc.Text {
		switch {
		case !e.SetText(r.Doc.Text, text):
			w.leaveUncut(r, text)
		case w.rest.isJSON && w.mirror: // the rest of the file has its name
			e.Format = ""
			w.recast = append(w.recast, "JSON in an object")
		case e.Format == "" && w.mirror:
			w.recast = append(w.recast, r.Original.Format)
		}
		if note == nil { // it is of the text as it was
			e.Clear(earlier...)
		}
	}
	if note != nil {
		e.Annotate(w.names.free(), annotation(note))
	}
	if w.anew {
		e.Recast()
	}
	asItIs := e.Format == export.Text && (w.mirror || w.format == export.Text) // a file that is one document
	if format := r.Original.Format; markedFormats[format] != "" && (e.Format == "" || e.Format == export.Text && !asItIs) && text == r.Doc.Text {
		w.reduced[format]++
	}
	if r.Original.Inside && len(r.Original.Around) == 0 && text == r.Doc.Text {
		w.unframed++
	}
	if w.mirror {
		if err := w.begin(r, e); err != nil {
			return err
		}
	}
	if r.Encoding != "UTF-8" && r.Encoding != "" && (!w.mirror || e.Copy == "") && !(asItIs && text == r.Doc.Text) {
		w.decide.outcome.Recoded[r.Encoding]++
	}
	if err := w.out.Write(e); err != nil || note == nil || !asItIs {
		return err
	}
	return w.noteApart(note, w.out.File())
}

// begin begins the output of an input file, if its last record was of another one.
func (w *originals) begin(r *ingest.Record, e *export.Record) error {
	name := inputName(w.paths, r.Origin.Path)
	given, _ := export.ByName(name)
	e.Printed = given == export.JSONArray // .json: objects may stand on many lines there
	if w.file == r.Origin.Path && e.Format != export.Text {
		return nil
	}
	w.file = r.Origin.Path
	if e.Copy == "" {
		name = writable(name)
	}
	format := e.Format
	_, packing := export.ByName(name)
	var schema *export.ParquetSchema
	switch {
	case e.Copy != "":
		packing = export.Plain
	case format == "": // one that is not written
		format = export.JSONLines
		if ext := filepath.Ext(name); packing != export.Plain {
			name = strings.TrimSuffix(name, ext) + ".jsonl" + ext
		} else {
			name += ".jsonl"
		}
	case r.Original.Inside && given == export.JSONArray:
		format = given // lines of objects are no JSON
	case e.Row != nil:
		schema = e.Schema
		if packing != export.Plain { // it packs its columns itself
			name, packing = strings.TrimSuffix(name, filepath.Ext(name)), export.Plain
		}
	}
	return w.out.Begin(name, format, packing, schema)
}

// record returns a record as it stood in its file, with what stood around it.
func (w *originals) record(r *ingest.Record) *export.Record {
	if r.Origin.Path != w.path {
		w.path, w.table = r.Origin.Path, nil
		if w.head = nil; r.Origin.Path == "-" {
			w.head = export.HeadOf(w.stdin())
		} else if isRegular(r.Origin.Path) {
			w.head = export.Head(r.Origin.Path)
		}
	}
	e := export.FromDocument(&r.Doc)
	x := r.Original
	if x != nil { // what the document has no place for is kept too
		for _, f := range x.Fields {
			if !slices.ContainsFunc(e.Fields, func(g export.Field) bool { return g.Name == f.Name }) {
				e.Fields = append(e.Fields, f)
			}
		}
	}
	switch {
	case x == nil:
	case x.Format == "json":
		e.Fields, e.Raw, e.Format = x.Fields, x.Bytes, export.JSONLines
		if w.format == export.CSV || w.format == export.TSV || w.format == export.Parquet {
			var twice bool
			if e.Fields, twice = export.Apart(x.Fields); twice {
				w.twice++
			}
		}
		w.around(x, e)
		e.CRLF = x.CRLF
		if h, ok := x.Header.(ingest.JSONHeader); ok && h.Array {
			e.Format = export.JSONArray
		}
	case x.Format == "records" || x.Format == "mediawiki":
		e.Fields, e.Format = x.Fields, "" // a format that is not written
	case x.Format == "csv" || x.Format == "tsv":
		e.Fields = x.Fields
		w.row(r, e)
	case x.Format == "parquet":
		e.Fields, e.Format = x.Fields, export.Parquet
		w.parquetRow(x, e)
		if w.format == export.JSONLines || w.format == export.JSONArray {
			var some bool
			if e.Fields, some = export.NoNaN(e.Fields); some {
				w.noNumber++
			}
		}
		if w.format != export.Parquet {
			w.binary(x.Fields)
		}
	case x.Format == "lines":
		e.Raw, e.Format = x.Bytes, export.Lines
	case r.Origin.Record == 0 && x.Format == "office" && w.format == export.Text && !w.mirror: // text is asked for, and no file as it is
		e.Raw, e.Format = []byte(r.Doc.Text), export.Text
	case r.Origin.Record == 0:
		e.Raw, e.Format = x.Bytes, export.Text
		if isRegular(r.Origin.Path) {
			e.Copy = r.Origin.Path
		} else if x.Bytes == nil { // of XML in an archive
			e.Format = ""
		}
	}
	if x != nil && !w.mirror {
		e.Add(x.Folders)
	}
	return e
}
