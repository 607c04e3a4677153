package prefilter

import (
	"regexp"
	"regexp/syntax"
	"testing"

	"pgregory.net/rapid"
)

// TestNeeds: what is read off an expression.
func TestNeeds(t *testing.T) {
	for _, c := range []struct {
		expr      string
		has, none []string
	}{
		{`[0-9]{1,2}月`, []string{"3月", "2021年12月"}, []string{"", "月", "三月", "3 月", "12"}},
		{`\b(?:art\.|articles?)\s*[0-9]`, []string{"articles 3", "art.9"}, []string{"part 9", "article", "a 9"}},
		{`(?i)may (?:1|2)`, []string{"MAY 1", "dismay 2"}, []string{"may 3", "my 1"}},
		{`(?i)[ks]ilo`, []string{"\u212Ailo", "\u017Filo", "KILO"}, []string{"pilo"}},
		{`(?:x|yz)+q?`, []string{"x", "yz"}, []string{"y", "z", "q"}},
		{`第\s*[一二三]+\s*条`, []string{"第 三 条"}, []string{"第", "三"}},
		{`(?i)полдень`, []string{"ПОЛДЕНЬ", "полдень"}, []string{"полночь"}},
		{`.*`, []string{""}, nil},
	} {
		var f Filter
		needs := f.Add(c.expr)
		for _, s := range c.has {
			if f.In(s)&needs != needs {
				t.Errorf("%s: must let %q through", c.expr, s)
			}
		}
		for _, s := range c.none {
			if f.In(s)&needs == needs {
				t.Errorf("%s: lets %q through", c.expr, s)
			}
		}
	}
}

// TestNeverLosesAMatch: whatever an expression matches passes its filter, and a Regexp finds
// what regexp finds.
func TestNeverLosesAMatch(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		expr := exprs(3).Draw(t, "expr")
		if rapid.Bool().Draw(t, "fold") {
			expr = "(?i)" + expr
		}
		if _, err := syntax.Parse(expr, syntax.Perl); err != nil {
			t.Skip(err)
		}
		re, filtered := regexp.MustCompile(expr), MustCompile(expr)
		s := rapid.StringOf(rapid.SampledFrom([]rune("abkKsSſ\u212A01 .年月日ДдЯ"))).Draw(t, "text")
		if re.MatchString(s) != filtered.MatchString(s) || re.ReplaceAllString(s, "_") != filtered.ReplaceAllString(s, "_") {
			t.Fatalf("%s does not find in %q what it should", expr, s)
		}
	})
}

// exprs makes expressions of a given depth.
func exprs(depth int) *rapid.Generator[string] {
	leaf := rapid.SampledFrom([]string{"a", "b", "k", "s", "年", "月", "д", "0", "1", "[0-9]", "[a-c]", "[年月日]", `\d`, `\b`, ".", " ", `\pL`, "^", "$", "[^a]", "as", "k1"})
	if depth == 0 {
		return leaf
	}
	sub := exprs(depth - 1)
	return rapid.OneOf(leaf,
		rapid.Custom(func(t *rapid.T) string {
			return "(?:" + sub.Draw(t, "x") + ")" + rapid.SampledFrom([]string{"?", "*", "+", "{1,2}", "{2}", "{0,3}"}).Draw(t, "times")
		}),
		rapid.Custom(func(t *rapid.T) string { return "(?:" + sub.Draw(t, "x") + "|" + sub.Draw(t, "y") + ")" }),
		rapid.Custom(func(t *rapid.T) string { return sub.Draw(t, "x") + sub.Draw(t, "y") + sub.Draw(t, "z") }))
}
