package dedup

import (
	"repost/dedup/cluster"
	"repost/dedup/keep"
)

// Which passages can be cut so that each is left once. A passage is cut where the same
// words stand in a document that is kept, comes before it in the order of the decision, and
// is not itself cut there: so going from document to document always ends where the passage
// stands. What is dropped lends nothing, since it is written nowhere. One pass in that
// order over what kept documents share, in time linear in their runs of equal words.

// Repeated returns the live units of document n that stand in a document before it and are
// left there, if KeepOptions.Passages asked for it. With these cut in every document that is
// kept, each passage is left once.
func (v *Survival) Repeated(n uint32) cluster.Set {
	if v.again == nil || v.node[n] < 0 {
		return nil
	}
	return v.again[v.node[n]]
}

// lent is words of a document that stand in one before it.
type lent struct {
	from int32 // node
	runs []cluster.Run
}

// repeats returns for each node what of it stands in nodes before it.
func (v *surviving) repeats(choices []keep.Choice, order []int32) ([]cluster.Set, error) {
	rank := make([]int32, len(order))
	for at, i := range order {
		rank[i] = int32(at)
	}
	from := make([][]lent, len(order))
	err := v.corpus.Links(func(l *Link) error {
		a, b := v.node[l.From], v.node[l.To]
		if a < 0 || b < 0 || a == b || !choices[a].Kept() || !choices[b].Kept() || !meet(v.in[a], v.in[b]) {
			return nil
		}
		first, second := a, b
		if rank[b] < rank[a] {
			first, second = b, a
		}
		var runs []cluster.Run
		for i := range l.Chains {
			if isForm(&l.Chains[i]) {
				continue
			}
			for _, r := range l.Chains[i].Runs {
				if second == a {
					r.A, r.B = r.B, r.A
				}
				runs = append(runs, r)
			}
		}
		from[second] = append(from[second], lent{first, runs})
		return nil
	})
	if err != nil {
		return nil, err
	}
	again := make([]cluster.Set, len(order))
	for _, i := range order {
		var in []cluster.Interval
		for _, l := range from[i] {
			for _, r := range l.runs { // A is of the first, B of this one
				there := cluster.Set{{Lo: r.A, Hi: r.A + r.Len}}.Minus(again[l.from])
				for _, v := range there {
					in = append(in, cluster.Interval{Lo: v.Lo - r.A + r.B, Hi: v.Hi - r.A + r.B})
				}
			}
		}
		again[i], from[i] = cluster.Of(in), nil
	}
	return again, nil
}
