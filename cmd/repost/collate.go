package main

import (
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"repost/cmd/repost/internal/report"
	"repost/dedup"
	"repost/dedup/collate"
	"repost/store"
)

const collateHelp = `collate compares all versions of a story with each other: the versions, each with a
letter; the places where they differ in more than cosmetics, and who reads what
there; and the families of versions that agree wherever versions part.

The versions are compared with a base: --base, or else the canonical member. A
reading that only one version has is marked as such, and of each reading the
earliest dated version is named.`

func (a *app) collateCommand() *cobra.Command {
	base := ""
	c := &cobra.Command{
		Use:     "collate STORY",
		Short:   "Compare all versions of a story",
		Long:    help(collateHelp, "1 no such story"),
		Example: "  repost collate s0123456789ab\n  repost collate --base first.txt s0123456789ab --json",
		Args:    cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			return a.reading(func(c *store.Corpus) error { return a.collate(c, args[0], base) })
		},
	}
	a.jsonFlag(c, "print an object of JSON")
	c.Flags().StringVar(&base, "base", "", "compare with this `document` of the story")
	return c
}

func (a *app) collate(c *store.Corpus, id, base string) error {
	s, ok, err := c.Story(id)
	switch {
	case err != nil:
		return err
	case !ok:
		a.complain("%s has no story %q", a.corpus, id)
		return status(nothing)
	}
	versions, err := newTeller(c).versions(&s)
	if err != nil {
		return err
	}
	if base == "" {
		base = versions[0].Key
	}
	if !slices.ContainsFunc(versions, func(v collate.Version) bool { return v.Key == base }) {
		return fmt.Errorf("--base %q: story %s has no such member", base, id)
	}
	k, err := collate.Collate(versions, collate.Options{Base: base})
	if err != nil {
		return err
	}
	p := a.printer()
	p.Collation(&report.Collation{Cluster: id, Collation: k})
	return p.Err
}

// versions returns the members of a story as versions, the canonical one first.
func (t *teller) versions(s *dedup.Story) ([]collate.Version, error) {
	var out []collate.Version
	for _, m := range s.Members {
		d, err := t.corpus.Document(m.Doc)
		if err != nil {
			return nil, err
		}
		x := t.side(d.ID, d.Text)
		out = append(out, collate.Version{
			Key: d.ID, Source: d.Source, Date: d.Date, Text: d.Text, Spans: m.Spans, Masks: x.text.Masks,
		})
	}
	return out, nil
}
