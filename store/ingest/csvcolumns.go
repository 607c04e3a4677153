package ingest

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// The columns of a table: their names, and those that a table without a header is given.

// named returns the fields of a record. Cells past the header have a number for name.
func (f tableForm) named(cells []string) []Field {
	out := make([]Field, 0, len(cells))
	for i, c := range cells {
		name := ""
		if i < len(f.names) {
			name = f.names[i]
		} else {
			name = columnName(i)
		}
		if c == `\N` { // how MySQL and PostgreSQL write that there is none
			out = append(out, Field{name, nil})
		} else {
			out = append(out, Field{name, c})
		}
	}
	return out
}

// columnName is the name of a column without one.
func columnName(i int) string { return fmt.Sprintf("column%d", i+1) }

// chosenColumns gives those columns of a table without a header their plain names, column1
// and so on, that choices name, and those that would have been taken in their place.
func (f *tableForm) chosenColumns(choices []FieldChoice) {
	if !f.guessed {
		return
	}
	for _, c := range choices {
		named := false
		for i := range f.names {
			if slices.ContainsFunc(c.parts, func(p part) bool { return p.path == columnName(i) }) {
				f.names[i], named = columnName(i), true
			}
		}
		if i := slices.Index(f.names, roleNames[c.role]); named && i >= 0 {
			f.names[i] = columnName(i)
		}
	}
}

// column returns the name of a field as --field takes it: of a table without a header, that
// of its column.
func (w *row) column(name string) string {
	if i := slices.Index(w.columns, name); i >= 0 {
		return columnName(i)
	}
	return name
}

// namesFiles says that a table without a text is one of what is known of texts: a column of it has
// the names of files that lie next to it. "" if it is none.
func namesFiles(s *source, w *row) string {
	if s.file == nil || s.format.name != "csv" && s.format.name != "tsv" {
		return ""
	}
	for _, f := range w.fields {
		name, ok := f.Value.(string)
		if !ok || name == "" || strings.ContainsAny(name, "\n\x00") {
			continue
		}
		if info, err := os.Stat(filepath.Join(filepath.Dir(s.path), filepath.FromSlash(name))); err == nil && info.Mode().IsRegular() {
			return fmt.Sprintf("; %s names files that lie next to the table, which are read without it: what it says of them reaches no document, and it is in no output", f.Name)
		}
	}
	return ""
}
