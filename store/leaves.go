package store

import (
	"encoding/binary"
)

// A query looks for some hundred keys in each segment. The way down bbolt's B+tree, with a
// binary search in each of three or four pages, takes longer than what is done with the block
// at its end. Of a corpus that is open for reading, whose pages stay as they are, leaves has
// where the leaf pages of a bucket begin: 12 bytes for a page of 4 KB, read from the branch
// pages when the bucket is asked for first (layout: pages.go).
type leaves struct {
	tree  *tree
	first []uint64 // of the key of a leaf, at or above which all in it are
	pages []uint32
	parts map[uint32]leafRange // segment → the leaves whose keys are its own
}

// leafRange is leaves from lo to hi.
type leafRange struct{ lo, hi int }

// leavesOf returns the leaves of the bucket of an index, or nil where the tree has to be
// searched: a process that writes uses pages again, and a small bucket has none of its own.
func (c *Corpus) leavesOf(name string, b *bucket) *leaves {
	if c.tx == nil || b.tree.small != nil {
		return nil
	}
	if l, ok := c.leaves.Load(name); ok {
		return l.(*leaves)
	}
	l := &leaves{tree: b.tree, parts: map[uint32]leafRange{}}
	l.gather(b.tree.root, 0)
	if len(l.first) == 0 {
		return nil
	}
	kept, _ := c.leaves.LoadOrStore(name, l)
	return kept.(*leaves)
}

// gather appends the leaves below a page. Those of one parent are not read.
func (l *leaves) gather(id uint64, depth int) {
	p := l.tree.page(id)
	if p.kind() == leafPage && p.count() > 0 {
		l.add(p.key(0), id)
	}
	if p.kind() != branchPage || depth > maxDepth {
		return
	}
	above := l.tree.page(p.child(0)).kind() == leafPage
	for i := range p.count() {
		if above {
			l.add(p.branchKey(i), p.child(i))
		} else {
			l.gather(p.child(i), depth+1)
		}
	}
}

func (l *leaves) add(key []byte, id uint64) {
	if len(key) != segmentKeySize {
		return
	}
	segment := binary.BigEndian.Uint32(key)
	p, ok := l.parts[segment]
	if !ok {
		p.lo = len(l.first)
	}
	l.first, l.pages = append(l.first, binary.BigEndian.Uint64(key[4:])), append(l.pages, uint32(id))
	p.hi = len(l.first)
	l.parts[segment] = p
}

// leafCursor finds the blocks of one segment. It is a blockCursor.
type leafCursor struct {
	*leaves
	segment   uint32
	leafRange // which may have the next key
	page      page
	leaf, i   int // where it stands
}

// has reports whether there are leaves whose keys are those of a segment.
func (l *leaves) has(segment uint32) bool { _, ok := l.parts[segment]; return ok }

// cursor returns a cursor on a segment that has leaves. It may begin in the leaf before.
func (l *leaves) cursor(segment uint32) *leafCursor {
	p := l.parts[segment]
	p.lo = max(0, p.lo-1)
	return &leafCursor{leaves: l, segment: segment, leafRange: p}
}

// place returns the last leaf that begins below k, or the first one. It is branch-free.
func (c *leafCursor) place(k uint64) int {
	lo := c.lo
	for n := c.hi - lo; n > 1; {
		half := n / 2
		at := lo + half
		n -= half
		if c.first[at] < k {
			lo = at
		}
	}
	return lo
}

// Floor implements blockCursor. Keys must be asked in ascending order.
func (c *leafCursor) Floor(k uint64) (key, value []byte) {
	c.lo = c.place(k)
	c.stand(c.lo)
	for c.i = c.page.count() - 1; c.i >= 0; c.i-- {
		key, value = c.page.element(c.i)
		if s := binary.BigEndian.Uint32(key); s < c.segment {
			return c.Next()
		} else if s == c.segment && (c.i == 0 && binary.BigEndian.Uint32(key[12:]) == 0 || binary.BigEndian.Uint64(key[4:]) < k) {
			return key, value
		}
	}
	if c.leaf == 0 { // the first key of a leaf may be above the one it is known by
		return key, value
	}
	c.stand(c.leaf - 1)
	c.i = c.page.count() - 1
	if key, value = c.page.element(c.i); binary.BigEndian.Uint32(key) != c.segment {
		return c.Next()
	}
	return key, value
}

// stand goes to a leaf.
func (c *leafCursor) stand(leaf int) {
	id := uint64(c.pages[leaf])
	c.leaf, c.page = leaf, c.tree.page(id)
	if c.tree.sound.has(id) {
		return
	}
	err := c.page.check(nil, nil, false)
	if err == nil && c.page.kind() != leafPage {
		err = c.page.wrong("is no leaf of the tree")
	}
	if err != nil {
		panic(err)
	}
}

// Next implements blockCursor.
func (c *leafCursor) Next() (key, value []byte) {
	for c.i++; c.i >= c.page.count(); c.i = 0 {
		if c.leaf+1 == len(c.pages) {
			return nil, nil
		}
		c.stand(c.leaf + 1)
	}
	return c.page.element(c.i)
}
