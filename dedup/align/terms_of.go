package align

import (
	"slices"

	"repost/shingle"
)

// Terms appends to dst the terms of p, each once, ascending: the terms of Options.IDF and
// Frequencies. Tokens in aside, which ascends, do not count.
func (p *Prepared) Terms(dst []uint32, aside []shingle.Span) []uint32 {
	from, at := len(dst), 0
	for i, f := range p.vocabulary.terms {
		for at < len(aside) && aside[at].Hi <= int(p.edges[i].lo) {
			at++
		}
		if f == none || at < len(aside) && aside[at].Lo < int(p.edges[i].hi) {
			continue
		}
		dst = append(dst, p.features[f].id)
	}
	slices.Sort(dst[from:])
	return dst[:from+len(slices.Compact(dst[from:]))]
}
