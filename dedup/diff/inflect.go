package diff

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"repost/shingle/lexicon"
)

// Words of languages that have no article, or one that is written to the noun, show by
// their form what they are: Arabic nouns begin with ال, Russian verbs, adjectives and
// adverbs have endings of their own, particles follow Korean nouns. All of
// these are data, of the class "form" in the lexicon; no dictionary is needed, and what the form leaves open is not decided here. O(length of the words).

// nounsByForm holds when one noun stands for another, by the forms of x and y.
func (c *comparison) nounsByForm(e edit, x, y string) (verdict, bool) {
	if c.a.count(e.a0, e.a1) != 1 || c.b.count(e.b0, e.b1) != 1 {
		return verdict{}, false
	}
	p, q := bareNoun(x), bareNoun(y)
	switch r := firstRune(x); {
	case p == "" && q == "", unicode.Is(unicode.Arabic, r) && (p == "" || q == ""):
		return verdict{}, false
	case p == "":
		p = x
	case q == "":
		q = y
	}
	if carriesNothing(x) || carriesNothing(y) || sameStem(p, q) || scales().same(x, y) || scales().same(p, q) {
		return verdict{}, false
	}
	return verdict{Substantive, Term, "another thing: " + x + ", " + y}, true
}

func carriesNothing(w string) bool {
	return lexicon.Function.Has(w) || lexicon.Padding.Has(w) || lexicon.Particle.Has(w) || lexicon.Verb.Has(w) || lexicon.Modal.Has(w)
}

// bareNoun returns a noun of Russian as it is and one of Arabic without what is written to
// its beginning (with a preposition it mostly is an adverb, بالطبع), "" for what its form does not show to be a noun.
func bareNoun(w string) string {
	switch r := firstRune(w); {
	case unicode.Is(unicode.Cyrillic, r):
		if utf8.RuneCountInString(w) > 3 && lexicon.Form.Before(w, len(w)) == "" {
			return w
		}
	case unicode.Is(unicode.Arabic, r):
		if head := lexicon.Form.At(w, 0); head != "" && utf8.RuneCountInString(w[len(head):]) > 2 {
			return w[len(head):]
		}
	}
	return ""
}

// sameStem reports whether two words may be forms of one: they begin alike.
func sameStem(x, y string) bool {
	p, q := []rune(x), []rune(y)
	n := 0
	for n < min(len(p), len(q)) && p[n] == q[n] {
		n++
	}
	return n >= 3 || n > 0 && n >= min(len(p), len(q))-1
}

// koreanNouns holds when one noun before a particle stands for another.
func (c *comparison) koreanNouns(e edit, s, t string) (verdict, bool) {
	if s == "" || t == "" || !unicode.Is(unicode.Hangul, firstRune(s)) {
		return verdict{}, false
	}
	x, y := c.a.spaced(e.a0, e.a1), c.b.spaced(e.b0, e.b1)
	p, q := koreanNoun(x), koreanNoun(y)
	if p == "" || q == "" || strings.Contains(p, q) || strings.Contains(q, p) || carriesNothing(x) || carriesNothing(y) || carriesNothing(p) || carriesNothing(q) || scales().same(p, q) {
		return verdict{}, false
	}
	return verdict{Substantive, Term, "another thing: " + p + ", " + q}, true
}

// koreanNoun returns what stands before the particle at the end of w, "" if that is no noun
// or, before 적, an adverb.
func koreanNoun(w string) string {
	particle := lexicon.Form.Before(w, len(w))
	noun := strings.TrimSuffix(w, particle)
	if particle == "" || strings.HasSuffix(noun, "적") || utf8.RuneCountInString(noun) < 2 {
		return ""
	}
	for _, r := range noun {
		if !unicode.Is(unicode.Hangul, r) {
			return ""
		}
	}
	last, _ := utf8.DecodeLastRuneInString(noun)
	if last >= 0xAC00 && (last-0xAC00)%28 == 20 { // ㅆ: the past of a verb
		return ""
	}
	return noun
}

// spaced returns the word between white space and marks that [lo, hi) touches.
func (v *view) spaced(lo, hi int) string {
	for lo > 0 && v.toks[lo-1].kind == char {
		lo--
	}
	for hi < len(v.toks) && v.toks[hi].kind == char {
		hi++
	}
	return v.span(lo, hi).Of(v.text)
}

// leading holds when the first words of both sides exclude each other: يجب على, يجوز ل.
func (c *comparison) leading(e edit, s, t string) (verdict, bool) {
	if s == "" || t == "" || !c.short(e) || !c.a.inWords(e.a0, e.a1) || !c.b.inWords(e.b0, e.b1) {
		return verdict{}, false
	}
	x, y := strings.ToLower(wordHere(s, 0)), strings.ToLower(wordHere(t, 0))
	if lexicon.Surname.Has(x) && lexicon.Surname.Has(y) && x != y {
		return verdict{Substantive, Person, "another name: " + x + ", " + y}, true
	}
	return onScale(x, y)
}
