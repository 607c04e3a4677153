package align

import (
	"testing"

	"pgregory.net/rapid"
)

// TestCoverEqualsList holds a cover against a list of bools.
func TestCoverEqualsList(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var v cover
		list := make([]bool, 300)
		for range rapid.IntRange(0, 8).Draw(t, "ranges") {
			lo := rapid.IntRange(0, 299).Draw(t, "lo")
			hi := rapid.IntRange(lo, 300).Draw(t, "hi")
			v.add(lo, hi)
			for i := lo; i < hi; i++ {
				list[i] = true
			}
		}
		lo := rapid.IntRange(0, 299).Draw(t, "from")
		hi := rapid.IntRange(lo, 300).Draw(t, "to")
		for _, want := range []bool{true, false} {
			at := lo
			for at < hi && list[at] != want {
				at++
			}
			flip := ^uint64(0)
			if want {
				flip = 0
			}
			if got := v.next(lo, hi, flip); got != at {
				t.Fatalf("next of [%d,%d) that is %t: %d, want %d", lo, hi, want, got, at)
			}
		}
	})
}
