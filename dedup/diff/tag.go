package diff

import (
	"slices"
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
	postTag
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
		return lexicon.Rank.Has(r.text) && (lexicon.Title.Has(next) || lexicon.Post.Has(next))
	})
	in(postTag, func() bool { return lexicon.Post.Has(r.text) })
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
	if _, ok := r.p.c.person(r.p.e, r.p.s, r.p.t); ok {
		return out | personTag
	}
	if _, ok := r.p.c.unknownName(r.p.e, r.p.s, r.p.t); ok {
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
		if k.words.Over(v.text, s.Lo, s.Hi) != "" {
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
	return out | v.tagEnding(w.text, w.span.Hi)
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

// tagWords tags words of scripts with spaces, by themselves and by their neighbours.
func (v *view) tagWords(lo, hi int) (out tag) {
	before, behind := strings.ToLower(v.wordNextTo(lo-1, -1)), strings.ToLower(v.wordNextTo(hi, 1))
	head, capital := v.capital(lo, hi)
	run := v.capitalRun(lo, hi)
	own := []string{}
	for i := lo; i < hi; i++ {
		if v.toks[i].kind == word {
			own = append(own, strings.ToLower(v.of(i)))
		}
	}
	caseless := unicode.Is(unicode.Arabic, firstRune(own[0]))
	if !capital {
		run = nil // names go on where capitals do
	}
	run = append(run, own...)
	has := func(c lexicon.Class) bool { return slices.ContainsFunc(run, c.Has) }
	ends := func(c lexicon.Class) bool {
		return slices.ContainsFunc(run, func(w string) bool { return stemOf(c, w) })
	}
	german := v.german(lo) && (lexicon.Determiner.Has(before) || v.nouns(lo, hi)) // every noun has a capital there
	switch named := capital || caseless; {
	case slices.ContainsFunc(own, lexicon.Title.Has) && !ends(lexicon.BodyEnd) && !has(lexicon.InBody), slices.ContainsFunc(own, lexicon.Post.Has):
		out |= titleTag
	case ends(lexicon.BodyEnd), has(lexicon.InBody) && named, v.bodyBefore(lo), behind != "" && stemOf(lexicon.BodyEnd, behind) && !stemOf(lexicon.BodyEnd, before):
		out |= bodyTag
	case titled(run) && !titled(own) && capital && slices.Contains([]string{"of", "von", "de", "du", "del", "di"}, before):
		out |= placeTag // the mayor of Bath
	case capital && v.acronyms(lo, hi):
		out |= bodyTag
	case titled(own), slices.ContainsFunc(own, func(w string) bool { return stemOf(lexicon.TitleEnd, w) }), titled(run) && !(capital && (titled([]string{before}) || v.nameNextTo(lo))):
		out |= titleTag
	case has(lexicon.Place), stemOf(lexicon.Place, own[0]), has(lexicon.InPlace) && named, ends(lexicon.PlaceEnd), capital && lexicon.InPlace.Has(behind):
		out |= placeTag
	case named && before == "to" && len(run) > len(own) && upper(v.wordNextTo(hi, 1)) && len(own) == 1: // awarded to Irene Castle
		out |= personTag
	case named && (lexicon.ToPlace.Has(before) || lexicon.InPlace.Has(before)) && !lexicon.Verb.Has(behind):
		out |= placeTag
	case capital && !head && len(run) == 2*len(own) && len(own) == 1 && lexicon.Function.Has(before) && !lexicon.Verb.Has(behind) && !german:
		out |= placeTag // after a preposition and alone
	case capital && (!head || len(run) > 1+len(own)) && !german, has(lexicon.Surname):
		out |= personTag
	}
	if out&bodyTag == 0 && (lexicon.Title.Has(behind) || lexicon.Post.Has(behind)) {
		out |= titleTag
	}
	if slices.ContainsFunc(own, lexicon.Agency.Has) {
		out |= sourceTag
	}
	return out
}

// acronyms reports whether the words of [lo, hi) are two to six capitals each, and no Roman
// numbers: NATO, SPD.
func (v *view) acronyms(lo, hi int) bool {
	for i := lo; i < hi; i++ {
		if v.toks[i].kind != word {
			continue
		}
		w := v.of(i)
		n := utf8.RuneCountInString(w)
		if _, number := roman(w); n < 2 || n > 6 || number || strings.ContainsFunc(w, func(r rune) bool { return !unicode.IsUpper(r) }) {
			return false
		}
	}
	return lo < hi
}

// titled reports whether one of words is a title, a post or a rank.
func titled(words []string) bool {
	return slices.ContainsFunc(words, func(w string) bool {
		return lexicon.Title.Has(w) || lexicon.Post.Has(w) || lexicon.Rank.Has(w)
	})
}

// nameNextTo reports whether a word with a capital, that is no title, stands before token i.
func (v *view) nameNextTo(i int) bool {
	w := v.wordNextTo(i-1, -1)
	return upper(w) && !lexicon.Function.Has(strings.ToLower(w)) && !titled([]string{strings.ToLower(w)})
}

// bodyBefore reports whether the word for a body stands before: the ministry of health,
// وزارة الصحة. In Latin script a preposition has to stand between.
func (v *view) bodyBefore(i int) bool {
	latin := i < len(v.toks) && unicode.Is(unicode.Latin, firstRune(v.of(i))) && !lexicon.Function.Has(v.of(i)) && v.language(i) != "fr"
	for n := 0; n < 4 && i > 1; n++ {
		w := strings.ToLower(v.wordNextTo(i-1, -1))
		switch {
		case w == "", slices.Contains([]string{"in", "at", "near", "from", "bei", "nahe"}, w):
			return false
		case stemOf(lexicon.BodyEnd, w):
			return n > 0 || !latin
		case !lexicon.Function.Has(w):
			return false
		}
		for i--; i > 0 && v.toks[i].kind == space; i-- {
		}
	}
	return false
}

// german reports whether the words around token i are German.
func (v *view) german(i int) bool {
	n := 0
	for k := max(0, i-24); k < min(len(v.toks), i+24); k++ {
		if v.toks[k].kind == word && lexicon.German.Has(strings.ToLower(v.of(k))) {
			n++
		}
	}
	return n >= 2
}

// nouns reports whether the words of [lo, hi) with a capital are German nouns: they stand after
// an article somewhere in the text, or end as nouns do that are made of other words.
func (v *view) nouns(lo, hi int) bool {
	for i := lo; i < hi; i++ {
		if v.toks[i].kind == word && upper(v.of(i)) && !v.words().noun[v.toks[i].key] && madeNoun(v.of(i)) == "" {
			return false
		}
	}
	return true
}

// madeNoun returns the ending of a German noun that is made of another word, or "".
func madeNoun(w string) string {
	for _, end := range []string{"ung", "heit", "keit", "schaft", "ation", "tät", "ismus"} {
		if stem, ok := strings.CutSuffix(strings.TrimSuffix(w, "en"), end); ok && utf8.RuneCountInString(stem) > 3 {
			return end
		}
	}
	return ""
}

// stemOf reports whether w begins or ends with a word of the class that stands for a stem:
// of more than three letters, so that cases and compounds are known by it.
func stemOf(c lexicon.Class, w string) bool {
	return utf8.RuneCountInString(c.At(w, 0)) > 3 || utf8.RuneCountInString(c.Before(w, len(w))) > 3
}

// capital reports whether each word of [lo, hi) begins with a capital, and whether
// a sentence begins with it.
func (v *view) capital(lo, hi int) (head, ok bool) {
	n := 0
	for i := lo; i < hi; i++ {
		switch t := v.toks[i]; {
		case t.kind == word && upper(v.of(i)):
			n++
		case t.strong() && !lexicon.JoinsNames.Has(v.of(i)), t.kind == punct:
			return false, false
		}
	}
	for i := lo - 1; i >= 0; i-- {
		if t := v.toks[i]; t.strong() || t.kind == punct {
			return t.mark.endsSentence() && !v.shortened(i) || t.mark.isQuote(), n > 0
		}
	}
	return true, n > 0
}

// shortened reports whether the full stop at token i ends a title in short: Sen., Dr.
func (v *view) shortened(i int) bool {
	return i > 0 && v.toks[i].mark == period && v.toks[i-1].kind == word && upper(v.of(i-1)) && v.toks[i].lo-v.toks[i-1].lo <= len("Prof")
}

// capitalRun returns the words with capitals around [lo, hi), in lower case.
func (v *view) capitalRun(lo, hi int) (out []string) {
	for lo > 0 && (v.toks[lo-1].kind == space && !v.toks[lo-1].brk || v.toks[lo-1].kind == word && (upper(v.of(lo-1)) || lexicon.JoinsNames.Has(v.of(lo-1)) && lo > 2 && upper(v.wordNextTo(lo-2, -1)))) {
		lo--
	}
	for hi < len(v.toks) && (v.toks[hi].kind == space && !v.toks[hi].brk || v.toks[hi].kind == word && (upper(v.of(hi)) || lexicon.JoinsNames.Has(v.of(hi)) && upper(v.wordNextTo(hi+1, 1)))) {
		hi++
	}
	for i := lo; i < hi; i++ {
		if v.toks[i].kind == word {
			out = append(out, strings.ToLower(v.of(i)))
		}
	}
	if len(out) > 1 && (out[0] == "the" || out[0] == "a" || out[0] == "an") {
		out = out[1:]
	}
	return out
}

func upper(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.IsUpper(r)
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
		w := strings.ToLower(v.of(i))
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
