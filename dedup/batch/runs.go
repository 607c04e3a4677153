package batch

import (
	"bufio"
	"cmp"
	"encoding/base64"
	"encoding/binary"
	"maps"
	"math/bits"
	"slices"
	"strconv"

	"github.com/klauspost/compress/s2"
	"github.com/zeebo/xxh3"
)

// A run is lines of one kind and one partition, sorted and packed: what an engine moves in place
// of lines, as the sorted runs of MapReduce are (Dean and Ghemawat 2004). An engine spends
// microseconds on each row that it reads, sorts and writes, whatever the row has, and a document
// makes some 900 lines. A stage that writes runs sorts what it writes, and one that reads
// runs merges them: see merge.go. The engine gives each partition's runs to one process, in any order.
//
// A row of a run is
//
//	partition TAB kind TAB = base64 of: stamp kind first last frame…
//
// with the partition in decimal digits; a stage reads rows of the last field alone. first and last are
// the marks of the first and the last line (their key, a TAB, their order), each after its length. A frame is the
// length of its lines, their hash, the length of what follows, and then the lines, packed with S2: a third of
// the time of zstd, for 12 % more bytes. A line is
// how many bytes of its key are those of the line before in the frame, and then the rest of the key,
// the order, the data and the JSON, each after its length; that of JSON is one more, and 0
// is none.

// runMark begins what a stage reads of a run. No key of a line begins with it.
const runMark = '='

const (
	// runMemory is how many bytes of lines are held to be sorted: what is in a cache sorts faster. Four times as
	// much makes fewer runs, and took half as long again to fill.
	runMemory = 16 << 20
	// frameSize is how many bytes of lines make a frame. A process that merges has a frame of each run.
	frameSize = 32 << 10
	// rowSize is how many bytes of a run make a row: Java's collector seeks room that is in one piece for
	// what has half a megabyte, and an executor of 512 MB found none.
	rowSize = 320 << 10
)

// runSink writes lines as runs.
type runSink struct {
	out        *bufio.Writer
	stamp      string
	partitions uint64
	memory     int // runMemory, or less in tests

	arena []byte // of the lines that wait: the length of what follows the key, the key after its length, and the rest as in a frame
	lines int    // that wait
	bins  map[bin][]heldLine

	rest, frame, packed, frames, row, text []byte

	counts  []uint32
	scratch []heldLine
}

// heldLine is a line that waits in the arena.
type heldLine struct {
	prefix [2]uint64 // of its key and order
	at     uint32
}

const heldSize = 24

// bin is a kind and a partition.
type bin uint32

const partitionBits = 24

func (b bin) kind() kind { return kind(b >> partitionBits) }

func (b bin) partition() uint64 { return uint64(b & (MaxPartitions - 1)) }

// MaxPartitions is the most that Options.Partitions may be.
const MaxPartitions = 1 << partitionBits

func newRunSink(out *bufio.Writer, stamp string, partitions int) *runSink {
	return &runSink{out: out, stamp: stamp, partitions: uint64(partitions), memory: runMemory, bins: map[bin][]heldLine{}}
}

func (s *runSink) put(l *line) {
	if s.arena == nil {
		s.arena = make([]byte, 0, s.memory) // pages that nothing reaches cost nothing, and growing cost a sixth of all time
	}
	of := bin(l.kind)<<partitionBits | bin(xxh3.Hash(l.key)%s.partitions)
	s.bins[of] = append(s.bins[of], heldLine{prefixOf(l.key, l.order), uint32(len(s.arena))})
	s.lines++
	s.rest = appendJSON(appendBytes(appendBytes(s.rest[:0], l.order), l.data), l.raw)
	b := binary.AppendUvarint(s.arena, uint64(len(s.rest)))
	s.arena = append(appendBytes(b, l.key), s.rest...)
	if len(s.arena)+s.lines*heldSize > s.memory {
		s.write()
	}
}

// appendJSON appends the JSON of a line after its length.
func appendJSON(b, raw []byte) []byte {
	if raw == nil {
		return append(b, 0)
	}
	return append(binary.AppendUvarint(b, uint64(len(raw))+1), raw...)
}

// prefixOf returns the first digits of a key, and of the order after it, as a number that sorts as
// they do: keys of one kind that have an order are of one length.
func prefixOf(key, order []byte) (v [2]uint64) {
	const most = 10
	at := 0
	for _, part := range [2][]byte{key, order} {
		for i := 0; i < len(part) && at < 2*most; i++ {
			v[at/most] |= uint64(valueOf[part[i]]&63) << (6 * (most - 1 - at%most))
			at++
		}
	}
	return v
}

func (s *runSink) flush() error {
	s.write()
	return s.out.Flush()
}

// line returns the parts of a line that is held.
func (s *runSink) line(h *heldLine) (l line) {
	var v values
	l.key, v.B = s.parts(h)
	v.rest(&l)
	return l
}

// parts returns the key of a line that is held, and what follows it.
func (s *runSink) parts(h *heldLine) (key, rest []byte) {
	b := s.arena[h.at:]
	size, n := binary.Uvarint(b)
	b = b[n:]
	length, n := binary.Uvarint(b)
	b = b[n:]
	return b[:length], b[length:][:size]
}

// rest reads what follows the key of a line.
func (v *values) rest(l *line) {
	l.order, l.data, l.raw = v.Bytes(), v.Bytes(), nil
	n := v.Uint(uint64(len(v.B)))
	switch {
	case n == 0:
	case n-1 > uint64(len(v.B)):
		v.Fail()
	default:
		l.raw, v.B = v.B[:n-1], v.B[n-1:]
	}
}

// write writes the lines that are held.
func (s *runSink) write() {
	for _, of := range slices.Sorted(maps.Keys(s.bins)) {
		if lines := s.bins[of]; len(lines) > 0 {
			s.sort(lines)
			s.writeRun(of, lines)
			s.bins[of] = lines[:0]
		}
	}
	s.arena, s.lines = s.arena[:0], 0
}

// sort sorts lines. Keys are hashes or numbers, spread evenly between the least and the greatest,
// so that most lines go to their place at once.
func (s *runSink) sort(lines []heldLine) {
	lo, hi := lines[0].prefix[0], lines[0].prefix[0]
	for i := range lines {
		lo, hi = min(lo, lines[i].prefix[0]), max(hi, lines[i].prefix[0])
	}
	shift := max(0, bits.Len64(hi-lo)-bits.Len(uint(len(lines))))
	n := int((hi-lo)>>shift) + 2
	s.counts = append(s.counts[:0], make([]uint32, n)...)
	for i := range lines {
		s.counts[(lines[i].prefix[0]-lo)>>shift+1]++
	}
	for i := 1; i < n; i++ {
		s.counts[i] += s.counts[i-1]
	}
	s.scratch = append(s.scratch[:0], lines...)
	for i := range s.scratch {
		at := &s.counts[(s.scratch[i].prefix[0]-lo)>>shift]
		lines[*at] = s.scratch[i]
		*at++
	}
	from := uint32(0)
	for _, end := range s.counts[:n-1] {
		if end-from > 1 {
			slices.SortFunc(lines[from:end], s.compare)
		}
		from = end
	}
}

func (s *runSink) compare(x, y heldLine) int {
	switch {
	case x.prefix[0] != y.prefix[0]:
		return cmp.Compare(x.prefix[0], y.prefix[0])
	case x.prefix[1] != y.prefix[1]:
		return cmp.Compare(x.prefix[1], y.prefix[1])
	}
	a, b := s.line(&x), s.line(&y)
	return compareLines(&a, &b)
}

// writeRun writes lines of one kind and partition.
func (s *runSink) writeRun(of bin, lines []heldLine) {
	var first *heldLine
	var last []byte
	for i := range lines {
		key, rest := s.parts(&lines[i])
		if first == nil {
			first = &lines[i]
		}
		shared := 0
		for shared < min(len(last), len(key)) && last[shared] == key[shared] {
			shared++
		}
		last = key
		b := binary.AppendUvarint(s.frame, uint64(shared))
		s.frame = append(appendBytes(b, key[shared:]), rest...)
		if i+1 < len(lines) && len(s.frame) < frameSize {
			continue
		}
		s.packed = s2.Encode(s.packed[:cap(s.packed)], s.frame)
		b = binary.BigEndian.AppendUint64(binary.AppendUvarint(s.frames, uint64(len(s.frame))), xxh3.Hash(s.frame))
		s.frames = appendBytes(b, s.packed)
		s.frame, last = s.frame[:0], nil
		if i+1 == len(lines) || len(s.frames) > rowSize {
			s.writeRow(of, first, &lines[i])
			s.frames, first = s.frames[:0], nil
		}
	}
}

func (s *runSink) writeRow(of bin, first, last *heldLine) {
	s.row = append(append(s.row[:0], s.stamp...), of.kind())
	for _, h := range [2]*heldLine{first, last} {
		l := s.line(h)
		s.row = appendBytes(s.row, slices.Concat(l.key, []byte{'\t'}, l.order))
	}
	s.row = append(s.row, s.frames...)
	b := strconv.AppendUint(s.text[:0], of.partition(), 10)
	b = append(b, '\t', of.kind(), '\t', runMark)
	b = base64.RawStdEncoding.AppendEncode(b, s.row)
	s.text = append(b, '\n')
	s.out.Write(s.text) // an error comes again at Flush
}
