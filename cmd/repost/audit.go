package main

import (
	"context"
	"fmt"
	"runtime"

	"github.com/spf13/cobra"

	"repost/cmd/repost/internal/report"
	"repost/dedup/detect"
	"repost/dedup/eval"
	"repost/store"
)

const auditHelp = `audit measures recall: the share of the truly similar pairs of texts that
the indexes of this corpus find. It draws a sample, compares the first --queries texts of it
with the whole sample, every pair, exactly, by their shingles, and checks which of the
similar pairs were aligned. The similarity of two texts is the share of the smaller one's
shingles that the other has; with --jaccard, the share of all shingles of the two.

The sample depends only on --seed and the documents.`

type auditFlags struct {
	sample, queries, list int
	seed                  uint64
	jaccard               bool
}

func (a *app) auditCommand() *cobra.Command {
	var f auditFlags
	c := &cobra.Command{
		Use:     "audit",
		Short:   "Measure the recall of the indexes on a sample",
		Long:    help(auditHelp, "1 is not used"),
		Example: "  repost audit --sample 5000 --queries 500 --list 10",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return a.reading(func(k *store.Corpus) error { return a.audit(c.Context(), k, f) })
		},
	}
	fs := c.Flags()
	fs.IntVar(&f.sample, "sample", 5000, "draw a sample of `N` documents")
	fs.IntVar(&f.queries, "queries", 500, "compare `N` of them with all others (0 = every pair)")
	fs.IntVar(&f.list, "list", 0, "list at most `N` of the pairs that were missed")
	fs.Uint64Var(&f.seed, "seed", 1, "`number` that the sample is drawn with; the same one draws the same sample")
	fs.BoolVar(&f.jaccard, "jaccard", false, "measure by all shingles of the two texts")
	a.jsonFlag(c, "print the report as an object of JSON")
	return c
}

func (a *app) audit(ctx context.Context, c *store.Corpus, f auditFlags) error {
	var all []uint32
	for n := range c.Numbers {
		all = append(all, n)
	}
	var sample []uint32
	for _, i := range eval.Sample(len(all), f.sample, f.seed) {
		sample = append(sample, all[i])
	}
	d := c.Detection(ctx)
	proposed, err := detect.Proposed(d, c.Scheme(), sample)
	if err != nil {
		return err
	}
	sets := make([]detect.Shingled, 0, len(sample))
	p := a.progress()
	err = d.Texts(sample, func(_ uint32, text string) error {
		p.step("reading", len(sets), len(sample))
		sets = append(sets, c.Scheme().Shingles(c.Scheme().Prepare(text)))
		return nil
	})
	if err != nil {
		return err
	}
	p.step("comparing", 0, 0)
	texts := detect.NewExactSimilarity(sets)
	alike := texts.Containment
	if f.jaccard {
		alike = texts.Jaccard
	}
	r, err := eval.Audit(ctx, len(sample), alike, proposed, eval.AuditOptions{
		Queries: f.queries, Workers: runtime.GOMAXPROCS(0), List: f.list,
	})
	p.clear()
	if err != nil {
		return usageError{err}
	}
	if a.json {
		p := a.printer()
		p.Object(r)
		return p.Err
	}
	if err := r.WriteText(a.stdout); err != nil {
		return err
	}
	for _, m := range r.Missed {
		x, err := c.Meta(sample[m.I])
		if err != nil {
			return err
		}
		y, err := c.Meta(sample[m.J])
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintf(a.stdout, "missed  %.3f  %s  %s\n", m.Similarity, report.Name(x.ID), report.Name(y.ID)); err != nil {
			return err
		}
	}
	return nil
}
