package main

import (
	"slices"
	"strings"

	"repost/store/export"
)

// The form and the columns that records are written in, once all of them are known.

// shape says how records are written, once all are known.
func (w *originals) shape() error {
	if !w.open {
		return nil
	}
	if w.format == export.Text && w.flags.file() != "" && w.flags.format == "" {
		w.decide.app.infof("%s is written as JSON lines: a text is a file of its own, which -o FOLDER/ writes", w.flags.out)
	}
	switch {
	case w.format == export.Text, w.format == "", len(w.forms) > 1 && w.flags.format == "" && !w.named():
		w.format = export.JSONLines
	}
	columns := w.columnList()
	if w.anew && w.format == export.Parquet && !w.others {
		joined := export.JoinParquet(w.schemas, columns)
		w.anew, w.schemas = false, []*export.ParquetSchema{joined}
		if names := joined.Remade(); len(names) > 0 {
			w.decide.app.complain("the files have different types for these columns, whose values are written as one that holds both, as text where no number does: %s", strings.Join(names, ", "))
		}
		w.typed.lost(columns, joined.Types(), w.decide.app.complain)
	}
	var schema *export.ParquetSchema
	if !w.anew {
		columns = nil
		if len(w.schemas) > 0 {
			schema = w.schemas[0]
		}
	}
	if w.format == export.Parquet && w.anew && len(columns) == 0 {
		columns = slices.Clone(export.DocumentColumns)
	}
	if w.format == export.Parquet {
		w.typed.lost(columns, nil, w.decide.app.complain)
	}
	if w.flags.annotate && w.format == export.Parquet && len(columns) > 0 {
		columns = slices.DeleteFunc(columns, func(c export.Column) bool { return c.Name == w.names.free() })
		columns = append(slices.Clip(columns), noteColumns(w.names.free())...)
	}
	if schema != nil {
		w.out.Note(w.folders.List())
	}
	w.out.Shape(w.format, schema, columns)
	_, _, err := export.Resolve(w.flags.out, w.format, "") // which the input may have decided
	if err != nil && w.flags.file() != "" && !export.IsFolder(w.flags.out) {
		return usage("-o %s: %v", w.flags.out, err)
	}
	return nil
}

// columnList returns the columns of the output. What no record says of one, its file does.
func (w *originals) columnList() []export.Column {
	columns := w.columns.List()
	for _, s := range w.schemas {
		kinds := s.Kinds()
		for i, c := range columns {
			if c.Kind&^export.List == export.Unknown {
				columns[i].Kind = c.Kind | kinds[c.Name]
			}
		}
	}
	if mixed := w.columns.Mixed(); len(mixed) > 0 && w.format == export.Parquet {
		w.decide.app.complain("some records have text where others have numbers, lists or the like, so that these columns are text: %s", strings.Join(mixed, ", "))
	}
	return columns
}

// named reports whether the name of the output says its format.
func (w *originals) named() bool {
	format, _ := export.ByName(w.flags.out)
	return format != ""
}
