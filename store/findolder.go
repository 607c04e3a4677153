package store

import (
	"context"

	"repost/dedup"
	"repost/dedup/detect"
)

// FindOlder is FindQuotations among the older versions of the documents: it returns those that carry
// more of the text than the version that counts now, for each document the one that carries most,
// of equal ones the oldest. now is what FindQuotations has found. A document that was removed is
// not found. It costs what FindQuotations does, and nothing where no document has a second version.
func (c *Corpus) FindOlder(ctx context.Context, d *dedup.Document, to dedup.Sensitivity, now []dedup.Found) (out []dedup.Found, err error) {
	if c.Len() == int(c.Next()) {
		return nil, nil
	}
	found, err := detect.FindQuotations(&older{c.Detection(ctx), c.view.Load()}, c.scheme, d, to)
	if err != nil {
		return nil, err
	}
	carried := map[string]float64{} // by what was found
	for _, f := range now {
		carried[f.Info.ID] = f.Carried
	}
	at := map[string]int{} // in out
	for _, f := range found {
		_, live, err := c.Number(f.Info.ID)
		if err != nil {
			return nil, err
		}
		if share, ok := carried[f.Info.ID]; !live || ok && share >= f.Carried {
			continue
		}
		i, ok := at[f.Info.ID]
		switch {
		case !ok:
			at[f.Info.ID] = len(out)
			out = append(out, f)
		case f.Carried > out[i].Carried || f.Carried == out[i].Carried && f.Doc < out[i].Doc:
			out[i] = f
		}
	}
	return out, nil
}

// older is a corpus of what is retired alone, as a detect.Index. Each text counts, since what has
// the same content may be a version of another document.
type older struct {
	d *Detection
	v *view
}

// only keeps the postings of retired documents.
func (o *older) only(_ *txn, v *view, ps []posting) ([]posting, error) {
	kept := ps[:0]
	for _, p := range ps {
		if o.retired(p.Doc) {
			kept = append(kept, p)
		}
	}
	return kept, v.exist(kept)
}

func (o *older) retired(n uint32) bool { return n < o.v.Documents && o.v.retired.has(n) }

// LookupFingerprints implements detect.Index.
func (o *older) LookupFingerprints(keys []uint64, fn func(uint64, []dedup.Posting) error) error {
	return o.d.c.lookup(fingerprintIndex, keys, o.only, o.d.postings(fn))
}

// LookupBands implements detect.Index.
func (o *older) LookupBands(keys []uint64, fn func(uint64, []dedup.Posting) error) error {
	return o.d.c.lookup(bandIndex, keys, o.only, o.d.postings(fn))
}

// LookupContent implements detect.Index.
func (o *older) LookupContent(content dedup.Content, fn func(n uint32) error) error {
	return o.d.c.lookup(contentIndex, []uint64{content.Hi}, o.only, func(_ uint64, at []posting) error {
		for _, p := range at {
			if err := fn(p.Doc); err != nil {
				return err
			}
		}
		return nil
	})
}

// Representatives implements detect.Index.
func (o *older) Representatives() (isRepresentative, copied func(n uint32) bool, err error) {
	return o.retired, func(uint32) bool { return false }, nil
}

// Units implements detect.Index.
func (o *older) Units(n uint32) (uint32, error) { return o.d.Units(n) }

// Info implements detect.Index.
func (o *older) Info(n uint32) (dedup.Info, error) { return o.d.Info(n) }

// Texts implements detect.Index.
func (o *older) Texts(ns []uint32, fn func(uint32, string) error) error { return o.d.Texts(ns, fn) }
