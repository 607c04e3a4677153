package diff

import (
	"cmp"
	"slices"
	"strings"

	"repost/shingle"
	"repost/shingle/mask"
)

// A against B is B against A read from the other side: the same passages, the same changes
// with their two sides exchanged. An alignment has to break ties, though (which of two
// equal sentences is the one that stayed, at which end of a repetition a word was put in),
// and every rule for that prefers one side. So two texts are always aligned in one order,
// the shorter first, and the alignment is turned over where they were given in the other.
// Cost: linear in the tokens, for half of all comparisons.

// turns reports whether a and b are aligned in the other order.
func turns(a, b Side) bool {
	bySpan := func(x, y shingle.Span) int { return cmp.Or(x.Lo-y.Lo, x.Hi-y.Hi) }
	return cmp.Or(
		len(a.Text)-len(b.Text),
		strings.Compare(a.Text, b.Text),
		slices.CompareFunc(a.Spans, b.Spans, bySpan),
		slices.CompareFunc(a.Masks, b.Masks, func(x, y mask.Mask) int {
			return cmp.Or(bySpan(x.Span, y.Span), cmp.Compare(x.Reason, y.Reason))
		}),
	) > 0
}

// turn exchanges the sides of an alignment.
func (c *comparison) turn() {
	mate, inOrder := make([]int32, len(c.a.toks)), make([]bool, len(c.a.toks))
	for i := range mate {
		mate[i] = -1
	}
	for j, i := range c.mate {
		if i < 0 {
			continue
		}
		mate[i], inOrder[i] = int32(j), c.inOrder[j]
		if c.b.flags[j]&isCopy != 0 {
			c.a.flags[i] |= isCopy
		}
		c.b.flags[j] &^= isCopy
	}
	c.a, c.b, c.mate, c.inOrder = c.b, c.a, mate, inOrder
	for k := range c.edits {
		e := &c.edits[k]
		e.a0, e.a1, e.b0, e.b1 = e.b0, e.b1, e.a0, e.a1
	}
	for k := range c.blocks {
		c.blocks[k] = c.blocks[k].turned()
	}
	for k := range c.bounds {
		c.bounds[k].a, c.bounds[k].b = c.bounds[k].b, c.bounds[k].a
	}
}

// turned returns a block seen from the other text.
func (blk Block) turned() Block {
	blk.A, blk.B = blk.B, blk.A
	for _, k := range [][2]BlockKind{{Omitted, Inserted}, {Split, Merged}} {
		switch blk.Kind {
		case k[0]:
			blk.Kind = k[1]
		case k[1]:
			blk.Kind = k[0]
		}
	}
	switch blk.Again {
	case "a":
		blk.Again = "b"
	case "b":
		blk.Again = "a"
	}
	return blk
}
