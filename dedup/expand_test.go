package dedup_test

import (
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"repost/dedup/cluster"
	"repost/dedup/detect"
	"repost/shingle"
)

// checkSpans holds that spans are bytes of text that a reader can be shown.
func checkSpans(t interface{ Errorf(string, ...any) }, text string, spans []shingle.Span) {
	at := -1
	for _, s := range spans {
		if s.Lo <= at || s.Hi <= s.Lo || s.Hi > len(text) {
			t.Errorf("spans %v of a text of %d bytes", spans, len(text))
			return
		}
		at = s.Hi
		if !boundary(text, s.Lo) || !boundary(text, s.Hi) {
			t.Errorf("span %v cuts a character", s)
		}
	}
}

// boundary reports whether a character of text begins at i, or a byte that is
// part of none.
func boundary(text string, i int) bool {
	for lo := max(0, i-3); lo < i; lo++ {
		if r, n := utf8.DecodeRuneInString(text[lo:]); (r != utf8.RuneError || n > 1) && lo+n > i && utf8.RuneStart(text[lo]) {
			return false
		}
	}
	return true
}

// anyText draws texts of Han sentences, headlines, Latin, figures, quotation
// marks, broken bytes and white space.
func anyText() *rapid.Generator[string] {
	piece := rapid.OneOf(
		rapid.StringOfN(rapid.RuneFrom([]rune("中文新闻报道记者今天从市里了解到项目建设顺利推进𠮷")), 1, 40, -1),
		rapid.SampledFrom([]string{"。", "！”", "“", "，", "\n", "\n\n", " ", "（", "）。\n", "35%", "2024", " and the ", "é", "é", "\xff\xfe", "\xe4\xb8", "👩‍👩‍👧", "\u200b", "㎡"}),
		rapid.StringN(0, 6, -1),
	)
	return rapid.Custom(func(t *rapid.T) string {
		s := ""
		for _, p := range rapid.SliceOfN(piece, 0, 40).Draw(t, "pieces") {
			s += p
		}
		return s
	})
}

// Whatever units are asked for, the spans are ascending, disjoint, inside of the text,
// cut no character, and hold all the units.
func TestExpandSpans(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := detect.DefaultScheme.Prepare(anyText().Draw(t, "text"))
		var ivs []cluster.Interval
		if n := len(text.Units); n > 0 {
			for range rapid.IntRange(0, 6).Draw(t, "parts") {
				lo := rapid.IntRange(0, n-1).Draw(t, "lo")
				ivs = append(ivs, cluster.Interval{Lo: int32(lo), Hi: int32(rapid.IntRange(lo+1, n).Draw(t, "hi"))})
			}
		}
		set := cluster.Of(ivs)
		for _, single := range []bool{false, true} {
			spans := detect.ExpandSpans(text, set, single)
			checkSpans(t, text.Source, spans)
			for _, v := range set {
				for _, u := range text.Units[v.Lo:v.Hi] {
					if covers(spans, int(u.Lo), int(u.Hi)) != "all" {
						t.Fatalf("unit %v of %v is not in %v", u, v, spans)
					}
				}
			}
		}
	})
}

// TestExpandSpansKeepsOpenings: a text keeps the bracket, quotation mark or sign that it
// begins with.
func TestExpandSpansKeepsOpenings(t *testing.T) {
	for _, s := range []string{
		"[Photos] Mill burns down at Hale", "“Old mill” burns down", "$5 million for the mill", "¿Quién abrió la compuerta?",
		"【快讯】河口水渠修好了", "《茶经》新版面世", "（图）老桥修缮完工", "〈春の市〉が開く", "«Le moulin» a brûlé",
	} {
		text := detect.DefaultScheme.Prepare(s)
		all := cluster.Of([]cluster.Interval{{Lo: 0, Hi: int32(len(text.Units))}})
		if spans := detect.ExpandSpans(text, all, true); len(spans) != 1 || spans[0].Lo != 0 {
			t.Errorf("%q begins at %v", s, spans)
		}
	}
}

// Spans are whole sentences where that costs little.
func TestExpandSpansIsWhole(t *testing.T) {
	text := "晨雾散去，渡口开船。船老大说：“今天有风。”他收了缆绳。\n另一则消息与此无关，占满一行，讲的是别的事情，而且讲得很长。"
	tests := []struct{ words, want string }{
		{"渡口开船", "晨雾散去，渡口开船。"},
		{"今天有风", "船老大说：“今天有风。”"},
		{"他收了缆绳", "他收了缆绳。"},
		{"船老大说今天有风他收了缆绳", "船老大说：“今天有风。”他收了缆绳。"},
	}
	p := detect.DefaultScheme.Prepare(text)
	for _, tt := range tests {
		words := detect.DefaultScheme.Prepare(tt.words).IDs
		for lo := 0; lo+len(words) <= len(p.IDs); lo++ {
			if !equal(p.IDs[lo:lo+len(words)], words) {
				continue
			}
			spans := detect.ExpandSpans(p, cluster.Set{{Lo: int32(lo), Hi: int32(lo + len(words))}}, false)
			if len(spans) != 1 || spans[0].Of(text) != tt.want {
				t.Errorf("%s is carved as %v, want %q", tt.words, spans, tt.want)
			}
		}
	}
}

func equal(a, b []uint32) bool {
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return len(a) == len(b)
}
