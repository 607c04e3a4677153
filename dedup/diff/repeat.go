package diff

import (
	"slices"

	"repost/shingle"
)

// A passage that one text has once more is a block of its own, and what it says is no
// addition. It may still differ from the passage that it repeats: p1 p2 against
// p1 p2 p1 p2′. So the two are compared like two texts, and what differs is listed as
// Repeated. Cost: one comparison of each such passage with its first stand.

// repeats appends the changes inside of repeated passages.
func (c *comparison) repeats() {
	if c.opt.inner {
		return
	}
	n := len(c.changes)
	for _, k := range c.blocks {
		if k.Kind != Repeated || k.A.Of(c.a.text) == k.B.Of(c.b.text) {
			continue
		}
		opt := c.opt
		opt.inner, opt.Work = true, max(1, c.budget)
		r := Compare(Side{Text: k.A.Of(c.a.text)}, Side{Text: k.B.Of(c.b.text)}, opt)
		for _, x := range r.Changes {
			x.A, x.CoreA = shifted(x.A, k.A.Lo), shifted(x.CoreA, k.A.Lo)
			x.B, x.CoreB = shifted(x.B, k.B.Lo), shifted(x.CoreB, k.B.Lo)
			x.Repeated = true
			x.Reasons = append(slices.Clip(x.Reasons), "in a passage that stands once more")
			c.changes = append(c.changes, x)
		}
		c.caps = append(c.caps, r.Caps...)
	}
	if len(c.changes) > n {
		slices.SortStableFunc(c.changes, byEnd)
	}
}

func shifted(s shingle.Span, by int) shingle.Span {
	return shingle.Span{Lo: s.Lo + by, Hi: s.Hi + by}
}
