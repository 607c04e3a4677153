package detect

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"repost/dedup"
	"repost/dedup/cluster"
)

// TestSuppose: what is said of two documents that were never compared is true. With as many
// more rare fingerprints in common as Missing says they are linked, and the judge says of
// the link what it said of the supposed one; with one less they are not linked.
func TestSuppose(t *testing.T) {
	seen := map[string]int{}
	rapid.Check(t, func(t *rapid.T) {
		docs := fewShared(rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0)))
		link := func(more int, suppose ...[2]uint32) (out []PairVerdict) {
			m := NewMemory(&DefaultScheme)
			m.Add(docs...)
			shareMore(m, more)
			if err := UpdateStories(m, &DefaultScheme, nil); err != nil {
				t.Fatal(err)
			}
			if err := Verdicts(m, &DefaultScheme, func(v *PairVerdict) { out = append(out, *v) }, suppose...); err != nil {
				t.Fatal(err)
			}
			return out
		}
		said := link(0, [2]uint32{1, 0})
		if len(said) == 0 {
			seen["no passage"]++
			return
		}
		v := said[0]
		if !v.Supposed || len(said) > 1 {
			t.Fatalf("%d verdicts, %+v", len(said), v)
		}
		if v.Missing == 0 {
			seen["compared"]++
			if got := link(0); len(got) != 1 || fmt.Sprint(got[0].Verdict) != fmt.Sprint(v.Verdict) {
				t.Fatalf("compared: %+v, and supposed to be: %+v", got, v)
			}
			return
		}
		seen[fmt.Sprint("accepted ", v.Accepted)]++
		if got := link(v.Missing - 1); len(got) != 0 {
			t.Fatalf("linked with one less than %d more: %+v", v.Missing, got)
		}
		got := link(v.Missing)
		if len(got) != 1 || fmt.Sprint(got[0].Verdict) != fmt.Sprint(v.Verdict) {
			t.Fatalf("with %d more: %+v, and supposed: %+v", v.Missing, got, v)
		}
		changed := v.Verdict
		for _, c := range cluster.Default.Needs(v.Verdict) {
			changed = changed.With(c.Figure, c.Needs)
		}
		if !v.Accepted && !cluster.Default.Decide(&changed).Hold() {
			t.Fatalf("refused in spite of all that is needed: %+v", changed)
		}
	})
	t.Log(seen)
	for _, kind := range []string{"no passage", "compared", "accepted false"} {
		if seen[kind] == 0 {
			t.Errorf("no pair: %s", kind)
		}
	}
}

// fewShared returns two documents that share a few short passages.
func fewShared(r *rand.Rand) []dedup.Document {
	text := func(n int) (s []rune) {
		for range n {
			s = append(s, rune(0x5000+r.IntN(3000)))
		}
		return s
	}
	var a, b []rune
	for range r.IntN(5) {
		common := text(6 + r.IntN(22))
		a = slices.Concat(a, text(r.IntN(40)), common)
		other := slices.Clone(common)
		if len(other) > 16 && r.IntN(2) == 0 { // a word in another
			copy(other[len(other)/2:], text(1+r.IntN(2)))
		}
		b = slices.Concat(b, text(r.IntN(40)), other)
	}
	a, b = append(a, text(20+r.IntN(60))...), append(b, text(20+r.IntN(60))...)
	return []dedup.Document{{ID: "a", Text: string(a)}, {ID: "b", Text: string(b)}}
}

// shareMore adds fingerprints to both sketches of a corpus of two documents, in the strip of
// diagonals where they have most in common.
func shareMore(m *Memory, more int) {
	a, b := &m.sketches[0], &m.sketches[1]
	best, at := -1, [2]uint32{}
	for _, p := range a.Fingerprints {
		for _, q := range b.Fingerprints {
			if p.Hash != q.Hash {
				continue
			}
			n := 0
			for _, p2 := range a.Fingerprints {
				for _, q2 := range b.Fingerprints {
					if d := int32(p2.Pos) - int32(q2.Pos) - int32(p.Pos) + int32(q.Pos); p2.Hash == q2.Hash && d >= 0 && d <= 64 {
						n++
					}
				}
			}
			if n > best {
				best, at = n, [2]uint32{p.Pos, q.Pos}
			}
		}
	}
	for i := range more {
		hash := uint64(i)*0x9E3779B97F4A7C15 + 12345
		a.Fingerprints = append(a.Fingerprints, dedup.Fingerprint{Hash: hash, Pos: at[0]})
		b.Fingerprints = append(b.Fingerprints, dedup.Fingerprint{Hash: hash, Pos: at[1]})
	}
}
