package diff

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"repost/shingle/lexicon"
)

// What a text says beyond names and numbers: things, laws, conditions, items of lists. A
// noun that stands for another says something else, unless the two share a character or
// a scale calls them the same; a verb or an adjective mostly says the same in another
// way. What is put in alone says something, unless it is padding.

// oneSide is the text of an edit that stands on one side alone.
type oneSide struct {
	v      *view
	lo, hi int
	text   string
	class  Class
	what   string
}

func (c *comparison) alone(e edit, s, t string) (oneSide, bool) {
	switch {
	case c.a.count(e.a0, e.a1) > 0 && c.b.count(e.b0, e.b1) == 0:
		return oneSide{c.a, e.a0, e.a1, s, Omission, "left out"}, true
	case c.b.count(e.b0, e.b1) > 0 && c.a.count(e.a0, e.a1) == 0:
		return oneSide{c.b, e.b0, e.b1, t, Addition, "put in"}, true
	}
	return oneSide{}, false
}

// said is the verdict on what is put in or left out alone.
func (o oneSide) said(what string) (verdict, bool) {
	return verdict{Substantive, o.class, what + " is " + o.what}, true
}

// conditions holds when a condition or an exception comes or goes, with what it says.
func (c *comparison) conditions(e edit, s, t string) (verdict, bool) {
	o, ok := c.alone(e, s, t)
	if !ok || o.v.count(o.lo, o.hi) < 3 {
		return verdict{}, false
	}
	for i := o.lo; i < o.hi; i++ {
		if at := o.v.toks[i]; at.strong() && condition(o.v.text, at.lo, o.v.toks[o.hi-1].hi) {
			return o.said("a condition or exception")
		}
	}
	return verdict{}, false
}

// condition reports whether a word of condition stands at lo and ends before hi.
func condition(text string, lo, hi int) bool {
	if asciiLetter(text[lo]) {
		w := strings.ToLower(text[lo : lo+len(wordHere(text, lo))])
		return lexicon.Condition.Has(w)
	}
	w := lexicon.Condition.At(text, lo)
	return len(w) > 3 && lo+len(w) <= hi
}

// wordHere returns the letters that stand at byte i.
func wordHere(text string, i int) string {
	end := strings.IndexFunc(text[i:], func(r rune) bool { return !unicode.IsLetter(r) })
	if end < 0 {
		return text[i:]
	}
	return text[i : i+end]
}

// listed holds when an item of a list comes or goes: 、端午节, and a daughter.
func (c *comparison) listedItem(e edit, s, t string) (verdict, bool) {
	o, ok := c.alone(e, s, t)
	if !ok {
		return verdict{}, false
	}
	joins := func(i int) bool {
		return i >= 0 && i < len(o.v.toks) && (lexicon.And.Has(strings.ToLower(o.v.of(i))) || o.v.toks[i].mark == comma && o.v.of(i) == "、")
	}
	first, last := o.lo, o.hi-1
	for first < last && o.v.toks[first].kind == space {
		first++
	}
	for last > first && o.v.toks[last].kind == space {
		last--
	}
	word := strings.ToLower(strings.TrimSpace(o.text))
	for _, w := range []string{"以及", "或者", "又は", "並びに", "及び", "または"} {
		if rest, ok := strings.CutPrefix(word, w); ok && rest != "" {
			return o.said("an item of a list")
		}
	}
	if first == last || lexicon.And.Has(word) {
		return verdict{}, false
	}
	if joins(first) && c.says(o, first+1, last+1) || joins(last) && c.says(o, first, last) {
		return o.said("an item of a list")
	}
	if strings.Contains(word, "、") && c.says(o, first, last+1) { // 清明[节、端午|]节
		return o.said("an item of a list")
	}
	return verdict{}, false
}

// says reports whether tokens [lo, hi) hold more than function words and padding.
func (c *comparison) says(o oneSide, lo, hi int) bool {
	for i := lo; i < hi; i++ {
		w := strings.ToLower(o.v.of(i))
		if o.v.toks[i].strong() && !lexicon.Function.Has(w) && !lexicon.Padding.Has(w) && !lexicon.Particle.Has(w) {
			return true
		}
	}
	return false
}

// qualified holds when a word comes or goes that says something of what it stands by: a
// noun or an adjective, no adverb of degree and no padding.
func (c *comparison) qualified(e edit, s, t string) (verdict, bool) {
	o, ok := c.alone(e, s, t)
	if !ok || !c.short(e) {
		return verdict{}, false
	}
	if o.v.inWords(o.lo, o.hi) {
		for i := o.lo; i < o.hi; i++ {
			w := strings.ToLower(o.v.of(i))
			if o.v.toks[i].kind == word && utf8.RuneCountInString(w) > 3 && !lexicon.Function.Has(w) && !lexicon.Padding.Has(w) && !lexicon.Verb.Has(w) && !adverb(w) {
				return o.said("a word that qualifies")
			}
		}
		return verdict{}, false
	}
	if !o.v.onlyHan(o.lo, o.hi) || o.hi-o.lo < 2 || c.crowded(e) {
		return verdict{}, false
	}
	w, tag := c.wordAt(o.v, o.lo, o.hi)
	if w != o.text || lexicon.Padding.Has(w) || lexicon.General.Has(w) || lexicon.Function.Has(w) || lexicon.Particle.Has(w) || lexicon.Verb.Has(w) {
		return verdict{}, false
	}
	switch tag {
	case "n", "b", "f", "nz", "ns", "nt", "s":
		return o.said("a word that qualifies")
	}
	return verdict{}, false
}

// adverb reports whether a word ends as adverbs do that say how: in -ly, -ment, -weise,
// and in Russian in -о.
func adverb(w string) bool {
	for _, end := range []string{"ly", "ement", "amment", "erweise", "но", "ски"} {
		if strings.HasSuffix(w, end) {
			return true
		}
	}
	return false
}

// laws holds when another law is cited, or another letter of one.
func (c *comparison) laws(e edit, s, t string) (verdict, bool) {
	if s == "" || t == "" || !c.short(e) {
		return verdict{}, false
	}
	if e.a1-e.a0 == 1 && e.b1-e.b0 == 1 && len(s) == 1 && len(t) == 1 && asciiLetter(s[0]) && asciiLetter(t[0]) && c.a.cites(e.a0) && c.b.cites(e.b0) {
		return verdict{Substantive, Term, "another letter of a citation: " + s + ", " + t}, true
	}
	x, y := c.sideWords(e)
	law := func(w string) bool {
		end := lexicon.LawEnd.Before(w, len(w))
		return len(end) > 3 && (len(w) > len(end) || strings.HasSuffix(end, "法")) || end != "" && utf8.RuneCountInString(w) > 2
	}
	if x.text != y.text && law(x.text) && law(y.text) {
		return verdict{Substantive, Term, "another law: " + x.text + ", " + y.text}, true
	}
	return verdict{}, false
}

// cites reports whether the letter at token i is one of a citation: (a), Buchst. b.
func (v *view) cites(i int) bool {
	before, behind := i-1, i+1
	for before >= 0 && (v.toks[before].kind == space || v.toks[before].mark == period) {
		before--
	}
	if before < 0 {
		return false
	}
	if v.toks[before].mark == openBracket {
		return behind < len(v.toks) && v.toks[behind].mark == closeBracket
	}
	return v.toks[before].kind == number || lexicon.Citing.Has(strings.ToLower(v.of(before)))
}

// duties holds when what must be done may be, or may not be, by the endings of Japanese
// and Korean verbs; and when one side denies.
func (c *comparison) duties(e edit, s, t string) (verdict, bool) {
	if !c.short(e) || !kanaOrHangul(s+t) {
		return verdict{}, false
	}
	const around = 4 // tokens: an ending is cut where both sides have a syllable alike
	side := func(v *view, lo, hi int) string {
		return v.span(max(0, lo-around), min(len(v.toks), hi+around)).Of(v.text)
	}
	x, y := side(c.a, e.a0, e.a1), side(c.b, e.b0, e.b1)
	if p, q := duty(x), duty(y); p != q && (p != "" || q != "") {
		return verdict{Substantive, Modality, "what must, may or must not be changes"}, true
	}
	denies := func(s string) bool {
		for i := range s {
			if lexicon.EndingNot.At(s, i) != "" {
				return true
			}
		}
		return false
	}
	if p, q := denies(s), denies(t); p != q && lexicon.Idiom.Over(x, 0, len(x)) == "" && lexicon.Idiom.Over(y, 0, len(y)) == "" {
		return verdict{Substantive, Negation, "a negation appears or vanishes"}, true
	}
	return verdict{}, false
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

// shortPlaces holds when one short name of a place stands for another among them: 沪昆
// and 沪杭, 中方 and 日方.
func (c *comparison) shortPlaces(e edit, s, t string) (verdict, bool) {
	if !lexicon.ShortPlace.Has(s) || !lexicon.ShortPlace.Has(t) || e.a1 >= len(c.a.toks) {
		return verdict{}, false
	}
	next, prev := c.a.of(e.a1), ""
	if e.a0 > 0 {
		prev = c.a.of(e.a0 - 1)
	}
	if lexicon.ShortPlace.Has(prev) || lexicon.ShortPlace.Has(next) || strings.Contains("方军籍媒际", next) {
		return verdict{Substantive, Place, "the short name of another place: " + s + ", " + t}, true
	}
	return verdict{}, false
}

// things holds when a noun stands for another with which it has nothing in common.
func (c *comparison) things(e edit, s, t string) (verdict, bool) {
	if s == "" || t == "" || !c.short(e) {
		return verdict{}, false
	}
	if v, ok := c.koreanNouns(e, s, t); ok {
		return v, true
	}
	if c.a.inWords(e.a0, e.a1) && c.b.inWords(e.b0, e.b1) {
		x, y := strings.ToLower(strings.TrimSpace(s)), strings.ToLower(strings.TrimSpace(t))
		if v, ok := c.nounsByForm(e, x, y); ok {
			return v, true
		}
		if !alikeWords(x, y) && c.a.nounAt(e.a0, e.a1) && c.b.nounAt(e.b0, e.b1) && !scales().same(x, y) {
			return verdict{Substantive, Term, "another thing: " + x + ", " + y}, true
		}
		return verdict{}, false
	}
	x, y := c.sideWords(e)
	noun := func(w sideWord) bool {
		return w.n > 1 && (w.tag == "n" || w.tag == "nz" || w.tag == "ns" || w.tag == "nt") && !lexicon.Padding.Has(w.text) && !lexicon.General.Has(w.text)
	}
	if noun(x) && noun(y) && !strings.ContainsAny(x.text, y.text) && !scales().same(x.text, y.text) {
		return verdict{Substantive, Term, "another thing: " + x.text + ", " + y.text}, true
	}
	return verdict{}, false
}

// alikeWords reports whether two words may be one in two forms: they share a beginning
// or an end of four letters, or one holds the other.
func alikeWords(x, y string) bool {
	if strings.Contains(x, y) || strings.Contains(y, x) {
		return true
	}
	n, m := 0, 0
	for n < min(len(x), len(y)) && x[n] == y[n] {
		n++
	}
	for m < min(len(x), len(y)) && x[len(x)-1-m] == y[len(y)-1-m] {
		m++
	}
	return n >= 4 || m >= 5 || misspelt(x, y) && n >= 3
}

// nounAt reports whether words [lo, hi) stand where a noun does: behind an article, a
// number or a preposition, and before a mark, a function word or a verb of saying. In
// German a capital within a sentence tells.
func (v *view) nounAt(lo, hi int) bool {
	for hi > lo && v.toks[hi-1].kind == space {
		hi--
	}
	words := 0
	for i := lo; i < hi; i++ {
		if v.toks[i].kind == word {
			words++
		}
	}
	if words != 1 {
		return false
	}
	w := v.of(lo)
	if low := strings.ToLower(w); lexicon.Function.Has(low) || lexicon.Modal.Has(low) || lexicon.Padding.Has(low) || lexicon.Verb.Has(low) || adverb(low) {
		return false
	}
	if v.reads(lexicon.German, lo) {
		head, _ := v.capital(lo, hi)
		return upper(w) && !head
	}
	before, behind := strings.ToLower(v.wordBeside(lo-1, -1)), strings.ToLower(v.wordBeside(hi, 1))
	if before == "a" && v.reads(lexicon.French, lo) {
		return false // has
	}
	opens := lexicon.Determiner.Has(before) || lo > 1 && v.toks[lo-2].kind == number
	closes := behind == "" || lexicon.Function.Has(behind) || lexicon.Verb.Has(behind) || lexicon.Modal.Has(behind)
	return opens && closes && behind != "to" && behind != "that"
}

// reads reports whether the words around token i are of the language whose common words c
// holds.
func (v *view) reads(c lexicon.Class, i int) bool {
	n := 0
	for k := max(0, i-24); k < min(len(v.toks), i+24); k++ {
		if v.toks[k].kind == word && c.Has(strings.ToLower(v.of(k))) {
			n++
		}
	}
	return n >= 2
}
