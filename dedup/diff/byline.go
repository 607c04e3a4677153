package diff

import (
	"slices"
	"strings"

	"repost/shingle"
)

// A byline is a line, or what stands in brackets, that holds the names of those
// who wrote and took pictures, words for what they are, and nothing else. It
// travels: from the head of a page to the end of a repost, and is reworded on
// the way, which is one change and not one of omission and one of addition.

const (
	maxByline = 40 // strong tokens
	nearby    = 40 // tokens between a story and a byline outside its spans
)

// byline is a range of tokens and the names in it.
type byline struct {
	lo, hi int
	names  []string
	bare   bool // names in brackets and nothing else: one only if the other side says so
}

// findBylines finds the bylines of v that have no place yet.
func (v *view) findBylines() []byline {
	var out []byline
	try := func(lo, hi int) {
		strong, placed := 0, 0
		for i := lo; i < hi; i++ {
			if v.is(i, isMasked) {
				return
			}
			if v.toks[i].strong() {
				if strong++; strong > maxByline {
					return
				}
				if v.is(i, isTaken) {
					placed++
				}
			}
		}
		if strong == 0 || 2*placed > strong {
			return
		}
		s := v.span(lo, hi).Of(v.text)
		if names := bylineNames(s); names != nil {
			for len(out) > 0 && out[len(out)-1].lo >= lo { // in brackets within it
				out = out[:len(out)-1]
			}
			out = append(out, byline{lo, hi, names, false})
		} else if v.toks[lo].mark == openBracket && v.toks[hi-1].mark == closeBracket && !strings.ContainsAny(s, "。！？，,;；：:《“") {
			if names := namesIn(s); names != nil && len(names) == len(strings.Fields(strings.Trim(s, "()（）[]【】"))) {
				out = append(out, byline{lo, hi, names, true})
			}
		}
	}
	start, bracket := 0, -1
	for i, t := range v.toks {
		switch {
		case t.brk:
			try(start, i)
			start, bracket = i+1, -1
		case t.mark == openBracket:
			bracket = i
		case t.mark == closeBracket && bracket > start:
			try(bracket, i+1)
			bracket = -1
		}
	}
	try(start, len(v.toks))
	return out
}

// bylineNames returns the names in s if s is a byline.
func bylineNames(s string) []string {
	if pattern("byline-latin").MatchString(s) {
		return strings.Fields(strings.ToLower(pattern("byline-latin").ReplaceAllString(s, "")))
	}
	if !pattern("byline-words").MatchString(s) || strings.ContainsAny(s, "。！？，,;；") {
		return nil
	}
	return namesIn(pattern("byline-words").ReplaceAllString(s, " "))
}

// namesIn returns the runs of Han in s if each has the length of a name.
func namesIn(s string) []string {
	names := pattern("han-run").FindAllString(s, -1)
	for _, n := range names {
		if k := len([]rune(n)); k < 2 || k > 4 {
			return nil
		}
	}
	return names
}

// bylines pairs the bylines of the two sides that name the same people. One
// that is the same on both sides is left to the other layers, unless it moved. What other
// layers placed of one that moved is given back.
func (c *comparison) bylines(lists [][]pair) [][]pair {
	as := c.a.findBylines()
	placed := len(lists)
	var paired [][2]byline
	for _, y := range c.b.findBylines() {
		k := c.closest(as, y, lists[0])
		if k < 0 {
			continue
		}
		x := as[k]
		as = slices.Delete(as, k, k+1)
		sa, sb := c.a.free(x.lo, x.hi), c.b.free(y.lo, y.hi)
		first := pair{sa[0], sb[0]}
		last := pair{sa[len(sa)-1], sb[len(sb)-1]}
		_, stays := fits(lists[0], []pair{first, last})
		if slices.Equal(c.a.keys(sa), c.b.keys(sb)) {
			if !stays {
				var list []pair
				for n := range sa {
					list = append(list, pair{sa[n], sb[n]})
					c.take(sa[n], sb[n])
				}
				lists, paired = append(lists, list), append(paired, [2]byline{x, y})
			}
			continue
		}
		paired = append(paired, [2]byline{x, y})
		for i := x.lo; i < x.hi; i++ {
			c.a.flags[i] |= isTaken
		}
		for j := y.lo; j < y.hi; j++ {
			c.b.flags[j] |= isTaken
		}
		c.edits = append(c.edits, edit{a0: x.lo, a1: x.hi, b0: y.lo, b1: y.hi, byline: true})
		if !stays {
			c.blocks = append(c.blocks, Block{A: c.a.trim(x.lo, x.hi), B: c.b.trim(y.lo, y.hi), Kind: Moved})
		}
	}
	if len(paired) > 0 {
		c.release(lists[:placed], paired)
	}
	return lists
}

// release takes from lists the pairs with a token of the bylines, and frees the other token.
func (c *comparison) release(lists [][]pair, bylines [][2]byline) {
	inA, inB := make([]bool, len(c.a.toks)), make([]bool, len(c.b.toks))
	for _, xy := range bylines {
		for i := xy[0].lo; i < xy[0].hi; i++ {
			inA[i] = true
		}
		for j := xy[1].lo; j < xy[1].hi; j++ {
			inB[j] = true
		}
	}
	for k := range lists {
		lists[k] = slices.DeleteFunc(lists[k], func(p pair) bool {
			switch {
			case inA[p.a] && !inB[p.b]:
				c.b.flags[p.b] &^= isTaken
			case inB[p.b] && !inA[p.a]:
				c.a.flags[p.a] &^= isTaken
			}
			return inA[p.a] || inB[p.b]
		})
	}
}

// free returns the strong tokens of [lo, hi).
func (v *view) free(lo, hi int) []int {
	var out []int
	for i := lo; i < hi; i++ {
		if v.toks[i].strong() {
			out = append(out, i)
		}
	}
	return out
}

// closest returns the byline of as that shares a name with y and stands nearest
// to text in place, or -1: a page has one for each of its stories.
func (c *comparison) closest(as []byline, y byline, home []pair) int {
	best, least := -1, 0
	for k, x := range as {
		shared := !(x.bare && y.bare) && slices.ContainsFunc(x.names, func(n string) bool { return slices.Contains(y.names, n) })
		d := distance(home, x.lo, x.hi)
		if !shared || d > nearby && !c.a.near(x.lo) && !c.b.near(y.lo) {
			continue
		}
		if best < 0 || d < least {
			best, least = k, d
		}
	}
	return best
}

// distance returns the tokens between [lo, hi) of A and the nearest pair.
func distance(home []pair, lo, hi int) int {
	at, _ := slices.BinarySearchFunc(home, lo, func(p pair, t int) int { return p.a - t })
	d := 1 << 30
	if at < len(home) {
		d = max(0, home[at].a-hi)
	}
	if at > 0 {
		d = min(d, lo-home[at-1].a)
	}
	return d
}

// sameByline returns the edit that covers the lines that e touches, if those are
// bylines: most of what they say was found in place.
func (c *comparison) sameByline(e edit) (edit, bool) {
	if e.byline || e.whole || e.same || e.weak || !c.short(e) {
		return e, false
	}
	x, ok := c.a.bylineOver(e.a0, e.a1)
	y, ok2 := c.b.bylineOver(e.b0, e.b1)
	if !ok || !ok2 {
		return e, false
	}
	if bylineNames(x.Of(c.a.text)) == nil || bylineNames(y.Of(c.b.text)) == nil {
		return e, false
	}
	f, ok := c.spread(e, x, y)
	f.byline = true
	return f, ok
}

// bylineOver returns the line of tokens [lo, hi), if it is as short as a byline.
func (v *view) bylineOver(lo, hi int) (shingle.Span, bool) {
	from, ok := v.lineHead(lo)
	to, ok2 := v.lineTail(hi)
	if !ok || !ok2 || v.count(from, to) > maxByline {
		return shingle.Span{}, false
	}
	return v.trim(from, to), true
}

// closed returns e with the brackets that close those opened in it, where they are not the same
// mark: of （甲） and 【乙】 the whole is another, and not all but the end.
func (c *comparison) closed(e edit) (edit, bool) {
	if e.whole || e.same || e.weak || e.a1 >= len(c.a.toks) || e.b1 >= len(c.b.toks) ||
		c.a.toks[e.a1].mark != closeBracket || c.b.toks[e.b1].mark != closeBracket || c.a.of(e.a1) == c.b.of(e.b1) || !c.a.opened(e.a0, e.a1) || !c.b.opened(e.b0, e.b1) {
		return e, false
	}
	e.a1, e.b1 = e.a1+1, e.b1+1
	return e, true
}

// opened reports whether tokens [lo, hi) open a bracket and do not close it.
func (v *view) opened(lo, hi int) bool {
	open := 0
	for _, t := range v.toks[lo:hi] {
		switch t.mark {
		case openBracket:
			open++
		case closeBracket:
			open = max(0, open-1)
		}
	}
	return open > 0
}
