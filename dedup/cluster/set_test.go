package cluster_test

import (
	"testing"

	"pgregory.net/rapid"

	"repost/dedup/cluster"
)

// size is where the sets of the tests end.
const size = 60

type bitmap [size]bool

func drawSet() *rapid.Generator[cluster.Set] {
	return rapid.Custom(func(t *rapid.T) cluster.Set {
		var ivs []cluster.Interval
		for range rapid.IntRange(0, 8).Draw(t, "intervals") {
			lo := rapid.Int32Range(0, size).Draw(t, "lo")
			ivs = append(ivs, cluster.Interval{Lo: lo, Hi: rapid.Int32Range(max(0, lo-2), size).Draw(t, "hi")})
		}
		return cluster.Of(ivs)
	})
}

func bits(s cluster.Set) (b bitmap) {
	for _, v := range s {
		for i := v.Lo; i < v.Hi; i++ {
			b[i] = true
		}
	}
	return b
}

func count(in func(i int) bool) (n int) {
	for i := range size {
		if in(i) {
			n++
		}
	}
	return n
}

// checkSet holds that a set is disjoint, ascending, none touching, none empty.
func checkSet(t *rapid.T, s cluster.Set) {
	for i, v := range s {
		if v.Hi <= v.Lo || i > 0 && v.Lo <= s[i-1].Hi {
			t.Fatalf("no set: %v", s)
		}
	}
}

// TestSet: the operations are those of sets of numbers.
func TestSet(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, u := drawSet().Draw(t, "s"), drawSet().Draw(t, "u")
		bs, bu := bits(s), bits(u)
		union, minus := s.Union(u), s.Minus(u)
		checkSet(t, s)
		checkSet(t, union)
		checkSet(t, minus)
		bUnion, bMinus := bits(union), bits(minus)
		for i := range size {
			if bUnion[i] != (bs[i] || bu[i]) || bMinus[i] != (bs[i] && !bu[i]) {
				t.Fatalf("%v and %v: union %v, minus %v", s, u, union, minus)
			}
		}
		if bits(s) != bs || bits(u) != bu {
			t.Fatal("an operation changed its operands")
		}
		if n := count(func(i int) bool { return bs[i] }); s.Size() != n {
			t.Fatalf("size of %v is %d", s, s.Size())
		}
		if n := count(func(i int) bool { return bs[i] && bu[i] }); s.Overlap(u) != n || u.Overlap(s) != n {
			t.Fatalf("overlap of %v and %v is %d and %d, want %d", s, u, s.Overlap(u), u.Overlap(s), n)
		}
		lo := rapid.Int32Range(0, size).Draw(t, "from")
		hi := rapid.Int32Range(lo, size).Draw(t, "to")
		if n := count(func(i int) bool { return bs[i] && int32(i) >= lo && int32(i) < hi }); s.Within(lo, hi) != n {
			t.Fatalf("%d units of %v in [%d, %d), want %d", s.Within(lo, hi), s, lo, hi, n)
		}
	})
}
