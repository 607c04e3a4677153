package detect

import (
	"encoding/binary"
	"math/bits"
)

// bitmap is a set of document numbers.
type bitmap []byte

func (b bitmap) has(n uint32) bool { return int(n/8) < len(b) && b[n/8]>>(n%8)&1 != 0 }

func (b *bitmap) add(n uint32) {
	if i := int(n / 8); i >= len(*b) {
		*b = append(*b, make([]byte, i+1-len(*b))...)
	}
	(*b)[n/8] |= 1 << (n % 8)
}

func (b bitmap) remove(n uint32) {
	if b.has(n) {
		b[n/8] &^= 1 << (n % 8)
	}
}

// numbers returns the members, ascending.
func (b bitmap) numbers() []uint32 {
	ns := make([]uint32, 0, b.count())
	for i := 0; i < len(b); i += 8 {
		for x := b.word(i); x != 0; x &= x - 1 {
			ns = append(ns, uint32(8*i+bits.TrailingZeros64(x)))
		}
	}
	return ns
}

func (b bitmap) count() (n int) {
	for i := 0; i < len(b); i += 8 {
		n += bits.OnesCount64(b.word(i))
	}
	return n
}

// word returns the eight bytes from i on, or what there is of them.
func (b bitmap) word(i int) (x uint64) {
	if i+8 <= len(b) {
		return binary.LittleEndian.Uint64(b[i:])
	}
	for k, v := range b[i:] {
		x |= uint64(v) << (8 * k)
	}
	return x
}
