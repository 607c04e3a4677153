package dedup_test

import (
	"testing"

	"repost/dedup/detect"
)

// BenchmarkSketcher is BenchmarkSketch with the tables of one worker kept.
func BenchmarkSketcher(b *testing.B) {
	for _, set := range []string{"zh-pages-dev", "xwlb-dev"} {
		b.Run(set, func(b *testing.B) {
			docs, bytes := someOf(b, set, 4000)
			k := detect.Sketcher{Scheme: &detect.DefaultScheme}
			b.SetBytes(bytes)
			b.ReportAllocs()
			for b.Loop() {
				for _, d := range docs {
					k.Sketch(k.Prepare(d.Text))
				}
			}
			b.ReportMetric(float64(len(docs)*b.N)/b.Elapsed().Seconds(), "docs/s")
		})
	}
}
