package align

import "slices"

// What no chain can reach is left out before it costs another round. Two runs may be
// neighbours in a chain only if they are at most MaxGap apart on side A and their
// diagonals too: so, with the diagonals in bands of MaxGap, only if they are in one band
// or in bands that touch. Going through the runs once, with where the last reachable one
// of each band stands, finds all from which steps of that kind lead to a given set: some
// that no chain can use among them, and all that one could. O(runs).

// fewRuns is the number of runs up to which a round costs less than looking for what
// to leave out.
const fewRuns = 64

// reachable finds runs from which a chain may lead to others.
type reachable struct {
	keep []bool
	band []int // band of diagonals → where the last run that is kept stands on side A
}

// reset makes nothing reachable.
func (v *reachable) reset(runs int) {
	v.keep = slices.Grow(v.keep[:0], runs)[:runs]
	clear(v.keep)
}

// before keeps the runs that have, and those from which a chain may continue to one that
// has.
func (v *reachable) before(runs []Run, maxGap int, has func(i int) bool) {
	width, zero := v.bands(runs, maxGap, beyond)
	for i := len(runs) - 1; i >= 0; i-- {
		k := (runs[i].A-runs[i].B+zero)/width + 1
		if has(i) || min(v.band[k-1], v.band[k], v.band[k+1]) <= runs[i].EndA()+maxGap {
			v.keep[i], v.band[k] = true, runs[i].A
		}
	}
}

// after keeps the runs to which a chain may come from one that has.
func (v *reachable) after(runs []Run, maxGap int, has func(i int) bool) {
	width, zero := v.bands(runs, maxGap, -beyond)
	for i, r := range runs {
		k := (r.A-r.B+zero)/width + 1
		if has(i) || max(v.band[k-1], v.band[k], v.band[k+1])+maxGap >= r.A {
			v.keep[i], v.band[k] = true, max(v.band[k], r.EndA())
		}
	}
}

const beyond = 1 << 60 // after the end of every text

// bands makes a band for each width diagonals, and one before and after them, and says
// that nothing is kept in any. zero is the diagonal on which A = B.
func (v *reachable) bands(runs []Run, maxGap, nothing int) (width, zero int) {
	a, b := extent(runs)
	width = max(64, maxGap)
	n := (a+b)/width + 3
	v.band = slices.Grow(v.band[:0], n)[:n]
	for i := range v.band {
		v.band[i] = nothing
	}
	return width, b
}

// of appends to dst those of runs that are kept.
func (v *reachable) of(dst, runs []Run) []Run {
	for i, r := range runs {
		if v.keep[i] {
			dst = append(dst, r)
		}
	}
	return dst
}
