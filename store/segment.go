package store

import (
	"bytes"
	"encoding/binary"
	"math"
	"slices"
	"sync"

	"repost/dedup/detect"
)

// indexID is one of the indexes of a corpus.
type indexID uint8

// The indexes.
const (
	fingerprintIndex indexID = iota // hash of a fingerprint → document and live unit
	bandIndex                       // band key of a MinHash signature → document
	contentIndex                    // hash of all live units → document
	ids                             // hash of an id → every version of it
	indexes          = 4
)

var indexNames = [indexes]string{"prints", "bands", "contents", "ids"}

func (l indexID) String() string { return indexNames[l] }

// shift is the number of low bits of a key that the index drops. One bit goes
// even from contents, so that the distance of two keys plus one fits 64 bits.
func (l indexID) shift() uint {
	if l == contentIndex {
		return 1
	}
	return 64 - detect.KeyBits
}

// kept returns a key as a scan of the index has it.
func (l indexID) kept(key uint64) uint64 { return key >> l.shift() << l.shift() }

// segment is one sorted run of postings in the bucket of its index.
type segment struct {
	ID       uint32 `json:"id"`
	Blocks   uint32 `json:"blocks"`
	Postings uint64 `json:"postings"`
	Filters  uint32 `json:"filters,omitempty"`
}

// indexState is what "state" says of an index. Segments are in order of arrival,
// and each covers a range of documents, so that postings of one key read from
// one segment after the other are in order of document.
type indexState struct {
	Segments []segment `json:"segments"`
	Next     uint32    `json:"next"` // the next segment's id
	Merge    *merge    `json:"merge,omitempty"`
	Dead     []uint32  `json:"dead,omitempty"` // segments merged and still to be deleted
}

func (s *indexState) postings() (n uint64) {
	for _, seg := range s.Segments {
		n += seg.Postings
	}
	return n
}

func (s indexState) clone() indexState {
	s.Segments = slices.Clone(s.Segments)
	s.Dead = slices.Clone(s.Dead)
	if s.Merge != nil {
		m := *s.Merge
		s.Merge = &m
	}
	return s
}

// merge is a merge under way: N segments from From on become Out. What has been written
// ends with the posting After; it is not read before it is complete.
type merge struct {
	From  int     `json:"from"`
	N     int     `json:"n"`
	Out   segment `json:"out"`
	Key   uint64  `json:"key"`
	Doc   uint32  `json:"doc"`
	Pos   uint32  `json:"pos"`
	Begun bool    `json:"begun"`
	// Filter says that Out is to have filters.
	Filter bool `json:"filter,omitempty"`
}

const (
	fanIn        = 8         // at least this many segments become one
	mostSegments = 3 * fanIn // whatever their sizes; of batches of one size there are 14 at most
	smallShare   = 16
)

// plan returns the segments to merge next: the newest ones, fanIn or more, if the largest
// has no more postings than the others together. So the segment of a posting about doubles
// each time that it is written again, and a large segment stays as it is when a few
// documents are added after it. (When fanIn of about one size or below were merged, a
// posting was written 18 times in 245 batches, which are a million documents, and now five
// times; and each seventh document that was added wrote all postings again.) Only
// neighbours are merged, so that segments stay in order of arrival.
//
// A segment that has less than a smallShare of the largest does not count: one document more
// would set off a merge of seven large segments.
func plan(segments []segment) (from, n int) {
	total, largest := uint64(0), uint64(0)
	for i := len(segments) - 1; i >= 0; i-- {
		total += segments[i].Postings
		largest = max(largest, segments[i].Postings)
		count := 0
		for _, s := range segments[i:] {
			if s.Postings*smallShare >= largest {
				count++
			}
		}
		if n := len(segments) - i; count >= fanIn && largest <= total-largest || n >= mostSegments {
			return i, n
		}
	}
	return 0, 0
}

// pair is a key and a value to be put.
type pair struct{ key, value []byte }

func putAll(b *bucket, pairs []pair) error {
	for _, p := range pairs {
		if err := b.Put(p.key, p.value); err != nil {
			return err
		}
	}
	return nil
}

const segmentKeySize = 16

func segmentKey(id uint32, first uint64, block uint32) []byte {
	k := make([]byte, 0, segmentKeySize)
	k = binary.BigEndian.AppendUint32(k, id)
	k = binary.BigEndian.AppendUint64(k, first)
	return binary.BigEndian.AppendUint32(k, block)
}

// segmentWriter cuts sorted postings into blocks. A block is written when it is full and
// the next posting is known.
type segmentWriter struct {
	bucket  string
	seg     *segment
	pending []entry
	shape   shape
	fits    int   // how many of pending fit a block
	fitting shape // their shape
	out     []pair

	filters   string   // the bucket of its filters, or "" if it has none
	keys      []uint64 // of the filter under way
	room      *[]uint64
	filterOut []pair
}

// newWriter returns the writer of a segment of an index, with or without filters.
func newWriter(ln indexID, seg *segment, filtered bool) *segmentWriter {
	w := &segmentWriter{bucket: ln.String(), seg: seg}
	if filtered {
		w.filters = ln.filters()
	}
	return w
}

// store puts what was written so far, and forgets it.
func (w *segmentWriter) store(tx *txn) error {
	b, err := bucketOf(tx, w.bucket)
	if err != nil {
		return err
	}
	if err := putAll(b, w.take()); err != nil || w.filters == "" {
		return err
	}
	if b, err = bucketOf(tx, w.filters); err != nil {
		return err
	}
	out := w.filterOut
	w.filterOut = nil
	return putAll(b, out)
}

// emitFilter writes the filter of the keys so far.
func (w *segmentWriter) emitFilter() {
	if len(w.keys) == 0 {
		return
	}
	key := segmentKey(w.seg.ID, w.keys[0], w.seg.Filters)
	w.filterOut = append(w.filterOut, pair{key, seal(w.filters, key, appendFilter(nil, w.keys))})
	w.seg.Filters++
	w.keys = w.keys[:0]
}

// sizeStep is how many postings are added between two looks at the size: a block
// is left short by about half as many, of about 700.
const sizeStep = 8

func (w *segmentWriter) add(entries ...entry) {
	if w.filters != "" {
		w.filter(entries)
	}
	for i := range entries {
		w.place(entries[i])
	}
}

// addAll adds all postings of a segment, in any order.
func (w *segmentWriter) addAll(entries []entry, ln indexID) {
	w.add(sorted(entries, ln)...)
	w.flush(nil)
}

// filter adds keys to the filter under way.
func (w *segmentWriter) filter(entries []entry) {
	if w.keys == nil {
		w.room, _ = filterRooms.Get().(*[]uint64)
		if w.room == nil {
			w.room = new([]uint64)
		}
		w.keys = *w.room
	}
	last := ^uint64(0) // keys have 63 bits at most
	if n := len(w.keys); n > 0 {
		last = w.keys[n-1]
	}
	for i := range entries {
		k := entries[i].key
		if k == last {
			continue
		}
		if len(w.keys) == filterKeys {
			w.emitFilter()
		}
		w.keys = append(w.keys, k)
		last = k
	}
}

// place adds a posting to the block under way.
func (w *segmentWriter) place(e entry) {
	w.pending = append(w.pending, e)
	w.shape.grow(e)
	if n := len(w.pending); n%sizeStep == 0 {
		if n > sizeStep && (w.shape.size() > maxPayload || n > maxPostings) {
			w.cut()
		} else {
			w.fits, w.fitting = n, w.shape
		}
	}
}

// cut writes what fits and begins a block with the rest.
func (w *segmentWriter) cut() {
	n := w.fits
	w.emit(w.pending[:n], &w.fitting, &w.pending[n])
	rest := append([]entry(nil), w.pending[n:]...)
	w.pending, w.fits, w.shape = w.pending[:0], 0, shape{}
	for _, e := range rest {
		w.place(e)
	}
}

// flush writes the rest. next is the posting that will follow, or nil when the
// segment ends here.
func (w *segmentWriter) flush(next *entry) {
	if n := len(w.pending); n > w.fits && w.fits > 0 && w.shape.size() > maxPayload {
		w.cut()
	}
	if len(w.pending) > 0 {
		w.emit(w.pending, &w.shape, next)
	}
	w.pending, w.fits, w.shape = w.pending[:0], 0, shape{}
	w.emitFilter()
	if w.room != nil {
		*w.room = w.keys
		filterRooms.Put(w.room)
		w.room, w.keys = nil, nil
	}
}

// filterRooms are the rooms of keys of writers that were flushed, up to 4 MB each: a first ingest
// makes writers by the thousand.
var filterRooms sync.Pool

func (w *segmentWriter) emit(entries []entry, s *shape, next *entry) {
	key := segmentKey(w.seg.ID, s.first, w.seg.Blocks)
	payload := appendBlock(make([]byte, 0, maxPayload+sumSize), entries, s, next)
	w.out = append(w.out, pair{key, seal(w.bucket, key, payload)})
	w.seg.Blocks++
	w.seg.Postings += uint64(len(entries))
}

// take returns the blocks written so far and forgets them.
func (w *segmentWriter) take() []pair {
	out := w.out
	w.out = nil
	return out
}

// deleteSome deletes up to n blocks of dead segments, and the filters of those whose
// last one goes.
func deleteSome(tx *txn, ln indexID, s *indexState, n int) error {
	b, err := bucketOf(tx, ln.String())
	if err != nil {
		return err
	}
	filters := tx.open(ln.filters())
	for len(s.Dead) > 0 && n > 0 {
		deleted, more, err := deletePrefix(b, key32(s.Dead[0]), n)
		if err != nil {
			return err
		}
		if n -= deleted; more {
			break
		}
		if filters != nil {
			if _, _, err := deletePrefix(filters, key32(s.Dead[0]), math.MaxInt); err != nil {
				return err
			}
		}
		s.Dead = s.Dead[1:]
	}
	return nil
}

// deletePrefix deletes up to n keys that begin with prefix. It reports how many, and
// whether there are more.
func deletePrefix(b *bucket, prefix []byte, n int) (deleted int, more bool, err error) {
	var keys [][]byte
	c := b.Cursor()
	k, _ := c.Seek(prefix)
	for ; len(keys) < n && bytes.HasPrefix(k, prefix); k, _ = c.Next() {
		keys = append(keys, bytes.Clone(k))
	}
	more = bytes.HasPrefix(k, prefix)
	for _, k := range keys {
		if err := b.Delete(k); err != nil {
			return 0, more, err
		}
	}
	return len(keys), more, nil
}
