package batch

import (
	"encoding/binary"
	"slices"

	"repost/dedup/detect"
	"repost/dedup/internal/numbers"
	"repost/dedup/lsh"
)

// The stages of keys: who holds a fingerprint or a band, and what that says of pairs.

// place is a unit at which a holder holds a fingerprint.
type place struct {
	holder int32 // index
	pos    int32
}

// fingerprints reads the holders of a fingerprint. Most fingerprints have one, who learns nothing.
func (w *worker) fingerprints() error {
	var (
		g       detect.KeyGroup
		holders []holder
		keys    []detect.Holder
		places  []place // by holder
		from    []int32 // holder → its first place; one more at the end
		b       []byte
	)
	for w.group() && w.ctx.Err() == nil {
		holders, keys, places, from = holders[:0], keys[:0], places[:0], from[:0]
		for w.next() {
			v := w.values()
			h := w.holder(v)
			from = append(from, int32(len(places)))
			for len(v.B) > 0 && !v.Bad {
				places = append(places, place{int32(len(holders)), v.Int32()})
			}
			w.end(v)
			holders = append(holders, h)
			keys = append(keys, detect.Holder{Order: h.order, Source: h.source})
		}
		if w.err != nil || len(holders) < 2 {
			continue
		}
		from = append(from, int32(len(places)))
		if len(holders) > lsh.Cap {
			w.cap(capOf)
		}
		g.Fingerprints(keys, func(i, k int, weight int32) {
			x, y := &holders[i], &holders[k]
			b = append(b[:0], byte(weight), byte(lsh.Enough(int(min(x.units, y.units)))))
			for _, p := range places[from[i]:from[i+1]] {
				for _, q := range places[from[k]:from[k+1]] {
					b = binary.AppendVarint(b, int64(p.pos-q.pos))
				}
			}
			w.put(w.keyOf(x.doc, y.doc), fingerprintHit, nil, b, nil)
		})
		if len(holders) <= detect.Distinctive {
			continue
		}
		key, ok := parseNumber(w.groupKey[min(1, len(w.groupKey)):], keyWidth)
		if !ok {
			w.fail("its key is no fingerprint")
			continue
		}
		for i := range holders {
			b = binary.AppendUvarint(b[:0], key)
			b = binary.AppendUvarint(b, uint64(len(holders)))
			for _, p := range places[from[i]:from[i+1]] {
				b = binary.AppendUvarint(b, uint64(p.pos))
			}
			w.put(w.keyOf(holders[i].doc), fact, nil, b, nil)
		}
		w.recurrences(key, holders, places, from)
	}
	return w.err
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
	var (
		g       detect.KeyGroup
		holders []holder
		keys    []detect.Holder
	)
	for w.group() && w.ctx.Err() == nil {
		holders, keys = holders[:0], keys[:0]
		for w.next() {
			v := w.values()
			crowded := v.Uint(1) == 1
			h := w.holder(v)
			w.end(v)
			holders = append(holders, h)
			keys = append(keys, detect.Holder{Order: h.order, Source: h.source, Crowded: crowded})
		}
		if w.err != nil {
			continue
		}
		if len(holders) > lsh.Cap {
			w.cap(capOf)
		}
		g.Bands(keys, func(i, k int, weight int32) {
			x, y := &holders[i], &holders[k]
			w.put(w.keyOf(x.doc, y.doc), bandHit, nil, []byte{byte(weight), byte(lsh.Enough(int(min(x.units, y.units))))}, nil)
		})
	}
	return w.err
}

// pairs leaves the pairs whose fingerprints weigh enough on about one diagonal, or whose bands do.
func (w *worker) pairs() error {
	var hits []lsh.Hit
	for w.group() && w.ctx.Err() == nil {
		a, b := w.numberIn(w.groupKey, 0), w.numberIn(w.groupKey, 1)
		hits = hits[:0]
		enough, bands := int32(lsh.Least), int32(0)
		for w.next() {
			if len(w.data) < 2 {
				w.fail("it is too short")
				break
			}
			weight := int32(w.data[0])
			enough = int32(w.data[1])
			if w.kind == bandHit {
				bands += weight
				continue
			}
			v := &values{numbers.Reader{B: w.data[2:]}}
			for len(v.B) > 0 {
				hits = append(hits, lsh.Hit{Diagonal: v.Signed(), Weight: weight})
			}
			w.end(v)
		}
		if w.err != nil {
			break
		}
		if bands >= enough || len(lsh.Candidates(nil, hits, func(uint32) int32 { return enough })) > 0 {
			w.put(w.keyOf(a), pair, w.orderOf(b), nil, nil)
		}
	}
	return w.err
}
