package align

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// bruteMatches is the obvious twin of Matcher.Matches.
func bruteMatches(a, b []uint32) []Run {
	var out []Run
	for i := range a {
		for j := range b {
			if a[i] != b[j] || i > 0 && j > 0 && a[i-1] == b[j-1] {
				continue
			}
			n := 0
			for i+n < len(a) && j+n < len(b) && a[i+n] == b[j+n] {
				n++
			}
			if n >= SeedLen {
				out = append(out, Run{i, j, n})
			}
		}
	}
	return out
}

func sequences(t *rapid.T) (a, b []uint32) {
	unit := rapid.Uint32Range(0, rapid.SampledFrom([]uint32{2, 6, 40}).Draw(t, "alphabet"))
	a = rapid.SliceOfN(unit, 0, 60).Draw(t, "a")
	b = rapid.SliceOfN(unit, 0, 60).Draw(t, "b")
	if rapid.Bool().Draw(t, "copy") {
		b = slices.Clone(a)
		for range rapid.IntRange(0, 3).Draw(t, "edits") {
			if len(b) > 0 {
				b[rapid.IntRange(0, len(b)-1).Draw(t, "at")] = 99
			}
		}
		return a, b
	}
	if len(a) > 20 && rapid.Bool().Draw(t, "share") {
		lo := rapid.IntRange(0, len(a)-20).Draw(t, "lo")
		b = append(b, a[lo:lo+20]...)
	}
	return a, b
}

func TestMatchesEqualBruteForce(t *testing.T) {
	var m Matcher
	rapid.Check(t, func(t *rapid.T) {
		a, b := sequences(t)
		m.Reset(b)
		got, capped := m.Matches(nil, a)
		if capped {
			t.Skip("capped")
		}
		want := bruteMatches(a, b)
		if len(want) > maxHits {
			t.Skip("more matches than one seed may have")
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("a=%v b=%v (-want +got)\n%s", a, b, diff)
		}
	})
}

func TestChainsAreDisjointAndEqualOnBothSides(t *testing.T) {
	var m Matcher
	var f Refiner
	rapid.Check(t, func(t *rapid.T) {
		a, b := sequences(t)
		m.Reset(b)
		runs, _ := m.Matches(nil, a)
		opt := Detecting
		opt.MinScore = 4
		seenA, seenB := map[int]bool{}, map[int]bool{}
		for _, c := range Chains(runs, opt) {
			p := f.Refine(a, b, c)
			for _, rs := range [][]Run{c.Runs, p.Runs} {
				for i, r := range rs {
					if i > 0 && (r.A < rs[i-1].EndA() || r.B < rs[i-1].EndB()) {
						t.Fatalf("runs not ascending: %v", rs)
					}
					for k := range r.Len {
						if a[r.A+k] != b[r.B+k] {
							t.Fatalf("run %v is no match", r)
						}
					}
				}
			}
			for _, r := range c.Runs {
				for k := range r.Len {
					if seenA[r.A+k] || seenB[r.B+k] {
						t.Fatalf("unit in two chains")
					}
					seenA[r.A+k], seenB[r.B+k] = true, true
				}
			}
		}
	})
}

// A text that repeats one character a million times must not cost a square.
func TestPeriodicTextIsBounded(t *testing.T) {
	a := make([]uint32, 1_000_000)
	var m Matcher
	m.Reset(a)
	runs, _ := m.Matches(nil, a)
	best := 0
	for _, r := range runs {
		best = max(best, r.Len)
	}
	if best != len(a) {
		t.Fatalf("longest match of a text with itself is %d units of %d", best, len(a))
	}
	if c := Chains(runs, Detecting); len(c) == 0 || c[0].Matched != len(a) {
		t.Fatalf("no chain over the whole text")
	}
}

func TestInterleavedPassagesAreChainsOfTheirOwn(t *testing.T) {
	part := func(from uint32) []uint32 {
		u := make([]uint32, 100)
		for i := range u {
			u[i] = from + uint32(i)
		}
		return u
	}
	cat := func(parts ...[]uint32) (out []uint32) {
		for _, p := range parts {
			out = append(out, p...)
		}
		return out
	}
	page := cat(part(1000), part(9000), part(2000), part(8000), part(3000))
	story := cat(part(3000), part(1000), part(2000))
	var m Matcher
	m.Reset(page)
	runs, _ := m.Matches(nil, story)
	chains := Chains(runs, Detecting)
	if len(chains) != 3 {
		t.Fatalf("want the three parts of the story as three chains, got %v", chains)
	}
}
