package diff

import (
	"cmp"
	"slices"

	"repost/shingle"
)

// Changes never overlap. What a change shows is widened to words, names and whole values,
// and a phrase (a date, a credit) spreads over several edits, so two changes may come to
// cover one character. A reader would see it changed twice, and a view that marks the text
// once would lose the second reading. The last step of a comparison takes such pairs
// apart: what each shows ends where the other differs; where they differ in the same
// characters, or one is a mark of the other's value, they are one change.
//
// A change that shows nothing of a side stands between two characters there. It is moved once
// the others are apart, since of two that overlap each would push it into the other.
//
// Cost: n log n for n changes; a round more for each merger that covers a third change.

// mostRounds is how often changes are cut where they overlap; after it those that still do are
// one, so that what is left grows fewer with each round.
const mostRounds = 32

// apart makes the changes disjoint on both sides.
func (c *comparison) apart() {
	rounds := 0
	for ; c.partOnce(sideOfA, rounds >= mostRounds) || c.partOnce(sideOfB, rounds >= mostRounds); rounds++ {
	}
	if rounds > 0 {
		slices.SortStableFunc(c.changes, byEnd)
	}
}

func byEnd(x, y Change) int { return cmp.Or(x.A.Hi-y.A.Hi, x.B.Hi-y.B.Hi) }

// sideOf returns what a change shows of one text, and what differs of it.
type sideOf func(*Change) (shown, core *shingle.Span)

func sideOfA(x *Change) (shown, core *shingle.Span) { return &x.A, &x.CoreA }
func sideOfB(x *Change) (shown, core *shingle.Span) { return &x.B, &x.CoreB }

// partOnce goes through the changes in the order of one side and reports whether two
// overlapped. Those that overlap are one if they are to unite.
func (c *comparison) partOnce(side sideOf, uniting bool) bool {
	var order, nothing []*Change // those that show something of this side, and the others
	for i := range c.changes {
		if p, _ := side(&c.changes[i]); p.Len() > 0 {
			order = append(order, &c.changes[i])
		} else {
			nothing = append(nothing, &c.changes[i])
		}
	}
	slices.SortStableFunc(order, func(x, y *Change) int {
		p, p0 := side(x)
		q, q0 := side(y)
		return cmp.Or(p0.Lo-q0.Lo, p0.Hi-q0.Hi, p.Lo-q.Lo)
	})
	found := false
	gone := map[*Change]bool{}
	var last *Change
	for _, y := range order {
		if last == nil {
			last = y
			continue
		}
		p, _ := side(last)
		q, _ := side(y)
		if p.Overlaps(*q) {
			found = true
			if uniting || c.oneOf(last, y) {
				c.unite(last, y)
				gone[y] = true
				continue
			}
			c.cut(last, y, side)
		}
		if q.Hi >= p.Hi {
			last = y
		}
	}
	if len(gone) > 0 {
		c.changes = slices.Collect(func(yield func(Change) bool) {
			for i := range c.changes {
				if !gone[&c.changes[i]] && !yield(c.changes[i]) {
					return
				}
			}
		})
	}
	if found {
		return true
	}
	for _, x := range nothing {
		at, _ := side(x)
		i, _ := slices.BinarySearchFunc(order, at.Lo, func(y *Change, at int) int {
			q, _ := side(y)
			return cmp.Compare(q.Hi, at+1)
		})
		if i == len(order) {
			continue
		}
		if q, _ := side(order[i]); q.Overlaps(*at) {
			stepOut(x, order[i], side)
			found = true
		}
	}
	return found
}

// oneOf reports whether two changes, one shown over the other, are one: they stand close
// to each other on both sides, and differ in the same characters, or the cosmetic one
// touches what differs of the other.
func (c *comparison) oneOf(x, y *Change) bool {
	near := func(p, q shingle.Span) bool {
		return max(p.Lo, q.Lo)-min(p.Hi, q.Hi) <= overlapReach
	}
	if !near(x.CoreA, y.CoreA) || !near(x.CoreB, y.CoreB) {
		return false
	}
	if x.CoreA.Overlaps(y.CoreA) || x.CoreB.Overlaps(y.CoreB) {
		return true
	}
	if blank(x.AText) && blank(x.BText) || blank(y.AText) && blank(y.BText) {
		return false
	}
	touch := func(p, q shingle.Span) bool { return max(p.Lo, q.Lo) <= min(p.Hi, q.Hi) }
	return touch(x.CoreA, y.CoreA) && touch(x.CoreB, y.CoreB)
}

// unite makes x both changes: of the graver one's class, or else of that which shows more.
func (c *comparison) unite(x, y *Change) {
	more := func(c *Change) int { return c.CoreA.Len() + c.CoreB.Len() }
	if cmp.Or(gravity(y.Grade)-gravity(x.Grade), more(x)-more(y), cmp.Compare(y.Class, x.Class)) < 0 {
		x.Grade, x.Class, x.Reasons = y.Grade, y.Class, y.Reasons
	}
	if x.Hint != y.Hint {
		x.Hint = ""
	}
	x.A, x.B = cover(x.A, y.A), cover(x.B, y.B)
	x.CoreA, x.CoreB = cover(x.CoreA, y.CoreA), cover(x.CoreB, y.CoreB)
	x.AText, x.BText = x.A.Of(c.a.text), x.B.Of(c.b.text)
}

// stepOut moves x, which shows nothing of a side, out of what y shows there, to the end that
// the other side of the two says.
func stepOut(x, y *Change, side sideOf) {
	p, core := side(x)
	q, _ := side(y)
	before := x.A.Lo < y.CoreA.Lo
	if x.A.Len() == 0 {
		before = x.B.Lo < y.CoreB.Lo
	}
	at := q.Hi
	if before {
		at = q.Lo
	}
	*p = shingle.Span{Lo: at, Hi: at}
	*core = *p
}

// cut ends what x shows of a side before what differs of y, and what y shows after it. Of
// two that differ in the same characters, far apart on the other side, x keeps them.
func (c *comparison) cut(x, y *Change, side sideOf) {
	p, p0 := side(x)
	q, q0 := side(y)
	p.Hi = max(p0.Hi, min(p.Hi, q0.Lo))
	q0.Lo = max(q0.Lo, p.Hi)
	q0.Hi = max(q0.Hi, q0.Lo)
	q.Lo, q.Hi = max(q.Lo, p.Hi), max(q.Hi, q0.Hi)
	x.AText, x.BText = x.A.Of(c.a.text), x.B.Of(c.b.text)
	y.AText, y.BText = y.A.Of(c.a.text), y.B.Of(c.b.text)
}
