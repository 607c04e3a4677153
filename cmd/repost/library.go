package main

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"repost/cmd/repost/internal/web"
	"repost/dedup"
	"repost/store"
)

// library is a corpus as a server shows it: a web.Library. Readers do not wait for each
// other, nor for who writes; writers wait for each other.
type library struct {
	corpus   *store.Corpus
	name     string
	readOnly bool

	writing   sync.Mutex    // held by who adds, removes or notes
	version   atomic.Uint64 // how often that was done
	mu        sync.Mutex    // of what follows
	kept      *catalogue
	made      uint64 // version of kept
	making    chan struct{}
	pages     map[string]*made
	queued    int           // pages that are being made, or wait for it
	keptBytes int           // of texts of pages
	working   chan struct{} // room for those that compare
	finding   chan struct{} // and for those that look for a text, which wait for nobody's page

	noting sync.Mutex // of noted
	noted  *noteBook  // nil until it is read

	known      map[uint64]bool // hash of members → whether any differs in substance: see substance.go
	comparing  bool
	ctx        context.Context // ends with close
	cancel     context.CancelFunc
	background sync.WaitGroup
}

// close ends the work in the background; the corpus may be closed after it.
func (l *library) close() {
	l.cancel()
	l.background.Wait()
}

func newLibrary(c *store.Corpus, name string, readOnly bool) *library {
	ctx, cancel := context.WithCancel(context.Background())
	return &library{ctx: ctx, cancel: cancel, known: map[uint64]bool{}, corpus: c, name: name, readOnly: readOnly, pages: map[string]*made{}, working: make(chan struct{}, 4), finding: make(chan struct{}, 4)}
}

// catalogue returns the catalogue. While a new one is made, the one before is shown: a list
// that is some seconds old is better than a page that takes some.
func (l *library) catalogue(ctx context.Context) (*catalogue, error) {
	l.mu.Lock()
	now := l.version.Load()
	if l.kept != nil && l.made == now {
		defer l.mu.Unlock()
		return l.kept, nil
	}
	if l.making == nil {
		done := make(chan struct{})
		l.making = done
		l.background.Go(func() {
			k, err := newCatalogue(l.ctx, l.corpus, l.name)
			l.mu.Lock()
			if err == nil {
				l.kept, l.made = k, now
			}
			l.making = nil
			l.mu.Unlock()
			close(done)
		})
	}
	old, wait := l.kept, l.making
	l.mu.Unlock()
	if old != nil {
		return old, nil
	}
	select {
	case <-wait:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.kept == nil {
		return nil, errors.New("the list of stories could not be read; repost check says what of the corpus is damaged")
	}
	return l.kept, nil
}

func (l *library) Overview(ctx context.Context) (*web.Overview, error) {
	k, err := l.catalogue(ctx)
	if err != nil {
		return nil, err
	}
	return k.overview, nil
}

// searching is how long a page of a search of texts may take.
const searching = 150 * time.Millisecond

func (l *library) Stories(ctx context.Context, q web.Query) (*web.Stories, error) {
	k, err := l.catalogue(ctx)
	if err != nil {
		return nil, err
	}
	for name, date := range map[string]string{"since": q.Since, "until": q.Until} {
		if first, _ := dedup.Days(date); date != "" && first == dedup.Day("") {
			return nil, web.Wrong(name)
		}
	}
	out := &web.Stories{Query: q, Stories: []web.Summary{}, Names: k.sources[:min(len(k.sources), 500)]}
	word := searchable(q.Text)
	skip := (q.Page - 1) * q.PerPage
	until := time.Now().Add(searching)
	if q.Substantive {
		l.compareInBackground(k)
	}
	order := k.orders[q.Sort]
	for at, i := range order[min(q.Continued, len(order)):] {
		x := &k.stories[i]
		if !x.fits(&q) {
			continue
		}
		if q.Substantive {
			if has, known := l.substantive(x); !has {
				if !known {
					out.Unknown++
				}
				continue
			}
		}
		if word != "" && !strings.Contains(x.words, word) {
			if !q.InTexts {
				continue
			}
			if time.Now().After(until) && at > 0 {
				out.Further = q.Continued + at
				break
			}
			found, err := l.says(x.ID, word)
			if err != nil {
				return nil, err
			}
			if !found {
				continue
			}
		}
		if out.Total++; out.Total > skip && len(out.Stories) < q.PerPage {
			out.Stories = append(out.Stories, x.Summary)
		}
		if q.InTexts && word != "" && len(out.Stories) == q.PerPage && q.Continued+at+1 < len(order) {
			out.Further = q.Continued + at + 1 // further pages begin where this one ended
			break
		}
	}
	out.Searched = out.Further
	return out, ctx.Err()
}

// searchable folds what is searched and what is looked for: foldLetters leaves the case of ASCII.
func searchable(s string) string { return strings.ToLower(foldLetters(s)) }

// says reports whether the canonical text of a story has a word.
func (l *library) says(id, word string) (bool, error) {
	s, ok, err := l.corpus.Story(id)
	if err != nil || !ok {
		return false, err
	}
	d, err := l.corpus.Document(s.Members[0].Doc)
	if err != nil {
		return false, err
	}
	return strings.Contains(searchable(d.Text), word), nil
}
