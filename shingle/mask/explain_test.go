package mask

import (
	"slices"
	"strings"
	"testing"

	"repost/testdata"
)

// TestExplainIsFind: Explain masks what Find masks, and names the rule of each mask.
func TestExplainIsFind(t *testing.T) {
	cases, err := testdata.Cases()
	if err != nil {
		t.Fatal(err)
	}
	masks := 0
	for _, c := range cases {
		for _, d := range c.Docs {
			masks += explainIsFind(t, d.Text)
		}
	}
	groups, err := parse(builtin)
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range groups {
		for _, e := range g.examples {
			masks += explainIsFind(t, paragraph+"\n"+e.text+"\n"+paragraph) + explainIsFind(t, paragraph+"（"+e.text+"）\n"+e.text)
		}
	}
	if masks < 300 {
		t.Errorf("%d masks are too few", masks)
	}
}

func explainIsFind(t *testing.T, text string) int {
	t.Helper()
	var f Finder
	masked := make([]bool, len(text))
	for _, m := range f.Find(nil, text) {
		for i := m.Span.Lo; i < m.Span.Hi; i++ {
			masked[i] = true
		}
	}
	n := 0
	for _, l := range f.Explain(text) {
		for _, m := range l.Masks {
			if m.Rule == "" {
				t.Errorf("%s %q: no rule", m.Reason, m.Span.Of(text))
			}
			if m.Dropped == masked[m.Span.Lo] {
				t.Errorf("%s %q: dropped %v, masked %v", m.Reason, m.Span.Of(text), m.Dropped, masked[m.Span.Lo])
			}
			n++
			for i := m.Span.Lo; i < m.Span.Hi; i++ {
				masked[i] = false
			}
		}
	}
	for i, left := range masked {
		if left && strings.TrimSpace(text[i:i+1]) != "" && text[i] < 0x80 {
			t.Errorf("byte %d of %.40q is masked, and Explain does not say so", i, text)
			break
		}
	}
	return n
}

// TestExplain: what a line that is no footer needs makes one of it.
func TestExplain(t *testing.T) {
	const line = "Copyright 2024 The Harrow Gazette. No part may be used elsewhere."
	last := func(text string) Line {
		var f Finder
		lines := f.Explain(paragraph + "\n" + text)
		return lines[len(lines)-1]
	}
	l := last(line)
	if len(l.Masks) > 0 || len(l.Lacks) != 1 || l.Lacks[0].Rule != "a phrase that only footers hold" || !slices.Equal(l.Lacks[0].Needs, []string{"1 more word of kind strong"}) {
		t.Errorf("%+v", l)
	}
	if l := last(line + " All rights reserved."); len(l.Masks) != 1 || l.Masks[0].Reason != Footer || l.Masks[0].Rule != "a phrase that only footers hold" || !slices.Contains(l.Words, Word{"allrightsreserved", "strong"}) {
		t.Errorf("with a word of strong: %+v", l)
	}
	for text, want := range map[string]string{
		"记者 老街的石板路":  "byline a name or an outlet instead of 老街的石板路",
		"本站观点，仅供参考。": "footer 1 more word of kind right or claim",
		"版权所有" + strings.Repeat("卖豆腐的王大娘说铺子开了三十年", 20): "footer at most 240 characters with these words, and it has 304",
		"关于我们 投稿一下吧。": "footer no end of a sentence, and a bar, a colon, four digits or two spaces",
	} {
		found := false
		l := last(text)
		for _, x := range l.Lacks {
			found = found || string(x.Reason)+" "+strings.Join(x.Needs, "; ") == want
		}
		if !found {
			t.Errorf("%.40s: %+v, want %s", text, l, want)
		}
	}
	p, err := ReadPatterns(outlet)
	if err != nil {
		t.Fatal(err)
	}
	f := Finder{Patterns: p}
	if lines := f.Explain(paragraph + "\n晚报读者服务站 每天上午九点开门"); lines[1].Masks[0].Rule != "rules:3: ^晚报读者服务站" {
		t.Errorf("%+v", lines[1])
	}
}
