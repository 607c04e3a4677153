package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"repost/cmd/repost/internal/report"
	"repost/store"
)

const ingestHelp = `ingest reads documents into the corpus, which it makes if there is none, and
brings the stories up to date.

A path is a folder, a file, or - for standard input. A text file is one document;
its id is its path below the folder that was given. JSON holds a document in each
line, or is an array of them, with the fields id, url, source, date, title and
text; the id is the field id, else the URL, else file and line. Files may be
packed with gzip or zstd, and be in UTF-8, UTF-16, GB18030 or Big5.

The same dump a second time changes nothing. A document with a known id and
another text replaces the old one. New documents join the stories that are there.

What cannot be read is said on standard error with its place; reading goes on
behind it, and the status is 2. An empty text is named, and is no trouble.`

func (a *app) ingestCommand() *cobra.Command {
	c := &cobra.Command{
		Use:     "ingest PATH…",
		Short:   "Read dumps into the corpus",
		Long:    help(ingestHelp, "1 is not used"),
		Example: "  repost ingest dump-2025/ more.jsonl.gz\n  zcat feed.gz | repost ingest --corpus feed.repost -",
		Args:    cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			_, err := os.Lstat(a.corpus)
			made := errors.Is(err, fs.ErrNotExist)
			c, err := a.open(store.Options{Create: true})
			if err != nil {
				return err
			}
			r, err := a.load(cmd.Context(), c, args)
			a.ingested(c, r)
			if made && c.Next() == 0 {
				// A mistyped path leaves no corpus behind. The file goes while it is
				// held, before another process can write to it.
				err = errors.Join(err, os.Remove(a.corpus))
			}
			return errors.Join(err, c.Close())
		},
	}
	a.jsonFlag(c, "print the counts as JSON")
	return c
}

// ingested prints what was read and what the corpus holds now.
func (a *app) ingested(c *store.Corpus, r store.LoadReport) {
	if a.json {
		a.printer().Object(struct {
			store.LoadReport
			Documents int `json:"documents"`
			Stories   int `json:"stories"`
		}{r, c.Len(), c.StoryCount()})
		return
	}
	if !a.quiet {
		fmt.Fprintln(a.stdout, said(r))
		if c.Next() > 0 {
			a.holds(c)
		}
	}
}

// holds prints what a corpus holds.
func (a *app) holds(c *store.Corpus) {
	fmt.Fprintf(a.stdout, "%s holds %s in %s\n", a.corpus,
		report.Count(c.Len(), "document", "documents"), report.Count(c.StoryCount(), "story", "stories"))
}
