package cluster

import (
	"cmp"
	"slices"
	"sort"
)

// Judge returns the verdict of each link and the stories they make. docs must be
// sorted by Key, and links by (A, B); frequency is, for each print, the number of
// documents that hold it. Three passes suffice: a fourth changes nothing.
func Judge(docs []Doc, links []Link, frequency []int32, t Thresholds) ([]Verdict, []Story) {
	j := &judge{docs: docs, t: t}
	verdicts := make([]Verdict, len(links))
	for i := range links {
		links[i].repeat = links[i].repeats()
	}
	var stories []Story
	for pass := range 3 {
		var acc []accepted
		for i := range links {
			if pass == 0 {
				verdicts[i] = j.strict(&links[i])
			} else {
				verdicts[i] = j.decide(&links[i])
			}
			if verdicts[i].Accepted {
				acc = append(acc, j.accept(&links[i], verdicts[i]))
			}
		}
		stories = group(build(docs, acc))
		if pass < 2 {
			j.stories = storyFrequency(docs, stories, frequency)
		}
	}
	return verdicts, stories
}

// storyFrequency counts in how many stories, or documents in none, each print
// stands: the documents that hold it, less those that hold it in a story which
// another document already stands for.
func storyFrequency(docs []Doc, stories []Story, frequency []int32) []int32 {
	out := slices.Clone(frequency)
	last := make([]int32, len(frequency)) // print → last story it was seen in, plus one
	seen := make([]int32, len(frequency)) // and node: a print that stands twice in one counts once
	node := int32(0)
	for s := range stories {
		for i, n := range stories[s].Nodes {
			d := &docs[n.Doc]
			node++
			for _, p := range d.Prints {
				if seen[p.Key] == node || n.Units.Within(p.Pos, p.Pos+d.Gram) == 0 {
					continue
				}
				seen[p.Key] = node
				if i > 0 && last[p.Key] == int32(s)+1 && out[p.Key] > 1 {
					out[p.Key]--
				}
				last[p.Key] = int32(s) + 1
			}
		}
	}
	return out
}

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
	var out []Story
	for n := range g.nodes {
		if done[n] || len(adjacent[n]) == 0 {
			continue
		}
		for _, part := range component(int32(n), adjacent, done) {
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
func component(n int32, adjacent []map[int32]int, done []bool) [][]int32 {
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
		part := members(centre, nodes, left, adjacent)
		for _, x := range part {
			delete(left, x)
		}
		out = append(out, part)
	}
	return out
}

// members returns the centre, its neighbours, and the nodes linked to a third of
// those that are in already.
func members(centre int32, nodes []int32, left map[int32]bool, adjacent []map[int32]int) []int32 {
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
		for z := range adjacent[y] {
			if in[z] {
				n++
			}
		}
		if 3*n >= len(part) {
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
