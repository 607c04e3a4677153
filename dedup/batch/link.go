package batch

import (
	"encoding/binary"
	"slices"

	"repost/dedup/cluster"
	"repost/dedup/detect"
)

// The stages of links: the first text of a pair goes to the second, and both are aligned.

// withLearned reads, at the beginning of a group by document, its text and what of it is
// boilerplate. It reports whether a line of another kind follows, which is the current one.
func (w *worker) withLearned(p *prepared) (more bool) {
	var places []int32
	seen := false
	for w.next() {
		switch w.kind {
		case text:
			w.text(p)
			seen = true
			continue
		case setAside:
			v := w.values()
			places = append(places, v.Int32())
			w.end(v)
			continue
		}
		more = true
		break
	}
	if more && !seen {
		w.fail("the text of document %d is not there", w.groupNumber())
	}
	slices.Sort(places)
	p.doc.Learned = detect.SetAside(places, p.doc.Units, p.doc.Gram)
	return more && w.err == nil
}

// first sends the text of each document to the second documents of its pairs. It also says
// which fingerprints of it are in boilerplate.
func (w *worker) first() error {
	var p prepared
	for w.group() && w.ctx.Err() == nil {
		var data []byte
		for more := w.withLearned(&p); more; more = w.next() {
			if data == nil {
				data = append(appendDoc(nil, &p.doc), p.packed...)
				w.covered(&p)
			}
			w.put(w.order, firstText, w.groupKey, data, nil)
		}
	}
	return w.err
}

// covered writes the places of fingerprints that are in boilerplate.
func (w *worker) covered(p *prepared) {
	if len(p.doc.Learned) == 0 {
		return
	}
	j := cluster.NewJudging([]cluster.Doc{p.doc}, new(cluster.Table), cluster.Default)
	var b []byte
	for _, pos := range p.Fingerprints() {
		if j.Covered(cluster.Posting{Pos: pos}) {
			b = binary.AppendUvarint(b, uint64(pos))
		}
	}
	w.put(w.groupKey, covered, nil, b, nil)
}

// align aligns the pairs of a second document.
func (w *worker) align() error {
	var k detect.Linker
	var a prepared
	for w.group() && w.ctx.Err() == nil {
		b := new(prepared)
		any := false
		for more := w.withLearned(b); more; more = w.next() {
			first := w.orderNumber(0)
			v := w.values()
			a.doc = readDoc(v)
			if v.Bad || a.Unpack(v.B) != nil {
				w.fail("its text is damaged")
				break
			}
			chains := k.LinkPacked(&a.Packed, &b.Packed)
			if len(k.Caps()) > 0 {
				w.cap("pairs of texts that repeat themselves so much that not all passages were looked for")
			}
			if len(chains) == 0 {
				continue
			}
			a.doc.Gram = a.Gram()
			l := &pairLink{a: first, b: w.groupNumber(), docs: [2]cluster.Doc{a.doc, b.doc}, chains: chains}
			w.put(w.keyOf(l.a), link, w.orderOf(l.b), l.append(nil), nil)
			w.put(w.keyOf(l.a), linked, nil, []byte{1}, nil)
			if detect.StandsIn(chains, a.doc.Units, b.doc.Units) {
				w.put(w.keyOf(l.a, l.b), edge, nil, nil, nil)
			}
			any = true
		}
		if any {
			w.put(w.groupKey, linked, nil, nil, nil)
		}
	}
	return w.err
}

// pairLink is a link with all that the judge must know of its documents.
type pairLink struct {
	a, b   uint32
	docs   [2]cluster.Doc
	chains []cluster.Chain
	lost   []cluster.Lost // of an accepted link: see cluster.Lost; none in the first pass
}

func appendDoc(b []byte, d *cluster.Doc) []byte {
	b = binary.AppendUvarint(b, uint64(d.Units))
	b = binary.AppendVarint(b, int64(d.Day))
	b = binary.BigEndian.AppendUint64(b, uint64(d.Source))
	b = binary.AppendUvarint(b, uint64(d.Gram))
	b = binary.AppendUvarint(b, uint64(d.Copies))
	b = binary.BigEndian.AppendUint64(b, d.Place)
	return cluster.AppendSet(b, d.Learned)
}

func readDoc(v *values) cluster.Doc {
	return cluster.Doc{
		Units: v.Int32(), Day: v.Signed(), Source: int64(v.Fixed()), Gram: v.Int32(),
		Copies: v.Int32(), Place: v.Fixed(), Learned: v.set(),
	}
}

func (v *values) set() cluster.Set {
	s, rest, err := cluster.ReadSet(v.B)
	v.Took(rest, err)
	return s
}

func (l *pairLink) append(b []byte) []byte {
	b = appendDoc(appendDoc(b, &l.docs[0]), &l.docs[1])
	return cluster.AppendLost(cluster.AppendChains(b, l.chains), l.lost)
}

// read sets l to what append appended. Units of chains lie within their documents.
func (l *pairLink) read(v *values) {
	l.docs = [2]cluster.Doc{readDoc(v), readDoc(v)}
	var err error
	if l.chains, v.B, err = cluster.ReadChains(l.chains[:0], v.B); err != nil {
		v.Bad = true
		return
	}
	l.lost = l.lost[:0]
	for len(v.B) > 0 && !v.Bad {
		l.lost = append(l.lost, cluster.Lost{Runs: v.Int32(), Head: v.Int32(), Tail: v.Int32(), Covered: v.Int32()})
	}
	v.Bad = v.Bad || len(l.chains) == 0 || len(l.lost) > 0 && len(l.lost) != len(l.chains) || !l.within()
}

// within reports whether the runs of all chains ascend, and lie within the documents.
func (l *pairLink) within() bool {
	for i := range l.chains {
		endA, endB := int64(0), int64(0)
		for _, r := range l.chains[i].Runs {
			if int64(r.A) < endA || int64(r.B) < endB || r.Len <= 0 {
				return false
			}
			endA, endB = int64(r.A)+int64(r.Len), int64(r.B)+int64(r.Len)
		}
		if endA > int64(l.docs[0].Units) || endB > int64(l.docs[1].Units) {
			return false
		}
	}
	return true
}
