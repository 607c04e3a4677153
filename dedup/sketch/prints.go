// Package sketch summarises long texts in little space, so that similar texts can be found:
// winnowed fingerprints, MinHash signatures and their LSH bands, SimHash. It sees hashes
// and knows no documents.
//
//	grams := shingle.Shingles(nil, units, 8)
//	fingerprints := sketch.Winnow(nil, grams, 8)
package sketch

// Fingerprint is a winnowed gram: its hash and the unit it begins at. The low 24 bits
// of the hash are zero: 40 bits are what an index keeps of it.
type Fingerprint struct {
	Hash uint64
	Pos  uint32
}

// KeyMask has the bits of a fingerprint or the key of a band that an index keeps.
const KeyMask = ^uint64(1<<24 - 1)

// Winnow appends the fingerprints of a text by robust winnowing (Schleimer, Wilkerson,
// Aiken 2003): of every w grams in a row the least hash, and of equal ones the rightmost
// unless the one before is still in the window. Two texts that share w grams in a row share
// a fingerprint; with grams of k characters that is any common run of k+w-1 characters. A
// text of fewer than w grams has one fingerprint.
func Winnow(dst []Fingerprint, grams []uint64, w int) []Fingerprint {
	if len(grams) == 0 {
		return dst
	}
	end := min(w, len(grams))  // of the window
	best := least(grams[:end]) // the selected gram
	for {
		v := grams[best]
		dst = append(dst, Fingerprint{v & KeyMask, uint32(best)})
		// Until the selected gram leaves the window, a lesser one takes its place.
		i, until := end, min(best+w, len(grams))
		for i < until && grams[i] >= v {
			i++
		}
		switch end = i + 1; {
		case i < until:
			best = i
		case i < len(grams):
			best += 1 + least(grams[best+1:end])
		default:
			return dst
		}
	}
}

// least returns the index of the least gram, the last of equal ones.
func least(grams []uint64) int {
	at, v := 0, grams[0]
	for i, g := range grams {
		if g <= v {
			at = i
		}
		v = min(g, v)
	}
	return at
}

// Thin keeps the first few fingerprints of each hash, in place: a text that repeats itself
// has the same fingerprint at every repetition, and two such texts would share all pairs of
// them. The set of hashes stays the same. O(len(fingerprints)).
func Thin(fingerprints []Fingerprint, few int) []Fingerprint {
	size := 64
	for size < 2*len(fingerprints) {
		size *= 2
	}
	var small [1 << 10]uint64 // enough for all but the longest texts
	table := small[:]         // a hash and, in the bits that are zero in it, how often it was met
	if size > len(small) {
		table = make([]uint64, size)
	}
	table = table[:size]
	out := fingerprints[:0]
	for _, p := range fingerprints {
		at := int(p.Hash>>24) & (size - 1)
		for table[at] != 0 && (table[at]^p.Hash)&KeyMask != 0 {
			at = (at + 1) & (size - 1)
		}
		if n := int(table[at] &^ KeyMask); n < few {
			table[at] = p.Hash | uint64(n+1)
			out = append(out, p)
		}
	}
	return out
}

// finish is the finaliser of SplitMix64 (Steele, Lea, Flood 2014).
func finish(h uint64) uint64 {
	h = (h ^ h>>30) * 0xBF58476D1CE4E5B9
	h = (h ^ h>>27) * 0x94D049BB133111EB
	return h ^ h>>31
}
