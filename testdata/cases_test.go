package testdata

import (
	"slices"
	"strings"
	"testing"
)

// TestCases holds that every case of detection parses and speaks of words that
// stand in its documents.
func TestCases(t *testing.T) {
	cases, err := Cases()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range cases {
		t.Run(c.Name, func(t *testing.T) {
			for _, q := range c.Quotes {
				i := slices.IndexFunc(c.Docs, func(d Doc) bool { return d.ID == q.Doc })
				at := q.Find(c.Docs[i].Text)
				if len(at) != 1 {
					t.Errorf("%s: %q: %d places", q.Doc, q.Words, len(at))
				}
			}
			for _, id := range c.Alone {
				for _, story := range c.Stories {
					if slices.ContainsFunc(story, func(m Member) bool { return m.ID == id }) {
						t.Errorf("%s: alone and in a story", id)
					}
				}
			}
		})
	}
}

// TestDiffs holds that every case of differences parses and that the changes it
// expects stand in its texts.
func TestDiffs(t *testing.T) {
	diffs, err := Diffs()
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range diffs {
		t.Run(d.Name, func(t *testing.T) {
			for _, c := range d.Changes {
				if !strings.Contains(d.A, c.A) || !strings.Contains(d.B, c.B) {
					t.Errorf("%q -> %q is not in the texts", c.A, c.B)
				}
			}
		})
	}
}

func TestAnswers(t *testing.T) {
	tests := []struct {
		want        Change
		grade       string
		class, a, b string
		ok          bool
	}{
		{Change{Grade: "substantive", Class: "number", A: "3.5%", B: "35%"}, "substantive", "number", "3.5%", "35%", true},
		{Change{Grade: "substantive", Class: "number", A: "3.5%", B: "35%"}, "substantive", "number", "5", "5", false},
		{Change{Grade: "substantive", Class: "number|amount", A: "100亿元", B: "1000亿元"}, "substantive", "amount", "100亿", "1000亿", true},
		{Change{Grade: "*", Class: "*", A: "保向远", B: "侯向远"}, "substantive", "person", "保", "侯", true},
		{Change{Grade: "minor", Class: "wording", A: "讲", B: "说"}, "minor", "wording", "逢人就讲", "逢人就说", true},
		{Change{Grade: "minor", Class: "wording", A: "讲", B: "说"}, "cosmetic", "wording", "讲", "说", false},
		{Change{Grade: "minor", Class: "wording", A: "讲", B: "说"}, "minor", "wording", "看", "望", false},
		{Change{Grade: "*", Class: "*", A: "郭师傅", B: "郭阿姨"}, "minor", "wording", "师傅", "", false},
		{Change{Grade: "*", Class: "*", A: "讲话", B: "不讲话"}, "substantive", "negation", "", "不", true},
		{Change{Grade: "*", Class: "omission", A: "镇上", B: ""}, "substantive", "omission", "挑到镇上。", "", true},
	}
	for _, tt := range tests {
		if got := tt.want.Answers(tt.grade, tt.class, tt.a, tt.b); got != tt.ok {
			t.Errorf("%+v answers %s %s %q -> %q: %v", tt.want, tt.grade, tt.class, tt.a, tt.b, got)
		}
	}
}
