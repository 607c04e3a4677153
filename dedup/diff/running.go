package diff

import (
	"strings"

	"repost/shingle"
)

// Running heads of lines: the numbers of verses and of every fifth line, the times and speakers
// of a transcript. One edition has them at the head of its lines and another has not: one
// thing was done, at many places. Numbers that count on are minor, for the lines stand as they
// stood; who speaks is said by a transcript alone. Cost: one expression for each change of one
// side that begins a line.

// leastHeads is from how many lines on their heads are one thing: 1, 2, 3 may be what a recipe
// takes of each.
const leastHeads = 4

// runningHeads finds the heads of lines that only one of the texts has.
func (c *comparison) runningHeads() {
	for side, v := range []*view{c.a, c.b} {
		var at []int
		for k := range c.changes {
			x := &c.changes[k]
			own, other := x.CoreA, x.CoreB
			if side == 1 {
				own, other = other, own
			}
			if other.Len() == 0 && own.Len() > 0 && x.Grade == Substantive && v.beginsLine(own) && pattern("line-head").MatchString(strings.TrimSpace(own.Of(v.text))) {
				at = append(at, k)
			}
		}
		if len(at) >= leastHeads {
			c.markHeads(v, side, at)
		}
	}
}

// markHeads makes one group of the heads of lines at, if those that are numbers count on.
func (c *comparison) markHeads(v *view, side int, at []int) {
	numbers := make([]int, len(at))
	counts := true
	for i, k := range at {
		own := c.changes[k].CoreA
		if side == 1 {
			own = c.changes[k].CoreB
		}
		n, ok := labelNumber(strings.Trim(own.Of(v.text), " \t\u3000[]().:"))
		numbers[i] = n
		counts = counts && ok && (i < 2 || n-numbers[i-1] == numbers[1]-numbers[0])
	}
	timed := pattern("line-time").MatchString(strings.TrimSpace(c.changes[at[0]].AText + c.changes[at[0]].BText))
	if !timed && (!counts || numbers[1] <= numbers[0]) {
		return
	}
	for i, k := range at {
		x := &c.changes[k]
		x.A, x.B = x.CoreA, x.CoreB
		x.AText, x.BText = x.A.Of(c.a.text), x.B.Of(c.b.text)
		x.system, x.from = "heads of lines "+string(rune('a'+side)), i
		if x.Grade, x.Class, x.Reasons = Minor, Renumbered, []string{"a running number at the head of a line"}; timed {
			x.Grade, x.Class, x.Reasons = Substantive, Attribution, []string{"a time or a speaker at the head of a line"}
		}
	}
}

// beginsLine reports whether nothing but white space stands before s in its line.
func (v *view) beginsLine(s shingle.Span) bool {
	before := strings.TrimRight(v.text[:s.Lo], " \t\u3000")
	return before == "" || strings.HasSuffix(before, "\n") || strings.HasPrefix(s.Of(v.text), "\n")
}
