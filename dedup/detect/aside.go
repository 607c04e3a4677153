package detect

import (
	"bytes"
	"encoding/binary"
	"errors"
	"slices"

	"repost/dedup/cluster"
)

// What is set aside of documents as learned boilerplate is kept with the stories that are
// made without it, or in the judgements of documents, so that whoever reads the stories need
// not learn it again: a fifth of
// the time of a deduplication of 200,000 documents. It takes some 5 bytes for a document
// with a footer: of each document that has links and something set aside, the distance of
// its number from the one before, the number of its spans, and for each span the distance
// of its beginning from the last end and its length, as varints.

// asideVersion begins the value, which is never empty.
const asideVersion = 1

// setAsideOf calls fn with what is set aside of documents, by what the corpus keeps of each or
// by a value of PackAside. ok is false where it is not known.
func (st *detector) setAsideOf(fn func(n uint32, set cluster.Set)) (ok bool, err error) {
	if corpus, isUpdatable := st.corpus.(Updatable); isUpdatable {
		basis, err := corpus.State(StateBasis)
		if err != nil {
			return false, err
		}
		if bytes.Equal(basis, st.basis()) {
			return true, corpus.EachJudgement(func(n uint32, j *Judgement) error {
				if j.evident() && len(j.Learned) > 0 && int(n) < len(st.ids) {
					fn(n, j.Learned)
				}
				return nil
			})
		}
	}
	kept, err := st.corpus.State(StateAside)
	if err != nil {
		return false, err
	}
	return readAside(kept, st.units, fn)
}

// PackAside returns what is set aside of documents with these numbers.
func PackAside(numbers []uint32, learned func(i int) cluster.Set) []byte {
	order := make([]int, 0, len(numbers))
	for i := range numbers {
		if len(learned(i)) > 0 {
			order = append(order, i)
		}
	}
	slices.SortFunc(order, func(i, j int) int { return int(numbers[i]) - int(numbers[j]) })
	out, last := []byte{asideVersion}, uint32(0)
	for _, i := range order {
		set := learned(i)
		out = binary.AppendUvarint(out, uint64(numbers[i]-last))
		out = binary.AppendUvarint(out, uint64(len(set)))
		end := int32(0)
		for _, v := range set {
			out = binary.AppendUvarint(out, uint64(v.Lo-end))
			out = binary.AppendUvarint(out, uint64(v.Hi-v.Lo))
			end = v.Hi
		}
		last = numbers[i]
	}
	return out
}

var errAside = errors.New("what is set aside as boilerplate is damaged; repost recluster finds it anew")

// readAside calls fn for each document of a value of PackAside. ok is false where it is not
// known. A set lies within the units that its document has.
func readAside(b []byte, units []uint32, fn func(n uint32, set cluster.Set)) (ok bool, err error) {
	if len(b) == 0 || b[0] != asideVersion {
		return false, nil
	}
	b = b[1:]
	next := func() (v uint64) {
		v, n := binary.Uvarint(b)
		if n <= 0 || v > 1<<31 {
			err, b = errAside, nil
			return 0
		}
		b = b[n:]
		return v
	}
	for n := uint64(0); len(b) > 0; {
		n += next()
		spans := next()
		if err != nil || n >= uint64(len(units)) || spans > uint64(len(b)) {
			return false, errAside
		}
		set, end := make(cluster.Set, 0, spans), uint64(0)
		for range spans {
			lo := end + next()
			end = lo + next()
			if err != nil || end > uint64(units[n]) || lo == end {
				return false, errAside
			}
			set = append(set, cluster.Interval{Lo: int32(lo), Hi: int32(end)})
		}
		fn(uint32(n), set)
	}
	return true, nil
}
