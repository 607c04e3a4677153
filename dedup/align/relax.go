package align

import (
	"math/bits"
	"slices"
)

// The best chain that ends with each run: sparse dynamic programming on the diagonals
// (Eppstein, Galil, Giancarlo and Italiano 1992; colinear chaining as in minimap2, Li
// 2018), exact for the costs of Chaining.
//
// A run is worth its units. Joining r to p costs RunCost, GapCost × the longer gap and
// DiagCost × the distance of their diagonals. No gap is longer than MaxGap, so the
// diagonals of r and p are at most MaxGap apart: no more than 2·MaxGap+1 diagonals have
// to be looked at. And of the runs on one diagonal only the last before r matters. Take
// p before q on one diagonal, both before r: q joined to p has at least one unit of gap
// less to r and as many matched units more, which outweighs the join as long as
// RunCost < 1 + GapCost.
//
// A bit set says which diagonals have a run that is still within reach, so a run costs
// MaxGap/32 words and the diagonals that are live around its own: one or two in news,
// some in texts that repeat themselves, 2·MaxGap+1 in those of two signs. What is left
// out, is left out because it could not win: a chain over diagonals d apart loses d ×
// (GapCost+DiagCost) at least.

// way is the best chain that ends with a run.
type way struct {
	score float64
	top   float64 // the greatest score up to this run
	reach int     // where the run up to this that ends last on side A ends
	prev  int32   // the run before, or -1
	same  int32   // the run before on the same diagonal, or -1
}

// diagonals holds, while runs come in the order of A, the last run on each diagonal.
type diagonals struct {
	last []int32  // diagonal → run; good where live has the diagonal
	live []uint64 // the diagonals whose last run may still be within reach
	zero int      // the diagonal on which A = B
}

// reset makes d fit for sequences of a and b units.
func (d *diagonals) reset(a, b int) {
	d.zero = b
	n := a + b + 1
	d.last = slices.Grow(d.last[:0], n)[:n]
	words := (n + 63) / 64
	d.live = slices.Grow(d.live[:0], words)[:words]
	clear(d.live)
}

// add makes run i, on diagonal k, the last there, and returns the one before or -1.
func (d *diagonals) add(k, i int) int32 {
	before := int32(-1)
	if d.live[k/64]&(1<<(k%64)) != 0 {
		before = d.last[k]
	}
	d.live[k/64] |= 1 << (k % 64)
	d.last[k] = int32(i)
	return before
}

// relax finds the best way to each run.
func (c *Chainer) relax(runs []Run, opt Chaining) {
	c.ways = slices.Grow(c.ways[:0], len(runs))[:len(runs)]
	c.diags.reset(extent(runs))
	top, reach := 0., 0
	for i, r := range runs {
		s := search{r: r, opt: &opt, best: float64(r.Len), prev: -1}
		// Most often the run before in the text is the best by far, and neither it
		// nor any run before it could be better.
		if i > 0 && r.A-reach <= opt.MaxGap && s.canWin(top) {
			s.try(runs[i-1], i-1, c.ways[i-1].score)
			c.steps++
			if s.canWin(top) {
				c.search(&s, runs, top)
			}
		}
		top, reach = max(top, s.best), max(reach, r.EndA())
		same := c.diags.add(r.A-r.B+c.diags.zero, i)
		c.ways[i] = way{s.best, top, reach, s.prev, same}
	}
}

// search is the search for the predecessor of a run.
type search struct {
	r    Run
	opt  *Chaining
	best float64
	prev int32
}

// canWin reports whether a predecessor of that score could be better than the best.
func (s *search) canWin(score float64) bool {
	return score+float64(s.r.Len)-s.opt.RunCost > s.best
}

// rounding is more than sums of scores and costs lose to rounding.
const rounding = 1e-6

// try makes p, which is run j, the predecessor if that is better: the later of two
// that are as good. It returns whether p can be one.
func (s *search) try(p Run, j int, score float64) bool {
	r := s.r
	if p.A >= r.A || p.B >= r.B {
		return false
	}
	gain, gapA, gapB, ok := join(p, r)
	if !ok {
		return false
	}
	if gapA > s.opt.MaxGap || gapB > s.opt.MaxGap {
		return true
	}
	v := score + float64(gain) - s.opt.RunCost - s.opt.GapCost*float64(max(gapA, gapB)) - s.opt.DiagCost*float64(max(gapA-gapB, gapB-gapA))
	if v > s.best || v == s.best && s.prev >= 0 && int32(j) > s.prev {
		s.best, s.prev = v, int32(j)
	}
	return true
}

// search tries the last run before s.r on each live diagonal within reach. top is the
// greatest score there is.
func (c *Chainer) search(s *search, runs []Run, top float64) {
	d := &c.diags
	own := s.r.A - s.r.B + d.zero
	away := s.opt.MaxGap
	if cost := s.opt.GapCost + s.opt.DiagCost; cost > 0 {
		away = min(away, int((top+float64(s.r.Len)-s.opt.RunCost-s.best+rounding)/cost))
	}
	lo, hi := max(0, own-away), min(len(d.last)-1, own+away)
	for w := lo / 64; w <= hi/64; w++ {
		word := d.live[w]
		if w == lo/64 {
			word &= ^uint64(0) << (lo % 64)
		}
		if w == hi/64 {
			word &= ^uint64(0) >> (63 - hi%64)
		}
		c.steps++
		for ; word != 0; word &= word - 1 {
			k := w*64 + bits.TrailingZeros64(word)
			c.steps++
			j := d.last[k]
			if s.r.A-runs[j].EndA() > s.opt.MaxGap { // and so for all that come
				d.live[w] &^= 1 << (k % 64)
				continue
			}
			for j >= 0 && !s.try(runs[j], int(j), c.ways[j].score) {
				j = c.ways[j].same
				c.steps++
			}
		}
	}
}

// join returns what r adds after p: its units that p does not cover, and the
// gaps left between them.
func join(p, r Run) (gain, gapA, gapB int, ok bool) {
	gapA, gapB = r.A-p.EndA(), r.B-p.EndB()
	overlap := max(0, -gapA, -gapB)
	if gain = r.Len - overlap; gain <= 0 {
		return 0, gapA, gapB, false
	}
	return gain, max(0, gapA+overlap), max(0, gapB+overlap), true
}
