package diff

import (
	"strings"

	"repost/shingle/lexicon"
)

// Reporting phrases. A wire says who speaks at every second sentence, and an editor puts in or
// leaves out ", she said" or "the company added" as the rhythm asks: the sentence is attributed
// before and after it. So one that comes or goes is minor, if its verb is neutral and whoever
// speaks is a pronoun or stands in the other text as well. A source that the other text names
// nowhere, or a phrase that doubts (claimed, denied), is no such phrase.
//
// Cost: one expression for each short edit of one side; the words of the other text are read once.

// reportingPhrase holds where one side has a reporting phrase and the other nothing.
func (c *comparison) reportingPhrase(e edit, s, t string) (verdict, bool) {
	const most = 80 // bytes
	v, other, lo, hi := c.a, c.b, e.a0, e.a1
	if e.a0 == e.a1 {
		v, other, lo, hi = c.b, c.a, e.b0, e.b1
	}
	if e.weak || strings.TrimSpace(s) != "" && strings.TrimSpace(t) != "" || len(s+t) > most {
		return verdict{}, false
	}
	if !pattern("reporting-phrase").MatchString(strings.Join(strings.Fields(s+t), " ")) {
		return verdict{}, false
	}
	for i := lo; i < hi; i++ {
		if v.toks[i].kind == word && !speaks(strings.ToLower(v.of(i)), other.words().has[v.toks[i].key]) {
			return verdict{}, false
		}
	}
	return verdict{Minor, ReportingVerb, "a reporting phrase is put in or left out"}, true
}

// speaks reports whether a word of a reporting phrase is one of its own, an article, or names
// somebody whom the other text knows.
func speaks(w string, known bool) bool {
	switch {
	case lexicon.Negation.Has(w) || lexicon.Modal.Has(w) || lexicon.Quantifier.Has(w):
		return false
	case pattern("reporting-words").MatchString(w) || lexicon.Determiner.Has(w):
		return true
	}
	return known && !lexicon.Function.Has(w)
}

// vocabulary is which words a text has, by their keys.
type vocabulary struct {
	has  map[uint32]bool
	noun map[uint32]bool // that stand after a German article
}

// words returns the vocabulary of a text. It is made when it is first asked for.
func (v *view) words() *vocabulary {
	v.wordsOnce.Do(func() {
		v.vocabulary = vocabulary{map[uint32]bool{}, map[uint32]bool{}}
		after := false // an article
		for i, t := range v.toks {
			switch {
			case t.kind == word:
				v.vocabulary.has[t.key] = true
				if after {
					v.vocabulary.noun[t.key] = true
				}
				after = germanArticle(v.of(i))
			case t.kind != space:
				after = false
			}
		}
	})
	return &v.vocabulary
}
