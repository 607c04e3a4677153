package main

import (
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"pgregory.net/rapid"

	"repost/cmd/repost/internal/edit"
	"repost/dedup"
	"repost/testdata"
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

// TestAlike: bands and verification join what is alike, and nothing else.
func TestAlike(t *testing.T) {
	var texts []string
	for _, name := range []string{"elevators-original.txt", "kiln.txt"} {
		text, err := testdata.FS.ReadFile("news/" + name)
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, string(text))
	}
	a, b := texts[0], texts[1]
	texts = append(texts, edit.Make(edit.Light, a, nil, 1), "", edit.Make(edit.Width, b, nil, 1), "", a)
	if got := alike(t.Context(), texts); !slices.Equal(got, []int32{0, 1, 0, 3, 1, 5, 0}) {
		t.Errorf("clusters %v", got)
	}
	many := slices.Repeat([]string{a}, 3*mostInBand)
	if got := alike(t.Context(), many); slices.ContainsFunc(got, func(c int32) bool { return c != 0 }) {
		t.Errorf("copies apart: %v", got)
	}
}

// TestSorted: sorted is slices.Sort.
func TestSorted(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		hashes := rapid.SliceOf(rapid.Uint64()).Draw(t, "hashes")
		want := slices.Sorted(slices.Values(hashes))
		if got := sorted(hashes); !slices.Equal(got, want) {
			t.Fatalf("%v, want %v", got, want)
		}
	})
}

// BenchmarkSorted sorts other hashes each time: a processor learns the branches of
// one order.
func BenchmarkSorted(b *testing.B) {
	const n = 700
	hashes := make([]uint64, 1000*n)
	r := rand.New(rand.NewPCG(1, 2))
	for i := range hashes {
		hashes[i] = r.Uint64()
	}
	room := make([]uint64, n)
	at := func(i int) []uint64 { return hashes[i%1000*n : i%1000*n+n] }
	b.Run("sorted", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			sorted(at(i))
		}
	})
	b.Run("slices", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			copy(room, at(i))
			slices.Sort(room)
		}
	})
}
