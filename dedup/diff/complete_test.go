package diff

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"

	"repost/shingle"
	"repost/testdata"
)

// What differs stands in the list. A byte of the story of A that the script does not keep,
// and a byte of that of B that it puts in, is in a change, or in a block that is no part
// of the story; and no two changes are shown over each other.

// unlisted returns what the script changes and no change and no block shows.
func unlisted(a, b Side, r *Result) (out []string) {
	seen := [2][]bool{make([]bool, len(a.Text)), make([]bool, len(b.Text))}
	mark := func(side int, s shingle.Span) {
		for i := max(0, s.Lo); i < min(s.Hi, len(seen[side])); i++ {
			seen[side][i] = true
		}
	}
	for _, c := range r.Changes {
		mark(0, c.A)
		mark(1, c.B)
	}
	for _, k := range r.Blocks {
		if k.Kind == Repeated && !slices.ContainsFunc(r.Changes, func(c Change) bool {
			return c.Repeated && c.A.Lo >= k.A.Lo && c.A.Hi <= k.A.Hi && c.B.Lo >= k.B.Lo && c.B.Hi <= k.B.Hi
		}) && k.A.Of(a.Text) != k.B.Of(b.Text) {
			out = append(out, fmt.Sprintf("what differs in a repeated passage: %q %q", k.A.Of(a.Text), k.B.Of(b.Text)))
		}
		if k.Other && k.Kind != Moved || k.Kind == Repeated {
			mark(0, k.A)
			mark(1, k.B)
		}
	}
	for _, m := range r.MaskedA {
		mark(0, m.Span)
	}
	for _, m := range r.MaskedB {
		mark(1, m.Span)
	}
	kept := make([]bool, len(a.Text))
	report := func(side int, text string, s shingle.Span) {
		for i := s.Lo; i < s.Hi; i++ {
			if r, _ := utf8.DecodeRuneInString(text[i:]); !seen[side][i] && utf8.RuneStart(text[i]) && says(r) {
				out = append(out, fmt.Sprintf("side %d: %q at %d", side, s.Of(text), s.Lo))
				return
			}
		}
	}
	for _, op := range r.Script {
		switch op.Kind {
		case Copy, Move:
			for i := op.A.Lo; i < op.A.Hi; i++ {
				kept[i] = true
			}
		}
	}
	for _, op := range r.Script {
		switch op.Kind {
		case Delete:
			for i := op.A.Lo; i < op.A.Hi; {
				j := i
				for j < op.A.Hi && !kept[j] {
					j++
				}
				report(0, a.Text, shingle.Span{Lo: i, Hi: j})
				i = j + 1
			}
		case Insert:
			report(1, b.Text, op.B)
		}
	}
	return out
}

// says reports whether r is more than white space and what nobody sees.
func says(r rune) bool {
	switch _, class := (shingle.Rules{}).Fold(r); class {
	case shingle.Space, shingle.Ignorable, shingle.Mark:
		return false
	}
	return !unicode.In(r, unicode.C, unicode.M)
}

// overlaps returns the changes that are shown over each other.
func overlaps(r *Result) (out []string) {
	for i, x := range r.Changes {
		for _, y := range r.Changes[i+1:] {
			if !x.Repeated && !y.Repeated && (x.A.Overlaps(y.A) || x.B.Overlaps(y.B)) {
				out = append(out, fmt.Sprintf("%s %s %q→%q over %s %s %q→%q", x.Grade, x.Class, x.AText, x.BText, y.Grade, y.Class, y.AText, y.BText))
			}
		}
	}
	return out
}

func TestNothingUnlisted(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := stories(t)
		a, b = Side{Text: a.Text}, Side{Text: b.Text}
		r := check(t, a, b, Options{})
		for _, bad := range append(unlisted(a, b, r), overlaps(r)...) {
			t.Errorf("%q | %q: %s", a.Text, b.Text, bad)
		}
	})
}

// mixed are texts of paragraphs that are moved, doubled, left out and altered.
func mixed(t *rapid.T) (a, b string) {
	words := []string{"市长", "公布", "新桥", "方案", "造价", "三百万元", "工期", "两年", "居民", "表示", "欢迎", "不会", "影响", "交通", "记者", "王小明", "6月12日", "星期六", "上午",
		" the ", " mayor ", " said ", " nothing ", " about ", " 300 dollars ", " on Monday ", "мост ", "построят ", "الجسر ", "다리를 ", "橋を", "造る", "สะพาน"}
	ends := []string{"。", "，", "！\n", "”。", ".\n\n", "6月12日。", "\n\n"}
	sentence := rapid.Custom(func(t *rapid.T) string {
		var s strings.Builder
		for _, w := range rapid.SliceOfN(rapid.SampledFrom(words), 2, 14).Draw(t, "words") {
			s.WriteString(w)
		}
		return s.String() + rapid.SampledFrom(ends).Draw(t, "end")
	})
	parts := rapid.SliceOfN(sentence, 1, 9).Draw(t, "sentences")
	other := slices.Clone(parts)
	for range rapid.IntRange(1, 5).Draw(t, "edits") {
		i, j := rapid.IntRange(0, len(other)-1).Draw(t, "i"), rapid.IntRange(0, len(other)-1).Draw(t, "j")
		switch rapid.IntRange(0, 6).Draw(t, "edit") {
		case 0:
			other[i], other[j] = other[j], other[i]
		case 1:
			other[i] = sentence.Draw(t, "new")
		case 2:
			other = append(other, other[j])
		case 3:
			other = append(other, strings.ReplaceAll(other[j], rapid.SampledFrom(words).Draw(t, "old"), rapid.SampledFrom(words).Draw(t, "by")))
		case 4:
			r := []rune(other[i] + "。")
			k := rapid.IntRange(0, len(r)-1).Draw(t, "at")
			other[i] = string(r[:k]) + rapid.SampledFrom(words).Draw(t, "word") + string(r[min(len(r), k+rapid.IntRange(0, 2).Draw(t, "cut")):])
		case 5:
			other[0] = rapid.SampledFrom([]string{"快讯：", "BREAKING: ", "（记者李明）", "本报讯 "}).Draw(t, "before") + other[0]
		default:
			other[i] = ""
		}
	}
	return strings.Join(parts, ""), strings.Join(other, "")
}

func TestNothingUnlistedOfPassages(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x, y := mixed(t)
		a, b := Side{Text: x}, Side{Text: y}
		r := check(t, a, b, Options{})
		for _, bad := range append(unlisted(a, b, r), overlaps(r)...) {
			t.Errorf("%q | %q: %s", a.Text, b.Text, bad)
		}
	})
}

// TestNothingUnlistedOfCases asks the same of the cases and of the sentences that rules are
// measured on.
func TestNothingUnlistedOfCases(t *testing.T) {
	holds := func(name, a, b string) {
		for _, p := range [][2]Side{{{Text: a}, {Text: b}}, {{Text: b}, {Text: a}}} {
			r := check(t, p[0], p[1], Options{})
			for _, bad := range append(unlisted(p[0], p[1], r), overlaps(r)...) {
				t.Errorf("%s: %s", name, bad)
			}
		}
	}
	cases, err := testdata.Diffs()
	if err != nil || len(cases) == 0 {
		t.Fatalf("%d cases: %v", len(cases), err)
	}
	for _, c := range cases {
		holds(c.Name, c.A, c.B)
	}
	holds("a byline in a passage in place", "□文/摄 李明（记者李明）□文/摄 李明", "□文/摄 李明□文/摄 李明谷雨前一天，云雾还没从山腰散开。（记者李明）")
	for _, table := range []string{sentenceTable, readTable, swapTable} {
		for k, s := range swaps(t, table) {
			holds(fmt.Sprint("sentence ", k+1), s.a, s.b)
		}
	}
}
