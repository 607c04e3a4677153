// Package sketch makes small things of long texts that say whether the texts
// are alike: winnowed prints, MinHash signatures and their LSH bands, SimHash.
// It sees hashes and knows no documents.
//
//	grams := shingle.Shingles(nil, units, 8)
//	prints := sketch.Winnow(nil, grams, 8)
package sketch

// Print is a winnowed gram: its hash and the unit it begins at. The low 24 bits
// of the hash are zero: 40 bits are what an index keeps of it.
type Print struct {
	Hash uint64
	Pos  uint32
}

// KeyMask are the bits that an index keeps of a print or the key of a band.
const KeyMask = ^uint64(1<<24 - 1)

// Winnow appends the prints of a text by robust winnowing (Schleimer, Wilkerson,
// Aiken 2003): of every w grams in a row the least hash, and of equal ones the
// rightmost unless the one before is still in the window. Two texts that share
// w grams in a row share a print; with grams of k characters that is any common
// run of k+w-1 characters. A text of fewer than w grams has one print.
func Winnow(dst []Print, grams []uint64, w int) []Print {
	if len(grams) == 0 {
		return dst
	}
	if len(grams) < w {
		w = len(grams)
	}
	best := -1 // index of the selected gram
	for end := w; end <= len(grams); end++ {
		lo := end - w
		switch {
		case best < lo:
			best = lo
			for i := lo + 1; i < end; i++ {
				if grams[i] <= grams[best] {
					best = i
				}
			}
		case grams[end-1] < grams[best]:
			best = end - 1
		default:
			continue
		}
		dst = append(dst, Print{grams[best] & KeyMask, uint32(best)})
	}
	return dst
}

// Thin keeps the first few prints of each hash, in place: a text that repeats
// itself has the same print at every turn, and two such texts would have all
// pairs of them in common. Which hashes there are stays the same. O(len(prints)).
func Thin(prints []Print, few int) []Print {
	size := 16
	for size < 2*len(prints) {
		size *= 2
	}
	type slot struct {
		hash uint64
		n    int
	}
	table := make([]slot, size)
	out := prints[:0]
	for _, p := range prints {
		at := int(p.Hash>>24) & (size - 1)
		for table[at].n > 0 && table[at].hash != p.Hash {
			at = (at + 1) & (size - 1)
		}
		table[at].hash = p.Hash
		if table[at].n++; table[at].n <= few {
			out = append(out, p)
		}
	}
	return out
}

// Content returns a hash of all units: texts with equal hashes are equal after
// folding, but for a chance of 2⁻⁶⁴ a pair.
func Content(ids []uint32) uint64 {
	h := finish(uint64(len(ids)) + 1) // not a small number, which an id could cancel
	for _, id := range ids {
		h = (h ^ uint64(id)) * 0x9FB21C651E98DF25
		h ^= h >> 32
	}
	return finish(h)
}

// finish is the finaliser of SplitMix64 (Steele, Lea, Flood 2014).
func finish(h uint64) uint64 {
	h = (h ^ h>>30) * 0xBF58476D1CE4E5B9
	h = (h ^ h>>27) * 0x94D049BB133111EB
	return h ^ h>>31
}
