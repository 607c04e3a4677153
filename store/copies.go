package store

import (
	"slices"

	"repost/dedup"
)

// Documents with one content have the same fingerprints and bands. Only the first of them,
// by number, has these in the indexes: a million copies of a text cost as many postings
// as one. Of 400,000 of 2 KB an ingest took 68 s of processor time, half of it to
// merge postings, and 389 MB on disk; it takes 22 s and 62 MB. Every new content is
// looked up, which filters make cheap. The detector knows the contents of all documents and
// finds the documents that share a posting (dedup/detect/postings.go).
//
// A document keeps its postings when it is retired, so copies can come and go without
// changing them. Only a lookup must know whether a retired document owns the postings of a
// live one: a document that ever had a copy is marked, and then its representative, the
// first live document with its content, takes its place. Compact drops retired documents
// and gives their postings to the representatives.
//
// Corpora of earlier versions have postings for all documents, and no marks.

// hasCopies reports whether copies have no postings in the file.
func hasCopies(tx *txn) bool { return tx.has(bucketCopied) }

// findCopies finds out which new documents are copies of an earlier one.
func (a *addition) findCopies() error {
	if !hasCopies(a.tx) {
		return nil
	}
	l, err := a.c.newLookup(a.tx, contentIndex, a.next)
	if err != nil {
		return err
	}
	keys := make([]entry, len(a.fresh))
	for i := range a.fresh {
		keys[i] = entry{a.fresh[i].Sketch.Content.Hi >> contentIndex.shift(), posting{Doc: uint32(i)}}
	}
	keys = sortEntries(keys, 64-contentIndex.shift())
	for lo := 0; lo < len(keys); {
		hi := lo + 1
		for hi < len(keys) && keys[hi].key == keys[lo].key {
			hi++
		}
		if err := a.copiesOf(l, keys[lo:hi]); err != nil {
			return err
		}
		lo = hi
	}
	return nil
}

// copiesOf is findCopies for the documents, given by their places, whose contents have one
// key in the index.
func (a *addition) copiesOf(contents *lookup, same []entry) error {
	first := &a.fresh[same[0].Doc]
	number, content := first.number, first.Sketch.Content
	found, err := contents.some(nil, same[0].key, 1)
	if err != nil {
		return err
	}
	if len(found) > 0 {
		f, err := a.c.factsAt(a.tx, found[0].Doc)
		if err != nil {
			return err
		}
		number, content = found[0].Doc, f.content
	}
	for _, k := range same {
		if e := &a.fresh[k.Doc]; e.number != number && e.Sketch.Content == content {
			e.copy = true
			a.next.copy(number)
		}
	}
	return nil
}

// sameContent returns the documents of a group of contents that have the content of
// the first: an index keeps all bits of one but the last.
func (c *Corpus) sameContent(ps []posting) ([]uint32, error) {
	first, err := c.content(ps[0].Doc)
	same := make([]uint32, 0, len(ps))
	for i := 0; i < len(ps) && err == nil; i++ {
		var content dedup.Content
		if content, err = c.content(ps[i].Doc); content == first {
			same = append(same, ps[i].Doc)
		}
	}
	return same, err
}

// content returns the content hash of document n.
func (c *Corpus) content(n uint32) (content dedup.Content, err error) {
	err = c.read(func(tx *txn, _ *view) error {
		f, err := c.factsAt(tx, n)
		if err == nil {
			content = f.content
		}
		return err
	})
	return content, err
}

// copy notes that document n has copies.
func (v *view) copy(n uint32) {
	if !v.copied.has(n) {
		v.copied.add(n)
		v.state.Copied++
	}
}

// representatives finds the live documents to which the postings of an index belong.
type representatives struct {
	c      *Corpus
	began  *view
	shared bool              // the index has postings that copies share
	known  map[uint32]uint32 // retired document → the first live one with its content, or itself
}

func (c *Corpus) newRepresentatives(ln indexID, began *view) *representatives {
	return &representatives{c: c, began: began, shared: (ln == fingerprintIndex || ln == bandIndex) && began.state.Copied > 0}
}

// live removes the postings of retired documents and of those added after h was made. It
// puts the representatives of retired documents in their place.
func (h *representatives) live(tx *txn, v *view, ps []posting) ([]posting, error) {
	if err := v.exist(ps); err != nil {
		return nil, err
	}
	if h.began.state.Retired == 0 && h.began.Documents == v.Documents {
		return ps, nil
	}
	out, inherited := ps[:0], false
	for _, p := range ps {
		if p.Doc >= h.began.Documents {
			continue
		}
		if h.began.retired.has(p.Doc) {
			n, err := h.of(tx, v, p.Doc)
			if err != nil {
				return nil, err
			}
			if n == p.Doc {
				continue
			}
			p.Doc, inherited = n, true
		}
		out = append(out, p)
	}
	if inherited {
		slices.SortFunc(out, comparePostings)
	}
	return out, nil
}

// of returns the representative of a retired document, or the document if it has none.
func (h *representatives) of(tx *txn, v *view, n uint32) (uint32, error) {
	if !h.shared || !h.began.copied.has(n) {
		return n, nil
	}
	if representative, ok := h.known[n]; ok {
		return representative, nil
	}
	representative, err := h.find(tx, v, n)
	if err != nil {
		return n, err
	}
	if h.known == nil {
		h.known = map[uint32]uint32{}
	}
	h.known[n] = representative
	return representative, nil
}

// find looks for the representative of a document among the first few copies, and then
// among more: there may be a million.
func (h *representatives) find(tx *txn, v *view, n uint32) (uint32, error) {
	f, err := h.c.factsAt(tx, n)
	if err != nil {
		return n, err
	}
	content, seen := f.content, 0
	for least := 16; ; least *= 16 {
		l, err := h.c.newLookup(tx, contentIndex, v)
		if err != nil {
			return n, err
		}
		same, err := l.some(nil, content.Hi>>contentIndex.shift(), least)
		if err != nil {
			return n, err
		}
		for _, p := range same[seen:] {
			if p.Doc >= h.began.Documents || h.began.retired.has(p.Doc) {
				continue
			}
			if f, err = h.c.factsAt(tx, p.Doc); err != nil || f.content == content {
				return p.Doc, err
			}
		}
		if seen = len(same); seen < least {
			return n, nil
		}
	}
}
