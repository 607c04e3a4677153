package cluster

import (
	"testing"

	"pgregory.net/rapid"
)

// TestPossible: what is not possible is accepted in no pass, whatever stories hold its
// fingerprints.
func TestPossible(t *testing.T) {
	accepted, refused := 0, 0
	check := func(t *rapid.T) {
		docs := make([]Doc, 2)
		for i := range docs {
			docs[i] = Doc{Units: rapid.Int32Range(40, 600).Draw(t, "units"), Gram: 8, Source: int64(i), Day: NoDay}
			if rapid.Bool().Draw(t, "dated") {
				docs[i].Day = rapid.Int32Range(0, 600).Draw(t, "day")
			}
			if rapid.Bool().Draw(t, "learned") {
				lo := rapid.Int32Range(0, docs[i].Units-17).Draw(t, "lo")
				docs[i].Learned = Set{{lo, rapid.Int32Range(lo+16, docs[i].Units).Draw(t, "hi")}}
			}
		}
		l := Link{B: 1}
		var atA, atB int32
		few := func(name string, most int32) int32 { return rapid.Int32Range(0, most).Draw(t, name) }
		for atA < docs[0].Units-20 && atB < docs[1].Units-20 && len(l.Chains) < 3 {
			a, b := atA+few("gap", 40), atB+few("gap", 40)
			n := min(docs[0].Units-a, docs[1].Units-b)
			if n <= 20 {
				break
			}
			n = rapid.Int32Range(20, n).Draw(t, "len")
			c := Chain{
				Runs: []Run{{a, b, n}}, Edges: Edges(few("edges", 15)), Fingerprints: n / 4,
				Agree: few("agree", 6), Disagree: few("disagree", 2), Reworded: few("reworded", 8), OneSided: few("one-sided", 8), Replaced: few("replaced", 8), Renamed: few("renamed", 8),
			}
			l.Chains = append(l.Chains, c)
			atA, atB = a+n, b+n
		}
		if len(l.Chains) == 0 {
			return
		}
		if few("numbered", 3) == 3 {
			l.Chains[0].Edges |= Numbered
		}
		l.repeat = l.repeats()
		j := judge{docs: docs, t: Default}
		possible, first := j.possible(&l), j.strict(&l).Accepted
		for i := range l.Chains {
			p := l.Chains[i].Fingerprints
			j.lost = append(j.lost, Lost{Runs: few("lost", 10*p), Covered: few("covered", p)})
		}
		if later := j.decide(&l).Accepted; first || later {
			if accepted++; !possible {
				t.Fatalf("accepted in the first pass: %v, later: %v", first, later)
			}
		}
		if !possible {
			refused++
		}
	}
	// One in some thirty is accepted, so that a run of a hundred may have none.
	for range 20 {
		rapid.Check(t, check)
		if accepted > 0 && refused > 0 {
			break
		}
	}
	if accepted == 0 || refused == 0 {
		t.Errorf("%d accepted, %d not possible: too few to say anything", accepted, refused)
	}
}
