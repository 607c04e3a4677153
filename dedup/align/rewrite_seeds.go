package align

import (
	"cmp"
	"math"
	"slices"
)

// Where climbs begin: clusters of pairs of similar pieces.

// point is a seed: piece at[0] of the one text is like piece at[1] of the other.
type point struct{ at [2]int }

const (
	// maxSeedWork bounds the products of piece counts that seeding adds up, and
	// maxSeeds the seeds: texts that repeat themselves reach them.
	maxSeedWork = 1 << 24
	maxSeeds    = 1 << 16
)

// seeds returns the pairs of similar pieces, by side 0, then side 1, and whether the work
// was capped. Candidates are found by the terms that at most half of all pieces have.
func (p *pair) seeds(o rewriting) (out []point, capped bool) {
	z := p.newSeeder()
	for i := range p.bags[0] {
		if p.blocked[0][i] {
			continue
		}
		for _, j := range z.alike(i, o) {
			out = append(out, point{[2]int{i, int(j)}})
		}
		if z.work > maxSeedWork || len(out) > maxSeeds {
			return out, true
		}
	}
	return out, false
}

// seeder compares one piece of side 0 with all of side 1.
type seeder struct {
	*pair
	lists  [][]posting // shared term → the pieces of side 1 that hold it
	square [2][]int64  // piece → square of its vector's length
	terms  [2][]int    // piece → different terms
	dot    []int64     // piece of side 1 → product with the piece at hand
	met    []int32     // pieces of side 1 whose dot is not 0
	work   int
}

type posting struct {
	piece int32
	n     uint32
}

func (p *pair) newSeeder() *seeder {
	z := &seeder{pair: p, lists: make([][]posting, len(p.weight)), dot: make([]int64, len(p.bags[1]))}
	for s := range p.text {
		z.square[s], z.terms[s] = p.vectors(s)
	}
	n := len(p.bags[0]) + len(p.bags[1])
	for j, b := range p.bags[1] {
		for _, e := range b {
			if f := e.feature; p.word[f] && 2*int(p.pieces[0][f]+p.pieces[1][f]) <= n {
				z.lists[f] = append(z.lists[f], posting{int32(j), e.n})
			}
		}
	}
	return z
}

// alike returns the pieces of side 1 that are similar to piece i of side 0, ascending. The
// result is valid until the next call.
func (z *seeder) alike(i int, o rewriting) []int32 {
	z.met = z.met[:0]
	for _, e := range z.bags[0][i] {
		w := z.weight[e.feature] * z.weight[e.feature] * int64(e.n)
		z.work += len(z.lists[e.feature])
		for _, q := range z.lists[e.feature] {
			if z.dot[q.piece] == 0 {
				z.met = append(z.met, q.piece)
			}
			z.dot[q.piece] += w * int64(q.n)
		}
	}
	out := z.met[:0]
	for _, j := range z.met {
		dot := float64(z.dot[j])
		z.dot[j] = 0
		if dot > o.seedCosine*math.Sqrt(float64(z.square[0][i])*float64(z.square[1][j])) && !z.blocked[1][j] &&
			float64(2*z.sharedTerms(i, int(j))) > o.seedDice*float64(z.terms[0][i]+z.terms[1][j]) {
			out = append(out, j)
		}
	}
	slices.Sort(out)
	return out
}

// vectors returns, for each piece of side s, the square of the length of its
// vector of terms and the number of its different terms.
func (p *pair) vectors(s int) (square []int64, terms []int) {
	t := p.text[s]
	square, terms = make([]int64, len(t.pieces)), make([]int, len(t.pieces))
	for i := range square {
		for _, e := range t.entries[t.bag[i]:t.bag[i+1]] {
			if t.features[e.feature].second == none {
				w := p.own[s][e.feature] * int64(e.n)
				square[i] += w * w
				terms[i]++
			}
		}
	}
	return square, terms
}

// sharedTerms counts the different terms that two pieces share. The entries of a
// bag are in the order of the text, so it looks each up.
func (p *pair) sharedTerms(i, j int) int {
	n := 0
	for _, e := range p.bags[0][i] {
		if !p.word[e.feature] {
			continue
		}
		for _, f := range p.bags[1][j] {
			if f.feature == e.feature {
				n++
				break
			}
		}
	}
	return n
}

// clusters parts seeds into groups whose neighbours on either side are at most
// gap pieces apart. A group is the largest set that is connected so on both
// sides, whichever side is cut first.
func clusters(points []point, gap int) [][]point {
	todo := [][]point{points}
	var out [][]point
	for len(todo) > 0 {
		g := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		parts := splitByGap(g, 0, gap)
		if len(parts) == 1 {
			parts = splitByGap(parts[0], 1, gap)
		}
		if len(parts) == 1 {
			out = append(out, parts[0])
		} else {
			todo = append(todo, parts...)
		}
	}
	return out
}

// splitByGap parts points where side s leaves more than gap pieces out.
func splitByGap(points []point, s, gap int) [][]point {
	points = slices.Clone(points)
	slices.SortFunc(points, func(x, y point) int {
		return cmp.Or(x.at[s]-y.at[s], x.at[1-s]-y.at[1-s])
	})
	var out [][]point
	from := 0
	for i := 1; i <= len(points); i++ {
		if i == len(points) || points[i].at[s]-points[i-1].at[s] > gap+1 {
			out = append(out, points[from:i])
			from = i
		}
	}
	return out
}

// hull returns the least rectangle that holds points.
func hull(points []point) rect {
	r := rect{lo: points[0].at}
	for _, q := range points {
		for s := range 2 {
			r.lo[s] = min(r.lo[s], q.at[s])
			r.hi[s] = max(r.hi[s], q.at[s]+1)
		}
	}
	return r
}

// starts returns the rectangles to climb from: the hulls of clusters, split with
// smaller gaps while they are too unlike.
func (t *twoBags) starts(points []point, gap int, o rewriting) []rect {
	var out []rect
	if len(points) == 0 {
		return nil
	}
	for _, g := range clusters(points, gap) {
		r := hull(g)
		if gap > 0 && len(g) > 1 && t.unlike(r, o) {
			out = append(out, t.starts(g, gap-1, o)...)
			continue
		}
		if !t.holds(r) {
			out = append(out, r)
		}
	}
	return out
}

// unlike reports whether r, as it is, is not a rectangle to start from.
func (t *twoBags) unlike(r rect, o rewriting) bool {
	if t.holds(r) {
		return true
	}
	t.set(r)
	return t.dice() < o.splitDice
}

// holds reports whether r holds a blocked piece.
func (p *pair) holds(r rect) bool {
	for s := range 2 {
		if slices.Contains(p.blocked[s][r.lo[s]:r.hi[s]], true) {
			return true
		}
	}
	return false
}
