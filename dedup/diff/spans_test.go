package diff_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"repost/dedup/diff"
	"repost/shingle"
	"repost/testdata"
)

// TestAnySpans compares pages of sentences in any order, of which any lines are the
// story: passages that moved may shrink to nothing, and the script still gives B.
func TestAnySpans(t *testing.T) {
	var sentences []string
	for _, name := range []string{"web-harvest.txt", "web-bridge.txt", "ferry-repost.txt"} {
		b, err := testdata.FS.ReadFile("news/" + name)
		if err != nil {
			t.Fatal(err)
		}
		ends := func(r rune) bool { return strings.ContainsRune("。，,;\n", r) }
		sentences = append(sentences, strings.FieldsFunc(string(b), ends)...)
	}
	page := rapid.Custom(func(t *rapid.T) diff.Side {
		var s diff.Side
		for _, k := range rapid.SliceOfN(rapid.IntRange(0, 24), 1, 12).Draw(t, "sentences") {
			lo := len(s.Text)
			line := sentences[k]
			if r := []rune(line); rapid.Bool().Draw(t, "cut") {
				line = string(r[rapid.IntRange(0, len(r)/2).Draw(t, "from"):])
			}
			s.Text += line
			if rapid.IntRange(0, 2).Draw(t, "story") > 0 {
				s.Spans = append(s.Spans, shingle.Span{Lo: lo, Hi: len(s.Text)})
			}
			s.Text += rapid.SampledFrom([]string{"，", "。", "\n", "\n\n"}).Draw(t, "end")
		}
		s.Spans = shingle.Union(s.Spans)
		return s
	})
	rapid.Check(t, func(t *rapid.T) {
		a, b := page.Draw(t, "a"), page.Draw(t, "b")
		r := diff.Compare(a, b, diff.Options{})
		got, err := diff.Apply(r.Script, a.Text)
		want := ""
		for _, s := range b.Spans {
			want += s.Of(b.Text)
		}
		if b.Spans == nil {
			want = b.Text
		}
		if err != nil || got != want {
			t.Fatalf("%q, %v, want %q", got, err, want)
		}
	})
}
