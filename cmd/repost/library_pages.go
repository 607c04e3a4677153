package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"repost/cmd/repost/internal/report"
	"repost/cmd/repost/internal/web"
	"repost/dedup"
	"repost/dedup/collate"
)

// perPage is how many members of a story a page lists, all of them compared with the base.
const perPage = 60

func (l *library) Story(ctx context.Context, id string, page int, base string) (*web.Story, error) {
	x := l.make(ctx, fmt.Sprintf("story %d %q %q", page, id, base), func() (any, error) { return l.compared(id, page, base) })
	if out, err := x.wait(ctx); err == nil {
		return out.(*web.Story), nil
	} else if err != web.ErrLater {
		return nil, err
	}
	out, _, err := l.listed(id, page, base)
	if err != nil {
		return nil, err
	}
	out.Pending = true
	out.Members = membersOf(out)
	return out, nil
}

// presenter returns a presenter that knows which documents share a URL, if that was looked for.
func (l *library) presenter() *presenter {
	t := newPresenter(l.corpus)
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.kept != nil {
		t.urls = l.kept.urls
	}
	return t
}

// listed is a page of a story with what is known of its members without their texts. Its
// story has all members, and may have got another id. The base is that member, or the canonical one if it is "".
func (l *library) listed(id string, page int, base string) (*web.Story, *dedup.Story, error) {
	s, _, err := storyNow(l.corpus, id)
	if err == nil && s == nil {
		err = web.ErrNotFound
	}
	if err != nil {
		return nil, nil, err
	}
	t := l.presenter()
	r, err := t.story(s)
	if err != nil {
		return nil, nil, err
	}
	out := &web.Story{Story: r, Base: cmp.Or(base, r.Members[0].ID), Details: []web.Detail{}, Page: page, Pages: (len(r.Members) + perPage - 1) / perPage}
	inTime := r.InTime()
	out.Points, out.Undrawn = web.PointsOf(inTime)
	if page > out.Pages {
		return nil, nil, web.ErrNotFound
	}
	at := map[string]uint32{}
	for i := range s.Members {
		at[r.Members[i].ID] = s.Members[i].Doc
	}
	if _, ok := at[out.Base]; !ok {
		return nil, nil, web.ErrNotFound
	}
	for _, m := range inTime[(page-1)*perPage : min(page*perPage, len(inTime))] {
		meta, err := l.corpus.Meta(at[m.ID])
		if err != nil {
			return nil, nil, err
		}
		versions, err := t.editionsOf(m.ID)
		if err != nil {
			return nil, nil, err
		}
		out.Details = append(out.Details, web.Detail{Member: m, Bytes: meta.Bytes, Versions: len(versions)})
	}
	return out, s, nil
}

// membersOf are the members on a page of a story.
func membersOf(s *web.Story) []report.Member {
	out := make([]report.Member, len(s.Details))
	for i := range s.Details {
		out[i] = s.Details[i].Member
	}
	return out
}

// compared is a page of a story with how its members differ from the base, and who was
// first. Of a story of many pages, that is not looked for: see Bounded.
func (l *library) compared(id string, page int, base string) (*web.Story, error) {
	out, s, err := l.listed(id, page, base)
	if err != nil {
		return nil, err
	}
	t := newPresenter(l.corpus)
	if out.Pages == 1 {
		if err := t.lineage(s, out.Story); err != nil {
			return nil, err
		}
	}
	lineage := map[string]*report.Lineage{}
	for i := range out.Lineage {
		lineage[out.Lineage[i].ID] = &out.Lineage[i]
	}
	for i := range out.Details {
		d := &out.Details[i]
		if d.Lineage = lineage[d.ID]; d.Lineage != nil {
			d.Said = report.Said(d.Lineage)
		}
		if d.ID == out.Base {
			continue
		}
		x, err := t.pair(out.Base, d.ID)
		if err != nil {
			return nil, err
		}
		d.Compared, d.Substantive, d.Minor = true, x.Summary.Substantive, x.Summary.Minor
		if x.Headline != nil {
			d.Headline = x.Headline.Grade
		}
	}
	out.Members = membersOf(out)
	return out, nil
}

// pair compares two documents, what they share in a story or else what they have in common.
func (t *presenter) pair(a, b string) (*web.Pair, error) {
	var sides [2]*side
	var numbers [2]uint32
	out := &web.Pair{}
	for i, id := range []string{a, b} {
		n, ok, err := t.corpus.Number(id)
		if err == nil && !ok {
			err = web.ErrNotFound
		}
		if err != nil {
			return nil, err
		}
		numbers[i] = n
		m, err := t.corpus.Meta(n)
		if err != nil {
			return nil, err
		}
		out.Heads[i] = web.Head{Title: m.Title, Source: m.Source, Date: m.Date}
		if sides[i], err = t.numbered(n); err != nil {
			return nil, err
		}
	}
	var err error
	if out.Story, err = t.shared(numbers[0], numbers[1], sides[0], sides[1]); err != nil {
		return nil, err
	}
	if out.Story == "" {
		t.expandSpans(sides[0], sides[1])
	}
	out.Difference = t.difference(sides[0], sides[1])
	return out, nil
}

// Document returns what is known of a document. What of it is set aside because it was
// learned of the source may take longer than patience: the page is shown without it then.
func (l *library) Document(ctx context.Context, id string) (*report.Document, error) {
	x := l.make(ctx, "document "+id, func() (any, error) { return l.document(l.ctx, id, true) })
	if out, err := x.wait(ctx); err == nil {
		return out.(*report.Document), nil
	} else if err != web.ErrLater {
		return nil, err
	}
	return l.document(ctx, id, false)
}

// mostMates bounds the members of a story that the page of a document names.
const mostMates = 200

func (l *library) document(ctx context.Context, id string, learned bool) (*report.Document, error) {
	n, ok, err := l.corpus.Number(id)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, web.ErrNotFound
	}
	t := l.presenter()
	r, err := t.about(n, mostMates)
	if err != nil {
		return nil, err
	}
	if learned {
		err = t.learned(ctx, r)
	}
	return r, err
}

func (l *library) Difference(ctx context.Context, a, b string) (*web.Pair, error) {
	x := l.make(ctx, "pair "+strconv.Quote(a)+strconv.Quote(b), func() (any, error) { return newPresenter(l.corpus).pair(a, b) })
	return madeAs[*web.Pair](x.wait(ctx))
}

// mostCollated bounds the different texts of a collation that a page shows, and mostRead
// the members that are read for them.
const (
	mostCollated = 60
	mostRead     = 2000
)

func (l *library) Collation(ctx context.Context, id string, ids []string) (*report.Collation, error) {
	x := l.make(ctx, "collation "+id+" "+strings.Join(ids, " "), func() (any, error) { return l.collated(id, ids) })
	return madeAs[*report.Collation](x.wait(ctx))
}

// collated collates versions of a story: those with ids, or all. Texts are read for those
// alone.
func (l *library) collated(id string, ids []string) (*report.Collation, error) {
	s, _, err := storyNow(l.corpus, id)
	if err == nil && s == nil {
		err = web.ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	all := len(s.Members)
	if len(ids) > 0 {
		wanted := map[uint32]bool{}
		for _, id := range ids {
			n, _, err := l.corpus.Number(id)
			if err != nil {
				return nil, err
			}
			wanted[n] = true
		}
		s.Members = slices.DeleteFunc(slices.Clone(s.Members), func(m dedup.Member) bool { return !wanted[m.Doc] })
	}
	s.Members = s.Members[:min(len(s.Members), mostRead)]
	t := newPresenter(l.corpus)
	versions, err := t.versions(s)
	if err != nil {
		return nil, err
	}
	if len(ids) > 0 {
		versions = slices.DeleteFunc(versions, func(v collate.Version) bool { return !slices.Contains(ids, v.Key) })
		all = len(versions)
	}
	if len(versions) < 2 {
		return nil, web.ErrNotFound
	}
	r, err := t.collation(versions, collateFlags{limit: mostCollated})
	if err != nil {
		return nil, err
	}
	if all > len(s.Members) {
		r.Caps = append(r.Caps, fmt.Sprintf("of %s members the first %s were read; choose others on the page of the story", report.Thousands(all), report.Thousands(len(s.Members))))
	}
	r.Story = s.ID
	return r, nil
}

// perHistory is how many versions of a document a page shows, each compared with the one
// before it.
const perHistory = 30

func (l *library) History(ctx context.Context, id string, page int) (*web.History, error) {
	x := l.make(ctx, fmt.Sprintf("history %d %s", page, id), func() (any, error) { return l.history(id, page) })
	return madeAs[*web.History](x.wait(ctx))
}

// history compares the versions of a page, and the first of them with the one before, which
// is on the next page.
func (l *library) history(id string, page int) (*web.History, error) {
	t := newPresenter(l.corpus)
	k, err := l.catalogue(l.ctx)
	if err != nil {
		return nil, err
	}
	t.urls = k.urls
	all, err := t.editionsOf(id)
	if err != nil {
		return nil, err
	}
	out := &web.History{Total: len(all), Page: page, Pages: (len(all) + perHistory - 1) / perHistory}
	if page > out.Pages { // also if there is none
		return nil, web.ErrNotFound
	}
	end := len(all) - (page-1)*perHistory
	first := max(0, end-perHistory)
	shared := min(first, 1)
	if out.History, err = t.historyOf(id, all[first-shared:end], first-shared); err != nil {
		return nil, err
	}
	out.Versions = out.Versions[shared:]
	return out, nil
}

func (l *library) Find(ctx context.Context, text, sensitivity string, limit int) (*web.Found, error) {
	select {
	case l.finding <- struct{}{}:
		defer func() { <-l.finding }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	t := l.presenter()
	matches, more, err := t.find(ctx, &dedup.Document{Text: text}, sensitivities[sensitivity], limit)
	if matches == nil {
		matches = []report.Match{}
	}
	return &web.Found{Matches: matches, More: more}, err
}
