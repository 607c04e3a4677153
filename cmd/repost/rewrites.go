package main

import (
	"context"

	"github.com/spf13/cobra"

	"repost/cmd/repost/internal/report"
	"repost/dedup/detect"
	"repost/store"
)

const rewritesHelp = `rewrites lists pairs of documents that say the same in other words:
one rewrites the other or sums it up. They hardly share a sentence, so they are in no story
together.

A line has the two ids, the kind (rewrite or summary), the share of each document that the
rewritten passages cover, how similar these are, and the titles. --sentences prints the
corresponding sentences below it.

Only clear cases are listed: the figures of the shorter text are in the other one too, or
the prose is similar throughout; and the dates, if both have one, are at most 30 days
apart. Independent reports of one event are mostly left out.

With ids, only pairs with one of these documents are listed. Texts of 65 to 40,000
characters or words are compared. Of each story, only the document that represents it is
compared, and members that have more than half of their text outside of their stories.

Each text is compared with at most --partners others: those that share most of its rare
words and names. Words that occur in more than --postings texts are ignored. Standard error
reports how many texts and words this leaves out.`

type rewritesFlags struct {
	opt       detect.RewriteOptions
	sentences bool
	limit     int
	ids       []string
}

func (a *app) rewritesCommand() *cobra.Command {
	var f rewritesFlags
	c := &cobra.Command{
		Use:     "rewrites [ID…]",
		Short:   "Find documents that say the same in other words",
		Long:    help(rewritesHelp, "1 nothing found"),
		Example: "  repost rewrites --sentences\n  repost rewrites --json bulletin-0731.txt | jq .sentences",
		RunE: func(c *cobra.Command, args []string) error {
			f.ids = args
			return a.reading(func(k *store.Corpus) error { return a.rewrites(c.Context(), k, f) })
		},
	}
	a.jsonFlag(c, "print one pair a line as JSON, with the passages and sentences")
	fs := c.Flags()
	fs.BoolVar(&f.sentences, "sentences", false, "print the sentences that correspond")
	fs.IntVar(&f.limit, "limit", 0, "print at most `N` pairs (0 = all)")
	fs.IntVar(&f.opt.Partners, "partners", 6, "compare each document with at most `N` others")
	fs.IntVar(&f.opt.Postings, "postings", 300, "ignore words that occur in more than `N` texts")
	return c
}

func (a *app) rewrites(ctx context.Context, c *store.Corpus, f rewritesFlags) error {
	for _, id := range f.ids {
		n, err := number(c, id)
		if err != nil {
			return err
		}
		f.opt.Of = append(f.opt.Of, n)
	}
	progress := a.progress()
	found, err := detect.Rewrites(c.Detection(ctx), c.Scheme(), c.Stories, f.opt, progress.step)
	progress.clear()
	if err != nil {
		return err
	}
	if !a.quiet {
		a.complain("%s, %s; left out: %d too short, %d too long, %s in more than %d texts",
			report.Count(found.Texts, "text", "texts"), report.Count(found.Compared, "pair compared", "pairs compared"),
			found.Short, found.Long, report.Count(found.Capped, "word", "words"), f.opt.Postings)
	}
	p := a.printer()
	for i := range found.Pairs {
		if f.limit > 0 && i == f.limit {
			a.complain("%s; --limit 0 prints all", report.Count(len(found.Pairs)-i, "more pair", "more pairs"))
			break
		}
		r, err := rewriteOf(c, &found.Pairs[i])
		if err != nil {
			return err
		}
		if p.Rewrite(r, f.sentences); p.Err != nil {
			return p.Err
		}
	}
	if len(found.Pairs) == 0 {
		return a.none("no document was found that says in other words what another says")
	}
	return nil
}

// rewriteOf describes a pair.
func rewriteOf(c *store.Corpus, p *detect.RewritePair) (*report.Rewrite, error) {
	r := &report.Rewrite{
		Kind: p.Kind, CoverageA: round(p.CoverageA), CoverageB: round(p.CoverageB), Likeness: round(p.Likeness), Shared: round(p.Shared),
		Passages: []report.RewrittenPassage{}, Sentences: []report.Corresponding{},
	}
	var texts [2]string
	for i, n := range []uint32{p.A, p.B} {
		d, err := c.Document(n)
		if err != nil {
			return nil, err
		}
		texts[i] = d.Text
		stories, err := c.StoriesOf(n)
		if err != nil {
			return nil, err
		}
		s := report.RewriteSide{ID: d.ID, Source: d.Source, Date: d.Date, Title: d.Title, Head: headOf(&d, nil), Stories: []string{}}
		for _, x := range stories {
			s.Stories = append(s.Stories, x.ID)
		}
		if i == 0 {
			r.A = s
		} else {
			r.B = s
		}
	}
	for _, d := range p.Passages {
		r.Passages = append(r.Passages, report.RewrittenPassage{A: d.A, B: d.B, Kind: d.Kind.String(), Likeness: round(d.Likeness)})
	}
	for _, m := range p.Sentences {
		r.Sentences = append(r.Sentences, report.Corresponding{
			A: m.A, B: m.B, Likeness: round(m.Likeness), TextA: m.A.Of(texts[0]), TextB: m.B.Of(texts[1]),
		})
	}
	return r, nil
}
