package diff

import (
	"strings"

	"repost/shingle/lexicon"
)

// What must be, may be, is done or is not done: the words and endings that say so, by
// language. A change of one is substantive whatever else changes.

// modality returns those of the tags asked for that r has and that say whether.
func (r *reading) modality(asked tag) (out tag) {
	in := func(t tag, ok func() bool) {
		if asked&t != 0 && ok() {
			out |= t
		}
	}
	c := r.p.c
	in(dutyTag, r.duty)
	in(dutyWordTag, func() bool { return r.text != "" && lexicon.Duty.Has(r.text) })
	in(denialTag, r.denies)
	in(refusalTag, func() bool { return lexicon.Refusal.Has(r.text) })
	in(modalTag, func() bool {
		if !lexicon.Modal.Has(r.text) && r.text != "要" {
			return false
		}
		w, _ := c.wordAt(r.v, r.lo, r.hi)
		return w == r.v.span(r.lo, r.hi).Of(r.v.text) || lexicon.Modal.Has(w) // 要求 is another word
	})
	in(doneTag, func() bool { return lexicon.Done.Has(r.text) })
	return out
}

// hedged holds when one side says of what the other says that it may be or must be: took, may have
// taken; passed, had to pass. Words for what will be say no more than a tense.
func (p *changed) hedged() bool {
	return p.exchanged() && p.x.hedges() != p.y.hedges()
}

// hedges reports whether a word of r is one for what may be or must be, and others are with it.
func (r *reading) hedges() bool {
	words := strings.Fields(strings.ToLower(r.v.span(r.lo, r.hi).Of(r.v.text)))
	for i, w := range words {
		if len(words) > 1 && (lexicon.Hedge.Has(w) || i+1 < len(words) && lexicon.Hedge.Has(w+" "+words[i+1])) {
			return true
		}
	}
	return false
}

// duty reports whether r says by its ending, with a few syllables around, what must or may
// be and the other side says otherwise.
func (r *reading) duty() bool {
	if !r.p.c.short(r.p.e) || !kanaOrHangul(r.p.s+r.p.t) {
		return false
	}
	x, y := duty(r.around()), duty(r.twin.around())
	return x != "" && x != y
}

// around returns r with four tokens on both sides: an ending is cut where both sides have a
// syllable alike.
func (r *reading) around() string {
	const reach = 4
	s := r.v.span(max(0, r.lo-reach), min(len(r.v.toks), r.hi+reach)).Of(r.v.text)
	if r.lo <= reach {
		s = " " + s // a word begins with the text
	}
	return s
}

// denies reports whether r denies more often than the other side.
func (r *reading) denies() bool {
	if r.p.c.short(r.p.e) && kanaOrHangul(r.p.s+r.p.t) {
		if endings(r.around()) > endings(r.twin.around()) {
			return true
		}
	}
	return r.p.c.negations(r.v, r.lo, r.hi) > r.p.c.negations(r.twin.v, r.twin.lo, r.twin.hi)
}

// endings counts the endings of s that deny, but not those within words such as 少ない.
func endings(s string) (n int) {
	for i := range s {
		if not := lexicon.EndingNot.At(s, i); not != "" && lexicon.Idiom.Over(s, i, i+len(not)) == "" {
			n++
		}
	}
	return n
}

// duty returns "must", "may" or "must not", "" if s says none of them.
func duty(s string) string {
	has := func(c lexicon.Class) bool {
		for i := range s {
			if c.At(s, i) != "" {
				return true
			}
		}
		return false
	}
	switch {
	case has(lexicon.MustNot):
		return "must not"
	case has(lexicon.Must):
		return "must"
	case has(lexicon.May):
		return "may"
	}
	return ""
}

func (c *comparison) negations(v *view, lo, hi int) int {
	n := 0
	for i := lo; i < hi; i++ {
		w := strings.ToLower(v.of(i))
		if _, bare := runeAt(w, 0); !lexicon.Negation.Has(w) && !(hasPrefix(w, "و", "ف", "ו", "ש") && lexicon.Negation.Has(w[bare:])) {
			continue // Arabic and Hebrew write "and" to the word
		}
		if p := lexicon.Idiom.Over(v.text, v.toks[i].lo, v.toks[i].hi); p != "" {
			// A word such as 不过 denies nothing, if it changed as a whole.
			at := strings.Index(v.text[max(0, v.toks[i].lo-len(p)):], p) + max(0, v.toks[i].lo-len(p))
			if at >= v.toks[lo].lo && at+len(p) <= v.toks[hi-1].hi {
				continue
			}
		}
		if strings.Contains("别非无否莫", w) && i+1 < hi && i > lo {
			continue // inside a longer rewording, mostly part of a word
		}
		n++
	}
	return n
}
