package detect

import (
	"encoding/binary"
	"errors"
	"io"
	"slices"
)

// TempFile is a file without a name: its bytes are lost when it is closed, and can be
// computed again.
type TempFile interface {
	io.WriterAt
	io.ReaderAt
	io.Closer
}

// textSpill keeps texts that are prepared for linking in a temporary file, packed to a bit
// more than two bytes a unit.
//
// Paragraphs shared by chance connect texts all over a large corpus, so no order of the
// pairs keeps those of one text together. Reading, unpacking and preparing both texts of a
// pair again costs some hundred microseconds, ten times the alignment, and a corpus of a
// million documents does not fit in memory. A text from the spill costs two microseconds,
// and each is prepared once.
type textSpill struct {
	file TempFile
	at   []placed // by document number
	end  int64
	full bool // the disk is full: texts are prepared batch by batch instead
}

// placed is the place of a text in the spill; size 0 means it is not there.
type placed struct {
	offset int64
	size   int32
}

// fit reports whether documents fit in memory.
func (st *detector) fit(ns []uint32) bool {
	units := 0
	for _, n := range ns {
		units += int(st.unitsOf(n))
	}
	return units <= st.inMemoryUnits
}

// openSpill opens the spill if it is not open, the documents do not fit in memory, and the
// corpus has a temporary file.
func (st *detector) openSpill(ns []uint32) {
	if st.spill != nil || st.fit(ns) {
		return
	}
	if file := st.corpus.TempFile(); file != nil {
		st.spill = &textSpill{file: file, at: make([]placed, st.count())}
	}
}

// spillStep is the number of texts that are prepared before they are written.
const spillStep = 2048

// usable reports whether there is a spill that has not run out of disk space.
func (s *textSpill) usable() bool { return s != nil && !s.full }

// fill adds the documents that are not in the spill yet. Their numbers ascend, as does the
// order in which they are stored.
func (s *textSpill) fill(st *detector, ns []uint32) error {
	var missing []uint32
	for _, n := range ns {
		if s.at[n].size == 0 {
			missing = append(missing, n)
		}
	}
	done := 0
	for step := range slices.Chunk(missing, spillStep) {
		st.progress("preparing texts", done, len(missing))
		done += len(step)
		packed, err := prepared(st, step, func(k *Sketcher, text string) []byte {
			return k.compact(text).pack(nil)
		})
		if err != nil {
			return err
		}
		for i, n := range step {
			s.at[n] = placed{s.end, int32(len(packed[i]))}
			s.end += int64(len(packed[i]))
		}
		all := slices.Concat(packed...)
		if _, err := s.file.WriteAt(all, s.end-int64(len(all))); err != nil {
			s.full = true
			return nil
		}
	}
	return nil
}

// reader returns a source of the documents in the spill, for one worker.
func (s *textSpill) reader() source {
	var buf []byte
	return func(n uint32, c *compact) (*compact, error) {
		if c == nil {
			c = new(compact)
		}
		p := s.at[n]
		buf = slices.Grow(buf[:0], int(p.size))[:p.size]
		if _, err := s.file.ReadAt(buf, p.offset); err != nil {
			return nil, err
		}
		return c, c.unpack(buf)
	}
}

// close removes the temporary file. Nobody reads it again, so an error does not matter.
func (s *textSpill) close() {
	if s != nil {
		s.file.Close()
	}
}

// escape precedes the id of a unit that does not fit two bytes.
const escape = 1<<16 - 1

// pack appends c to b: eight bytes of hash of the text; then varints: the number of units,
// the units of a gram, the number of edges and of fingerprints; for each edge four times the
// distance from the previous one, plus what it is; for each fingerprint the
// distance from the previous one; then the ids in two bytes each, or escape and four; and of a
// text in words the letters of each unit in four.
func (c *compact) pack(b []byte) []byte {
	edges := 0
	for _, e := range c.text.edges {
		if e != 0 {
			edges++
		}
	}
	b = slices.Grow(b, 24+3*edges+2*len(c.fingerprints)+2*len(c.text.IDs))
	b = binary.LittleEndian.AppendUint64(b, c.source)
	for _, v := range []int{len(c.text.IDs), int(c.gram), edges, len(c.fingerprints)} {
		b = binary.AppendUvarint(b, uint64(v))
	}
	last := 0
	for i, e := range c.text.edges {
		if e != 0 {
			b = binary.AppendUvarint(b, uint64(i-last)<<2|uint64(e-lineEdge))
			last = i
		}
	}
	last = 0
	for _, p := range c.fingerprints {
		b = binary.AppendUvarint(b, uint64(int(p)-last))
		last = int(p)
	}
	for _, id := range c.text.IDs {
		if id < escape {
			b = binary.LittleEndian.AppendUint16(b, uint16(id))
			continue
		}
		b = binary.LittleEndian.AppendUint16(b, escape)
		b = binary.LittleEndian.AppendUint32(b, id)
	}
	for _, x := range c.text.spelt {
		b = binary.LittleEndian.AppendUint32(b, x)
	}
	return b
}

var errSpill = errors.New("what was prepared for linking is not what was kept")

// unpack sets c to what was packed, reusing the memory of c. Any bytes are safe.
func (c *compact) unpack(b []byte) error {
	if len(b) < 8 {
		return errSpill
	}
	c.source, b = binary.LittleEndian.Uint64(b), b[8:]
	var head [4]int
	number := func() int {
		if len(b) > 0 && b[0] < 0x80 {
			v := int(b[0])
			b = b[1:]
			return v
		}
		v, n := binary.Uvarint(b)
		if n <= 0 || v > 1<<31-1 {
			b = nil
			return 0
		}
		b = b[n:]
		return int(v)
	}
	for i := range head {
		head[i] = number()
	}
	units, edges, fingerprints := head[0], head[2], head[3]
	if edges+fingerprints+2*units > len(b) {
		return errSpill
	}
	c.gram = int32(head[1])
	c.text.IDs = slices.Grow(c.text.IDs[:0], units)[:units]
	c.text.edges = slices.Grow(c.text.edges[:0], units)[:units]
	clear(c.text.edges)
	c.fingerprints = slices.Grow(c.fingerprints[:0], fingerprints)[:fingerprints]
	at := 0
	for range edges {
		v := number()
		if at += v >> 2; at >= units {
			return errSpill
		}
		c.text.edges[at] = lineEdge + edge(v&3)
	}
	at = 0
	for i := range c.fingerprints {
		at += number()
		c.fingerprints[i] = int32(at)
	}
	for i := range c.text.IDs {
		if len(b) < 2 {
			return errSpill
		}
		id := uint32(binary.LittleEndian.Uint16(b))
		if b = b[2:]; id == escape {
			if len(b) < 4 {
				return errSpill
			}
			id, b = binary.LittleEndian.Uint32(b), b[4:]
		}
		c.text.IDs[i] = id
	}
	c.text.spelt = c.text.spelt[:0]
	if len(b) > 0 && len(b) != 4*units {
		return errSpill
	}
	for ; len(b) > 0; b = b[4:] {
		c.text.spelt = append(c.text.spelt, binary.LittleEndian.Uint32(b))
	}
	return nil
}
