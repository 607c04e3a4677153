package collate

import (
	"strings"
	"unicode/utf8"

	"repost/shingle"
	"repost/shingle/mask"
)

// A page may carry a thousand stories, and each of them is weighed by itself. Of a text
// that is far longer than its story, what stands around the story counts, and the head and
// the tail, where an outlet names itself: with the whole page each time, a page that shares
// a paragraph with 2,000 documents took 153 s, and a square of that number.
const (
	wholeBytes  = 1 << 14 // up to which a text counts as a whole
	aroundBytes = 1 << 10 // on both sides of a story, at the head and at the tail
)

// excerpt is what counts of a version, as a version, and where it stands in the text.
type excerpt struct {
	Version
	parts []shingle.Span // of the text, ascending and disjoint; nil is all of it
}

// excerptOf returns what counts of v. O(what it returns), and O(spans) for a text that is
// left as it is.
func excerptOf(v *Version) excerpt {
	n := len(v.Text)
	if n <= wholeBytes || v.Spans == nil {
		return excerpt{Version: *v}
	}
	spans := clamp(v.Spans, n)
	parts := []shingle.Span{{Lo: 0, Hi: aroundBytes}, {Lo: n - aroundBytes, Hi: n}}
	for _, s := range spans {
		parts = append(parts, shingle.Span{Lo: max(0, s.Lo-aroundBytes), Hi: min(n, s.Hi+aroundBytes)})
	}
	parts = shingle.Union(parts)
	kept := 0
	for i := range parts {
		p := &parts[i]
		for p.Lo > 0 && p.Lo < n && !utf8.RuneStart(v.Text[p.Lo]) {
			p.Lo++
		}
		for p.Hi < n && p.Hi > p.Lo && !utf8.RuneStart(v.Text[p.Hi]) {
			p.Hi--
		}
		kept += p.Hi - p.Lo
	}
	if 2*kept > n {
		return excerpt{Version: *v}
	}
	e := excerpt{Version: *v, parts: parts}
	e.Spans, e.Masks = []shingle.Span{}, nil
	var text strings.Builder
	masks := v.Masks
	for _, p := range parts {
		moved := func(s shingle.Span) (shingle.Span, bool) {
			s = shingle.Span{Lo: max(s.Lo, p.Lo), Hi: min(s.Hi, p.Hi)}
			by := text.Len() - p.Lo
			return shingle.Span{Lo: s.Lo + by, Hi: s.Hi + by}, s.Lo < s.Hi
		}
		for _, s := range spans {
			if s, ok := moved(s); ok {
				e.Spans = append(e.Spans, s)
			}
		}
		for len(masks) > 0 && masks[0].Span.Hi <= p.Lo {
			masks = masks[1:]
		}
		for _, m := range masks {
			if m.Span.Lo >= p.Hi {
				break
			}
			if s, ok := moved(m.Span); ok {
				e.Masks = append(e.Masks, mask.Mask{Span: s, Reason: m.Reason})
			}
		}
		text.WriteString(p.Of(v.Text))
		text.WriteByte('\n')
	}
	e.Text = text.String()
	return e
}

// whole returns where a span of the excerpt stands in the text.
func (e *excerpt) whole(s shingle.Span) shingle.Span {
	at := 0
	for _, p := range e.parts {
		end := at + p.Hi - p.Lo
		if s.Lo <= end {
			by := p.Lo - at
			return shingle.Span{Lo: s.Lo + by, Hi: min(s.Hi, end) + by}
		}
		at = end + 1
	}
	return s
}
