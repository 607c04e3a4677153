package cluster

import "math"

// Change is a figure of a verdict and the nearest value with which the judge would decide
// otherwise. It is found by asking the judge, not from its bounds, so that it cannot be
// wrong.
type Change struct {
	Figure Figure
	Has    float64
	Needs  float64
	Rule   string  // that refuses: without the change, or with it where the link is accepted
	Share  float64 // size of the change as a share of the figures of its kind
}

// Figure names a figure of a verdict.
type Figure string

// The figures, with their units.
const (
	MatchedUnits  Figure = "matched"         // units
	DistinctUnits Figure = "distinctive"     // units
	RewordedUnits Figure = "reworded"        // units
	FlankUnits    Figure = "replaced"        // units of replaced flanks
	OneSidedUnits Figure = "one-sided"       // units
	Disagreeing   Figure = "figures differ"  // pairs; one that differs no more agrees
	BestCoverage  Figure = "covered"         // share of the text that is covered most
	CleanShare    Figure = "clean"           // matched, of the shorter side of the passages
	IdentityShare Figure = "identity"        // matched, of the longer side
	DaysBetween   Figure = "days"            // between the dates
	EdgeOfPassage Figure = "paragraph edges" // 1: a passage is a quotation or an item taken over whole
)

// shareStep is the step in which shares are measured.
const shareStep = 1e-3

// get returns a figure of v.
func (f Figure) get(v *Verdict) float64 {
	switch f {
	case MatchedUnits:
		return float64(v.Matched)
	case DistinctUnits:
		return v.Distinct
	case RewordedUnits:
		return float64(v.Reworded)
	case FlankUnits:
		return float64(v.Flanks)
	case OneSidedUnits:
		return float64(v.OneSided)
	case Disagreeing:
		return float64(v.Disagree)
	case BestCoverage:
		return max(v.CoverageA, v.CoverageB)
	case CleanShare:
		return v.Clean
	case IdentityShare:
		return v.Identity
	case DaysBetween:
		return float64(v.Days)
	}
	if v.Edge {
		return 1
	}
	return 0
}

// With returns v with one figure changed and all others as they are. It has not been
// judged again.
func (v Verdict) With(f Figure, to float64) Verdict {
	switch f {
	case MatchedUnits:
		v.Matched = int(to)
	case DistinctUnits:
		v.Distinct = to
	case RewordedUnits:
		v.Reworded = int(to)
	case FlankUnits:
		v.Flanks, v.head, v.tail = int(to), min(v.head, int(to)), min(v.tail, int(to))
	case OneSidedUnits:
		v.OneSided = int(to)
	case Disagreeing:
		v.Agree += v.Disagree - int(to)
		v.Disagree = int(to)
		v.Agree = max(0, v.Agree)
	case BestCoverage:
		if v.CoverageA >= v.CoverageB {
			v.CoverageA, v.CoverageB = to, min(v.CoverageB, to)
		} else {
			v.CoverageB, v.CoverageA = to, min(v.CoverageA, to)
		}
	case CleanShare:
		v.Clean = to
	case IdentityShare:
		v.Identity = to
	case DaysBetween:
		v.Days = int(to)
	case EdgeOfPassage:
		v.Edge = to > 0
	}
	return v
}

// step is the grain of a figure, and good the end of its range that speaks for a
// link; bad is the other.
func (f Figure) step(v *Verdict) (step, good, bad float64) {
	m := float64(v.Matched)
	switch f {
	case MatchedUnits:
		return 1, m + 1000, 1
	case DistinctUnits:
		return 1, m, 0
	case RewordedUnits, FlankUnits, OneSidedUnits:
		return 1, 0, m
	case Disagreeing:
		return 1, 0, float64(v.Agree + v.Disagree + 10)
	case DaysBetween:
		return 1, 0, 10_000
	case EdgeOfPassage:
		return 1, 1, 0
	}
	return shareStep, 1, 0
}

// nearest returns the value of a figure between what it is and end, nearest to what
// it is, with which differs holds; ok is false if there is none. It halves the
// range, and so takes what differs says to change once.
func (f Figure) nearest(v Verdict, end float64, differs func(Verdict) bool) (at float64, ok bool) {
	has := f.get(&v)
	step, _, _ := f.step(&v)
	way := 1.0
	if end < has {
		way = -1
	}
	value := func(k int) float64 {
		x := has + way*step*float64(k)
		if step == 1 && f != DistinctUnits {
			return x
		}
		if way > 0 { // on the grid: what is printed is what was judged
			return min(end, math.Floor(has/step+float64(k))*step)
		}
		return max(end, math.Ceil(has/step-float64(k))*step)
	}
	most := int(math.Ceil(math.Abs(end-has) / step))
	if most <= 0 || !differs(v.With(f, value(most))) {
		return 0, false
	}
	lo, hi := 0, most
	for hi-lo > 1 {
		if mid := (lo + hi) / 2; differs(v.With(f, value(mid))) {
			hi = mid
		} else {
			lo = mid
		}
	}
	return value(hi), true
}

// Needs returns what would have to change for a refused verdict to be accepted: for
// each test that does not hold, in the order in which they are asked, the nearest value
// of a figure with which it does. With all of them made, Decide accepts; it
// returns nil where it cannot say, and for an accepted verdict.
func (t *Thresholds) Needs(v Verdict) []Change {
	var out []Change
	for range mostCures {
		ts := t.Decide(&v)
		i := ts.failing()
		if i < 0 {
			return out
		}
		c, next, ok := t.cure(v, ts[i])
		if !ok {
			return nil
		}
		out, v = append(out, c...), next
	}
	return nil
}

// mostCures bounds the changes of Needs: a change may make another test fail.
const mostCures = 14

// cure changes v so that a test holds: one figure if that is enough, else all that the
// test asks about, as far as needed.
func (t *Thresholds) cure(v Verdict, failed Test) ([]Change, Verdict, bool) {
	rule := refusals[failed.Name]
	gone := func(w Verdict) bool {
		_, now := t.Decide(&w).Rule()
		return now != rule
	}
	change := func(v Verdict, f Figure, to float64) Change {
		return Change{Figure: f, Has: f.get(&v), Needs: to, Rule: rule, Share: f.share(&v, to)}
	}
	for _, f := range failed.asks {
		_, good, _ := f.step(&v)
		if to, ok := f.nearest(v, good, gone); ok {
			return []Change{change(v, f, to)}, v.With(f, to), true
		}
	}
	var out []Change
	for _, f := range failed.asks {
		_, good, _ := f.step(&v)
		to, ok := f.nearest(v, good, gone)
		if !ok {
			to = good
		}
		if to != f.get(&v) {
			out, v = append(out, change(v, f, to)), v.With(f, to)
		}
		if ok {
			return out, v, true
		}
	}
	return out, v, false
}

// share returns the size of a change as a share of the figures of its kind.
func (f Figure) share(v *Verdict, to float64) float64 {
	d := math.Abs(to - f.get(v))
	switch f {
	case MatchedUnits, DistinctUnits, RewordedUnits, FlankUnits, OneSidedUnits:
		return d / float64(max(1, v.Matched))
	case Disagreeing:
		return d / float64(max(3, v.Agree+v.Disagree))
	case DaysBetween:
		return d / float64(Default.DaysApart)
	}
	return d
}

// Margin returns the least change of one figure with which an accepted verdict would
// be refused, and the rule that would refuse it; ok is false if none would.
func (t *Thresholds) Margin(v Verdict) (least Change, ok bool) {
	refused := func(w Verdict) bool { return !t.Decide(&w).Hold() }
	if refused(v) {
		return Change{}, false
	}
	for _, f := range []Figure{
		MatchedUnits, DistinctUnits, RewordedUnits, FlankUnits, OneSidedUnits, Disagreeing,
		BestCoverage, CleanShare, IdentityShare, DaysBetween, EdgeOfPassage,
	} {
		if f == DaysBetween && v.Days < 0 {
			continue
		}
		_, _, bad := f.step(&v)
		to, found := f.nearest(v, bad, refused)
		if !found {
			continue
		}
		changed := v.With(f, to)
		_, rule := t.Decide(&changed).Rule()
		c := Change{Figure: f, Has: f.get(&v), Needs: to, Rule: rule, Share: f.share(&v, to)}
		if !ok || c.Share < least.Share {
			least, ok = c, true
		}
	}
	return least, ok
}
