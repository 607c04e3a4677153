package eval

import (
	"cmp"
	"slices"
	"strings"

	"repost/shingle"
)

// The recorded edits of a set. A document that took a story of one other makes a pair:
// text A are the spans of the story in the other, text B those in the document, a line
// each. Edits that are written have their place; the rest follows from what was taken:
// what was left out is an omission, what was written of the story an addition, and a
// paragraph cut in two, or two made one, a line break. Where less than half was taken, it
// is an excerpt and no version: text A then reaches from the first words taken to the last,
// for what stands before and after was not left out, but not wanted.

// part is a range that was taken, in both texts of a pair.
type part struct{ a, b shingle.Span }

// pairs returns the pairs of recorded edits of d.
func (x *expansion) pairs(d *draft) (out []EditPair) {
	for _, story := range d.stories() {
		var takes []take
		for _, t := range d.takes {
			if t.story == story {
				takes = append(takes, t)
			}
		}
		if len(takes) == 0 || slices.ContainsFunc(takes, func(t take) bool { return t.from != takes[0].from }) {
			continue
		}
		if p, ok := newPair(d, story, takes); ok {
			out = append(out, p)
		}
	}
	return out
}

// newPair returns the pair of two texts, unless a part of one stands twice in the other.
func newPair(d *draft, story string, takes []take) (EditPair, bool) {
	from := takes[0].from
	as, bs := from.spans(0, story), d.spans(0, story)
	inA, inB := joinSpans(as), joinSpans(bs)
	p := EditPair{ID: d.ID + " " + story, A: joined(from.Text, as), B: joined(d.Text, bs)}
	var parts []part
	for _, t := range takes {
		n := 0 // in t.text
		for _, r := range t.ranges {
			b := shingle.Span{Lo: t.at + t.moved(n, false), Hi: t.at + t.moved(n+r.Len(), true)}
			parts = append(parts, part{inA.within(r), inB.within(b)})
			n += r.Len() + 1
		}
		for _, e := range t.edits {
			b := shingle.Span{Lo: t.at + e.b.Lo, Hi: t.at + e.b.Hi}
			p.Edits = append(p.Edits, Change{A: inA.within(t.origin(e.a)), B: inB.within(b), Grade: e.grade, Class: e.class})
		}
	}
	ordered := slices.Clone(parts)
	slices.SortStableFunc(ordered, func(x, y part) int { return cmp.Compare(x.a.Lo, y.a.Lo) })
	for i := 1; i < len(ordered); i++ {
		if ordered[i].a.Lo < ordered[i-1].a.Hi {
			return p, false
		}
	}
	hull := shingle.Span{Lo: ordered[0].a.Lo, Hi: ordered[len(ordered)-1].a.Hi}
	taken := 0
	for _, q := range ordered {
		taken += q.a.Len()
	}
	if 2*taken < len(p.A) {
		p.cut(hull)
		for i := range parts {
			parts[i].a = back(parts[i].a, hull.Lo)
		}
	}
	p.Edits = append(p.Edits, gaps(p.A, p.B, parts)...)
	slices.SortStableFunc(p.Edits, func(x, y Change) int { return cmp.Or(x.A.Lo-y.A.Lo, x.B.Lo-y.B.Lo) })
	return p, true
}

// cut keeps a part of text A.
func (p *EditPair) cut(s shingle.Span) {
	p.A = s.Of(p.A)
	for i := range p.Edits {
		p.Edits[i].A = back(p.Edits[i].A, s.Lo)
	}
}

func back(s shingle.Span, n int) shingle.Span { return shingle.Span{Lo: s.Lo - n, Hi: s.Hi - n} }

// moved returns where byte n of t.text is after the edits before it. What is inserted at
// n lies before the end of a range, and after its beginning.
func (t *take) moved(n int, end bool) int {
	i, _ := slices.BinarySearchFunc(t.edits, n, func(e placedEdit, n int) int {
		if e.a.Hi < n || e.a.Hi == n && (end || e.a.Lo < n) {
			return -1
		}
		return 1
	})
	if i == 0 {
		return n
	}
	return n + t.edits[i-1].b.Hi - t.edits[i-1].a.Hi
}

// origin returns where bytes of t.text stand in the document it was taken from.
func (t *take) origin(s shingle.Span) shingle.Span {
	out, n := shingle.Span{Lo: -1}, 0
	for _, r := range t.ranges {
		end := n + r.Len()
		if out.Lo < 0 && (s.Lo < end || s.Lo == end && s.Hi == end) {
			out.Lo = r.Lo + max(0, s.Lo-n)
		}
		if s.Hi >= n {
			out.Hi = r.Lo + min(s.Hi-n, r.Len())
		}
		n = end + 1
	}
	if out.Lo < 0 || out.Lo > out.Hi { // a line break between two ranges
		out.Lo = out.Hi
	}
	return out
}

// joinedSpans are spans of a document and where each begins in the text that joins them.
type joinedSpans struct {
	spans []shingle.Span
	at    []int
}

func joinSpans(spans []shingle.Span) joinedSpans {
	j, n := joinedSpans{spans: spans}, 0
	for _, s := range spans {
		j.at = append(j.at, n)
		n += s.Len() + 1
	}
	return j
}

// within returns where bytes of the document stand in the text.
func (j joinedSpans) within(s shingle.Span) shingle.Span {
	at := func(p int) int {
		i, _ := slices.BinarySearchFunc(j.spans, p, func(t shingle.Span, p int) int { return cmp.Compare(t.Hi, p) })
		i = min(i, len(j.spans)-1)
		return j.at[i] + min(max(0, p-j.spans[i].Lo), j.spans[i].Len())
	}
	return shingle.Span{Lo: at(s.Lo), Hi: at(s.Hi)}
}

// gaps returns the changes between the parts, which are in the order of text B. Where two
// parts follow each other in both texts, what stands between them in one is exchanged for
// what stands there in the other.
func gaps(a, b string, parts []part) (out []Change) {
	n := len(parts)
	inA := make([]int, n) // numbers of parts in the order of text A
	for i := range inA {
		inA[i] = i
	}
	slices.SortStableFunc(inA, func(i, j int) int { return cmp.Compare(parts[i].a.Lo, parts[j].a.Lo) })
	follows := make([]bool, n+1) // the part before i in B is before it in A, too
	for k := range n + 1 {
		left, right := -1, n
		if k > 0 {
			left = inA[k-1]
		}
		if k < n {
			right = inA[k]
		}
		gapA, gapB := between(parts, left, right, a, b)
		if follows[right] = right == left+1; !follows[right] {
			gapB = shingle.Span{Lo: gapB.Lo, Hi: gapB.Lo}
			if left < 0 {
				gapB = shingle.Span{Lo: parts[right].b.Lo, Hi: parts[right].b.Lo}
			}
		}
		out = appendGap(out, a, b, gapA, gapB, follows[right])
	}
	for i := range n + 1 {
		if !follows[i] {
			gapA, gapB := between(parts, i-1, i, a, b)
			if gapA.Hi = gapA.Lo; i == 0 {
				gapA = shingle.Span{Lo: parts[0].a.Lo, Hi: parts[0].a.Lo}
			}
			out = appendGap(out, a, b, gapA, gapB, false)
		}
	}
	return out
}

// between returns what lies between two parts in both texts; part -1 is the beginning and
// part len(parts) the end. A side on which they do not follow each other is of no use.
func between(parts []part, left, right int, a, b string) (gapA, gapB shingle.Span) {
	gapA.Hi, gapB.Hi = len(a), len(b)
	if left >= 0 {
		gapA.Lo, gapB.Lo = parts[left].a.Hi, parts[left].b.Hi
	}
	if right < len(parts) {
		gapA.Hi, gapB.Hi = parts[right].a.Lo, parts[right].b.Lo
	}
	return gapA, gapB
}

// appendGap appends the change of one gap into another, if they differ. Between parts that
// do not follow each other in both texts, white space says nothing.
func appendGap(out []Change, a, b string, gapA, gapB shingle.Span, follow bool) []Change {
	wordsA, wordsB := trimmed(a, gapA), trimmed(b, gapB)
	class := ""
	switch {
	case wordsA.Len() > 0 && wordsB.Len() > 0:
		class = "replacement"
	case wordsA.Len() > 0:
		class = "omission"
	case wordsB.Len() > 0:
		class = "addition"
	case follow && gapA.Len() > 0 != (gapB.Len() > 0):
		return append(out, Change{A: gapA, B: gapB, Grade: "cosmetic", Class: "line-break"})
	default:
		return out
	}
	return append(out, Change{A: wordsA, B: wordsB, Grade: "substantive", Class: class})
}

// trimmed returns s without the white space at its ends.
func trimmed(text string, s shingle.Span) shingle.Span {
	if s.Hi < s.Lo {
		s.Hi = s.Lo
	}
	words := s.Of(text)
	s.Lo += len(words) - len(strings.TrimLeft(words, " \n"))
	s.Hi = max(s.Lo, s.Hi-(len(words)-len(strings.TrimRight(words, " \n"))))
	return s
}
