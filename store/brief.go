package store

import (
	"encoding/binary"
	"sync"
	"sync/atomic"

	bolt "go.etcd.io/bbolt"

	"repost/dedup"
)

// briefs remembers the content and units of documents that were asked for: a query
// asks for all that share a print with it, 500 to 20,000 of 50,000 documents. It takes
// 16 bytes for each document of a page of which one was asked for, and begins anew
// when that becomes more than its budget. Getting takes no lock.
type briefs struct {
	pages  atomic.Pointer[[]atomic.Pointer[briefPage]]
	mu     sync.Mutex // held to put
	size   int        // bytes of pages
	budget int
}

const briefDocuments = 1 << 12 // in a page

type briefPage [briefDocuments]struct {
	content uint64
	units   atomic.Uint64 // plus one; 0 is not known
}

// get returns what is remembered of document n.
func (s *briefs) get(n uint32) (b dedup.Brief, ok bool) {
	pages := s.pages.Load()
	if pages == nil || n/briefDocuments >= uint32(len(*pages)) {
		return b, false
	}
	page := (*pages)[n/briefDocuments].Load()
	if page == nil {
		return b, false
	}
	e := &page[n%briefDocuments]
	units := e.units.Load()
	if units == 0 {
		return b, false
	}
	return dedup.Brief{Content: e.content, Units: uint32(units - 1)}, true
}

// put remembers documents from first on, of a corpus of so many.
func (s *briefs) put(first uint32, all []dedup.Brief, documents uint32) {
	s.mu.Lock()
	defer s.mu.Unlock()
	pages := s.room(documents)
	for i, b := range all {
		n := first + uint32(i)
		page := pages[n/briefDocuments].Load()
		if page == nil {
			page = new(briefPage)
			s.size += 16 * briefDocuments
			pages[n/briefDocuments].Store(page)
		}
		if e := &page[n%briefDocuments]; e.units.Load() == 0 {
			e.content = b.Content
			e.units.Store(uint64(b.Units) + 1)
		}
	}
}

// room returns the pages of a corpus of so many documents.
func (s *briefs) room(documents uint32) []atomic.Pointer[briefPage] {
	old := s.pages.Load()
	need := int(documents/briefDocuments) + 1
	if old != nil && len(*old) >= need && s.size <= s.budget {
		return *old
	}
	pages := make([]atomic.Pointer[briefPage], need+need/8)
	if s.size > s.budget {
		s.size = 0
	} else if old != nil {
		for i := range *old {
			pages[i].Store((*old)[i].Load())
		}
	}
	s.pages.Store(&pages)
	return pages
}

// brief returns the brief of document n.
func (c *Corpus) brief(n uint32) (dedup.Brief, error) {
	if b, ok := c.briefs.get(n); ok {
		return b, nil
	}
	var b dedup.Brief
	err := c.read(func(tx *bolt.Tx, v *view) error {
		if err := v.check(n); err != nil {
			return err
		}
		payload, first, key, err := findBlock(tx, bucketMeta, n)
		if err != nil {
			return err
		}
		all, err := c.readBriefs(payload)
		if err != nil {
			return damaged(bucketMeta, key, "%v", err)
		}
		if n-first >= uint32(len(all)) {
			return damaged(bucketMeta, key32(n), "is missing: the block before it ends at %d", first+uint32(len(all)))
		}
		b = all[n-first]
		c.briefs.put(first, all, v.Documents)
		return nil
	})
	return b, err
}

// readBriefs is readFacts for what a brief has.
func (c *Corpus) readBriefs(payload []byte) ([]dedup.Brief, error) {
	n, fixed, r, err := c.factsIn(payload)
	if err != nil {
		return nil, err
	}
	all := make([]dedup.Brief, n)
	for i := range all {
		for range 6 {
			r.bytes(r.count())
		}
		r.uvarint()
		all[i] = dedup.Brief{Content: binary.LittleEndian.Uint64(fixed[i*32+16:]), Units: r.uint32()}
		r.uvarint()
		r.uvarint()
	}
	return all, r.err
}
