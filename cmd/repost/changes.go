package main

import (
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"repost/cmd/repost/internal/report"
	"repost/store"
)

const changesHelp = `changes lists what happened to the stories each time they were brought up to date by
ingest, rm or recluster: a story was created, grew, shrank, was merged from several, was
split off another, was renamed or ended. These updates are numbered from 1.

The columns are the number of the update, its time, the change, the story's id now, the
number of its documents, the ids that it had before, and the documents that were added (+)
or removed (-).

--since N lists the changes after update N: give the last number that you have seen. It
also takes a day or a time: 2025-10-09, 2025-10-09T18:30 or 2025-10-09T18:30:00+08:00.
Without a zone it is local time.

A story's id is computed from the smallest id among its documents and the position of the
story there: it is the same in every corpus with the same documents. An id that a story had
before leads to it, in show, collate, notes and the pages of serve.`

func (a *app) changesCommand() *cobra.Command {
	since := ""
	c := &cobra.Command{
		Use:     "changes",
		Short:   "List which stories appeared, grew, merged or split",
		Long:    help(changesHelp, "1 nothing changed"),
		Example: "  repost changes --since 41 --json\n  repost changes --since 2025-10-09",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			from, moment, err := parseSince(since)
			if err != nil {
				return err
			}
			return a.reading(func(c *store.Corpus) error { return a.changes(c, from, moment) })
		},
	}
	c.Flags().StringVar(&since, "since", "", "list changes after this update `number`, or from this day or time on")
	a.jsonFlag(c, "print one change a line as JSON, with the ids of all documents added and removed")
	return c
}

// parseSince reads a number of a time, or a moment of the clock.
func parseSince(s string) (since uint32, moment time.Time, err error) {
	if n, err := strconv.ParseUint(s, 10, 32); err == nil || s == "" {
		return uint32(n), moment, nil
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02 15:04", time.DateOnly} {
		if moment, err = time.ParseInLocation(layout, s, time.Local); err == nil {
			return 0, moment, nil
		}
	}
	return 0, moment, errors.New("give a number, or a day or hour as 2025-10-09 or 2025-10-09T18:30")
}

// before reports whether a change was made before a moment; a change without a recorded
// time was.
func before(ch *store.Change, moment time.Time) bool {
	at, err := time.Parse(time.RFC3339, ch.Time)
	return !moment.IsZero() && (err != nil || at.Before(moment))
}

// clock is the hour of a change where the reader is.
func clock(ch *store.Change) string {
	at, err := time.Parse(time.RFC3339, ch.Time)
	if err != nil {
		return "-"
	}
	return at.Local().Format("2006-01-02 15:04")
}

func (a *app) changes(c *store.Corpus, since uint32, moment time.Time) error {
	p := a.printer()
	var rows report.Rows
	n := 0
	err := c.Changes(since, func(ch *store.Change) error {
		if before(ch, moment) {
			return nil
		}
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
		rows.Add(report.Thousands(int(ch.At)), clock(ch), ch.Kind, ch.Story, report.Thousands(ch.Size), strings.Join(ch.From, " "),
			report.Cut(strings.Join(moved, " "), max(20, p.Columns()-78)))
		return nil
	})
	if err != nil {
		return err
	}
	p.Table(rows)
	if n == 0 {
		if since > 0 || !moment.IsZero() {
			return a.none("no story has changed since then")
		}
		return a.none("no change of a story is on record")
	}
	return p.Err
}
