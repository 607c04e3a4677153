package dedup

import (
	"testing"

	"repost/testdata"
)

// TestCapsAreReported holds that texts which repeat themselves say so, and others
// do not.
func TestCapsAreReported(t *testing.T) {
	repeats := map[string]bool{
		"one line again and again": true, "four signs": true, "statutes": true, "few sentences": true,
		"one line": false, "shuffled sentences": false, "reversed sentences": false, "palindromes": false,
	}
	for _, s := range testdata.HostilePairs() {
		want, known := repeats[s.Name]
		if !known {
			continue
		}
		docs := s.Docs(1 << 16)
		var k Linker
		a, b := DefaultScheme.Prepare(docs[0].Text), DefaultScheme.Prepare(docs[1].Text)
		if k.Chains(a, b); len(k.Caps()) > 0 != want {
			t.Errorf("%s: caps %q, want some: %t", s.Name, k.Caps(), want)
		}
		if k.Relate(a, b); len(k.Caps()) > 0 != want {
			t.Errorf("%s: caps of Relate %q, want some: %t", s.Name, k.Caps(), want)
		}
	}
}
