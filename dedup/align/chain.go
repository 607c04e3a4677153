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

// Detecting is the chaining that parts stories: it stops at whatever could be a
// caption or the next story (gap 120 bridges those: measured P .997 → .991).
var Detecting = Chaining{MaxGap: 60, GapCost: .3, DiagCost: .5, RunCost: 1, MinScore: 12}

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
	maxRounds = 24
	// stepsPerUnit bounds the rounds: after the first round, another one follows while the
	// steps are fewer than stepsPerUnit × the units of both sides. Chinese news takes .2
	// steps a unit in all rounds, statutes 2.
	stepsPerUnit = 256
)

// Chains joins runs, which must be ordered by A and not overlap on a diagonal, to
// chains, best first. A unit of either side is in one chain at most, so passages that
// moved or interleave come out as chains of their own. A round costs what relax does
// and O(n log n) for n runs; there are at most maxRounds.
//
// Ties are broken by position, so the result is a function of runs.
func Chains(runs []Run, opt Chaining) []Chain {
	var c Chainer
	return c.Chains(runs, opt)
}

// Chainer makes the chains of many pairs. The zero value is ready; it keeps its
// tables from one call to the next and is not safe for concurrent use.
type Chainer struct {
	ways   []way // of each run
	diags  diagonals
	used   []bool
	passed []bool // on the way to a run of a better score, which is taken first
	ends   []chainEnd
	sorted []chainEnd // room for them
	path   []Run
	a, b   cover    // what the chains of this round take
	inner  []Run    // what dropInner leaves
	left   [2][]Run // what subtract leaves, by turns
	kept   []Run    // what it begins with
	again  []Run    // what repeats begins with
	cut    []Run    // half-way there
	near   reachable
	within [2]reaches // of the long runs, by side

	steps  int  // predecessors and words of the bit set that relax looked at
	budget int  // of steps, for this pair
	capped bool // chains of this pair may be missing
}

// Capped reports whether the last call of Chains or Repeats stopped before it had
// looked through all that was left: the texts repeat themselves without end.
func (c *Chainer) Capped() bool { return c.capped }

// chainEnd is a run that a chain may end with.
type chainEnd struct {
	score float64
	run   int32
}

// Chains is the function Chains. What it returns stays valid.
func (c *Chainer) Chains(runs []Run, opt Chaining) []Chain {
	c.start(runs)
	return c.chains(runs, opt)
}

// start sets the budget of a pair.
func (c *Chainer) start(runs []Run) {
	a, b := extent(runs)
	c.budget, c.capped = c.steps+stepsPerUnit*(a+b), false
}

// extent returns where the last of runs ends on either side.
func extent(runs []Run) (a, b int) {
	for _, r := range runs {
		a, b = max(a, r.EndA()), max(b, r.EndB())
	}
	return a, b
}

func (c *Chainer) chains(runs []Run, opt Chaining) []Chain {
	left := c.dropInner(runs)
	var out []Chain
	for n := range maxRounds {
		if n > 0 && c.steps > c.budget {
			c.capped = true
			break
		}
		found := c.round(left, opt)
		if len(found) == 0 {
			break
		}
		out = append(out, found...)
		if left = c.subtract(left, opt); len(left) == 0 {
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

// side is one of the two sequences.
type side int

const (
	sideA side = iota
	sideB
)

// on returns the ends of r on one side.
func (r Run) on(s side) (lo, hi int) {
	if lo = r.A; s == sideB {
		lo = r.B
	}
	return lo, lo + r.Len
}

// dropInner leaves out runs shorter than 16 units that lie, on both sides,
// within runs at least four times as long: chance matches of set phrases.
func (c *Chainer) dropInner(runs []Run) []Run {
	long := 0
	for _, r := range runs {
		if r.Len >= 4*SeedLen {
			long++
		}
	}
	if long == 0 || long == len(runs) {
		return runs
	}
	for s := range c.within {
		c.within[s] = c.within[s].of(runs, side(s))
	}
	out := slices.Grow(c.inner[:0], len(runs))
	for _, r := range runs {
		if r.Len < 16 && c.within[sideA].around(r.A, r.EndA()) >= 4*r.Len && c.within[sideB].around(r.B, r.EndB()) >= 4*r.Len {
			continue
		}
		out = append(out, r)
	}
	c.inner = out
	return out
}

// reaches says of long runs, ascending by where they begin on one side, which of
// those up to each ends last.
type reaches []struct{ lo, from, to int }

// of makes the reaches of the long ones of runs, in place.
func (v reaches) of(runs []Run, s side) reaches {
	v = v[:0]
	sorted := true
	for _, r := range runs {
		if r.Len < 4*SeedLen {
			continue
		}
		lo, hi := r.on(s)
		sorted = sorted && (len(v) == 0 || v[len(v)-1].lo <= lo)
		v = append(v, struct{ lo, from, to int }{lo, lo, hi})
	}
	if !sorted {
		slices.SortFunc(v, func(x, y struct{ lo, from, to int }) int { return x.lo - y.lo })
	}
	for i := 1; i < len(v); i++ {
		if v[i-1].to >= v[i].to {
			v[i].from, v[i].to = v[i-1].from, v[i-1].to
		}
	}
	return v
}

// around returns the length of a run that holds [lo, hi), or 0.
func (v reaches) around(lo, hi int) int {
	from, to := 0, len(v) // the first run that begins after lo is between
	for from < to {
		if mid := (from + to) / 2; v[mid].lo <= lo {
			from = mid + 1
		} else {
			to = mid
		}
	}
	if from == 0 || v[from-1].to < hi {
		return 0
	}
	return v[from-1].to - v[from-1].from
}

// round runs the dynamic program once and takes chains from the best end
// downwards, as long as they touch nothing taken in this round.
func (c *Chainer) round(runs []Run, opt Chaining) []Chain {
	c.ends = c.ends[:0]
	c.a.reset()
	c.b.reset()
	total := 0
	for _, r := range runs {
		total += r.Len
	}
	if float64(total) < opt.MinScore {
		return nil // no chain scores more than its units
	}
	c.relax(runs, opt)
	c.used = slices.Grow(c.used[:0], len(runs))[:len(runs)]
	clear(c.used)
	c.passed = slices.Grow(c.passed[:0], len(runs))[:len(runs)]
	clear(c.passed)
	best := chainEnd{run: -1}
	for i := len(runs) - 1; i >= 0; i-- {
		w := c.ways[i]
		if w.prev >= 0 && w.score > c.ways[w.prev].score {
			c.passed[w.prev] = true
		}
		if w.score >= opt.MinScore && !c.passed[i] {
			c.ends = append(c.ends, chainEnd{w.score, int32(i)})
			if best.run < 0 || w.score >= best.score {
				best = chainEnd{w.score, int32(i)}
			}
		}
	}
	if best.run < 0 {
		return nil
	}
	// The best chain takes most ends of a pair of copies with it: only what it
	// leaves is sorted.
	out := c.take(nil, runs, best, opt)
	c.ends = slices.DeleteFunc(c.ends, func(e chainEnd) bool { return c.used[e.run] })
	c.sortEnds()
	for _, e := range c.ends {
		if !c.used[e.run] {
			out = c.take(out, runs, e, opt)
		}
	}
	return out
}

const (
	// fewEnds is the number of ends up to which they are sorted as they are.
	fewEnds = 128
	// endClasses and perScore say how scores are parted: most are small, and near each other.
	endClasses = 1 << 12
	perScore   = 16
)

// sortEnds sorts the ends by score, the best first, and then by run. They come in the opposite
// order of their runs. Of many, those of about one score are brought together first: texts
// that repeat themselves have a hundred thousand in a round, which took a tenth of the time.
func (c *Chainer) sortEnds() {
	order := func(x, y chainEnd) int {
		switch { // no score is NaN, and cmp.Compare looks
		case x.score > y.score:
			return -1
		case x.score < y.score:
			return 1
		}
		return int(x.run - y.run)
	}
	if len(c.ends) <= fewEnds {
		slices.SortFunc(c.ends, order)
		return
	}
	class := func(e *chainEnd) int { return endClasses - 1 - int(min(e.score*perScore, endClasses-1)) }
	var at [endClasses + 1]int32
	for i := range c.ends {
		at[class(&c.ends[i])+1]++
	}
	for k := range endClasses {
		at[k+1] += at[k]
	}
	c.sorted = slices.Grow(c.sorted[:0], len(c.ends))[:len(c.ends)]
	next := at
	for i := len(c.ends) - 1; i >= 0; i-- {
		k := class(&c.ends[i])
		c.sorted[next[k]] = c.ends[i]
		next[k]++
	}
	for k := range endClasses {
		slices.SortFunc(c.sorted[at[k]:at[k+1]], order)
	}
	c.ends, c.sorted = c.sorted, c.ends
}

// take follows the way to a run back to what is used, and appends the chain if it
// scores enough and touches no other.
func (c *Chainer) take(dst []Chain, runs []Run, end chainEnd, opt Chaining) []Chain {
	path, total := c.path[:0], end.score
	for i := end.run; i >= 0; i = c.ways[i].prev {
		if c.used[i] {
			total -= c.ways[i].score
			break
		}
		c.used[i] = true
		path = append(path, runs[i])
	}
	slices.Reverse(path)
	c.path = path
	path = trim(path)
	if total < opt.MinScore || len(path) == 0 {
		return dst
	}
	for _, r := range path {
		if c.a.meets(r.on(sideA)) || c.b.meets(r.on(sideB)) {
			return dst // parts of it are gone: the next round tries it again, trimmed
		}
	}
	chain := Chain{Runs: slices.Clone(path), Score: total}
	for _, r := range path {
		c.a.add(r.on(sideA))
		c.b.add(r.on(sideB))
		chain.Matched += r.Len
	}
	return append(dst, chain)
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

// subtract takes what the chains of this round cover, on either side, out of runs.
// What is left of a run stays when it is as long as a seed. Of many runs, those that
// led to no chain of MinScore in this round are left out.
func (c *Chainer) subtract(runs []Run, opt Chaining) []Run {
	if len(runs) > fewRuns {
		c.near.reset(len(runs))
		c.near.before(runs, opt.MaxGap, func(i int) bool { return c.ways[i].score >= opt.MinScore })
		c.kept = c.near.of(c.kept[:0], runs)
		runs = c.kept
	}
	c.cut = c.a.cutAll(c.cut[:0], runs, sideA)
	left := c.b.cutAll(c.left[0][:0], c.cut, sideB)
	order := func(x, y Run) int { return cmp.Or(x.A-y.A, x.B-y.B) }
	if !slices.IsSortedFunc(left, order) {
		slices.SortFunc(left, order)
	}
	c.left[0], c.left[1] = c.left[1], left
	return left
}
