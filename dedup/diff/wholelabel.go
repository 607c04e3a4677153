package diff

import (
	"cmp"
	"slices"
	"strings"
)

// A label is one piece: 第十二条 keeps its 第 with its 条. The fewest edits mate the 第 of one
// article with that of the next, and what is put in then begins in the midst of a label. So a
// label stands for the one that the same text follows, and else for the one that its parts are
// mated with; with parts of several, or of none, it stands for nothing.
//
// Cost: a look at the labels next to what differs.

// labelTokens is a label of two strong tokens or more, with one at either end.
type labelTokens struct {
	lo, hi int
	system string
}

// labelReach is how many characters or words may stand before what a label has in common with
// another: 第七条 申请人申请, 第六条 申请.
const labelReach = 8

// labelRow is labels in order.
type labelRow []labelTokens

// at returns the label that token i is in, -1 if it is in none.
func (r labelRow) at(i int) int {
	k, ok := slices.BinarySearchFunc(r, i, func(l labelTokens, i int) int {
		switch {
		case l.hi <= i:
			return -1
		case l.lo > i:
			return 1
		}
		return 0
	})
	if !ok {
		return -1
	}
	return k
}

// wholeLabels returns the pairs of a passage with those of labels so changed.
func (c *comparison) wholeLabels(all []pair, home bool) []pair {
	la, lb := c.labelsNear(all, home)
	if len(la) == 0 || len(lb) == 0 {
		return all
	}
	mateOf := func(j int) int { // of token j of B
		if k, ok := slices.BinarySearchFunc(all, j, func(p pair, j int) int { return cmp.Compare(p.b, j) }); ok {
			return all[k].a
		}
		return -1
	}
	to := c.standFor(la, lb, mateOf)
	out := all[:0:0]
	for _, p := range all {
		k, n := la.at(p.a), lb.at(p.b)
		if k < 0 && n < 0 || k >= 0 && n >= 0 && to[n] == k {
			out = append(out, p)
			continue
		}
		c.a.flags[p.a] &^= isTaken
		c.b.flags[p.b] &^= isTaken
	}
	for n, k := range to {
		if k < 0 {
			continue
		}
		i := la[k].lo
		for j := lb[n].lo; j < lb[n].hi && i < la[k].hi; i, j = i+1, j+1 {
			if mateOf(j) != i && c.a.flags[i].openStrong() && c.b.flags[j].openStrong() && c.a.toks[i].key == c.b.toks[j].key {
				out = append(out, pair{i, j})
			}
		}
	}
	slices.SortFunc(out, func(p, q pair) int { return p.a - q.a })
	return out
}

// labelsNear returns the labels of both sides next to what differs between pairs, and at the
// ends of a passage that moved.
func (c *comparison) labelsNear(all []pair, home bool) (la, lb labelRow) {
	if len(all) == 0 {
		return nil, nil
	}
	prev, end := pair{-1, -1}, pair{len(c.a.toks), len(c.b.toks)}
	if !home {
		last := all[len(all)-1]
		prev, end = pair{all[0].a - 2, all[0].b - 2}, pair{last.a + 1, last.b + 1}
	}
	for k := 0; k <= len(all); k++ {
		p := end
		if k < len(all) {
			p = all[k]
		}
		if !home && (k == 0 || k == len(all)) || !c.adjacent(prev, p) {
			la, lb = c.a.labelsBetween(la, prev.a, p.a), c.b.labelsBetween(lb, prev.b, p.b)
		}
		prev = p
	}
	return la, lb
}

// standFor returns which of the labels la each of lb stands for, -1 for none.
func (c *comparison) standFor(la, lb labelRow, mateOf func(j int) int) []int {
	to, from := make([]int, len(lb)), map[int]int{}
	for n := range lb {
		to[n] = -1
	}
	for _, reach := range []int{0, labelReach} {
		for n, l := range lb {
			j, i := l.hi, -1
			for d := 0; d <= reach && to[n] < 0 && i < 0; j++ {
				if j == len(c.b.toks) || reach > 0 && c.b.toks[j].brk {
					break
				}
				if c.b.toks[j].strong() {
					i = mateOf(j)
					d++
				}
			}
			if i < 0 {
				continue
			}
			k, _ := slices.BinarySearchFunc(la, i, func(l labelTokens, i int) int { return cmp.Compare(l.hi, i+1) })
			k--
			if k < 0 || la[k].system != l.system || c.a.count(la[k].hi, i) > reach || reach > 0 && c.a.breaks(la[k].hi, i) {
				continue
			}
			if _, taken := from[k]; !taken {
				to[n], from[k] = k, n
			}
		}
	}
	for n, l := range lb {
		if to[n] >= 0 {
			continue
		}
		for j := l.lo; j < l.hi; j++ {
			i := mateOf(j)
			if i < 0 && (c.b.flags[j].openStrong() || !c.b.toks[j].strong()) {
				continue
			}
			k := la.at(i) // -1 too for a part that another passage has
			if _, taken := from[k]; k < 0 || taken || to[n] >= 0 && to[n] != k || la[k].system != l.system {
				to[n] = -1
				break
			}
			to[n] = k
		}
		if to[n] >= 0 {
			from[to[n]] = n
		}
	}
	return to
}

// labelsBetween appends the labels among tokens [lo, hi) and those next to them, in order.
func (v *view) labelsBetween(dst labelRow, lo, hi int) labelRow {
	lo = v.startOfLine(max(0, lo))
	if n := len(dst); n > 0 {
		lo = max(lo, dst[n-1].hi)
	}
	for i := lo; i < min(len(v.toks), hi+mostLabel); i++ {
		l := labelTokens{lo: i}
		if i == 0 || v.toks[i-1].brk {
			if h, ok := v.head(i); ok {
				l.lo, l.hi, l.system = v.tokenAt(h.at.Lo), v.tokenAt(h.at.Hi), oneKind.Replace(h.system)
			}
		}
		if l.hi == 0 && v.of(i) == "第" && i+2 < len(v.toks) && v.toks[i+1].kind == number {
			if m := pattern("label-named").FindStringSubmatchIndex(v.span(i, i+3).Of(v.text)); m != nil {
				l.hi, l.system = i+3, "第#"+v.of(i+2)
			}
		}
		for l.hi > l.lo && !v.toks[l.lo].strong() {
			l.lo++
		}
		for l.hi > l.lo && !v.toks[l.hi-1].strong() {
			l.hi--
		}
		if l.hi <= l.lo || v.count(l.lo, l.hi) == 1 { // a number alone is whole, see relabel
			continue
		}
		dst = append(dst, l)
		i = l.hi - 1
	}
	return dst
}

// oneKind makes one system of letters and Roman numbers: alone, V is either.
var oneKind = strings.NewReplacer("#a", "#", "#i", "#")
