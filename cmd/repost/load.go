package main

import (
	"context"
	"errors"
	"iter"
	"maps"
	"path/filepath"
	"slices"

	"repost/cmd/repost/internal/report"
	"repost/store"
	"repost/store/ingest"
)

// mostComplaints is how many records are complained of one by one.
const mostComplaints = 20

// load reads paths into a corpus and settles it. What could not be read is said
// on stderr with its place, and reading goes on. The status is trouble if anything
// but an empty text was lost.
func (a *app) load(ctx context.Context, c *store.Corpus, paths []string) (store.LoadReport, error) {
	p := a.progress()
	lost := false
	seen := 0
	complain := func(format string, args ...any) {
		if seen++; seen <= mostComplaints {
			p.clear()
			a.complain(format, args...)
		}
	}
	other := encodings{}
	var halved half
	var passed passedOver
	reading := c.Reading(paths)
	opt := ingest.Options{PassedOver: passed.add, Resume: reading.Begin, Originals: a.originals}
	if a.through != nil { // it must see all records
		reading, opt.Resume = nil, nil
	}
	records := other.of(halved.of(ingest.Read(paths, a.stdin, opt)))
	if a.through != nil {
		records = a.through(records)
	}
	r, err := store.Load(ctx, c, records, store.LoadOptions{
		Reading: reading, Progress: p.step,
		Skip: func(err error) error {
			if ctx.Err() != nil {
				return ctx.Err() // standard input ended by the interrupt
			}
			lost = lost || !errors.Is(err, ingest.ErrEmptyText)
			complain("%v", err)
			return nil
		},
		Twice: func(e *store.Entry) {
			complain("reading %s: the id %q comes twice in what was given; this text takes the place of the other", e.Origin.Path, e.Doc.ID)
		},
	})
	p.clear()
	if seen > mostComplaints {
		a.complain("… and the same of %s", report.Count(seen-mostComplaints, "more record", "more records"))
	}
	if err == nil {
		other.say(a)
		halved.say(a)
		passed.say(a)
	}
	if err == nil && lost {
		err = status(trouble)
	}
	return r, err
}

// encodings counts the texts that were in another encoding than UTF-8, and keeps
// where the first of each was: a guess that a reader should know of.
type encodings map[string]*guess

type guess struct {
	texts int
	first string
}

func (e encodings) of(records iter.Seq2[ingest.Record, error]) iter.Seq2[ingest.Record, error] {
	return func(yield func(ingest.Record, error) bool) {
		for r, err := range records {
			if err == nil && r.Encoding != "" && r.Encoding != "UTF-8" {
				g := e[r.Encoding]
				if g == nil {
					g = &guess{first: r.Origin.Path}
					e[r.Encoding] = g
				}
				g.texts++
			}
			if !yield(r, err) {
				return
			}
		}
	}
}

func (e encodings) say(a *app) {
	if a.quiet {
		return
	}
	for _, name := range slices.Sorted(maps.Keys(e)) {
		a.complain("%s read as %s, the first of them %s", report.Count(e[name].texts, "text was", "texts were"), name, e[name].first)
	}
}

// half counts the records whose JSON escapes half a character, and keeps where the
// first was.
type half struct {
	records int
	first   ingest.Origin
}

func (h *half) of(records iter.Seq2[ingest.Record, error]) iter.Seq2[ingest.Record, error] {
	return func(yield func(ingest.Record, error) bool) {
		for r, err := range records {
			if err == nil && r.Half {
				if h.records++; h.records == 1 {
					h.first = r.Origin
				}
			}
			if !yield(r, err) {
				return
			}
		}
	}
}

func (h *half) say(a *app) {
	if h.records > 0 && !a.quiet {
		a.complain(`%s an escape like "\ud800" that is half a character, read as U+FFFD; the first: %s, record %d, byte %d`,
			report.Count(h.records, "record has", "records have"), h.first.Path, h.first.Record, h.first.Byte)
	}
}

// passedOver counts the files in folders that are not read by their kind, and keeps
// the first.
type passedOver struct {
	files int
	first string
}

func (p *passedOver) add(path string) {
	if filepath.Ext(path) == ".repost" { // a corpus beside its dumps
		return
	}
	if p.files++; p.files == 1 {
		p.first = path
	}
}

func (p *passedOver) say(a *app) {
	if p.files > 0 && !a.quiet {
		a.complain("%s of a kind that is not read and passed over, the first of them %s", report.Count(p.files, "file was", "files were"), p.first)
	}
}

// said returns what a load did, in words.
func said(r store.LoadReport) string {
	s := report.Count(r.Read, "document", "documents") + " read: " + report.Thousands(r.Added) + " new, " +
		report.Thousands(r.Unchanged) + " unchanged, " + report.Thousands(r.Replaced) + " replaced"
	if r.Skipped > 0 {
		s += "; " + report.Thousands(r.Skipped) + " skipped"
	}
	return s
}
