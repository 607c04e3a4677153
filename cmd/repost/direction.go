package main

import (
	"slices"

	"repost/cmd/repost/internal/report"
	"repost/dedup"
	"repost/dedup/collate"
	"repost/dedup/diff"
)

// direction says which of two sides copied the other. d is how they differ.
func (t *teller) direction(a, b *side, d *diff.Result, others []collate.Version) *collate.Verdict {
	v := collate.Direction(a.version(), b.version(), d, others...)
	return &v
}

// version returns a side as a version of the story. A file has no outlet and no
// date.
func (s *side) version() collate.Version {
	return collate.Version{
		Key: s.id, Source: s.origin.Source, Date: s.origin.Date, Text: s.text.Source, Spans: s.spans, Masks: s.text.Masks,
	}
}

// mostOthers is how many further versions are read to see which errors two share,
// and how many members of a story are asked who copied whom.
const mostOthers = 8

// others returns members of a story beside documents m and n, the first in its
// order.
func (t *teller) others(s *dedup.Story, m, n uint32) ([]collate.Version, error) {
	kept := dedup.Story{ID: s.ID}
	for _, x := range s.Members {
		if x.Doc != m && x.Doc != n && len(kept.Members) < mostOthers {
			kept.Members = append(kept.Members, x)
		}
	}
	return t.versions(&kept)
}

// othersOf returns further versions of the stories that documents m and n are both
// in.
func (t *teller) othersOf(m, n uint32) ([]collate.Version, error) {
	stories, err := t.corpus.StoriesOf(m)
	if err != nil {
		return nil, err
	}
	for i := range stories {
		if slices.ContainsFunc(stories[i].Members, func(x dedup.Member) bool { return x.Doc == n }) {
			return t.others(&stories[i], m, n)
		}
	}
	return nil, nil
}

// directions says of the mates of document n in its stories who copied whom: of
// the first few of each story, the canonical member among them.
func (t *teller) directions(r *report.Document, n uint32) error {
	stories, err := t.corpus.StoriesOf(n)
	if err != nil {
		return err
	}
	for i := range stories {
		if err := t.directionsIn(&stories[i], r.Stories[i].With, n); err != nil {
			return err
		}
	}
	return nil
}

// directionsIn is directions for one story: mates are its members but document n,
// in its order.
func (t *teller) directionsIn(s *dedup.Story, mates []report.Mate, n uint32) error {
	i := slices.IndexFunc(s.Members, func(m dedup.Member) bool { return m.Doc == n })
	if i < 0 {
		return nil
	}
	own, err := t.member(&s.Members[i])
	if err != nil {
		return err
	}
	rest := mates
	for _, m := range s.Members {
		if m.Doc == n {
			continue
		}
		if len(rest) == 0 || len(mates)-len(rest) == mostOthers {
			break
		}
		x, err := t.member(&m)
		if err != nil {
			return err
		}
		others, err := t.others(s, n, m.Doc)
		if err != nil {
			return err
		}
		rest[0].Direction = t.direction(own, x, nil, others)
		rest = rest[1:]
	}
	return nil
}

// member returns a member of a story as a side.
func (t *teller) member(m *dedup.Member) (*side, error) {
	d, err := t.corpus.Document(m.Doc)
	if err != nil {
		return nil, err
	}
	x := t.side(d.ID, d.Text)
	x.origin, x.spans = d, m.Spans
	return x, nil
}
