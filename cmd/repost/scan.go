package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"repost/cmd/repost/internal/report"
	"repost/dedup"
	"repost/store"
)

const scanHelp = `scan does the whole job in one go, on a corpus that it throws away: it reads
the documents, clusters the stories, and prints each story with its members and
with what differs between them. Paths are those of ingest.

A member's line says what its document is to the canonical one, which is marked
with *, and how much of the document the story takes up. Under the members stand
the differences of each to the canonical one: blocks that moved, and the changes
that are more than cosmetic, [-what stood there-]{+what stands here+}.`

type scanFlags struct {
	limit int
	list  bool
}

func (a *app) scanCommand() *cobra.Command {
	var f scanFlags
	c := &cobra.Command{
		Use:     "scan PATH…",
		Short:   "Find the stories of some files and what differs in them",
		Long:    help(scanHelp, "1 no story found"),
		Example: "  repost scan testdata/news\n  repost scan --list --json dump.jsonl.gz > stories.jsonl",
		Args:    cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.scan(cmd.Context(), args, f)
		},
	}
	a.jsonFlag(c, "print one story a line as JSON, with its differences")
	c.Flags().IntVar(&f.limit, "limit", 0, "print so many stories at most; 0 is all")
	c.Flags().BoolVar(&f.list, "list", false, "print the members and leave out the differences")
	return c
}

func (a *app) scan(ctx context.Context, paths []string, f scanFlags) (err error) {
	dir, err := os.MkdirTemp("", "repost-scan-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	a.corpus = filepath.Join(dir, "scan.repost")
	c, err := a.open(store.Options{Create: true})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	r, err := a.load(ctx, c, paths)
	if err != nil && !isStatus(err) {
		return err
	}
	if !a.quiet {
		fmt.Fprintf(a.stderr, "%s; %s\n", said(r), report.Count(c.StoryCount(), "story", "stories"))
	}
	if perr := a.printStories(ctx, c, f); perr != nil {
		return perr
	}
	if err == nil && c.StoryCount() == 0 {
		return status(nothing)
	}
	return err
}

// printStories prints the stories of a corpus with their differences.
func (a *app) printStories(ctx context.Context, c *store.Corpus, f scanFlags) error {
	p := a.printer()
	t := newTeller(c)
	n := 0
	err := c.Stories(func(s *dedup.Story) error {
		if f.limit > 0 && n == f.limit {
			return errEnough
		}
		r, err := t.story(s)
		if err == nil && !f.list {
			r.Differences, err = t.differences(s)
		}
		if err != nil {
			return err
		}
		if n++; n > 1 && !a.json {
			fmt.Fprintln(a.stdout)
		}
		p.Story(r)
		return errors.Join(p.Err, ctx.Err())
	})
	if err == errEnough {
		return nil
	}
	return err
}
