package main

import (
	"cmp"
	"context"
	"errors"
	"sync"

	"repost/cmd/repost/internal/report"
	"repost/cmd/repost/internal/web"
	"repost/store"
	"repost/store/ingest"
)

// ingest --follow: documents are taken in as a program sends them. They are stored in groups
// (see gather), the stories are brought up to date with each group, and only then is a
// document answered: what was answered survives a crash, and who was not answered sends again
// what the corpus may have already, which changes nothing and is answered as if it were new.

const followHelp = `--follow reads JSON lines from a program that goes on running: from standard input or a
named pipe until it is closed, or from a file as it grows until an interrupt. Documents are stored, and the stories
brought up to date, --interval after the first of them came, or sooner where many
come; readers of the corpus see them from then on. With --json each line is answered with a
line, in order, once it is on disk: its number, the id, and what became of the document
(added, unchanged, replaced, older, refused); --novelty adds what it repeats of the documents
that came before. A document that was not answered when the process ended may be sent again:
if it was stored, it is unchanged, and answered with the same. Of versions of a document whose
dates do not say which is newer, the last that comes is: a page that is edited back is replaced
by what it was. A line that cannot be read is
reported, answered as refused, and ends nothing; so is a document without an id or address,
since a number of a line is none after a restart.`

// errNoID is why a document that a program sends is refused.
var errNoID = errors.New("the document has no id and no address")

// intake stores what comes, and answers it.
type intake struct {
	corpus     *store.Corpus
	novelty    bool
	presenters sync.Pool
	loaded     loaded
}

func newIntake(c *store.Corpus, novelty bool) *intake {
	return &intake{corpus: c, novelty: novelty, presenters: sync.Pool{New: func() any { return newPresenter(c) }}}
}

// take stores documents and returns their answers.
func (in *intake) take(ctx context.Context, records []ingest.Record) ([]report.Answer, error) {
	all, r, err := take(ctx, in.corpus, records)
	in.loaded.add(&r)
	if err != nil {
		return nil, err
	}
	answers := make([]report.Answer, len(all))
	for i, d := range all {
		answers[i] = report.Answer{ID: d.id, Status: d.fate.String()}
	}
	if !in.novelty {
		return answers, nil
	}
	from, known := make([]sources, len(all)), timelines{}
	for i, d := range all {
		if from[i], err = known.sources(in.corpus, d.number, d.number); err != nil {
			return nil, err
		}
	}
	errs := make([]error, len(all))
	each(ctx, len(all), func(i int) {
		t := in.presenters.Get().(*presenter)
		defer in.presenters.Put(t)
		n, err := t.newcomer(all[i].number, from[i])
		if errs[i] = err; n != nil {
			answers[i].Version, answers[i].Novelty = n.Version, n.Novelty
		}
	})
	return answers, errors.Join(errs...)
}

// add adds up what was loaded.
func (l *loaded) add(r *store.LoadReport) {
	l.Read += r.Read
	l.Bytes += r.Bytes
	l.Added += r.Added
	l.Unchanged += r.Unchanged
	l.Replaced += r.Replaced
	l.Older += r.Older
	l.Apart += r.Apart
}

// follow takes in what comes until it ends, and says at the end what that was.
func (a *app) follow(c *store.Corpus, path string, f followFlags, novelty bool) error {
	if c.Covered() != c.Next() { // of a process that was killed
		if err := c.UpdateStories(a.ctx, nil); err != nil {
			return err
		}
	}
	in := newIntake(c, novelty)
	skipped, err := a.answer(path, f, in.take)
	in.loaded.Skipped = skipped
	if a.json || novelty {
		a.summary(a.stderr, c, in.loaded)
	} else {
		a.summary(a.stdout, c, in.loaded)
	}
	return err
}

// answer reads a stream, hands over what it has in groups, and prints their answers. The
// group that is there at an interrupt is the last.
func (a *app) answer(path string, f followFlags, take func(ctx context.Context, records []ingest.Record) ([]report.Answer, error)) (skipped int, err error) {
	ctx, in, err := a.openStream(path)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, in.close()) }()
	out := a.printer()
	for group := range gather(ctx, in.records, f.interval) {
		answers := make([]report.Answer, len(group))
		var records []ingest.Record
		var at []int
		for i, s := range group {
			if s.err == nil && s.rec.Unnamed {
				o := s.rec.Origin
				s.err = &ingest.Error{Path: o.Path, Record: o.Record, Byte: o.Byte, Err: errNoID}
			}
			if s.err == nil {
				records, at = append(records, s.rec), append(at, i)
				continue
			}
			skipped++
			answers[i].Status = "refused"
			answers[i].Line, answers[i].Error = in.refuse(s.err)
		}
		if len(records) > 0 {
			given, err := take(ctx, records)
			if err != nil {
				return skipped, err
			}
			for k, i := range at {
				answers[i] = given[k]
				answers[i].Line = group[i].rec.Origin.Record
			}
		}
		for i := range answers {
			out.Answer(&answers[i])
		}
		if err := cmp.Or(out.Err, a.stdout.Flush()); err != nil {
			return skipped, err
		}
	}
	a.sayNotes(in.notes)
	if in.lost {
		return skipped, status(trouble)
	}
	return skipped, nil
}

// followTo is follow with a server that stores.
func (a *app) followTo(server, token, path string, f followFlags, novelty bool) error {
	to, err := newFeeder(server, token)
	if err != nil {
		return err
	}
	to.gone = func(err error) {
		a.complain("%v; waiting for the server, and sending again what it did not answer", err)
	}
	counts, refused := map[string]int{}, 0
	skipped, err := a.answer(path, f, func(ctx context.Context, records []ingest.Record) (answers []report.Answer, err error) {
		to.answer = func(x *web.Added) error {
			if counts[x.Status]++; x.Status == "refused" {
				refused++
				a.complain("%s: %s", x.ID, x.Error)
			}
			answer := report.Answer{ID: x.ID, Status: x.Status, Error: x.Error}
			if novelty {
				answer.Novelty = x.Novelty
			}
			answers = append(answers, answer)
			return nil
		}
		batch := make([]fed, len(records))
		for i := range records {
			batch[i] = fedOf(&records[i].Doc)
		}
		return answers, to.send(ctx, batch)
	})
	a.sent(to, counts)
	if err == nil && skipped+refused > 0 {
		return status(trouble)
	}
	return err
}
