package batch

import (
	"cmp"
	"encoding/binary"
	"slices"

	"repost/dedup/cluster"
)

// The stages of the judge, three times: which links are accepted, what they join, and the
// stories of each component. Between two passes it is counted in how many stories each fingerprint
// is: see common.go.

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
// its component. A text that nothing joins is a component of its own: only its copies are looked
// up.
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
