// Package numbers reads binary data that is numbers one after the other, as package
// encoding/binary writes them. Any bytes are safe: from the first number that is cut short or
// out of its range on, all that is read is zero, and Bad says so at the end.
package numbers

import (
	"encoding/binary"
	"math"
)

// Reader reads from the bytes that are left in B.
type Reader struct {
	B   []byte
	Bad bool
}

// End reports whether all was read, and all of it in order.
func (r *Reader) End() bool { return !r.Bad && len(r.B) == 0 }

// Fail makes all that follows bad.
func (r *Reader) Fail() { r.Bad, r.B = true, nil }

// Uint reads a number that is at most most.
func (r *Reader) Uint(most uint64) uint64 {
	if len(r.B) > 0 && uint64(r.B[0]) <= min(most, 0x7f) { // as most are
		x := r.B[0]
		r.B = r.B[1:]
		return uint64(x)
	}
	x, n := binary.Uvarint(r.B)
	if n <= 0 || x > most {
		r.Fail()
		return 0
	}
	r.B = r.B[n:]
	return x
}

// Byte reads a number of eight bits.
func (r *Reader) Byte() byte { return byte(r.Uint(math.MaxUint8)) }

// Int32 reads a number that is not negative.
func (r *Reader) Int32() int32 { return int32(r.Uint(math.MaxInt32)) }

// Uint32 reads a number of 32 bits.
func (r *Reader) Uint32() uint32 { return uint32(r.Uint(math.MaxUint32)) }

// Uint64 reads a number of 64 bits.
func (r *Reader) Uint64() uint64 { return r.Uint(math.MaxUint64) }

// Signed reads a number that may be negative.
func (r *Reader) Signed() int32 {
	x, n := binary.Varint(r.B)
	if n <= 0 || x > math.MaxInt32 || x < math.MinInt32 {
		r.Fail()
		return 0
	}
	r.B = r.B[n:]
	return int32(x)
}

// Fixed reads eight bytes, the highest first.
func (r *Reader) Fixed() uint64 {
	if len(r.B) < 8 {
		r.Fail()
		return 0
	}
	x := binary.BigEndian.Uint64(r.B)
	r.B = r.B[8:]
	return x
}

// Count reads how many things follow, of one byte or more each.
func (r *Reader) Count() int { return int(r.Uint(uint64(len(r.B)))) }

// Bytes reads a string of bytes, which is a part of B.
func (r *Reader) Bytes() []byte {
	n := r.Count()
	b := r.B[:n]
	r.B = r.B[n:]
	return b
}

// Took goes on after what another reader took.
func (r *Reader) Took(rest []byte, err error) {
	r.B, r.Bad = rest, r.Bad || err != nil
}
