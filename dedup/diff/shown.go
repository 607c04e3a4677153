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

// What is shown of a change: the words it touches, the name, the whole number; and never
// two changes over each other. What differs itself is kept in CoreA and CoreB.

// widen returns the bytes to show of e: the name it touches, or the words.
func (c *comparison) widen(e edit, v verdict) (a, b shingle.Span) {
	a, b = c.a.span(e.a0, e.a1), c.b.span(e.b0, e.b1)
	if (v.class == Omission || v.class == Addition) && !c.partsWord(e) || e.weak || c.lettersOnly(e) {
		return a, b
	}
	ea, eb := a, b
	switch v.class {
	case Person:
		ea, eb = c.nameShown(c.a, a), c.nameShown(c.b, b)
	case Number, Amount:
		a, b = c.level(a, b, c.a.quantityShown(a), c.b.quantityShown(b))
		ea, eb = c.wordsOver(c.a, a), c.wordsOver(c.b, b)
	default:
		ea, eb = c.wordsOver(c.a, a), c.wordsOver(c.b, b)
	}
	left, right := max(a.Lo-ea.Lo, b.Lo-eb.Lo), max(ea.Hi-a.Hi, eb.Hi-b.Hi)
	a, b = c.grow(a, b, left, right)
	if (a.Lo == a.Hi) != (b.Lo == b.Hi) && !severalWords(a.Of(c.a.text)+b.Of(c.b.text)) {
		// A word that comes or goes says little alone: show what it goes with.
		s, t := c.texts(e)
		if v.class == Negation || v.class == Modality || v.class == Title && lexicon.RankChar.Has(s+t) {
			a, b = c.grow(a, b, 0, wordFrom(c.b, b.Hi))
		} else if e.a0 == 0 || c.a.toks[e.a0-1].kind != space || !shingle.IsHan(firstRune(s+t)) { // 第七条 is no word of 申请人
			a, b = c.grow(a, b, wordBefore(c.b, b.Lo), 0)
		}
	}
	return c.a.tight(a, c.a.span(e.a0, e.a1)), c.b.tight(b, c.b.span(e.b0, e.b1))
}

// partsWord reports whether the few characters of e that one text has alone stand within a word
// of the other: 领 in 使馆.
func (c *comparison) partsWord(e edit) bool {
	const few = 3
	within := func(v *view, lo, hi int) bool {
		return lo == hi && c.wordsOver(v, v.span(lo, hi)).Len() > 0
	}
	return c.a.hanOrNothing(e.a0, e.a1) && c.b.hanOrNothing(e.b0, e.b1) && e.a1-e.a0+e.b1-e.b0 <= few && (within(c.a, e.a0, e.a1) || within(c.b, e.b0, e.b1))
}

// level returns what is shown of a quantity whose parts a and b differ: as much before
// and after that on one side as on the other. Shown is "five hundred" for "fine hundred", and not for
// "fine", which B has before "hundred". Where other edits are in the quantity, all of it is shown on
// both sides, if the texts go on alike: 7,4 Millionen for 4,7 Millionen; else none of it.
func (c *comparison) level(a, b, wideA, wideB shingle.Span) (shingle.Span, shingle.Span) {
	s, t := c.a.text, c.b.text
	switch n := max(a.Lo-wideA.Lo, b.Lo-wideB.Lo); {
	case n <= min(a.Lo, b.Lo) && s[a.Lo-n:a.Lo] == t[b.Lo-n:b.Lo]:
		a.Lo, b.Lo = a.Lo-n, b.Lo-n
	case tail(s[:wideA.Lo]) == tail(t[:wideB.Lo]):
		a.Lo, b.Lo = wideA.Lo, wideB.Lo
	}
	switch n := max(wideA.Hi-a.Hi, wideB.Hi-b.Hi); {
	case n <= min(len(s)-a.Hi, len(t)-b.Hi) && s[a.Hi:a.Hi+n] == t[b.Hi:b.Hi+n]:
		a.Hi, b.Hi = a.Hi+n, b.Hi+n
	case s[wideA.Hi:min(len(s), wideA.Hi+likewise)] == t[wideB.Hi:min(len(t), wideB.Hi+likewise)]:
		a.Hi, b.Hi = wideA.Hi, wideB.Hi
	}
	return a, b
}

// likewise is how many bytes of two texts show that they go on alike.
const likewise = 12

func tail(s string) string { return s[max(0, len(s)-likewise):] }

// severalWords reports whether a piece that comes or goes has words enough to be understood
// by itself: 五月动工.
func severalWords(piece string) bool {
	const shortest, fewest = 2, 2
	n := 0
	for _, w := range words.Segment(piece) {
		if utf8.RuneCountInString(w.Span.Of(piece)) >= shortest {
			n++
		}
	}
	return n >= fewest
}

// nameShown returns s grown to the name it touches, or to the words.
func (c *comparison) nameShown(v *view, s shingle.Span) shingle.Span {
	n, ok := c.nameOver(v, s.Lo, s.Hi)
	if !ok {
		if n, ok = c.oddName(v, s); !ok {
			return c.wordsOver(v, s)
		}
	}
	return cover(s, shingle.Span{Lo: n.lo, Hi: n.hi})
}

// hold returns the empty span core where it lies within s.
func hold(s, core shingle.Span) shingle.Span {
	if core.Lo < core.Hi {
		return core
	}
	at := min(max(core.Lo, s.Lo), s.Hi)
	return shingle.Span{Lo: at, Hi: at}
}

// tight returns s without the white space it begins or ends with, but with all
// of core, unless that is empty.
func (v *view) tight(s, core shingle.Span) shingle.Span {
	t := s.Of(v.text)
	if blank(t) || core.Lo < core.Hi && (core.Lo == s.Lo || core.Hi == s.Hi) {
		return s
	}
	left := len(t) - len(strings.TrimLeftFunc(t, unicode.IsSpace))
	right := len(t) - len(strings.TrimRightFunc(t, unicode.IsSpace))
	return shingle.Span{Lo: s.Lo + left, Hi: s.Hi - right}
}

// grow widens a and b by the same letters on both sides, at most left and right
// bytes of them, over white space that one text has between them.
func (c *comparison) grow(a, b shingle.Span, left, right int) (shingle.Span, shingle.Span) {
	for left > 0 {
		x, y := strings.TrimRightFunc(c.a.text[:a.Lo], isSpace), strings.TrimRightFunc(c.b.text[:b.Lo], isSpace)
		r, n := utf8.DecodeLastRuneInString(x)
		if n == 0 || n > left || !isLetter(r) || !strings.HasSuffix(y, x[len(x)-n:]) {
			break
		}
		a.Lo, b.Lo, left = len(x)-n, len(y)-n, left-n
	}
	for right > 0 {
		x, y := strings.TrimLeftFunc(c.a.text[a.Hi:], isSpace), strings.TrimLeftFunc(c.b.text[b.Hi:], isSpace)
		r, n := utf8.DecodeRuneInString(x)
		if n == 0 || n > right || !isLetter(r) || !strings.HasPrefix(y, x[:n]) {
			break
		}
		a.Hi, b.Hi, right = len(c.a.text)-len(x)+n, len(c.b.text)-len(y)+n, right-n
	}
	return a, b
}

func cover(s, t shingle.Span) shingle.Span {
	return shingle.Span{Lo: min(s.Lo, t.Lo), Hi: max(s.Hi, t.Hi)}
}

// shrink shows no more of a change than what differs.
func (c *comparison) shrink(x *Change) {
	x.A, x.B = x.CoreA, x.CoreB
	x.AText, x.BText = x.A.Of(c.a.text), x.B.Of(c.b.text)
}

// overlapReach is how far apart, in bytes, two changes may stand on one side that are
// shown over each other on the other side, and are one.
const overlapReach = 30

// joinOverlaps makes one change of those that, widened to words, are shown over each
// other: 道路运输管理机构 and 交通运输主管部门 differ in three places and one name. What
// stands far apart on the other side shrinks to what differs.
func (c *comparison) joinOverlaps() {
	out, last := c.changes[:0], -1 // last: of those beyond cosmetic
	for _, y := range c.changes {
		if y.Grade == Cosmetic || last < 0 || !out[last].A.Overlaps(y.A) && !out[last].B.Overlaps(y.B) {
			if y.Grade != Cosmetic {
				last = len(out)
			}
			out = append(out, y)
			continue
		}
		x := &out[last]
		if y.A.Lo < x.A.Lo || y.B.Lo < x.B.Lo || y.A.Lo-x.A.Hi > overlapReach || y.B.Lo-x.B.Hi > overlapReach {
			c.shrink(x)
			c.shrink(&y)
			last, out = len(out), append(out, y)
			continue
		}
		if y.Grade == Substantive && x.Grade == Minor {
			x.Grade, x.Class, x.Reasons = y.Grade, y.Class, y.Reasons
		}
		if x.Hint != y.Hint {
			x.Hint = ""
		}
		x.A, x.B = cover(x.A, y.A), cover(x.B, y.B)
		x.CoreA, x.CoreB = cover(x.CoreA, y.CoreA), cover(x.CoreB, y.CoreB)
		x.AText, x.BText = x.A.Of(c.a.text), x.B.Of(c.b.text)
	}
	slices.SortStableFunc(out, func(x, y Change) int { return x.A.Hi - y.A.Hi })
	c.changes = out
}

// joinDates makes one change of the figures of one date: a reader reads 2018年7月 and 2024年1月,
// not another year and another month.
func (c *comparison) joinDates() {
	part := func(x Change) bool {
		return x.Class == Date && x.CoreA.Len() > 0 && x.CoreB.Len() > 0 && max(x.CoreA.Len(), x.CoreB.Len()) <= longestFigure
	}
	out := c.changes[:0]
	for _, y := range c.changes {
		if n := len(out); n > 0 && part(out[n-1]) && part(y) {
			x := &out[n-1]
			p, q := between(x.CoreA, y.CoreA).Of(c.a.text), between(x.CoreB, y.CoreB).Of(c.b.text)
			if p == q && slices.Contains(dateGaps, p) {
				c.unite(x, &y)
				c.overUnit(x)
				continue
			}
		}
		out = append(out, y)
	}
	c.changes = out
}

// overUnit shows a date with the unit after it, if both sides have the same.
func (c *comparison) overUnit(x *Change) {
	for _, unit := range []string{"月", "日", "号", "월", "일"} {
		if x.A.Hi == x.CoreA.Hi && x.B.Hi == x.CoreB.Hi && strings.HasPrefix(c.a.text[x.A.Hi:], unit) && strings.HasPrefix(c.b.text[x.B.Hi:], unit) {
			x.A.Hi, x.B.Hi = x.A.Hi+len(unit), x.B.Hi+len(unit)
			x.AText, x.BText = x.A.Of(c.a.text), x.B.Of(c.b.text)
			return
		}
	}
}

// between returns what stands between two spans, nothing where they overlap.
func between(x, y shingle.Span) shingle.Span {
	return shingle.Span{Lo: x.Hi, Hi: max(x.Hi, y.Lo)}
}

// longestFigure is the longest figure of a date, in bytes: 二〇二四.
const longestFigure = 12

// dateGaps are what stands between the figures of one date.
var dateGaps = []string{"年", "月", "년", "월", "년 ", "월 ", "-", "/", "."}

// joinWords makes one change of rewordings that are shown with the same word:
// 要求 and 需要 share a character, and differ in one word all the same.
func (c *comparison) joinWords() {
	worded := func(x Change) bool { return x.Class == Wording || x.Class == FunctionWord }
	out := c.changes[:0]
	for _, y := range c.changes {
		if n := len(out); n > 0 && worded(out[n-1]) && worded(y) && out[n-1].A.Overlaps(y.A) && out[n-1].B.Overlaps(y.B) {
			x := &out[n-1]
			x.A, x.B = cover(x.A, y.A), cover(x.B, y.B)
			x.CoreA, x.CoreB = cover(x.CoreA, y.CoreA), cover(x.CoreB, y.CoreB)
			x.AText, x.BText = x.A.Of(c.a.text), x.B.Of(c.b.text)
			if x.Class != y.Class {
				x.Class, x.Reasons = Wording, y.Reasons
			}
			continue
		}
		out = append(out, y)
	}
	c.changes = out
}

// joinScript makes one change of characters side by side that are the same in
// another script, or of letters in the other case.
func (c *comparison) joinScript() {
	out := c.changes[:0]
	for _, y := range c.changes {
		if n := len(out); n > 0 && (y.Class == OtherScript || y.Class == Case || y.Class == Spelling) && out[n-1].Class == y.Class && out[n-1].A.Hi == y.A.Lo && out[n-1].B.Hi == y.B.Lo {
			x := &out[n-1]
			x.A, x.B = cover(x.A, y.A), cover(x.B, y.B)
			x.CoreA, x.CoreB = x.A, x.B
			x.AText, x.BText = x.A.Of(c.a.text), x.B.Of(c.b.text)
			continue
		}
		out = append(out, y)
	}
	c.changes = out
}

// maxQuotation is the longest quotation, in bytes, whose two marks are reported as
// one change.
const maxQuotation = 120

// joinQuotes makes one change of an opening and a closing mark that both went or
// both came, with nothing else changed between them.
func (c *comparison) joinQuotes() {
	out := c.changes[:0]
	for _, y := range c.changes {
		if n := len(out); n > 0 && c.sameQuotation(out[n-1], y) {
			x := &out[n-1]
			x.A, x.B = cover(x.A, y.A), cover(x.B, y.B)
			x.CoreA, x.CoreB = x.A, x.B
			x.AText, x.BText = x.A.Of(c.a.text), x.B.Of(c.b.text)
			x.Reasons = []string{"the quotation marks appear or vanish"}
			continue
		}
		out = append(out, y)
	}
	c.changes = out
}

func (c *comparison) sameQuotation(x, y Change) bool {
	if x.Class != Quotation || y.Class != Quotation || y.A.Hi-x.A.Lo > maxQuotation || y.A.Lo < x.A.Hi || y.B.Lo < x.B.Hi {
		return false
	}
	opens := func(s string) bool { return s != "" && strings.ContainsAny(s[:1]+s, "“「『‘\"") }
	shuts := func(s string) bool { return s != "" && strings.ContainsAny(s, "”」』’\"") }
	gone := x.BText == "" && y.BText == "" && opens(x.AText) && shuts(y.AText)
	come := x.AText == "" && y.AText == "" && opens(x.BText) && shuts(y.BText)
	return (gone || come) && c.a.text[x.A.Hi:y.A.Lo] == c.b.text[x.B.Hi:y.B.Lo]
}
