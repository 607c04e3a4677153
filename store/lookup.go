package store

import (
	"cmp"
	"fmt"
	"math"
	"sync"
)

// Transactions of a reader end after about these numbers of postings or keys.
const (
	readPostings = 1 << 17
	readKeys     = 1 << 13
)

// lookup finds keys, in ascending order, in all segments of an index.
type lookup struct {
	cursors []segmentCursor
	filters []*filterCursor // parallel to them; nil for a segment without
}

// newLookup opens all segments of an index: keys are hashes, so that each segment may hold any.
func (c *Corpus) newLookup(tx *txn, ln indexID, v *view) (*lookup, error) {
	cursors, err := c.segmentCursors(tx, ln.String(), v.Indexes[ln].Segments...)
	if err != nil {
		return nil, err
	}
	l := &lookup{cursors: cursors}
	for _, seg := range v.Indexes[ln].Segments {
		f, err := c.newFilterCursor(tx, ln, &seg)
		if err != nil {
			return nil, err
		}
		l.filters = append(l.filters, f)
	}
	return l, nil
}

// find appends the postings of a key that was cut for its index, retired documents
// included.
func (l *lookup) find(dst []posting, key uint64) ([]posting, error) {
	return l.some(dst, key, math.MaxInt)
}

// some is find for at least the given number of postings, the first ones, if there are as
// many.
func (l *lookup) some(dst []posting, key uint64, least int) ([]posting, error) {
	var err error
	from := len(dst)
	for i := range l.cursors {
		if f := l.filters[i]; f != nil {
			if may, err := f.may(key); err != nil {
				return dst, err
			} else if !may {
				continue
			}
		}
		if dst, err = l.cursors[i].some(dst, key, least-len(dst)+from); err != nil || len(dst)-from >= least {
			return dst, err
		}
	}
	return dst, nil
}

// groups are keys with their postings, read in a transaction and handed out
// after it.
type groups struct {
	keys  []uint64
	ends  []int
	posts []posting
}

func (g *groups) reset() { g.keys, g.ends, g.posts = g.keys[:0], g.ends[:0], g.posts[:0] }

// close ends the group of key that begins at start; an empty one is dropped.
func (g *groups) close(key uint64, start int) {
	if len(g.posts) > start {
		g.keys, g.ends = append(g.keys, key), append(g.ends, len(g.posts))
	}
}

func (g *groups) each(fn func(uint64, []posting) error) error {
	start := 0
	for i, k := range g.keys {
		if err := fn(k, g.posts[start:g.ends[i]:g.ends[i]]); err != nil {
			return err
		}
		start = g.ends[i]
	}
	return nil
}

// lookupLive calls fn with each of keys that occurs in an index and where: by document,
// then position; retired documents are left out. Of documents with one content, fingerprints
// and bands name the first, and others only in files of earlier versions.
// keys must ascend; the more there are in one call, the less each costs. An index compares
// the top 40 bits of a key (contents 63), so that rarely a posting belongs to another key
// with the same top. fn must not keep ps. The lookup sees the corpus as it was when it
// began. An error of fn ends it and is returned as it is.
func (c *Corpus) lookupLive(ln indexID, keys []uint64, fn func(key uint64, ps []posting) error) error {
	if ln >= ids {
		return fmt.Errorf("store: no index %d", ln)
	}
	return c.lookup(ln, keys, c.newRepresentatives(ln, c.view.Load()).live, fn)
}

// lookup is lookupLive with what keep leaves of the postings.
func (c *Corpus) lookup(ln indexID, keys []uint64, keep keep, fn func(key uint64, ps []posting) error) error {
	if err := c.checkOpen(); err != nil {
		return err
	}
	for i := 1; i < len(keys); i++ {
		if keys[i] < keys[i-1] {
			return fmt.Errorf("store: keys out of order at %d", i)
		}
	}
	g, _ := c.groups.Get().(*groups)
	if g == nil {
		g = new(groups)
	}
	defer c.groups.Put(g)
	for rest := keys; len(rest) > 0; {
		n := 0
		err := c.read(func(tx *txn, v *view) error {
			g.reset()
			l, err := c.newLookup(tx, ln, v)
			if err != nil {
				return err
			}
			for n = 0; n < len(rest) && n < readKeys && len(g.posts) < readPostings; n++ {
				start := len(g.posts)
				if g.posts, err = l.find(g.posts, rest[n]>>ln.shift()); err != nil {
					return err
				}
				live, err := keep(tx, v, g.posts[start:])
				if err != nil {
					return err
				}
				g.posts = g.posts[:start+len(live)]
				g.close(rest[n], start)
			}
			return nil
		})
		if err != nil {
			return err
		}
		if err := g.each(fn); err != nil {
			return err
		}
		rest = rest[n:]
	}
	return nil
}

// scanLive calls fn with every key of an index in ascending order and where it occurs,
// as lookupLive does. The low bits of key that the index does not keep are zero. It
// streams: memory does not grow with the corpus, but for the postings of one key.
func (c *Corpus) scanLive(ln indexID, fn func(key uint64, ps []posting) error) error {
	if ln >= ids {
		return fmt.Errorf("store: no index %d", ln)
	}
	return c.scan(ln, c.newRepresentatives(ln, c.view.Load()).live, fn)
}

// scanAll is scanLive with the postings of retired documents, in any index.
func (c *Corpus) scanAll(ln indexID, fn func(key uint64, ps []posting) error) error {
	return c.scan(ln, existing, fn)
}

// existing keeps all postings, retired documents included.
func existing(_ *txn, v *view, ps []posting) ([]posting, error) { return ps, v.exist(ps) }

// scanRaw is scanAll with what is there, of documents that do not exist, too: for Check.
func (c *Corpus) scanRaw(ln indexID, fn func(key uint64, ps []posting) error) error {
	return c.scan(ln, func(_ *txn, _ *view, ps []posting) ([]posting, error) { return ps, nil }, fn)
}

// exist returns an error if postings are of a document that does not exist: callers have
// tables by document.
func (v *view) exist(ps []posting) error {
	for i := range ps {
		if ps[i].Doc >= v.Documents {
			return fmt.Errorf("%w: an index names document %d, of %d", ErrDamaged, ps[i].Doc, v.Documents)
		}
	}
	return nil
}

// keep returns those postings that a scan brings, in the room of ps.
type keep func(tx *txn, v *view, ps []posting) ([]posting, error)

// scan reads a batch of groups while fn sees the one before: reading and what is
// done with it take about the same time.
func (c *Corpus) scan(ln indexID, keep keep, fn func(key uint64, ps []posting) error) error {
	type batch struct {
		groups groups
		err    error
	}
	free, ready := make(chan *batch, 2), make(chan *batch)
	free <- new(batch)
	free <- new(batch)
	quit := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		defer close(ready)
		var m merged
		for from, more := uint64(0), true; more; {
			b := <-free
			from, more, b.err = c.scanSome(ln, from, keep, &m, &b.groups)
			select {
			case ready <- b:
			case <-quit:
				return
			}
			more = more && b.err == nil
		}
	})
	defer wg.Wait()
	defer close(quit)
	for b := range ready {
		if b.err != nil {
			return b.err
		}
		if err := b.groups.each(fn); err != nil {
			return err
		}
		free <- b
	}
	return nil
}

// manyPostings of one key are looked at: whoever made them, they are not the same ones, which
// take a bit each in a file and 8 bytes in memory.
const manyPostings = 1 << 20

// repeated reports whether more than one posting of sixteen is the one before it. Two are
// equal where an index keeps too few bits of two keys of one document.
func repeated(ps []posting) bool {
	n := 0
	for i := 1; i < len(ps); i++ {
		if ps[i] == ps[i-1] {
			n++
		}
	}
	return n > len(ps)/16
}

// scanSome reads groups from a key on, and returns the key to continue from, if there are
// more. m is room.
func (c *Corpus) scanSome(ln indexID, from uint64, keep keep, m *merged, g *groups) (next uint64, more bool, err error) {
	err = c.read(func(tx *txn, v *view) error {
		b, err := bucketOf(tx, ln.String())
		if err != nil {
			return err
		}
		g.reset()
		defer func() { c.passed(tx, 8*len(g.posts)) }()
		if err := m.open(b, ln, v.Indexes[ln].Segments, from); err != nil {
			return err
		}
		start, key := 0, uint64(0) // of the group under way
		end := func() error {
			kept, err := keep(tx, v, g.posts[start:])
			g.posts = g.posts[:start+len(kept)]
			g.close(key<<ln.shift(), start)
			start = len(g.posts)
			return err
		}
		for more = false; ; {
			run, err := m.next()
			if err != nil || len(run) == 0 {
				return cmp.Or(err, end())
			}
			for _, e := range run {
				if e.key != key {
					if err := end(); err != nil {
						return err
					}
					if len(g.posts) >= readPostings {
						next, more = e.key, true
						return nil
					}
					key = e.key
				}
				if n := len(g.posts) - start; n > 0 && n%manyPostings == 0 && repeated(g.posts[start:]) {
					return fmt.Errorf("%w: the index %v names the same documents again and again", ErrDamaged, ln)
				}
				g.posts = append(g.posts, e.posting)
			}
		}
	})
	return next, more, err
}
