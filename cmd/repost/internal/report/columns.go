package report

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/rivo/uniseg"
)

// Flat returns s as one line that is safe on a terminal: white space becomes one
// space, control characters and invisible ones but joiners go. Texts come from anywhere, and
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
		case r == '\u200c', r == '\u200d': // they join and part the letters of Arabic and Indic scripts, and emoji
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

// Name returns an id, or another name that somebody gave, for a line of text. What
// prints as it stands, stands as it is. With control characters, invisible ones,
// bytes that are no UTF-8, a space at an end or a quote at the beginning it is
// quoted and these are escaped, so that no two names look the same. A long one is
// cut in the middle; JSON has it whole.
func Name(s string) string {
	plain := utf8.ValidString(s) && !strings.HasPrefix(s, `"`) && strings.TrimSpace(s) == s
	if !plain || strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) }) {
		s = quoted(s)
	}
	return Middle(s, longestName)
}

// Label returns a title, an outlet or a date for a line of text: as Name does, but
// that spaces of any kind are one space, and what joins characters is not escaped.
func Label(s string) string {
	if strings.ContainsFunc(s, hidden) || !utf8.ValidString(s) {
		return Middle(quoted(s), longestName)
	}
	return Middle(Flat(s), longestName)
}

// hidden reports whether a character of a label has to be escaped: the joiners of
// Arabic and Indic scripts and of emoji need not.
func hidden(r rune) bool {
	return !unicode.IsPrint(r) && !unicode.Is(unicode.Zs, r) && r != '\u200c' && r != '\u200d'
}

// Escaped returns s with what hidden finds, and bytes that are no UTF-8, as escapes:
// for messages, which must not move the cursor of a terminal either.
func Escaped(s string) string {
	if utf8.ValidString(s) && !strings.ContainsFunc(s, hidden) {
		return s
	}
	var b strings.Builder
	for s != "" {
		r, n := utf8.DecodeRuneInString(s)
		switch {
		case r == utf8.RuneError && n == 1:
			fmt.Fprintf(&b, `\x%02x`, s[0])
		case hidden(r):
			q := strconv.QuoteRune(r)
			b.WriteString(q[1 : len(q)-1])
		default:
			b.WriteString(s[:n])
		}
		s = s[n:]
	}
	return b.String()
}

// longestName is how many columns a name takes at most.
const longestName = 120

// quoted is strconv.Quote of so much of s as is shown at most.
func quoted(s string) string {
	const ends = 4 * longestName
	if len(s) <= 2*ends {
		return strconv.Quote(s)
	}
	front, back := strconv.Quote(head(s, ends)), strconv.Quote(tail(s, ends))
	return front[:len(front)-1] + back[1:]
}

// Middle returns s or, if it is wider than the given columns, both its ends with an
// ellipsis between them.
func Middle(s string, columns int) string {
	const most = 16 // bytes of a column: what has more is decoration
	if len(s) <= columns || len(s) <= most*columns && Width(s) <= columns {
		return s
	}
	half := columns / 2
	back := strings.TrimPrefix(CutLeft(tail(s, most*half), columns-half), "…")
	front := head(s, most*columns)
	return front[:fits(front, columns-1-Width(back))] + "…" + back
}

// Width returns how many columns of a terminal s takes: a Chinese character two.
func Width(s string) int {
	if n, ok := plainWidth(s); ok {
		return n
	}
	return uniseg.StringWidth(s)
}

// plainWidth is Width of a text all of whose characters are a grapheme each, whatever stands
// next to them: most are, and to look them up costs ten times as much.
func plainWidth(s string) (columns int, ok bool) {
	for _, r := range s {
		n := plainColumns(r)
		if n == 0 {
			return 0, false
		}
		columns += n
	}
	return columns, true
}

// plainColumns returns the columns of a plain character, or 0 of any other.
func plainColumns(r rune) int {
	switch {
	case ' ' <= r && r <= '~':
		return 1
	case '一' <= r && r <= '龥', '、' <= r && r <= '。', '《' <= r && r <= '】', 'ぁ' <= r && r <= 'ん', 'ァ' <= r && r <= 'ン', '！' <= r && r <= '～':
		return 2
	}
	return 0
}

// Cut returns s, or as much of its beginning as fits into the given columns with an
// ellipsis.
func Cut(s string, columns int) string {
	if columns < 1 {
		return ""
	}
	if len(s) <= columns || Width(s) <= columns {
		return s
	}
	return s[:fits(s, columns-1)] + "…"
}

// fits returns how many bytes of the beginning of s fit into the given columns.
func fits(s string, columns int) int {
	used, end := 0, 0
	if _, ok := plainWidth(s); ok {
		for i, r := range s {
			if used += plainColumns(r); used > columns {
				return i
			}
		}
		return len(s)
	}
	g := uniseg.NewGraphemes(s)
	for g.Next() {
		if used += g.Width(); used > columns {
			break
		}
		_, end = g.Positions()
	}
	return end
}

// CutLeft is Cut that keeps the end of s.
func CutLeft(s string, columns int) string {
	if columns < 1 {
		return ""
	}
	total, plain := plainWidth(s)
	if !plain {
		total = uniseg.StringWidth(s)
	}
	if total <= columns {
		return s
	}
	if plain {
		for i, r := range s {
			if total <= columns-1 {
				return "…" + s[i:]
			}
			total -= plainColumns(r)
		}
		return "…"
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

// pad returns s with spaces up to the given columns.
func pad(s string, columns int) string {
	return s + strings.Repeat(" ", max(0, columns-Width(s)))
}

// Rows are cells to be printed in aligned columns.
type Rows [][]string

// Add appends a row.
func (r *Rows) Add(cells ...string) { *r = append(*r, cells) }

// widest is up to where the cells of a column are padded: a wider one moves the rest
// of its own row, and not that of all.
const widest = 48

// rows prints aligned columns, indented. Columns of figures stand flush right. On a
// terminal, columns that no row has anything in are left out, and those that are
// narrowed are cut.
func (p *Printer) rows(indent string, rows Rows) { p.table(indent, nil, rows) }

// table is rows with a heading for each column, on a terminal.
func (p *Printer) table(indent string, headings []string, rows Rows) {
	if len(rows) == 0 {
		return
	}
	rows = escaped(rows)
	if p.Width > 0 {
		headings, rows = used(headings, rows)
	} else {
		headings = nil
	}
	var width []int
	right := map[int]bool{}
	for _, row := range rows {
		for c, cell := range row {
			if c == len(width) {
				width = append(width, 0)
				right[c] = true
			}
			width[c] = max(width[c], min(Width(cell), widest))
			right[c] = right[c] && (cell == "" || figure(cell))
		}
	}
	for c, heading := range headings {
		width[c] = max(width[c], Width(heading))
	}
	wanted := slices.Clone(width)
	if p.Width > 0 {
		narrow(width, right, p.Width-Width(indent))
	}
	if headings != nil {
		rows = slices.Insert(rows, 0, headings)
	}
	for i, row := range rows {
		var b strings.Builder
		b.WriteString(indent)
		tight := p.Width > 0 && Width(indent)+least(row, width) > p.Width
		for c, cell := range row {
			if c < len(row)-1 && (tight || width[c] < wanted[c]) {
				cell = Middle(cell, max(width[c], leastColumn))
			}
			if right[c] {
				cell = strings.Repeat(" ", max(0, width[c]-Width(cell))) + cell
			}
			switch {
			case c < len(row)-1:
				cell = pad(cell, width[c]) + "  "
			case c > 0 && p.Width > 0:
				cell = shortened(cell, p.Width-Width(b.String()))
			}
			b.WriteString(cell)
		}
		line := strings.TrimRight(b.String(), " ")
		if p.Width > 0 {
			line = Cut(line, p.Width)
		}
		if i == 0 && headings != nil {
			line = p.bold(line)
		}
		p.printf("%s\n", line)
	}
}

// escaped returns rows with what got there as it came escaped.
func escaped(rows Rows) Rows {
	out := make(Rows, len(rows))
	for i, row := range rows {
		for _, cell := range row {
			out[i] = append(out[i], Escaped(cell))
		}
	}
	return out
}

// used returns headings and rows without the columns that are empty in all rows.
func used(headings []string, rows Rows) ([]string, Rows) {
	some := map[int]bool{}
	for _, row := range rows {
		for c, cell := range row {
			some[c] = some[c] || cell != ""
		}
	}
	kept := func(row []string) (out []string) {
		for c, cell := range row {
			if some[c] {
				out = append(out, cell)
			}
		}
		return out
	}
	out := make(Rows, len(rows))
	for i, row := range rows {
		out[i] = kept(row)
	}
	return kept(headings), out
}

// least returns how many columns a row takes if only its last cell is cut.
func least(row []string, width []int) (n int) {
	if len(row) == 0 {
		return 0
	}
	for c, cell := range row[:len(row)-1] {
		n += max(width[c], Width(cell)) + 2
	}
	return n + min(Width(row[len(row)-1]), leastCell)
}

// leastColumn is the width down to which a column is made narrower for a terminal: an
// id of a story and the name of a relation stay whole.
const leastColumn = 14

// narrow takes from the widest columns, but for figures and the last one, until that
// one has room for a few words.
func narrow(width []int, right map[int]bool, columns int) {
	if len(width) == 0 {
		return
	}
	over := min(width[len(width)-1], leastCell) - columns
	for _, w := range width[:len(width)-1] {
		over += w + 2
	}
	for ; over > 0; over-- {
		at := -1
		for c, w := range width[:len(width)-1] {
			if !right[c] && w > leastColumn && (at < 0 || w > width[at]) {
				at = c
			}
		}
		if at < 0 {
			return
		}
		width[at]--
	}
}

// leastCell is the room that is made for the last cell of a row.
const leastCell = 16

// shortened cuts the last cell of a row to what a terminal has left for it: a name
// in the middle, a text at its end.
func shortened(cell string, columns int) string {
	const leastName = 8
	if strings.ContainsFunc(cell, func(r rune) bool { return r == ' ' || r > unicode.MaxASCII }) {
		return Cut(cell, max(columns, leastCell))
	}
	return Middle(cell, max(columns, leastName))
}

// Table prints rows in aligned columns.
func (p *Printer) Table(rows Rows) { p.rows("", rows) }

// List is Table with headings, which a terminal shows: what is piped into another
// program has lines of data alone.
func (p *Printer) List(headings []string, rows Rows) { p.table("", headings, rows) }

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
