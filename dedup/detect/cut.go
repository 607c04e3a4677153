package detect

import (
	"slices"
	"strings"
	"unicode"

	"repost/dedup/cluster"
	"repost/shingle"
	"repost/shingle/mask"
)

// What is cut of a run of units that two texts have in common leaves text that can be read: it
// begins and ends where a sentence does, in both texts, so that it does not matter which of
// them is cut. A run that is long without such a place (a menu, a table without line breaks, a
// sentence of a statute) is cut where there is a mark or a blank, never within a word.

// cuttable returns what is cut of the units [lo, hi), which stand in another text from unit at
// on.
func (w *windowed) cuttable(lo, hi int, other *Text, at int) []cluster.Interval {
	first, last := -1, -1 // places where sentences start in both
	for i := lo; i <= hi; i++ {
		if w.startsSentence(i) && other.startsSentence(at+i-lo) {
			if last = i; first < 0 {
				first = i
			}
		}
	}
	if first < 0 || w.width(first, last) < sentenceColumns {
		return w.long(lo, hi, other, at)
	}
	out := append(w.long(lo, first, other, at), cluster.Interval{Lo: int32(first), Hi: int32(last)})
	return append(out, w.long(last, hi, other, at+last-lo)...)
}

// long returns what is cut of a run that has no whole sentences.
func (w *windowed) long(lo, hi int, other *Text, at int) []cluster.Interval {
	for _, between := range []func(r rune) bool{unicode.IsPunct, func(rune) bool { return true }} {
		parts := func(i int) bool {
			return strings.ContainsFunc(w.gap(i), between) && strings.ContainsFunc(other.gap(at+i-lo), between)
		}
		from, to := lo, hi
		for from < to && !parts(from) {
			from++
		}
		for from < to && !parts(to) {
			to--
		}
		if w.width(from, to) >= runColumns {
			return []cluster.Interval{{Lo: int32(from), Hi: int32(to)}}
		}
	}
	return nil
}

// gap returns what stands before a unit and after the one before it; at either end of the text,
// a line break.
func (t *Text) gap(at int) string {
	if at == 0 || at == len(t.Units) {
		return ".\n"
	}
	return t.between(at, at)
}

// cutSpans returns the bytes of units that are cut, up to where the next sentence begins.
func (w *windowed) cutSpans(units cluster.Set) (out []shingle.Span) {
	begin := func(at int32) int {
		if int(at) == len(w.Units) {
			return len(w.Source)
		}
		return opening(w.Source, int(w.Units[at].Lo))
	}
	for _, v := range units {
		out = append(out, shingle.Span{Lo: begin(v.Lo), Hi: begin(v.Hi)})
	}
	return shingle.Union(out)
}

// spansOf returns the bytes of units, with what is between them.
func (t *Text) spansOf(units cluster.Set) []shingle.Span {
	var out []shingle.Span
	for _, v := range units {
		if hi := min(int(v.Hi), len(t.Units)); int(v.Lo) < hi {
			out = append(out, shingle.Span{Lo: int(t.Units[v.Lo].Lo), Hi: int(t.Units[hi-1].Hi)})
		}
	}
	return out
}

// unitsIn returns the units that begin in some spans, which ascend.
func (t *Text) unitsIn(spans []shingle.Span) cluster.Set {
	var in cluster.Set
	for i, u := range t.Units {
		for len(spans) > 0 && spans[0].Hi <= int(u.Lo) {
			spans = spans[1:]
		}
		if len(spans) == 0 {
			break
		}
		if spans[0].Lo > int(u.Lo) {
			continue
		}
		if n := len(in); n > 0 && in[n-1].Hi == int32(i) {
			in[n-1].Hi++
		} else {
			in = append(in, cluster.Interval{Lo: int32(i), Hi: int32(i + 1)})
		}
	}
	return in
}

// unmasked takes what is masked out of spans: a byline between two repeated sentences is
// no repetition.
func (t *Text) unmasked(spans []shingle.Span) []shingle.Span {
	for _, m := range t.Masks {
		if m.Reason == mask.Address {
			continue // goes with the words around it
		}
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
		if m.Reason != mask.Address {
			out = append(out, m.Span)
		}
	}
	for _, v := range learned {
		if v.Hi <= int32(len(t.Units)) {
			out = append(out, shingle.Span{Lo: int(t.Units[v.Lo].Lo), Hi: closing(t.Source, int(t.Units[v.Hi-1].Hi))})
		}
	}
	return shingle.Union(out)
}

// NothingLeft is the rule that drops a document that is empty once boilerplate, or what
// others have, is cut.
const NothingLeft = "nothing but boilerplate"

// IsEmpty reports whether a text has no letter and no number.
func IsEmpty(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) })
}

// Cut returns a text without what it repeats and, if mask is set, without boilerplate: what is
// masked by rule, and the live units that are learned. See Survival.Repeated and Learned.
func (s *Scheme) Cut(text string, repeated []shingle.Span, learned cluster.Set, mask bool) string {
	if mask {
		repeated = shingle.Union(append(slices.Clone(repeated), s.Prepare(text).SetAside(learned)...))
	}
	return Without(text, repeated)
}

// Without returns a text without some spans, which ascend and are disjoint. A line that
// becomes empty is removed too.
func Without(text string, spans []shingle.Span) string { return deleted(text, removed(text, spans)) }

// removed returns spans with the ends of the lines that become empty without them.
func removed(text string, spans []shingle.Span) []shingle.Span {
	out := make([]shingle.Span, 0, len(spans))
	begin := 0 // of what is removed up to a span
	for _, s := range spans {
		if n := len(out); n == 0 || out[n-1].Hi < s.Lo {
			begin = s.Lo
		}
		if s.Hi > s.Lo && text[s.Hi-1] != '\n' && (begin == 0 || text[begin-1] == '\n') {
			s.Hi = lineEnd(text, s.Hi)
		}
		out = append(out, s)
	}
	return shingle.Union(out)
}

// lineEnd returns the begin of the next line if there is nothing but blanks before it.
func lineEnd(text string, at int) int {
	rest := strings.TrimLeft(text[at:], " \t\u3000")
	if n := strings.TrimPrefix(strings.TrimPrefix(rest, "\r"), "\n"); len(n) < len(rest) || rest == "" {
		return len(text) - len(n)
	}
	return at
}

// deleted returns a text without some spans, which ascend and are disjoint.
func deleted(text string, spans []shingle.Span) string {
	if len(spans) == 0 {
		return text
	}
	var b strings.Builder
	at := 0
	for _, s := range spans {
		b.WriteString(text[at:s.Lo])
		at = s.Hi
	}
	b.WriteString(text[at:])
	return b.String()
}

// remaining returns where some spans of a text are in what deleted leaves of it. Both
// ascend and are disjoint.
func remaining(spans, cuts []shingle.Span) []shingle.Span {
	out, gone := make([]shingle.Span, 0, len(spans)), 0
	left := func(at int) int {
		for len(cuts) > 0 && cuts[0].Hi <= at {
			gone, cuts = gone+cuts[0].Len(), cuts[1:]
		}
		if len(cuts) > 0 && cuts[0].Lo < at {
			at = cuts[0].Lo
		}
		return at - gone
	}
	for _, s := range spans {
		out = append(out, shingle.Span{Lo: left(s.Lo), Hi: left(s.Hi)})
	}
	return shingle.Union(out)
}

// original is the inverse: where spans of what is left were in the text.
func original(spans, cuts []shingle.Span) []shingle.Span {
	out, gone := make([]shingle.Span, 0, len(spans)+len(cuts)), 0
	for _, s := range spans {
		for len(cuts) > 0 && cuts[0].Lo <= s.Lo+gone {
			gone, cuts = gone+cuts[0].Len(), cuts[1:]
		}
		lo := s.Lo + gone
		for len(cuts) > 0 && cuts[0].Lo < s.Hi+gone {
			gone, cuts = gone+cuts[0].Len(), cuts[1:]
		}
		out = append(out, shingle.Span{Lo: lo, Hi: s.Hi + gone})
	}
	return out
}
