package detect

import (
	"maps"
	"slices"

	"repost/dedup/cluster"
	"repost/dedup/lsh"
)

// Of most links the best chain alone says that their documents are candidates of each other: enough
// of its inner fingerprints are not weak. How many are weak is kept with a link. So where a
// fingerprint comes to be worth another amount of evidence, the links of documents that hold it
// count one more or one less, and documents are looked up only where that makes a difference: of
// 5,600 links that a thousand documents reach which come into a million, few.
//
// That number is not exact, and is compared with no other: a fingerprint of the first document that
// the second does not hold, at the end of a run mostly, may count as an inner one, and its change
// does not reach the link. So the chain must be enough even if all of these are weak.

// weak reports whether a fingerprint that stands like that makes weak candidates or none of two
// representatives that hold it.
func (u *updating) weak(s *standing, from, to uint32) bool {
	if s.texts > lsh.RareIn {
		return true
	}
	if source := u.sourceOf(from); s.of[source] >= sameSource && source == u.sourceOf(to) {
		return true
	}
	return s.texts > lsh.AllPairs && u.order(from) > s.last && u.order(to) > s.last
}

// reach notes the links of some of the documents that hold a fingerprint with any of these.
func (u *updating) reach(was, is *standing, some []uint32, all []sharer) error {
	if len(some) == 0 {
		return nil
	}
	at := make(map[uint32]*sharer, len(all))
	for i := range all {
		at[all[i].n] = &all[i]
	}
	done := map[uint32]bool{}
	for _, n := range some {
		done[n] = true
		j, err := u.judgementSoFar(n)
		if err != nil {
			return err
		}
		for i := range j.Links {
			l := &j.Links[i]
			if at[l.Other] == nil || done[l.Other] {
				continue
			}
			pair, by := between(n, l), int32(0)
			if u.weak(is, pair[0], pair[1]) {
				by++
			}
			if u.weak(was, pair[0], pair[1]) {
				by--
			}
			shifts := u.shifts[pair]
			for _, p := range at[pair[0]].at {
				shifts = append(shifts, moved{int32(p.Pos), by})
			}
			u.shifts[pair] = shifts
		}
	}
	return nil
}

// reweigh counts the weak fingerprints of the links that were reached, and returns those whose
// evidence may be another one. Links of the documents in again are counted anew.
func (u *updating) reweigh(again bitmap) (pairs [][2]uint32, err error) {
	maps.DeleteFunc(u.shifts, func(p [2]uint32, _ []moved) bool { return again.has(p[0]) || again.has(p[1]) })
	all := sortPairs(slices.Collect(maps.Keys(u.shifts)))
	if err := u.read(all); err != nil {
		return nil, err
	}
	var unlikely [][2]uint32 // that were not evident
	for _, p := range all {
		j, err := u.changedJudgement(p[0])
		if err != nil {
			return nil, err
		}
		k, ok := j.find(p[1])
		if !ok {
			return nil, errUnlike
		}
		l, chains := &j.Links[k], cluster.Link{Chains: u.chains[p].Chains}
		inner := chains.Inner()
		for _, m := range u.shifts[p] {
			if m.by != 0 && inner.HasInner(m.pos, m.pos+u.chains[p].GramFrom) {
				l.Weak += m.by
			}
		}
		switch units := min(u.unitsOf(p[0]), u.unitsOf(p[1])); {
		case !l.Evident:
			unlikely = append(unlikely, p)
		case lsh.Rare*(inner.Inner-l.Weak-(inner.Fingerprints-inner.Inner)) < lsh.Enough(int(units)):
			pairs = append(pairs, p)
		}
	}
	possible, err := u.possible(unlikely)
	return append(pairs, possible...), err
}

// possible returns those of some links that can be accepted at all.
func (u *updating) possible(pairs [][2]uint32) (out [][2]uint32, err error) {
	rank, docs, table := map[uint32]int32{}, []cluster.Doc{}, cluster.Table{}
	for _, p := range pairs {
		for _, n := range p {
			if _, ok := rank[n]; ok {
				continue
			}
			j, err := u.judgementSoFar(n)
			if err != nil {
				return nil, err
			}
			rank[n] = int32(len(docs))
			docs = append(docs, cluster.Doc{Units: int32(u.unitsOf(n)), Source: int64(u.sourceOf(n)), Day: u.dayOf(n), Gram: j.Gram, Learned: j.Learned})
		}
		table.Add(&cluster.Link{A: rank[p[0]], B: rank[p[1]], Chains: u.chains[p].Chains})
	}
	for i, yes := range cluster.Possible(docs, &table, u.thresholds()) {
		if yes {
			out = append(out, pairs[i])
		}
	}
	return out, nil
}
