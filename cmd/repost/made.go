package main

import (
	"context"
	"fmt"
	"runtime/debug"
	"time"

	"repost/cmd/repost/internal/report"
	"repost/cmd/repost/internal/web"
)

// What a page compares may take longer than a reader should wait. It is made in the
// background: what is there within patience is shown at once, the rest when the page is asked
// for again. It is kept until the corpus changes. While a corpus is being fed it changes all
// the time, and a page that is slow to make would never be there; then the one that was made
// last is shown, if that was not longer than stale ago.
const (
	patience  = 120 * time.Millisecond
	stale     = 10 * time.Second
	mostPages = 300      // that are kept
	mostBytes = 64 << 20 // of their texts
	mostQueue = 100      // pages that wait to be made
)

// made is what a page shows, or is going to.
type made struct {
	version uint64        // of the corpus
	ready   chan struct{} // closed when what follows is set
	value   any
	err     error
	at      time.Time
	old     *made // ready; what was shown before, or nil
}

func (x *made) isReady() bool {
	select {
	case <-x.ready:
		return true
	default:
		return false
	}
}

// make returns what work makes of the corpus as it is; several that want the same share the
// work. A reader shares also the work on a version before, which a program does not: it must
// see what it wrote.
func (l *library) make(ctx context.Context, key string, work func() (any, error)) *made {
	version := l.version.Load()
	l.mu.Lock()
	defer l.mu.Unlock()
	x := l.pages[key]
	if x != nil && (x.version == version || !x.isReady() && !web.Program(ctx)) {
		return x
	}
	l.makeRoom()
	next := &made{version: version, ready: make(chan struct{})}
	if x != nil && x.isReady() && x.err == nil {
		next.old, x.old = x, nil
	} else if x != nil {
		next.old = x.old
	}
	if l.queued >= mostQueue { // a reader's page asks again by itself
		if next.err = web.ErrBusy; !web.Program(ctx) {
			next.err = web.ErrLater
		}
		close(next.ready)
		return next
	}
	l.pages[key] = next
	l.queued++
	l.background.Go(func() {
		l.working <- struct{}{}
		value, err := any(nil), l.ctx.Err()
		if err == nil {
			value, err = guarded(work)
		}
		<-l.working
		l.mu.Lock()
		defer l.mu.Unlock()
		l.queued--
		next.value, next.err, next.at = value, err, time.Now()
		if err == nil {
			l.keptBytes += textBytes(value)
		}
		close(next.ready)
	})
	return next
}

// guarded is work whose panic is an error: one page that cannot be made leaves the others.
func guarded(work func() (any, error)) (value any, err error) {
	defer func() {
		if r := recover(); r != nil {
			debug.PrintStack()
			err = fmt.Errorf("this page cannot be made, which is a bug of repost; the log of the server says where: %v", r)
		}
	}()
	return work()
}

// makeRoom lets go of the pages that are made, once they are many or large.
func (l *library) makeRoom() {
	if len(l.pages) < mostPages && l.keptBytes < mostBytes {
		return
	}
	for key, x := range l.pages {
		if x.isReady() {
			delete(l.pages, key)
		}
	}
	l.keptBytes = 0
}

// wait waits for what is made, for patience unless a program asks, which would rather have
// all of it, and returns it.
func (x *made) wait(ctx context.Context) (any, error) {
	var late <-chan time.Time
	if !web.Program(ctx) {
		late = time.After(patience)
	}
	select {
	case <-x.ready:
		if x.err != web.ErrLater {
			return x.value, x.err
		}
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-late:
	}
	if x.old != nil && time.Since(x.old.at) < stale {
		return x.old.value, nil
	}
	return nil, web.ErrLater
}

// textBytes is about how much memory what is made takes: its texts.
func textBytes(value any) int {
	n := 0
	switch v := value.(type) {
	case *report.Document:
		n = len(v.Text)
	case *web.Pair:
		n = 2 * (len(v.TextA) + len(v.TextB))
	case *web.History:
		for i := range v.Revisions {
			n += 2 * (len(v.Revisions[i].TextA) + len(v.Revisions[i].TextB))
		}
	case *report.Collation:
		for i := range v.Places {
			for k := range v.Places[i].Readings {
				n += 2 * len(v.Places[i].Readings[k].Text)
			}
		}
	}
	return n
}

// madeAs is what was made, as the type that it has.
func madeAs[T any](value any, err error) (T, error) {
	out, _ := value.(T)
	return out, err
}
