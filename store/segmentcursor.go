package store

import (
	"encoding/binary"
	"sort"
	"sync"
	"sync/atomic"
)

// verified remembers which blocks of the indexes were compared with their checksums since
// the corpus was opened: blocks never change, and the sum of one takes a quarter of
// the time of finding a key in it. A bit a block, 60 KB for 10^9 fingerprints.
type verified struct{ segments sync.Map } // verifiedKey → []atomic.Uint64

type verifiedKey struct {
	bucket string
	id     uint32
}

// of returns the bits for the given number of values of a segment in a bucket.
func (v *verified) of(seg *segment, bucket string, values uint32) []atomic.Uint64 {
	k := verifiedKey{bucket, seg.ID}
	bits, ok := v.segments.Load(k)
	if !ok {
		bits, _ = v.segments.LoadOrStore(k, make([]atomic.Uint64, values/64+1))
	}
	return bits.([]atomic.Uint64)
}

// unsealOnce returns the payload of value n of a segment, and verifies it the first
// time.
func unsealOnce(sound []atomic.Uint64, n uint32, bucket string, key, value []byte) ([]byte, error) {
	if uint64(n/64) >= uint64(len(sound)) || len(value) < sumSize {
		return unseal(bucket, key, value)
	}
	if sound[n/64].Load()>>(n%64)&1 != 0 {
		return value[: len(value)-sumSize : len(value)-sumSize], nil
	}
	payload, err := unseal(bucket, key, value)
	if err == nil {
		sound[n/64].Or(1 << (n % 64))
	}
	return payload, err
}

// blockCursor is what a segmentCursor finds blocks with.
type blockCursor interface {
	// Floor stands on the last block of the segment that begins below k, or the first
	// one. Where that is lost it is on something else, or nothing.
	Floor(k uint64) (key, value []byte)
	// Next moves to the next value of the bucket.
	Next() (key, value []byte)
}

// treeCursor is a blockCursor that goes down the tree.
type treeCursor struct {
	keyCursor
	segment uint32
}

// Floor implements blockCursor.
func (c *treeCursor) Floor(k uint64) (key, value []byte) {
	key, value = c.Seek(segmentKey(c.segment, k, 0))
	switch {
	case key == nil:
		return c.Last()
	case len(key) != segmentKeySize || binary.BigEndian.Uint32(key) != c.segment || binary.BigEndian.Uint32(key[12:]) > 0:
		return c.Prev()
	}
	return key, value
}

// newSegmentCursor returns a cursor that compares each block with its checksum.
func newSegmentCursor(b *bucket, bucket string, seg segment) *segmentCursor {
	return &segmentCursor{bucket: bucket, seg: seg, c: &treeCursor{b.Cursor(), seg.ID}}
}

// segmentCursors returns cursors for queries, which compare each block once.
func (c *Corpus) segmentCursors(tx *txn, bucket string, segs ...segment) ([]segmentCursor, error) {
	b, err := bucketOf(tx, bucket)
	if err != nil {
		return nil, err
	}
	l := c.leavesOf(bucket, b)
	out := make([]segmentCursor, len(segs))
	for i, seg := range segs {
		s := &out[i]
		s.bucket, s.seg, s.sound = bucket, seg, c.verified.of(&seg, bucket, seg.Blocks)
		if l != nil && l.has(seg.ID) {
			s.c = l.cursor(seg.ID)
		} else {
			s.c = &treeCursor{b.Cursor(), seg.ID}
		}
	}
	return out, nil
}

// segmentCursor reads one segment in order, or finds keys in it.
type segmentCursor struct {
	bucket string
	sound  []atomic.Uint64 // blocks that are verified; nil verifies each
	seg    segment
	c      blockCursor
	block  block
	number uint32 // of the block
	loaded bool

	entries []entry // of the block, for begin, next and entry
	i       int     // the current one
}

// load decodes the block under the bbolt cursor.
func (s *segmentCursor) load(key, value []byte) error {
	s.loaded = false
	payload, err := unsealOnce(s.sound, binary.BigEndian.Uint32(key[12:]), s.bucket, key, value)
	if err != nil {
		return err
	}
	if err := s.block.open(payload); err != nil {
		return damaged(s.bucket, key, "%v", err)
	}
	if binary.BigEndian.Uint64(key[4:]) != s.block.first {
		return damaged(s.bucket, key, "begins with another key")
	}
	s.number = binary.BigEndian.Uint32(key[12:])
	s.loaded = true
	return nil
}

// decode appends the postings of the block at hand.
func (s *segmentCursor) decode(dst []entry) ([]entry, error) {
	dst, err := s.block.decode(dst)
	if err != nil {
		err = damaged(s.bucket, segmentKey(s.seg.ID, s.block.first, s.number), "%v", err)
	}
	return dst, err
}

// own reports whether key names a block of this segment.
func (s *segmentCursor) own(key []byte) bool {
	return len(key) == segmentKeySize && binary.BigEndian.Uint32(key) == s.seg.ID
}

func (s *segmentCursor) missing(block uint32) error {
	return damaged(s.bucket, key32(s.seg.ID, block), "is missing, a block of %d", s.seg.Blocks)
}

// seek loads the block in which key k is, if it is in the segment: the last one
// that begins below k, or the first.
func (s *segmentCursor) seek(k uint64) error {
	key, value := s.c.Floor(k)
	if !s.own(key) {
		return s.missing(0)
	}
	if err := s.load(key, value); err != nil {
		return err
	}
	if s.block.first > k && s.number > 0 {
		return s.missing(s.number - 1)
	}
	return nil
}

// nextBlock loads the block after the current one, which says there is one.
func (s *segmentCursor) nextBlock() error {
	want, first := s.number+1, s.block.following()
	key, value := s.c.Next()
	if !s.own(key) || want >= s.seg.Blocks {
		return s.missing(want)
	}
	if err := s.load(key, value); err != nil {
		return err
	}
	if s.number != want || s.block.first != first {
		return s.missing(want)
	}
	return nil
}

// some appends the postings of k to dst, at least the given number if there are as many.
// Keys must be asked in ascending order.
func (s *segmentCursor) some(dst []posting, k uint64, least int) ([]posting, error) {
	from := len(dst)
	if !s.loaded || s.block.more() && k >= s.block.following() {
		if err := s.seek(k); err != nil {
			return dst, err
		}
	}
	for {
		var err error
		if dst, err = s.block.find(dst, k); err != nil {
			return dst, damaged(s.bucket, segmentKey(s.seg.ID, s.block.first, s.number), "%v", err)
		}
		if !s.block.more() || s.block.following() > k || len(dst)-from >= least {
			return dst, nil
		}
		if err := s.nextBlock(); err != nil {
			return dst, err
		}
	}
}

// begin stands on the first posting of key k or above. It reports whether there is one.
func (s *segmentCursor) begin(k uint64) (ok bool, err error) {
	if err := s.seek(k); err != nil {
		return false, err
	}
	for s.block.last() < k {
		if !s.block.more() {
			return false, nil
		}
		if err := s.nextBlock(); err != nil {
			return false, err
		}
	}
	if s.entries, err = s.decode(s.entries[:0]); err != nil {
		return false, err
	}
	s.i = sort.Search(len(s.entries), func(i int) bool { return s.entries[i].key >= k })
	return true, nil
}

// entry returns the posting that the cursor stands on.
func (s *segmentCursor) entry() entry { return s.entries[s.i] }

// next moves on to the next posting. It reports whether there is one.
func (s *segmentCursor) next() (ok bool, err error) {
	if s.i++; s.i < len(s.entries) {
		return true, nil
	}
	s.i = 0
	s.entries, ok, err = s.follow(s.entries[:0])
	return ok, err
}

// follow appends the postings of the next block, and reports whether there is one.
func (s *segmentCursor) follow(dst []entry) ([]entry, bool, error) {
	if !s.block.more() {
		if s.number+1 != s.seg.Blocks {
			return dst, false, s.missing(s.number + 1)
		}
		return dst, false, nil
	}
	if err := s.nextBlock(); err != nil {
		return dst, false, err
	}
	dst, err := s.decode(dst)
	return dst, err == nil, err
}
