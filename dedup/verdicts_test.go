package dedup_test

import (
	"path/filepath"
	"testing"

	"repost/dedup"
	"repost/dedup/cluster"
	"repost/dedup/detect"
	"repost/testdata"
)

// TestTestsImplyTheVerdict: what is printed of a link is what decided it. Each test says
// what its value and bound say, and a link is accepted if and only if all hold.
func TestTestsImplyTheVerdict(t *testing.T) {
	cases, err := testdata.Cases()
	if err != nil {
		t.Fatal(err)
	}
	links := checkVerdicts(t, withStories(t, newsDocs(t)...))
	for _, c := range cases {
		var docs []dedup.Document
		for _, d := range c.Docs {
			docs = append(docs, dedup.Document(d))
		}
		links += checkVerdicts(t, withStories(t, docs...))
	}
	if links < 100 {
		t.Errorf("%d links are too few to say anything", links)
	}
}

// TestTestsImplyTheVerdictOfPages is the same for each link of generated pages.
func TestTestsImplyTheVerdictOfPages(t *testing.T) {
	docs := load(t, filepath.Join(dataDir(t), "zh-pages-dev.jsonl.gz"), readDocuments)
	m := detect.NewMemory(&detect.DefaultScheme)
	m.Add(docs...)
	if err := detect.UpdateStories(m, &detect.DefaultScheme, nil); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d links", checkVerdicts(t, m))
}

// checkVerdicts checks every verdict of a corpus and returns how many there are.
func checkVerdicts(t *testing.T, m *detect.Memory) (links int) {
	t.Helper()
	err := detect.Verdicts(m, &detect.DefaultScheme, func(v *detect.PairVerdict) {
		links++
		from, to, tests := v.From, v.To, cluster.Default.Decide(&v.Verdict)
		all := true
		for _, x := range tests {
			holds := x.Value >= x.Bound
			if x.AtMost {
				holds = x.Value <= x.Bound
			}
			if holds != x.Holds {
				t.Errorf("%s and %s: %+v", from, to, x)
			}
			all = all && holds
		}
		accepted, rule := tests.Rule()
		if all != v.Accepted || accepted != v.Accepted || rule != v.Rule {
			t.Errorf("%s and %s: accepted %v, %q; its tests %v, %q", from, to, v.Accepted, v.Rule, all, rule)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return links
}

// TestOrthographyIsNoRewording: of texts that differ in their orthography alone, at most
// two units in a hundred count as reworded.
func TestOrthographyIsNoRewording(t *testing.T) {
	cases, err := testdata.Cases()
	if err != nil {
		t.Fatal(err)
	}
	pairs := 0
	for _, c := range cases {
		if c.Name != "orthography" {
			continue
		}
		var docs []dedup.Document
		for _, d := range c.Docs {
			docs = append(docs, dedup.Document(d))
		}
		err := detect.Verdicts(withStories(t, docs...), &detect.DefaultScheme, func(v *detect.PairVerdict) {
			if pairs++; 50*v.Reworded > v.Matched {
				t.Errorf("%s and %s: %d of %d units are reworded", v.From, v.To, v.Reworded, v.Matched)
			}
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if pairs == 0 {
		t.Error("no pairs")
	}
}
