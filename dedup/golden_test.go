package dedup_test

import (
	"flag"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"repost/dedup"
	"repost/dedup/detect"
	"repost/dedup/diff"
	"repost/dedup/eval"
	"repost/testdata"
)

var update = flag.Bool("update", false, "rewrite the table of quality")

// TestQualityTable holds the quality on the texts of this project: a change of
// detection or of grading that changes a figure changes a line of the table, and a
// reader sees it. (The larger sets have floors of their own: TestPages, TestBroadcasts.)
func TestQualityTable(t *testing.T) {
	news, err := testdata.News()
	if err != nil {
		t.Fatal(err)
	}
	var stories [][]testdata.Member
	for _, e := range news {
		if len(e.Members) > 0 {
			stories = append(stories, e.Members)
		}
	}
	docs := newsDocs(t)
	var got strings.Builder
	write := func(set string, r eval.Report) {
		for _, f := range r.Figures() {
			fmt.Fprintf(&got, "%-5s  %-26s%8.*f\n", set, f.Name, f.Digits, f.Value)
		}
	}
	write("news", labelled(docs, stories, withStories(t, docs...), ""))
	cases, err := testdata.Cases()
	if err != nil {
		t.Fatal(err)
	}
	var labels []eval.Label
	var clusters []eval.Cluster
	for _, c := range cases {
		var docs []dedup.Document
		for _, d := range c.Docs {
			docs = append(docs, dedup.Document(d))
		}
		l, k := labelsOf(docs, c.Stories, withStories(t, docs...), c.Name+"/")
		labels, clusters = append(labels, l...), append(clusters, k...)
	}
	write("cases", eval.Labelled(labels, clusters, eval.Options{}))
	set := goldSet(t)
	passages := eval.Passages(set.Gold, goldClusters(t, set, func(text string) string { return text }), eval.Options{Resamples: -1})
	write("gold", &eval.SetReport{Passages: passages, Differences: goldDifferences(set)})
	// The same texts as many dumps have them, each on one line.
	blanks := strings.NewReplacer("\n", " ")
	write("line", eval.Passages(set.Gold, goldClusters(t, set, blanks.Replace), eval.Options{Resamples: -1}))
	const path = "eval/testdata/quality.golden"
	if *update {
		if err := os.WriteFile(path, []byte(got.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), got.String()); d != "" {
		t.Errorf("the quality is another (-table +now); if it should be, go test ./dedup -run TestQualityTable -update\n%s", d)
	}
}

// goldSet returns the set of testdata/gold, which `repost eval set` measures.
func goldSet(t *testing.T) *eval.Set {
	folder, err := fs.Sub(testdata.FS, "gold")
	if err != nil {
		t.Fatal(err)
	}
	set, err := eval.ReadSet(folder)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// goldClusters returns the stories of a set whose texts were changed, each to as many bytes.
func goldClusters(t *testing.T, set *eval.Set, change func(text string) string) (clusters []eval.Cluster) {
	var docs []dedup.Document
	for _, d := range set.Documents {
		d.Text = change(d.Text)
		docs = append(docs, dedup.Document(d))
	}
	m := withStories(t, docs...)
	for _, s := range m.Stories() {
		c := eval.Cluster{ID: s.ID}
		for _, k := range s.Members {
			c.Members = append(c.Members, eval.Member{ID: m.Document(k.Doc).ID, Spans: k.Spans})
		}
		clusters = append(clusters, c)
	}
	return clusters
}

// TestCarriageReturns: lines that end in a carriage return alone are lines.
func TestCarriageReturns(t *testing.T) {
	set := goldSet(t)
	want := goldClusters(t, set, func(text string) string { return text })
	got := goldClusters(t, set, strings.NewReplacer("\n", "\r").Replace)
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("other stories than with line feeds (-line feeds):\n%s", d)
	}
}

func goldDifferences(set *eval.Set) *eval.DifferenceReport {
	answers := make(map[string][]eval.Change)
	for _, p := range set.Edits {
		changes := []eval.Change{}
		for _, c := range diff.Compare(diff.Side{Text: p.A}, diff.Side{Text: p.B}, diff.Options{}).Changes {
			changes = append(changes, eval.Change{A: c.A, B: c.B, Grade: string(c.Grade), Class: string(c.Class)})
		}
		answers[p.ID] = changes
	}
	return eval.Differences(set.Edits, answers, eval.Options{Resamples: -1})
}

func labelled(docs []dedup.Document, stories [][]testdata.Member, m *detect.Memory, prefix string) eval.Report {
	labels, clusters := labelsOf(docs, stories, m, prefix)
	return eval.Labelled(labels, clusters, eval.Options{})
}

// labelsOf labels every pair of documents, in one story or not, and gives the
// stories that were found as clusters.
func labelsOf(docs []dedup.Document, stories [][]testdata.Member, m *detect.Memory, prefix string) (labels []eval.Label, clusters []eval.Cluster) {
	in := map[string][]int{}
	for i, s := range stories {
		for _, d := range s {
			in[d.ID] = append(in[d.ID], i)
		}
	}
	for i, a := range docs {
		for _, b := range docs[:i] {
			same := false
			for _, x := range in[a.ID] {
				for _, y := range in[b.ID] {
					same = same || x == y
				}
			}
			labels = append(labels, eval.Label{A: prefix + a.ID, B: prefix + b.ID, Same: same})
		}
	}
	for _, s := range m.Stories() {
		c := eval.Cluster{ID: prefix + s.ID}
		for _, d := range s.Members {
			c.Members = append(c.Members, eval.Member{ID: prefix + m.Document(d.Doc).ID})
		}
		clusters = append(clusters, c)
	}
	return labels, clusters
}
