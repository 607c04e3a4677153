package store_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"repost/dedup"
	"repost/dedup/detect"
	"repost/store"
	"repost/store/ingest"
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
	if _, err := c.Check(t.Context(), func(f store.Finding) error { return errors.New(f.String()) }); err != nil {
		t.Error(err)
	}
}

// dumps writes documents to so many files of JSON lines, whose names begin with base,
// and returns their paths.
func dumps(t testing.TB, base string, docs []dedup.Document, files int) (paths []string) {
	t.Helper()
	for i := range files {
		var b bytes.Buffer
		enc := json.NewEncoder(&b)
		for _, d := range docs[i*len(docs)/files : (i+1)*len(docs)/files] {
			fields := map[string]string{"id": d.ID, "url": d.URL, "source": d.Source, "date": d.Date, "title": d.Title, "text": d.Text}
			if d.DateFrom != "" {
				delete(fields, "date") // it is found again
			}
			if d.Credit == d.Source {
				delete(fields, "source") // the same
			}
			if err := enc.Encode(fields); err != nil {
				t.Fatal(err)
			}
		}
		paths = append(paths, fmt.Sprint(base, i, ".jsonl"))
		if _, err := os.Stat(paths[i]); err == nil {
			continue // by an earlier child
		}
		if err := os.WriteFile(paths[i], b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return paths
}

// loadDumps ingests dumps three documents at a time, until there are stop in the corpus,
// and returns how many records were read.
func loadDumps(t *testing.T, c *store.Corpus, paths []string, stop int) int {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	reading := c.Reading(paths)
	var read atomic.Int64 // a reader that is interrupted may still be at its last record
	counted := func(yield func(ingest.Record, error) bool) {
		for r, err := range ingest.Read(paths, nil, ingest.Options{Resume: reading.Begin}) {
			if read.Add(1); !yield(r, err) {
				return
			}
		}
	}
	_, err := store.Load(ctx, c, counted, store.LoadOptions{Reading: reading, Documents: 3, Threads: 1, Progress: func(string, int, int) {
		if c.Len() >= stop {
			cancel()
		}
	}})
	if err != nil && ctx.Err() == nil {
		t.Fatal(err)
	}
	return int(read.Load())
}

// TestResumeInDump: an ingest of dumps that is interrupted goes on in the midst of the
// dump where its last commit stood, and once more; what was done in between makes it
// read again from the beginning.
func TestResumeInDump(t *testing.T) {
	docs := documents(t)
	want := reference(t, docs)
	end := len(docs) + 1
	touch := func(path string) {
		b, err := os.ReadFile(path)
		if err == nil {
			err = os.WriteFile(path, append(b, '\n'), 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	for name, between := range map[string]struct {
		do   func(c *store.Corpus, paths []string) []string
		most int // records read in the end
	}{
		"nothing": {func(_ *store.Corpus, paths []string) []string { return paths }, len(docs) - 30 + 5},
		"a document added": {func(c *store.Corpus, paths []string) []string {
			load(t.Context(), c, docs[len(docs)-1:], func(int) {})
			return paths
		}, end},
		"a document removed": {func(c *store.Corpus, paths []string) []string {
			n, _, err := c.Number(docs[0].ID)
			if err = errors.Join(err, c.Remove([]uint32{n})); err != nil {
				t.Fatal(err)
			}
			return paths
		}, end},
		"the dump changed":         {func(_ *store.Corpus, paths []string) []string { touch(paths[0]); touch(paths[1]); return paths }, end},
		"an earlier dump changed":  {func(_ *store.Corpus, paths []string) []string { touch(paths[0]); return paths }, end},
		"other dumps, other order": {func(_ *store.Corpus, paths []string) []string { return []string{paths[2], paths[0], paths[1]} }, end},
	} {
		c := open(t)
		paths := dumps(t, filepath.Join(t.TempDir(), "d"), docs, 3)
		loadDumps(t, c, paths, 20)
		loadDumps(t, c, paths, 30)
		had := c.Len()
		if had < 30 || had > 36 {
			t.Fatalf("%s: %d documents after two interruptions", name, had)
		}
		paths = between.do(c, paths)
		read := loadDumps(t, c, paths, end)
		if read > between.most || read < between.most-8 {
			t.Errorf("%s: %d records read of %d, %d were there", name, read, len(docs), had)
		}
		if diff := cmp.Diff(want, stories(t, c)); diff != "" {
			t.Errorf("%s: stories:\n%s", name, diff)
		}
		if b, err := c.State("reading"); b != nil || err != nil {
			t.Errorf("%s: the position is still there: %s, %v", name, b, err)
		}
		if read := loadDumps(t, c, paths, end); read != len(docs) {
			t.Errorf("%s: %d records read once more", name, read)
		}
		if c.Len() != len(docs) {
			t.Errorf("%s: %d documents of %d", name, c.Len(), len(docs))
		}
	}
}

// TestReadersOfIngest: eight readers next to a bulk ingest see one committed state
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
		_, err = detect.Find(c.Detection(ctx), &detect.DefaultScheme, &d)
		return err
	}
	return nil
}
