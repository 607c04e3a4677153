package report

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"repost/dedup/diff"
	"repost/shingle"
)

// Two texts in rows: what stands in place side by side, what is on one side alone
// opposite to nothing, and what moved in both places, each pointing to the other.
// The side-by-side view of the terminal and that of the page print the same rows.

// row is one row of the two texts.
type row struct {
	kind    diff.BlockKind
	number  int // of a moved block
	a, b    []piece
	changes []int // of both sides, ascending
	// stands says which side shows what the other repeats, and stands in a row of its own.
	stands [2]bool
}

// piece is text that is the same, or one side of a change.
type piece struct {
	text   string
	change int    // index in Changes, or -1
	before string // of a change, what of the shown words does not differ
	core   string
	after  string
}

// cell is a passage of one side and what it is.
type cell struct {
	span  shingle.Span
	block int // index in Blocks; of change n, which is in no block, -1-n; below that, of nothing
}

// kind returns what became of a cell's passage.
func (d *Difference) kind(c cell) diff.BlockKind {
	if c.block < 0 {
		return diff.InPlace
	}
	return d.Blocks[c.block].Kind
}

// movedNumber returns the number of a cell that moved, else 0.
func (d *Difference) movedNumber(c cell) int {
	if c.block < 0 {
		return 0
	}
	return d.Blocks[c.block].Number
}

// inPlace is the number for blocks that are not a repetition.
const inPlace = -1

// splitAt is the length in bytes from which a row ends at the next sentence that
// both sides have in common: about eighty characters.
const splitAt = 240

// aligned returns the rows of a difference.
func aligned(d *Difference) []row {
	left, right := cells(d, 0), cells(d, 1)
	inA, inB := byBlock(left), byBlock(right)
	var out []row
	i, j := 0, 0
	// Blocks in place are the same sequence on both sides; what is on one side
	// alone comes between them.
	for i < len(left) || j < len(right) {
		if i < len(left) {
			if _, both := inB[left[i].block]; !both || d.kind(left[i]) == diff.Moved {
				out = append(out, d.row(left[i], 0))
				i++
				continue
			}
		}
		if j < len(right) {
			if _, both := inA[right[j].block]; !both || d.kind(right[j]) == diff.Moved {
				out = append(out, d.row(right[j], 1))
				j++
				continue
			}
		}
		if i >= len(left) || j >= len(right) { // what the other side should have, and has not
			for ; i < len(left); i++ {
				out = append(out, d.row(left[i], 0))
			}
			for ; j < len(right); j++ {
				out = append(out, d.row(right[j], 1))
			}
			break
		}
		if left[i].block != right[j].block { // in another order: each stands alone
			delete(inA, left[i].block)
			delete(inB, left[i].block)
			out = append(out, d.row(left[i], 0))
			i++
			continue
		}
		out = append(out, d.split(left[i], right[j])...)
		i, j = i+1, j+1
	}
	return out
}

func byBlock(cells []cell) map[int]bool {
	out := map[int]bool{}
	for _, c := range cells {
		out[c.block] = true
	}
	return out
}

// cells returns the passages of a side, ascending and disjoint, each up to the
// next: what stands between two blocks goes with the first.
func cells(d *Difference, side int) []cell {
	text, spans := d.TextA, d.A.Spans
	if side == 1 {
		text, spans = d.TextB, d.B.Spans
	}
	var out []cell
	take := func(repeated bool) {
		for n, b := range d.Blocks {
			s := b.A
			if side == 1 {
				s = b.B
			}
			switch {
			case s.Lo == s.Hi || b.Other && b.Kind != diff.Moved || (b.Kind == diff.Repeated) != repeated:
				continue
			case repeated && b.Again != sideNames[side]: // what it repeats is in another block
				continue
			}
			if !slices.ContainsFunc(out, func(c cell) bool { return c.span.Overlaps(s) }) {
				out = append(out, cell{s, n})
			}
		}
	}
	take(false)
	take(true)
	out = d.cover(out, side)
	for k := range out {
		end := len(text)
		if k+1 < len(out) {
			end = out[k+1].span.Lo
		}
		out[k].span.Hi = max(out[k].span.Hi, d.reach(out[k].span.Hi, end, side, spans))
		start := 0
		if k > 0 {
			start = out[k-1].span.Hi
		}
		out[k].span.Lo = min(out[k].span.Lo, d.reachBack(out[k].span.Lo, start, side, spans))
	}
	return d.leftOver(out, side, text, spans)
}

// leftOver adds cells for the text of the story that stands in no other: marks between
// two passages that are no part of it.
func (d *Difference) leftOver(cells []cell, side int, text string, spans []shingle.Span) []cell {
	var held []shingle.Span
	for _, c := range cells {
		held = append(held, c.span)
	}
	d.apart(side, func(s shingle.Span) { held = append(held, s) })
	at := 0
	for _, s := range spans {
		held = append(held, shingle.Span{Lo: at, Hi: s.Lo})
		at = s.Hi
	}
	if spans == nil {
		at = len(text)
	}
	held = append(held, shingle.Span{Lo: at, Hi: len(text)}, shingle.Span{Lo: len(text), Hi: len(text) + 1})
	at = 0
	for _, s := range shingle.Union(held) {
		if at < s.Lo && strings.TrimSpace(text[at:s.Lo]) != "" {
			cells = append(cells, cell{shingle.Span{Lo: at, Hi: s.Lo}, -1 - len(d.Changes) - at})
		}
		at = s.Hi
	}
	slices.SortFunc(cells, byPlace)
	return cells
}

func byPlace(x, y cell) int { return cmp.Or(x.span.Lo-y.span.Lo, x.span.Hi-y.span.Hi) }

// cover returns the cells, ascending, so that each change of a side is in one: a cell is
// widened to a change that crosses its edge or is right before it, and a change apart from
// all cells gets a cell of its own.
func (d *Difference) cover(cells []cell, side int) []cell {
	slices.SortFunc(cells, byPlace)
	for _, n := range d.within(shingle.Span{Hi: len(d.TextA) + len(d.TextB)}, side, inPlace) {
		text, at, _ := d.of(n, side)
		if at.Lo == at.Hi {
			continue
		}
		next := slices.IndexFunc(cells, func(c cell) bool { return c.span.Hi > at.Lo })
		again := next >= 0 && d.kind(cells[next]) == diff.Repeated // what it holds are other changes
		switch {
		case next >= 0 && cells[next].span.Lo <= at.Lo && !again: // it begins in this cell
			cells[next].span.Hi = max(cells[next].span.Hi, at.Hi)
			clip(cells[next+1:], cells[next].span.Hi)
		case next >= 0 && !again && (cells[next].span.Lo <= at.Hi || strings.TrimSpace(text[at.Hi:cells[next].span.Lo]) == ""):
			cells[next].span.Lo = at.Lo
			cells[next].span.Hi = max(cells[next].span.Hi, at.Hi)
			clip(cells[next+1:], cells[next].span.Hi)
		default:
			if next >= 0 {
				clip(cells[next:], at.Hi)
			}
			cells = append(cells, cell{at, -1 - n})
			slices.SortFunc(cells, byPlace)
		}
	}
	return slices.DeleteFunc(cells, func(c cell) bool { return c.span.Lo >= c.span.Hi })
}

// clip cuts off what of the cells stands before lo.
func clip(cells []cell, lo int) {
	for k := range cells {
		if cells[k].span.Lo >= lo {
			return
		}
		cells[k].span.Lo = lo
		cells[k].span.Hi = max(cells[k].span.Hi, lo)
	}
}

// apart calls do for what is masked on a side, or no part of the story.
func (d *Difference) apart(side int, do func(shingle.Span)) {
	masks := d.MaskedA
	if side == 1 {
		masks = d.MaskedB
	}
	for _, m := range masks {
		do(m.Span)
	}
	for _, b := range d.Blocks {
		s := b.A
		if side == 1 {
			s = b.B
		}
		if b.Other && s.Lo < s.Hi {
			do(s)
		}
	}
}

// reachBack returns how far the text before byte at goes back, down to start: see reach.
func (d *Difference) reachBack(at, start, side int, spans []shingle.Span) int {
	d.apart(side, func(s shingle.Span) {
		if s.Lo < at {
			start = max(start, min(at, s.Hi))
		}
	})
	if spans != nil {
		i := slices.IndexFunc(spans, func(s shingle.Span) bool { return s.Hi >= at })
		if i < 0 || spans[i].Lo > at {
			return at
		}
		start = max(start, spans[i].Lo)
	}
	return min(start, at)
}

// reach returns how far the text after byte at continues, up to end, before something that
// is masked or no part of the story.
func (d *Difference) reach(at, end, side int, spans []shingle.Span) int {
	d.apart(side, func(s shingle.Span) {
		if s.Hi > at {
			end = min(end, max(at, s.Lo))
		}
	})
	if spans != nil {
		i := slices.IndexFunc(spans, func(s shingle.Span) bool { return s.Hi >= at })
		if i < 0 {
			return at
		}
		end = min(end, max(at, spans[i].Hi))
	}
	return end
}

// in reports whether change n stands in a block: one inside a passage that is repeated
// stands nowhere else, and any other stands in no such block.
func (d *Difference) in(n, block int) bool {
	c := d.Changes[n]
	if block < 0 || d.Blocks[block].Kind != diff.Repeated {
		return !c.Repeated
	}
	k := d.Blocks[block]
	return c.Repeated && k.A.Lo <= c.A.Lo && c.A.Hi <= k.A.Hi && k.B.Lo <= c.B.Lo && c.B.Hi <= k.B.Hi
}

// of returns the text of a side and its spans of change n, shown and core.
func (d *Difference) of(n, side int) (string, shingle.Span, shingle.Span) {
	c := d.Changes[n]
	if side == 1 {
		return d.TextB, c.B, c.CoreB
	}
	return d.TextA, c.A, c.CoreA
}

// within returns the changes of a block whose text on a side is in s, by place.
func (d *Difference) within(s shingle.Span, side, block int) []int {
	var out []int
	for n := range d.Changes {
		_, at, _ := d.of(n, side)
		if at.Lo >= s.Lo && at.Hi <= s.Hi && d.in(n, block) {
			out = append(out, n)
		}
	}
	slices.SortStableFunc(out, func(x, y int) int {
		_, p, _ := d.of(x, side)
		_, q, _ := d.of(y, side)
		return p.Lo - q.Lo
	})
	return out
}

// row is a row of one side alone.
func (d *Difference) row(c cell, side int) row {
	r := row{kind: d.kind(c), number: d.movedNumber(c)}
	changes := d.within(c.span, side, c.block)
	p := d.pieces(c.span, changes, side)
	if r.kind != diff.Moved && r.kind != diff.Repeated { // an empty side of a change in place is shown there
		changes = slices.DeleteFunc(changes, func(n int) bool { _, s, _ := d.of(n, side); return s.Lo == s.Hi })
	}
	if r.changes = changes; side == 0 {
		r.a = p
	} else {
		r.b = p
	}
	if r.kind == diff.Repeated && len(changes) > 0 { // opposite to what it repeats, with what differs
		r.opposite(d, c.block, 1-side)
	}
	return r
}

// opposite gives a row of a repeated passage the first stand of it, which is on side.
func (r *row) opposite(d *Difference, block, side int) {
	s := d.Blocks[block].A
	if side == 1 {
		s = d.Blocks[block].B
	}
	changes := d.within(s, side, block)
	p := d.pieces(s, changes, side)
	if side == 0 {
		r.a = p
	} else {
		r.b = p
	}
	r.stands, r.changes = [2]bool{side == 0, side == 1}, changes
}

// pieces cuts the bytes s of a side at changes, which are ascending.
func (d *Difference) pieces(s shingle.Span, changes []int, side int) []piece {
	text := d.TextA
	if side == 1 {
		text = d.TextB
	}
	var out []piece
	at := s.Lo
	plain := func(hi int) {
		if at < hi {
			out = append(out, piece{text: text[at:hi], change: -1})
			at = hi
		}
	}
	for _, n := range changes {
		_, shown, core := d.of(n, side)
		shown.Lo = max(shown.Lo, at)
		if shown.Hi < shown.Lo || shown.Lo == shown.Hi {
			continue
		}
		plain(shown.Lo)
		core.Lo, core.Hi = min(max(core.Lo, shown.Lo), shown.Hi), max(shown.Lo, min(core.Hi, shown.Hi))
		out = append(out, piece{
			text: shown.Of(text), change: n,
			before: text[shown.Lo:core.Lo], core: text[core.Lo:core.Hi], after: text[core.Hi:shown.Hi],
		})
		at = shown.Hi
	}
	plain(s.Hi)
	return out
}

// split parts two passages that stand opposite into rows, at sentences that both
// have between two changes.
func (d *Difference) split(x, y cell) []row {
	kind, number := d.kind(x), d.movedNumber(x)
	inA, inB := d.within(x.span, 0, x.block), d.within(y.span, 1, y.block)
	var out []row
	a, z := x.span.Lo, y.span.Lo
	flush := func(hiA, hiB int) {
		p, q := shingle.Span{Lo: a, Hi: hiA}, shingle.Span{Lo: z, Hi: hiB}
		ca, cb := d.within(p, 0, x.block), d.within(q, 1, y.block)
		all := slices.Concat(ca, cb)
		slices.Sort(all)
		out = append(out, row{kind: kind, number: number, a: d.pieces(p, ca, 0), b: d.pieces(q, cb, 1), changes: slices.Compact(all)})
		a, z = hiA, hiB
	}
	atA, atB := x.span.Lo, y.span.Lo // where the text that is the same begins
	for k := 0; k <= len(inA); k++ {
		endA, endB := x.span.Hi, y.span.Hi
		if k < len(inA) {
			c := d.Changes[inA[k]]
			if !slices.Contains(inB, inA[k]) {
				continue
			}
			endA, endB = c.A.Lo, c.B.Lo
		}
		if endA-atA == endB-atB && endA >= atA && d.TextA[atA:endA] == d.TextB[atB:endB] {
			for cut := sentenceEnd(d.TextA[atA:endA], splitAt-(atA-a)); cut > 0; {
				flush(atA+cut, atB+cut)
				atA, atB = atA+cut, atB+cut
				cut = sentenceEnd(d.TextA[atA:endA], splitAt)
			}
		}
		if k < len(inA) {
			c := d.Changes[inA[k]]
			atA, atB = max(atA, c.A.Hi), max(atB, c.B.Hi)
		}
	}
	if a < x.span.Hi || z < y.span.Hi {
		flush(x.span.Hi, y.span.Hi)
	}
	return out
}

// sentenceEnd returns the end of the first sentence or line of s that ends after byte
// least, or 0.
func sentenceEnd(s string, least int) int {
	for i, r := range s {
		end := i + utf8.RuneLen(r)
		if r == utf8.RuneError || end < least || !strings.ContainsRune("。！？!?\n", r) {
			continue
		}
		for end < len(s) { // closing marks and white space go with it
			q, n := utf8.DecodeRuneInString(s[end:])
			if !strings.ContainsRune("”’」』）)\" \n", q) {
				break
			}
			end += n
		}
		if end < len(s) {
			return end
		}
		return 0
	}
	return 0
}
