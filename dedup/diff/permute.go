package diff

import (
	"cmp"
	"slices"

	"repost/dedup/align"
)

// Sentences first. Where sentences that both texts have, word for word, stand in
// another order, they are paired before anything smaller is: set phrases of a
// dozen characters, which any two paragraphs of a paper share, would else be taken
// for what stayed in place, and there is no end of them. It is patience
// diffing (B. Cohen) on sentences: those that occur once on both sides are paired,
// then their neighbours, then those that occur as often on both. Time O(n log n).

// unit is a sentence, or a line without an end: strong tokens [lo, hi) of the list
// it was cut from.
type unit struct {
	lo, hi int
	hash   uint64
}

// unitsOf cuts the tokens at, which are strong and open, to sentences of leastLine
// tokens or more.
func (v *view) unitsOf(at []int) []unit {
	var out []unit
	from := 0
	for k := 1; k <= len(at); k++ {
		if k < len(at) && (at[k] == at[k-1]+1 || !v.stops(at[k-1], at[k])) {
			continue
		}
		if k-from >= leastLine {
			u := unit{lo: from, hi: k, hash: 14695981039346656037}
			for _, i := range at[from:k] {
				u.hash = (u.hash ^ uint64(v.toks[i].key)) * 1099511628211
			}
			out = append(out, u)
		}
		from = k
	}
	return out
}

// stops reports whether a sentence or line ends, or a hole stands, between two
// tokens.
func (v *view) stops(lo, hi int) bool {
	if hi == lo+2 && v.of(lo+1) == "." {
		return false // within an address or a version
	}
	for i := lo + 1; i < hi; i++ {
		if t := v.toks[i]; t.brk || t.mark.endsSentence() || t.strong() {
			return true
		}
	}
	return false
}

// permuted pairs equal sentences and returns them as runs of the lists sa and sb:
// those in place, and those that moved; none at all if none of leastApart tokens did.
func (c *comparison) permuted(sa, sb []int) (home, moved []align.Run) {
	ua, ub := c.a.unitsOf(sa), c.b.unitsOf(sb)
	mates := c.pairUnits(ua, ub, sa, sb)
	var runs []align.Run // of units first, then of tokens
	for i, j := range mates {
		if j < 0 {
			continue
		}
		r := align.Run{A: ua[i].lo, B: ub[j].lo, Len: ua[i].hi - ua[i].lo}
		if n := len(runs); n > 0 && runs[n-1].EndA() == r.A && runs[n-1].EndB() == r.B {
			runs[n-1].Len += r.Len
		} else {
			runs = append(runs, r)
		}
	}
	inPlace := heaviest(runs)
	for i, r := range runs {
		if inPlace[i] {
			home = append(home, r)
		} else {
			moved = append(moved, r)
		}
	}
	if !slices.ContainsFunc(moved, func(r align.Run) bool { return r.Len >= leastApart }) {
		return nil, nil
	}
	return home, moved
}

// pairUnits returns the mate in ub of each of ua, or -1.
func (c *comparison) pairUnits(ua, ub []unit, sa, sb []int) []int {
	mate, taken := make([]int, len(ua)), make([]bool, len(ub))
	for i := range mate {
		mate[i] = -1
	}
	pair := func(i, j int) bool {
		if i < 0 || j < 0 || i >= len(ua) || j >= len(ub) || mate[i] >= 0 || taken[j] || ua[i].hash != ub[j].hash {
			return false
		}
		if !slices.EqualFunc(sa[ua[i].lo:ua[i].hi], sb[ub[j].lo:ub[j].hi], func(p, q int) bool { return c.a.toks[p].key == c.b.toks[q].key }) {
			return false
		}
		mate[i], taken[j] = j, true
		return true
	}
	where := map[uint64][2][]int{}
	for i, u := range ua {
		w := where[u.hash]
		w[0] = append(w[0], i)
		where[u.hash] = w
	}
	for j, u := range ub {
		if w, ok := where[u.hash]; ok {
			w[1] = append(w[1], j)
			where[u.hash] = w
		}
	}
	for i, u := range ua {
		if w := where[u.hash]; len(w[0]) == 1 && len(w[1]) == 1 {
			pair(i, w[1][0])
		}
	}
	for i := range ua { // neighbours, forwards and then backwards
		if j := mate[i]; j >= 0 {
			pair(i+1, j+1)
		}
	}
	for i := len(ua) - 1; i >= 0; i-- {
		if j := mate[i]; j >= 0 {
			pair(i-1, j-1)
		}
	}
	for i, u := range ua {
		w := where[u.hash]
		if len(w[0]) != len(w[1]) {
			continue // which of them went is for the smaller matches to say
		}
		for k := 0; mate[i] < 0 && k < len(w[1]); k++ {
			pair(i, w[1][k])
		}
	}
	return mate
}

// heaviest marks the heaviest of runs, ordered by A and disjoint, that ascend in B.
func heaviest(runs []align.Run) []bool {
	order := make([]int, len(runs))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(x, y int) int { return cmp.Compare(runs[x].B, runs[y].B) })
	rank := make([]int, len(runs)) // place in B, from 1
	for k, i := range order {
		rank[i] = k + 1
	}
	weight, prev := make([]int, len(runs)), make([]int, len(runs))
	tree := make([]int, len(runs)+1) // index of the heaviest run up to a place in B, plus one
	top := -1
	for i, r := range runs {
		weight[i], prev[i] = r.Len, -1
		for k := rank[i] - 1; k > 0; k -= k & -k {
			if p := tree[k] - 1; p >= 0 && weight[p]+r.Len > weight[i] {
				weight[i], prev[i] = weight[p]+r.Len, p
			}
		}
		for k := rank[i]; k < len(tree); k += k & -k {
			if p := tree[k] - 1; p < 0 || weight[i] > weight[p] {
				tree[k] = i + 1
			}
		}
		if top < 0 || weight[i] > weight[top] {
			top = i
		}
	}
	in := make([]bool, len(runs))
	for i := top; i >= 0; i = prev[i] {
		in[i] = true
	}
	return in
}

// placeSentences is the beginning of place for texts whose sentences stand in
// another order. It returns nil for any other.
func (c *comparison) placeSentences(sa, sb []int) [][]pair {
	home, moved := c.permuted(sa, sb)
	if len(moved) == 0 {
		return nil
	}
	lists := [][]pair{c.claim(nil, home, sa, sb)}
	for _, r := range moved {
		lists = append(lists, c.claim(nil, []align.Run{r}, sa, sb))
	}
	// What is left between the same sentences in place stays too.
	sa, sb = c.a.strong(0, len(c.a.toks)), c.b.strong(0, len(c.b.toks))
	keysA, sa := c.a.apart(sa, 1<<29)
	keysB, sb := c.b.apart(sb, 1<<29|1<<28)
	var m align.Matcher
	m.Reset(keysB)
	found, _ := m.Matches(nil, keysA)
	between := found[:0]
	for _, r := range found {
		if sa[r.A] < 0 || sb[r.B] < 0 {
			continue
		}
		p, _ := slices.BinarySearchFunc(lists[0], sa[r.A], func(p pair, t int) int { return p.a - t })
		q, _ := slices.BinarySearchFunc(lists[0], sb[r.B], func(p pair, t int) int { return p.b - t })
		if p == q {
			between = append(between, r)
		}
	}
	lists[0] = c.claim(lists[0], steady(inOrder(between), len(sa), len(sb)), sa, sb)
	slices.SortFunc(lists[0], func(p, q pair) int { return p.a - q.a })
	return lists
}

// joinMoved makes one list of passages that moved together: nothing placed stands
// between them on either side, and no more than an editor changes.
func (c *comparison) joinMoved(lists [][]pair) [][]pair {
	if len(lists) < 3 {
		return lists
	}
	moved := lists[1:]
	slices.SortFunc(moved, func(x, y []pair) int { return x[0].a - y[0].a })
	out := lists[:2]
	for _, l := range moved[1:] {
		p, q := out[len(out)-1][len(out[len(out)-1])-1], l[0]
		if len(out) > 1 && c.a.unplaced(p.a+1, q.a) && c.b.unplaced(p.b+1, q.b) {
			out[len(out)-1] = append(out[len(out)-1], l...)
		} else {
			out = append(out, l)
		}
	}
	return out
}

// unplaced reports whether [lo, hi) is no longer than what passages are joined over,
// and holds nothing that is placed or no part of the story.
func (v *view) unplaced(lo, hi int) bool {
	if hi < lo || hi-lo > 2*passages.MaxGap {
		return false
	}
	for i := lo; i < hi; i++ {
		if v.toks[i].strong() && !v.open(i) {
			return false
		}
	}
	return true
}
