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
func Repeats(runs []Run, chains []Chain, opt Chaining) (inA, inB []Chain) {
	return repeats(runs, chains, opt, Run.sideA), repeats(runs, chains, opt, Run.sideB)
}

func repeats(runs []Run, chains []Chain, opt Chaining, side func(Run) (int, int)) (out []Chain) {
	for range maxRepeats {
		left := uncovered(runs, chains, side)
		if left == nil {
			break
		}
		found := slices.DeleteFunc(Chains(left, opt), func(c Chain) bool { return c.Matched < minRepeat })
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
func uncovered(runs []Run, chains []Chain, side func(Run) (int, int)) []Run {
	var covered intervals
	for _, c := range chains {
		covered.add(c.Runs, side)
	}
	long := func(r Run) bool { return r.Len >= minRepeatRun }
	var part []Run
	for _, r := range runs {
		if long(r) {
			part = covered.cut(part, r, side)
		}
	}
	if !slices.ContainsFunc(part, long) {
		return nil
	}
	var left []Run
	for _, r := range runs {
		left = covered.cut(left, r, side)
	}
	return left
}
