package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"repost/store"
	"repost/store/export"
	"repost/store/ingest"
)

// noteNames are the names that --annotate may give its notes: repost, repost_2 to repost_9.
// The first that the input does not use is taken, so that nothing of a record is lost.
type noteNames struct {
	fields, columns [9]bool // which are in use
	objects         bool    // notes are fields of objects, and columns do not matter
}

// noteName returns a name, from 1.
func noteName(n int) string {
	if n == 1 {
		return annotated
	}
	return annotated + "_" + strconv.Itoa(n)
}

// add notes which names the fields of a record have, as a field or as columns. What an
// earlier run wrote may be written again.
func (t *noteNames) add(fields []ingest.Field) {
	ours := ownColumns(fields)
	for _, f := range fields {
		if ours[f.Name] {
			continue
		}
		rest, ok := strings.CutPrefix(f.Name, annotated)
		if !ok {
			continue
		}
		n := 1
		if len(rest) > 1 && rest[0] == '_' && '2' <= rest[1] && rest[1] <= '9' && (len(rest) == 2 || rest[2] == '_') {
			n, rest = int(rest[1]-'0'), rest[2:]
		}
		switch {
		case rest == "" && f.Value != nil && !isAnnotation(f.Value):
			t.fields[n-1] = true
		case rest != "" && rest[0] == '_' && isNoteColumn(rest[1:]):
			t.columns[n-1] = true
		}
	}
}

// free returns the first name that is not in use, or "".
func (t *noteNames) free() string {
	for i, used := range t.fields {
		if !used && (t.objects || !t.columns[i]) {
			return noteName(i + 1)
		}
	}
	return ""
}

// ownColumns returns those columns of a table that an earlier run wrote: all those of one name
// are there.
func ownColumns(fields []ingest.Field) map[string]bool {
	var ours map[string]bool
	for n := range len(noteNames{}.fields) {
		columns := noteColumns(noteName(n + 1))
		if slices.ContainsFunc(columns, func(c export.Column) bool {
			return !slices.ContainsFunc(fields, func(f ingest.Field) bool { return f.Name == c.Name })
		}) {
			continue
		}
		if ours == nil {
			ours = map[string]bool{}
		}
		for _, c := range columns {
			ours[c.Name] = true
		}
	}
	return ours
}

// earlier returns the fields and columns that an earlier run wrote.
func (t *noteNames) earlier(fields []ingest.Field) []string {
	names := slices.Collect(maps.Keys(ownColumns(fields)))
	for _, f := range fields {
		if strings.HasPrefix(f.Name, annotated) && isAnnotation(f.Value) {
			names = append(names, f.Name)
		}
	}
	return names
}

var noteFields = annotation(&store.Note{})

func isNoteColumn(name string) bool {
	return slices.ContainsFunc(noteFields, func(f export.Field) bool { return f.Name == name })
}

// isAnnotation reports whether a value is what --annotate writes.
func isAnnotation(v any) bool {
	list, _ := v.([]ingest.Field)
	return len(list) == len(noteFields) && !slices.ContainsFunc(list, func(f ingest.Field) bool { return !isNoteColumn(f.Name) })
}

// typedColumns are columns of Parquet with a type that a rewritten one does not have, and
// the name of that type.
type typedColumns map[string]string

func (t *typedColumns) add(s *export.ParquetSchema) {
	if *t == nil {
		*t = typedColumns{}
	}
	maps.Copy(*t, s.Types())
}

// kindNames are the types of rewritten columns.
var kindNames = map[export.Kind]string{
	export.Unknown: "text", export.String: "text", export.Integer: "whole numbers", export.Unsigned: "whole numbers", export.Number: "numbers", export.Boolean: "truth values",
}

// lost says which columns lose their type, where kept are those that do not.
func (t typedColumns) lost(columns []export.Column, kept map[string]string, tell func(string, ...any)) {
	var lost []string
	for _, c := range columns {
		if was := t[c.Name]; was != "" && kept[c.Name] == "" {
			is, list := kindNames[c.Kind&^export.List], ""
			if c.Kind&export.List != 0 {
				list = "lists of "
			}
			lost = append(lost, fmt.Sprintf("%s (%s) as %s%s", c.Name, was, list, is))
		}
	}
	if len(lost) > 0 {
		tell("the inputs have different columns or formats, so that these are written as plainer types: %s", strings.Join(lost, ", "))
	}
}

// clash notes which names of notes the fields of a record have.
func (w *originals) clash(x *ingest.Original) {
	if w.flags.annotate && x != nil {
		w.names.add(x.Fields)
	}
}

// nameNotes says where notes are, and names their columns.
func (w *originals) nameNotes() error {
	w.names.objects = !w.mirror && (w.format == export.JSONLines || w.format == export.JSONArray || w.format == "")
	name := w.names.free()
	switch name {
	case "":
		return fmt.Errorf("the input has fields %s to %s of its own, and --annotate would write over one; nothing was written: rename a field first", annotated, noteName(len(w.names.fields)))
	case annotated:
	default:
		w.decide.app.infof("the input has a field of its own that --annotate would write over; what is known of each record is in %s", name)
	}
	w.out.Note(noteColumns(name))
	return nil
}

// noteApart writes a note to the file that stands next to those which have no place for one, with the
// name of the file that has its document, if that has a file of its own.
func (w *originals) noteApart(note *store.Note, file string) error {
	if note == nil {
		return nil
	}
	b, err := json.Marshal(struct {
		*store.Note
		File string `json:"file,omitempty"`
	}{note, file})
	w.notes.Write(append(b, '\n'))
	return err
}
