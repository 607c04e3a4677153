package store

import (
	"cmp"
	"math"
	"math/bits"
	"slices"
	"sort"

	bolt "go.etcd.io/bbolt"
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
	more    bool    // there are blocks behind them
}

// partPostings is how many postings of a part are decoded, at least, if it has so many.
const partPostings = 1024

// openMerged stands before the first key at or above k.
func openMerged(b *bolt.Bucket, ln Lane, segments []segment, k uint64) (*merged, error) {
	m := &merged{}
	for _, seg := range segments {
		c := newSegmentCursor(b, ln.String(), seg)
		ok, err := c.begin(k)
		if err != nil {
			return nil, err
		}
		m.parts = append(m.parts, part{cursor: c, buffer: c.entries, entries: c.entries[c.i:], more: ok})
	}
	return m, nil
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

// mergeSome does a part of the merging that s needs, about budget postings.
func mergeSome(b *bolt.Bucket, ln Lane, s *laneState, budget int) error {
	if len(s.Dead) > 0 {
		return deleteSome(b, ln, s, budget/512+1)
	}
	if s.Merge == nil {
		from, n := plan(s.Segments)
		if n == 0 {
			return nil
		}
		var postings uint64
		for _, seg := range s.Segments[from : from+n] {
			postings += seg.Postings
		}
		s.Merge = &merge{From: from, N: n, Out: segment{ID: s.Next}, Filter: s.filtered(ln, from, postings) && canFilter(b.Tx(), ln)}
		s.Next++
	}
	return stepMerge(b, ln, s, budget)
}

func stepMerge(b *bolt.Bucket, ln Lane, s *laneState, budget int) error {
	m := s.Merge
	in, err := openMerged(b, ln, s.Segments[m.From:m.From+m.N], m.Key)
	if err != nil {
		return err
	}
	w := newWriter(ln, &m.Out, m.Filter)
	after := entry{m.Key, Posting{m.Doc, m.Pos}}
	behind := func(e entry) bool { return !m.Begun || after.before(e) }
	for {
		run, err := in.next()
		if err != nil {
			return err
		}
		if len(run) == 0 {
			w.flush(nil)
			if err := w.store(b.Tx()); err != nil {
				return err
			}
			return s.finishMerge(ln)
		}
		for len(run) > 0 && !behind(run[0]) {
			run = run[1:]
		}
		n := min(len(run), budget)
		w.add(run[:n]...)
		if n > 0 {
			m.Key, m.Doc, m.Pos, m.Begun = run[n-1].key, run[n-1].Doc, run[n-1].Pos, true
		}
		if budget -= n; n < len(run) {
			w.flush(&run[n])
			return w.store(b.Tx())
		}
	}
}

// finishMerge puts the merged segment in the place of its parts.
func (s *laneState) finishMerge(ln Lane) error {
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

// radix sorts by the lowest bits of keys, the others of which are equal, and keeps the
// order of equal keys. It is a radix sort of 11 bits a pass, least significant first.
// It returns the sorted entries, and what has room for as many.
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
