package diff

import (
	"strings"
	"unicode/utf8"

	"repost/shingle"
	"repost/shingle/words"
)

// Words around an edit. Alignment sees characters of unspaced scripts; who grades needs the
// words they are part of: those of the dictionary for Chinese, whole words between spaces
// for Korean, from kana to kana for Japanese. Words are looked for in a dozen characters
// around an edit and remembered, for several questions ask for those of one edit.

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

// wordsAround returns the words of part, the letters around s in v. It keeps the
// last two answers: several rules ask for those of one edit.
func (c *comparison) wordsAround(v *view, s shingle.Span, part string) []words.Word {
	k := 0
	if v == c.b {
		k = 1
	}
	if m := &c.memo[k]; m.words == nil || m.at != s {
		m.at, m.words = s, words.Segment(part)
	}
	return c.memo[k].words
}

// wordAt returns the words of v that tokens [lo, hi) touch, joined, and the tag
// of the word if it is one of the dictionary, of two characters or more.
func (c *comparison) wordAt(v *view, lo, hi int) (text, tag string) {
	s := v.span(lo, hi)
	from, part := v.clauseAround(s)
	n, end, whole := 0, 0, true // whole: text is one piece of part
	for _, w := range c.wordsAround(v, s, part) {
		if at := (shingle.Span{Lo: w.Span.Lo + from, Hi: w.Span.Hi + from}); !at.Overlaps(s) {
			continue
		}
		n++
		if whole = whole && (n == 1 || w.Span.Lo == end); whole {
			text = part[w.Span.Lo-len(text) : w.Span.Hi]
		} else {
			text += w.Span.Of(part)
		}
		tag, end = w.Tag, w.Span.Hi
	}
	if n != 1 || tag == "x" || utf8.RuneCountInString(text) <= 1 {
		tag = ""
	}
	return text, tag
}

// wordsOver returns s grown to the words of v that it touches.
func (c *comparison) wordsOver(v *view, s shingle.Span) shingle.Span {
	lo, part := v.clauseAround(s)
	out := s
	for _, w := range c.wordsAround(v, s, part) {
		w := shingle.Span{Lo: w.Span.Lo + lo, Hi: w.Span.Hi + lo}
		if w.Overlaps(s) || s.Lo == s.Hi && w.Lo < s.Lo && s.Lo < w.Hi {
			out = cover(out, w)
		}
	}
	return out
}

// clauseAround returns the letters around s, as far as context, and where they
// begin.
func (v *view) clauseAround(s shingle.Span) (int, string) {
	lo, hi := s.Lo, s.Hi
	for lo > 0 && s.Lo-lo < context {
		r, n := lastRune(v.text[:lo])
		if !isLetter(r) {
			break
		}
		lo -= n
	}
	for hi < len(v.text) && hi-s.Hi < context {
		r, n := runeAt(v.text, hi)
		if !isLetter(r) {
			break
		}
		hi += n
	}
	return lo, v.text[lo:hi]
}

// context is how many bytes before and after a change are cut into words: five
// characters decide where a word of two or three begins.
const context = 15

// spaced returns the word between white space and marks that [lo, hi) touches.
func (v *view) spaced(lo, hi int) string {
	lo, hi = v.spacedAround(lo, hi)
	return v.span(lo, hi).Of(v.text)
}

// spacedAround returns the tokens of the word between white space and marks that [lo, hi)
// touches, no more than longestWord before it and after it: a text without marks is one
// such word, and is asked for at each of its changes.
func (v *view) spacedAround(lo, hi int) (int, int) {
	first, last := max(0, lo-longestWord), min(len(v.toks), hi+longestWord)
	for lo > first && v.toks[lo-1].kind == char {
		lo--
	}
	for hi < last && v.toks[hi].kind == char {
		hi++
	}
	return lo, hi
}

// chunk returns the characters around [lo, hi) from where hiragana end to where they end
// again: a word of Japanese with its particles. It is bounded like that of spacedAround.
func (v *view) chunk(lo, hi int) string {
	first, last := max(0, lo-longestWord), min(len(v.toks), hi+longestWord)
	hira := func(i int) bool { return shingle.IsHiragana(firstRune(v.of(i))) }
	for lo > first && v.toks[lo-1].kind == char && !(lo < len(v.toks) && hira(lo-1) && !hira(lo)) {
		lo--
	}
	for hi < last && v.toks[hi].kind == char && !(hi > lo && hira(hi-1) && !hira(hi)) {
		hi++
	}
	return v.span(lo, hi).Of(v.text)
}

func (v *view) onlyHan(lo, hi int) bool {
	for i := lo; i < hi; i++ {
		if v.toks[i].kind != char || v.toks[i].hi-v.toks[i].lo != 3 {
			return false
		}
	}
	return lo < hi
}

// han returns the length of the Han characters that s begins with, as far as
// context.
func han(s string) int {
	n := 0
	for n < context {
		r, size := runeAt(s, n)
		if !shingle.IsHan(r) {
			break
		}
		n += size
	}
	return n
}

// wordNextTo returns the word at token i or the one next to it, over spaces.
func (v *view) wordNextTo(i, step int) string {
	for ; i >= 0 && i < len(v.toks); i += step {
		switch v.toks[i].kind {
		case word:
			return v.of(i)
		case space:
		default:
			return ""
		}
	}
	return ""
}

// wordFrom returns the length of the Han word that begins at byte i of v.
func wordFrom(v *view, i int) int {
	behind := strings.TrimLeftFunc(v.text[i:], isSpace)
	ws := words.Segment(behind[:han(behind)])
	if len(ws) == 0 {
		return 0
	}
	return ws[0].Span.Len()
}

// wordBefore returns the length of the Han word that ends at byte i of v.
func wordBefore(v *view, i int) int {
	before := strings.TrimRightFunc(v.text[:i], isSpace)
	lo := len(before)
	for lo > 0 && len(before)-lo < context {
		r, n := lastRune(before[:lo])
		if !shingle.IsHan(r) {
			break
		}
		lo -= n
	}
	ws := words.Segment(before[lo:])
	if len(ws) == 0 {
		return 0
	}
	return ws[len(ws)-1].Span.Len()
}

// inWords reports whether [lo, hi) holds words of spaced scripts, with marks and spaces
// among them at most.
func (v *view) inWords(lo, hi int) bool {
	words := 0
	for i := lo; i < hi; i++ {
		switch v.toks[i].kind {
		case word:
			words++
		case punct, space:
		default:
			return false
		}
	}
	return words > 0
}
