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

// Joining. The alignment is minimal in characters, and keeps a character that two
// words happen to share: 去年底 and 今年初, 住房和城乡建设局 and 住建局. A reader sees
// one change, and the rules decide on whole words, so such edits become one
// before they are graded. The script is not touched by it.

// joinReach is the most strong tokens that may stand between two edits to be one.
const joinReach = 3

func (c *comparison) joinEdits() {
	out := c.edits[:0]
	for i := 0; i < len(c.edits); i++ {
		e := c.edits[i]
		if f, n := c.oneName(c.edits[i:]); n > 0 {
			e = f
			i += n - 1
		}
		for len(out) > 0 && c.oneChange(out[len(out)-1], e) { // what grew may now hold what stands before it, too
			x := out[len(out)-1]
			e.a0, e.b0, e.weak = x.a0, x.b0, false
			out = out[:len(out)-1]
		}
		out = append(out, e)
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
	gap := y.a0 - x.a1
	return c.wordy(x) && c.wordy(y) && c.short(x) && c.short(y) && gap >= 1 && gap <= joinReach && c.a.onlyHan(x.a1, y.a0) && c.mated(x, y)
}

// wordy reports whether e is of words, which no other rule has read yet.
func (c *comparison) wordy(e edit) bool {
	return !e.weak && !e.same && !e.byline && !e.whole && e.phrase == noPhrase
}

// oneChange reports whether two edits are parts of one. What stands between them, the same in
// both texts, is then an island that says too little to be shown as kept: pieces of what are two
// words in the two texts (去年底, 今年初; 依照法律, 依法) say nothing, a function word half of what
// another does, and between two passages that were written anew a third of either is no more
// than chance.
func (c *comparison) oneChange(x, y edit) bool {
	if c.markForWord(x, y) {
		return true
	}
	if c.a.count(x.a1, y.a0) == 0 || !c.wordy(x) || !c.wordy(y) || c.a.sentenceEnds(x.a1, y.a0) || !c.mated(x, y) {
		return false
	}
	if c.closeBy(x, y) {
		if s, t := c.texts(edit{a0: x.a0, a1: y.a1, b0: x.b0, b1: y.b1}); framed(s, t) || framed(t, s) {
			return true
		}
	}
	size := func(e edit) int {
		a, b := c.a.count(e.a0, e.a1), c.b.count(e.b0, e.b1)
		if min(a, b) < 2 {
			return 0
		}
		return max(a, b)
	}
	if x.a1-x.a0+y.a1-y.a0+x.b1-x.b0+y.b1-y.b0 == 2 && (x.a0 == x.a1) == (y.a0 == y.a1) {
		return false // a character before and one after: 直通, 一直通到
	}
	least := min(size(x), size(y))
	return y.a0-x.a1 <= max(least, joinReach) && 3*c.islandWeight(x, y) <= 2*least
}

// islandWeight returns what the words between two edits weigh: two for a word or a Han character,
// one for a function word or a character of one, nothing for pieces of other words.
func (c *comparison) islandWeight(x, y edit) (n int) {
	letter := func(v *view, lo, hi, i int) bool { return lo == hi || v.toks[i].kind == char }
	joined := letter(c.a, x.a0, x.a1, x.a1-1) && letter(c.b, x.b0, x.b1, x.b1-1) && letter(c.a, y.a0, y.a1, y.a0) && letter(c.b, y.b0, y.b1, y.b0)
	weigh := func(w string, one int) {
		if functionWord(strings.ToLower(w)) || len(w) == 3 && strings.Contains(emptyChars, w) {
			n += one
		} else {
			n += 2 * one
		}
	}
	for i := x.a1; i < y.a0; {
		to := i
		for to < y.a0 && c.a.toks[to].kind == char {
			to++
		}
		switch {
		case to == i && (c.a.toks[i].strong() || separates(c.a.toks[i].mark)):
			weigh(c.a.of(i), 1)
			to++
		case to == i:
			to++
		case !shingle.IsHan(firstRune(c.a.of(i))):
			// Scripts that part no words write syllables of several letters.
			if !(joined && to-i < joinReach && unicode.In(firstRune(c.a.of(i)), unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar)) {
				for k := i; k < to; k++ {
					weigh(c.a.of(k), 1)
				}
			}
		default:
			for _, w := range c.sharedWords(c.a.span(i, to), c.b.span(x.b1+i-x.a1, x.b1+to-x.a1), joined && i == x.a1 && to == y.a0) {
				weigh(w, len(w)/3)
			}
		}
		i = to
	}
	return n
}

// sharedWords returns what both texts have as words at s and t, which are the same; all of it,
// unless the edits around go on in letters.
func (c *comparison) sharedWords(s, t shingle.Span, joined bool) (out []string) {
	ends := func(v *view, s shingle.Span) map[int]bool { // of words, from the beginning of s
		out := map[int]bool{0: !joined, s.Len(): !joined}
		lo, part := v.clauseAround(s)
		for _, w := range words.Segment(part) {
			out[w.Span.Lo+lo-s.Lo], out[w.Span.Hi+lo-s.Lo] = true, true
		}
		return out
	}
	p, q := ends(c.a, s), ends(c.b, t)
	last := -1
	for k := 0; k <= s.Len(); k++ {
		if p[k] && q[k] && last >= 0 {
			out = append(out, s.Of(c.a.text)[last:k])
		}
		if p[k] && q[k] {
			last = k
		} else if p[k] || q[k] {
			last = -1
		}
	}
	return out
}

// markForWord reports whether one of two edits next to each other is a mark that goes where the
// other puts in a function word, or the other way round: 甲、乙 and 甲和乙.
func (c *comparison) markForWord(x, y edit) bool {
	m, w := x, y
	if y.weak {
		m, w = y, x
	}
	if x.weak == y.weak || !c.wordy(w) || m.same || m.byline || !c.mated(x, y) || strings.TrimSpace(c.a.span(x.a1, y.a0).Of(c.a.text)) != "" || c.a.breaks(x.a1, y.a0) {
		return false
	}
	mark := func(v *view, lo, hi int) bool { return hi == lo+1 && separates(v.toks[lo].mark) }
	joins := func(v *view, lo, hi int) bool {
		return lo < hi && functionWord(strings.ToLower(v.trim(lo, hi).Of(v.text)))
	}
	return m.b0 == m.b1 && mark(c.a, m.a0, m.a1) && joins(c.b, w.b0, w.b1) || m.a0 == m.a1 && mark(c.b, m.b0, m.b1) && joins(c.a, w.a0, w.a1)
}

// breaks reports whether a line ends within tokens [lo, hi).
func (v *view) breaks(lo, hi int) bool {
	return slices.ContainsFunc(v.toks[lo:hi], func(t token) bool { return t.brk })
}

// sentenceEnds reports whether a sentence or a line does.
func (v *view) sentenceEnds(lo, hi int) bool {
	return v.breaks(lo, hi) || slices.ContainsFunc(v.toks[lo:hi], func(t token) bool { return t.mark.endsSentence() })
}

// endsBody reports whether s ends the name of a body that is called by what it does,
// 道路运输管理机构, and is more than that end.
func endsBody(s string) bool {
	end, class := endingOf(s)
	return class == Organisation && len(s) > len(end)+3 && (len(end) > 3 || strings.Contains("局厅委署", end))
}

// mated reports whether what stands between x and y is the same text.
func (c *comparison) mated(x, y edit) bool {
	return y.b0-x.b1 == y.a0-x.a1 && c.a.span(x.a1, y.a0).Of(c.a.text) == c.b.span(x.b1, y.b0).Of(c.b.text) && (x.a1 == y.a0 || int(c.mate[x.b1]) == x.a1)
}

func (v *view) hanOrNothing(lo, hi int) bool { return lo >= hi || v.onlyHan(lo, hi) }

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
