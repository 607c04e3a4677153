package diff

import (
	"strings"
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

// TestTextWithoutMarks: of a text that is one word without end, no more is looked at around a
// change than words have. A comparison of two of half a megabyte walked to both ends of them
// at each of 10,000 changes.
func TestTextWithoutMarks(t *testing.T) {
	for _, sign := range []string{"和", "가", "か"} {
		v := newView(Side{Text: strings.Repeat(sign, 1000)}, Options{})
		for name, word := range map[string]string{"spaced": v.spaced(500, 501), "chunk": v.chunk(500, 501)} {
			if n := len(word) / len(sign); n > 2*longestWord+1 {
				t.Errorf("%s: the word around a change has %d characters of 1000 %s", name, n, sign)
			}
		}
	}
}
