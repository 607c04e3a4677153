package cluster

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// TestCounter: a text in two stories at one place is one text, and what is said of a fingerprint
// by some of its holders is true whatever the others are in.
func TestCounter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 40).Draw(t, "texts")
		docs := make([]Doc, n)
		stories := make([]Story, rapid.IntRange(1, 14).Draw(t, "stories"))
		in := make([]map[int]bool, n)
		var ps []Posting
		for d := range docs {
			docs[d].Gram, in[d] = 1, map[int]bool{}
			for range rapid.SampledFrom([]int{0, 0, 1, 1, 1, 2}).Draw(t, "parts") {
				s := rapid.IntRange(0, len(stories)-1).Draw(t, "story")
				stories[s].Nodes = append(stories[s].Nodes, Node{Doc: int32(d), Units: Set{{Lo: 3, Hi: 9}}})
				in[d][s] = true
			}
			for pos := range int32(rapid.IntRange(1, 2).Draw(t, "places")) {
				ps = append(ps, Posting{Doc: int32(d), Pos: 5 + pos})
			}
		}
		w := NewCounter(docs, stories)
		if got, want := w.Common(int32(n), ps), commonBy(in); got != want {
			t.Fatalf("common by %d, not %d", got, want)
		}
		known := rapid.IntRange(0, n).Draw(t, "known")
		some := ps[:slices.IndexFunc(append(ps, Posting{Doc: int32(known)}), func(p Posting) bool { return int(p.Doc) >= known })]
		if w.Commonest(int32(known), int32(n-known), some) && commonBy(in) != MostCommon {
			t.Fatalf("by %d of %d texts it is as common as can be, and it is common by %d", known, n, commonBy(in))
		}
	})
}

// commonBy is Counter.Common, the plain way. in are the stories of each text.
func commonBy(in []map[int]bool) int32 {
	if common(int32(len(in))) == 0 {
		return 0
	}
	texts, lone, most := map[int]int32{}, int32(0), int32(0)
	for _, stories := range in {
		for s := range stories {
			texts[s]++
			most = max(most, texts[s])
		}
		if len(stories) == 0 {
			lone++
		}
	}
	if most > 2 {
		lone = (2*lone + most - 1) / most
	}
	return common(int32(len(texts)) + lone)
}
