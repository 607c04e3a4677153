package cluster

import (
	"encoding/binary"
	"errors"
	"math"
)

// Sets of units and losses of chains as bytes, for what a corpus keeps of a judgement and for
// the lines of a batch. Numbers are varints; a set is its lengths and the gaps between them.

var errPacked = errors.New("a set of units or a loss ends too early or has a number out of range")

// AppendSet appends a set to b.
func AppendSet(b []byte, s Set) []byte {
	b = binary.AppendUvarint(b, uint64(len(s)))
	end := int32(0)
	for _, v := range s {
		b = binary.AppendUvarint(b, uint64(v.Lo-end))
		b = binary.AppendUvarint(b, uint64(v.Hi-v.Lo))
		end = v.Hi
	}
	return b
}

// ReadSet reads what AppendSet appended, nil for an empty set, and returns it with the rest.
// Any bytes are safe.
func ReadSet(b []byte) (Set, []byte, error) {
	r := &unpacker{b: b}
	n := r.count()
	if r.bad || n == 0 {
		return nil, r.b, r.err()
	}
	s, end := make(Set, n), int64(0)
	for i := range s {
		gap, size := r.int32(), r.int32()
		lo := end + int64(gap)
		end = lo + int64(size)
		if r.bad || gap < 0 || size <= 0 || end > math.MaxInt32 {
			return nil, nil, errPacked
		}
		s[i] = Interval{Lo: int32(lo), Hi: int32(end)}
	}
	return s, r.b, nil
}

// AppendLost appends losses to b, without their number.
func AppendLost(b []byte, all []Lost) []byte {
	for _, l := range all {
		for _, v := range []int32{l.Runs, l.Head, l.Tail, l.Covered} {
			b = binary.AppendUvarint(b, uint64(uint32(v)))
		}
	}
	return b
}

// ReadLost fills all with what AppendLost appended, and returns the rest. Any bytes are safe.
func ReadLost(all []Lost, b []byte) ([]byte, error) {
	r := &unpacker{b: b}
	for i := range all {
		l := Lost{Runs: r.int32(), Head: r.int32(), Tail: r.int32(), Covered: r.int32()}
		r.bad = r.bad || min(l.Runs, l.Head, l.Tail, l.Covered) < 0
		all[i] = l
	}
	return r.b, r.err()
}

func (r *unpacker) err() error {
	if r.bad {
		return errPacked
	}
	return nil
}
