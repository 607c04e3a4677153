package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"repost/cmd/repost/internal/report"
	"repost/dedup"
	"repost/dedup/detect"
	"repost/shingle"
	"repost/shingle/mask"
	"repost/store"
)

const showHelp = `show prints what the corpus knows of a document: where it came from, which
parts are masked and why (learned: many texts begin or end with it), the stories it is in
and with which bytes, and how much of it is in no story. The other members of a story are
listed in the order of their dates, each with the direction of copying, if that can be told,
and the evidence for it.

For a story it prints the members. The canonical one, which shares most text with all
others (see repost help clusters), is first and has a star; it need not be the earliest. Then it prints the
members in the order of their dates, which of them is the earliest, and the evidence that
each other one is a copy of it: a credit line, a footer, a later date, an error, a text that
breaks off. ` + relationsNote + ` diff and collate show how they differ. The date of a member is that of the first version
of its document; times in several zones are put in the order of their moments.

--novelty compares the document with those that carry parts of it and have an earlier
date or, where dates do not decide, were read before.

--masks prints each line of a document, or of a file, with what masks it: the rule, or the
pattern and its line in patterns.txt or in your file of rules. The last lines that are not
masked say what they would need to be a footer or a byline. With --corpus it is a
document of that corpus, or a file by its rules; without, a file goes by the rules that
are built in, or those of --rules. What is learned from
other documents is not shown here.

0-427 are the bytes 0 to 426 of the document's text; JSON has [0,427].

` + report.CSVNote

type showFlags struct {
	text, novelty, csv, masks bool
	version                   int // in the order of history; 0 is the last
}

func (a *app) showCommand() *cobra.Command {
	var f showFlags
	c := &cobra.Command{
		Use:     "show ID",
		Short:   "Show a document or a story",
		Long:    help(showHelp, "1 is not used"),
		Example: "  repost show web-harvest.txt\n  repost show s0123456789ab\n  repost show --masks page.txt\n  repost show --text --version 1 feed-7",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			switch {
			case cmd.Flags().Changed("version") && (!f.text || f.version < 1):
				return usage("--version N is for --text: N is the number of a version in repost history")
			case f.masks && (f.text || f.csv || f.novelty):
				return usage("--masks prints masks alone: leave out --text, --csv and --novelty")
			case a.rules != "" && !(f.masks && isFile(args[0])):
				return usage("--rules is for --masks and a file: a document goes by the rules of its corpus")
			case f.masks:
				return a.showMasks(args[0], cmd.Flags().Changed("corpus"))
			case f.text && (a.json || f.csv || f.novelty):
				return usage("--text prints the text and nothing else: leave out --json, --csv and --novelty")
			case f.csv && (a.json || f.novelty):
				return usage("--csv prints members alone: leave out --json and --novelty")
			}
			if f.version > 0 {
				return a.reading(func(c *store.Corpus) error { return a.versionText(c, args[0], f.version) })
			}
			return a.reading(func(c *store.Corpus) error { return a.show(cmd.Context(), c, args[0], f) })
		},
	}
	a.jsonFlag(c, "print an object of JSON: for a story, the line of clusters --json with its lineage")
	c.Flags().BoolVar(&f.csv, "csv", false, "print CSV: a row for each member of the story, or of the document's stories")
	c.Flags().BoolVar(&f.text, "text", false, "print the text of the document as it was read, and nothing else")
	c.Flags().IntVar(&f.version, "version", 0, "with --text, print version `N`, as repost history numbers them")
	c.Flags().BoolVar(&f.masks, "masks", false, "print each line of a document or a file with the rule that masks it, or what it lacks")
	a.rulesFlag(c)
	c.Flags().BoolVar(&f.novelty, "novelty", false, "say how much of a document is new, and where the rest came from")
	return c
}

func (a *app) show(ctx context.Context, c *store.Corpus, id string, f showFlags) error {
	t := newPresenter(c)
	p := a.printer()
	n, ok, err := typedNumber(c, id)
	if err != nil {
		return err
	}
	if ok && f.text {
		d, err := c.Document(n)
		if err == nil {
			_, err = a.stdout.WriteString(d.Text)
		}
		return err
	}
	if ok {
		r, err := t.about(n, 0)
		if err != nil {
			return err
		}
		if err := t.learned(ctx, r); err != nil {
			return err
		}
		if err := t.directions(r, n); err != nil {
			return err
		}
		if f.novelty {
			if r.Novelty, err = t.novelty(ctx, n); err != nil {
				return err
			}
		}
		if f.csv {
			p.DocumentCSV(r)
		} else {
			p.Document(r)
		}
		return p.Err
	}
	s, now, err := storyNow(c, id)
	switch {
	case err != nil:
		return err
	case s == nil:
		return fmt.Errorf("%s has no document and no story %q%s", a.corpus, id, wasRemoved(c, id))
	}
	a.sayStory(id, now)
	r, err := t.story(s)
	if err != nil {
		return err
	}
	if f.csv {
		table := p.MemberCSV()
		table.Members(r)
		return table.End()
	}
	if err := t.lineage(s, r); err != nil {
		return err
	}
	p.Story(r)
	p.Lineages(r)
	return p.Err
}

// storyNow returns the story with an id, or the largest one that it continues in, with the ids of
// all of these; nil if there is none.
func storyNow(c *store.Corpus, id string) (s *dedup.Story, now []string, err error) {
	of, ok, err := c.Story(id)
	if err == nil && !ok {
		var all map[string][]string
		if all, err = c.Successors(id); err == nil && len(all[id]) > 0 {
			now = all[id]
			of, ok, err = c.Story(now[0])
		}
	}
	if err != nil || !ok {
		return nil, nil, err
	}
	return &of, now, nil
}

// sayStory says what a story is called now, if it has another id than was typed.
func (a *app) sayStory(id string, now []string) {
	switch len(now) {
	case 0:
	case 1:
		a.infof("story %s has grown or changed, and is now %s", id, now[0])
	default:
		a.infof("story %s was split into %s; this is the largest of them", id, strings.Join(now, ", "))
	}
}

// versionText prints the text of a version of a document, which may be removed.
func (a *app) versionText(c *store.Corpus, id string, version int) error {
	t := newPresenter(c)
	_, all, err := t.versionsOf(id)
	if err != nil {
		return err
	}
	if version > len(all) {
		return fmt.Errorf("%s has %s of %q", a.corpus, report.Count(len(all), "version", "versions"), id)
	}
	d, err := c.Document(all[version-1].of().Number)
	if _, there, err := c.Number(d.ID); err == nil && !there {
		a.infof("%s was removed; its versions are kept until repost compact", d.ID)
	}
	if err == nil {
		_, err = a.stdout.WriteString(d.Text)
	}
	return err
}

// about describes document n.
func (t *presenter) about(n uint32, mates int) (*report.Document, error) {
	meta, err := t.corpus.Meta(n)
	if err != nil {
		return nil, err
	}
	d, err := t.corpus.Document(n)
	if err != nil {
		return nil, err
	}
	versions, err := t.editionsOf(d.ID)
	if err != nil {
		return nil, err
	}
	stories, err := t.corpus.StoriesOf(n)
	if err != nil {
		return nil, err
	}
	x := t.scheme.Prepare(d.Text)
	r := &report.Document{
		ID: d.ID, URL: d.URL, Source: d.Source, Credit: d.Credit, Date: d.Date, DateFrom: d.DateFrom, Title: d.Title,
		Origin: report.Origin{Path: meta.Origin.Path, Record: meta.Origin.Record},
		Bytes:  len(d.Text), Units: x.All, Live: len(x.Units), Version: len(versions),
		Masks: x.Masks, Stories: []report.Part{}, Text: d.Text,
	}
	var taken []shingle.Span
	for i := range stories {
		part, err := t.part(&stories[i], n, mates)
		if err != nil {
			return nil, err
		}
		r.Stories = append(r.Stories, part)
		taken = append(taken, part.Spans...)
	}
	r.Residue = residue(x, shingle.Union(taken))
	return r, nil
}

// learned adds to the masks of a document what was learned of its source.
func (t *presenter) learned(ctx context.Context, r *report.Document) error {
	d := t.corpus.Detection(ctx)
	spans, err := detect.LearnedIn(d, d, t.scheme, &dedup.Document{Source: r.Source, Text: r.Text})
	for _, s := range spans {
		r.Masks = append(r.Masks, mask.Mask{Span: s, Reason: "learned"})
	}
	slices.SortStableFunc(r.Masks, func(a, b mask.Mask) int { return a.Span.Lo - b.Span.Lo })
	return err
}

// part describes the part that document n has in a story. It names at most mates other
// members; 0 is all.
func (t *presenter) part(s *dedup.Story, n uint32, mates int) (report.Part, error) {
	p := report.Part{Story: s.ID, Size: len(s.Members), With: []report.Mate{}}
	for _, m := range s.Members {
		if m.Doc == n {
			p.Spans, p.Relation, p.Coverage, p.Canonical = spans(m.Spans), toCanonical(&m), round(m.Coverage), m.Canonical
			continue
		}
		if mates > 0 && len(p.With) == mates {
			p.More++
			continue
		}
		meta, err := t.firstMeta(m.Doc)
		if err != nil {
			return p, err
		}
		p.With = append(p.With, report.Mate{
			ID: meta.ID, Relation: toCanonical(&m), Canonical: m.Canonical, Source: meta.Source, Date: meta.Date,
		})
	}
	return p, nil
}

// residue is what of a text lies outside of taken: runs of live units, as bytes.
func residue(x *detect.Text, taken []shingle.Span) report.Residue {
	r := report.Residue{Spans: []shingle.Span{}}
	masks := x.Masks
	open := false // nothing was passed since the last run
	for _, u := range x.Units {
		for len(masks) > 0 && masks[0].Span.Hi <= int(u.Lo) {
			masks, open = masks[1:], false
		}
		for len(taken) > 0 && taken[0].Hi <= int(u.Lo) {
			taken, open = taken[1:], false
		}
		if len(taken) > 0 && taken[0].Lo < int(u.Hi) {
			continue
		}
		r.Units++
		if open {
			r.Spans[len(r.Spans)-1].Hi = int(u.Hi)
			continue
		}
		r.Spans, open = append(r.Spans, u.Span()), true
	}
	return r
}
