package collate

import (
	"math"
	"strconv"
	"strings"
)

// Neighbour joining (Saitou and Nei 1987, in the form of Studier and Keppler 1988) makes
// an unrooted tree of a matrix of distances: again and again the two nodes become one
// whose joining makes the sum of all branches least. Where distances are sums of
// branches of some tree, it is that tree. A branch that would be negative is 0, and its
// neighbour as much shorter (Kuhner and Felsenstein 1994). O(n³) for n leaves.
//
// A tree of news versions is a summary and no pedigree: an editor who copies from two
// sources has two parents, which a tree cannot show. Families name their evidence.

// Tree is a node of a tree: a leaf, or one with children.
type Tree struct {
	Leaf     int     // index of the matrix, or -1
	Length   float64 // of the branch to the parent
	Children []*Tree
}

// Join makes a tree by neighbour joining. distances is symmetric; NaN, a distance that is
// not known, is taken as the mean of the others. The root, which says nothing, has
// three children, or as many as there are leaves.
func Join(distances [][]float64) *Tree {
	d := filled(distances)
	nodes := make([]*Tree, len(d))
	for i := range nodes {
		nodes[i] = &Tree{Leaf: i}
	}
	for len(nodes) > 3 {
		i, j := nearest(d)
		toI, toJ := branches(d, i, j)
		nodes[i].Length, nodes[j].Length = toI, toJ
		joined := &Tree{Leaf: -1, Children: []*Tree{nodes[i], nodes[j]}}
		apart := d[i][j]
		for k := range d {
			x := max(0, (d[i][k]+d[j][k]-apart)/2)
			d[i][k], d[k][i] = x, x
		}
		d[i][i] = 0
		nodes[i] = joined
		nodes, d = without(nodes, j), withoutBoth(d, j)
	}
	root := &Tree{Leaf: -1, Children: nodes}
	switch len(nodes) {
	case 1:
		return nodes[0]
	case 2:
		nodes[0].Length, nodes[1].Length = d[0][1]/2, d[0][1]/2
	case 3:
		for i := range nodes {
			j, k := (i+1)%3, (i+2)%3
			nodes[i].Length = max(0, (d[i][j]+d[i][k]-d[j][k])/2)
		}
	}
	return root
}

// filled copies a matrix, with the mean in the place of what is not known.
func filled(m [][]float64) [][]float64 {
	sum, n := 0., 0
	for i := range m {
		for j, x := range m[i] {
			if i != j && !math.IsNaN(x) {
				sum, n = sum+x, n+1
			}
		}
	}
	out := make([][]float64, len(m))
	for i := range m {
		out[i] = make([]float64, len(m))
		for j, x := range m[i] {
			if math.IsNaN(x) {
				x = sum / float64(max(1, n))
			}
			out[i][j] = x
		}
	}
	return out
}

// nearest returns the two nodes whose joining makes the tree shortest, the first such by
// number.
func nearest(d [][]float64) (i, j int) {
	sums := rowSums(d)
	least := math.Inf(1)
	for a := range d {
		for b := a + 1; b < len(d); b++ {
			const noise = 1e-12 // of sums of shares
			if q := float64(len(d)-2)*d[a][b] - sums[a] - sums[b]; q < least-noise {
				i, j, least = a, b, q
			}
		}
	}
	return i, j
}

func rowSums(d [][]float64) []float64 {
	sums := make([]float64, len(d))
	for i := range d {
		for _, x := range d[i] {
			sums[i] += x
		}
	}
	return sums
}

// branches returns the lengths from two nodes that are joined to their parent.
func branches(d [][]float64, i, j int) (toI, toJ float64) {
	sums := rowSums(d)
	toI = d[i][j]/2 + (sums[i]-sums[j])/float64(2*(len(d)-2))
	toI = min(max(0, toI), d[i][j])
	return toI, d[i][j] - toI
}

func without(nodes []*Tree, j int) []*Tree {
	return append(nodes[:j:j], nodes[j+1:]...)
}

func withoutBoth(d [][]float64, j int) [][]float64 {
	out := append(d[:j:j], d[j+1:]...)
	for i := range out {
		out[i] = append(out[i][:j:j], out[i][j+1:]...)
	}
	return out
}

// Newick writes a tree in the format of phylogenetic programs (Olsen 1990), with quoted
// names: ('a':0.1,'b':0.25,('c':0,'d':0.5):0.1);
func (t *Tree) Newick(name func(leaf int) string) string {
	var b strings.Builder
	t.write(&b, name, true)
	b.WriteByte(';')
	return b.String()
}

func (t *Tree) write(b *strings.Builder, name func(int) string, root bool) {
	if t.Leaf >= 0 {
		b.WriteString("'" + strings.ReplaceAll(name(t.Leaf), "'", "''") + "'")
	}
	for i, c := range t.Children {
		b.WriteByte("(,"[min(i, 1)])
		c.write(b, name, false)
	}
	if len(t.Children) > 0 {
		b.WriteByte(')')
	}
	if !root {
		b.WriteString(":" + strconv.FormatFloat(math.Round(1e6*t.Length)/1e6, 'f', -1, 64))
	}
}
