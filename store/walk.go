package store

import (
	"encoding/binary"
	"fmt"
	"io"
	"os"
)

// A corpus that is opened is walked down to the numbers of its leaves, before bbolt may use
// it: each page has one place, branches are in order, and all leaves are as deep. That reads
// the branch pages only: for a corpus of 2 GB about 2,500, in 20 ms. Leaves are checked when
// they are reached (tree.go).
//
// A damaged list of free pages makes a writer write over pages in use. How many pages follow a
// leaf, as of long texts, its first one says, which a writer reads where a page is listed as free
// before the next one that is in use: of few leaves, and not of all with long values.

// walker walks the tree of a bbolt file that no process writes to.
type walker struct {
	f      io.ReaderAt
	head   boltHead
	seen   pageSet // pages with a place
	sound  pageSet // branches and lists of buckets
	leaves pageSet // pages that begin a leaf, not read
}

func newWalker(f io.ReaderAt, head boltHead) *walker {
	return &walker{f, head, newPageSet(head.pages), newPageSet(head.pages), newPageSet(head.pages)}
}

// checkPages walks the tree and the list of free pages of a state of a file, for one who
// writes down to every page. It returns the pages that need no other look.
func checkPages(f *os.File, head boltHead, writes bool) (sound pageSet, err error) {
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if head.pages > uint64(info.Size())/pageSize {
		return nil, ErrTruncated
	}
	w := newWalker(f, head)
	if err := w.trees(); err != nil {
		return nil, err
	}
	list, err := w.freeList()
	if err == nil && writes {
		err = w.follow(list)
	}
	if err == nil {
		err = w.free(list)
	}
	return w.sound, err
}

// trees walks the list of buckets and each of them.
func (w *walker) trees() error {
	roots, err := w.buckets(w.head.root)
	if err != nil {
		return err
	}
	for _, root := range roots {
		b := &bucketWalk{walker: w}
		if err := b.walk(root, 0, nil, nil); err != nil {
			return err
		}
	}
	return nil
}

// visit gives a page and those that follow it their place.
func (w *walker) visit(id, more uint64) error {
	if id < 2 || id >= w.head.pages {
		return pageError(id, "does not exist")
	}
	if more >= w.head.pages-id {
		return pageError(id, "is longer than the file")
	}
	for i := id; i <= id+more; i++ {
		if w.seen.has(i) {
			return pageError(i, "is in use twice")
		}
		w.seen.add(i)
	}
	return nil
}

// header reads the first bytes of a page.
func (w *walker) header(id uint64) (page, error) {
	p := make(page, pageHeader)
	if _, err := w.f.ReadAt(p, int64(id)*pageSize); err != nil {
		return nil, err
	}
	if p.id() != id {
		return nil, pageError(id, "says it is page %d", p.id())
	}
	return p, nil
}

// page gives a page its place and reads it, with those that follow.
func (w *walker) page(id uint64) (page, error) {
	if id < 2 || id >= w.head.pages {
		return nil, pageError(id, "does not exist")
	}
	p, err := w.header(id)
	if err == nil {
		err = w.visit(id, p.more())
	}
	if err != nil {
		return nil, err
	}
	p = make(page, (1+p.more())*pageSize)
	_, err = w.f.ReadAt(p, int64(id)*pageSize)
	return p, err
}

// buckets returns the roots of the buckets that have pages of their own. Their list is a
// tree itself, a few pages since small buckets stand in it.
func (w *walker) buckets(root uint64) (roots []uint64, err error) {
	b := &bucketWalk{walker: w, lists: func(p page) {
		for i := range p.count() {
			if _, value := p.element(i); len(value) >= pageHeader {
				if root := binary.LittleEndian.Uint64(value); root != 0 {
					roots = append(roots, root)
				}
			}
		}
	}}
	err = b.walk(root, 0, nil, nil)
	return roots, err
}

// bucketWalk is the walk of one tree.
type bucketWalk struct {
	*walker
	lists func(p page) // of a tree of buckets: what to do with its leaves
	deep  int          // where the leaves are, once one was seen
}

// walk visits a page and what is below it. Keys are from lo on and below hi. The first child
// of a branch says what its children are; leaves are read of a list of buckets only.
func (w *bucketWalk) walk(id uint64, depth int, lo, hi []byte) error {
	if id < 2 || id >= w.head.pages {
		return pageError(id, "does not exist")
	}
	h, err := w.header(id)
	if err != nil {
		return err
	}
	if h.kind() == leafPage && w.lists == nil {
		return w.leaf(id, depth)
	}
	p, err := w.page(id)
	if err == nil {
		err = p.check(lo, hi, w.lists != nil)
	}
	if err != nil {
		return err
	}
	w.sound.add(id)
	if p.kind() == leafPage {
		w.lists(p)
		return w.level(id, depth)
	}
	if depth == maxDepth {
		return p.wrong("is too deep in the tree")
	}
	first := 0
	for i := range p.count() {
		if i > 0 && first == leafPage && w.lists == nil {
			if err := w.leaf(p.child(i), depth+1); err != nil {
				return err
			}
			continue
		}
		hi := hi
		if i+1 < p.count() {
			hi = p.branchKey(i + 1)
		}
		if err := w.walk(p.child(i), depth+1, p.branchKey(i), hi); err != nil {
			return err
		}
		if i == 0 {
			h, err := w.header(p.child(0))
			if err != nil {
				return err
			}
			first = h.kind()
		}
	}
	return nil
}

// leaf notes a leaf that is not read.
func (w *bucketWalk) leaf(id uint64, depth int) error {
	if err := w.visit(id, 0); err != nil {
		return err
	}
	w.leaves.add(id)
	return w.level(id, depth)
}

// level compares the depth of a leaf with those before it.
func (w *bucketWalk) level(id uint64, depth int) error {
	if w.deep == 0 {
		w.deep = depth + 1
	}
	if w.deep != depth+1 {
		return pageError(id, "is not as deep in the tree as others")
	}
	return nil
}

// follow gives the pages that follow leaves their place, of the leaves before pages that are listed
// as free.
func (w *walker) follow(list []byte) error {
	at, before, read := uint64(2), uint64(0), uint64(0) // before: the last page below at that has a place
	for ; len(list) > 0; list = list[8:] {
		free := binary.LittleEndian.Uint64(list)
		for ; at <= free && at < w.head.pages; at++ {
			if w.seen.has(at) {
				before = at
			}
		}
		if before == read || !w.leaves.has(before) {
			continue
		}
		read = before
		p, err := w.header(before)
		if err != nil {
			return err
		}
		if p.more() > 0 {
			if p.more() >= w.head.pages-before {
				return pageError(before, "is longer than the file")
			}
			if err := w.visit(before+1, p.more()-1); err != nil {
				return err
			}
		}
	}
	return nil
}

// astray counts the pages of a state of a file that are neither in use nor listed as free, as
// those that an older list of free pages does not name. It reads the first bytes of some leaves.
func astray(f io.ReaderAt, head boltHead) (n int, err error) {
	w := newWalker(f, head)
	if err := w.trees(); err != nil {
		return 0, err
	}
	list, err := w.freeList()
	if err != nil {
		return 0, err
	}
	if err := w.follow(w.unseen()); err != nil {
		return 0, err
	}
	return (len(w.unseen()) - len(list)) / 8, w.free(list)
}

// unseen lists the pages that have no place as if they were free.
func (w *walker) unseen() (list []byte) {
	for id := uint64(2); id < w.head.pages; id++ {
		if !w.seen.has(id) {
			list = binary.LittleEndian.AppendUint64(list, id)
		}
	}
	return list
}

// free checks the list of free pages: ascending, and none in use.
func (w *walker) free(list []byte) error {
	last := uint64(1)
	for ; len(list) > 0; list = list[8:] {
		id := binary.LittleEndian.Uint64(list)
		if id <= last || id >= w.head.pages || w.seen.has(id) {
			return pageError(id, "is in use, or none, and listed as free")
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
	p, err := w.page(w.head.freelist)
	if err != nil {
		return nil, err
	}
	list, count := p[pageHeader:], p.count()
	if count == 0xFFFF { // the true count comes first
		n := binary.LittleEndian.Uint64(list)
		list = list[8:]
		count = int(min(n, uint64(len(list))))
	}
	if p.kind() != freePage || 8*count > len(list) {
		return nil, fmt.Errorf("%w: the list of free pages, page %d", ErrDamaged, w.head.freelist)
	}
	return list[:8*count], nil
}

// freeBytes is how much of a file could be reused: free pages, and the space after the last
// page.
func freeBytes(f io.ReaderAt, head boltHead, size int64) (int64, error) {
	list, err := newWalker(f, head).freeList()
	return int64(len(list)/8)*pageSize + max(0, size-int64(head.pages)*pageSize), err
}
