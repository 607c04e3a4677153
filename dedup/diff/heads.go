package diff

import (
	"strings"
	"unicode/utf8"

	"repost/shingle"
	"repost/shingle/lexicon"
	"repost/shingle/words"
)

// What kind of thing a word names is told from the dictionary's part of speech
// and from its last character, the head of a Chinese noun: 渭河 and 汾河 are
// rivers, 设计院 and 勘察院 bodies. The dictionary is noisy (美丽 is a place in it),
// so one tag alone decides nothing: both words must be of the kind.

// sideWord is what stands on one side of an edit, in whole words.
type sideWord struct {
	text, tag string
	head      rune
	n         int // characters
	span      shingle.Span
	own, kind string // the words of this side alone, and their tag: see wordAt
}

// sidesOf are the words of one edit.
type sidesOf struct {
	known bool
	edit  edit
	x, y  sideWord
}

// sideWords returns the words that the edit touches on either side, both grown by
// the same text: of 县|医院 and 中医院 the first is 县医院 too.
func (c *comparison) sideWords(e edit) (x, y sideWord) {
	if c.sides.known && c.sides.edit == e { // several rules ask for those of one edit
		return c.sides.x, c.sides.y
	}
	a, b := c.a.span(e.a0, e.a1), c.b.span(e.b0, e.b1)
	ea, eb := c.wordsOver(c.a, a), c.wordsOver(c.b, b)
	wa, wb := c.grow(a, b, max(a.Lo-ea.Lo, b.Lo-eb.Lo), max(ea.Hi-a.Hi, eb.Hi-b.Hi))
	side := func(v *view, w shingle.Span, lo, hi int) sideWord {
		out := sideWord{text: squeeze(w.Of(v.text)), span: w}
		if out.own, out.kind = c.wordAt(v, lo, hi); squeeze(out.own) == out.text {
			out.tag = out.kind
		}
		out.head, _ = utf8.DecodeLastRuneInString(out.text)
		out.n = utf8.RuneCountInString(out.text)
		return out
	}
	x, y = side(c.a, wa, e.a0, e.a1), side(c.b, wb, e.b0, e.b1)
	c.sides = sidesOf{true, e, x, y}
	return x, y
}

// kinds holds when two words name different things of one kind.
func (c *comparison) kinds(e edit, s, t string) (verdict, bool) {
	if s == "" || t == "" || !c.short(e) {
		return verdict{}, false
	}
	x, y := c.sideWords(e)
	if x.text == y.text || x.n < 2 || y.n < 2 || min(x.n, y.n) > 8 || lexicon.Verb.Has(x.text) || lexicon.Verb.Has(y.text) {
		return verdict{}, false
	}
	for _, k := range []struct {
		class  Class
		is     func(x, y sideWord) bool
		reason string
	}{
		{Date, times, "another time: "},
		{Place, places, "another place: "},
		{Organisation, bodiesBoth, "another body: "},
		{Title, titlesBoth, "another title or rank: "},
		{Person, persons, "another name: "},
		{Organisation, properBodies, "another body: "},
		{Place, properBoth, "another name: "},
	} {
		if k.is(x, y) {
			return verdict{Substantive, k.class, k.reason + x.text + ", " + y.text}, true
		}
	}
	return verdict{}, false
}

// proper reports whether the dictionary takes w for a name of any kind, or does
// not know it.
func (w sideWord) proper() bool {
	return w.tag == "" || w.tag == "ns" || w.tag == "nt" || w.tag == "nz" || strings.HasPrefix(w.tag, "nr")
}

func (w sideWord) headed(heads, not lexicon.Class) bool {
	return heads.HasRune(w.head) && !not.Has(w.text)
}

func (w sideWord) noun() bool {
	return w.tag == "" || strings.HasPrefix(w.tag, "n") || w.tag == "j" || w.tag == "l" || w.tag == "s"
}

// qualifies reports whether w can stand before a title and say whose it is.
func (w sideWord) qualifies() bool {
	return w.n > 1 && (strings.HasPrefix(w.tag, "n") || w.tag == "b" || w.tag == "f")
}

// spelledForeign reports whether w can be a foreign name: its characters spell
// one, and the dictionary knows no other word.
func (w sideWord) spelledForeign() bool {
	for _, r := range w.text {
		if !lexicon.Foreign.HasRune(r) {
			return false
		}
	}
	return w.proper()
}

func times(x, y sideWord) bool {
	if lexicon.Undated.Has(x.text) || lexicon.Undated.Has(y.text) {
		return false
	}
	t := func(w sideWord) bool { return w.tag == "t" }
	return t(x) && t(y) || (t(x) || t(y)) && x.headed(lexicon.TimeHead, lexicon.Undated) && y.headed(lexicon.TimeHead, lexicon.Undated)
}

func places(x, y sideWord) bool {
	tagged := func(w sideWord) bool { return w.tag == "ns" }
	switch {
	case tagged(x) && tagged(y):
		return true
	case tagged(x) && y.proper(), tagged(y) && x.proper():
		return true
	}
	return x.head == y.head && x.headed(lexicon.PlaceHead, lexicon.NoBody) && x.proper() && y.proper()
}

func bodiesBoth(x, y sideWord) bool {
	body := func(w sideWord) bool {
		return w.tag == "nt" || w.n > 1 && w.headed(lexicon.BodyHead, lexicon.NoBody) && w.noun()
	}
	return body(x) && body(y) && (x.n > 2 || y.n > 2 || x.head == y.head || x.tag == "nt" || y.tag == "nt" || x.tag == "j" || y.tag == "j")
}

func titlesBoth(x, y sideWord) bool {
	title := func(w sideWord) bool {
		return lexicon.Title.Has(w.text) || w.headed(lexicon.TitleHead, lexicon.NoTitle) && (w.noun() || w.tag == "v")
	}
	return title(x) && title(y)
}

func persons(x, y sideWord) bool {
	nr := func(w sideWord) bool {
		return strings.HasPrefix(w.tag, "nr") && (w.n > 2 || w.n == 2 && surname(w.text, 0) > 0) && !lexicon.Role.Has(w.text)
	}
	return nr(x) && nr(y) || x.spelledForeign() && y.spelledForeign()
}

// properBodies: the dictionary takes one for a body and the other for a name, or
// does not know it.
func properBodies(x, y sideWord) bool {
	body := func(w sideWord) bool { return w.tag == "nt" || w.tag == "j" || w.tag == "nz" }
	return body(x) && properTag(y.tag) || body(y) && properTag(x.tag)
}

// properBoth: the dictionary takes both for names of some kind, and one not for that
// of a person: of those it knows too many (师傅).
func properBoth(x, y sideWord) bool {
	if strings.HasPrefix(x.tag, "nr") && strings.HasPrefix(y.tag, "nr") || lexicon.Role.Has(x.text) || lexicon.Role.Has(y.text) {
		return false
	}
	return properTag(x.tag) && properTag(y.tag) && !lexicon.General.Has(x.text) && !lexicon.General.Has(y.text)
}

// unknownName holds when one character of three that make no words is another,
// and the first is a surname: 乔振东, 乔震东. A surname and a word (闻小溪) must
// stand where names do.
func (c *comparison) unknownName(e edit, s, t string) (verdict, bool) {
	if !c.a.onlyHan(e.a0, e.a1) || !c.b.onlyHan(e.b0, e.b1) || e.a1-e.a0 != e.b1-e.b0 || e.a1-e.a0 > 2 {
		return verdict{}, false
	}
	x, okA := c.oddName(c.a, c.a.span(e.a0, e.a1))
	y, okB := c.oddName(c.b, c.b.span(e.b0, e.b1))
	if okA && okB && x.lo-c.a.toks[e.a0].lo == y.lo-c.b.toks[e.b0].lo {
		return verdict{Substantive, Person, "a name that is no word: " + c.a.text[x.lo:x.hi] + ", " + c.b.text[y.lo:y.hi]}, true
	}
	if okA && c.wordlessAt(c.b, c.b.toks[e.b0].lo-(c.a.toks[e.a0].lo-x.lo)) || okB && c.wordlessAt(c.a, c.a.toks[e.a0].lo-(c.b.toks[e.b0].lo-y.lo)) {
		return verdict{Substantive, Person, "a name that is no word, and what is no name: " + s + ", " + t}, true
	}
	if e.a1-e.a0 == 1 && e.a0 > 0 && strings.Contains("老小阿", c.a.of(e.a0-1)) && lexicon.Surname.Has(s) && lexicon.Surname.Has(t) {
		return verdict{Substantive, Person, "another surname"}, true
	}
	return verdict{}, false
}

// wordlessAt reports whether three characters that make no words stand at byte lo,
// where names do.
func (c *comparison) wordlessAt(v *view, lo int) bool {
	if lo < 0 || lo >= len(v.text) {
		return false
	}
	end := exactly(v.text, lo, 3)
	return end > 0 && wordless(v.text[lo:end])
}

func (v *view) onlyHan(lo, hi int) bool {
	for i := lo; i < hi; i++ {
		if v.toks[i].kind != char || v.toks[i].hi-v.toks[i].lo != 3 {
			return false
		}
	}
	return lo < hi
}

// oddName returns the three characters around s that begin with a surname and are
// no words.
func (c *comparison) oddName(v *view, s shingle.Span) (name, bool) {
	from, part := v.clauseAround(s)
	ws := c.wordsAround(v, s, part)
	for k := range ws {
		lo := ws[k].Span.Lo + from
		if lo+9 <= s.Lo || lo > s.Lo || surname(v.text, lo) != 3 || ws[k].Span.Len() > 3 && !(ws[k].Span.Len() == 6 && properTag(ws[k].Tag)) {
			continue
		}
		end, single := lo, 0
		for _, w := range ws[k:] {
			if end >= lo+9 || w.Span.Len() > 6 || w.Span.Lo+from != end || w.Span.Len() == 6 && !nominal(w) || w.Tag == "t" || lexicon.Function.Has(w.Span.Of(part)) && w.Span.Len() == 3 {
				break
			}
			if end = w.Span.Hi + from; w.Span.Len() == 3 {
				single++
			}
		}
		stands := c.namesStand(v, lo, ws[:k], part)
		if end != lo+9 && stands && exactly(v.text, lo, 3) == lo+9 && wordless(v.text[lo:lo+9]) {
			end = lo + 9 // the last character makes a word with what follows: 乔振东|站
		}
		if end == lo+9 && s.Hi <= end && (single == 3 || stands) {
			return name{lo, end, "a name that is no word"}, true
		}
	}
	return name{}, false
}

// namesStand reports whether a name can stand at byte lo, behind the words before.
func (c *comparison) namesStand(v *view, lo int, before []words.Word, part string) bool {
	r, n := utf8.DecodeLastRuneInString(v.text[:lo])
	if n == 0 || lexicon.BeforeName.HasRune(r) || starts(v.text, lo) {
		return true
	}
	if len(before) == 0 {
		return false
	}
	w := before[len(before)-1].Span.Of(part)
	last, _ := utf8.DecodeLastRuneInString(w)
	return lexicon.Title.Has(w) || lexicon.Role.Has(w) || strings.ContainsRune("者员师长主士手户工匠家医警商农友", last)
}

// cited holds when the source changes that a clause names behind 据, or an English
// one names as who says it.
func (c *comparison) cited(e edit, s, t string) (verdict, bool) {
	if s == "" || t == "" || !c.short(e) {
		return verdict{}, false
	}
	source := func(v *view, lo, hi int) bool {
		if !v.behindCite(lo) || !v.beforeSaying(hi) {
			return false
		}
		w, tag := c.wordAt(v, lo, hi)
		return !lexicon.Verb.Has(w) && !lexicon.Particle.Has(w) && !lexicon.General.Has(w) && tag != "a" && tag != "d" && tag != "t"
	}
	english := func(v *view, lo, hi int) bool {
		if v.toks[lo].kind != word {
			return false
		}
		next, before := strings.ToLower(v.wordBeside(hi, 1)), strings.ToLower(v.wordBeside(lo-1, -1))
		head := lo == 0 || before == "" || before == "the" && v.wordBeside(lo-3, -1) == ""
		return head && lexicon.Verb.Has(next) && asciiLetter(next[0]) || before == "to" && lo >= 4 && strings.EqualFold(v.wordBeside(lo-3, -1), "according")
	}
	if source(c.a, e.a0, e.a1) && source(c.b, e.b0, e.b1) || english(c.a, e.a0, e.a1) && english(c.b, e.b0, e.b1) {
		return verdict{Substantive, Attribution, "another source: " + s + ", " + t}, true
	}
	return verdict{}, false
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
	for _, w := range []string{"报道", "消息", "介绍", "通报", "透露", "爆料", "统计", "称", "说", "分析", "公告", "反映", "估算", "测算", "预测", "披露", "数据", "电"} {
		if strings.Contains(rest, w) {
			return true
		}
	}
	return false
}

// speaks holds when those who say something are others: 警方称, 家属称.
func (c *comparison) speaks(e edit, s, t string) (verdict, bool) {
	if s == "" || t == "" || !c.short(e) || e.a1 >= len(c.a.toks) {
		return verdict{}, false
	}
	x, y := c.sideWords(e)
	who := func(v *view, w sideWord) bool {
		return w.n > 1 && (strings.HasPrefix(w.tag, "n") || w.tag == "" || lexicon.Speaker.HasRune(w.head)) &&
			starts(v.text, w.span.Lo) && (verbAt(v.text, w.span.Hi) || lexicon.Saying.At(v.text, w.span.Hi) != "")
	}
	if x.text != y.text && !lexicon.Verb.Has(x.text) && !lexicon.Verb.Has(y.text) && who(c.a, x) && who(c.b, y) {
		return verdict{Substantive, Attribution, "another speaks: " + x.text + ", " + y.text}, true
	}
	return verdict{}, false
}
