// Package lsh turns what an index returns into candidates: documents worth
// aligning with a given one. It sees document numbers and positions.
package lsh

import (
	"cmp"
	"slices"
)

// Hit is one fingerprint that a document shares with the query. Diagonal is the difference
// of the two positions: fingerprints of one passage are on nearly one diagonal, chance hits
// anywhere.
type Hit struct {
	Doc      uint32
	Diagonal int32
	Weight   int32
}

// Weights of hits: a fingerprint that few documents hold says more. A candidate needs Least
// in one strip: four rare fingerprints, or twelve frequent ones. A long common passage has
// them; a common formula does not.
const (
	Rare     = 3
	Frequent = 1
	Least    = 4 * Rare
)

// A fingerprint in up to RareIn documents is rare. A fingerprint or a band in more than Cap
// documents makes no candidates.
const (
	RareIn = 100
	Cap    = 50_000
)

// Where at most AllPairs documents hold a key, all of them make hits with each other, else
// each with the Pivots only, so that n copies of a famous story cost n times as many. With
// 32 and 16, or 100 and 16, the labelled sets give the same figures; statutes take a sixth
// longer, texts of the same sentences in another order a quarter, and near copies under
// shared footers twice as long with 100.
const (
	AllPairs = 16
	Pivots   = 8
)

// Strip is the width in units of the strip of diagonals in which hits are counted.
const Strip = 64

// FingerprintWeight returns the weight of a hit of a fingerprint in a number of documents.
func FingerprintWeight(documents int) int32 {
	switch {
	case documents <= RareIn:
		return Rare
	case documents <= Cap:
		return Frequent
	}
	return 0
}

// Enough returns what hits must weigh in one strip to make a candidate of a pair
// whose shorter text has the given number of units: Least, or for a short text the weight
// of a third of its fingerprints if all were rare.
func Enough(units int) int32 {
	fingerprints := max(1, units*2/9) // the density of winnowing with windows of eight
	return int32(min(Least, max(Rare, fingerprints)))
}

// Candidates appends to dst, ascending, the documents whose hits weigh enough in one strip:
// a weight of Least always suffices; below it, enough(doc) decides. hits is reordered.
// O(n log n).
func Candidates(dst []uint32, hits []Hit, enough func(doc uint32) int32) []uint32 {
	slices.SortFunc(hits, func(x, y Hit) int {
		if c := cmp.Compare(x.Doc, y.Doc); c != 0 {
			return c
		}
		return cmp.Compare(x.Diagonal, y.Diagonal)
	})
	for lo := 0; lo < len(hits); {
		doc := hits[lo].Doc
		hi := lo
		for hi < len(hits) && hits[hi].Doc == doc {
			hi++
		}
		if w := Heaviest(hits[lo:hi]); w >= Least || w >= enough(doc) {
			dst = append(dst, doc)
		}
		lo = hi
	}
	return dst
}

// Heaviest returns what hits, sorted by diagonal, weigh in the strip where they weigh most,
// or the first weight of Least or more.
func Heaviest(hits []Hit) (most int32) {
	from, sum := 0, int32(0)
	for i := range hits {
		sum += hits[i].Weight
		for hits[i].Diagonal-hits[from].Diagonal > Strip {
			sum -= hits[from].Weight
			from++
		}
		if most = max(most, sum); most >= Least {
			break
		}
	}
	return most
}
