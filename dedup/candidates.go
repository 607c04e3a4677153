package dedup

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"repost/dedup/lsh"
)

// pair is two documents that are to be aligned.
type pair struct{ a, b uint32 }

// sameSource is the number of documents of one source from which on a print
// makes no candidates among them: a footer.
const sameSource = 50

func printWeight(documents int) int32 {
	switch {
	case documents <= lsh.RareIn:
		return lsh.Rare
	case documents <= lsh.Cap:
		return lsh.Frequent
	}
	return 0
}

func bandWeight(documents int) int32 {
	if documents <= lsh.Cap {
		return lsh.Least
	}
	return 0
}

// tally counts the heads that hold a key and chooses its landmarks.
//
// Where few documents hold a key, each makes a hit with each. Where many do, as
// the copies of a famous story do, that would be quadratic; there every document
// makes hits with the landmarks alone, which are the same for all keys that the same
// documents hold, since they are the first by the hash of their contents.
type tally struct {
	st     *settling
	of     []int   // heads by source
	heads  int     // that were counted last
	order  []int32 // number → place in the order of contents
	places []int32
	last   int32 // place of the last landmark
}

func newTally(st *settling) *tally {
	return &tally{st: st, of: make([]int, st.sources), order: st.byContent()}
}

// byContent returns each head's place in the order of contents, made once.
func (st *settling) byContent() []int32 {
	if st.order == nil {
		for n := range uint32(len(st.ids)) {
			if st.isHead(n) {
				st.heads = append(st.heads, n)
			}
		}
		slices.SortFunc(st.heads, func(a, b uint32) int {
			return cmp.Or(cmp.Compare(st.content[a], st.content[b]), strings.Compare(st.ids[a], st.ids[b]))
		})
		st.order = make([]int32, len(st.ids))
		for place, n := range st.heads {
			st.order[n] = int32(place)
		}
	}
	return st.order
}

// count counts the heads of postings, and how many are of each source.
func (t *tally) count(ps []Posting) int {
	t.heads = 0
	t.st.documents(ps, func(d uint32) {
		if t.st.isHead(d) {
			t.heads++
			t.of[t.st.source[d]]++
		}
	})
	return t.heads
}

// choose chooses the landmarks of the postings that were counted last: all heads,
// if they are few. O(n log n) where they are many.
func (t *tally) choose(ps []Posting) {
	if t.last = math.MaxInt32; t.heads <= lsh.AllPairs {
		return
	}
	t.places = t.places[:0]
	t.st.documents(ps, func(d uint32) {
		if t.st.isHead(d) {
			t.places = append(t.places, t.order[d])
		}
	})
	slices.Sort(t.places)
	t.last = t.places[lsh.Landmarks-1]
}

// landmark reports whether head n makes hits with every other that holds the key.
func (t *tally) landmark(n uint32) bool { return t.order[n] <= t.last }

// reset forgets the postings that were counted last.
func (t *tally) reset(ps []Posting) {
	for _, p := range ps {
		if t.st.isHead(p.Doc) {
			t.of[t.st.source[p.Doc]] = 0
		}
	}
}

// scan calls group for every key of both indexes.
func (st *settling) scan(group func(ps []Posting, weight func(documents int) int32)) error {
	err := st.corpus.ScanPrints(func(_ uint64, ps []Posting) error {
		group(ps, printWeight)
		return nil
	})
	if err != nil {
		return err
	}
	return st.corpus.ScanBands(func(_ uint64, ps []Posting) error {
		group(ps, bandWeight)
		return nil
	})
}

// maxHits bounds the hits that one scan of the index gathers, 8 bytes each.
// Documents beyond wait for the next scan.
const maxHits = 1 << 23

// packedHit is a hit in one word, so that sorting brings those of one pair together:
//
//	asker     24 bits  index into the askers of the scan
//	document  26       place in the order of contents
//	diagonal  12       in steps of 16 units, from -2048; the ends stand for all beyond
//	weight     2       1 Frequent, 2 Rare, 3 Least
//
// Diagonals are so coarse that a few pairs too many may come out, but none too
// few: what is linked without being evident, the judge leaves out.
type packedHit uint64

// The most askers in a scan and the most heads in a corpus.
const (
	maxAskers = 1 << 24
	maxHeads  = 1 << 26
)

var weights = [4]int32{1: lsh.Frequent, 2: lsh.Rare, 3: lsh.Least}

func packHit(asker, place, diagonal, weight int32) packedHit {
	d := min(max(diagonal>>4+2048, 0), 4095)
	w := slices.Index(weights[:], weight)
	return packedHit(asker)<<40 | packedHit(place)<<14 | packedHit(d)<<2 | packedHit(w)
}

func (h packedHit) asker() int { return int(h >> 40) }

func (h packedHit) hit() lsh.Hit {
	return lsh.Hit{Doc: uint32(h>>14) & (maxHeads - 1), Diagonal: (int32(h>>2&4095) - 2048) << 4, Weight: weights[h&3]}
}

// candidates scans the indexes for the documents that the first of todo, as many
// as fit, are to be aligned with: among those linked before and each other. Pairs
// come by asker.
func (st *settling) candidates(todo []uint32) (pairs []pair, taken int, err error) {
	g := gathering{tally: newTally(st), rank: make([]int32, len(st.ids)), taken: min(len(todo), maxAskers)}
	if len(st.heads) > maxHeads {
		return nil, 0, fmt.Errorf("%d different texts are more than the %d that one corpus can compare", len(st.heads), maxHeads)
	}
	for i, n := range todo {
		g.rank[n] = int32(i + 1)
	}
	if err := st.scan(g.group); err != nil {
		return nil, 0, err
	}
	slices.Sort(g.hits)
	found := make([][]pair, g.taken)
	start := make([]int, g.taken+1)
	for _, h := range g.hits {
		start[h.asker()+1]++
	}
	for i := range g.taken {
		start[i+1] += start[i]
	}
	parallelWith(g.taken, func() *[]lsh.Hit { return new([]lsh.Hit) }, func(hits *[]lsh.Hit, i int) {
		*hits = (*hits)[:0]
		for _, h := range g.hits[start[i]:start[i+1]] {
			*hits = append(*hits, h.hit())
		}
		own := st.units[todo[i]]
		for _, place := range lsh.Candidates(nil, *hits, func(place uint32) int32 {
			return lsh.Enough(int(min(own, st.units[st.heads[place]])))
		}) {
			found[i] = append(found[i], pair{todo[i], st.heads[place]})
		}
	})
	return slices.Concat(found...), g.taken, nil
}

// gathering gathers hits in a scan.
type gathering struct {
	*tally
	rank  []int32 // number → index into the askers plus one
	taken int     // so many askers still take part
	hits  []packedHit
	live  []Posting
	marks []Posting // those of landmarks
}

// group gathers the hits of one key.
func (g *gathering) group(ps []Posting, weight func(documents int) int32) {
	g.live = g.live[:0]
	asks := false
	for _, p := range ps {
		if !g.st.isHead(p.Doc) {
			continue
		}
		if r := g.rank[p.Doc]; r > 0 || g.st.linked.has(p.Doc) {
			g.live = append(g.live, p)
			asks = asks || 0 < r && int(r) <= g.taken
		}
	}
	if len(g.live) < 2 || !asks {
		return
	}
	w := weight(g.count(g.live))
	if w > 0 && g.heads > 1 {
		g.choose(g.live)
		g.marks = append(g.marks[:0], g.live...)
		if g.heads > lsh.AllPairs {
			g.marks = slices.DeleteFunc(g.marks, func(p Posting) bool { return !g.landmark(p.Doc) })
		}
		for _, p := range g.live {
			if i := g.rank[p.Doc]; i == 0 || int(i) > g.taken {
				continue
			}
			with := g.marks
			if g.landmark(p.Doc) {
				with = g.live
			}
			g.ask(p, with, w)
		}
	}
	g.reset(g.live)
	for len(g.hits) > maxHits && g.taken > 1 {
		g.taken /= 2
		g.hits = slices.DeleteFunc(g.hits, func(h packedHit) bool { return h.asker() >= g.taken })
	}
}

// ask adds the hits of an asker's posting with those of others: documents that were
// linked before, and askers before it.
func (g *gathering) ask(p Posting, with []Posting, weight int32) {
	i := g.rank[p.Doc]
	s := g.st.source[p.Doc]
	crowded := g.of[s] >= sameSource
	for _, q := range with {
		k := g.rank[q.Doc]
		if q.Doc == p.Doc || k > i || crowded && g.st.source[q.Doc] == s {
			continue
		}
		g.hits = append(g.hits, packHit(i-1, g.order[q.Doc], int32(p.Pos)-int32(q.Pos), weight))
	}
}
