package store

import (
	"encoding/binary"
	"fmt"
	"io"
	"os"
)

// bbolt trusts what it maps. A damaged page makes it panic or fault, which guard
// turns into an error; a branch page that leads back to itself makes it recurse until
// the process dies, and a damaged list of free pages makes a writer write over
// pages in use. So the tree is walked, down to the numbers of its leaves, before
// bbolt may use it. That reads the branch pages only: for a corpus of 2 GB about
// 2,500, in 20 ms. The values in the leaves have checksums of their own.
//
// Layout (bbolt's version 2): a page begins with its number u64, flags u16, count
// u16 and the number of pages that follow it u32. Branch elements are position u32,
// key size u32 and child u64; leaf elements flags, position, key size and value
// size, u32 each, positions from the element itself. A bucket is a leaf element
// with flag 1, whose value begins with its root page u64 (0: it is inline).

const (
	pageHeader = 16
	branchPage = 1
	leafPage   = 2
	freePage   = 16
	boltMagic  = 0xED0CDAED
	maxDepth   = 32 // of the tree; six are enough for a terabyte
)

// boltHead is what the newer of the two heads of a bbolt file says.
type boltHead struct {
	root, freelist uint64
	pages          uint64 // in use: the file is as long at least
	txid           uint64
	other          headState // the state of the other head
}

// headState says of one head whether it is damaged. Commits write the two heads by
// turns: when the newer one is damaged, bbolt goes back to the older without a word, and
// what the last commit wrote is lost. (Not by a crash: a head is one sector.)
type headState int

const (
	headWhole headState = iota
	olderDamaged
	newerDamaged // or it cannot be told which
)

// readHead reads the heads, pages 0 and 1.
func readHead(f io.ReaderAt) (boltHead, error) {
	var head boltHead
	seen, valid := false, false
	damaged := ^uint64(0) // the number that a damaged head gives itself
	heads := 0
	for page := range int64(2) {
		b := make([]byte, pageHeader+64)
		if n, err := f.ReadAt(b, page*pageSize); n < len(b) {
			if err == io.EOF {
				break
			}
			return head, err
		}
		m := b[pageHeader:]
		u32, u64 := binary.LittleEndian.Uint32, binary.LittleEndian.Uint64
		seen = seen || u32(m) == boltMagic
		if u32(m) != boltMagic || fnv1a(m[:56]) != u64(m[56:]) || u32(m[8:]) != pageSize {
			damaged = u64(m[48:])
			continue
		}
		heads++
		if txid := u64(m[48:]); !valid || txid > head.txid {
			head, valid = boltHead{root: u64(m[16:]), freelist: u64(m[32:]), pages: u64(m[40:]), txid: txid}, true
		}
	}
	switch {
	case !seen:
		return head, ErrNotCorpus
	case !valid:
		return head, fmt.Errorf("%w: both heads of the file", ErrDamaged)
	case heads == 1 && damaged < head.txid:
		head.other = olderDamaged
	case heads == 1:
		head.other = newerDamaged
	}
	return head, nil
}

func fnv1a(b []byte) uint64 {
	h := uint64(14695981039346656037)
	for _, c := range b {
		h = (h ^ uint64(c)) * 1099511628211
	}
	return h
}

// walker walks the tree of a bbolt file that nobody writes to.
type walker struct {
	f    io.ReaderAt
	head boltHead
	seen []uint64 // bitmap of pages
}

// checkPages walks the tree and the list of free pages of a state of a file.
func checkPages(f *os.File, head boltHead) error {
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if head.pages > uint64(info.Size())/pageSize {
		return ErrTruncated
	}
	w := &walker{f, head, make([]uint64, head.pages/64+1)}
	roots, err := w.buckets(head.root, 0)
	if err != nil {
		return err
	}
	for _, root := range roots {
		if err := w.walk(root, 0); err != nil {
			return err
		}
	}
	return w.free()
}

// visit notes a page. A page has one place in the tree.
func (w *walker) visit(id uint64) error {
	if id < 2 || id >= w.head.pages {
		return fmt.Errorf("%w: there is no page %d", ErrDamaged, id)
	}
	if w.has(id) {
		return fmt.Errorf("%w: page %d is in use twice", ErrDamaged, id)
	}
	w.seen[id/64] |= 1 << (id % 64)
	return nil
}

func (w *walker) has(id uint64) bool { return w.seen[id/64]>>(id%64)&1 != 0 }

// page reads a page, its flags and count.
func (w *walker) page(id uint64) (b []byte, flags, count int, err error) {
	b = make([]byte, pageSize)
	if _, err := w.f.ReadAt(b, int64(id)*pageSize); err != nil {
		return nil, 0, 0, err
	}
	if got := binary.LittleEndian.Uint64(b); got != id {
		return nil, 0, 0, fmt.Errorf("%w: page %d says it is %d", ErrDamaged, id, got)
	}
	flags, count = int(binary.LittleEndian.Uint16(b[8:])), int(binary.LittleEndian.Uint16(b[10:]))
	if more := uint64(binary.LittleEndian.Uint32(b[12:])); more > 0 {
		if id+more >= w.head.pages {
			return nil, 0, 0, fmt.Errorf("%w: page %d is too long", ErrDamaged, id)
		}
		b = make([]byte, (1+more)*pageSize)
		if _, err := w.f.ReadAt(b, int64(id)*pageSize); err != nil {
			return nil, 0, 0, err
		}
	}
	if pageHeader*(1+count) > len(b) && flags != freePage {
		return nil, 0, 0, fmt.Errorf("%w: page %d has %d elements", ErrDamaged, id, count)
	}
	return b, flags, count, nil
}

// buckets returns the roots of the buckets that are not inline. Their list is a
// tree of its own, a few pages since small buckets stand in it.
func (w *walker) buckets(id uint64, depth int) (roots []uint64, err error) {
	if err := w.visit(id); err != nil {
		return nil, err
	}
	b, flags, count, err := w.page(id)
	if err != nil {
		return nil, err
	}
	if flags != leafPage && flags != branchPage || depth > maxDepth {
		return nil, fmt.Errorf("%w: page %d is no part of the tree", ErrDamaged, id)
	}
	for i := range count {
		if flags == branchPage {
			below, err := w.buckets(child(b, i), depth+1)
			if err != nil {
				return nil, err
			}
			roots = append(roots, below...)
			continue
		}
		at := pageHeader * (1 + i)
		u32 := func(n int) int { return int(binary.LittleEndian.Uint32(b[at+4*n:])) }
		value := at + u32(1) + u32(2)
		if u32(0) != 1 || value+u32(3) > len(b) || u32(3) < pageHeader {
			return nil, fmt.Errorf("%w: element %d of page %d is no bucket", ErrDamaged, i, id)
		}
		if root := binary.LittleEndian.Uint64(b[value:]); root != 0 {
			roots = append(roots, root)
		}
	}
	return roots, nil
}

// child returns the page that element i of a branch page leads to.
func child(b []byte, i int) uint64 { return binary.LittleEndian.Uint64(b[pageHeader*(1+i)+8:]) }

// walk visits a page and what is below it. Leaves are as deep everywhere, so the
// first child of a page tells what its children are; leaves are not read.
func (w *walker) walk(id uint64, depth int) error {
	if err := w.visit(id); err != nil {
		return err
	}
	b, flags, count, err := w.page(id)
	if err != nil || flags == leafPage {
		return err
	}
	if flags != branchPage || count == 0 || depth > maxDepth {
		return fmt.Errorf("%w: page %d is no part of the tree", ErrDamaged, id)
	}
	if err := w.walk(child(b, 0), depth+1); err != nil {
		return err
	}
	_, kind, _, err := w.page(child(b, 0))
	if err != nil {
		return err
	}
	for i := 1; i < count; i++ {
		if kind == leafPage {
			err = w.visit(child(b, i))
		} else {
			err = w.walk(child(b, i), depth+1)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// free checks the list of free pages: ascending, and none in use.
func (w *walker) free() error {
	list, err := w.freeList()
	if err != nil {
		return err
	}
	last := uint64(1)
	for ; len(list) > 0; list = list[8:] {
		id := binary.LittleEndian.Uint64(list)
		if id <= last || id >= w.head.pages || w.has(id) {
			return fmt.Errorf("%w: page %d is listed as free", ErrDamaged, id)
		}
		last = id
	}
	return nil
}

// freeList reads the list of free pages, eight bytes each.
func (w *walker) freeList() ([]byte, error) {
	if w.head.freelist == ^uint64(0) { // not kept
		return nil, nil
	}
	if err := w.visit(w.head.freelist); err != nil {
		return nil, err
	}
	b, flags, count, err := w.page(w.head.freelist)
	if err != nil {
		return nil, err
	}
	list := b[pageHeader:]
	if count == 0xFFFF { // the true count comes first
		n := binary.LittleEndian.Uint64(list)
		list = list[8:]
		count = int(min(n, uint64(len(list))))
	}
	if flags != freePage || 8*count > len(list) {
		return nil, fmt.Errorf("%w: the list of free pages", ErrDamaged)
	}
	return list[:8*count], nil
}

// freeBytes is how much of a file could be used again: free pages, and the room behind
// the last one.
func freeBytes(f io.ReaderAt, head boltHead, size int64) (int64, error) {
	w := &walker{f, head, make([]uint64, head.pages/64+1)}
	list, err := w.freeList()
	return int64(len(list)/8)*pageSize + max(0, size-int64(head.pages)*pageSize), err
}
