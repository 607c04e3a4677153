package mask

import "testing"

func TestLexiconFits(t *testing.T) {
	l := build(words)
	n := 0
	for _, list := range l.lists {
		n += len(list)
	}
	if n == 0 || n > maxWords || len(l.lists) > 256 {
		t.Errorf("%d words with %d first runes, room for %d with 255", n, len(l.lists)-1, maxWords)
	}
}
