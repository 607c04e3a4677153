package dedup

import "slices"

// link aligns documents m and n. The one whose id sorts first is From, so that
// ties in the alignment fall the same way whichever came first.
func (k *Linker) link(m, n uint32, ids []string, texts map[uint32]*compact) (Link, bool) {
	if ids[n] < ids[m] {
		m, n = n, m
	}
	a, b := texts[m], texts[n]
	l := Link{From: m, To: n, Chains: k.Chains(&a.text, &b.text), GramFrom: a.gram, GramTo: b.gram}
	for i := range l.Chains {
		l.Chains[i].Count(a.prints, b.prints, a.gram)
	}
	return l, len(l.Chains) > 0
}

// compact is what linking needs of a text: five bytes a unit instead of twenty-five,
// and where its prints begin.
type compact struct {
	text   Text // its ids and edges
	gram   int32
	prints []int32
}

// edge says what begins at a live unit.
type edge uint8

const (
	lineEdge edge = iota + 1
	paragraphEdge
)

// compact prepares a text for linking.
func (k *Sketcher) compact(text string) *compact {
	t := k.Prepare(text)
	c := &compact{text: Text{IDs: slices.Clone(t.IDs), edges: make([]edge, len(t.IDs))}, gram: int32(t.gramUnits(k.Scheme.Gram))}
	for i := 1; i < len(t.Units); i++ {
		switch {
		case t.Units[i].Lo <= t.Units[i-1].Hi:
		case t.startsParagraph(i):
			c.text.edges[i] = paragraphEdge
		case t.startsLine(i):
			c.text.edges[i] = lineEdge
		}
	}
	for _, p := range k.prints(t) {
		c.prints = append(c.prints, int32(p.Pos))
	}
	return c
}
