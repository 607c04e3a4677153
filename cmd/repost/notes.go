package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"repost/cmd/repost/internal/web"
	"repost/store"
)

// notesState is the name under which a corpus keeps notes, and mostNotes bounds its bytes.
const (
	notesState = "notes"
	mostNotes  = 16 << 20
)

// noteBook is the notes of a corpus as they are kept in memory, since every page shows those on
// what it shows. A note on a story that has another id now is one on the story that it continues
// in, and on each if they are several.
type noteBook struct {
	kept      []web.Note // as they are in the corpus, the latest first
	all       []web.Note // the same with the subjects of now
	bySubject map[string][]web.Note
	at        uint32 // the generation of the stories
}

func newNoteBook(c *store.Corpus) (*noteBook, error) {
	kept, err := notesOf(c)
	if err != nil {
		return nil, err
	}
	b := &noteBook{kept: kept, at: c.Generation(), bySubject: map[string][]web.Note{}}
	var stories []string
	for _, n := range kept {
		if id, ok := storyOf(n.Subject); ok {
			stories = append(stories, id)
		}
	}
	now, err := c.Successors(stories...)
	for _, n := range kept {
		id, _ := storyOf(n.Subject)
		subjects := []string{n.Subject}
		if ids := now[id]; len(ids) > 0 {
			subjects = nil
			for _, id := range ids {
				subjects = append(subjects, storySubject(id))
			}
		}
		n.Subject = subjects[0]
		b.all = append(b.all, n)
		for _, s := range subjects {
			n.Subject = s
			b.bySubject[s] = append(b.bySubject[s], n)
		}
	}
	return b, err
}

// storyOf returns the story that a note is on.
func storyOf(subject string) (id string, ok bool) {
	if id, ok = strings.CutPrefix(subject, "story/"); ok {
		if plain, err := url.PathUnescape(id); err == nil {
			return plain, true
		}
	}
	return "", false
}

func storySubject(id string) string { return "story/" + url.PathEscape(id) }

// notes reads the notes of the corpus once, and again where stories have changed.
func (l *library) notes() (*noteBook, error) {
	l.noting.Lock()
	defer l.noting.Unlock()
	if l.noted != nil && l.noted.at == l.corpus.Generation() {
		return l.noted, nil
	}
	var err error
	l.noted, err = newNoteBook(l.corpus)
	return l.noted, err
}

func (l *library) Notes(_ context.Context, subject string) ([]web.Note, error) {
	b, err := l.notes()
	if err != nil {
		return nil, err
	}
	if subject == "" {
		return b.all, nil
	}
	return b.bySubject[subject], nil
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
	if id, ok := storyOf(n.Subject); ok {
		if now, err := l.corpus.Successors(id); err != nil {
			return err
		} else if len(now[id]) > 0 {
			n.Subject = storySubject(now[id][0])
		}
	}
	empty := n.Mark == "" && n.Text == "" // it takes one away, perhaps from what is gone
	if ok, err := l.has(n.Subject); err != nil || !ok && !empty {
		return cmp.Or(err, web.Wrong("subject"))
	}
	old, err := l.notes()
	if err != nil {
		return err
	}
	all := slices.Clone(old.kept)
	if there := old.bySubject[n.Subject]; len(there) > 0 { // stories that were merged may have several
		i := slices.IndexFunc(all, func(k web.Note) bool {
			k.Subject = n.Subject
			return k == there[0]
		})
		all = slices.Delete(all, i, i+1)
	}
	if !empty {
		all = slices.Insert(all, 0, n)
	}
	b, err := json.Marshal(all)
	if err != nil {
		return err
	}
	if len(b) > mostNotes {
		return web.ErrFull
	}
	if err := l.corpus.SetState(notesState, b); err != nil {
		return err
	}
	l.noting.Lock()
	l.noted = nil
	l.noting.Unlock()
	return nil
}

// has reports whether there is what a note is about: the story, or the documents. Slashes in ids
// are escaped there; an id that is not is that of another document, or of none.
func (l *library) has(subject string) (bool, error) {
	kind, rest, _ := strings.Cut(subject, "/")
	parts := strings.Split(rest, "/")
	documents := map[string]int{"document": 1, "change": 2}[kind]
	if len(parts) < documents || len(parts) > max(1, documents+documents/2) {
		return false, nil
	}
	for i := range parts {
		var err error
		if parts[i], err = url.PathUnescape(parts[i]); err != nil {
			return false, nil
		}
	}
	if kind == "story" {
		_, ok, err := l.corpus.Story(parts[0])
		return ok, err
	}
	for _, id := range parts[:documents] {
		if _, ok, err := l.corpus.Number(id); err != nil || !ok {
			return false, err
		}
	}
	return true, nil
}

// noteRows are the rows of the table of notes, the latest first. A note on a document has
// it as a; one on the difference of two versions has both, and the key and the readings of the
// change if it is on one alone.
func noteRows(ctx context.Context, c *store.Corpus, row func(values ...any) error) error {
	book, err := newNoteBook(c)
	if err != nil {
		return err
	}
	for _, n := range book.all {
		kind, rest, _ := strings.Cut(n.Subject, "/")
		parts := append(strings.Split(rest, "/"), "", "")
		for i := range parts {
			if plain, err := url.PathUnescape(parts[i]); err == nil {
				parts[i] = plain
			}
		}
		story, a, b, change := "", parts[0], parts[1], parts[2]
		if kind == "story" {
			story, a = a, ""
		}
		if err := row(kind, story, a, b, change, n.Change, n.Mark, n.Text, n.Time.Format(time.RFC3339)); err != nil {
			return err
		}
	}
	return ctx.Err()
}
