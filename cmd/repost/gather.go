package main

import (
	"context"
	"iter"
	"time"

	"repost/store"
	"repost/store/ingest"
)

// Documents that come one by one are stored together (group commit: DeWitt and others,
// SIGMOD 1984): as many as come within the interval, and more while the group before is
// stored, up to mostGathered or the bytes of gathered texts. So what comes slowly waits for
// the interval and what comes fast for no disk of its own; and who sends more than can be
// stored is kept waiting, with that much in memory.
const (
	mostGathered  = 1000
	gatheredBytes = 8 << 20
)

// sent is a document that a program sent, or why it cannot be read.
type sent struct {
	rec ingest.Record
	err error
}

// queued reads records in another goroutine. The channel closes when they end, or ctx does.
func queued(ctx context.Context, records iter.Seq2[ingest.Record, error]) <-chan sent {
	queue := make(chan sent)
	go func() {
		defer close(queue)
		for rec, err := range records {
			select {
			case queue <- sent{rec, err}:
			case <-ctx.Done():
				return
			}
		}
	}()
	return queue
}

// gather makes groups of what comes through a queue, until that closes or ctx ends. No id
// comes twice in a group, so that each document is answered for itself.
func gather(ctx context.Context, queue <-chan sent, interval time.Duration) <-chan []sent {
	groups := make(chan []sent)
	go func() {
		defer close(groups)
		g := group{interval: interval, ids: map[string]bool{}}
		for queue != nil || len(g.all) > 0 {
			from, to := queue, groups
			if g.full {
				from = nil
			}
			if len(g.all) == 0 || !g.due && !g.full && queue != nil {
				to = nil
			}
			select {
			case s, ok := <-from:
				if !ok {
					queue = nil
					continue
				}
				g.add(s)
			case <-g.timer:
				g.due = true
			case to <- g.all:
				g.begin()
			case <-ctx.Done():
				return
			}
		}
	}()
	return groups
}

// group is what is gathered.
type group struct {
	interval time.Duration
	all      []sent
	bytes    int
	ids      map[string]bool
	next     *sent // the id of this one is in the group already
	full     bool
	timer    <-chan time.Time
	due      bool // the interval is over
}

func (g *group) add(s sent) {
	if id := s.rec.Doc.ID; s.err == nil && g.ids[id] {
		g.next, g.full = &s, true
		return
	} else if s.err == nil {
		g.ids[id] = true
	}
	if len(g.all) == 0 {
		g.timer = time.After(g.interval)
	}
	g.all, g.bytes = append(g.all, s), g.bytes+len(s.rec.Doc.Text)
	g.full = len(g.all) >= mostGathered || g.bytes >= gatheredBytes
}

// begin begins the next group.
func (g *group) begin() {
	first := g.next
	g.all, g.bytes, g.next, g.full, g.timer, g.due = nil, 0, nil, false, nil, false
	clear(g.ids)
	if first != nil {
		g.add(*first)
	}
}

// taken is what became of a document that was stored.
type taken struct {
	id     string
	number uint32
	fate   store.Arrival
}

// take stores documents and brings the stories up to date.
func take(ctx context.Context, c *store.Corpus, records []ingest.Record) (all []taken, report store.LoadReport, err error) {
	report, err = store.Load(ctx, c, inOrder(records), store.LoadOptions{Live: true, Stored: func(e *store.Entry, n uint32, fate store.Arrival) {
		all = append(all, taken{e.Doc.ID, n, fate})
	}})
	return all, report, err
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
