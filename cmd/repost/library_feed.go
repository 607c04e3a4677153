package main

import (
	"context"
	"io"
	"iter"
	"strings"
	"time"

	"repost/cmd/repost/internal/web"
	"repost/store"
	"repost/store/ingest"
)

// Documents that come one by one are stored together: as many as come within gather, up to
// mostGathered or the bytes of gathered texts. A line of more than mostLine bytes is refused:
// a server holds those of all its clients in memory.
const (
	gather        = 200 * time.Millisecond
	mostGathered  = 1000
	gatheredBytes = 8 << 20
	mostLine      = 16 << 20
)

func (l *library) Add(ctx context.Context, lines io.Reader, answer func(*web.Added) error) error {
	if l.readOnly {
		return web.ErrReadOnly
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	type item struct {
		rec ingest.Record
		err error
	}
	queue := make(chan item)
	go func() {
		defer close(queue)
		for rec, err := range ingest.Read([]string{"-"}, ingest.Interruptible(ctx, lines), ingest.Options{Format: "jsonl", KeepMarkup: true, MaxRecord: mostLine, Notes: &ingest.Notes{}}) {
			select {
			case queue <- item{rec, err}:
			case <-ctx.Done():
				return
			}
		}
	}()
	for {
		first, ok := <-queue
		if !ok {
			return ctx.Err()
		}
		batch := []item{first}
		size := len(first.rec.Doc.Text)
		for full := time.After(gather); len(batch) < mostGathered && size < gatheredBytes; {
			select {
			case next, ok := <-queue:
				if ok {
					batch = append(batch, next)
					size += len(next.rec.Doc.Text)
					continue
				}
			case <-full:
			}
			break
		}
		answers := make([]*web.Added, len(batch))
		var records []ingest.Record
		var at []int
		for i, it := range batch {
			switch {
			case it.err != nil:
				answers[i] = &web.Added{Status: "refused", Error: it.err.Error()}
			case strings.HasPrefix(it.rec.Doc.ID, "-:"):
				answers[i] = &web.Added{Status: "refused", Error: "the document has no id"}
			default:
				records, at = append(records, it.rec), append(at, i)
			}
		}
		told, err := l.take(ctx, records)
		if err != nil {
			return err
		}
		for k, i := range at {
			answers[i] = told[k]
		}
		for _, a := range answers {
			if err := answer(a); err != nil {
				return err
			}
		}
	}
}

// take stores documents and says of each what became of it and what it repeats.
func (l *library) take(ctx context.Context, records []ingest.Record) ([]*web.Added, error) {
	l.writing.Lock()
	defer l.writing.Unlock()
	var out []*web.Added
	var numbers []uint32
	_, err := store.Load(ctx, l.corpus, inOrder(records), store.LoadOptions{Stored: func(e *store.Entry, n uint32, fate store.Fate) {
		out, numbers = append(out, &web.Added{ID: e.Doc.ID, Status: fate.String()}), append(numbers, n)
	}})
	l.version.Add(1)
	if err != nil {
		return nil, err
	}
	t := newPresenter(l.corpus)
	for i, n := range numbers {
		if out[i].Status == store.Unchanged.String() || l.corpus.Retired(n) { // or another of the batch took its place
			continue
		}
		if out[i].Novelty, err = t.novelty(ctx, n); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// inOrder is records as Load reads them.
func inOrder(records []ingest.Record) iter.Seq2[ingest.Record, error] {
	return func(yield func(ingest.Record, error) bool) {
		for _, r := range records {
			if !yield(r, nil) {
				return
			}
		}
	}
}

func (l *library) Remove(ctx context.Context, id string) error {
	if l.readOnly {
		return web.ErrReadOnly
	}
	l.writing.Lock()
	defer l.writing.Unlock()
	n, ok, err := l.corpus.Number(id)
	if err != nil {
		return err
	}
	if !ok {
		return web.ErrNotFound
	}
	defer l.version.Add(1)
	if err := l.corpus.Remove([]uint32{n}); err != nil {
		return err
	}
	return l.corpus.UpdateStories(ctx, nil)
}

func (l *library) Changes(_ context.Context, since uint32, fn func(at uint32, change any) error) error {
	return l.corpus.Changes(since, func(ch *store.Change) error { return fn(ch.At, ch) })
}
