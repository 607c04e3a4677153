package detect

import (
	"cmp"
	"slices"
	"time"

	"repost/dedup"
	"repost/dedup/cluster"
	"repost/dedup/lsh"
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
	prepared *TextCache // nil: each text is prepared when it is read

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
	supposed    map[pair]*supposition
	unlearned   bool // boilerplate is not learned
}

// load learns what changed, and reads what is known of documents: of all, unless the stories
// are brought up to date by difference.
func (st *detector) load() error {
	learning, err := st.corpus.State(StateLearning)
	if err != nil {
		return err
	}
	st.unlearned = string(learning) == Off
	linked, err := st.corpus.State(StateLinked)
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
	if st.update != nil && st.update.tooMany() {
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
//   - of a fingerprint or a band that says more since such a document went: the pivots,
//     with which it makes all hits, or those that are pivots only now. Where all that hold it
//     are, an update notes the pairs instead: see meet;
//   - what was in a crowd that no longer is one: see Crowds.
//
// With that, stories depend on the documents that are left and not on those
// that were there.
func (st *detector) unlink(before bitmap) error {
	st.linked = before.and(st.represents)
	left := before.without(st.represents)
	if st.changed = len(left) > 0; !st.changed {
		return nil
	}
	var gone bitmap
	for _, n := range left {
		gone.add(n)
	}
	if st.update != nil {
		if err := st.update.look(left); err != nil {
			return err
		}
	}
	t, was := newTally(st), []uint64{}
	lost := map[int32]int{} // of those that are gone, by source
	return st.scan("comparing with what was removed", func(ps []dedup.Posting, s *summary, band bool) bool {
		if s != nil {
			return !s.changed()
		}
		all := 0
		st.documents(ps, func(n uint32) {
			if gone.has(n) {
				all++
			}
		})
		if all == 0 || len(ps) <= lsh.AllPairs { // in few texts, then and now
			return true
		}
		representatives := t.count(ps, nil)
		was = was[:0]
		st.documents(ps, func(n uint32) {
			if g := gone.has(n); g || st.isRepresentative(n) {
				was = append(was, st.order(n))
				if g && t.sources {
					lost[st.sourceOf(n)]++
				}
			}
		})
		rarer := keyWeight(band, representatives) > keyWeight(band, representatives+all)
		fewer := representatives <= lsh.AllPairs && representatives+all > lsh.AllPairs
		t.choose(ps)
		last := lastPivot(was)
		if st.update != nil && fewer && !band && !rarer && len(lost) == 0 {
			st.update.meet(ps, last)
			return true
		}
		st.documents(ps, func(n uint32) {
			if !st.isRepresentative(n) {
				return
			}
			if band && fewer || t.isPivot(n) && (rarer || st.order(n) > last || len(lost) > 0 && t.fewer(n, lost)) {
				st.linked.remove(n)
				if st.update != nil {
					st.update.unlinked.add(n)
				}
			}
		})
		clear(lost)
		t.reset(ps)
		return true
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
