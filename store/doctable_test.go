package store

import (
	"path/filepath"
	"sync"
	"testing"

	"repost/dedup"
)

// Representatives and Units say what the facts do, of documents that came later, were
// replaced or removed, and to several that ask at once.
func TestDocTable(t *testing.T) {
	c := open(t, filepath.Join(t.TempDir(), "x.repost"), Options{Create: true, noSync: true})
	check := func() {
		t.Helper()
		first, copies := map[dedup.Content]uint32{}, map[dedup.Content]int{}
		for n := range c.Numbers {
			m, err := c.Meta(n)
			if err != nil {
				t.Fatal(err)
			}
			copies[m.Content]++
			if _, ok := first[m.Content]; !ok {
				first[m.Content] = n
			}
		}
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				d := c.Detection(t.Context())
				isRepresentative, copied, err := d.Representatives()
				if err != nil {
					t.Error(err)
					return
				}
				for n := range c.Next() + 100 {
					m, err := c.Meta(n)
					units, err2 := d.Units(n)
					head, ok := first[m.Content]
					if want := isRepresentative(n) && copies[m.Content] > 1; copied(n) != want {
						t.Errorf("document %d: has copies is %t, not %t", n, copied(n), want)
					}
					if want := err == nil && ok && head == n; isRepresentative(n) != want || units != m.Units || (err == nil) != (err2 == nil) {
						t.Errorf("document %d: a representative is %t, want %t; %d units, want %d: %v", n, isRepresentative(n), want, units, m.Units, err2)
					}
				}
			})
		}
		wg.Wait()
	}
	check()
	for _, from := range []int{0, 70, 4090} {
		batch := madeBatch(from, 100)
		for i := range 20 { // copies, two of them of one text
			again := batch[i/2]
			again.Doc.ID = again.Doc.ID + "'" + string(rune('a'+i%2))
			batch = append(batch, again)
		}
		if _, err := c.AddEntries(batch); err != nil {
			t.Fatal(err)
		}
		check()
	}
	if err := c.Remove([]uint32{0, 3, 100, 101, 105}); err != nil {
		t.Fatal(err)
	}
	check()
	if err := c.Restore([]uint32{0, 100}); err != nil {
		t.Fatal(err)
	}
	check()
}
