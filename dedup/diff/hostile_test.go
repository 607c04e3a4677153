package diff

import (
	"testing"

	"repost/testdata"
)

// TestHostilePairs: a comparison of texts that repeat themselves ends, and its changes do not
// overlap. Of the texts of laws and of programs it did not end: of three changes at one place,
// two that overlap and one that shows nothing, the last was pushed from one into the other and
// back.
func TestHostilePairs(t *testing.T) {
	size := 1 << 17
	if testing.Short() {
		size = 1 << 14
	}
	for _, s := range testdata.HostilePairs() {
		docs := s.Docs(size)
		r := Compare(Side{Text: docs[0].Text}, Side{Text: docs[1].Text}, Options{})
		for _, bad := range overlaps(r) {
			t.Errorf("%s: %s", s.Name, bad)
		}
	}
}
