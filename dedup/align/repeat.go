package align

import "slices"

const (
	// minRepeat is the least number of matched units of a repeat. Less is a
	// paragraph that a story has twice, a set phrase, a headline or an index.
	minRepeat = 100
	// minRepeatRun is the exact match that a repeat must have somewhere. Nearly all
	// pairs have none outside of their chains and cost one pass over the runs.
	minRepeatRun = 16
	// maxRepeats bounds how often one passage is looked for again.
	maxRepeats = 4
)

// Repeats returns the passages that one sequence has once more: what chains leave
// of the first sequence, chained with all of the second (inA), and the other way
// round (inB). Chains gives a unit of either side to one chain alone, so that a
// page which carries a story as a teaser and in full would show it once. runs and
// chains are those of Chains.
func (c *Chainer) Repeats(runs []Run, chains []Chain, opt Chaining) (inA, inB []Chain) {
	c.start(runs)
	return c.repeats(runs, chains, opt, sideA), c.repeats(runs, chains, opt, sideB)
}

func (c *Chainer) repeats(runs []Run, chains []Chain, opt Chaining, on side) (out []Chain) {
	for range maxRepeats {
		left := c.uncovered(runs, chains, on)
		if left == nil {
			break
		}
		long := func(i int) bool { return left[i].Len >= minRepeatRun }
		c.near.reset(len(left))
		c.near.before(left, opt.MaxGap, long)
		c.near.after(left, opt.MaxGap, long)
		c.again = c.near.of(c.again[:0], left)
		found := slices.DeleteFunc(c.chains(c.again, opt), func(c Chain) bool { return c.Matched < minRepeat })
		if len(found) == 0 {
			break
		}
		out = append(out, found...)
		runs, chains = left, found
	}
	return out
}

// uncovered returns what chains leave of runs on one side, or nil if no part of
// it is long enough for a repeat.
func (c *Chainer) uncovered(runs []Run, chains []Chain, on side) []Run {
	c.a.reset()
	for _, k := range chains {
		for _, r := range k.Runs {
			c.a.add(r.on(on))
		}
	}
	long := func(r Run) bool { return r.Len >= minRepeatRun }
	if !slices.ContainsFunc(runs, func(r Run) bool {
		if !long(r) {
			return false
		}
		c.cut = c.a.cut(c.cut[:0], r, on)
		return slices.ContainsFunc(c.cut, long)
	}) {
		return nil
	}
	return c.a.cutAll(nil, runs, on)
}
