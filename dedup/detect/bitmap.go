package detect

import (
	"bytes"
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
func (b bitmap) numbers() []uint32 { return b.without(nil) }

// without returns the members that are not in o, ascending.
func (b bitmap) without(o bitmap) []uint32 {
	n := 0
	for i := 0; i < len(b); i += 8 {
		n += bits.OnesCount64(b.word(i) &^ o.word(i))
	}
	ns := make([]uint32, 0, n)
	for i := 0; i < len(b); i += 8 {
		for x := b.word(i) &^ o.word(i); x != 0; x &= x - 1 {
			ns = append(ns, uint32(8*i+bits.TrailingZeros64(x)))
		}
	}
	return ns
}

// and returns the set of the numbers that are in both, without zeros at its end.
func (b bitmap) and(o bitmap) bitmap {
	both := make(bitmap, min(len(b), len(o)))
	for i := range both {
		both[i] = b[i] & o[i]
	}
	return bytes.TrimRight(both, "\x00")
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
	for k, v := range b[min(i, len(b)):] {
		x |= uint64(v) << (8 * k)
	}
	return x
}
