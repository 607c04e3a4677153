package main

import (
	"repost/dedup/detect"
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
	return k.scheme.Cut(text, k.survival.Repeated(n), k.survival.Learned(n), k.mask)
}
