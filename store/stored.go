package store

import (
	"encoding/binary"
	"fmt"
	"slices"

	"github.com/klauspost/compress/zstd"
)

// unique is the place of a text that is no repost.
const unique = ^place(0)

// stored is a text as a block holds it.
type stored struct {
	text  string // if it is unique
	place place
	frame *frame // instead of a place in files of version 2
}

func (s *stored) repost() bool { return s.place != unique || s.frame != nil }

// appendStored appends a block of texts; some may be reposts, see format.go.
func (c *Corpus) appendStored(all []stored) []byte {
	var own []string
	for i := range all {
		if all[i].place == unique {
			own = append(own, all[i].text)
		}
	}
	if len(own) == len(all) {
		return c.appendTexts(own)
	}
	b := binary.AppendUvarint([]byte{codecReposts}, uint64(len(all)))
	for i := range all {
		if all[i].place == unique {
			b = append(b, 0)
		} else {
			b = binary.AppendUvarint(b, uint64(all[i].place)+1)
		}
	}
	return append(b, c.appendTexts(own)...)
}

// readStored reads a block of texts; they are valid until room is given again, if it is not nil.
func (c *Corpus) readStored(payload []byte, room *[]byte) ([]stored, error) {
	var all []stored
	if len(payload) > 0 && (payload[0] == codecReposts || payload[0] == codecFrames) {
		r := &reader{b: payload[1:]}
		all = make([]stored, r.count())
		if payload[0] == codecFrames {
			r.frames(all)
		} else {
			r.places(all)
		}
		if r.err != nil {
			return nil, r.err
		}
		payload = r.b
	}
	texts, err := c.readTexts(payload, room)
	if err != nil {
		return nil, err
	}
	if all == nil {
		all = make([]stored, len(texts))
		for i := range all {
			all[i].place = unique
		}
	}
	at := 0
	for i := range all {
		if all[i].repost() {
			continue
		}
		if at == len(texts) {
			return nil, errShort
		}
		all[i].text = texts[at]
		at++
	}
	if at < len(texts) {
		return nil, fmt.Errorf("has %d texts too many", len(texts)-at)
	}
	return all, nil
}

// places reads which texts of a block are reposts, and where they stand.
func (r *reader) places(all []stored) {
	for i := range all {
		all[i].place = unique
		if p := r.uint32(); p > 0 {
			all[i].place = place(p - 1)
		}
	}
}

// frame is a repost in a file of version 2: a zstd frame without its magic number,
// with the base as raw dictionary.
type frame struct {
	base   uint32
	length int
	packed []byte // empty: the same text
}

// frames reads the reposts of a block of version 2.
func (r *reader) frames(all []stored) {
	sizes := make([]int, len(all))
	for i := range all {
		all[i].place = unique
		if base := r.uvarint(); base > 0 {
			all[i].frame = &frame{base: uint32(base - 1), length: int(r.uvarint())}
			sizes[i] = int(r.uvarint())
		}
	}
	for i := range all {
		if b := r.bytes(sizes[i]); all[i].frame != nil {
			all[i].frame.packed = slices.Clone(b)
		}
	}
}

// unpack returns the text that a base became.
func (f *frame) unpack(base string) (string, error) {
	if len(f.packed) == 0 {
		return base, nil
	}
	if f.length < 0 || f.length > maxText {
		return "", errShort
	}
	dec, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxMemory(maxText), zstd.WithDecodeAllCapLimit(true),
		zstd.WithDecoderDictRaw(1, []byte(base)), zstd.WithDecoderDictRaw(2, []byte(base))) // the numbers took turns
	if err != nil {
		return "", err
	}
	defer dec.Close()
	text, err := dec.DecodeAll(append([]byte("\x28\xb5\x2f\xfd"), f.packed...), make([]byte, 0, f.length))
	if err != nil || len(text) != f.length {
		return "", errUnpack
	}
	return string(text), nil
}

// textAt reads the text of document n. A repost is made of its base.
func (c *Corpus) textAt(tx *txn, n uint32) (string, error) { return c.passingText(tx, n, nil) }

// passing is the block of texts that was unpacked last of many that are read in passing, which
// would drive all others from the cache, and have an ingest of a thousand documents make a gigabyte
// of strings.
type passing struct {
	first uint32
	all   []stored
	room  []byte
}

// passingText is textAt of a document that is read in passing; the text is valid until the next call.
func (c *Corpus) passingText(tx *txn, n uint32, last *passing) (string, error) {
	s, err := c.storedIn(tx, n, last)
	switch {
	case err != nil || !s.repost():
		return s.text, err
	case s.frame != nil:
		return c.remade(tx, n, s.frame.base, s.frame.unpack)
	}
	r, err := c.repostAt(tx, s.place)
	if err != nil {
		return "", err
	}
	return c.remade(tx, n, r.base, r.apply)
}

// remade returns the text of repost n as it is made of that of its base.
func (c *Corpus) remade(tx *txn, n, base uint32, from func(base string) (string, error)) (string, error) {
	b, err := c.storedAt(tx, base)
	switch {
	case err != nil:
		return "", fmt.Errorf("the text that document %d is a repost of: %w", n, err)
	case b.repost():
		return "", damaged(bucketText, key32(n), "is a repost of %d, which is a repost", base)
	}
	text, err := from(b.text)
	if err != nil {
		return "", damaged(bucketText, key32(n), "is no repost of document %d: %v", base, err)
	}
	return text, nil
}

// repostAt reads the repost at a place.
func (c *Corpus) repostAt(tx *txn, p place) (*repost, error) {
	all, _, ok := c.reposts.get(p.group())
	if !ok {
		key := key32(p.group())
		payload, err := get(tx, bucketReposts, key)
		if err != nil {
			return nil, err
		}
		if err := c.bad.of(bucketReposts, key, 0); err != nil {
			return nil, err
		}
		if all, err = c.readReposts(payload); err != nil {
			return nil, c.bad.add(bucketReposts, key, 0, damaged(bucketReposts, key, "%v", err))
		}
		size := 0
		for i := range all {
			size += len(all[i].added) + 12*len(all[i].steps) + 72
		}
		c.reposts.put(p.group(), 1, size, all)
	}
	if p.index() >= len(all) {
		return nil, damaged(bucketReposts, key32(p.group()), "has %d reposts, not %d", len(all), p.index()+1)
	}
	return &all[p.index()], nil
}

// storedAt reads the text of document n as it is stored.
func (c *Corpus) storedAt(tx *txn, n uint32) (stored, error) { return c.storedIn(tx, n, nil) }

// storedIn is storedAt by way of last, unless that is nil or the cache has room.
func (c *Corpus) storedIn(tx *txn, n uint32, last *passing) (stored, error) {
	if last != nil && n-last.first < uint32(len(last.all)) {
		return last.all[n-last.first], nil
	}
	if all, first, ok := c.texts.get(n); ok {
		return all[n-first], nil
	}
	payload, first, key, err := findBlock(tx, bucketText, n)
	if err != nil {
		return stored{}, err
	}
	if err := c.bad.of(bucketText, key, n); err != nil {
		return stored{}, err
	}
	var room *[]byte
	if last != nil && c.texts.full() {
		room, last.all = &last.room, nil
	} else {
		c.texts.room()
	}
	all, err := c.readStored(payload, room)
	if err != nil {
		return stored{}, c.bad.add(bucketText, key, first, damaged(bucketText, key, "%v", err))
	}
	c.passed(tx, faultAround)
	if end := first + uint32(len(all)); n >= end {
		return stored{}, c.bad.add(bucketText, key, end, damaged(bucketText, key32(n), "is missing: the block before it ends at %d", end))
	}
	if room != nil {
		last.first, last.all = first, all
		return all[n-first], nil
	}
	size := 0
	for i := range all {
		size += len(all[i].text) + 72
		if f := all[i].frame; f != nil {
			size += len(f.packed)
		}
	}
	c.texts.put(first, uint32(len(all)), size, all)
	return all[n-first], nil
}
