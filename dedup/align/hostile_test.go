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

// TestForgedSeeds: seeds made to share one slot fill maxProbes slots and no more, and a copy
// of them is found whole. Where each looked for a slot of its own, n of them took n² steps.
func TestForgedSeeds(t *testing.T) {
	var b []uint32
	for i := range uint32(1 << 12) {
		u := []uint32{0, 3*i + 1, 5*i + 2, 7*i + 3}
		u[0] = oneOf(0x9E3779B1) * (((12345 ^ u[3]*0x27D4EB2F) - u[2]*0xC2B2AE3D) ^ u[1]*0x85EBCA77)
		b = append(b, u...)
	}
	for i := 4; i < len(b); i += 4 {
		if seed(b[i:]) != seed(b) {
			t.Fatal("the seeds do not share a slot")
		}
	}
	var m Matcher
	m.Reset(b)
	placed := 0
	for i := 0; i < len(b); i += 4 {
		if m.slot(b[i:], seed(b)) != nil {
			placed++
		}
	}
	if placed > maxProbes {
		t.Errorf("%d of %d seeds have a slot, at most %d should", placed, len(b)/4, maxProbes)
	}
	if runs, _ := m.Matches(nil, b); len(runs) != 1 || runs[0].Len != len(b) {
		t.Errorf("a copy of %d units is found as %v", len(b), runs[:min(3, len(runs))])
	}
}

// oneOf returns the number that makes 1 of x, which is odd, modulo 2³².
func oneOf(x uint32) uint32 {
	inverse := x
	for range 5 { // Newton: each step doubles the digits that are right
		inverse *= 2 - x*inverse
	}
	return inverse
}
