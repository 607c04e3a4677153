package main

import (
	"cmp"
	"context"
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
func alike(ctx context.Context, texts []string, least float64) []int32 {
	pairs := sharedBands(ctx, texts)
	sets := make([]dedup.Shingled, len(texts))
	needed := make([]bool, len(texts))
	for _, p := range pairs {
		needed[p[0]], needed[p[1]] = true, true
	}
	each(ctx, len(texts), func(i int) {
		if needed[i] {
			units := shingle.Rules{}.Cut(nil, texts[i])
			grams := shingle.Shingles(nil, units, dedup.DefaultScheme.MinGram)
			slices.Sort(grams)
			sets[i] = slices.Compact(grams)
		}
	})
	same := make([]bool, len(pairs))
	each(ctx, (len(pairs)+1023)/1024, func(k int) {
		for i := k * 1024; i < min(len(pairs), (k+1)*1024); i++ {
			same[i] = sets[pairs[i][0]].Jaccard(sets[pairs[i][1]]) >= least
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

// sharedBands returns the pairs of texts that have a band in common, ascending.
func sharedBands(ctx context.Context, texts []string) [][2]int32 {
	type entry struct {
		key uint64
		doc int32
	}
	entries := make([]entry, len(texts)*sketch.Bands)
	each(ctx, (len(texts)+63)/64, func(chunk int) {
		var units []shingle.Unit
		var grams, keys []uint64
		for i := chunk * 64; i < min(len(texts), (chunk+1)*64); i++ {
			units = shingle.Rules{}.Cut(units[:0], texts[i])
			grams = shingle.Shingles(grams[:0], units, dedup.DefaultScheme.MinGram)
			keys = keys[:0]
			if len(grams) > 0 {
				keys = sketch.MinHash(grams).BandKeys(keys)
			}
			for k, key := range keys {
				entries[i*sketch.Bands+k] = entry{key, int32(i)}
			}
		}
	})
	slices.SortFunc(entries, func(a, b entry) int {
		return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.doc, b.doc))
	})
	var pairs [][2]int32
	for lo := 0; lo < len(entries); {
		hi := lo + 1
		for hi < len(entries) && entries[hi].key == entries[lo].key {
			hi++
		}
		for i := lo; i < hi && entries[lo].key != 0; i++ { // 0 is of texts without shingles
			from := i
			if hi-lo > mostInBand {
				from = min(i, lo+1)
			}
			for j := lo; j < from; j++ {
				pairs = append(pairs, [2]int32{entries[j].doc, entries[i].doc})
			}
		}
		lo = hi
	}
	slices.SortFunc(pairs, func(a, b [2]int32) int {
		return cmp.Or(cmp.Compare(a[0], b[0]), cmp.Compare(a[1], b[1]))
	})
	return slices.Compact(pairs)
}
