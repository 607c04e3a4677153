package detect

import (
	"errors"
	"fmt"
	"math"
	"runtime"
	"slices"

	"repost/dedup"
	"repost/dedup/lsh"
	"repost/dedup/parallel"
)

// pair is two documents that are to be aligned.
type pair struct{ a, b uint32 }

// A fingerprint that sameSource or more documents of one source hold makes no candidates
// among them: it may be a footer. Versions of one article also share bands, which footers
// seldom do.
const sameSource = 50

// bandWeight returns the weight of a hit of a band in a number of documents.
func bandWeight(documents int) int32 {
	if documents <= lsh.Cap {
		return lsh.Least
	}
	return 0
}

// keyWeight is bandWeight, or lsh.FingerprintWeight.
func keyWeight(band bool, documents int) int32 {
	if band {
		return bandWeight(documents)
	}
	return lsh.FingerprintWeight(documents)
}

// tally counts the representatives that hold a key and chooses its pivots.
//
// Where few documents hold a key, each makes a hit with each. Where many do, such as the
// copies of a famous story, that would be quadratic; there every document makes hits with
// the pivots only (see lsh.AllPairs). The pivots are the first documents by the hash of their
// contents, so that they are the same for all keys that the same documents hold.
type tally struct {
	st              *detector
	of              perSource // representatives, where there may be sameSource of one
	sources         bool      // of is not empty
	summary         *summary  // of the key, if it says all this
	representatives int       // that were counted last
	orders          []uint64
	last            uint64 // of the last pivot, by order
}

func newTally(st *detector) *tally { return &tally{st: st} }

// count counts the representatives of postings, and how many are of each source if it may be
// sameSource of one: most keys are in fewer texts, whose sources need not be looked up.
func (t *tally) count(ps []dedup.Posting, s *summary) int {
	t.representatives, t.sources, t.summary = 0, len(ps) >= sameSource, s
	if s != nil {
		t.representatives, t.sources = s.is.texts, true
		return s.is.texts
	}
	t.st.documents(ps, func(d uint32) {
		if t.st.isRepresentative(d) {
			t.representatives++
			if t.sources {
				t.of.add(t.st.sourceOf(d))
			}
		}
	})
	return t.representatives
}

// choose chooses the pivots of the postings that were counted last: all representatives, if they are
// few. O(n log n) where they are many.
func (t *tally) choose(ps []dedup.Posting) {
	switch t.last = math.MaxUint64; {
	case t.representatives <= lsh.AllPairs:
		return
	case t.summary != nil:
		t.last = t.summary.is.last
		return
	}
	t.orders = t.orders[:0]
	t.st.documents(ps, func(d uint32) {
		if t.st.isRepresentative(d) {
			t.orders = append(t.orders, t.st.order(d))
		}
	})
	t.last = lastPivot(t.orders)
}

// lastPivot returns the last of the pivots among the representatives with these orders, which
// it sorts.
func lastPivot(orders []uint64) uint64 {
	if len(orders) <= lsh.AllPairs {
		return math.MaxUint64
	}
	slices.Sort(orders)
	return orders[lsh.Pivots-1]
}

// isPivot reports whether representative n makes hits with every other that holds the key.
func (t *tally) isPivot(n uint32) bool { return t.last == math.MaxUint64 || t.st.order(n) <= t.last }

// many reports whether sameSource or more of the representatives are of a source.
func (t *tally) many(source int32) bool {
	if t.summary != nil {
		return t.summary.is.of[source] >= sameSource
	}
	return t.of.count(source) >= sameSource
}

// fewer reports whether many documents of the source of n held the key that was counted last
// before some were lost, by source, and now few do.
func (t *tally) fewer(n uint32, lost map[int32]int) bool {
	source := t.st.sourceOf(n)
	of := t.of.count(source)
	return of < sameSource && of+lost[source] >= sameSource
}

// reset forgets the postings that were counted last.
func (t *tally) reset(ps []dedup.Posting) {
	if !t.sources || t.summary != nil {
		return
	}
	for _, p := range ps {
		if t.st.isRepresentative(p.Doc) {
			t.of.forget(t.st.sourceOf(p.Doc))
		}
	}
}

// Crowds is how many crowds make a text crowded. A crowd is a band that more than
// lsh.AllPairs texts share. For two crowded texts a common band says no more than a
// fingerprint. Near copies share most bands. Texts of the same sentences in another order
// share some band, two by two, and would all be compared with each other.
const Crowds = 4

// bandWorth returns what a hit of a band with this weight weighs for two representatives.
func (st *detector) bandWorth(weight int32, m, n uint32) int32 {
	if st.crowded.has(m) && st.crowded.has(n) {
		return min(weight, lsh.Rare)
	}
	return weight
}

// findCrowded finds the crowded representatives, once. More documents make more of them and fewer
// pairs; when a document is removed, the documents that shared a crowd with it are asked
// again: see unlink.
func (st *detector) findCrowded() error {
	if st.crowded != nil {
		return nil
	}
	if st.only != nil {
		defer func(only *keys) { st.only = only }(st.only)
		if err := st.update.lookAtCrowds(); err != nil {
			return err
		}
	}
	var in byNumber
	st.crowded = bitmap{}
	return st.scanBands(func(ps []dedup.Posting) error {
		if len(ps) > lsh.AllPairs && st.countRepresentatives(ps) > lsh.AllPairs {
			st.documents(ps, func(n uint32) {
				at := in.at(n)
				if *at++; *at == Crowds && st.isRepresentative(n) {
					st.crowded.add(n)
				}
			})
		}
		return nil
	})
}

// scan calls group for every key of both indexes.
// Where group is given a summary and returns false, it is called again with all postings.
func (st *detector) scan(stage string, group func(ps []dedup.Posting, s *summary, band bool) (enough bool)) error {
	var again []uint64
	each := func(key uint64, ps []dedup.Posting, s *summary) error {
		if !group(ps, s, false) {
			again = append(again, key)
		}
		return nil
	}
	if err := st.scanFingerprints(stage, each); err != nil {
		return err
	}
	if len(again) > 0 {
		if err := st.update.whole(again, each); err != nil {
			return err
		}
	}
	return st.scanBands(func(ps []dedup.Posting) error {
		group(ps, nil, true)
		return nil
	})
}

// mostPairs bounds the pairs that wait to be aligned, 8 bytes each.
const mostPairs = 1 << 22

// candidates scans the indexes for the documents to align with the first documents of todo,
// as many as there is room for: among those linked before and each other. It calls align
// with some askers and their pairs at a time.
func (st *detector) candidates(todo []uint32, align func(askers []uint32, pairs []pair) error) error {
	todo = todo[:min(len(todo), maxAskers)]
	g := gathering{tally: newTally(st), hits: newHits(st.corpus, len(todo), st.inMemoryHits)}
	defer g.hits.close()
	if st.count() > maxDocuments {
		return fmt.Errorf("%d documents are more than the %d that one corpus can compare", st.count(), maxDocuments)
	}
	for i, n := range todo {
		*g.rank.at(n) = int32(i + 1)
	}
	if err := st.findCrowded(); err != nil {
		return err
	}
	if err := st.scan("finding candidates", g.group); err != nil {
		return err
	}
	filters := make([]pairFilter, runtime.GOMAXPROCS(0))
	for i := range filters {
		filters[i] = pairFilter{st: st, todo: todo}
	}
	parts := len(g.hits.parts)
	for part, asked := 0, 0; part < parts; {
		var pairs []pair
		for part < parts && len(pairs) < mostPairs {
			some := make([][]pair, min(len(filters), parts-part))
			errs := make([]error, len(some))
			parallel.For(len(some), func(i int) { some[i], errs[i] = filters[i].pairs(g.hits, part+i) })
			if err := errors.Join(errs...); err != nil {
				return err
			}
			pairs = append(pairs, slices.Concat(some...)...)
			part += len(some)
		}
		upto := min(part<<g.hits.shift, len(todo))
		if err := align(todo[asked:upto], pairs); err != nil {
			return err
		}
		asked = upto
	}
	return nil
}

// gathering gathers hits in a scan.
type gathering struct {
	*tally
	rank   byNumber // number → index into the askers plus one
	hits   *hits
	live   []dedup.Posting
	pivots []dedup.Posting // those of pivots
}

// asks reports whether the hits of a document are gathered, and its rank.
func (g *gathering) asks(n uint32) (rank int32, asks bool) {
	rank = g.rank.get(n)
	return rank, rank > 0 && g.hits.takes(int(rank-1))
}

// group gathers the hits of one key. A pivot makes hits with all that hold it: a summary is not
// enough then.
func (g *gathering) group(ps []dedup.Posting, s *summary, band bool) (enough bool) {
	g.live = g.live[:0]
	some := false
	for _, p := range ps {
		if !g.st.isRepresentative(p.Doc) {
			continue
		}
		if r, asks := g.asks(p.Doc); r > 0 || g.st.linked.has(p.Doc) {
			g.live = append(g.live, p)
			some = some || asks
		}
	}
	if len(g.live) < 2 || !some {
		return true
	}
	w := keyWeight(band, g.count(g.live, s))
	if s != nil && w > 0 {
		g.choose(g.live)
		if slices.ContainsFunc(g.live, func(p dedup.Posting) bool { _, asks := g.asks(p.Doc); return asks && g.isPivot(p.Doc) }) {
			return false
		}
	}
	switch {
	case w == 0:
		g.st.work.Caps.Unpaired++
	case g.representatives > lsh.AllPairs:
		g.st.work.Caps.Crowded++
	}
	if w > 0 && g.representatives > 1 {
		g.choose(g.live)
		g.pivots = append(g.pivots[:0], g.live...)
		if g.representatives > lsh.AllPairs {
			g.pivots = slices.DeleteFunc(g.pivots, func(p dedup.Posting) bool { return !g.isPivot(p.Doc) })
		}
		for _, p := range g.live {
			if _, asks := g.asks(p.Doc); !asks {
				continue
			}
			with := g.pivots
			if g.isPivot(p.Doc) {
				with = g.live
			}
			g.ask(p, with, w)
		}
	}
	g.reset(g.live)
	g.hits.fit()
	return true
}

// ask adds the hits of an asker's posting with the postings of documents that were linked
// before and of earlier askers.
func (g *gathering) ask(p dedup.Posting, with []dedup.Posting, weight int32) {
	i := g.rank.get(p.Doc)
	s, footer := int32(0), false
	if weight < lsh.Least && g.sources {
		s = g.st.sourceOf(p.Doc)
		footer = g.many(s)
	}
	for _, q := range with {
		k := g.rank.get(q.Doc)
		if q.Doc == p.Doc || k > i || footer && g.st.sourceOf(q.Doc) == s {
			continue
		}
		g.hits.add(packHit(i-1, q.Doc, int32(p.Pos)-int32(q.Pos), weight))
	}
}
