package export

import (
	"bytes"
	"cmp"
	"slices"
	"strings"

	"github.com/parquet-go/parquet-go"
)

// Annotate adds notes to a record, and changes nothing else of it. An object of JSON gets
// one member of this name that holds them; a table gets a column for each, whose names begin
// with it; a text has no place for them and is left as it is. A member that is there is
// replaced.
func (r *Record) Annotate(name string, notes []Field) {
	if r.Raw != nil && (r.Format == JSONLines || r.Format == JSONArray) {
		b, err := SetMember(r.Raw, []string{name}, notes)
		if err != nil { // NaN, a comma at the end or the like, which are read all the same
			b = r.appended(name, notes)
		}
		r.Raw = b
	}
	for _, n := range notes {
		r.notes = append(r.notes, named(name+"_"+n.Name, n.Value))
	}
	r.Fields = slices.DeleteFunc(slices.Clone(r.Fields), func(f Field) bool { return f.Name == name })
	r.noted, r.noteName = notes, name
}

// Add adds fields that stood outside of the record, as those that its path names: members of
// JSON, and columns of a table after its own.
func (r *Record) Add(fields []Field) {
	if r.Format == JSONLines || r.Format == JSONArray {
		for _, f := range fields {
			if r.Raw != nil {
				b, err := SetMember(r.Raw, []string{f.Name}, f.Value)
				if err != nil {
					b = r.appended(f.Name, f.Value)
				}
				r.Raw = b
			}
		}
		r.Fields = append(slices.Clip(r.Fields), fields...)
		return
	}
	r.notes = append(r.notes, fields...)
}

// appended returns an object that is no strict JSON with a member more at its end; or nil, where
// the object must be written anew from its fields: if it has such a member, or is in Python's
// writing.
func (r *Record) appended(name string, value any) []byte {
	inside, closed := bytes.CutSuffix(bytes.TrimSpace(r.Raw), []byte("}"))
	inside = bytes.TrimRight(inside, ", \t\r\n")
	has := slices.ContainsFunc(r.Fields, func(f Field) bool { return f.Name == name })
	if !closed || has || !bytes.HasPrefix(inside, []byte("{")) || bytes.HasPrefix(bytes.TrimSpace(inside[1:]), []byte("'")) {
		return nil
	}
	if len(inside) > 1 {
		inside = append(slices.Clip(inside), ',')
	}
	return slices.Concat(inside, appendJSON(nil, name), []byte(":"), appendJSON(nil, value), []byte("}"))
}

// NoteColumns are the columns that notes of this name are.
func NoteColumns(name string, notes []Field) []Column {
	var c Columns
	for _, n := range notes {
		c.Add([]Field{named(name+"_"+n.Name, n.Value)})
	}
	for i := range c.list {
		if c.list[i].Kind&^List == Unknown {
			c.list[i].Kind |= String
		}
	}
	return c.list
}

// SetText replaces the text of a record wherever its fields hold it, and changes nothing
// else of it. A text file keeps what stands before its text, as front matter. Of a file in
// which a text cannot be replaced, as a page of HTML, the fields are left, and Format is "". Where
// no field holds the text as it was read, since it is a list or was made of HTML, nothing is
// replaced, and ok is false.
func (r *Record) SetText(old, text string) (ok bool) {
	path := pathOf(r.Fields, old)
	if path == nil && r.Format != Text {
		return false
	}
	switch {
	case r.Row != nil:
		r.Row = slices.Clone(r.Row)
		for i, v := range r.Row {
			if v.Kind() == parquet.ByteArray && string(v.ByteArray()) == old {
				r.Row[i] = parquet.ByteArrayValue([]byte(text)).Level(v.RepetitionLevel(), v.DefinitionLevel(), v.Column())
			}
		}
	case r.Raw != nil && (r.Format == JSONLines || r.Format == JSONArray):
		b, err := SetMember(r.Raw, path, text)
		if err != nil {
			b = nil // it is no strict JSON, and is written from its fields
		}
		r.Raw = b
	case r.Format == Text:
		r.Copy = ""
		before, ok := bytes.CutSuffix(r.Raw, []byte(old))
		if !ok {
			r.Raw, r.Format = nil, ""
			break
		}
		r.Raw = slices.Concat(before, []byte(text))
	case r.Raw != nil:
		r.quotes = quotedCells(r.Raw, cmp.Or(r.Comma, map[bool]rune{true: '\t', false: ','}[r.Format == TSV]))
		r.Raw, r.changed, r.Copy = nil, true, ""
	}
	if path != nil {
		r.Fields = with(r.Fields, path, text)
	}
	return true
}

// Clear makes fields null that an earlier run wrote, of an object of JSON or a row of a table that is
// written anew; a row of Parquet keeps them.
func (r *Record) Clear(names ...string) {
	for _, name := range names {
		if r.Raw != nil && (r.Format == JSONLines || r.Format == JSONArray) {
			b, err := SetMember(r.Raw, []string{name}, nil)
			if err != nil {
				b = nil // it is no strict JSON, and is written from its fields
			}
			r.Raw = b
		}
		r.Fields = with(r.Fields, []string{name}, nil)
	}
}

// quotedCells says which cells of a row of a table are in quotes.
func quotedCells(row []byte, comma rune) (quotes []bool) {
	begins, quoted := true, false
	for _, c := range string(bytes.TrimRight(row, "\r\n")) {
		if begins {
			quotes = append(quotes, c == '"')
		}
		begins = c == comma && !quoted
		if c == '"' {
			quoted = !quoted
		}
	}
	return quotes
}

// pathOf returns the names that lead to a value, or nil.
func pathOf(fields []Field, value string) []string {
	for _, f := range fields {
		switch v := f.Value.(type) {
		case string:
			if v == value {
				return []string{f.Name}
			}
		case []Field:
			if p := pathOf(v, value); p != nil {
				return append([]string{f.Name}, p...)
			}
		}
	}
	return nil
}

// with returns fields with another value at a path.
func with(fields []Field, path []string, value any) []Field {
	fields = slices.Clone(fields)
	for i, f := range fields {
		if f.Name != path[0] {
			continue
		}
		if inner, ok := f.Value.([]Field); ok && len(path) > 1 {
			value = with(inner, path[1:], value)
		}
		fields[i].Value = value
		break
	}
	return fields
}

// noteRaw returns a row of a table as it stood, with the cells of its notes after.
func (e *csvEncoder) noteRaw(raw []byte, cells []string) []byte {
	end := len(bytes.TrimRight(raw, "\r\n"))
	var b bytes.Buffer
	b.Write(raw[:end])
	for _, c := range cells {
		b.WriteRune(e.comma)
		b.WriteString(e.quoted(c))
	}
	b.Write(raw[end:])
	return b.Bytes()
}

// quoted returns a cell, in quotes if it must be.
func (e *csvEncoder) quoted(cell string) string {
	if strings.ContainsRune(cell, e.comma) || strings.ContainsAny(cell, "\"\r\n") || strings.TrimSpace(cell) != cell {
		return `"` + strings.ReplaceAll(cell, `"`, `""`) + `"`
	}
	return cell
}
