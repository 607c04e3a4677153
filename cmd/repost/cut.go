package main

import (
	"slices"

	"repost/dedup/detect"
	"repost/shingle"
	"repost/store"
)

// cutter cuts repeated passages and boilerplate out of texts.
type cutter struct {
	survival *store.Survival
	scheme   *detect.Scheme
	mask     bool
}

// cut returns the text of document n without what is to be cut.
func (k *cutter) cut(n uint32, text string) string {
	spans := k.survival.Repeated(n)
	if k.mask {
		aside := k.scheme.Prepare(text).SetAside(k.survival.Learned(n))
		spans = shingle.Union(append(slices.Clone(spans), aside...))
	}
	return detect.Without(text, spans)
}
