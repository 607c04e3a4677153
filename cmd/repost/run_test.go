package main

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"repost/dedup"
	"repost/store"
)

// newsFiles writes the articles of news into a folder and returns their paths.
func newsFiles(t testing.TB) []string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "news")
	if err := copyNews(dir); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.txt"))
	if err != nil || len(files) < 10 {
		t.Fatalf("%d articles, %v", len(files), err)
	}
	return files
}

// TestSameForAnyOrder ingests the same files in several orders, cut into dumps in
// several ways, on one thread and on many: the list of stories is the same, byte
// for byte.
func TestSameForAnyOrder(t *testing.T) {
	files := newsFiles(t)
	t.Chdir(filepath.Dir(files[0])) // ids are paths as given
	for i := range files {
		files[i] = filepath.Base(files[i])
	}
	var want string
	for i, c := range []struct{ threads, dumps int }{{1, 1}, {2, 1}, {4, 3}, {1, len(files)}, {3, 2}} {
		corpus := filepath.Join(t.TempDir(), "c.repost")
		order := slices.Clone(files)
		if i > 0 {
			rand.New(rand.NewPCG(7, uint64(i))).Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		}
		global := []string{"--corpus", corpus, "--threads", fmt.Sprint(c.threads)}
		for part := range slices.Chunk(order, (len(order)+c.dumps-1)/c.dumps) {
			must(t, append(append([]string{"ingest"}, global...), part...)...)
		}
		got := must(t, append([]string{"clusters", "--json"}, global...)...)
		if want == "" {
			want = got
		}
		if got != want {
			t.Errorf("%d threads, %d dumps:\n%s\nwant\n%s", c.threads, c.dumps, got, want)
		}
	}
	if strings.Count(want, "\n") < 3 {
		t.Errorf("stories:\n%s", want)
	}
}

// TestScanLeavesNothing looks for the throw-away corpus where scan puts it.
func TestScanLeavesNothing(t *testing.T) {
	files := newsFiles(t)
	t.Setenv("TMPDIR", t.TempDir())
	must(t, "scan", filepath.Dir(files[0]))
	left, err := os.ReadDir(os.Getenv("TMPDIR"))
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// TestHeldCorpus asks for a corpus that another process holds.
func TestHeldCorpus(t *testing.T) {
	path := filepath.Join(t.TempDir(), "c.repost")
	c, err := store.Open(path, store.Options{Create: true, Scheme: store.Stamp(&dedup.DefaultScheme)})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	for _, args := range [][]string{{"clusters"}, {"ingest", "x.txt"}} {
		_, errs, status := session(t, append(args, "--corpus", path, "--wait", "100ms")...)
		if status != trouble || !strings.Contains(errs, path+": held by another process (waited 100ms)") {
			t.Errorf("%v: exit status %d, %q", args, status, errs)
		}
	}
}

// TestOtherScheme opens a corpus whose sketches were made in another way.
func TestOtherScheme(t *testing.T) {
	path := filepath.Join(t.TempDir(), "c.repost")
	scheme := dedup.DefaultScheme
	scheme.Window *= 2
	c, err := store.Open(path, store.Options{Create: true, Scheme: store.Stamp(&scheme)})
	if err != nil {
		t.Fatal(err)
	}
	c.Close()
	_, errs, status := session(t, "clusters", "--corpus", path)
	if status != trouble || !strings.Contains(errs, path) ||
		!strings.Contains(errs, fmt.Sprintf("window is %d there, %d here", scheme.Window, dedup.DefaultScheme.Window)) {
		t.Errorf("exit status %d, %q", status, errs)
	}
}

// TestInterrupt ends an ingest before it reads: the next one goes on.
func TestInterrupt(t *testing.T) {
	files := newsFiles(t)
	corpus := filepath.Join(t.TempDir(), "c.repost")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var out, errs bytes.Buffer
	status := run(ctx, []string{"ingest", "--corpus", corpus, filepath.Dir(files[0])}, nil, &out, &errs)
	if status != trouble || !strings.Contains(errs.String(), "interrupted") {
		t.Errorf("exit status %d, %q", status, errs.String())
	}
	must(t, "ingest", "--corpus", corpus, filepath.Dir(files[0]))
	whole := filepath.Join(t.TempDir(), "whole.repost")
	must(t, "ingest", "--corpus", whole, filepath.Dir(files[0]))
	if a, b := must(t, "clusters", "--json", "--corpus", corpus), must(t, "clusters", "--json", "--corpus", whole); a != b {
		t.Errorf("after an interrupt\n%s\nwithout\n%s", a, b)
	}
}

func TestProgress(t *testing.T) {
	now := time.Unix(0, 0)
	var live, plain bytes.Buffer
	clock := func() time.Time { return now }
	p := &progress{w: &live, live: true, now: clock, written: now}
	q := &progress{w: &plain, now: clock, written: now}
	for i := range 30 {
		now = now.Add(time.Second)
		p.step("reading", 1000*(i+1), 0)
		q.step("reading", 1000*(i+1), 0)
	}
	p.clear()
	if got := live.String(); !strings.HasSuffix(got, "\r\x1b[Kreading 30,000 documents, 1,034 a second\r\x1b[K") {
		t.Errorf("on a terminal: %q", got[max(0, len(got)-120):])
	}
	if got := strings.Split(plain.String(), "\n"); len(got) != 4 || got[0] != "reading 10,000 documents, 1,111 a second" {
		t.Errorf("elsewhere: %q", got)
	}
}
