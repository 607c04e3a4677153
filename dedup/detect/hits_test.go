package detect

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// TestHits: wherever the temporary file is full, all hits of every accepted asker are
// there; without a temporary file at least half of the askers remain.
func TestHits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		askers := rapid.IntRange(1, 9000).Draw(t, "askers")
		most := rapid.IntRange(1, 60).Draw(t, "most")
		room := &roomy{most: rapid.SampledFrom([]int{0, 500, 1 << 30}).Draw(t, "room")}
		h := newHits(room, askers, most)
		defer h.close()
		var want []packedHit
		for range rapid.IntRange(0, 400).Draw(t, "hits") {
			a := rapid.IntRange(0, askers-1).Draw(t, "asker")
			if !h.takes(a) {
				continue
			}
			x := packHit(int32(a), rapid.Uint32Range(0, maxDocuments-1).Draw(t, "document"), rapid.Int32Range(-5000, 5000).Draw(t, "diagonal"), 3)
			want = append(want, x)
			h.add(x)
			h.fit()
			if h.held > most && len(h.parts) > 1 {
				t.Fatalf("%d hits are held, not %d", h.held, most)
			}
		}
		want = slices.DeleteFunc(want, func(x packedHit) bool { return !h.takes(x.asker()) })
		var got []packedHit
		var buf []byte
		var err error
		for i := range h.parts {
			if got, err = h.part(got, i, &buf); err != nil {
				t.Fatal(err)
			}
		}
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Fatalf("%d hits came back of %d", len(got), len(want))
		}
		if room.most == 1<<30 && !h.takes(askers-1) {
			t.Fatal("an asker is left to another scan although there is room")
		}
	})
}
