package store

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"
	"unsafe"

	"github.com/zeebo/xxh3"
	bolt "go.etcd.io/bbolt"
)

// txn is a transaction of bbolt in which no page is used before it was checked. What is
// committed is read by tree.go. bbolt itself reads what a write transaction has changed, and
// goes down the tree to change it: before each of its steps the way to the key, and the
// leaves on both sides, with which it may join a leaf that became small, are checked.
//
// A write transaction also keeps a sum for each bucket: of the hashes of all keys and the
// checksums of their values, modulo 2^64. Whoever adds up what the bucket holds learns
// whether all of it, and nothing else, is what was written last: a page of an earlier time is
// in order, and so are its values. The sums are in "state". (Bellare and Micciancio 1997 have
// such sums for hashes that withstand attack; this one need not.)
type txn struct {
	*bolt.Tx
	corpus  *Corpus
	root    *tree // the list of buckets, as committed
	next    *view // of a write transaction
	buckets map[string]*bucket
}

// begun wraps a transaction that began.
func (c *Corpus) begun(tx *bolt.Tx, next *view) *txn {
	at := c.db.Info().Data // memory that no collector moves
	data := unsafe.Slice(*(**byte)(unsafe.Pointer(&at)), tx.Size())
	root := &tree{data: data, sound: c.sound, root: uint64(tx.Cursor().Bucket().Root()), lists: true}
	return &txn{Tx: tx, corpus: c, root: root, next: next, buckets: map[string]*bucket{}}
}

// bucket is a bucket in a transaction.
type bucket struct {
	tx   *txn
	name string
	tree *tree        // as it was committed; nil: made in this transaction
	bolt *bolt.Bucket // once it was changed in this transaction
}

// has reports whether there is a bucket.
func (tx *txn) has(name string) bool { return tx.open(name) != nil }

// open returns a bucket, or nil.
func (tx *txn) open(name string) *bucket {
	b, ok := tx.buckets[name]
	if ok {
		return b
	}
	if tx.root != nil {
		if t := tx.root.in(name); t != nil {
			b = &bucket{tx: tx, name: name, tree: t}
		}
	}
	tx.buckets[name] = b
	return b
}

// bucketOf returns a bucket that must be there.
func bucketOf(tx *txn, name string) (*bucket, error) {
	b := tx.open(name)
	if b == nil {
		return nil, fmt.Errorf("%w: bucket %s is missing", ErrDamaged, name)
	}
	return b, nil
}

// make makes a bucket where there is none.
func (tx *txn) make(name string) error {
	if tx.has(name) {
		return nil
	}
	b, err := tx.CreateBucket([]byte(name))
	if err != nil {
		return err
	}
	b.FillPercent = 1
	tx.buckets[name] = &bucket{tx: tx, name: name, bolt: b}
	return nil
}

// empty removes all that a bucket holds.
func (tx *txn) empty(name string) error {
	b := tx.open(name)
	if b != nil {
		if b.tree != nil {
			b.tree.pages(func(page) {}) // which bbolt will free
		}
		if err := tx.DeleteBucket([]byte(name)); err != nil {
			return err
		}
	}
	tx.buckets[name] = nil
	if tx.next != nil && tx.next.Sums != nil {
		delete(tx.next.Sums, name)
	}
	return tx.make(name)
}

// changed returns the bucket as bbolt has it, to be changed. Keys are put in order, so it
// fills its pages.
func (b *bucket) changed() (*bolt.Bucket, error) {
	if b.bolt == nil {
		if b.bolt = b.tx.Bucket([]byte(b.name)); b.bolt == nil {
			return nil, fmt.Errorf("%w: bucket %s is missing", ErrDamaged, b.name)
		}
		b.bolt.FillPercent = 1
	}
	return b.bolt, nil
}

// secure checks the pages that bbolt reads on its way to a key, and their neighbours.
func (b *bucket) secure(key []byte) {
	if b.tree == nil {
		return
	}
	b.tx.corpus.passed(b.tx, faultAround)
	c := &cursor{t: b.tree}
	c.down(func(p page) int { return search(p, key) })
	leaf := slices.Clone(c.stack)
	c.turn(1)
	c.stack = leaf
	c.turn(-1)
}

// Get returns the value of a key, or nil.
func (b *bucket) Get(key []byte) []byte {
	if b.bolt == nil {
		return b.tree.get(key)
	}
	b.secure(key)
	return b.bolt.Get(key)
}

// Put puts a value, which is sealed.
func (b *bucket) Put(key, value []byte) error {
	before := b.Get(key)
	w, err := b.changed()
	if err != nil {
		return err
	}
	b.secure(key)
	b.sum(key, before, -1)
	b.sum(key, value, 1)
	return w.Put(key, value)
}

// Delete removes a key, if it is there.
func (b *bucket) Delete(key []byte) error {
	before := b.Get(key)
	w, err := b.changed()
	if err != nil {
		return err
	}
	b.secure(key)
	b.sum(key, before, -1)
	return w.Delete(key)
}

// sum adds a value to the sum of the bucket or takes it away.
func (b *bucket) sum(key, value []byte, sign int64) {
	if value == nil || b.tx.next == nil || b.tx.next.Sums == nil || b.name == bucketCorpus {
		return
	}
	b.tx.next.Sums[b.name] += uint64(sign) * valueSum(key, value)
}

// valueSum is what a value adds to the sum of its bucket.
func valueSum(key, value []byte) uint64 {
	h := xxh3.Hash(key)
	if len(value) >= sumSize {
		h += uint64(binary.LittleEndian.Uint32(value[len(value)-sumSize:]))
	}
	var b [8]byte
	binary.LittleEndian.PutUint64(b[:], h)
	return xxh3.Hash(b[:])
}

// ForEach calls fn with every key and value.
func (b *bucket) ForEach(fn func(key, value []byte) error) error {
	c := b.Cursor()
	for key, value := c.First(); key != nil; key, value = c.Next() {
		if err := fn(key, value); err != nil {
			return err
		}
	}
	return nil
}

// keyCursor goes over the keys of a bucket. Its methods return nil where there are no more.
type keyCursor interface {
	First() (key, value []byte)
	Last() (key, value []byte)
	Seek(key []byte) (k, value []byte)
	Next() (key, value []byte)
	Prev() (key, value []byte)
}

// Cursor returns a cursor. Changes that are made later it may not see.
func (b *bucket) Cursor() keyCursor {
	if b.bolt == nil {
		return &cursor{t: b.tree}
	}
	return &changedCursor{b: b, Cursor: b.bolt.Cursor()}
}

// changedCursor is a cursor of bbolt, on a bucket that was changed.
type changedCursor struct {
	*bolt.Cursor
	b   *bucket
	now []byte
}

func (c *changedCursor) on(key, value []byte) (k, v []byte) {
	if key != nil {
		c.now = append(c.now[:0], key...)
	}
	return key, value
}

// First implements keyCursor.
func (c *changedCursor) First() (key, value []byte) {
	c.b.secure(nil)
	return c.on(c.Cursor.First())
}

// Last implements keyCursor.
func (c *changedCursor) Last() (key, value []byte) {
	c.b.secure(bytes.Repeat([]byte{0xFF}, 1<<8))
	return c.on(c.Cursor.Last())
}

// Seek implements keyCursor.
func (c *changedCursor) Seek(key []byte) (k, value []byte) {
	c.b.secure(key)
	c.now = append(c.now[:0], key...)
	return c.on(c.Cursor.Seek(key))
}

// Next implements keyCursor.
func (c *changedCursor) Next() (key, value []byte) {
	c.b.secure(c.now)
	return c.on(c.Cursor.Next())
}

// Prev implements keyCursor.
func (c *changedCursor) Prev() (key, value []byte) {
	c.b.secure(c.now)
	return c.on(c.Cursor.Prev())
}
