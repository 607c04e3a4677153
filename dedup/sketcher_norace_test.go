//go:build !race

// The race detector drops a random part of what is put back into a sync.Pool, and
// package regexp keeps its machines in one: allocations are counted without it.
package dedup_test

import (
	"testing"

	"repost/dedup/detect"
)

// TestSketcherAllocatesBlocks: what a text costs is its part of a block.
func TestSketcherAllocatesBlocks(t *testing.T) {
	docs := newsDocs(t)
	k := detect.Sketcher{Scheme: &detect.DefaultScheme}
	all := func() {
		for _, d := range docs {
			k.Sketch(k.Prepare(d.Text))
		}
	}
	all()
	// Without blocks it is three and more; with them .4.
	if n := testing.AllocsPerRun(5, all) / float64(len(docs)); n > 1 {
		t.Errorf("%.2f allocations a text", n)
	}
}
