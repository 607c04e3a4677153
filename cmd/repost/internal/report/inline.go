package report

import (
	"fmt"

	"repost/dedup/diff"
	"repost/shingle"
)

// The inline view of a difference is one text: the second, with what the first has besides
// in its place. A passage that moved stands where the second text has it, and a stub where it
// was. O(changes + blocks × cells).

// inline makes one text of the two: the second, with what the first has besides.
func (p *page) inline() {
	right := cells(p.Difference, 1)
	stubs := p.stubs(right)
	seen := make([]bool, len(p.Changes))
	p.Inline = append(p.Inline, stubs[-1]...)
	for k, c := range right {
		part := pagePart{Own: p.Word("en"), Pieces: p.folded(p.merged(c.span, c.block, seen))}
		kind, number := p.kind(c), p.movedNumber(c)
		if kind != diff.InPlace {
			part.Class, part.Label, part.ID = "block "+string(kind), p.Word(blockLabel(kind, 1)), fmt.Sprintf("i-k%d", c.block)
		}
		if kind == diff.Moved {
			part.ID, part.Label = fmt.Sprintf("i-b%d", number), p.Word(fmt.Sprintf("moved %d,", number))
			part.Ref, part.RefText = fmt.Sprintf("i-a%d", number), p.Word("from here")
		}
		p.Inline = append(p.Inline, part)
		p.Inline = append(p.Inline, stubs[k]...)
	}
	if len(right) == 0 {
		p.Inline = append(p.Inline, pagePart{Pieces: p.merged(shingle.Span{Lo: 0, Hi: len(p.TextB)}, inPlace, seen)})
	}
	for _, c := range cells(p.Difference, 0) { // what the first has once more
		if p.kind(c) == diff.Repeated {
			p.Inline = append(p.Inline, p.onceMore(c, seen))
		}
	}
	for n := range p.Changes { // what the second text has no place for
		if !seen[n] {
			p.Inline = append(p.Inline, pagePart{Pieces: p.both(n)})
		}
	}
}

// onceMore returns a passage that the first text has once more, with what differs in it.
func (p *page) onceMore(c cell, seen []bool) pagePart {
	part := pagePart{
		Class: "block " + string(diff.Repeated), Own: p.Word("en"), Label: p.Word(blockLabel(diff.Repeated, 0)), ID: fmt.Sprintf("i-k%d", c.block),
	}
	for _, q := range p.pieces(c.span, p.within(c.span, 0, c.block), 0) {
		part.Pieces = append(part.Pieces, p.piece(q, 0, "inline")...)
		if q.change >= 0 && !seen[q.change] {
			seen[q.change] = true
			_, b, _ := p.of(q.change, 1)
			for _, q := range p.pieces(b, []int{q.change}, 1) {
				part.Pieces = append(part.Pieces, p.piece(q, 1, "inline")...)
			}
		}
	}
	return part
}

// stubs says after which of cells a moved block of the first text was; -1 is before all.
func (p *page) stubs(cells []cell) map[int][]pagePart {
	out := map[int][]pagePart{}
	for _, m := range p.Blocks {
		if m.Kind != diff.Moved {
			continue
		}
		at, last := -1, -1
		for k, c := range cells {
			if c.block < 0 {
				continue
			}
			b := p.Blocks[c.block]
			if b.Kind != diff.Moved && b.A.Lo < b.A.Hi && b.A.Hi <= m.A.Lo && b.A.Hi > last {
				at, last = k, b.A.Hi
			}
		}
		out[at] = append(out[at], pagePart{
			Own: p.Word("en"), Stub: p.Word(fmt.Sprintf("moved %d,", m.Number)), ID: fmt.Sprintf("i-a%d", m.Number),
			Ref: fmt.Sprintf("i-b%d", m.Number), RefText: p.Word("to here"),
		})
	}
	return out
}

// merged returns the bytes s of the second text with both sides of each change.
func (p *page) merged(s shingle.Span, block int, seen []bool) []pagePiece {
	var out []pagePiece
	at := s.Lo
	for _, n := range p.within(s, 1, block) {
		if seen[n] {
			continue
		}
		seen[n] = true
		_, shown, _ := p.of(n, 1)
		if at < shown.Lo {
			out = append(out, pagePiece{Before: clean(p.TextB[at:shown.Lo])})
			at = shown.Lo
		}
		out = append(out, p.both(n)...)
		at = max(at, shown.Hi)
	}
	if at < s.Hi {
		out = append(out, pagePiece{Before: clean(p.TextB[at:s.Hi])})
	}
	return out
}

// both returns the two readings of change n.
func (p *page) both(n int) (out []pagePiece) {
	for side := range 2 {
		_, s, _ := p.of(n, side)
		for _, q := range p.pieces(s, []int{n}, side) {
			out = append(out, p.piece(q, side, "inline")...)
		}
	}
	return out
}
