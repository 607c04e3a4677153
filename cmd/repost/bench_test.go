package main

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"repost/cmd/repost/internal/edit"
	"repost/dedup"
)

// TestBench runs the sessions of testdata/bench, whose figures differ from run to
// run, but for what is found.
func TestBench(t *testing.T) {
	if testing.Short() {
		t.Skip("measures for some seconds")
	}
	testscript.Run(t, testscript.Params{
		Dir:                 filepath.Join("testdata", "bench"),
		RequireExplicitExec: true,
		Setup:               func(env *testscript.Env) error { return copyNews(filepath.Join(env.WorkDir, "news")) },
	})
}

// TestPlantedInAnyOrder: the same copies of the same documents, however they come.
func TestPlantedInAnyOrder(t *testing.T) {
	var docs []dedup.Document
	for _, name := range []string{"a", "b", "c", "d", "e"} {
		docs = append(docs, dedup.Document{ID: name, Text: strings.Repeat("有一天，"+name+"来到河边。\n", 60)})
	}
	docs = append(docs, dedup.Document{ID: "short", Text: "一句话。"})
	texts := func(ps []planted) (out []string) {
		for _, p := range ps {
			out = append(out, p.doc.ID+p.kind+docs[p.of].ID+p.doc.Text)
		}
		return out
	}
	add, ask := plant(docs, 3)
	if len(add) != 3*len(edit.Kinds()) || len(ask) != len(add) {
		t.Fatalf("%d and %d copies", len(add), len(ask))
	}
	want := append(texts(add), texts(ask)...)
	slices.Reverse(docs)
	add, ask = plant(docs, 3)
	if got := append(texts(add), texts(ask)...); !slices.Equal(got, want) {
		t.Error("other copies when the documents come in another order")
	}
}
