package report

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/rivo/uniseg"

	"repost/dedup/diff"
)

// sideBySide prints two columns: rows that hold a change of the grades asked for,
// or a block that has no place opposite, and how much lies between them.
func (p *Printer) sideBySide(d *Difference, detail Detail) {
	width := max(10, (p.Columns()-3)/2)
	rule := strings.Repeat("-", width)
	print := func(a, mark, b string) { p.printf("%s\n", strings.TrimRight(pad(a, width)+" "+mark+" "+b, " ")) }
	print(p.bold(Middle(Name(d.A.ID), width)), " ", p.bold(Middle(Name(d.B.ID), width)))
	p.printf("%s-+-%s\n", rule, rule)
	same := 0
	flush := func() {
		if same > 0 {
			note := "… " + Count(same, "character", "characters") + " alike"
			print(note, "|", note)
			p.printf("%s-+-%s\n", rule, rule)
		}
		same = 0
	}
	for _, r := range aligned(d) {
		shows := slices.ContainsFunc(r.changes, func(n int) bool { return detail.shows(d.Changes[n]) })
		if !shows && (r.kind == diff.InPlace || r.kind == diff.Split || r.kind == diff.Merged) {
			for _, q := range r.b {
				same += utf8.RuneCountInString(q.text)
			}
			continue
		}
		flush()
		left, right := p.column(d, r, 0, width, detail), p.column(d, r, 1, width, detail)
		for i := range max(len(left), len(right)) {
			a, b := strings.Repeat(" ", width), ""
			if i < len(left) {
				a = left[i]
			}
			if i < len(right) {
				b = right[i]
			}
			p.printf("%s\n", strings.TrimRight(a+" | "+b, " "))
		}
		p.printf("%s-+-%s\n", rule, rule)
	}
	flush()
}

// column returns the lines of one side of a row, each padded to width.
func (p *Printer) column(d *Difference, r row, side, width int, detail Detail) []string {
	return columnText(d, r, side, width, detail).lines(p)
}

// columnText returns what stands in one side of a row.
func columnText(d *Difference, r row, side, width int, detail Detail) *wrapper {
	pieces, paint, open, shut := r.a, redOn, "[-", "-]"
	if side == 1 {
		pieces, paint, open, shut = r.b, greenOn, "{+", "+}"
	}
	c := &wrapper{width: width}
	switch {
	case len(pieces) == 0 && r.kind == diff.Moved:
		c.add(fmt.Sprintf("(moved %d: elsewhere)", r.number), "")
	case len(pieces) > 0 && r.kind == diff.Moved:
		c.add(fmt.Sprintf("(moved %d) ", r.number), "")
	case r.stands[side]:
		c.add("(as it stands elsewhere) ", "")
	case len(pieces) > 0 && r.kind == diff.Repeated:
		c.add("(once more) ", "")
	}
	for _, q := range pieces {
		if q.change < 0 || !detail.shows(d.Changes[q.change]) {
			c.add(flat(q.text), "")
			continue
		}
		text := q.text
		if x := d.Changes[q.change]; side == 0 && text == x.AText {
			text = distinct(text, x.BText)
		} else if side == 1 && text == x.BText {
			text = distinct(text, x.AText)
		}
		c.add(open+visible(text)+shut, paint)
	}
	return c
}

// wrapper breaks text into lines of the given columns. Han may break anywhere except before
// a closing mark; words of spaced scripts stay whole if they fit.
type wrapper struct {
	width int
	text  strings.Builder
	paint []styled
}

// styled is a range of bytes that is painted.
type styled struct {
	lo, hi int
	paint  string
}

func (w *wrapper) add(s, paint string) {
	lo := w.text.Len()
	w.text.WriteString(s)
	if paint != "" {
		w.paint = append(w.paint, styled{lo, w.text.Len(), paint})
	}
}

// lines returns the lines, painted and padded.
func (w *wrapper) lines(p *Printer) []string {
	text := w.text.String()
	var out []string
	for _, l := range wrap(text, w.width) {
		var b strings.Builder
		at := l[0]
		for _, s := range w.paint {
			lo, hi := max(s.lo, at), min(s.hi, l[1])
			if lo >= hi {
				continue
			}
			b.WriteString(text[at:lo] + p.paint(s.paint, text[lo:hi]))
			at = hi
		}
		b.WriteString(text[at:l[1]])
		out = append(out, b.String()+strings.Repeat(" ", max(0, w.width-Width(text[l[0]:l[1]]))))
	}
	return out
}

// insideMark reports whether a mark of a change would be torn from the change.
func insideMark(before, behind string) bool {
	return strings.HasSuffix(before, "[-") || strings.HasSuffix(before, "{+") || strings.HasPrefix(behind, "-]") || strings.HasPrefix(behind, "+}")
}

// wrap returns the byte ranges of the lines of s, none wider than width if its
// characters are not.
func wrap(s string, width int) [][2]int {
	var out [][2]int
	start, used := 0, 0  // of the line
	fit, fitUsed := 0, 0 // the last place where it may break, and the columns up to there
	at, state := 0, -1
	rest := s
	for rest != "" {
		var cluster string
		var boundaries int
		cluster, rest, boundaries, state = uniseg.StepString(rest, state)
		w := boundaries >> uniseg.ShiftWidth
		if used+w > width && at > start && strings.TrimSpace(cluster) != "" {
			end, taken := fit, fitUsed
			if fit <= start {
				end, taken = at, used
			}
			out = append(out, [2]int{start, start + len(strings.TrimRight(s[start:end], " "))})
			start, used = end, used-taken
		}
		at, used = at+len(cluster), used+w
		if boundaries&uniseg.MaskLine != uniseg.LineDontBreak && !insideMark(s[:at], rest) {
			fit, fitUsed = at, used
		}
	}
	if start < len(s) {
		out = append(out, [2]int{start, len(strings.TrimRight(s, " "))})
	}
	return out
}
