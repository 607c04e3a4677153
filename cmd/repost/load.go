package main

import (
	"context"
	"errors"
	"iter"

	"repost/cmd/repost/internal/report"
	"repost/store"
	"repost/store/ingest"
)

// complaints reports what is wrong with records, up to mostComplaints of them one by one, and
// after these what is wrong in a way that no other was: that the file is damaged, for instance.
type complaints struct {
	app     *app
	clear   func() // takes the progress line away
	seen    int
	hidden  int
	reasons map[string]bool
}

const mostComplaints = 20

// add reports err, which has a reason of its own or shares that of others.
func (c *complaints) add(err error) {
	reason := err.Error()
	if e := new(ingest.Error); errors.As(err, &e) {
		reason = e.Err.Error()
	}
	if c.reasons == nil {
		c.reasons = map[string]bool{}
	}
	known := c.reasons[reason]
	if len(c.reasons) < 2*mostComplaints {
		c.reasons[reason] = true
	}
	if c.seen++; c.seen > mostComplaints && (known || len(c.reasons) == 2*mostComplaints) {
		c.hidden++
		return
	}
	if c.clear != nil {
		c.clear()
	}
	c.app.complain("%v", err)
}

// end says how many were not shown.
func (c *complaints) end() {
	if c.hidden > 0 {
		c.app.complain("… and the same of %s", report.Count(c.hidden, "more record", "more records"))
	}
}

// mostApart is how many documents are named whose id was that of another, or came twice.
const mostApart = 3

// loaded is what a load did, and what it found of its input.
type loaded struct {
	store.LoadReport
	Files int         `json:"files"` // with a document that was read
	Input *inputFacts `json:"input"`
	snaps snapshots
	// versions is how many documents are versions of others of the run, as their ids are meant.
	versions int
}

// load reads paths into a corpus and updates its stories. What cannot be read is reported on stderr
// with its place, and reading continues. The status is trouble if anything but an empty
// text was lost.
func (a *app) load(ctx context.Context, c *store.Corpus, paths []string, p *progress) (loaded, error) {
	opt, err := a.input.options()
	if err != nil {
		return loaded{}, err
	}
	rejected, err := a.openRejects(paths, &opt)
	if err != nil {
		return loaded{}, err
	}
	lost := false
	apart, twice, versions := 0, 0, 0
	complaints := complaints{app: a, clear: p.clear}
	reading := c.Reading(paths)
	opt.Resume, opt.Originals = reading.Begin, a.originals
	if a.through != nil { // it must see all records
		reading, opt.Resume = nil, nil
	}
	records, snaps := a.watch(p, paths, opt), snapshots{first: map[uint64]uint32{}}
	if a.through != nil {
		records = a.through(records)
	}
	r, err := store.Load(ctx, c, records, store.LoadOptions{
		Reading: reading, Delivery: a.delivery, Progress: p.step,
		Skip: func(err error) error {
			if ctx.Err() != nil {
				return ctx.Err() // standard input ended by the interrupt
			}
			lost = lost || losesText(err)
			complaints.add(err)
			rejected.add(err)
			return nil
		},
		OnDuplicateID: func(e *store.Entry) {
			if e.Version {
				versions++
			} else if twice++; twice <= mostApart {
				p.clear()
				a.complain("reading %s: the id %q comes twice in what was given; its texts are versions of one document, of which the latest by date, or else the last, is the newest", e.Origin.Path, e.Doc.ID)
			}
		},
		Stored: snaps.stored,
		Apart: func(e *store.Entry, given string) {
			snaps.apart(c, e, given)
			if apart++; apart <= mostApart {
				p.clear()
				a.complain("reading %s: the id %q is that of another document, so this one has the id %q", e.Origin.Path, given, e.Doc.ID)
			}
		},
	})
	p.clear()
	complaints.end()
	if twice > mostApart {
		a.complain("%s came with an id that comes twice", report.Count(twice, "document", "documents"))
	}
	if err == nil {
		a.sayNotes(opt.Notes)
	}
	if rerr := rejected.close(); err == nil && rerr != nil {
		err = rerr
	}
	if err == nil && lost {
		err = status(trouble)
	}
	return loaded{r, opt.Notes.Files, factsOf(opt.Notes), snaps, versions}, err
}

// watch is read that reports to p how far it is.
func (a *app) watch(p *progress, paths []string, opt ingest.Options) iter.Seq2[ingest.Record, error] {
	if opt.Passed = &p.passed; !p.quiet {
		p.total, _ = ingest.Size(paths, opt)
	}
	return func(yield func(ingest.Record, error) bool) {
		for r, err := range a.read(paths, opt) {
			p.read(err)
			if !yield(r, err) {
				return
			}
		}
	}
}

// said returns what a load did, in words.
func said(r loaded) string {
	s := report.Count(r.Read, "document", "documents") + " read: " + report.Thousands(r.Added) + " new, " +
		report.Thousands(r.Unchanged) + " unchanged, " + report.Thousands(r.Replaced) + " replaced"
	if r.Older > 0 {
		s += ", " + report.Count(r.Older, "older version", "older versions")
	}
	if r.Apart > 0 {
		s += "; " + report.Count(r.Apart, "document whose id another one has", "documents whose ids others have") + " kept apart, with ids of their own"
	}
	if r.versions > 0 {
		s += "; " + report.Count(r.versions, "document is another version", "documents are other versions") + " of a document of this run"
	}
	if r.Skipped > 0 {
		s += "; " + report.Count(r.Skipped, "record", "records") + " skipped"
	}
	if r.LostFiles > 0 {
		s += "; " + report.Count(r.LostFiles, "file", "files") + " without a document that could be read"
	}
	return s
}
