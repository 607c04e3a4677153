package main

import (
	"repost/dedup"
	"repost/shingle"
	"repost/store"
)

// cutter cuts repeated passages and boilerplate out of texts.
type cutter struct {
	survival       *store.Survival
	scheme         *dedup.Scheme
	passages, mask bool
	exactly        bool // passages that differ in a word are not repeated
}

// cut returns the text of document n without what is to be cut.
func (k *cutter) cut(n uint32, text string) string {
	repeated, learned := k.survival.Repeated(n), k.survival.Learned(n)
	if !k.mask && len(repeated) == 0 {
		return text
	}
	t := k.scheme.Prepare(text)
	var spans []shingle.Span
	if k.passages {
		spans = t.Repeated(repeated, k.exactly)
	}
	if k.mask {
		spans = append(spans, t.SetAside(learned)...)
	}
	return dedup.Without(text, shingle.Union(spans))
}
