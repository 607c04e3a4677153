package store

import (
	"context"
	"errors"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"sort"
	"testing"

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
		must(t, 0, c.update(func(tx *txn, next *view) error {
			for _, n := range sizes {
				var part []entry
				for range n {
					part = append(part, entry{rng.Uint64N(keys), posting{Doc: doc + uint32(rng.IntN(500)), Pos: uint32(rng.IntN(9000))}})
				}
				doc += 500
				part = sorted(part, fingerprintIndex)
				want = append(want, part...)
				seg := segment{ID: id}
				id++
				w := newWriter(fingerprintIndex, &seg, false)
				w.add(part...)
				w.flush(nil)
				segments = append(segments, seg)
				must(t, 0, w.store(tx))
			}
			return nil
		}))
		want = sorted(want, fingerprintIndex)
		from := rng.Uint64N(keys)
		want = want[sort.Search(len(want), func(i int) bool { return want[i].key >= from }):]
		must(t, 0, c.read(func(tx *txn, _ *view) error {
			m := new(merged)
			must(t, 0, m.open(must2(bucketOf(tx, fingerprintIndex.String()))(t), fingerprintIndex, segments, from))
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

// TestStream: while merges go into the transactions of batches, and when the process
// ends between two of them, readers see every document; in the end all is merged.
func TestStream(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.repost")
	c := open(t, path, Options{Create: true, noSync: true, unabsorbed: true})
	m := newModel()
	under := 0
	for i := range 60 {
		b := madeBatch(20*i, 20)
		m.add(b)
		must2(c.stream(b, nil, nil))(t)
		if c.view.Load().unmerged() {
			under++
		}
		if i%10 == 5 {
			m.compareIndex(t, c, fingerprintIndex)
			must(t, 0, c.Close())
			c = open(t, path, Options{noSync: true, unabsorbed: true})
		}
	}
	must(t, 0, c.finish(t.Context(), nil, c.Len()))
	if under == 0 || c.view.Load().unmerged() {
		t.Errorf("%d batches left something to merge, the last step %v", under, c.view.Load().unmerged())
	}
	m.compare(t, c)
}

// TestAbsorb: documents that come one by one leave few segments, and each of their postings is
// found.
func TestAbsorb(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.repost")
	c := open(t, path, Options{Create: true, noSync: true})
	m := newModel()
	for i := range 150 {
		b := madeBatch(i, 1+i%3)
		m.add(b)
		must2(c.stream(b, nil, nil))(t)
		must(t, 0, c.finish(t.Context(), nil, len(b)))
		for ln := range indexID(indexes) {
			if n := len(c.view.Load().Indexes[ln].Segments); n > 2*fanIn {
				t.Fatalf("%d segments of %s after %d batches", n, ln, i+1)
			}
		}
		if i%50 == 20 {
			m.compareIndex(t, c, fingerprintIndex)
			must(t, 0, c.Close())
			c = open(t, path, Options{noSync: true})
		}
	}
	m.compare(t, c)
}

// TestStreamDamage: a merge that cannot be done does not lose the batch.
func TestStreamDamage(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.repost")
	c := open(t, path, Options{Create: true, noSync: true, unabsorbed: true})
	for i := 0; c.view.Load().Indexes[fingerprintIndex].Merge == nil; i++ {
		must2(c.stream(madeBatch(20*i, 20), nil, nil))(t)
	}
	c.finish(t.Context(), context.Canceled, 0) // forgets what is computed
	must(t, 0, c.update(func(tx *txn, _ *view) error {
		b := must2(bucketOf(tx, fingerprintIndex.String()))(t)
		k, _ := b.Cursor().First()
		return b.Delete(slices.Clone(k))
	}))
	n := c.Len()
	if res, err := c.stream(madeBatch(2000, 20), nil, nil); !errors.Is(err, ErrDamaged) || res.Added != 20 || c.Len() != n+20 {
		t.Errorf("added %d, %d documents more: %v", res.Added, c.Len()-n, err)
	}
}

// TestPlan: however segments come, they stay few, and what is large is not written again
// for something small after it.
func TestPlan(t *testing.T) {
	const batch = 600_000
	for _, x := range []struct {
		name         string
		first, added uint64
		n            int
		written      uint64 // times each posting, at most
	}{
		{"batches", batch, batch, 1000, 6},
		{"single documents", 145, 145, 2000, 8},
		{"documents behind a million", 145_000_000, 145, 2000, 7},
	} {
		segments := []segment{{Postings: x.first}}
		var written uint64
		for range x.n {
			added := x.added
			from := absorbs(segments, added)
			for _, s := range segments[from:] {
				added += s.Postings
			}
			segments = append(segments[:from], segment{Postings: added})
			written += added
			for from, n := plan(segments); n > 0; from, n = plan(segments) {
				var sum uint64
				for _, s := range segments[from : from+n] {
					sum += s.Postings
				}
				written += sum
				segments = slices.Replace(segments, from, from+n, segment{Postings: sum})
			}
			if len(segments) > 2*fanIn {
				t.Fatalf("%s: %d segments", x.name, len(segments))
			}
		}
		if times := written / (uint64(x.n) * x.added); times > x.written {
			t.Errorf("%s: each posting was written %d times", x.name, times)
		}
	}
}
