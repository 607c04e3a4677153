package dedup

import (
	"strings"

	"repost/dedup/cluster"
	"repost/shingle"
)

// repeatedShare is the share of a sentence that must be repeated for the sentence to be
// cut, and repeatedLeast the fewest repeated units in a row of sentences that is.
const (
	repeatedShare = .9
	repeatedLeast = 20
)

// Repeated returns the sentences of a text nearly all of whose live units are in a set,
// up to where the next sentence begins: what can be cut so that whole sentences are left.
// With exactly, all of their units are.
func (t *Text) Repeated(units cluster.Set, exactly bool) []shingle.Span {
	var out []shingle.Span
	share := repeatedShare
	if exactly {
		share = 1
	}
	begin, count := -1, 0
	end := func(at int) {
		if begin >= 0 && count >= repeatedLeast {
			out = append(out, shingle.Span{Lo: int(t.Units[begin].Lo), Hi: at})
		}
		begin, count = -1, 0
	}
	for lo := 0; lo < len(t.Units); {
		hi := lo + 1
		for hi < len(t.Units) && !endsSentence(t.between(hi, hi)) {
			hi++
		}
		in := units.Within(int32(lo), int32(hi))
		if float64(in) >= share*float64(hi-lo) {
			if begin < 0 {
				begin = lo
			}
			count += in
		} else {
			end(int(t.Units[lo].Lo))
		}
		lo = hi
	}
	end(len(t.Source))
	return t.unmasked(out)
}

// unmasked takes what is masked out of spans: a byline between two repeated sentences is
// no repetition.
func (t *Text) unmasked(spans []shingle.Span) []shingle.Span {
	for _, m := range t.Masks {
		var left []shingle.Span
		for _, s := range spans {
			if m.Span.Hi <= s.Lo || s.Hi <= m.Span.Lo {
				left = append(left, s)
				continue
			}
			left = append(left, shingle.Span{Lo: s.Lo, Hi: max(s.Lo, m.Span.Lo)}, shingle.Span{Lo: min(s.Hi, m.Span.Hi), Hi: s.Hi})
		}
		spans = left
	}
	return shingle.Union(spans)
}

// SetAside returns the boilerplate of a text: what is masked by rule, and the live units
// that are learned.
func (t *Text) SetAside(learned cluster.Set) []shingle.Span {
	var out []shingle.Span
	for _, m := range t.Masks {
		out = append(out, m.Span)
	}
	for _, v := range learned {
		if v.Hi <= int32(len(t.Units)) {
			out = append(out, shingle.Span{Lo: int(t.Units[v.Lo].Lo), Hi: closing(t.Source, int(t.Units[v.Hi-1].Hi))})
		}
	}
	return shingle.Union(out)
}

// Without returns a text without some spans, which ascend and are disjoint. A line that
// becomes empty is removed too.
func Without(text string, spans []shingle.Span) string {
	var b strings.Builder
	at := 0
	for _, s := range spans {
		b.WriteString(text[at:s.Lo])
		at = s.Hi
		kept := b.String()
		if kept != "" && !strings.HasSuffix(kept, "\n") {
			continue
		}
		rest := strings.TrimLeft(text[at:], " \t\u3000")
		if n := strings.TrimPrefix(strings.TrimPrefix(rest, "\r"), "\n"); len(n) < len(rest) {
			at = len(text) - len(n)
		} else if rest == "" {
			at = len(text)
		}
	}
	b.WriteString(text[at:])
	return b.String()
}
