package diff

import (
	"cmp"
	"slices"
	"sort"
)

// A paragraph that is left out may have words in it that stand next to it, too: the title of
// the text in its first sentence. The fewest edits then keep those in its midst, and tear it:
//
//	The Tower                       The Tower
//	In 1897 the Tower burned.
//
// as [The Tower / In 1897 ]the Tower[ burned.]. So where two edits of one side stand on both
// sides of words that one of them begins or ends with, and the two are better cut as one, the
// words take their place there.
//
// Cost: the length of the words, for each two edits next to each other.

// mostIsland is how many tokens may stand between the two edits.
const mostIsland = 40

// rejoin makes one of two edits of one side that are better cut so, and reports whether it did.
func (c *comparison) rejoin() bool {
	did := c.rejoinB()
	out := 0
	for _, e := range c.edits {
		if e.a0 < e.a1 && e.b0 == e.b1 {
			out++
		}
	}
	if out > 1 {
		c.turn()
		did = c.rejoinB() || did
		c.turn()
	}
	return did
}

func (c *comparison) rejoinB() bool {
	order := make([]int, 0, len(c.edits)) // what is put in, in the order of B
	for k, e := range c.edits {
		if e.a0 == e.a1 && e.b0 < e.b1 && !e.weak && !e.same && !e.byline {
			order = append(order, k)
		}
	}
	slices.SortFunc(order, func(x, y int) int { return cmp.Compare(c.edits[x].b0, c.edits[y].b0) })
	var islands []edit
	for n := 1; n < len(order); n++ {
		e, f := &c.edits[order[n-1]], &c.edits[order[n]]
		island := edit{a0: e.a0, a1: f.a0, b0: e.b1, b1: f.b0}
		whole, at, ok := c.asOne(*e, *f)
		if !ok || c.b.fit(whole.b0, whole.b1) <= max(c.b.fit(e.b0, e.b1), c.b.fit(f.b0, f.b1)) || !c.standing(island) {
			continue
		}
		for j := island.b0; j < island.b1; j++ {
			c.mate[j], c.inOrder[j] = -1, false
			c.b.flags[j] &^= isCopy
		}
		for k := range island.a1 - island.a0 {
			c.mateWeak(island.a0+k, at+k, true)
		}
		islands = append(islands, island)
		*e, *f = edit{}, whole
	}
	if len(islands) == 0 {
		return false
	}
	c.edits = slices.DeleteFunc(c.edits, func(x edit) bool { // what differed in them, in mark or case
		k := sort.Search(len(islands), func(k int) bool { return islands[k].b1 >= x.b1 })
		return x.empty() || k < len(islands) && islands[k].holds(x)
	})
	return true
}

// holds reports whether x lies in e on both sides.
func (e edit) holds(x edit) bool {
	return e.a0 <= x.a0 && x.a1 <= e.a1 && e.b0 <= x.b0 && x.b1 <= e.b1
}

// asOne returns e, the words after it and f as one edit, and where in B the words stand then:
// at its beginning, or else at its end.
func (c *comparison) asOne(e, f edit) (whole edit, at int, ok bool) {
	n := f.a0 - e.a0
	if n <= 0 || n > mostIsland || f.b0 < e.b1 {
		return e, 0, false
	}
	equal := func(j int) bool {
		for k := range n {
			if j+k >= len(c.b.toks) || !c.same(e.a0+k, j+k) {
				return false
			}
		}
		return true
	}
	switch {
	case n < e.b1-e.b0 && equal(e.b0):
		return edit{a0: f.a0, a1: f.a0, b0: e.b0 + n, b1: f.b1}, e.b0, true
	case n < f.b1-f.b0 && equal(f.b1-n):
		return edit{a0: e.a0, a1: e.a0, b0: e.b0, b1: f.b1 - n}, f.b1 - n, true
	}
	return e, 0, false
}

// standing reports whether the words between two edits are those of each other, in place.
func (c *comparison) standing(island edit) bool {
	n := 0
	for j := island.b0; j < island.b1; j++ {
		if !c.b.toks[j].strong() {
			continue
		}
		if i := int(c.mate[j]); i < island.a0 || i >= island.a1 || !c.inOrder[j] {
			return false
		}
		n++
	}
	strong := 0
	for i := island.a0; i < island.a1; i++ {
		if c.a.toks[i].strong() {
			strong++
		}
	}
	return n > 0 && n == strong
}

// mostLastWords is how many characters or words the edit of the last words of a sentence has.
const mostLastWords = 4

// partSentences parts the edits of the last words of a sentence after which one text has
// another sentence: "he said. It rained." and "he added." differ in a verb and in a sentence.
func (c *comparison) partSentences() {
	end := func(v *view, lo, hi int) int {
		for lo < hi && !v.toks[lo].mark.endsSentence() {
			lo++
		}
		return lo
	}
	for k := range c.edits {
		e := &c.edits[k]
		if e.weak || e.same || e.byline || e.a0 == e.a1 || e.b0 == e.b1 || e.b1 == len(c.b.toks) || int(c.mate[e.b1]) != e.a1 || !c.b.toks[e.b1].mark.endsSentence() {
			continue
		}
		x, y := end(c.a, e.a0, e.a1), end(c.b, e.b0, e.b1)
		m, n := c.a.count(e.a0, x), c.b.count(e.b0, y)
		if (x < e.a1) == (y < e.b1) || min(m, n) == 0 || max(m, n) > mostLastWords || c.a.count(x, e.a1)+c.b.count(y, e.b1) < leastClause || !c.same(x, y) {
			continue
		}
		rest := edit{a0: x + 1, a1: e.a1 + 1, b0: y + 1, b1: e.b1 + 1}
		c.mate[e.b1], c.inOrder[e.b1] = -1, false
		c.b.flags[e.b1] &^= isCopy
		c.mateWeak(x, y, true)
		e.a1, e.b1 = x, y
		c.edits = append(c.edits, rest)
	}
}
