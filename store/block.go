package store

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math/bits"
)

// entry is a posting with its key, cut to the bits that its lane keeps.
type entry struct {
	key uint64
	Posting
}

// Posting is one occurrence of a key: in which document, and for prints at which
// live unit.
type Posting struct{ Doc, Pos uint32 }

// before is the order of a segment.
func (e entry) before(f entry) bool {
	if e.key != f.key {
		return e.key < f.key
	}
	if e.Doc != f.Doc {
		return e.Doc < f.Doc
	}
	return e.Pos < f.Pos
}

// Two elements of 16 bytes, with keys of 16 bytes, fill two pages of bbolt to
// the last byte behind a page header of 16: a node holds two keys at least.
const (
	maxPayload  = 4096 - 8 - 16 - 16 - sumSize
	maxPostings = 8192 // in a block; a bound for readers
)

// shape is what decides the size of a block. It can be grown posting by posting.
type shape struct {
	n, keys     int
	first, last uint64
	lo, hi      uint32  // documents
	widths      [33]int // how many positions need so many bits
}

func (s *shape) grow(e entry) {
	switch {
	case s.n == 0:
		s.keys, s.first, s.lo, s.hi = 1, e.key, e.Doc, e.Doc
	case e.key != s.last:
		s.keys++
	}
	s.last = e.key
	s.lo, s.hi = min(s.lo, e.Doc), max(s.hi, e.Doc)
	s.widths[bits.Len32(e.Pos)]++
	s.n++
}

// lowBits is the number of low bits that Elias-Fano coding keeps apart for d keys
// over a range.
func lowBits(span uint64, d int) uint {
	if q := span / uint64(d); q > 0 {
		return uint(bits.Len64(q) - 1)
	}
	return 0
}

// exceptionBits is about what one exception costs: a distance of one byte and
// one to three bytes of high bits.
const exceptionBits = 20

// posWidth returns the width that codes the positions in the fewest bits.
func (s *shape) posWidth() (width, cost int) {
	best, cost := 0, 1<<62
	over := 0
	for w := 32; w >= 0; w-- {
		if c := w*s.n + over*exceptionBits; c < cost {
			best, cost = w, c
		}
		over += s.widths[w]
	}
	return best, cost
}

// headBytes is what the nine varints of a head take at most in the lanes of 40
// bits.
const headBytes = 40

// size returns an upper estimate of the bytes of the block: all is exact but the
// exceptions, whose varints may take more in a page of outliers. encode returns
// the true bytes; overfull blocks are legal and only waste a page.
func (s *shape) size() int {
	span := s.last - s.first
	l := lowBits(span, s.keys)
	_, pos := s.posWidth()
	n := s.keys + int(span>>l) + s.keys*int(l) + s.n + s.n*bits.Len32(s.hi-s.lo) + pos
	return headBytes + n/8
}

// appendBlock appends the block of entries, which are sorted and not empty, to
// dst. next is the entry after the last in the segment, or nil.
func appendBlock(dst []byte, entries []entry, s *shape, next *entry) []byte {
	width, _ := s.posWidth()
	span := s.last - s.first
	fence := uint64(0)
	if next != nil {
		fence = next.key - s.last + 1
	}
	exceptions := s.n
	for w := range width + 1 {
		exceptions -= s.widths[w]
	}
	docWidth := bits.Len32(s.hi - s.lo)
	for _, v := range []uint64{
		uint64(s.n), uint64(s.keys), s.first, span, fence,
		uint64(s.lo), uint64(docWidth), uint64(width), uint64(exceptions),
	} {
		dst = binary.AppendUvarint(dst, v)
	}
	if exceptions > 0 {
		dst = appendExceptions(dst, entries, width)
	}
	return appendColumns(bitWriter{b: dst}, entries, s, uint(docWidth), uint(width)).finish()
}

func appendExceptions(dst []byte, entries []entry, width int) []byte {
	at := -1
	for i, e := range entries {
		if high := uint64(e.Pos) >> width; high > 0 {
			dst = binary.AppendUvarint(dst, uint64(i-at))
			dst = binary.AppendUvarint(dst, high)
			at = i
		}
	}
	return dst
}

func appendColumns(w bitWriter, entries []entry, s *shape, docWidth, posWidth uint) *bitWriter {
	l := lowBits(s.last-s.first, s.keys)
	isFirst := func(i int) bool { return i == 0 || entries[i].key != entries[i-1].key }
	var at uint64
	for i, e := range entries {
		if isFirst(i) {
			high := (e.key - s.first) >> l
			for ; at < high; at++ {
				w.put(0, 1)
			}
			w.put(1, 1)
		}
	}
	for i, e := range entries {
		if isFirst(i) {
			w.put(e.key-s.first, l)
		}
	}
	for i := range entries {
		if isFirst(i) {
			w.put(1, 1)
		} else {
			w.put(0, 1)
		}
	}
	for _, e := range entries {
		w.put(uint64(e.Doc-s.lo), docWidth)
	}
	for _, e := range entries {
		w.put(uint64(e.Pos), posWidth)
	}
	return &w
}

// block is a decoded block. Key i has the postings start[i] to start[i+1].
type block struct {
	keys  []uint64
	start []int32
	posts []Posting
	more  bool   // another block follows in the segment
	fence uint64 // its first key
	bits  []byte // scratch
}

// head is the varints that a block begins with.
type head struct {
	n, d               int
	first, span, fence uint64
	lo                 uint32
	docWidth, posWidth uint
	exceptions         int
}

func (r *reader) head() (h head, err error) {
	n, d := r.uvarint(), r.uvarint()
	h.first, h.span, h.fence = r.uvarint(), r.uvarint(), r.uvarint()
	h.lo = r.uint32()
	docWidth, posWidth, exceptions := r.uvarint(), r.uvarint(), r.uvarint()
	switch {
	case r.err != nil:
		return h, r.err
	case n == 0 || n > maxPostings || d == 0 || d > n || exceptions > n:
		return h, errors.New("has impossible counts")
	case docWidth > 32 || posWidth > 32:
		return h, errors.New("has impossible widths")
	case h.first+h.span < h.first || h.fence > 0 && h.first+h.span+h.fence-1 < h.first:
		return h, errors.New("has impossible keys")
	}
	h.n, h.d, h.docWidth, h.posWidth, h.exceptions = int(n), int(d), uint(docWidth), uint(posWidth), int(exceptions)
	return h, nil
}

// decode reads a payload into b, whose memory it uses again. Any bytes are
// safe: the result is an error or a block that satisfies the invariants.
func (b *block) decode(payload []byte) error {
	r := &reader{b: payload}
	h, err := r.head()
	if err != nil {
		return err
	}
	b.posts = resize(b.posts, h.n)
	for i := range b.posts {
		b.posts[i] = Posting{Doc: h.lo}
	}
	at := -1
	for range h.exceptions {
		step, high := r.uvarint(), r.uvarint()
		if r.err != nil || step == 0 || step > uint64(h.n-1-at) || high > (1<<32-1)>>h.posWidth {
			return errors.New("has an impossible exception")
		}
		at += int(step)
		b.posts[at].Pos = uint32(high << h.posWidth)
	}
	l := lowBits(h.span, h.d)
	if h.span>>l > uint64(8*len(r.b)) {
		return errors.New("has impossible keys")
	}
	highs := h.d + int(h.span>>l)
	need := highs + h.d*int(l) + h.n + h.n*int(h.docWidth+h.posWidth)
	if (need+7)/8 != len(r.b) {
		return fmt.Errorf("has %d bytes of columns instead of %d", len(r.b), (need+7)/8)
	}
	b.bits = append(append(b.bits[:0], r.b...), make([]byte, 16)...)
	if err := b.decodeKeys(&h, l, highs); err != nil {
		return err
	}
	return b.decodePostings(&h, highs+h.d*int(l))
}

func (b *block) decodeKeys(h *head, l uint, highs int) error {
	b.keys = resize(b.keys, h.d)
	i := 0
	for base := 0; base < highs; base += 64 {
		word := bitsAt(b.bits, base, uint(min(64, highs-base)))
		for ; word != 0; word &= word - 1 {
			if i == h.d {
				return errors.New("has too many keys")
			}
			high := uint64(base+bits.TrailingZeros64(word)) - uint64(i)
			b.keys[i] = h.first + high<<l
			i++
		}
	}
	if i != h.d {
		return errors.New("has too few keys")
	}
	if l > 0 {
		for i := range b.keys {
			b.keys[i] += bitsAt(b.bits, highs+i*int(l), l)
		}
	}
	for i := 1; i < h.d; i++ {
		if b.keys[i] <= b.keys[i-1] {
			return errors.New("has keys out of order")
		}
	}
	if b.keys[0] != h.first || b.keys[h.d-1] != h.first+h.span {
		return errors.New("has keys beyond its range")
	}
	b.more, b.fence = h.fence > 0, h.first+h.span+h.fence-1
	return nil
}

func (b *block) decodePostings(h *head, at int) error {
	b.start = resize(b.start, h.d+1)
	k := 0
	for base := 0; base < h.n; base += 64 {
		word := bitsAt(b.bits, at+base, uint(min(64, h.n-base)))
		for ; word != 0; word &= word - 1 {
			if k == h.d {
				return errors.New("has too many groups")
			}
			b.start[k] = int32(base + bits.TrailingZeros64(word))
			k++
		}
	}
	if k != h.d || b.start[0] != 0 {
		return errors.New("has too few groups")
	}
	b.start[h.d] = int32(h.n)
	at += h.n
	if h.docWidth > 0 {
		for i := range b.posts {
			b.posts[i].Doc += uint32(bitsAt(b.bits, at+i*int(h.docWidth), h.docWidth))
		}
	}
	at += h.n * int(h.docWidth)
	if h.posWidth > 0 {
		for i := range b.posts {
			b.posts[i].Pos |= uint32(bitsAt(b.bits, at+i*int(h.posWidth), h.posWidth))
		}
	}
	return nil
}

// group returns the postings of key i.
func (b *block) group(i int) []Posting { return b.posts[b.start[i]:b.start[i+1]] }

func resize[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	return s[:n]
}

// bitWriter fills bytes from the lowest bit.
type bitWriter struct {
	b    []byte
	word uint64
	n    uint
}

// put appends the width lowest bits of v.
func (w *bitWriter) put(v uint64, width uint) {
	v &= 1<<width - 1
	w.word |= v << w.n
	if w.n+width < 64 {
		w.n += width
		return
	}
	w.b = binary.LittleEndian.AppendUint64(w.b, w.word)
	w.word = v >> (64 - w.n)
	w.n += width - 64
}

func (w *bitWriter) finish() []byte {
	for i := uint(0); i < w.n; i += 8 {
		w.b = append(w.b, byte(w.word>>i))
	}
	return w.b
}

// bitsAt returns width bits, at most 64, from bit i on. It reads up to nine bytes
// from there.
func bitsAt(b []byte, i int, width uint) uint64 {
	p, shift := i>>3, uint(i&7)
	v := binary.LittleEndian.Uint64(b[p:]) >> shift
	if shift+width > 64 {
		v |= uint64(b[p+8]) << (64 - shift)
	}
	return v & (1<<width - 1)
}
