package detect

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"repost/dedup"
	"repost/dedup/cluster"
	"repost/shingle"
)

// edges says at which edges of a text a fingerprint of boilerplate stands, and how far from
// them at most.
type edges [2]int32

// reach reports whether the fingerprint at unit pos of a text of the given length is
// boilerplate.
func (e edges) reach(pos, units int32) bool {
	return pos <= e[atHead] && e[atHead] > 0 || units-pos <= e[atTail] && e[atTail] > 0
}

// learned are the fingerprints of boilerplate.
type learned map[uint64]edges

// boilerplate says which fingerprints are of boilerplate.
type boilerplate interface {
	of(key uint64) (edges, bool)
}

func (l learned) of(key uint64) (edges, bool) {
	e, ok := l[key]
	return e, ok
}

func (l learned) add(r *recurrence) {
	d := l[r.key]
	d[r.side] = max(d[r.side], r.within)
	l[r.key] = d
}

// in reports whether fingerprint key at unit pos of a text of the given length is
// boilerplate.
func (l learned) in(key uint64, pos, units int32) bool {
	e, ok := l[key]
	return ok && e.reach(pos, units)
}

// learner looks for boilerplate in a scan of the fingerprints.
type learner struct {
	st       *detector
	learned  learned
	examiner examiner
	waiting  []recurrence
	sample   []witness
}

// see takes the postings of a fingerprint and the number of representatives that hold it.
func (l *learner) see(key uint64, ps []dedup.Posting, representatives int) error {
	if representatives < atLeast {
		return nil
	}
	l.sample = l.sample[:0]
	for lo := 0; lo < len(ps); {
		hi := lo + 1
		for hi < len(ps) && ps[hi].Doc == ps[lo].Doc {
			hi++
		}
		if n := ps[lo].Doc; l.st.isRepresentative(n) {
			l.sample = taken(l.sample, witness{n, l.st.order(n), int32(ps[lo].Pos), int32(ps[hi-1].Pos), int32(l.st.unitsOf(n))})
		}
		lo = hi
	}
	l.waiting = append(l.waiting, recurrencesOf(key, l.sample)...)
	if len(l.waiting) >= maxWaiting {
		return l.examine()
	}
	return nil
}

// taken inserts h into a sample, which is ordered and holds the first ones.
func taken(sample []witness, h witness) []witness {
	if len(sample) == sampleSize {
		if sample[sampleSize-1].order <= h.order {
			return sample
		}
		sample = sample[:sampleSize-1]
	}
	at, _ := slices.BinarySearchFunc(sample, h, func(a, b witness) int { return cmp.Compare(a.order, b.order) })
	return slices.Insert(sample, at, h)
}

// examine examines the recurrences that wait, some texts at a time. The texts are spread over
// the corpus, so that to read those of a few recurrences is to unpack nearly all blocks: where
// there is a spill, all are read in one pass. In 66,777 broadcasts, 11,400 texts of 100,000
// recurrences took .6 of 16 s when they were read in six parts.
func (l *learner) examine() error {
	slices.SortFunc(l.waiting, func(a, b recurrence) int {
		return cmp.Or(cmp.Compare(a.order, b.order), cmp.Compare(a.side, b.side), cmp.Compare(a.sample[0].at, b.sample[0].at))
	})
	if l.st.spill.usable() {
		var need bitmap
		for i := range l.waiting {
			for _, h := range l.waiting[i].sample {
				need.add(h.doc)
			}
		}
		if err := l.st.spill.fill(l.st, need.numbers()); err != nil {
			return err
		}
	}
	for rest := l.waiting; len(rest) > 0; {
		var need bitmap
		n, units := 0, 0
		for ; n < len(rest) && (n == 0 || units < maxSampled); n++ {
			for _, h := range rest[n].sample {
				if !need.has(h.doc) {
					need.add(h.doc)
					units += int(l.st.unitsOf(h.doc))
				}
			}
		}
		of, err := l.st.outlines(need.numbers())
		if err != nil {
			return err
		}
		for i := range rest[:n] {
			r := &rest[i]
			if l.examiner.boilerplate(r, of) {
				l.learned.add(r)
			}
		}
		rest = rest[n:]
	}
	l.waiting = l.waiting[:0]
	return nil
}

// learn finds the fingerprints of boilerplate.
func (st *detector) learn() (learned, error) {
	l := learner{st: st, learned: learned{}}
	if st.unlearned {
		return l.learned, nil
	}
	err := st.scanFingerprints("counting", func(key uint64, ps []dedup.Posting, _ *summary) error {
		return l.see(key, ps, st.countRepresentatives(ps))
	})
	if err != nil {
		return nil, err
	}
	return l.learned, l.examine()
}

// setAside sets the boilerplate of the documents of v aside.
func (v *linkGraph) setAside(l boilerplate) error {
	waiting := setAsides{linkGraph: v}
	err := v.st.scanFingerprints("setting boilerplate aside", func(key uint64, ps []dedup.Posting, s *summary) error {
		if s == nil && len(ps) < atLeast {
			return nil
		}
		at, ok := l.of(key)
		if !ok {
			return nil
		}
		for _, p := range ps {
			if v.asked.has(p.Doc) && at.reach(int32(p.Pos), int32(v.st.unitsOf(p.Doc))) {
				waiting.add(cluster.Posting{Doc: v.rank.get(p.Doc) - 1, Pos: int32(p.Pos)})
			}
		}
		return nil
	})
	waiting.fold()
	for i := range v.docs {
		d := &v.docs[i]
		d.Learned = runsOf(d.Learned, d.Units, d.Gram)
	}
	return err
}

// setAsides collects the learned fingerprints of documents as sets of units.
type setAsides struct {
	*linkGraph
	waiting []cluster.Posting
}

// asideHolds bounds what waits to be folded into sets, 8 bytes each.
const asideHolds = 1 << 22

func (a *setAsides) add(p cluster.Posting) {
	if a.waiting = append(a.waiting, p); len(a.waiting) >= asideHolds {
		a.fold()
	}
}

func (a *setAsides) fold() {
	slices.SortFunc(a.waiting, func(x, y cluster.Posting) int {
		return cmp.Or(cmp.Compare(x.Doc, y.Doc), cmp.Compare(x.Pos, y.Pos))
	})
	for lo := 0; lo < len(a.waiting); {
		d := &a.docs[a.waiting[lo].Doc]
		ivs := slices.Clone(d.Learned)
		hi := lo
		for ; hi < len(a.waiting) && a.waiting[hi].Doc == a.waiting[lo].Doc; hi++ {
			pos := a.waiting[hi].Pos
			ivs = append(ivs, cluster.Interval{Lo: pos, Hi: min(pos+d.Gram, d.Units)})
		}
		d.Learned = cluster.Of(ivs)
		lo = hi
	}
	a.waiting = a.waiting[:0]
}

// learnedGrams is how many grams are of passageWidth: see Scheme.Gram.
const learnedGrams = 3

// runsOf returns the masked parts of a document, given the units that learned fingerprints
// cover: the runs that are long enough, with what is left between them and the nearer edge.
// The fingerprints of a text that is all boilerplate begin at most a window apart: those of
// characters touch, and between those of words some units are left, which are covered too.
func runsOf(covered cluster.Set, units, gram int32) cluster.Set {
	ivs := slices.Clone(covered)
	for i := 1; i < len(ivs); i++ {
		if ivs[i].Lo-ivs[i-1].Hi <= apart(gram) {
			ivs[i-1].Hi = ivs[i].Lo
		}
	}
	out := slices.DeleteFunc(cluster.Of(ivs), func(i cluster.Interval) bool { return i.Hi-i.Lo < learnedGrams*gram })
	for i := range out {
		switch head, tail := out[i].Lo, units-out[i].Hi; {
		case head <= tail && head <= edgeSlack:
			out[i].Lo = 0
		case tail < head && tail <= edgeSlack:
			out[i].Hi = units
		}
	}
	return cluster.Of(out)
}

// apart returns how many units may be between two fingerprints that follow each other.
func apart(gram int32) int32 { return max(0, int32(DefaultScheme.Window)-gram) }

// Boilerplate is a passage at the edge of many texts that says nothing of any: headers,
// footers, adverts, mottoes that no rule knows. See the file boilerplate.go.
type Boilerplate struct {
	Source    string `json:"source"`    // of all documents that carry it, or ""
	Documents int    `json:"documents"` // that carry it
	Of        int    `json:"of"`        // documents of the source, or of the corpus
	Text      string `json:"text"`      // as Example has it
	Example   string `json:"example"`   // the first document by id
}

// Learned returns the boilerplate that the judge ignores in a corpus, by source, the most
// frequent first. Copies of one text count once. It reads the whole fingerprint index and
// the texts of the examples.
func Learned(c Corpus, s *Scheme) ([]Boilerplate, error) {
	st := &detector{corpus: c, scheme: s, progress: func(string, int, int) {}}
	if err := st.load(); err != nil {
		return nil, err
	}
	l, err := st.learn()
	if err != nil {
		return nil, err
	}
	places, err := st.examples(l)
	if err != nil {
		return nil, err
	}
	perSource, all := st.perSource()
	need := map[uint32]bool{}
	for n := range places {
		need[n] = true
	}
	texts, err := st.texts(need)
	if err != nil {
		return nil, err
	}
	var out []Boilerplate
	for _, n := range slices.Sorted(maps.Keys(places)) {
		t, ps := texts[n], places[n]
		gram := int32(t.gramUnits(s.Gram))
		slices.SortFunc(ps, func(a, b example) int { return cmp.Compare(a.pos, b.pos) })
		for lo := 0; lo < len(ps); {
			hi, end := lo, ps[lo].pos
			documents, source := 0, ps[lo].source
			for ; hi < len(ps) && ps[hi].pos <= end+apart(gram); hi++ {
				end, documents = ps[hi].pos+gram, max(documents, ps[hi].documents)
				if ps[hi].source != source {
					source = -1
				}
			}
			if end = min(end, int32(len(t.Units))); end-ps[lo].pos >= learnedGrams*gram {
				b := Boilerplate{
					Documents: documents, Of: all, Example: st.ids[n],
					Text: t.Source[t.Units[ps[lo].pos].Lo:t.Units[end-1].Hi],
				}
				switch {
				case source >= 0:
					b.Source, b.Of = st.names[source], perSource.of[source]
				case source < -1: // of no source, and the only one
					b.Of = 1
				}
				out = append(out, b)
			}
			lo = hi
		}
	}
	slices.SortFunc(out, func(a, b Boilerplate) int {
		return cmp.Or(strings.Compare(a.Source, b.Source), b.Documents-a.Documents, strings.Compare(a.Text, b.Text))
	})
	return out, nil
}

// example is a learned fingerprint where its first document by id has it.
type example struct {
	pos       int32
	documents int
	source    int32 // of all of them, or -1
}

// examples finds the first document, by id, that each learned fingerprint is boilerplate in.
func (st *detector) examples(l learned) (map[uint32][]example, error) {
	places := map[uint32][]example{}
	err := st.scanFingerprints("counting", func(key uint64, ps []dedup.Posting, _ *summary) error {
		e, first, last := example{source: -1}, ^uint32(0), ^uint32(0)
		for _, p := range ps {
			if p.Doc == last || !st.isRepresentative(p.Doc) || !l.in(key, int32(p.Pos), int32(st.units[p.Doc])) {
				continue
			}
			last = p.Doc
			switch src := st.source[p.Doc]; {
			case e.documents == 0:
				e.source = src
			case e.source != src:
				e.source = -1
			}
			if e.documents++; e.documents == 1 || st.ids[p.Doc] < st.ids[first] {
				first, e.pos = p.Doc, int32(p.Pos)
			}
		}
		if e.documents > 0 {
			places[first] = append(places[first], e)
		}
		return nil
	})
	return places, err
}

// perSource counts the representatives of each source, and all.
func (st *detector) perSource() (of perSource, all int) {
	for n := range uint32(len(st.ids)) {
		if st.isRepresentative(n) {
			of.add(st.source[n])
			all++
		}
	}
	return of, all
}

// LearnedIn returns the spans of a document of a corpus that the judge sets aside
// as boilerplate. It looks the document's fingerprints up, and reads some of the texts that
// share them.
func LearnedIn(c Corpus, ix Index, s *Scheme, d *dedup.Document) ([]shingle.Span, error) {
	if learning, err := c.State(StateLearning); err != nil || string(learning) == Off {
		return nil, err
	}
	t := s.Prepare(d.Text)
	k := s.Sketch(t)
	keys := make([]uint64, len(k.Fingerprints))
	for i, p := range k.Fingerprints {
		keys[i] = p.Hash
	}
	slices.Sort(keys)
	waiting, err := recurring(ix, slices.Compact(keys), keyDocuments)
	if err != nil {
		return nil, err
	}
	l, err := examined(ix, s, waiting)
	if err != nil {
		return nil, err
	}
	units, gram := int32(k.Units), int32(t.gramUnits(s.Gram))
	var ivs []cluster.Interval
	for _, p := range k.Fingerprints {
		if pos := int32(p.Pos); l.in(p.Hash, pos, units) {
			ivs = append(ivs, cluster.Interval{Lo: pos, Hi: min(pos+gram, units)})
		}
	}
	var out []shingle.Span
	for _, v := range runsOf(cluster.Of(ivs), units, gram) {
		out = append(out, shingle.Span{Lo: int(t.Units[v.Lo].Lo), Hi: int(t.Units[v.Hi-1].Hi)})
	}
	return out, nil
}

// recurring returns the recurrences of fingerprints in an index, by most of the documents that
// hold one.
func recurring(ix Index, keys []uint64, most int) (out []recurrence, err error) {
	isRepresentative, _, err := ix.Representatives()
	if err != nil {
		return nil, err
	}
	infos := map[uint32]dedup.Info{}
	info := func(n uint32) (i dedup.Info, err error) {
		i, ok := infos[n]
		if !ok {
			i, err = ix.Info(n)
			infos[n] = i
		}
		return i, err
	}
	err = ix.LookupFingerprints(keys, func(key uint64, ps []dedup.Posting) error {
		if len(ps) < atLeast {
			return nil
		}
		chosen := sampleOf(documents(ps), most)
		var sample []witness
		for lo := 0; lo < len(ps); {
			hi := lo + 1
			for hi < len(ps) && ps[hi].Doc == ps[lo].Doc {
				hi++
			}
			if n := ps[lo].Doc; isRepresentative(n) && chosen.has(n) {
				i, err := info(n)
				if err != nil {
					return err
				}
				sample = taken(sample, witness{n, i.Content.Hi, int32(ps[lo].Pos), int32(ps[hi-1].Pos), int32(i.Units)})
			}
			lo = hi
		}
		out = append(out, recurrencesOf(key, sample)...)
		return nil
	})
	return out, err
}

// examined returns those of recurrences that are of boilerplate.
func examined(ix Index, s *Scheme, waiting []recurrence) (learned, error) {
	l := learned{}
	var need bitmap
	for i := range waiting {
		for _, w := range waiting[i].sample {
			need.add(w.doc)
		}
	}
	if len(waiting) == 0 {
		return l, nil
	}
	texts := map[uint32]*Text{}
	k := Sketcher{Scheme: s}
	err := ix.Texts(need.numbers(), func(n uint32, text string) error {
		texts[n] = k.outline(text)
		return nil
	})
	if err != nil {
		return nil, err
	}
	var e examiner
	for i := range waiting {
		if r := &waiting[i]; e.boilerplate(r, func(n uint32) *Text { return texts[n] }) {
			l.add(r)
		}
	}
	return l, nil
}
