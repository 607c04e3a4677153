package store

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"math/bits"
	"slices"
	"sort"
	"sync"
)

// merged reads several segments as one, a run of some thousand postings at a time.
// Ties go to the earlier segment, which holds the earlier documents.
//
// Of each segment the next blocks are decoded. What is below the end of the one that
// ends first is complete: it is put end to end in the order of the segments, and sorted
// by key as a batch is, which keeps the order of equal keys. A run is small enough for
// the processor's caches and its keys differ in few bits, so that this takes a third of the
// time of a heap, which goes wrong at most of its comparisons.
type merged struct {
	parts []part
	run   []entry // what next returned
	spare []entry
}

// part is a segment of a merged reading.
type part struct {
	cursor  *segmentCursor
	buffer  []entry
	entries []entry // at its end, decoded and not given out yet
	more    bool    // there are blocks after them
}

// partPostings is the minimum number of postings that are decoded for a part, if it has
// that many.
const partPostings = 1024

// open stands before the first key at or above k. It uses the room of what m read before.
func (m *merged) open(b *bucket, ln indexID, segments []segment, k uint64) error {
	for len(m.parts) < len(segments) {
		m.parts = append(m.parts, part{})
	}
	m.parts = m.parts[:len(segments)]
	for i, seg := range segments {
		p := &m.parts[i]
		c := newSegmentCursor(b, ln.String(), seg)
		c.entries = p.buffer[:0]
		if p.cursor != nil {
			c.block.bits, c.block.keys, c.block.posts = p.cursor.block.bits, p.cursor.block.keys, p.cursor.block.posts
		}
		ok, err := c.begin(k)
		if err != nil {
			return err
		}
		*p = part{cursor: c, buffer: c.entries, entries: c.entries[c.i:], more: ok}
	}
	return nil
}

// fill decodes blocks until there are enough postings at hand.
func (p *part) fill() (err error) {
	if !p.more || len(p.entries) >= partPostings {
		return nil
	}
	p.buffer = append(p.buffer[:0], p.entries...)
	for p.more && err == nil && len(p.buffer) < partPostings {
		p.buffer, p.more, err = p.cursor.follow(p.buffer)
	}
	p.entries = p.buffer
	return err
}

// next returns the postings that come next, or none at the end. They are valid until
// the next call.
func (m *merged) next() ([]entry, error) {
	key, place := uint64(math.MaxUint64), len(m.parts)
	for i := range m.parts {
		p := &m.parts[i]
		if err := p.fill(); err != nil {
			return nil, err
		}
		if p.more && p.entries[len(p.entries)-1].key < key {
			key, place = p.entries[len(p.entries)-1].key, i
		}
	}
	m.run = m.run[:0]
	from := 0
	for i := range m.parts {
		if n := m.parts[i].upTo(key, i <= place); n > 0 {
			from++
			m.run = append(m.run, m.parts[i].entries[:n]...)
			m.parts[i].entries = m.parts[i].entries[n:]
		}
	}
	if from > 1 {
		m.sort()
	}
	return m.run, nil
}

// upTo returns how many postings have a key below k, or k itself if that is to be.
func (p *part) upTo(k uint64, itself bool) int {
	return sort.Search(len(p.entries), func(i int) bool {
		e := p.entries[i].key
		return e > k || e == k && !itself
	})
}

// sort sorts the run, whose keys lie close together.
func (m *merged) sort() {
	low, high := m.run[0].key, m.run[0].key
	for _, e := range m.run {
		low, high = min(low, e.key), max(high, e.key)
	}
	m.spare = resize(m.spare, len(m.run))
	m.run, m.spare = radix(m.run, m.spare, uint(bits.Len64(low^high)))
}

// A merge is computed by a goroutine of its own, a part at a time and some parts ahead, from
// a snapshot: the segments that it reads are there until it is done, and never
// change. A transaction stores finished parts and how far the merge is, so that another
// process can continue it. Add stores all parts before it returns; Load stores the parts in
// the transactions of the next batches, so that a large merge delays nobody and needs no
// commits of its own.

const (
	mergeStep  = 1 << 19 // postings of a part: about 3 MB
	leastStep  = 1 << 14 // of one that is stored with a single document: 1.5 ms
	deleteStep = 2048    // blocks deleted before pages are given back
	// A block is deleted for each deleteShare postings that are merged, and in each transaction
	// deleteLeast or more.
	deleteShare = 256
	deleteLeast = 256
	partsAhead  = 2 // parts of a merge that wait to be stored
	// mergeShare is how many postings are merged, at most, for each that a batch adds.
	// In a million documents each is merged four times.
	mergeShare = 4
)

// merger computes a merge.
type merger struct {
	out   uint32 // the segment that it makes
	step  int    // postings of a part
	parts chan *mergePart
	quit  chan struct{}
	ended sync.WaitGroup
}

// mergePart is a part of a merge that is computed and not stored.
type mergePart struct {
	before, after merge
	written       *segmentWriter
	done          bool // it is the last one
	err           error
}

// stepFor returns how many postings a part has that is stored with a batch: more than the
// batch, so that merges come to an end, and not too many, so that no one document pays for them.
func stepFor(batch []Entry) int {
	fingerprints := 0
	for i := range batch {
		fingerprints += len(batch[i].Sketch.Fingerprints)
	}
	return min(max(16*fingerprints, leastStep), mergeStep)
}

// startMergers starts a merger for each merge under way that has none, with parts of the
// given number of postings.
func (c *Corpus) startMergers(step int) {
	v := c.view.Load()
	for ln := range indexID(indexes) {
		m := v.Indexes[ln].Merge
		if m == nil || c.mergers[ln] != nil {
			continue
		}
		g := &merger{out: m.Out.ID, step: step, parts: make(chan *mergePart, partsAhead), quit: make(chan struct{})}
		g.ended.Go(func() { g.run(c, ln, v.Indexes[ln].Segments[m.From:m.From+m.N], *m, step) })
		c.mergers[ln] = g
	}
}

// endMerger forgets what was computed ahead of an index.
func (c *Corpus) endMerger(ln indexID) {
	if g := c.mergers[ln]; g != nil {
		close(g.quit)
		g.ended.Wait()
		c.mergers[ln] = nil
	}
}

func (g *merger) run(c *Corpus, ln indexID, segments []segment, m merge, step int) {
	for p := (&mergePart{}); !p.done && p.err == nil; m = p.after {
		p = &mergePart{before: m, after: m}
		p.err = guard(func() error {
			return c.inTx(func(tx *txn) error {
				defer c.passed(tx, 8*step)
				return p.compute(tx, ln, segments, step)
			})
		})
		select {
		case g.parts <- p:
		case <-g.quit:
			return
		}
	}
}

// compute merges about the given number of postings.
func (p *mergePart) compute(tx *txn, ln indexID, segments []segment, budget int) error {
	m := &p.after
	b, err := bucketOf(tx, ln.String())
	if err != nil {
		return err
	}
	var in merged
	if err := in.open(b, ln, segments, m.Key); err != nil {
		return err
	}
	p.written = newWriter(ln, &m.Out, m.Filter)
	after := entry{m.Key, posting{Doc: m.Doc, Pos: m.Pos}}
	behind := func(e entry) bool { return !p.before.Begun || after.before(e) }
	for {
		run, err := in.next()
		if err != nil {
			return err
		}
		if p.done = len(run) == 0; p.done {
			p.written.flush(nil)
			return nil
		}
		for len(run) > 0 && !behind(run[0]) {
			run = run[1:]
		}
		n := min(len(run), budget)
		p.written.add(run[:n]...)
		if n > 0 {
			m.Key, m.Doc, m.Pos, m.Begun = run[n-1].key, run[n-1].Doc, run[n-1].Pos, true
		}
		if budget -= n; n < len(run) {
			p.written.flush(&run[n])
			return nil
		}
	}
}

// mergeIndex stores parts, at least one, of the merge that an index needs, with about the given
// number of postings, and deletes some of the segments that were merged before. A merge that it
// begins has parts after the commit.
func (c *Corpus) mergeIndex(tx *txn, ln indexID, s *indexState, postings int) error {
	for blocks := max(deleteLeast, postings/deleteShare); blocks > 0 && len(s.Dead) > 0; blocks -= deleteStep {
		if err := deleteSome(tx, ln, s, min(blocks, deleteStep)); err != nil {
			return err
		}
		c.passed(tx, 2*deleteStep*pageSize)
	}
	for postings := max(postings, 1); postings > 0 && s.Merge != nil && c.mergers[ln] != nil; postings -= c.mergers[ln].step {
		p := <-c.mergers[ln].parts
		if p.err != nil {
			return p.err
		}
		if err := p.store(tx, ln, s); err != nil {
			return err
		}
	}
	if from, n := plan(s.Segments); s.Merge == nil && n > 0 {
		var postings uint64
		for _, seg := range s.Segments[from : from+n] {
			postings += seg.Postings
		}
		s.Merge = &merge{From: from, N: n, Out: segment{ID: s.Next}, Filter: s.filtered(ln, from, postings) && canFilter(tx, ln)}
		s.Next++
	}
	return nil
}

// store stores a part, and where the merge stands then.
func (p *mergePart) store(tx *txn, ln indexID, s *indexState) error {
	if *s.Merge != p.before {
		return fmt.Errorf("store: a merge of %s went on elsewhere", ln)
	}
	if err := p.written.store(tx); err != nil {
		return err
	}
	if *s.Merge = p.after; p.done {
		return s.finishMerge(ln)
	}
	return nil
}

// mergeOnce is a transaction that stores a part, of the given number of postings, of the
// merge of each index that needs one.
func (c *Corpus) mergeOnce(step int) error {
	c.startMergers(step)
	err := c.update(func(tx *txn, next *view) error {
		for ln := range indexID(indexes) {
			if err := c.mergeIndex(tx, ln, &next.Indexes[ln], step); err != nil {
				return err
			}
		}
		return nil
	})
	c.dropMergers(err)
	return err
}

// dropMergers ends the mergers whose merges are done, after a transaction, or all if it
// failed: some of what they computed is lost.
func (c *Corpus) dropMergers(err error) {
	v := c.view.Load()
	for ln := range indexID(indexes) {
		g, m := c.mergers[ln], v.Indexes[ln].Merge
		if g != nil && (err != nil || m == nil || m.Out.ID != g.out) {
			c.endMerger(ln)
		}
	}
}

// mergeAll merges segments until no index has too many, or ctx has ended.
func (c *Corpus) mergeAll(ctx context.Context) error {
	for c.view.Load().unmerged() {
		if err := cmp.Or(ctx.Err(), c.mergeOnce(mergeStep)); err != nil {
			return err
		}
	}
	return nil
}

func (v *view) unmerged() bool {
	for i := range v.Indexes {
		s := &v.Indexes[i]
		if _, n := plan(s.Segments); n > 0 || s.Merge != nil || len(s.Dead) > 0 {
			return true
		}
	}
	return false
}

// finishMerge puts the merged segment in the place of its parts.
func (s *indexState) finishMerge(ln indexID) error {
	m := s.Merge
	var want uint64
	for _, seg := range s.Segments[m.From : m.From+m.N] {
		want += seg.Postings
		s.Dead = append(s.Dead, seg.ID)
	}
	if want != m.Out.Postings {
		return damaged(ln.String(), key32(m.Out.ID), "has %d postings, its parts %d", m.Out.Postings, want)
	}
	s.Segments = slices.Replace(s.Segments, m.From, m.From+m.N, m.Out)
	s.Merge = nil
	return nil
}

// sortEntries sorts by key, keeping the order of equal keys: entries arrive in
// order of document and position. Keys have keyBits bits.
func sortEntries(entries []entry, keyBits uint) []entry {
	entries, _ = radix(entries, make([]entry, len(entries)), keyBits)
	return entries
}

// radix sorts by the lowest bits of keys whose other bits are equal, and keeps the order of
// equal keys. It is a radix sort of 11 bits a pass, least significant first. It returns the
// sorted entries, and the other buffer.
func radix(entries, other []entry, lowBits uint) (sorted, spare []entry) {
	if len(entries) < 1<<10 {
		slices.SortStableFunc(entries, func(a, b entry) int { return cmp.Compare(a.key, b.key) })
		return entries, other
	}
	const width = 11
	for shift := uint(0); shift < lowBits; shift += width {
		var count [1<<width + 1]int
		for i := range entries {
			count[entries[i].key>>shift&(1<<width-1)+1]++
		}
		for i := 1; i < len(count); i++ {
			count[i] += count[i-1]
		}
		for i := range entries {
			e := &entries[i]
			d := e.key >> shift & (1<<width - 1)
			other[count[d]] = *e
			count[d]++
		}
		entries, other = other, entries
	}
	return entries, other
}
