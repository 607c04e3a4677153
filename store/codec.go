package store

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

const sumSize = 4

func checksum(bucket string, key, payload []byte) uint32 {
	sum := crc32.Update(0, castagnoli, []byte(bucket))
	sum = crc32.Update(sum, castagnoli, []byte{0})
	sum = crc32.Update(sum, castagnoli, key)
	return crc32.Update(sum, castagnoli, payload)
}

// seal returns payload with its checksum after it.
func seal(bucket string, key, payload []byte) []byte {
	return binary.LittleEndian.AppendUint32(payload, checksum(bucket, key, payload))
}

// unseal returns the payload of value, or a *DamageError.
func unseal(bucket string, key, value []byte) ([]byte, error) {
	if value == nil {
		return nil, damaged(bucket, key, "is missing")
	}
	if len(value) < sumSize {
		return nil, damaged(bucket, key, "is cut short")
	}
	payload := value[: len(value)-sumSize : len(value)-sumSize]
	if binary.LittleEndian.Uint32(value[len(payload):]) != checksum(bucket, key, payload) {
		return nil, damaged(bucket, key, "does not match its checksum")
	}
	return payload, nil
}

// keyName writes a name as it is and anything else in hex.
func keyName(key []byte) string {
	for _, c := range key {
		if c < ' ' || c > '~' {
			return fmt.Sprintf("%x", key)
		}
	}
	return string(key)
}

func key32(n ...uint32) []byte {
	var k []byte
	for _, v := range n {
		k = binary.BigEndian.AppendUint32(k, v)
	}
	return k
}

var errShort = errors.New("ends too early")

// reader reads what the append functions wrote. After the first failure it
// returns zeros and err says what failed.
type reader struct {
	b   []byte
	err error
}

func (r *reader) fail(err error) {
	if r.err == nil {
		r.err, r.b = err, nil
	}
}

func (r *reader) uvarint() uint64 {
	if len(r.b) > 0 && r.b[0] < 0x80 {
		v := r.b[0]
		r.b = r.b[1:]
		return uint64(v)
	}
	v, n := binary.Uvarint(r.b)
	if n <= 0 {
		r.fail(errShort)
		return 0
	}
	r.b = r.b[n:]
	return v
}

func (r *reader) uint32() uint32 {
	v := r.uvarint()
	if v > 1<<32-1 {
		r.fail(fmt.Errorf("%d is too large", v))
		return 0
	}
	return uint32(v)
}

// count reads a number of things that take at least one byte each, so that a
// damaged count cannot make us ask for more memory than there are bytes.
func (r *reader) count() int {
	v := r.uvarint()
	if v > uint64(len(r.b)) {
		r.fail(errShort)
		return 0
	}
	return int(v)
}

func (r *reader) bytes(n int) []byte {
	if n < 0 || n > len(r.b) {
		r.fail(errShort)
		return nil
	}
	b := r.b[:n:n]
	r.b = r.b[n:]
	return b
}

func (r *reader) byte() byte {
	if b := r.bytes(1); b != nil {
		return b[0]
	}
	return 0
}

func (r *reader) string() string { return string(r.bytes(r.count())) }

func appendString(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}
