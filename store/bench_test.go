package store

import (
	"path/filepath"
	"slices"
	"testing"
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
		if _, err := c.Add(batch); err != nil {
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
		if _, err := c.Add(batch); err != nil {
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
		if res, err := c.Add(batch); err != nil || res.Unchanged != 4000 {
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
		if err := c.Scan(Prints, func(_ uint64, ps []Posting) error { n += len(ps); return nil }); err != nil {
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
	for _, p := range e.Sketch.Prints {
		keys = append(keys, p.Hash)
	}
	slices.Sort(keys)
	b.SetBytes(int64(len(e.Doc.Text)))
	for b.Loop() {
		found := 0
		if err := c.Lookup(Prints, keys, func(uint64, []Posting) error { found++; return nil }); err != nil || found != len(keys) {
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
