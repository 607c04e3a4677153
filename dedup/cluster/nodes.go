package cluster

import (
	"cmp"
	"slices"
)

// joined is a link that the judge let pass, without its stray chains.
type joined struct {
	link    *Link
	chains  []*Chain
	matched int
	a, b    Set // units inside its chains, one-sided insertions left out
}

// insertion is the number of extra units on one side that part a chain: a
// caption or the next story, not an edit. Measured through-page merges fell from
// 10 to 4 when chains were cut there.
const insertion = 16

// pieces cuts a chain at one-sided insertions and returns where it lies.
func (c *Chain) pieces() (a, b Set) {
	var ia, ib []Interval
	from := c.Runs[0]
	last := from
	flush := func() {
		ia = append(ia, Interval{from.A, last.A + last.Len})
		ib = append(ib, Interval{from.B, last.B + last.Len})
	}
	for _, r := range c.Runs[1:] {
		gapA, gapB := r.A-last.A-last.Len, r.B-last.B-last.Len
		if max(gapA-gapB, gapB-gapA) >= insertion {
			flush()
			from = r
		}
		last = r
	}
	flush()
	return Of(ia), Of(ib)
}

func (j *judge) accept(l *Link, v Verdict) joined {
	acc := joined{link: l}
	for _, i := range v.Kept {
		c := j.trimmed(l, i)
		acc.chains = append(acc.chains, c)
		a, b := c.pieces()
		acc.a, acc.b = acc.a.Union(a), acc.b.Union(b)
		if !l.repeat[i] {
			acc.matched += c.matched()
		}
	}
	return acc
}

// overrun is the number of units up to which what runs over a line break and ends
// nowhere is taken for an accident whatever it says.
const overrun = 30

// trimmed returns c without the ends that run over a line break into mere formula: the next
// item of a digest may begin with the same titles as the rest of the quoted story.
func (j *judge) trimmed(l *Link, i int) *Chain {
	c := &l.Chains[i]
	head, tail := c.Head, c.Tail
	if j.lost == nil || head+tail == 0 {
		return c
	}
	lost := j.lost[int(l.first)+i]
	if head > overrun && !formula(c.HeadFingerprints, lost.Head) {
		head = 0
	}
	if tail > overrun && !formula(c.TailFingerprints, lost.Tail) {
		tail = 0
	}
	if head+tail == 0 || int(head+tail) >= c.matched() {
		return c
	}
	t := *c
	t.Runs = slices.Clone(c.Runs)
	for head > 0 {
		r := &t.Runs[0]
		n := min(head, r.Len)
		r.A, r.B, r.Len, head = r.A+n, r.B+n, r.Len-n, head-n
		if r.Len == 0 {
			t.Runs = t.Runs[1:]
		}
	}
	for tail > 0 {
		r := &t.Runs[len(t.Runs)-1]
		n := min(tail, r.Len)
		r.Len, tail = r.Len-n, tail-n
		if r.Len == 0 {
			t.Runs = t.Runs[:len(t.Runs)-1]
		}
	}
	return &t
}

// formula reports whether fingerprints with this penalty, in tenths, say next to nothing.
func formula(fingerprints, lost int32) bool { return 10*fingerprints-lost <= 2*fingerprints }

func (c *Chain) matched() (n int) {
	for _, r := range c.Runs {
		n += int(r.Len)
	}
	return n
}

// edge joins two nodes.
type edge struct {
	p, q    int32 // nodes
	matched int
}

// graph is the nodes of all documents and the edges between them.
type graph struct {
	nodes    []Node
	of       map[int32][]int32 // document → its nodes
	edges    []edge
	supports [][]support // node → what each link shows of it
}

// support is where a link shows that a story is in a document.
type support struct {
	units Set
	multi bool // the other document carries several stories
}

// partner is one document that another is linked to, as seen from the other.
type partner struct {
	doc   int32
	units Set // of the other document
	whole bool
	acc   *joined
	sideA bool
}

// build places the accepted links, largest first, as nodes.
func build(docs []Doc, links []joined) *graph {
	partners := map[int32][]partner{}
	linked := map[[2]int32]bool{}
	for i := range links {
		l := &links[i]
		ia, ib := l.link.A, l.link.B
		linked[[2]int32{ia, ib}] = true
		liveA := int(docs[ia].Units) - docs[ia].Learned.Size()
		liveB := int(docs[ib].Units) - docs[ib].Learned.Size()
		partners[ia] = append(partners[ia], partner{ib, l.a, ratio(l.b.Size(), liveB) >= .7, l, true})
		partners[ib] = append(partners[ib], partner{ia, l.b, ratio(l.a.Size(), liveA) >= .7, l, false})
	}
	multi := map[int32]bool{}
	for d, ps := range partners {
		if several(ps, linked) {
			multi[d] = true
		}
	}
	g := &graph{of: map[int32][]int32{}}
	for _, p := range cut(links, multi) {
		g.place(p, multi)
	}
	for n := range g.nodes {
		g.nodes[n].Units = own(g.nodes[n].Units, g.supports[n])
	}
	return g
}

// When many links agree on a story, a few links alone may not add to it: of manySupports
// links or more it takes a third. An addition of less than addition units is ignored.
const (
	manySupports = 5
	addition     = 20
)

// own returns the units of a node that are its story's own. Where many links agree on the
// part of a document that is the story, and a few links to pages of several stories add to
// it, the addition is another story, next to it on those pages too. Where all links are to such
// pages, they agree on no part, and nothing is taken away.
func own(units Set, supports []support) Set {
	if len(supports) < manySupports {
		return units
	}
	all, more := units, units
	for _, s := range supports {
		if !s.multi {
			more = more.Minus(s.units)
		}
	}
	for _, m := range more {
		n := 0
		for _, s := range supports {
			if 2*s.units.Within(m.Lo, m.Hi) >= int(m.Hi-m.Lo) {
				n++
			}
		}
		if m.Hi-m.Lo >= addition && 3*n <= len(supports) {
			units = units.Minus(Set{m})
		}
	}
	if len(units) == 0 {
		return all
	}
	return units
}

// several reports whether a document carries more than one story: two partners
// that are not linked to each other cover disjoint parts of it, and either both
// lie wholly inside it or no single chain of it spans both parts. (Without the
// second half a quotation and a truncated copy tear their origin apart: recall of
// quotations .976 → .867.)
//
// The partners of a story that many outlets carry all have its heart in common.
// Then no pair needs to be looked at, else O(partners²).
func several(ps []partner, linked map[[2]int32]bool) bool {
	if common, most := heart(ps); 10*common > most {
		return false
	}
	for i := range ps {
		for k := range i {
			p, q := &ps[i], &ps[k]
			lo, hi := min(p.doc, q.doc), max(p.doc, q.doc)
			if linked[[2]int32{lo, hi}] || linked[[2]int32{hi, lo}] {
				continue
			}
			small := min(p.units.Size(), q.units.Size())
			if 10*p.units.Overlap(q.units) > small {
				continue
			}
			if p.whole && q.whole || !spanned(ps, p.units, q.units) {
				return true
			}
		}
	}
	return false
}

// heart returns how many units of a document all partners share, and the maximum that any
// one shares.
func heart(ps []partner) (common, most int) {
	all := ps[0].units
	for i := range ps {
		most = max(most, ps[i].units.Size())
		all = all.Minus(all.Minus(ps[i].units))
	}
	return all.Size(), most
}

// spanned reports whether one chain of the document covers half of both parts.
func spanned(ps []partner, p, q Set) bool {
	for i := range ps {
		for _, c := range ps[i].acc.chains {
			a, b := c.pieces()
			if !ps[i].sideA {
				a = b
			}
			if 2*a.Overlap(p) >= p.Size() && 2*a.Overlap(q) >= q.Size() {
				return true
			}
		}
	}
	return false
}

// placement is what is placed at once: a whole link, or one chain of a link between two
// documents of several stories.
type placement struct {
	link    *Link
	a, b    Set
	matched int
	single  bool
}

func cut(links []joined, multi map[int32]bool) []placement {
	groups := grouped(links, multi)
	var out []placement
	for i := range links {
		l := &links[i]
		if multi[l.link.A] && multi[l.link.B] {
			for _, c := range l.chains {
				a, b := c.pieces()
				out = append(out, placement{l.link, a, b, c.matched(), true})
			}
			continue
		}
		for _, chains := range groups[i] {
			if len(chains) == len(l.chains) {
				out = append(out, placement{l.link, l.a, l.b, l.matched, false})
				break
			}
			p := placement{link: l.link}
			for _, k := range chains {
				a, b := l.chains[k].pieces()
				p.a, p.b, p.matched = p.a.Union(a), p.b.Union(b), p.matched+l.chains[k].matched()
			}
			out = append(out, p)
		}
	}
	// A chain between two pages may run over two stories that follow each other on both:
	// what single-story documents show comes first.
	slices.SortStableFunc(out, func(x, y placement) int {
		if x.single != y.single {
			if x.single {
				return 1
			}
			return -1
		}
		return cmp.Or(y.matched-x.matched, int(x.link.A-y.link.A), int(x.link.B-y.link.B), int(x.a[0].Lo-y.a[0].Lo))
	})
	return out
}

// coveredRegion is the part of a document of several stories that chains of some of its
// links cover in common.
type coveredRegion struct {
	units Set
	links map[int32]bool
	story int // number of the story it is taken for
}

// grouped returns for each link its chains by the stories they are of: all
// together, unless one of its documents carries several stories. There, two
// regions are one story when half of the links that have either have both: a page that
// carries two stories of another page, and has no other partners for one of them, must not
// make them one.
func grouped(links []joined, multi map[int32]bool) [][][]int {
	regions := map[int32][]*coveredRegion{}
	out := make([][][]int, len(links))
	of := make([][]*coveredRegion, len(links)) // link → the regions of its chains
	for i := range links {
		l := &links[i]
		of[i] = make([]*coveredRegion, len(l.chains))
		for _, d := range []int32{l.link.A, l.link.B} {
			if !multi[d] {
				continue
			}
			for k, c := range l.chains {
				u, b := c.pieces()
				if d == l.link.B {
					u = b
				}
				of[i][k] = regionOf(regions, d, u)
				of[i][k].links[int32(i)] = true
			}
		}
	}
	for _, all := range regions {
		for i, s := range all {
			s.story = i
			for _, t := range all[:i] {
				if 2*both(s, t) >= min(len(s.links), len(t.links)) {
					join(all[:i+1], s.story, t.story)
				}
			}
		}
	}
	for i := range links {
		by := map[int]int{} // story → index of its group
		for k, s := range of[i] {
			story := -1
			if s != nil {
				story = s.story
			}
			g, ok := by[story]
			if !ok {
				g = len(out[i])
				by[story] = g
				out[i] = append(out[i], nil)
			}
			out[i][g] = append(out[i][g], k)
		}
	}
	return out
}

// regionOf returns the region of d that overlaps u by half of either, which it widens, or a
// new one.
func regionOf(regions map[int32][]*coveredRegion, d int32, u Set) *coveredRegion {
	for _, s := range regions[d] {
		if 2*s.units.Overlap(u) >= min(s.units.Size(), u.Size()) {
			s.units = s.units.Union(u)
			return s
		}
	}
	s := &coveredRegion{units: u, links: map[int32]bool{}}
	regions[d] = append(regions[d], s)
	return s
}

// both counts the links that have both regions.
func both(s, t *coveredRegion) (n int) {
	for l := range s.links {
		if t.links[l] {
			n++
		}
	}
	return n
}

func join(all []*coveredRegion, from, to int) {
	for _, s := range all {
		if s.story == from {
			s.story = to
		}
	}
}

// place joins a piece to the nodes it overlaps by half of either, or makes new
// ones, and draws the edge.
func (g *graph) place(p placement, multi map[int32]bool) {
	if p.single && (g.touches(p.link.A, p.a) > 1 || g.touches(p.link.B, p.b) > 1) {
		return
	}
	na := g.node(p.link.A, p.a, multi[p.link.A])
	nb := g.node(p.link.B, p.b, multi[p.link.B])
	g.edges = append(g.edges, edge{na, nb, p.matched})
	g.supports[na] = append(g.supports[na], support{p.a, multi[p.link.B]})
	g.supports[nb] = append(g.supports[nb], support{p.b, multi[p.link.A]})
}

// touches counts the nodes of d that u covers to a tenth or more.
func (g *graph) touches(d int32, u Set) (n int) {
	for _, i := range g.of[d] {
		if o := g.nodes[i].Units.Overlap(u); 10*o >= g.nodes[i].Units.Size() {
			n++
		}
	}
	return n
}

func (g *graph) node(d int32, u Set, multi bool) int32 {
	best, most := int32(-1), 0
	for _, i := range g.of[d] {
		n := &g.nodes[i]
		o := n.Units.Overlap(u)
		if (!multi || 2*o >= min(u.Size(), n.Units.Size())) && (best < 0 || o > most) {
			best, most = i, o
		}
	}
	if best < 0 {
		best = int32(len(g.nodes))
		g.nodes = append(g.nodes, Node{Doc: d, Units: slices.Clone(u)})
		g.supports = append(g.supports, nil)
		g.of[d] = append(g.of[d], best)
		return best
	}
	g.nodes[best].Units = g.nodes[best].Units.Union(u)
	return best
}
