package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"repost/cmd/repost/internal/report"
	"repost/cmd/repost/internal/web"
	"repost/dedup"
	"repost/dedup/collate"
	"repost/store"
	"repost/store/ingest"
)

// library is a corpus as a server shows it: a web.Library. Readers do not wait for each
// other, nor for who writes; writers wait for each other.
type library struct {
	corpus   *store.Corpus
	name     string
	readOnly bool

	writing sync.Mutex    // held by who adds, removes or notes
	version atomic.Uint64 // how often that was done
	mu      sync.Mutex    // of what follows
	kept    *catalogue
	made    uint64 // version of kept
	making  chan struct{}
	pages   map[string]*storyPage
	working chan struct{} // room for those that compare
}

func newLibrary(c *store.Corpus, name string, readOnly bool) *library {
	return &library{corpus: c, name: name, readOnly: readOnly, pages: map[string]*storyPage{}, working: make(chan struct{}, 4)}
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
		go func() {
			k, err := newCatalogue(context.Background(), l.corpus, l.name)
			l.mu.Lock()
			if err == nil {
				l.kept, l.made = k, now
			}
			l.making = nil
			l.mu.Unlock()
			close(done)
		}()
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
	word := foldLetters(q.Text)
	skip := (q.Page - 1) * q.PerPage
	until := time.Now().Add(searching)
	order := k.orders[q.Sort]
	for at, i := range order[min(q.Continued, len(order)):] {
		x := &k.stories[i]
		if !x.fits(&q) {
			continue
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
	return strings.Contains(foldLetters(d.Text), word), nil
}

// A page of a story is made within patience: what is not compared by then is compared
// after it was sent, and shown the next time. mostCompared members are, at most.
const (
	patience     = 120 * time.Millisecond
	mostCompared = 60
	mostMembers  = 2000 // that a page lists
	mostPages    = 1000 // that are kept
)

// storyPage is a story that was compared, at a version of the corpus.
type storyPage struct {
	version uint64
	ready   chan struct{} // closed when story and err are set
	story   *web.Story
	err     error
}

func (l *library) Story(ctx context.Context, id string) (*web.Story, error) {
	version := l.version.Load()
	l.mu.Lock()
	x := l.pages[id]
	if x == nil || x.version != version {
		if len(l.pages) >= mostPages {
			clear(l.pages)
		}
		x = &storyPage{version: version, ready: make(chan struct{})}
		l.pages[id] = x
		go func() {
			l.working <- struct{}{}
			defer func() { <-l.working }()
			x.story, x.err = l.compared(id)
			close(x.ready)
		}()
	}
	l.mu.Unlock()
	select {
	case <-x.ready:
		return x.story, x.err
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-time.After(patience):
	}
	out, _, err := l.listed(id)
	return out, err
}

// listed is a story with what is known of its members without their texts.
func (l *library) listed(id string) (*web.Story, *dedup.Story, error) {
	s, ok, err := l.corpus.Story(id)
	if err == nil && !ok {
		err = web.ErrNotFound
	}
	if err != nil {
		return nil, nil, err
	}
	r, err := newTeller(l.corpus).story(&s)
	if err != nil {
		return nil, nil, err
	}
	out := &web.Story{Story: r, Base: r.Members[0].ID, Details: []web.Detail{}}
	at := map[string]int{}
	for i := range s.Members {
		meta, err := l.corpus.Meta(s.Members[i].Doc)
		if err != nil {
			return nil, nil, err
		}
		at[meta.ID] = meta.Bytes
	}
	for i, m := range r.InTime() {
		if i == mostMembers {
			break
		}
		out.Details = append(out.Details, web.Detail{Member: m, Bytes: at[m.ID]})
	}
	return out, &s, nil
}

// compared is a story with how its members differ from the base, and who was first.
func (l *library) compared(id string) (*web.Story, error) {
	out, s, err := l.listed(id)
	if err != nil {
		return nil, err
	}
	t := newTeller(l.corpus)
	if len(s.Members) <= mostCompared {
		if err := t.lineage(s, out.Story); err != nil {
			return nil, err
		}
	}
	lineage := map[string]*report.Lineage{}
	for i := range out.Lineage {
		lineage[out.Lineage[i].ID] = &out.Lineage[i]
	}
	for i := range out.Details {
		d := &out.Details[i]
		if d.Lineage = lineage[d.ID]; d.Lineage != nil {
			d.Said = report.Said(d.Lineage)
		}
		if d.ID == out.Base || i >= mostCompared {
			continue
		}
		x, err := t.pair(out.Base, d.ID)
		if err != nil {
			return nil, err
		}
		d.Compared, d.Substantive, d.Minor = true, x.Summary.Substantive, x.Summary.Minor
	}
	return out, nil
}

// pair compares two documents, what they share in a story or else what they have in common.
func (t *teller) pair(a, b string) (*report.Difference, error) {
	var sides [2]*side
	var numbers [2]uint32
	for i, id := range []string{a, b} {
		n, ok, err := t.corpus.Number(id)
		if err == nil && !ok {
			err = web.ErrNotFound
		}
		if err != nil {
			return nil, err
		}
		if sides[i], numbers[i], err = t.document(id); err != nil {
			return nil, err
		}
		numbers[i] = n
	}
	var err error
	inStory := false
	if sides[0].spans, sides[1].spans, inStory, err = t.shared(numbers[0], numbers[1]); err != nil {
		return nil, err
	}
	if !inStory {
		t.carve(sides[0], sides[1])
	}
	return t.difference(sides[0], sides[1]), nil
}

func (l *library) Document(ctx context.Context, id string) (*report.Document, error) {
	n, ok, err := l.corpus.Number(id)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, web.ErrNotFound
	}
	t := newTeller(l.corpus)
	r, err := t.about(n)
	if err != nil {
		return nil, err
	}
	return r, t.learned(ctx, r)
}

func (l *library) Difference(ctx context.Context, a, b string) (*report.Difference, error) {
	t := newTeller(l.corpus)
	d, err := t.pair(a, b)
	if err != nil {
		return nil, err
	}
	return d, ctx.Err()
}

// mostCollated bounds the versions of a collation that a page shows.
const mostCollated = 60

func (l *library) Collation(ctx context.Context, id string, ids []string) (*report.Collation, error) {
	s, ok, err := l.corpus.Story(id)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, web.ErrNotFound
	}
	t := newTeller(l.corpus)
	versions, err := t.versions(&s)
	if err != nil {
		return nil, err
	}
	if len(ids) > 0 {
		versions = slices.DeleteFunc(versions, func(v collate.Version) bool { return !slices.Contains(ids, v.Key) })
	}
	if len(versions) < 2 {
		return nil, web.Wrong("with")
	}
	r, err := t.collation(versions, collateFlags{limit: mostCollated})
	if err != nil {
		return nil, err
	}
	r.Cluster = s.ID
	return r, ctx.Err()
}

func (l *library) History(_ context.Context, id string) (*report.History, error) {
	numbers, err := l.corpus.Versions(id)
	if err != nil {
		return nil, err
	}
	if len(numbers) == 0 {
		return nil, web.ErrNotFound
	}
	return newTeller(l.corpus).historyOf(id, numbers)
}

func (l *library) Find(ctx context.Context, text, sensitivity string, limit int) (*web.Found, error) {
	t := newTeller(l.corpus)
	matches, more, err := t.find(ctx, &dedup.Document{ID: "text", Text: text}, sensitivities[sensitivity], limit)
	if matches == nil {
		matches = []report.Match{}
	}
	return &web.Found{Matches: matches, More: more}, err
}

// Documents that come one by one are stored together: as many as come within gather, or
// mostGathered.
const (
	gather       = 200 * time.Millisecond
	mostGathered = 1000
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
	queue := make(chan item, mostGathered)
	go func() {
		defer close(queue)
		for rec, err := range ingest.Read([]string{"-"}, ingest.Interruptible(ctx, lines), ingest.Options{Format: "jsonl", KeepMarkup: true, Notes: &ingest.Notes{}}) {
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
		for full := time.After(gather); len(batch) < mostGathered; {
			select {
			case next, ok := <-queue:
				if ok {
					batch = append(batch, next)
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
	out := make([]*web.Added, len(records))
	latest := map[string]int{}
	for i := range records {
		d := &records[i].Doc
		out[i] = &web.Added{ID: d.ID, Status: "added"}
		latest[d.ID] = i
		n, ok, err := l.corpus.Number(d.ID)
		if err != nil {
			return nil, err
		}
		if ok {
			old, err := l.corpus.Document(n)
			if err != nil {
				return nil, err
			}
			out[i].Status = "replaced"
			if old.Text == d.Text && old.Title == d.Title && old.Source == d.Source && old.Date == d.Date && old.URL == d.URL {
				out[i].Status = "unchanged"
			}
		}
	}
	_, err := store.Load(ctx, l.corpus, inOrder(records), store.LoadOptions{})
	l.version.Add(1)
	if err != nil {
		return nil, err
	}
	t := newTeller(l.corpus)
	for i := range records {
		if latest[records[i].Doc.ID] != i || out[i].Status == "unchanged" {
			continue
		}
		n, ok, err := l.corpus.Number(records[i].Doc.ID)
		if err != nil || !ok {
			return nil, cmp.Or(err, fmt.Errorf("%s is not there after it was stored", records[i].Doc.ID))
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
	return l.corpus.Settle(ctx, nil)
}

func (l *library) Changes(_ context.Context, since uint32, fn func(at uint32, change any) error) error {
	return l.corpus.Changes(since, func(ch *store.Change) error { return fn(ch.At, ch) })
}

// notesState is the name under which a corpus keeps notes, and mostNotes bounds its bytes.
const (
	notesState = "notes"
	mostNotes  = 16 << 20
)

func (l *library) Notes(_ context.Context, subject string) ([]web.Note, error) {
	all, err := notesOf(l.corpus)
	if err != nil || subject == "" {
		return all, err
	}
	return slices.DeleteFunc(all, func(n web.Note) bool { return n.Subject != subject }), nil
}

// notesOf returns the notes of a corpus, the latest first.
func notesOf(c *store.Corpus) ([]web.Note, error) {
	b, err := c.State(notesState)
	if err != nil || b == nil {
		return nil, err
	}
	var all []web.Note
	if err := json.Unmarshal(b, &all); err != nil {
		return nil, fmt.Errorf("%s: the notes are not in the form that this program writes", c.Path())
	}
	return all, nil
}

// SetNote puts a note in the place of the one on the same subject; one without a mark and
// a text takes it away.
func (l *library) SetNote(_ context.Context, n web.Note) error {
	if l.readOnly {
		return web.ErrReadOnly
	}
	l.writing.Lock()
	defer l.writing.Unlock()
	all, err := notesOf(l.corpus)
	if err != nil {
		return err
	}
	all = slices.DeleteFunc(all, func(old web.Note) bool { return old.Subject == n.Subject })
	if n.Mark != "" || n.Text != "" {
		all = slices.Insert(all, 0, n)
	}
	b, err := json.Marshal(all)
	if err != nil {
		return err
	}
	if len(b) > mostNotes {
		return fmt.Errorf("the notes of a corpus have at most %d bytes", mostNotes)
	}
	return l.corpus.SetState(notesState, b)
}
