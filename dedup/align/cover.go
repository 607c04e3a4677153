package align

import (
	"math/bits"
	"slices"
)

// cover is a set of units of one side: a bit for each. What is asked of it costs one
// step for 64 units, however many ranges it was made of and in which order.
type cover struct {
	words []uint64
}

// reset makes v empty.
func (v *cover) reset() { v.words = v.words[:0] }

// add adds the units [lo, hi).
func (v *cover) add(lo, hi int) {
	if lo >= hi {
		return
	}
	if n := (hi + 63) / 64; n > len(v.words) {
		v.words = append(v.words, make([]uint64, n-len(v.words))...)
	}
	first, last := ^uint64(0)<<(lo%64), ^uint64(0)>>(63-(hi-1)%64)
	from, to := lo/64, (hi-1)/64
	if from == to {
		v.words[from] |= first & last
		return
	}
	v.words[from] |= first
	for w := from + 1; w < to; w++ {
		v.words[w] = ^uint64(0)
	}
	v.words[to] |= last
}

// meets reports whether v holds a unit of [lo, hi).
func (v *cover) meets(lo, hi int) bool { return v.next(lo, hi, 0) < hi }

// next returns the first unit of [lo, hi) that v holds (flip is 0) or does not hold
// (flip is all ones), or hi.
func (v *cover) next(lo, hi int, flip uint64) int {
	w, end := lo/64, min(len(v.words), (hi+63)/64)
	if w < end {
		if m := (v.words[w] ^ flip) >> (lo % 64); m != 0 {
			return min(hi, lo+bits.TrailingZeros64(m))
		}
		for w++; w < end; w++ {
			if m := v.words[w] ^ flip; m != 0 {
				return min(hi, w*64+bits.TrailingZeros64(m))
			}
		}
	}
	if flip == 0 {
		return hi
	}
	return min(hi, max(lo, len(v.words)*64))
}

// cutAll appends to dst the parts of runs outside v.
func (v *cover) cutAll(dst, runs []Run, s side) []Run {
	dst = slices.Grow(dst, len(runs))
	for _, r := range runs {
		dst = v.cut(dst, r, s)
	}
	return dst
}

// cut appends to dst the parts of r outside v that are as long as a seed.
func (v *cover) cut(dst []Run, r Run, s side) []Run {
	lo, hi := r.on(s)
	for at := lo; at < hi; {
		end := v.next(at, hi, 0)
		if n := end - at; n >= SeedLen {
			dst = append(dst, Run{r.A + at - lo, r.B + at - lo, n})
		}
		at = v.next(end, hi, ^uint64(0))
	}
	return dst
}
