package align

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"repost/shingle"
)

// writing draws a text of short sentences over a small vocabulary, so that words
// repeat inside a text and between texts.
func writing(t *rapid.T, label string) string {
	words := rapid.SliceOfN(rapid.IntRange(0, 40), 1, 150).Draw(t, label)
	var b strings.Builder
	for i, w := range words {
		fmt.Fprintf(&b, "word%c%c", 'a'+w/8, 'a'+w%8)
		if (i+w)%7 == 6 {
			b.WriteString(". ")
		} else {
			b.WriteByte(' ')
		}
	}
	return b.String()
}

func drawPair(t *rapid.T) *pair {
	a, b := Prepare(writing(t, "a"), shingle.Rules{}), Prepare(writing(t, "b"), shingle.Rules{})
	return newPair(a, b, defaultRewriting.pairBonus)
}

func drawRect(t *rapid.T, p *pair) rect {
	var r rect
	for s := range 2 {
		r.lo[s] = rapid.IntRange(0, len(p.bags[s])-1).Draw(t, "lo")
		r.hi[s] = rapid.IntRange(r.lo[s]+1, len(p.bags[s])).Draw(t, "hi")
	}
	return r
}

// afresh computes mass and common weight of r from the definition.
func afresh(p *pair, r rect) (mass, common int64) {
	n := float64(len(p.bags[0]) + len(p.bags[1]) + 1)
	type half struct{ text, rows map[uint32]int } // pieces of the text that have it; count in the rectangle
	var sides [2]half
	pairTerms := map[uint32][2]uint32{}
	for s, t := range p.text {
		sides[s] = half{map[uint32]int{}, map[uint32]int{}}
		for i := range t.pieces {
			for _, e := range t.entries[t.bag[i]:t.bag[i+1]] {
				f := t.features[e.feature]
				if f.second != none {
					pairTerms[f.id] = [2]uint32{t.features[f.first].id, t.features[f.second].id}
				}
				sides[s].text[f.id]++
				if r.lo[s] <= i && i < r.hi[s] {
					sides[s].rows[f.id] += int(e.n)
				}
			}
		}
	}
	weight := func(id uint32) int64 {
		return int64(math.Round(unitWeight * math.Log(n/float64(sides[0].text[id]+sides[1].text[id]))))
	}
	for s := range 2 {
		for id, c := range sides[s].rows {
			if _, ok := pairTerms[id]; !ok {
				mass += weight(id) * int64(c)
			}
		}
	}
	for id, c := range sides[0].rows {
		w := int64(0)
		if f, ok := pairTerms[id]; ok {
			w = defaultRewriting.pairBonus * (weight(f[0]) + weight(f[1])) / perMille
		} else {
			w = weight(id)
		}
		common += w * int64(min(c, sides[1].rows[id]))
	}
	return mass, common
}

func TestMovesEqualAfresh(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawPair(t)
		bags := newTwoBags(p)
		for range rapid.IntRange(1, 6).Draw(t, "moves") {
			r := drawRect(t, p)
			bags.set(r)
			mass, common := afresh(p, r)
			if bags.mass != mass || bags.common != common {
				t.Fatalf("at %v: mass %d, common %d; afresh %d, %d", r, bags.mass, bags.common, mass, common)
			}
		}
	})
}

func TestValueMirrors(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawPair(t)
		q := newPair(p.text[1], p.text[0], defaultRewriting.pairBonus)
		r := drawRect(t, p)
		x, y := newTwoBags(p), newTwoBags(q)
		x.set(r)
		y.set(r.mirror())
		if x.mass != y.mass || x.common != y.common {
			t.Fatalf("mass %d, common %d; sides changed over %d, %d", x.mass, x.common, y.mass, y.common)
		}
	})
}

func TestClimbNeverLowersValue(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawPair(t)
		bags := newTwoBags(p)
		bags.set(drawRect(t, p))
		before := bags.value(defaultRewriting.lambda)
		after := bags.climb(defaultRewriting.lambda, defaultRewriting.reach)
		if after < before || after != bags.value(defaultRewriting.lambda) {
			t.Fatalf("%d before, %d after, %d at the end", before, after, bags.value(defaultRewriting.lambda))
		}
	})
}

func TestIdenticalTextsAreWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := Prepare(writing(t, "a"), shingle.Rules{})
		p := newPair(a, a, defaultRewriting.pairBonus)
		whole := rect{hi: [2]int{len(a.pieces), len(a.pieces)}}
		bags := newTwoBags(p)
		bags.set(whole)
		if bags.dice() != perMille {
			t.Fatalf("Dice %d", bags.dice())
		}
		for i := range a.pieces { // from any piece against itself
			bags.set(rect{[2]int{i, i}, [2]int{i + 1, i + 1}})
			bags.climb(defaultRewriting.lambda, defaultRewriting.reach)
			if bags.rect != whole {
				t.Fatalf("from piece %d the climb ends at %v of %v", i, bags.rect, whole)
			}
		}
	})
}

func TestClustersWhicheverSideIsCutFirst(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var ps, qs []point
		for range rapid.IntRange(1, 30).Draw(t, "n") {
			x := [2]int{rapid.IntRange(0, 40).Draw(t, "a"), rapid.IntRange(0, 40).Draw(t, "b")}
			ps, qs = append(ps, point{x}), append(qs, point{[2]int{x[1], x[0]}})
		}
		gap := rapid.IntRange(0, 4).Draw(t, "gap")
		hulls := map[rect]int{}
		for _, g := range clusters(ps, gap) {
			hulls[hull(g)] += len(g)
		}
		for _, g := range clusters(qs, gap) {
			hulls[hull(g).mirror()] -= len(g)
		}
		for r, n := range hulls {
			if n != 0 {
				t.Fatalf("%v: %d seeds more one way", r, n)
			}
		}
	})
}
