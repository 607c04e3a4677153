package diff_test

import (
	"math/rand/v2"
	"strings"
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

// Of a word that no language has the letters are told that differ, in other words the
// whole word.
func TestLongWord(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	long := make([]byte, 100_000)
	for i := range long {
		long[i] = byte('b' + rng.IntN(25))
	}
	x := string(long)
	for _, c := range []struct {
		name, a, b string
		want       diff.Change
	}{
		{"another letter", x, x[:500] + "é" + x[501:], diff.Change{AText: x[500:501], BText: "é", Grade: diff.Minor, Class: diff.Wording}},
		{"a letter more", x, x[:500] + "a" + x[500:], diff.Change{BText: "a", Grade: diff.Minor, Class: diff.Wording}},
		{"capitals", x, x[:500] + strings.ToUpper(x[500:600]) + x[600:], diff.Change{AText: x[500:600], BText: strings.ToUpper(x[500:600]), Grade: diff.Cosmetic, Class: diff.Case}},
		{"64 letters", x[:64], x[:63] + "a", diff.Change{AText: x[:64], BText: x[:63] + "a", Grade: diff.Minor, Class: diff.Wording}},
	} {
		r := diff.Compare(diff.Side{Text: "It says " + c.a + " here."}, diff.Side{Text: "It says " + c.b + " here."}, diff.Options{})
		if len(r.Changes) != 1 {
			t.Errorf("%s: %d changes", c.name, len(r.Changes))
			continue
		}
		got := r.Changes[0]
		if got.AText != c.want.AText || got.BText != c.want.BText || got.Grade != c.want.Grade || got.Class != c.want.Class {
			t.Errorf("%s: %q for %q, %s %s", c.name, got.BText, got.AText, got.Grade, got.Class)
		}
	}
}
