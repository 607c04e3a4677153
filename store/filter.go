package store

import (
	"encoding/binary"
	"errors"
	"math"
	"math/bits"
	"sync/atomic"
)

// A filter recognises most keys that are not in a segment, with one memory access instead
// of a search in the B+tree and a block. It is a Bloom filter in which the bits of one key
// are in one line of 64 bytes (Putze, Sanders, Singler: Cache-, hash- and space-efficient
// Bloom filters, 2007): 6 bits a key and 4 probes let 7 of 100 absent keys through.
//
// A segment has a filter for each filterKeys of its keys, each a value of its own: a writer
// can make one from what it holds at a time, and a query of many keys finds each filter
// once.
const (
	filterBits   = 6 // a key
	filterProbes = 4
	filterLine   = 64      // bytes
	filterKeys   = 1 << 19 // in one filter: 390 KB
	filterLeast  = 1024    // postings of a segment that has filters
	filterShare  = 4       // see filtered
)

// filters is the bucket of the filters of an index.
func (l indexID) filters() string {
	switch l {
	case fingerprintIndex:
		return bucketFingerprintFilters
	case bandIndex:
		return bucketBandFilters
	case contentIndex:
		return bucketContentFilters
	case ids:
		return bucketIDFilters
	}
	return ""
}

// filtered reports whether a segment of the given number of postings gets filters, when
// from segments come before it. In the index of fingerprints only segments that are small
// compared to the older ones have them, which are most segments: filters for all would make
// that index a tenth larger, and on news more than 35 % of the texts. On 50,000 planted
// documents in seven segments they make it a twentieth larger, 33.4 % of the texts, and a
// query of an unseen text takes 2.1 ms instead of 3.8 (median of 1,000, processor time); in
// one segment it would take 2.0.
func (s *indexState) filtered(ln indexID, from int, postings uint64) bool {
	var older uint64
	for _, seg := range s.Segments[:from] {
		older += seg.Postings
	}
	return postings >= filterLeast && (ln != fingerprintIndex || filterShare*postings <= older)
}

// canFilter reports whether the file has room for filters of an index: those of versions
// before 4 have not, nor those of version 4 for ids and contents.
func canFilter(tx *txn, ln indexID) bool { return tx.has(ln.filters()) }

// appendFilter appends the filter of keys, which ascend and are not empty, to dst.
func appendFilter(dst []byte, keys []uint64) []byte {
	dst = binary.AppendUvarint(dst, keys[len(keys)-1]-keys[0])
	at, lines := len(dst), (len(keys)*filterBits+8*filterLine-1)/(8*filterLine)
	dst = append(dst, make([]byte, lines*filterLine)...)
	for _, k := range keys {
		line, probes := filterPlace(k, lines)
		b := dst[at+line*filterLine:][:filterLine]
		for range filterProbes {
			b[probes>>3&63] |= 1 << (probes & 7)
			probes >>= 9
		}
	}
	return dst
}

// filterPlace returns the line of a key and its bits there, nine for each probe.
func filterPlace(key uint64, lines int) (line int, probes uint64) {
	h := key * 0x9E3779B97F4A7C15
	high, _ := bits.Mul64(h, uint64(lines))
	h ^= h >> 32
	return int(high), h * 0xD6E8FEB86659FD93 >> (64 - 9*filterProbes)
}

// filter is a filter that is being read.
type filter struct {
	first, last uint64
	lines       []byte
}

// open reads a payload, which must stay as it is while f is used. Any bytes are safe.
func (f *filter) open(first uint64, payload []byte) error {
	r := &reader{b: payload}
	span := r.uvarint()
	if r.err != nil || len(r.b) == 0 || len(r.b)%filterLine != 0 || first+span < first {
		return errors.New("is no filter")
	}
	f.first, f.last, f.lines = first, first+span, r.b
	return nil
}

// may reports whether a key may be among those of the filter: true if it is.
func (f *filter) may(key uint64) bool {
	if key < f.first || key > f.last {
		return false
	}
	line, probes := filterPlace(key, len(f.lines)/filterLine)
	b := f.lines[line*filterLine:][:filterLine]
	for range filterProbes {
		if b[probes>>3&63]>>(probes&7)&1 == 0 {
			return false
		}
		probes >>= 9
	}
	return true
}

// filterCursor asks the filters of one segment.
type filterCursor struct {
	bucket string
	sound  []atomic.Uint64 // filters that are verified
	seg    segment
	c      keyCursor
	filter filter
	loaded bool
}

// newFilterCursor returns nil for a segment without filters.
func (c *Corpus) newFilterCursor(tx *txn, ln indexID, seg *segment) (*filterCursor, error) {
	if seg.Filters == 0 {
		return nil, nil
	}
	b, err := bucketOf(tx, ln.filters())
	if err != nil {
		return nil, err
	}
	return &filterCursor{bucket: ln.filters(), sound: c.verified.of(seg, ln.filters(), seg.Filters), seg: *seg, c: b.Cursor()}, nil
}

// may reports whether key k may be in the segment. Keys must be asked in ascending
// order.
func (s *filterCursor) may(k uint64) (bool, error) {
	if !s.loaded || k > s.filter.last {
		if err := s.seek(k); err != nil {
			return false, err
		}
	}
	return s.filter.may(k), nil
}

// seek loads the last filter that begins at k or below, or the first. One key may be
// at the end of one and at the beginning of the next: both know it.
func (s *filterCursor) seek(k uint64) error {
	at := segmentKey(s.seg.ID, k, 0)
	key, value := s.c.Seek(at)
	if !s.own(key) || binary.BigEndian.Uint64(key[4:]) > k {
		if key == nil {
			key, value = s.c.Last()
		} else {
			key, value = s.c.Prev()
		}
		if !s.own(key) {
			key, value = s.c.Seek(at)
		}
	}
	if !s.own(key) {
		return damaged(s.bucket, at, "is missing, a filter of %d", s.seg.Filters)
	}
	n := binary.BigEndian.Uint32(key[12:])
	first := binary.BigEndian.Uint64(key[4:])
	payload, err := unsealOnce(s.sound, n, s.bucket, key, value)
	if err != nil {
		return err
	}
	if err := s.filter.open(first, payload); err != nil {
		return damaged(s.bucket, key, "%v", err)
	}
	s.loaded = true
	if k >= first && k <= s.filter.last {
		return nil
	}
	return s.gap(k, n)
}

// gap verifies that k is between filters, or outside of them all, and that no filter is
// missing at its place.
func (s *filterCursor) gap(k uint64, n uint32) error {
	if k < s.filter.first {
		if n > 0 {
			return damaged(s.bucket, key32(s.seg.ID, n-1), "is missing, a filter of %d", s.seg.Filters)
		}
		return nil
	}
	if n+1 == s.seg.Filters {
		return nil
	}
	if key, _ := s.c.Next(); !s.own(key) || binary.BigEndian.Uint32(key[12:]) != n+1 {
		return damaged(s.bucket, key32(s.seg.ID, n+1), "is missing, a filter of %d", s.seg.Filters)
	}
	return nil
}

func (s *filterCursor) own(key []byte) bool {
	return len(key) == segmentKeySize && binary.BigEndian.Uint32(key) == s.seg.ID
}

// filters asks the filters of every segment for its keys: they know all of them.
func (k *checking) filters() {
	for ln := range indexID(indexes) {
		for _, seg := range k.v.Indexes[ln].Segments {
			kept := 0
			err := k.c.read(func(tx *txn, _ *view) error {
				f, err := k.c.newFilterCursor(tx, ln, &seg)
				if f == nil || err != nil {
					return err
				}
				b, err := bucketOf(tx, ln.String())
				if err != nil {
					return err
				}
				kept, err = f.keptBack(newSegmentCursor(b, ln.String(), seg))
				return err
			})
			k.damage(ln.filters(), err)
			if kept > 0 {
				k.found(ln.filters(), "", false, "segment %d holds %d keys that its filters keep back", seg.ID, kept)
			}
		}
	}
}

// keptBack counts the keys of a segment that its filters do not know.
func (s *filterCursor) keptBack(in *segmentCursor) (n int, err error) {
	last := uint64(math.MaxUint64)
	ok, err := in.begin(0)
	for ; ok && err == nil; ok, err = in.next() {
		k := in.entry().key
		if k == last {
			continue
		}
		last = k
		may, err := s.may(k)
		if err != nil {
			return n, err
		}
		if !may {
			n++
		}
	}
	return n, err
}
