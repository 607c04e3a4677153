package main

import (
	"errors"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"repost/cmd/repost/internal/report"
	"repost/dedup"
	"repost/dedup/cluster"
	"repost/store"
)

const clustersHelp = `clusters lists the stories of the corpus, one a line: id, number of members, and
the title of the canonical member or how its part of the story begins. With
--members there is a line for each member instead, the story's id first.

A story is listed if it passes all filters that are given. --source, --since and
--until ask for one member that fits all three; a member without a date fits no
date. The order is that of the canonical members' ids.`

type clusterFilter struct {
	size         int
	source, id   string
	since, until string
	limit        int
	members      bool

	from, to int32
}

func (a *app) clustersCommand() *cobra.Command {
	var f clusterFilter
	c := &cobra.Command{
		Use:     "clusters",
		Short:   "List the stories of the corpus",
		Long:    help(clustersHelp, "1 no story found"),
		Example: "  repost clusters --min-size 3 --since 2025-10-01\n  repost clusters --json | jq -r .members[0].id",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			if err := f.parse(); err != nil {
				return err
			}
			return a.reading(func(c *store.Corpus) error { return a.clusters(c, f) })
		},
	}
	a.jsonFlag(c, "print one story a line as JSON, with its members and their spans")
	fs := c.Flags()
	fs.IntVar(&f.size, "min-size", 2, "stories with so many members at least")
	fs.StringVar(&f.source, "source", "", "stories that this source carried")
	fs.StringVar(&f.id, "id", "", "stories that this document is in")
	fs.StringVar(&f.since, "since", "", "stories carried on this day or later, as 2025-10-09")
	fs.StringVar(&f.until, "until", "", "stories carried on this day or earlier")
	fs.IntVar(&f.limit, "limit", 0, "list so many stories at most; 0 is all")
	fs.BoolVar(&f.members, "members", false, "a line for each member")
	return c
}

func (f *clusterFilter) parse() error {
	if err := atLeastZero("limit", f.limit); err != nil {
		return err
	}
	f.from, f.to = cluster.NoDay, 1<<31-1
	for _, d := range []struct {
		flag, given string
		day         *int32
	}{{"since", f.since, &f.from}, {"until", f.until, &f.to}} {
		if d.given == "" {
			continue
		}
		if _, err := time.Parse(time.DateOnly, d.given); err != nil {
			return usage("--%s %q: a day is written 2025-10-09", d.flag, d.given)
		}
		*d.day = dedup.Day(d.given)
	}
	return nil
}

// fits reports whether a story passes the filters.
func (f *clusterFilter) fits(s *report.Story) bool {
	if s.Size < f.size || f.id != "" && !slices.ContainsFunc(s.Members, func(m report.Member) bool { return m.ID == f.id }) {
		return false
	}
	return slices.ContainsFunc(s.Members, func(m report.Member) bool {
		if f.source != "" && m.Source != f.source {
			return false
		}
		if f.since == "" && f.until == "" {
			return true
		}
		day := dedup.Day(m.Date)
		return day != cluster.NoDay && f.from <= day && day <= f.to
	})
}

func (a *app) clusters(c *store.Corpus, f clusterFilter) error {
	p := a.printer()
	t := newTeller(c)
	var rows report.Rows
	n := 0
	err := eachStory(c, f.id, func(s *dedup.Story) error {
		r, err := t.story(s)
		if err != nil || !f.fits(r) {
			return err
		}
		n++
		switch {
		case a.json:
			p.Story(r)
		case f.members:
			rows.MemberRows(r)
		default:
			rows.Add(r.Cluster, report.Thousands(r.Size), report.Cut(r.Head, p.Columns()-24))
		}
		if n == f.limit {
			return errEnough
		}
		return p.Err
	})
	if err != nil && err != errEnough {
		return err
	}
	p.Table(rows)
	if n == 0 {
		return status(nothing)
	}
	return p.Err
}

// errEnough ends a list at its limit.
var errEnough = errors.New("enough")

// eachStory calls fn for the stories, or those that one document is in.
func eachStory(c *store.Corpus, id string, fn func(*dedup.Story) error) error {
	if id == "" {
		return c.Stories(fn)
	}
	n, ok, err := c.Number(id)
	if err != nil || !ok {
		return err
	}
	stories, err := c.StoriesOf(n)
	for i := range stories {
		if err == nil {
			err = fn(&stories[i])
		}
	}
	return err
}
