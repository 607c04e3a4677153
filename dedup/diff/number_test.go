package diff

import (
	"math/big"
	"testing"

	"pgregory.net/rapid"
)

// TestShiftedIsExact: moving the point is multiplication.
func TestShiftedIsExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringMatching(`[0-9]{1,12}(\.[0-9]{1,10})?`).Draw(t, "s")
		p := rapid.IntRange(2, 8).Draw(t, "p")
		v, _ := new(big.Rat).SetString(s)
		v.Mul(v, new(big.Rat).SetInt(pow10(p)))
		want := canonical(v.FloatString(8))
		if got, ok := shifted(s, p); ok && canonical(got) != want {
			t.Fatalf("%s × 10^%d: %s, want %s", s, p, canonical(got), want)
		}
	})
}

// TestDigitsAlone: a Chinese digit by itself has the value that the reading of longer
// numbers gives it.
func TestDigitsAlone(t *testing.T) {
	for _, r := range "〇○零一二两兩三四五六七八九十" {
		want, _, ok := chineseValue(string(r), 0)
		if got := oneChinese(r); !ok || got != want.String() {
			t.Errorf("%c is %s, want %v", r, got, want)
		}
	}
}
