package dedup

import (
	"encoding/binary"
	"errors"
	"io"
	"slices"
)

// Scratch is room for bytes that are of use for as long as it is open and can be made
// anew: a file that nobody sees.
type Scratch interface {
	io.WriterAt
	io.ReaderAt
	io.Closer
}

// shelf keeps texts prepared for linking, packed to a bit more than two bytes a unit.
//
// Texts that share a paragraph by chance hang together all over a large corpus, so
// that no order of the pairs brings those of one text together. To read, unpack and
// prepare both texts of a pair costs some hundred microseconds then, ten times what
// aligning them does, and a corpus of a million documents does not fit in memory.
// From the shelf a text costs two microseconds; each is prepared once.
type shelf struct {
	room Scratch
	at   []placed // by document number
	end  int64
	full bool // there is no more room: what is to be linked is prepared batch by batch
}

// placed is where on the shelf a text stands; a size of 0 is nowhere.
type placed struct {
	offset int64
	size   int32
}

// fit reports whether documents fit in memory.
func (st *settling) fit(ns []uint32) bool {
	units := 0
	for _, n := range ns {
		units += int(st.units[n])
	}
	return units <= st.inMemoryUnits
}

// makeRoom opens a shelf, if there is none, where documents do not fit in memory and the
// corpus has room for one.
func (st *settling) makeRoom(ns []uint32) {
	if st.shelf != nil || st.fit(ns) {
		return
	}
	if room := st.corpus.Scratch(); room != nil {
		st.shelf = &shelf{room: room, at: make([]placed, len(st.ids))}
	}
}

// shelfStep is how many texts are prepared before they are written.
const shelfStep = 2048

// usable reports whether there is a shelf, and room on it so far.
func (s *shelf) usable() bool { return s != nil && !s.full }

// fill puts those documents on the shelf that are not there yet. Their numbers ascend,
// which is the order they are stored in.
func (s *shelf) fill(st *settling, ns []uint32) error {
	var missing []uint32
	for _, n := range ns {
		if s.at[n].size == 0 {
			missing = append(missing, n)
		}
	}
	done := 0
	for step := range slices.Chunk(missing, shelfStep) {
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
		if _, err := s.room.WriteAt(all, s.end-int64(len(all))); err != nil {
			s.full = true
			return nil
		}
	}
	return nil
}

// reader returns a source of the documents on the shelf, for one worker.
func (s *shelf) reader() source {
	var buf []byte
	var again compact
	return func(n uint32, keep bool) (*compact, error) {
		c := &again
		if keep {
			c = new(compact)
		}
		p := s.at[n]
		buf = slices.Grow(buf[:0], int(p.size))[:p.size]
		if _, err := s.room.ReadAt(buf, p.offset); err != nil {
			return nil, err
		}
		return c, c.unpack(buf)
	}
}

// close gives the room back. What was in it is of no use any more, nor is an error.
func (s *shelf) close() {
	if s != nil {
		s.room.Close()
	}
}

// escape stands before a unit's id that does not fit two bytes.
const escape = 1<<16 - 1

// pack appends c to b: the hash of the text in eight bytes; the number of units, the units
// of a gram, the number of edges and of prints; for each edge how far it is from the one before, times two, and one
// more for a paragraph's; for each print how far it is from the one before; and the
// ids in two bytes each, or escape and four. The numbers are varints.
func (c *compact) pack(b []byte) []byte {
	edges := 0
	for _, e := range c.text.edges {
		if e != 0 {
			edges++
		}
	}
	b = slices.Grow(b, 24+3*edges+2*len(c.prints)+2*len(c.text.IDs))
	b = binary.LittleEndian.AppendUint64(b, c.source)
	for _, v := range []int{len(c.text.IDs), int(c.gram), edges, len(c.prints)} {
		b = binary.AppendUvarint(b, uint64(v))
	}
	last := 0
	for i, e := range c.text.edges {
		if e != 0 {
			b = binary.AppendUvarint(b, uint64(i-last)<<1|uint64(e-lineEdge))
			last = i
		}
	}
	last = 0
	for _, p := range c.prints {
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
	return b
}

var errShelf = errors.New("what was prepared for linking is not what was kept")

// unpack makes c what was packed, in the room that c has. Any bytes are safe.
func (c *compact) unpack(b []byte) error {
	if len(b) < 8 {
		return errShelf
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
	units, edges, prints := head[0], head[2], head[3]
	if edges+prints+2*units > len(b) {
		return errShelf
	}
	c.gram = int32(head[1])
	c.text.IDs = slices.Grow(c.text.IDs[:0], units)[:units]
	c.text.edges = slices.Grow(c.text.edges[:0], units)[:units]
	clear(c.text.edges)
	c.prints = slices.Grow(c.prints[:0], prints)[:prints]
	at := 0
	for range edges {
		v := number()
		if at += v >> 1; at >= units {
			return errShelf
		}
		c.text.edges[at] = lineEdge + edge(v&1)
	}
	at = 0
	for i := range c.prints {
		at += number()
		c.prints[i] = int32(at)
	}
	for i := range c.text.IDs {
		if len(b) < 2 {
			return errShelf
		}
		id := uint32(binary.LittleEndian.Uint16(b))
		if b = b[2:]; id == escape {
			if len(b) < 4 {
				return errShelf
			}
			id, b = binary.LittleEndian.Uint32(b), b[4:]
		}
		c.text.IDs[i] = id
	}
	if len(b) > 0 {
		return errShelf
	}
	return nil
}
