package store

import (
	"context"
	"slices"

	"repost/dedup"
	"repost/dedup/detect"
	"repost/shingle"
	"repost/store/ingest"
)

// Survival says of every document of a corpus whether it is kept when the corpus is
// deduplicated, and why. It holds some 100 bytes for each document that is in a story.
type Survival struct {
	*detect.Survival

	c       *Corpus
	stories []string // ids
	sizes   []int
	parts   map[uint32]*carried
	sharer  *detect.Sharer
}

// carried is what stories say of a document.
type carried struct {
	stories []uint32       // indexes
	spans   []shingle.Span // of its text that stand in other documents of its stories
}

// Note is what is known of a document: it is written with the document, or in its place.
type Note struct {
	ID       string         `json:"id"`
	Kept     bool           `json:"kept"`
	By       []string       `json:"by"` // ids of the kept documents that hold its text: of a kept one, see detect.Fate.Unlike
	Relation dedup.Relation `json:"relation"`
	Coverage float64        `json:"coverage"` // share of its text in those
	Rule     string         `json:"rule"`
	Stories  []string       `json:"stories"`
	// Spans of a kept document are what of it stands in others, of a dropped one what of it
	// stands in the first of By, whose bytes are KeptSpans.
	Spans     []shingle.Span `json:"spans"`
	KeptSpans []shingle.Span `json:"kept_spans,omitempty"`
	// Origin is where the document was read, and KeptOrigin where the first of By was.
	Origin     ingest.Origin `json:"-"`
	KeptOrigin ingest.Origin `json:"-"`
}

// Survivors decides which documents are kept: see detect.Survivors.
func (c *Corpus) Survivors(ctx context.Context, opt detect.KeepOptions, progress dedup.Progress) (*Survival, error) {
	fate, err := detect.Survivors(c.Detection(ctx), c.scheme, opt, progress)
	if err != nil {
		return nil, err
	}
	v := &Survival{Survival: fate, c: c, parts: map[uint32]*carried{}, sharer: detect.NewSharer(detect.NewTextCache(c.scheme))}
	return v, c.Stories(func(s *dedup.Story) error {
		v.add(s)
		return ctx.Err()
	})
}

// add notes what a story says of its members.
func (v *Survival) add(s *dedup.Story) {
	at := uint32(len(v.stories))
	v.stories, v.sizes = append(v.stories, s.ID), append(v.sizes, len(s.Members))
	for _, m := range s.Members {
		p := v.parts[m.Doc]
		if p == nil {
			p = &carried{}
			v.parts[m.Doc] = p
		}
		if len(p.stories) == 0 || p.stories[len(p.stories)-1] != at {
			p.stories = append(p.stories, at)
		}
		p.spans = append(p.spans, m.Spans...)
	}
}

// StorySizes returns the number of stories of each size.
func (v *Survival) StorySizes() map[int]int {
	n := map[int]int{}
	for _, size := range v.sizes {
		n[size]++
	}
	return n
}

// Kept reports whether document n is kept.
func (v *Survival) Kept(n uint32) bool { return v.Fates[n].Kept() }

// Pair is a detect.Pair with the story that both are in.
type Pair struct {
	detect.Pair
	Story string
}

// Pairs calls fn for every two documents of one story that were compared: see
// detect.Survival.Pairs.
func (v *Survival) Pairs(fn func(p *Pair) error) error {
	return v.Survival.Pairs(func(p detect.Pair) error {
		a, b := v.parts[p.A], v.parts[p.B]
		if a == nil || b == nil {
			return nil // copies years apart
		}
		for _, s := range a.stories {
			if slices.Contains(b.stories, s) {
				return fn(&Pair{p, v.stories[s]})
			}
		}
		return nil
	})
}

// Note returns what is known of document n. It is not safe for concurrent use.
func (v *Survival) Note(n uint32) (*Note, error) {
	f := &v.Fates[n]
	m, err := v.c.Meta(n)
	if err != nil {
		return nil, err
	}
	r := &Note{ID: m.ID, Kept: f.Kept(), By: []string{}, Relation: f.Relation, Coverage: f.Coverage, Rule: f.Rule, Stories: []string{}, Spans: []shingle.Span{}, Origin: m.Origin}
	p := v.parts[n]
	if p != nil {
		for _, s := range p.stories {
			r.Stories = append(r.Stories, v.stories[s])
		}
		r.Spans = append(r.Spans, shingle.Union(slices.Clone(p.spans))...)
	}
	var kept Meta
	for i, k := range slices.Concat(f.By, f.Unlike) {
		by, err := v.c.Meta(k)
		if err != nil {
			return nil, err
		}
		if i == 0 {
			kept, r.KeptOrigin = by, by.Origin
		}
		r.By = append(r.By, by.ID)
	}
	if f.Kept() {
		return r, nil
	}
	if f.By[0] == n || f.Relation == dedup.Identical {
		r.Spans, r.KeptSpans = []shingle.Span{{Lo: 0, Hi: m.Bytes}}, []shingle.Span{{Lo: 0, Hi: kept.Bytes}}
		return r, nil
	}
	here, err := v.c.Document(n)
	if err != nil {
		return nil, err
	}
	there, err := v.c.Document(f.By[0])
	if err != nil {
		return nil, err
	}
	own, theirs := v.sharer.Shared(here.Text, there.Text)
	r.Spans, r.KeptSpans = append([]shingle.Span{}, own...), theirs
	return r, nil
}
