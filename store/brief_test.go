package store

import (
	"path/filepath"
	"sync"
	"testing"

	"repost/dedup"
)

// TestBrief: Brief says what Info does, of documents that came later and of retired
// ones too, however little is remembered, and to several that ask at once.
func TestBrief(t *testing.T) {
	c := open(t, filepath.Join(t.TempDir(), "x.repost"), Options{Create: true})
	for _, budget := range []int{briefCache, 0} {
		c.briefs.budget = budget
		for _, from := range []int{0, 70, 4090} {
			if _, err := c.Add(madeBatch(from, 100)); err != nil {
				t.Fatal(err)
			}
			var wg sync.WaitGroup
			for range 4 {
				wg.Go(func() {
					d := c.Detection(t.Context())
					for n := range c.Next() {
						b, err := d.Brief(n)
						i, err2 := d.Info(n)
						if err != nil || err2 != nil || b != (dedup.Brief{Content: i.Content, Units: i.Units}) {
							t.Errorf("document %d: %+v, want that of %+v: %v %v", n, b, i, err, err2)
						}
					}
				})
			}
			wg.Wait()
		}
		if _, err := c.Detection(t.Context()).Brief(c.Next()); err == nil {
			t.Error("a document that is not there has a brief")
		}
	}
}
