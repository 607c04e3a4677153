package main

import (
	"strings"

	"github.com/spf13/cobra"

	"repost/cmd/repost/internal/report"
	"repost/store"
)

const changesHelp = `changes says what became of the stories each time they were brought up to date,
after an ingest, rm or recluster that changed any: a story was created, has grown
or shrunk, was merged of several or split off one, was renamed or ended. Times are
counted from 1 and stand first in a line; --since leaves out those up to one, so that
the last time seen is where to go on from. The columns behind are the change, the
story's id now, the number of its documents, the ids it had, and with + and - the
documents that came and went.

A story's id is made of the least id among its documents and of the place there: it
is the same in every corpus with the same documents.`

func (a *app) changesCommand() *cobra.Command {
	since := uint32(0)
	c := &cobra.Command{
		Use:     "changes",
		Short:   "Say which stories came, grew, merged and split",
		Long:    help(changesHelp, "1 nothing changed"),
		Example: "  repost changes --since 41 --json",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			return a.reading(func(c *store.Corpus) error { return a.changes(c, since) })
		},
	}
	c.Flags().Uint32Var(&since, "since", 0, "leave out changes up to this time")
	a.jsonFlag(c, "print a change a line as JSON, with the ids of all documents that came and went")
	return c
}

func (a *app) changes(c *store.Corpus, since uint32) error {
	p := a.printer()
	var rows report.Rows
	n := 0
	err := c.Changes(since, func(ch *store.Change) error {
		n++
		if a.json {
			p.Object(ch)
			return p.Err
		}
		var moved []string
		for _, id := range ch.Added {
			moved = append(moved, "+"+id)
		}
		for _, id := range ch.Removed {
			moved = append(moved, "-"+id)
		}
		rows.Add(report.Thousands(int(ch.At)), ch.Kind, ch.Story, report.Thousands(ch.Size), strings.Join(ch.From, " "),
			report.Cut(strings.Join(moved, " "), max(20, p.Columns()-60)))
		return nil
	})
	if err != nil {
		return err
	}
	p.Table(rows)
	if n == 0 {
		return status(nothing)
	}
	return p.Err
}
