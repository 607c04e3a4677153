package store

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math/bits"
	"slices"
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

// block is a block that is being read: opened, and then searched for single keys where
// it lies, or expanded. A search reads some 300 of its 4,000 bytes. Expanded, key i has
// the postings start[i] to start[i+1].
type block struct {
	head
	columns []byte // as they are stored
	odd     []byte // the exceptions as they are stored
	high    int    // bits of the column high

	bits  []byte // expanded: the columns, with room behind for bitsAt
	keys  []uint64
	start []int32
	posts []Posting
}

// head is the varints that a block begins with.
type head struct {
	n, d               int
	first, span, fence uint64
	lo                 uint32
	docWidth, posWidth uint
	l                  uint // low bits of keys
	exceptions         int
}

func (h *head) more() bool        { return h.fence > 0 }
func (h *head) last() uint64      { return h.first + h.span }
func (h *head) following() uint64 { return h.last() + h.fence - 1 } // first key of the next block

func (r *reader) head() (h head, err error) {
	n, d := r.uvarint(), r.uvarint()
	h.first, h.span, h.fence = r.uvarint(), r.uvarint(), r.uvarint()
	h.lo = r.uint32()
	docWidth, posWidth, odd := r.uvarint(), r.uvarint(), r.uvarint()
	switch {
	case r.err != nil:
		return h, r.err
	case n == 0 || n > maxPostings || d == 0 || d > n || odd > n:
		return h, errors.New("has impossible counts")
	case docWidth > 32 || posWidth > 32:
		return h, errors.New("has impossible widths")
	case h.last() < h.first || h.more() && h.following() < h.last():
		return h, errors.New("has impossible keys")
	}
	h.n, h.d, h.docWidth, h.posWidth = int(n), int(d), uint(docWidth), uint(posWidth)
	h.l, h.exceptions = lowBits(h.span, h.d), int(odd)
	return h, nil
}

// open reads the head of a payload, which must stay as it is while b is used. Any
// bytes are safe to open and then to search or expand.
func (b *block) open(payload []byte) error {
	r := &reader{b: payload}
	h, err := r.head()
	if err != nil {
		return err
	}
	if h.span>>h.l > uint64(8*len(r.b)) {
		return errors.New("has impossible keys")
	}
	b.head, b.high = h, h.d+int(h.span>>h.l)
	need := (b.firsts() + h.n + h.n*int(h.docWidth+h.posWidth) + 7) / 8
	if need > len(r.b) || need < len(r.b) && h.exceptions == 0 {
		return fmt.Errorf("has %d bytes of columns instead of %d", len(r.b), need)
	}
	at := len(r.b) - need
	b.odd, b.columns = r.b[:at], r.b[at:]
	return nil
}

// raise adds what exceptions have above the position width to the postings from lo to
// hi.
func (b *block) raise(ps []Posting, lo, hi int) error {
	r := &reader{b: b.odd}
	at := -1
	for range b.exceptions {
		step, high := r.uvarint(), r.uvarint()
		if r.err != nil || step == 0 || step > uint64(b.n-1-at) || high > (1<<32-1)>>b.posWidth {
			return errors.New("has an impossible exception")
		}
		if at += int(step); at >= lo && at < hi {
			ps[at-lo].Pos |= uint32(high << b.posWidth)
		}
	}
	if len(r.b) > 0 {
		return fmt.Errorf("has %d bytes too many", len(r.b))
	}
	return nil
}

// firsts is where the column first begins.
func (b *block) firsts() int { return b.high + b.d*int(b.l) }

// at returns bits of the columns; what would lie behind them is zero.
func (b *block) at(i int, width uint) uint64 {
	if i>>3+9 <= len(b.columns) {
		return bitsAt(b.columns, i, width)
	}
	var end [17]byte
	copy(end[:], b.columns[min(i>>3, len(b.columns)):])
	return bitsAt(end[:], i&7, width)
}

// word returns up to 64 bits of a column, from bit i of its n on.
func (b *block) word(column, i, n int) uint64 { return b.at(column+i, uint(min(64, n-i))) }

// find appends the postings of key to dst. It reads what it must: high up to the
// key, first up to its postings, and these.
func (b *block) find(dst []Posting, key uint64) ([]Posting, error) {
	if key < b.first || key > b.last() {
		return dst, nil
	}
	i, ok := b.index(key - b.first)
	if !ok {
		return dst, nil
	}
	lo, hi := b.places(i)
	dst = slices.Grow(dst, hi-lo)
	found := dst[len(dst) : len(dst)+hi-lo]
	b.postings(found, lo)
	return dst[:len(dst)+len(found)], b.raise(found, lo, hi)
}

// index returns the place of a key, given as its distance from the first.
func (b *block) index(v uint64) (int, bool) {
	high, low := int(v>>b.l), v&(1<<b.l-1)
	at := selectBit(b, 0, b.high, high-1, false) + 1 // behind high zeros
	for i := at - high; at < b.high && i < b.d; i, at = i+1, at+1 {
		if b.at(at, 1) == 0 {
			break
		}
		switch k := b.at(b.high+i*int(b.l), b.l); {
		case k == low:
			return i, true
		case k > low:
			return 0, false
		}
	}
	return 0, false
}

// places returns the places of the postings of key i.
func (b *block) places(i int) (lo, hi int) {
	lo = selectBit(b, b.firsts(), b.n, i, true)
	for hi = lo + 1; hi < b.n; {
		if w := b.word(b.firsts(), hi, b.n); w != 0 {
			return lo, hi + bits.TrailingZeros64(w)
		}
		hi += min(64, b.n-hi)
	}
	return lo, hi
}

// selectBit returns the place of the k-th bit (from 0) of one kind in a column
// of n bits, -1 for k = -1, and n if there is none.
func selectBit(b *block, column, n, k int, ones bool) int {
	if k < 0 {
		return -1
	}
	for i := 0; i < n; i += 64 {
		w := b.word(column, i, n)
		if !ones {
			w = ^w & (1<<min(64, n-i) - 1)
		}
		if c := bits.OnesCount64(w); k >= c {
			k -= c
			continue
		}
		for ; k > 0; k-- {
			w &= w - 1
		}
		return i + bits.TrailingZeros64(w)
	}
	return n
}

// postings reads the postings from lo on, without exceptions: 2 ns each where there
// are many.
func (b *block) postings(ps []Posting, lo int) {
	docs := b.firsts() + b.n + lo*int(b.docWidth)
	pos := b.firsts() + b.n*int(1+b.docWidth) + lo*int(b.posWidth)
	for i := range ps {
		p := &ps[i]
		if pos>>3+9 <= len(b.columns) {
			p.Doc, p.Pos = b.lo+uint32(bitsAt(b.columns, docs, b.docWidth)), uint32(bitsAt(b.columns, pos, b.posWidth))
		} else {
			p.Doc, p.Pos = b.lo+uint32(b.at(docs, b.docWidth)), uint32(b.at(pos, b.posWidth))
		}
		docs += int(b.docWidth)
		pos += int(b.posWidth)
	}
}

// expand decodes all keys and postings.
func (b *block) expand() error {
	b.bits = append(append(b.bits[:0], b.columns...), make([]byte, 16)...)
	if err := b.expandKeys(); err != nil {
		return err
	}
	return b.expandPostings()
}

func (b *block) expandKeys() error {
	b.keys = resize(b.keys, b.d)
	i := 0
	for base := 0; base < b.high; base += 64 {
		for w := bitsAt(b.bits, base, uint(min(64, b.high-base))); w != 0; w &= w - 1 {
			if i == b.d {
				return errors.New("has too many keys")
			}
			high := uint64(base+bits.TrailingZeros64(w)) - uint64(i)
			b.keys[i] = b.first + high<<b.l
			i++
		}
	}
	if i != b.d {
		return errors.New("has too few keys")
	}
	if b.l > 0 {
		for i := range b.keys {
			b.keys[i] += bitsAt(b.bits, b.high+i*int(b.l), b.l)
		}
	}
	for i := 1; i < b.d; i++ {
		if b.keys[i] <= b.keys[i-1] {
			return errors.New("has keys out of order")
		}
	}
	if b.keys[0] != b.first || b.keys[b.d-1] != b.last() {
		return errors.New("has keys beyond its range")
	}
	return nil
}

func (b *block) expandPostings() error {
	b.start = resize(b.start, b.d+1)
	k, firsts := 0, b.firsts()
	for base := 0; base < b.n; base += 64 {
		for w := bitsAt(b.bits, firsts+base, uint(min(64, b.n-base))); w != 0; w &= w - 1 {
			if k == b.d {
				return errors.New("has too many groups")
			}
			b.start[k] = int32(base + bits.TrailingZeros64(w))
			k++
		}
	}
	if k != b.d || b.start[0] != 0 {
		return errors.New("has too few groups")
	}
	b.start[b.d] = int32(b.n)
	b.posts = resize(b.posts, b.n)
	b.postings(b.posts, 0)
	return b.raise(b.posts, 0, b.n)
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
