package diff_test

import (
	"math/rand/v2"
	"testing"

	"repost/dedup/diff"
)

// randomHan returns n common characters, with numbers and negations among them as
// there are in any text.
func randomHan(rng *rand.Rand, n int) string {
	r := make([]rune, n)
	for i := range r {
		r[i] = rune(0x4E00 + rng.IntN(0x5000))
	}
	return string(r)
}

// A long passage in the place of another is left out and put in, whatever figures and
// names the two hold.
func TestLongPassageReplaced(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	head, tail := randomHan(rng, 500), randomHan(rng, 500)
	for _, n := range []int{60, 300, 3000, 100_000} {
		p, q := randomHan(rng, n/2)+"一九五三年不"+randomHan(rng, n/2), randomHan(rng, n/2)+"12万"+randomHan(rng, n/2)
		r := diff.Compare(diff.Side{Text: head + p + tail}, diff.Side{Text: head + q + tail}, diff.Options{})
		if s := r.Summary; s.Substantive != 2 || s.Minor != 0 || r.Changes[0].Class != diff.Omission || r.Changes[1].Class != diff.Addition {
			t.Errorf("%d characters: %+v", n, s)
		}
		if n > 1000 { // longer than what the texts share: another story of the page
			continue
		}
		r = diff.Compare(diff.Side{Text: head + tail}, diff.Side{Text: head + q + tail}, diff.Options{})
		if s := r.Summary; s.Substantive != 1 || s.Minor != 0 || r.Changes[0].Class != diff.Addition {
			t.Errorf("%d characters put in: %+v", n, s)
		}
	}
}
