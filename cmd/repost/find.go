package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"repost/cmd/repost/internal/report"
	"repost/dedup"
	"repost/store"
)

const findHelp = `find lists the documents of the corpus that carry a text from outside the
corpus, or a part of it; those that carry most of it come first, and of those that carry as
much the earliest. Paths are as for ingest,
including - for standard input. If they hold several documents, find looks for each of them.

In a corpus of up to 2,000 documents, find lists exactly the documents that would be in
stories with the text if it were ingested. If there is none, since what a short text says is
said everywhere, it lists the documents that have all of it word for word. In a larger one most answers are the same; in a
set of forms, excerpts and pages made to be hard, one answer in five differs.

A document of the corpus that has the id and the text of what is looked for is that document
itself, and is left out, as a page that was fetched again. A copy with another id is listed,
and so is another text with the same id.

Older versions are looked through too. Of a document whose older version carries more of the text
than the one that counts now, that version is listed, with its number: show --text --version N
prints it.

--sensitivity sets how short a passage may be. story, the default, finds what would be in
one story. quotation also finds single sentences that were taken over nearly word for word,
of at least 12 words or 24 Chinese characters, if at most three stories have most of the words in
a row or the whole sentence, or if they are all of the text. phrase goes down to 8 words or 16 characters. Both also find documents that share a sentence but no
story: a few for an article of an agency, many where officials say the same each week.

A line has the document's id, the relation of the text to it, the share of the text that the
document has word for word, the share of the document that is in the text, and the
document's source, date and title; ` + relationsNote + ` The spans of --json and --csv are the words that both
have: what an edit changed or left out is in none of them. Of a rewrite or a summary, which
has hardly a word of the text, they are what says the same. If more than
--limit documents carry a text, those that carry most of it are printed, and standard error
says how many more there are.

` + findFollowHelp + `

` + report.CSVNote

type findFlags struct {
	limit       int
	csv         bool
	sensitivity string
}

// sensitivities are the values of --sensitivity.
var sensitivities = map[string]dedup.Sensitivity{"story": dedup.Usual, "quotation": dedup.Quotations, "phrase": dedup.Phrases}

var sensitivityNames = []string{"story", "quotation", "phrase"}

// further names the sensitivity that finds more.
func (f *findFlags) further() string {
	if f.sensitivity == sensitivityNames[0] {
		return "; --sensitivity quotation looks for single sentences too"
	}
	return ""
}

func (a *app) findCommand() *cobra.Command {
	var f findFlags
	var follow followFlags
	c := &cobra.Command{
		Use:     "find PATH…",
		Short:   "Find reposts of a text that is not in the corpus",
		Long:    help(findHelp, "1 nothing found"),
		Example: "  repost find letter.txt\n  repost find --sensitivity quotation letter.txt\n  xclip -o | repost find -\n  program | repost find --follow - | …",
		Args:    cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := oneOf("sensitivity", f.sensitivity, sensitivityNames); err != nil {
				return err
			}
			if a.json && f.csv {
				return usage("--json and --csv are two formats: give one of them")
			}
			if follow.on {
				if f.csv {
					return usage("--follow answers in JSON, and --csv is another format: give one of them")
				}
				if err := follow.check(a, args); err != nil {
					return err
				}
				return a.findFollow(args[0], f)
			}
			return a.reading(func(c *store.Corpus) error { return a.find(cmd.Context(), c, args, f) })
		},
	}
	c.Flags().IntVar(&f.limit, "limit", 1000, "print at most `N` documents for each text (0 = all)")
	c.Flags().BoolVar(&f.csv, "csv", false, "print CSV: a row for each document")
	c.Flags().BoolVar(&follow.on, "follow", false, "read JSON lines that a program sends as it goes, and answer each with a line of JSON")
	c.Flags().StringVar(&f.sensitivity, "sensitivity", "story", "the shortest passage to find: story, quotation (a sentence) or phrase (a part of one)")
	a.inputFlags(c)
	a.jsonFlag(c, "print one document a line as JSON, with the spans on both sides")
	return c
}

func (a *app) find(ctx context.Context, c *store.Corpus, paths []string, f findFlags) (err error) {
	t := newPresenter(c)
	p := a.printer()
	found, lost := false, false
	var table *report.CSVTable
	if f.csv {
		table = p.MatchCSV()
	}
	read := ""
	opt, err := a.input.options()
	if err != nil {
		return err
	}
	rejected, err := a.openRejects(paths, &opt)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rejected.close()) }()
	wait := a.progress(reading)
	defer wait.clear()
	for rec, err := range a.watch(wait, paths, opt) {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		wait.clear()
		if err != nil {
			a.complain("%v", err)
			rejected.add(err)
			lost = true
			continue
		}
		matches, more, err := t.find(ctx, &rec.Doc, sensitivities[f.sensitivity], f.limit)
		if err != nil {
			return fmt.Errorf("finding %s: %w", rec.Doc.ID, err)
		}
		found = found || len(matches) > 0
		read = rec.Doc.ID
		if f.csv {
			table.Matches(rec.Doc.ID, matches)
		} else {
			p.Matches(rec.Doc.ID, matches)
		}
		if p.Err != nil {
			return p.Err
		}
		if more > 0 {
			a.complain("%s: %s; --limit 0 prints all", rec.Doc.ID, report.Count(more, "more document", "more documents"))
		}
	}
	if f.csv {
		if err := table.End(); err != nil {
			return err
		}
	}
	switch {
	case lost:
		return status(trouble)
	case !found && len(paths) == 1 && read != "":
		other := ""
		if _, stored, err := c.Number(read); err != nil {
			return err
		} else if stored { // and left out as itself
			other = "other "
		}
		return a.none("no %sdocument of %s carries %s or a part of it%s", other, a.corpus, read, f.further())
	case !found:
		return a.none("no document of %s carries any of these texts or a part of one%s", a.corpus, f.further())
	}
	return nil
}

// find returns the documents that carry a text, limit at most unless that is 0, and
// says how many more there are.
func (t *presenter) find(ctx context.Context, d *dedup.Document, to dedup.Sensitivity, limit int) (out []report.Match, more int, err error) {
	found, err := t.corpus.FindQuotations(ctx, d, to)
	if err != nil {
		return nil, 0, err
	}
	older, err := t.corpus.FindOlder(ctx, d, to, found)
	if err != nil {
		return nil, 0, err
	}
	if found = append(found, older...); len(older) > 0 {
		slices.SortStableFunc(found, func(a, b dedup.Found) int { return cmp.Compare(b.Carried, a.Carried) })
	}
	// A member of the same story that has another part of it does not carry this text.
	found = slices.DeleteFunc(found, func(f dedup.Found) bool { return f.Kind == dedup.Unrelated })
	if limit > 0 && len(found) > limit {
		more, found = len(found)-limit, found[:limit]
	}
	out = make([]report.Match, 0, len(found))
	for _, f := range found {
		m := report.Match{
			Query: d.ID, ID: f.Info.ID, Relation: f.Relatedness, Carried: round(f.Carried), Spans: spans(f.Spans), DocSpans: spans(f.DocSpans),
		}
		m.Relation.CoverageA, m.Relation.CoverageB, m.Relation.Identity =
			round(f.CoverageA), round(f.CoverageB), round(f.Identity)
		meta, err := t.corpus.Meta(f.Doc)
		if err != nil {
			return nil, 0, err
		}
		m.Source, m.Date, m.Title, m.URL = meta.Source, meta.Date, meta.Title, meta.URL
		n := f.Doc
		if t.corpus.Retired(n) {
			if m.Version, err = t.versionOf(&meta); err != nil {
				return nil, 0, err
			}
			if n, _, err = t.corpus.Number(meta.ID); err != nil {
				return nil, 0, err
			}
		}
		if m.Stories, err = t.storyIDs(ctx, n); err != nil {
			return nil, 0, err
		}
		out = append(out, m)
	}
	return out, more, nil
}
