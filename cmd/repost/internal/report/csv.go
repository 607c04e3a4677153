package report

import (
	"encoding/csv"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"repost/dedup/diff"
)

// CSV is RFC 4180 for programs and for spreadsheets. A spreadsheet takes a file for one
// of the local code page unless it begins with a byte order mark, and runs a cell that
// begins with one of live as a formula, quoted or not (OWASP, "CSV Injection"): the mark
// is written, and such a cell gets an apostrophe in front. Control characters and those
// that turn the direction of writing are escaped as on a terminal.

// CSVNote says in a help text what becomes of cells.
const CSVNote = `CSV is UTF-8 with a byte order mark, so that a spreadsheet shows every script. A text
that a spreadsheet would run as a formula, because it begins with = + - or @, has an
apostrophe in front; control characters are written as escapes (\n).`

// live are the characters that make a spreadsheet run a cell, their full-width forms
// included.
const live = "=+-@\t\r＝＋－＠"

// CSVTable writes rows of CSV.
type CSVTable struct {
	w     *csv.Writer
	cells []string
	err   error
}

// NewCSV begins a table with the names of its columns.
func NewCSV(w io.Writer, columns ...string) *CSVTable {
	t := &CSVTable{}
	_, t.err = io.WriteString(w, "\ufeff")
	t.w = csv.NewWriter(w)
	if t.err == nil {
		t.err = t.w.Write(columns)
	}
	return t
}

// CSV begins a table on the printer.
func (p *Printer) CSV(columns ...string) *CSVTable {
	t := NewCSV(p.W, columns...)
	if t.err == nil {
		t.err = p.Err
	}
	return t
}

// Row writes strings, numbers and truth values. The error stays: see End.
func (t *CSVTable) Row(cells ...any) {
	t.cells = t.cells[:0]
	for _, c := range cells {
		switch c := c.(type) {
		case int:
			t.cells = append(t.cells, strconv.Itoa(c))
		case float64:
			t.cells = append(t.cells, strconv.FormatFloat(c, 'f', -1, 64))
		case bool:
			t.cells = append(t.cells, strconv.FormatBool(c))
		case string:
			t.cells = append(t.cells, CSVCell(c))
		default:
			panic("report: a cell of another type than int, float64, bool and string")
		}
	}
	if t.err == nil {
		t.err = t.w.Write(t.cells)
	}
}

// End ends the table and returns the first error.
func (t *CSVTable) End() error {
	t.w.Flush()
	if t.err == nil {
		t.err = t.w.Error()
	}
	return t.err
}

// CSVCell returns a text as a cell that is safe in a spreadsheet and on a terminal.
func CSVCell(s string) string {
	return SheetCell(Escaped(s))
}

// SheetCell returns a text as a cell that no spreadsheet runs.
func SheetCell(s string) string {
	if r, _ := utf8.DecodeRuneInString(s); s != "" && strings.ContainsRune(live, r) {
		return "'" + s
	}
	return s
}

// CSV writes the changes of a difference that detail asks for, one a line: bytes of
// the two texts, as in JSON. A group has a line of its own, with the number of its places and
// no bytes, and the changes at these places follow with the number of the group. What one text
// alone has outside of the story comes last.
func CSV(w io.Writer, d *Difference, detail Detail) error {
	t := NewCSV(w, "grade", "class", "a_lo", "a_hi", "b_lo", "b_hi", "a_text", "b_text", "reasons", "hint", "group", "places")
	row := func(c diff.Change) {
		t.Row(string(c.Grade), string(c.Class), c.A.Lo, c.A.Hi, c.B.Lo, c.B.Hi, c.AText, c.BText, strings.Join(c.Reasons, "; "), c.Hint, groupNumber(c), "")
	}
	if d.Headline != nil {
		if c := d.Headline.change(); detail.shows(c) { // its bytes are not those of the text
			t.Row(string(c.Grade), string(c.Class), "", "", "", "", c.AText, c.BText, strings.Join(c.Reasons, "; "), "", "", "")
		}
	}
	for _, e := range d.entries() {
		switch {
		case !detail.shows(e.Change):
		case e.places == nil:
			row(e.Change)
		default:
			t.Row(string(e.Grade), string(e.Class), "", "", "", "", e.AText, e.BText, strings.Join(e.Reasons, "; "), "", groupNumber(e.Change), len(e.places))
			for _, k := range e.places {
				row(d.Changes[k])
			}
		}
	}
	for i, all := range d.outside() {
		for _, o := range all {
			c := diff.Change{Grade: outsideGrade, Class: diff.Class(o.reason)}
			if i == 0 {
				c.A, c.AText = o.span, part(d.TextA, o.span)
			} else {
				c.B, c.BText = o.span, part(d.TextB, o.span)
			}
			if len(detail.Only) == 0 || slices.Contains(detail.Only, c.Class) {
				row(c)
			}
		}
	}
	return t.End()
}

// outsideGrade stands in the place of a grade for what one text alone has outside of the story.
const outsideGrade = "outside"

func groupNumber(c diff.Change) string {
	if c.Group == 0 {
		return ""
	}
	return strconv.Itoa(c.Group)
}
