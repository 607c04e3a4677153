package sketch_test

import (
	"testing"

	"repost/dedup/sketch"
	"repost/shingle"
	"repost/testdata"
)

// BenchmarkL2 is lane L2 of cmd/repost/bench.go: a MinHash signature of 128 bins
// over shingles of five characters, from text, on one thread.
func BenchmarkL2(b *testing.B) {
	each(b, func(m *maker, text string) {
		m.shingle(text, 5)
		m.signature = *sketch.MinHash(m.grams)
	})
}

// BenchmarkL3 is lane L3 of cmd/repost/bench.go: fingerprints of eight characters, from
// text, on one thread.
func BenchmarkL3(b *testing.B) {
	each(b, func(m *maker, text string) {
		m.shingle(text, gram)
		m.fingerprints = sketch.Thin(sketch.Winnow(m.fingerprints[:0], m.grams, window), 4)
	})
}

// BenchmarkParts measures the parts of both lanes after the cut, and SimHash, in
// bytes of the text that they are made of.
func BenchmarkParts(b *testing.B) {
	texts, bytes := testdata.MeasuringTexts(b, "zh-pages-dev", 4000)
	units := make([][]shingle.Unit, len(texts))
	grams := make([][]uint64, len(texts))
	fingerprints := make([][]sketch.Fingerprint, len(texts))
	for i, t := range texts {
		units[i] = shingle.Rules{}.Cut(nil, t)
		grams[i] = shingle.Shingles(nil, units[i], 5)
		fingerprints[i] = sketch.Winnow(nil, grams[i], window)
	}
	var m maker
	for _, part := range []struct {
		name string
		make func(i int)
	}{
		{"shingles", func(i int) { m.grams = shingle.Shingles(m.grams[:0], units[i], 5) }},
		{"minhash", func(i int) { m.signature = *sketch.MinHash(grams[i]) }},
		{"bands", func(int) { m.grams = m.signature.BandKeys(m.grams[:0]) }},
		{"simhash", func(i int) { m.hash ^= sketch.SimHash(grams[i]) }},
		{"winnow", func(i int) { m.fingerprints = sketch.Winnow(m.fingerprints[:0], grams[i], window) }},
		{"thin", func(i int) { m.fingerprints = sketch.Thin(append(m.fingerprints[:0], fingerprints[i]...), 4) }},
	} {
		b.Run(part.name, func(b *testing.B) {
			b.SetBytes(bytes)
			b.ReportAllocs()
			for b.Loop() {
				for i := range texts {
					part.make(i)
				}
			}
		})
	}
}

// maker keeps what is used from text to text, and results.
type maker struct {
	units        []shingle.Unit
	grams        []uint64
	fingerprints []sketch.Fingerprint
	signature    sketch.Signature
	hash         uint64
}

func (m *maker) shingle(text string, k int) {
	m.units = shingle.Rules{}.Cut(m.units[:0], text)
	m.grams = shingle.Shingles(m.grams[:0], m.units, k)
}

// each measures work on every text of both sets.
func each(b *testing.B, work func(m *maker, text string)) {
	for _, set := range []string{"zh-pages-dev", "xwlb-dev"} {
		b.Run(set, func(b *testing.B) {
			texts, bytes := testdata.MeasuringTexts(b, set, 4000)
			var m maker
			b.SetBytes(bytes)
			b.ReportAllocs()
			for b.Loop() {
				for _, t := range texts {
					work(&m, t)
				}
			}
			b.ReportMetric(float64(len(texts)*b.N)/b.Elapsed().Seconds(), "docs/s")
		})
	}
}
