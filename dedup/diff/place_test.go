package diff

import (
	"strings"
	"testing"

	"repost/shingle"
)

// TestShortTextsStay: what two texts of a dozen characters share stands where it
// stood, though it is short.
func TestShortTextsStay(t *testing.T) {
	for _, p := range [][2]string{
		{"快讯：市气象台发布大风预警\n", "快讯:市气象台发布大风预警。\n"},
		{"大风预警发布\n", "大风预警已发布\n"},
		{"gale warning\n", "Gale warning!\n"},
	} {
		r := check(t, Side{Text: p[0]}, Side{Text: p[1]}, Options{})
		if r.Summary.Moved != 0 {
			t.Errorf("%q → %q: %d moved: %+v", p[0], p[1], r.Summary.Moved, r.Blocks)
		}
	}
}

// TestOutsideStays: a line outside the story that stands in the same order on both
// sides moved nowhere; of two that changed places, one did.
func TestOutsideStays(t *testing.T) {
	const (
		story  = "望江大桥的最后一根拉索昨天张拉到位，全桥的钢箱梁随即合龙。施工单位说，通车时间没有变。"
		first  = "大桥主塔远眺风光。"
		second = "工人检查拉索锚头。"
	)
	side := func(lines ...string) Side {
		text := strings.Join(lines, "\n") + "\n"
		lo := strings.Index(text, story)
		return Side{Text: text, Spans: []shingle.Span{{Lo: lo, Hi: lo + len(story)}}}
	}
	in := func(s Side, line string) Side { // the story has line too
		at := strings.Index(s.Text, line)
		s.Spans = shingle.Union(append(s.Spans, shingle.Span{Lo: at, Hi: at + len(line)}))
		return s
	}
	a := side(first, story, second)
	for _, c := range []struct {
		name  string
		a, b  Side
		moved int
	}{
		{"same", a, a, 0},
		{"another line before", a, side("本报讯", first, story, second), 0},
		{"of the story in the second", a, in(a, first), 0},
		{"to the end", a, side(story, second, first), 1},
		{"one behind the other", side(story, first, second), side(story, second, first), 1},
	} {
		if r := check(t, c.a, c.b, Options{}); r.Summary.Moved != c.moved || len(r.Changes) != 0 {
			t.Errorf("%s: %d moved, want %d; changes %+v, blocks %+v", c.name, r.Summary.Moved, c.moved, r.Changes, r.Blocks)
		}
	}
}
