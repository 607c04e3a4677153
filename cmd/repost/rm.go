package main

import (
	"errors"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"repost/cmd/repost/internal/report"
	"repost/store"
)

const rmHelp = `rm removes documents from the corpus: those with the given ids, or those
that match all of --source, --since and --until that are given. A document without a date
matches no date. The stories are brought up to date.

Removed documents are in no list and no story, but stay in the file until repost compact.
--json prints an object for each of them, and at the end what the corpus holds and what the
update of its stories took, as in ingest --json. Until compact, rm --undo brings them back, with their indexes and stories, by the same ids or
filters. If the id of a removed document has been ingested again, the document is an old
version and stays one.`

type removal struct {
	store.Selection
	dry, undo bool
}

func (a *app) rmCommand() *cobra.Command {
	var r removal
	c := &cobra.Command{
		Use:     "rm [ID…]",
		Short:   "Remove documents from the corpus, or bring them back",
		Long:    help(rmHelp, "1 no document matches"),
		Example: "  repost rm --source 晚报 --until 2019-12-31 --dry-run\n  repost rm feed-7\n  repost rm --undo feed-7",
		RunE: func(cmd *cobra.Command, args []string) error {
			r.IDs = args
			if err := r.check(); err != nil {
				return err
			}
			if r.dry {
				return a.reading(func(c *store.Corpus) error { return a.rm(cmd, c, r) })
			}
			c, err := a.open(store.Options{})
			if err != nil {
				return err
			}
			return errors.Join(a.rm(cmd, c, r), c.Close())
		},
	}
	f := c.Flags()
	f.StringVar(&r.Source, "source", "", "remove documents of this `source`")
	f.StringVar(&r.Since, "since", "", "remove documents of this `day` or later, as 2025-10-09")
	f.StringVar(&r.Until, "until", "", "remove documents of this `day` or earlier")
	f.BoolVarP(&r.dry, "dry-run", "n", false, "list the documents and change nothing")
	f.BoolVar(&r.undo, "undo", false, "bring removed documents back")
	a.jsonFlag(c, "print a document a line as JSON, then what the update took")
	return c
}

func (r *removal) check() error {
	if len(r.IDs) == 0 && r.Source == "" && r.Since == "" && r.Until == "" {
		return usage("rm: give ids, or --source, --since or --until")
	}
	return nil
}

func (a *app) rm(cmd *cobra.Command, c *store.Corpus, r removal) error {
	for i, id := range r.IDs {
		r.IDs[i] = typedID(c, id)
	}
	ns, err := c.Select(r.Selection, r.undo)
	if err != nil {
		return err
	}
	missing, err := a.listed(c, ns, r)
	if err != nil {
		return err
	}
	switch {
	case r.dry:
	case r.undo:
		err = c.Restore(ns)
	default:
		err = c.Remove(ns)
	}
	if err == nil && !r.dry && len(ns) > 0 {
		p := a.progress(updateStages)
		err = c.UpdateStories(cmd.Context(), p.step)
		p.clear()
	}
	if err != nil {
		return err
	}
	if len(ns) > 0 && a.json && !r.dry {
		a.updated(c)
	}
	if len(ns) > 0 && !a.json && !a.quiet {
		fmt.Fprintln(a.stdout, r.said(len(ns)))
	}
	switch {
	case missing:
		return status(trouble)
	case len(ns) == 0:
		return a.none("no document of %s matches", a.corpus)
	}
	return nil
}

func (r *removal) said(n int) string {
	documents := report.Count(n, "document", "documents")
	switch {
	case r.dry && r.undo:
		return documents + " would be back"
	case r.dry:
		return documents + " would be removed"
	case r.undo:
		return report.Count(n, "document is", "documents are") + " back"
	}
	return documents + " removed; repost rm --undo brings back what repost compact has not dropped"
}

// mostListed is how many of the documents that it removes rm names; --dry-run names all.
const mostListed = 20

// listed prints the documents, and says which ids are not among them.
func (a *app) listed(c *store.Corpus, ns []uint32, r removal) (missing bool, err error) {
	p := a.printer()
	var rows report.Rows
	var ids []string
	for i, n := range ns {
		m, err := c.Meta(n)
		if err != nil {
			return false, err
		}
		ids = append(ids, m.ID)
		if a.json {
			p.Object(struct {
				ID     string `json:"id"`
				Source string `json:"source"`
				Date   string `json:"date"`
				Title  string `json:"title"`
			}{m.ID, m.Source, m.Date, m.Title})
		} else if r.dry || !a.quiet && i < mostListed {
			rows.Add(report.Name(m.ID), report.Label(m.Source), report.Label(m.Date), report.Cut(report.Label(m.Title), 40))
		}
	}
	p.Table(rows)
	if len(ns) > len(rows) && len(rows) > 0 {
		a.stdout.WriteString("…\n")
	}
	for _, id := range r.IDs {
		if !slices.Contains(ids, id) {
			missing = true
			switch _, here, err := c.Number(id); {
			case err != nil:
				return missing, err
			case r.undo && here:
				a.complain("the document %q is in the corpus: it was not removed, or ingested again since", id)
			case r.undo:
				a.complain("no document %q that was removed", id)
			default:
				a.complain("no document %q%s", id, wasRemoved(c, id))
			}
		}
	}
	return missing, p.Err
}

// wasRemoved is what an error adds that names an id of no document: that one was removed, or "".
func wasRemoved(c *store.Corpus, id string) string {
	if removed, err := c.Select(store.Selection{IDs: []string{id}}, true); err == nil && len(removed) > 0 {
		return "; one was removed, and repost rm --undo brings it back"
	}
	return ""
}

// corpusCommands are those that look after the corpus file.
func (a *app) corpusCommands() []*cobra.Command {
	return []*cobra.Command{a.rmCommand(), a.checkCommand(), a.compactCommand(), a.backupCommand(), a.changesCommand(), a.migrateCommand()}
}
