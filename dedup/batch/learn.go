package batch

import (
	"bytes"
	"encoding/binary"
	"errors"
	"slices"

	"repost/dedup/detect"
)

// The stages of learned boilerplate: a fingerprint that recurs near the edge of many texts, with a
// sample of these; what stands round it in their texts; and then where each document holds a
// fingerprint of a passage that is boilerplate. Samples with one first text are one group: they
// have most of their texts in common, and each text comes to the group once. One group has at
// most as many samples as its first text has fingerprints.

// samples gives each text to the groups of samples that it is in, once.
func (w *worker) samples() error {
	for w.group() && w.ctx.Err() == nil {
		var packed, last []byte
		for w.next() {
			switch w.kind {
			case text:
				var p prepared
				w.text(&p)
				packed = slices.Clone(w.data)
			case wanted:
				if packed == nil {
					w.fail("the text of document %d is not there", w.groupNumber())
				} else if !bytes.Equal(w.order, last) {
					last = append(last[:0], w.order...)
					w.put(w.order, sampled, w.groupKey, packed, nil)
				}
			}
		}
	}
	return w.err
}

// learn examines fingerprints in the texts of their samples.
func (w *worker) learn() error {
	for w.group() && w.ctx.Err() == nil {
		var all []*detect.Recurrence
		texts := map[uint32]*prepared{}
		for w.next() {
			if w.kind == sampled {
				p := new(prepared)
				w.text(p)
				texts[w.orderNumber(0)] = p
				continue
			}
			r, err := detect.ReadRecurrence(w.data)
			if err == nil && !r.Sampled() {
				err = errors.New("a fingerprint that recurs comes without its sample")
			}
			if err != nil {
				w.fail("%v", err)
				break
			}
			all = append(all, r)
		}
		var e detect.Examiner
		for _, r := range all {
			r.Sample(func(doc uint32) {
				if texts[doc] == nil {
					w.fail("the text of document %d, of the sample of a passage, is not there", doc)
				}
			})
			if w.err != nil {
				break
			}
			if e.Boilerplate(r, func(doc uint32) *detect.Packed { return &texts[doc].Packed }) {
				w.put(fingerprintKey(r.Key()), learned, nil, r.Append(nil, false), nil)
			}
		}
	}
	return w.err
}

// learned says at which places documents hold a fingerprint that is boilerplate there.
func (w *worker) learned() error {
	for w.group() && w.ctx.Err() == nil {
		var l detect.LearnedFingerprints
		key, any := uint64(0), false
		for w.next() {
			if w.kind == learned {
				r, err := detect.ReadRecurrence(w.data)
				if err != nil {
					w.fail("%v", err)
					break
				}
				l.Add(r)
				key, any = r.Key(), true
				continue
			}
			if !any {
				continue
			}
			v := w.values()
			units := v.Int32()
			for len(v.B) > 0 && !v.Bad {
				if pos := v.Int32(); l.In(key, pos, units) {
					w.put(w.order, setAside, nil, binary.AppendUvarint(nil, uint64(pos)), nil)
				}
			}
			w.end(v)
		}
	}
	return w.err
}
