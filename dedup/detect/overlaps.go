package detect

import (
	"slices"

	"repost/dedup"
	"repost/dedup/cluster"
)

// Which links say that the text of one document is in another one. Within a story all do, but for
// forms filled with other figures. Outside of stories, two documents share what is too common to
// make a story: the words of a form, a formula, a paragraph of many pages. What such a document
// says is not in the other one, unless every word of it is: a short text that is a paragraph of
// several pages stands in each of them, whatever the judge says of the link.

// overlaps reads what nodes share.
func (v *surviving) overlaps() error {
	v.compared = map[[2]int32]bool{}
	return v.corpus.Links(func(l *dedup.Link) error {
		v.overlap(l)
		return nil
	})
}

// overlap notes what two nodes share.
func (v *surviving) overlap(l *dedup.Link) {
	a, b := v.node[l.From], v.node[l.To]
	if a < 0 || b < 0 || a == b || !meet(v.in[a], v.in[b]) && !StandsIn(l.Chains, int32(v.units[l.From]), int32(v.units[l.To])) {
		return
	}
	pair := [2]int32{min(a, b), max(a, b)}
	if v.compared[pair] {
		return // linked under another copy too
	}
	v.compared[pair] = true
	var passages [][]cluster.Run
	for i := range l.Chains {
		if !isForm(&l.Chains[i]) {
			passages = append(passages, slices.Clone(l.Chains[i].Runs))
		}
	}
	if len(passages) > 0 {
		v.linked = append(v.linked, passagesOf{a, b, passages})
	}
}

// StandsIn reports whether every unit of one of two documents, which have this many units, is
// matched in the other.
func StandsIn(chains []dedup.Chain, unitsA, unitsB int32) bool {
	var runs [][]cluster.Run
	for i := range chains {
		runs = append(runs, chains[i].Runs)
	}
	return unitsOfRuns(runs).Size() == int(unitsA) || unitsOfRuns(swapped(runs)).Size() == int(unitsB)
}

// isForm reports whether a passage is a form filled with other figures.
func isForm(c *dedup.Chain) bool {
	return c.Disagree >= 3 && float64(c.Agree) < cluster.Default.Figures*float64(c.Agree+c.Disagree)
}

// meet reports whether two ascending lists have a number in common.
func meet(a, b []int32) bool {
	for len(a) > 0 && len(b) > 0 {
		switch {
		case a[0] == b[0]:
			return true
		case a[0] < b[0]:
			a = a[1:]
		default:
			b = b[1:]
		}
	}
	return false
}
