package lsh_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"repost/dedup/lsh"
)

// TestCandidates: a document is a candidate if some strip of diagonals, as wide as
// Strip, holds hits that weigh enough.
func TestCandidates(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var hits []lsh.Hit
		for range rapid.IntRange(0, 60).Draw(t, "hits") {
			hits = append(hits, lsh.Hit{
				Doc:      rapid.Uint32Range(0, 5).Draw(t, "document"),
				Diagonal: rapid.Int32Range(-200, 200).Draw(t, "diagonal"),
				Weight:   rapid.SampledFrom([]int32{lsh.Frequent, lsh.Rare, lsh.Least}).Draw(t, "weight"),
			})
		}
		enough := func(doc uint32) int32 { return lsh.Enough(int(doc) * 15) }
		var want []uint32
		for doc := range uint32(6) {
			if heaviest(hits, doc) >= enough(doc) {
				want = append(want, doc)
			}
		}
		shuffled := rapid.Permutation(hits).Draw(t, "order")
		if got := lsh.Candidates(nil, shuffled, enough); !slices.Equal(got, want) {
			t.Fatalf("%v, want %v", got, want)
		}
	})
}

// heaviest is the slow way: every hit begins a band.
func heaviest(hits []lsh.Hit, doc uint32) (most int32) {
	for _, first := range hits {
		sum := int32(0)
		for _, h := range hits {
			if h.Doc == doc && h.Diagonal >= first.Diagonal && h.Diagonal-first.Diagonal <= lsh.Strip {
				sum += h.Weight
			}
		}
		most = max(most, sum)
	}
	return most
}

// TestEnough: the longer the shorter text, the more is asked, within the bounds.
func TestEnough(t *testing.T) {
	last := int32(0)
	for units := range 400 {
		n := lsh.Enough(units)
		if n < last || n < lsh.Rare || n > lsh.Least {
			t.Fatalf("%d units ask for %d, one less for %d", units, n, last)
		}
		last = n
	}
	if last != lsh.Least {
		t.Errorf("400 units ask for %d", last)
	}
}
