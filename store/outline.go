package store

import (
	"sync/atomic"
)

// outline is what a query asks of many documents: 4 bytes and two bits for each.
//
// A head is the first of the documents that are live and have one content. A query asks
// for heads among all that share a key with it, 18,000 postings of 300,000 planted
// documents. They are read from the index of contents at the first query, 60 ns a
// document. Of some hundred short texts it asks how long they are. That is read from the
// facts, of all in a block when one was asked for.
type outline struct {
	of     outlineOf
	heads  []uint64
	copied []uint64        // heads that others have the content of
	units  []atomic.Uint32 // plus one; 0 is not known
}

// outlineOf is what heads depend on: a commit that leaves it leaves them.
type outlineOf struct{ documents, retired, removals uint32 }

// isHead reports whether document n is a head.
func (o *outline) isHead(n uint32) bool {
	return n/64 < uint32(len(o.heads)) && o.heads[n/64]>>(n%64)&1 != 0
}

// isCopied reports whether others have the content of head n.
func (o *outline) isCopied(n uint32) bool {
	return n/64 < uint32(len(o.copied)) && o.copied[n/64]>>(n%64)&1 != 0
}

// outline returns the outline of the corpus as it is.
func (c *Corpus) outline() (*outline, error) {
	v := c.view.Load()
	of := outlineOf{v.Documents, v.state.Retired, v.Removals}
	old := c.outlined.Load()
	if old != nil && old.of == of {
		return old, nil
	}
	words := v.Documents/64 + 1
	o := &outline{of, make([]uint64, words), make([]uint64, words), make([]atomic.Uint32, v.Documents)}
	if old != nil {
		for n := range min(len(old.units), len(o.units)) {
			o.units[n].Store(old.units[n].Load())
		}
	}
	err := c.Scan(Contents, func(_ uint64, at []Posting) error {
		if n := at[0].Doc; n < v.Documents {
			o.heads[n/64] |= 1 << (n % 64)
			if len(at) > 1 {
				o.copied[n/64] |= 1 << (n % 64)
			}
		}
		return nil
	})
	if err == nil {
		c.outlined.Store(o)
	}
	return o, err
}

// unitsOf returns how many live units document n has.
func (c *Corpus) unitsOf(n uint32) (uint32, error) {
	o, err := c.outline()
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
