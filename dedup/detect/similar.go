package detect

import (
	"context"
	"math/bits"
	"slices"
	"sync/atomic"

	"repost/dedup/parallel"
	"repost/dedup/sketch"
	"repost/shingle"
)

// Up to mostInBand texts with one band are compared each with each; of more, each is
// compared with the first.
const mostInBand = 64

// keptShingles is the number of shingles that stay in memory between the signatures and the
// verification, 8 bytes each; those of further texts are made twice.
const keptShingles = 1 << 24

// deviation is the maximum standard deviation of an estimate by a signature.
const deviation = .044

// SimilarPairs returns, ascending, the pairs of whole texts with a Jaccard similarity of
// least or more, computed on the sets of their shingles of MinGram units. It does what
// MinHash programs do, with signatures and bands (Broder 1997; Leskovec, Rajaraman and
// Ullman, chapter 3), and also verifies every pair exactly, which most of them do not. The
// stories of a corpus are made in another way. stage, if not nil, is called when the
// signatures are made. When ctx ends, SimilarPairs returns its error.
//
// It compares whole texts with their footers; nothing is masked.
func (s *Scheme) SimilarPairs(ctx context.Context, texts []string, least float64, stage func(done string)) ([][2]int32, error) {
	signatures := make([]*sketch.Signature, len(texts))
	kept := make([][]uint64, len(texts))
	var room atomic.Int64
	room.Store(keptShingles)
	s.eachShingled(ctx, texts, nil, func(i int, shingles []uint64) {
		if len(shingles) == 0 {
			return
		}
		signatures[i] = sketch.MinHash(shingles)
		if room.Add(-int64(len(shingles))) >= 0 {
			kept[i] = slices.Clone(shingles)
		}
	})
	if stage != nil {
		stage("signature")
	}
	pairs := sharedBands(signatures, least-4*deviation)
	needed := make([]bool, len(texts))
	for _, p := range pairs {
		needed[p[0]], needed[p[1]] = true, true
	}
	missing := slices.Clone(needed)
	for i := range missing {
		missing[i] = needed[i] && kept[i] == nil
	}
	s.eachShingled(ctx, texts, missing, func(i int, shingles []uint64) { kept[i] = slices.Clone(shingles) })
	sets := kept // in no order, each shingle once
	parallel.With(len(texts), func() *hashSet { return new(hashSet) }, func(t *hashSet, i int) {
		if needed[i] {
			sets[i] = append(sets[i][:0], t.fill(sets[i])...)
		}
	})
	var groups []int // where pairs of another first text begin
	for i := range pairs {
		if i == 0 || pairs[i-1][0] != pairs[i][0] {
			groups = append(groups, i)
		}
	}
	groups = append(groups, len(pairs))
	same := make([]bool, len(pairs))
	parallel.With(len(groups)-1, func() *hashSet { return new(hashSet) }, func(t *hashSet, g int) {
		first := sets[pairs[groups[g]][0]]
		t.fill(first)
		for i := groups[g]; i < groups[g+1] && ctx.Err() == nil; i++ {
			same[i] = t.similar(first, sets[pairs[i][1]], least)
		}
	})
	out := pairs[:0]
	for i, p := range pairs {
		if same[i] {
			out = append(out, p)
		}
	}
	return out, ctx.Err()
}

// hashSet is a set of uniform hashes: open addressing by their low bits, at most a quarter
// full. Two sets of 700 are intersected three times as fast as sorted lists, whose merge
// mispredicts a branch at every second step.
type hashSet struct {
	slots []uint64 // 0 is empty
	mask  uint64
	list  []uint64
}

// fill sets t to the set of hashes, and returns each of them once. 0 is counted as 1.
func (t *hashSet) fill(hashes []uint64) []uint64 {
	size := 4 << bits.Len(uint(len(hashes)))
	if size > cap(t.slots) {
		t.slots = make([]uint64, size)
	}
	t.slots, t.mask, t.list = t.slots[:size], uint64(size-1), t.list[:0]
	clear(t.slots)
	for _, h := range hashes {
		h = max(h, 1)
		at := h & t.mask
		for t.slots[at] != 0 && t.slots[at] != h {
			at = (at + 1) & t.mask
		}
		if t.slots[at] == 0 {
			t.slots[at] = h
			t.list = append(t.list, h)
		}
	}
	return t.list
}

// similar reports whether the similarity of first, which is in t, and second is least or
// more. It stops reading second once that is certain.
func (t *hashSet) similar(first, second []uint64, least float64) bool {
	sum := len(first) + len(second)
	need := max(0, int(least/(1+least)*float64(sum))-1) // of both; rounding is no matter
	for float64(need) < least*float64(sum-need) {
		need++
	}
	both, left := 0, len(second)
	for some := range slices.Chunk(second, 64) {
		both += t.count(some)
		if left -= len(some); both >= need || both+left < need {
			break
		}
	}
	return both >= need
}

// count returns how many of the hashes are in t.
func (t *hashSet) count(hashes []uint64) (n int) {
	for _, h := range hashes {
		at := h & t.mask
		for t.slots[at] != 0 && t.slots[at] != h {
			at = (at + 1) & t.mask
		}
		if t.slots[at] == h {
			n++
		}
	}
	return n
}

// eachShingled calls f with the shingles of each text, or of those that are
// needed, on all processors, until ctx ends. They are valid during the call.
func (s *Scheme) eachShingled(ctx context.Context, texts []string, needed []bool, f func(i int, shingles []uint64)) {
	type room struct {
		units    []shingle.Unit
		shingles []uint64
	}
	parallel.With(len(texts), func() *room { return &room{} }, func(r *room, i int) {
		if (needed == nil || needed[i]) && ctx.Err() == nil {
			r.units = s.Rules.Cut(r.units[:0], texts[i])
			r.shingles = shingle.Shingles(r.shingles[:0], r.units, s.MinGram)
			f(i, r.shingles)
		}
	})
}

// sharedBands returns the pairs of texts that have a band in common and whose
// signatures estimate least or more, ascending.
func sharedBands(signatures []*sketch.Signature, least float64) [][2]int32 {
	var some [bandParts][]uint64
	parallel.For(bandParts, func(part int) { some[part] = pairsInBands(signatures, part) })
	pairs := slices.Concat(some[:]...)
	slices.Sort(pairs)
	pairs = slices.Compact(pairs)
	similar := make([]bool, len(pairs))
	const step = 1024
	parallel.For((len(pairs)+step-1)/step, func(k int) {
		for i := k * step; i < min((k+1)*step, len(pairs)); i++ {
			similar[i] = signatures[pairs[i]>>32].Estimate(signatures[uint32(pairs[i])]) >= least
		}
	})
	var out [][2]int32
	for i, p := range pairs {
		if similar[i] {
			out = append(out, [2]int32{int32(p >> 32), int32(p)})
		}
	}
	return out
}

// Bands are compared in parts, by the top bits of their keys.
const (
	partBits  = 2
	bandParts = 1 << partBits
)

// pairsInBands returns the pairs of texts with a band of a part in common, ascending,
// each once: the index of the first in the upper half.
func pairsInBands(signatures []*sketch.Signature, part int) []uint64 {
	// An entry is the top of a band's key, after the bits of the part, and the index of a
	// text. That is enough of the key: chance pairs fail the verification.
	const docBits = 26
	doc := func(entry uint64) uint64 { return entry & (1<<docBits - 1) }
	entries := make([]uint64, 0, len(signatures)*sketch.Bands/bandParts*5/4)
	var keys []uint64
	for i, s := range signatures {
		if s == nil {
			continue
		}
		keys = s.BandKeys(keys[:0])
		for _, k := range keys {
			if int(k>>(64-partBits)) == part {
				entries = append(entries, k<<partBits>>docBits<<docBits|uint64(i))
			}
		}
	}
	entries = sortedHashes(entries)
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
	return slices.Compact(pairs)
}

// sortedHashes returns hashes in ascending order. They are uniform, so each goes
// near its place by its top bits, and insertion does the rest: O(n), three times as
// fast as slices.Sort at a million.
func sortedHashes(hashes []uint64) []uint64 {
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
