package detect

import (
	"cmp"
	"slices"

	"repost/dedup"
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
	Kind      dedup.Relation    // Rewrite, or Summary: of the longer text by the shorter
	Passages  []align.Detection // passages that say the same, by place in A
	Sentences []align.Match     // and the sentences in them that correspond
	CoverageA float64           // share of A's live units in those passages
	CoverageB float64
	Likeness  float64 // of the passages, weighed by their length: 0 to 1
}

// Reworded compares what two texts say, whatever the words: rewrites, light
// translations and paraphrases that keep half of the terms; and with idf, the
// weights of terms in a corpus, summaries. It returns nil where less than half of
// the shorter text is found in the other, and for texts too short or too long. Two
// articles take about a millisecond.
func Reworded(a, b *Text, idf func(term uint32) float64) *Rewording {
	if !rewritable(len(a.Units)) || !rewritable(len(b.Units)) {
		return nil
	}
	return reworded(wordsOf(a), wordsOf(b), idf)
}

// rewritable reports whether a text of the given number of live units is compared for
// content.
func rewritable(units int) bool { return units >= rewriteLeast && units <= rewriteMost }

// words is a text made ready for both views of it: what it carries and what it says.
type words struct {
	*Text
	said *align.Prepared
}

func wordsOf(t *Text) words { return words{t, align.Prepare(t.Source, t.rules)} }

// reworded is Reworded for texts that are prepared.
func reworded(a, b words, idf func(term uint32) float64) *Rewording {
	swap := len(b.Units) < len(a.Units) // only the shorter may be a summary
	x, y := a, b
	if swap {
		x, y = b, a
	}
	r := &Rewording{Kind: dedup.Rewrite}
	var inX, inY []shingle.Span
	weight, tokens := 0.0, 0
	for _, d := range align.Detect(x.said, y.said, align.Options{IDF: idf}).Detections {
		if d.Kind == align.Rewritten && d.Likeness < rewriteLike || x.masked(d.A) || y.masked(d.B) {
			continue
		}
		switch d.Kind {
		case align.Rewritten:
			r.Sentences = append(r.Sentences, align.Correspond(x.said, y.said, d)...)
		case align.Summarised:
			r.Kind = dedup.Summary
			r.Sentences = append(r.Sentences, align.Correspond(x.said, y.said, d)...)
		}
		weight += d.Likeness * float64(d.A.Len())
		tokens += d.A.Len()
		r.Passages = append(r.Passages, d)
		inX, inY = append(inX, d.A), append(inY, d.B)
	}
	r.CoverageA, r.CoverageB = x.share(shingle.Union(inX)), y.share(shingle.Union(inY))
	if len(r.Sentences) == 0 || r.CoverageA < rewriteCovered {
		return nil
	}
	r.Likeness = weight / float64(tokens)
	if swap {
		r.mirror()
	}
	return r
}

// spans returns what the passages cover of one side, ascending.
func (r *Rewording) spans(side int) []shingle.Span {
	var out []shingle.Span
	for _, d := range r.Passages {
		out = append(out, [2]shingle.Span{d.A, d.B}[side])
	}
	return shingle.Union(out)
}

// mirror changes the sides of r over.
func (r *Rewording) mirror() {
	r.CoverageA, r.CoverageB = r.CoverageB, r.CoverageA
	for i, d := range r.Passages {
		r.Passages[i].A, r.Passages[i].B = d.B, d.A
	}
	for i, m := range r.Sentences {
		r.Sentences[i].A, r.Sentences[i].B = m.B, m.A
	}
	slices.SortStableFunc(r.Passages, func(x, y align.Detection) int { return cmp.Or(x.A.Lo-y.A.Lo, x.B.Lo-y.B.Lo) })
	slices.SortStableFunc(r.Sentences, func(x, y align.Match) int { return cmp.Or(x.A.Lo-y.A.Lo, x.B.Lo-y.B.Lo) })
}

// masked reports whether half of s is in masks.
func (t *Text) masked(s shingle.Span) bool {
	n := 0
	for _, m := range t.Masks {
		n += max(0, min(m.Span.Hi, s.Hi)-max(m.Span.Lo, s.Lo))
	}
	return 2*n > s.Len()
}

// share returns the share of t's live units that are in spans, which ascend.
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
