package ingest

import (
	"fmt"
	"slices"
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
