package store

import (
	"encoding/binary"
	"errors"
	"strings"
)

// A repost is stored as its difference from its base, in the manner of bsdiff (Percival
// 2003): steps, each with a number of bytes that the base does not have, a move to another
// place of the base, and a number of bytes copied from there. The parts of the steps and
// the new bytes of many reposts are in columns, each packed by itself.
//
// Reposts are short and their differences regular: widths of punctuation, a header,
// the footer of an outlet. One repost alone is too little to learn that from. Of the 3,525
// reposts of a set of Chinese pages (zh-pages-dev, 8.4 MB), with zstd:
//
//	a frame each, the base as dictionary        9.7 times smaller
//	a frame for all reposts of one base         11.7
//	a frame each, base and 48 KB of footers     13.4
//	columns of 1, 64, 256, 1,024 reposts        10.2, 17.0, 20.9, 23.8
//
// Columns make it unnecessary to keep a dictionary, and a text is read by unpacking
// one group, of 256, which is less than the block that its base is in. The steps follow each other as the texts do, so that
// finding them takes one pass: about 20 MB a second.

// step is one step of a delta: add new bytes, move from the end of the last copy, copy
// bytes.
type step struct{ add, move, copy int32 }

// delta is how a text is made of its base.
type delta struct {
	steps []step
	added string // the new bytes of all steps, end to end
}

// stepBytes is about what a step takes when it is packed.
const stepBytes = 2

// size is about how many bytes the delta takes when it is packed.
func (d *delta) size() int { return stepBytes*len(d.steps) + len(d.added)/2 }

// apply makes the text of its base. Any delta is safe to apply.
func (d *delta) apply(base string) (string, error) {
	length := len(d.added)
	for _, s := range d.steps {
		if s.copy < 0 || s.add < 0 || int(s.copy) > len(base) || length+int(s.copy) > maxText {
			return "", errors.New("has an impossible step")
		}
		length += int(s.copy)
	}
	var text strings.Builder
	text.Grow(length)
	added, at := d.added, 0
	for _, s := range d.steps {
		if at += int(s.move); int(s.add) > len(added) || at < 0 || at+int(s.copy) > len(base) {
			return "", errors.New("has a step beyond its base")
		}
		text.WriteString(added[:s.add])
		text.WriteString(base[at : at+int(s.copy)])
		added, at = added[s.add:], at+int(s.copy)
	}
	if added != "" {
		return "", errors.New("has bytes that no step adds")
	}
	return text.String(), nil
}

// What counts as the same place of text and base. After a difference the two usually
// continue close by: a few bytes suffice there, and a character of Chinese has three.
// Elsewhere a match must pay for the move.
const (
	gram       = 8        // bytes that the table of the base knows
	tableBits  = 14       // of its size
	closeBy    = 32       // bytes after the last copy
	closeMatch = 4        // bytes that must agree there, and one more for each four of distance
	farMatch   = 12       // bytes that must agree elsewhere
	fewTries   = 32       // places of the same gram that are looked at
	longMatch  = 4 * gram // close by, that nothing elsewhere can better
)

// differ finds deltas of texts from one base.
type differ struct {
	base string
	head [1 << tableBits]int32 // by hash of a gram: the first place, plus one
	next []int32               // by place: the next with that hash
}

// to sets the base that texts are compared with.
func (d *differ) to(base string) {
	d.base = base
	clear(d.head[:])
	if cap(d.next) < len(base) {
		d.next = make([]int32, len(base))
	}
	d.next = d.next[:len(base)]
	for i := len(base) - gram; i >= 0; i-- {
		h := hashGram(base[i:])
		d.next[i] = d.head[h]
		d.head[h] = int32(i + 1)
	}
}

func word(s string) uint64 {
	_ = s[7]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}

func hashGram(s string) uint64 { return word(s) * 0x9E3779B185EBCA87 >> (64 - tableBits) }

// delta returns how text is made of the base.
func (d *differ) delta(text string) delta {
	var out delta
	var added strings.Builder
	from, at := 0, 0 // what is to be added begins, and where the last copy ended in the base
	for i := 0; i < len(text); {
		place, n := d.match(text[i:], at, i-from)
		if n == 0 {
			i++
			continue
		}
		for i > from && place > 0 && text[i-1] == d.base[place-1] {
			i, place, n = i-1, place-1, n+1
		}
		added.WriteString(text[from:i])
		out.steps = append(out.steps, step{int32(i - from), int32(place - at), int32(n)})
		i, at = i+n, place+n
		from = i
	}
	if from < len(text) {
		added.WriteString(text[from:])
		out.steps = append(out.steps, step{add: int32(len(text) - from)})
	}
	out.added = added.String()
	return out
}

// match returns the place of the base to copy the beginning of text from, and how many
// bytes; at is the end of the last copy, and skipped the bytes since then.
func (d *differ) match(text string, at, skipped int) (place, n int) {
	for far := 0; skipped <= closeBy && far <= closeBy && at+far < len(d.base); far++ {
		if l := common(text, d.base[at+far:]); l >= closeMatch+min(far, gram)/4 || l == len(text) {
			place, n = at+far, l
			break
		}
	}
	if n >= longMatch || len(text) < gram {
		return place, n
	}
	tries := 0
	for c := d.head[hashGram(text)]; c > 0 && tries < fewTries; c = d.next[c-1] {
		if l := common(text, d.base[c-1:]); l >= farMatch && l > n+gram {
			place, n = int(c-1), l
		}
		tries++
	}
	return place, n
}

// common is how many bytes a and b begin with in common.
func common(a, b string) int {
	n := min(len(a), len(b))
	i := 0
	for i+8 <= n && word(a[i:]) == word(b[i:]) {
		i += 8
	}
	for i < n && a[i] == b[i] {
		i++
	}
	return i
}

// repost is a text that is stored as its difference from another.
type repost struct {
	base uint32 // number of a document that is no repost
	delta
}

// A group of reposts closes at these numbers of reposts or new bytes, which bound the cost
// of reading one of them.
const (
	groupReposts = 256
	groupBytes   = 64 << 10
)

// place is where a repost stands: its group and its place there.
type place uint32

func (p place) group() uint32 { return uint32(p) / groupReposts }
func (p place) index() int    { return int(p) % groupReposts }

// columns of a group.
const (
	columnHead  = iota // for each repost its base and the number of its steps
	columnAdd          // for each step
	columnMove         // the same, signed
	columnCopy         // the same
	columnAdded        // the new bytes
	columns
)

// appendReposts appends a group of reposts, see format.go.
func (c *Corpus) appendReposts(b []byte, all []repost) []byte {
	var col [columns][]byte
	for i := range all {
		r := &all[i]
		col[columnHead] = binary.AppendUvarint(col[columnHead], uint64(r.base))
		col[columnHead] = binary.AppendUvarint(col[columnHead], uint64(len(r.steps)))
		for _, s := range r.steps {
			col[columnAdd] = binary.AppendUvarint(col[columnAdd], uint64(s.add))
			col[columnMove] = binary.AppendVarint(col[columnMove], int64(s.move))
			col[columnCopy] = binary.AppendUvarint(col[columnCopy], uint64(s.copy))
		}
		col[columnAdded] = append(col[columnAdded], r.added...)
	}
	b = binary.AppendUvarint(b, uint64(len(all)))
	for _, data := range col {
		packed := c.pack([]byte{0}, data)
		b = append(binary.AppendUvarint(b, uint64(len(packed))), packed...)
	}
	return b
}

// readReposts reads a group of reposts.
func (c *Corpus) readReposts(payload []byte) ([]repost, error) {
	r := &reader{b: payload}
	n := r.count()
	var col [columns]reader
	for i := range col {
		packed := reader{b: r.bytes(r.count())}
		codec := packed.byte()
		if r.err != nil || packed.err != nil {
			return nil, errShort
		}
		data, err := c.unpack(codec, packed.b)
		if err != nil {
			return nil, err
		}
		col[i].b = data
	}
	if len(r.b) > 0 || n > groupReposts {
		return nil, errors.New("has something after its reposts")
	}
	all := make([]repost, n)
	for i := range all {
		if err := all[i].read(&col); err != nil {
			return nil, err
		}
	}
	for i := range col {
		if len(col[i].b) > 0 {
			return nil, errors.New("has steps of no repost")
		}
	}
	return all, nil
}

func (r *repost) read(col *[columns]reader) error {
	r.base = col[columnHead].uint32()
	n := col[columnHead].uvarint()
	if n > uint64(len(col[columnCopy].b)) {
		return errShort
	}
	r.steps = make([]step, n)
	size := 0
	for i := range r.steps {
		add, move, copied := col[columnAdd].uvarint(), col[columnMove].varint(), col[columnCopy].uvarint()
		if add > maxText || copied > maxText || move > maxText || move < -maxText {
			return errors.New("has an impossible step")
		}
		r.steps[i] = step{int32(add), int32(move), int32(copied)}
		size += int(add)
	}
	r.added = string(col[columnAdded].bytes(size))
	for i := range col {
		if col[i].err != nil {
			return col[i].err
		}
	}
	return nil
}
