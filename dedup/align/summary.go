package align

import "math"

// Summaries: a passage of A says in short what B says all over.
//
// No rectangle explains a summary, since its words come from everywhere in B. So
// it is looked for by what it holds: each term counts half its weight for the
// passage if B has it anywhere, and half its weight against it if not; the
// heaviest run of pieces (Bentley 1984, Kadane's algorithm) is the candidate.
//
// The weights here must come from many texts, not from the pair: in a pair the
// terms that only A has look rare and those that B is about look common. With
// weights of the pair alone, quality on PAN 2013 train falls by .01, because
// ordinary rewrites are taken for summaries.
//
// What tells a summary from a passage on the same topic is neighbourhood: of the
// pairs of neighbouring terms, B has a third or more (median .5 in summaries, .2
// in passages that merely share the topic). What tells it from a rewrite is
// spread: no window of B has all of its terms, no rectangle explains it.
//
// Cost: O(terms of A + terms of B).

// summing are the settings of the summary check.
type summing struct {
	score  float64 // least score, in nats
	share  float64 // least score, as a share of the weight that B has
	pairs  float64 // least share of the pairs of neighbouring terms that B has
	spread float64 // greatest share of the weight that one window of B has
	window float64 // length of that window, in lengths of the passage
	local  float64 // greatest F of a rectangle inside, as a share of the weight that B has
	ratio  int     // B is at least this many times longer
	tokens int     // least length
}

var defaultSumming = summing{
	score: 35, share: .25, pairs: .31, spread: .9, window: 1.5, local: 1.5, ratio: 4, tokens: 50,
}

// segment is a run of pieces of A and what B has of it. Weights are sums of
// 1/4096 nat.
type segment struct {
	lo, hi         int
	score          int64 // half of: the weight that B has, less the weight it has not
	matched        int64 // the weight that B has
	pairs, pairsIn int64 // weight of the pairs of neighbouring terms; of those B has
	densest        int64 // the greatest part of matched in one window of B
	first, last    int   // the pieces of B between which it has some of those pairs
	tokens         int
	termWeight     []int64  // feature of A → weight; 0 of a pair
	inB            []uint32 // feature of A → its number in B, or none
}

// summary returns the passage of A that sums up B, if there is one. rects are the
// rewrites of the pair, and evidence must be times as strong as usual.
func (p *pair) summary(rects []scored, opt Options, times float64) (Detection, segment, bool) {
	g := p.heaviest(opt.IDF)
	o := opt.summing
	a, b := p.text[0], p.text[1]
	if float64(g.score) < times*o.score*unitWeight || float64(g.score) < o.share*float64(g.matched) ||
		g.tokens < o.tokens || len(b.tokens) < o.ratio*g.tokens {
		return Detection{}, g, false
	}
	if p.neighbours(&g); float64(g.pairsIn) < o.pairs*float64(max(g.pairs, g.matched)) { // a list of single words has no pairs
		return Detection{}, g, false
	}
	if p.window(&g, o.window); float64(g.densest) > o.spread*float64(g.matched) {
		return Detection{}, g, false
	}
	for _, r := range rects {
		if r.lo[0] < g.hi && g.lo < r.hi[0] && float64(r.f) >= o.local*perMille*float64(g.matched) {
			return Detection{}, g, false
		}
	}
	return Detection{
		A:        a.span(a.pieces[g.lo].lo, a.pieces[g.hi-1].hi),
		B:        b.span(b.pieces[g.first].lo, b.pieces[g.last].hi),
		Kind:     Summarised,
		Score:    float64(g.score) / unitWeight,
		Likeness: float64(g.matched) / float64(2*g.matched-2*g.score),
	}, g, true
}

// heaviest returns the run of pieces with the greatest score that holds no
// blocked piece.
func (p *pair) heaviest(idf func(uint32) float64) segment {
	a, b := p.text[0], p.text[1]
	g := segment{termWeight: make([]int64, len(a.features)), inB: make([]uint32, len(a.features))}
	for i, f := range a.features {
		g.inB[i] = b.index.find(f.id)
		if f.second == none {
			g.termWeight[i] = int64(math.Round(idf(f.id) * unitWeight))
		}
	}
	var sum, matched int64
	from := 0
	for i := range a.pieces {
		if sum <= 0 || p.blocked[0][i] {
			sum, matched, from = 0, 0, i
		}
		if p.blocked[0][i] {
			from = i + 1
			continue
		}
		for _, e := range a.entries[a.bag[i]:a.bag[i+1]] {
			w := g.termWeight[e.feature] * int64(e.n)
			if g.inB[e.feature] == none {
				w = -w
			} else {
				matched += w
			}
			sum += w
		}
		if sum/2 > g.score {
			g.score, g.matched, g.lo, g.hi = sum/2, matched, from, i+1
		}
	}
	if g.hi > g.lo {
		g.tokens = a.pieces[g.hi-1].hi - a.pieces[g.lo].lo
	}
	return g
}

// neighbours weighs the pairs of neighbouring terms of g, and finds the pieces
// of B that have some of them.
func (p *pair) neighbours(g *segment) {
	a, b := p.text[0], p.text[1]
	wanted := make([]bool, len(b.features))
	for _, e := range a.entries[a.bag[g.lo]:a.bag[g.hi]] {
		f := a.features[e.feature]
		if f.second == none {
			continue
		}
		w := (g.termWeight[f.first] + g.termWeight[f.second]) * int64(e.n)
		g.pairs += w
		if j := g.inB[e.feature]; j != none {
			g.pairsIn += w
			wanted[j] = true
		}
	}
	g.first = len(b.pieces)
	for i := range b.pieces {
		for _, e := range b.entries[b.bag[i]:b.bag[i+1]] {
			if wanted[e.feature] {
				g.first, g.last = min(g.first, i), i
				break
			}
		}
	}
}

// window finds the window of B, of times the length of g, that has most of the
// weight of g.
func (p *pair) window(g *segment, times float64) {
	a, b := p.text[0], p.text[1]
	need := make([]int64, len(b.features))
	for _, e := range a.entries[a.bag[g.lo]:a.bag[g.hi]] {
		if j := g.inB[e.feature]; j != none {
			need[j] += g.termWeight[e.feature] * int64(e.n)
		}
	}
	inside := make([]int32, len(b.features)) // pieces of the window with the term
	room := int(times * float64(g.tokens))
	var has int64
	lo := 0
	for hi := range b.pieces {
		for _, e := range b.entries[b.bag[hi]:b.bag[hi+1]] {
			if inside[e.feature]++; inside[e.feature] == 1 {
				has += need[e.feature]
			}
		}
		for ; lo < hi && b.pieces[hi].hi-b.pieces[lo].lo > room; lo++ {
			for _, e := range b.entries[b.bag[lo]:b.bag[lo+1]] {
				if inside[e.feature]--; inside[e.feature] == 0 {
					has -= need[e.feature]
				}
			}
		}
		g.densest = max(g.densest, has)
	}
}

// Frequencies counts in how many texts each term occurs. It makes the weights
// that summaries need; a few hundred texts of the kind that is compared are
// enough.
type Frequencies struct {
	texts int
	count map[uint32]int32
}

// Add counts the terms of p.
func (f *Frequencies) Add(p *Prepared) {
	if f.count == nil {
		f.count = make(map[uint32]int32)
	}
	f.texts++
	for _, x := range p.features {
		if x.second == none {
			f.count[x.id]++
		}
	}
}

// IDF returns the weight of a term in nats: ln((N+1)/(n+1)), where n of N texts
// hold it.
func (f *Frequencies) IDF(term uint32) float64 {
	return math.Log(float64(f.texts+1) / float64(f.count[term]+1))
}
