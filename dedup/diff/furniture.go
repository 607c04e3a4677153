package diff

import (
	"slices"

	"repost/shingle"
)

// What stands around a story on its page: what is masked, and headlines and captions before
// and after it (see layout). Time is linear in the text.

// edges are the first and last strong tokens that stand in place, on both sides.
type edges struct {
	known                        bool
	firstA, lastA, firstB, lastB int
}

// aside reports whether all that [lo, hi) says is masked.
func (v *view) aside(lo, hi int) bool {
	for i := lo; i < hi; i++ {
		if v.flags[i]&(isStrong|isSoft) == isStrong {
			return false
		}
	}
	return true
}

// silent reports whether v says nothing: marks and white space at most. Then all that
// the other text has is of the story.
func (v *view) silent() bool {
	return !slices.ContainsFunc(v.flags, func(f flags) bool { return f&isStrong != 0 })
}

// wholeLine reports whether tokens [lo, hi) are whole lines.
func (v *view) wholeLine(lo, hi int) bool {
	return v.lineStart(lo) && (v.toks[hi-1].brk || v.lineEnd(hi))
}

// leastForeign is the longest block, in strong tokens, that is no other story.
const leastForeign = leastStory / 2

// foreign reports whether [lo, hi), where no spans say what the story is, is another story of
// the page: too long next to what the texts share, as in Frame, or long and with headlines or
// captions in it, unless it is a section of the story or of a numbered text.
func (c *comparison) foreign(v *view, lo, hi, size int) bool {
	if size <= leastForeign || float64(size) > mostAround*float64(c.matched) {
		return size > leastForeign
	}
	head := false
	s := v.trim(lo, hi)
	if v.parts == nil {
		v.parts = append([]shingle.Span{}, numberedParts(v.text)...)
	}
	if slices.ContainsFunc(v.parts, s.Overlaps) {
		return false
	}
	c.look(v).each(v.text, s, func(p shingle.Span) bool {
		head = c.look(v).aside(v.text, p)
		return !head
	})
	return head && !(float64(size) <= mostPage*float64(c.matched) && alike(v.text, c.terms(v), []shingle.Span{s}))
}

// terms returns the terms of what stands in place in v.
func (c *comparison) terms(v *view) map[term]bool {
	if v.terms == nil {
		v.terms = termsOf(v.text, c.placed(v))
	}
	return v.terms
}

// looksAside reports whether the whole lines [lo, hi) look like headlines or captions.
func (c *comparison) looksAside(v *view, lo, hi int) bool {
	return c.look(v).allAside(v.text, v.trim(lo, hi))
}

// isCaption reports whether the whole lines [lo, hi) are a short block that empty lines set
// off. On a page with other stories that is a caption, even with a full stop.
func (v *view) isCaption(lo, hi int) bool {
	s := v.trim(lo, hi)
	return standsAlone(v.text, s) && letters(s.Of(v.text)) <= longestCaption
}

// look returns how the lines of v look that stand in place.
func (c *comparison) look(v *view) *layout {
	if v.layout == nil {
		l := layoutOf(v.text, c.placed(v))
		v.layout = &l
	}
	return v.layout
}

// placed returns the lines of v that stand in place.
func (c *comparison) placed(v *view) (placed []shingle.Span) {
	inPlace := make([]bool, len(v.toks))
	for j, m := range c.mate {
		if m < 0 || !c.inOrder[j] || !c.b.is(j, isStrong) {
			continue
		}
		if v == c.a {
			inPlace[m] = true
		} else {
			inPlace[j] = true
		}
	}
	i := 0
	eachLine(v.text, shingle.Span{Hi: len(v.text)}, func(p shingle.Span) bool {
		for taken := false; i < len(v.toks) && v.toks[i].lo < p.Hi; i++ {
			if !taken && inPlace[i] {
				taken = true
				placed = append(placed, p)
			}
		}
		return true
	})
	return placed
}

// findPages says of both texts whether they carry another story.
func (c *comparison) findPages() {
	for _, e := range c.edits {
		if !c.oneSided(e) {
			continue
		}
		v, lo, hi := c.a, e.a0, e.a1
		if lo == hi {
			v, lo, hi = c.b, e.b0, e.b1
		}
		if size := v.count(lo, hi); !v.spans && !v.page && c.foreign(v, lo, hi, size) {
			v.page = true
		}
	}
}

// atEdge reports whether nothing of the story stands in place before [lo, hi), or after it.
func (c *comparison) atEdge(v *view, lo, hi int) bool {
	if !c.edges.known {
		e := edges{known: true, firstA: len(c.a.toks), firstB: len(c.b.toks)}
		for j, m := range c.mate {
			if m < 0 || !c.inOrder[j] || !c.b.is(j, isStrong) {
				continue
			}
			e.firstA, e.lastA = min(e.firstA, int(m)), max(e.lastA, int(m))
			e.firstB, e.lastB = min(e.firstB, j), max(e.lastB, j)
		}
		c.edges = e
	}
	if v == c.a {
		return hi <= c.edges.firstA || lo > c.edges.lastA
	}
	return hi <= c.edges.firstB || lo > c.edges.lastB
}

// around returns what stands outside the spans of the story and found no place, as
// ranges of tokens.
func (v *view) around() (parts [][2]int) {
	if !v.spans {
		return nil
	}
	for i := 0; i < len(v.toks); {
		j := i
		for j < len(v.toks) && v.flags[j]&(isStory|isMasked|isTaken) == 0 {
			j++
		}
		if v.count(i, j) > 0 {
			parts = append(parts, [2]int{i, j})
		}
		i = max(j, i+1)
	}
	return parts
}
