package detect

import (
	"hash/maphash"
	"slices"

	"repost/dedup"
)

// process is the seed of hashes that no file keeps. It is secret, so nobody can write a
// text with the hash of another.
var process = maphash.MakeSeed()

// link aligns the documents of p. The id of a sorts first, so that ties in the alignment do
// not depend on which came first.
func (k *aligner) link(p pair) (dedup.Link, error) {
	if k.b == nil || k.to != p.b {
		k.forget(&k.rooms[0].text)
		b, err := k.texts(p.b, &k.rooms[0])
		if err != nil {
			return dedup.Link{}, err
		}
		k.to, k.b = p.b, b
	}
	a, err := k.first(p)
	if err != nil {
		return dedup.Link{}, err
	}
	return dedup.Link{From: p.a, To: p.b, Chains: k.linked(a, k.b), GramFrom: a.gram, GramTo: k.b.gram}, nil
}

// first returns the first document of p. A page is kept, since it is indexed.
func (k *aligner) first(p pair) (*compact, error) {
	if k.page != nil && k.pageOf == p.a {
		return k.page, nil
	}
	a, err := k.texts(p.a, &k.rooms[2])
	if err == nil && indexesFirst(&a.text, &k.b.text) {
		k.forget(&k.rooms[1].text)
		if a, err = k.texts(p.a, &k.rooms[1]); err == nil {
			k.page, k.pageOf = a, p.a
		}
	}
	return a, err
}

// compact is what linking needs of a text: five bytes a unit instead of twenty-five, nine
// of a text in words, and where its fingerprints begin.
type compact struct {
	text         Text   // its ids and edges
	source       uint64 // of the text itself, by a hash of this process
	gram         int32
	fingerprints []int32
}

// edge says what begins at a live unit.
type edge uint8

const (
	lineEdge edge = iota + 1
	paragraphEdge
	lostLineEdge // see shingle.LostBreaks
	lostParagraphEdge
)

// compact prepares a text for linking.
func (k *Sketcher) compact(text string) *compact {
	t := k.Prepare(text)
	return k.compactOf(t, k.fingerprints(t))
}

func (k *Sketcher) compactOf(t *Text, fingerprints []dedup.Fingerprint) *compact {
	c := &compact{source: maphash.String(process, t.Source), text: t.outline(), gram: int32(t.gramUnits(k.Scheme.Gram))}
	for _, p := range fingerprints {
		c.fingerprints = append(c.fingerprints, int32(p.Pos))
	}
	if t.words {
		c.text.spelt = make([]uint32, len(t.IDs))
		for i := range c.text.spelt {
			c.text.spelt[i] = t.letters(i)
		}
	}
	return c
}

// outline returns what boilerplate is looked for in: a text's ids and edges.
func (k *Sketcher) outline(text string) *Text {
	o := k.Prepare(text).outline()
	return &o
}

// outline returns the ids of the live units of t and what begins at each.
func (t *Text) outline() Text {
	o := Text{IDs: slices.Clone(t.IDs), edges: make([]edge, len(t.IDs))}
	for i := 1; i < len(t.Units); i++ {
		switch {
		case t.Units[i].Lo <= t.Units[i-1].Hi:
			continue
		case t.startsParagraph(i):
			o.edges[i] = paragraphEdge
		case t.startsLine(i):
			o.edges[i] = lineEdge
		}
		if t.lostBreak(i) {
			o.edges[i] += lostLineEdge - lineEdge
		}
	}
	return o
}
