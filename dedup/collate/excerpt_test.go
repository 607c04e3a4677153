package collate

import (
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"repost/shingle"
	"repost/shingle/mask"
)

// TestExcerptStandsInText: what is kept of a version stands in its text where it is said
// to, whatever the spans, and what is kept of a long one does not grow with the page.
func TestExcerptStandsInText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		page := strings.Repeat("江畔的大桥今天通车，a resident said.\n", rapid.IntRange(1, 3000).Draw(t, "lines"))
		v := Version{Text: page}
		for range rapid.IntRange(0, 4).Draw(t, "spans") {
			lo := rapid.IntRange(-5, len(page)+5).Draw(t, "lo")
			v.Spans = append(v.Spans, shingle.Span{Lo: lo, Hi: lo + rapid.IntRange(0, 600).Draw(t, "length")})
			lo = rapid.IntRange(0, len(page)).Draw(t, "mask")
			v.Masks = append(v.Masks, mask.Mask{Span: shingle.Span{Lo: lo, Hi: min(len(page), lo+40)}, Reason: mask.Footer})
		}
		e := excerptOf(&v)
		if len(page) > wholeBytes && v.Spans != nil && len(e.Text) > max(len(page)/2, 2600*(len(v.Spans)+1))+10 {
			t.Fatalf("%d bytes are kept of %d for %d spans", len(e.Text), len(page), len(v.Spans))
		}
		length := 0
		for _, s := range e.Spans {
			length += s.Hi - s.Lo
			if s.Hi <= len(e.Text) && s.Lo >= 0 && s.Of(e.Text) != e.whole(s).Of(page) {
				t.Fatalf("%q is %q in the text", s.Of(e.Text), e.whole(s).Of(page))
			}
		}
		want := 0
		for _, s := range clamp(v.Spans, len(page)) {
			want += s.Hi - s.Lo
		}
		if e.parts != nil && length != want {
			t.Fatalf("spans of %d bytes become %d", want, length)
		}
		for _, m := range e.Masks {
			if e.parts != nil && m.Span.Of(e.Text) != e.whole(m.Span).Of(page) {
				t.Fatalf("mask %q is %q", m.Span.Of(e.Text), e.whole(m.Span).Of(page))
			}
		}
	})
}

// TestDirectionOnPages: evidence by a story on a long page is what it is on a short one,
// and is quoted from where it stands.
func TestDirectionOnPages(t *testing.T) {
	other := strings.Repeat("别的事情还有很多，一件一件地写在这里。\n", 2000)
	part := "据江畔日报报道，青石镇的水厂开始供水，每天可以供水三千吨，村民都很高兴，说水比从前甜得多。\n"
	story := Version{Key: "story", Source: "江畔日报", Date: "2025-07-01", Text: part}
	alone := Version{Key: "page", Source: "云岭新闻网", Date: "2025-07-02", Text: part, Spans: []shingle.Span{{Lo: 0, Hi: len(part)}}}
	page := alone
	page.Text = other + part + other
	page.Spans = []shingle.Span{{Lo: len(other), Hi: len(other) + len(part)}}
	want, got := Direction(alone, story, nil), Direction(page, story, nil)
	for i := range got.Evidence {
		e := &got.Evidence[i]
		if e.Side == "a" && !strings.Contains(e.Span.Of(page.Text), "据江畔日报报道") {
			t.Errorf("%s quotes %q", e.Name, e.Span.Of(page.Text))
		}
		e.Span, want.Evidence[i].Span = shingle.Span{}, shingle.Span{}
	}
	if !reflect.DeepEqual(got, want) || want.Verdict != AFromB {
		t.Errorf("on a page %+v, alone %+v", got, want)
	}
}
