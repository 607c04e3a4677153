package dedup

import (
	"cmp"
	"math/bits"
	"slices"
)

// Documents with one content have the same prints and bands, at the same units. An
// index keeps them once, under the first number that had the content: that document
// bears them for all others, also when it is retired. What the index holds of the
// others, as files of earlier versions do, is passed over. So a million copies of a
// text cost as many postings as one.
//
// A scan of an index brings, in the place of a bearer, those of its content that count:
// the heads, of which there may be several (see classes), and documents that were
// linked and are heads no more (see unlink).

// bearing says whose postings those of an index are.
type bearing struct {
	others bitmap              // documents whose postings are not theirs alone
	of     map[uint32][]uint32 // bearer among them → those that count, ascending
	posts  []Posting
}

// bear notes documents that all have one content.
func (st *settling) bear(same []uint32, before bitmap) {
	if len(same) == 1 {
		return
	}
	b, bearer := &st.bearing, slices.Min(same)
	var count []uint32
	for _, n := range same {
		if n != bearer {
			b.others.add(n)
		}
		if st.isHead(n) || before.has(n) {
			count = append(count, n)
		}
	}
	if len(count) == 1 && count[0] == bearer {
		return
	}
	slices.Sort(count)
	if b.of == nil {
		b.of = map[uint32][]uint32{}
	}
	b.others.add(bearer)
	b.of[bearer] = count
}

// borne returns the postings of the documents that count, by (document, position). They
// are valid until the next call.
func (b *bearing) borne(ps []Posting) []Posting {
	own := 0 // postings of documents that have theirs to themselves
	for own < len(ps) && !b.others.has(ps[own].Doc) {
		own++
	}
	if own == len(ps) {
		return ps
	}
	b.posts = append(b.posts[:0], ps[:own]...)
	for _, p := range ps[own:] {
		if !b.others.has(p.Doc) {
			b.posts = append(b.posts, p)
			continue
		}
		for _, n := range b.of[p.Doc] {
			b.posts = append(b.posts, Posting{n, p.Pos})
		}
	}
	if !slices.IsSortedFunc(b.posts, comparePostings) {
		slices.SortFunc(b.posts, comparePostings)
	}
	return b.posts
}

func comparePostings(p, q Posting) int {
	if p.Doc != q.Doc {
		return cmp.Compare(p.Doc, q.Doc)
	}
	return cmp.Compare(p.Pos, q.Pos)
}

// scanPrints calls fn for every print with the postings that count. Keys are uniform
// and ascend, so that they say how much of the documents' prints has passed.
func (st *settling) scanPrints(stage string, fn func(ps []Posting) error) error {
	return st.scanKeys(stage, func(_ uint64, ps []Posting) error { return fn(ps) })
}

// scanKeys is scanPrints with the hash of each print.
func (st *settling) scanKeys(stage string, fn func(key uint64, ps []Posting) error) error {
	if st.only != nil {
		return st.update.prints(st.only.prints, func(key uint64, ps []Posting) error { return fn(key, st.bearing.borne(ps)) })
	}
	keys := 0
	return st.corpus.ScanPrints(func(key uint64, ps []Posting) error {
		if keys++; keys%(1<<16) == 0 {
			passed, _ := bits.Mul64(key, uint64(len(st.ids)))
			st.progress(stage, int(passed), len(st.ids))
		}
		return fn(key, st.bearing.borne(ps))
	})
}

// scanBands is scanPrints for bands, which are few.
func (st *settling) scanBands(fn func(ps []Posting) error) error {
	if st.only != nil {
		return st.update.corpus.BandsOf(st.only.bands, func(_ uint64, ps []Posting) error { return fn(st.bearing.borne(ps)) })
	}
	return st.corpus.ScanBands(func(_ uint64, ps []Posting) error { return fn(st.bearing.borne(ps)) })
}
