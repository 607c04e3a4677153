package diff

import (
	"strings"

	"repost/dedup/quantity"
	"repost/shingle"
	"repost/shingle/lexicon"
)

// Two changes side by side are one edit: nothing that both texts have stands between "payable
// annually" and "due quarterly", or 棉花八十 and 棉纱80. Where what begins or ends both sides is
// known for the same, a synonym, a value, a day, a spelling, it is a change of its own, and the
// rest is judged by itself. Cost: some dozen look-ups for an edit that says something else.

const (
	mostPeeled = 5  // words or characters that are looked at on either side
	mostInside = 24 // tokens of an edit that is looked into
)

// peeled returns the changes that e is.
func (c *comparison) peeled(e edit) []edit {
	if e.weak || e.same || e.byline || e.whole || e.phrase != noPhrase || min(e.a1-e.a0, e.b1-e.b0) < 2 || max(e.a1-e.a0, e.b1-e.b0) > mostInside {
		return []edit{e}
	}
	for _, f := range c.endsOf(e) {
		v, ok := c.takenForSame(f)
		if !ok {
			continue
		}
		rest := edit{a0: f.a1, a1: e.a1, b0: f.b1, b1: e.b1}
		if f.a0 > e.a0 {
			rest = edit{a0: e.a0, a1: f.a0, b0: e.b0, b1: f.b0}
		}
		for rest = c.withoutSpace(rest); rest.a0 < rest.a1 && rest.b0 < rest.b1; rest = c.withoutSpace(rest) { // what joined both
			if f.a0 == e.a0 && c.same(rest.a0, rest.b0) {
				rest.a0, rest.b0 = rest.a0+1, rest.b0+1
			} else if f.a0 > e.a0 && c.same(rest.a1-1, rest.b1-1) {
				rest.a1, rest.b1 = rest.a1-1, rest.b1-1
			} else {
				break
			}
		}
		if c.a.count(rest.a0, rest.a1) == 0 || c.b.count(rest.b0, rest.b1) == 0 {
			continue
		}
		f.phrase, f.decided = value, &v
		if f.a0 > e.a0 {
			return append(c.peeled(rest), f)
		}
		return append([]edit{f}, c.peeled(rest)...)
	}
	return []edit{e}
}

// endsOf returns the edits over some of the first or of the last words of both sides of e, the
// longer ones first.
func (c *comparison) endsOf(e edit) (out []edit) {
	for n := 2 * mostPeeled; n >= 2; n-- {
		for i := 1; i < n; i++ {
			j := n - i
			if i >= e.a1-e.a0 || j >= e.b1-e.b0 {
				continue
			}
			for _, f := range []edit{{a0: e.a0, a1: e.a0 + i, b0: e.b0, b1: e.b0 + j}, {a0: e.a1 - i, a1: e.a1, b0: e.b1 - j, b1: e.b1}} {
				if f == c.withoutSpace(f) {
					out = append(out, f)
				}
			}
		}
	}
	return out
}

// withoutSpace returns e without the white space at its ends.
func (c *comparison) withoutSpace(e edit) edit {
	trim := func(v *view, lo, hi int) (int, int) {
		for lo < hi && v.toks[lo].kind == space {
			lo++
		}
		for lo < hi && v.toks[hi-1].kind == space {
			hi--
		}
		return lo, hi
	}
	e.a0, e.a1 = trim(c.a, e.a0, e.a1)
	e.b0, e.b1 = trim(c.b, e.b0, e.b1)
	return e
}

// takenForSame returns what both sides of e are known to be to each other: the same.
func (c *comparison) takenForSame(e edit) (verdict, bool) {
	s, t := c.texts(e)
	x, y := spacedOut(s), spacedOut(t)
	if x == "" || y == "" || x == y || empty(x) || empty(y) {
		return verdict{}, false
	}
	if han(x) == 3 || han(y) == 3 { // one character is part of a word
		return verdict{}, false
	}
	switch k := lexicon.Synonyms(x, y); k {
	case lexicon.Rewording:
		return verdict{Minor, Wording, "the same in other words"}, true
	case lexicon.Reporting:
		return verdict{Minor, ReportingVerb, "another reporting verb"}, true
	}
	p, q := quantity.In(s), quantity.In(t)
	if len(p) == 1 && len(q) == 1 && p[0].Lo == 0 && p[0].Hi == len(s) && q[0].Lo == 0 && q[0].Hi == len(t) && quantity.Compare(p[0], q[0]) == quantity.Same {
		return verdict{Cosmetic, Numeral, "the same value, written otherwise"}, true
	}
	if m, ok := c.a.momentOver(c.a.span(e.a0, e.a1)); ok {
		if n, ok := c.b.momentOver(c.b.span(e.b0, e.b1)); ok && m.is(n) {
			return verdict{Cosmetic, DateFormat, "the same day or time, written otherwise"}, true
		}
	}
	if c.a.inWords(e.a0, e.a1) && c.b.inWords(e.b0, e.b1) && !c.otherWords(s, t) && spellings().phrases(plainLetters(s), plainLetters(t), c.a.language(e.a0), upper(s) || upper(t)) {
		return verdict{Cosmetic, Spelling, "the same words in another spelling"}, true
	}
	return verdict{}, false
}

// momentOver returns the day or time that stands over just s.
func (v *view) momentOver(s shingle.Span) (when, bool) {
	if strings.IndexFunc(s.Of(v.text), func(r rune) bool { return quantity.DigitOf(r) >= 0 || quantity.HanNumeral(r) }) < 0 {
		return when{}, false
	}
	for _, m := range v.momentsAround(s) {
		if m.at == s {
			return m, true
		}
	}
	return when{}, false
}
