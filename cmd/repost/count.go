package main

import (
	"cmp"
	"slices"
	"strings"

	"repost/cmd/repost/internal/report"
	"repost/dedup"
	"repost/dedup/dates"
	"repost/store"
)

// duplicateShare is the share of a document's text that must be in stories with another
// canonical member for it to be a duplicate: a report with a paragraph of its own is not.
const duplicateShare = .8

// documentCounts is what is counted in one pass over the stories and one over what is
// known of the documents: a few bytes for each of them.
type documentCounts struct {
	all      report.Group
	bySource groups
	byMonth  groups
	sizes    []report.StorySize
}

type groups map[string]*report.Group

func (g groups) of(name string) *report.Group {
	if g[name] == nil {
		g[name] = &report.Group{Name: name}
	}
	return g[name]
}

// list returns the groups by name, or the largest first.
func (g groups) list(byName bool) []report.Group {
	var out []report.Group
	for _, x := range g {
		out = append(out, *x)
	}
	slices.SortFunc(out, func(a, b report.Group) int {
		if byName {
			return strings.Compare(a.Name, b.Name)
		}
		return cmp.Or(b.Documents-a.Documents, strings.Compare(a.Name, b.Name))
	})
	return out
}

// inStories is what stories hold of a document.
type inStories struct {
	in        bool
	canonical uint32 // of how many stories
	coverage  float32
	repeated  int // bytes
}

// countDocuments reads all documents, and calls each with every one, if it is not nil.
func countDocuments(c *store.Corpus, each func(n uint32, m *store.Meta, inStory bool)) (*documentCounts, error) {
	k := &documentCounts{bySource: groups{}, byMonth: groups{}}
	docs := make([]inStories, c.Next())
	sizes := report.StorySizes()
	err := c.Stories(func(s *dedup.Story) error {
		sizes.Add(len(s.Members))
		for i := range s.Members {
			docs[s.Members[i].Doc].add(&s.Members[i])
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	k.sizes = sizes
	for n := range c.Numbers {
		meta, err := c.Meta(n)
		if err != nil {
			return nil, err
		}
		for _, g := range []*report.Group{&k.all, k.bySource.of(meta.Source), k.byMonth.of(monthOf(meta.Date))} {
			docs[n].count(g, meta.Bytes)
		}
		if each != nil {
			each(n, &meta, docs[n].in)
		}
	}
	return k, nil
}

func (d *inStories) add(m *dedup.Member) {
	d.in = true
	d.coverage += float32(m.Coverage)
	if m.Canonical {
		d.canonical++
		return
	}
	for _, s := range m.Spans {
		d.repeated += s.Len()
	}
}

// count adds a document of the given size in bytes to a group.
func (d *inStories) count(g *report.Group, bytes int) {
	g.Documents++
	g.Bytes += bytes
	g.RepeatedBytes += d.repeated
	g.Canonical += int(d.canonical)
	if d.in {
		g.InStories++
	}
	if d.in && d.canonical == 0 && d.coverage >= duplicateShare {
		g.Duplicates++
	}
}

// monthOf is the month of a date, as 2025-10, or nothing.
func monthOf(date string) string {
	d, err := dates.Parse(date)
	if err != nil {
		return ""
	}
	month := d.Time.Format("2006-01")
	if !d.Exact() && d.Last.Format("2006-01") != month {
		return ""
	}
	return month
}
