package store

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// TestFilter: a filter knows every key of its own, and lets few others through.
func TestFilter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.SampledFrom([]int{1, 2, 100, 20_000}).Draw(t, "n")
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		shift := fingerprintIndex.shift()
		if rapid.Bool().Draw(t, "contents") {
			shift = contentIndex.shift()
		}
		keys := make([]uint64, n)
		for i := range keys {
			keys[i] = r.Uint64() >> shift
		}
		slices.Sort(keys)
		keys = slices.Compact(keys)
		var f filter
		if err := f.open(keys[0], appendFilter(nil, keys)); err != nil {
			t.Fatal(err)
		}
		for _, k := range keys {
			if !f.may(k) {
				t.Fatalf("%x is kept back", k)
			}
		}
		const asked = 4000
		through := 0
		for range asked {
			if k := f.first + r.Uint64N(f.last-f.first+1); f.may(k) {
				through++
			}
		}
		if n > 1000 && through > asked/10 {
			t.Fatalf("%d of %d keys go through", through, asked)
		}
	})
}

// FuzzFilter: no bytes make a filter panic.
func FuzzFilter(f *testing.F) {
	f.Add(uint64(5), appendFilter(nil, []uint64{5, 12}))
	f.Add(^uint64(0), []byte{0})
	f.Fuzz(func(t *testing.T, first uint64, data []byte) {
		var x filter
		if x.open(first, data) != nil {
			return
		}
		for _, k := range []uint64{0, first, x.last, x.last/2 + first/2} {
			x.may(k)
		}
	})
}

// lookedUp returns the postings of keys in an index, looked up one by one and all at once.
func lookedUp(t *testing.T, c *Corpus, ln indexID, keys []uint64) map[uint64][]posting {
	t.Helper()
	out := map[uint64][]posting{}
	must(t, 0, c.lookupLive(ln, keys, func(k uint64, ps []posting) error {
		out[k] = slices.Clone(ps)
		return nil
	}))
	return out
}

// TestFilteredLookups: with filters, a lookup finds what the segments hold and nothing
// else, through merges; small segments have them, the first of the
// fingerprints has none, and merged segments leave none after.
func TestFilteredLookups(t *testing.T) {
	c := open(t, filepath.Join(t.TempDir(), "x.repost"), Options{Create: true, noSync: true})
	all := [indexes]map[uint64][]posting{}
	sizes := []int{600, 100}
	for range 12 {
		sizes = append(sizes, 30)
	}
	from, filtered := 0, map[indexID]int{}
	for _, n := range sizes {
		must2(c.AddEntries(madeBatch(from, n)))(t)
		from += n
		v := c.view.Load()
		for _, ln := range []indexID{fingerprintIndex, bandIndex} {
			checkFilters(t, c, ln)
			for i, s := range v.Indexes[ln].Segments {
				if s.Filters > 0 {
					filtered[ln]++
				}
				if ln == fingerprintIndex && i == 0 && s.Filters > 0 {
					t.Error("the first segment of prints has a filter")
				}
			}
			all[ln] = map[uint64][]posting{}
			must(t, 0, c.scanLive(ln, func(k uint64, ps []posting) error {
				all[ln][k] = slices.Clone(ps)
				return nil
			}))
		}
	}
	if filtered[fingerprintIndex] == 0 || filtered[bandIndex] == 0 {
		t.Errorf("segments with filters: %v", filtered)
	}
	for _, seg := range c.view.Load().Indexes[bandIndex].Segments {
		if seg.Filters == 0 && seg.Postings >= filterLeast {
			t.Errorf("%+v has no filter", seg)
		}
	}
	ask := func() {
		t.Helper()
		for _, ln := range []indexID{fingerprintIndex, bandIndex} {
			var keys []uint64
			for k := range all[ln] {
				keys = append(keys, k, k+1<<24, k-1<<24)
			}
			slices.Sort(keys)
			equal(t, ln.String(), lookedUp(t, c, ln, slices.Compact(keys)), all[ln])
			for _, k := range keys[:100] {
				if got := lookedUp(t, c, ln, []uint64{k})[k]; !slices.Equal(got, all[ln][k]) {
					t.Fatalf("%s %x: %v, want %v", ln, k, got, all[ln][k])
				}
			}
		}
	}
	ask()
	if found := unsketched(t, c); len(found) > 0 {
		t.Errorf("%q", found)
	}
}

// checkFilters makes sure that the filters of an index are those of its segments.
func checkFilters(t *testing.T, c *Corpus, ln indexID) {
	t.Helper()
	must(t, 0, c.read(func(tx *txn, v *view) error {
		want := map[uint32]uint32{}
		for _, s := range v.Indexes[ln].Segments {
			if s.Filters > 0 {
				want[s.ID] = s.Filters
			}
		}
		got := map[uint32]uint32{}
		err := tx.Bucket([]byte(ln.filters())).ForEach(func(k, _ []byte) error {
			got[uint32(k[0])<<24|uint32(k[1])<<16|uint32(k[2])<<8|uint32(k[3])]++
			return nil
		})
		equal(t, "filters of "+ln.String(), got, want)
		return err
	}))
}

// TestManyFilters: a segment of more keys than one filter has several, in whose gaps
// is nothing, and one that is missing is noticed.
func TestManyFilters(t *testing.T) {
	c := open(t, filepath.Join(t.TempDir(), "x.repost"), Options{Create: true, noSync: true})
	keys := []uint64{10, 20, 30, 40, 50, 60, 70, 80}
	seg := segment{ID: 3}
	must(t, 0, c.update(func(tx *txn, next *view) error {
		w := newWriter(bandIndex, &seg, true)
		for i, k := range keys {
			w.add(entry{k, posting{Doc: uint32(i)}})
			if i%3 == 2 { // as between two steps of a merge: the key goes on
				w.flush(&entry{k, posting{Doc: 100}})
				w.add(entry{k, posting{Doc: 100}})
			}
		}
		w.flush(nil)
		next.Indexes[bandIndex] = indexState{Segments: []segment{seg}, Next: 4}
		return w.store(tx)
	}))
	find := func() (found []uint64, err error) {
		err = c.read(func(tx *txn, v *view) error {
			found = nil
			l, err := c.newLookup(tx, bandIndex, v)
			for k := uint64(1); k < 100 && err == nil; k++ {
				var ps []posting
				if ps, err = l.find(nil, k); len(ps) > 0 {
					found = append(found, k)
				}
			}
			return err
		})
		return found, err
	}
	if found, err := find(); err != nil || seg.Filters != 3 || !slices.Equal(found, keys) {
		t.Fatalf("%v, %v; %d filters", found, err, seg.Filters)
	}
	for i := range seg.Filters {
		var key, value []byte
		must(t, 0, c.update(func(tx *txn, _ *view) error {
			b := tx.Bucket([]byte(bucketBandFilters))
			cur := b.Cursor()
			key, value = cur.First()
			for range i {
				key, value = cur.Next()
			}
			key, value = bytes.Clone(key), bytes.Clone(value)
			return b.Delete(key)
		}))
		if _, err := find(); !errors.Is(err, ErrDamaged) {
			t.Errorf("without filter %d: %v", i, err)
		}
		must(t, 0, c.update(func(tx *txn, _ *view) error { return tx.Bucket([]byte(bucketBandFilters)).Put(key, value) }))
	}
}
