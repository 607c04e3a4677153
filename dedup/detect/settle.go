package detect

import (
	"cmp"
	"encoding/binary"
	"errors"
	"maps"
	"math/bits"
	"slices"
	"sync/atomic"
	"time"

	"repost/dedup"
	"repost/dedup/cluster"
)

// Learning is the name under which a corpus keeps whether boilerplate is learned:
// the value Off says that it is not.
const (
	Learning = "learning"
	Off      = "off"
)

// UpdateStories brings a corpus up to date: it links the documents that are new, judges all links
// again and replaces the stories. The result depends only on the documents, not on their
// order, nor on the number of calls that added them, nor on documents that were removed.
//
// Links are kept, so a document is aligned with its candidates once. Where the corpus keeps
// what was found of each document (Updatable) and few came or went, only what that can
// change is judged again: see the file update.go. Else judging is a pass over all links.
func UpdateStories(c Corpus, s *Scheme, progress dedup.Progress) error {
	if progress == nil {
		progress = func(string, int, int) {}
	}
	st := &detector{corpus: c, scheme: s, progress: progress, inMemoryUnits: batchUnits, inMemoryHits: heldHits, incremental: true}
	return st.run()
}

func (st *detector) run() error {
	defer func() { st.spill.close() }()
	began := time.Now()
	lap := func(seconds *float64) {
		*seconds = time.Since(began).Seconds()
		began = time.Now()
	}
	if err := st.load(); err != nil {
		return err
	}
	lap(&st.work.Seconds.Loading)
	if err := st.link(); err != nil {
		return err
	}
	lap(&st.work.Seconds.Linking)
	st.lap = lap
	if st.update != nil {
		return st.update.judge()
	}
	return st.judge()
}

// detector is the state of one UpdateStories. Everything indexed by document number has
// room for every number given out.
type detector struct {
	corpus   Corpus
	scheme   *Scheme
	progress dedup.Progress

	ids     []string // by number; "" is no live document
	source  []int32
	day     []int32
	times   []uint64 // places in time: see Info.PlaceInTime
	units   []uint32
	content []dedup.Content
	names   []string  // of the sources
	lazy    *lookedUp // instead of all this, what was looked up; nil: it was read

	represents     bitmap   // documents that are the representative of their text
	representative []uint32 // number → the document that represents all with the same text
	copies         map[uint32][]uint32
	shared         sharedPostings
	crowded        bitmap     // representatives that share many bands with many others; nil until they are looked for
	inMemoryUnits  int        // the most units of texts to be linked that need no spill
	inMemoryHits   int        // the most hits of a scan that need no temporary file
	spill          *textSpill // of texts that are linked; nil if they fit in memory
	table          textTable  // texts that fit in memory together, if there is no spill
	linked         bitmap     // for any two of these it is known what they share
	// changed says that linked is not what the corpus keeps.
	changed bool
	update  *updating // nil: everything is judged
	work    Work
	lap     func(seconds *float64) // notes the time since it was called last
	only    *keys                  // of the indexes, all that is looked at; nil is everything

	tried *cluster.Thresholds // other thresholds than the default
	// incremental says that stories may be made by difference.
	incremental bool
	whole       bool // all is judged, whatever changed
	all         bool // links that cannot be accepted are judged too
	unlearned   bool // boilerplate is not learned
}

// bitmap is a set of document numbers.
type bitmap []byte

func (b bitmap) has(n uint32) bool { return int(n/8) < len(b) && b[n/8]>>(n%8)&1 != 0 }

func (b *bitmap) add(n uint32) {
	if i := int(n / 8); i >= len(*b) {
		*b = append(*b, make([]byte, i+1-len(*b))...)
	}
	(*b)[n/8] |= 1 << (n % 8)
}

func (b bitmap) remove(n uint32) {
	if b.has(n) {
		b[n/8] &^= 1 << (n % 8)
	}
}

// numbers returns the members, ascending.
func (b bitmap) numbers() []uint32 {
	ns := make([]uint32, 0, b.count())
	for i := 0; i < len(b); i += 8 {
		for x := b.word(i); x != 0; x &= x - 1 {
			ns = append(ns, uint32(8*i+bits.TrailingZeros64(x)))
		}
	}
	return ns
}

func (b bitmap) count() (n int) {
	for i := 0; i < len(b); i += 8 {
		n += bits.OnesCount64(b.word(i))
	}
	return n
}

// word returns the eight bytes from i on, or what there is of them.
func (b bitmap) word(i int) (x uint64) {
	if i+8 <= len(b) {
		return binary.LittleEndian.Uint64(b[i:])
	}
	for k, v := range b[i:] {
		x |= uint64(v) << (8 * k)
	}
	return x
}

// load learns what changed, and reads what is known of documents: of all, unless the stories
// are brought up to date by difference.
func (st *detector) load() error {
	learning, err := st.corpus.State(Learning)
	if err != nil {
		return err
	}
	st.unlearned = string(learning) == Off
	linked, err := st.corpus.State("linked")
	if err != nil {
		return err
	}
	if st.incremental && !st.whole {
		if err := st.lookUp(linked); err != nil {
			return err
		}
	}
	if st.update == nil {
		if err := st.readAll(); err != nil {
			return err
		}
		st.classes(linked)
	}
	if err := st.unlink(linked); err != nil {
		return err
	}
	if st.update != nil && st.update.toomany() {
		err := st.lazy.failed()
		st.update, st.lazy, st.only, st.crowded, st.shared = nil, nil, nil, nil, sharedPostings{}
		st.represents, st.linked, st.whole, st.work = nil, nil, true, Work{}
		return cmp.Or(err, st.load())
	}
	return nil
}

// readAll reads what is known of all documents.
func (st *detector) readAll() error {
	sources := map[string]int32{}
	err := st.corpus.Infos(func(n uint32, i dedup.Info) error {
		st.grow(n)
		src, ok := sources[i.Source]
		switch {
		case i.Source == "":
			src = ownSource(n)
		case !ok:
			src = int32(len(st.names))
			sources[i.Source] = src
			st.names = append(st.names, i.Source)
		}
		st.ids[n], st.source[n], st.day[n], st.units[n], st.content[n] = i.ID, src, i.GivenDay(), i.Units, i.Content
		st.times[n] = i.PlaceInTime()
		return nil
	})
	if err != nil {
		return err
	}
	return st.corpus.Retired(func(n uint32, i dedup.Info) error {
		st.grow(n)
		st.units[n], st.content[n] = i.Units, i.Content
		if src, ok := sources[i.Source]; ok && i.Source != "" {
			st.source[n] = src // what it was counted with
		}
		return nil
	})
}

// grow makes room for document n.
func (st *detector) grow(n uint32) {
	for int(n) >= len(st.ids) {
		st.ids = append(st.ids, "")
		st.source = append(st.source, -1)
		st.day = append(st.day, cluster.NoDay)
		st.times = append(st.times, dedup.Undated)
		st.units = append(st.units, 0)
		st.content = append(st.content, dedup.Content{})
	}
}

// unlink sets which documents are linked: for any two of them it is known what they share.
// Of those that were, it removes
//
//   - what no longer represents its text: removed, or now a copy of another.
//     Documents that came since were not compared with it, so if it is back one
//     day it must be;
//   - what holds a fingerprint or a band that was too frequent to make candidates before
//     such a document went and is gone, or is a pivot of it since.
//
// With that, stories depend on the documents that are left and not on those
// that were there.
func (st *detector) unlink(before bitmap) error {
	var gone bitmap
	for _, n := range before.numbers() {
		if st.isRepresentative(n) {
			st.linked.add(n)
		} else {
			gone.add(n)
		}
	}
	if st.changed = gone.count() > 0; !st.changed {
		return nil
	}
	if st.update != nil {
		if err := st.update.look(gone.numbers()); err != nil {
			return err
		}
	}
	t, was := newTally(st), []uint64{}
	lost := map[int32]int{} // of those that are gone, by source
	return st.scan("comparing with what was removed", func(ps []dedup.Posting, key *sharing) {
		all := 0
		was = was[:0]
		st.documents(ps, func(n uint32) {
			switch {
			case gone.has(n):
				all++
				lost[st.sourceOf(n)]++
				fallthrough
			case st.isRepresentative(n):
				was = append(was, st.order(n))
			}
		})
		if all == 0 {
			return
		}
		representatives := t.count(ps)
		rarer := key.weight(representatives) > key.weight(representatives+all) || representatives <= key.AllPairs && representatives+all > key.AllPairs
		t.choose(ps, key.Crowd)
		last := lastPivot(was, key.Crowd)
		st.documents(ps, func(n uint32) {
			if !st.isRepresentative(n) {
				return
			}
			of, off := t.of.count(st.sourceOf(n)), lost[st.sourceOf(n)]
			if rarer || t.isPivot(n) && st.order(n) > last || of < sameSource && of+off >= sameSource {
				st.linked.remove(n)
				if st.update != nil {
					st.update.unlinked.add(n)
				}
			}
		})
		clear(lost)
		t.reset(ps)
	})
}

// documents calls fn for each document of postings once.
func (st *detector) documents(ps []dedup.Posting, fn func(n uint32)) {
	for i, p := range ps {
		if i == 0 || p.Doc != ps[i-1].Doc {
			fn(p.Doc)
		}
	}
}

// classes finds the documents with the same text after folding and masks. One of them, the
// representative, represents all: n copies cost O(n), and a text is compared once, however often and
// whenever it was carried: a notice that is written again a year later in the same words is
// the same text. before are those that were linked.
func (st *detector) classes(before bitmap) {
	st.representative = make([]uint32, len(st.ids))
	st.copies = map[uint32][]uint32{}
	var order []uint32
	for n := range st.ids {
		st.representative[n] = uint32(n)
		if st.units[n] > 0 {
			order = append(order, uint32(n))
		}
	}
	slices.SortFunc(order, func(a, b uint32) int { // which is most of the work: hashes differ at once
		if x, y := st.content[a].Hi, st.content[b].Hi; x != y {
			return cmp.Compare(x, y)
		}
		return cmp.Or(st.content[a].Compare(st.content[b]), cmp.Compare(a, b))
	})
	for lo := 0; lo < len(order); {
		hi := lo + 1
		for hi < len(order) && st.content[order[hi]] == st.content[order[lo]] {
			hi++
		}
		st.divide(order[lo:hi])
		st.sharePostings(order[lo:hi], before)
		lo = hi
	}
}

// divide finds the class of documents with one content. Retired ones are in none.
func (st *detector) divide(same []uint32) {
	if len(same) == 1 && !st.retired(same[0]) {
		st.represents.add(same[0])
		return
	}
	if slices.ContainsFunc(same, st.retired) {
		same = slices.DeleteFunc(slices.Clone(same), st.retired)
	}
	if len(same) == 0 {
		return
	}
	class := slices.Clone(same)
	sortByID(class, st.ids)
	head := class[0]
	if len(class) > 1 {
		for _, n := range class {
			st.representative[n] = head
		}
		st.copies[head] = class
	}
	st.represents.add(head)
}

// link aligns every representative that was not linked yet with its candidates.
func (st *detector) link() error {
	if st.changed {
		if err := st.addLinks(nil); err != nil {
			return err
		}
	}
	todo := slices.DeleteFunc(st.represents.numbers(), st.linked.has)
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
	return nil
}

// batchUnits bounds the live units of the texts that one batch of alignments holds
// in memory, about six bytes each. An ingest of more than that goes by way of a shelf.
const batchUnits = 1 << 23

// batchPairs bounds the pairs that are aligned before their links are kept.
const batchPairs = 1 << 16

// align aligns pairs and keeps what they share; with that, askers are linked. Pairs
// that hang together are aligned together, so that few texts are read twice.
func (st *detector) align(askers []uint32, pairs []pair) error {
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

// source returns prepared texts, one after the other; a text is valid until the next
// call unless keep says that it must stay.
type source func(n uint32, keep bool) (*compact, error)

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
	parallelWith(len(errs), func() *Sketcher { return &Sketcher{Scheme: st.scheme} }, func(k *Sketcher, i int) {
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
}

// alignBatch aligns pairs. Those with one document to be indexed stand together,
// and a worker takes a few at a time.
func (st *detector) alignBatch(pairs []pair, texts func() source) ([]dedup.Link, error) {
	const step = 16
	found := make([][]dedup.Link, (len(pairs)+step-1)/step)
	errs := make([]error, len(found))
	var repeating atomic.Int64
	parallelWith(len(found), func() *aligner { return &aligner{texts: texts()} }, func(k *aligner, i int) {
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
