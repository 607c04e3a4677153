package diff

import (
	"strings"
	"unicode/utf8"

	"repost/shingle/lexicon"
	"repost/shingle/words"
)

// Names in Chinese and Japanese say last what they name: 兰州理工大学 is a
// university, 石门沟 a valley, 名誉院长 a head. So the kind of a phrase is told by the
// word it ends with, which may stand behind the edit: in [上海|深圳]证券交易所 the
// dictionary knows two towns, and the reader sees two exchanges. What stands before
// the ending has to be such as names are made of: 有关部门 and 相关部门 name nothing.

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

// ended is a phrase with such an ending.
type ended struct {
	before, ending string
	opens, tag     string // the word that before begins with, and its tag
	class          Class
	behind         bool   // the ending stands behind the edit
	word           string // the tag of before and ending, if they are one word of the dictionary
}

// phraseOf returns the phrase that tokens [lo, hi) of v are part of, up to the first
// word behind that ends one.
func (c *comparison) phraseOf(v *view, lo, hi int) (ended, bool) {
	s := v.span(lo, hi)
	from, part := v.clauseAround(s)
	ws := c.wordsAround(v, s, part)
	k := 0
	for k < len(ws) && ws[k].Span.Hi+from <= s.Lo {
		k++
	}
	first, only := k, true // whether before is characters that make no words
	for single := func(i int) bool {
		w := ws[i].Span.Of(part)
		return len(w) == 3 && !lexicon.Function.Has(w) && !lexicon.BeforeName.Has(w)
	}; first > 0 && k-first < 2 && first < len(ws) && single(first) && single(first-1) && ws[first-1].Span.Hi == ws[first].Span.Lo; {
		first--
	}
	for ; k < len(ws); k++ {
		w := ws[k]
		text, end := w.Span.Of(part), w.Span.Hi+from
		if end < s.Hi || s.Lo == s.Hi && end <= s.Lo {
			continue
		}
		ending, class := endingOf(text)
		kana := kanaBehind(v.text[end:])
		if lexicon.Title.Has(text) || class == Title && len(text) > 6 {
			ending, class = text, Title
		} else if kana && ending != "" {
		} else if ending != text && len(ending) == 3 && w.Tag != "x" && !properTag(w.Tag) || lexicon.Common.Has(text) && ending != text {
			ending = "" // 楼道 is no road, 部门 no gate
		}
		if only = only && (len(text) == 3 || ending == text); only {
			if end-s.Hi > context {
				break
			}
			if ending == "" {
				continue
			}
		} else if k > first && (!nominal(w) || ending == "" && strings.HasPrefix(w.Tag, "v") && w.Tag != "vn") {
			return ended{}, false
		}
		if ending != "" && closes(v.text[end:]) {
			head := end - len(ending)
			e := ended{ending: ending, class: class, behind: head >= s.Hi}
			if k == first {
				e.word = w.Tag
			}
			if lo := ws[first].Span.Lo + from; lo < head {
				e.before = v.text[lo:head]
			}
			e.opens, e.tag = ws[first].Span.Of(part), ws[first].Tag
			if k == first || only && len(e.before) > 3 || kana {
				e.tag = ""
			}
			if e.before == "" && first > 0 && ws[first-1].Span.Hi == ws[first].Span.Lo && nominal(ws[first-1]) {
				e.before, e.opens, e.tag, e.word = ws[first-1].Span.Of(part), ws[first-1].Span.Of(part), ws[first-1].Tag, ""
			}
			return e, true
		}
		if end-s.Hi > context {
			break
		}
	}
	return ended{}, false
}

// kanaBehind reports whether s goes on in Japanese.
func kanaBehind(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return r >= 0x3040 && r < 0x3100
}

// closes reports whether a phrase can end before rest: 市|民 and 学|生 go on.
func closes(rest string) bool { return !hasPrefix(rest, "们", "生", "民", "籍", "委") }

// nominal reports whether w can stand within the name of something.
func nominal(w words.Word) bool {
	switch w.Tag {
	case "p", "c", "u", "r", "d", "ad", "y", "e", "o", "", "uj", "ul", "uz", "ud", "uv", "vd", "vi":
		return false
	}
	return true
}

// named reports whether the phrase names one thing and not a kind.
func (e ended) named() bool {
	if e.before == "" || lexicon.General.Has(e.before) || lexicon.Common.Has(e.before+e.ending) {
		return false
	}
	switch e.tag {
	case "a", "ad", "an", "d", "r", "q", "p", "c", "u", "z", "t", "m", "mq", "v", "vd", "vi", "i", "l":
		return e.class == Title && lexicon.Rank.Has(e.opens)
	case "f":
		return e.class != Organisation
	}
	if lexicon.General.Has(e.opens) {
		return false
	}
	if e.class == Title || len(e.ending) > 3 && !lexicon.Trade.Has(e.ending) {
		return true
	}
	if lexicon.Trade.Has(e.ending) && e.tag != "" && e.tag != "x" && !properTag(e.tag) {
		return false // 加强科技, 传统能源
	}
	switch {
	case e.word != "" && e.word != "x":
		return properTag(e.word)
	case len(e.before) == 3:
		return properTag(e.tag) || e.tag == "x" || e.tag == ""
	}
	return true
}

// properTag reports whether the dictionary takes a word of this tag for a name or
// its short form.
func properTag(tag string) bool {
	return tag == "ns" || tag == "nt" || tag == "nz" || tag == "j" || strings.HasPrefix(tag, "nr")
}

// suffixed holds when phrases that end with a word for the same kind of thing name
// another one, or a title another rank.
func (c *comparison) suffixed(e edit, s, t string) (verdict, bool) {
	if s+t == "" || !c.short(e) || han(s) < len(s) || han(t) < len(t) || c.behindRole(e) {
		return verdict{}, false
	}
	if v, ok := c.knownBodies(e); ok {
		return v, true
	}
	x, ok := c.phraseOf(c.a, e.a0, e.a1)
	if !ok {
		return verdict{}, false
	}
	y, ok := c.phraseOf(c.b, e.b0, e.b1)
	if !ok || x.class != y.class || lexicon.Verb.Has(s) || lexicon.Verb.Has(t) {
		return verdict{}, false
	}
	switch {
	case s == "" || t == "":
		if !x.behind || !y.behind || !c.comesInto(e, s+t, x.class) {
			return verdict{}, false
		}
	case x.before == y.before && x.ending == y.ending, !x.named(), !y.named():
		return verdict{}, false
	}
	return verdict{Substantive, x.class, "another " + string(x.class) + ": " + x.before + x.ending + ", " + y.before + y.ending}, true
}

// knownBodies holds when the dictionary knows both sides for bodies.
func (c *comparison) knownBodies(e edit) (verdict, bool) {
	body := func(tag string) bool { return tag == "nt" || tag == "j" }
	x, tagX := c.wordAt(c.a, e.a0, e.a1)
	y, tagY := c.wordAt(c.b, e.b0, e.b1)
	if x == y || !body(tagX) || !body(tagY) || tagX == "j" && tagY == "j" {
		return verdict{}, false
	}
	return verdict{Substantive, Organisation, "another body: " + x + ", " + y}, true
}

// behindRole reports whether both sides are letters that make no words behind the
// word for one who does something: 店主乔振东 went to no 东站.
func (c *comparison) behindRole(e edit) bool {
	if e.a0 == e.a1 || e.b0 == e.b1 {
		return false
	}
	x, ok := c.oddName(c.a, c.a.span(e.a0, e.a1))
	if !ok {
		return false
	}
	r, n := utf8.DecodeLastRuneInString(c.a.text[:x.lo])
	if n == 0 || !isHan(r) || lexicon.BeforeName.HasRune(r) {
		return false
	}
	_, ok = c.oddName(c.b, c.b.span(e.b0, e.b1))
	return ok
}

// comesInto reports whether one makes of what it comes into another name: a rank
// before a title, or a part of the name of a body.
func (c *comparison) comesInto(e edit, one string, class Class) bool {
	if class == Title {
		return lexicon.Rank.Has(one)
	}
	v, lo, hi := c.a, e.a0, e.a1
	if lo == hi {
		v, lo, hi = c.b, e.b0, e.b1
	}
	if lo == 0 || len(one) < 6 || lexicon.General.Has(one) {
		return false
	}
	word, tag := c.wordAt(v, lo, hi)
	before, tagBefore := c.wordAt(v, lo-1, lo)
	return strings.HasPrefix(word, one) && (properTag(tagBefore) || properTag(tag) && v.toks[lo-1].kind == char) && !lexicon.General.Has(before)
}
