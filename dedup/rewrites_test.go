package dedup_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"repost/dedup"
	"repost/dedup/detect"
	"repost/testdata"
)

// rewritten returns what Rewrites finds among docs, in words, pair by pair.
func rewritten(t testing.TB, opt detect.RewriteOptions, docs ...dedup.Document) []string {
	t.Helper()
	m := withStories(t, docs...)
	if opt.Of != nil {
		opt.Of = []uint32{uint32(slices.IndexFunc(docs, func(d dedup.Document) bool { return d.ID == "rewrite/a.txt" }))}
	}
	found, err := detect.Rewrites(m, &detect.DefaultScheme, func(fn func(*dedup.Story) error) error {
		for _, s := range m.Stories() {
			if err := fn(&s); err != nil {
				return err
			}
		}
		return nil
	}, opt, nil)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, p := range found.Pairs {
		out = append(out, fmt.Sprintf("%s %s %s %.3f %.3f, %d sentences", m.Document(p.A).ID, m.Document(p.B).ID, p.Kind, p.CoverageA, p.CoverageB, len(p.Sentences)))
	}
	return out
}

// allCases returns the documents of all cases of detection, each case under its name.
func allCases(t testing.TB) []dedup.Document {
	t.Helper()
	cases, err := testdata.Cases()
	if err != nil || len(cases) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	var docs []dedup.Document
	for _, c := range cases {
		for _, d := range c.Docs {
			d.ID = c.Name + "/" + d.ID
			docs = append(docs, dedup.Document(d))
		}
	}
	return append(docs, newsDocs(t)...)
}

// Of all texts of testdata, the one that was told again and the one that was summed up
// are found with their originals, and nothing else: no template, quotation or report
// of the same event.
func TestRewrites(t *testing.T) {
	docs := allCases(t)
	got := rewritten(t, detect.RewriteOptions{}, docs...)
	if len(got) != 2 || !strings.HasPrefix(got[0], "rewrite/a.txt rewrite/b.txt rewrite ") ||
		!strings.HasPrefix(got[1], "summary/brief.txt summary/report.txt summary ") {
		t.Errorf("found %q", got)
	}
	slices.Reverse(docs)
	if back := rewritten(t, detect.RewriteOptions{}, docs...); !slices.Equal(got, back) {
		t.Errorf("in another order: %q", back)
	}
	if asked := rewritten(t, detect.RewriteOptions{Of: []uint32{0}}, docs...); !slices.Equal(got[:1], asked) {
		t.Errorf("asked for it alone: %q", asked)
	}
}

// A copy of a rewrite is no further pair: the story is found by what stands for it.
func TestRewritesOfStories(t *testing.T) {
	var docs []dedup.Document
	for _, d := range allCases(t) {
		docs = append(docs, d)
		if d.ID == "rewrite/b.txt" {
			d.ID, d.Text = "rewrite/c.txt", "转载\n\n"+d.Text
			docs = append(docs, d)
		}
	}
	if got := rewritten(t, detect.RewriteOptions{}, docs...); len(got) != 2 {
		t.Errorf("found %q", got)
	}
}
