package detect

import (
	"math"
	"math/bits"
	"slices"

	"repost/dedup"
	"repost/dedup/sketch"
	"repost/shingle"
)

// Grams of few different units. In a text of three signs there are 6,561 grams of eight,
// and any two texts of 600 signs have a dozen of them in common by chance: all of 500 such
// texts were compared with each other, 13 s of a processor for a megabyte. The same holds
// for tables of a few words, for verses of one syllable, and for a line repeated without
// end. So a fingerprint whose gram says little is made of more units: as many as it takes
// to say as much as others do, up to monotonous times as many. Which units these are depends
// on the text from the gram on and on nothing else, so that copies have them alike; what
// is shorter than that and says little makes no fingerprint in common with a longer one.
//
// The sets of shingles that bands are made of have the same trouble: of three signs there
// are 243 shingles of five, and every text of 600 has nearly all of them. Texts of which two
// would share a quarter of their shingles by chance have bands of longer ones.

// monotonous is how many times as long as others grams of few different units may become.
const monotonous = 4

// ofFewSigns reports whether two texts of the length of t, made of its units in any order,
// would have a quarter of their shingles of a width in common. It looks at every fourth
// unit: the chance that two of them are the same is estimated by how often they are
// (Rényi's entropy of order 2), and is never taken for less than 1 in 256.
func (t *Text) ofFewSigns(width int) bool {
	const every = 4
	var times [256]uint32
	for i := 0; i < len(t.Units); i += every {
		times[t.Units[i].ID*0x9E3779B1>>24]++
	}
	n, same := 0., 0.
	for _, k := range times {
		n += float64(k)
		same += float64(k) * float64(k)
	}
	if n < 2 {
		return false
	}
	chance := (same - n) / (n * (n - 1))
	shared := func(units int) bool { return float64(len(t.Units))*math.Pow(chance, float64(units)) > .25 }
	return shared((width+1)/2) && shared(t.gramUnits(width)) // words are as wide as two signs
}

// bit maps a unit to one of 64 bits.
func bit(u shingle.Unit) uint64 { return 1 << (u.ID * 0x9E3779B1 >> 26) }

// widen replaces the fingerprints of units that say little by those of longer grams. width
// is that of their grams.
func widen(fingerprints []dedup.Fingerprint, units []shingle.Unit, width int) {
	enough := varied(width)
	for i := range fingerprints {
		p := &fingerprints[i]
		from := units[p.Pos:]
		var seen uint64
		for _, u := range from[:min(enough, len(from))] {
			seen |= bit(u)
		}
		if bits.OnesCount64(seen) == enough {
			continue // varied whatever its length: nearly all are
		}
		if n, seen := gramLength(from, width); bits.OnesCount64(seen) < varied(n) { // as good as never
			p.Hash = widened(p.Hash, from, n)
		}
	}
}

// gramLength returns how many units the first gram has, and a bit of 64 for each of them.
func gramLength(units []shingle.Unit, width int) (n int, seen uint64) {
	for w := 0; n < len(units) && w < 2*width; n++ {
		w += units[n].Halves()
		seen |= bit(units[n])
	}
	return n, seen
}

// varied returns how many different units make a gram of n as good as any: five signs of
// eight or more, four words.
func varied(n int) int { return max(min(n, 8)/2+1, min(n, 4)) }

// widened returns the hash of the gram whose first n units have the given hash, extended
// until it is varied.
func widened(hash uint64, units []shingle.Unit, n int) uint64 {
	var room [16]uint32
	different := room[:0]
	for i, u := range units[:min(len(units), monotonous*n)] {
		if i >= n {
			if len(different) >= varied(n) {
				break
			}
			hash = (hash ^ uint64(u.ID)) * 0x9E3779B97F4A7C15
			hash ^= hash >> 29
		}
		if !slices.Contains(different, u.ID) {
			different = append(different, u.ID)
		}
	}
	return hash & sketch.KeyMask
}
