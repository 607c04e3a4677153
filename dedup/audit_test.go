package dedup_test

import (
	"testing"

	"pgregory.net/rapid"

	"repost/dedup/detect"
)

// A row is what the sets say pair by pair.
func TestExactSimilarity(t *testing.T) {
	set := rapid.Custom(func(t *rapid.T) detect.Shingled {
		return detect.DefaultScheme.Shingles(detect.DefaultScheme.Prepare(anyText().Draw(t, "text")))
	})
	rapid.Check(t, func(t *rapid.T) {
		sets := rapid.SliceOfN(set, 1, 5).Draw(t, "sets")
		sets = append(sets, sets[0])
		alike := detect.NewExactSimilarity(sets)
		jaccard, containment := make([]float64, len(sets)), make([]float64, len(sets))
		for i, a := range sets {
			alike.Jaccard(i, jaccard)
			alike.Containment(i, containment)
			for j, b := range sets[i+1:] {
				j += i + 1
				want := 0.
				if n := min(len(a), len(b)); n > 0 {
					want = float64(a.Shared(b)) / float64(n)
				}
				if jaccard[j] != a.Jaccard(b) || containment[j] != want {
					t.Errorf("%d and %d: %v and %v, want %v and %v", i, j, jaccard[j], containment[j], a.Jaccard(b), want)
				}
			}
		}
	})
}
