package shingle_test

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"repost/shingle"
)

func ExampleShingles() {
	rules := shingle.Rules{}
	a := shingle.Shingles(nil, rules.Cut(nil, "新桥昨天上午，正式通车。"), 5)
	b := shingle.Shingles(nil, rules.Cut(nil, "新橋昨天上午正式通車"), 5)
	fmt.Println(len(a), slices.Equal(a, b))
	// Output: 6 true
}

// runs is the slow twin of Shingles: it spells every shingle as its units.
func runs(units []shingle.Unit, k int) []string {
	var out []string
	spell := func(us []shingle.Unit) string {
		s := ""
		for _, u := range us {
			s += fmt.Sprint(u.ID, " ")
		}
		return s
	}
	for lo := range units {
		width, hi := 0, lo
		for hi < len(units) && (hi == lo || width < 2*k) {
			width += units[hi].Halves()
			hi++
		}
		if width < 2*k {
			break
		}
		out = append(out, spell(units[lo:hi]))
	}
	if len(units) > 0 && len(out) == 0 {
		out = append(out, spell(units))
	}
	return out
}

func TestShinglesAreTheirRuns(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ids := rapid.SampledFrom([]uint32{'新', '桥', '天', 'ท', 'ម', 1<<31 | 5, 1<<31 | 6, 1<<30 | 5, 1<<30 | 6})
		var units []shingle.Unit
		for _, id := range rapid.SliceOfN(ids, 0, 40).Draw(t, "ids") {
			units = append(units, shingle.Unit{ID: id})
		}
		k := rapid.IntRange(0, 9).Draw(t, "k")
		got, want := shingle.Shingles(nil, units, k), runs(units, k)
		if len(got) != len(want) {
			t.Fatalf("k=%d: %d shingles of %v, want %d", k, len(got), units, len(want))
		}
		hashes := map[string]uint64{}
		seen := map[uint64]string{}
		for i, run := range want {
			if h, ok := hashes[run]; ok && h != got[i] {
				t.Fatalf("k=%d: the run %s has two hashes", k, run)
			}
			if other, ok := seen[got[i]]; ok && other != run {
				t.Fatalf("k=%d: %s and %s have one hash", k, run, other)
			}
			hashes[run], seen[got[i]] = got[i], run
		}
	})
}

func TestShinglesOfSpacedScriptsAreShorter(t *testing.T) {
	rules := shingle.Rules{}
	units := rules.Cut(nil, "The new bridge was opened on Tuesday morning")
	if got, want := len(shingle.Shingles(nil, units, 8)), len(units)-4+1; got != want {
		t.Errorf("%d shingles of width 8 in %d words, want %d of four words each", got, len(units), want)
	}
	if got := len(shingle.Shingles(nil, units[:2], 8)); got != 1 {
		t.Errorf("%d shingles of a text shorter than one", got)
	}
}

func TestShinglesOfLettersAreLonger(t *testing.T) {
	for _, text := range []string{"ชาวบ้านริมคลองช่วยกันต่อเรือห้องสมุด", "ชาวบ้านริมคลองช่วยกันต่อเรือ", "ວັນອາທິດທີ່ຜ່ານມາມີຝົນຕົກ"} {
		units := shingle.Rules{}.Cut(nil, text)
		if got, want := len(shingle.Shingles(nil, units, 8)), len(units)-16+1; got != want {
			t.Errorf("%d shingles of width 8 in %d letters, want %d of sixteen letters each", got, len(units), want)
		}
	}
}

func TestShinglesStayTheSame(t *testing.T) { // they are stored
	got := shingle.Shingles(nil, shingle.Rules{}.Cut(nil, "新桥 bridge 2013 é"), 3)
	want := []uint64{0xd53258389fa8fd22, 0xb0867a3bd1f85745, 0xd0a0b2dc9e636086, 0xa24758c474b49082}
	if !slices.Equal(got, want) {
		t.Errorf("the shingles are %#x, were %#x", got, want)
	}
}

func BenchmarkShingles(b *testing.B) {
	units := shingle.Rules{}.Cut(nil, chinese)
	var dst []uint64
	b.SetBytes(int64(len(chinese)))
	for b.Loop() {
		dst = shingle.Shingles(dst[:0], units, 8)
	}
}
