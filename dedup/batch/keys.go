package batch

import (
	"cmp"
	"encoding/binary"
	"math"
	"slices"

	"github.com/zeebo/xxh3"

	"repost/dedup/detect"
	"repost/dedup/lsh"
)

// The stages of keys: who holds a fingerprint or a band, and what that says of pairs.

// place is a unit at which a holder holds a fingerprint.
type place struct {
	holder int32 // index
	pos    int32
}

// keyHolders are the texts that hold a fingerprint.
type keyHolders struct {
	holders []holder
	keys    []detect.Holder
	places  []place  // by holder
	from    []int32  // holder → its first place; one more at the end
	hits    [][]byte // holder → those that it has as the first of a pair
}

// read reads the holders of a group.
func (h *keyHolders) read(w *worker) {
	h.holders, h.keys, h.places, h.from = h.holders[:0], h.keys[:0], h.places[:0], h.from[:0]
	for w.next() {
		v := w.values()
		one := w.holder(v)
		h.from = append(h.from, int32(len(h.places)))
		for len(v.B) > 0 && !v.Bad {
			h.places = append(h.places, place{int32(len(h.holders)), v.Int32()})
		}
		w.end(v)
		h.holders = append(h.holders, one)
		h.keys = append(h.keys, detect.Holder{Order: one.order, Source: one.source})
	}
	h.from = append(h.from, int32(len(h.places)))
	h.hits = slices.Grow(h.hits[:0], len(h.holders))[:len(h.holders)]
	for i := range h.hits {
		h.hits[i] = h.hits[i][:0]
	}
}

// of returns the places of a holder.
func (h *keyHolders) of(i int) []place { return h.places[h.from[i]:h.from[i+1]] }

// hit notes that holders i and k share the fingerprint, or a band, which has no places.
func (h *keyHolders) hit(i, k int, weight int32) {
	x, y := &h.holders[i], &h.holders[k]
	b := binary.AppendUvarint(h.hits[i], uint64(y.doc-x.doc))
	b = append(b, byte(weight), byte(lsh.Enough(int(min(x.units, y.units)))))
	b = binary.AppendUvarint(b, uint64(len(h.of(i))*len(h.of(k))))
	for _, p := range h.of(i) {
		for _, q := range h.of(k) {
			b = binary.AppendVarint(b, int64(p.pos-q.pos))
		}
	}
	h.hits[i] = b
}

// fingerprints reads the holders of a fingerprint. Most fingerprints have one, who learns nothing.
// A holder gets one line, with all texts that it makes a hit with as the first of two.
func (w *worker) fingerprints() error {
	var g detect.KeyGroup
	var h keyHolders
	var b []byte
	for w.group() && w.ctx.Err() == nil {
		h.read(w)
		if w.err != nil || len(h.holders) < 2 {
			continue
		}
		if len(h.holders) > lsh.Cap {
			w.cap(capOf)
		}
		g.Fingerprints(h.keys, h.hit)
		key, ok := parseNumber(w.groupKey[min(1, len(w.groupKey)):], keyWidth)
		if !ok {
			w.fail("its key is no fingerprint")
			continue
		}
		f := fact{key: key, texts: uint64(len(h.holders)), set: setOf(h.holders)}
		for i := range h.holders {
			if len(h.holders) <= detect.Distinctive && len(h.hits[i]) == 0 {
				continue
			}
			f.places = f.places[:0]
			for _, p := range h.of(i) {
				f.places = append(f.places, p.pos)
			}
			w.put(w.keyOf(h.holders[i].doc), fingerprintHit, w.groupKey[1:], append(f.append(b[:0]), h.hits[i]...), nil)
		}
		if len(h.holders) > detect.Distinctive {
			w.recurrences(key, h.holders, h.places, h.from)
		}
	}
	return w.err
}

// setOf returns a hash of the documents of holders. What is grouped by it is grouped by
// fingerprints once more, so that equal hashes of different sets do no harm.
func setOf(holders []holder) uint64 {
	var h xxh3.Hasher
	var b [4]byte
	for i := range holders {
		binary.BigEndian.PutUint32(b[:], holders[i].doc)
		h.Write(b[:])
	}
	return h.Sum64()
}

// fact is a fingerprint of a document that others hold too.
type fact struct {
	key    uint64
	texts  uint64
	set    uint64 // hash of the documents that hold it
	places []int32
}

func (f *fact) append(b []byte) []byte {
	b = binary.AppendUvarint(b, f.key)
	b = binary.AppendUvarint(b, f.texts)
	b = binary.BigEndian.AppendUint64(b, f.set)
	b = binary.AppendUvarint(b, uint64(len(f.places)))
	for _, pos := range f.places {
		b = binary.AppendUvarint(b, uint64(pos))
	}
	return b
}

// fact reads what append appended.
func (v *values) fact() fact {
	f := fact{key: v.Uint(1<<detect.KeyBits - 1), texts: v.Uint(math.MaxInt32), set: v.Fixed()}
	f.places = make([]int32, v.Count())
	for i := range f.places {
		f.places[i] = v.Int32()
	}
	return f
}

// recurrences writes where a fingerprint may be boilerplate: what must be known of the texts of a
// sample, and of all that hold it.
func (w *worker) recurrences(key uint64, holders []holder, places []place, from []int32) {
	all := make([]detect.Witness, len(holders))
	for i, h := range holders {
		all[i] = detect.Witness{Doc: h.doc, Order: h.order, First: places[from[i]].pos, Last: places[from[i+1]-1].pos, Units: h.units}
	}
	found := detect.Recurrences(key, all)
	var b []byte
	for i := range found {
		r := &found[i]
		var sample []byte
		r.Sample(func(doc uint32) {
			if sample == nil {
				sample = appendNumbers(nil, doc)
				w.put(sample, recurs, nil, r.Append(nil, true), nil)
			}
			w.put(w.keyOf(doc), wanted, sample, nil, nil)
		})
	}
	if len(found) == 0 {
		return
	}
	fingerprint := fingerprintKey(key)
	for i, h := range holders {
		b = binary.AppendUvarint(b[:0], uint64(h.units))
		for _, p := range places[from[i]:from[i+1]] {
			b = binary.AppendUvarint(b, uint64(p.pos))
		}
		w.put(fingerprint, candidate, w.orderOf(h.doc), b, nil)
	}
}

func fingerprintKey(key uint64) []byte { return appendNumber([]byte{'p'}, key, keyWidth) }

// crowds reads the holders of a band, and says of each band that others have too whether it
// is a crowd.
func (w *worker) crowds() error {
	var holders []holder
	var b []byte
	for w.group() && w.ctx.Err() == nil {
		holders = holders[:0]
		for w.next() {
			v := w.values()
			holders = append(holders, w.holder(v))
			w.end(v)
		}
		if w.err != nil || len(holders) < 2 {
			continue
		}
		crowd := byte(0)
		if detect.IsCrowd(len(holders)) {
			crowd = 1
		}
		band := slices.Clone(w.groupKey)
		for i := range holders {
			b = appendHolder(append(b[:0], crowd), &holders[i])
			w.put(w.keyOf(holders[i].doc), bandOf, band, b, nil)
		}
	}
	return w.err
}

// crowded reads the bands of a text, and says with each whether the text is crowded.
func (w *worker) crowded() error {
	type band struct{ key, data []byte }
	var b []byte
	for w.group() && w.ctx.Err() == nil {
		var bands []band
		crowds := 0
		for w.next() {
			if len(w.data) < 1 {
				w.fail("it is empty")
				break
			}
			if w.data[0] == 1 {
				crowds++
			}
			bands = append(bands, band{slices.Clone(w.order), slices.Clone(w.data[1:])})
		}
		for _, x := range bands {
			b = append(b[:0], 0)
			if crowds >= detect.Crowds {
				b[0] = 1
			}
			w.put(x.key, crowdPosting, w.groupKey, append(b, x.data...), nil)
		}
	}
	return w.err
}

// bands reads the holders of a band.
func (w *worker) bands() error {
	var g detect.KeyGroup
	var h keyHolders
	for w.group() && w.ctx.Err() == nil {
		h.holders, h.keys, h.from, h.hits = h.holders[:0], h.keys[:0], append(h.from[:0], 0), h.hits[:0]
		for w.next() {
			v := w.values()
			crowded := v.Uint(1) == 1
			one := w.holder(v)
			w.end(v)
			h.holders = append(h.holders, one)
			h.keys = append(h.keys, detect.Holder{Order: one.order, Source: one.source, Crowded: crowded})
			h.from = append(h.from, 0)
			h.hits = append(h.hits, nil)
		}
		if w.err != nil {
			continue
		}
		if len(h.holders) > lsh.Cap {
			w.cap(capOf)
		}
		g.Bands(h.keys, h.hit)
		for i, b := range h.hits {
			if len(b) > 0 {
				w.put(w.keyOf(h.holders[i].doc), bandHit, nil, b, nil)
			}
		}
	}
	return w.err
}

// pairs leaves, of the pairs with a document as the first, those whose fingerprints weigh enough on
// about one diagonal, or whose bands do. It gathers what is known of the fingerprints of the
// document, those that the same documents hold together.
func (w *worker) pairs() error {
	var (
		hits  []lsh.Hit
		facts []fact
		b     []byte
	)
	type partner struct{ enough, bands int32 }
	for w.group() && w.ctx.Err() == nil {
		a := w.groupNumber()
		hits, facts = hits[:0], facts[:0]
		partners := map[uint32]partner{}
		for w.next() {
			v := w.values()
			if w.kind == fingerprintHit {
				if f := v.fact(); f.texts > detect.Distinctive {
					facts = append(facts, f)
				}
			}
			for len(v.B) > 0 && !v.Bad {
				other := a + v.Uint32()
				weight := int32(v.Byte())
				p := partners[other]
				p.enough = int32(v.Byte())
				if w.kind == bandHit {
					p.bands += weight
				}
				for range v.Count() {
					hits = append(hits, lsh.Hit{Doc: other, Diagonal: v.Signed(), Weight: weight})
				}
				partners[other] = p
			}
			w.end(v)
		}
		if w.err != nil {
			break
		}
		found := lsh.Candidates(nil, hits, func(doc uint32) int32 { return partners[doc].enough })
		for doc, p := range partners {
			if p.bands >= p.enough {
				found = append(found, doc)
			}
		}
		slices.Sort(found)
		for _, other := range slices.Compact(found) {
			w.put(w.groupKey, pair, w.orderOf(other), nil, nil)
		}
		if len(facts) == 0 {
			continue
		}
		slices.SortFunc(facts, func(x, y fact) int { return cmp.Or(cmp.Compare(x.set, y.set), cmp.Compare(x.key, y.key)) })
		b = b[:0]
		for i := range facts {
			b = facts[i].append(b)
		}
		w.put(w.groupKey, factsOf, nil, b, nil)
	}
	return w.err
}
