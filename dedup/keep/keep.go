// Package keep decides which documents of a corpus survive when it is deduplicated.
// It sees numbers and characters, never texts.
//
// A document may be dropped if its text stands in documents that are kept. So the
// kept documents must cover the dropped ones, and none of them may be covered by the
// others: in the words of graph theory, with an arc from each document to those that
// cover it, they are a kernel. Two things decide the order in which documents are
// looked at, and whoever comes first stays:
//
//   - A document whose text stands in a longer one, which does not stand in it, comes
//     after the longer one. Otherwise an excerpt would be kept first and the text
//     it was taken from second, and the excerpt would be left over.
//   - If two documents may each stand for the other, the preferred one is first, even if the
//     other has a line more. If the longer one of two went first because all of
//     the other stands in it, a third one, preferred to the longer only, would take the place
//     of both.
//
// Then one pass keeps each document that those kept before it do not cover: alone, or
// several together, as the two articles of which a page is made. Where a document would be
// kept that one holds which several cover, that one is kept in its place, if it is longer or
// preferred.
// A second pass looks
// once more at what was kept early and is covered by several that came later, and drops
// it where everything that was dropped because of it is covered without it.
//
// "Covered" has two conditions. The share of the document's characters that stand in kept
// ones reaches Options.Threshold, and the rest holds no passage of Options.Passage
// characters: a page of which nine tenths are known would otherwise take a short item
// with it that stands nowhere else.
//
// Choose takes O(n log n + overlaps) for n documents, and each overlap is read a small
// number of times; where a dropped document asks many kept ones, it takes those in the
// order of what they add.
package keep

import (
	"container/heap"
	"math"
	"slices"

	"repost/dedup/cluster"
)

// Doc is what is known of a document.
type Doc struct {
	Units   int32       // characters
	Learned cluster.Set // those that count for nothing: boilerplate
}

// Overlap says which characters of two documents stand in the other.
type Overlap struct {
	A, B     int32 // indexes of the documents
	InA, InB cluster.Set
}

// Options say when a document is covered and which of several is kept. Threshold must
// be above 0; Passage 0 is no bound.
type Options struct {
	Threshold float64
	Passage   int32
	// Prefer compares two documents: below 0 if a is rather kept. It is a total order.
	Prefer func(a, b int32) int
	// Last, if not nil, says which documents are examined after all others, though they
	// contain some of these: pages, where their articles are to be kept instead.
	Last func(d int32) bool
	// First, if not nil, says which documents are kept whatever they share, and before any other
	// is looked at: those that an earlier run kept.
	First func(d int32) bool
	// One asks that one kept document covers a dropped one, not several together.
	One bool
	// Unlike, if not nil, reports whether two documents say something else in one place: neither
	// covers the other, or a part of it. It is asked only where one would be dropped.
	Unlike func(a, b int32) bool
}

// Choice is what becomes of a document. One that is kept has no By; Unlike, if there is one,
// is a kept document that would cover it, had it not said something else: see Options.Unlike.
type Choice struct {
	By        []int32 // kept documents that cover it, the one that has most of it first
	Coverage  float64 // share of its characters that count which stand in those
	Held      float64 // the same of all its characters
	Back      float64 // share of the first one's characters that stand in it
	Contained bool    // the first one covers it and not the other way round: no preference decided
	Unlike    []int32
}

// Kept reports whether the document is kept.
func (c *Choice) Kept() bool { return len(c.By) == 0 }

// arc is an overlap seen from one of its documents.
type arc struct {
	to   int32
	in   cluster.Set // characters of the document it is seen from
	back *cluster.Set
}

type choosing struct {
	Options
	docs    []Doc
	size    []int32 // characters that count
	arcs    [][]arc
	kept    []bool
	choices []Choice
}

// Choose decides on documents. It also returns the order in which it looked at them.
func Choose(docs []Doc, overlaps []Overlap, opt Options) (choices []Choice, order []int32) {
	k := &choosing{
		Options: opt, docs: docs, size: make([]int32, len(docs)), arcs: make([][]arc, len(docs)),
		kept: make([]bool, len(docs)), choices: make([]Choice, len(docs)),
	}
	for i := range docs {
		k.size[i] = docs[i].Units - int32(docs[i].Learned.Size())
	}
	for i := range overlaps {
		o := &overlaps[i]
		k.arcs[o.A] = append(k.arcs[o.A], arc{to: o.B, in: o.InA, back: &o.InB})
		k.arcs[o.B] = append(k.arcs[o.B], arc{to: o.A, in: o.InB, back: &o.InA})
	}
	order = k.order()
	later := 0
	for later < len(order) && k.turn(order[later]) == first {
		k.kept[order[later]] = true
		later++
	}
	k.decide(order[later:])
	return k.choices, order
}

// decide looks at documents in their order: see the head of this file.
func (k *choosing) decide(order []int32) {
	for _, d := range order {
		if by, ok := k.cover(d, -1); ok {
			k.drop(d, by)
		} else if holder := k.droppedHolder(d); holder >= 0 {
			k.kept[holder], k.choices[holder] = true, Choice{}
			k.drop(d, []int32{holder})
		} else {
			k.kept[d] = true
		}
	}
	for _, d := range slices.Backward(order) {
		if k.kept[d] {
			k.reconsider(d)
		}
	}
	if k.Unlike != nil {
		k.explain(order)
	}
}

// explain notes of each kept document which other one would have covered it, had it said the
// same: of two that would cover each other, the later one is told.
func (k *choosing) explain(order []int32) {
	before := make([]bool, len(k.docs))
	for _, d := range order {
		before[d] = true
		for _, a := range k.arcs[d] {
			x := a.to
			if !k.kept[d] || !k.kept[x] || !k.coveredBy(d, a.in) || !before[x] && k.coveredBy(x, *a.back) || !k.Unlike(d, x) {
				continue
			}
			c, old := k.choice(d, []int32{x}), &k.choices[d]
			if len(old.Unlike) == 0 || c.Coverage > old.Coverage || c.Coverage == old.Coverage && k.Prefer(x, old.Unlike[0]) < 0 {
				c.By, c.Unlike = nil, c.By
				*old = c
			}
		}
	}
}

// holds reports whether the document that an arc leads to covers d alone.
func (k *choosing) holds(d int32, a *arc) bool {
	return k.coveredBy(d, a.in) && (k.Unlike == nil || !k.Unlike(d, a.to))
}

// heldBy reports whether d covers the document that an arc of it leads to.
func (k *choosing) heldBy(d int32, a *arc) bool {
	return k.coveredBy(a.to, *a.back) && (k.Unlike == nil || !k.Unlike(d, a.to))
}

// droppedHolder returns the longest document that covers d, is preferred or no copy of it, and
// was dropped because several hold it together, or -1. One that is redundant with a single kept
// document stays dropped.
func (k *choosing) droppedHolder(d int32) int32 {
	longest := int32(-1)
	for _, a := range k.arcs[d] {
		x := a.to
		if len(k.choices[x].By) < 2 || k.turn(x) != k.turn(d) || !k.holds(d, &a) || k.Prefer(d, x) < 0 && k.heldBy(d, &a) || k.redundant(x) {
			continue
		}
		if longest < 0 || k.size[x] > k.size[longest] || k.size[x] == k.size[longest] && k.Prefer(x, longest) < 0 {
			longest = x
		}
	}
	return longest
}

// redundant reports whether a kept document covers d alone, or is covered by it.
func (k *choosing) redundant(d int32) bool {
	return slices.ContainsFunc(k.arcs[d], func(a arc) bool {
		return k.kept[a.to] && (k.holds(d, &a) || k.heldBy(d, &a))
	})
}

// full is the characters of a document that count.
func (k *choosing) full(d int32) cluster.Set {
	return cluster.Set{{Lo: 0, Hi: k.docs[d].Units}}.Minus(k.docs[d].Learned)
}

// covered reports whether a document with nothing left but rest is covered.
func (k *choosing) covered(d int32, rest cluster.Set) bool {
	return !k.loses(rest) && k.size[d] > 0 && k.share(d, rest) >= k.Threshold
}

// island is the least that parts two passages that are lost: less is a word in common.
const island = 12

// loses reports whether a passage that must not be lost is in rest.
func (k *choosing) loses(rest cluster.Set) bool {
	if k.Passage == 0 {
		return false
	}
	lost := int32(0)
	for i, v := range rest {
		if i > 0 && v.Lo-rest[i-1].Hi >= island {
			lost = 0
		}
		if lost += v.Hi - v.Lo; lost >= k.Passage {
			return true
		}
	}
	return false
}

// share returns which share of a document is not in rest.
func (k *choosing) share(d int32, rest cluster.Set) float64 {
	return 1 - float64(rest.Size())/float64(k.size[d])
}

// coveredBy reports whether one document covers d.
func (k *choosing) coveredBy(d int32, in cluster.Set) bool {
	if float64(in.Size()) < k.Threshold*float64(k.size[d]) {
		return false
	}
	return k.covered(d, k.full(d).Minus(in))
}

// manyOverlaps is the number of overlaps from which on a document is looked at before all
// others. Of a story with more than a hundred texts not every two are compared, but
// all with a few, which have this many overlaps: had another been kept, those that
// were not compared with it would stay too.
const manyOverlaps = 128

// order returns the documents in the order in which they are looked at: Kahn's
// algorithm, the preferred of those that are free first. Where measured overlaps
// contradict each other and none is free, the longest is next.
func (k *choosing) order() []int32 {
	n := len(k.docs)
	waits := make([]int32, n)
	after := make([][]int32, n)
	for d := range k.arcs {
		for _, a := range k.arcs[d] {
			if turn := k.turn(int32(d)); turn == first || k.turn(a.to) > turn {
				continue
			}
			if k.excerpt(int32(d), &a) {
				waits[d]++
				after[a.to] = append(after[a.to], int32(d))
			}
		}
	}
	free := &queue{before: func(a, b int32) bool {
		if ta, tb := k.turn(a), k.turn(b); ta != tb {
			return ta < tb
		}
		if ca, cb := len(k.arcs[a]) >= manyOverlaps, len(k.arcs[b]) >= manyOverlaps; ca != cb {
			return ca
		}
		return k.Prefer(a, b) < 0
	}}
	for d := range n {
		if waits[d] == 0 {
			free.docs = append(free.docs, int32(d))
		}
	}
	heap.Init(free)
	var longest []int32 // made when it is needed
	order := make([]int32, 0, n)
	for len(order) < n {
		if free.Len() == 0 {
			longest = k.release(longest, waits, free)
			continue
		}
		d := heap.Pop(free).(int32)
		waits[d] = -1
		order = append(order, d)
		for _, x := range after[d] {
			if waits[x]--; waits[x] == 0 {
				heap.Push(free, x)
			}
		}
	}
	return order
}

// excerpt reports whether a document is an excerpt of the one an arc leads to.
func (k *choosing) excerpt(d int32, a *arc) bool {
	return k.coveredBy(d, a.in) && !k.coveredBy(a.to, *a.back)
}

// The turns in which documents are looked at.
const (
	first = iota
	usual
	last
)

func (k *choosing) turn(d int32) int {
	switch {
	case k.First != nil && k.First(d):
		return first
	case k.Last != nil && k.Last(d):
		return last
	}
	return usual
}

// release frees the longest document that waits.
func (k *choosing) release(longest, waits []int32, free *queue) []int32 {
	if longest == nil {
		for d := range waits {
			longest = append(longest, int32(d))
		}
		slices.SortStableFunc(longest, func(a, b int32) int {
			if k.size[a] != k.size[b] {
				return int(k.size[b] - k.size[a])
			}
			return k.Prefer(a, b)
		})
	}
	for waits[longest[0]] <= 0 {
		longest = longest[1:]
	}
	waits[longest[0]] = math.MinInt32 / 2 // it is free whatever comes
	heap.Push(free, longest[0])
	return longest[1:]
}

// source is a kept document that has something of another one, and how much.
type source struct {
	arc
	has int
}

// cover returns kept documents, without one, that cover d: one if there is one, else
// those that add most.
func (k *choosing) cover(d, without int32) (by []int32, ok bool) {
	var sources []source
	for _, a := range k.arcs[d] {
		if k.kept[a.to] && a.to != without {
			sources = append(sources, source{a, a.in.Minus(k.docs[d].Learned).Size()})
		}
	}
	slices.SortFunc(sources, func(x, y source) int {
		if x.has != y.has {
			return y.has - x.has
		}
		return k.Prefer(x.to, y.to)
	})
	for _, s := range sources { // a text that covers it alone need not be the one with most of it
		if k.holds(d, &s.arc) {
			return []int32{s.to}, true
		}
	}
	if k.One {
		return nil, false
	}
	by, ok = k.together(d, sources)
	if ok && k.Unlike != nil { // now it is worth asking
		by, ok = k.together(d, slices.DeleteFunc(sources, func(s source) bool { return k.Unlike(d, s.to) }))
	}
	return by, ok
}

// together returns those of sources that cover d, each of which adds something.
func (k *choosing) together(d int32, sources []source) (by []int32, ok bool) {
	rest := k.full(d)
	for _, s := range sources {
		left := rest.Minus(s.in)
		if len(by) > 0 && rest.Size()-left.Size() < 1 {
			continue
		}
		by, rest = append(by, s.to), left
		if k.covered(d, rest) {
			return by, true
		}
	}
	return nil, false
}

// drop notes that d is covered.
func (k *choosing) drop(d int32, by []int32) {
	k.kept[d], k.choices[d] = false, k.choice(d, by)
}

// choice says what of d stands in others.
func (k *choosing) choice(d int32, by []int32) Choice {
	c := Choice{By: by}
	rest := k.full(d)
	for _, a := range k.arcs[d] {
		if !slices.Contains(by, a.to) {
			continue
		}
		rest = rest.Minus(a.in)
		if a.to == by[0] {
			if k.size[a.to] > 0 {
				c.Back = k.share(a.to, k.full(a.to).Minus(*a.back))
			}
			c.Contained = !k.coveredBy(a.to, *a.back)
		}
	}
	c.Coverage, c.Held = k.share(d, rest), k.held(d, by)
	return c
}

// held returns which share of all characters of d others hold.
func (k *choosing) held(d int32, by []int32) float64 {
	rest := cluster.Set{{Lo: 0, Hi: k.docs[d].Units}}
	for _, a := range k.arcs[d] {
		if slices.Contains(by, a.to) {
			rest = rest.Minus(a.in)
		}
	}
	return 1 - float64(rest.Size())/float64(k.docs[d].Units)
}

// reconsider drops a kept document that the other kept ones cover, unless something
// that was dropped because of it needs it.
func (k *choosing) reconsider(d int32) {
	by, ok := k.cover(d, d)
	if !ok {
		return
	}
	instead := map[int32][]int32{}
	for _, a := range k.arcs[d] {
		if !slices.Contains(k.choices[a.to].By, d) {
			continue
		}
		others, ok := k.cover(a.to, d)
		if !ok {
			return
		}
		instead[a.to] = others
	}
	k.drop(d, by)
	for x, others := range instead {
		k.drop(x, others)
	}
}

// queue is documents by preference: a container/heap.
type queue struct {
	docs   []int32
	before func(a, b int32) bool
}

func (q *queue) Len() int           { return len(q.docs) }
func (q *queue) Less(i, j int) bool { return q.before(q.docs[i], q.docs[j]) }
func (q *queue) Swap(i, j int)      { q.docs[i], q.docs[j] = q.docs[j], q.docs[i] }
func (q *queue) Push(x any)         { q.docs = append(q.docs, x.(int32)) }
func (q *queue) Pop() any {
	x := q.docs[len(q.docs)-1]
	q.docs = q.docs[:len(q.docs)-1]
	return x
}
