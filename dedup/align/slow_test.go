package align

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"testing"
)

// The slow, obvious twins of what finds runs and chains: every predecessor within reach is tried, every
// set of ranges is sorted again.

// slowChains joins runs, which must be ordered by A, to chains, best first. A unit
// of either side is in one chain at most, so passages that moved or interleave
// come out as chains of their own. O(len(runs)² × rounds).
//
// Ties are broken by position, so the result is a function of runs.
func slowChains(runs []Run, opt Chaining) []Chain {
	left := slowDropInner(runs)
	var out []Chain
	for range maxRounds {
		found, score := slowRound(left, opt)
		if len(found) == 0 {
			break
		}
		out = append(out, found...)
		left = slowSubtract(slowLeading(left, score, opt), found)
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

// slowDropInner leaves out runs shorter than 16 units that lie, on both sides,
// within runs at least four times as long: chance matches of set phrases.
func slowDropInner(runs []Run) []Run {
	var long []Run
	for _, r := range runs {
		if r.Len >= 4*SeedLen {
			long = append(long, r)
		}
	}
	if len(long) == 0 {
		return slices.Clone(runs)
	}
	coverA, coverB := slowNewCover(long, slowA), slowNewCover(long, slowB)
	out := make([]Run, 0, len(runs))
	for _, r := range runs {
		if r.Len < 16 && coverA.within(r.A, r.EndA()) >= 4*r.Len && coverB.within(r.B, r.EndB()) >= 4*r.Len {
			continue
		}
		out = append(out, r)
	}
	return out
}

// slowCover answers how long the longest run is that holds a given range.
type slowCover struct {
	lo, hi []int // ascending by lo
	best   []int // prefix maximum of hi, as an index
}

func slowNewCover(runs []Run, side func(Run) (int, int)) slowCover {
	type iv struct{ lo, hi int }
	ivs := make([]iv, len(runs))
	for i, r := range runs {
		ivs[i].lo, ivs[i].hi = side(r)
	}
	slices.SortFunc(ivs, func(x, y iv) int { return cmp.Or(x.lo-y.lo, x.hi-y.hi) })
	c := slowCover{}
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
func (c slowCover) within(lo, hi int) int {
	i, _ := slices.BinarySearch(c.lo, lo+1)
	if i == 0 {
		return 0
	}
	if b := c.best[i-1]; c.hi[b] >= hi {
		return c.hi[b] - c.lo[b]
	}
	return 0
}

// slowRound runs the dynamic program once and takes chains from the best end
// downwards, as long as they touch nothing taken in this round.
func slowRound(runs []Run, opt Chaining) (out []Chain, score []float64) {
	n := len(runs)
	score = make([]float64, n)
	prev := make([]int32, n)
	order := make([]int32, n)
	for i, r := range runs {
		score[i], prev[i], order[i] = float64(r.Len), -1, int32(i)
		for j := i - 1; j >= 0; j-- {
			p := runs[j]
			if p.A == r.A || p.B >= r.B {
				continue
			}
			gain, gapA, gapB, ok := join(p, r)
			if !ok || gapA > opt.MaxGap || gapB > opt.MaxGap {
				continue
			}
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
	var takenA, takenB slowIntervals
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
		if takenA.meetsAny(path, slowA) || takenB.meetsAny(path, slowB) {
			continue // parts of it are gone: it comes back, trimmed, in the next round
		}
		takenA.add(path, slowA)
		takenB.add(path, slowB)
		out = append(out, c)
	}
	return out, score
}

// slowLeading returns the runs that have a chain of MinScore, or from which one may go on
// to a run that has, over others: see near.go.
func slowLeading(runs []Run, score []float64, opt Chaining) (out []Run) {
	if len(runs) <= fewRuns {
		return runs
	}
	_, zero := extent(runs)
	band := func(r Run) int { return (r.A - r.B + zero) / max(64, opt.MaxGap) }
	keep := make([]bool, len(runs))
	for i := len(runs) - 1; i >= 0; i-- {
		r := runs[i]
		keep[i] = score[i] >= opt.MinScore
		for j := i + 1; j < len(runs) && !keep[i]; j++ {
			d := band(runs[j]) - band(r)
			keep[i] = keep[j] && max(d, -d) <= 1 && runs[j].A <= r.EndA()+opt.MaxGap
		}
	}
	for i, r := range runs {
		if keep[i] {
			out = append(out, r)
		}
	}
	return out
}

// slowSubtract takes what chains cover, on either side, out of runs. What is left of
// a run stays when it is as long as a seed.
func slowSubtract(runs []Run, chains []Chain) []Run {
	var a, b slowIntervals
	for _, c := range chains {
		a.add(c.Runs, slowA)
		b.add(c.Runs, slowB)
	}
	var out []Run
	for _, r := range runs {
		out = a.cut(out, r, slowA)
	}
	var cut []Run
	for _, r := range out {
		cut = b.cut(cut, r, slowB)
	}
	slices.SortFunc(cut, func(x, y Run) int { return cmp.Or(x.A-y.A, x.B-y.B) })
	return cut
}

// slowIntervals is a set of disjoint ranges, ascending.
type slowIntervals [][2]int

func (v *slowIntervals) add(runs []Run, side func(Run) (int, int)) {
	for _, r := range runs {
		lo, hi := side(r)
		*v = append(*v, [2]int{lo, hi})
	}
	slices.SortFunc(*v, func(x, y [2]int) int { return x[0] - y[0] })
}

// first returns the index of the first range that ends after lo.
func (v slowIntervals) first(lo int) int {
	i, _ := slices.BinarySearchFunc(v, lo+1, func(x [2]int, t int) int { return cmp.Compare(x[1], t) })
	return i
}

func (v slowIntervals) meetsAny(runs []Run, side func(Run) (int, int)) bool {
	for _, r := range runs {
		lo, hi := side(r)
		if i := v.first(lo); i < len(v) && v[i][0] < hi {
			return true
		}
	}
	return false
}

// cut appends to dst the parts of r outside v.
func (v slowIntervals) cut(dst []Run, r Run, side func(Run) (int, int)) []Run {
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

func slowA(r Run) (lo, hi int) { return r.A, r.EndA() }
func slowB(r Run) (lo, hi int) { return r.B, r.EndB() }

// slowMatches is the twin of Matcher.Matches: positions are kept in a map, and every
// hit of a seed is compared unit by unit.
func slowMatches(a, b []uint32) (dst []Run, capped bool) {
	if len(a) < SeedLen || len(b) < SeedLen {
		return nil, false
	}
	slots := 16
	for slots < 2*len(b) {
		slots *= 2
	}
	at := map[uint32][]int{} // slot of a seed → where it stands in b
	for j := range len(b) - SeedLen + 1 {
		slot := seed(b[j:]) & uint32(slots-1)
		at[slot] = append(at[slot], j)
	}
	ends := map[int]int{} // diagonal → end in a of what is covered
	budget := workPerUnit * (len(a) + len(b))
	emit := func(i, j int) {
		least := ends[i-j]
		if i < least {
			return
		}
		lo, hi := i, i
		for lo > least && lo-i+j > 0 && a[lo-1] == b[lo-1-i+j] {
			lo--
		}
		for hi < len(a) && hi-i+j < len(b) && a[hi] == b[hi-i+j] {
			hi++
		}
		budget -= hi - lo
		ends[i-j] = hi
		if hi-lo >= SeedLen {
			dst = append(dst, Run{lo, lo - i + j, hi - lo})
		}
	}
	emit(0, 0)
	for i := 0; i+SeedLen <= len(a) && budget > 0; i++ {
		hits := 0
		for _, j := range at[seed(a[i:])&uint32(slots-1)] {
			if budget--; budget <= 0 {
				break
			}
			if !slices.Equal(a[i:i+SeedLen], b[j:j+SeedLen]) {
				continue
			}
			if hits++; hits > maxHits {
				break
			}
			emit(i, j)
		}
	}
	for least := SeedLen + 1; len(dst) > max(leastRuns, min(len(a), len(b))/unitsPerRun) && least <= longMatch; least++ {
		dst = slices.DeleteFunc(dst, func(r Run) bool { return r.Len < least })
	}
	slices.SortFunc(dst, func(x, y Run) int { return cmp.Or(x.A-y.A, x.B-y.B) })
	return dst, budget <= 0
}

// twins are what is held against the slow ones; its tables go from pair to pair.
type twins struct {
	matcher Matcher
	chainer Chainer
	capped  int // pairs whose chains were not compared
}

func (w *twins) like(t *testing.T, a, b []uint32) {
	t.Helper()
	w.matcher.Reset(b)
	runs, capped := w.matcher.Matches(nil, a)
	if want, c := slowMatches(a, b); !slices.Equal(runs, want) || c != capped {
		t.Fatalf("matches of\n%v with\n%v:\n%v %v, want\n%v %v", a, b, runs, capped, want, c)
	}
	for _, opt := range []Chaining{Detecting, Showing, {MaxGap: 5, GapCost: .3, DiagCost: .5, RunCost: 1, MinScore: 6}} {
		got, want := w.chainer.Chains(runs, opt), slowChains(runs, opt)
		if w.chainer.Capped() {
			w.capped++
			continue
		}
		if !slices.EqualFunc(got, want, sameChain) {
			t.Fatalf("%+v: chains of\n%v:\n%v, want\n%v", opt, runs, got, want)
		}
	}
}

func sameChain(x, y Chain) bool {
	return x.Score == y.Score && x.Matched == y.Matched && slices.Equal(x.Runs, y.Runs)
}

// TestTwins sweeps over pairs made of one another's parts: edited, moved, repeated,
// over alphabets so small that texts match everywhere and so large that they do not.
func TestTwins(t *testing.T) {
	rng := rand.New(rand.NewPCG(21, 22))
	var w twins
	for n := range 400 {
		kinds := []int{2, 4, 9, 40, 3000}[n%5]
		draw := func(n int) []uint32 {
			u := make([]uint32, n)
			for i := range u {
				u[i] = uint32(rng.IntN(kinds))
			}
			return u
		}
		a := draw(rng.IntN([]int{30, 300, 900}[n%3]))
		var b []uint32
		for range 1 + rng.IntN(5) {
			lo := rng.IntN(len(a) + 1)
			part := slices.Clone(a[lo : lo+rng.IntN(len(a)-lo+1)])
			for i := range part {
				if rng.IntN(1+n%60) == 0 {
					part[i] = uint32(rng.IntN(kinds))
				}
			}
			if n%7 > 3 {
				part = slices.DeleteFunc(part, func(uint32) bool { return rng.IntN(30) == 0 })
			}
			b = append(append(b, part...), draw(rng.IntN(20))...)
		}
		w.like(t, a, b)
	}
	if w.capped > 40 {
		t.Errorf("the work of %d calls was capped", w.capped)
	}
}

func FuzzTwins(f *testing.F) {
	f.Add([]byte("the same words again and again, the same words"), []byte("again the same words, and the same words again"))
	f.Fuzz(func(t *testing.T, x, y []byte) {
		if len(x)+len(y) > 4000 {
			return
		}
		units := func(s []byte) (u []uint32) {
			for _, c := range s {
				u = append(u, uint32(c))
			}
			return u
		}
		var w twins
		w.like(t, units(x), units(y))
		w.like(t, units(y), units(x))
	})
}
