package detect

import (
	"cmp"
	"errors"
	"maps"
	"slices"
	"sync/atomic"

	"repost/dedup"
	"repost/dedup/cluster"
	"repost/dedup/parallel"
)

// Linking aligns the documents that are new with their candidates, in batches of texts that
// memory holds. A text is read and prepared once for a batch; two texts are aligned once.

// link aligns every representative that was not linked yet with its candidates.
func (st *detector) link() error {
	if st.changed {
		if err := st.addLinks(nil); err != nil {
			return err
		}
	}
	todo := st.represents.without(st.linked)
	st.progress("finding candidates", 0, st.count())
	if st.update != nil {
		if err := st.update.look(todo); err != nil {
			return err
		}
	}
	st.openSpill(todo)
	for done := 0; done < len(todo); {
		err := st.candidates(todo[done:], func(askers []uint32, pairs []pair) error {
			done += len(askers)
			return st.align(askers, pairs)
		})
		if err != nil {
			return err
		}
	}
	if st.update == nil || len(st.update.met) == 0 {
		return nil
	}
	pairs, err := st.update.mayPair()
	if err != nil {
		return err
	}
	return st.align(nil, pairs)
}

// batchUnits bounds the live units of the texts that one batch of alignments holds
// in memory, about six bytes each. An ingest of more goes by way of a textSpill.
const batchUnits = 1 << 23

// batchPairs bounds the pairs that are aligned before their links are kept.
const batchPairs = 1 << 16

// align aligns pairs and keeps what they share; with that, askers are linked. Pairs
// that hang together are aligned together, so that few texts are read twice.
func (st *detector) align(askers []uint32, pairs []pair) error {
	if st.update != nil {
		var err error
		if pairs, err = st.update.unknown(pairs); err != nil {
			return err
		}
	}
	st.work.Aligned += len(pairs)
	pairs = st.together(pairs)
	if st.spill.usable() {
		var wanted bitmap
		for _, p := range pairs {
			wanted.add(p.a)
			wanted.add(p.b)
		}
		if err := st.spill.fill(st, wanted.numbers()); err != nil {
			return err
		}
	}
	var links []dedup.Link
	for all := len(pairs); len(pairs) > 0; {
		st.progress("aligning pairs", all-len(pairs), all)
		batch := pairs[:min(batchPairs, len(pairs))]
		texts := st.spill.reader
		if !st.spill.usable() {
			var err error
			if batch, texts, err = st.some(pairs); err != nil {
				return err
			}
		}
		found, err := st.alignBatch(batch, texts)
		if err != nil {
			return err
		}
		links, pairs = append(links, found...), pairs[len(batch):]
		if len(links) >= 1<<15 && len(pairs) > 0 {
			if err := st.addLinks(links); err != nil {
				return err
			}
			links = links[:0]
		}
	}
	for _, n := range askers {
		st.linked.add(n)
	}
	return st.addLinks(links)
}

// addLinks keeps links and which documents are linked; an update keeps them at its end.
func (st *detector) addLinks(links []dedup.Link) error {
	if st.update != nil {
		st.update.added = append(st.update.added, links...)
		return nil
	}
	return st.corpus.AddLinks(links, st.linked)
}

// source returns prepared texts, one after the other. A text may be in room, and is valid
// until that is given again; nil makes new room.
type source func(n uint32, room *compact) (*compact, error)

// some returns the first of pairs, as many as their texts fit in memory, and these
// texts.
func (st *detector) some(pairs []pair) (batch []pair, texts func() source, err error) {
	var need bitmap
	units, hi := 0, 0
	for ; hi < len(pairs) && (hi == 0 || units < batchUnits); hi++ {
		for _, n := range []uint32{pairs[hi].a, pairs[hi].b} {
			if !need.has(n) {
				need.add(n)
				units += int(st.unitsOf(n))
			}
		}
	}
	ns := need.numbers()
	if err := st.keepTexts(ns); err != nil {
		return nil, nil, err
	}
	texts, err = st.inMemory(ns)
	return pairs[:hi], texts, err
}

// compacts prepares documents for linking: in the spill, if there is one already or there
// are too many to be held in memory. It returns nil if there are too many and no room for a
// spill.
func (st *detector) compacts(need bitmap) (func() source, error) {
	ns := need.numbers()
	st.openSpill(ns)
	if st.spill.usable() {
		if err := st.spill.fill(st, ns); err != nil {
			return nil, err
		}
	}
	switch {
	case st.spill.usable():
		return st.spill.reader, nil
	case st.fit(ns):
		if err := st.keepTexts(ns); err != nil {
			return nil, err
		}
		return st.inMemory(ns)
	}
	return nil, nil
}

// together orders pairs by the connected component they are in, and in that by the
// document whose id sorts last, which is what a Linker indexes.
func (st *detector) together(pairs []pair) []pair {
	var in bitmap
	for _, p := range pairs {
		in.add(p.a)
		in.add(p.b)
	}
	var place byNumber
	ns := in.numbers()
	for i, n := range ns {
		*place.at(n) = int32(i)
	}
	root := cluster.Joined(len(ns), func(yield func(a, b int32) bool) {
		for _, p := range pairs {
			if !yield(place.get(p.a), place.get(p.b)) {
				return
			}
		}
	})
	for i, p := range pairs {
		if st.id(p.a) > st.id(p.b) {
			pairs[i] = pair{p.b, p.a}
		}
	}
	slices.SortFunc(pairs, func(x, y pair) int {
		return cmp.Or(cmp.Compare(root[place.get(x.a)], root[place.get(y.a)]), cmp.Compare(x.b, y.b), cmp.Compare(x.a, y.a))
	})
	return pairs
}

// texts reads and prepares the documents of a set.
func (st *detector) texts(need map[uint32]bool) (map[uint32]*Text, error) {
	ns := slices.Sorted(maps.Keys(need))
	all, err := prepared(st, ns, func(k *Sketcher, text string) *Text { return k.Scheme.Prepare(text) })
	if err != nil {
		return nil, err
	}
	out := make(map[uint32]*Text, len(ns))
	for i, n := range ns {
		out[n] = all[i]
	}
	return out, nil
}

// prepared reads documents, whose numbers ascend, and returns what from makes of them.
func prepared[T any](st *detector, ns []uint32, from func(k *Sketcher, text string) T) ([]T, error) {
	all := make([]T, len(ns))
	err := st.eachText(ns, func(k *Sketcher, i int, text string) { all[i] = from(k, text) })
	return all, err
}

// eachText reads documents, whose numbers ascend, and calls do with the index of each, on
// all processors. What do writes must be its own.
func (st *detector) eachText(ns []uint32, do func(k *Sketcher, i int, text string)) error {
	const step = 256
	errs := make([]error, (len(ns)+step-1)/step)
	parallel.With(len(errs), func() *Sketcher { return &Sketcher{Scheme: st.scheme, texts: st.prepared} }, func(k *Sketcher, i int) {
		at := i * step
		errs[i] = st.corpus.Texts(ns[at:min(at+step, len(ns))], func(_ uint32, text string) error {
			do(k, at, text)
			at++
			return nil
		})
	})
	return errors.Join(errs...)
}

// aligner is a worker that aligns.
type aligner struct {
	Linker
	texts source
	to    uint32 // the document that is indexed
	b     *compact

	pageOf uint32 // the document that was indexed instead, being a page
	page   *compact
	rooms  [3]compact // of the second text, the page and the first text
}

// alignBatch aligns pairs. Those with one document to be indexed stand together,
// and a worker takes a few at a time.
func (st *detector) alignBatch(pairs []pair, texts func() source) ([]dedup.Link, error) {
	const step = 16
	found := make([][]dedup.Link, (len(pairs)+step-1)/step)
	errs := make([]error, len(found))
	var repeating atomic.Int64
	parallel.With(len(found), func() *aligner { return &aligner{texts: texts()} }, func(k *aligner, i int) {
		for _, p := range pairs[i*step : min((i+1)*step, len(pairs))] {
			l, err := k.link(p)
			if err != nil {
				errs[i] = err
				return
			}
			if k.bounded() {
				repeating.Add(1)
			}
			if len(l.Chains) > 0 {
				found[i] = append(found[i], l)
			}
		}
	})
	st.work.Caps.Repeating += int(repeating.Load())
	return slices.Concat(found...), errors.Join(errs...)
}
