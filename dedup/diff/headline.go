package diff

import (
	"strings"
	"unicode"

	"repost/shingle"
	"repost/shingle/lexicon"
)

// Headlines. The first lines of a story are its headline when they are short, end
// without a full stop, and a line of another kind follows that does not go on with them. What changes in one is
// of class headline.

// mostHeads is the number of lines that a headline may have: one above it, itself,
// and one below.
const mostHeads = 3

// headline returns the bytes of the headline of the story, empty if it has none.
func (v *view) headline() shingle.Span {
	lo, hi, heads := -1, 0, 0
	for i := 0; i < len(v.toks); {
		end := i
		for end < len(v.toks) && !v.toks[end].brk {
			end++
		}
		n, body := v.headLine(i, end)
		switch {
		case n == 0: // an empty line, or one that is set aside
		case body && lo >= 0 && v.goesOn(hi, i):
			return shingle.Span{}
		case body && lo >= 0:
			return v.trim(lo, hi)
		case body || n > captionLen || heads == mostHeads:
			return shingle.Span{}
		default:
			if lo < 0 {
				lo = i
			}
			hi, heads = end, heads+1
		}
		i = end + 1
	}
	return shingle.Span{}
}

// goesOn reports whether the line that ends before token end goes on in the one that begins with
// token next: there is no empty line between them, the next is not set in as a paragraph is, and it
// begins with a small letter, or the first ends with a function word.
func (v *view) goesOn(end, next int) bool {
	gap, r := v.text[v.end(end):v.end(next)], firstRune(v.text[v.end(next):])
	return next == end+1 && shingle.LineBreaks(gap) == 1 && strings.HasSuffix(gap, "\n") && (unicode.IsLower(r) || unicode.IsDigit(r) && lexicon.Function.Has(strings.ToLower(v.wordNextTo(end-1, -1))))
}

// headLine returns how many strong tokens of the story the line [lo, hi) has, and
// whether it is running text: long, or with a full stop at its end.
func (v *view) headLine(lo, hi int) (n int, body bool) {
	last := lo
	for i := lo; i < hi; i++ {
		if v.flags[i]&(isStrong|isStory|isMasked|isSoft) == isStrong|isStory {
			n++
		}
		if v.toks[i].kind != space && !v.toks[i].mark.isQuote() && v.toks[i].mark != closeBracket {
			last = i
		}
	}
	if n > 0 && n <= maxByline && bylineNames(v.trim(lo, hi).Of(v.text)) != nil {
		return 0, false
	}
	return n, n > captionLen || n > 0 && v.toks[last].mark == period
}

// captionLen is the longest line, in strong tokens, that can be a headline.
const captionLen = 40

// headlineGap is how many characters or words that are the same may stand between two
// changes of a headline that are reported as one.
const headlineGap = 3

// shortenedHead is how many bytes of words that come or go in a headline say nothing that
// the story does not.
const shortenedHead = 24

// heads reports whether [lo, hi) is the headline of the story, or lines of it.
func (v *view) heads(lo, hi int) bool {
	h, s := v.headline(), v.trim(lo, hi)
	return h.Lo <= s.Lo && s.Hi <= h.Hi && strings.TrimSpace(v.text[:h.Lo]) == ""
}

// joinHeadlines gives what is more than cosmetic in a headline that both sides have the
// class of one. Changes that stand close to each other become one, and all of a headline
// that says something else; what lies far apart stays apart, so that a reader sees the
// words that changed and not the line.
func (c *comparison) joinHeadlines() {
	a, b := c.a.headline(), c.b.headline()
	if a.Len() == 0 || b.Len() == 0 {
		c.headlineAlone(a, b)
		return
	}
	gap := headlineGap
	if c.reworded(a, b) {
		gap = captionLen
	}
	out, at := c.changes[:0], -1
	var heads []int
	for _, y := range c.changes {
		if y.Grade == Cosmetic || y.Class == Byline || !c.a.upTo(y.CoreA, a) || !c.b.upTo(y.CoreB, b) {
			out = append(out, y)
			continue
		}
		if (y.Class == Addition || y.Class == Omission) && y.CoreA.Len()+y.CoreB.Len() <= shortenedHead {
			y.Grade = Minor // headlines are shortened; retold sees what says something else
		}
		y.Class = Headline
		if at < 0 || out[at].A.Hi > y.A.Lo || out[at].B.Hi > y.B.Lo || len(out) > at+1 || !c.close(out[at], y, gap) {
			at = len(out)
			out = append(out, y)
			heads = append(heads, at)
			continue
		}
		x := &out[at]
		x.A, x.B = cover(x.A, y.A), cover(x.B, y.B)
		x.CoreA, x.CoreB = cover(x.CoreA, y.CoreA), cover(x.CoreB, y.CoreB)
		x.AText, x.BText = x.A.Of(c.a.text), x.B.Of(c.b.text)
		x.Hint = ""
		if x.Grade == Minor && y.Grade == Substantive {
			x.Grade, x.Reasons = y.Grade, y.Reasons
		}
	}
	for _, at := range heads {
		if out[at].Grade == Minor && c.retold(a, b, out[at]) {
			out[at].Grade, out[at].Reasons = Substantive, []string{"the headline says something else"}
		}
	}
	c.changes = out
}

// upTo reports whether s ends with the headline h: nothing else of the story stands before it.
func (v *view) upTo(s, h shingle.Span) bool {
	return s.Lo+len(strings.TrimRightFunc(s.Of(v.text), unicode.IsSpace)) <= h.Hi
}

// headlineAlone grades the headline that one text has and the other has not: reprints have
// their headlines elsewhere.
func (c *comparison) headlineAlone(a, b shingle.Span) {
	for i := range c.changes {
		switch y := &c.changes[i]; {
		case y.Class == Omission && a.Len() > 0 && c.a.upTo(y.CoreA, a):
			y.Grade, y.Class, y.Reasons = Minor, Headline, []string{"the headline is left out"}
		case y.Class == Addition && b.Len() > 0 && c.b.upTo(y.CoreB, b):
			y.Grade, y.Class, y.Reasons = Minor, Headline, []string{"the headline is put in"}
		}
	}
}

// close reports whether no more than gap characters or words stand between two changes of
// a line on either side, none of which has its place elsewhere.
func (c *comparison) close(x, y Change, gap int) bool {
	a0, a1 := c.a.tokenAt(x.A.Hi), c.a.tokenAt(y.A.Lo)
	b0, b1 := c.b.tokenAt(x.B.Hi), c.b.tokenAt(y.B.Lo)
	if c.a.count(a0, a1) > gap || c.b.count(b0, b1) > gap {
		return false
	}
	mated := 0
	for j := b0; j < b1; j++ {
		if i := int(c.mate[j]); i >= a0 && i < a1 && c.b.toks[j].strong() {
			mated++
		}
	}
	return mated == c.a.count(a0, a1) && mated == c.b.count(b0, b1)
}

// reworded reports whether two headlines have less than half of their words in common.
func (c *comparison) reworded(a, b shingle.Span) bool {
	lo, hi := c.b.tokenAt(b.Lo), c.b.tokenAt(b.Hi)
	from, to := c.a.tokenAt(a.Lo), c.a.tokenAt(a.Hi)
	shared := 0
	for j := lo; j < hi; j++ {
		if i := int(c.mate[j]); c.b.toks[j].strong() && from <= i && i < to {
			shared++
		}
	}
	n := max(c.a.count(from, to), c.b.count(lo, hi))
	return n >= 4 && 2*shared <= n
}

// retold reports whether two headlines have less than half of their words in common,
// or end with another verb.
func (c *comparison) retold(a, b shingle.Span, x Change) bool {
	if c.reworded(a, b) {
		return true
	}
	hi, to := c.b.tokenAt(b.Hi), c.a.tokenAt(a.Hi)
	if x.A.Hi != a.Hi || x.B.Hi != b.Hi || x.A.Len() == 0 || x.B.Len() == 0 {
		return false
	}
	verb := func(v *view, lo, hi int) (string, bool) {
		w, tag := c.wordAt(v, lo, hi)
		return w, (tag == "v" || tag == "vn" || tag == "") && len(w) > 3 && !lexicon.Happens.Has(w)
	}
	p, ok := verb(c.a, c.a.tokenAt(x.CoreA.Lo), to)
	q, ok2 := verb(c.b, c.b.tokenAt(x.CoreB.Lo), hi)
	return ok && ok2 && !strings.ContainsAny(p, q)
}
