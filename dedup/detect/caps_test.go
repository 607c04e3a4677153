package detect

import (
	"fmt"
	"strings"
	"testing"

	"repost/dedup"
	"repost/dedup/lsh"
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

// TestCapsAreCounted: an update counts the pairs of texts that repeat themselves, and the
// keys that many texts share, whose texts are then compared with some of the others only.
func TestCapsAreCounted(t *testing.T) {
	count := func(docs []dedup.Document) Caps {
		m := NewMemory(&DefaultScheme)
		m.Add(docs...)
		return updated(t, m).Caps
	}
	own := func(i int) string { return strings.Repeat(fmt.Sprintf("w%dx ", i), 3) }
	var plain, crowd []dedup.Document
	for i := range 2 * lsh.AllPairs {
		text := own(i)
		for j := range 60 {
			text += fmt.Sprintf("a%d b%d ", i*j+j, i+j*j)
		}
		d := dedup.Document{ID: fmt.Sprint(i), Text: text}
		plain = append(plain, d)
		d.Text += "\nThe ferry leaves the old pier at seven, and the last one comes back when the lamp on the mole is lit. Dogs travel free."
		crowd = append(crowd, d)
	}
	if got := count(plain); got != (Caps{}) {
		t.Errorf("texts that share nothing: %+v", got)
	}
	if got := count(crowd); got.Crowded == 0 || got.Unpaired > 0 {
		t.Errorf("a paragraph in %d texts: %+v", len(crowd), got)
	}
	for _, s := range testdata.HostilePairs() {
		if s.Name == "few sentences" {
			var docs []dedup.Document
			for _, d := range s.Docs(1 << 16) {
				docs = append(docs, dedup.Document(d))
			}
			if got := count(docs); got.Repeating == 0 {
				t.Errorf("%s: %+v", s.Name, got)
			}
		}
	}
}
