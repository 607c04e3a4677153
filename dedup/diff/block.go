package diff

import (
	"cmp"
	"slices"
	"sort"

	"repost/dedup/align"
	"repost/shingle"
	"repost/shingle/mask"
)

const (
	// leastBlock is the length in strong tokens from which what stands on one
	// side alone is a block even inside a paragraph.
	leastBlock = 40
	// leastRepeat is the shortest passage that is reported as repeated.
	leastRepeat = 12
)

// findBlocks turns the lists of pairs and the edits of one side into blocks.
// Edits that are blocks and nothing else are dropped.
func (c *comparison) findBlocks(lists [][]pair) {
	c.findPages()
	keep := c.edits[:0]
	for _, e := range c.edits {
		if !c.oneSided(e) {
			keep = append(keep, e)
			continue
		}
		blk, only := c.blockOf(e)
		if only && c.opt.Masked && (blk == nil || blk.Other) {
			e, only = c.masked(e), false
			if blk != nil {
				blk.Other = false
			}
		}
		if blk != nil {
			c.blocks = append(c.blocks, *blk)
		}
		if !only {
			keep = append(keep, e)
		}
	}
	c.edits = keep
	c.outside()
	c.places(lists)
	c.standOut()
}

// sortBlocks puts the blocks in the order of A, and numbers those that moved.
func (c *comparison) sortBlocks() {
	slices.SortStableFunc(c.blocks, func(x, y Block) int {
		return cmp.Or(x.A.Lo-y.A.Lo, x.A.Hi-y.A.Hi, x.B.Lo-y.B.Lo, x.B.Hi-y.B.Hi)
	})
	n := 0
	for i := range c.blocks {
		if c.blocks[i].Kind == Moved {
			n++
			c.blocks[i].Number = n
		}
	}
}

// standOut takes from the blocks around a passage that stands once more the marks at its
// edges: they were taken for those that close the block before it.
func (c *comparison) standOut() {
	for i := range c.blocks {
		if c.blocks[i].Kind != Repeated {
			continue
		}
		side := func(k *Block) *shingle.Span { return &k.A }
		if c.blocks[i].Again == "b" {
			side = func(k *Block) *shingle.Span { return &k.B }
		}
		at := *side(&c.blocks[i])
		for k := range c.blocks {
			s := side(&c.blocks[k])
			switch {
			case k == i || c.blocks[k].Kind == Repeated || !s.Overlaps(at):
			case s.Lo < at.Lo:
				s.Hi = at.Lo
			default:
				s.Lo = min(at.Hi, s.Hi)
			}
		}
	}
}

// masked decides an edit that lies wholly in masks: see Options.Masked.
func (c *comparison) masked(e edit) edit {
	v, lo, hi, class, what := c.a, e.a0, e.a1, Omission, "left out"
	if lo == hi {
		v, lo, hi, class, what = c.b, e.b0, e.b1, Addition, "put in"
	}
	at := v.trim(lo, hi)
	i := slices.IndexFunc(v.masks, func(m mask.Mask) bool { return m.Span.Overlaps(at) })
	if v.framed(lo, hi) {
		e.phrase, e.decided = value, &framedBy
		return e
	}
	reason := "what is no text of the story"
	if i >= 0 {
		switch r := v.masks[i].Reason; {
		case r == mask.SourceLine:
			class = SourceLine
		case travels(r) || r == mask.Editor:
			class = Byline
		}
		reason = string(v.masks[i].Reason)
	}
	e.phrase, e.decided = value, &verdict{Minor, class, reason + " is " + what}
	return e
}

func (c *comparison) oneSided(e edit) bool {
	return !e.weak && !e.same && !e.byline && (e.a0 == e.a1) != (e.b0 == e.b1)
}

// blockOf returns the block that a one-sided edit is, if it is one, and whether
// it is nothing else: a repetition, or no part of the story.
func (c *comparison) blockOf(e edit) (blk *Block, only bool) {
	v, other, lo, hi, kind := c.a, c.b, e.a0, e.a1, Omitted
	if lo == hi {
		v, other, lo, hi, kind = c.b, c.a, e.b0, e.b1, Inserted
	}
	size := v.count(lo, hi)
	if size == 0 || v.framed(lo, hi) {
		return nil, false
	}
	whole := v.wholeLine(lo, hi)
	if !whole && size < leastBlock {
		return nil, v.aside(lo, hi)
	}
	blk = &Block{A: c.a.trim(e.a0, e.a1), B: c.b.trim(e.b0, e.b1), Kind: kind}
	// A headline that stands in a sentence of the other text too is gone all the same.
	if at, ok := repetition(v, other, lo, hi, size); ok && !c.opt.inner && (!v.heads(lo, hi) || wholeLines(other.text, at)) {
		*blk = blk.again(at)
		return blk, true
	}
	if c.opt.inner {
		return blk, false
	}
	blk.Other = v.aside(lo, hi) || !v.spans && !other.silent() &&
		(c.foreign(v, lo, hi, size) || whole && (v.page && v.isCaption(lo, hi) || c.atEdge(v, lo, hi) && c.looksAside(v, lo, hi) && !v.heads(lo, hi)))
	return blk, blk.Other
}

// again returns the block of one side as one that repeats what stands at a place of the
// other.
func (blk Block) again(at shingle.Span) Block {
	if blk.Kind == Omitted {
		blk.B, blk.Again = at, "a"
	} else {
		blk.A, blk.Again = at, "b"
	}
	blk.Kind, blk.Other = Repeated, false
	return blk
}

func (v *view) count(lo, hi int) int {
	n := 0
	for i := lo; i < hi; i++ {
		if v.is(i, isStrong) {
			n++
		}
	}
	return n
}

// trim returns the bytes of tokens [lo, hi) without white space at the ends.
func (v *view) trim(lo, hi int) shingle.Span {
	for lo < hi && v.toks[lo].kind == space {
		lo++
	}
	for lo < hi && v.toks[hi-1].kind == space {
		hi--
	}
	return v.span(lo, hi)
}

// repetition finds [lo, hi) of v a second time, in other, with as many marks around it.
func repetition(v, other *view, lo, hi, size int) (shingle.Span, bool) {
	if size < leastRepeat {
		return shingle.Span{}, false
	}
	var sv []int
	for i := lo; i < hi; i++ {
		if v.toks[i].strong() {
			sv = append(sv, i)
		}
	}
	if other.again == nil {
		other.again = other.newRepetitions()
	}
	r := other.again
	r.runs, _ = r.matcher.Matches(r.runs[:0], v.keys(sv))
	chains := r.chainer.Chains(r.runs, passages)
	if len(chains) == 0 || 10*chains[0].Matched < 8*size {
		return shingle.Span{}, false
	}
	a, b := chains[0].B()
	first, last := r.at[a], r.at[b-1]+1
	for i := sv[0]; i > lo && first > 0 && v.toks[i-1].kind == punct && other.toks[first-1].kind == punct; i-- {
		first--
	}
	for i := sv[len(sv)-1] + 1; i < hi && last < len(other.toks) && v.toks[i].kind == punct && other.toks[last].kind == punct; i++ {
		last++
	}
	return other.span(first, last), true
}

// repetitions is a text made ready to be searched for many passages.
type repetitions struct {
	at      []int // its strong tokens that are not masked
	matcher align.Matcher
	chainer align.Chainer
	runs    []align.Run
}

func (v *view) newRepetitions() *repetitions {
	r := new(repetitions)
	for i, f := range v.flags {
		if f&(isStrong|isMasked) == isStrong {
			r.at = append(r.at, i)
		}
	}
	r.matcher.Reset(v.keys(r.at))
	return r
}

// outside reports what stands around the story and found no place: other stories,
// captions, links.
func (c *comparison) outside() {
	for _, side := range []struct {
		v, to *view
		k     BlockKind
	}{{c.a, c.b, Omitted}, {c.b, c.a, Inserted}} {
		v := side.v
		parts := v.around()
		if len(parts) == 0 {
			continue
		}
		ends := c.ends(side.k)
		same := map[string]bool{} // parts that stand around the other story too
		for _, p := range side.to.around() {
			same[side.to.trim(p[0], p[1]).Of(side.to.text)] = true
		}
		for _, p := range parts {
			blk := Block{Kind: side.k, Other: true}
			if blk.A = v.trim(p[0], p[1]); side.k == Inserted {
				blk.A, blk.B = blk.B, blk.A
			}
			if at, ok := repetition(v, side.to, p[0], p[1], v.count(p[0], p[1])); ok && !same[v.trim(p[0], p[1]).Of(v.text)] && side.to.is(side.to.tokenAt(at.Lo), isStory) {
				c.blocks = append(c.blocks, blk.again(at))
				continue
			}
			blk.anchor(ends[p[0]])
			c.blocks = append(c.blocks, blk)
		}
	}
}

// tokenAt returns the first token that begins at byte at or after it.
func (v *view) tokenAt(at int) int {
	return sort.Search(len(v.toks), func(i int) bool { return v.toks[i].lo >= at })
}

// ends says, for each token of one side, where the text of the other side ends that is
// in place with the tokens before it. O(tokens), once for all blocks: where each block went
// through them, 1.2 MB of source code took 10 s.
func (c *comparison) ends(kind BlockKind) []int {
	own := c.b
	if kind == Omitted {
		own = c.a
	}
	out := make([]int, len(own.toks)+1)
	for j, m := range c.mate {
		switch {
		case m < 0 || !c.inOrder[j]:
		case kind == Omitted:
			out[m+1] = max(out[m+1], c.b.toks[j].hi)
		default:
			out[j+1] = max(out[j+1], c.a.toks[m].hi)
		}
	}
	for i := 1; i < len(out); i++ {
		out[i] = max(out[i], out[i-1])
	}
	return out
}

// anchor puts the empty side of a block at a place of the other text.
func (blk *Block) anchor(at int) {
	if blk.Kind == Omitted {
		blk.B = shingle.Span{Lo: at, Hi: at}
	} else {
		blk.A = shingle.Span{Lo: at, Hi: at}
	}
}

// places reports the passages in place, apart where something else comes
// between, and those that moved.
func (c *comparison) places(lists [][]pair) {
	broken := c.interrupted
	for k, l := range lists {
		if k == 1 {
			broken = c.filled()
		}
		for _, l := range whole(l, broken) {
			switch {
			case k == 0:
				c.paragraphs(l)
			case c.stays[k]:
				c.blocks = append(c.blocks, c.block(l, InPlace))
			default:
				c.blocks = append(c.blocks, c.block(l, Moved))
			}
		}
	}
}

// filled returns what reports whether text that has its place elsewhere stands between two
// pairs of a passage that moved.
func (c *comparison) filled() func(p, q pair) bool {
	mates := make([]int32, len(c.a.toks)) // of the tokens of A, from 1
	for j, i := range c.mate {
		if i >= 0 {
			mates[i] = int32(j + 1)
		}
	}
	return func(p, q pair) bool {
		for j := p.b + 1; j < q.b; j++ {
			if i := int(c.mate[j]); i >= 0 && (i <= p.a || i >= q.a) {
				return true
			}
		}
		for i := p.a + 1; i < q.a; i++ {
			if j := int(mates[i]) - 1; j >= 0 && (j <= p.b || j >= q.b) {
				return true
			}
		}
		return false
	}
}

// whole parts a passage where something else comes between on either side.
func whole(l []pair, broken func(p, q pair) bool) (parts [][]pair) {
	for k := 0; k < len(l); {
		e := k + 1
		for e < len(l) && !broken(l[e-1], l[e]) {
			e++
		}
		parts = append(parts, l[k:e])
		k = e
	}
	return parts
}

func (c *comparison) block(l []pair, k BlockKind) Block {
	p, q := l[0], l[len(l)-1]
	return Block{A: c.a.rounded(p.a, q.a), B: c.b.rounded(p.b, q.b), Kind: k}
}

// rounded returns tokens lo to hi with the marks that open before and close
// after them.
func (v *view) rounded(lo, hi int) shingle.Span {
	for lo > 0 && (v.toks[lo-1].mark == openQuote || v.toks[lo-1].mark == openBracket) {
		lo--
	}
	for hi+1 < len(v.toks) && v.toks[hi+1].kind == punct && v.toks[hi+1].mark != openQuote && v.toks[hi+1].mark != openBracket {
		hi++
	}
	return v.span(lo, hi+1)
}

// interrupted reports whether a block that is no part of the passage stands
// between two pairs.
func (c *comparison) interrupted(p, q pair) bool {
	hole := func(v *view, lo, hi int) bool {
		for i := lo; i < hi; i++ {
			if v.flags[i]&isStrong != 0 && !v.open(i) {
				return true
			}
		}
		return false
	}
	if q.a == p.a+1 && q.b == p.b+1 {
		return false
	}
	if hole(c.a, p.a+1, q.a) || hole(c.b, p.b+1, q.b) {
		return true
	}
	if q.a-p.a < leastLine && q.b-p.b < leastLine {
		return false
	}
	for _, b := range c.blocks {
		inA := b.A.Lo >= c.a.toks[p.a].hi && b.A.Hi <= c.a.toks[q.a].lo
		inB := b.B.Lo >= c.b.toks[p.b].hi && b.B.Hi <= c.b.toks[q.b].lo
		if (inA || b.Again == "b") && (inB || b.Again == "a") {
			return true
		}
	}
	return false
}

// paragraphs reports a passage in place, apart where one side has a paragraph
// break after a sentence and the other goes on.
func (c *comparison) paragraphs(l []pair) {
	kind, start := InPlace, 0 // of the paragraph pair that is open
	from := 0                 // of the run of in-place paragraphs that is open
	flush := func(end int) {
		if kind == InPlace {
			return
		}
		if from < start {
			c.blocks = append(c.blocks, c.block(l[from:start], InPlace))
		}
		c.blocks = append(c.blocks, c.block(l[start:end], kind))
		from = end
	}
	for k := 1; k < len(l); k++ {
		pa, pb := c.a.parted(l[k-1].a, l[k].a), c.b.parted(l[k-1].b, l[k].b)
		switch {
		case pa && pb:
			flush(k)
			start, kind = k, InPlace
		case pa:
			kind = Merged
		case pb:
			kind = Split
		}
	}
	flush(len(l))
	if from < len(l) {
		c.blocks = append(c.blocks, c.block(l[from:], InPlace))
	}
}

// parted reports whether a paragraph ends between tokens lo and hi: a sentence
// mark and then a line break.
func (v *view) parted(lo, hi int) bool {
	if hi == lo+1 {
		return false
	}
	end := false
	for i := lo + 1; i < hi; i++ {
		if v.toks[i].mark.endsSentence() {
			end = true
		}
		if v.toks[i].brk && end {
			return true
		}
	}
	return false
}
