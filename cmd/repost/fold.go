package main

import (
	"repost/cmd/repost/internal/report"
	"repost/dedup"
	"repost/dedup/detect"
	"repost/shingle"
)

// folds counts by which fold the matched units of two texts are the same.
func folds(texts [2]*detect.Text, chains []dedup.Chain) report.Folds {
	var f report.Folds
	a, b := texts[0], texts[1]
	keep := shingle.Rules{KeepScript: true}
	for _, c := range chains {
		for _, r := range c.Runs {
			for k := range r.Len {
				x := a.Units[r.A+k].Span().Of(a.Source)
				y := b.Units[r.B+k].Span().Of(b.Source)
				switch {
				case x == y:
					f.Same++
				case keep.FoldString(x) == keep.FoldString(y):
					f.Form++
				default:
					f.Script++
				}
			}
		}
	}
	return f
}

// corresponding returns the sentences of a rewrite or a summary that say the same.
func corresponding(a, b *detect.Text, idf func(term uint32) float64) []report.Corresponding {
	w := detect.Reworded(a, b, idf)
	if w == nil {
		return nil
	}
	var out []report.Corresponding
	for _, m := range w.Sentences {
		out = append(out, report.Corresponding{
			A: m.A, B: m.B, Likeness: round(m.Likeness), TextA: m.A.Of(a.Source), TextB: m.B.Of(b.Source),
		})
	}
	return out
}
