package store

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"

	bolt "go.etcd.io/bbolt"

	"repost/dedup"
)

const stateLinked = "linked"

const linkChunk = 32 << 10 // bytes of links in a value, about

// AddLinks adds links and keeps linked under the name "linked", in one transaction:
// what the linker knows of its progress never parts from the links.
func (c *Corpus) AddLinks(links []dedup.Link, linked []byte) error {
	c.writing.Lock()
	defer c.writing.Unlock()
	return c.update(func(tx *bolt.Tx, next *view) error {
		var chunk []byte
		var last uint32
		for i := range links {
			l := &links[i]
			if max(l.From, l.To) >= next.Documents {
				return fmt.Errorf("store: link of %d and %d, of %d documents", l.From, l.To, next.Documents)
			}
			chunk, last = appendLink(chunk, l, last), l.From
			if len(chunk) >= linkChunk {
				if err := putLinks(tx, next, chunk); err != nil {
					return err
				}
				chunk, last = nil, 0
			}
		}
		next.Links += uint64(len(links))
		if err := putLinks(tx, next, chunk); err != nil {
			return err
		}
		return putValue(tx, stateLinked, linked)
	})
}

func putLinks(tx *bolt.Tx, next *view, chunk []byte) error {
	if len(chunk) == 0 {
		return nil
	}
	key := key32(next.LinkChunks)
	next.LinkChunks++
	return put(tx, bucketLinks, key, chunk)
}

// DropLinks forgets all links, and what State("linked") says.
func (c *Corpus) DropLinks() error {
	c.writing.Lock()
	defer c.writing.Unlock()
	return c.update(func(tx *bolt.Tx, next *view) error {
		next.LinkChunks, next.Links = 0, 0
		return errors.Join(emptyBucket(tx, bucketLinks), putValue(tx, stateLinked, nil))
	})
}

func emptyBucket(tx *bolt.Tx, name string) error {
	if err := tx.DeleteBucket([]byte(name)); err != nil {
		return err
	}
	_, err := tx.CreateBucket([]byte(name))
	return err
}

// Links calls fn with every link, in the order they were added, as the corpus
// is when it begins; links of retired documents are left out. fn must not keep l. An
// error of fn ends it and is returned as it is.
func (c *Corpus) Links(fn func(l *dedup.Link) error) error {
	began := c.view.Load()
	for chunk := range began.LinkChunks {
		links, err := c.linkChunk(chunk)
		if err != nil {
			return err
		}
		for i := range links {
			l := &links[i]
			if began.retired.has(l.From) || began.retired.has(l.To) {
				continue
			}
			if err := fn(l); err != nil {
				return err
			}
		}
	}
	return nil
}

// linkChunk reads the links of one value.
func (c *Corpus) linkChunk(chunk uint32) (links []dedup.Link, err error) {
	err = c.read(func(tx *bolt.Tx, _ *view) error {
		payload, err := get(tx, bucketLinks, key32(chunk))
		if err != nil {
			return err
		}
		if links, err = readLinks(payload); err != nil {
			return damaged(bucketLinks, key32(chunk), "%v", err)
		}
		return nil
	})
	return links, err
}

// appendLink appends a link: its documents as differences (from the From of the
// link before, and of To from From), then the chains; runs as the gaps on both
// sides and a length.
func appendLink(b []byte, l *dedup.Link, last uint32) []byte {
	b = binary.AppendVarint(b, int64(l.From)-int64(last))
	b = binary.AppendVarint(b, int64(l.To)-int64(l.From))
	b = binary.AppendUvarint(b, uint64(len(l.Chains)))
	for i := range l.Chains {
		ch := &l.Chains[i]
		b = append(b, byte(ch.Edges))
		for _, v := range []int32{ch.Agree, ch.Disagree, ch.Reworded, ch.OneSided, ch.Head, ch.Tail} {
			b = binary.AppendUvarint(b, uint64(uint32(v)))
		}
		b = binary.AppendUvarint(b, uint64(len(ch.Runs)))
		var atA, atB int64
		for _, r := range ch.Runs {
			b = binary.AppendVarint(b, int64(r.A)-atA)
			b = binary.AppendVarint(b, int64(r.B)-atB)
			b = binary.AppendUvarint(b, uint64(uint32(r.Len)))
			atA, atB = int64(r.A)+int64(r.Len), int64(r.B)+int64(r.Len)
		}
	}
	return b
}

// readLinks reads a chunk. Any bytes are safe.
func readLinks(payload []byte) ([]dedup.Link, error) {
	var links []dedup.Link
	r := &reader{b: payload}
	var last uint32
	for len(r.b) > 0 {
		l := dedup.Link{From: uint32(r.near(int64(last), 0))}
		l.To = uint32(r.near(int64(l.From), 0))
		last = l.From
		if n := r.count(); n > 0 {
			l.Chains = make([]dedup.Chain, 0, min(n, 64))
			for range n {
				l.Chains = append(l.Chains, r.chain())
				if r.err != nil {
					break
				}
			}
		}
		if r.err != nil {
			return nil, r.err
		}
		links = append(links, l)
	}
	return links, r.err
}

func (r *reader) chain() dedup.Chain {
	ch := dedup.Chain{Edges: dedup.Edges(r.byte())}
	ch.Agree, ch.Disagree, ch.Reworded, ch.OneSided = r.int32(), r.int32(), r.int32(), r.int32()
	ch.Head, ch.Tail = r.int32(), r.int32()
	n := r.count()
	if n == 0 {
		return ch
	}
	ch.Runs = make([]dedup.Run, 0, min(n, len(r.b)/3+1))
	var atA, atB int64
	for range n {
		run := dedup.Run{A: int32(r.near(atA, math.MinInt32)), B: int32(r.near(atB, math.MinInt32)), Len: r.int32()}
		if r.err != nil {
			break
		}
		ch.Runs = append(ch.Runs, run)
		atA, atB = int64(run.A)+int64(run.Len), int64(run.B)+int64(run.Len)
	}
	return ch
}

func (r *reader) int32() int32 { return int32(r.uint32()) }

// near reads a number of 32 bits, from least up, that is stored as its difference from base.
func (r *reader) near(base, least int64) int64 {
	d, n := binary.Varint(r.b)
	if n <= 0 {
		r.fail(errShort)
		return 0
	}
	r.b = r.b[n:]
	v := base + d
	if v < least || v > least+1<<32-1 {
		r.fail(fmt.Errorf("%d is out of range", v))
		return 0
	}
	return v
}
