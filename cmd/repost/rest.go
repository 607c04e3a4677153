package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"

	"golang.org/x/text/runes"
	"golang.org/x/text/transform"

	"repost/cmd/repost/internal/report"
	"repost/dedup/detect"
	"repost/shingle"
	"repost/store"
	"repost/store/export"
	"repost/store/ingest"
)

// restOfFile is an input file of many records, in a format that is read and not written, of
// which a folder gets the rest: the file byte for byte, without the records that are dropped and
// those that are cut. Those that are cut are JSON lines of their fields in a file next to it.
type restOfFile struct {
	path    string // "" outside of such a file
	isJSON  bool
	spool   *spool // its bytes, if it is a member of an archive
	without []shingle.Span
	kept    int
}

// restFormats are the formats whose files are written so.
var restFormats = []string{"tei", "articles", "feed", "news", "mediawiki", "records", "scans", "vertical", "mail"}

// spool is a copy of a member of an archive, which cannot be read from the disk once more.
type spool struct {
	path   string
	file   detect.TempFile
	to     io.Writer // what it gets
	ends   []func() error
	length int64
}

func (s *spool) Write(b []byte) (int, error) {
	n, err := s.file.WriteAt(b, s.length)
	s.length += int64(n)
	return n, err
}

func (s *spool) close() {
	if s != nil {
		s.file.Close()
	}
}

// spoolMember makes the copy of a member of an archive whose rest will be written: of one in
// UTF-8, as the first reading has found, so that bytes of its records are bytes of the file.
func (w *originals) spoolMember(ctx context.Context) func(path, format string) io.Writer {
	return func(path, format string) io.Writer {
		w.spooled.close()
		w.spooled = nil
		if !w.mirror || path == "-" || isRegular(path) || format != "xml" && !slices.Contains(restFormats, format) || w.recoded[path] {
			return nil
		}
		file := w.corpus.Detection(ctx).TempFile()
		if file == nil {
			return nil
		}
		s := &spool{path: path, file: file}
		buffer := bufio.NewWriterSize(s, 64<<10)
		s.to, s.ends = buffer, []func() error{buffer.Flush}
		if format != "mediawiki" && format != "records" && format != "vertical" && format != "mail" { // whose places are those of its repaired bytes
			repaired := transform.NewWriter(buffer, runes.ReplaceIllFormed())
			s.to, s.ends = repaired, []func() error{repaired.Close, buffer.Flush}
		}
		w.spooled = s
		return s.to
	}
}

// leave takes a record out of its file, until it is kept.
func (f *restOfFile) leave(w *originals, r *ingest.Record) error {
	isNew := w.spooled != nil && w.spooled.path == r.Origin.Path
	if f.path != r.Origin.Path || isNew {
		if err := f.end(w); err != nil {
			return err
		}
		if w.mirror && r.Origin.Record > 0 && r.Original.Length > 0 && w.leavesRest(r) && (isNew || isRegular(r.Origin.Path) && (r.Original.Format == "mail" || export.IsUTF8(r.Origin.Path))) {
			f.path, f.isJSON = r.Origin.Path, r.Original.Inside
			f.spool, w.spooled = w.spooled, nil
		}
	}
	if f.path != "" {
		lo := int(r.Origin.Byte)
		f.without = append(f.without, shingle.Span{Lo: lo, Hi: lo + int(r.Original.Length)})
	}
	return nil
}

// leavesRest reports whether a record stands in a file whose rest is written: of a format that is
// not written, or an object of JSON around its records. Notes have a place in JSON, so with
// --annotate it is written anew.
func (w *originals) leavesRest(r *ingest.Record) bool {
	return slices.Contains(restFormats, r.Original.Format) || r.Original.Inside && !w.flags.annotate
}

// keep leaves the last record where it stands. It reports whether that is possible.
func (f *restOfFile) keep(r *ingest.Record) bool {
	if f.path == "" || f.path != r.Origin.Path {
		return false
	}
	f.without = f.without[:len(f.without)-1]
	f.kept++
	return true
}

// end writes the file under way.
func (f *restOfFile) end(w *originals) error {
	done := *f
	*f = restOfFile{}
	defer done.spool.close()
	if done.kept == 0 {
		return nil
	}
	w.file = ""
	name := writable(inputName(w.paths, done.path))
	_, packing := export.ByName(name)
	if done.spool != nil {
		for _, end := range done.spool.ends {
			if err := end(); err != nil {
				return fmt.Errorf("copying %s: %w", done.path, err)
			}
		}
		return w.out.Rest(name, packing, io.NewSectionReader(done.spool.file, 0, done.spool.length), done.isJSON, done.without, done.kept)
	}
	in, err := os.Open(done.path)
	if err != nil {
		return err
	}
	defer in.Close()
	return w.out.Rest(name, packing, in, done.isJSON, done.without, done.kept)
}

// markedFormats are formats whose files say more of a text than its fields do.
var markedFormats = map[string]string{"tei": "TEI", "articles": "JATS, Akoma Ntoso or DocBook", "news": "NITF or NewsML-G2", "scans": "ALTO or PAGE", "vertical": "vertical text or CoNLL-U", "mediawiki": "MediaWiki"}

// counted counts records, and says where the first is.
type counted struct {
	records int
	first   string
}

func (c *counted) add(r *ingest.Record) {
	if c.records++; c.records == 1 {
		c.first = fmt.Sprintf("%s, record %d", r.Origin.Path, r.Origin.Record)
	}
}

// leaveUncut takes back that a record was cut.
func (w *originals) leaveUncut(r *ingest.Record, text string) {
	w.uncut.add(r)
	w.decide.outcome.Cut--
	w.decide.outcome.BytesKept += int64(len(r.Doc.Text) - len(text))
}

// sayRecast says which records are not in the format of their files.
func (w *originals) sayRecast() {
	if n := w.unframed; n > 0 {
		way := "-o FOLDER/ keeps such a file as it is, without the records that are dropped"
		if w.mirror {
			way = "such a file is kept as it is, without the records that are dropped, if it is in UTF-8, outside of archives, and without --annotate"
		}
		w.decide.app.complain("%s in an object of JSON with other members; these are left out (%s)", report.Count(n, "record stood", "records stood"), way)
	}
	if n := w.uncut.records; n > 0 {
		w.decide.app.complain("%s left whole, since no field of it has the text as it was read, so that nothing can be cut out; the first: %s. A list of texts must be joined first; of HTML in a field, --keep-markup cuts the field",
			report.Count(n, "record was", "records were"), w.uncut.first)
	}
	if n := w.loose.records; n > 0 {
		w.decide.app.complain("%s no strict JSON (quotes of Python, a comma too many) and written as JSON; the first: %s", report.Count(n, "record was", "records were"), w.loose.first)
	}
	if n := w.noted.records; n > 0 {
		w.decide.app.complain("%s what an earlier run found, of the stories of that run: records that were cut lose it, rows of Parquet alone do not; --annotate writes it anew; the first: %s",
			report.Count(n, "record says", "records say"), w.noted.first)
	}
	if w.sameIDs > 0 {
		w.decide.app.infof("%s an id that an earlier one has with another text: in lists it is ID#2 and so on, and the columns path and record of --dropped say which record it is", report.Count(w.sameIDs, "record has", "records have"))
	}
	if w.twice > 0 {
		w.decide.app.complain("%s a field twice, with two values: the last is in the column of its name, and what was before it in one like NAME_1", report.Count(w.twice, "record has", "records have"))
	}
	if w.noNumber > 0 {
		w.decide.app.complain("%s NaN or Infinity, which JSON has no form for: they are written as null", report.Count(w.noNumber, "record has", "records have"))
	}
	if len(w.bytes) > 0 {
		w.decide.app.infof("columns of bytes are written in base64: %s", strings.Join(slices.Sorted(maps.Keys(w.bytes)), ", "))
	}
	if n := len(w.recast); n > 0 {
		slices.Sort(w.recast)
		w.decide.app.complain("%s cut and written as JSON lines of %s fields, next to the other files (NAME.jsonl): a text cannot be cut in its own format (%s)",
			report.Count(n, "record was", "records were"), map[bool]string{true: "its", false: "their"}[n == 1], strings.Join(slices.Compact(w.recast), ", "))
	}
	for _, format := range slices.Sorted(maps.Keys(w.reduced)) {
		way := "-o FOLDER/ keeps such files as they are, without what is dropped"
		if w.mirror {
			way = "their file is not in UTF-8: convert it first, and it is kept as it is but for what is dropped"
		}
		w.decide.app.complain("%s of %s %s written as text and fields: tags, annotations and the rest of the headers are left out (%s)",
			report.Count(w.reduced[format], "record", "records"), markedFormats[format], map[bool]string{true: "is", false: "are"}[w.reduced[format] == 1], way)
	}
}

// around gives a record of JSON what stood outside of it: fields of its own, but to a record of a
// bulk file, which no object must have, the line before it.
func (w *originals) around(x *ingest.Original, e *export.Record) {
	if x.Action != nil && (w.mirror || w.format == export.JSONLines || w.format == "") {
		e.Before = x.Action
		e.Fields = slices.DeleteFunc(slices.Clone(e.Fields), func(f export.Field) bool { return slices.Contains(x.Around, f) })
		return
	}
	for _, f := range x.Around {
		var err error
		if e.Raw, err = export.SetMember(e.Raw, []string{f.Name}, f.Value); err != nil {
			e.Raw = nil // it is JSON for those alone who are lenient: it is written from its fields
			return
		}
	}
}

// extras returns what documents have next to their text, by number.
func (w *originals) extras() (func(n uint32) uint64, error) {
	if len(w.extra) == 0 {
		return nil, nil
	}
	of := map[uint32]uint64{}
	for id, hash := range w.extra {
		n, ok, err := w.corpus.Number(id)
		if err != nil {
			return nil, err
		}
		if ok {
			of[n] = hash
		}
	}
	return func(n uint32) uint64 { return of[n] }, nil
}

// noText is what --annotate says of a record without a text.
const noText = "no text"

// unread returns the record without a text that an error is of, if such records are written.
func (w *originals) unread(err error) *ingest.Record {
	var e *ingest.Error
	if !w.flags.annotate || !errors.As(err, &e) {
		return nil
	}
	return e.Unread
}

// unreadNote is what --annotate says of a record that could not be read.
func unreadNote(err error) *store.Note {
	rule := noText
	if errors.Is(err, ingest.ErrTwice) {
		rule = "not read"
	}
	return &store.Note{By: []string{}, Rule: rule, Stories: []string{}, Spans: []shingle.Span{}}
}

// binary notes the columns of bytes.
func (w *originals) binary(fields []export.Field) {
	for _, f := range fields {
		if _, ok := f.Value.([]byte); ok {
			if w.bytes == nil {
				w.bytes = map[string]bool{}
			}
			w.bytes[f.Name] = true
		}
	}
}
