package dedup_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"repost/dedup"
)

// TestPassagesAreLeft cuts what Repeated says out of documents made of the same passages in
// many ways: every passage of the input still stands whole in a document that is kept, also
// where it is only in parts of pages, some of which are dropped.
func TestPassagesAreLeft(t *testing.T) {
	runs := 6
	if testing.Short() {
		runs = 2
	}
	for seed := range runs {
		r := rand.New(rand.NewPCG(uint64(seed), 7))
		w := newWriter(uint64(seed + 20))
		var passages []string
		for range 12 {
			passages = append(passages, w.article(90+r.IntN(80)))
		}
		var docs []dedup.Document
		for i := range 40 {
			var parts []string
			for _, p := range r.Perm(len(passages))[:1+r.IntN(3)] {
				parts = append(parts, passages[p])
			}
			docs = append(docs, dedup.Document{ID: fmt.Sprintf("d%02d", i), Date: fmt.Sprintf("2025-01-%02d", 1+r.IntN(9)), Text: strings.Join(parts, "\n")})
		}
		for before := range 2 {
			cut, left := cutPassages(t, docs, uint32(before*20))
			for i, p := range passages {
				if in := strings.Join(docsText(docs), "\f"); strings.Contains(in, p) && !strings.Contains(left, p) {
					t.Errorf("seed %d, %d old: passage %d is nowhere", seed, before*20, i)
				}
			}
			if cut == 0 {
				t.Errorf("seed %d: nothing is cut", seed)
			}
		}
	}
}

func docsText(docs []dedup.Document) (texts []string) {
	for _, d := range docs {
		texts = append(texts, d.Text)
	}
	return texts
}

// cutPassages returns in how many documents something is cut, and what is left of those
// that are kept: with before, of what was kept of the first ones alone and of the others.
func cutPassages(t *testing.T, docs []dedup.Document, before uint32) (cut int, left string) {
	var b strings.Builder
	add := func(docs []dedup.Document, before uint32) {
		v, err := dedup.Survivors(settled(t, docs...), &dedup.DefaultScheme, dedup.KeepOptions{Passages: true, Before: before}, nil)
		if err != nil {
			t.Fatal(err)
		}
		for n, d := range docs {
			if !v.Fates[n].Kept() {
				continue
			}
			spans := dedup.DefaultScheme.Prepare(d.Text).Repeated(v.Repeated(uint32(n)), false)
			text := dedup.Without(d.Text, spans)
			if text != d.Text {
				cut++
			}
			b.WriteString(text + "\f")
		}
	}
	if before > 0 {
		add(docs[:before], 0)
	}
	add(docs, before)
	return cut, b.String()
}
