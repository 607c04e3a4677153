package main

import (
	"github.com/spf13/cobra"

	"repost/cmd/repost/internal/report"
	"repost/store"
)

const statsHelp = `stats shows what the corpus holds: documents and stories, how much text
is repeated, how large the stories are, and how many bytes of the file each part takes.

A document is a duplicate if it is not the canonical member of any of its stories, and at
least 80 % of its text is in stories. Repeated text is the text of stories in members other
than the canonical one, in bytes.

--by source and --by month print a line for each source or month instead. Its columns: the
source or month, documents, bytes, documents in stories and their share, duplicates and their
share, and the stories whose canonical member is among the documents. A terminal gets headings.

The parts: meta is ids, titles and the like; ids, prints (fingerprints), bands and contents
are the indexes; values hold what was learned and how far an ingest has come; tree is what
the file needs to find its pages; free is space that the next writes use, and that repost
compact gives back.

` + report.CSVNote

// groupings are the values of --by.
var groupings = []string{"source", "month"}

type statsFlags struct {
	by  string
	csv bool
}

func (a *app) statsCommand() *cobra.Command {
	var f statsFlags
	c := &cobra.Command{
		Use:     "stats",
		Short:   "Show what the corpus holds",
		Long:    help(statsHelp, "1 is not used"),
		Example: "  repost stats --corpus feed.repost\n  repost stats --by source --csv > sources.csv",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			switch {
			case a.json && f.csv:
				return usage("--json and --csv are two formats: give one of them")
			case f.csv && f.by == "":
				return usage("--csv: give --by source or --by month with it")
			case f.by != "":
				if err := oneOf("by", f.by, groupings); err != nil {
					return err
				}
			}
			return a.reading(func(c *store.Corpus) error { return a.stats(c, f) })
		},
	}
	a.jsonFlag(c, "print an object of JSON; with --by an object a line")
	c.Flags().StringVar(&f.by, "by", "", "print a line for each `source or month`")
	c.Flags().BoolVar(&f.csv, "csv", false, "print CSV: a row for each source or month")
	return c
}

func (a *app) stats(c *store.Corpus, f statsFlags) error {
	count, err := countDocuments(c, nil)
	if err != nil {
		return err
	}
	p := a.printer()
	if f.by != "" {
		groups := count.bySource
		if f.by == "month" {
			groups = count.byMonth
		}
		p.Groups(f.by, groups.list(f.by == "month"), f.csv)
		return p.Err
	}
	out, err := statisticsOf(c, count)
	if err != nil {
		return err
	}
	out.Corpus = a.corpus
	p.Statistics(out)
	return p.Err
}

// statisticsOf returns what a corpus holds, but its name.
func statisticsOf(c *store.Corpus, count *documentCounts) (*report.Statistics, error) {
	s, err := c.Stats()
	if err != nil {
		return nil, err
	}
	out := &report.Statistics{
		Documents: s.Documents, Retired: s.Retired, Stories: s.Stories, Links: s.Links,
		TextBytes: s.TextBytes, FileBytes: s.FileBytes, Parts: []report.FilePart{}, Scheme: c.Scheme().String(),
		InStories: count.all.InStories, Duplicates: count.all.Duplicates, RepeatedBytes: count.all.RepeatedBytes, Sizes: count.sizes,
		Caps: s.Caps,
	}
	if out.Documents > 0 {
		out.DuplicateShare = round(float64(count.all.Duplicates) / float64(out.Documents))
	}
	if count.all.Bytes > 0 {
		out.RepeatedShare = round(float64(count.all.RepeatedBytes) / float64(count.all.Bytes))
	}
	for _, part := range s.Parts {
		out.Parts = append(out.Parts, report.FilePart{Name: part.Name, Bytes: part.Bytes})
	}
	return out, nil
}
