package store

import (
	"bytes"
	"encoding/binary"
	"sort"
	"sync/atomic"
)

// bbolt trusts every page that it maps: one that leads back to itself makes it recurse
// until the process dies, and a stale page (a write that the disk lost) leads it anywhere.
// So values are read here without bbolt, from the pages of the committed state, and before
// bbolt itself goes down the tree, to write, the path is checked (txn.go).
//
// A page is checked when it is reached for the first time: its number; its kind, since all
// leaves have the same depth; that its elements are inside it; that its keys ascend within
// the bounds that the pages above set; and that no page begins inside a long one. Opening a
// corpus has checked that no two branches lead to one page (walk.go), so that any walk ends
// after as many pages as there are. A valid page may still have values of an earlier time,
// which Check finds by their sums.
//
// Cost: a bit of memory a page; 20 ns for the first visit of a page.

// pageSet is a set of pages. Several goroutines may use it.
type pageSet []atomic.Uint64

func newPageSet(pages uint64) pageSet { return make(pageSet, pages/64+1) }

// has reports whether a page is in the set. One that the file did not have when the set was
// made was written by this process since, and is.
func (s pageSet) has(id uint64) bool {
	return id/64 >= uint64(len(s)) || s[id/64].Load()>>(id%64)&1 != 0
}

func (s pageSet) add(id uint64) {
	if id/64 < uint64(len(s)) {
		s[id/64].Or(1 << (id % 64))
	}
}

// tree is a bucket in a committed state. Its cursors panic with an error where a page is
// damaged; Corpus.read and update return it.
type tree struct {
	data  []byte // the mapped file, as long as the state
	sound pageSet
	root  uint64
	small page // of a bucket that has no page of its own
	lists bool // its values are buckets
}

// in returns the bucket with a name in a tree of buckets, or nil.
func (t *tree) in(name string) *tree {
	cur := &cursor{t: t}
	key, value := cur.Seek([]byte(name))
	if string(key) != name {
		return nil
	}
	p, i := cur.at()
	if !p.isBucket(i) || len(value) < pageHeader {
		panic(p.wrong("has no bucket %s", name))
	}
	sub := &tree{data: t.data, sound: t.sound, root: binary.LittleEndian.Uint64(value)}
	if sub.root == 0 {
		sub.small = page(value[pageHeader:])
		if len(sub.small) < pageHeader || sub.small.kind() != leafPage {
			panic(p.wrong("has no bucket %s", name))
		}
		if err := sub.small.check(nil, nil, false); err != nil {
			panic(err)
		}
	}
	return sub
}

// page returns a page. One that the file does not have panics.
func (t *tree) page(id uint64) page {
	if t.small != nil {
		return t.small
	}
	pages := uint64(len(t.data) / pageSize)
	if id < 2 || id >= pages {
		panic(pageError(id, "does not exist"))
	}
	p := page(t.data[id*pageSize:])
	if got := p.id(); got != id {
		panic(pageError(id, "says it is page %d", got))
	}
	if p.more() >= pages-id {
		panic(pageError(id, "is longer than the file"))
	}
	return p[:(1+p.more())*pageSize]
}

// get returns the value of a key, or nil.
func (t *tree) get(key []byte) []byte {
	var c cursor
	c.t = t
	if k, v := c.Seek(key); bytes.Equal(k, key) {
		return v
	}
	return nil
}

// pages calls fn with every page that a bucket has of its own.
func (t *tree) pages(fn func(p page)) {
	if t.small != nil {
		return
	}
	c := &cursor{t: t}
	c.down(func(page) int { return 0 })
	for _, s := range c.stack {
		fn(s.p)
	}
	for c.turn(1) {
		for _, s := range c.stack[c.fresh:] {
			fn(s.p)
		}
	}
}

// cursor goes over a tree. Its methods do what those of bbolt's Cursor do.
type cursor struct {
	t     *tree
	stack []level
	room  [6]level
	fresh int // the steps from there on are of pages that turn has entered
}

// level is an element on the way down.
type level struct {
	p page
	i int
}

// at returns the leaf that the cursor stands on, and the element.
func (c *cursor) at() (page, int) {
	s := &c.stack[len(c.stack)-1]
	return s.p, s.i
}

// here returns the element that the cursor stands on.
func (c *cursor) here() (key, value []byte) {
	p, i := c.at()
	if i < 0 || i >= p.count() {
		return nil, nil
	}
	return p.element(i)
}

// down goes from the root to a leaf. choose says which element of a page.
func (c *cursor) down(choose func(p page) int) {
	if c.stack == nil {
		c.stack = c.room[:0]
	}
	c.stack = c.stack[:0]
	c.fresh = 0
	c.enter(c.t.root, choose)
}

// enter goes from a page to a leaf below it.
func (c *cursor) enter(id uint64, choose func(p page) int) {
	for {
		p := c.t.page(id)
		if c.t.small == nil && !c.t.sound.has(id) {
			c.check(p)
		}
		c.stack = append(c.stack, level{p, choose(p)})
		if p.kind() == leafPage {
			return
		}
		if len(c.stack) > maxDepth {
			panic(p.wrong("is too deep in the tree"))
		}
		id = p.child(c.stack[len(c.stack)-1].i)
	}
}

// check panics if something is wrong with a page below the one that the cursor stands on.
func (c *cursor) check(p page) {
	var lo, hi []byte
	for d := len(c.stack) - 1; d >= 0; d-- {
		s := &c.stack[d]
		if d == len(c.stack)-1 {
			lo = s.p.branchKey(s.i)
			if first := c.t.page(s.p.child(0)); first.kind() != p.kind() {
				panic(p.wrong("is of another kind than those next to it"))
			}
		}
		if s.i+1 < s.p.count() {
			hi = s.p.branchKey(s.i + 1)
			break
		}
	}
	if err := p.check(lo, hi, c.t.lists); err != nil {
		panic(err)
	}
	for i := uint64(1); i <= p.more(); i++ {
		if next := page(c.t.data[(p.id()+i)*pageSize:]); next.id() == p.id()+i && next.holds() {
			panic(p.wrong("reaches over page %d", next.id()))
		}
	}
	c.t.sound.add(p.id())
}

// turn goes to the leaf after (1) or before (-1) the one that the cursor stands on. It
// reports whether there is one; if not, the cursor stays.
func (c *cursor) turn(by int) bool {
	for d := len(c.stack) - 2; d >= 0; d-- {
		s := &c.stack[d]
		if next := s.i + by; next >= 0 && next < s.p.count() {
			s.i = next
			c.stack = c.stack[:d+1]
			c.fresh = d + 1
			end := func(p page) int { return 0 }
			if by < 0 {
				end = func(p page) int { return p.count() - 1 }
			}
			c.enter(s.p.child(next), end)
			return true
		}
	}
	return false
}

// search returns the last element of a branch whose key is not above key, or the first;
// of a leaf the first that is not below it.
func search(p page, key []byte) int {
	n := p.count()
	if p.kind() == leafPage {
		return sort.Search(n, func(i int) bool { k, _ := p.element(i); return bytes.Compare(k, key) >= 0 })
	}
	return max(0, sort.Search(n, func(i int) bool { return bytes.Compare(p.branchKey(i), key) > 0 })-1)
}

// First goes to the first key of the tree.
func (c *cursor) First() (key, value []byte) {
	c.down(func(page) int { return 0 })
	return c.here()
}

// Last goes to the last key.
func (c *cursor) Last() (key, value []byte) {
	c.down(func(p page) int { return p.count() - 1 })
	return c.here()
}

// Seek goes to a key, or to the first one above it.
func (c *cursor) Seek(key []byte) (k, value []byte) {
	c.down(func(p page) int { return search(p, key) })
	if p, i := c.at(); i >= p.count() && !c.turn(1) {
		return nil, nil
	}
	return c.here()
}

// Next goes to the next key. Past the last one it returns nil and stays.
func (c *cursor) Next() (key, value []byte) {
	s := &c.stack[len(c.stack)-1]
	if s.i+1 < s.p.count() {
		s.i++
	} else if !c.turn(1) {
		return nil, nil
	}
	return c.here()
}

// Prev goes to the key before. Before the first one it returns nil and stays.
func (c *cursor) Prev() (key, value []byte) {
	s := &c.stack[len(c.stack)-1]
	if s.i > 0 {
		s.i--
	} else if !c.turn(-1) {
		return nil, nil
	}
	return c.here()
}
