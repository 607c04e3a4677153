package cluster

import "slices"

// Interval is a half-open range of live units.
type Interval struct{ Lo, Hi int32 }

// Set is a set of units as disjoint intervals, ascending, none touching.
type Set []Interval

// Of returns the set that covers the given intervals. It works in place.
func Of(ivs []Interval) Set {
	slices.SortFunc(ivs, func(x, y Interval) int {
		if x.Lo != y.Lo {
			return int(x.Lo - y.Lo)
		}
		return int(x.Hi - y.Hi)
	})
	out := ivs[:0]
	for _, v := range ivs {
		switch n := len(out); {
		case v.Hi <= v.Lo:
		case n > 0 && v.Lo <= out[n-1].Hi:
			out[n-1].Hi = max(out[n-1].Hi, v.Hi)
		default:
			out = append(out, v)
		}
	}
	return out
}

// Size returns the number of units in s.
func (s Set) Size() (n int) {
	for _, v := range s {
		n += int(v.Hi - v.Lo)
	}
	return n
}

// first returns the index of the first interval that ends after u.
func (s Set) first(u int32) int {
	i, _ := slices.BinarySearchFunc(s, u+1, func(v Interval, t int32) int { return int(v.Hi - t) })
	return i
}

// Within returns how many units of [lo, hi) are in s.
func (s Set) Within(lo, hi int32) (n int) {
	for _, v := range s[s.first(lo):] {
		if v.Lo >= hi {
			break
		}
		n += int(min(hi, v.Hi) - max(lo, v.Lo))
	}
	return n
}

// Overlap returns the number of units in both sets.
func (s Set) Overlap(t Set) (n int) {
	for _, v := range t {
		n += s.Within(v.Lo, v.Hi)
	}
	return n
}

// Union returns the units in either set, as a new set.
func (s Set) Union(t Set) Set {
	return Of(append(slices.Clone(s), t...))
}

// Intersect returns the units in both sets, as a new set. An interval of t that goes on in
// the next interval of s is parted there.
func (s Set) Intersect(t Set) (out Set) {
	for _, v := range s {
		for _, w := range t[t.first(v.Lo):] {
			if w.Lo >= v.Hi {
				break
			}
			out = append(out, Interval{max(v.Lo, w.Lo), min(v.Hi, w.Hi)})
		}
	}
	return out
}

// Minus returns the units of s outside t, as a new set.
func (s Set) Minus(t Set) Set {
	if len(t) == 0 {
		return s
	}
	var out Set
	for _, v := range s {
		at := v.Lo
		for _, w := range t[t.first(v.Lo):] {
			if w.Lo >= v.Hi {
				break
			}
			if w.Lo > at {
				out = append(out, Interval{at, w.Lo})
			}
			at = w.Hi
		}
		if at < v.Hi {
			out = append(out, Interval{at, v.Hi})
		}
	}
	return out
}
