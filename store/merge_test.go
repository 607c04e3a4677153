package store

import (
	"math/rand/v2"
	"path/filepath"
	"slices"
	"sort"
	"testing"

	bolt "go.etcd.io/bbolt"
	"pgregory.net/rapid"
)

// TestMerged: segments are read as one, from any key on, whether their keys are many or
// one key fills blocks of several of them.
func TestMerged(t *testing.T) {
	c := open(t, filepath.Join(t.TempDir(), "x.repost"), Options{Create: true, noSync: true})
	id := uint32(0)
	rapid.Check(t, func(t *rapid.T) {
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		keys := rapid.SampledFrom([]uint64{1, 3, 40, 5000, 1 << 40}).Draw(t, "keys")
		sizes := rapid.SliceOfN(rapid.SampledFrom([]int{1, 30, 900, 3000, 9000}), 1, 6).Draw(t, "sizes")
		var segments []segment
		var want []entry
		doc := uint32(0)
		must(t, 0, c.update(func(tx *bolt.Tx, next *view) error {
			for _, n := range sizes {
				var part []entry
				for range n {
					part = append(part, entry{rng.Uint64N(keys), Posting{doc + uint32(rng.IntN(500)), uint32(rng.IntN(9000))}})
				}
				doc += 500
				part = sorted(part, Prints)
				want = append(want, part...)
				seg := segment{ID: id}
				id++
				w := newWriter(Prints, &seg, false)
				w.add(part...)
				w.flush(nil)
				segments = append(segments, seg)
				must(t, 0, w.store(tx))
			}
			return nil
		}))
		want = sorted(want, Prints)
		from := rng.Uint64N(keys)
		want = want[sort.Search(len(want), func(i int) bool { return want[i].key >= from }):]
		must(t, 0, c.read(func(tx *bolt.Tx, _ *view) error {
			m := must2(openMerged(must2(bucketOf(tx, Prints.String()))(t), Prints, segments, from))(t)
			var got []entry
			for {
				run := must2(m.next())(t)
				if len(run) == 0 {
					break
				}
				got = append(got, run...)
			}
			if !slices.Equal(got, want) {
				t.Fatalf("%d postings of %d, or in another order", len(got), len(want))
			}
			return nil
		}))
	})
}
