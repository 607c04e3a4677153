package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync"

	"github.com/spf13/cobra"

	"repost/cmd/repost/internal/report"
	"repost/dedup"
	"repost/store"
)

const scanHelp = `scan does the whole job at once, on a temporary corpus: it reads the documents, groups
them into stories, and prints each story with its members and what differs between them.
PATH is a file, a folder or - for standard input, as for ingest.

The line of a member has its relation to the canonical one, which is marked with *, and the
share of the document that belongs to the story; ` + relationsNote + ` Below are the differences of each member
from the canonical one: blocks that moved, and the changes that are more than cosmetic, as
[-text of the canonical one-]{+text of the member+}.`

type scanFlags struct {
	limit int
	list  bool
}

func (a *app) scanCommand() *cobra.Command {
	var f scanFlags
	c := &cobra.Command{
		Use:     "scan PATH…",
		Short:   "Find the stories in files and show what differs",
		Long:    help(scanHelp, "1 no story found"),
		Example: "  repost scan testdata/news\n  repost scan --list --json dump.jsonl.gz > stories.jsonl",
		Args:    cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.scan(cmd.Context(), args, f)
		},
	}
	a.jsonFlag(c, "print one story a line as JSON, with its differences")
	a.inputFlags(c)
	a.rulesFlag(c)
	c.Flags().IntVar(&f.limit, "limit", 0, "print at most `N` stories (0 = all)")
	c.Flags().BoolVar(&f.list, "list", false, "print the members without their differences")
	return c
}

func (a *app) scan(ctx context.Context, paths []string, f scanFlags) (err error) {
	dir, remove, err := temporaryFolder(scanFolder)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, remove()) }()
	a.corpus = filepath.Join(dir, "scan.repost")
	c, err := a.open(store.Options{Create: true})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	r, err := a.load(ctx, c, paths, a.progress(reading, updateStages))
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
		return a.none("no story has two members")
	}
	return err
}

// comparedAhead is how many stories are compared before they are printed.
const comparedAhead = 64

// printStories prints the stories of a corpus with their differences, which are
// worked out on all threads.
func (a *app) printStories(ctx context.Context, c *store.Corpus, f scanFlags) error {
	p := a.printer()
	n := 0
	var ahead []dedup.Story
	flush := func() error {
		stories, err := presentAll(ctx, c, ahead, !f.list)
		if err != nil {
			return err
		}
		for _, r := range stories {
			if n++; n > 1 && !a.json {
				fmt.Fprintln(a.stdout)
			}
			p.Story(r)
		}
		ahead = ahead[:0]
		return p.Err
	}
	err := c.Stories(func(s *dedup.Story) error {
		if f.limit > 0 && n+len(ahead) == f.limit {
			return errEnough
		}
		if ahead = append(ahead, *s); len(ahead) == comparedAhead {
			return flush()
		}
		return nil
	})
	if err != nil && err != errEnough {
		return err
	}
	return flush()
}

// presentAll describes stories on all threads, in their order.
func presentAll(ctx context.Context, c *store.Corpus, stories []dedup.Story, differences bool) ([]*report.Story, error) {
	out, errs := make([]*report.Story, len(stories)), make([]error, len(stories))
	presenters := sync.Pool{New: func() any { return newPresenter(c) }}
	each(ctx, len(stories), func(i int) {
		t := presenters.Get().(*presenter)
		defer presenters.Put(t)
		if out[i], errs[i] = t.story(&stories[i]); errs[i] == nil && differences {
			out[i].Differences, errs[i] = t.differences(&stories[i])
		}
	})
	return out, errors.Join(append(errs, ctx.Err())...)
}
