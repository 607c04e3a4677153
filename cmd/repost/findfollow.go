package main

import (
	"context"
	"errors"
	"sync"

	"repost/cmd/repost/internal/report"
	"repost/store"
)

// find --follow: a program sends texts and gets answers, on all threads and in order. The
// corpus may be written meanwhile: see follower.

const findFollowHelp = `--follow answers a program that sends texts as it goes, JSON lines on standard input, a named
pipe or in a file that grows: a line of JSON for each of them, in order, with the number of
the line and all documents that carry the text, or the reason why the line cannot be read.
All threads search, and what is ready is printed when the input pauses. What another process
ingests meanwhile is found some seconds later. In Go, Find of store.Corpus does
the same without a process.`

// findFollow answers the texts of a stream.
func (a *app) findFollow(path string, f findFlags) error {
	open := func() (*store.Corpus, error) { return a.open(store.Options{ReadOnly: true}) }
	c, err := open()
	if err != nil {
		return err
	}
	a.state(c)
	corpus, err := newFollower(c, a.corpus, open)
	if err != nil {
		return errors.Join(err, c.Close())
	}
	found, lost := false, false
	err = func() (err error) {
		ctx, in, err := a.openStream(path)
		if err != nil {
			return err
		}
		defer func() { lost, err = in.lost, errors.Join(err, in.close()) }()
		out := &report.Printer{W: a.stdout, JSON: true}
		s := &finder{follower: corpus, findFlags: f}
		return inTurn(ctx, in.records,
			func(q sent) searched { return s.answer(ctx, q) },
			func(r searched) error {
				if r.failed != nil {
					return r.failed
				}
				if r.unread != nil {
					r.answer.Line, r.answer.Error = in.refuse(r.unread)
				}
				found = found || len(r.answer.Matches) > 0
				out.Object(&r.answer)
				return out.Err
			}, a.stdout.Flush)
	}()
	err = errors.Join(err, corpus.close())
	switch {
	case err != nil:
		return err
	case lost:
		return status(trouble)
	case !found:
		return status(nothing)
	}
	return nil
}

// finder answers texts. It is safe for concurrent use.
type finder struct {
	*follower
	findFlags
	presenters sync.Pool
}

// searched is the answer to a line.
type searched struct {
	answer report.Findings
	unread error // the line
	failed error // the search
}

func (s *finder) answer(ctx context.Context, q sent) searched {
	if q.err != nil {
		return searched{unread: q.err}
	}
	r := searched{answer: report.Findings{Line: q.rec.Origin.Record}}
	if !q.rec.Unnamed {
		r.answer.Query = q.rec.Doc.ID
	}
	r.answer.Matches, r.failed = with(s.follower, func(l *library) (matches []report.Match, err error) {
		t, _ := s.presenters.Get().(*presenter)
		if t == nil || t.corpus != l.corpus {
			t = newPresenter(l.corpus)
		}
		defer s.presenters.Put(t)
		matches, r.answer.More, err = t.find(ctx, &q.rec.Doc, sensitivities[s.sensitivity], s.limit)
		return matches, err
	})
	for i := range r.answer.Matches {
		r.answer.Matches[i].Query = ""
	}
	return r
}
