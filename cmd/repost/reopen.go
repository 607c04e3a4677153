package main

import (
	"context"
	"io"
	"maps"
	"os"
	"sync"
	"time"

	"repost/cmd/repost/internal/report"
	"repost/cmd/repost/internal/web"
	"repost/store"
)

// follower is the library of a corpus that another program writes: it opens the file again
// once it has changed. Requests under way end on the corpus they began with.
type follower struct {
	path string
	open func() (*store.Corpus, error)

	mu      sync.Mutex // of library
	library *served
	seen    os.FileInfo // of the file that is open
	ending  sync.WaitGroup

	asking sync.Mutex
	asked  time.Time
}

// served is a library and the requests under way.
type served struct {
	*library
	users sync.WaitGroup
}

// end closes a library that gets no more requests, and its corpus.
func (s *served) end() error {
	s.users.Wait()
	s.close()
	return s.corpus.Close()
}

// Files are looked at at most so often, and opened again at most so often.
const (
	lookEvery   = time.Second
	reopenEvery = 5 * time.Second
)

func newFollower(c *store.Corpus, path string, open func() (*store.Corpus, error)) (*follower, error) {
	seen, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	return &follower{path: path, open: open, library: &served{library: newLibrary(c, path, true)}, seen: seen}, nil
}

// close ends the work in the background, and closes the corpus.
func (f *follower) close() error {
	f.asking.Lock() // nothing is opened any longer
	f.ending.Wait()
	return f.library.end()
}

// follow opens the file again if it has changed. A file that cannot be opened now, since it
// is being replaced, is tried again the next time.
func (f *follower) follow() {
	if !f.asking.TryLock() {
		return
	}
	defer f.asking.Unlock()
	if time.Since(f.asked) < lookEvery {
		return
	}
	f.asked = time.Now()
	now, err := os.Stat(f.path)
	if err != nil || os.SameFile(now, f.seen) && now.ModTime().Equal(f.seen.ModTime()) && now.Size() == f.seen.Size() {
		return
	}
	c, err := f.open()
	if err != nil {
		return
	}
	f.asked = time.Now().Add(reopenEvery - lookEvery)
	f.seen = now
	old, next := f.library, &served{library: newLibrary(c, f.path, true)}
	old.mu.Lock()
	next.kept, next.known = old.kept, maps.Clone(old.known) // shown until there is a new one
	old.mu.Unlock()
	next.version.Store(old.version.Load() + 1)
	next.made = old.version.Load()
	f.mu.Lock()
	f.library = next
	f.mu.Unlock()
	f.ending.Go(func() { old.end() })
}

// with calls fn with the library of the file as it is.
func with[T any](f *follower, fn func(l *library) (T, error)) (T, error) {
	f.follow()
	f.mu.Lock()
	l := f.library
	l.users.Add(1)
	f.mu.Unlock()
	defer l.users.Done()
	return fn(l.library)
}

func (f *follower) Overview(ctx context.Context) (*web.Overview, error) {
	return with(f, func(l *library) (*web.Overview, error) { return l.Overview(ctx) })
}

func (f *follower) Stories(ctx context.Context, q web.Query) (*web.Stories, error) {
	return with(f, func(l *library) (*web.Stories, error) { return l.Stories(ctx, q) })
}

func (f *follower) Documents(ctx context.Context, q web.DocumentQuery) (*web.Documents, error) {
	return with(f, func(l *library) (*web.Documents, error) { return l.Documents(ctx, q) })
}

func (f *follower) Story(ctx context.Context, id string, page int, base string) (*web.Story, error) {
	return with(f, func(l *library) (*web.Story, error) { return l.Story(ctx, id, page, base) })
}

func (f *follower) Document(ctx context.Context, id string) (*report.Document, error) {
	return with(f, func(l *library) (*report.Document, error) { return l.Document(ctx, id) })
}

func (f *follower) Difference(ctx context.Context, a, b string) (*web.Pair, error) {
	return with(f, func(l *library) (*web.Pair, error) { return l.Difference(ctx, a, b) })
}

func (f *follower) Collation(ctx context.Context, id string, ids []string) (*report.Collation, error) {
	return with(f, func(l *library) (*report.Collation, error) { return l.Collation(ctx, id, ids) })
}

func (f *follower) History(ctx context.Context, id string, page int) (*web.History, error) {
	return with(f, func(l *library) (*web.History, error) { return l.History(ctx, id, page) })
}

func (f *follower) Find(ctx context.Context, text, sensitivity string, limit int) (*web.Found, error) {
	return with(f, func(l *library) (*web.Found, error) { return l.Find(ctx, text, sensitivity, limit) })
}

func (f *follower) Changes(ctx context.Context, since uint32, fn func(uint32, any) error) error {
	_, err := with(f, func(l *library) (struct{}, error) { return struct{}{}, l.Changes(ctx, since, fn) })
	return err
}

func (f *follower) Notes(ctx context.Context, subject string) ([]web.Note, error) {
	return with(f, func(l *library) ([]web.Note, error) { return l.Notes(ctx, subject) })
}

func (f *follower) Add(context.Context, io.Reader, bool, func(*web.Added) error) error {
	return web.ErrReadOnly
}
func (f *follower) Remove(context.Context, string) error    { return web.ErrReadOnly }
func (f *follower) SetNote(context.Context, web.Note) error { return web.ErrReadOnly }
