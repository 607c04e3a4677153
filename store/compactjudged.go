package store

import (
	"cmp"
	"errors"
	"iter"
	"slices"

	"repost/dedup/detect"
)

// Compact keeps what the last update found of each document (judged.go), so that the next
// change of a compacted corpus costs what it brings and not a pass over everything. Documents
// get new numbers and links new places in it; the order of both stays.

// judgements carries the judgements over, if all of them belong to what was carried over.
func (k *compaction) judgements() error {
	basis, err := k.from.State(detect.StateBasis)
	if err != nil || !detect.SameJudging(basis) || k.v.Judged != k.v.Documents || k.v.state.Toggled > 0 {
		return err
	}
	places, err := k.linkPlaces()
	if err != nil {
		return err
	}
	s := &detect.Outcome{Basis: basis, Learned: map[uint64][2]int32{}}
	from := k.from.Detection(k.ctx)
	if err := from.EachLearned(func(key uint64, e [2]int32) error { s.Learned[key] = e; return nil }); err != nil {
		return err
	}
	var failed error
	s.Judgements = k.renumbered(from, places, &failed)
	err = k.to.update(func(tx *txn, next *view) error {
		failed = nil
		err := cmp.Or(putJudgements(tx, next, s, nil), failed)
		if err != nil {
			return err
		}
		next.judgedAt(next)
		return errors.Join(putLearned(tx, s), putValue(tx, detect.StateExpanded, []byte{1}), putValue(tx, detect.StateBasis, basis))
	})
	if errors.Is(err, errNotCarried) {
		return nil // the next update judges everything, as it would have
	}
	return err
}

var errNotCarried = errors.New("a judgement of what was not carried over")

// renumbered yields the judgements by the new numbers of documents.
func (k *compaction) renumbered(from *Detection, places []linkPlace, failed *error) iter.Seq2[uint32, *detect.Judgement] {
	return func(yield func(uint32, *detect.Judgement) bool) {
		*failed = from.EachJudgement(func(n uint32, j *detect.Judgement) error {
			if k.number[n] == dropped {
				return errNotCarried
			}
			for i := range j.Links {
				l := &j.Links[i]
				at, ok := linkPlace{}, false
				if l.Other = k.number[l.Other]; l.Other != dropped {
					at, ok = placeOf(places, k.number[n], l.Other)
				}
				if !ok {
					return errNotCarried
				}
				l.Place = at.chunk
			}
			for pass := range j.Nodes {
				nodes := slices.Clone(j.Nodes[pass]) // two passes may share theirs
				for i := range nodes {
					first := k.number[nodes[i].Story>>8]
					if first == dropped {
						return errNotCarried
					}
					nodes[i].Story = uint64(first)<<8 | nodes[i].Story&0xff
				}
				j.Nodes[pass] = nodes
			}
			if !yield(k.number[n], j) {
				return errNothing
			}
			return k.ctx.Err()
		})
	}
}

// linkPlace is where the link of two documents is, the lower number first.
type linkPlace struct{ a, b, chunk uint32 }

func (p linkPlace) compare(q linkPlace) int {
	return cmp.Or(cmp.Compare(p.a, q.a), cmp.Compare(p.b, q.b))
}

// linkPlaces returns the places of all links of the new file, in order.
func (k *compaction) linkPlaces() ([]linkPlace, error) {
	v := k.to.view.Load()
	all := make([]linkPlace, 0, v.Links)
	for chunk := range v.LinkChunks {
		links, err := k.to.linkChunk(chunk, everyLink)
		if err != nil {
			return nil, err
		}
		for i := range links {
			l := &links[i]
			all = append(all, linkPlace{min(l.From, l.To), max(l.From, l.To), chunk})
		}
	}
	slices.SortFunc(all, linkPlace.compare)
	return all, nil
}

func placeOf(all []linkPlace, m, n uint32) (linkPlace, bool) {
	i, ok := slices.BinarySearchFunc(all, linkPlace{a: min(m, n), b: max(m, n)}, linkPlace.compare)
	if !ok {
		return linkPlace{}, false
	}
	return all[i], true
}
