package diff

import (
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestNarrow(t *testing.T) {
	for _, c := range [][4]string{
		{"三十六", "三十八", "六", "八"},
		{"35%", "3.5%", "", "."},
		{"慢慢", "缓缓", "慢慢", "缓缓"},
		{"清晨的雾", "清早的雾", "晨", "早"},
		{"cafe\u0301", "cafe", "e\u0301", "e"},
		{"a\u0301b", "e\u0301b", "a\u0301", "e\u0301"},
		{"👩\u200d👧", "👩\u200d👦", "👩\u200d👧", "👩\u200d👦"},
		{"不讲话", "讲话", "不", ""},
		{"同", "同", "同", "同"},
	} {
		got := Change{AText: c[0], BText: c[1]}
		got.A.Hi, got.B.Hi = len(c[0]), len(c[1])
		got.narrow()
		if got.AText != c[2] || got.BText != c[3] || got.A.Of(c[0]) != c[2] || got.B.Of(c[1]) != c[3] {
			t.Errorf("%q %q: %q %q, want %q %q", c[0], c[1], got.AText, got.BText, c[2], c[3])
		}
	}
}

// What is left of a change, between what was cut off, is the change.
func TestNarrowKeeps(t *testing.T) {
	piece := rapid.SampledFrom([]string{"三", "十", "3", "\u0301", "\u200d", "\xe4", "\xb8", "é"})
	text := rapid.Custom(func(t *rapid.T) string { return strings.Join(rapid.SliceOfN(piece, 0, 6).Draw(t, "pieces"), "") })
	rapid.Check(t, func(t *rapid.T) {
		a, b := text.Draw(t, "a"), text.Draw(t, "b")
		c := Change{AText: a, BText: b}
		c.A.Hi, c.B.Hi = len(a), len(b)
		c.narrow()
		if a[:c.A.Lo]+c.BText+a[c.A.Hi:] != b || c.A.Of(a) != c.AText || c.B.Of(b) != c.BText {
			t.Errorf("%q %q: %q %q", a, b, c.AText, c.BText)
		}
		if utf8.ValidString(a) && utf8.ValidString(b) && !utf8.ValidString(c.AText+c.BText) {
			t.Errorf("%q %q: cut inside a character", a, b)
		}
	})
}
