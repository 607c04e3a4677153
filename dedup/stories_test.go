package dedup_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"repost/dedup"
	"repost/dedup/detect"
)

// together reports whether two documents are in one story.
func together(m *detect.Memory, a, b string) bool {
	return slices.ContainsFunc(m.Stories(), func(s dedup.Story) bool {
		ids := members(m, &s)
		return slices.Contains(ids, a) && slices.Contains(ids, b)
	})
}

// TestChainsDoNotJoin: A overlaps B and B overlaps C, but A and C share nothing:
// they are not one story.
func TestChainsDoNotJoin(t *testing.T) {
	for seed := range uint64(10) {
		w := newWriter(100 + seed)
		p := w.story(12)
		m := withStories(t, doc("a", text(p[:6])), doc("b", text(p[3:9])), doc("c", text(p[6:])))
		if together(m, "a", "c") {
			t.Errorf("seed %d: a and c meet:%s", seed, show(m))
		}
	}
}

// TestPagesAreNoBridges: two stories stand on a page, one after the other or
// paragraph by paragraph. Their reposts never meet, each has its own part of the
// page, and the page's parts are disjoint.
func TestPagesAreNoBridges(t *testing.T) {
	for seed := range uint64(12) {
		w := newWriter(200 + seed)
		x, y := w.story(4+int(seed%3)), w.story(4)
		page := text(w.sentence(9), x, y)
		if seed%2 == 1 {
			var mixed []string
			for i := range x {
				mixed = append(mixed, x[i])
				if i < len(y) {
					mixed = append(mixed, y[i])
				}
			}
			page = text(mixed)
		}
		m := withStories(t, doc("page", page),
			doc("x1", text(w.sentence(14), w.edited(text(x), 4))), doc("x2", w.edited(text(x), 2)),
			doc("y1", text(y, w.sentence(18))), doc("y2", w.edited(text(y), 5)))
		if sx, sy := storyOf(m, "page", "x1", "x2"), storyOf(m, "page", "y1", "y2"); sx == nil || sy == nil || len(m.Stories()) != 2 {
			t.Errorf("seed %d:%s", seed, show(m))
			continue
		}
		for i, story := range [][]string{x, y} {
			other := [][]string{y, x}[i]
			s := storyOf(m, "page", []string{"x1", "y1"}[i], []string{"x2", "y2"}[i])
			k := slices.IndexFunc(s.Members, func(k dedup.Member) bool { return m.Document(k.Doc).ID == "page" })
			for _, p := range story {
				if lo := strings.Index(page, p); covers(s.Members[k].Spans, lo, lo+len(p)) != "all" {
					t.Errorf("seed %d: a paragraph is not in its story", seed)
				}
			}
			for _, p := range other {
				if lo := strings.Index(page, p); covers(s.Members[k].Spans, lo, lo+len(p)) != "none" {
					t.Errorf("seed %d: a paragraph is in the other story", seed)
				}
			}
		}
	}
}

// TestFootersDoNotJoin: short stories under one footer several times as long are
// alone, whether the outlet is known or not.
func TestFootersDoNotJoin(t *testing.T) {
	for _, source := range []string{"", "甲报"} {
		for _, n := range []int{2, 5, 40} {
			for _, own := range []int{15, 30} {
				w := newWriter(300)
				footer := []string{w.sentence(90), w.sentence(120), w.sentence(80)}
				if n == 2 || own < 30 && n < 20 {
					footer = footer[:1] // no text alone says that 300 characters in two documents are a footer
				}
				var docs []dedup.Document
				for i := range n {
					docs = append(docs, dedup.Document{ID: fmt.Sprintf("d%02d", i), Source: source, Text: text(w.sentence(own), w.sentence(own+10), footer)})
				}
				if m := withStories(t, docs...); len(m.Stories()) > 0 {
					t.Errorf("%d documents of %q: %d stories, the first of %v", n, source, len(m.Stories()), members(m, &m.Stories()[0]))
				}
			}
		}
	}
}

// TestQuotedSpeech: one speech is quoted in ten reports. Whatever story the
// quotation makes, nothing of the reports around it is claimed.
func TestQuotedSpeech(t *testing.T) {
	for seed := range uint64(4) {
		w := newWriter(400 + seed)
		speech := strings.Join(w.story(2), "")
		var docs []dedup.Document
		own := map[string][]string{}
		for i := range 10 {
			id := fmt.Sprintf("r%d", i)
			before, after := w.story(2+i%3), w.story(3)
			own[id] = slices.Concat(before, after)
			docs = append(docs, doc(id, text(before, "“"+speech+"”", after)))
		}
		m := withStories(t, docs...)
		for _, d := range docs {
			spans := spansOf(m, d.ID)
			for _, p := range own[d.ID] {
				if lo := strings.Index(d.Text, p); covers(spans, lo, lo+len(p)) != "none" {
					t.Errorf("seed %d: %s: a paragraph beside the quotation is claimed", seed, d.ID)
				}
			}
		}
	}
}

// TestShortTexts: texts shorter than a shingle are kept and matched.
func TestShortTexts(t *testing.T) {
	tests := []struct {
		a, b string
		want dedup.Relation
	}{
		{"已复课", "已复课", dedup.Identical},
		{"已复课", "已复课。", dedup.SameText},
		{"已复课", "已停课", dedup.Unrelated},
		{"雨", "雨", dedup.Identical},
		{"雨", "《雨》", dedup.SameText},
		{"雨", "雪", dedup.Unrelated},
		{"快讯：大桥通车", "快讯: 大桥通车", dedup.SameText},
		{"Rain", "rain!", dedup.SameText},
		{"", "", dedup.Identical},
		{"", "。", dedup.Unrelated},
		{"……", "。", dedup.Unrelated},
	}
	for _, tt := range tests {
		if got := relate(tt.a, tt.b); got.Kind != tt.want {
			t.Errorf("%q and %q are %+v, want %s", tt.a, tt.b, got, tt.want)
		}
		m := withStories(t, doc("a", tt.a), doc("b", tt.b), doc("c", "今天没有别的消息"))
		live := len(detect.DefaultScheme.Prepare(tt.a).IDs) > 0
		if want := live && tt.want != dedup.Unrelated; together(m, "a", "b") != want {
			t.Errorf("%q and %q in one story is %v", tt.a, tt.b, !want)
		}
	}
}

// TestStrangeTexts: what is no text makes no trouble: it ends, without a panic or a span that is
// none. (detect.TestHostileCorpora counts steps.)
func TestStrangeTexts(t *testing.T) {
	many := 1_000_000
	if testing.Short() {
		many = 50_000
	}
	texts := []string{
		"", " \n\t", "。，！？……——", "\xff\xfe\xfd", "好\xff消息\xe4\xb8来了", "\x00\x00",
		strings.Repeat("啊", many), strings.Repeat("啊", many) + "完", "序" + strings.Repeat("啊", many-7),
		strings.Repeat("一二三四五六七", many/14), strings.Repeat("二三四五六七一", many/14),
		strings.Repeat("哈哈哈。\n", many/20), strings.Repeat("12 ", many/10), strings.Repeat("12 13 ", many/20),
		strings.Repeat("㎡", 300), strings.Repeat("½", 300) + strings.Repeat("㎡", 200), strings.Repeat("e\u0301", 3000), strings.Repeat("\u0301", 3000),
		strings.Repeat("�", 500), "\ufeff" + strings.Repeat("\u200b", 2000),
	}
	var docs []dedup.Document
	for i, s := range texts {
		docs = append(docs, doc(fmt.Sprintf("a%02d", i), s), doc(fmt.Sprintf("b%02d", i), "好"+s), doc(fmt.Sprintf("c%02d", i), s))
	}
	m := withStories(t, docs...)
	for i, s := range texts {
		live := len(detect.DefaultScheme.Prepare(s).IDs) > 0
		if a, c := fmt.Sprintf("a%02d", i), fmt.Sprintf("c%02d", i); together(m, a, c) != live {
			t.Errorf("copies of %.20q in one story is %v", s, !live)
		}
	}
}

// TestAnyTexts: whatever the texts, updating with them in another order makes the same
// stories, and the relation of two is the converse of that of the other two.
func TestAnyTexts(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		var docs []dedup.Document
		parts := rapid.SliceOfN(anyText(), 1, 5).Draw(rt, "parts")
		for i := range rapid.IntRange(2, 7).Draw(rt, "documents") {
			s := ""
			for _, p := range rapid.SliceOfN(rapid.IntRange(0, len(parts)-1), 1, 4).Draw(rt, "of") {
				s += parts[p]
			}
			docs = append(docs, doc(fmt.Sprint("d", i), s))
		}
		want := stories(t, withStories(t, docs...))
		shuffled := rapid.Permutation(docs).Draw(rt, "order")
		if got := stories(t, withStories(t, shuffled...)); got != want {
			rt.Fatalf("%s", firstDifference(got, want))
		}
		a, b := docs[0].Text, docs[1].Text
		if there, back := relate(a, b), relate(b, a); there.Kind != back.Kind.Converse() {
			rt.Fatalf("%s there, %s back", there.Kind, back.Kind)
		}
	})
}
