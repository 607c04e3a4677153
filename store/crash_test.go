package store_test

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"repost/dedup"
	"repost/dedup/detect"
	"repost/store"
	"repost/store/ingest"
)

// crashes is how many rounds a crash test runs: STORE_CRASHES, or few.
func crashes(t *testing.T, few int) int {
	if n, err := strconv.Atoi(os.Getenv("STORE_CRASHES")); err == nil {
		return n
	}
	if testing.Short() {
		t.Skip("starts processes")
	}
	return few
}

// crashDocuments are what the children ingest: 600 real articles where the data is,
// else those of testdata.
func crashDocuments(t testing.TB) []dedup.Document {
	if dir := os.Getenv("REPOST_DATA"); dir != "" && os.Getenv("STORE_CRASHES") != "" {
		var docs []dedup.Document
		for r, err := range ingest.Read([]string{filepath.Join(dir, "zh-pages-dev.jsonl.gz")}, nil, ingest.Options{}) {
			if err != nil {
				t.Fatal(err)
			}
			if docs = append(docs, r.Doc); len(docs) == 600 {
				return docs
			}
		}
	}
	return documents(t)
}

// child runs this test again in a process of its own, as mode, and returns it with
// the lines that it prints.
func child(t *testing.T, mode, path string) (*exec.Cmd, *bufio.Scanner) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run", "^"+t.Name()+"$")
	cmd.Env = append(os.Environ(), "STORE_CHILD="+mode, "STORE_CHILD_PATH="+path)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	return cmd, bufio.NewScanner(out)
}

// load ingests documents in small batches and tells how many are on disk.
func load(ctx context.Context, c *store.Corpus, docs []dedup.Document, tell func(n int)) error {
	_, err := store.Load(ctx, c, records(docs), store.LoadOptions{Documents: 1 + len(docs)/20, Threads: 2, Progress: func(stage string, n, _ int) {
		if stage == "reading" {
			tell(n)
		}
	}})
	return err
}

// resume is load of dumps, which goes on where an earlier one stood.
func resume(ctx context.Context, c *store.Corpus, paths []string, docs int, tell func(n int)) error {
	r := c.Reading(paths)
	had := c.Len()
	_, err := store.Load(ctx, c, ingest.Read(paths, nil, ingest.Options{Resume: r.Begin}), store.LoadOptions{
		Reading: r, Documents: 1 + docs/20, Threads: 2, Progress: func(stage string, _, _ int) {
			if stage == "reading" {
				tell(max(had, c.Len()))
			}
		},
	})
	return err
}

// beside returns a name outside of the folder of path, where neither a full disk nor a
// damaged one is played.
func beside(path string) string { return filepath.Join(filepath.Dir(filepath.Dir(path)), "d") }

// ingestChild ingests and compacts until it is killed.
func ingestChild(t *testing.T, path string) {
	docs := crashDocuments(t)
	paths := dumps(t, beside(path), docs, 2)
	for {
		c, err := store.Open(path, store.Options{Create: true, Scheme: scheme})
		if err == nil {
			err = resume(t.Context(), c, paths, len(docs), func(n int) { fmt.Println("added", n) })
			err = errors.Join(err, c.Close())
		}
		if err == nil {
			_, err = store.Compact(t.Context(), path, store.Options{}, store.CompactOptions{})
		}
		if err != nil {
			fmt.Println(err)
			os.Exit(2)
		}
	}
}

// reference returns the stories of documents that are ingested without a stop.
func reference(t *testing.T, docs []dedup.Document) []string {
	t.Helper()
	c := open(t)
	if err := load(t.Context(), c, docs, func(int) {}); err != nil {
		t.Fatal(err)
	}
	return stories(t, c)
}

// survived checks a corpus after a crash: it opens, check is clean, the first
// acknowledged documents are there, and the ingest goes on to the same stories.
func survived(t *testing.T, path string, docs []dedup.Document, acknowledged int, want []string) {
	t.Helper()
	c, err := store.Open(path, store.Options{Scheme: scheme})
	if errors.Is(err, os.ErrNotExist) && acknowledged == 0 {
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := c.Check(t.Context(), func(f store.Finding) error { return errors.New(f.String()) }); err != nil {
		t.Fatal(err)
	}
	for _, d := range docs[:acknowledged] {
		n, ok, err := c.Number(d.ID)
		if !ok || err != nil {
			t.Fatalf("acknowledged document %q: %v, %v", d.ID, ok, err)
		}
		got, err := c.Document(n)
		if d.Source == "" { // found in the text as it was loaded
			got.Source, got.Credit = "", ""
		}
		if got.DateFrom != "" { // the same
			got.Date, got.DateFrom = d.Date, d.DateFrom
		}
		if got != d {
			t.Fatalf("acknowledged document %q: %v\n%s", d.ID, err, cmp.Diff(d, got))
		}
	}
	if err := resume(t.Context(), c, dumps(t, beside(path), docs, 2), len(docs), func(int) {}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, stories(t, c)); diff != "" {
		t.Fatalf("stories after a crash:\n%s", diff)
	}
}

// TestKillAnywhere kills a process that ingests and compacts at random moments.
func TestKillAnywhere(t *testing.T) {
	if path := os.Getenv("STORE_CHILD_PATH"); path != "" {
		ingestChild(t, path)
	}
	rounds := crashes(t, 10)
	docs := crashDocuments(t)
	want := reference(t, docs)
	r := rand.New(rand.NewPCG(uint64(rounds), 4))
	added, total := 0, time.Duration(0)
	for round := range rounds {
		path := filepath.Join(t.TempDir(), "x.repost")
		cmd, lines := child(t, "ingest", path)
		delay := time.Duration(r.IntN(700)) * time.Millisecond
		if len(docs) > 500 {
			delay *= 5
		}
		acknowledged := 0
		time.AfterFunc(delay, func() { cmd.Process.Kill() })
		for lines.Scan() {
			n := 0
			fmt.Sscanf(lines.Text(), "added %d", &n)
			acknowledged = max(acknowledged, n)
		}
		if err := cmd.Wait(); cmd.ProcessState.ExitCode() != -1 {
			t.Fatalf("round %d: the child ended by itself: %v", round, err)
		}
		survived(t, path, docs, acknowledged, want)
		added, total = added+acknowledged, total+delay
	}
	t.Logf("%d rounds, %d of %d documents acknowledged", rounds, added, rounds*len(docs))
}

// TestTorn makes the files that a power cut may leave between the two syncs of a
// commit: any of the sectors written so far, under the old head. They open as the
// corpus was before; with the new head, as it is after.
func TestTorn(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "x.repost")
	docs := documents(t)
	r := rand.New(rand.NewPCG(8, 9))
	cut := filepath.Join(dir, "cut.repost")
	torn := 0
	for lo := 0; lo < len(docs); lo += 9 {
		c, err := store.Open(path, store.NoSync(store.Options{Create: true, Scheme: scheme}))
		if err != nil {
			t.Fatal(err)
		}
		before := read(t, path)
		had := c.Len()
		batch := docs[lo:min(lo+9, len(docs))]
		var entries []store.Entry
		for _, d := range batch {
			entries = append(entries, store.Entry{Doc: d, Sketch: detect.DefaultScheme.Sketch(detect.DefaultScheme.Prepare(d.Text))})
		}
		if _, err := c.AddEntries(entries); err != nil {
			t.Fatal(err)
		}
		c.Close()
		after := read(t, path)
		for range 4 {
			if commits(after) != commits(before)+1 {
				break // indexes were merged, too
			}
			torn++
			mixed := append(slices.Clone(before), make([]byte, len(after)-len(before))...)
			for at := 2 * 4096; at < len(after); at += 512 {
				if r.IntN(2) == 0 {
					copy(mixed[at:at+512], after[at:])
				}
			}
			if err := os.WriteFile(cut, mixed, 0o644); err != nil {
				t.Fatal(err)
			}
			whole(t, cut, had)
		}
		if err := os.WriteFile(cut, after, 0o644); err != nil {
			t.Fatal(err)
		}
		whole(t, cut, had+len(batch))
	}
	if torn < 30 {
		t.Errorf("only %d torn files", torn)
	}
}

// commits is the number of the last commit of a file, from its two heads.
func commits(b []byte) uint64 {
	return max(binary.LittleEndian.Uint64(b[16+48:]), binary.LittleEndian.Uint64(b[4096+16+48:]))
}

func read(t *testing.T, path string) []byte {
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// whole checks that a corpus opens, is clean and holds n documents.
func whole(t *testing.T, path string, n int) {
	t.Helper()
	c, err := store.Open(path, store.NoSync(store.Options{}))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if c.Len() != n {
		t.Fatalf("%d documents, want %d", c.Len(), n)
	}
	if _, err := c.Check(t.Context(), func(f store.Finding) error { return errors.New(f.String()) }); err != nil {
		t.Fatal(err)
	}
}
