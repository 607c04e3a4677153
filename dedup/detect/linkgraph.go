package detect

import (
	"cmp"
	"math"
	"slices"

	"repost/dedup"
	"repost/dedup/cluster"
	"repost/dedup/lsh"
	"repost/dedup/parallel"
)

// linkGraph is the corpus as the judge sees it: the documents that have links, by id,
// and their links. It holds neither texts nor fingerprints; these pass by in scans of the
// index, so that a million documents fit in some hundred bytes each.
type linkGraph struct {
	st      *detector
	asked   bitmap   // document numbers whose fingerprints are looked at
	numbers []uint32 // index of cluster.Doc → document number
	rank    byNumber // document number → index of cluster.Doc plus one
	docs    []cluster.Doc
	links   cluster.Table
	link    cluster.Link   // read into
	weak    []int32        // link → inner fingerprints of its best chain that make weak candidates or none
	carried map[uint32]int // representative → parts of it that are in stories
	all     []ref          // links that were read, if what is found is kept
	judged  []byPass       // by pass, likewise
	learned learned
}

// judgeLinks judges the links between representatives that are still evident.
func (st *detector) judgeLinks() (*linkGraph, *cluster.Judging, error) {
	v := &linkGraph{st: st}
	l := &learner{st: st, learned: learned{}}
	for _, step := range []func() error{
		v.read,
		func() error { return v.count(l) },
		func() error { return v.setAside(l.learned) },
		v.evident,
	} {
		if err := step(); err != nil {
			return nil, nil, err
		}
	}
	v.learned = l.learned
	v.countCopies()
	j, err := cluster.JudgedBy(v.docs, &v.links, v.scan, st.thresholds(), v.found)
	return v, j, err
}

// read reads the links between representatives.
func (v *linkGraph) read() error {
	return v.take(v.st.links)
}

// take takes the links that each brings, twice the same ones.
func (v *linkGraph) take(each func(fn func(l *dedup.Link)) error) error {
	st := v.st
	err := each(func(l *dedup.Link) {
		for _, n := range []uint32{l.From, l.To} {
			if at := v.rank.at(n); *at == 0 {
				*at = 1
				v.numbers = append(v.numbers, n)
			}
		}
	})
	if err != nil {
		return err
	}
	if st.lazy != nil {
		slices.Sort(v.numbers)
		st.lazy.know(v.numbers)
	}
	st.sortByID(v.numbers)
	v.docs = make([]cluster.Doc, len(v.numbers))
	for i, n := range v.numbers {
		*v.rank.at(n) = int32(i + 1)
		v.asked.add(n)
		v.docs[i] = cluster.Doc{Units: int32(st.unitsOf(n)), Source: int64(st.sourceOf(n)), Day: st.dayOf(n)}
	}
	err = each(func(l *dedup.Link) {
		a, b := v.rank.get(l.From)-1, v.rank.get(l.To)-1
		v.docs[a].Gram, v.docs[b].Gram = l.GramFrom, l.GramTo
		v.links.Add(&cluster.Link{A: a, B: b, Chains: l.Chains})
		if st.incremental {
			v.all = append(v.all, ref{a: a, b: b, place: l.Place})
		}
	})
	v.links.Sort(len(v.docs))
	return err
}

// countCopies notes how many copies each document has, and since when: see cluster.Story.
func (v *linkGraph) countCopies() {
	for i, n := range v.numbers {
		class := v.st.class(n)
		v.docs[i].Copies, v.docs[i].Place = int32(len(class)), math.MaxUint64
		for _, c := range class {
			v.docs[i].Place = min(v.docs[i].Place, v.st.time(c))
		}
	}
}

// scan brings the fingerprints of representatives, and where those of v have them: a cluster.Scan.
func (v *linkGraph) scan(fn func(texts int, ps []cluster.Posting)) error {
	var of []cluster.Posting
	return v.st.scanFingerprints("judging", func(_ uint64, ps []dedup.Posting, _ *summary) error {
		of = v.postings(of[:0], ps)
		if len(of) > 0 {
			fn(v.st.countRepresentatives(ps), of)
		}
		return nil
	})
}

// postings appends those of ps that are of the documents that are asked for.
func (v *linkGraph) postings(dst []cluster.Posting, ps []dedup.Posting) []cluster.Posting {
	for _, p := range ps {
		if v.asked.has(p.Doc) {
			dst = append(dst, cluster.Posting{Doc: v.rank.get(p.Doc) - 1, Pos: int32(p.Pos)})
		}
	}
	return dst
}

func (st *detector) countRepresentatives(ps []dedup.Posting) (n int) {
	st.documents(ps, func(d uint32) {
		if st.isRepresentative(d) {
			n++
		}
	})
	return n
}

// count finds boilerplate, with a learner, and for each link how many of the inner fingerprints
// of its best chain make no candidates, or weak ones.
func (v *linkGraph) count(l *learner) error {
	st := v.st
	tally := newTally(st)
	many := map[int32][]weakFingerprint{} // documents of many links → their fingerprints
	v.weak = make([]int32, v.links.Len())
	var of []cluster.Posting
	err := st.scanFingerprints("counting", func(key uint64, ps []dedup.Posting, s *summary) error {
		of = v.postings(of[:0], ps)
		if len(of) == 0 && (l == nil || len(ps) < atLeast) {
			return nil
		}
		texts := tally.count(ps, s)
		if len(of) > 0 && texts <= lsh.RareIn {
			tally.choose(ps)
		}
		if !st.unlearned && l != nil {
			if err := l.see(key, ps, texts); err != nil {
				return err
			}
		}
		for _, p := range of {
			w := weakFingerprint{pos: p.Pos, always: texts > lsh.RareIn, source: tally.many(int32(v.docs[p.Doc].Source)), last: math.MaxUint64}
			if texts > lsh.AllPairs && !w.always && !tally.isPivot(v.numbers[p.Doc]) {
				w.last = tally.last
			}
			if w.always || w.source || w.last < math.MaxUint64 {
				if lo, hi := v.links.Of(p.Doc); hi-lo >= manyLinks {
					many[p.Doc] = append(many[p.Doc], w)
				} else if hi > lo {
					v.noteWeak(p.Doc, w)
				}
			}
		}
		tally.reset(ps)
		return nil
	})
	for doc, fingerprints := range many {
		v.noteWeak(doc, fingerprints...)
	}
	if err != nil || l == nil {
		return err
	}
	return l.examine()
}

// weakFingerprint is a fingerprint of a document, by its place, that makes weak candidates or none:
// of all documents, of those of one source, or, as the document is no pivot, of those
// that are none either.
type weakFingerprint struct {
	pos            int32
	always, source bool
	last           uint64 // of the last pivot, by order
}

// manyLinks is the number of links from which on the weak fingerprints of a document are
// collected, so that each link is read once and not once for each fingerprint: 417 documents
// that all share passages took half of their time there.
const manyLinks = 16

// noteWeak notes the links of a document in whose best chain some of its fingerprints are
// inner ones.
func (v *linkGraph) noteWeak(doc int32, fingerprints ...weakFingerprint) {
	d := &v.docs[doc]
	lo, hi := v.links.Of(doc)
	for i := lo; i < hi; i++ {
		_, b := v.links.Pair(i)
		same := v.docs[b].Source == d.Source
		var inner *cluster.Chain
		for _, p := range fingerprints {
			weak := p.always || p.source && same || v.st.order(v.numbers[b]) > p.last
			if !weak || !v.links.Spans(i, p.pos, p.pos+d.Gram) {
				continue
			}
			if inner == nil {
				v.links.Read(i, &v.link)
				inner = v.link.Inner()
			}
			if inner.HasInner(p.pos, p.pos+d.Gram) {
				v.weak[i]++
			}
		}
	}
}

// evident removes the links of documents that would no longer be candidates of each other.
// A link may be older than the documents that made its fingerprints frequent; dropping it
// here makes stories independent of the order of arrival. Most links have a chain that says
// so by itself.
func (v *linkGraph) evident() error {
	keep := make([]bool, v.links.Len())
	var open []int // links that are not decided
	possible := v.possible()
	for i := range keep {
		if !possible(i) {
			continue
		}
		v.links.Read(i, &v.link)
		if keep[i] = lsh.Rare*(v.link.Inner().Inner-v.weak[i]) >= v.enough(i); !keep[i] {
			open = append(open, i)
		}
	}
	for i := range v.all {
		r := &v.all[i]
		if k, ok := v.links.Find(r.a, r.b); ok {
			r.weak = v.weak[k]
		}
	}
	v.weak = nil
	if err := v.look(open); err != nil {
		return err
	}
	for rest := open; len(rest) > 0; {
		n, err := v.evidentByFingerprints(rest, keep)
		if err != nil {
			return err
		}
		rest = rest[n:]
	}
	open = slices.DeleteFunc(open, func(i int) bool { return keep[i] })
	if err := v.evidentByBands(open, keep); err != nil {
		return err
	}
	v.keepSupposed(open, keep)
	v.links.Keep(func(i int) bool { return keep[i] })
	v.asked = bitmap{} // what no link is left of is in no story: fingerprints of it are those of a text in none
	for i := range v.links.Len() {
		a, b := v.links.Pair(i)
		v.asked.add(v.numbers[a])
		v.asked.add(v.numbers[b])
	}
	return nil
}

// look lets an update see the keys of the documents of some links.
func (v *linkGraph) look(links []int) error {
	u := v.st.update
	if u == nil || len(links) == 0 {
		return nil
	}
	var ns []uint32
	for _, i := range links {
		a, b := v.links.Pair(i)
		ns = append(ns, v.numbers[a], v.numbers[b])
	}
	return u.look(ns)
}

// possible returns which links can be accepted at all: the others are not looked
// at any further, unless somebody wants to know why.
func (v *linkGraph) possible() func(i int) bool {
	if v.st.all {
		return func(int) bool { return true }
	}
	possible := cluster.Possible(v.docs, &v.links, v.st.thresholds())
	return func(i int) bool { return possible[i] }
}

// enough returns what hits of the documents of link i must weigh.
func (v *linkGraph) enough(i int) int32 {
	a, b := v.links.Pair(i)
	return lsh.Enough(int(min(v.docs[a].Units, v.docs[b].Units)))
}

// held is a fingerprint of a document in one word: 32 bits of a number that ascends with its
// hash, 27 of the unit, 2 each of what a hit of it weighs and what it weighs for
// documents of one source, and one that says that it makes hits with all that hold it,
// not with pivots alone.
type held uint64

func hold(key uint32, pos, weight, same int32, pairs bool) held {
	h := held(key)<<32 | held(uint32(pos)&(1<<27-1))<<5 | held(weight&3)<<3 | held(same&3)<<1
	if pairs {
		h |= 1
	}
	return h
}

func (h held) key() uint32 { return uint32(h >> 32) }
func (h held) pos() int32  { return int32(h>>5) & (1<<27 - 1) }
func (h held) pairs() bool { return h&1 != 0 }

func (h held) weight(sameSource bool) int32 {
	if sameSource {
		return int32(h>>1) & 3
	}
	return int32(h>>3) & 3
}

// heldMost bounds the fingerprints that are held at once, 8 bytes each.
const heldMost = 1 << 23

// evidentByFingerprints keeps those of the first links, as many as it takes on, whose
// documents' fingerprints make them candidates of each other.
func (v *linkGraph) evidentByFingerprints(links []int, keep []bool) (taken int, err error) {
	st := v.st
	fingerprints := map[int32][]held{}
	wanted := make([]bool, len(v.docs))
	for size := int32(0); taken < len(links) && (taken == 0 || size < heldMost); taken++ {
		a, b := v.links.Pair(links[taken])
		for _, d := range []int32{a, b} {
			if _, ok := fingerprints[d]; !ok {
				fingerprints[d], wanted[d] = nil, true
				size += v.docs[d].Units / 4
			}
		}
	}
	tally := newTally(st)
	var of []cluster.Posting
	key := uint32(0)
	err = st.scanFingerprints("checking links", func(_ uint64, ps []dedup.Posting, s *summary) error {
		key++
		of = slices.DeleteFunc(v.postings(of[:0], ps), func(p cluster.Posting) bool { return !wanted[p.Doc] })
		if len(of) == 0 {
			return nil
		}
		texts := tally.count(ps, s)
		tally.choose(ps)
		for _, p := range of {
			same := lsh.FingerprintWeight(texts)
			if tally.many(int32(v.docs[p.Doc].Source)) {
				same = 0
			}
			fingerprints[p.Doc] = append(fingerprints[p.Doc], hold(key, p.Pos, lsh.FingerprintWeight(texts), same, tally.isPivot(v.numbers[p.Doc])))
		}
		tally.reset(ps)
		return nil
	})
	if err != nil {
		return 0, err
	}
	parallel.For(taken, func(k int) {
		i := links[k]
		a, b := v.links.Pair(i)
		hits := shared(fingerprints[a], fingerprints[b], v.docs[a].Source == v.docs[b].Source)
		slices.SortFunc(hits, func(x, y lsh.Hit) int { return cmp.Compare(x.Diagonal, y.Diagonal) })
		weight := lsh.Heaviest(hits)
		if keep[i] = weight >= v.enough(i); v.st.supposed != nil {
			if s := v.supposition(i); s != nil {
				s.weight = weight
			}
		}
	})
	return taken, nil
}

// shared returns the hits of two documents whose fingerprints are ordered by key.
func shared(a, b []held, sameSource bool) (hits []lsh.Hit) {
	for i, j := 0, 0; i < len(a) && j < len(b); {
		key := a[i].key()
		switch {
		case key < b[j].key():
			i++
		case key > b[j].key():
			j++
		default:
			weight := a[i].weight(sameSource)
			for k := j; weight > 0 && k < len(b) && b[k].key() == key; k++ {
				if a[i].pairs() || b[k].pairs() {
					hits = append(hits, lsh.Hit{Diagonal: a[i].pos() - b[k].pos(), Weight: weight})
				}
			}
			i++
		}
	}
	return hits
}

// evidentByBands keeps those of the links whose documents share a band that is
// not too frequent, or some where both are crowded.
func (v *linkGraph) evidentByBands(links []int, keep []bool) error {
	if len(links) == 0 {
		return nil
	}
	st := v.st
	if err := st.findCrowded(); err != nil {
		return err
	}
	asks := map[int32][]int{} // A → links
	for _, i := range links {
		a, _ := v.links.Pair(i)
		asks[a] = append(asks[a], i)
	}
	tally := newTally(st)
	var of []cluster.Posting
	in, band := make([]int32, len(v.docs)), int32(0) // document → the last band that it has
	sums := map[int]int32{}                          // link → what its bands weigh together
	return st.scanBands(func(ps []dedup.Posting) error {
		if of = v.postings(of[:0], ps); len(of) < 2 {
			return nil
		}
		if w := bandWeight(tally.count(ps, nil)); w > 0 {
			tally.choose(ps)
			band++
			for _, p := range of {
				in[p.Doc] = band
			}
			for _, p := range of {
				for _, i := range asks[p.Doc] {
					a, b := v.links.Pair(i)
					m, n := v.numbers[a], v.numbers[b]
					if keep[i] || in[b] != band || !tally.isPivot(m) && !tally.isPivot(n) {
						continue
					}
					sums[i] += st.bandWorth(w, m, n)
					keep[i] = sums[i] >= v.enough(i)
				}
			}
		}
		tally.reset(ps)
		return nil
	})
}
