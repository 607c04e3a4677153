package align

import (
	"cmp"
	"math"
	"slices"
)

// point is a seed: piece at[0] of the one text is like piece at[1] of the other.
type point struct{ at [2]int }

// maxSeedWork bounds the products of piece counts that seeding adds up.
const maxSeedWork = 1 << 24

// seeds returns the pairs of pieces that are alike, by side 0, then side 1, and
// whether the work was capped.
func (p *pair) seeds(o rewriting) (out []point, capped bool) {
	n := len(p.bags[0]) + len(p.bags[1])
	norm := [2][]float64{p.norms(0), p.norms(1)}
	terms := [2][]int{p.termCounts(0), p.termCounts(1)}
	list := make([][]posting, len(p.weight))
	work := int64(0)
	usable := func(f uint32) bool {
		return p.word[f] && 2*int(p.pieces[0][f]+p.pieces[1][f]) <= n
	}
	for j, b := range p.bags[1] {
		for _, e := range b {
			if p.word[e.feature] {
				list[e.feature] = append(list[e.feature], posting{int32(j), e.n})
			}
		}
	}
	dot := make([]float64, len(p.bags[1]))
	common := make([]int32, len(p.bags[1]))
	var touched []int32
	for i, b := range p.bags[0] {
		if p.blocked[0][i] {
			continue
		}
		touched = touched[:0]
		for _, e := range b {
			if !usable(e.feature) {
				continue
			}
			w := float64(p.weight[e.feature]) / unitWeight
			w *= w * float64(e.n)
			work += int64(len(list[e.feature]))
			for _, q := range list[e.feature] {
				if common[q.piece] == 0 {
					touched = append(touched, q.piece)
				}
				common[q.piece]++
				dot[q.piece] += w * float64(q.n)
			}
		}
		slices.Sort(touched)
		for _, j := range touched {
			if dot[j] > o.seedCosine*norm[0][i]*norm[1][j] && !p.blocked[1][j] {
				share := p.sharedTerms(i, int(j))
				if float64(2*share) > o.seedDice*float64(terms[0][i]+terms[1][j]) {
					out = append(out, point{[2]int{i, int(j)}})
				}
			}
			dot[j], common[j] = 0, 0
		}
		if work > maxSeedWork {
			return out, true
		}
	}
	return out, false
}

type posting struct {
	piece int32
	n     uint32
}

// norms returns the length of the vector of terms of each piece of side s.
func (p *pair) norms(s int) []float64 {
	t := p.text[s]
	out := make([]float64, len(t.pieces))
	for i := range out {
		sum := 0.0
		for _, e := range t.entries[t.bag[i]:t.bag[i+1]] {
			w := float64(p.own[s][e.feature]) / unitWeight * float64(e.n)
			sum += w * w
		}
		out[i] = math.Sqrt(sum)
	}
	return out
}

// termCounts returns the number of different terms of each piece of side s.
func (p *pair) termCounts(s int) []int {
	t := p.text[s]
	out := make([]int, len(t.pieces))
	for i := range out {
		for _, e := range t.entries[t.bag[i]:t.bag[i+1]] {
			if t.features[e.feature].second == none {
				out[i]++
			}
		}
	}
	return out
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

// unlike reports whether r is no rectangle to start from as it is.
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
