package main

import (
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

// noteRows are the rows of the table of notes, the latest first. A note on a document has
// it as a; one on the difference of two versions has both, and the key of the change if it
// is on one alone.
func noteRows(ctx context.Context, c *store.Corpus, row func(values ...any) error) error {
	notes, err := notesOf(c)
	if err != nil {
		return err
	}
	for _, n := range notes {
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
		if err := row(kind, story, a, b, change, n.Mark, n.Text, n.Time.Format(time.RFC3339)); err != nil {
			return err
		}
	}
	return ctx.Err()
}
