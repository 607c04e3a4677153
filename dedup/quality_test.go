package dedup_test

import (
	"bufio"
	"encoding/json"
	"io"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"repost/dedup"
	"repost/dedup/detect"
	"repost/dedup/eval"
	"repost/testdata"
)

// dataDir returns the folder of the labelled sets, or skips the test.
func dataDir(t testing.TB) string {
	t.Helper()
	if testing.Short() {
		t.Skip("detection over the labelled sets takes a minute: left out by -short")
	}
	return testdata.Measuring(t)
}

// load reads a file of a labelled set.
func load[T any](t testing.TB, path string, read func(r io.Reader, name string) (T, error)) T {
	t.Helper()
	f, err := eval.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	v, err := read(f, path)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func readDocuments(r io.Reader, _ string) ([]dedup.Document, error) {
	var docs []dedup.Document
	for dec := json.NewDecoder(bufio.NewReader(r)); ; {
		var d dedup.Document
		switch err := dec.Decode(&d); err {
		case nil:
			docs = append(docs, d)
		case io.EOF:
			return docs, nil
		default:
			return nil, err
		}
	}
}

// detected returns the stories of a set of documents as the scorers read them.
// Time and memory are bounded loosely: a machine at work is several times slower
// than an idle one, and quadratic work is slower than that.
func detected(t testing.TB, path string, most time.Duration, heap uint64) []eval.Cluster {
	t.Helper()
	docs := load(t, path, readDocuments)
	start := time.Now()
	m := detect.NewMemory(&detect.DefaultScheme)
	m.Add(docs...)
	if err := detect.UpdateStories(m, &detect.DefaultScheme, nil); err != nil {
		t.Fatal(err)
	}
	took := time.Since(start)
	var mem runtime.MemStats
	runtime.ReadMemStats(&mem)
	t.Logf("%d documents, %d stories, %.1f s, %d MB from the system", len(docs), len(m.Stories()), took.Seconds(), mem.Sys>>20)
	if took > most || mem.Sys > heap {
		t.Errorf("took %v and %d MB, want %v and %d MB at most", took, mem.Sys>>20, most, heap>>20)
	}
	var out []eval.Cluster
	for _, s := range m.Stories() {
		c := eval.Cluster{ID: s.ID}
		for _, k := range s.Members {
			c.Members = append(c.Members, eval.Member{ID: m.Document(k.Doc).ID, Spans: k.Spans})
		}
		out = append(out, c)
	}
	return out
}

func atLeast(t testing.TB, what string, got, want float64) {
	t.Helper()
	if got < want {
		t.Errorf("%s is %.4f, want %.4f at least", what, got, want)
	}
}

func atMost(t testing.TB, what string, got, want float64) {
	t.Helper()
	if got > want {
		t.Errorf("%s is %.4f, want %.4f at most", what, got, want)
	}
}

// TestPages holds the quality of stories as passages on generated pages and
// reposts.
func TestPages(t *testing.T) {
	dir := dataDir(t)
	clusters := detected(t, filepath.Join(dir, "zh-pages-dev.jsonl.gz"), 2*time.Minute, 4<<30)
	gold := load(t, filepath.Join(dir, "zh-pages-dev-gold.jsonl.gz"), eval.ReadGold)
	r := eval.Passages(gold, clusters, eval.Options{Resamples: -1})
	t.Logf("pairs P %.4f R %.4f F1 %.4f; B-cubed %.4f; IoU %.4f; merges through a page %d",
		r.Pairs.Precision, r.Pairs.Recall, r.Pairs.F1, r.BCubed.F1, r.SpanIoU, r.FalseMerges.ThroughAPage)
	atLeast(t, "F1 of pairs", r.Pairs.F1, .9965)
	atLeast(t, "B-cubed F1", r.BCubed.F1, .997)
	atLeast(t, "span IoU", r.SpanIoU, .985)
	atMost(t, "the number of stories merged through a page", float64(r.FalseMerges.ThroughAPage), 0)
	for name, f := range r.HardNegatives {
		t.Logf("negatives %s: %d of %d", name, f.FalsePairs, f.Pairs)
		atMost(t, "the share of negatives joined, "+name, f.Rate, .001)
	}
	for kind, k := range r.RecallByKind {
		least := .98
		if strings.HasPrefix(kind, "digest") || strings.HasPrefix(kind, "quoted") {
			least = .955
		}
		t.Logf("recall of %s: %.4f of %d", kind, k.Recall, k.N)
		atLeast(t, "recall of "+kind, k.Recall, least)
	}
	if len(r.HardNegatives) < 4 || len(r.RecallByKind) < 15 {
		t.Errorf("%d families and %d kinds in the gold", len(r.HardNegatives), len(r.RecallByKind))
	}
}

// TestBroadcasts holds recall and look-alikes on real news broadcasts of ten
// years.
func TestBroadcasts(t *testing.T) {
	dir := dataDir(t)
	path := filepath.Join(dir, "xwlb-dev.jsonl.gz")
	clusters := detected(t, path, 4*time.Minute, 8<<30)
	records := load(t, path, eval.ReadRecords)
	gold := load(t, filepath.Join(dir, "xwlb-dev-gold.tsv"), eval.ReadPairs)
	negatives := load(t, filepath.Join(dir, "xwlb-dev-negatives.tsv"), eval.ReadPairs)
	r := eval.Pairs(records, gold, negatives, clusters)
	t.Logf("recall %.4f; negatives %.4f; labelled precision %.4f; largest story %d; stubs together %d",
		r.Recall, r.NegativeRate, r.LabelledPrecision, r.Largest, r.StubsTogether)
	atLeast(t, "recall", r.Recall, .9999)
	// .0011 until dates were no veto: 18 notices of 9,369 that come again in nearly the same
	// words are joined now, where 10 were.
	atMost(t, "the share of negatives joined", r.NegativeRate, .0017)
	atMost(t, "the largest story", float64(r.Largest), 20)
}
