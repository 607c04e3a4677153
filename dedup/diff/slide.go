package diff

import (
	"cmp"

	"repost/shingle/words"
)

const maxSlide = 80 // tokens each way

// slide moves what was taken out or put in to where a reader would cut it: of
// all places that give the same two texts, the one that begins and ends at the
// best boundary (line, sentence, clause). Tokens are whole numbers and words, so
// no number is ever cut. It takes the pairs of each passage, and returns them as they
// are after the moves.
func (c *comparison) slide(lists [][]pair) [][]pair {
	moved := c.rejoin()
	c.partSentences()
	inA, inB := make([]bool, len(c.a.toks)+1), make([]bool, len(c.b.toks)+1)
	for _, e := range c.edits {
		for i := e.a0; i < e.a1; i++ {
			inA[i] = true
		}
		for j := e.b0; j < e.b1; j++ {
			inB[j] = true
		}
	}
	for k := range c.edits {
		e := &c.edits[k]
		switch {
		case e.weak || e.same || e.byline || e.empty():
		case e.b0 == e.b1:
			d := best(c.a, e.a0, e.a1, func(s int) bool {
				i, j := e.a0+s, e.b0+s
				if s < 0 {
					return i >= 0 && j >= 0 && !inA[i] && !inB[j] && int(c.mate[j]) == i && c.b.of(j) == c.a.of(i) && c.a.of(i) == c.a.of(e.a1+s)
				}
				i, j = e.a1+s, e.b0+s
				return i < len(c.a.toks) && j < len(c.b.toks) && !inA[i] && !inB[j] && int(c.mate[j]) == i && c.b.of(j) == c.a.of(i) && c.a.of(i) == c.a.of(e.a0+s)
			})
			shiftMarks(inA, e.a0, e.a1, d)
			moved = moved || d != 0
			n := e.a1 - e.a0
			for s := d; s < 0; s++ {
				c.mate[e.b0+s] += int32(n)
			}
			for s := range max(d, 0) {
				c.mate[e.b0+s] -= int32(n)
			}
			e.a0, e.a1, e.b0, e.b1 = e.a0+d, e.a1+d, e.b0+d, e.b1+d
		case e.a0 == e.a1:
			n := e.b1 - e.b0
			d := best(c.b, e.b0, e.b1, func(s int) bool {
				i, j := e.a0+s, e.b0+s
				if s < 0 {
					return i >= 0 && j >= 0 && !inA[i] && !inB[j] && int(c.mate[j]) == i && c.b.of(j) == c.a.of(i) && c.b.of(j) == c.b.of(e.b1+s)
				}
				j = e.b1 + s
				return i < len(c.a.toks) && j < len(c.b.toks) && !inA[i] && !inB[j] && int(c.mate[j]) == i && c.b.of(j) == c.a.of(i) && c.b.of(j) == c.b.of(e.b0+s)
			})
			shiftMarks(inB, e.b0, e.b1, d)
			moved = moved || d != 0
			c.shiftMates(e.b0, e.b1, n, d)
			e.a0, e.a1, e.b0, e.b1 = e.a0+d, e.a1+d, e.b0+d, e.b1+d
		}
	}
	if c.relabel() {
		moved = true
	}
	if !moved {
		return lists
	}
	return c.relist(lists)
}

// relist returns lists with the mates that tokens have now: a pair is of the passage that
// held its token of A, or else its token of B.
func (c *comparison) relist(lists [][]pair) [][]pair {
	ofA, ofB := make([]int32, len(c.a.toks)), make([]int32, len(c.b.toks)) // number of the passage, from 1
	for k, l := range lists {
		for _, p := range l {
			ofA[p.a], ofB[p.b] = int32(k+1), int32(k+1)
		}
	}
	out := make([][]pair, len(lists))
	for j, i := range c.mate {
		if i < 0 || !c.b.toks[j].strong() {
			continue
		}
		if k := cmp.Or(ofA[i], ofB[j]); k > 0 {
			out[k-1] = append(out[k-1], pair{int(i), j})
		}
	}
	return out
}

// shiftMates moves the mates of B by d tokens over an insertion of n tokens.
func (c *comparison) shiftMates(b0, b1, n, d int) {
	for s := -1; s >= d; s-- { // to the left: what stood before stands after
		c.mate[b1+s], c.inOrder[b1+s] = c.mate[b0+s], c.inOrder[b0+s]
		c.mate[b0+s] = -1
		c.b.flags[b1+s] |= isCopy
	}
	for s := range max(d, 0) {
		c.mate[b0+s], c.inOrder[b0+s] = c.mate[b1+s], c.inOrder[b1+s]
		c.mate[b1+s] = -1
		c.b.flags[b0+s] |= isCopy
	}
}

func shiftMarks(in []bool, lo, hi, d int) {
	for i := lo; i < hi; i++ {
		in[i] = false
	}
	for i := lo + d; i < hi+d; i++ {
		in[i] = true
	}
}

// best returns the shift of [lo, hi) with the best two edges; ok says for each
// step, -1, -2, … and 0, 1, …, whether it can be made.
func best(v *view, lo, hi int, ok func(s int) bool) int {
	shift, top := 0, v.fit(lo, hi)
	first, last := 0, 0 // the shifts that can be made
	for ; first > -maxSlide && ok(first-1); first-- {
		if q := v.fit(lo+first-1, hi+first-1); q > top {
			shift, top = first-1, q
		}
	}
	for ; last < maxSlide && ok(last); last++ {
		if q := v.fit(lo+last+1, hi+last+1); q > top {
			shift, top = last+1, q
		}
	}
	if top == 0 && first < last {
		return v.betweenWords(lo, hi, first, last)
	}
	return shift
}

// wordReach is how many characters around an edge are parted into words.
const wordReach = 8

// betweenWords returns the shift of [lo, hi), from first to last, with which it begins and
// ends between Chinese words, the least if there are several, or 0: 做出|突出|贡献 and no
// 出突. Of words that stand twice in a row the second ones are too many: 与此|与此|同时.
// O(length of the slide) for each edge.
func (v *view) betweenWords(lo, hi, first, last int) int {
	if !v.onlyHan(lo+first, lo+last) {
		return 0
	}
	if last-first >= hi-lo {
		return last
	}
	x, y := v.wordEdges(lo+first, lo+last), v.wordEdges(hi+first, hi+last)
	shift, far := 0, last-first+1
	for s := first; s <= last; s++ {
		if d := max(s, -s); d < far && x[v.end(lo+s)] && y[v.end(hi+s)] {
			shift, far = s, d
		}
	}
	return shift
}

// wordEdges returns the bytes at which words begin or end among tokens [lo, hi] and around.
func (v *view) wordEdges(lo, hi int) map[int]bool {
	out := map[int]bool{}
	at := v.end(max(0, lo-wordReach))
	for _, w := range words.Segment(v.text[at:v.end(min(len(v.toks), hi+wordReach))]) {
		out[at+w.Span.Lo], out[at+w.Span.Hi] = true, true
	}
	return out
}

// fit says how well [lo, hi) is cut: the worse edge counts, then the better.
func (v *view) fit(lo, hi int) int {
	x, y := v.edge(lo), v.edge(hi)
	if min(x, y) == 0 {
		return 0
	}
	return 10*min(x, y) + max(x, y)
}

// edge says how good a boundary there is before token i, 0 to 5.
func (v *view) edge(i int) int {
	if i <= 0 || i >= len(v.toks) {
		return 5
	}
	p, t := v.toks[i-1], v.toks[i]
	switch {
	case p.brk:
		return 5
	case t.kind == punct && t.mark != openQuote && t.mark != openBracket && t.mark != otherMark:
		return 0
	case p.mark.endsSentence():
		return 4
	case p.mark == closeQuote && i > 1 && v.toks[i-2].mark.endsSentence():
		return 4
	case t.brk:
		return 3
	case p.mark == semicolon || p.mark == colon:
		return 3
	case p.mark == comma:
		return 2
	case p.mark == openQuote || p.mark == openBracket:
		return 0
	case !p.strong() || !t.strong():
		return 1
	}
	return 0
}
