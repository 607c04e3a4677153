package batch

import (
	"bufio"
	"bytes"
	"cmp"
	"container/heap"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"io"
	"os"
	"slices"

	"github.com/klauspost/compress/s2"
	"github.com/zeebo/xxh3"
)

// The reading of runs: one after the other, or merged into one order. A merge holds what it
// reads packed, in a temporary file if that is much, and one frame of each run. It takes
// as many comparisons for each line as the number of runs has digits in base two. If a row ends
// before the next one begins, as within a run, the two are read as one run.

// mergeMemory is how many bytes of runs are merged in memory; more are in a temporary file.
const mergeMemory = 96 << 20

// lineSize is the most that a frame may have, which is more than one line only if that is short.
const lineSize = 1 << 30

var (
	errNoRun   = errors.New("this is no run of a batch; give what another stage of repost batch wrote, the last field of each row")
	errDamaged = errors.New("this run of a batch is damaged: run the stage again that wrote it")
)

// run is the rows of a run that are not read yet, and the line at hand.
type run struct {
	line
	rows  []row  // the first is being read
	frame []byte // all of it
	rest  []byte // what was not read
	key   []byte
}

// row is where the frames of a row are.
type row struct {
	kind        kind
	first, last []byte // marks of its lines
	in          frames
	at, end     int64
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

// nextRow reads a row, which is valid until the next call.
func (r *runReader) nextRow() (one row, err error) {
	b, err := readLine(r.in, &r.long)
	if err != nil {
		return one, err
	}
	if len(b) == 0 || b[0] != runMark {
		return one, errNoRun
	}
	if r.row, err = base64.RawStdEncoding.AppendDecode(r.row[:0], b[1:]); err != nil || len(r.row) <= len(r.stamp) {
		return one, errNoRun
	}
	n := len(r.stamp)
	if err := checkStamp(r.row[:n], r.stamp); err != nil {
		return one, err
	}
	v := values{}
	v.B = r.row[n+1:]
	one = row{kind: r.row[n], first: v.Bytes(), last: v.Bytes(), in: memoryFrames(v.B), end: int64(len(v.B))}
	if v.Bad {
		return one, errDamaged
	}
	return one, nil
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
		next, err := r.nextRow()
		if err != nil {
			return err
		}
		r.run.rows = append(r.run.rows[:0], next)
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
		for len(u.rows) > 0 && u.rows[0].at == u.rows[0].end {
			u.rows = u.rows[1:]
		}
		if len(u.rows) == 0 {
			return false, nil
		}
		if err := u.nextFrame(&u.rows[0]); err != nil {
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

func (u *run) nextFrame(r *row) error {
	head, err := r.in.bytes(r.at, int(min(r.end-r.at, 3*binary.MaxVarintLen64)))
	if err != nil {
		return err
	}
	v := values{}
	v.B = head
	size, sum, packed := v.Uint(lineSize), v.Fixed(), v.Uint(uint64(r.end-r.at))
	r.at += int64(len(head) - len(v.B))
	if v.Bad || size == 0 || int64(packed) > r.end-r.at {
		return errDamaged
	}
	b, err := r.in.bytes(r.at, int(packed))
	if err != nil {
		return err
	}
	r.at += int64(packed)
	if n, err := s2.DecodedLen(b); err != nil || n != int(size) {
		return errDamaged
	}
	if u.frame, err = s2.Decode(u.frame[:cap(u.frame)], b); err != nil || xxh3.Hash(u.frame) != sum {
		return errDamaged
	}
	u.line.kind, u.rest, u.key = r.kind, u.frame, u.key[:0]
	return nil
}

// merger gives the lines of all runs in their order.
type merger struct {
	rows *runReader
	file *fileFrames // of what is too much for memory
	size int64       // of what is in the file
	held int64       // bytes of rows in memory
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

// start reads all rows.
func (m *merger) start() error {
	var rows []row
	for {
		r, err := m.rows.nextRow()
		if errors.Is(err, io.EOF) {
			break
		}
		if err == nil {
			err = m.hold(&r)
		}
		if err != nil {
			return err
		}
		rows = append(rows, r)
	}
	for _, u := range runsOf(rows) {
		ok, err := u.next()
		if err != nil {
			return err
		}
		if ok {
			m.runs = append(m.runs, u)
		}
	}
	heap.Init(m)
	return nil
}

// runsOf puts rows into as few runs as there are: each after a run that ends before it, the one that
// ended first. O(n log n) of their number.
func runsOf(rows []row) (runs []*run) {
	slices.SortFunc(rows, func(x, y row) int {
		return cmp.Or(cmp.Compare(x.kind, y.kind), bytes.Compare(x.first, y.first), bytes.Compare(x.last, y.last))
	})
	var ends runEnds // of the kind at hand
	for i, r := range rows {
		if i > 0 && r.kind != rows[i-1].kind {
			ends = ends[:0]
		}
		if len(ends) > 0 && bytes.Compare(ends[0].end(), r.first) < 0 {
			ends[0].rows = append(ends[0].rows, r)
			heap.Fix(&ends, 0)
			continue
		}
		u := &run{rows: []row{r}}
		runs = append(runs, u)
		heap.Push(&ends, u)
	}
	return runs
}

// end returns the mark of the last line of a run.
func (u *run) end() []byte { return u.rows[len(u.rows)-1].last }

// runEnds is a heap of runs by their ends.
type runEnds []*run

func (h runEnds) Len() int           { return len(h) }
func (h runEnds) Less(i, j int) bool { return bytes.Compare(h[i].end(), h[j].end()) < 0 }
func (h runEnds) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *runEnds) Push(x any)        { *h = append(*h, x.(*run)) }
func (h *runEnds) Pop() (x any) {
	last := len(*h) - 1
	x, *h = (*h)[last], (*h)[:last]
	return x
}

// hold keeps the frames of a row, in the file if they would be too much in memory.
func (m *merger) hold(r *row) error {
	if m.held+r.end <= m.most {
		m.held += r.end
		m.rows.row = nil // it is the row's now
		return nil
	}
	if m.file == nil {
		f, err := os.CreateTemp("", "repost-batch-*")
		if err != nil {
			return err
		}
		m.file = &fileFrames{file: f}
	}
	b, err := r.in.bytes(0, int(r.end))
	if err != nil {
		return err
	}
	r.first, r.last, r.in = bytes.Clone(r.first), bytes.Clone(r.last), m.file
	r.at, r.end = m.size, m.size+r.end
	m.size = r.end
	_, err = m.file.file.Write(b)
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
