package main

import (
	"context"

	"repost/dedup/detect"
	"repost/store"
)

// weights are those of the terms of a corpus, read when they are first asked for.
type weights struct {
	corpus detect.Corpus
	scheme *detect.Scheme
	read   func(term uint32) float64
	err    error
}

// IDF returns the weight of a term in nats.
func (w *weights) IDF(term uint32) float64 {
	if w.read == nil {
		f, err := detect.Terms(w.corpus, w.scheme)
		if w.read = f.IDF; err != nil {
			w.err, w.read = err, func(uint32) float64 { return 0 }
		}
	}
	return w.read(term)
}

// weighTerms lets t find summaries among two sides: it reads the weights of terms,
// while the corpus is open, if the two have little word for word in common.
func (t *presenter) weighTerms(c *store.Corpus, sides [2]*side) error {
	w := weights{corpus: c.Detection(context.Background()), scheme: c.Scheme()}
	t.linker.IDF = w.IDF
	t.relation(sides[0].text, sides[1].text)
	return w.err
}
