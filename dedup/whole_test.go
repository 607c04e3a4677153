package dedup

import (
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"repost/testdata"
)

// TestAlike: bands and verification pair what is alike, and nothing else; a band
// that very many share joins them all the same, without every pair of them.
func TestAlike(t *testing.T) {
	news := func(name string) string {
		text, err := testdata.FS.ReadFile("news/" + name)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	alike := func(texts ...string) [][2]int32 {
		pairs, err := DefaultScheme.Alike(t.Context(), texts, .5, nil)
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
	if of := Joined(8, want); !slices.Equal(of, []int32{0, 1, 0, 3, 1, 5, 0, 7}) {
		t.Errorf("clusters %v", of)
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

// BenchmarkSortedHashes sorts other hashes each time: a processor learns the
// branches of one order.
func BenchmarkSortedHashes(b *testing.B) {
	const n = 700
	hashes := make([]uint64, 1000*n)
	r := rand.New(rand.NewPCG(1, 2))
	for i := range hashes {
		hashes[i] = r.Uint64()
	}
	room := make([]uint64, n)
	at := func(i int) []uint64 { return hashes[i%1000*n : i%1000*n+n] }
	b.Run("buckets", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			sortedHashes(at(i))
		}
	})
	b.Run("slices", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			copy(room, at(i))
			slices.Sort(room)
		}
	})
}
