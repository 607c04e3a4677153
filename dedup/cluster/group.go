package cluster

import (
	"cmp"
	"slices"
	"sort"
)

// Grouping makes stories of nodes. The parts of a component stand round a centre, so that
// they do not drift; and what drifts by its nature is put together again: the versions of
// one text, each nearly the one before it. A live report of two hundred
// versions, the last fifty times as long as the first, is one story. Stories
// cost O(edges) for each part of a component.

// group clusters the nodes of g. An edge must carry half of the smaller node. A
// story is a centre, the node of a component with the heaviest edges, with its
// neighbours and the nodes linked to a third of them; the rest of the component
// goes round again. (Connected components looked better on the set that was
// tuned on, and were worse on both sets that were not: they drift.)
func group(g *graph) []Story {
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
	done := make([]bool, len(g.nodes))
	size := func(n int32) int { return g.nodes[n].Units.Size() }
	var out []Story
	for n := range g.nodes {
		if done[n] || len(adjacent[n]) == 0 {
			continue
		}
		for _, part := range versions(component(int32(n), adjacent, size, done), adjacent, size) {
			var s Story
			for _, i := range part {
				s.Nodes = append(s.Nodes, g.nodes[i])
			}
			out = append(out, s)
		}
	}
	return out
}

// component takes the connected nodes of n apart into stories.
func component(n int32, adjacent []map[int32]int, size func(int32) int, done []bool) [][]int32 {
	var nodes []int32
	stack := []int32{n}
	done[n] = true
	for len(stack) > 0 {
		x := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		nodes = append(nodes, x)
		for y := range adjacent[x] {
			if !done[y] {
				done[y] = true
				stack = append(stack, y)
			}
		}
	}
	slices.Sort(nodes)
	left := map[int32]bool{}
	for _, x := range nodes {
		left[x] = true
	}
	var out [][]int32
	for len(left) > 1 {
		centre, most := int32(-1), 0
		for _, x := range nodes {
			if !left[x] {
				continue
			}
			sum := 0
			for y, m := range adjacent[x] {
				if left[y] {
					sum += m
				}
			}
			if sum > most {
				centre, most = x, sum
			}
		}
		if centre < 0 {
			break
		}
		part := members(centre, nodes, left, adjacent, size)
		for _, x := range part {
			delete(left, x)
		}
		out = append(out, part)
	}
	for _, x := range nodes {
		if left[x] {
			out = append(out, []int32{x})
		}
	}
	return out
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
	for i, part := range parts {
		if r := first[i]; int(r) != i {
			parts[r] = append(parts[r], part...)
			parts[i] = nil
			slices.Sort(parts[r][1:])
		}
	}
	return slices.DeleteFunc(parts, func(part []int32) bool { return len(part) < 2 })
}

// members returns the centre, its neighbours, and the nodes linked to a third of
// those that are in already. Half of such a node must be in one of these: else it meets
// the story in a passage, as two ordinances meet in an annex that is most of a third.
func members(centre int32, nodes []int32, left map[int32]bool, adjacent []map[int32]int, size func(int32) int) []int32 {
	part := []int32{centre}
	in := map[int32]bool{centre: true}
	for _, y := range nodes {
		if left[y] && y != centre && adjacent[centre][y] > 0 {
			part = append(part, y)
			in[y] = true
		}
	}
	type late struct {
		node  int32
		links int
	}
	var rest []late
	for _, y := range nodes {
		if !left[y] || in[y] {
			continue
		}
		n := 0
		own := false
		for z, matched := range adjacent[y] {
			if in[z] {
				n++
				own = own || 2*matched >= size(y)
			}
		}
		if 3*n >= len(part) && own {
			rest = append(rest, late{y, n})
		}
	}
	sort.SliceStable(rest, func(i, j int) bool { return rest[i].links > rest[j].links })
	for _, r := range rest {
		part = append(part, r.node)
	}
	slices.SortFunc(part[1:], func(x, y int32) int { return cmp.Compare(x, y) })
	return part
}
