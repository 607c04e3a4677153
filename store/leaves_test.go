package store

import (
	"path/filepath"
	"slices"
	"testing"
)

// TestLeaves: what a corpus that is open for reading finds without the tree, it finds in
// the tree: keys of every index, those next to them, the first and the last.
func TestLeaves(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.repost")
	w := open(t, path, Options{Create: true, noSync: true})
	for i, n := range []int{1, 3, 700, 2, 1500, 40} {
		if _, err := w.AddEntries(madeBatch(2000*i, n)); err != nil {
			t.Fatal(err)
		}
	}
	type found map[uint64][]posting
	lookup := func(c *Corpus, ln indexID, keys []uint64) found {
		t.Helper()
		out := found{}
		if err := c.lookupLive(ln, keys, func(k uint64, ps []posting) error { out[k] = slices.Clone(ps); return nil }); err != nil {
			t.Fatal(err)
		}
		return out
	}
	asked := map[indexID][]uint64{}
	want := map[indexID]found{}
	for _, ln := range []indexID{fingerprintIndex, bandIndex, contentIndex} {
		keys := []uint64{0, 1 << 63, 1<<64 - 1}
		if err := w.scanLive(ln, func(k uint64, _ []posting) error {
			keys = append(keys, k-1<<ln.shift(), k, k+1<<ln.shift())
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		slices.Sort(keys)
		asked[ln] = slices.Compact(keys)
		want[ln] = lookup(w, ln, asked[ln])
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	r := open(t, path, Options{ReadOnly: true})
	for ln, keys := range asked {
		for _, some := range [][]uint64{keys, keys[len(keys)/3:][:7], keys[len(keys)-1:]} {
			for k, ps := range lookup(r, ln, some) {
				if !slices.Equal(ps, want[ln][k]) {
					t.Fatalf("%v %x: %v, want %v", ln, k, ps, want[ln][k])
				}
			}
		}
		if got := lookup(r, ln, keys); len(got) != len(want[ln]) {
			t.Errorf("%v: %d keys, want %d", ln, len(got), len(want[ln]))
		}
		for i := 0; i < len(keys); i += 97 { // each for itself: the way down, not the next block
			if got := lookup(r, ln, keys[i:i+1]); !slices.Equal(got[keys[i]], want[ln][keys[i]]) {
				t.Fatalf("%v %x: %v, want %v", ln, keys[i], got[keys[i]], want[ln][keys[i]])
			}
		}
	}
	if _, ok := r.leaves.Load(fingerprintIndex.String()); !ok {
		t.Error("all lookups took the tree")
	}
}
