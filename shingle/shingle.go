package shingle

import "slices"

// Halves is how much of a shingle a unit fills, in halves of a character of Han: a word of
// a spaced script 4, since it says about what two characters say; a character or a number
// 2, but a letter of a script that writes words in letters and does not space them 1. A
// shingle of width 8 is eight characters of Han, four English words or sixteen letters of
// Thai, which are as many words; eight letters are two words, and every text of a
// ministry has some in common with every other.
func (u Unit) Halves() int {
	switch {
	case u.ID&wordBit != 0:
		return 4
	case u.isLetter():
		return 1
	}
	return 2
}

// isLetter reports whether a unit is a letter of Thai, Lao, Tibetan, Burmese or Khmer.
func (u Unit) isLetter() bool { return u.ID-0x0E00 < 0x2A0 || u.ID-0x1780 < 0x80 }

// Shingles appends the shingles of units to dst, as hashes. A shingle is the
// shortest run of units whose width is at least k, in characters of Han; the i-th that is appended
// begins at units[i], and the last is the last run that is long enough. Units
// too few for one run give one shingle of all of them, so that a text of three
// characters still has a sketch; no units give none.
//
// The hashes depend on nothing but k and the IDs of the units, and are the same
// on every machine. They roll (Karp and Rabin 1987, modulo 2⁶⁴ over mixed IDs):
// O(1) a unit whatever k is. A k below 1 counts as 1.
func Shingles(dst []uint64, units []Unit, k int) []uint64 {
	if len(units) == 0 {
		return dst
	}
	var (
		hash  uint64
		power = uint64(1) // base to the number of units in the window, less one
		width = 0
		other = 0 // units in the window that are not as wide as a character
		lo    = 0
		from  = len(dst)
	)
	k *= 2 // halves
	dst = slices.Grow(dst, len(units))
	for hi := 0; hi < len(units); hi++ {
		if n := hi - lo; 2*n == k-2 && other == 0 && n > 0 {
			var took int
			dst, hash, took = roll(dst, units[lo:], n, hash, power*base)
			if lo, hi = lo+took, hi+took; hi == len(units) {
				break
			}
		}
		u := units[hi]
		hash = hash*base + spread(u.ID)
		if hi > lo {
			power *= base
		}
		w := u.Halves()
		if width += w; w != 2 {
			other++
		}
		for width >= k && lo <= hi {
			dst = append(dst, finish(hash))
			first := units[lo]
			hash -= spread(first.ID) * power
			power *= inverse
			w := first.Halves()
			if width -= w; w != 2 {
				other--
			}
			lo++
		}
		if lo > hi {
			hash, power = 0, 1
		}
	}
	if len(dst) == from {
		dst = append(dst, finish(hash))
	}
	return dst
}

// roll is the loop of Shingles while all units are as wide as a character of Han, which is
// nearly all of a Chinese text: the first n units are in the window, and each step takes
// one and gives one up. It stops at another unit or at the end, and returns how many
// steps it made. power is that of n units; dst has room.
func roll(dst []uint64, units []Unit, n int, hash, power uint64) ([]uint64, uint64, int) {
	in := units[n:]
	old, out := units[:len(in)], dst[len(dst):][:len(in)]
	i := 0
	for ; i < len(in) && in[i].Halves() == 2; i++ {
		hash = hash*base + spread(in[i].ID)
		out[i] = finish(hash)
		hash -= spread(old[i].ID) * power
	}
	return dst[:len(dst)+i], hash, i
}

// base is an odd number without pattern and inverse its inverse modulo 2⁶⁴, by
// which the window shrinks.
const (
	base    = 0x9FB21C651E98DF25
	inverse = 0x02AB9C720D1024AD
)

// spread makes 64 bits of an ID, one to one and not linear: what rolls must not
// be a sum of small numbers.
func spread(id uint32) uint64 {
	h := uint64(id) * 0x9E3779B97F4A7C15
	return h ^ h>>32
}

// finish is the finaliser of SplitMix64 (Steele, Lea and Flood 2014).
func finish(h uint64) uint64 {
	h = (h ^ h>>30) * 0xBF58476D1CE4E5B9
	h = (h ^ h>>27) * 0x94D049BB133111EB
	return h ^ h>>31
}
