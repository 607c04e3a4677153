package cluster

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// slowComponent is component as it is defined: the sums of all nodes anew for each part.
func slowComponent(p *parting, n int32) (out [][]int32) {
	nodes := p.connected(n)
	left := map[int32]bool{}
	for _, x := range nodes {
		left[x] = true
	}
	for {
		centre, most := int32(-1), 0
		for _, x := range nodes {
			sum := 0
			for y, m := range p.adjacent[x] {
				if left[x] && left[y] {
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
		part := slowMembers(p, centre, nodes, left)
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

func slowMembers(p *parting, centre int32, nodes []int32, left map[int32]bool) []int32 {
	in := map[int32]bool{centre: true}
	for _, y := range nodes {
		in[y] = in[y] || left[y] && p.adjacent[centre][y] > 0
	}
	var rest []int32
	first := 0
	for _, y := range nodes {
		if in[y] {
			first++
		}
	}
	for _, y := range nodes {
		n, own := 0, false
		for z, matched := range p.adjacent[y] {
			if in[z] {
				n++
				own = own || 2*matched >= p.size(y)
			}
		}
		if left[y] && (in[y] || 3*n >= first && own) && y != centre {
			rest = append(rest, y)
		}
	}
	return append([]int32{centre}, rest...)
}

// newParting is a parting of random nodes of 10 to 20 units.
func newParting(rng *rand.Rand, n, edges int) *parting {
	p := &parting{adjacent: make([]map[int32]int, n), done: make([]bool, n), left: make([]bool, n), sum: make([]int, n)}
	sizes := make([]int, n)
	for i := range sizes {
		sizes[i], p.adjacent[i] = 10+rng.IntN(11), map[int32]int{}
	}
	p.size = func(x int32) int { return sizes[x] }
	for range edges {
		if x, y := rng.IntN(n), rng.IntN(n); x != y {
			m := 5 + rng.IntN(6)
			p.adjacent[x][int32(y)], p.adjacent[y][int32(x)] = m, m
		}
	}
	return p
}

// TestComponentAsDefined: the parts of components are those of the definition.
func TestComponentAsDefined(t *testing.T) {
	rng := rand.New(rand.NewPCG(13, 13))
	for range 2000 {
		n := 1 + rng.IntN(24)
		p := newParting(rng, n, rng.IntN(3*n+1))
		for x := range int32(n) {
			if p.done[x] {
				continue
			}
			want := slowComponent(p, x)
			clear(p.done)
			got := p.component(x)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatalf("of node %d (-want +got):\n%s", x, diff)
			}
			if slices.Contains(p.left, true) {
				t.Fatal("nodes are left over")
			}
		}
	}
}

// TestLongChain: each text begins where the one before it ended. The steps to take this chain
// apart grow with its length.
func TestLongChain(t *testing.T) {
	const n = 1 << 17 // by the definition, some 10¹⁰ steps
	p := newParting(rand.New(rand.NewPCG(1, 1)), n, 0)
	for x := range int32(n - 1) {
		p.adjacent[x][x+1], p.adjacent[x+1][x] = 10, 10
	}
	if parts := p.component(0); len(parts) < n/4 || len(parts) > n/2 {
		t.Errorf("%d texts make %d parts", n, len(parts))
	}
}
