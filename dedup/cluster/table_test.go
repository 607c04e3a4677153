package cluster_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"repost/dedup/cluster"
)

func drawChains() *rapid.Generator[[]cluster.Chain] {
	figure := rapid.Int32()
	run := rapid.Custom(func(t *rapid.T) cluster.Run {
		return cluster.Run{A: figure.Draw(t, "a"), B: figure.Draw(t, "b"), Len: rapid.Int32Range(0, 1<<20).Draw(t, "len")}
	})
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) cluster.Chain {
		return cluster.Chain{
			Runs: rapid.SliceOfN(run, 1, 4).Draw(t, "runs"), Edges: cluster.Edges(rapid.IntRange(0, 15).Draw(t, "edges")),
			Agree: figure.Draw(t, "agree"), Disagree: figure.Draw(t, "disagree"), Tail: figure.Draw(t, "tail"),
			Fingerprints: figure.Draw(t, "prints"), Inner: figure.Draw(t, "inner"),
		}
	}), 1, 3)
}

// TestTable: links come out of a table as they went in, in order of their
// documents, the first of those of two documents, and those that are kept.
func TestTable(t *testing.T) {
	ignore := cmpopts.IgnoreUnexported(cluster.Link{})
	rapid.Check(t, func(t *rapid.T) {
		var table cluster.Table
		want := map[[2]int32]cluster.Link{}
		const docs = 5
		for range rapid.IntRange(0, 8).Draw(t, "links") {
			l := cluster.Link{A: rapid.Int32Range(0, docs-1).Draw(t, "A"), B: rapid.Int32Range(0, docs-1).Draw(t, "B"), Chains: drawChains().Draw(t, "chains")}
			if _, ok := want[[2]int32{l.A, l.B}]; !ok {
				want[[2]int32{l.A, l.B}] = l
			}
			table.Add(&l)
		}
		table.Sort(docs)
		drop := rapid.Int32Range(0, docs).Draw(t, "drop")
		table.Keep(func(i int) bool { a, _ := table.Pair(i); return a != drop })
		var got, last cluster.Link
		at := 0
		for d := range int32(docs) {
			lo, hi := table.Of(d)
			if lo != at {
				t.Fatalf("links of %d begin at %d, not at %d", d, lo, at)
			}
			for ; at < hi; at++ {
				table.Read(at, &got)
				if got.A != d || at > lo && got.B <= last.B {
					t.Fatalf("link %d of document %d: %d to %d, behind %d", at, d, got.A, got.B, last.B)
				}
				last = got
				if diff := cmp.Diff(want[[2]int32{got.A, got.B}], got, ignore); diff != "" {
					t.Fatal(diff)
				}
			}
		}
		for k := range want {
			if k[0] == drop {
				delete(want, k)
			}
		}
		if table.Len() != len(want) || at != len(want) {
			t.Fatalf("%d links instead of %d", table.Len(), len(want))
		}
	})
}

// FuzzReadChains: no bytes make the reader panic or read beyond them, and what it
// accepts is read the same once written again.
func FuzzReadChains(f *testing.F) {
	f.Add(cluster.AppendChains(nil, []cluster.Chain{{Runs: []cluster.Run{{A: 1, B: 2, Len: 3}, {A: 9, B: 5, Len: 7}}, Agree: 4}, {Runs: []cluster.Run{{Len: 1}}}}))
	f.Add([]byte{255, 255, 255, 255, 15, 0})
	f.Fuzz(func(t *testing.T, data []byte) {
		chains, rest, err := cluster.ReadChains(nil, data)
		if err != nil {
			return
		}
		if len(rest) > len(data) || !slices.Equal(rest, data[len(data)-len(rest):]) {
			t.Fatal("the rest is no end of the bytes")
		}
		again, rest, err := cluster.ReadChains(nil, cluster.AppendChains(nil, chains))
		if err != nil || len(rest) > 0 {
			t.Fatal(err, rest)
		}
		if diff := cmp.Diff(chains, again, cmpopts.EquateEmpty()); diff != "" {
			t.Fatal(diff)
		}
	})
}
