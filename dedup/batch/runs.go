package batch

import (
	"bufio"
	"cmp"
	"encoding/base64"
	"encoding/binary"
	"slices"
	"strconv"

	"github.com/klauspost/compress/zstd"
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
//	partition TAB kind TAB = base64 of: stamp kind frame…
//
// with the partition in decimal digits; a stage reads rows of the last field alone. A frame is the
// length of its lines, the length of what follows, and then the lines, packed with zstd. A line is
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
	// rowSize is how many bytes of a run make a row.
	rowSize = 2 << 20
)

// runSink writes lines as runs.
type runSink struct {
	out        *bufio.Writer
	stamp      string
	partitions uint64
	memory     int // runMemory, or less in tests
	zstd       *zstd.Encoder

	arena []byte // of the lines that wait, each after the lengths of its parts
	held  []heldLine

	frame, packed, row, text []byte
}

// heldLine is a line that waits in the arena.
type heldLine struct {
	prefix uint64 // of its key and order
	bin    uint32 // kind and partition
	at     uint32
}

const (
	heldSize      = 16
	partitionBits = 24 // of a bin
)

// MaxPartitions is the most that Options.Partitions may be.
const MaxPartitions = 1 << partitionBits

func newRunSink(out *bufio.Writer, stamp string, partitions int) *runSink {
	e, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(frameSize*2))
	if err != nil {
		panic(err) // of options that do not fit one another
	}
	return &runSink{out: out, stamp: stamp, partitions: uint64(partitions), memory: runMemory, zstd: e}
}

func (s *runSink) put(l *line) {
	if s.arena == nil {
		s.arena = make([]byte, 0, s.memory) // pages that nothing reaches cost nothing, and growing cost a sixth of all time
	}
	bin := uint32(l.kind)<<partitionBits | uint32(xxh3.Hash(l.key)%s.partitions)
	s.held = append(s.held, heldLine{prefix: prefixOf(l.key, l.order), bin: bin, at: uint32(len(s.arena))})
	b := appendBytes(appendBytes(appendBytes(s.arena, l.key), l.order), l.data)
	s.arena = appendJSON(b, l.raw)
	if len(s.arena)+len(s.held)*heldSize > s.memory {
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
func prefixOf(key, order []byte) (v uint64) {
	const most = 10
	n := 0
	for ; n < min(len(key), most); n++ {
		v = v<<6 | uint64(valueOf[key[n]]&63)
	}
	for i := 0; i < len(order) && n < most; i++ {
		v = v<<6 | uint64(valueOf[order[i]]&63)
		n++
	}
	return v << (6 * (most - n))
}

func (s *runSink) flush() error {
	s.write()
	return s.out.Flush()
}

// line returns a line that is held: its key, and after that all else that it is sorted by.
func (s *runSink) line(h *heldLine) (l line) {
	v := values{}
	v.B = s.arena[h.at:]
	v.line(&l)
	return l
}

// line reads the parts of a line, but for its kind.
func (v *values) line(l *line) {
	l.key, l.order, l.data, l.raw = v.Bytes(), v.Bytes(), v.Bytes(), nil
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
	slices.SortFunc(s.held, func(x, y heldLine) int {
		switch {
		case x.bin != y.bin:
			return cmp.Compare(x.bin, y.bin)
		case x.prefix != y.prefix:
			return cmp.Compare(x.prefix, y.prefix)
		}
		a, b := s.line(&x), s.line(&y)
		return compareLines(&a, &b)
	})
	for lo := 0; lo < len(s.held); {
		hi := lo + 1
		for hi < len(s.held) && s.held[hi].bin == s.held[lo].bin {
			hi++
		}
		s.writeRun(s.held[lo:hi])
		lo = hi
	}
	s.arena, s.held = s.arena[:0], s.held[:0]
}

// writeRun writes lines of one kind and partition.
func (s *runSink) writeRun(lines []heldLine) {
	kind, partition := byte(lines[0].bin>>partitionBits), lines[0].bin&(MaxPartitions-1)
	start := func() { s.row = append(append(s.row[:0], s.stamp...), kind) }
	start()
	var last []byte
	for i := range lines {
		l := s.line(&lines[i])
		shared := 0
		for shared < min(len(last), len(l.key)) && last[shared] == l.key[shared] {
			shared++
		}
		last = l.key
		b := binary.AppendUvarint(s.frame, uint64(shared))
		b = appendBytes(appendBytes(appendBytes(b, l.key[shared:]), l.order), l.data)
		s.frame = appendJSON(b, l.raw)
		if i+1 < len(lines) && len(s.frame) < frameSize {
			continue
		}
		s.packed = s.zstd.EncodeAll(s.frame, s.packed[:0])
		s.row = binary.AppendUvarint(s.row, uint64(len(s.frame)))
		s.row = appendBytes(s.row, s.packed)
		s.frame, last = s.frame[:0], nil
		if i+1 == len(lines) || len(s.row) > rowSize {
			s.writeRow(kind, partition)
			start()
		}
	}
}

func (s *runSink) writeRow(kind byte, partition uint32) {
	b := strconv.AppendUint(s.text[:0], uint64(partition), 10)
	b = append(b, '\t', kind, '\t', runMark)
	b = base64.RawStdEncoding.AppendEncode(b, s.row)
	s.text = append(b, '\n')
	s.out.Write(s.text) // an error comes again at Flush
}
