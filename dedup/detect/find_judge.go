package detect

import (
	"cmp"
	"maps"
	"slices"

	"repost/dedup"
	"repost/dedup/cluster"
)

// The judge of Find: the candidates are aligned with the text and judged by the thresholds of
// an ingest, with boilerplate set aside and fingerprints weighed by the stories that hold them.

// reposted is a representative that carries a part of the text: which, in live units.
type reposted struct {
	representative uint32
	ours           cluster.Set
	theirs         cluster.Set
	quoted         bool          // a passage too short for a story: see FindQuotations
	chains         []dedup.Chain // of a quotation
}

// judge aligns the representatives with the text and judges the links: twice, since what the
// text joins is no other story that holds its fingerprints too. The text comes first among
// the documents: its key is empty.
func (q *query) judge(representatives []uint32) ([]reposted, error) {
	for _, n := range representatives {
		if _, err := q.info(n); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(representatives, func(a, b uint32) int { return cmp.Compare(q.infos[a].ID, q.infos[b].ID) })
	docs := []cluster.Doc{{
		Units: int32(q.sketch.Units), Gram: int32(q.text.gramUnits(q.scheme.Gram)), Day: q.day, Source: q.sourceOf(q.from),
	}}
	var links []cluster.Link
	var k Linker
	for i, n := range representatives {
		t := q.texts[n]
		docs = append(docs, cluster.Doc{
			Key: q.infos[n].ID, Units: int32(len(t.IDs)), Gram: int32(t.gramUnits(q.scheme.Gram)), Day: q.infos[n].GivenDay(), Source: q.sourceOf(q.infos[n].Source),
		})
		if chains := k.Chains(q.text, t); len(chains) > 0 {
			links = append(links, cluster.Link{A: 0, B: int32(i + 1), Chains: chains})
		}
	}
	keys := map[uint64]int32{}
	matched := matchedBy(links)
	for _, p := range q.sketch.Fingerprints {
		if pos := int32(p.Pos); matched.Within(pos, pos+docs[0].Gram) < int(docs[0].Gram) {
			continue // the judge asks about those inside the passages
		}
		if _, ok := keys[p.Hash]; !ok {
			keys[p.Hash] = int32(len(keys))
		}
		docs[0].Fingerprints = append(docs[0].Fingerprints, cluster.Fingerprint{Key: keys[p.Hash], Pos: int32(p.Pos)})
	}
	if err := q.setAside(docs, representatives, slices.Sorted(maps.Keys(keys))); err != nil {
		return nil, err
	}
	var out []reposted
	frequency := make([]int32, len(keys))
	for range 2 {
		ours, err := q.storiesWith(out)
		if err != nil {
			return nil, err
		}
		for key, i := range keys {
			if frequency[i], err = q.others(key, ours); err != nil {
				return nil, err
			}
			frequency[i]++ // and the text, or the stories it joins
		}
		verdicts, _ := cluster.Judge(docs, slices.Clone(links), frequency, cluster.Default)
		out = out[:0]
		for i, v := range verdicts {
			if v.Accepted {
				out = append(out, repost(representatives[links[i].B-1], links[i].Chains, v.Kept))
			}
		}
	}
	return out, nil
}

// witnesses is how many of the documents that hold a fingerprint are looked at to say whether
// it is boilerplate.
const witnesses = 256

// setAside sets aside what is boilerplate of the text and of the representatives it shares keys
// with; docs are the text and the representatives.
func (q *query) setAside(docs []cluster.Doc, representatives []uint32, keys []uint64) error {
	keys = slices.DeleteFunc(keys, func(key uint64) bool { return len(q.holders[key]) < atLeast })
	if len(keys) == 0 {
		return nil
	}
	waiting, err := recurring(q.index, keys, witnesses)
	if err != nil {
		return err
	}
	l, err := examined(q.index, q.scheme, waiting)
	if err != nil || len(l) == 0 {
		return err
	}
	covered := make([][]cluster.Interval, len(docs))
	add := func(i int, key uint64, pos uint32) {
		if d := &docs[i]; l.in(key, int32(pos), d.Units) {
			covered[i] = append(covered[i], cluster.Interval{Lo: int32(pos), Hi: min(int32(pos)+d.Gram, d.Units)})
		}
	}
	for _, p := range q.sketch.Fingerprints {
		add(0, p.Hash, p.Pos)
	}
	place := map[uint32]int{}
	for i, n := range representatives {
		place[n] = i + 1
	}
	err = q.index.LookupFingerprints(slices.Sorted(maps.Keys(l)), func(key uint64, ps []dedup.Posting) error {
		for _, p := range ps {
			if i, ok := place[p.Doc]; ok {
				add(i, key, p.Pos)
			}
		}
		return nil
	})
	for i := range docs {
		docs[i].Learned = runsOf(cluster.Of(covered[i]), docs[i].Units, docs[i].Gram)
	}
	return err
}

// matchedBy returns the units of the text that links match.
func matchedBy(links []cluster.Link) cluster.Set {
	var ivs []cluster.Interval
	for i := range links {
		for _, c := range links[i].Chains {
			for _, r := range c.Runs {
				ivs = append(ivs, cluster.Interval{Lo: r.A, Hi: r.A + r.Len})
			}
		}
	}
	return cluster.Of(ivs)
}

func repost(head uint32, chains []dedup.Chain, keep []int) reposted {
	kept := make([]dedup.Chain, len(keep))
	for i, c := range keep {
		kept[i] = chains[c]
	}
	r := reposted{representative: head}
	r.ours, r.theirs = Extent(kept)
	return r
}
