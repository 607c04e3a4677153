package batch

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"encoding/json"
	"slices"

	"github.com/zeebo/xxh3"

	"repost/dedup"
	"repost/dedup/cluster"
	"repost/dedup/detect"
)

// The first stages: each document by itself, and then those with one content together.

// AppendDocument appends the line of a document before it has a number: its key is its id in
// hexadecimal digits, which sort as ids do.
func AppendDocument(b []byte, s *detect.Scheme, d *dedup.Document) []byte {
	const hex = "0123456789abcdef"
	for i := range len(d.ID) {
		b = append(b, hex[d.ID[i]>>4], hex[d.ID[i]&15])
	}
	b = append(append(b, '\t', document, '\t'), stampOf(s)...)
	b = append(append(b, ' '), jsonOf(d)...)
	return append(b, '\n')
}

// jsonOf returns a value of strings and numbers as JSON, without a line end.
func jsonOf(v any) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.Encode(v) // it cannot fail
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

// numbers gives each document its place in the order of ids as its key.
func (w *worker) numbers() error {
	for n := uint32(0); w.group() && w.next(); n++ {
		w.put(w.keyOf(n), document, nil, nil, w.raw)
		first := slices.Clone(w.raw)
		for w.next() {
			if !bytes.Equal(w.raw, first) {
				var d dedup.Document
				json.Unmarshal(w.raw, &d)
				w.fail("the id %q comes twice, with different documents; choose another field for ids, or leave one version of each", d.ID)
				break
			}
			w.cap("documents that came twice, every byte the same, of which one is kept")
		}
	}
	return w.err
}

// sketch sketches each document. One without live units is in no story.
func (w *worker) sketch() error {
	k := &detect.Sketcher{Scheme: w.scheme}
	var key, b []byte
	for w.any() && w.ctx.Err() == nil {
		n, d := w.keyNumber(0), w.document()
		t := k.Prepare(d.Text)
		s := k.Sketch(t)
		if s.Units == 0 {
			continue
		}
		info := dedup.Info{Source: d.Source, Date: d.Date, DateFrom: d.DateFrom}
		source := xxh3.HashString(d.Source) >> 1
		if d.Source == "" { // a document of no known source is of its own, which is negative
			source = 1<<63 | uint64(n)
		}
		b = binary.AppendUvarint(b[:0], uint64(s.Units))
		b = binary.AppendVarint(b, int64(info.GivenDay()))
		b = binary.BigEndian.AppendUint64(b, info.PlaceInTime())
		b = binary.BigEndian.AppendUint64(b, source)
		b = appendBytes(b, k.Pack(t, s.Fingerprints))
		b = binary.AppendUvarint(b, uint64(len(s.Fingerprints)))
		last := uint32(0)
		for _, p := range s.Fingerprints {
			b = binary.AppendUvarint(b, p.Hash>>(64-detect.KeyBits))
			b = binary.AppendUvarint(b, uint64(p.Pos-last))
			last = p.Pos
		}
		b = binary.AppendUvarint(b, uint64(len(s.Bands)))
		for _, h := range s.Bands {
			b = binary.AppendUvarint(b, h>>(64-detect.KeyBits))
		}
		key = appendNumber(appendNumber(key[:0], s.Content.Hi, hashWidth), s.Content.Lo, hashWidth)
		w.put(key, sketched, w.orderOf(n), b, nil)
	}
	return w.err
}

func appendBytes(b, s []byte) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

// holder is what a posting says of a text, apart from where the text holds the key.
type holder struct {
	doc    uint32
	order  uint64
	source uint64
	units  int32
}

// appendHolder appends h without its number, which is the order of the line.
func appendHolder(b []byte, h *holder) []byte {
	b = binary.BigEndian.AppendUint64(b, h.order)
	b = binary.BigEndian.AppendUint64(b, h.source)
	return binary.AppendUvarint(b, uint64(h.units))
}

func (w *worker) holder(v *values) holder {
	return holder{doc: w.orderNumber(0), order: v.Fixed(), source: v.Fixed(), units: v.Int32()}
}

// classes leaves of the documents with one content the one whose id sorts first, the head.
func (w *worker) classes() error {
	var packed, b []byte
	type fingerprint struct {
		key uint64
		pos uint32
	}
	var fingerprints []fingerprint
	for w.group() && w.next() && w.ctx.Err() == nil {
		hi, ok := parseNumber(w.groupKey, hashWidth)
		h := holder{doc: w.orderNumber(0), order: hi}
		v := w.values()
		h.units = v.Int32()
		day := v.Signed()
		earliest := v.Fixed()
		first := copyOf(h.units, earliest)
		h.source = v.Fixed()
		packed = append(packed[:0], v.Bytes()...)
		fingerprints = fingerprints[:0]
		last := uint32(0)
		for range v.Count() {
			p := fingerprint{key: v.Uint(1<<detect.KeyBits - 1)}
			last += v.Uint32()
			p.pos = last
			fingerprints = append(fingerprints, p)
		}
		bands := make([]uint64, v.Count())
		for i := range bands {
			bands[i] = v.Uint(1<<detect.KeyBits - 1)
		}
		if w.end(v); !ok {
			w.fail("its key is no content")
		}
		if w.err != nil {
			break
		}
		size := 1
		head := w.keyOf(h.doc)
		for w.next() {
			if size++; size == 2 {
				w.put(head, copied, head, first, nil)
			}
			v := w.values()
			units := v.Int32()
			v.Signed()
			place := v.Fixed()
			earliest = min(earliest, place)
			w.put(head, copied, w.order, copyOf(units, place), nil)
			w.put(w.keyOf(h.doc, w.orderNumber(0)), edge, nil, nil, nil)
		}
		b = binary.AppendUvarint(b[:0], uint64(h.units))
		b = binary.AppendVarint(b, int64(day))
		b = binary.BigEndian.AppendUint64(b, h.source)
		b = binary.AppendUvarint(b, uint64(size))
		b = binary.BigEndian.AppendUint64(b, earliest)
		b = append(b, packed...)
		w.put(head, text, nil, b, nil)
		slices.SortFunc(fingerprints, func(x, y fingerprint) int { return cmp.Or(cmp.Compare(x.key, y.key), cmp.Compare(x.pos, y.pos)) })
		var key [keyWidth + 1]byte
		for lo := 0; lo < len(fingerprints); {
			b = appendHolder(b[:0], &h)
			hi := lo
			for ; hi < len(fingerprints) && fingerprints[hi].key == fingerprints[lo].key; hi++ {
				b = binary.AppendUvarint(b, uint64(fingerprints[hi].pos))
			}
			w.put(appendNumber(append(key[:0], 'p'), fingerprints[lo].key, keyWidth), fingerprintPosting, head, b, nil)
			lo = hi
		}
		slices.Sort(bands)
		for _, band := range slices.Compact(bands) {
			w.put(appendNumber(append(key[:0], 'b'), band, keyWidth), bandPosting, head, appendHolder(b[:0], &h), nil)
		}
	}
	return w.err
}

// copyOf returns what the line of a copy says: its units, and its place in time.
func copyOf(units int32, place uint64) []byte {
	return binary.BigEndian.AppendUint64(binary.AppendUvarint(nil, uint64(units)), place)
}

// prepared is a text prepared for linking, with what the judge knows of its document.
type prepared struct {
	detect.Packed
	packed []byte
	doc    cluster.Doc
}

// text reads a line of a text.
func (w *worker) text(p *prepared) {
	v := w.values()
	p.doc = cluster.Doc{Units: v.Int32(), Day: v.Signed(), Source: int64(v.Fixed()), Copies: v.Int32(), Place: v.Fixed()}
	if v.Bad || p.Unpack(v.B) != nil {
		w.fail("its text is damaged")
		return
	}
	p.packed, p.doc.Gram = append(p.packed[:0], v.B...), p.Gram()
}
