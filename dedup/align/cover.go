package align

import "math/bits"

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
	for n := (hi + 63) / 64; len(v.words) < n; {
		v.words = append(v.words, 0)
	}
	for w := lo / 64; w <= (hi-1)/64; w++ {
		v.words[w] |= between(w, lo, hi)
	}
}

// between returns the bits of word w that stand for units [lo, hi).
func between(w, lo, hi int) uint64 {
	m := ^uint64(0)
	if n := lo - w*64; n > 0 {
		m <<= n
	}
	if n := w*64 + 64 - hi; n > 0 {
		m &= ^uint64(0) >> n
	}
	return m
}

// meets reports whether v holds a unit of [lo, hi).
func (v *cover) meets(lo, hi int) bool { return v.next(lo, hi, 0) < hi }

// next returns the first unit of [lo, hi) that v holds (flip is 0) or does not hold
// (flip is all ones), or hi.
func (v *cover) next(lo, hi int, flip uint64) int {
	for w := lo / 64; w*64 < hi; w++ {
		if w >= len(v.words) {
			if flip == 0 {
				return hi
			}
			return max(lo, w*64)
		}
		if m := (v.words[w] ^ flip) & between(w, lo, hi); m != 0 {
			return w*64 + bits.TrailingZeros64(m)
		}
	}
	return hi
}

// cutAll appends to dst the parts of runs outside v.
func (v *cover) cutAll(dst, runs []Run, s side) []Run {
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
