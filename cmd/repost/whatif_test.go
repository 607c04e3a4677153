package main

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"repost/dedup"
	"repost/dedup/detect"
	"repost/dedup/lsh"
)

// As many more rare fingerprints as explain says make two texts candidates of each other,
// and one less does not.
func TestMissingFingerprintsAreMissing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var docs [2]dedup.Document
		for i := range docs {
			docs[i] = dedup.Document{ID: string(rune('a' + i)), Text: rapid.StringOfN(rapid.RuneFrom([]rune("天地玄黄宇宙")), 0, 120, -1).Draw(t, "text")}
		}
		x := newExplainer(&detect.DefaultScheme, docs, nil)
		missing := x.missing()
		if len(x.texts[0].IDs) == 0 || len(x.texts[1].IDs) == 0 {
			if missing != 0 {
				t.Fatalf("%d more fingerprints of nothing", missing)
			}
			return
		}
		hits := x.hits()
		at := int32(0) // a diagonal in the heaviest strip
		for _, h := range hits {
			if n := stripFrom(hits, h.Diagonal); n >= int(lsh.Heaviest(hits)) {
				at = h.Diagonal
			}
		}
		least := lsh.Enough(min(len(x.texts[0].IDs), len(x.texts[1].IDs)))
		candidate := func(more int) bool {
			all := slices.Clone(hits)
			for range more {
				all = append(all, lsh.Hit{Diagonal: at, Weight: lsh.Rare})
			}
			return len(lsh.Candidates(nil, all, func(uint32) int32 { return least })) > 0
		}
		if !candidate(missing) {
			t.Fatalf("%d more fingerprints are not enough", missing)
		}
		if missing > 0 && candidate(missing-1) {
			t.Fatalf("one less than %d fingerprints is enough", missing)
		}
	})
}

// stripFrom returns what hits weigh in the strip that begins at a diagonal.
func stripFrom(hits []lsh.Hit, lo int32) (n int) {
	for _, h := range hits {
		if h.Diagonal >= lo && h.Diagonal-lo <= lsh.Strip {
			n += int(h.Weight)
		}
	}
	return n
}
