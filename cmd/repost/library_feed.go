package main

import (
	"context"
	"io"
	"time"

	"repost/cmd/repost/internal/web"
	"repost/store"
	"repost/store/ingest"
)

// What a server gathers: see gather. A line of more than mostLine bytes is refused: a server
// holds those of all its clients in memory.
const (
	gatherFor = 100 * time.Millisecond
	mostLine  = 16 << 20
)

func (l *library) Add(ctx context.Context, lines io.Reader, asRead bool, answer func(*web.Added) error) error {
	if l.readOnly {
		return web.ErrReadOnly
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	opt := ingest.Options{Context: ctx, KeepMarkup: asRead, MaxRecord: mostLine}
	queue := queued(ctx, ingest.Follow(ingest.Interruptible(ctx, lines), "-", opt))
	for batch := range gather(ctx, queue, gatherFor) {
		answers := make([]*web.Added, len(batch))
		var records []ingest.Record
		var at []int
		for i, it := range batch {
			switch {
			case it.err != nil:
				line, reason := placeOf(it.err)
				answers[i] = &web.Added{Line: line, Status: "refused", Error: reason}
			case it.rec.Unnamed:
				answers[i] = &web.Added{Line: it.rec.Origin.Record, Status: "refused", Error: errNoID.Error()}
			default:
				records, at = append(records, it.rec), append(at, i)
			}
		}
		taken, err := l.take(ctx, records)
		if err != nil {
			return err
		}
		for k, i := range at {
			answers[i] = taken[k]
			answers[i].Line = batch[i].rec.Origin.Record
		}
		for _, a := range answers {
			if err := answer(a); err != nil {
				return err
			}
		}
	}
	return ctx.Err()
}

// take stores documents and says of each what became of it and what it repeats.
func (l *library) take(ctx context.Context, records []ingest.Record) ([]*web.Added, error) {
	l.writing.Lock()
	defer l.writing.Unlock()
	all, _, err := take(ctx, l.corpus, records)
	l.version.Add(1)
	if err != nil {
		return nil, err
	}
	out := make([]*web.Added, len(all))
	t := newPresenter(l.corpus)
	for i, d := range all {
		out[i] = &web.Added{ID: d.id, Status: d.fate.String()}
		if d.fate == store.Unchanged || l.corpus.Retired(d.number) {
			continue
		}
		if out[i].Novelty, err = t.novelty(ctx, d.number); err != nil {
			return nil, err
		}
	}
	return out, nil
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
