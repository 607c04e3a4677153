package store_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"repost/dedup"
	"repost/store"
)

// TestResume: an ingest that is interrupted goes on with what is not there yet, and
// ends in the same stories; a dump that holds an id three times ends with the last of
// its texts whatever was there before.
func TestResume(t *testing.T) {
	docs := documents(t)
	want := reference(t, docs)
	c := open(t)
	ctx, cancel := context.WithCancel(t.Context())
	if err := load(ctx, c, docs, func(n int) {
		if n > len(docs)/2 {
			cancel()
		}
	}); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	had := c.Len()
	r, err := store.Load(t.Context(), c, records(docs), store.LoadOptions{})
	if err != nil || had < len(docs)/2 || r.Unchanged != had || r.Added != len(docs)-had {
		t.Errorf("%d were there; %+v, %v", had, r, err)
	}
	if diff := cmp.Diff(want, stories(t, c)); diff != "" {
		t.Errorf("stories:\n%s", diff)
	}
	var thrice []dedup.Document
	for _, text := range []string{docs[0].Text, "又一篇。" + docs[1].Text, docs[0].Text} {
		d := docs[0]
		d.Text = text
		thrice = append(thrice, d)
	}
	if _, err := store.Load(t.Context(), c, records(thrice), store.LoadOptions{Documents: 1}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, stories(t, c)); diff != "" {
		t.Errorf("stories after the same text came back:\n%s", diff)
	}
	if _, err := c.Check(t.Context(), &dedup.DefaultScheme, func(f store.Finding) error { return errors.New(f.String()) }); err != nil {
		t.Error(err)
	}
}

// TestReadersOfIngest: eight readers beside a bulk ingest see one committed state
// each time, without an error, and the file becomes hardly larger than without them.
func TestReadersOfIngest(t *testing.T) {
	docs := documents(t)
	sizes := map[int]int64{}
	for _, readers := range []int{0, 8} {
		path := filepath.Join(t.TempDir(), "x.repost")
		c, err := store.Open(path, store.NoSync(store.Options{Create: true, Scheme: scheme}))
		if err != nil {
			t.Fatal(err)
		}
		done := make(chan struct{})
		var wg sync.WaitGroup
		for range readers {
			wg.Go(func() {
				for {
					select {
					case <-done:
						return
					default:
					}
					if err := readState(t.Context(), c); err != nil {
						t.Error(err)
						return
					}
				}
			})
		}
		for round := range 2 { // every text under two ids: stories to be replaced
			var part []dedup.Document
			for _, d := range docs {
				d.ID = fmt.Sprint(round, d.ID)
				part = append(part, d)
			}
			if err := load(t.Context(), c, part, func(int) {}); err != nil {
				t.Fatal(err)
			}
		}
		close(done)
		wg.Wait()
		s, err := c.Stats()
		if err != nil || c.Close() != nil {
			t.Fatal(err)
		}
		sizes[readers] = s.FileBytes
	}
	if sizes[8] > 4*sizes[0] { // small files double when they grow
		t.Errorf("%d bytes with 8 readers, %d without", sizes[8], sizes[0])
	}
	t.Logf("bytes by readers: %v", sizes)
}

// readState reads what the lists of a user read.
func readState(ctx context.Context, c *store.Corpus) error {
	err := c.Stories(func(s *dedup.Story) error {
		canonical := 0
		for _, m := range s.Members {
			d, err := c.Document(m.Doc)
			if err != nil {
				return err
			}
			if m.Canonical {
				canonical++
			}
			if n := len(m.Spans); n > 0 && m.Spans[n-1].Hi > len(d.Text) {
				return fmt.Errorf("story %s: a span beyond document %q", s.ID, d.ID)
			}
		}
		if canonical != 1 || len(s.Members) < 2 {
			return fmt.Errorf("story %s: %d members, %d canonical", s.ID, len(s.Members), canonical)
		}
		return nil
	})
	if err != nil && !errors.Is(err, store.ErrChanged) {
		return err
	}
	if n := c.Next(); n > 0 {
		d, err := c.Document(n - 1)
		if err != nil {
			return err
		}
		_, err = dedup.Find(c.Detection(ctx), &dedup.DefaultScheme, dedup.DefaultScheme.Prepare(d.Text), d.Date)
		return err
	}
	return nil
}
