package main

import (
	"context"
	"errors"

	"repost/cmd/repost/internal/report"
	"repost/store"
	"repost/store/ingest"
)

// mostComplaints is how many unreadable records are named one by one.
const mostComplaints = 20

// load reads paths into a corpus and settles it. What could not be read is said
// on stderr with its place, and reading goes on. The status is trouble if anything
// but an empty text was lost.
func (a *app) load(ctx context.Context, c *store.Corpus, paths []string) (store.LoadReport, error) {
	p := a.progress()
	lost := false
	seen := 0
	r, err := store.Load(ctx, c, ingest.Read(paths, a.stdin, ingest.Options{}), store.LoadOptions{
		Progress: p.step,
		Skip: func(err error) error {
			lost = lost || !errors.Is(err, ingest.ErrEmptyText)
			if seen++; seen <= mostComplaints {
				p.clear()
				a.complain("%v", err)
			}
			return nil
		},
	})
	p.clear()
	if seen > mostComplaints {
		a.complain("… and %s that could not be read", report.Count(seen-mostComplaints, "more record", "more records"))
	}
	if err == nil && (lost || r.Read == 0) {
		err = status(trouble)
	}
	return r, err
}

// said returns what a load did, in words.
func said(r store.LoadReport) string {
	s := report.Count(r.Read, "document", "documents") + " read: " + report.Thousands(r.Added) + " new, " +
		report.Thousands(r.Unchanged) + " unchanged, " + report.Thousands(r.Replaced) + " replaced"
	if r.Skipped > 0 {
		s += "; " + report.Thousands(r.Skipped) + " skipped"
	}
	return s
}
