package align

import (
	"testing"

	"repost/shingle"
	"repost/testdata"
)

// TestHostileShapes holds the steps that alignment takes for texts that repeat
// themselves: in proportion to their size, and no more than mostSteps a unit. The table
// of steps a unit at 1, 2, 4 and 8 times the size is what
//
//	go test ./dedup/align -run HostileShapes -v
//
// fingerprints. Chinese news takes about 5.
func TestHostileShapes(t *testing.T) {
	const mostSteps = 1000
	unit := 1 << 15
	if testing.Short() {
		unit = 1 << 13
	}
	for _, s := range testdata.HostilePairs() {
		var each [4]int // steps a unit
		for k := range each {
			docs := s.Docs(unit << k)
			var rules shingle.Rules
			a, b := ids(rules.Cut(nil, docs[0].Text)), ids(rules.Cut(nil, docs[1].Text))
			var m Matcher
			var c Chainer
			m.Reset(b)
			runs, _ := m.Matches(nil, a)
			for _, opt := range []Chaining{Detecting, Showing} {
				c.Repeats(runs, c.Chains(runs, opt), opt)
			}
			each[k] = (m.steps + c.steps) / max(1, len(a)+len(b))
			if most := max(leastRuns, min(len(a), len(b))/unitsPerRun) + workPerUnit*(len(a)+len(b))/longMatch; len(runs) > most {
				t.Errorf("%s: %d matches are kept of texts of %d and %d units, at most %d should be", s.Name, len(runs), len(a), len(b), most)
			}
		}
		t.Logf("%-32s steps a unit %v", s.Name, each)
		for k, n := range each {
			if n > mostSteps {
				t.Errorf("%s: %d steps a unit at %d times the size, must be %d", s.Name, n, 1<<k, mostSteps)
			}
		}
		// n log n from 2^15 to 2^18 is a fifth more a unit; what starts below the
		// bounds may first rise to them.
		if first, last := each[1], each[3]; last > first*3/2+100 {
			t.Errorf("%s: steps a unit rise from %d to %d at four times the size", s.Name, first, last)
		}
	}
}

func ids(units []shingle.Unit) []uint32 {
	out := make([]uint32, len(units))
	for i, u := range units {
		out[i] = u.ID
	}
	return out
}
