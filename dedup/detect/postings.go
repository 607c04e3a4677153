package detect

import (
	"cmp"
	"math/bits"
	"slices"

	"repost/dedup"
)

// Documents with one content have the same fingerprints and bands, at the same units. An
// index keeps these postings once, under the first document that had the content: their
// owner, even after it is retired. Postings of the others, which files of earlier versions
// have, are skipped. So a million copies of a text cost as many postings as one.
//
// A scan of an index replaces an owner by the documents of its content that count: the
// representatives, possibly several (see classes), and documents that were linked and are no longer
// representatives (see unlink).

// sharedPostings maps the owners of postings to the documents that count.
type sharedPostings struct {
	others bitmap              // documents that share their postings
	of     map[uint32][]uint32 // owner → documents that count, ascending
	posts  []dedup.Posting
}

// sharePostings notes documents that all have one content.
func (st *detector) sharePostings(same []uint32, before bitmap) {
	if len(same) == 1 {
		return
	}
	b, owner := &st.shared, slices.Min(same)
	var count []uint32
	for _, n := range same {
		if n != owner {
			b.others.add(n)
		}
		if st.isRepresentative(n) || before.has(n) {
			count = append(count, n)
		}
	}
	if len(count) == 1 && count[0] == owner {
		return
	}
	slices.Sort(count)
	if b.of == nil {
		b.of = map[uint32][]uint32{}
	}
	b.others.add(owner)
	b.of[owner] = count
}

// expand returns the postings of the documents that count, by (document, position). They
// are valid until the next call.
func (st *detector) expand(ps []dedup.Posting) []dedup.Posting {
	b := &st.shared
	own := 0 // postings of documents that have theirs to themselves
	for own < len(ps) && !st.shares(ps[own].Doc) {
		own++
	}
	if own == len(ps) {
		return ps
	}
	b.posts = append(b.posts[:0], ps[:own]...)
	for _, p := range ps[own:] {
		if !st.shares(p.Doc) {
			b.posts = append(b.posts, p)
			continue
		}
		for _, n := range b.of[p.Doc] {
			b.posts = append(b.posts, dedup.Posting{Doc: n, Pos: p.Pos})
		}
	}
	if !slices.IsSortedFunc(b.posts, comparePostings) {
		slices.SortFunc(b.posts, comparePostings)
	}
	return b.posts
}

// shares reports whether the postings of a document count for others, or those of another for
// it. Where documents are looked up, those that did not change count for themselves if they
// were a representative then, and if they are no copies.
func (st *detector) shares(n uint32) bool {
	b := &st.shared
	if st.lazy == nil || b.others.has(n) {
		return b.others.has(n)
	}
	if st.update.before.has(n) || !st.lazy.since.Copied(n) {
		return false
	}
	st.shareLookedUp(st.lazy.class(n))
	return true
}

// shareLookedUp notes the documents of a class that count.
func (st *detector) shareLookedUp(c *class) {
	b := &st.shared
	var count []uint32
	for _, n := range c.all {
		if st.isRepresentative(n) || st.update.before.has(n) {
			count = append(count, n)
		}
	}
	if b.of == nil {
		b.of = map[uint32][]uint32{}
	}
	b.others.add(c.all[0])
	b.of[c.all[0]] = count
}

func comparePostings(p, q dedup.Posting) int {
	if p.Doc != q.Doc {
		return cmp.Compare(p.Doc, q.Doc)
	}
	return cmp.Compare(p.Pos, q.Pos)
}

// scanFingerprints calls fn for every fingerprint with the postings that count: where an update has
// a summary, with some of them. Keys are uniform and ascend, so that they say how much of the
// documents' fingerprints has passed.
func (st *detector) scanFingerprints(stage string, fn func(key uint64, ps []dedup.Posting, s *summary) error) error {
	if st.only != nil {
		return st.update.fingerprints(st.only.fingerprints, fn)
	}
	keys := 0
	return st.corpus.ScanFingerprints(func(key uint64, ps []dedup.Posting) error {
		if keys++; keys%(1<<16) == 0 {
			passed, _ := bits.Mul64(key, uint64(st.count()))
			st.progress(stage, int(passed), st.count())
		}
		return fn(key, st.expand(ps), nil)
	})
}

// scanBands is scanFingerprints for bands, which are few.
func (st *detector) scanBands(fn func(ps []dedup.Posting) error) error {
	if st.only != nil {
		return st.update.corpus.BandsOf(st.only.bands, func(_ uint64, ps []dedup.Posting) error { return fn(st.expand(ps)) })
	}
	return st.corpus.ScanBands(func(_ uint64, ps []dedup.Posting) error { return fn(st.expand(ps)) })
}
