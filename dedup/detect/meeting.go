package detect

import (
	"cmp"
	"slices"

	"repost/dedup"
	"repost/dedup/lsh"
)

// When a document goes, a fingerprint that it held may come to be in so few that all that hold it
// make hits with each other, not with pivots alone. Those that were no pivots may be candidates
// of each other then. Few of them share more than that fingerprint, and what two of them share
// is in their texts: to look up the hundreds of fingerprints that each holds was a fifth of what
// a removal cost.

// meet notes that the documents of postings whose order is above that of the last pivot make hits
// with each other.
func (u *updating) meet(ps []dedup.Posting, last uint64) {
	var ns []uint32
	u.documents(ps, func(n uint32) {
		if u.isRepresentative(n) && u.before.has(n) && u.order(n) > last {
			ns = append(ns, n)
			u.meeting.add(n)
		}
	})
	for i, n := range ns {
		for _, m := range ns[:i] {
			u.met = append(u.met, pair{m, n})
		}
	}
}

// mayPair returns those of the pairs that met and may be candidates of each other: their documents
// have no link, are not asked for anyway, and share enough fingerprints and bands if each says
// as much as can be.
func (u *updating) mayPair() ([]pair, error) {
	slices.SortFunc(u.met, func(x, y pair) int { return cmp.Or(cmp.Compare(x.a, y.a), cmp.Compare(x.b, y.b)) })
	pairs := slices.DeleteFunc(slices.Compact(u.met), func(p pair) bool { return u.unlinked.has(p.a) || u.unlinked.has(p.b) })
	if err := u.readJudgements(slices.DeleteFunc(u.meeting.numbers(), func(n uint32) bool { return u.old[n] != nil })); err != nil {
		return nil, err
	}
	pairs = slices.DeleteFunc(pairs, func(p pair) bool {
		_, linked := u.old[p.a].find(p.b)
		return linked
	})
	var in bitmap
	for _, p := range pairs {
		in.add(p.a)
		in.add(p.b)
	}
	ns := in.numbers()
	if err := u.keysOf(ns); err != nil {
		return nil, err
	}
	byKey := make(map[uint32][]dedup.Fingerprint, len(ns))
	for _, n := range ns {
		byKey[n] = slices.Clone(u.sketch[n].fingerprints)
		slices.SortFunc(byKey[n], func(x, y dedup.Fingerprint) int { return cmp.Compare(x.Hash, y.Hash) })
	}
	var hits []lsh.Hit
	return slices.DeleteFunc(pairs, func(p pair) bool {
		hits = mostHits(hits[:0], byKey[p.a], byKey[p.b])
		for _, band := range u.sketch[p.a].bands {
			if slices.Contains(u.sketch[p.b].bands, band) {
				hits = append(hits, lsh.Hit{Weight: lsh.Least})
			}
		}
		slices.SortFunc(hits, func(x, y lsh.Hit) int { return cmp.Compare(x.Diagonal, y.Diagonal) })
		return lsh.Heaviest(hits) < lsh.Enough(int(min(u.unitsOf(p.a), u.unitsOf(p.b))))
	}), nil
}

// mostHits appends the hits of the fingerprints of two texts, by key, as if few documents held
// each.
func mostHits(hits []lsh.Hit, a, b []dedup.Fingerprint) []lsh.Hit {
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch c := cmp.Compare(a[i].Hash, b[j].Hash); {
		case c < 0:
			i++
		case c > 0:
			j++
		default:
			for k := j; k < len(b) && b[k].Hash == a[i].Hash; k++ {
				diagonal := packHit(0, 0, int32(a[i].Pos)-int32(b[k].Pos), lsh.Rare).diagonal()
				hits = append(hits, lsh.Hit{Diagonal: diagonal, Weight: lsh.Rare})
			}
			i++
		}
	}
	return hits
}
