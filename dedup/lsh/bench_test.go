package lsh_test

import (
	"compress/gzip"
	"encoding/json"
	"os"
	"slices"
	"testing"

	"repost/dedup/lsh"
	"repost/dedup/sketch"
	"repost/shingle"
	"repost/testdata"
)

// BenchmarkCandidates picks the candidates of each of 4,000 real texts among the
// fingerprints that it shares with the others.
func BenchmarkCandidates(b *testing.B) {
	hits := hitsOf(b, 4000)
	n := 0
	for _, h := range hits {
		n += len(h)
	}
	var work []lsh.Hit
	var dst []uint32
	found := 0
	b.ReportAllocs()
	for b.Loop() {
		found = 0
		for _, h := range hits {
			work = append(work[:0], h...) // they are reordered
			dst = lsh.Candidates(dst[:0], work, func(uint32) int32 { return lsh.Least })
			found += len(dst)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/hit")
	b.ReportMetric(float64(len(hits)*b.N)/b.Elapsed().Seconds(), "docs/s")
	b.ReportMetric(float64(found)/float64(len(hits)), "candidates/doc")
}

// hitsOf returns for each of n texts what it shares with those before it.
func hitsOf(b *testing.B, n int) [][]lsh.Hit {
	f, err := os.Open(testdata.Measuring(b, "zh-pages-dev.jsonl.gz"))
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		b.Fatal(err)
	}
	type posting struct{ doc, pos uint32 }
	index := map[uint64][]posting{}
	fingerprints := make([][]sketch.Fingerprint, n)
	dec := json.NewDecoder(z)
	for i := range fingerprints {
		var d struct{ Text string }
		if err := dec.Decode(&d); err != nil {
			b.Fatal(err)
		}
		fingerprints[i] = sketch.Winnow(nil, shingle.Shingles(nil, shingle.Rules{}.Cut(nil, d.Text), 8), 8)
		for _, p := range fingerprints[i] {
			index[p.Hash] = append(index[p.Hash], posting{uint32(i), p.Pos})
		}
	}
	hits := make([][]lsh.Hit, n)
	for i, own := range fingerprints {
		for _, p := range own {
			weight := int32(lsh.Rare)
			if len(index[p.Hash]) > lsh.RareIn {
				weight = lsh.Frequent
			}
			for _, q := range index[p.Hash] {
				if int(q.doc) < i && len(index[p.Hash]) <= lsh.Cap {
					hits[i] = append(hits[i], lsh.Hit{Doc: q.doc, Diagonal: int32(p.Pos) - int32(q.pos), Weight: weight})
				}
			}
		}
	}
	return slices.Clip(hits)
}
