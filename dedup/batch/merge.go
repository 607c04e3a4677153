package batch

import (
	"bufio"
	"bytes"
	"container/heap"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"io"
	"os"

	"github.com/klauspost/compress/s2"
	"github.com/zeebo/xxh3"
)

// The reading of runs: one after the other, or merged into one order. A merge holds what it
// reads packed, in a temporary file if that is much, and one frame of each run. It takes
// as many comparisons for each line as the number of runs has digits in base two.

// mergeMemory is how many bytes of runs are merged in memory; more are in a temporary file.
const mergeMemory = 96 << 20

// lineSize is the most that a frame may have, which is more than one line only if that is short.
const lineSize = 1 << 30

var (
	errNoRun   = errors.New("this is no run of a batch; give what another stage of repost batch wrote, the last field of each row")
	errDamaged = errors.New("this run of a batch is damaged: run the stage again that wrote it")
)

// run is where the frames of a run are, and the line at hand.
type run struct {
	line
	in      frames
	at, end int64
	frame   []byte // all of it
	rest    []byte // what was not read
	key     []byte
}

// runReader reads the lines of runs, one run after the other.
type runReader struct {
	in    *bufio.Reader
	stamp string
	long  []byte
	row   []byte
	run   run
}

func (r *runReader) close() error { return nil }

// nextRow reads a row, and returns the kind of its lines and its frames.
func (r *runReader) nextRow() (kind, []byte, error) {
	b, err := readLine(r.in, &r.long)
	if err != nil {
		return 0, nil, err
	}
	if len(b) == 0 || b[0] != runMark {
		return 0, nil, errNoRun
	}
	if r.row, err = base64.RawStdEncoding.AppendDecode(r.row[:0], b[1:]); err != nil || len(r.row) <= len(r.stamp) {
		return 0, nil, errNoRun
	}
	n := len(r.stamp)
	return r.row[n], r.row[n+1:], checkStamp(r.row[:n], r.stamp)
}

func (r *runReader) next(l *line) error {
	for {
		ok, err := r.run.next()
		if err != nil {
			return err
		}
		if ok {
			*l = r.run.line
			return nil
		}
		k, frames, err := r.nextRow()
		if err != nil {
			return err
		}
		r.run.line.kind, r.run.in = k, memoryFrames(frames)
		r.run.at, r.run.end = 0, int64(len(frames))
	}
}

// frames is where runs are held.
type frames interface {
	// bytes returns n bytes at a place, valid until the next call.
	bytes(at int64, n int) ([]byte, error)
}

type memoryFrames []byte

func (m memoryFrames) bytes(at int64, n int) ([]byte, error) { return m[at:][:n], nil }

type fileFrames struct {
	file *os.File
	buf  []byte
}

func (f *fileFrames) bytes(at int64, n int) ([]byte, error) {
	f.buf = append(f.buf[:0], make([]byte, n)...)
	_, err := f.file.ReadAt(f.buf, at)
	return f.buf, err
}

// next goes to the next line of the run, and reports whether there is one.
func (u *run) next() (bool, error) {
	if len(u.rest) == 0 {
		if u.at == u.end {
			return false, nil
		}
		if err := u.nextFrame(); err != nil {
			return false, err
		}
	}
	v := values{}
	v.B = u.rest
	shared := v.Uint(uint64(len(u.key)))
	u.key = append(u.key[:shared], v.Bytes()...)
	v.rest(&u.line)
	u.line.key = u.key
	if v.Bad || len(u.key) == 0 {
		return false, errDamaged
	}
	u.rest = v.B
	return true, nil
}

func (u *run) nextFrame() error {
	head, err := u.in.bytes(u.at, int(min(u.end-u.at, 3*binary.MaxVarintLen64)))
	if err != nil {
		return err
	}
	v := values{}
	v.B = head
	size, sum, packed := v.Uint(lineSize), v.Fixed(), v.Uint(uint64(u.end-u.at))
	u.at += int64(len(head) - len(v.B))
	if v.Bad || size == 0 || int64(packed) > u.end-u.at {
		return errDamaged
	}
	b, err := u.in.bytes(u.at, int(packed))
	if err != nil {
		return err
	}
	u.at += int64(packed)
	if n, err := s2.DecodedLen(b); err != nil || n != int(size) {
		return errDamaged
	}
	if u.frame, err = s2.Decode(u.frame[:cap(u.frame)], b); err != nil || xxh3.Hash(u.frame) != sum {
		return errDamaged
	}
	u.rest, u.key = u.frame, u.key[:0]
	return nil
}

// merger gives the lines of all runs in their order.
type merger struct {
	rows *runReader
	file *fileFrames // of what is too much for memory
	size int64       // of what is in the file
	held int64       // bytes of runs in memory
	most int64       // of held: mergeMemory, or less in tests
	read bool
	runs []*run // a heap by the lines at hand
}

func (m *merger) close() error {
	if m.file == nil {
		return nil
	}
	return errors.Join(m.file.file.Close(), os.Remove(m.file.file.Name()))
}

func (m *merger) next(l *line) error {
	switch {
	case !m.read:
		m.read = true
		if err := m.start(); err != nil {
			return err
		}
	case len(m.runs) > 0:
		ok, err := m.runs[0].next()
		if err != nil {
			return err
		}
		if ok {
			heap.Fix(m, 0)
		} else {
			heap.Pop(m)
		}
	}
	if len(m.runs) == 0 {
		return io.EOF
	}
	*l = m.runs[0].line
	return nil
}

// start reads all runs.
func (m *merger) start() error {
	for {
		k, packed, err := m.rows.nextRow()
		if errors.Is(err, io.EOF) {
			break
		}
		u := &run{line: line{kind: k}}
		if err == nil {
			err = m.hold(u, packed)
		}
		if err != nil {
			return err
		}
		m.runs = append(m.runs, u)
	}
	runs := m.runs[:0]
	for _, u := range m.runs {
		ok, err := u.next()
		if err != nil {
			return err
		}
		if ok {
			runs = append(runs, u)
		}
	}
	m.runs = runs
	heap.Init(m)
	return nil
}

// hold keeps the frames of a run, in the file if they would be too much in memory.
func (m *merger) hold(u *run, packed []byte) error {
	size := int64(len(packed))
	if m.held+size <= m.most {
		m.held += size
		u.in, u.end = memoryFrames(packed), size
		m.rows.row = nil // it is the run's now
		return nil
	}
	if m.file == nil {
		f, err := os.CreateTemp("", "repost-batch-*")
		if err != nil {
			return err
		}
		m.file = &fileFrames{file: f}
	}
	u.in, u.at = m.file, m.size
	m.size += size
	u.end = m.size
	_, err := m.file.file.Write(packed)
	return err
}

// The methods of container/heap.

func (m *merger) Len() int { return len(m.runs) }

func (m *merger) Less(i, k int) bool { return compareLines(&m.runs[i].line, &m.runs[k].line) < 0 }

func (m *merger) Swap(i, k int) { m.runs[i], m.runs[k] = m.runs[k], m.runs[i] }

func (m *merger) Push(any) {} // never called

func (m *merger) Pop() any {
	m.runs = m.runs[:len(m.runs)-1]
	return nil
}

// compareLines compares lines as sort compares their text, but for data, whose order is any that is fixed.
func compareLines(x, y *line) int {
	if c := bytes.Compare(x.key, y.key); c != 0 {
		return c
	}
	if x.kind != y.kind {
		return int(x.kind) - int(y.kind)
	}
	if c := bytes.Compare(x.order, y.order); c != 0 {
		return c
	}
	if c := bytes.Compare(x.data, y.data); c != 0 {
		return c
	}
	return bytes.Compare(x.raw, y.raw)
}
