package store

import (
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"math/bits"
	"slices"

	"repost/dedup"
)

// entry is a posting with its key, cut to the bits that its index keeps.
type entry struct {
	key uint64
	posting
}

// posting is one occurrence of a key: in which document, and for fingerprints at which
// live unit.
type posting = dedup.Posting

func comparePostings(p, q posting) int {
	return cmp.Or(cmp.Compare(p.Doc, q.Doc), cmp.Compare(p.Pos, q.Pos))
}

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

// Two elements of 16 bytes, with keys of 16 bytes, fill two pages of bbolt to the last byte
// after a page header of 16: a node holds at least two keys.
const (
	maxPayload  = 4096 - 8 - 16 - 16 - sumSize
	maxPostings = 8192 // in a block; a bound for readers
)

// shape is what decides the size of a block. It can be grown posting by posting.
type shape struct {
	n, keys     int
	first, last uint64
	lo, hi      uint32     // documents
	most        uint32     // has the bits of all positions
	widths      [33]uint16 // bits → how many positions need that many
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
	s.most |= e.Pos
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
	for w := bits.Len32(s.most); w >= 0; w-- {
		if c := w*s.n + over*exceptionBits; c < cost {
			best, cost = w, c
		}
		over += int(s.widths[w])
	}
	return best, cost
}

// headBytes is what the nine varints of a head take at most in the indexes of 40
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
		exceptions -= int(s.widths[w])
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
	return appendColumns(dst, entries, s, uint(docWidth), uint(width))
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

// appendColumns appends the columns of entries, bit after bit. Its position is in local
// variables, which stay in registers.
func appendColumns(dst []byte, entries []entry, s *shape, docWidth, posWidth uint) []byte {
	span := s.last - s.first
	l := lowBits(span, s.keys)
	columns := s.keys + int(span>>l) + s.keys*int(l) + s.n*int(1+docWidth+posWidth)
	at, size := len(dst), len(dst)+(columns+7)/8
	b := slices.Grow(dst, size+8-at)[:size+8]
	word, n := uint64(0), uint(0)
	last, high := ^uint64(0), uint64(0) // keys have 63 bits at most
	for i := range entries {
		if k := entries[i].key; k != last {
			last = k
			v := (k - s.first) >> l
			for ; high+32 < v; high += 32 {
				at, word, n = putBits(b, at, word, n, 0, 32)
			}
			at, word, n = putBits(b, at, word, n, 1<<(v-high), uint(v-high)+1)
			high = v
		}
	}
	last = ^uint64(0)
	for i := range entries {
		if k := entries[i].key; k != last {
			last = k
			v := (k - s.first) & (1<<l - 1)
			if l > 32 {
				at, word, n = putBits(b, at, word, n, v&(1<<32-1), 32)
				at, word, n = putBits(b, at, word, n, v>>32, l-32)
				continue
			}
			at, word, n = putBits(b, at, word, n, v, l)
		}
	}
	last = ^uint64(0)
	for i := range entries {
		k := entries[i].key
		first := uint64(0)
		if k != last {
			first = 1
		}
		last = k
		at, word, n = putBits(b, at, word, n, first, 1)
	}
	for i := range entries {
		at, word, n = putBits(b, at, word, n, uint64(entries[i].Doc-s.lo), docWidth)
	}
	for i := range entries {
		at, word, n = putBits(b, at, word, n, uint64(entries[i].Pos)&(1<<posWidth-1), posWidth)
	}
	return b[:size]
}

// block is a block that is being read: opened, and then searched for single keys where
// it lies, or decoded. A search reads some 300 of its 4,000 bytes.
type block struct {
	head
	columns []byte // as they are stored
	odd     []byte // the exceptions as they are stored
	high    int    // bits of the column high

	bits  []byte // the columns that are decoded, with spare bytes after them for bitsAt
	keys  []uint64
	posts []posting
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
func (b *block) raise(ps []posting, lo, hi int) error {
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

// at returns bits of the columns; bits after their end are zero.
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
func (b *block) find(dst []posting, key uint64) ([]posting, error) {
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
	at := selectBit(b, 0, b.high, high-1, false) + 1 // after high zeros
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

// postings reads the postings from lo on, without exceptions: 1 ns each where there
// are many.
func (b *block) postings(ps []posting, lo int) {
	docs := b.firsts() + b.n + lo*int(b.docWidth)
	pos := b.firsts() + b.n*int(1+b.docWidth) + lo*int(b.posWidth)
	docMask, posMask := uint32(1<<b.docWidth-1), uint32(1<<b.posWidth-1)
	i := 0
	for ; i < len(ps) && pos>>3+8 <= len(b.columns); i++ { // docs lie before pos; either is in one word
		doc := binary.LittleEndian.Uint64(b.columns[docs>>3:]) >> (docs & 7)
		at := binary.LittleEndian.Uint64(b.columns[pos>>3:]) >> (pos & 7)
		ps[i] = posting{Doc: b.lo + uint32(doc)&docMask, Pos: uint32(at) & posMask}
		docs += int(b.docWidth)
		pos += int(b.posWidth)
	}
	for ; i < len(ps); i++ {
		ps[i] = posting{Doc: b.lo + uint32(b.at(docs, b.docWidth)), Pos: uint32(b.at(pos, b.posWidth))}
		docs += int(b.docWidth)
		pos += int(b.posWidth)
	}
}

// decode appends all postings to dst.
func (b *block) decode(dst []entry) ([]entry, error) {
	b.bits = append(append(b.bits[:0], b.columns...), make([]byte, 16)...)
	if err := b.decodeKeys(); err != nil {
		return dst, err
	}
	return b.decodePostings(dst)
}

func (b *block) decodeKeys() error {
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

func (b *block) decodePostings(dst []entry) ([]entry, error) {
	at := len(dst)
	dst = slices.Grow(dst, b.n)[:at+b.n]
	b.posts = resize(b.posts, b.n)
	b.postings(b.posts, 0)
	if err := b.raise(b.posts, 0, b.n); err != nil {
		return dst[:at], err
	}
	firsts, k := b.firsts(), -1
	for i, p := range b.posts {
		k += int(bitsAt(b.bits, firsts+i, 1))
		if uint(k) >= uint(len(b.keys)) {
			return dst[:at], errors.New("has impossible groups")
		}
		dst[at+i] = entry{b.keys[k], p}
	}
	if k != b.d-1 {
		return dst[:at], errors.New("has too few groups")
	}
	return dst, nil
}

func resize[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	return s[:n]
}

// putBits appends v, of at most 56 bits, to the bytes of b before at and the n lowest bits
// of word, and returns the new at, word and n. It fills bytes from the lowest bit. b has
// room for eight more bytes: putBits always stores the whole word, which needs no branch.
func putBits(b []byte, at int, word uint64, n uint, v uint64, width uint) (int, uint64, uint) {
	word |= v << (n & 63) // the masks spare the test for shifts of 64 and more
	binary.LittleEndian.PutUint64(b[at:], word)
	n += width
	return at + int(n>>3), word >> (n &^ 7 & 63), n & 7
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
