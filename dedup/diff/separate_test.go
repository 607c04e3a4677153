package diff

import (
	"fmt"
	"testing"

	"repost/shingle"
)

// meeting returns two strings that written makes, whose hashes are one.
func meeting(t *testing.T, salt uint32, written func(i int) string) (a, b string) {
	t.Helper()
	seen := map[uint32]string{}
	for i := range 2_000_000 {
		s := written(i)
		k := hash(s, salt)
		if other, ok := seen[k]; ok {
			return other, s
		}
		seen[k] = s
	}
	t.Fatal("no two hashes meet")
	return "", ""
}

// Words and numbers whose hashes meet are different all the same.
func TestHashesThatMeet(t *testing.T) {
	word := func(i int) string {
		w := "w"
		for ; i > 0; i /= 26 {
			w += string(rune('a' + i%26))
		}
		return w
	}
	w1, w2 := meeting(t, 1, word)
	d1, d2 := meeting(t, 2, func(i int) string { return fmt.Sprintf("%d.5", i+1) })
	l1, l2 := meeting(t, 2, func(i int) string { return fmt.Sprintf("7%011d", i) })
	for _, c := range [][2]string{{w1, w2}, {d1, d2}, {l1, l2}, {"370", "57620"}, {"12", "-12"}, {"12", "12%"}} {
		a := Side{Text: "The council heard of " + c[0] + " on the first day of the month."}
		b := Side{Text: "The council heard of " + c[1] + " on the first day of the month."}
		if r := Compare(a, b, Options{}); len(r.Changes) == 0 {
			t.Errorf("no change between %s and %s", c[0], c[1])
		}
	}
	for _, c := range [][2]string{{"1,234.50", "1234.50"}, {"１２", "12"}, {"๑๒", "12"}} {
		a, b := tokenize(c[0], shingle.Rules{}), tokenize(c[1], shingle.Rules{})
		x, y := &view{text: c[0], toks: a}, &view{text: c[1], toks: b}
		separate(x, y)
		if a[0].key != b[0].key {
			t.Errorf("%s and %s are two numbers", c[0], c[1])
		}
	}
}
