package diff

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"repost/dedup/diff/words"
	"repost/shingle"
)

// edited returns the tokens that are not mated byte for byte, on both sides.
func edited(r *Result, a, b string) int {
	inA, inB := map[int]bool{}, map[int]bool{}
	for _, op := range r.Script {
		if op.Kind == Copy || op.Kind == Move {
			for i := op.A.Lo; i < op.A.Hi; i++ {
				inA[i] = true
			}
			for j := op.B.Lo; j < op.B.Hi; j++ {
				inB[j] = true
			}
		}
	}
	n := 0
	for _, t := range tokenize(a, shingle.Rules{}) {
		if !inA[t.lo] {
			n++
		}
	}
	for _, t := range tokenize(b, shingle.Rules{}) {
		if !inB[t.lo] {
			n++
		}
	}
	return n
}

// minimal returns the least number of tokens that an edit script in order takes
// out and puts in, numbers and words whole.
func minimal(a, b string) int {
	ids := map[string]uint32{}
	keys := func(s string) (out []uint32) {
		for _, t := range tokenize(s, shingle.Rules{}) {
			w := s[t.lo:t.hi]
			if _, ok := ids[w]; !ok {
				ids[w] = uint32(len(ids))
			}
			out = append(out, ids[w])
		}
		return out
	}
	x, y := keys(a), keys(b)
	m := myers{budget: 1 << 40}
	n := len(x) + len(y)
	for _, r := range m.common(x, y) {
		n -= 2 * r.n
	}
	return n
}

// TestEditsAreNearlyMinimal: what reads better may cost at most a tenth more than
// the least script of the same tokens.
func TestEditsAreNearlyMinimal(t *testing.T) {
	pairs := labelledPairs(t)
	got, least, worst, over := 0, 0, 1.0, 0
	for _, p := range pairs {
		g := edited(Compare(Side{Text: p.A}, Side{Text: p.B}, Options{}), p.A, p.B)
		m := minimal(p.A, p.B)
		got, least = got+g, least+m
		if m > 0 {
			worst = max(worst, float64(g)/float64(m))
			if 10*g > 11*m {
				over++
			}
		}
	}
	t.Logf("%d pairs: %d tokens edited, %d at least (%.4f); %d pairs over a tenth more, worst %.3f",
		len(pairs), got, least, share(got, least), over, worst)
	if 10*got > 11*least {
		t.Errorf("%d tokens edited, more than a tenth over %d", got, least)
	}
}

// article returns n characters of news, and the same with a share of them
// exchanged.
func article(t testing.TB, n int, changed float64) (a, b string) {
	var s strings.Builder
	for _, p := range labelledPairs(t) {
		s.WriteString(p.A)
		s.WriteByte('\n')
		if s.Len() > 4*n {
			break
		}
	}
	x := []rune(s.String())
	x = x[:min(n, len(x))]
	y := append([]rune(nil), x...)
	rng := rand.New(rand.NewPCG(1, 2))
	for range int(changed * float64(len(y))) {
		y[rng.IntN(len(y))] = x[rng.IntN(len(x))]
	}
	return string(x), string(y)
}

func BenchmarkArticle(b *testing.B) {
	x, y := article(b, 10000, .02)
	words.Segment("一") // loads the dictionary, once in a process
	b.SetBytes(int64(len(x) + len(y)))
	b.ReportAllocs()
	for b.Loop() {
		Compare(Side{Text: x}, Side{Text: y}, Options{})
	}
}

func BenchmarkShort(b *testing.B) {
	x, y := article(b, 500, .02)
	b.SetBytes(int64(len(x) + len(y)))
	b.ReportAllocs()
	for b.Loop() {
		Compare(Side{Text: x}, Side{Text: y}, Options{})
	}
}

// TestLargeTextsAreBounded: two texts of a megabyte that share nothing but
// characters, and one that repeats itself, end soon and say what was given up.
func TestLargeTextsAreBounded(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	rng := rand.New(rand.NewPCG(3, 4))
	noise := func(n int) string {
		r := make([]rune, n)
		for i := range r {
			r[i] = rune(0x4E00 + rng.IntN(3000))
		}
		return string(r)
	}
	for name, k := range map[string]struct {
		a, b string
		caps bool
	}{
		"noise":    {noise(350_000), noise(350_000), true},
		"periodic": {strings.Repeat("啊", 1_000_000), strings.Repeat("啊", 999_000), false},
		"phrase":   {strings.Repeat("天气很好，", 70_000), strings.Repeat("天气不好，", 70_000), false},
		"spaces":   {strings.Repeat(" ", 1_000_000), strings.Repeat("\n", 1_000_000), false},
		"marks":    {strings.Repeat("，。", 100_000), strings.Repeat("。“", 100_000), false},
	} {
		start := time.Now()
		r := check(t, Side{Text: k.a}, Side{Text: k.b}, Options{})
		t.Logf("%s: %v, caps %v, %d changes, %d blocks", name, time.Since(start).Round(time.Millisecond), r.Caps, len(r.Changes), len(r.Blocks))
		if k.caps && len(r.Caps) == 0 {
			t.Errorf("%s: nothing said of the bound", name)
		}
	}
}
