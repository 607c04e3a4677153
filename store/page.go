package store

import (
	"bytes"
	"encoding/binary"
	"fmt"
)

// A page of bbolt's version 2 begins with its number u64, flags u16, count u16 and the
// number of pages that follow it u32. Branch elements are position u32, key size u32 and
// child u64; leaf elements flags, position, key size and value size, u32 each, positions
// from the element itself. A bucket is a leaf element with flag 1, whose value begins with
// its root page u64 (0: the bucket is small and its only page follows, at 16).

const (
	pageHeader = 16
	branchPage = 1
	leafPage   = 2
	freePage   = 16
	bucketFlag = 1  // of a leaf element
	maxDepth   = 32 // of the tree; six are enough for a terabyte
)

// page is a page with those that follow it. After check its elements can be read; before,
// reading them may panic.
type page []byte

func (p page) id() uint64         { return binary.LittleEndian.Uint64(p) }
func (p page) kind() int          { return int(binary.LittleEndian.Uint16(p[8:])) }
func (p page) count() int         { return int(binary.LittleEndian.Uint16(p[10:])) }
func (p page) more() uint64       { return uint64(binary.LittleEndian.Uint32(p[12:])) }
func (p page) child(i int) uint64 { return binary.LittleEndian.Uint64(p[pageHeader*(1+i)+8:]) }

// u32 is number n of element i.
func (p page) u32(i, n int) int {
	return int(binary.LittleEndian.Uint32(p[pageHeader*(1+i)+4*n:]))
}

func (p page) branchKey(i int) []byte {
	at := pageHeader*(1+i) + p.u32(i, 0)
	end := at + p.u32(i, 1)
	return p[at:end:end]
}

// element returns a key of a leaf and its value.
func (p page) element(i int) (key, value []byte) {
	at := pageHeader*(1+i) + p.u32(i, 1)
	mid := at + p.u32(i, 2)
	end := mid + p.u32(i, 3)
	return p[at:mid:mid], p[mid:end:end]
}

// key returns the key of element i.
func (p page) key(i int) []byte {
	if p.kind() == branchPage {
		return p.branchKey(i)
	}
	key, _ := p.element(i)
	return key
}

func (p page) isBucket(i int) bool { return p.u32(i, 0)&bucketFlag != 0 }

// check says what is wrong with a page of the tree, or nil: elements lie within it and keys
// ascend, from lo on and below hi (nil is no bound); a leaf holds buckets or none.
func (p page) check(lo, hi []byte, buckets bool) error {
	kind, n := p.kind(), p.count()
	switch {
	case kind != branchPage && kind != leafPage:
		return p.wrong("is no part of the tree")
	case pageHeader*(1+n) > len(p) || kind == branchPage && n == 0:
		return p.wrong("cannot have %d elements", n)
	}
	last := lo
	for i := range n {
		at, key, value := p.u32(i, 0), p.u32(i, 1), 0
		if kind == leafPage {
			at, key, value = p.u32(i, 1), p.u32(i, 2), p.u32(i, 3)
		}
		if at += pageHeader * (1 + i); at < pageHeader*(1+n) || at+key+value > len(p) {
			return p.wrong("has element %d beyond its end", i)
		}
		if kind == leafPage && p.isBucket(i) != buckets {
			return p.wrong("has element %d of another kind", i)
		}
		k := p[at : at+key]
		if c := bytes.Compare(k, last); i > 0 && c <= 0 || i == 0 && lo != nil && c < 0 {
			return p.wrong("has key %s out of order", keyName(k))
		}
		last = k
	}
	if n > 0 && hi != nil && bytes.Compare(last, hi) >= 0 {
		return p.wrong("has key %s, which belongs to the page after it", keyName(last))
	}
	return nil
}

// holds reports whether p is a page with elements. A value that goes over several pages may begin
// one of them with the number of that page, as an array does that has a small number there.
func (p page) holds() bool {
	return p.count() > 0 && (p.check(nil, nil, true) == nil || p.check(nil, nil, false) == nil)
}

func (p page) wrong(format string, args ...any) error {
	return pageError(p.id(), format, args...)
}

// pageError says which page of the file is damaged. It wraps ErrDamaged.
func pageError(id uint64, format string, args ...any) error {
	return fmt.Errorf("%w: page %d %s", ErrDamaged, id, fmt.Sprintf(format, args...))
}
