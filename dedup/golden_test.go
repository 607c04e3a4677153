package dedup_test

import (
	"bytes"
	"flag"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"repost/dedup"
	"repost/dedup/eval"
	"repost/testdata"
)

var update = flag.Bool("update", false, "rewrite the table of quality")

// TestQualityTable holds the quality on the texts of this project: a change of
// detection that changes a figure changes a line of the table, and a reader sees
// it. (The larger sets have floors of their own, in TestQuality.)
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
	sets := []eval.Quality{{Set: "news", Report: labelled(docs, stories, settled(t, docs...), "")}}
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
		l, k := labelsOf(docs, c.Stories, settled(t, docs...), c.Name+"/")
		labels, clusters = append(labels, l...), append(clusters, k...)
	}
	sets = append(sets, eval.Quality{Set: "cases", Report: eval.Labelled(labels, clusters, eval.Options{})})

	var got bytes.Buffer
	if err := eval.WriteQuality(&got, sets); err != nil {
		t.Fatal(err)
	}
	const path = "eval/testdata/quality.golden"
	if *update {
		if err := os.WriteFile(path, got.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got.String()); diff != "" {
		t.Errorf("the quality is another (-table +now); if it should be, go test ./dedup -run TestQualityTable -update\n%s", diff)
	}
}

func labelled(docs []dedup.Document, stories [][]testdata.Member, m *dedup.Memory, prefix string) eval.Report {
	labels, clusters := labelsOf(docs, stories, m, prefix)
	return eval.Labelled(labels, clusters, eval.Options{})
}

// labelsOf labels every pair of documents, in one story or not, and gives the
// stories that were found as clusters.
func labelsOf(docs []dedup.Document, stories [][]testdata.Member, m *dedup.Memory, prefix string) (labels []eval.Label, clusters []eval.Cluster) {
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
