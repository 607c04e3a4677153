package main

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"repost/cmd/repost/internal/report"
	"repost/dedup"
	"repost/dedup/collate"
	"repost/dedup/diff"
	"repost/store"
)

const collateHelp = `collate sets all members of a story against each other. Each different text is a
version and has a siglum, A, B, C … by date and id; copies of one text share theirs.
The places are those where any version differs from the base in more than cosmetics;
at each, the readings with their sigla and counts, the base's first, and the earliest
dated witness. A reading that one version alone has is a singleton. Versions that
agree at every place where versions part in substance are a family.

STORY is the id of a story, or of a document that is in one story alone. The base is
the canonical member unless --base names another.

A version that leaves out the passage around a place is lacking there.`

type collateFlags struct {
	base, html, tei string
	grade           string
	shared, csv     bool
	limit           int
}

func (f *collateFlags) places() report.Places {
	return report.Places{Least: diff.Grade(f.grade), Shared: f.shared}
}

func (a *app) collateCommand() *cobra.Command {
	var f collateFlags
	c := &cobra.Command{
		Use:   "collate STORY",
		Short: "Set all versions of a story against each other",
		Long:  help(collateHelp, "1 no such story"),
		Example: "  repost collate elevators-original.txt\n" +
			"  repost collate --base web.txt --html story.html --tei story.xml s0123456789ab",
		Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			if !slices.Contains([]diff.Grade{diff.Substantive, diff.Minor}, diff.Grade(f.grade)) {
				return usage("--grade %q: substantive or minor", f.grade)
			}
			if a.json && f.csv {
				return usage("--json and --csv: one of the two")
			}
			if f.limit < 2 {
				return usage("--limit %d: a number from 2", f.limit)
			}
			if err := a.outputs(map[string]string{"html": f.html, "tei": f.tei}); err != nil {
				return err
			}
			return a.reading(func(c *store.Corpus) error { return a.collate(c, args[0], f) })
		},
	}
	a.jsonFlag(c, "print everything as one object of JSON")
	fs := c.Flags()
	fs.StringVar(&f.base, "base", "", "the `id` of the version that the others are compared with")
	fs.StringVar(&f.grade, "grade", "minor", "show places of this grade and graver ones, in text and CSV")
	fs.BoolVar(&f.shared, "shared", false, "leave out places where each other reading is a singleton, in text and CSV")
	fs.BoolVar(&f.csv, "csv", false, "print the readings as CSV")
	fs.StringVar(&f.html, "html", "", "write one page of HTML to this `file`")
	fs.StringVar(&f.tei, "tei", "", "write TEI P5, parallel segmentation, to this `file`")
	fs.IntVar(&f.limit, "limit", collate.DefaultLimit, "compare so many different texts at most")
	return c
}

func (a *app) collate(c *store.Corpus, id string, f collateFlags) error {
	t := newTeller(c)
	s, err := t.oneStory(id)
	if err != nil {
		return err
	}
	if s == nil {
		a.complain("%s has no story %q, and no document of this id that is in a story", a.corpus, id)
		return status(nothing)
	}
	r, err := t.collation(s, f)
	if err != nil {
		return err
	}
	for _, w := range []struct {
		file  string
		write func(*report.Printer, *report.Collation)
	}{{f.html, (*report.Printer).CollationHTML}, {f.tei, (*report.Printer).CollationTEI}} {
		if err := a.page(w.file, func(p *report.Printer) { w.write(p, r) }); err != nil {
			return err
		}
	}
	p := a.printer()
	switch {
	case f.csv:
		p.CollationCSV(r, f.places())
	case a.json || f.html == "" && f.tei == "":
		p.Collation(r, f.places())
	}
	return p.Err
}

// page writes a file, if it has a name.
func (a *app) page(file string, write func(*report.Printer)) error {
	if file == "" {
		return nil
	}
	var b bytes.Buffer
	p := &report.Printer{W: &b}
	write(p)
	if p.Err != nil {
		return p.Err
	}
	if err := writeFile(file, b.Bytes()); err != nil {
		return err
	}
	if !a.quiet {
		fmt.Fprintf(a.stderr, "%s: %s written\n", file, report.Count(b.Len(), "byte", "bytes"))
	}
	return nil
}

// oneStory returns the story with an id, or the only one that a document is in, or
// nil.
func (t *teller) oneStory(id string) (*dedup.Story, error) {
	s, ok, err := t.corpus.Story(id)
	if err != nil || ok {
		return &s, err
	}
	n, ok, err := t.corpus.Number(id)
	if err != nil || !ok {
		return nil, err
	}
	stories, err := t.corpus.StoriesOf(n)
	switch {
	case err != nil || len(stories) == 0:
		return nil, err
	case len(stories) > 1:
		ids := stories[0].ID
		for _, s := range stories[1:] {
			ids += ", " + s.ID
		}
		return nil, fmt.Errorf("%s is in several stories: %s", id, ids)
	}
	return &stories[0], nil
}

// collation collates the members of a story.
func (t *teller) collation(s *dedup.Story, f collateFlags) (*report.Collation, error) {
	versions, err := t.versions(s)
	if err != nil {
		return nil, err
	}
	base := f.base
	if base == "" {
		base = versions[0].Key
	}
	if !slices.ContainsFunc(versions, func(v collate.Version) bool { return v.Key == base }) {
		return nil, fmt.Errorf("--base %s: story %s has no such member", base, s.ID)
	}
	c, err := collate.Collate(versions, collate.Options{Base: base, Limit: f.limit, Rules: t.scheme.Rules})
	if err != nil {
		return nil, err
	}
	return &report.Collation{Cluster: s.ID, Versions: len(versions), Collation: c}, nil
}

// versions returns the members of a story as versions of it, the canonical first.
// A document that is in it twice is one version.
func (t *teller) versions(s *dedup.Story) ([]collate.Version, error) {
	var out []collate.Version
	at := map[uint32]int{}
	for _, m := range s.Members {
		if i, ok := at[m.Doc]; ok {
			out[i].Spans = append(out[i].Spans, m.Spans...)
			continue
		}
		d, err := t.corpus.Document(m.Doc)
		if err != nil {
			return nil, err
		}
		at[m.Doc] = len(out)
		v := t.version(&d)
		v.Spans = slices.Clone(m.Spans)
		out = append(out, v)
	}
	return out, nil
}

// version returns a document as a version, the whole of it.
func (t *teller) version(d *dedup.Document) collate.Version {
	return collate.Version{
		Key: d.ID, Source: d.Source, Title: d.Title, Date: d.Date, Text: d.Text, Masks: t.scheme.Prepare(d.Text).Masks,
	}
}
