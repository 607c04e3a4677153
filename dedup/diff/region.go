package diff

import "repost/shingle"

// The second layer. Between two pairs of a passage stands a region. Its strong
// tokens are aligned by Myers' algorithm, scraps of equality in it are given up,
// and then each stretch between two mated strong tokens is aligned with its
// marks and spaces, so that ，→、 next to a name is a change of its own.

// edit is one difference: tokens [a0,a1) of A stand for [b0,b1) of B.
type edit struct {
	a0, a1, b0, b1 int
	weak           bool // marks and spaces alone
	same           bool // one token each, of one meaning: written differently
	byline         bool
	whole          bool // too large to align
	phrase         phrase
	decided        *verdict // of a value
}

// phrase says what an edit covers the whole of, on both sides.
type phrase uint8

const (
	noPhrase phrase = iota
	moment          // a day or time that means the same
	credit          // who sent the story
	value           // a quantity, a time, a day by name: decided says what became of it
)

func (e edit) empty() bool { return e.a0 == e.a1 && e.b0 == e.b1 }

// fill aligns what lies between the pairs of list, and for the list in place
// also what lies before and after it. It returns all pairs.
func (c *comparison) fill(list []pair, home bool) []pair {
	all := make([]pair, 0, len(list)+len(list)/8+8)
	prev := pair{-1, -1}
	end := pair{len(c.a.toks), len(c.b.toks)}
	if !home {
		if len(list) == 0 {
			return nil
		}
		prev, end = list[0], list[len(list)-1]
		all, list = append(all, prev), list[1:]
	} else {
		list = append(list, end)
	}
	for _, p := range list {
		if p.a != prev.a+1 || p.b != prev.b+1 {
			all = c.gap(all, prev, p)
		}
		if p != end || !home {
			all = append(all, p)
		}
		prev = p
	}
	all = c.wholeLabels(scrap(all, c), home)
	for _, p := range all {
		c.take(p.a, p.b)
		c.mate[p.b] = int32(p.a)
		c.inOrder[p.b] = home
	}
	c.matched += len(all)
	if len(all) == 0 && !home {
		return nil // nothing but scraps: no passage that moved
	}
	prev = pair{-1, -1}
	if !home {
		prev = pair{all[0].a - 1, all[0].b - 1}
	}
	for _, p := range all {
		if p.a != prev.a+1 || p.b != prev.b+1 {
			c.region(prev.a+1, p.a, prev.b+1, p.b, home)
		}
		if !home {
			c.a.markPlaced(prev.a+1, p.a)
			c.b.markPlaced(prev.b+1, p.b)
		}
		if c.same(p.a, p.b) {
			c.b.flags[p.b] |= isCopy
		} else {
			c.edits = append(c.edits, edit{a0: p.a, a1: p.a + 1, b0: p.b, b1: p.b + 1, same: true})
		}
		prev = p
	}
	if home {
		c.region(prev.a+1, end.a, prev.b+1, end.b, home)
	}
	return all
}

// markPlaced marks [lo, hi) as placed.
func (v *view) markPlaced(lo, hi int) {
	for i := lo; i < hi; i++ {
		v.flags[i] |= isTaken
	}
}

// rim gives a passage that moved the marks that open before it and close after
// it on both sides.
func (c *comparison) rim(all []pair) {
	take := func(i, j int, fits func(markClass) bool) bool {
		if i < 0 || j < 0 || i >= len(c.a.toks) || j >= len(c.b.toks) || (c.a.flags[i]|c.b.flags[j])&(isMasked|isTaken) != 0 {
			return false
		}
		x, y := c.a.toks[i], c.b.toks[j]
		if x.kind != punct || x.key != y.key || y.kind != punct || !fits(x.mark) {
			return false
		}
		c.mateWeak(i, j, false)
		if !c.same(i, j) {
			c.b.flags[j] &^= isCopy
			c.edits = append(c.edits, edit{a0: i, a1: i + 1, b0: j, b1: j + 1, weak: true})
		}
		return true
	}
	opens := func(m markClass) bool { return m == openQuote || m == openBracket || m == quote }
	if len(all) == 0 {
		return
	}
	for p, k := all[0], 1; take(p.a-k, p.b-k, opens); k++ {
	}
	for p, k := all[len(all)-1], 1; take(p.a+k, p.b+k, func(m markClass) bool { return !opens(m) || m == quote }); k++ {
	}
}

// gap appends the pairs that Myers' algorithm finds between p and q.
func (c *comparison) gap(dst []pair, p, q pair) []pair {
	if q.a-p.a <= 1 || q.b-p.b <= 1 {
		return dst
	}
	sa, sb := c.a.strong(p.a+1, q.a), c.b.strong(p.b+1, q.b)
	if len(sa) == 0 || len(sb) == 0 {
		return dst
	}
	m := &c.lcs
	m.budget, m.capped, m.cut = c.budget, false, false
	for _, r := range m.common(c.a.keys(sa), c.b.keys(sb)) {
		for k := range r.n {
			dst = append(dst, pair{sa[r.a+k], sb[r.b+k]})
		}
	}
	c.budget = m.budget
	reached := func(what string) {
		c.bounds = append(c.bounds, bound{
			a: shingle.Span{Lo: c.a.end(p.a + 1), Hi: c.a.end(q.a)}, b: shingle.Span{Lo: c.b.end(p.b + 1), Hi: c.b.end(q.b)}, what: what,
		})
	}
	switch {
	case m.capped:
		reached("given up in part: too different for the work allowed")
	case m.cut:
		reached("by the best way that the work allowed found: fewer edits may do")
	}
	return dst
}

const (
	// longestScrap is the longest equality, in strong tokens, that is given up.
	longestScrap = 8
	// scrapReach is how many tokens on either side of one are looked at.
	scrapReach = 4096
)

// scrap gives up short equalities inside a rewording: where both texts differ
// before and after, an equality not longer than half of the smaller difference
// says nothing. It is what makes a new sentence one change and not ten.
func scrap(all []pair, c *comparison) []pair {
	type piece struct{ lo, hi int }
	var runs []piece
	for k := range all {
		if n := len(runs); n > 0 && c.adjacent(all[k-1], all[k]) {
			runs[n-1].hi = k + 1
		} else {
			runs = append(runs, piece{k, k + 1})
		}
	}
	out := all[:0]
	lastA, lastB := -1, -1
	for n, r := range runs {
		first, last := all[r.lo], all[r.hi-1]
		size := r.hi - r.lo
		if size > longestScrap {
			out = append(out, all[r.lo:r.hi]...)
			lastA, lastB = last.a, last.b
			continue
		}
		delL, insL := c.between(max(lastA+1, first.a-scrapReach), first.a, max(lastB+1, first.b-scrapReach), first.b, 2*size)
		nextA, nextB := len(c.a.toks), len(c.b.toks)
		if n+1 < len(runs) {
			nextA, nextB = all[runs[n+1].lo].a, all[runs[n+1].lo].b
		}
		delR, insR := c.between(last.a+1, min(nextA, last.a+scrapReach), last.b+1, min(nextB, last.b+scrapReach), 2*size)
		if 2*size <= min(max(delL, insL), max(delR, insR)) && size <= min(delL+delR, insL+insR) {
			for _, p := range all[r.lo:r.hi] {
				c.a.flags[p.a] &^= isTaken
				c.b.flags[p.b] &^= isTaken
			}
			continue
		}
		out = append(out, all[r.lo:r.hi]...)
		lastA, lastB = last.a, last.b
	}
	return out
}

// adjacent reports whether no strong token stands between two pairs.
func (c *comparison) adjacent(p, q pair) bool {
	if q.a == p.a+1 && q.b == p.b+1 {
		return true
	}
	del, ins := c.between(p.a+1, q.a, p.b+1, q.b, 1)
	return del == 0 && ins == 0
}

// between counts the strong tokens of the two ranges that are compared and not
// placed elsewhere, up to most of each.
func (c *comparison) between(a0, a1, b0, b1, most int) (del, ins int) {
	return c.a.openStrong(a0, a1, most), c.b.openStrong(b0, b1, most)
}

// openStrong counts the open strong tokens of [lo, hi), up to most.
func (v *view) openStrong(lo, hi, most int) (n int) {
	for i := lo; i < hi && n < most; i++ {
		if v.flags[i].openStrong() {
			n++
		}
	}
	return n
}

// op is one step of the alignment of a region: a token of A, of B, or both; -1
// where there is none.
type op struct{ i, j int }

// region aligns tokens [a0,a1) with [b0,b1) and appends the edits.
func (c *comparison) region(a0, a1, b0, b1 int, home bool) {
	if c.plain(a0, a1, b0, b1, home) {
		return
	}
	ta, tb := c.a.loose(a0, a1), c.b.loose(b0, b1)
	if len(ta) == 0 && len(tb) == 0 {
		return
	}
	ta, tb, outA, outB := c.carve(ta, tb, a0, b0)
	var ops []op
	switch {
	case countStrong(c.a, ta) == 0 && countStrong(c.b, tb) > 0:
		for _, o := range c.oneSide(c.b, c.a, tb, ta, func(j, i int) int32 { return c.cost(i, j) }) {
			ops = append(ops, op{o.j, o.i})
		}
	case countStrong(c.b, tb) == 0 && countStrong(c.a, ta) > 0:
		ops = c.oneSide(c.a, c.b, ta, tb, c.cost)
	case len(ta)*len(tb) <= maxCells:
		ops = c.table(c.a, c.b, ta, tb, c.cost)
	default:
		ops = alone(ta, tb)
	}
	c.group(ops, a0, b0, home)
	for _, o := range ops { // whole lines stand after what is paired before them
		for k := range outA {
			if o.i >= 0 && o.j >= 0 && o.i < outA[k].a0 {
				outA[k].b0, outA[k].b1 = o.j+1, o.j+1
			}
		}
		for k := range outB {
			if o.i >= 0 && o.j >= 0 && o.j < outB[k].b0 {
				outB[k].a0, outB[k].a1 = o.i+1, o.i+1
			}
		}
	}
	c.edits = append(c.edits, outA...)
	c.edits = append(c.edits, outB...)
}

// plain handles the usual region, where both sides are byte for byte the same.
func (c *comparison) plain(a0, a1, b0, b1 int, home bool) bool {
	if a1-a0 != b1-b0 {
		return false
	}
	for k := range a1 - a0 {
		if c.a.toks[a0+k].strong() || !c.a.open(a0+k) || !c.b.open(b0+k) || !c.same(a0+k, b0+k) {
			return false
		}
	}
	for k := range a1 - a0 {
		c.mateWeak(a0+k, b0+k, home)
	}
	return true
}

// mateWeak mates two tokens, of the same bytes unless the caller says otherwise.
func (c *comparison) mateWeak(i, j int, home bool) {
	c.mate[j], c.inOrder[j] = int32(i), home
	c.b.flags[j] |= isCopy
	c.take(i, j)
}

// loose returns the open tokens of [lo, hi).
func (v *view) loose(lo, hi int) []int {
	var out []int
	for i := lo; i < hi; i++ {
		if v.open(i) {
			out = append(out, i)
		}
	}
	return out
}

// carve takes whole lines out of a region where one side has far more than the
// other: they are blocks, and the rest is compared.
func (c *comparison) carve(ta, tb []int, a0, b0 int) (ra, rb []int, outA, outB []edit) {
	na, nb := countStrong(c.a, ta), countStrong(c.b, tb)
	switch {
	case nb > 0 && na >= 2*nb+16:
		ra, lines := c.a.wholeLines(ta)
		for _, l := range lines {
			outA = append(outA, edit{a0: l[0], a1: l[1], b0: b0, b1: b0})
		}
		return ra, tb, outA, nil
	case na > 0 && nb >= 2*na+16:
		rb, lines := c.b.wholeLines(tb)
		for _, l := range lines {
			outB = append(outB, edit{a0: a0, a1: a0, b0: l[0], b1: l[1]})
		}
		return ta, rb, nil, outB
	}
	return ta, tb, nil, nil
}

func countStrong(v *view, at []int) int {
	n := 0
	for _, i := range at {
		if v.toks[i].strong() {
			n++
		}
	}
	return n
}

// wholeLines parts the tokens at into complete lines, as ranges, and the rest.
func (v *view) wholeLines(at []int) (rest []int, lines [][2]int) {
	for k := 0; k < len(at); {
		e := k + 1
		for e < len(at) && at[e] == at[e-1]+1 && !v.toks[at[e-1]].brk {
			e++
		}
		lo, hi := at[k], at[e-1]+1
		if v.lineStart(lo) && (v.toks[hi-1].brk || v.lineEnd(hi)) && countStrong(v, at[k:e]) > 0 {
			if n := len(lines); n > 0 && lines[n-1][1] == lo {
				lines[n-1][1] = hi
			} else {
				lines = append(lines, [2]int{lo, hi})
			}
		} else {
			rest = append(rest, at[k:e]...)
		}
		k = e
	}
	return rest, lines
}

// group makes edits of the steps of a region. Marks of a clause that stand on
// both sides part edits; so do holes in the texts.
func (c *comparison) group(ops []op, a0, b0 int, home bool) {
	pa, pb := a0, b0 // where an empty side stands
	var seg []op
	flush := func() {
		c.segment(seg, pa, pb, home)
		for _, o := range seg {
			if o.i >= 0 {
				pa = o.i + 1
			}
			if o.j >= 0 {
				pb = o.j + 1
			}
		}
		seg = seg[:0]
	}
	lastA, lastB := a0-1, b0-1
	for _, o := range ops {
		if o.i >= 0 && o.i != lastA+1 || o.j >= 0 && o.j != lastB+1 {
			flush()
		}
		if o.i >= 0 {
			if len(seg) == 0 {
				pa = o.i
			}
			lastA = o.i
		}
		if o.j >= 0 {
			if len(seg) == 0 {
				pb = o.j
			}
			lastB = o.j
		}
		if o.i >= 0 && o.j >= 0 && c.parts(o) {
			flush()
			seg = append(seg, o)
			flush()
			continue
		}
		seg = append(seg, o)
	}
	flush()
}

// parts reports whether a pair of weak tokens parts edits.
func (c *comparison) parts(o op) bool {
	x, y := c.a.toks[o.i], c.b.toks[o.j]
	if x.strong() {
		return false
	}
	return separates(x.mark) && separates(y.mark) || x.brk && y.brk
}

// segment makes one edit of the strong steps of seg with all between them, and
// one of each weak step around. Marks that go with what is taken out or put in
// stay with it.
func (c *comparison) segment(seg []op, pa, pb int, home bool) {
	first, last := len(seg), -1
	for k, o := range seg {
		if c.strongOp(o) {
			first, last = min(first, k), k
		}
	}
	if last >= 0 {
		for last+1 < len(seg) && oneSided(seg[last]) != 0 && oneSided(seg[last+1]) == oneSided(seg[last]) {
			last++
		}
		for first > 0 && oneSided(seg[first]) != 0 && oneSided(seg[first-1]) == oneSided(seg[first]) {
			first--
		}
	}
	for k := 0; k < len(seg); {
		n := 1
		if k == first && last >= first {
			n = last + 1 - first
		}
		pa, pb = c.put(seg[k:k+n], pa, pb, n > 1 || c.strongOp(seg[k]), home)
		k += n
	}
}

func (c *comparison) strongOp(o op) bool {
	return o.i >= 0 && c.a.toks[o.i].strong() || o.j >= 0 && c.b.toks[o.j].strong()
}

// oneSided returns -1 for a token taken out, 1 for one put in, 0 for a pair.
func oneSided(o op) int {
	switch {
	case o.j < 0:
		return -1
	case o.i < 0:
		return 1
	}
	return 0
}

// put appends the edit of ops, or mates the tokens of a pair that is the same.
func (c *comparison) put(ops []op, pa, pb int, strong, home bool) (int, int) {
	e := edit{a0: pa, a1: pa, b0: pb, b1: pb, weak: !strong}
	for _, o := range ops {
		if o.i >= 0 {
			if e.a0 == e.a1 {
				e.a0 = o.i
			}
			e.a1 = o.i + 1
		}
		if o.j >= 0 {
			if e.b0 == e.b1 {
				e.b0 = o.j
			}
			e.b1 = o.j + 1
		}
		if o.i >= 0 && o.j >= 0 && c.same(o.i, o.j) {
			c.mateWeak(o.i, o.j, home)
		}
	}
	if len(ops) > 1 || ops[0].i < 0 || ops[0].j < 0 || !c.same(ops[0].i, ops[0].j) {
		c.edits = append(c.edits, e)
	}
	return e.a1, e.b1
}
