package main

import (
	"slices"
	"strings"

	"repost/cmd/repost/internal/report"
	"repost/dedup"
	"repost/dedup/collate"
	"repost/dedup/diff"
)

// direction says which of two sides copied the other. d is how they differ.
func (t *presenter) direction(a, b *side, d *diff.Result, others []collate.Version) *collate.Verdict {
	v := collate.Direction(a.version(), b.version(), d, others...)
	return &v
}

// version returns a side as a version of the story. A file has no outlet and no
// date.
func (s *side) version() collate.Version {
	return collate.Version{
		Key: s.id, Source: s.origin.Source, Credit: s.origin.Credit, Date: s.origin.Date, First: s.first, Text: s.text.Source, Spans: s.spans, Masks: s.text.Masks,
	}
}

// mostOthers is how many further versions are read to see which errors two share.
const mostOthers = 10

// others returns members of a story other than documents m and n, the first by date.
func (t *presenter) others(s *dedup.Story, m, n uint32) ([]collate.Version, error) {
	type dated struct {
		dedup.Member
		date string
	}
	var members []dated
	for _, x := range s.Members {
		if x.Doc == m || x.Doc == n {
			continue
		}
		meta, err := t.firstMeta(x.Doc)
		if err != nil {
			return nil, err
		}
		members = append(members, dated{x, meta.Date})
	}
	collate.SortInTime(members, func(m *dated) string { return m.date })
	kept := dedup.Story{ID: s.ID}
	for _, x := range members[:min(len(members), mostOthers)] {
		kept.Members = append(kept.Members, x.Member)
	}
	return t.versions(&kept)
}

// othersOf returns further versions of the stories that documents m and n are both
// in.
func (t *presenter) othersOf(m, n uint32) ([]collate.Version, error) {
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

// directions says of all mates of document n in its stories who copied whom.
func (t *presenter) directions(r *report.Document, n uint32) error {
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
func (t *presenter) directionsIn(s *dedup.Story, mates []report.Mate, n uint32) error {
	i := slices.IndexFunc(s.Members, func(m dedup.Member) bool { return m.Doc == n })
	if i < 0 {
		return nil
	}
	own, err := t.memberVersion(&s.Members[i])
	if err != nil {
		return err
	}
	others, err := t.others(s, n, n)
	if err != nil {
		return err
	}
	w := collate.NewWeigher(others)
	for _, m := range s.Members {
		if m.Doc == n || len(mates) == 0 {
			continue
		}
		x, err := t.memberVersion(&m)
		if err != nil {
			return err
		}
		v := w.Direction(own, x, nil)
		mates[0].Direction, mates = &v, mates[1:]
	}
	return nil
}

// lineage says from which document each member of a story, except the earliest, was copied.
// It compares the member with the earliest one, and with the first of the outlet that its
// source line names, if that is another document. Where no member has a date, the canonical
// one is taken as the earliest. Cost: two comparisons for each member.
func (t *presenter) lineage(s *dedup.Story, r *report.Story) error {
	others, err := t.others(s, s.Members[0].Doc, s.Members[0].Doc)
	if err != nil {
		return err
	}
	head, err := t.memberVersion(&s.Members[0])
	if err != nil {
		return err
	}
	w := collate.NewWeigher(append(others, head))
	at := map[string]*dedup.Member{}
	for i := range r.Members {
		at[r.Members[i].ID] = &s.Members[i]
	}
	var first collate.Version
	outlets := map[string]collate.Version{} // the first version of each, by its name in lower case
	for i, m := range r.InTime() {
		v, err := t.memberVersion(at[m.ID])
		if err != nil {
			return err
		}
		if i == 0 {
			first = v
		} else {
			r.Lineage = append(r.Lineage, best(w, v, first, outlets))
		}
		if name := strings.ToLower(v.Source); name != "" {
			if _, ok := outlets[name]; !ok {
				outlets[name] = v
			}
		}
	}
	r.Bounded = w.Bounded
	return nil
}

// best weighs a version against the first one, and those whose outlets it names.
func best(w *collate.Weigher, v, first collate.Version, outlets map[string]collate.Version) report.Lineage {
	d := w.Direction(v, first, nil)
	out := report.Lineage{ID: v.Key, From: first.Key, Direction: &d}
	for _, name := range collate.Credited(&v) {
		o, ok := outlets[name]
		if !ok || o.Key == first.Key || o.Key == v.Key {
			continue
		}
		d := w.Direction(v, o, nil)
		if d.Verdict == collate.AFromB && (out.Direction.Verdict != collate.AFromB || d.Odds > out.Direction.Odds) {
			out.From, out.Direction = o.Key, &d
		}
	}
	return out
}

// mostKnown is how many bytes of texts memberVersion keeps: a page is prepared once, and not
// for each of its stories.
const mostKnown = 1 << 25

// memberVersion returns the part of a member as a version of the story.
func (t *presenter) memberVersion(m *dedup.Member) (collate.Version, error) {
	v, ok := t.known[m.Doc]
	if !ok {
		d, err := t.corpus.Document(m.Doc)
		if err != nil {
			return v, err
		}
		v = t.version(&d)
		meta, err := t.firstMeta(m.Doc)
		if err != nil {
			return v, err
		}
		v.First = meta.Date
		if t.knownBytes += len(d.Text); t.known == nil || t.knownBytes > mostKnown {
			t.known, t.knownBytes = map[uint32]collate.Version{}, len(d.Text)
		}
		t.known[m.Doc] = v
	}
	v.Spans = m.Spans
	return v, nil
}
