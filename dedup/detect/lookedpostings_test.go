package detect

import (
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"repost/dedup"
)

// TestKeptPostings: runs of keys find what a map finds.
func TestKeptPostings(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var kept keptPostings
		all := map[uint64][]dedup.Posting{}
		for range rapid.IntRange(0, 4).Draw(t, "runs") {
			r, keys := &keyRun{}, rapid.SliceOfDistinct(rapid.Uint64Range(0, 60), rapid.ID[uint64]).Draw(t, "keys")
			slices.Sort(keys)
			for _, k := range keys {
				if _, ok := all[k]; ok {
					continue
				}
				all[k] = make([]dedup.Posting, rapid.IntRange(0, 3).Draw(t, "postings"))
				for i := range all[k] {
					all[k][i] = dedup.Posting{Doc: uint32(k), Pos: uint32(i)}
				}
				r.add(k, all[k])
			}
			kept.runs = append(kept.runs, r)
		}
		asked := rapid.SliceOf(rapid.Uint64Range(0, 60)).Draw(t, "asked")
		slices.Sort(asked)
		c := kept.cursor()
		for _, k := range asked {
			got, ok := c.find(k)
			want, known := all[k]
			if ok != known || !slices.Equal(got, want) {
				t.Fatalf("key %d of %v: %v, %v", k, slices.Sorted(maps.Keys(all)), got, ok)
			}
		}
	})
}
