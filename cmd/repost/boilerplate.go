package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"repost/cmd/repost/internal/report"
	"repost/dedup/detect"
	"repost/store"
)

const boilerplateHelp = `boilerplate lists the passages that repost ignores because many texts begin or end with
them: footers, headers, adverts, mottoes and licences that no rule masks. A passage is
learned if at least eight texts begin or end with it, as lines of its own, and at least
five of them have different text next to it. Versions of one article count once, and so do
copies of one text. Learned passages make no story and belong to no span. For what rules
mask, see "repost show ID".

A line has the source, if all the texts come from one; the number of texts of the source, or
of the corpus, that carry the passage; and the passage.`

func (a *app) boilerplateCommand() *cobra.Command {
	var source string
	c := &cobra.Command{
		Use:     "boilerplate",
		Short:   "List the boilerplate learned from the corpus",
		Long:    help(boilerplateHelp, "1 nothing learned"),
		Example: "  repost boilerplate --source 南笙经济网",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return a.reading(func(k *store.Corpus) error { return a.boilerplate(c.Context(), k, source) })
		},
	}
	c.Flags().StringVar(&source, "source", "", "list only the boilerplate of this `source`")
	a.jsonFlag(c, "print one passage a line as JSON")
	return c
}

func (a *app) boilerplate(ctx context.Context, c *store.Corpus, source string) error {
	all, err := detect.Learned(c.Detection(ctx), c.Scheme())
	if err != nil {
		return err
	}
	p := a.printer()
	var rows report.Rows
	n := 0
	for _, b := range all {
		if source != "" && b.Source != source {
			continue
		}
		n++
		if a.json {
			p.Object(b)
			continue
		}
		share := fmt.Sprintf("%s of %s", report.Thousands(b.Documents), report.Thousands(b.Of))
		rows.Add(report.Cut(report.Flat(b.Source), 24), share, report.Cut(report.Flat(b.Text), p.Columns()-48))
	}
	p.Table(rows)
	if n == 0 {
		if source != "" {
			return a.none("no boilerplate was learned from the source %s", source)
		}
		return a.none("no boilerplate was learned from any source")
	}
	return p.Err
}
