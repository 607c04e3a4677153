// Package export writes documents and tables to files: JSON lines, arrays of JSON, CSV,
// TSV, Parquet and folders of text, packed with gzip or zstd, whole or in shards.
//
//	w, err := export.Create("clean.jsonl.gz", export.Options{})
//	…
//	err = w.Write(&export.Record{Raw: line, Format: export.JSONLines})
//	…
//	err = w.Commit() // now clean.jsonl.gz is there, whole; or w.Abort()
//
// A record that comes from a file of the same format is written as it stood there, byte
// for byte; what else is written of it is made of its fields. Nothing appears under its
// name before all of it is on disk: files and folders are written under a temporary
// name, which begins with a dot, and renamed by Commit. A process that is killed leaves at
// most that.
//
// The package knows formats and files. Its caller says which documents are written.
package export

import (
	"slices"

	"repost/dedup"
	"repost/store/ingest"
)

// Format is how records are written.
type Format string

// The formats.
const (
	JSONLines Format = "jsonl"
	JSONArray Format = "json" // one array of objects
	CSV       Format = "csv"
	TSV       Format = "tsv"
	Parquet   Format = "parquet"
	Text      Format = "text"  // a file for each record
	Lines     Format = "lines" // a text on each line
	Raw       Format = "raw"   // whatever Writer is given as an io.Writer
)

// Formats lists the names of the formats.
var Formats = []Format{JSONLines, JSONArray, CSV, TSV, Parquet, Text, Lines}

// Packing is how a file is packed.
type Packing string

// The packings. Parquet packs its columns itself and is never packed as a file.
const (
	Plain Packing = ""
	Gzip  Packing = "gzip"
	Zstd  Packing = "zstd"
)

// Field is a named value of a record.
type Field = ingest.Field

func named(name string, value any) Field { return Field{Name: name, Value: value} }

// Record is a document to be written.
type Record struct {
	Fields []Field
	Raw    []byte         // as it stood in its file, without what ends or separates records (but Lines, with it); nil is not known
	Format Format         // of Raw
	Header []byte         // of Raw in CSV: the lines before the first record, with their ends
	Comma  rune           // of Raw in CSV: what separates cells; 0 is that of the format
	Names  []string       // of Raw in CSV: the columns; a row has no field where its cell is \N or missing
	Row    ParquetRow     // as it stood in a Parquet file
	Schema *ParquetSchema // of that file
	Name   string         // of a text: the file it goes to, below the folder
	Copy   string         // of a text: the file that it is, which is copied byte for byte
	Before []byte         // a line of JSON that stands before Raw in a file of JSON lines
	CRLF   bool           // Raw stood in a file of JSON lines that end so
	// Printed lets an object keep its line breaks in a file of objects one after the other,
	// which no line of JSON lines may have.
	Printed bool

	notes    []Field // see Annotate
	noted    []Field
	noteName string
	changed  bool   // its text is another than that of Raw, which is gone
	quotes   []bool // which cells of Raw were in quotes
}

// FromDocument returns a record of the fields of a document that are known.
func FromDocument(d *dedup.Document) *Record {
	r := &Record{Name: d.ID}
	for _, f := range []Field{
		named("id", d.ID), named("url", d.URL), named("source", d.Source), named("date", d.Date), named("title", d.Title), named("text", d.Text),
	} {
		if f.Value != "" || f.Name == "text" {
			r.Fields = append(r.Fields, f)
		}
	}
	return r
}

// DocumentColumns are the columns of FromDocument.
var DocumentColumns = []Column{
	{"id", String}, {"url", String}, {"source", String}, {"date", String}, {"title", String}, {"text", String},
}

// note returns the value of a note by the name of its column.
func (r *Record) note(name string) any {
	i := slices.IndexFunc(r.notes, func(f Field) bool { return f.Name == name })
	if i < 0 {
		return nil
	}
	return r.notes[i].Value
}

// field returns the value of a field, and whether the record has it.
func (r *Record) field(name string) (any, bool) {
	i := slices.IndexFunc(r.Fields, func(f Field) bool { return f.Name == name })
	if i < 0 {
		return nil, false
	}
	return r.Fields[i].Value, true
}
