package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"repost/cmd/repost/internal/report"
	"repost/dedup"
	"repost/dedup/collate"
)

// mostEarlier is how many earlier texts a document is compared with, those that
// carry most of it first.
const mostEarlier = 500

// novelty says how much of document n other documents had before: those with an
// earlier date or, where dates do not say, that came in before. Candidates are what
// find finds, and the members of its stories.
func (t *teller) novelty(ctx context.Context, n uint32) (*report.Novelty, error) {
	d, err := t.corpus.Document(n)
	if err != nil {
		return nil, err
	}
	x := t.scheme.Prepare(d.Text)
	earlier, err := t.earlier(ctx, n, &d, x)
	if err != nil {
		return nil, err
	}
	r := &report.Novelty{Caps: []string{}}
	if len(earlier) > mostEarlier {
		r.Caps = append(r.Caps, fmt.Sprintf("%d earlier texts, of which %d were compared", len(earlier), mostEarlier))
		earlier = earlier[:mostEarlier]
	}
	var seen []collate.Seen
	for _, m := range earlier {
		e, err := t.corpus.Document(m)
		if err != nil {
			return nil, err
		}
		s := collate.Seen{Key: e.ID, Date: e.Date}
		for _, c := range t.linker.Chains(x, t.scheme.Prepare(e.Text)) {
			for _, run := range c.Runs {
				s.Runs = append(s.Runs, collate.Run{Lo: int(run.A), Hi: int(run.A + run.Len)})
			}
		}
		seen = append(seen, s)
	}
	r.Earlier = len(seen)
	r.Assembly = collate.Assemble(d.Text, x.Units, seen)
	if r.Units > 0 {
		r.New = round(float64(r.Units-r.Seen) / float64(r.Units))
	}
	return r, nil
}

// earlier returns the numbers of the documents that may have had a part of document
// n before it. Of those with one text the first is taken.
func (t *teller) earlier(ctx context.Context, n uint32, d *dedup.Document, x *dedup.Text) ([]uint32, error) {
	found, err := dedup.Find(t.corpus.Detection(ctx), t.scheme, x, d.Date)
	if err != nil {
		return nil, err
	}
	var all []uint32
	for _, f := range found {
		all = append(all, f.Doc)
	}
	stories, err := t.corpus.StoriesOf(n)
	if err != nil {
		return nil, err
	}
	for _, s := range stories {
		for _, m := range s.Members {
			all = append(all, m.Doc)
		}
	}
	var out []uint32
	known := map[uint32]bool{n: true}
	dates := map[uint32]string{n: d.Date}
	before := func(m, o uint32) int {
		if collate.Dated(dates[m], dates[o]) {
			return cmp.Or(collate.InTime(dates[m], dates[o]), cmp.Compare(m, o))
		}
		return cmp.Compare(m, o)
	}
	first := map[uint64]int{} // content → its place in out
	for _, m := range all {
		if known[m] {
			continue
		}
		known[m] = true
		meta, err := t.corpus.Meta(m)
		if err != nil {
			return nil, err
		}
		dates[m] = meta.Date
		if before(m, n) > 0 {
			continue
		}
		i, ok := first[meta.Content]
		switch {
		case !ok:
			first[meta.Content] = len(out)
			out = append(out, m)
		case before(m, out[i]) < 0:
			out[i] = m
		}
	}
	return slices.Clip(out), nil
}
