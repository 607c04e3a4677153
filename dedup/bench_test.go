package dedup_test

import (
	"strings"
	"testing"

	"repost/dedup"
	"repost/dedup/detect"
	"repost/dedup/diff"
	"repost/shingle/mask"
	"repost/testdata"
)

// someOf returns the first documents of a set, and the bytes of their texts.
func someOf(b *testing.B, set string, n int) (docs []dedup.Document, bytes int64) {
	docs = load(b, testdata.Measuring(b, set+".jsonl.gz"), readDocuments)
	docs = docs[:min(n, len(docs))]
	for _, d := range docs {
		bytes += int64(len(d.Text))
	}
	return docs, bytes
}

// BenchmarkSketch makes all that the indexes hold of a text, on one thread: masks,
// the cut, bands, fingerprints, SimHash and the hash of the content.
func BenchmarkSketch(b *testing.B) {
	for _, set := range []string{"zh-pages-dev", "xwlb-dev"} {
		b.Run(set, func(b *testing.B) {
			docs, bytes := someOf(b, set, 4000)
			s := detect.DefaultScheme
			b.SetBytes(bytes)
			b.ReportAllocs()
			for b.Loop() {
				for _, d := range docs {
					s.Sketch(s.Prepare(d.Text))
				}
			}
			b.ReportMetric(float64(len(docs)*b.N)/b.Elapsed().Seconds(), "docs/s")
		})
	}
}

// BenchmarkL4 is lane L4 of cmd/repost/bench.go: stories in memory, from texts,
// every link aligned, on all threads.
func BenchmarkL4(b *testing.B) {
	docs, bytes := someOf(b, "zh-pages-dev", 1<<30)
	b.SetBytes(bytes)
	stories := 0
	for b.Loop() {
		m := detect.NewMemory(&detect.DefaultScheme)
		m.Add(docs...)
		if err := detect.UpdateStories(m, &detect.DefaultScheme, nil); err != nil {
			b.Fatal(err)
		}
		stories = len(m.Stories())
	}
	b.ReportMetric(float64(len(docs)*b.N)/b.Elapsed().Seconds(), "docs/s")
	b.ReportMetric(float64(stories), "stories")
}

// BenchmarkL8 is lane L8 of cmd/repost/bench.go, the difference of two versions:
// a text, and itself with a character in fifty replaced and in the other style of
// punctuation.
func BenchmarkL8(b *testing.B) {
	docs, bytes := someOf(b, "zh-pages-dev", 500)
	width := strings.NewReplacer("，", ",", "。", ".", "“", "\"", "”", "\"")
	var pairs [][2]diff.Side
	for _, d := range docs {
		changed := []rune(d.Text)
		for i := 25; i < len(changed); i += 50 {
			changed[i] = '某'
		}
		other := width.Replace(string(changed))
		pairs = append(pairs, [2]diff.Side{
			{Text: d.Text, Masks: mask.Find(d.Text)}, {Text: other, Masks: mask.Find(other)},
		})
	}
	b.SetBytes(bytes)
	b.ReportAllocs()
	for b.Loop() {
		for _, p := range pairs {
			diff.Compare(p[0], p[1], diff.Options{})
		}
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*len(pairs)), "µs/pair")
}
