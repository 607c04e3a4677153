package shingle

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
)

// Span is a half-open range of bytes [Lo, Hi) of a document's original text, at
// rune boundaries. It is the only kind of offset that leaves this module, and it
// is written [lo,hi] in JSON.
type Span struct{ Lo, Hi int }

// Len returns the length of s in bytes.
func (s Span) Len() int { return s.Hi - s.Lo }

// Of returns the part of text that s covers.
func (s Span) Of(text string) string { return text[s.Lo:s.Hi] }

// Overlaps reports whether s and t share at least one byte.
func (s Span) Overlaps(t Span) bool { return s.Lo < t.Hi && t.Lo < s.Hi }

// MarshalJSON writes s as [lo,hi].
func (s Span) MarshalJSON() ([]byte, error) { return fmt.Appendf(nil, "[%d,%d]", s.Lo, s.Hi), nil }

// UnmarshalJSON reads [lo,hi].
func (s *Span) UnmarshalJSON(b []byte) error {
	var p [2]int
	if err := json.Unmarshal(b, &p); err != nil {
		return fmt.Errorf("span: %w", err)
	}
	s.Lo, s.Hi = p[0], p[1]
	return nil
}

// Clamp returns spans cut to a text of n bytes, sorted and joined as Union does.
func Clamp(spans []Span, n int) []Span {
	out := make([]Span, 0, len(spans))
	for _, s := range spans {
		out = append(out, Span{Lo: min(max(s.Lo, 0), n), Hi: min(max(s.Hi, 0), n)})
	}
	return Union(out)
}

// Union returns spans sorted, with overlapping and touching ones joined and
// empty ones left out. It works in place.
func Union(spans []Span) []Span {
	slices.SortFunc(spans, func(s, t Span) int { return cmp.Or(cmp.Compare(s.Lo, t.Lo), cmp.Compare(s.Hi, t.Hi)) })
	out := spans[:0]
	for _, s := range spans {
		switch n := len(out); {
		case s.Hi <= s.Lo:
		case n > 0 && s.Lo <= out[n-1].Hi:
			out[n-1].Hi = max(out[n-1].Hi, s.Hi)
		default:
			out = append(out, s)
		}
	}
	return out
}
