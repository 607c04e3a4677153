package report

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/rivo/uniseg"
)

// Flat returns s as one line that is safe on a terminal: white space becomes one
// space, control characters and invisible ones go. Texts come from anywhere, and
// an escape sequence in one must not reach the reader's terminal.
func Flat(s string) string { return strings.TrimSpace(flat(s)) }

// flat is Flat that keeps a space at either end.
func flat(s string) string {
	var b strings.Builder
	space := false
	for _, r := range s {
		switch {
		case unicode.IsSpace(r):
			space = true
			continue
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r), r == unicode.ReplacementChar:
			continue
		}
		if space {
			b.WriteByte(' ')
			space = false
		}
		b.WriteRune(r)
	}
	if space {
		b.WriteByte(' ')
	}
	return b.String()
}

// Width returns how many columns of a terminal s takes: a Chinese character two.
func Width(s string) int { return uniseg.StringWidth(s) }

// Cut returns s, or as much of its beginning as fits into so many columns with an
// ellipsis.
func Cut(s string, columns int) string {
	if columns < 1 {
		return ""
	}
	if len(s) <= columns || Width(s) <= columns {
		return s
	}
	used, end := 0, 0
	g := uniseg.NewGraphemes(s)
	for g.Next() {
		w := g.Width()
		if used+w > columns-1 {
			break
		}
		used += w
		_, end = g.Positions()
	}
	return s[:end] + "…"
}

// CutLeft is Cut that keeps the end of s.
func CutLeft(s string, columns int) string {
	if columns < 1 {
		return ""
	}
	total := Width(s)
	if total <= columns {
		return s
	}
	g := uniseg.NewGraphemes(s)
	for g.Next() {
		total -= g.Width()
		if total <= columns-1 {
			_, end := g.Positions()
			return "…" + s[end:]
		}
	}
	return "…"
}

// pad returns s with spaces up to so many columns.
func pad(s string, columns int) string {
	return s + strings.Repeat(" ", max(0, columns-Width(s)))
}

// Rows are cells to be printed in aligned columns.
type Rows [][]string

// Add appends a row.
func (r *Rows) Add(cells ...string) { *r = append(*r, cells) }

// rows prints aligned columns, indented; a cell that begins with a digit and ends
// with "%" and whole numbers stand flush right.
func (p *Printer) rows(indent string, rows Rows) {
	var width []int
	right := map[int]bool{}
	for _, row := range rows {
		for c, cell := range row {
			if c == len(width) {
				width = append(width, 0)
				right[c] = true
			}
			width[c] = max(width[c], Width(cell))
			right[c] = right[c] && (cell == "" || figure(cell))
		}
	}
	for _, row := range rows {
		var b strings.Builder
		b.WriteString(indent)
		for c, cell := range row {
			if right[c] {
				cell = strings.Repeat(" ", width[c]-Width(cell)) + cell
			}
			if c < len(row)-1 {
				cell = pad(cell, width[c]) + "  "
			}
			b.WriteString(cell)
		}
		p.printf("%s\n", strings.TrimRight(b.String(), " "))
	}
}

// Table prints rows in aligned columns.
func (p *Printer) Table(rows Rows) { p.rows("", rows) }

func figure(s string) bool {
	for _, r := range s {
		if !unicode.IsDigit(r) && !strings.ContainsRune(" ,.%", r) {
			return false
		}
	}
	return s != ""
}

// Percent writes a share the way people read it. What is not all is never 100 %.
func Percent(share float64) string {
	if share < 1 && share > .999 {
		share = .999
	}
	return fmt.Sprintf("%.1f %%", 100*share)
}

// Count writes a number with separators and what it counts: Count(1, "story",
// "stories") is "1 story".
func Count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return Thousands(n) + " " + many
}

// Thousands writes a number with separators.
func Thousands(n int) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
