package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"repost/cmd/repost/internal/report"
	"repost/dedup"
	"repost/store"
)

const checkHelp = `check reads the whole corpus and verifies the checksum of every value,
every text against its digest and its sketch, and every index against the texts, links,
stories and their spans. It prints a line for each fault, and the exit status is then 2. A
line that begins with "lost" names a document that can no longer be read; everything else
that is damaged can be made again.

--stories also judges all links again, makes all stories again, and says the first
difference from what the ingests kept: there should be none. It takes about as long as
recluster and changes nothing.

--repair makes a new corpus of all documents that can be read, including older versions and
removed documents, and of the notes of editors. It makes indexes, links and stories again
from the texts, which takes as long as their ingest did. The old file is kept next to it, with
.old after its name. If the newer of the file's two heads is damaged, no command writes to the
corpus: --repair gives up what the last commit wrote, reports what that was, and keeps the
rest.`

func (a *app) checkCommand() *cobra.Command {
	repair, stories := false, false
	c := &cobra.Command{
		Use:     "check",
		Short:   "Look for damage in the corpus, and repair it",
		Long:    help(checkHelp, "1 is not used, and damage is an error"),
		Example: "  repost check\n  repost check --repair",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if repair {
				return a.repair(cmd, store.Repair)
			}
			return a.reading(func(c *store.Corpus) error { return a.check(cmd, c, stories) })
		},
	}
	c.Flags().BoolVar(&stories, "stories", false, "make all stories again and compare them with those that are kept")
	c.Flags().BoolVar(&repair, "repair", false, "rebuild the corpus from what can be read")
	a.jsonFlag(c, "print a finding a line as JSON, and the counts as the last line")
	return c
}

func (a *app) check(cmd *cobra.Command, c *store.Corpus, stories bool) error {
	p := a.printer()
	r, err := c.Check(cmd.Context(), func(f store.Finding) error {
		switch {
		case a.json:
			p.Object(f)
		case f.Lost:
			fmt.Fprintln(a.stdout, "lost", f)
		default:
			fmt.Fprintln(a.stdout, f)
		}
		return p.Err
	})
	if err == nil && stories && r.Findings == 0 && r.UpToDate {
		err = a.compareStories(cmd, c, &r)
	}
	if err != nil {
		return err
	}
	if a.json {
		p.Object(r)
	} else if !a.quiet {
		fmt.Fprintln(a.stdout, checked(r))
	}
	if r.Findings > 0 {
		return errors.Join(p.Err, status(trouble))
	}
	return p.Err
}

// compareStories compares the stories that are kept with those of a pass over all links.
func (a *app) compareStories(cmd *cobra.Command, c *store.Corpus, r *store.CheckReport) error {
	p := a.progress(updateStages)
	difference, err := c.Difference(cmd.Context(), p.step)
	p.clear()
	if err != nil || difference == "" {
		return err
	}
	r.Findings++
	if !a.json {
		fmt.Fprintln(a.stdout, difference+"; repost recluster --all makes the stories again")
		return nil
	}
	a.printer().Object(store.Finding{Part: "stories", What: difference})
	return nil
}

// checked says what was looked at and what was found.
func checked(r store.CheckReport) string {
	s := report.Count(r.Documents, "document", "documents")
	if r.Retired > 0 {
		s += ", " + report.Thousands(r.Retired) + " of them removed or replaced"
	}
	s += ", " + report.Count(r.Postings, "posting", "postings") + ", " +
		report.Count(r.Links, "link", "links") + " and " + report.Count(r.Stories, "story", "stories") + ": "
	switch {
	case r.Findings > 0:
		s += report.Count(r.Findings, "finding", "findings") + ", " + report.Count(r.Lost, "document", "documents") + " lost"
	default:
		s += "all is well"
	}
	if !r.UpToDate {
		s += "; the stories are not up to date: repost recluster"
	}
	return s
}

// remake rebuilds a corpus from its documents: store.Repair or store.Migrate.
type remake func(context.Context, string, store.Options, dedup.Progress) (store.RepairReport, error)

func (a *app) repair(cmd *cobra.Command, from remake) error {
	scheme, err := a.scheme()
	if err != nil {
		return err
	}
	p := a.progress()
	r, err := from(cmd.Context(), a.corpus, store.Options{Timeout: a.wait, Scheme: scheme}, p.step)
	p.clear()
	if err != nil {
		return err
	}
	if r.GivenUp != "" {
		a.complain("%s: %s; the old file is %s", a.corpus, r.GivenUp, r.Old)
	}
	if len(r.LostValues) > 0 {
		a.complain("%s: what could not be read is lost: %s; the old file is %s", a.corpus, strings.Join(r.LostValues, ", "), r.Old)
	}
	if a.json {
		a.printer().Object(r)
	} else if a.quiet && r.Lost > 0 {
		a.complain("%s: %s lost; the old file is %s", a.corpus, report.Count(r.Lost, "document is", "documents are"), r.Old)
	} else if !a.quiet && r.Old == "" {
		fmt.Fprintf(a.stdout, "%s was made by this program: nothing to do\n", a.corpus)
	} else if !a.quiet {
		fmt.Fprintf(a.stdout, "%s now holds %s; %s lost; the old file is %s\n", a.corpus,
			report.Count(r.Documents, "document", "documents"), report.Count(r.Lost, "was", "were"), r.Old)
	}
	if r.Lost > 0 || len(r.LostValues) > 0 || r.GivenUp != "" {
		return status(trouble)
	}
	return nil
}
