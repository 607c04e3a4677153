package detect

import (
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"repost/testdata"
)

// Bands and verification pair what is alike, and nothing else; a band
// that very many share joins them all the same, without every pair of them.
func TestSimilarPairs(t *testing.T) {
	news := func(name string) string {
		text, err := testdata.FS.ReadFile("news/" + name)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	alike := func(texts ...string) [][2]int32 {
		pairs, err := DefaultScheme.SimilarPairs(t.Context(), texts, .5, nil)
		if err != nil {
			t.Fatal(err)
		}
		return pairs
	}
	a, b := news("elevators-original.txt"), news("kiln.txt")
	half := a[:len(a)/2]
	want := [][2]int32{{0, 2}, {0, 6}, {1, 4}, {2, 6}}
	if got := alike(a, b, "转载："+a, "", b+"（完）", "", a, half[:len(half)/2]); !slices.Equal(got, want) {
		t.Errorf("pairs %v, want %v", got, want)
	}
	many := 3 * mostInBand
	got := alike(slices.Repeat([]string{a}, many)...)
	if len(got) != many-1 {
		t.Errorf("%d pairs of %d copies", len(got), many)
	}
	for i, p := range got {
		if p != [2]int32{0, int32(i + 1)} {
			t.Fatalf("pair %d is %v", i, p)
		}
	}
}

// TestHashSet: a set counts what an exact intersection does.
func TestHashSet(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		hashes := rapid.SliceOf(rapid.OneOf(rapid.Uint64Range(1, 40), rapid.Uint64Range(1, 1<<63)))
		var set hashSet
		for range 3 { // its room is used again
			a := slices.Clone(set.fill(hashes.Draw(t, "a")))
			b := slices.Clone(new(hashSet).fill(hashes.Draw(t, "b")))
			got := set.count(b)
			slices.Sort(a)
			slices.Sort(b)
			if want := Shingled(a).Shared(b); got != want || len(slices.Compact(a)) != len(set.list) {
				t.Fatalf("%d of %v and %v, want %d", got, a, b, want)
			}
		}
	})
}

// TestSortedHashes: sortedHashes is slices.Sort.
func TestSortedHashes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		hashes := rapid.SliceOf(rapid.Uint64()).Draw(t, "hashes")
		want := slices.Sorted(slices.Values(hashes))
		if got := sortedHashes(hashes); !slices.Equal(got, want) {
			t.Fatalf("%v, want %v", got, want)
		}
	})
}

// BenchmarkSortedHashes sorts the bands of 30,000 texts.
func BenchmarkSortedHashes(b *testing.B) {
	hashes, room := make([]uint64, 1<<20), make([]uint64, 1<<20)
	r := rand.New(rand.NewPCG(1, 2))
	for i := range hashes {
		hashes[i] = r.Uint64()
	}
	b.Run("buckets", func(b *testing.B) {
		for b.Loop() {
			sortedHashes(hashes)
		}
	})
	b.Run("slices", func(b *testing.B) {
		for b.Loop() {
			copy(room, hashes)
			slices.Sort(room)
		}
	})
}

// BenchmarkL4w is lane L4w of cmd/repost/bench.go: clusters of whole texts, every
// pair verified, on all threads.
func BenchmarkL4w(b *testing.B) {
	for _, set := range []string{"zh-pages-dev", "xwlb-dev"} {
		b.Run(set, func(b *testing.B) {
			texts, bytes := testdata.MeasuringTexts(b, set, 1<<30)
			b.SetBytes(bytes)
			b.ReportAllocs()
			pairs := 0
			for b.Loop() {
				found, err := DefaultScheme.SimilarPairs(b.Context(), texts, .5, nil)
				if err != nil {
					b.Fatal(err)
				}
				pairs = len(found)
			}
			b.ReportMetric(float64(len(texts)*b.N)/b.Elapsed().Seconds(), "docs/s")
			b.ReportMetric(float64(pairs), "pairs")
		})
	}
}
