package diff

import "repost/shingle"

// An article that is put in takes the number of the one it stands before:
//
//	第三条 县级…            第三条 国家…
//	                        第四条 县级…
//
// The fewest edits keep 第三条 and put in "国家… 第四条" after it. A reader sees a whole article
// that was put in, and the next one with another number. So where what is put in begins after
// a label and ends with the next of its kind, it is moved to begin with its own label.
//
// Cost: constant for each edit of one side that goes over a line break.

// mostLabel is how many tokens a label may have, with white space after it.
const mostLabel = 8

// relabel moves what is put in between two labels to begin with the first, and reports whether
// it moved anything.
func (c *comparison) relabel() bool {
	moved := c.relabelB()
	for _, e := range c.edits {
		if e.a0 < e.a1 && e.b0 == e.b1 && !e.weak && c.a.breaks(e.a0, e.a1) { // a line was left out
			c.turn()
			moved = c.relabelB() || moved
			c.turn()
			break
		}
	}
	return moved
}

func (c *comparison) relabelB() (moved bool) {
	edited := map[int]bool{} // tokens of A that begin an edit
	for _, e := range c.edits {
		edited[e.a0] = true
	}
	for k := range c.edits {
		e := &c.edits[k]
		if e.a0 != e.a1 || e.b0 >= e.b1 || e.weak || e.same || e.byline {
			continue
		}
		as, xs, ys := c.a.startOfLine(e.a0), c.b.startOfLine(e.b0), c.b.startOfLine(e.b1)
		if ys <= e.b0 || e.a0-as != e.b0-xs || as == e.a0 || e.a0-as > mostLabel || e.b1 <= ys || e.b1-ys > mostLabel {
			continue
		}
		if !c.b.labelled(xs, e.b0) || !c.b.labelled(ys, e.b1) || !c.b.sameSystem(xs, ys) || !c.copies(as, xs, e.a0-as, edited) {
			continue
		}
		for j := xs; j < e.b0; j++ {
			c.mate[j], c.inOrder[j] = -1, false
			c.b.flags[j] &^= isCopy
		}
		mid := edit{a0: as, a1: e.a0, b0: ys, b1: e.b1}
		for mid.a0 < mid.a1 && mid.b0 < mid.b1 && c.same(mid.a0, mid.b0) {
			c.mateWeak(mid.a0, mid.b0, true)
			mid.a0, mid.b0 = mid.a0+1, mid.b0+1
		}
		for mid.a0 < mid.a1 && mid.b0 < mid.b1 && c.same(mid.a1-1, mid.b1-1) {
			c.mateWeak(mid.a1-1, mid.b1-1, true)
			mid.a1, mid.b1 = mid.a1-1, mid.b1-1
		}
		*e = edit{a0: as, a1: as, b0: xs, b1: ys}
		if !mid.empty() {
			c.edits = append(c.edits, mid)
		}
		moved = true
	}
	return moved
}

// copies reports whether n tokens of A from i on stand in place as those of B from j on, and
// no edit begins among them.
func (c *comparison) copies(i, j, n int, edited map[int]bool) bool {
	for k := range n {
		if int(c.mate[j+k]) != i+k || !c.inOrder[j+k] || !c.same(i+k, j+k) || edited[i+k] {
			return false
		}
	}
	return true
}

// startOfLine returns the first token of the line that ends before token i, or that i is in.
func (v *view) startOfLine(i int) int {
	if i > 0 && v.toks[i-1].brk { // a label may have a line of its own
		i--
	}
	for n := 0; i > 0 && !v.toks[i-1].brk; i-- {
		if n++; n > 2*mostLabel {
			break
		}
	}
	return i
}

// head returns the label that begins the line of token i.
func (v *view) head(i int) (label, bool) {
	const most = 48 // bytes
	lo := v.toks[i].lo
	hi := min(len(v.text), lo+most)
	labels := labelsOf(v.text[lo:hi])
	if len(labels) == 0 || !labels[0].head {
		return label{}, false
	}
	l := labels[0]
	l.at = shingle.Span{Lo: l.at.Lo + lo, Hi: l.at.Hi + lo}
	return l, true
}

// labelled reports whether the tokens [lo, hi) are of the label that begins their line, and
// of white space and marks after it.
func (v *view) labelled(lo, hi int) bool {
	l, ok := v.head(lo)
	if !ok {
		return false
	}
	for i := lo; i < hi; i++ {
		if v.toks[i].lo >= l.at.Hi && v.toks[i].strong() {
			return false
		}
	}
	return true
}

// sameSystem reports whether the lines that begin at two tokens go by labels of one kind.
func (v *view) sameSystem(i, j int) bool {
	p, _ := v.head(i)
	q, _ := v.head(j)
	return p.system == q.system && p.n != q.n
}
