package align

import (
	"math"
	"slices"
)

// Rewrites: the same content in other words.
//
// A rewrite is a rectangle R: consecutive pieces of one text against consecutive
// pieces of the other. Each term weighs w = ln((N+1)/n), where n of the N pieces
// of the two texts hold it: the pair itself says which words are common. With c
// the counts of terms on either side of R,
//
//	mass   M = Σ w·cA + Σ w·cB
//	common C = Σ w·min(cA, cB) + β · (the same over neighbouring terms, in any order)
//	F(R)     = 2·C − λ·M  =  M · (weighted Dice − λ)
//
// and a rewrite is where F is greatest. min makes a word that one side repeats
// count once, so that the sides stay balanced in length: sums of cosines grow a
// source fragment over every repetition of its topic. λ is the Dice at which
// text stops to be worth taking in.
//
// The search starts at clusters of similar pieces and climbs: it moves one edge
// by up to reach pieces, or one edge of each side outwards together, always the
// best move, until none gains. A second climb with λ near the Dice reached
// tightens the edges of clean copies; last, each edge moves by the token.
//
// All sums are integers (weights are rounded to 1/4096 nat), so they are exact
// after any number of moves, equal when the sides change over, and the same on
// every machine.
//
// Cost: the seeds need the product of the pieces that hold a term, summed over
// the terms that are not in half of the pieces; a climb O(moves × terms in a
// piece × 8·reach). Both are bounded, and Result.Capped says when they were.

const (
	unitWeight = 1 << 12 // of one nat
	perMille   = 1000    // λ is in thousandths
)

// rewriting are the settings of the climb. Around these values quality on PAN
// 2013 train is flat: it falls by less than .005 for λ .30 to .36, gaps 0 to 8.
// Joining over 20 pieces rather than 8 costs .0005 there and gains .014 on
// abridged Chinese news, where long holes would part a copy.
type rewriting struct {
	lambda     int64   // λ in thousandths
	tighten    int64   // λ of the second climb, in thousandths of the Dice reached
	pairBonus  int64   // β in thousandths
	reach      int     // pieces an edge moves at once
	gap        int     // pieces between the seeds of one cluster
	seedCosine float64 // least cosine of two pieces that are a seed
	seedDice   float64 // least Dice of their sets of terms
	splitDice  int64   // a cluster with less Dice than this, in thousandths, is split by smaller gaps
	join       int     // rectangles this many pieces apart may be one
	joinDice   int64   // if the Dice of their union in thousandths is at least this
	margin     int64   // nats that moving an edge inside a piece must gain
}

var defaultRewriting = rewriting{
	lambda: 330, tighten: 650, pairBonus: 100, reach: 4, gap: 4,
	seedCosine: .30, seedDice: .33, splitDice: 300, join: 20, joinDice: 550, margin: 10,
}

// pair is two texts with the features they share numbered together.
type pair struct {
	text    [2]*Prepared
	own     [2][]int64  // feature of a text → weight; 0 of a pair of terms
	bags    [2][]bag    // piece → shared features
	mass    [2][]int64  // piece → weight of all its terms
	weight  []int64     // shared feature → weight
	pieces  [2][]uint32 // shared feature → pieces that hold it
	word    []bool      // shared feature → it is a term, not a pair of terms
	number  [2][]uint32 // feature of a text → its number among the shared, or none
	blocked [2][]bool   // pieces no rewrite may hold
}

// bag is what a piece holds of the features that both texts have.
type bag []entry

// newPair weighs and numbers the features of a and b. bonus is β in thousandths.
func newPair(a, b *Prepared, bonus int64) *pair {
	p := &pair{text: [2]*Prepared{a, b}}
	for s, t := range p.text {
		p.own[s] = make([]int64, len(t.features))
		p.blocked[s] = make([]bool, len(t.pieces))
		p.number[s] = slices.Repeat([]uint32{none}, len(t.features))
	}
	weigh := newWeigher(len(a.pieces) + len(b.pieces))
	for i, f := range a.features {
		j := b.index.find(f.id)
		if j != none && (f.second == none) != (b.features[j].second == none) {
			j = none // a term and a pair with one hash
		}
		switch {
		case f.second == none && j == none:
			p.own[0][i] = weigh.of(f.pieces)
		case f.second == none:
			w := weigh.of(f.pieces + b.features[j].pieces)
			p.own[0][i], p.own[1][j] = w, w
			p.share(i, int(j), w, true)
		case j != none:
			p.share(i, int(j), bonus*(p.own[0][f.first]+p.own[0][f.second])/perMille, false)
		}
	}
	for j, f := range b.features {
		if f.second == none && p.number[1][j] == none {
			p.own[1][j] = weigh.of(f.pieces)
		}
	}
	for s := range p.text {
		p.fill(s)
	}
	return p
}

func (p *pair) share(i, j int, w int64, word bool) {
	k := uint32(len(p.weight))
	p.number[0][i], p.number[1][j] = k, k
	p.weight = append(p.weight, w)
	p.word = append(p.word, word)
	p.pieces[0] = append(p.pieces[0], p.text[0].features[i].pieces)
	p.pieces[1] = append(p.pieces[1], p.text[1].features[j].pieces)
}

// block marks the pieces that lie by half or more in one of chains.
func (p *pair) block(chains []Chain) {
	for s, t := range p.text {
		for _, c := range chains {
			lo, hi := c.A()
			if s == 1 {
				lo, hi = c.B()
			}
			for i, q := range t.pieces {
				if in := min(hi, q.hi) - max(lo, q.lo); 2*in >= q.hi-q.lo {
					p.blocked[s][i] = true
				}
			}
		}
	}
}

// fill makes the bags and masses of one side.
func (p *pair) fill(s int) {
	t := p.text[s]
	p.bags[s] = make([]bag, len(t.pieces))
	p.mass[s] = make([]int64, len(t.pieces))
	all := make([]entry, 0, len(t.entries))
	for i := range t.pieces {
		from := len(all)
		for _, e := range t.entries[t.bag[i]:t.bag[i+1]] {
			p.mass[s][i] += p.own[s][e.feature] * int64(e.n)
			if k := p.number[s][e.feature]; k != none {
				all = append(all, entry{k, e.n})
			}
		}
		p.bags[s][i] = all[from:len(all):len(all)]
	}
}

// weigher computes ln((N+1)/n) in 1/4096, by table for small n.
type weigher struct {
	n     float64
	known []int64
}

func newWeigher(n int) *weigher {
	return &weigher{n: float64(n + 1), known: make([]int64, min(n+1, 256))}
}

func (w *weigher) of(n uint32) int64 {
	if int(n) < len(w.known) && w.known[n] != 0 {
		return w.known[n]
	}
	v := int64(math.Round(unitWeight * math.Log(w.n/float64(n))))
	if int(n) < len(w.known) {
		w.known[n] = v
	}
	return v
}

// rect is a rectangle of pieces: [lo[s], hi[s]) on side s.
type rect struct{ lo, hi [2]int }

func (r rect) empty() bool { return r.lo[0] >= r.hi[0] || r.lo[1] >= r.hi[1] }

// twoBags holds the counts of the features on both sides of a rectangle, and
// keeps mass and common weight while pieces come and go: O(features of the
// piece) each.
type twoBags struct {
	*pair
	rect
	count        [2][]int32
	mass, common int64
	work         int // entries of bags that moves went through
}

// maxClimbWork bounds the work of all climbs of a pair: less than a second. Of the
// 5,185 pairs of PAN 2013 train the longest takes a sixtieth of it.
const maxClimbWork = 1 << 26

func newTwoBags(p *pair) *twoBags {
	n := len(p.weight)
	return &twoBags{pair: p, count: [2][]int32{make([]int32, n), make([]int32, n)}}
}

// put adds (by = 1) or takes away (by = -1) piece i of side s.
func (t *twoBags) put(s, i int, by int32) {
	own, other := t.count[s], t.count[1-s]
	t.work += len(t.bags[s][i])
	for _, e := range t.bags[s][i] {
		c, o := own[e.feature], other[e.feature]
		d := c + by*int32(e.n)
		own[e.feature] = d
		t.common += t.weight[e.feature] * int64(min(d, o)-min(c, o))
	}
	t.mass += int64(by) * t.pair.mass[s][i]
}

// set makes r the rectangle, moving edges from where they are.
func (t *twoBags) set(r rect) {
	for s := range 2 {
		if r.lo[s] >= t.hi[s] || r.hi[s] <= t.lo[s] {
			for i := t.lo[s]; i < t.hi[s]; i++ {
				t.put(s, i, -1)
			}
			t.lo[s], t.hi[s] = r.lo[s], r.lo[s]
		}
		for t.lo[s] > r.lo[s] {
			t.lo[s]--
			t.put(s, t.lo[s], 1)
		}
		for t.hi[s] < r.hi[s] {
			t.put(s, t.hi[s], 1)
			t.hi[s]++
		}
		for t.lo[s] < r.lo[s] {
			t.put(s, t.lo[s], -1)
			t.lo[s]++
		}
		for t.hi[s] > r.hi[s] {
			t.hi[s]--
			t.put(s, t.hi[s], -1)
		}
	}
}

// value is F in thousandths of 1/4096 nat.
func (t *twoBags) value(lambda int64) int64 { return 2*perMille*t.common - lambda*t.mass }

// dice is the weighted Dice in thousandths, at most 1000.
func (t *twoBags) dice() int64 {
	if t.mass == 0 {
		return 0
	}
	return min(perMille, 2*perMille*t.common/t.mass)
}

// edge is one of the four edges of a rectangle.
type edge struct {
	side int
	high bool
}

var edges4 = [4]edge{{0, false}, {0, true}, {1, false}, {1, true}}

// moved returns r with e moved outwards by n pieces (inwards if n < 0), and
// whether there is room and nothing blocked.
func (p *pair) moved(r rect, e edge, n int) (rect, bool) {
	at := r.lo[e.side]
	if e.high {
		at = r.hi[e.side]
	}
	to := at - n
	if e.high {
		to = at + n
	}
	if to < 0 || to > len(p.bags[e.side]) {
		return r, false
	}
	for i := min(at, to); n > 0 && i < max(at, to); i++ {
		if p.blocked[e.side][i] {
			return r, false
		}
	}
	if e.high {
		r.hi[e.side] = to
	} else {
		r.lo[e.side] = to
	}
	return r, !r.empty()
}

// climb moves edges while F gains, and returns F. Equal gains go to the move
// that is tried first.
func (t *twoBags) climb(lambda int64, reach int) int64 {
	best := t.value(lambda)
	for {
		from, to := t.rect, t.rect
		try := func(r rect) {
			t.set(r)
			if v := t.value(lambda); v > best {
				best, to = v, r
			}
		}
		for _, e := range edges4 {
			for n := 1; n <= reach; n++ {
				r, ok := t.moved(from, e, n)
				if !ok {
					break
				}
				try(r)
			}
			t.set(from)
			for n := 1; n <= reach; n++ {
				r, ok := t.moved(from, e, -n)
				if !ok {
					break
				}
				try(r)
			}
			t.set(from)
		}
		for _, e := range edges4[:2] {
			for _, f := range edges4[2:] {
				for n := 1; n < reach; n++ {
					r, ok := t.moved(from, e, n)
					if !ok {
						break
					}
					if r, ok = t.moved(r, f, n); !ok {
						break
					}
					try(r)
				}
				t.set(from)
			}
		}
		t.set(to)
		if to == from || t.work > maxClimbWork {
			return best
		}
	}
}

func (r rect) mirror() rect {
	return rect{lo: [2]int{r.lo[1], r.lo[0]}, hi: [2]int{r.hi[1], r.hi[0]}}
}

// mirror changes the sides of p over.
func (p *pair) mirror() {
	p.text[0], p.text[1] = p.text[1], p.text[0]
	p.bags[0], p.bags[1] = p.bags[1], p.bags[0]
	p.own[0], p.own[1] = p.own[1], p.own[0]
	p.mass[0], p.mass[1] = p.mass[1], p.mass[0]
	p.pieces[0], p.pieces[1] = p.pieces[1], p.pieces[0]
	p.number[0], p.number[1] = p.number[1], p.number[0]
	p.blocked[0], p.blocked[1] = p.blocked[1], p.blocked[0]
}
