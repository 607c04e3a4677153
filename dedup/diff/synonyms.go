package diff

import (
	"strings"
	"unicode"

	"repost/shingle/lexicon"
	"repost/shingle/words"
)

// Synonyms of two sides are looked up as they stand, with the words around that both share,
// and word by word. A dozen look-ups for an edit.

// same returns of what kind of synonyms x and y are.
func same(x, y string) lexicon.Kind {
	switch k := lexicon.Synonyms(x, y); {
	case k == lexicon.Rewording && functionWord(x) && functionWord(y):
		return lexicon.Functional
	case k != lexicon.NotSynonyms:
		return k
	}
	return lexicon.NotSynonyms
}

// synonymKind looks both sides up: as they stand, with words around that they share, and
// word by word.
func (c *comparison) synonymKind(e edit, x, y []string) lexicon.Kind {
	spaced := c.a.inWords(e.a0, e.a1) || c.b.inWords(e.b0, e.b1)
	if spaced || !c.hangul(e) {
		for l := range 3 {
			for r := range 3 - l {
				if s, t, ok := c.around(e, l, r); ok && s != "" && t != "" && (l+r == 0 || c.wordsAlone(e, l, r)) {
					if k := same(spacedOut(s), spacedOut(t)); k != lexicon.NotSynonyms {
						return k
					}
				}
			}
		}
	}
	if k := sameContent(x, y); k != lexicon.NotSynonyms || spaced {
		return k
	}
	switch {
	case c.hangul(e):
		return same(c.a.spaced(e.a0, e.a1), c.b.spaced(e.b0, e.b1))
	case c.a.kanaNear(e.a0, e.a1) || c.b.kanaNear(e.b0, e.b1):
		return same(c.a.chunk(e.a0, e.a1), c.b.chunk(e.b0, e.b1))
	}
	p, q := c.sideWords(e)
	const ends = "了着过的地得们"
	if k := same(strings.Trim(p.text, ends), strings.Trim(q.text, ends)); k != lexicon.NotSynonyms {
		return k
	}
	if k := same(strings.Trim(p.own, ends), strings.Trim(q.own, ends)); k != lexicon.NotSynonyms || max(p.n, q.n) > longestPhrase {
		return k
	}
	return sameContent(wordsOf(p.text), wordsOf(q.text))
}

// longestPhrase is how many characters of Chinese are compared word by word.
const longestPhrase = 12

// wordsOf returns the words of s.
func wordsOf(s string) (out []string) {
	for _, w := range words.Segment(s) {
		out = append(out, w.Span.Of(s))
	}
	return out
}

func sameContent(x, y []string) lexicon.Kind {
	if k := same(strings.Join(x, " "), strings.Join(y, " ")); k != lexicon.NotSynonyms {
		return k
	}
	if len(x) != len(y) || len(x) == 0 {
		return lexicon.NotSynonyms
	}
	for k := range x {
		if x[k] != y[k] && same(x[k], y[k]) == lexicon.NotSynonyms {
			return lexicon.NotSynonyms
		}
	}
	return lexicon.Rewording
}

// wordsAlone reports whether the text around e, l tokens before and r after, is words.
func (c *comparison) wordsAlone(e edit, l, r int) bool {
	for i := e.a0 - l; i < e.a0; i++ {
		if c.a.toks[i].kind == punct {
			return false
		}
	}
	for i := e.a1; i < e.a1+r; i++ {
		if c.a.toks[i].kind == punct {
			return false
		}
	}
	return true
}

// spacedOut returns s in lower case with single spaces.
func spacedOut(s string) string {
	if han(s) == len(s) {
		return s // the usual case
	}
	return strings.Join(strings.Fields(strings.ToLower(s)), " ")
}

func (c *comparison) hangul(e edit) bool {
	s, t := c.texts(e)
	return unicode.Is(unicode.Hangul, firstRune(s+t))
}
