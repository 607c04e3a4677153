package export

import (
	"bytes"
	"io"
	"slices"
	"strings"
)

// csvEncoder writes rows. Those of a file whose header is known are written as they
// stood, quotes, line ends and all; others are made of their fields, in the order of the
// columns.
type csvEncoder struct {
	w       io.Writer
	comma   rune
	columns []Column
	header  []byte // of rows that are written as they stood; nil if they are not
	end0    string // of lines
	begun   bool
	mark    bool // see Options
	cell    func(string) string
}

// begin writes the header.
func (e *csvEncoder) begin(r *Record) error {
	e.begun, e.end0 = true, "\n"
	var notes []string
	if r != nil {
		for _, n := range r.notes {
			notes = append(notes, n.Name)
		}
	}
	if r != nil && r.isTable() && e.cell == nil {
		if r.Comma != 0 {
			e.comma = r.Comma
		}
		e.header = append([]byte{}, r.Header...)
		e.end0 = lineEnd(r.Header)
		if len(r.Header) == 0 {
			return nil // a table without a header stays one
		}
		_, err := e.w.Write(e.noteRaw(r.Header, notes))
		return err
	}
	if e.mark {
		if _, err := io.WriteString(e.w, "\ufeff"); err != nil {
			return err
		}
	}
	if e.columns == nil && r != nil {
		var c Columns
		for _, name := range r.Names { // the row may lack some
			c.Add([]Field{named(name, nil)})
		}
		c.Add(r.Fields)
		e.columns = c.List()
	}
	var names []string
	for _, c := range e.columns {
		names = append(names, c.Name)
	}
	for _, n := range notes {
		if !slices.Contains(names, n) {
			e.columns, names = append(e.columns, Column{n, String}), append(names, n)
		}
	}
	return e.row(names, nil)
}

// isTable reports whether a record is a row of a table that is written as it stood.
func (r *Record) isTable() bool {
	return (r.Raw != nil || r.changed) && (r.Format == CSV || r.Format == TSV)
}

func (e *csvEncoder) record(r *Record) error {
	if !e.begun {
		if err := e.begin(r); err != nil {
			return err
		}
	}
	if e.header == nil {
		var cells []string
		for _, c := range e.columns {
			v, ok := r.field(c.Name)
			if !ok {
				v = r.note(c.Name)
			}
			cells = append(cells, text(v))
		}
		return e.row(cells, nil)
	}
	var notes []string
	for _, n := range r.notes {
		notes = append(notes, text(n.Value))
	}
	if r.Raw == nil { // its text was cut
		return e.row(append(r.cells(), notes...), r.quotes)
	}
	raw := r.Raw
	if !bytes.HasSuffix(raw, []byte("\n")) && !bytes.HasSuffix(raw, []byte("\r")) {
		raw = append(slices.Clip(raw), e.end0...)
	}
	if len(notes) > 0 {
		raw = e.noteRaw(raw, notes)
	}
	_, err := e.w.Write(raw)
	return err
}

// cells returns the cells of a row of a table, made anew.
func (r *Record) cells() (cells []string) {
	for _, name := range r.Names {
		v, ok := r.field(name)
		if cells = append(cells, text(v)); !ok {
			cells[len(cells)-1] = `\N`
		}
	}
	for len(cells) > 0 && cells[len(cells)-1] == `\N` && !slices.ContainsFunc(r.Fields, func(f Field) bool { return f.Name == r.Names[len(cells)-1] }) {
		cells = cells[:len(cells)-1] // the row may have ended here
	}
	for len(cells) < len(r.Names) {
		cells = append(cells, "")
	}
	for _, f := range r.Fields {
		if !slices.Contains(r.Names, f.Name) {
			cells = append(cells, text(f.Value))
		}
	}
	return cells
}

// Anew lets a row of a table be written from its fields, in the table that it is of.
func (r *Record) Anew() { r.Raw, r.changed = nil, true }

// Recast lets a record be written from its fields in another format, or in another table.
func (r *Record) Recast() { r.Raw, r.Row, r.changed = nil, nil, false }

// FirstCells returns the first n of the cells of a row, as they stand, with its line end. It
// is not ok where the row has not as many cells as are said, or quotes that mean another
// thing.
func FirstCells(row []byte, comma rune, n, cells int) (first []byte, ok bool) {
	line := bytes.TrimRight(row, "\r\n")
	end, count, quoted := len(line), 1, false
	for i, c := range string(line) {
		switch {
		case c == '"':
			quoted = !quoted
		case c == comma && !quoted:
			if count == n {
				end = i
			}
			count++
		}
	}
	return append(line[:end:end], row[len(line):]...), !quoted && count == cells
}

// lineEnd is how a table ends its lines.
func lineEnd(header []byte) string {
	switch {
	case bytes.HasSuffix(header, []byte("\r\n")):
		return "\r\n"
	case bytes.HasSuffix(header, []byte("\r")):
		return "\r"
	}
	return "\n"
}

// TableHeader returns a line with the names of columns.
func TableHeader(columns []string, comma rune, lineEnd string) []byte {
	var b bytes.Buffer
	e := csvEncoder{w: &b, comma: comma, end0: lineEnd}
	_ = e.row(columns, nil) // a buffer takes all
	return b.Bytes()
}

// row writes cells, each in quotes if it must be (RFC 4180), and where quotes says that it was.
func (e *csvEncoder) row(cells []string, quotes []bool) error {
	var b bytes.Buffer
	for i, c := range cells {
		if i > 0 {
			b.WriteRune(e.comma)
		}
		if e.cell != nil {
			c = e.cell(c)
		}
		if q := e.quoted(c); i < len(quotes) && quotes[i] && !strings.HasPrefix(q, `"`) {
			b.WriteString(`"` + q + `"`)
		} else {
			b.WriteString(q)
		}
	}
	if b.Len() == 0 && len(cells) == 1 {
		b.WriteString(`""`) // an empty line would be no row
	}
	b.WriteString(e.end0)
	_, err := e.w.Write(b.Bytes())
	return err
}

func (e *csvEncoder) end() error {
	if !e.begun && e.columns != nil {
		return e.begin(nil)
	}
	return nil
}
