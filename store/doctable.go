package store

import (
	"sync/atomic"
)

// docTable holds what a query needs to know of many documents: 4 bytes and two bits for
// each.
//
// A representative is the first live document with some content. A query needs the representatives among all
// documents that share a key with it: 18,000 postings in 300,000 planted documents. The
// first query reads them from the index of contents, at 60 ns a document. A query also
// needs the lengths of some hundred short texts. These are read from the facts, for all
// documents of a block at once.
type docTable struct {
	of              docTableKey
	representatives []uint64
	copied          []uint64        // representatives with copies
	units           []atomic.Uint32 // plus one; 0 is not known
}

// docTableKey is what the representatives depend on: as long as it stays the same, so do they.
type docTableKey struct{ documents, retired, removals uint32 }

// isRepresentative reports whether document n is a representative.
func (o *docTable) isRepresentative(n uint32) bool {
	return n/64 < uint32(len(o.representatives)) && o.representatives[n/64]>>(n%64)&1 != 0
}

// isCopied reports whether other documents have the content of representative n.
func (o *docTable) isCopied(n uint32) bool {
	return n/64 < uint32(len(o.copied)) && o.copied[n/64]>>(n%64)&1 != 0
}

// docTable returns the table of the corpus as it is now.
func (c *Corpus) docTable() (*docTable, error) {
	v := c.view.Load()
	of := docTableKey{v.Documents, v.state.Retired, v.Removals}
	old := c.docs.Load()
	if old != nil && old.of == of {
		return old, nil
	}
	words := v.Documents/64 + 1
	o := &docTable{of, make([]uint64, words), make([]uint64, words), make([]atomic.Uint32, v.Documents)}
	if old != nil {
		for n := range min(len(old.units), len(o.units)) {
			o.units[n].Store(old.units[n].Load())
		}
	}
	err := c.scanLive(contentIndex, func(_ uint64, at []posting) error {
		if n := at[0].Doc; n < v.Documents {
			o.representatives[n/64] |= 1 << (n % 64)
			if len(at) > 1 {
				o.copied[n/64] |= 1 << (n % 64)
			}
		}
		return nil
	})
	if err == nil {
		c.docs.Store(o)
	}
	return o, err
}

// unitsOf returns how many live units document n has.
func (c *Corpus) unitsOf(n uint32) (uint32, error) {
	o, err := c.docTable()
	if err != nil {
		return 0, err
	}
	if n < uint32(len(o.units)) {
		if u := o.units[n].Load(); u > 0 {
			return u - 1, nil
		}
	}
	var units uint32
	err = c.read(func(tx *txn, v *view) error {
		if err := v.check(n); err != nil {
			return err
		}
		all, first, err := factsBlock(c, tx, n, c.readUnits)
		if err != nil {
			return err
		}
		units = all[n-first]
		for i, u := range all {
			if at := int(first) + i; at < len(o.units) {
				o.units[at].Store(u + 1)
			}
		}
		return nil
	})
	return units, err
}

// readUnits is readFacts for the units alone.
func (c *Corpus) readUnits(payload []byte) ([]uint32, error) {
	n, _, _, r, err := c.factsIn(payload)
	if err != nil {
		return nil, err
	}
	all := make([]uint32, n)
	for i := range all {
		for range 6 {
			r.bytes(r.count())
		}
		r.uvarint()
		all[i] = r.uint32()
		r.uvarint()
		r.uvarint()
	}
	return all, r.err
}
