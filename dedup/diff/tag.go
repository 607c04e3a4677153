package diff

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"repost/dedup/quantity"
	"repost/shingle"
	"repost/shingle/lexicon"
	"repost/shingle/words"
)

// The tagger says what the words are that an edit changes: a name of a person, a title, a
// body, a place, a day, a source, a modal. Each side is read by itself, in whole words and
// with the words next to it, for a name shows by where it stands: before a title,
// after a preposition, with a capital, before the word for a kind of body. Words and
// endings are data (package lexicon); parts of speech are those of the dictionary. Only
// what changed is ever tagged: O(length of the edit and of a dozen words around it).

// tag is a set of what words can be.
type tag uint32

const (
	personTag tag = 1 << iota
	titleTag
	bodyTag
	placeTag
	timeTag
	sourceTag
	unitTag // after a number
	nameTag // a person, by what stands around the name
	// Names, by what stands around them: the tags above are found together.
	calendarTag // a day, month or season of the lexicon
	shortPlaceTag
	rankTag // before a title
	sayingTag
	emptyTag   // no words that say something
	paddingTag // and one that is padding
	// What modality finds.
	dutyTag
	dutyWordTag
	denialTag
	refusalTag
	modalTag
	doneTag
)

const (
	nameTags     = personTag | titleTag | bodyTag | placeTag | timeTag | sourceTag | unitTag | nameTag
	modalityTags = dutyTag | dutyWordTag | denialTag | refusalTag | modalTag | doneTag
)

// reading is one side of an edit, with the tags found so far.
type reading struct {
	p          *changed
	twin       *reading // the other side
	v          *view
	lo, hi     int
	text       string // in lower case without spaces
	known, has tag
	says       []string // words that say something
	read       bool     // whether says was found
}

// is reports whether r has all of the tags.
func (r *reading) is(tags tag) bool {
	if ask := tags &^ r.known; ask != 0 {
		if ask&nameTags != 0 {
			r.has |= r.names()
			r.known |= nameTags
		}
		r.has |= r.modality(ask & modalityTags)
		r.has |= r.words(ask)
		r.known |= ask
	}
	return r.has&tags == tags
}

// words returns those of the tags asked for that the words themselves show.
func (r *reading) words(asked tag) (out tag) {
	in := func(t tag, ok func() bool) {
		if asked&t != 0 && ok() {
			out |= t
		}
	}
	c, e := r.p.c, r.p.e
	in(calendarTag, func() bool {
		s := r.p.s + r.p.t
		return r.p.exchanged() && (lexicon.Day.Spells(s) && c.bothIn(lexicon.Day, e) || utf8.RuneCountInString(r.text) == 1 && hasPrefix(r.v.text[r.v.end(r.hi):], "曜", "요일"))
	})
	in(shortPlaceTag, func() bool { return lexicon.ShortPlace.Has(r.text) && r.v.amongShort(r.lo, r.hi) })
	in(rankTag, func() bool {
		next := strings.ToLower(r.v.wordNextTo(r.hi, 1))
		return lexicon.Rank.Has(r.text) && (lexicon.Title.Has(next) || lexicon.Post.Has(next) || r.v.onlyHan(r.lo, r.hi) && r.v.titleAfter(r.v.end(r.hi)))
	})
	in(sayingTag, func() bool {
		if r.text == "" || r.hi >= len(r.v.toks) || !separates(r.v.toks[r.hi].mark) {
			return false
		}
		w, _ := c.wordAt(r.v, r.lo, r.hi)
		return lexicon.Saying.Has(w)
	})
	in(emptyTag, func() bool { return len(r.content()) == 0 && !(c.a.kanjiWord(e.a0, e.a1) && c.b.kanjiWord(e.b0, e.b1)) })
	in(paddingTag, func() bool { return lexicon.Padding.Has(spacedOut(r.v.span(r.lo, r.hi).Of(r.v.text))) })
	return out
}

// amongShort reports whether the short name of a place stands among such, or before a word
// for those who speak for it: 沪昆, 中方.
func (v *view) amongShort(lo, hi int) bool {
	if hi >= len(v.toks) {
		return false
	}
	next := v.of(hi)
	return lo > 0 && lexicon.ShortPlace.Has(v.of(lo-1)) || lexicon.ShortPlace.Has(next) || strings.Contains("方军籍媒际", next)
}

// names returns the tags of names.
func (r *reading) names() tag {
	p, q := r.p.c.sideWords(r.p.e)
	if r.v == r.p.c.b {
		p = q
	}
	out := r.p.c.tagSide(r.v, r.lo, r.hi, p)
	if out&(personTag|placeTag) != 0 && r.p.compounds() {
		out &^= personTag | placeTag
	}
	if r.p.c.person(r.p.e, r.p.s, r.p.t) || r.p.c.unknownName(r.p.e, r.p.s, r.p.t) {
		out |= personTag
	}
	return out
}

// content returns the words of r that say something.
func (r *reading) content() []string {
	if !r.read {
		r.says, r.read = r.p.c.contentOf(r.v, r.lo, r.hi), true
	}
	return r.says
}

func (c *comparison) tagSide(v *view, lo, hi int, w sideWord) (out tag) {
	s := v.span(lo, hi)
	if _, ok := c.nameOver(v, s.Lo, s.Hi); ok {
		out |= personTag | nameTag
	}
	if lo >= hi {
		return out
	}
	if v.afterNumber(lo) && quantity.Named(s.Of(v.text)) {
		out |= unitTag
	}
	if lexicon.Rank.Has(strings.ToLower(s.Of(v.text))) && v.titleAfter(s.Hi) {
		out |= titleTag
	}
	if v.inWords(lo, hi) {
		return out | v.tagWords(lo, hi)
	}
	for _, k := range []struct {
		words lexicon.Class
		tag   tag
	}{{lexicon.Title, titleTag}, {lexicon.Place, placeTag}, {lexicon.Agency, sourceTag}} {
		if w := k.words.Over(v.text, s.Lo, s.Hi); w != "" && !leads(w, s.Of(v.text)) {
			out |= k.tag
		}
	}
	switch r, _ := utf8.DecodeRuneInString(w.text); {
	case unicode.Is(unicode.Hangul, r):
		return out | v.tagEnding(v.spaced(lo, hi), s.Hi)
	case v.kanaNear(lo, hi):
		name := strings.TrimRightFunc(v.chunk(lo, hi), shingle.IsHiragana)
		out |= v.tagEnding(name[max(0, strings.LastIndexFunc(name, shingle.IsHiragana)+1):], s.Hi)
	case w.n == 0:
		return out
	}
	if one := s.Of(v.text); len(one) == 3 && lexicon.BodyChar.Has(one) && lo > 0 && v.toks[lo-1].kind == char {
		out |= bodyTag // 领导小组|会
	}
	if v.behindCite(lo) && v.beforeSaying(hi) || v.speaks(w) {
		out |= sourceTag
	}
	switch w.kind {
	case "ns":
		out |= placeTag
	case "nt":
		out |= bodyTag
	case "t":
		out |= timeTag
	}
	if strings.HasPrefix(w.kind, "nr") && !v.kindAfter(w.span.Hi) && (w.n == 3 || w.n == 2 && surname(w.text, 0) > 0) && !lexicon.Role.Has(w.text) {
		out |= personTag
	}
	if w.tag != "" && strings.Contains("vpudc", w.tag[:1]) && !v.kanaNear(lo, hi) {
		return out | v.tagEnding(w.text, len(v.text)) // 设立|公司: what is done to a body is none
	}
	return out | v.tagEnding(w.text, w.span.Hi)
}

// leads reports whether w is the beginning of a longer word of the changed ones: 会计凭证.
func leads(w, changed string) bool {
	_, rest, ok := strings.Cut(changed, w)
	return ok && len(rest) >= len("凭证") && han(rest) == len(rest) && lexicon.Title.Over(rest, 0, len(rest)) == ""
}

// kindAfter reports whether the word for a kind of place or body follows at byte i, and no
// title: 杨柳|乡, 山鹰|队.
func (v *view) kindAfter(i int) bool {
	return (lexicon.PlaceEnd.At(v.text, i) != "" || lexicon.BodyHead.At(v.text, i) != "") && lexicon.Title.At(v.text, i) == ""
}

// afterNumber reports whether a number stands before token i.
func (v *view) afterNumber(i int) bool {
	for i--; i >= 0 && v.toks[i].kind == space; i-- {
	}
	return i >= 0 && v.toks[i].kind == number
}

// titleAfter reports whether a title follows at byte i.
func (v *view) titleAfter(i int) bool {
	rest := strings.TrimLeft(v.text[i:min(len(v.text), i+40)], " -")
	if lexicon.Title.At(rest, 0) != "" {
		return true
	}
	for n := 3; n <= 12; n += 3 {
		if exactly(rest, 0, n/3) == n && lexicon.TitleEnd.Has(rest[:n]) {
			return true
		}
	}
	return false
}

// speaks reports whether a clause begins with the word and goes on with a verb of saying.
func (v *view) speaks(w sideWord) bool {
	return w.n > 1 && starts(v.text, w.span.Lo) && (verbAt(v.text, w.span.Hi) || lexicon.Saying.At(v.text, w.span.Hi) != "")
}

// tagEnding returns what a word is by the word for a kind of thing that it ends with, or
// that follows at byte end.
func (v *view) tagEnding(w string, end int) tag {
	kinds := map[Class]tag{Organisation: bodyTag, Place: placeTag, Title: titleTag}
	particle := lexicon.Form.Before(w, len(w))
	for _, w := range []string{w, strings.TrimSuffix(w, particle)} {
		if ending, class := endingOf(w); ending != "" && (len(ending) > 3 || utf8.RuneCountInString(w) > 2) && !lexicon.Common.Has(w) && !lexicon.NoBody.Has(w) && !lexicon.NoTitle.Has(w) {
			return kinds[class]
		}
	}
	for _, k := range []struct {
		words lexicon.Class
		tag   tag
	}{{lexicon.Firm, bodyTag}, {lexicon.Body, bodyTag}, {lexicon.Title, titleTag}} {
		if next := k.words.At(v.text, end); len(next) > 3 {
			return k.tag
		}
	}
	return 0
}

// nameAround returns what kind of name [lo, hi) stands in, by the word that ends it: a place
// for 小兴安岭, a body for 南麓大学, "" for no name. A name goes on over nouns; that of a body
// also over verbs that say what it does, where 部门 and its like end it.
func (v *view) nameAround(lo, hi int) (kind Class) {
	s := v.span(lo, hi)
	from, part := v.clauseAround(s)
	for end := from + len(part); end < len(v.text) && end-s.Hi < 2*context; {
		r, n := runeAt(v.text, end)
		if !shingle.IsHan(r) {
			break
		}
		end += n
		part = v.text[from:end]
	}
	n, done := 0, false // words of the name; whether one of them is what somebody does
	for _, w := range words.Segment(part) {
		if w.Span.Hi+from <= s.Lo {
			continue
		}
		text := w.Span.Of(part)
		ending, class := endingOf(text)
		if lexicon.NoBody.Has(text) || lexicon.NoTitle.Has(text) || n == 0 && (len(ending) == len(text) || lexicon.Common.Has(text)) || done && !lexicon.Body.Has(text) {
			class = ""
		}
		head := n > 0 && lexicon.BodyHead.Has(text) && !strings.HasPrefix(w.Tag, "v")
		switch {
		case n > mostParts || class == "" && (lexicon.Function.Has(text) || w.Tag != "" && strings.Contains("pcudrym", w.Tag[:1])):
			return kind
		case class != "" || head && kind == "" && !done:
			if kind = class; kind == "" {
				kind = Organisation // 雄鹿队
			}
		case kind != "" && strings.HasPrefix(w.Tag, "n"):
			kind = "" // 银行利率
		case kind != "":
			return kind
		}
		done = done || class == "" && len(text) > 3 && strings.HasPrefix(w.Tag, "v")
		n++
	}
	return kind
}

// endingOf returns the longest word that names a kind at the end of s, and its class.
func endingOf(s string) (ending string, class Class) {
	for _, k := range []struct {
		words lexicon.Class
		class Class
	}{{lexicon.BodyEnd, Organisation}, {lexicon.PlaceEnd, Place}, {lexicon.TitleEnd, Title}} {
		if w := k.words.Before(s, len(s)); len(w) > len(ending) {
			ending, class = w, k.class
		}
	}
	return ending, class
}

// behindCite reports whether the clause of token i begins with 据, a few characters
// before.
func (v *view) behindCite(i int) bool {
	for k := i - 1; k >= 0 && k >= i-10; k-- {
		switch {
		case v.toks[k].kind != char:
			return false
		case v.of(k) == "据":
			return k == 0 || v.toks[k-1].kind != char || v.of(k-1) == "根"
		}
	}
	return false
}

// beforeSaying reports whether a word for what is said follows token i-1 before the
// clause ends.
func (v *view) beforeSaying(i int) bool {
	rest := v.text[v.end(i):]
	rest = rest[:han(rest)]
	for at := range rest {
		if lexicon.Verb.At(rest, at) != "" || lexicon.Saying.At(rest, at) != "" {
			return true
		}
	}
	return false
}

// contentOf returns the words of [lo, hi) that say something, in lower case.
func (c *comparison) contentOf(v *view, lo, hi int) (out []string) {
	run := ""
	flush := func() {
		if run != "" && !empty(run) && strings.Trim(run, emptyChars) != "" {
			out = append(out, run)
		}
		run = ""
	}
	for i := lo; i < hi; i++ {
		w := strings.ToLower(strings.ReplaceAll(v.of(i), "\u00ad", ""))
		if v.toks[i].kind == char {
			run += w
			continue
		}
		flush()
		if _, noun, ok := strings.Cut(w, "'"); ok && len(noun) > 2 && len(w)-len(noun) < 4 {
			w = noun // l'école
		}
		if v.toks[i].strong() && !empty(w) {
			out = append(out, w)
		}
	}
	flush()
	if len(out) == 0 && lo < hi && v.onlyHan(lo, hi) {
		if own, _ := c.wordAt(v, lo, hi); !strings.HasSuffix(own, v.span(lo, hi).Of(v.text)) && !empty(own) {
			return []string{own} // the beginning of a word
		}
	}
	return out
}

// emptyChars say nothing alone.
const emptyChars = "的了着过地得之也都就还又于在是有个所其等们且与和及并很便则吗呢吧啊呀がはをにへとでもの"

func functionWord(w string) bool { return lexicon.Function.Has(w) || lexicon.Particle.Has(w) }

func empty(w string) bool {
	return lexicon.Function.Has(w) || lexicon.Padding.Has(w) || lexicon.Particle.Has(w)
}
