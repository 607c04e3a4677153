package main

import (
	"cmp"
	"fmt"
	"iter"
	"slices"

	"github.com/spf13/cobra"
	"github.com/zeebo/xxh3"

	"repost/cmd/repost/internal/report"
	"repost/dedup"
	"repost/dedup/collate"
	"repost/dedup/dates"
	"repost/dedup/diff"
	"repost/store"
)

const historyHelp = `history lists the versions of one document and what each changed.
Versions are texts ingested under one id, and under other ids with the same URL. There is no
index of URLs, so history scans the fields of all documents, which takes two seconds in a
corpus of a million. Versions are in the order of their last changes (updated), or else of
their dates, or of the days in the paths of their files, if all have one, and otherwise in
the order of their ingest; see ingest for what counts as a new version and what as an older
one. Texts in a row that are equal, as a page is that was saved on several days, are one
version with the first and the last of its dates, and the number of times it was read. The one that
the corpus shows has a star, and one of a document that was removed is marked: repost compact
takes it away. Each
line ends with the file from which that version was read: of snapshots, the first that has it.

A revision is silent if it changes words of the text or of the title, but has no later date (of publication
or of its last change) and adds no line that announces a change (更正, 更新于, Correction,
Updated …, and the like in some thirty languages). A date that was taken from the name of a file or folder announces nothing: it is
the day on which somebody saved the page. Silent revisions come first, those with substantive changes before the others.

` + report.CSVNote

func (a *app) historyCommand() *cobra.Command {
	limit, csv := 0, false
	c := &cobra.Command{
		Use:     "history ID",
		Short:   "Show how a document changed over time",
		Long:    help(historyHelp, "1 there is only one version"),
		Example: "  repost history feed-7\n  repost history --json https://example.org/news/7 | jq '.revisions[] | select(.silent)'",
		Args:    cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			if a.json && csv {
				return usage("--json and --csv are two formats: give one of them")
			}
			return a.reading(func(c *store.Corpus) error { return a.history(c, args[0], limit, csv) })
		},
	}
	a.jsonFlag(c, "print everything as one object of JSON")
	c.Flags().IntVar(&limit, "limit", 0, "show at most `N` changes of each revision (0 = all)")
	c.Flags().BoolVar(&csv, "csv", false, "print CSV: a row for each change")
	return c
}

func (a *app) history(c *store.Corpus, id string, limit int, csv bool) error {
	t := newPresenter(c)
	h, err := t.history(id)
	if err != nil {
		return err
	}
	if len(h.Versions) == 0 {
		return fmt.Errorf("%s has no document %q, and none with this URL", a.corpus, id)
	}
	p := a.printer()
	if csv {
		p.HistoryCSV(h, limit)
	} else {
		p.History(h, limit)
	}
	if p.Err == nil && len(h.Versions) < 2 {
		return a.none("%s has one version, and nothing to compare it with", id)
	}
	return p.Err
}

// history finds the versions of a document and compares each with the one before.
func (t *presenter) history(id string) (*report.History, error) {
	id, all, err := t.versionsOf(id)
	if err != nil {
		return nil, err
	}
	return t.historyOf(id, all, 0)
}

// versionsOf returns the id that was typed, and the versions that history lists under it.
func (t *presenter) versionsOf(typed string) (id string, all []edition, err error) {
	id = typedID(t.corpus, typed)
	numbers, err := t.chain(id)
	if err == nil {
		all, err = t.editions(numbers)
	}
	return id, all, err
}

// historyOf compares consecutive versions, each with the one before. before is the number of
// versions that precede the first of them.
func (t *presenter) historyOf(id string, all []edition, before int) (_ *report.History, err error) {
	h := &report.History{ID: id, Versions: []report.Revised{}, Revisions: []report.Revision{}}
	docs, updated := make([]dedup.Document, len(all)), make([]string, len(all))
	for i, e := range all {
		m := e.of()
		if docs[i], err = t.corpus.Document(m.Number); err != nil {
			return nil, err
		}
		updated[i] = m.Updated
		v := report.Revised{
			Number: before + i + 1, ID: m.ID, URL: m.URL, Date: m.Date, DateFrom: m.DateFrom, Updated: m.Updated, Title: m.Title, Bytes: m.Bytes,
			Origin: report.Origin{Path: m.Origin.Path, Record: m.Origin.Record}, Times: len(e),
			Live: slices.ContainsFunc(e, func(m store.Meta) bool { return !t.corpus.Retired(m.Number) }),
		}
		if last := e.last().Date; last != m.Date {
			v.Until = last
		}
		if v.DateFrom != dedup.DateFromName && savedOn(m) != "" {
			v.Saved = []string{savedOn(m), savedOn(e.last())}
		}
		v.Removed = !v.Live
		for _, m := range e {
			_, there, err := t.corpus.Number(m.ID)
			if err != nil {
				return nil, err
			}
			v.Removed = v.Removed && !there
		}
		h.Versions = append(h.Versions, v)
	}
	for i := 1; i < len(docs); i++ {
		r := t.revision(&docs[i-1], &docs[i])
		if collate.Dated(updated[i-1], updated[i]) && collate.InTime(updated[i-1], updated[i]) < 0 {
			r.Announced, r.Silent = append(r.Announced, "updated "+updated[i]), false
		}
		r.From, r.To = before+i, before+i+1
		r.When, r.WhenFrom = changedAt(&h.Versions[i-1], &h.Versions[i])
		h.Revisions = append(h.Revisions, r)
	}
	slices.SortStableFunc(h.Revisions, func(x, y report.Revision) int { return x.Rank() - y.Rank() })
	return h, nil
}

// changedAt returns when a version came about, as far as that is known, and from what: from the
// last change that its record names, if that is another than before; from the day that the file
// it was read from names, as snapshots have it; from its own date, if that is later than before.
func changedAt(old, new *report.Revised) (when, from string) {
	if new.Updated != "" && new.Updated != old.Updated {
		return new.Updated, "updated"
	}
	if d, ok := dates.InName(new.Origin.Path); ok && new.Origin.Path != old.Origin.Path {
		return d.String(), "file"
	}
	if saved := dedup.DateFromName; new.DateFrom == saved && old.DateFrom == saved && new.Date != old.Date {
		return new.Date, "file"
	}
	if new.DateFrom == "" && collate.Dated(old.Date, new.Date) && collate.InTime(old.Date, new.Date) < 0 {
		return new.Date, "date"
	}
	return "", ""
}

// chain returns the numbers of all versions of a document: of one id, or a URL, and
// of all ids with the same URL. Documents have no index by URL: those with one cost
// a pass over what is kept of each document besides its text.
func (t *presenter) chain(id string) ([]uint32, error) {
	numbers, err := t.corpus.Versions(id)
	if err != nil {
		return nil, err
	}
	urls, own := map[string]bool{}, map[uint32]bool{}
	for _, n := range numbers {
		m, err := t.corpus.Meta(n)
		if err != nil {
			return nil, err
		}
		own[n] = true
		if m.URL != "" {
			urls[m.URL] = true
		}
	}
	if len(numbers) == 0 {
		urls[id] = true
	}
	for n := range t.withURL(urls) {
		m, err := t.corpus.Meta(n)
		if err != nil {
			return nil, err
		}
		if !own[n] && urls[m.URL] {
			numbers = append(numbers, n)
		}
	}
	if len(numbers) > len(own) { // of several ids, in the order in which they came
		slices.Sort(numbers)
	}
	return numbers, nil
}

// withURL yields the documents that may have one of these URLs, ascending: all, unless it is known
// which have one that another id has too.
func (t *presenter) withURL(urls map[string]bool) iter.Seq[uint32] {
	return func(yield func(uint32) bool) {
		if t.urls == nil {
			for n := range t.corpus.Next() {
				if len(urls) == 0 || !yield(n) {
					return
				}
			}
			return
		}
		for url := range urls {
			for _, n := range t.urls[xxh3.HashString(url)] {
				if !yield(n) {
					return
				}
			}
		}
	}
}

// sharedURLs returns the documents whose URL several ids have, by a hash of it: in one pass over
// what is kept of each document besides its text.
func sharedURLs(c *store.Corpus) (map[uint64][]uint32, error) {
	type place struct {
		url uint64
		n   uint32
	}
	var all []place
	for n := range c.Next() {
		m, err := c.Meta(n)
		if err != nil {
			return nil, err
		}
		if m.URL != "" {
			all = append(all, place{xxh3.HashString(m.URL), n})
		}
	}
	slices.SortFunc(all, func(a, b place) int { return cmp.Or(cmp.Compare(a.url, b.url), cmp.Compare(a.n, b.n)) })
	out := map[uint64][]uint32{}
	for len(all) > 0 {
		n := 1
		for n < len(all) && all[n].url == all[0].url {
			n++
		}
		ids := map[string]bool{}
		var numbers []uint32
		for _, x := range all[:n] {
			if n == 1 {
				break
			}
			m, err := c.Meta(x.n)
			if err != nil {
				return nil, err
			}
			ids[m.ID] = true
			numbers = append(numbers, x.n)
		}
		if len(ids) > 1 {
			out[all[0].url] = numbers
		}
		all = all[n:]
	}
	return out, nil
}

// revision says what came with a new version.
func (t *presenter) revision(old, new *dedup.Document) report.Revision {
	r := report.Revision{Announced: []string{}, Fields: []report.Field{}}
	saved := isSaved(new)
	for _, f := range []report.Field{{Name: "title", A: old.Title, B: new.Title}, {Name: "date", A: old.Date, B: new.Date}, {Name: "source", A: old.Source, B: new.Source}} {
		if f.A != f.B && !(f.Name == "date" && saved && isSaved(old)) {
			r.Fields = append(r.Fields, f)
		}
	}
	if !saved && collate.Dated(old.Date, new.Date) && collate.InTime(old.Date, new.Date) < 0 {
		r.Announced = append(r.Announced, "dated "+new.Date)
	}
	if line := noteIn(old.Text, new.Text); line != "" {
		r.Announced = append(r.Announced, "says “"+line+"”")
	}
	a, b := t.side(old.ID, old.Text), t.side(new.ID, new.Text)
	a.origin, b.origin = *old, *new
	r.Difference = t.difference(a, b)
	h := r.Headline
	changed := h != nil && h.Grade != diff.Cosmetic || h == nil && old.Title != new.Title || slices.ContainsFunc(r.Changes, func(c diff.Change) bool { return c.Grade != diff.Cosmetic })
	r.Silent = changed && len(r.Announced) == 0
	return r
}

// isSaved reports whether the date of a document is that of its file, when somebody saved or
// made it, and no word of the outlet.
func isSaved(d *dedup.Document) bool {
	return d.DateFrom == dedup.DateFromName || d.DateFrom == dedup.DateFromFile
}
