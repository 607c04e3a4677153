package dedup

import (
	"repost/dedup/align"
	"repost/shingle"
)

const (
	// rewriteLeast and rewriteMost bound the texts that are compared for content, in
	// live units: below there is too little to tell a rewrite from a topic, above it
	// costs too much (one millisecond for two articles, 24 bytes a byte of text).
	rewriteLeast = 65
	rewriteMost  = 40_000
	// rewriteCovered is the share of the shorter text that rewritten passages must
	// cover: reports of one event share turns of phrase here and there.
	rewriteCovered = .5
	// rewriteLike is the least likeness of such a passage. Alignment alone finds
	// something in most pairs of one template.
	rewriteLike = .35
)

// Rewording is what a text says in other words than another.
type Rewording struct {
	Passages  []align.Detection // passages that say the same, by place in A
	Sentences []align.Match     // and the sentences in them that correspond
	CoverageA float64           // share of A's live units in those passages
	CoverageB float64
}

// Reworded compares what two texts say, whatever the words: rewrites, light
// translations and paraphrases that keep half of the terms. It returns nil where
// less than half of the shorter text is found in the other, and for texts too
// short or too long. Two articles take about a millisecond.
func Reworded(a, b *Text) *Rewording {
	if n, m := len(a.Units), len(b.Units); min(n, m) < rewriteLeast || max(n, m) > rewriteMost {
		return nil
	}
	pa, pb := align.Prepare(a.Source, a.rules), align.Prepare(b.Source, b.rules)
	r := &Rewording{}
	var inA, inB []shingle.Span
	for _, d := range align.Detect(pa, pb, align.Options{}).Detections {
		if d.Kind == align.Rewritten && d.Likeness < rewriteLike || a.masked(d.A) || b.masked(d.B) {
			continue
		}
		r.Passages = append(r.Passages, d)
		inA, inB = append(inA, d.A), append(inB, d.B)
		if d.Kind == align.Rewritten {
			r.Sentences = append(r.Sentences, align.Correspond(pa, pb, d)...)
		}
	}
	r.CoverageA, r.CoverageB = a.share(shingle.Union(inA)), b.share(shingle.Union(inB))
	shorter := r.CoverageA
	if len(b.Units) < len(a.Units) {
		shorter = r.CoverageB
	}
	if len(r.Sentences) == 0 || shorter < rewriteCovered {
		return nil
	}
	return r
}

// masked reports whether half of s lies in masks.
func (t *Text) masked(s shingle.Span) bool {
	n := 0
	for _, m := range t.Masks {
		n += max(0, min(m.Span.Hi, s.Hi)-max(m.Span.Lo, s.Lo))
	}
	return 2*n > s.Len()
}

// share returns the share of t's live units that lie in spans, which ascend.
func (t *Text) share(spans []shingle.Span) float64 {
	n, at := 0, 0
	for _, u := range t.Units {
		for at < len(spans) && spans[at].Hi <= int(u.Lo) {
			at++
		}
		if at < len(spans) && spans[at].Lo <= int(u.Lo) {
			n++
		}
	}
	if len(t.Units) == 0 {
		return 0
	}
	return float64(n) / float64(len(t.Units))
}
