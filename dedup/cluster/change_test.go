package cluster

import (
	"testing"

	"pgregory.net/rapid"
)

func drawVerdict(t *rapid.T) Verdict {
	m := rapid.IntRange(5, 1200).Draw(t, "matched")
	part, least := 4, 1
	if rapid.Bool().Draw(t, "alike") {
		part, least = 30, 700
	}
	unit := func(name string) int { return rapid.IntRange(0, 1+m/part).Draw(t, name) }
	share := func(name string) float64 { return float64(rapid.IntRange(least, 1000).Draw(t, name)) / 1000 }
	v := Verdict{
		Matched: m, Longest: m / 2, CoverageA: share("a"), CoverageB: share("b"), Identity: share("identity"), Clean: share("clean"),
		Distinct: float64(rapid.IntRange(m*least/1000, m).Draw(t, "distinct")), Reworded: unit("reworded"), Flanks: unit("flanks"), OneSided: unit("one-sided"),
		Agree: rapid.IntRange(0, 12).Draw(t, "agree"), Disagree: rapid.IntRange(0, 32/part).Draw(t, "disagree"),
		Replaced: unit("replaced"), Renamed: unit("renamed"),
		Days: rapid.IntRange(-1, 900).Draw(t, "days"), Edge: rapid.Bool().Draw(t, "edge"),
	}
	v.tail = rapid.IntRange(0, v.Flanks).Draw(t, "tail")
	v.head = rapid.IntRange(0, v.Flanks-v.tail).Draw(t, "head")
	return v
}

// What a refused verdict is told to need makes an accepted one of it, and nothing
// less does of the last figure.
func TestNeedsAreNeeded(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := drawVerdict(t)
		if Default.Decide(&v).Hold() {
			if n := Default.Needs(v); n != nil {
				t.Fatalf("accepted, and needs %+v", n)
			}
			return
		}
		needs := Default.Needs(v)
		if len(needs) == 0 {
			t.Fatalf("%+v needs nothing", v)
		}
		for _, c := range needs {
			if _, rule := Default.Decide(&v).Rule(); rule != c.Rule {
				t.Fatalf("%+v is refused by %q, not %q", v, rule, c.Rule)
			}
			v = v.With(c.Figure, c.Needs)
		}
		if ok, rule := Default.Decide(&v).Rule(); !ok {
			t.Fatalf("with %+v it is still refused: %s", needs, rule)
		}
		last := needs[len(needs)-1]
		step, _, _ := last.Figure.step(&v)
		back := last.Needs + step
		if last.Needs > last.Has {
			back = last.Needs - step
		}
		less := v.With(last.Figure, back)
		if ok, rule := Default.Decide(&less).Rule(); ok && last.Figure != EdgeOfPassage {
			t.Fatalf("%+v: a step less is enough: %s", last, rule)
		}
	})
}

// The margin of an accepted verdict is where the judge says no, and a step before
// it says yes.
func TestMarginIsTheEdge(t *testing.T) {
	found := 0
	rapid.Check(t, func(t *rapid.T) {
		v := drawVerdict(t)
		c, ok := Default.Margin(v)
		if accepted := Default.Decide(&v).Hold(); accepted != ok {
			if ok {
				t.Fatal("a margin of a refused verdict")
			}
			return // nothing would have it refused
		}
		if !ok {
			return
		}
		found++
		changed := v.With(c.Figure, c.Needs)
		if accepted, rule := Default.Decide(&changed).Rule(); accepted || rule != c.Rule {
			t.Fatalf("%+v: accepted %v, %q", c, accepted, rule)
		}
		step, _, _ := c.Figure.step(&v)
		back := c.Needs - step
		if c.Needs < c.Has {
			back = c.Needs + step
		}
		before := v.With(c.Figure, back)
		if !Default.Decide(&before).Hold() && c.Figure != EdgeOfPassage {
			t.Fatalf("%+v: refused a step before", c)
		}
	})
	if !testing.Short() && found == 0 { // of the twenty draws of a short run none may be
		t.Error("no accepted verdict was drawn")
	}
}
