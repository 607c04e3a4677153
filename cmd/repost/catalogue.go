package main

import (
	"cmp"
	"context"
	"path/filepath"
	"slices"
	"strings"

	"repost/cmd/repost/internal/report"
	"repost/cmd/repost/internal/web"
	"repost/dedup"
	"repost/store"
)

// A catalogue is what lists are made of: some hundred bytes for each story and 20 for each document, read
// in one pass over the corpus. A server keeps one and makes a new one when the corpus has
// changed.
type catalogue struct {
	overview *web.Overview
	stories  []storyEntry
	orders   map[string][]int32  // by name: indexes of stories
	sources  []string            // names, by their number of documents, the largest first
	urls     map[uint64][]uint32 // see sharedURLs

	documents []documentEntry // the newest first
	dated     int             // how many of them have a date
}

// storyEntry is a story in the catalogue.
type storyEntry struct {
	web.Summary
	words     string // folded: title, ids, sources, titles of members
	sources   []string
	days      [2]int32 // first and last, or NoDay
	relations uint8    // of members, a bit each: see relationBits
	members   uint64   // a hash of the numbers of the members
}

// mostWords bounds the bytes of a story's ids and titles that are searched.
const mostWords = 2 << 10

// relationBits number the relations.
var relationBits = []dedup.Relation{
	dedup.Identical, dedup.SameText, dedup.NearDuplicate, dedup.Contains, dedup.ContainedIn, dedup.Overlap, dedup.Quotes, dedup.SameTemplate,
}

// mostSummaries bounds the lists of the overview.
const (
	mostSummaries     = 12
	mostListedSources = 50
	mostMatrix        = 16
)

// newCatalogue reads a corpus.
func newCatalogue(ctx context.Context, c *store.Corpus, name string) (*catalogue, error) {
	t := newPresenter(c)
	k := &catalogue{orders: map[string][]int32{}}
	carried := &carriage{pairs: map[[2]string]*carried{}, stories: map[string]int{}}
	err := c.Stories(func(s *dedup.Story) error {
		r, err := t.story(s)
		if err != nil {
			return err
		}
		carried.add(r.InTime())
		x := entryOf(r)
		x.members = membersHash(s)
		k.stories = append(k.stories, x)
		return ctx.Err()
	})
	if err != nil {
		return nil, err
	}
	k.order()
	at := map[string]int32{}
	counts, err := countDocuments(c, func(n uint32, m *store.Meta, inStory bool) { k.addDocument(n, m, inStory, at) })
	if err != nil {
		return nil, err
	}
	stats, err := statisticsOf(c, counts)
	if err != nil {
		return nil, err
	}
	name = filepath.Base(name) // who looks need not know the folders of this machine
	stats.Corpus = name
	o := &web.Overview{
		Name: name, Statistics: stats, Months: counts.byMonth.list(true), Sources: counts.bySource.list(false),
		Carried: carried.list(sourcesFlags{least: 1}), Largest: k.first("size"), Newest: k.first("new"),
	}
	for _, g := range o.Sources {
		k.sources = append(k.sources, g.Name)
	}
	k.orderDocuments(at)
	o.Sources = o.Sources[:min(mostListedSources, len(o.Sources))]
	o.Matrix = report.NewMatrix(o.Carried, mostMatrix)
	o.Carried = o.Carried[:min(mostListedSources, len(o.Carried))]
	if k.urls, err = sharedURLs(c); err != nil {
		return nil, err
	}
	t.urls = k.urls
	if o.Silent, err = silentEdits(ctx, t); err != nil {
		return nil, err
	}
	k.overview = o
	return k, nil
}

// entryOf is a story as the catalogue has it.
func entryOf(r *report.Story) storyEntry {
	x := storyEntry{Summary: web.Summary{ID: r.ID, Size: r.Size, Head: r.Head}}
	x.First, x.Last = r.Days()
	x.days = [2]int32{dedup.Day(x.First), dedup.Day(x.Last)}
	words := []string{r.ID, r.Head}
	size := 0
	for i := range r.Members {
		m := &r.Members[i]
		if !slices.Contains(x.sources, m.Source) && m.Source != "" {
			x.sources = append(x.sources, m.Source)
		}
		if bit := slices.Index(relationBits, m.Relation); bit >= 0 {
			x.relations |= 1 << bit
		}
		if size += len(m.ID) + len(m.Title); size < mostWords {
			words = append(words, m.ID, m.Title)
		}
	}
	x.Sources = len(x.sources)
	x.words = searchable(strings.Join(append(words, x.sources...), "\n"))
	return x
}

// order sorts the stories by each order.
func (k *catalogue) order() {
	orders := map[string]func(a, b *storyEntry) int{
		"size":    func(a, b *storyEntry) int { return b.Size - a.Size },
		"new":     func(a, b *storyEntry) int { return cmp.Compare(b.days[1], a.days[1]) },
		"old":     func(a, b *storyEntry) int { return cmp.Or(undated(a)-undated(b), cmp.Compare(a.days[0], b.days[0])) },
		"sources": func(a, b *storyEntry) int { return b.Sources - a.Sources },
	}
	for name, less := range orders {
		all := make([]int32, len(k.stories))
		for i := range all {
			all[i] = int32(i)
		}
		slices.SortFunc(all, func(i, j int32) int {
			a, b := &k.stories[i], &k.stories[j]
			return cmp.Or(less(a, b), strings.Compare(a.ID, b.ID))
		})
		k.orders[name] = all
	}
}

func undated(x *storyEntry) int {
	if x.First == "" {
		return 1
	}
	return 0
}

// first returns the first few stories of an order.
func (k *catalogue) first(order string) []web.Summary {
	out := []web.Summary{}
	for _, i := range k.orders[order][:min(mostSummaries, len(k.stories))] {
		out = append(out, k.stories[i].Summary)
	}
	return out
}

// fits reports whether a story passes the filters of a query but that of words.
func (x *storyEntry) fits(q *web.Query) bool {
	if x.Size < q.Least || q.Source != "" && !slices.Contains(x.sources, q.Source) {
		return false
	}
	if q.Since != "" && (x.First == "" || x.days[1] < dedup.Day(q.Since)) {
		return false
	}
	if _, until := dedup.Days(q.Until); q.Until != "" && (x.First == "" || x.days[0] > until) {
		return false
	}
	if q.Relation != "" {
		bit := slices.Index(relationBits, dedup.Relation(q.Relation))
		return bit >= 0 && x.relations>>bit&1 != 0
	}
	return true
}

// mostSilent bounds the silent edits of the overview, and the documents that are looked at
// for them.
const (
	mostSilent   = 15
	mostReplaced = 60
)

// silentEdits returns the documents that were changed without a word of it, of those that
// were replaced last.
func silentEdits(ctx context.Context, t *presenter) ([]web.SilentEdit, error) {
	out := []web.SilentEdit{}
	seen := map[string]bool{}
	c := t.corpus
	if c.Len() == int(c.Next()) && len(t.urls) == 0 {
		return out, nil
	}
	for n := c.Next(); n > 0 && len(seen) < mostReplaced && len(out) < mostSilent; n-- {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		m, err := c.Meta(n - 1)
		if err != nil {
			return nil, err
		}
		if m.Retired || seen[m.ID] {
			continue
		}
		versions, err := t.editionsOf(m.ID)
		if err != nil {
			return nil, err
		}
		if len(versions) < 2 {
			continue
		}
		for _, e := range versions {
			seen[e.of().ID] = true
		}
		before := max(0, len(versions)-perHistory-1)
		h, err := t.historyOf(m.ID, versions[before:], before)
		if err != nil {
			return nil, err
		}
		e := web.SilentEdit{ID: m.ID, Title: m.Title, Source: m.Source, Date: m.Date, Versions: len(versions)}
		silent, last := false, 0
		for i := range h.Revisions {
			if r := &h.Revisions[i]; r.Silent && r.Summary.Substantive+r.Summary.Minor > 0 {
				if silent = true; r.To > last {
					last, e.Changed = r.To, r.When
				}
				e.Substantive += r.Summary.Substantive
			}
		}
		if silent {
			out = append(out, e)
		}
	}
	return out, nil
}
