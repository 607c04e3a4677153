package batch

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"maps"
	"slices"

	"repost/dedup/cluster"
)

// The stages of the judge, three times: which links are accepted, what they join, and the
// stories of each component. Between two passes, the fingerprints that three or more texts hold,
// and the same ones, go to a group of their own, which counts the stories that each is in, and back
// to the documents.

// Passes is how often links are judged.
const Passes = cluster.Passes

// loss is what a fingerprint of a document takes from the links that hold it.
type loss struct {
	pos, common int32
	covered     bool
}

// judge decides on each link of a document as its first, given what its fingerprints lose.
func (w *worker) judge() error {
	var l pairLink
	var in cluster.Link
	for w.group() && w.ctx.Err() == nil {
		var losses []loss
		inBoilerplate := map[int32]bool{}
		sorted := false
		for w.next() {
			v := w.values()
			switch w.kind {
			case common:
				for len(v.B) > 0 && !v.Bad {
					losses = append(losses, loss{pos: v.Int32(), common: v.Int32()})
				}
				w.end(v)
				continue
			case covered:
				for len(v.B) > 0 && !v.Bad {
					inBoilerplate[v.Int32()] = true
				}
				w.end(v)
				continue
			}
			if !sorted {
				losses, sorted = merge(losses, inBoilerplate), true
			}
			if l.read(v); v.Bad {
				w.end(v)
				break
			}
			l.a, l.b = w.groupNumber(), w.orderNumber(0)
			if w.err == nil && w.accept(&l, &in, losses) {
				w.put(w.groupKey, accepted, w.order, l.append(nil), nil)
				w.put(w.keyOf(l.a, l.b), edge, nil, nil, nil)
			}
		}
	}
	return w.err
}

// merge returns what each fingerprint loses, once, by place.
func merge(losses []loss, covered map[int32]bool) []loss {
	for i := range losses {
		if losses[i].covered = covered[losses[i].pos]; losses[i].covered {
			delete(covered, losses[i].pos)
		}
	}
	for pos := range covered {
		losses = append(losses, loss{pos: pos, covered: true})
	}
	slices.SortFunc(losses, func(x, y loss) int { return cmp.Compare(x.pos, y.pos) })
	return losses
}

// accept judges l, and notes what its chains lose.
func (w *worker) accept(l *pairLink, in *cluster.Link, losses []loss) bool {
	var t cluster.Table
	t.Add(&cluster.Link{A: 0, B: 1, Chains: l.chains})
	t.Sort(2)
	j := cluster.NewJudging(l.docs[:], &t, cluster.Default)
	if w.options.Pass > 1 {
		j.Forget()
		t.Read(0, in)
		for _, x := range losses {
			if x.covered {
				j.Lose(in, x.pos, x.common, 0, 1)
			} else {
				j.Lose(in, x.pos, x.common, x.common, 0)
			}
		}
		l.lost = append(l.lost[:0], j.Losses(0)...)
	}
	return j.Verdict(0, in).Accepted
}

// components finds the least document that edges join each document with. It holds 20 bytes for
// an edge.
func (w *worker) components() error {
	var edges [][2]uint32
	for w.any() {
		edges = append(edges, [2]uint32{w.keyNumber(0), w.keyNumber(1)})
	}
	ends := make([]uint32, 0, 2*len(edges))
	for _, e := range edges {
		ends = append(ends, e[0], e[1])
	}
	slices.Sort(ends)
	ends = slices.Compact(ends)
	place := func(n uint32) uint32 {
		i, _ := slices.BinarySearch(ends, n)
		return uint32(i)
	}
	root := cluster.Joined(len(ends), func(yield func(a, b uint32) bool) {
		for _, e := range edges {
			if !yield(place(e[0]), place(e[1])) {
				return
			}
		}
	})
	for i, n := range ends {
		w.put(w.keyOf(n), label, nil, binary.AppendUvarint(nil, uint64(ends[root[i]])), nil)
	}
	return w.err
}

// labels gives the lines of a document, and the stories of the component it was the least of, to
// its component. A text that nothing joins is a component of its own, of which only its copies
// are asked for.
func (w *worker) labels() error {
	for w.group() && w.ctx.Err() == nil {
		of, labelled := w.groupNumber(), false
		for w.next() {
			kind := w.kind
			switch {
			case kind == label:
				v := w.values()
				of, labelled = v.Uint32(), true
				w.end(v)
				continue
			case kind == document:
				kind = partOf
			}
			if labelled || kind == copied {
				w.put(w.keyOf(of), kind, append(slices.Clone(w.groupKey), w.order...), w.data, w.raw)
			}
		}
	}
	return w.err
}

// component is the accepted links of a component.
type component struct {
	numbers []uint32 // index of a document → its number
	docs    []cluster.Doc
	links   []*pairLink
}

// add adds the link of the line.
func (c *component) add(w *worker) {
	v, l := w.values(), new(pairLink)
	l.read(v)
	w.end(v)
	l.a, l.b = w.orderNumber(0), w.orderNumber(1)
	c.links = append(c.links, l)
}

// stories returns the stories of the component.
func (c *component) stories() []cluster.Story {
	for _, l := range c.links {
		c.numbers = append(c.numbers, l.a, l.b)
	}
	slices.Sort(c.numbers)
	c.numbers = slices.Compact(c.numbers)
	c.docs = make([]cluster.Doc, len(c.numbers))
	place := func(n uint32) int32 {
		i, _ := slices.BinarySearch(c.numbers, n)
		return int32(i)
	}
	var t cluster.Table
	for _, l := range c.links {
		a, b := place(l.a), place(l.b)
		c.docs[a], c.docs[b] = l.docs[0], l.docs[1]
		t.Add(&cluster.Link{A: a, B: b, Chains: l.chains})
	}
	t.Sort(len(c.docs))
	j := cluster.NewJudging(c.docs, &t, cluster.Default)
	if len(c.links) > 0 && len(c.links[0].lost) > 0 {
		j.Forget()
		for _, l := range c.links {
			i, _ := t.Find(place(l.a), place(l.b))
			copy(j.Losses(i), l.lost)
		}
	}
	j.Pass()
	return j.Stories()
}

// nodes makes the stories of a component after one of the first passes.
func (w *worker) nodes() error {
	for w.group() && w.ctx.Err() == nil {
		var c component
		for w.next() {
			c.add(w)
		}
		if w.err != nil {
			break
		}
		root := w.groupNumber()
		for i, s := range c.stories() {
			for _, n := range s.Nodes {
				b := binary.AppendUvarint(nil, uint64(root))
				b = binary.AppendUvarint(b, uint64(i))
				b = binary.AppendUvarint(b, uint64(c.docs[n.Doc].Gram))
				w.put(w.keyOf(c.numbers[n.Doc]), node, nil, cluster.AppendSet(b, n.Units), nil)
			}
		}
	}
	return w.err
}

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
