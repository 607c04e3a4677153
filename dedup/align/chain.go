package align

import (
	"cmp"
	"slices"
)

// Chaining says how exact matches are joined to passages. Lengths are units.
type Chaining struct {
	MaxGap   int     // the longest gap between two runs, on either side
	GapCost  float64 // per unit of the longer gap
	DiagCost float64 // per unit by which the two gaps differ
	RunCost  float64 // per join
	MinScore float64 // the least score of a chain: its matched units less its costs
}

// Carving is the chaining that parts stories: it stops at whatever could be a
// caption or the next story (gap 120 bridges those: measured P .997 → .991).
var Carving = Chaining{MaxGap: 60, GapCost: .3, DiagCost: .5, RunCost: 1, MinScore: 12}

// Showing is the chaining that shows reuse: it bridges long holes at a cost
// (a hard gap limit of 60 fragments: PlagDet .86 against .96 on Chinese pages).
var Showing = Chaining{MaxGap: 400, GapCost: .25, MinScore: 12}

// Chain is a passage that two sequences share: runs that ascend on both sides.
type Chain struct {
	Runs    []Run
	Matched int // units in Runs
	Score   float64
}

// A returns the ends of c in the first sequence.
func (c Chain) A() (lo, hi int) { return c.Runs[0].A, c.Runs[len(c.Runs)-1].EndA() }

// B returns the ends of c in the second sequence.
func (c Chain) B() (lo, hi int) { return c.Runs[0].B, c.Runs[len(c.Runs)-1].EndB() }

const (
	// maxPredecessors bounds the dynamic program. Short runs that lie inside long
	// ones are dropped before, or they would hide the long one behind their number.
	maxPredecessors = 200
	maxRounds       = 24
)

// Chains joins runs, which must be ordered by A, to chains, best first. A unit
// of either side is in one chain at most, so passages that moved or interleave
// come out as chains of their own. O(len(runs) × maxPredecessors × rounds).
//
// Ties are broken by position, so the result is a function of runs.
func Chains(runs []Run, opt Chaining) []Chain {
	left := dropInner(runs)
	var out []Chain
	for range maxRounds {
		found := round(left, opt)
		if len(found) == 0 {
			break
		}
		out = append(out, found...)
		left = subtract(left, found)
		if len(left) == 0 {
			break
		}
	}
	slices.SortStableFunc(out, func(x, y Chain) int {
		if c := cmp.Compare(y.Score, x.Score); c != 0 {
			return c
		}
		return cmp.Or(x.Runs[0].A-y.Runs[0].A, x.Runs[0].B-y.Runs[0].B)
	})
	return out
}

// dropInner leaves out runs shorter than 16 units that lie, on both sides,
// within runs at least four times as long: chance matches of set phrases.
func dropInner(runs []Run) []Run {
	var long []Run
	for _, r := range runs {
		if r.Len >= 4*SeedLen {
			long = append(long, r)
		}
	}
	if len(long) == 0 {
		return slices.Clone(runs)
	}
	coverA, coverB := newCover(long, Run.sideA), newCover(long, Run.sideB)
	out := make([]Run, 0, len(runs))
	for _, r := range runs {
		if r.Len < 16 && coverA.within(r.A, r.EndA()) >= 4*r.Len && coverB.within(r.B, r.EndB()) >= 4*r.Len {
			continue
		}
		out = append(out, r)
	}
	return out
}

func (r Run) sideA() (lo, hi int) { return r.A, r.EndA() }
func (r Run) sideB() (lo, hi int) { return r.B, r.EndB() }

// cover answers how long the longest run is that holds a given range.
type cover struct {
	lo, hi []int // ascending by lo
	best   []int // prefix maximum of hi, as an index
}

func newCover(runs []Run, side func(Run) (int, int)) cover {
	type iv struct{ lo, hi int }
	ivs := make([]iv, len(runs))
	for i, r := range runs {
		ivs[i].lo, ivs[i].hi = side(r)
	}
	slices.SortFunc(ivs, func(x, y iv) int { return cmp.Or(x.lo-y.lo, x.hi-y.hi) })
	c := cover{}
	for i, v := range ivs {
		c.lo, c.hi = append(c.lo, v.lo), append(c.hi, v.hi)
		if i > 0 && ivs[c.best[i-1]].hi >= v.hi {
			c.best = append(c.best, c.best[i-1])
		} else {
			c.best = append(c.best, i)
		}
	}
	return c
}

// within returns the length of a run that holds [lo, hi), or 0.
func (c cover) within(lo, hi int) int {
	i, _ := slices.BinarySearch(c.lo, lo+1)
	if i == 0 {
		return 0
	}
	if b := c.best[i-1]; c.hi[b] >= hi {
		return c.hi[b] - c.lo[b]
	}
	return 0
}

// round runs the dynamic program once and takes chains from the best end
// downwards, as long as they touch nothing taken in this round.
func round(runs []Run, opt Chaining) []Chain {
	n := len(runs)
	score := make([]float64, n)
	prev := make([]int32, n)
	order := make([]int32, n)
	for i, r := range runs {
		score[i], prev[i], order[i] = float64(r.Len), -1, int32(i)
		seen := 0
		for j := i - 1; j >= max(0, i-8*maxPredecessors) && seen < maxPredecessors; j-- {
			p := runs[j]
			if p.A == r.A || p.B >= r.B {
				continue
			}
			gain, gapA, gapB, ok := join(p, r)
			if !ok || gapA > opt.MaxGap || gapB > opt.MaxGap {
				if gapA > opt.MaxGap {
					seen++
				}
				continue
			}
			seen++
			s := score[j] + float64(gain) - opt.RunCost - opt.GapCost*float64(max(gapA, gapB)) - opt.DiagCost*float64(max(gapA-gapB, gapB-gapA))
			if s > score[i] {
				score[i], prev[i] = s, int32(j)
			}
		}
	}
	slices.SortFunc(order, func(x, y int32) int {
		if c := cmp.Compare(score[y], score[x]); c != 0 {
			return c
		}
		return int(x - y)
	})
	used := make([]bool, n)
	var takenA, takenB intervals
	var out []Chain
	for _, end := range order {
		if score[end] < opt.MinScore {
			break
		}
		if used[end] {
			continue
		}
		var path []Run
		stop := int32(-1)
		for i := end; i >= 0; i = prev[i] {
			if used[i] {
				stop = i
				break
			}
			path = append(path, runs[i])
		}
		for i := end; i != stop && i >= 0; i = prev[i] {
			used[i] = true
		}
		total := score[end]
		if stop >= 0 {
			total -= score[stop]
		}
		slices.Reverse(path)
		path = trim(path)
		if total < opt.MinScore || len(path) == 0 {
			continue
		}
		c := Chain{Runs: path, Score: total}
		for _, r := range path {
			c.Matched += r.Len
		}
		if takenA.meetsAny(path, Run.sideA) || takenB.meetsAny(path, Run.sideB) {
			continue // parts of it are gone: it comes back, trimmed, in the next round
		}
		takenA.add(path, Run.sideA)
		takenB.add(path, Run.sideB)
		out = append(out, c)
	}
	return out
}

// join returns what r adds behind p: its units that p does not cover, and the
// gaps left between them.
func join(p, r Run) (gain, gapA, gapB int, ok bool) {
	gapA, gapB = r.A-p.EndA(), r.B-p.EndB()
	overlap := max(0, -gapA, -gapB)
	if gain = r.Len - overlap; gain <= 0 {
		return 0, gapA, gapB, false
	}
	return gain, max(0, gapA+overlap), max(0, gapB+overlap), true
}

// trim cuts the head of every run that overlaps the one before it.
func trim(path []Run) []Run {
	out := path[:0]
	for _, r := range path {
		if n := len(out); n > 0 {
			p := out[n-1]
			cut := max(0, p.EndA()-r.A, p.EndB()-r.B)
			r = Run{r.A + cut, r.B + cut, r.Len - cut}
			if r.Len <= 0 {
				continue
			}
		}
		out = append(out, r)
	}
	return out
}

// subtract takes what chains cover, on either side, out of runs. What is left of
// a run stays when it is as long as a seed.
func subtract(runs []Run, chains []Chain) []Run {
	var a, b intervals
	for _, c := range chains {
		a.add(c.Runs, Run.sideA)
		b.add(c.Runs, Run.sideB)
	}
	var out []Run
	for _, r := range runs {
		out = a.cut(out, r, Run.sideA)
	}
	var cut []Run
	for _, r := range out {
		cut = b.cut(cut, r, Run.sideB)
	}
	slices.SortFunc(cut, func(x, y Run) int { return cmp.Or(x.A-y.A, x.B-y.B) })
	return cut
}

// intervals is a set of disjoint ranges, ascending.
type intervals [][2]int

func (v *intervals) add(runs []Run, side func(Run) (int, int)) {
	for _, r := range runs {
		lo, hi := side(r)
		*v = append(*v, [2]int{lo, hi})
	}
	slices.SortFunc(*v, func(x, y [2]int) int { return x[0] - y[0] })
}

// first returns the index of the first range that ends after lo.
func (v intervals) first(lo int) int {
	i, _ := slices.BinarySearchFunc(v, lo+1, func(x [2]int, t int) int { return cmp.Compare(x[1], t) })
	return i
}

func (v intervals) meetsAny(runs []Run, side func(Run) (int, int)) bool {
	for _, r := range runs {
		lo, hi := side(r)
		if i := v.first(lo); i < len(v) && v[i][0] < hi {
			return true
		}
	}
	return false
}

// cut appends to dst the parts of r outside v.
func (v intervals) cut(dst []Run, r Run, side func(Run) (int, int)) []Run {
	lo, hi := side(r)
	keep := func(from, to int) {
		if to-from >= SeedLen {
			dst = append(dst, Run{r.A + from - lo, r.B + from - lo, to - from})
		}
	}
	at := lo
	for i := v.first(lo); i < len(v) && v[i][0] < hi; i++ {
		keep(at, v[i][0])
		at = v[i][1]
	}
	keep(at, hi)
	return dst
}
