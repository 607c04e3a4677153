package diff

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"repost/shingle"
	"repost/shingle/lexicon"
)

// Joining. The alignment is minimal in characters, and keeps a character that two
// words happen to share: 去年底 and 今年初, 住房和城乡建设局 and 住建局. A reader sees
// one change, and the rules decide on whole words, so such edits become one
// before they are graded. The script is not touched by it.

// joinReach is the most strong tokens that may stand between two edits to be one.
const joinReach = 3

func (c *comparison) joinEdits() {
	out := c.edits[:0]
	for i := 0; i < len(c.edits); i++ {
		if e, n := c.oneName(c.edits[i:]); n > 0 {
			out = append(out, e)
			i += n - 1
			continue
		}
		if n := len(out); n > 0 && (c.oneChange(out[n-1], c.edits[i]) || c.oneSyllable(out[n-1], c.edits[i]) || c.rewritten(out[n-1], c.edits[i])) {
			out[n-1].a1, out[n-1].b1 = c.edits[i].a1, c.edits[i].b1
			continue
		}
		out = append(out, c.edits[i])
	}
	c.edits = out
}

// mostParts is how many edits may stand in the name of one body.
const mostParts = 5

// oneName returns the edit over several that stand in the name of one body, to the end of
// that name, and how many they are: 道路运输管理机构 and 交通运输主管部门. Edits that are
// one already, as those of 加强 and 强化 are, are no part of what stands after them.
func (c *comparison) oneName(edits []edit) (edit, int) {
	if len(edits) > 1 && c.oneChange(edits[0], edits[1]) {
		return edit{}, 0
	}
	for n := 1; n < min(len(edits), mostParts) && c.closeBy(edits[n-1], edits[n]); n++ {
		f := edit{a0: edits[0].a0, a1: edits[n].a1, b0: edits[0].b0, b1: edits[n].b1}
		for more := 0; more < joinReach && c.a.hanOrNothing(f.a0, f.a1) && c.b.hanOrNothing(f.b0, f.b1); more++ {
			s, t := c.texts(f)
			if endsBody(s) && endsBody(t) {
				return f, n + 1
			}
			if f.a1++; f.a1 > len(c.a.toks) || f.b1 == len(c.b.toks) || int(c.mate[f.b1]) != f.a1-1 {
				break
			}
			f.b1++
		}
	}
	return edit{}, 0
}

// closeBy reports whether two edits of words stand a few equal Han characters apart.
func (c *comparison) closeBy(x, y edit) bool {
	plain := func(e edit) bool { return !e.weak && !e.same && !e.byline && !e.whole && c.short(e) }
	gap := y.a0 - x.a1
	return plain(x) && plain(y) && gap >= 1 && gap <= joinReach && y.b0-x.b1 == gap && c.a.onlyHan(x.a1, y.a0) && c.mated(x, y)
}

// oneChange reports whether two edits are parts of one.
func (c *comparison) oneChange(x, y edit) bool {
	if !c.closeBy(x, y) || !c.a.hanOrNothing(x.a0, y.a1) || !c.b.hanOrNothing(x.b0, y.b1) {
		return false
	}
	if y.a0-x.a1 == 1 && (c.sameWord(c.a, x.a0, x.a1, y.a0, y.a1) || c.sameWord(c.b, x.b0, x.b1, y.b0, y.b1) || c.shifted(x, y)) {
		return true
	}
	both := edit{a0: x.a0, a1: y.a1, b0: x.b0, b1: y.b1}
	s, t := c.texts(both)
	return framed(s, t) || framed(t, s) || c.shortForm(both, s, t)
}

// oneSyllable reports whether two edits stand before and after the middle of a syllable, in a
// script that writes it of several letters and parts no words: ใกล้ and ไกล.
func (c *comparison) oneSyllable(x, y edit) bool {
	plain := func(e edit) bool { return !e.weak && !e.same && !e.byline && !e.whole && c.short(e) }
	gap := y.a0 - x.a1
	if gap < 1 || gap >= joinReach || y.b0-x.b1 != gap || !plain(x) || !plain(y) || !c.mated(x, y) {
		return false
	}
	for i := x.a1; i < y.a0; i++ {
		if r := firstRune(c.a.of(i)); c.a.toks[i].kind != char || !unicode.In(r, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar) {
			return false
		}
	}
	return true
}

// rewritten reports whether two edits are parts of one passage that was written anew: both are
// long, both sides of each have words, and what stands between is a third of either or less:
// 行政 of what is said of 行政复议 in both texts.
func (c *comparison) rewritten(x, y edit) bool {
	size := func(e edit) int {
		a, b := c.a.count(e.a0, e.a1), c.b.count(e.b0, e.b1)
		if e.weak || e.same || e.byline || e.whole || e.phrase != noPhrase || min(a, b) < 2 {
			return 0
		}
		return max(a, b)
	}
	least := min(size(x), size(y))
	gap := y.a0 - x.a1
	if least < leastClause || gap < 1 || gap > least || y.b0-x.b1 != gap || !c.mated(x, y) || 3*c.a.count(x.a1, y.a0) > least {
		return false
	}
	return !c.a.breaks(x.a1, y.a0)
}

// breaks reports whether a line ends within tokens [lo, hi).
func (v *view) breaks(lo, hi int) bool {
	return slices.ContainsFunc(v.toks[lo:hi], func(t token) bool { return t.brk })
}

// endsBody reports whether s ends the name of a body that is called by what it does,
// 道路运输管理机构, and is more than that end.
func endsBody(s string) bool {
	end, class := endingOf(s)
	return class == Organisation && len(s) > len(end)+3 && (len(end) > 3 || strings.Contains("局厅委署", end))
}

// mated reports whether what stands between x and y is the same text.
func (c *comparison) mated(x, y edit) bool {
	return c.a.span(x.a1, y.a0).Of(c.a.text) == c.b.span(x.b1, y.b0).Of(c.b.text) && int(c.mate[x.b1]) == x.a1
}

func (v *view) hanOrNothing(lo, hi int) bool { return lo >= hi || v.onlyHan(lo, hi) }

// sameWord reports whether tokens [p0,p1) and [q0,q1) touch one word of v.
func (c *comparison) sameWord(v *view, p0, p1, q0, q1 int) bool {
	if p0 == p1 || q0 == q1 {
		return false
	}
	p, q := v.span(p0, p1), v.span(q0, q1)
	return c.wordsOver(v, p).Overlaps(shingle.Span{Lo: q.Lo, Hi: q.Hi})
}

// shifted reports whether x puts in before a character what y takes out after
// it, or the other way round, and that character makes a word with either: 午夜
// and 正午.
func (c *comparison) shifted(x, y edit) bool {
	in, out := x.a0 == x.a1, y.b0 == y.b1
	if in != out || !in && (x.b0 != x.b1 || y.a0 != y.a1) {
		return false
	}
	a, b := c.a.span(x.a1, y.a0), c.b.span(x.b1, y.b0)
	return c.wordsOver(c.a, a) != a || c.wordsOver(c.b, b) != b
}

// framed reports whether s is a reporting verb and the listeners it names, and t the
// same listeners with another verb after them: 告诉记者, 对记者说.
func framed(s, t string) bool {
	var rest string
	switch {
	case strings.HasPrefix(t, "对"), strings.HasPrefix(t, "向"):
		_, n := utf8.DecodeRuneInString(t)
		rest = t[n:]
	default:
		return false
	}
	for n := 3; n <= 6 && n < len(s); n += 3 {
		if to := s[n:]; lexicon.Verb.Has(s[:n]) && strings.HasPrefix(rest, to) && lexicon.Verb.Has(rest[len(to):]) {
			return true
		}
	}
	return false
}

// shortForm reports whether one of s and t leaves characters of the other out, two
// or more, and the head of a body's name stands after both.
func (c *comparison) shortForm(e edit, s, t string) bool {
	if e.a1 >= len(c.a.toks) || !lexicon.BodyHead.Has(c.a.of(e.a1)) || c.a.toks[e.a1].kind != char {
		return false
	}
	if head := c.a.span(e.a1, e.a1+1); c.wordsOver(c.a, head).Hi > head.Hi { // 行 of 行政
		return false
	}
	if len(s) < len(t) {
		s, t = t, s
	}
	return len(s) >= len(t)+6 && subsequence(t, s) && !strings.ContainsAny(s, "的或") && e.a0 > 0 && c.a.toks[e.a0-1].kind == char
}

// subsequence reports whether the characters of t stand in s in this order.
func subsequence(t, s string) bool {
	for _, r := range t {
		i := strings.IndexRune(s, r)
		if i < 0 {
			return false
		}
		s = s[i+utf8.RuneLen(r):]
	}
	return true
}
