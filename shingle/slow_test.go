package shingle

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// slowCut is the slow, obvious twin of Cut: rune by rune, each by its class, with
// no loop for the runes that most texts are made of.
func slowCut(rules Rules, text string) []Unit {
	c := cutter{table: rules.cutTable(), text: text}
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRuneInString(text[i:])
		f := c.table.fold(r)
		switch {
		case c.open == Digit && f.isSeparator():
			if j := c.join(i, r, n); j > 0 {
				i = j
				continue
			}
		case f.class() == Digit:
			c.level(r)
		}
		switch {
		case f.joins():
			n = c.compose(f, i, i+n) - i
		case f.expands():
			c.expand(r, i, i+n)
		default:
			c.add(f, i, i+n)
		}
		i += n
	}
	c.close()
	return c.dst
}

func likeSlowCut(t *testing.T, text string) {
	t.Helper()
	for _, rules := range []Rules{{}, {KeepScript: true}} {
		want := slowCut(rules, text)
		for _, room := range []int{0, 1, 3, len(text)} { // what dst has room for makes no difference
			if got := rules.Cut(make([]Unit, 0, room), text); !slices.Equal(got, want) {
				t.Fatalf("%+v: %q is cut to\n%v, want\n%v", rules, text, got, want)
			}
		}
	}
}

// TestCutLikeSlow sweeps over texts made of what the loops of Cut take and of what
// stops them: every rune of the basic plane between two others, then mixtures.
func TestCutLikeSlow(t *testing.T) {
	for r := range rune(1 << 16) {
		s := string(r)
		text := "新桥" + s + "通a" + s + "b12" + s + "345年" + s
		want := slowCut(Rules{}, text)
		if got := (Rules{}).Cut(nil, text); !slices.Equal(got, want) {
			t.Fatalf("%q is cut to\n%v, want\n%v", text, got, want)
		}
	}
	parts := []string{
		"新", "橋", "，", "。", "\n", " ", "\u3000", "a", "Ab", "é", "e\u0301", "9", "12", "345", ",", "\r\n", "㎡", "①", "１", "³", "₂", "ハ", "\u3099",
		"한", "\u1161", "\u200b", "\xff", "\xe4", "\xe4\xb8", "\xed\xa0\x80", "\xe0\x80\x80", "\xe0\x81\x81", "𠮷", "😀", "ﬁ", "ا", "\u064b", "x\u0301\u0301",
	}
	rng := rand.New(rand.NewPCG(3, 4))
	for range 20000 {
		var b strings.Builder
		for range rng.IntN(14) {
			b.WriteString(parts[rng.IntN(len(parts))])
		}
		likeSlowCut(t, b.String())
	}
	likeSlowCut(t, strings.Repeat("新桥昨天上午，", 300)+strings.Repeat("a ", 300)+"新桥")
}

func FuzzCutLikeSlow(f *testing.F) {
	f.Add("今年72岁的Tom说：“好”，共224 9人、1,234,567元。")
	f.Add("e\u0301\u1112\u1161\u11abハ\u3099\xe4\xb8\xed\xa0\x80 ㎡①ﬁ１２")
	f.Fuzz(likeSlowCut)
}
