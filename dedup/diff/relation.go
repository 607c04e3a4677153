package diff

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"repost/shingle"
	"repost/shingle/lexicon"
	"repost/shingle/words"
)

// How the words of two sides stand to each other: the same in other words, forms of one
// word, one with a slip, opposites. Synonyms are those of the thesaurus (package lexicon).

// alone holds when one side has no letters.
func (p *changed) alone() bool { return (p.x.text == "") != (p.y.text == "") }

// exchanged holds when both have.
func (p *changed) exchanged() bool { return p.x.text != "" && p.y.text != "" }

// mostPadded is the longest side, in strong tokens, that a word which says nothing of its own
// may stand for.
const mostPadded = 6

// padded holds when both sides have letters, and are words and no clause.
func (p *changed) padded() bool {
	if p.exchangedHan() && len(wordsOf(p.s)) != len(wordsOf(p.t)) {
		return false // 工作, 能力建设
	}
	if x, y := p.c.sideWords(p.e); p.exchangedHan() && x.kind != "" && y.kind != "" && x.n > 1 && y.n > 1 {
		return false // 国际, 国内
	}
	return p.exchanged() && !p.x.refuses() && !p.y.refuses() && max(p.c.a.count(p.e.a0, p.e.a1), p.c.b.count(p.e.b0, p.e.b1)) <= mostPadded && !lexicon.Quantifier.Has(p.x.text) && !lexicon.Quantifier.Has(p.y.text)
}

// amongFigures holds when a word comes or goes between two figures: 277 1/4, 277 OFF 1/4.
func (p *changed) amongFigures() bool {
	figure := func(v *view, i int) bool { return i >= 0 && i < len(v.toks) && v.toks[i].kind == number }
	beside := func(v *view, lo, hi int) bool {
		for lo > 0 && v.toks[lo-1].kind == space && !v.toks[lo-1].brk {
			lo--
		}
		for hi < len(v.toks) && v.toks[hi].kind == space && !v.toks[hi].brk {
			hi++
		}
		return figure(v, lo-1) && figure(v, hi)
	}
	return p.alone() && beside(p.c.a, p.e.a0, p.e.a1) && beside(p.c.b, p.e.b0, p.e.b1)
}

// doubled holds when what one side alone has stands next to itself: 与此与此同时, the the.
func (p *changed) doubled() bool {
	r := &p.x
	if r.text == "" {
		r = &p.y
	}
	n := r.hi - r.lo
	twice := func(at int) bool {
		for k := range n {
			if i := at + k; i < 0 || i >= len(r.v.toks) || r.v.toks[i].key != r.v.toks[r.lo+k].key {
				return false
			}
		}
		return true
	}
	return p.alone() && (twice(r.lo-n) || twice(r.hi))
}

// exchangedHan holds when both sides are a few Han characters.
func (p *changed) exchangedHan() bool {
	return p.c.short(p.e) && p.c.a.onlyHan(p.e.a0, p.e.a1) && p.c.b.onlyHan(p.e.b0, p.e.b1)
}

// addressed holds for two forms of address of one sex.
func (p *changed) addressed() bool {
	return lexicon.Kin.Has(p.s) && lexicon.Kin.Has(p.t) && !against(p.s, p.t)
}

// synonyms returns of what kind of synonyms the sides are.
func (p *changed) synonyms() lexicon.Kind {
	if !p.looked && p.c.short(p.e) && !(p.c.a.inName(p.e.a0, p.e.a1) && p.c.b.inName(p.e.b0, p.e.b1)) {
		if p.synonym = p.c.synonymKind(p.e, p.x.content(), p.y.content()); p.synonym == lexicon.NotSynonyms && !(p.c.a.hanOrNothing(p.e.a0, p.e.a1) && p.c.b.hanOrNothing(p.e.b0, p.e.b1)) {
			p.synonym = p.togetherKind(p.x.content(), p.y.content())
		}
	}
	p.looked = true
	return p.synonym
}

// inName reports whether [lo, hi) is one word of a name of several, not its first: Everholt
// Town is not Everholt City.
func (v *view) inName(lo, hi int) bool {
	return hi == lo+1 && v.toks[lo].kind == word && v.afterName(lo) && !v.german(lo) && !titled([]string{strings.ToLower(v.of(lo))})
}

// unlike holds when the sides are no synonyms: nobody and no one are.
func (p *changed) unlike() bool { return p.synonyms() == lexicon.NotSynonyms }

func (p *changed) functional() bool { return p.synonyms() == lexicon.Functional }
func (p *changed) reworded() bool   { return p.synonyms() == lexicon.Rewording }

// reported holds for two verbs of saying, also with those whom it is said to.
func (p *changed) reported() bool {
	return p.synonyms() == lexicon.Reporting || framed(squeeze(p.s), squeeze(p.t)) || framed(squeeze(p.t), squeeze(p.s)) ||
		p.c.bothIn(lexicon.Verb, p.e)
}

// namedReach is how many bytes before a pronoun what it stands for is looked for: some
// three sentences.
const namedReach = 600

// mostNamed is the longest that a pronoun stands for, in words.
const mostNamed = 3

// shortAdverb holds for two Chinese function words, one a single character: 曾, 曾经.
func (p *changed) shortAdverb() bool {
	return p.exchangedHan() && min(len(p.x.text), len(p.y.text)) == 3 && p.reworded()
}

// intensified holds when words come, go or change that say how much and weigh little: very.
func (p *changed) intensified() bool {
	none := func(r *reading) bool {
		return r.text == "" || lexicon.Intensifier.Has(strings.TrimSpace(strings.ToLower(r.v.span(r.lo, r.hi).Of(r.v.text))))
	}
	return none(&p.x) && none(&p.y)
}

// pronoun holds when one side is a pronoun and the other what both texts have named before:
// "he" for "Mr Quirke". Two pronouns are other persons.
func (p *changed) pronoun() bool {
	one, named := &p.x, &p.y
	if !lexicon.Pronoun.Has(one.text) {
		one, named = named, one
	}
	if !lexicon.Pronoun.Has(one.text) || lexicon.Pronoun.Has(named.text) {
		return false
	}
	says := named.content()
	said := strings.Join(says, " ")
	if len(says) == 0 || len(says) > mostNamed || han(said) < len(said) && !named.v.inWords(named.lo, named.hi) || han(said) == len("周") {
		return false
	}
	before := func(r *reading) bool {
		at := r.v.end(r.lo)
		lo := max(0, at-namedReach)
		for lo < at && !utf8.RuneStart(r.v.text[lo]) {
			lo++
		}
		return strings.Contains(spacedOut(r.v.text[lo:at]), said)
	}
	return before(one) && before(named)
}

// abbreviated holds when the name of a body stands in a short form.
func (p *changed) abbreviated() bool {
	return p.exchanged() && p.c.shortForm(p.e, squeeze(p.s), squeeze(p.t))
}

// opposed holds when words stand on different rungs of a scale.
func (p *changed) opposed() bool {
	v, ok := p.c.scaled(p.e, p.s, p.t)
	switch p.class = v.class; {
	case ok && p.c.a.leadsName(p.e.a0, p.e.a1) && p.c.b.leadsName(p.e.b0, p.e.b1):
		p.class = Place // Upper Slaughter, Lower Slaughter
	case ok && hasPrefix(p.x.text, "以", "上", "下") && len(p.c.a.quantitiesAround(p.c.a.span(max(0, p.e.a0-1), p.e.a0))) > 0:
		p.class = Number // 五万元以上
	}
	return ok
}

// leadsName reports whether [lo, hi) has a capital within a sentence and stands before
// another word with one that is no title.
func (v *view) leadsName(lo, hi int) bool {
	head, capital := v.capital(lo, hi)
	next := v.wordNextTo(hi, 1)
	return capital && !head && upper(next) && !titled([]string{strings.ToLower(next)}) && !v.german(lo)
}

// facing holds when one character stands against another.
func (p *changed) facing() bool { v, ok := p.c.facing(p.e, p.s, p.t); p.class = v.class; return ok }

func (p *changed) otherUnit() bool { _, ok := p.c.measures(p.e, p.s, p.t); return ok }

// hourWord holds for a word for hours that comes or goes between a figure and a zone, which says
// that it is a time: 1000 hrs EDT.
func (p *changed) hourWord() bool {
	r := &p.x
	if r.text == "" {
		r = &p.y
	}
	zone := r.v.wordNextTo(r.hi, 1)
	return p.alone() && slices.Contains([]string{"hrs", "hours", "hrs.", "h"}, r.text) && r.v.afterNumber(r.lo) &&
		(len(zone) == 3 || len(zone) == 4) && strings.ToUpper(zone) == zone && (strings.HasSuffix(zone, "T") || zone == "UTC")
}

// kindred holds for forms of one word and words that share what they say.
func (p *changed) kindred() bool { return p.c.kindred(p.e, p.x.content(), p.y.content()) }

// confused are Latin letters that a scanner takes for one another.
var confused = strings.NewReplacer("rn", "m", "vv", "w", "cl", "d", "c", "e", "i", "l", "h", "b", "u", "n")

// scanned holds when a word differs in letters that a scanner takes for one another and one of
// the texts has others of its kind, with a digit among their letters: evcry near on1y.
func (p *changed) scanned() bool {
	c, e := p.c, p.e
	return c.a.inWords(e.a0, e.a1) && c.b.inWords(e.b0, e.b1) && confused.Replace(p.x.text) == confused.Replace(p.y.text) && (c.a.misreads() || c.b.misreads())
}

// misreads reports whether v has a word with a digit among its letters.
func (v *view) misreads() bool {
	return slices.ContainsFunc(v.toks, func(t token) bool {
		return t.kind == word && strings.ContainsAny(v.text[t.lo:t.hi], "01") && v.text[t.lo] >= 'A'
	})
}

// misreadDigits are letters that a scanner takes for digits.
var misreadDigits = strings.NewReplacer("O", "0", "o", "0", "l", "1", "I", "1", "i", "1")

// digitsForLetters reports whether two words or figures are the same but for digits where a scanner
// took letters for them, or the other way round: 0pponents, 19ll. One of them mixes both.
func digitsForLetters(s, t string) bool {
	s, t = strings.TrimSpace(s), strings.TrimSpace(t)
	if len(s) != len(t) || s == t || utf8.RuneCountInString(s) < 4 || strings.ContainsFunc(s+t, unicode.IsSpace) || misreadDigits.Replace(s) != misreadDigits.Replace(t) {
		return false
	}
	pure := func(s string) bool { return !strings.ContainsFunc(s, unicode.IsDigit) || misreadDigits.Replace(s) == s }
	return pure(s) != pure(t)
}

// misread holds when the characters of both sides look alike, as a scanner takes them, or
// one side could not be read.
func (p *changed) misread() bool {
	blank := func(s string) bool { return strings.Trim(s, "□■�") == "" }
	return p.exchanged() && (p.c.alike(p.e) && p.knownWord() || blank(p.s) || blank(p.t))
}

// knownWord holds when a side is a word of the dictionary and no name: what looks like it is
// a slip, while of two names that look alike either may be right.
func (p *changed) knownWord() bool {
	x, y := p.c.sideWords(p.e)
	return p.c.common(x) || p.c.common(y)
}

// common reports whether w is a word of the dictionary, of two characters or more, and
// neither a name nor the beginning of one: 文昌 before 路.
func (c *comparison) common(w sideWord) bool {
	ws := words.Segment(w.text)
	if len(ws) != 1 || w.n < 2 {
		return false
	}
	switch ws[0].Tag {
	case "", "x", "nr", "nrt", "nrfg", "ns", "nt", "nz":
		return false
	}
	return true
}

// misprinted holds when one side is a word and the other the same with a slip.
func (p *changed) misprinted() bool {
	return p.c.misprinted(p.e, strings.ToLower(p.s), strings.ToLower(p.t))
}

// kindred reports whether both sides are forms of one word, or words that share what they
// say.
func (c *comparison) kindred(e edit, x, y []string) bool {
	switch {
	case c.a.inWords(e.a0, e.a1) && c.b.inWords(e.b0, e.b1):
		return c.inflected(e, x, y)
	case c.hangul(e):
		return lexicon.SameStem(c.a.spaced(e.a0, e.a1), c.b.spaced(e.b0, e.b1), "")
	case c.a.kanaNear(e.a0, e.a1) || c.b.kanaNear(e.b0, e.b1):
		p, q := c.a.chunk(e.a0, e.a1), c.b.chunk(e.b0, e.b1)
		return japaneseForms(p, q)
	}
	p, q := c.sideWords(e)
	return sameHan(p, q) || sameHan(sideWord{text: p.own, tag: p.kind}, sideWord{text: q.own, tag: q.kind})
}

// sameHan reports whether two Chinese words are the same but for their particles, or a verb
// and a longer one that begins with it (扶, 扶贫; 发, 发给): what has one character has no tag. That two
// verbs, or two nouns of one kind, share a character says nothing: 配备 and 配足, 药品 and 药材
// are other things, and where no list knows a pair for the same it is taken for that. With
// verbs, adjectives and adverbs taken for the same unless opposed, .953 of the substantive
// changes of the unread half were right and .800 of its minor ones, without .979 and .755.
func sameHan(p, q sideWord) bool {
	x, y := strings.Trim(p.text, "了着过的地得们"), strings.Trim(q.text, "了着过的地得们")
	if len(x) > len(y) {
		x, y = y, x
	}
	return x == y && x != "" || len(x) == len("扶") && strings.HasPrefix(y, x) && strings.HasPrefix(p.tag+q.tag, "v")
}

// against reports whether a character of one word stands against one of the other.
func against(x, y string) bool {
	for _, r := range x {
		for _, q := range y {
			if !strings.ContainsRune(y, r) && !strings.ContainsRune(x, q) && parted(scales().chars[r], scales().chars[q]) >= 0 {
				return true
			}
		}
	}
	return false
}

// mostForms is how many words of each side may be forms of one another.
const mostForms = 3

// inflected reports whether the words of two sides are forms of one another.
func (c *comparison) inflected(e edit, x, y []string) bool {
	x, y = without(x, lexicon.Auxiliary), without(y, lexicon.Auxiliary)
	if len(x) != len(y) || len(x) == 0 || len(x) > mostForms {
		return false
	}
	language := c.a.language(e.a0)
	if language == "de" && !upper(c.a.of(e.a0)) {
		language = "de-adjective"
	}
	for k := range x {
		if x[k] != y[k] && !lexicon.SameStem(x[k], y[k], language) && !(language == "" && unicode.Is(unicode.Latin, firstRune(x[k])) && akin(x[k], y[k])) {
			return false
		}
	}
	return true
}

// without returns the words that are not of the class.
func without(says []string, c lexicon.Class) (out []string) {
	for _, w := range says {
		if !c.Has(w) {
			out = append(out, w)
		}
	}
	return out
}

// particled holds for a Korean word with other particles or another ending.
func (p *changed) particled() bool { return p.c.hangul(p.e) && p.c.kindred(p.e, nil, nil) }

// declined holds for a word with another ending that is no name: one without a capital, a
// German noun with the ending of another case.
func (p *changed) declined() bool {
	c, e := p.c, p.e
	x, y := p.x.content(), p.y.content()
	if len(x) != 1 || len(y) != 1 || !c.a.inWords(e.a0, e.a1) || !c.b.inWords(e.b0, e.b1) {
		return false
	}
	if !upper(c.a.of(e.a0)) && !upper(c.b.of(e.b0)) {
		return c.inflected(e, x, y)
	}
	if !c.a.german(e.a0) {
		return false
	}
	long, short := x[0], y[0]
	if len(long) < len(short) {
		long, short = short, long
	}
	rest, ok := strings.CutPrefix(long, short)
	return ok && len(short) > 3 && slices.Contains([]string{"e", "es", "s"}, rest)
}

// language returns the language of the words around token i: see lexicon.Language.
func (v *view) language(i int) string {
	const reach = 40
	var words []string
	for k := max(0, i-reach); k < min(len(v.toks), i+reach); k++ {
		if v.toks[k].kind == word {
			words = append(words, strings.ToLower(v.of(k)))
		}
	}
	language, _ := lexicon.Language(words, "en", "de", "fr", "es") // those with endings
	return language
}

// akin reports whether two words of a language without a list of endings begin alike.
func akin(x, y string) bool {
	if han(x) > 0 || len(x) < 3 || len(y) < 3 {
		return false
	}
	p, q := []rune(x), []rune(y)
	n := 0
	for n < min(len(p), len(q)) && p[n] == q[n] {
		n++
	}
	return n >= 4 && len(p)-n <= 3 && len(q)-n <= 3 && n*2 >= max(len(p), len(q))
}

// japaneseForms reports whether two bunsetsu begin alike and go on in kana.
func japaneseForms(p, q string) bool {
	x, y := []rune(p), []rune(q)
	n := 0
	for n < min(len(x), len(y)) && x[n] == y[n] {
		n++
	}
	if n == 0 {
		return false
	}
	for _, r := range append(x[n:], y[n:]...) {
		if !shingle.IsHiragana(r) {
			return false
		}
	}
	return true
}

// misprinted reports whether one side is a word and the other the same with a slip.
func (c *comparison) misprinted(e edit, s, t string) bool {
	if c.a.inWords(e.a0, e.a1) && c.b.inWords(e.b0, e.b1) {
		return slip(strings.TrimSpace(s), strings.TrimSpace(t))
	}
	x, y := c.sideWords(e)
	if e.a1-e.a0 != 1 || e.b1-e.b0 != 1 || han(x.text) < len(x.text) || x.n != y.n || x.n < 2 || !c.a.onlyHan(e.a0, e.a1) || !c.b.onlyHan(e.b0, e.b1) {
		return false
	}
	return c.common(x) != c.common(y) && (x.n > 3 || lookAlike(firstRune(s), firstRune(t)))
}

// slip reports whether two long words differ in a pair of letters turned round, a letter
// left out, or one vowel.
func slip(s, t string) bool {
	x, y := []rune(s), []rune(t)
	if len(x) > len(y) {
		x, y = y, x
	}
	if len(x) < 6 || len(y)-len(x) > 1 || strings.ContainsAny(s+t, " ") || spellings().differ[s] && spellings().differ[t] {
		return false
	}
	n := 0
	for n < len(x) && x[n] == y[n] {
		n++
	}
	m := 0
	for m < len(x)-n && x[len(x)-1-m] == y[len(y)-1-m] {
		m++
	}
	switch left := len(x) - n - m; {
	case n == 0 || m == 0 && len(x) < 12: // the last letter is an ending in a short word
		return false
	case len(x) < len(y):
		return left == 0
	case left == 2:
		return x[n] == y[n+1] && x[n+1] == y[n]
	default:
		return left == 1
	}
}
