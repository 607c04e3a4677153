package eval

// Agreement of two partitions of the same things, one predicted and one true.
// Pairs and B-cubed (Bagga and Baldwin 1998) and the adjusted Rand index (Hubert
// and Arabie 1985) all come from how many things a predicted cluster and a true
// class share. Each is written as a sum over the things themselves, half a pair
// to either side: then any set of classes (a half, a resample) has its figures,
// and a pair between two halves counts half in each.

// Agreement says how far predicted clusters and true classes agree.
type Agreement struct {
	Pairs       PairCounts `json:"pairs"`
	BCubed      PRF        `json:"b_cubed"`
	ARI         float64    `json:"ari"` // adjusted Rand index: 1 the same, 0 by chance
	ARIInterval *Interval  `json:"ari_interval,omitempty"`
}

// PairCounts counts pairs that are together. Precision is 1 when nothing was
// put together, recall when nothing belonged together.
type PairCounts struct {
	PRF
	True      float64 `json:"true"`      // pairs of one class
	Predicted float64 `json:"predicted"` // pairs of one cluster
	Right     float64 `json:"right"`     // pairs of both
}

// tally is what one thing, or a sum of things, adds to an Agreement.
type tally struct {
	n, right, predicted, truth, all float64 // things, and their halves of pairs
	precision, recall               float64 // B-cubed
	iou, placed                     float64 // of passages: span IoU, and over how many
}

func (t *tally) add(u tally) {
	t.n += u.n
	t.right += u.right
	t.predicted += u.predicted
	t.truth += u.truth
	t.all += u.all
	t.precision += u.precision
	t.recall += u.recall
	t.iou += u.iou
	t.placed += u.placed
}

func (t tally) pairs() PRF {
	return prf(ratio(t.right, t.predicted, 1), ratio(t.right, t.truth, 1))
}

func (t tally) bCubed() PRF { return prf(ratio(t.precision, t.n, 1), ratio(t.recall, t.n, 1)) }

func (t tally) ari() float64 {
	expected, most := ratio(t.predicted*t.truth, t.all, 0), (t.predicted+t.truth)/2
	if most == expected {
		return 1
	}
	return (t.right - expected) / (most - expected)
}

func (t tally) spanIoU() float64 { return ratio(t.iou, t.placed, 0) }

// table counts things by cluster, by class and by both.
type table struct {
	label, class   []int // of every thing
	inLabel, inCls []int // things of a label, of a class
	inBoth         map[[2]int]int
}

// newTable takes labels and classes numbered from 0.
func newTable(label, class []int) *table {
	t := &table{label: label, class: class, inBoth: make(map[[2]int]int)}
	for k, l := range label {
		t.inLabel, t.inCls = grow(t.inLabel, l), grow(t.inCls, class[k])
		t.inLabel[l]++
		t.inCls[class[k]]++
		t.inBoth[[2]int{l, class[k]}]++
	}
	return t
}

func grow(s []int, i int) []int {
	for len(s) <= i {
		s = append(s, 0)
	}
	return s
}

// right returns how many things share both label and class with thing k, itself included.
func (t *table) right(k int) int { return t.inBoth[[2]int{t.label[k], t.class[k]}] }

// tallies returns what every class adds.
func (t *table) tallies() []tally {
	out := make([]tally, len(t.inCls))
	for k, s := range t.class {
		both, label, class := float64(t.right(k)), float64(t.inLabel[t.label[k]]), float64(t.inCls[s])
		out[s].add(tally{
			n: 1, right: (both - 1) / 2, predicted: (label - 1) / 2, truth: (class - 1) / 2,
			all: float64(len(t.class)-1) / 2, precision: both / label, recall: both / class,
		})
	}
	return out
}

// agree sums tallies into figures with intervals.
func agree(units []tally, resamples int) (Agreement, tally) {
	var t tally
	for _, u := range units {
		t.add(u)
	}
	a := Agreement{
		Pairs:  PairCounts{PRF: t.pairs(), True: t.truth, Predicted: t.predicted, Right: t.right},
		BCubed: t.bCubed(), ARI: t.ari(),
	}
	ci := bootstrap(units, resamples, (*tally).add,
		func(t tally) float64 { return t.pairs().F1 }, func(t tally) float64 { return t.bCubed().F1 }, tally.ari)
	a.Pairs.Interval, a.BCubed.Interval, a.ARIInterval = ci[0], ci[1], ci[2]
	return a, t
}

// groups lists the things of every number, ascending.
func groups(of []int, n int) [][]int {
	out := make([][]int, n)
	for k, g := range of {
		out[g] = append(out[g], k)
	}
	return out
}

// crossing yields pairs of things of one group that differ in other, group by
// group, until yield returns false. It visits only such pairs.
func crossing(groups [][]int, other []int, yield func(i, j int) bool) {
	for _, g := range groups {
		var seen []int // numbers met so far, in order of first meeting
		by := make(map[int][]int)
		for _, j := range g {
			for _, o := range seen {
				if o == other[j] {
					continue
				}
				for _, i := range by[o] {
					if !yield(i, j) {
						return
					}
				}
			}
			if len(by[other[j]]) == 0 {
				seen = append(seen, other[j])
			}
			by[other[j]] = append(by[other[j]], j)
		}
	}
}
