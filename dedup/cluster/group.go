package cluster

import (
	"cmp"
	"container/heap"
	"slices"
)

// Grouping makes stories of nodes. The parts of a component stand round a centre, so that
// they do not drift; and what drifts by its nature is put together again: the versions of
// one text, each nearly the one before it. A live report of two hundred
// versions, the last fifty times as long as the first, is one story. All stories cost
// O(edges log edges): where each part of a component cost its edges, a chain of n texts,
// each half of the next, took n² steps.

// group clusters the nodes of g. An edge must carry half of the smaller node. A
// story is a centre, the node of a component with the heaviest edges, with its
// neighbours and the nodes linked to a third of them; the rest of the component
// goes round again. (Connected components looked better on the set that was
// tuned on, and were worse on both sets that were not: they drift.)
func group(g *graph, docs []Doc) []Story {
	adjacent := make([]map[int32]int, len(g.nodes))
	for _, e := range g.edges {
		small := min(g.nodes[e.p].Units.Size(), g.nodes[e.q].Units.Size())
		if e.p == e.q || 2*e.matched < small {
			continue
		}
		for _, d := range [][2]int32{{e.p, e.q}, {e.q, e.p}} {
			if adjacent[d[0]] == nil {
				adjacent[d[0]] = map[int32]int{}
			}
			adjacent[d[0]][d[1]] += e.matched
		}
	}
	n := len(g.nodes)
	p := parting{adjacent: adjacent, done: make([]bool, n), left: make([]bool, n), sum: make([]int, n)}
	p.size = func(n int32) int { return g.nodes[n].Units.Size() }
	var out []Story
	for n := range g.nodes {
		if p.done[n] || len(adjacent[n]) == 0 {
			continue
		}
		for _, part := range versions(p.component(int32(n)), adjacent, p.size) {
			s := Story{Canonical: canonical(part, g.nodes, adjacent, docs)}
			for _, i := range part {
				s.Nodes = append(s.Nodes, g.nodes[i])
			}
			out = append(out, s)
		}
	}
	return out
}

// canonical returns which node of a part stands for the story: the one that shares most text
// with all other documents of it, each of several copies counted; of equals the earliest, then
// the one with most copies, then the longest document, then the one whose id sorts first. O(edges).
func canonical(part []int32, nodes []Node, adjacent []map[int32]int, docs []Doc) (best int) {
	copies := func(x int32) int { return max(1, int(docs[nodes[x].Doc].Copies)) }
	shares := make(map[int32]int, len(part)) // units
	for _, x := range part {
		shares[x] = (copies(x) - 1) * nodes[x].Units.Size()
	}
	for _, x := range part {
		for y, matched := range adjacent[x] {
			if _, in := shares[y]; in {
				shares[y] += copies(x) * matched
			}
		}
	}
	prefer := func(x, y int32) int {
		m, n := &nodes[x], &nodes[y]
		return cmp.Or(
			cmp.Compare(shares[y], shares[x]),
			cmp.Compare(docs[m.Doc].Place, docs[n.Doc].Place),
			cmp.Compare(copies(y), copies(x)),
			cmp.Compare(docs[n.Doc].Units, docs[m.Doc].Units),
			cmp.Compare(m.Doc, n.Doc), cmp.Compare(x, y))
	}
	for i, x := range part {
		if prefer(x, part[best]) < 0 {
			best = i
		}
	}
	return best
}

// parting takes components apart into stories.
type parting struct {
	adjacent []map[int32]int // node → node that it is linked to → units that match
	size     func(int32) int
	done     []bool // nodes that a component has
	left     []bool // those of this component that no part has yet
	sum      []int  // of each node, the units that match with those that are left
}

// weight is a node with its sum, which may have become less since.
type weight struct {
	node int32
	sum  int
}

// weights is a heap, the heaviest first and of equals the first node.
type weights []weight

func (w weights) Len() int { return len(w) }
func (w weights) Less(i, j int) bool {
	return w[i].sum > w[j].sum || w[i].sum == w[j].sum && w[i].node < w[j].node
}
func (w weights) Swap(i, j int) { w[i], w[j] = w[j], w[i] }
func (w *weights) Push(x any)   { *w = append(*w, x.(weight)) }
func (w *weights) Pop() any {
	last := (*w)[len(*w)-1]
	*w = (*w)[:len(*w)-1]
	return last
}

// component takes the connected nodes of n apart into stories.
func (p *parting) component(n int32) [][]int32 {
	nodes := p.connected(n)
	var order weights
	for _, x := range nodes {
		p.left[x], p.sum[x] = true, 0
		for _, m := range p.adjacent[x] {
			p.sum[x] += m
		}
		order = append(order, weight{x, p.sum[x]})
	}
	heap.Init(&order)
	var out [][]int32
	for len(order) > 0 && order[0].sum > 0 {
		top := &order[0]
		switch {
		case !p.left[top.node]:
			heap.Pop(&order)
		case top.sum > p.sum[top.node]:
			top.sum = p.sum[top.node]
			heap.Fix(&order, 0)
		default:
			part := p.members(top.node)
			p.take(part)
			out = append(out, part)
		}
	}
	for _, x := range nodes {
		if p.left[x] {
			p.left[x] = false
			out = append(out, []int32{x})
		}
	}
	return out
}

// connected returns the nodes of the component of n, ascending.
func (p *parting) connected(n int32) (nodes []int32) {
	stack := []int32{n}
	p.done[n] = true
	for len(stack) > 0 {
		x := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		nodes = append(nodes, x)
		for y := range p.adjacent[x] {
			if !p.done[y] {
				p.done[y] = true
				stack = append(stack, y)
			}
		}
	}
	slices.Sort(nodes)
	return nodes
}

// take removes a part from what is left.
func (p *parting) take(part []int32) {
	for _, x := range part {
		p.left[x] = false
	}
	for _, x := range part {
		for y, m := range p.adjacent[x] {
			p.sum[y] -= m
		}
	}
}

// The next version of a text has nearly all of it, and is not much longer.
const (
	versionOf = .95 // share of the shorter node that matches the longer one
	longer    = .75 // and of the longer one
)

// versions puts parts together that have a text and the next version of it, and leaves
// out those of one node. The first part of those put together comes first, with its
// centre. O(edges α).
func versions(parts [][]int32, adjacent []map[int32]int, size func(int32) int) [][]int32 {
	in := map[int32]int32{} // node → part
	for i, part := range parts {
		for _, x := range part {
			in[x] = int32(i)
		}
	}
	first := Joined(len(parts), func(yield func(a, b int32) bool) {
		for x, i := range in {
			for y, matched := range adjacent[x] {
				short, long := min(size(x), size(y)), max(size(x), size(y))
				if float64(matched) < versionOf*float64(short) || float64(matched) < longer*float64(long) {
					continue
				}
				if !yield(i, in[y]) {
					return
				}
			}
		}
	})
	grown := map[int32]bool{} // parts that others were put to
	for i, part := range parts {
		if r := first[i]; int(r) != i {
			parts[r], parts[i] = append(parts[r], part...), nil
			grown[r] = true
		}
	}
	for r := range grown {
		slices.Sort(parts[r][1:])
	}
	return slices.DeleteFunc(parts, func(part []int32) bool { return len(part) < 2 })
}

// members returns the centre, its neighbours, and the nodes linked to a third of
// those that are in already. Half of such a node must be in one of these: else it meets
// the story in a passage, as two ordinances meet in an annex that is most of a third.
func (p *parting) members(centre int32) []int32 {
	part := []int32{centre}
	for y, matched := range p.adjacent[centre] {
		if p.left[y] && y != centre && matched > 0 {
			part = append(part, y)
		}
	}
	type late struct {
		links int
		own   bool
	}
	rest := map[int32]late{}
	for _, x := range part {
		for y, matched := range p.adjacent[x] {
			if p.left[y] {
				l := rest[y]
				rest[y] = late{l.links + 1, l.own || 2*matched >= p.size(y)}
			}
		}
	}
	for _, x := range part {
		delete(rest, x)
	}
	first := len(part)
	for y, l := range rest {
		if 3*l.links >= first && l.own {
			part = append(part, y)
		}
	}
	slices.Sort(part[1:])
	return part
}
