package main

import (
	"context"
	"math/bits"
	"slices"

	"repost/dedup"
	"repost/dedup/sketch"
	"repost/shingle"
)

// wholeJaccard is the similarity from which lane L4w joins two texts.
const wholeJaccard = .5

// mostInBand is up to how many texts with one band are compared each with each;
// of more, each with the first.
const mostInBand = 64

// alike clusters whole texts as MinHash programs do, with the folds, shingles,
// signatures and bands of this one: every candidate pair is verified by its exact
// Jaccard similarity, and pairs are joined. It returns for each text the least
// index of its cluster.
func alike(ctx context.Context, texts []string) []int32 {
	pairs := sharedBands(ctx, texts)
	sets := make([]dedup.Shingled, len(texts))
	needed := make([]bool, len(texts))
	for _, p := range pairs {
		needed[p[0]], needed[p[1]] = true, true
	}
	eachShingled(ctx, texts, func(i int, shingles []uint64) {
		sets[i] = slices.Compact(sorted(shingles))
	}, needed)
	same := make([]bool, len(pairs))
	each(ctx, (len(pairs)+1023)/1024, func(k int) {
		for i := k * 1024; i < min(len(pairs), (k+1)*1024); i++ {
			same[i] = sets[pairs[i][0]].Jaccard(sets[pairs[i][1]]) >= wholeJaccard
		}
	})
	of := make([]int32, len(texts))
	for i := range of {
		of[i] = int32(i)
	}
	root := func(i int32) int32 {
		for of[i] != i {
			of[i] = of[of[i]]
			i = of[i]
		}
		return i
	}
	for i, p := range pairs {
		if a, b := root(p[0]), root(p[1]); same[i] && a != b {
			of[max(a, b)] = min(a, b)
		}
	}
	for i := range of {
		of[i] = root(int32(i))
	}
	return of
}

// eachShingled calls fn with the shingles of each text, or of those that are
// needed, on all threads. They are valid during the call.
func eachShingled(ctx context.Context, texts []string, fn func(i int, shingles []uint64), needed []bool) {
	const chunk = 64
	each(ctx, (len(texts)+chunk-1)/chunk, func(k int) {
		var units []shingle.Unit
		var shingles []uint64
		for i := k * chunk; i < min(len(texts), (k+1)*chunk); i++ {
			if needed == nil || needed[i] {
				units = shingle.Rules{}.Cut(units[:0], texts[i])
				shingles = shingle.Shingles(shingles[:0], units, dedup.DefaultScheme.MinGram)
				fn(i, shingles)
			}
		}
	})
}

// unlike is the estimate below which a pair is not verified: four standard
// deviations under the threshold.
const unlike = wholeJaccard - 4*.044

// sharedBands returns the pairs of texts that have a band in common and may be
// alike by their signatures, ascending.
func sharedBands(ctx context.Context, texts []string) [][2]int32 {
	signatures := make([]*sketch.Signature, len(texts))
	eachShingled(ctx, texts, func(i int, shingles []uint64) {
		if len(shingles) > 0 {
			signatures[i] = sketch.MinHash(shingles)
		}
	}, nil)
	// An entry is the top of a band's key and the index of a text, which is enough
	// of both: what comes together by chance is not verified.
	const docBits = 26
	doc := func(entry uint64) uint64 { return entry & (1<<docBits - 1) }
	entries := make([]uint64, 0, len(texts)*sketch.Bands)
	var keys []uint64
	for i, s := range signatures {
		if s == nil {
			continue
		}
		keys = s.BandKeys(keys[:0])
		for _, k := range keys {
			entries = append(entries, k>>docBits<<docBits|uint64(i))
		}
	}
	entries = sorted(entries)
	var pairs []uint64
	for lo := 0; lo < len(entries); {
		hi := lo + 1
		for hi < len(entries) && entries[hi]>>docBits == entries[lo]>>docBits {
			hi++
		}
		for i := lo; i < hi; i++ {
			from := i
			if hi-lo > mostInBand {
				from = min(i, lo+1)
			}
			for j := lo; j < from; j++ {
				pairs = append(pairs, doc(entries[j])<<32|doc(entries[i]))
			}
		}
		lo = hi
	}
	slices.Sort(pairs)
	var out [][2]int32
	for _, p := range slices.Compact(pairs) {
		i, j := int32(p>>32), int32(p)
		if signatures[i].Estimate(signatures[j]) >= unlike {
			out = append(out, [2]int32{i, j})
		}
	}
	return out
}

// sorted returns hashes in ascending order. They are uniform, so each goes near its
// place by its top bits, and insertion does the rest: O(n), and three times as fast
// as slices.Sort at the 700 shingles of a text.
func sorted(hashes []uint64) []uint64 {
	shift := 64 - bits.Len(uint(len(hashes)))
	starts := make([]int32, 1<<(64-shift)+1)
	for _, h := range hashes {
		starts[h>>shift+1]++
	}
	for b := 1; b < len(starts); b++ {
		starts[b] += starts[b-1]
	}
	out := make([]uint64, len(hashes))
	for _, h := range hashes {
		out[starts[h>>shift]] = h
		starts[h>>shift]++
	}
	for i := 1; i < len(out); i++ {
		h, j := out[i], i
		for ; j > 0 && out[j-1] > h; j-- {
			out[j] = out[j-1]
		}
		out[j] = h
	}
	return out
}
