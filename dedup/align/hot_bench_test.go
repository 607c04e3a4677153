package align_test

import (
	"math/rand/v2"
	"testing"

	"repost/dedup/align"
)

// BenchmarkPair aligns two texts of 1,000 units of an alphabet like that of Chinese
// news: copies with none or ten edits, and a page whose middle third is the story.
func BenchmarkPair(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 2))
	draw := func(n int) []uint32 {
		u := make([]uint32, n)
		for i := range u {
			u[i] = uint32(3000 * rng.Float64() * rng.Float64() * rng.Float64()) // few are frequent
		}
		return u
	}
	text := draw(1000)
	edited := append([]uint32{}, text...)
	for range 10 {
		edited[rng.IntN(len(edited))] = 9999
	}
	page := append(append(draw(333), text[333:666]...), draw(333)...)
	for _, x := range []struct {
		name string
		a    []uint32
	}{{"equal", text}, {"edited", edited}, {"page", page}} {
		b.Run(x.name, func(b *testing.B) {
			var m align.Matcher
			var c align.Chainer
			var runs []align.Run
			m.Reset(text)
			b.ReportAllocs()
			for b.Loop() {
				runs, _ = m.Matches(runs[:0], x.a)
				c.Repeats(runs, c.Chains(runs, align.Detecting), align.Detecting)
			}
		})
	}
}
