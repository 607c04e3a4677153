package diff

import (
	"slices"
	"sort"
	"strings"

	"repost/shingle"
	"repost/shingle/mask"
)

// Where a story stands on a page is found by what two texts share. So a paragraph that one
// of them lacks is in no span, and would be in no difference either. Frame widens the spans
// of a side to the paragraphs that are of the story, if little enough stands outside of them:
//
//   - What stands between two of them is of the story.
//   - What stands before the first and after the last is of it up to the nearest headline or
//     caption, where the other text has nothing in that place or something as short. A
//     section under a headline of its own is of it where it speaks of the same.
//   - What stands in a numbered text, a statute with its articles, is of it: see numberedParts.
//   - The lines at the top of the text are its headline, where nothing else stands before
//     the story.
//
// What shares next to no words with the story is another one, and so is what has a byline or
// a dateline of its own before its text, what Side.Others has before the story or after it, and what
// stands at both ends of a text that the other has whole: it is on a page, next to others.
// Where Side.Others says that another story stands in two or
// more of these places, the two are printed side by side, and what is near its parts is of neither;
// one that stands in one place between spans may be a paragraph that was put in and is found elsewhere too.
//
// Spans of detection stay what they are: what a reader compares is another thing than what
// two texts are shown to share.
//
// Measured on generated Chinese texts with known spans: of what a shorter version lacks, 93 % is in
// the difference (863 pairs); of the other stories on pages, .9 % (3,603 pairs). Of an article put
// next to another without any headline, 19 % are in it for Reuters, 7 % for Chinese news; between
// two others .2 and 2 %; of paragraphs taken off at an end, 98 and 95 % and more.
// O(length of the texts).

// The shares of what the spans say that the paragraphs outside of them may have.
const (
	mostPage    = 1. / 3 // all of them, where headlines or captions stand among them
	mostBetween = 2. / 3 // those between two spans, where none does: one paragraph is no other story
	mostAround  = 2.5    // all of them, where none does: a text may be cut off at a third
	mostEach    = 1. / 2 // those at one end, where the other text has something else there
)

// leastStory is the shortest story, in letters as longestCaption counts them: so much may
// always stand outside.
const leastStory = 120

// Frame returns a and b with spans for a difference: of all of their story, also what the
// other one lacks. A side without spans is compared whole, and stays so.
func Frame(a, b Side) (Side, Side) {
	x, y := newFrame(a), newFrame(b)
	for _, e := range []struct{ x, y *edge }{{&x.head, &y.head}, {&x.tail, &y.tail}} {
		if e.x.letters > 0 && e.y.letters > 0 {
			ok := e.x.letters <= mostEach*x.letters && e.y.letters <= mostEach*y.letters
			e.x.ok, e.y.ok = e.x.ok && ok, e.y.ok && ok
		}
	}
	x.onPage(&y)
	y.onPage(&x)
	a.Spans, b.Spans = x.spans(a), y.spans(b)
	return a, b
}

// frame is what the spans of a side may be widened to.
type frame struct {
	inner      []shingle.Span // with the gaps that are of the story
	letters    float64        // in the spans of the side
	head, tail edge
}

// edge is what stands before the first span or after the last, up to the first headline.
type edge struct {
	shingle.Span
	letters float64
	ok      bool // it is of the story
}

// onPage takes off what stands at both ends where that is a passage each, and the other text has
// nothing there: who carries all of a text between other paragraphs carries them as other stories.
func (f *frame) onPage(other *frame) {
	if f.head.letters >= leastTerms && f.tail.letters >= leastTerms && other.head.letters == 0 && other.tail.letters == 0 {
		f.head.ok, f.tail.ok = false, false
	}
}

func newFrame(s Side) (f frame) {
	spans := shingle.Clamp(s.Spans, len(s.Text))
	if len(spans) == 0 {
		return f
	}
	p := newPage(s, spans)
	for _, other := range s.Others {
		p.others = append(p.others, other...)
	}
	p.others = shingle.Clamp(shingle.Union(p.others), len(s.Text))
	others := interleaved(spans, s.Others, len(s.Text))
	ours := func(gap shingle.Span) bool { return !slices.ContainsFunc(others, gap.Overlaps) }
	f.letters = p.story
	whole := p.oneStory()
	f.inner = spans[:1:1]
	for _, next := range spans[1:] {
		last := &f.inner[len(f.inner)-1]
		if !ours(shingle.Span{Lo: last.Hi, Hi: next.Lo}) {
			f.inner = append(f.inner, next)
		} else if whole || !strings.Contains(s.Text[last.Hi:next.Lo], "\n") || p.isNumbered(shingle.Span{Lo: last.Hi, Hi: next.Lo}) {
			last.Hi = next.Hi
		} else {
			f.inner = append(f.inner, next)
		}
	}
	if whole {
		f.head, f.tail = p.head(f.inner[0].Lo), p.tail(f.inner[len(f.inner)-1].Hi)
		f.head.ok, f.tail.ok = f.head.ok && ours(f.head.Span), f.tail.ok && ours(f.tail.Span)
	}
	return f
}

// interleaved returns the parts of other stories that stand in two or more places between the spans
// of a story, before and after them.
func interleaved(spans []shingle.Span, others [][]shingle.Span, n int) (out []shingle.Span) {
	for _, other := range others {
		places := map[int]bool{}
		other = shingle.Clamp(other, n)
		for _, o := range other {
			if i := sort.Search(len(spans), func(i int) bool { return spans[i].Hi > o.Lo }); i == len(spans) || !spans[i].Overlaps(o) {
				places[i] = true
			}
		}
		if len(places) > 1 {
			out = append(out, other...)
		}
	}
	return shingle.Union(out)
}

// page is what a side has around its story.
type page struct {
	text   string
	masks  []shingle.Span
	signs  []shingle.Span // bylines and datelines, of masks
	look   layout
	spans  []shingle.Span // of the story
	terms  map[term]bool  // its terms, made when they are asked for: see alike
	story  float64        // its letters
	parts  []shingle.Span // numbered, made when they are asked for: see isNumbered
	others []shingle.Span // of other stories, as far as they are known
	rest   []piece        // the paragraphs outside of it
	first  int            // of rest, between the spans
	last   int
	own    bool // a byline or a dateline is in the story
}

// piece is a paragraph that is in no span, or the part of one that is in none.
type piece struct {
	shingle.Span
	letters float64 // that are not masked
	aside   bool    // a headline or a caption
	signed  bool    // a byline or a dateline stands before its text
}

func newPage(s Side, spans []shingle.Span) *page {
	p := &page{text: s.Text, spans: spans, look: layoutOf(s.Text, spans)}
	for _, m := range s.Masks {
		p.masks = append(p.masks, m.Span)
		if m.Reason == mask.Byline || m.Reason == mask.Dateline {
			p.signs = append(p.signs, m.Span)
		}
	}
	p.masks, p.signs = shingle.Clamp(p.masks, len(s.Text)), shingle.Clamp(p.signs, len(s.Text))
	at := 0
	for i, span := range spans {
		p.add(shingle.Span{Lo: at, Hi: span.Lo})
		if i == 0 {
			p.first = len(p.rest)
			if p.first > 0 {
				at = p.rest[p.first-1].Hi
			}
		}
		p.own = p.own || p.sign(shingle.Span{Lo: at, Hi: span.Hi}) >= 0
		p.last = len(p.rest)
		p.story += p.letters(span)
		at = span.Hi
	}
	p.add(shingle.Span{Lo: at, Hi: len(s.Text)})
	return p
}

// add appends the paragraphs of a stretch that say something.
func (p *page) add(s shingle.Span) {
	at := s.Lo
	p.look.each(p.text, s, func(s shingle.Span) bool {
		if n := p.letters(s); n > 0 {
			sign := p.sign(shingle.Span{Lo: at, Hi: s.Hi})
			p.rest = append(p.rest, piece{s, n, wholeLines(p.text, s) && p.look.aside(p.text, s) && !p.isNumbered(s),
				sign >= 0 && p.letters(shingle.Span{Lo: max(s.Lo, sign), Hi: s.Hi}) > 0})
			at = s.Hi
		}
		return true
	})
}

// sign returns the end of the first byline or dateline in s, or -1.
func (p *page) sign(s shingle.Span) int {
	i := sort.Search(len(p.signs), func(i int) bool { return p.signs[i].Lo >= s.Lo })
	if i < len(p.signs) && p.signs[i].Hi <= s.Hi {
		return p.signs[i].Hi
	}
	return -1
}

// letters counts the letters and digits of s that are not masked.
func (p *page) letters(s shingle.Span) float64 {
	n := letters(s.Of(p.text))
	for _, m := range p.masks[sort.Search(len(p.masks), func(i int) bool { return p.masks[i].Hi > s.Lo }):] {
		if m.Lo >= s.Hi {
			break
		}
		n -= letters(p.text[max(m.Lo, s.Lo):min(m.Hi, s.Hi)])
	}
	return float64(n)
}

// oneStory reports whether what stands between the spans is of the story.
func (p *page) oneStory() bool {
	lo, hi := 0, len(p.rest) // without the headlines at the top of the page, and the links at its end
	for lo < p.first && p.rest[lo].aside {
		lo++
	}
	for hi > p.last && p.rest[hi-1].aside {
		hi--
	}
	between, all, heads := []piece{}, 0., false
	for i, r := range p.rest[lo:hi] {
		if p.isNumbered(r.Span) {
			continue
		}
		if r.aside {
			heads = true
			continue
		}
		all += r.letters
		if lo+i >= p.first && lo+i < p.last {
			if r.signed {
				return false
			}
			between = append(between, r)
		}
	}
	switch {
	case all <= leastStory:
		return true
	case heads && all > mostPage*p.story, all > mostAround*p.story:
		return false
	case !heads && len(between) > 1 && lettersOf(between) > mostBetween*p.story:
		return false
	}
	return lettersOf(between) < 2*leastTerms || p.alike(between)
}

// isNumbered reports whether s touches a numbered part of the text, of which the story is.
func (p *page) isNumbered(s shingle.Span) bool {
	if p.parts == nil {
		p.parts = []shingle.Span{}
		for _, n := range numberedParts(p.text) {
			if slices.ContainsFunc(p.spans, n.Overlaps) {
				p.parts = append(p.parts, n)
			}
		}
	}
	return slices.ContainsFunc(p.parts, s.Overlaps)
}

// isOther reports whether other stories have half of s or more.
func (p *page) isOther(s shingle.Span) bool {
	n := 0
	for _, o := range p.others {
		n += max(0, min(o.Hi, s.Hi)-max(o.Lo, s.Lo))
	}
	return 2*n >= s.Len()
}

// head returns what stands before the story, with the headline of the text.
func (p *page) head(at int) edge {
	rest := slices.Clone(p.rest[:p.first])
	slices.Reverse(rest)
	for i := range rest { // the one that is the nearest may be that of the story
		if rest[i].signed && !p.own {
			p.own, rest[i].signed = true, false
		}
	}
	e, over := p.edge(at, rest)
	if k := len(over); k > 0 && k <= mostHeads && !slices.ContainsFunc(over, func(r piece) bool { return !r.aside }) {
		e.Lo = over[k-1].Lo
		e.ok = e.ok || e.letters == 0
	}
	return e
}

// tail returns what stands after the story.
func (p *page) tail(at int) edge {
	e, _ := p.edge(at, p.rest[p.last:])
	return e
}

// edge returns what stands on one side of the story, of which rest is all, the nearest first:
// up to a headline, and over it where what follows speaks of the same. over is what is left.
func (p *page) edge(at int, rest []piece) (e edge, over []piece) {
	near, n := len(rest), len(rest)
	if i := slices.IndexFunc(rest, func(r piece) bool { return r.aside }); i >= 0 {
		near = i
	}
	if i := slices.IndexFunc(rest, func(r piece) bool { return r.signed || p.isOther(r.Span) }); i >= 0 {
		near, n = min(near, i), i
	}
	for n > near && rest[n-1].aside {
		n--
	}
	if n > near && !p.alike(rest[near:n]) {
		n = near
	}
	e.Span = shingle.Span{Lo: at, Hi: at}
	for _, r := range rest[:n] {
		e.Span = cover(e.Span, r.Span)
	}
	e.letters = lettersOf(rest[:n])
	e.ok = e.letters > 0 && p.alike(rest[:n])
	return e, rest[n:]
}

// alike reports whether paragraphs speak of what the story speaks of.
func (p *page) alike(rest []piece) bool {
	var text []shingle.Span
	for _, r := range rest {
		if !r.aside {
			text = append(text, r.Span)
		}
	}
	if p.terms == nil && len(text) > 0 {
		p.terms = termsOf(p.text, p.spans)
	}
	return alike(p.text, p.terms, text)
}

// lettersOf counts the letters of paragraphs that are no headlines.
func lettersOf(rest []piece) (n float64) {
	for _, r := range rest {
		if !r.aside {
			n += r.letters
		}
	}
	return n
}

// wholeLines reports whether p begins and ends where lines of text do.
func wholeLines(text string, p shingle.Span) bool {
	before, after := strings.TrimRight(text[:p.Lo], " \t　"), strings.TrimLeft(text[p.Hi:], " \t　")
	return (before == "" || strings.HasSuffix(before, "\n")) && (after == "" || after[0] == '\n' || after[0] == '\r')
}

// spans returns the spans of s, widened.
func (f *frame) spans(s Side) []shingle.Span {
	if s.Spans == nil {
		return nil
	}
	out := slices.Clone(f.inner)
	if f.head.ok {
		out = append(out, f.head.Span)
	}
	if f.tail.ok {
		out = append(out, f.tail.Span)
	}
	return shingle.Union(out)
}
