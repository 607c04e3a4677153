package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"repost/cmd/repost/internal/report"
	"repost/dedup"
	"repost/dedup/detect"
	"repost/store"
	"repost/store/ingest"
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

// TestNoveltyAtIngest: what ingest says of a document when it comes in, show says of
// it too: of the articles, with dates and without, in one dump and in several, on
// any number of threads.
func TestNoveltyAtIngest(t *testing.T) {
	files := newsFiles(t)
	dump := filepath.Join(t.TempDir(), "dump.jsonl")
	var lines []byte
	for i, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		d := dedup.Document{ID: filepath.Base(f), Text: string(text)}
		if i%3 > 0 {
			d.Date = fmt.Sprintf("2025-10-%02d", 28-i)
		}
		line, err := json.Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		lines = append(append(lines, line...), '\n')
	}
	if err := os.WriteFile(dump, lines, 0o644); err != nil {
		t.Fatal(err)
	}
	corpus := filepath.Join(t.TempDir(), "c.repost")
	told := must(t, "ingest", "--novelty", "--json", "--corpus", corpus, dump)
	if again := must(t, "ingest", "--novelty", "--json", "--threads", "1", "--corpus", corpus+"2", dump); again != told {
		t.Errorf("on one thread\n%s\nwant\n%s", again, told)
	}
	known := 0
	for line := range strings.Lines(told) {
		var n report.Newcomer
		var d report.Document
		if err := json.Unmarshal([]byte(line), &n); err != nil {
			t.Fatal(err)
		}
		shown := must(t, "show", "--novelty", "--json", "--corpus", corpus, n.ID)
		if err := json.Unmarshal([]byte(shown), &d); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(d.Novelty, n.Novelty); diff != "" {
			t.Errorf("%s: show and ingest:\n%s", n.ID, diff)
		}
		if n.New < 1 {
			known++
		}
	}
	if known < 5 {
		t.Errorf("%d articles are not all new:\n%s", known, told)
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

// TestInterruptedInput: an interrupt ends a command that waits for standard input,
// though nobody writes there.
func TestInterruptedInput(t *testing.T) {
	corpus := filepath.Join(t.TempDir(), "c.repost")
	for _, args := range [][]string{{"ingest", "--corpus", corpus, "-"}, {"diff", "-", "run_test.go"}} {
		ctx, stop := context.WithCancel(t.Context())
		in, hold := io.Pipe()
		defer hold.Close()
		time.AfterFunc(20*time.Millisecond, stop)
		var out, errs bytes.Buffer
		if got := run(ctx, args, in, &out, &errs); got != trouble || !strings.Contains(errs.String(), "repost: interrupted") {
			t.Errorf("%v: status %d, %s", args, got, &errs)
		}
		if again := "  " + commandLine(args) + "\n"; args[0] == "ingest" && !strings.HasSuffix(errs.String(), again) || strings.Count(errs.String(), "repost: ") != 1 {
			t.Errorf("%v: %s", args, &errs)
		}
	}
	if _, err := os.Stat(corpus); err == nil {
		t.Error("a corpus without documents is left behind")
	}
}

// TestStatusAndTrouble: what goes wrong after a command that found nothing is said.
func TestStatusAndTrouble(t *testing.T) {
	var errs bytes.Buffer
	a := &app{stderr: &errs}
	got := a.exit(t.Context(), nil, errors.Join(status(nothing), errors.New("closing: no space")))
	if got != trouble || errs.String() != "repost: closing: no space\n" {
		t.Errorf("status %d, %q", got, &errs)
	}
	if got := a.exit(t.Context(), nil, errors.Join(status(nothing), nil)); got != nothing {
		t.Errorf("status %d", got)
	}
}

// TestHeldCorpus asks for a corpus that is being written to, by this very process: readers get
// it, and a second writer learns who holds it. For another process see share.txtar.
func TestHeldCorpus(t *testing.T) {
	path := filepath.Join(t.TempDir(), "c.repost")
	c, err := store.Open(path, store.Options{Create: true, Scheme: &detect.DefaultScheme})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	must(t, "stats", "--corpus", path, "--wait", "0s")
	_, errs, status := session(t, "ingest", "x.txt", "--corpus", path, "--wait", "100ms")
	if status != trouble || !strings.Contains(errs, path+": open for writing in this process already") || !strings.Contains(errs, "(waited 100ms)") {
		t.Errorf("exit status %d, %q", status, errs)
	}
	_, errs, status = session(t, "recluster", "--corpus", path, "--wait", "0s")
	if status != trouble || !strings.Contains(errs, "in this process already") {
		t.Errorf("--wait 0s: exit status %d, %q", status, errs)
	}
}

// TestOtherScheme opens a corpus whose sketches were made in another way.
func TestOtherScheme(t *testing.T) {
	path := filepath.Join(t.TempDir(), "c.repost")
	scheme := detect.DefaultScheme
	scheme.Window *= 2
	c, err := store.Open(path, store.Options{Create: true, Scheme: &scheme})
	if err != nil {
		t.Fatal(err)
	}
	c.Close()
	_, errs, status := session(t, "clusters", "--corpus", path)
	if status != trouble || !strings.Contains(errs, path) ||
		!strings.Contains(errs, fmt.Sprintf("window is %d in the corpus, %d in this program", scheme.Window, detect.DefaultScheme.Window)) {
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
	again := "  " + commandLine([]string{"ingest", "--corpus", corpus, filepath.Dir(files[0])}) + "\n"
	if status != trouble || !strings.HasSuffix(errs.String(), again) {
		t.Errorf("exit status %d, %q", status, errs.String())
	}
	must(t, "ingest", "--corpus", corpus, filepath.Dir(files[0]))
	whole := filepath.Join(t.TempDir(), "whole.repost")
	must(t, "ingest", "--corpus", whole, filepath.Dir(files[0]))
	if a, b := must(t, "clusters", "--json", "--corpus", corpus), must(t, "clusters", "--json", "--corpus", whole); a != b {
		t.Errorf("after an interrupt\n%s\nwithout\n%s", a, b)
	}
}

// TestFindAsIngested: the documents that carry an article are the same whether it
// is looked for in the corpus of all others or added to it.
func TestFindAsIngested(t *testing.T) {
	files := newsFiles(t)
	dir := filepath.Dir(files[0])
	t.Chdir(dir)
	all := filepath.Join(t.TempDir(), "all.repost")
	must(t, "ingest", "--corpus", all, ".")
	mates := map[string]map[string]bool{}
	for line := range strings.Lines(must(t, "clusters", "--json", "--corpus", all)) {
		var s report.Story
		if err := json.Unmarshal([]byte(line), &s); err != nil {
			t.Fatal(err)
		}
		for _, m := range s.Members {
			for _, n := range s.Members {
				if m.ID != n.ID {
					if mates[m.ID] == nil {
						mates[m.ID] = map[string]bool{}
					}
					mates[m.ID][n.ID] = true
				}
			}
		}
	}
	for _, f := range files {
		name := filepath.Base(f)
		corpus := filepath.Join(t.TempDir(), "others.repost")
		args := []string{"ingest", "--corpus", corpus}
		for _, o := range files {
			if o != f {
				args = append(args, filepath.Base(o))
			}
		}
		must(t, args...)
		out, errs, status := session(t, "find", "--json", "--corpus", corpus, name)
		if status == trouble {
			t.Fatal(errs)
		}
		found := map[string]bool{}
		for line := range strings.Lines(out) {
			var m report.Match
			if err := json.Unmarshal([]byte(line), &m); err != nil {
				t.Fatal(err)
			}
			if m.Query != name || len(m.Spans) == 0 || len(m.DocSpans) == 0 {
				t.Errorf("%s: %+v", name, m)
			}
			found[m.ID] = true
		}
		for id := range found {
			if !mates[name][id] {
				t.Errorf("%s: found %s, which is in no story with it", name, id)
			}
		}
		// A story joins documents that share nothing with each other, by a third.
		for id := range mates[name] {
			if !found[id] && !strings.HasPrefix(id, "column-") && !strings.HasPrefix(name, "column-") {
				t.Errorf("%s: %s is not found", name, id)
			}
		}
		if (status == nothing) != (len(found) == 0) {
			t.Errorf("%s: exit status %d, %d found", name, status, len(found))
		}
	}
}

// TestUnfinishedIngest opens a corpus whose last ingest ended before its stories
// were made: that is said, and recluster makes them.
func TestUnfinishedIngest(t *testing.T) {
	files := newsFiles(t)
	path := filepath.Join(t.TempDir(), "c.repost")
	c, err := store.Open(path, store.Options{Create: true, Scheme: &detect.DefaultScheme})
	if err != nil {
		t.Fatal(err)
	}
	var batch []store.Entry
	for r, err := range ingest.Read([]string{filepath.Dir(files[0])}, nil, ingest.Options{}) {
		if err != nil {
			t.Fatal(err)
		}
		d := r.Doc
		batch = append(batch, store.Entry{Doc: d, Sketch: detect.DefaultScheme.Sketch(detect.DefaultScheme.Prepare(d.Text))})
	}
	if _, err := c.AddEntries(batch); err != nil {
		t.Fatal(err)
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	_, errs, status := session(t, "clusters", "--corpus", path)
	if status != nothing || !strings.Contains(errs, "repost recluster brings the stories up to date") {
		t.Errorf("exit status %d, %q", status, errs)
	}
	must(t, "recluster", "--corpus", path)
	whole := filepath.Join(t.TempDir(), "whole.repost")
	must(t, "ingest", "--corpus", whole, filepath.Dir(files[0]))
	if a, b := must(t, "clusters", "--json", "--corpus", path), must(t, "clusters", "--json", "--corpus", whole); a != b {
		t.Errorf("reclustered\n%s\ningested\n%s", a, b)
	}
}
