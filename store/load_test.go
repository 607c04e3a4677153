package store_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"

	"repost/dedup"
	"repost/store"
	"repost/store/ingest"
)

// stream yields n documents, and an error before those of the given places.
func stream(n int, broken ...int) iter.Seq2[ingest.Record, error] {
	return func(yield func(ingest.Record, error) bool) {
		for i := range n {
			if slices.Contains(broken, i) && !yield(ingest.Record{}, fmt.Errorf("record %d is broken", i)) {
				return
			}
			d := dedup.Document{ID: fmt.Sprint("d", i), Text: fmt.Sprintf("Document %d has a text of its own.", i)}
			if !yield(ingest.Record{Doc: d, Origin: ingest.Origin{Path: "test", Record: i + 1}}, nil) {
				return
			}
		}
	}
}

// inOrder reports whether the corpus holds the first n documents of a stream under
// their places.
func inOrder(t *testing.T, c *store.Corpus, n int) {
	t.Helper()
	if c.Len() != n {
		t.Fatalf("%d documents, want %d", c.Len(), n)
	}
	for i := range uint32(n) {
		if m, err := c.Meta(i); err != nil || m.ID != fmt.Sprint("d", i) {
			t.Fatalf("document %d is %q, %v", i, m.ID, err)
		}
	}
}

// TestLoadKeepsOrder: documents are numbered as they were read, however many
// threads sketch them and however large a batch is.
func TestLoadKeepsOrder(t *testing.T) {
	for _, opt := range []store.LoadOptions{{}, {Threads: 1}, {Threads: 7, Documents: 100}, {Threads: 3, Bytes: 1000}} {
		c := open(t)
		r, err := store.Load(t.Context(), c, stream(500), opt)
		if err != nil || r.Read != 500 || r.Added != 500 || r.Skipped != 0 {
			t.Errorf("%+v: %+v, %v", opt, r, err)
		}
		inOrder(t, c, 500)
		if c.Covered() != c.Next() {
			t.Errorf("%+v: stories of %d documents, of %d", opt, c.Covered(), c.Next())
		}
	}
}

// TestLoadSkips: what cannot be read is told of in order and counted; an error of
// Skip, or a missing Skip, ends the loading, and what came before is kept.
func TestLoadSkips(t *testing.T) {
	c := open(t)
	var told []string
	r, err := store.Load(t.Context(), c, stream(300, 0, 70, 299), store.LoadOptions{
		Threads: 4, Skip: func(err error) error { told = append(told, err.Error()); return nil },
	})
	want := []string{"record 0 is broken", "record 70 is broken", "record 299 is broken"}
	if err != nil || r.Skipped != 3 || r.Added != 300 || !slices.Equal(told, want) {
		t.Errorf("%+v, %v, told of %q", r, err, told)
	}
	enough := errors.New("enough")
	for _, opt := range []store.LoadOptions{{}, {Skip: func(error) error { return enough }}} {
		c := open(t)
		r, err := store.Load(t.Context(), c, stream(300, 200), opt)
		if err == nil || opt.Skip != nil && err != enough || r.Added != 200 || r.Skipped != 1 {
			t.Errorf("%+v, %v", r, err)
		}
		inOrder(t, c, 200)
		if r, err := store.Load(t.Context(), c, stream(300), store.LoadOptions{}); err != nil || r.Unchanged != 200 || r.Added != 100 {
			t.Errorf("again: %+v, %v", r, err)
		}
		inOrder(t, c, 300)
	}
}

// TestLoadEndsWithItsContext: what is counted is there, and nothing else.
func TestLoadEndsWithItsContext(t *testing.T) {
	c := open(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	r, err := store.Load(ctx, c, stream(1_000_000), store.LoadOptions{
		Documents: 64,
		Progress: func(_ string, n, _ int) {
			if n >= 128 {
				cancel()
			}
		},
	})
	if !errors.Is(err, context.Canceled) || r.Added < 128 || r.Added > 10_000 {
		t.Fatalf("%+v, %v", r, err)
	}
	inOrder(t, c, r.Added)
}

// TestLoadTwice: an id that comes again with another text is told of, and the same
// text is not.
func TestLoadTwice(t *testing.T) {
	c := open(t)
	docs := []dedup.Document{{ID: "a", Text: "one and two"}, {ID: "b", Text: "two"}, {ID: "a", Text: "one and three"}, {ID: "b", Text: "two"}}
	var told []string
	opt := store.LoadOptions{OnDuplicateID: func(e *store.Entry) { told = append(told, e.Doc.ID+" "+e.Doc.Text) }}
	r, err := store.Load(t.Context(), c, records(docs), opt)
	if err != nil || r.Added != 2 || r.Replaced != 1 || r.Unchanged != 1 || !slices.Equal(told, []string{"a one and three"}) {
		t.Errorf("%+v, %v, told of %q", r, err, told)
	}
}

// What is no text is refused by Load, which goes on, and by Add, which stores nothing of the
// batch: each with the document and the reason.
func TestNoTextIsStored(t *testing.T) {
	c := open(t)
	bad := map[string]struct {
		text   string
		is     error
		reason string
	}{
		"none":   {"", ingest.ErrEmptyText, `document "none": the text is empty`},
		"blanks": {" \n\u3000\t", ingest.ErrEmptyText, `document "blanks": the text is empty`},
		"latin":  {"\ufffd caf\xe9 au lait", ingest.ErrEncoding, `document "latin": the text cannot be decoded as UTF-8: byte 7 is none; strings.ToValidUTF8 replaces such bytes`},
		"half":   {"河边\xe6\xb8", ingest.ErrEncoding, `document "half": the text cannot be decoded as UTF-8: byte 6 is none; strings.ToValidUTF8 replaces such bytes`},
	}
	var docs []dedup.Document
	for id, b := range bad {
		docs = append(docs, dedup.Document{ID: id, Text: b.text}, dedup.Document{ID: id + "-good", Text: "The ferry to " + id + " leaves at six."})
		_, err := c.AddEntries([]store.Entry{{Doc: dedup.Document{ID: "x", Text: "A good one."}}, {Doc: docs[len(docs)-2]}})
		if !errors.Is(err, b.is) || !strings.HasSuffix(err.Error(), b.reason) || c.Len() != 0 {
			t.Errorf("Add: %v, want %s; %d documents", err, b.reason, c.Len())
		}
	}
	records := func(yield func(ingest.Record, error) bool) {
		for _, d := range docs {
			if !yield(ingest.Record{Doc: d}, nil) {
				return
			}
		}
	}
	var reasons []string
	r, err := store.Load(t.Context(), c, records, store.LoadOptions{Skip: func(err error) error {
		reasons = append(reasons, err.Error())
		return nil
	}})
	if err != nil || r.Added != len(bad) || r.Skipped != len(bad) || len(reasons) != len(bad) {
		t.Errorf("%+v, %v, %q", r, err, reasons)
	}
	if _, err := store.Load(t.Context(), c, records, store.LoadOptions{}); err == nil || !strings.Contains(err.Error(), `document "`) {
		t.Errorf("without Skip: %v", err)
	}
}

// TestFieldsAreUTF8: a field that is not UTF-8 is refused with its name, but for an id that is
// the name of a file; Find refuses a text as Add does.
func TestFieldsAreUTF8(t *testing.T) {
	c := open(t)
	for field, d := range map[string]dedup.Document{
		"id": {ID: "caf\xe9"}, "URL": {ID: "x", URL: "http://caf\xe9"}, "source": {ID: "x", Source: "\xff"},
		"date": {ID: "x", Date: "\xff"}, "title": {ID: "x", Title: "caf\xe9"}, "credit": {ID: "x", Credit: "\xff"},
	} {
		d.Text = "The ferry leaves at six."
		_, err := c.Add(d)
		if !errors.Is(err, ingest.ErrEncoding) || !strings.Contains(err.Error(), "the "+field+": ") || c.Len() != 0 {
			t.Errorf("%s: %v", field, err)
		}
	}
	for text, want := range map[string]error{"": ingest.ErrEmptyText, "\u3000\n": ingest.ErrEmptyText, "caf\xe9": ingest.ErrEncoding} {
		if _, err := c.Find(t.Context(), &dedup.Document{ID: "q", Text: text}); !errors.Is(err, want) {
			t.Errorf("Find of %q: %v, want %v", text, err, want)
		}
	}
	file := store.Entry{Doc: dedup.Document{ID: "caf\xe9.txt", Text: "The ferry leaves at six."}, Unnamed: true}
	if r, err := c.AddEntries([]store.Entry{file}); err != nil || r.Added != 1 {
		t.Errorf("the name of a file: %+v, %v", r, err)
	}
}
