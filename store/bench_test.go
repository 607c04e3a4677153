package store

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"repost/dedup/detect"
	"repost/dedup/parallel"
	"repost/store/ingest"
	"repost/testdata"
)

// corpusOf makes a corpus of n generated documents, about 1 KB each, and returns
// the bytes of their texts.
func corpusOf(b *testing.B, n int) (c *Corpus, bytes int64) {
	c = open(b, filepath.Join(b.TempDir(), "x.repost"), Options{Create: true})
	for from := 0; from < n; from += 2000 {
		batch := madeBatch(from, min(2000, n-from))
		for i := range batch {
			bytes += int64(len(batch[i].Doc.Text))
		}
		if _, err := c.AddEntries(batch); err != nil {
			b.Fatal(err)
		}
	}
	return c, bytes
}

func BenchmarkAdd(b *testing.B) {
	const n = 2000
	batch := madeBatch(0, n)
	bytes := 0
	for i := range batch {
		bytes += len(batch[i].Doc.Text)
	}
	b.SetBytes(int64(bytes))
	c := open(b, filepath.Join(b.TempDir(), "x.repost"), Options{Create: true})
	round := 0
	for b.Loop() {
		for i := range batch {
			batch[i].Doc.Title = string(rune('a' + round%26))
			batch[i].Doc.ID = batch[i].Doc.Title + batch[i].Doc.ID[1:]
		}
		round++
		if _, err := c.AddEntries(batch); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(n*b.N)/b.Elapsed().Seconds(), "docs/s")
}

func BenchmarkAddUnchanged(b *testing.B) {
	c, bytes := corpusOf(b, 4000)
	batch := madeBatch(0, 4000)
	b.SetBytes(bytes)
	for b.Loop() {
		if res, err := c.AddEntries(batch); err != nil || res.Unchanged != 4000 {
			b.Fatal(res, err)
		}
	}
}

func BenchmarkScan(b *testing.B) {
	c, bytes := corpusOf(b, 6000)
	b.SetBytes(bytes)
	n := 0
	for b.Loop() {
		n = 0
		if err := c.scanLive(fingerprintIndex, func(_ uint64, ps []posting) error { n += len(ps); return nil }); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/posting")
}

// BenchmarkLookup asks for the keys of one document: a query.
func BenchmarkLookup(b *testing.B) {
	c, _ := corpusOf(b, 6000)
	e := made(3000)
	var keys []uint64
	for _, p := range e.Sketch.Fingerprints {
		keys = append(keys, p.Hash)
	}
	slices.Sort(keys)
	b.SetBytes(int64(len(e.Doc.Text)))
	for b.Loop() {
		found := 0
		if err := c.lookupLive(fingerprintIndex, keys, func(uint64, []posting) error { found++; return nil }); err != nil || found != len(keys) {
			b.Fatal(found, err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(keys)), "ns/key")
}

func BenchmarkDocuments(b *testing.B) {
	c, bytes := corpusOf(b, 6000)
	ns := slices.Collect(c.Numbers)
	b.SetBytes(bytes)
	for b.Loop() {
		for _, err := range c.Documents(ns) {
			if err != nil {
				b.Fatal(err)
			}
		}
	}
}

// entriesOf returns real documents with their sketches, and the bytes of their
// texts.
func entriesOf(b *testing.B) (entries []Entry, bytes int64) {
	b.Helper()
	path := testdata.Measuring(b, "zh-pages-dev.jsonl.gz")
	for rec, err := range ingest.Read([]string{path}, nil, ingest.Options{}) {
		if err != nil {
			b.Fatal(err)
		}
		entries = append(entries, Entry{Doc: rec.Doc, Origin: rec.Origin})
		bytes += int64(len(rec.Doc.Text))
	}
	return entries, bytes
}

// sketched sketches documents on all threads.
func sketched(batch []Entry) {
	s := detect.DefaultScheme
	all := make([]*Entry, len(batch))
	for i := range batch {
		all[i] = &batch[i]
	}
	parallel.For(len(all), func(i int) { all[i].Sketch = s.Sketch(s.Prepare(all[i].Doc.Text)) })
}

// BenchmarkL5 is lane L5 of cmd/repost/bench.go, durable ingest of the bands only,
// and L5p, with the passage index: documents in memory are loaded, each batch synced to
// the disk, up to where stories begin. The store has no mode without passages but for this.
func BenchmarkL5(b *testing.B)  { benchmarkIngest(b, true) }
func BenchmarkL5p(b *testing.B) { benchmarkIngest(b, false) }

func benchmarkIngest(b *testing.B, whole bool) {
	entries, bytes := entriesOf(b)
	b.SetBytes(bytes)
	records := func(yield func(ingest.Record, error) bool) {
		for i := range entries {
			if !yield(ingest.Record{Doc: entries[i].Doc, Origin: entries[i].Origin}, nil) {
				return
			}
		}
	}
	var stats Stats
	for b.Loop() {
		c := open(b, filepath.Join(b.TempDir(), "x.repost"), Options{Create: true})
		if _, err := fill(b.Context(), c, records, LoadOptions{Whole: whole}.withDefaults()); err != nil {
			b.Fatal(err)
		}
		b.StopTimer()
		var err error
		if stats, err = c.Stats(); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
	}
	b.ReportMetric(float64(len(entries)*b.N)/b.Elapsed().Seconds(), "docs/s")
	for _, p := range stats.Parts {
		b.ReportMetric(float64(p.Bytes)/float64(len(entries)), p.Name+"-B/doc")
	}
}

// upToDate returns a corpus with its stories of all but each 50th real document, and those.
func upToDate(b *testing.B) (c *Corpus, unseen []Entry) {
	entries, _ := entriesOf(b)
	c = open(b, filepath.Join(b.TempDir(), "x.repost"), Options{Create: true})
	var batch []Entry
	for i, e := range entries {
		if i%50 == 49 {
			unseen = append(unseen, e)
		} else {
			batch = append(batch, e)
		}
	}
	sketched(batch)
	if _, err := c.AddEntries(batch); err != nil {
		b.Fatal(err)
	}
	if err := c.UpdateStories(b.Context(), nil); err != nil {
		b.Fatal(err)
	}
	return c, unseen
}

// BenchmarkL6 is lane L6 of cmd/repost/bench.go, the stories of a stored corpus
// brought up to date: after the first ingest of all, and after one document more.
func BenchmarkL6(b *testing.B) {
	b.Run("all", func(b *testing.B) {
		entries, bytes := entriesOf(b)
		b.SetBytes(bytes)
		for b.Loop() {
			b.StopTimer()
			c := open(b, filepath.Join(b.TempDir(), "x.repost"), Options{Create: true})
			sketched(entries)
			if _, err := c.AddEntries(entries); err != nil {
				b.Fatal(err)
			}
			b.StartTimer()
			if err := c.UpdateStories(b.Context(), nil); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(len(entries)*b.N)/b.Elapsed().Seconds(), "docs/s")
	})
	b.Run("one", func(b *testing.B) {
		c, unseen := upToDate(b)
		for i := 0; b.Loop(); i++ {
			e := unseen[i%len(unseen)]
			e.Doc.ID = fmt.Sprint(i, e.Doc.ID)
			e.Doc.Text += strings.Repeat(" ", i/len(unseen)) // another version
			one := []Entry{e}
			sketched(one)
			if _, err := c.AddEntries(one); err != nil {
				b.Fatal(err)
			}
			if err := c.UpdateStories(b.Context(), nil); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkL7 is lane L7 of cmd/repost/bench.go, the documents of a corpus with stories
// that carry an unseen text: candidates, alignment, judgement.
func BenchmarkL7(b *testing.B) {
	c, unseen := upToDate(b)
	s := detect.DefaultScheme
	var took []time.Duration
	found, bytes := 0, 0
	for i := 0; b.Loop(); i++ {
		d := &unseen[i%len(unseen)].Doc
		began := time.Now()
		fs, err := detect.Find(c.Detection(b.Context()), &s, d)
		if err != nil {
			b.Fatal(err)
		}
		took = append(took, time.Since(began))
		bytes += len(d.Text)
		if len(fs) > 0 {
			found++
		}
	}
	slices.Sort(took)
	b.SetBytes(int64(bytes / b.N))
	b.ReportMetric(float64(took[len(took)/2].Microseconds()), "p50-µs")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "p99-µs")
	b.ReportMetric(float64(found)/float64(len(took)), "found")
}
