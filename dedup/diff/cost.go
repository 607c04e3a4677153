package diff

// Alignment of marks and spaces with the words between them, at least cost: an exchange
// costs as much as a removal, marks of one kind match each other, and a mark never matches
// a word. Dynamic programming over at most maxCells cells; what is
// longer is aligned by words alone.

// Costs of aligning two tokens within a region. A strong token costs the same
// taken out or exchanged, so exchanges are preferred; a number is exchanged for
// a number.
const (
	costSpace   = 2
	costMark    = 6
	costStrong  = 10
	costUnalike = 18
)

func costAlone(t token) int32 {
	switch {
	case t.strong():
		return costStrong
	case t.kind == space:
		return costSpace
	}
	return costMark
}

// costPair is the cost of x standing for y; negative when it cannot.
func costPair(x, y token) int32 {
	switch {
	case x.key == y.key && x.kind == y.kind:
		return 0
	case x.strong() != y.strong():
		return -1
	case x.strong() && x.kind == y.kind:
		return costStrong
	case x.strong():
		return costUnalike
	case x.kind != y.kind:
		return -1
	case separates(x.mark) && separates(y.mark):
		return 4
	case x.mark.isQuote() != y.mark.isQuote() && !brackets(x.mark, y.mark):
		return 11
	}
	return 7
}

func brackets(x, y markClass) bool {
	open := func(m markClass) bool { return m == openQuote || m == openBracket || m == quote }
	shut := func(m markClass) bool { return m == closeQuote || m == closeBracket || m == quote }
	return open(x) && open(y) || shut(x) && shut(y)
}

func separates(m markClass) bool {
	switch m {
	case comma, period, semicolon, colon, middot, ellipsis, exclamation, question:
		return true
	}
	return false
}

const maxCells = 1 << 16

// alone is the alignment of what is too large for one: nothing stands for anything.
func alone(ta, tb []int) (ops []op) {
	for _, i := range ta {
		ops = append(ops, op{i, -1})
	}
	for _, j := range tb {
		ops = append(ops, op{-1, j})
	}
	return ops
}

// oneSide aligns a stretch of v that is not in w, where only marks and spaces tw
// stand: those that come first with the marks before the stretch, the others with
// those after it, so that the stretch stays whole.
func (c *comparison) oneSide(v, w *view, tv, tw []int, cost func(i, j int) int32) []op {
	lead, tail := 0, len(tv)
	for !v.toks[tv[lead]].strong() {
		lead++
	}
	for !v.toks[tv[tail-1]].strong() {
		tail--
	}
	if (lead+len(tv)-tail)*len(tw) > maxCells { // too many marks: passages that moved left them here
		return alone(tv, tw)
	}
	sum := func(ops []op) (n int32) {
		for _, o := range ops {
			switch {
			case o.j < 0:
				n += costAlone(v.toks[o.i])
			case o.i < 0:
				n += costAlone(w.toks[o.j])
			default:
				n += cost(o.i, o.j)
			}
		}
		return n
	}
	// To the front first: of two full stops the one before the stretch stays.
	var best []op
	least := int32(-1)
	for k := len(tw); k >= max(0, len(tw)-64); k-- {
		front := c.table(v, w, tv[:lead], tw[:k], cost)
		back := c.table(v, w, tv[tail:], tw[k:], cost)
		if n := sum(front) + sum(back); least < 0 || n < least {
			least = n
			best = front
			for _, i := range tv[lead:tail] {
				best = append(best, op{i, -1})
			}
			best = append(best, back...)
		}
	}
	return best
}

// table aligns the tokens ta of v with tb of w at least cost, by dynamic programming from the end,
// so that of equal ways the one that mates earlier tokens is taken.
func (c *comparison) table(v, w *view, ta, tb []int, pair func(i, j int) int32) []op {
	n, m := len(ta), len(tb)
	width := m + 1
	if size := (n + 1) * width; cap(c.cells) < size {
		c.cells = make([]int32, 2*size)
	}
	cost := c.cells[:(n+1)*width]
	cost[len(cost)-1] = 0
	for i := n; i >= 0; i-- {
		for j := m; j >= 0; j-- {
			if i == n && j == m {
				continue
			}
			best := int32(1 << 30)
			if i < n {
				best = cost[(i+1)*width+j] + costAlone(v.toks[ta[i]])
			}
			if j < m {
				best = min(best, cost[i*width+j+1]+costAlone(w.toks[tb[j]]))
			}
			if i < n && j < m {
				if p := pair(ta[i], tb[j]); p >= 0 {
					best = min(best, cost[(i+1)*width+j+1]+p)
				}
			}
			cost[i*width+j] = best
		}
	}
	var ops []op
	for i, j := 0, 0; i < n || j < m; {
		here := cost[i*width+j]
		if i < n && j < m {
			if p := pair(ta[i], tb[j]); p >= 0 && here == cost[(i+1)*width+j+1]+p {
				ops = append(ops, op{ta[i], tb[j]})
				i, j = i+1, j+1
				continue
			}
		}
		if i < n && here == cost[(i+1)*width+j]+costAlone(v.toks[ta[i]]) {
			ops = append(ops, op{ta[i], -1})
			i++
		} else {
			ops = append(ops, op{-1, tb[j]})
			j++
		}
	}
	return ops
}

// cost is costPair, one more when the bytes differ, one less when two characters
// look alike.
func (c *comparison) cost(i, j int) int32 {
	x, y := c.a.toks[i], c.b.toks[j]
	p := costPair(x, y)
	switch {
	case p == 0 && !c.same(i, j):
		return 1
	case p == costStrong && x.kind == char && lookAlike(rune(x.key), rune(y.key)):
		return p - 1
	}
	return p
}
