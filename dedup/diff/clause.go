package diff

import (
	"cmp"
	"slices"
	"strings"

	"repost/shingle/lexicon"
)

// Edits of one clause, taken together. A word that goes to another place is two edits, and so
// is a verb in two parts: teilte … mit, gab … bekannt. Each alone says something else; both
// together say the same. Cost: a binary search and at most fellowsMost steps for an edit that
// no other line of the table explains.

// fellowsMost is the most edits of a clause that are taken together; where there are more,
// the clause says something else.
const fellowsMost = 4

// fellows returns the other edits of words in the clause of e, nil if there are too many.
func (c *comparison) fellows(e edit) (out []edit) {
	at, ok := slices.BinarySearchFunc(c.edits, e, func(x, y edit) int {
		return cmp.Or(x.a0-y.a0, x.a1-y.a1, x.b0-y.b0, x.b1-y.b1)
	})
	if !ok {
		return nil
	}
	for _, step := range []int{-1, 1} {
		p := e
		for i := at + step; i >= 0 && i < len(c.edits) && c.oneClause(p, c.edits[i]); i += step {
			p = c.edits[i]
			if p.weak || p.same || p.phrase == moment || p.phrase == credit {
				continue
			}
			if p.byline || p.whole || !c.short(p) || len(out) == fellowsMost-1 {
				return nil
			}
			out = append(out, p)
		}
	}
	return out
}

// oneClause reports whether no mark or line break parts x and y, in either text.
func (c *comparison) oneClause(x, y edit) bool {
	joined := func(v *view, x1, y0 int) bool {
		for i := x1; i < y0; i++ {
			short := i > 0 && v.toks[i].mark == period && v.toks[i-1].kind == word && v.toks[i-1].hi-v.toks[i-1].lo <= 3 // Dr.
			if v.toks[i].brk || separates(v.toks[i].mark) && !short {
				return false
			}
		}
		return y0-x1 <= 4*fellowsMost*fellowsMost
	}
	if x.a0 > y.a0 || x.a0 == y.a0 && x.b0 > y.b0 {
		x, y = y, x
	}
	return x.a1 <= y.a0 && x.b1 <= y.b0 && joined(c.a, x.a1, y.a0) && joined(c.b, x.b1, y.b0)
}

// togetherKind returns what kind of synonyms the sides are with those of one fellow.
func (p *changed) togetherKind(x, y []string) lexicon.Kind {
	for _, f := range p.c.fellows(p.e) {
		s, t := p.c.contentOf(p.c.a, f.a0, f.a1), p.c.contentOf(p.c.b, f.b0, f.b1)
		if f.a0 < p.e.a0 || f.b0 < p.e.b0 {
			s, t = append(s, x...), append(t, y...)
		} else {
			s, t = append(slices.Clone(x), s...), append(slices.Clone(y), t...)
		}
		if len(s) > 0 && len(t) > 0 {
			if k := sameContent(s, t); k != lexicon.NotSynonyms {
				return k
			}
		}
		first, last := p.e, f
		if f.a0 < p.e.a0 {
			first, last = f, p.e
		}
		s1, t1 := p.c.texts(first)
		s2, t2 := p.c.texts(last)
		if k := same(spacedOut(s1+" "+s2), spacedOut(t1+" "+t2)); k != lexicon.NotSynonyms {
			return k
		}
	}
	return lexicon.NotSynonyms
}

// reordered holds when words of the clause stand in another place and are the same: one word
// that says something, those that a conjunction joins, or all that an active verb takes of a
// passive one. Of two that change their places around a verb one is now done to and the other
// does, and where a figure, a denial or a duty goes it says something else.
func (p *changed) reordered() bool {
	if p.exchanged() {
		return p.joinedOtherwise()
	}
	var out, in []string
	agents := 0
	add := func(e edit) bool {
		if e.a0 < e.a1 && e.b0 < e.b1 {
			return false
		}
		out = append(out, p.c.contentOf(p.c.a, e.a0, e.a1)...)
		in = append(in, p.c.contentOf(p.c.b, e.b0, e.b1)...)
		agents += p.c.a.agents(e.a0, e.a1) - p.c.b.agents(e.b0, e.b1)
		return !p.c.binds(p.c.a, e.a0, e.a1) && !p.c.binds(p.c.b, e.b0, e.b1)
	}
	if !add(p.e) {
		return false
	}
	for _, f := range p.c.fellows(p.e) {
		if !add(f) {
			return false
		}
	}
	switch out, in := stems(out), stems(in); {
	case len(out) != len(in) || len(out) == 0 || len(out) > fellowsMost:
		return false
	case len(out) == 1:
		return out[0] == in[0] || sameList(out[0], in[0])
	default:
		return agents != 0 && slices.Equal(out, in)
	}
}

// joinedOtherwise holds when both sides are the same words in another order around a
// conjunction: narrow and steep, steep and narrow.
func (p *changed) joinedOtherwise() bool {
	x, y := stems(p.x.content()), stems(p.y.content())
	joins := func(r *reading) bool {
		for i := r.lo; i < r.hi; i++ {
			if slices.Contains([]string{"and", "or", "und", "oder", "et", "ou", "y", "o", "e", "и", "или", "و", "أو"}, strings.ToLower(r.v.of(i))) {
				return true
			}
		}
		return false
	}
	return len(x) == 2 && slices.Equal(x, y) && joins(&p.x) && joins(&p.y)
}

// stems returns the words, sorted, without the possessive of English and the auxiliaries.
func stems(says []string) []string {
	out := slices.Clone(without(says, lexicon.Auxiliary))
	for i, w := range out {
		out[i] = strings.TrimSuffix(strings.TrimSuffix(w, "'s"), "’s")
	}
	slices.Sort(out)
	return out
}

// agents counts the prepositions before the agent of a passive verb in tokens [lo, hi).
func (v *view) agents(lo, hi int) (n int) {
	for i := lo; i < hi; i++ {
		if slices.Contains([]string{"by", "von", "durch", "par", "por"}, strings.ToLower(v.of(i))) {
			n++
		}
	}
	return n
}

// sameList reports whether x and y are the same characters, with a word for "and" among them:
// 町民及び, 及び町民.
func sameList(x, y string) bool {
	p, q := []rune(x), []rune(y)
	slices.Sort(p)
	slices.Sort(q)
	return slices.Equal(p, q) && strings.ContainsAny(x, "及和与與跟やと")
}

// binds reports whether tokens [lo, hi) hold what says something else in another place.
func (c *comparison) binds(v *view, lo, hi int) bool {
	for i := lo; i < hi; i++ {
		w := strings.ToLower(v.of(i))
		if v.toks[i].kind == number || lexicon.Negation.Has(w) || lexicon.Modal.Has(w) || lexicon.Duty.Has(w) || lexicon.Rank.Has(w) {
			return true
		}
	}
	return false
}
