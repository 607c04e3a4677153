package batch

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"maps"
	"slices"

	"repost/dedup/cluster"
)

// The stages that count in how many stories a fingerprint is, between two passes of the judge.
// The fingerprints that the same documents hold, three or more, go to one group, where each is
// counted; what makes one less distinctive goes back to the documents. So a document says once for
// such a set what it would have to say for each fingerprint of it.

// part is a part of a document that is in a story.
type part struct {
	root, story uint32
	gram        int32
	units       cluster.Set
}

// count says for the fingerprints of a document in which of its stories each is.
func (w *worker) count() error {
	for w.group() && w.ctx.Err() == nil {
		var facts []fact
		var parts []part
		any, first := false, byte(0)
		for w.next() {
			v := w.values()
			switch w.kind {
			case factsOf:
				for len(v.B) > 0 && !v.Bad {
					facts = append(facts, v.fact())
				}
			case linked:
				if any = true; len(v.B) > 0 {
					first, v.B = 1, nil
				}
			case node:
				parts = append(parts, part{root: v.Uint32(), story: v.Uint32(), gram: v.Int32(), units: v.set()})
			}
			w.end(v)
		}
		if w.err != nil || !any {
			continue
		}
		for lo := 0; lo < len(facts); {
			hi := lo + 1
			for hi < len(facts) && facts[hi].set == facts[lo].set {
				hi++
			}
			w.shared(first, facts[lo:hi], parts)
			lo = hi
		}
	}
	return w.err
}

// shared says in which stories of a document the fingerprints of one set are.
func (w *worker) shared(first byte, facts []fact, parts []part) {
	b := binary.AppendUvarint([]byte{first}, uint64(len(parts)))
	for i := range parts {
		b = binary.AppendUvarint(b, uint64(parts[i].root))
		b = binary.AppendUvarint(b, uint64(parts[i].story))
	}
	none := len(b)
	var in []byte
	for i := range facts {
		f := &facts[i]
		in = in[:0]
		n := 0
		for k := range parts {
			p := &parts[k]
			if slices.ContainsFunc(f.places, func(pos int32) bool { return p.units.Within(pos, pos+p.gram) > 0 }) {
				in = binary.AppendUvarint(in, uint64(k))
				n++
			}
		}
		if first == 0 && n == 0 {
			continue // it neither says nor learns anything
		}
		b = f.append(b)
		b = append(binary.AppendUvarint(b, uint64(n)), in...)
	}
	if len(b) > none {
		w.put(appendNumber(nil, facts[0].set, hashWidth), shared, w.groupKey, b, nil)
	}
}

// sharer is a document that holds a fingerprint, and the stories it holds it in.
type sharer struct {
	fact
	doc     uint32
	asks    bool
	stories [][2]uint32
}

// common counts the stories that each fingerprint of a set of documents is in, and says so to the
// documents that it makes less distinctive.
func (w *worker) common() error {
	var all []sharer
	var pattern, last []byte
	for w.group() && w.ctx.Err() == nil {
		all = all[:0]
		for w.next() {
			all = w.sharers(all)
		}
		if w.err != nil {
			break
		}
		slices.SortStableFunc(all, func(x, y sharer) int { return cmp.Compare(x.key, y.key) })
		answers := map[uint32][]byte{}
		last = last[:0]
		c := int32(0)
		for lo := 0; lo < len(all); {
			hi := lo + 1
			for hi < len(all) && all[hi].key == all[lo].key {
				hi++
			}
			// fingerprints that follow one another are mostly in the same stories
			if pattern = patternOf(pattern[:0], all[lo:hi]); len(last) == 0 || !bytes.Equal(pattern, last) {
				c = commonOf(all[lo:hi])
				pattern, last = last, pattern
			}
			for i := lo; c > 0 && i < hi; i++ {
				x := &all[i]
				for _, pos := range x.places {
					if x.asks {
						b := binary.AppendUvarint(answers[x.doc], uint64(pos))
						answers[x.doc] = binary.AppendUvarint(b, uint64(c))
					}
				}
			}
			lo = hi
		}
		for _, doc := range slices.Sorted(maps.Keys(answers)) {
			w.put(w.keyOf(doc), common, nil, answers[doc], nil)
		}
	}
	return w.err
}

// sharers appends what the line says of a document.
func (w *worker) sharers(all []sharer) []sharer {
	v := w.values()
	asks := v.Uint(1) == 1
	parts := make([][2]uint32, v.Count())
	for i := range parts {
		parts[i] = [2]uint32{v.Uint32(), v.Uint32()}
	}
	for len(v.B) > 0 && !v.Bad {
		s := sharer{fact: v.fact(), doc: w.orderNumber(0), asks: asks}
		for range v.Count() {
			k := v.Uint(uint64(len(parts)))
			if k == uint64(len(parts)) {
				v.Fail()
				break
			}
			s.stories = append(s.stories, parts[k])
		}
		all = append(all, s)
	}
	w.end(v)
	return all
}

// patternOf appends all that commonOf depends on.
func patternOf(b []byte, holders []sharer) []byte {
	b = binary.AppendUvarint(b, holders[0].texts)
	for i := range holders {
		h := &holders[i]
		b = binary.AppendUvarint(b, uint64(h.doc))
		b = binary.AppendUvarint(b, uint64(len(h.stories)))
		for _, s := range h.stories {
			b = binary.AppendUvarint(binary.AppendUvarint(b, uint64(s[0])), uint64(s[1]))
		}
	}
	return b
}

// commonOf returns how far a fingerprint with these holders is from distinctive: see cluster.Counter.
func commonOf(holders []sharer) int32 {
	var docs []cluster.Doc
	var ps []cluster.Posting
	var stories []cluster.Story
	index := map[[2]uint32]int{}
	for i := range holders {
		doc := int32(len(docs))
		for n, id := range holders[i].stories {
			at, ok := index[id]
			if !ok {
				at = len(stories)
				index[id] = at
				stories = append(stories, cluster.Story{})
			}
			if n == 0 {
				docs = append(docs, cluster.Doc{Gram: 1})
				ps = append(ps, cluster.Posting{Doc: doc})
			}
			stories[at].Nodes = append(stories[at].Nodes, cluster.Node{Doc: doc, Units: cluster.Set{{Lo: 0, Hi: 1}}})
		}
	}
	return cluster.NewCounter(docs, stories).Common(int32(holders[0].texts), ps)
}
