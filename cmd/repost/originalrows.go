package main

import (
	"bytes"
	"encoding/csv"
	"slices"
	"strings"

	"repost/store/export"
	"repost/store/ingest"
)

// Rows of tables as they stood: of CSV with the bytes of their file, of Parquet with its types;
// without the notes that an earlier run added, where this one adds them again.

// row makes e the row of a table that stands in its file as it is, if that is known.
func (w *originals) row(r *ingest.Record, e *export.Record) {
	h, ok := r.Original.Header.(ingest.TableHeader)
	if !ok {
		return
	}
	e.Raw, e.Format, e.Comma = r.Original.Bytes, export.CSV, h.Comma
	if named, _ := export.ByName(r.Origin.Path); h.Comma == '\t' && (named != export.CSV || w.format == export.TSV) {
		e.Format = export.TSV
	}
	first := w.table == nil
	if first {
		w.table = w.header(r, &h)
	}
	e.Names = h.Columns
	if ours := w.ownColumns(h.Columns); ours != nil {
		w.dropColumns(e, ours, first)
	}
	e.Header = w.table
	if r.Original.Unclosed {
		e.Anew()
	}
}

// dropColumns takes the notes of an earlier run out of a row, and out of the header if the row
// is the first: they are the last columns, unless somebody moved them.
func (w *originals) dropColumns(e *export.Record, ours map[string]bool, first bool) {
	given := e.Names
	e.Names = slices.DeleteFunc(slices.Clone(e.Names), func(name string) bool { return ours[name] })
	e.Fields = slices.DeleteFunc(slices.Clone(e.Fields), func(f ingest.Field) bool { return ours[f.Name] })
	last := slices.Equal(e.Names, given[:len(e.Names)])
	cut := func(line []byte) ([]byte, bool) {
		head, ok := export.FirstCells(line, e.Comma, len(e.Names), len(given))
		return head, ok && last
	}
	if first {
		begin := 1 + bytes.LastIndexByte(bytes.TrimRight(w.table, "\r\n"), '\n')
		if line, ok := cut(w.table[begin:]); ok {
			w.table = slices.Concat(w.table[:begin], line)
		} else if len(w.table) > 0 {
			w.table = export.TableHeader(e.Names, e.Comma, "\n")
		}
	}
	if raw, ok := cut(e.Raw); ok {
		e.Raw = raw
	} else {
		e.Anew()
	}
}

// ownColumns returns the columns that an earlier run wrote and this one writes again.
func (w *originals) ownColumns(names []string) map[string]bool {
	if !w.flags.annotate {
		return nil
	}
	fields := make([]ingest.Field, len(names))
	for i, name := range names {
		fields[i].Name = name
	}
	return ownColumns(fields)
}

// header returns what a table begins with: the bytes before its first record, or its
// columns in UTF-8 where the file is in another encoding or begins with what cannot be read.
func (w *originals) header(r *ingest.Record, h *ingest.TableHeader) []byte {
	end := int(r.Origin.Byte)
	switch {
	case !h.Header:
		return []byte{}
	case r.Origin.Record == 1 && r.Encoding == "UTF-8" && end <= len(w.head):
		return w.head[:end]
	}
	if r.Encoding == "UTF-8" { // the first record is dropped
		if line := headerLine(w.head, h); line > 0 {
			return w.head[:line]
		}
	}
	ends := "\n"
	if bytes.Contains(w.head, []byte("\r\n")) || bytes.Contains(w.head, []byte("\r\x00\n")) {
		ends = "\r\n"
	}
	return export.TableHeader(h.Columns, h.Comma, ends)
}

// headerLine returns where in the beginning of a table the line with its names ends, or 0. A
// column may have no name there, as the index of pandas has none.
func headerLine(head []byte, h *ingest.TableHeader) (end int) {
	const most = 100 // lines before it
	n := 0
	for line := range bytes.Lines(head) {
		if n++; n > most {
			break
		}
		end += len(line)
		c := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(line, []byte("\xef\xbb\xbf"))))
		c.Comma, c.FieldsPerRecord = h.Comma, -1
		cells, err := c.Read()
		if err != nil || len(cells) != len(h.Columns) {
			continue
		}
		if slices.EqualFunc(cells, h.Columns, func(cell, name string) bool { return cell == "" || strings.TrimSpace(cell) == name }) {
			return end
		}
	}
	return 0
}

// parquetRow gives e the row of Parquet that it was read from.
func (w *originals) parquetRow(x *ingest.Original, e *export.Record) {
	f, ok := x.Header.(*ingest.ParquetFile)
	if !ok {
		e.Format = ""
		return
	}
	if w.rows != f {
		w.rows, w.typing = f, export.SchemaOf(f)
		if w.ours = w.ownColumns(w.typing.Columns()); w.ours != nil {
			w.typing = w.typing.Without(w.ours)
		}
	}
	e.Row, e.Schema = w.typing.Row(x.Row), w.typing
	if w.ours != nil {
		e.Fields = slices.DeleteFunc(slices.Clone(e.Fields), func(f ingest.Field) bool { return w.ours[f.Name] })
	}
}
