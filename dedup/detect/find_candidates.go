package detect

import (
	"cmp"
	"math/bits"
	"slices"

	"repost/dedup"
	"repost/dedup/lsh"
)

// The candidates of a text in an index: documents that share a band of the signature or
// enough fingerprints with it. Of a key that very many documents hold some are looked at, the
// same for all keys, so that a text costs what its rare fingerprints cost.

// keyDocuments is how many documents of one key are looked at, keyHits how many of them
// make hits.
const (
	keyDocuments = 4096
	keyHits      = 100
)

// sample is a choice among documents where there are too many: those whose number hashes
// low, so that they are the same for all keys.
type sample uint32

// sampleOf chooses about most of n documents.
func sampleOf(n, most int) sample {
	if n <= most {
		return ^sample(0)
	}
	return ^sample(0) / sample(n) * sample(most)
}

func (f sample) has(n uint32) bool { return sample((n+1)*0x9E3779B1) <= f }

// representatives appends the postings of representatives among ps to dst, without those of the text itself.
func (q *query) representatives(dst, ps []dedup.Posting) []dedup.Posting {
	chosen := ^sample(0)
	if len(ps) > keyDocuments {
		chosen = sampleOf(documents(ps), keyDocuments)
	}
	for _, p := range ps {
		if chosen.has(p.Doc) && q.isRepresentative(p.Doc) && !q.isSame(p.Doc) {
			dst = append(dst, p)
		}
	}
	return dst
}

// common is a hit, and where in the document.
type common struct {
	lsh.Hit
	pos uint32
}

// candidates returns the representatives that share a band or enough fingerprints with the text.
func (q *query) candidates() ([]uint32, error) {
	fingerprints := slices.Clone(q.sketch.Fingerprints)
	slices.SortFunc(fingerprints, func(a, b dedup.Fingerprint) int {
		return cmp.Or(cmp.Compare(a.Hash, b.Hash), cmp.Compare(a.Pos, b.Pos))
	})
	keys := make([]uint64, len(fingerprints))
	for i, p := range fingerprints {
		keys[i] = p.Hash
	}
	var hits []common
	var own []dedup.Posting
	err := q.index.LookupFingerprints(slices.Compact(keys), func(key uint64, ps []dedup.Posting) error {
		own = q.representatives(own[:0], ps)
		held := make([]uint32, 0, len(own))
		for i, p := range own {
			if i == 0 || p.Doc != own[i-1].Doc {
				held = append(held, p.Doc)
			}
		}
		q.holders[key] = held
		chosen, weight := sampleOf(len(held), keyHits), lsh.FingerprintWeight(len(held)+1)
		for fingerprints[0].Hash < key {
			fingerprints = fingerprints[1:]
		}
		for _, p := range own {
			for i := 0; chosen.has(p.Doc) && i < len(fingerprints) && fingerprints[i].Hash == key; i++ {
				hits = append(hits, common{lsh.Hit{Doc: p.Doc, Diagonal: int32(fingerprints[i].Pos) - int32(p.Pos), Weight: weight}, p.Pos})
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	bands := slices.Clone(q.sketch.Bands)
	slices.Sort(bands)
	err = q.index.LookupBands(slices.Compact(bands), func(_ uint64, ps []dedup.Posting) error {
		own = q.representatives(own[:0], ps)
		n := documents(own)
		chosen, weight := sampleOf(n, keyHits), bandWeight(n+1)
		for _, p := range own {
			if chosen.has(p.Doc) {
				hits = append(hits, common{Hit: lsh.Hit{Doc: p.Doc, Weight: weight}})
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	found := lsh.Candidates(nil, q.worth(hits), func(n uint32) int32 {
		units, lost := q.index.Units(n)
		err = cmp.Or(err, lost)
		return q.enough(units)
	})
	return found, err
}

// enough is lsh.Enough for the text and a document of that many units.
func (q *query) enough(units uint32) int32 {
	return min(q.weight, lsh.Enough(int(min(q.sketch.Units, units))))
}

// worth returns the hits of documents whose hits may weigh enough, all together: of
// 900 hits with 500 of 300,000 documents, some 20. Sums are those of documents of one
// hash, hence none too small. A document is longer than where a hit lies in it; how long
// it is need not be known for that.
func (q *query) worth(hits []common) (out []lsh.Hit) {
	shift := 32 - bits.Len(uint(4*len(hits)))
	sums := make([]int32, 1<<(32-shift))
	for _, h := range hits {
		sums[h.Doc*0x9E3779B1>>shift] += h.Weight
	}
	for _, h := range hits {
		if sums[h.Doc*0x9E3779B1>>shift] >= q.enough(h.pos+1) {
			out = append(out, h.Hit)
		}
	}
	return out
}

// documents counts the documents of postings that are sorted by document.
func documents(ps []dedup.Posting) (n int) {
	for i, p := range ps {
		if i == 0 || p.Doc != ps[i-1].Doc {
			n++
		}
	}
	return n
}
