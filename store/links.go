package store

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"

	"repost/dedup"
	"repost/dedup/cluster"
	"repost/dedup/detect"
)

// linkForm is the form of the links in a corpus. Links of another form do not count: the
// next update makes them again.
const linkForm = 4

const linkChunk = 32 << 10 // bytes of links in a value, about

// keepLinks adds links and keeps the value StateLinked, in one transaction:
// what the linker knows of its progress never parts from the links.
func (c *Corpus) keepLinks(links []dedup.Link, linked []byte) error {
	c.writing.Lock()
	defer c.writing.Unlock()
	return c.update(func(tx *txn, next *view) error {
		if next.LinkForm != linkForm {
			next.LinkForm = linkForm
			if err := tx.empty(bucketLinks); err != nil {
				return err
			}
		}
		before, err := valueAt(tx, detect.StateLinked)
		if err != nil {
			return err
		}
		next.Loose = next.Links > 0 && !within(before, linked) || slices.ContainsFunc(links, looseIn(linked))
		if err := addLinks(tx, next, links, func(*dedup.Link, uint32) {}); err != nil {
			return err
		}
		return errors.Join(putValue(tx, detect.StateLinked, linked), putValue(tx, detect.StateBasis, nil))
	})
}

// addLinks adds links and calls at with the chunk of each.
func addLinks(tx *txn, next *view, links []dedup.Link, at func(l *dedup.Link, chunk uint32)) error {
	var chunk []byte
	var last uint32
	for i := range links {
		l := &links[i]
		if max(l.From, l.To) >= next.Documents {
			return fmt.Errorf("store: link of %d and %d, of %d documents", l.From, l.To, next.Documents)
		}
		chunk, last = appendLink(chunk, l, last), l.From
		at(l, next.LinkChunks)
		if len(chunk) >= linkChunk {
			if err := putLinks(tx, next, chunk); err != nil {
				return err
			}
			chunk, last = nil, 0
		}
	}
	next.Links += uint64(len(links))
	return putLinks(tx, next, chunk)
}

func putLinks(tx *txn, next *view, chunk []byte) error {
	if len(chunk) == 0 {
		return nil
	}
	key := key32(next.LinkChunks)
	next.LinkChunks++
	return put(tx, bucketLinks, key, chunk)
}

// DropLinks forgets all links, and what the stories were made from: UpdateStories compares all
// documents again.
func (c *Corpus) DropLinks() error {
	c.writing.Lock()
	defer c.writing.Unlock()
	return c.update(func(tx *txn, next *view) error {
		next.LinkChunks, next.Links = 0, 0
		return errors.Join(tx.empty(bucketLinks), putValue(tx, detect.StateLinked, nil), putValue(tx, detect.StateExpanded, nil), putValue(tx, detect.StateAside, nil), putValue(tx, detect.StateBasis, nil), putValue(tx, detect.StateCaps, nil))
	})
}

// Links calls fn with every link, in the order they were added, as the corpus
// is when it begins; links of retired documents are left out. fn must not keep l. An
// error of fn ends it and is returned as it is.
func (c *Corpus) Links(fn func(l *dedup.Link) error) error {
	if err := c.checkOpen(); err != nil {
		return err
	}
	began := c.view.Load()
	for chunk := range began.LinkChunks {
		links, err := c.linkChunk(chunk, everyLink)
		if err != nil {
			return err
		}
		for i := range links {
			l := &links[i]
			if max(l.From, l.To) >= began.Documents { // callers have tables by document
				return c.wrap(damaged(bucketLinks, key32(chunk), "has a link of documents %d and %d, of %d", l.From, l.To, began.Documents))
			}
			if began.retired.has(l.From) || began.retired.has(l.To) {
				continue
			}
			l.Place = chunk
			if err := fn(l); err != nil {
				return err
			}
		}
	}
	return nil
}

func everyLink(from, to uint32) bool { return true }

// linkChunk reads the links of one value that are wanted.
func (c *Corpus) linkChunk(chunk uint32, wanted func(from, to uint32) bool) (links []dedup.Link, err error) {
	err = c.read(func(tx *txn, _ *view) error {
		payload, err := get(tx, bucketLinks, key32(chunk))
		if err != nil {
			return err
		}
		c.passed(tx, len(payload))
		if links, err = readLinks(payload, wanted); err != nil {
			return damaged(bucketLinks, key32(chunk), "%v", err)
		}
		return nil
	})
	return links, err
}

// appendLink appends a link: its documents as differences (from the From of the
// link before, and of To from From), the units of their grams, then the chains as
// cluster.AppendChains has them.
func appendLink(b []byte, l *dedup.Link, last uint32) []byte {
	b = binary.AppendVarint(b, int64(l.From)-int64(last))
	b = binary.AppendVarint(b, int64(l.To)-int64(l.From))
	b = binary.AppendUvarint(b, uint64(uint32(l.GramFrom)))
	b = binary.AppendUvarint(b, uint64(uint32(l.GramTo)))
	return cluster.AppendChains(b, l.Chains)
}

// readLinks reads the links of a chunk that are wanted. Any bytes are safe.
func readLinks(payload []byte, wanted func(from, to uint32) bool) ([]dedup.Link, error) {
	var links []dedup.Link
	var room []cluster.Chain // of a link that is not wanted
	r := &reader{b: payload}
	var last uint32
	for len(r.b) > 0 {
		l := dedup.Link{From: r.near(last)}
		l.To = r.near(l.From)
		l.GramFrom, l.GramTo = int32(r.uint32()), int32(r.uint32())
		last = l.From
		if r.err != nil {
			return nil, r.err
		}
		if l.Chains, r.b, r.err = cluster.ReadChains(room, r.b); r.err != nil {
			return nil, r.err
		}
		if room = l.Chains[:0]; wanted(l.From, l.To) {
			links, room = append(links, l), nil
		}
	}
	return links, nil
}

// near reads a number that is stored as its difference from base.
func (r *reader) near(base uint32) uint32 {
	d, n := binary.Varint(r.b)
	if n <= 0 {
		r.fail(errShort)
		return 0
	}
	r.b = r.b[n:]
	v := int64(base) + d
	if v < 0 || v > math.MaxUint32 {
		r.fail(fmt.Errorf("%d is out of range", v))
	}
	return uint32(v)
}
