// Package lsh turns what an index returns into candidates: documents worth
// aligning with a given one. It sees document numbers and positions.
package lsh

import (
	"cmp"
	"slices"
)

// Hit is one print that a document shares with the one that asks. Diagonal is
// the difference of the two positions: prints of one passage lie on nearly one
// diagonal, chance hits anywhere.
type Hit struct {
	Doc      uint32
	Diagonal int32
}

const (
	// Band is the width in units of the diagonal band in which hits are counted.
	Band = 64
	// Least is the number of hits in one band that makes a candidate. Five keep the
	// recall of two within .001 for a fifth of the work.
	Least = 4
)

// Candidates returns, ascending, the documents with at least Least hits in one
// diagonal band, or all the asker's prints if it has fewer. hits is reordered.
// O(n log n).
func Candidates(dst []uint32, hits []Hit, prints int) []uint32 {
	least := max(1, min(Least, prints))
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
		from := lo
		for i := lo; i < hi; i++ {
			for hits[i].Diagonal-hits[from].Diagonal > Band {
				from++
			}
			if i-from+1 >= least {
				dst = append(dst, doc)
				break
			}
		}
		lo = hi
	}
	return dst
}
