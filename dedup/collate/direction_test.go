package collate

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"repost/shingle"
	"repost/shingle/mask"
)

// TestDirectionOfPageCredit: a page names whom it has a text from outside of the text, and a
// file whose source is known from its credit alone is a copy all the same, less surely.
func TestDirectionOfPageCredit(t *testing.T) {
	const text = "望江大桥的最后一根拉索昨天张拉到位，工人们在桥面上合影。大桥计划年底通车，到时过江只要五分钟。"
	paper := Version{Key: "paper", Source: "江畔日报", Date: "2025-04-01", Text: text}
	for _, c := range []struct {
		copied Version
		want   Hypothesis
		odds   float64
	}{
		{Version{Source: "云岭新闻网", Credit: "江畔日报", Date: "2025-04-02", Text: text}, BFromA, oddsCredit * oddsDays},
		{Version{Source: "江畔日报", Credit: "江畔日报", Date: "2025-04-02", Text: text}, BFromA, oddsCreditAlone * oddsDays},
		{Version{Source: "江畔日报", Credit: "江畔日报", Text: text}, Undetermined, oddsCreditAlone},
		{Version{Source: "云岭新闻网", Credit: "柳湾晚报", Date: "2025-04-02", Text: text}, Undetermined, oddsDays},
	} {
		c.copied.Key = "copy"
		if v := Direction(paper, c.copied, nil); v.Verdict != c.want || v.Odds != c.odds {
			t.Errorf("%+v: %s at odds of %v: %+v", c.copied, v.Verdict, v.Odds, v.Evidence)
		}
	}
}

// TestDirectionOfAnything: whatever the texts, spans and dates, there is a verdict
// only at decisive odds, every piece of evidence lies in its text, and nothing
// speaks of a text compared with itself.
func TestDirectionOfAnything(t *testing.T) {
	piece := rapid.OneOf(
		rapid.SampledFrom([]string{
			"来源：江畔日报\n", "据江畔日报报道，", "版权归云岭新闻网所有。", "侯向远说，路通了。", "保向远说，路通了。", "\n\n", "via ", "Marlow Herald", "……阅读全文",
			"望江大桥的最后一根拉索张拉到位", "。", "\xff",
		}),
		rapid.StringN(0, 5, -1))
	side := func(t *rapid.T, name string) Version {
		v := Version{
			Key: name, Text: strings.Join(rapid.SliceOfN(piece, 0, 10).Draw(t, name), ""),
			Source: rapid.SampledFrom([]string{"", "江畔日报", "云岭新闻网", "Marlow Herald", "x"}).Draw(t, "source"),
			Credit: rapid.SampledFrom([]string{"", "", "江畔日报", "Marlow Herald"}).Draw(t, "credit"),
			Date:   rapid.SampledFrom([]string{"", "2025-04-01", "2025-04-02 08:00", "soon"}).Draw(t, "date"),
		}
		v.Masks = mask.Find(v.Text)
		if rapid.IntRange(0, 3).Draw(t, "carved") == 0 {
			v.Spans = []shingle.Span{{Lo: rapid.IntRange(-1, 40).Draw(t, "lo"), Hi: rapid.IntRange(-1, 99).Draw(t, "hi")}}
		}
		return v
	}
	rapid.Check(t, func(t *rapid.T) {
		a, b := side(t, "a"), side(t, "b")
		v := Direction(a, b, nil, side(t, "c"), side(t, "d"))
		if (v.Verdict == Undetermined) != (v.Odds < Decisive) || v.Odds < 1 {
			t.Fatalf("%s at odds of %v", v.Verdict, v.Odds)
		}
		for _, e := range v.Evidence {
			text := a.Text
			if e.Side == "b" {
				text = b.Text
			}
			if e.Odds <= 1 || e.Name == "" || e.Text == "" || e.Span.Lo < 0 || e.Span.Hi < e.Span.Lo || e.Span.Hi > len(text) {
				t.Fatalf("evidence %+v", e)
			}
		}
		twin := a
		twin.Key = "twin"
		if v := Direction(a, twin, nil); v.Verdict == AFromB || v.Verdict == BFromA {
			t.Fatalf("of a text and itself: %+v", v)
		}
	})
}

// article returns an article of about 1,000 characters; each version changes a few
// of its sentences.
func article(version int) string {
	var b strings.Builder
	for i := range 25 {
		n := 1000 + 37*i
		if (i+version)%25 == 0 {
			n += version
		}
		fmt.Fprintf(&b, "第%d次巡查，工作人员在河堤的第%d号桩前停下来，量出的水位是%d毫米，比前一天又低了一些。", i+1, i*3+1, n)
	}
	return b.String()
}

func stories(n int) []Version {
	out := make([]Version, n)
	for i := range out {
		out[i] = Version{Key: fmt.Sprintf("v%03d", i), Text: article(i), Date: time.Date(2025, 1, 1+i, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)}
	}
	return out
}

// TestBounded: more texts than the limit are said to be left out, the base is not
// among them, and copies do not count.
func TestBounded(t *testing.T) {
	vs := stories(9)
	copied := vs[8]
	copied.Key = "copy"
	c, err := Collate(append(vs, copied), Options{Base: "copy", Limit: 3})
	if err != nil {
		t.Fatal(err)
	}
	check(t, c)
	last := c.Witnesses[2]
	if len(c.Witnesses) != 3 || last.Key != "copy" || c.Base != last.Siglum || last.Count() != 2 {
		t.Errorf("witnesses %+v", c.Witnesses)
	}
	if len(c.Caps) != 1 || !strings.HasPrefix(c.Caps[0], "of 9 different texts ") {
		t.Errorf("caps %q", c.Caps)
	}
}

// TestWrongVersions: what cannot be collated is said.
func TestWrongVersions(t *testing.T) {
	v := Version{Key: "v", Text: "x"}
	for want, call := range map[string]func() error{
		"no versions":                   func() error { _, err := Collate(nil, Options{}); return err },
		`two versions have the key "v"`: func() error { _, err := Collate([]Version{v, v}, Options{}); return err },
		`no version has the key "w"`:    func() error { _, err := Collate([]Version{v}, Options{Base: "w"}); return err },
	} {
		if err := call(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

func BenchmarkCollate(b *testing.B) {
	for _, n := range []int{5, 50, 200} {
		vs := stories(n)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.SetBytes(int64(n * len(vs[0].Text)))
			for b.Loop() {
				if _, err := Collate(vs, Options{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
