package main

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"repost/cmd/repost/internal/report"
	"repost/dedup"
	"repost/dedup/collate"
	"repost/store"
)

const sourcesHelp = `sources shows which source carries which. For each pair of sources it
prints the number of stories that the second carried after the first, their share of the
second's stories, the bytes of text, and the median delay. The first source of a story is
the one with its earliest date; later documents of that source do not count. An article that was
corrected has the date of its first version. A story has no first source if it has no date, or if
several sources carried it at the earliest date, or on the day of it where one has no time;
standard error says how many such stories there are.

This does not say who copied whom: both may have the text from an agency that is not in the
corpus. repost show and repost diff weigh the evidence for two documents.

--matrix prints a table of the numbers of stories instead, with a row for each source that
carries and a column for each that is carried.

` + report.CSVNote

type sourcesFlags struct {
	source string
	least  int
	limit  int
	matrix bool
	csv    bool
}

func (a *app) sourcesCommand() *cobra.Command {
	var f sourcesFlags
	c := &cobra.Command{
		Use:     "sources",
		Short:   "Show which source carries which, how much and how soon",
		Long:    help(sourcesHelp, "1 no source carries another"),
		Example: "  repost sources --limit 20\n  repost sources --matrix --csv > matrix.csv",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			if a.json && f.csv {
				return usage("--json and --csv are two formats: give one of them")
			}
			return a.reading(func(c *store.Corpus) error { return a.sources(c, f) })
		},
	}
	a.jsonFlag(c, "print one pair of sources a line as JSON; with --matrix an object")
	fs := c.Flags()
	fs.StringVar(&f.source, "source", "", "list only pairs with this `source`")
	fs.IntVar(&f.least, "min-stories", 1, "list only pairs with at least `N` stories")
	fs.IntVar(&f.limit, "limit", 0, "print at most `N` pairs, or sources of the matrix (0 = all; the matrix on a terminal: 20)")
	fs.BoolVar(&f.matrix, "matrix", false, "print a table of sources by sources")
	fs.BoolVar(&f.csv, "csv", false, "print CSV: a row for each pair, or the matrix")
	return c
}

func (a *app) sources(c *store.Corpus, f sourcesFlags) error {
	k := carriage{pairs: map[[2]string]*carried{}, stories: map[string]int{}}
	if err := k.read(c); err != nil {
		return err
	}
	pairs := k.list(f)
	if k.open > 0 && !a.quiet {
		a.complain("%s no first source: no date, or several sources at the earliest one", report.Count(k.open, "story has", "stories have"))
	}
	p := a.printer()
	switch {
	case len(pairs) == 0 && f.source != "":
		return a.none("no source carries %s, and %s carries no other", f.source, f.source)
	case len(pairs) == 0 && f.least > 1:
		return a.none("no source carries another in at least %d stories", f.least)
	case len(pairs) == 0:
		return a.none("no source carries another")
	case f.matrix:
		m := report.NewMatrix(pairs, matrixLimit(f, p))
		if f.csv {
			p.MatrixCSV(m)
		} else {
			p.Matrix(m)
		}
		return p.Err
	}
	if f.limit > 0 {
		pairs = pairs[:min(f.limit, len(pairs))]
	}
	if f.csv {
		p.CarriersCSV(pairs)
	} else {
		p.Carriers(pairs)
	}
	return p.Err
}

// matrixLimit is how many sources the matrix has: on a terminal as many as are read.
func matrixLimit(f sourcesFlags, p *report.Printer) int {
	if f.limit == 0 && p.Width > 0 && !f.csv && !p.JSON {
		return 20
	}
	return f.limit
}

// carriage counts who carries whom.
type carriage struct {
	pairs   map[[2]string]*carried // first source, and who carries it
	stories map[string]int         // of each source
	open    int                    // stories without a first source
}

// carried is what one source carries of another.
type carried struct {
	stories int
	bytes   int
	delays  []time.Duration
}

// read goes through the stories once, and through the members of each once.
func (k *carriage) read(c *store.Corpus) error {
	t := newPresenter(c)
	return c.Stories(func(s *dedup.Story) error {
		r, err := t.members(s)
		if err == nil {
			k.add(r.InTime())
		}
		return err
	})
}

// add takes the members of a story in the order of time.
func (k *carriage) add(members []report.Member) {
	first := map[string]*report.Member{} // of each source
	var order []string
	bytes := map[string]int{}
	for i := range members {
		m := &members[i]
		if m.Source == "" {
			continue
		}
		for _, s := range m.Spans {
			bytes[m.Source] += s.Len()
		}
		if first[m.Source] == nil {
			first[m.Source] = m
			order = append(order, m.Source)
			k.stories[m.Source]++
		}
	}
	if len(order) < 2 {
		return
	}
	origin := first[order[0]]
	tied := func(source string) bool { // of a day alone, too
		after, _, ok := collate.Since(origin.Date, first[source].Date)
		return ok && after <= 0
	}
	if !collate.Dated(origin.Date) || slices.ContainsFunc(order[1:], tied) {
		k.open++
		return
	}
	for _, source := range order[1:] {
		delay, _, ok := collate.Since(origin.Date, first[source].Date)
		if !ok {
			continue
		}
		pair := [2]string{origin.Source, source}
		if k.pairs[pair] == nil {
			k.pairs[pair] = &carried{}
		}
		x := k.pairs[pair]
		x.stories++
		x.bytes += bytes[source]
		x.delays = append(x.delays, max(0, delay)) // days of two zones
	}
}

// list returns the pairs that pass the filters, by their number of stories, the largest
// first.
func (k *carriage) list(f sourcesFlags) []report.Carrier {
	var out []report.Carrier
	for pair, x := range k.pairs {
		if x.stories < f.least || f.source != "" && f.source != pair[0] && f.source != pair[1] {
			continue
		}
		slices.Sort(x.delays)
		out = append(out, report.Carrier{
			Origin: pair[0], Carrier: pair[1], Stories: x.stories, Share: round(float64(x.stories) / float64(k.stories[pair[1]])),
			Bytes: x.bytes, Hours: hours(x.delays[len(x.delays)/2]), Soonest: hours(x.delays[0]),
		})
	}
	slices.SortFunc(out, func(a, b report.Carrier) int {
		return cmp.Or(cmp.Compare(b.Stories, a.Stories), strings.Compare(a.Origin, b.Origin), strings.Compare(a.Carrier, b.Carrier))
	})
	return out
}

// hours has one digit after the point.
func hours(d time.Duration) float64 { return d.Round(6 * time.Minute).Hours() }
