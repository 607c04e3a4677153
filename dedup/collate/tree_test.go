package collate

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"repost/dedup/diff"
)

// pathLengths returns the sums of branches between all leaves of a tree.
func pathLengths(t *Tree, n int) [][]float64 {
	d := make([][]float64, n)
	for i := range d {
		d[i] = make([]float64, n)
	}
	var below func(t *Tree) map[int]float64
	below = func(t *Tree) map[int]float64 {
		all := map[int]float64{}
		if t.Leaf >= 0 {
			all[t.Leaf] = 0
		}
		for _, c := range t.Children {
			sub := below(c)
			for j, y := range sub {
				for i, x := range all {
					d[i][j], d[j][i] = x+y+c.Length, x+y+c.Length
				}
			}
			for j, y := range sub {
				all[j] = y + c.Length
			}
		}
		return all
	}
	below(t)
	return d
}

// randomTree joins leaves at random.
func randomTree(t *rapid.T, n int) *Tree {
	var nodes []*Tree
	length := rapid.Float64Range(0, 1)
	for i := range n {
		nodes = append(nodes, &Tree{Leaf: i, Length: length.Draw(t, "length")})
	}
	for len(nodes) > 1 {
		i := rapid.IntRange(0, len(nodes)-2).Draw(t, "node")
		joined := &Tree{Leaf: -1, Length: length.Draw(t, "length"), Children: []*Tree{nodes[i], nodes[len(nodes)-1]}}
		nodes[i] = joined
		nodes = nodes[:len(nodes)-1]
	}
	return nodes[0]
}

// TestJoinRecoversTrees: distances that are sums of branches of a tree come back from
// the tree that is made of them, in any order of the leaves.
func TestJoinRecoversTrees(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 24).Draw(t, "leaves")
		want := pathLengths(randomTree(t, n), n)
		got := pathLengths(Join(want), n)
		for i := range n {
			for j := range n {
				if math.Abs(got[i][j]-want[i][j]) > 1e-9 {
					t.Fatalf("leaves %d and %d are %g apart, want %g", i, j, got[i][j], want[i][j])
				}
			}
		}
	})
}

// TestJoinTakesAnything: any symmetric matrix, also with distances that are not known,
// makes a tree of all leaves without a negative branch, and leaves the matrix alone.
func TestJoinTakesAnything(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 12).Draw(t, "leaves")
		d := make([][]float64, n)
		for i := range d {
			d[i] = make([]float64, n)
		}
		for i := range n {
			for j := range i {
				x := rapid.SampledFrom([]float64{0, .1, .25, .5, 1, math.NaN()}).Draw(t, "distance")
				d[i][j], d[j][i] = x, x
			}
		}
		before := fmt.Sprint(d)
		tree := Join(d)
		if fmt.Sprint(d) != before {
			t.Fatal("the matrix was changed")
		}
		var leaves []int
		var walk func(*Tree)
		walk = func(x *Tree) {
			if x.Length < 0 || math.IsNaN(x.Length) {
				t.Fatalf("a branch of length %g", x.Length)
			}
			if x.Leaf >= 0 {
				leaves = append(leaves, x.Leaf)
			}
			for _, c := range x.Children {
				walk(c)
			}
		}
		walk(tree)
		slices.Sort(leaves)
		for i, l := range leaves {
			if l != i || len(leaves) != n {
				t.Fatalf("leaves %v of %d", leaves, n)
			}
		}
		newick := tree.Newick(func(i int) string { return fmt.Sprintf("it's %d", i) })
		if len(regexp.MustCompile(`'it''s \d+'`).FindAllString(newick, -1)) != n {
			t.Fatalf("%s has not %d names", newick, n)
		}
	})
}

// TestNewick: the textbook example of Saitou and Nei's method has one known tree.
func TestNewick(t *testing.T) {
	d := [][]float64{{0, 5, 9, 9, 8}, {5, 0, 10, 10, 9}, {9, 10, 0, 8, 7}, {9, 10, 8, 0, 3}, {8, 9, 7, 3, 0}}
	got := Join(d).Newick(func(i int) string { return string(rune('a' + i)) })
	if want := "((('a':2,'b':3):3,'c':4):2,'d':2,'e':1);"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if got := Join([][]float64{{0}}).Newick(func(int) string { return "a" }); got != "'a';" {
		t.Errorf("one leaf is %s", got)
	}
}

// TestDistances: a metric's first rules, and what is left out counts once.
func TestDistances(t *testing.T) {
	versions := []Version{
		{Key: "a", Text: "七月二日上午，青石镇的水厂开始供水。镇长李明说，每天可以供水三千吨。村民都很高兴，说水比从前甜得多。记者王平报道。"},
		{Key: "b", Text: "七月二日上午，青石镇的水厂开始供水。镇长李明说，每天可以供水五千吨。村民都很高兴，说水比从前甜得多。记者王平报道。"},
		{Key: "c", Text: "七月二日上午，青石镇的水厂开始供水。镇长李明说，每天可以供水五千吨。记者王平报道。"},
		{Key: "d", Text: "七月二日上午，青石镇的水厂开始供水。镇长李明说，每天可以供水三千吨。村民都很高兴，说水比从前甜得多。记者王平报道。"},
	}
	c, err := Collate(versions, Options{Base: "a"})
	if err != nil {
		t.Fatal(err)
	}
	d := c.Distances(func(p *Place) bool { return p.Grade == diff.Substantive })
	for i := range c.Witnesses {
		for j := range c.Witnesses {
			if d.Of(i, j) != d.Of(j, i) || d.Of(i, i) != 0 {
				t.Errorf("distance of %d and %d", i, j)
			}
		}
	}
	if d.Of(0, 1) != .5 || d.Of(1, 2) != .5 || d.Of(0, 2) != 1 {
		t.Errorf("distances %v", d.Matrix())
	}
}
