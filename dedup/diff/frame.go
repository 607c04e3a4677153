package diff

import (
	"slices"
	"sort"
	"strings"

	"repost/shingle"
)

// Where a story stands on a page is found by what two texts share. So a paragraph that one
// of them lacks is in no span, and would be in no difference either. Frame widens the spans
// of a side to the paragraphs that are of the story, if little enough stands outside of them:
//
//   - What stands between two of them is of the story.
//   - What stands before the first and after the last is of it up to the nearest headline or
//     caption, where the other text has nothing in that place or something as short.
//
// Spans of detection stay what they are: what a reader compares is another thing than what
// two texts are shown to share.
//
// The shares were measured on generated Chinese texts with known spans (524 pairs). Of what
// one text of a plain pair lacks, 89 % is in the difference (65 % before there was a frame);
// of the other stories on pages, 1.6 % is in it (0.2 % before).
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

func newFrame(s Side) (f frame) {
	spans := clamp(s.Spans, len(s.Text))
	if len(spans) == 0 {
		return f
	}
	p := newPage(s, spans)
	f.letters = p.story
	whole := p.oneStory()
	f.inner = spans[:1:1]
	for _, next := range spans[1:] {
		last := &f.inner[len(f.inner)-1]
		if whole || !strings.Contains(s.Text[last.Hi:next.Lo], "\n") {
			last.Hi = next.Hi
		} else {
			f.inner = append(f.inner, next)
		}
	}
	if whole {
		f.head, f.tail = p.head(f.inner[0].Lo), p.tail(f.inner[0].Hi)
	}
	return f
}

// page is what a side has around its story.
type page struct {
	text  string
	masks []shingle.Span
	look  layout
	story float64 // the letters of the story
	rest  []piece // the paragraphs outside of it
	first int     // of rest, between the spans
	last  int
}

// piece is a paragraph that is in no span, or the part of one that is in none.
type piece struct {
	shingle.Span
	letters float64 // that are not masked
	aside   bool    // a headline or a caption
}

func newPage(s Side, spans []shingle.Span) *page {
	p := &page{text: s.Text, look: layoutOf(s.Text, spans)}
	for _, m := range s.Masks {
		p.masks = append(p.masks, m.Span)
	}
	p.masks = clamp(p.masks, len(s.Text))
	at := 0
	for i, span := range spans {
		p.add(shingle.Span{Lo: at, Hi: span.Lo})
		if i == 0 {
			p.first = len(p.rest)
		}
		p.last = len(p.rest)
		p.story += p.letters(span)
		at = span.Hi
	}
	p.add(shingle.Span{Lo: at, Hi: len(s.Text)})
	return p
}

// add appends the paragraphs of a stretch that say something.
func (p *page) add(s shingle.Span) {
	p.look.each(p.text, s, func(s shingle.Span) bool {
		if n := p.letters(s); n > 0 {
			p.rest = append(p.rest, piece{s, n, wholeLines(p.text, s) && p.look.aside(p.text, s)})
		}
		return true
	})
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
	between, all, heads, parts := 0., 0., false, 0
	for i, r := range p.rest[lo:hi] {
		if r.aside {
			heads = true
			continue
		}
		all += r.letters
		if lo+i >= p.first && lo+i < p.last {
			between += r.letters
			parts++
		}
	}
	if all <= leastStory {
		return true
	}
	if heads {
		return all <= mostPage*p.story
	}
	return (parts < 2 || between <= mostBetween*p.story) && all <= mostAround*p.story
}

// head returns the paragraphs before the story, from the last headline on.
func (p *page) head(at int) edge {
	e := edge{Span: shingle.Span{Lo: at, Hi: at}}
	for _, r := range slices.Backward(p.rest[:p.first]) {
		if r.aside {
			break
		}
		e.Lo = r.Lo
		e.letters += r.letters
	}
	e.ok = e.letters > 0
	return e
}

// tail returns the paragraphs after the story, up to the first headline.
func (p *page) tail(at int) edge {
	e := edge{Span: shingle.Span{Lo: at, Hi: at}}
	for _, r := range p.rest[p.last:] {
		if r.aside {
			break
		}
		e.Hi = r.Hi
		e.letters += r.letters
	}
	e.ok = e.letters > 0
	return e
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
