package detect

import (
	"cmp"
	"slices"
)

// Of a story with many texts not every two are compared, but each with a few pivots (lsh.AllPairs).
// In one run that is enough: the pivots are the first to be kept. Over several runs, what is
// kept is what was written, and few of the pivots were: a new text that was compared with the
// others alone would be written once more. So it is compared with what was written of its story:
// with mostWritten texts that are as long as it is, or nearly, which its own copies are, and
// with the mostWritten longest, since it may be an excerpt of one. These pairs are not kept.
const mostWritten = 8

// compareCrowds compares new nodes of crowds with written ones.
func (v *surviving) compareCrowds() error {
	written, fresh := map[int32][]int32{}, map[int32][]int32{} // story → nodes
	for i, in := range v.in {
		to := fresh
		if v.opt.Seen(v.best[i]) {
			to = written
		}
		for _, story := range in {
			if _, ok := slices.BinarySearch(v.crowds, story); ok {
				to[story] = append(to[story], int32(i))
			}
		}
	}
	var pairs []pair
	for _, story := range v.crowds {
		all := written[story]
		slices.SortFunc(all, func(a, b int32) int {
			return cmp.Or(cmp.Compare(v.docs[a].Units, v.docs[b].Units), compareIDs(v.ids[v.best[a]], v.ids[v.best[b]]))
		})
		for _, i := range fresh[story] {
			at, _ := slices.BinarySearchFunc(all, v.docs[i].Units, func(a int32, units int32) int { return cmp.Compare(v.docs[a].Units, units) })
			lo := max(0, min(at-mostWritten/2, len(all)-mostWritten))
			near, longest := all[lo:min(lo+mostWritten, len(all))], all[max(0, len(all)-mostWritten):]
			for _, j := range slices.Concat(near, longest) {
				if p := [2]int32{min(i, j), max(i, j)}; !v.compared[p] {
					pairs = append(pairs, pair{v.best[i], v.best[j]})
				}
			}
		}
	}
	for pairs = slices.Compact(v.together(pairs)); len(pairs) > 0; {
		batch, texts, err := v.some(pairs)
		if err != nil {
			return err
		}
		links, err := v.alignBatch(batch, texts)
		if err != nil {
			return err
		}
		for i := range links {
			v.overlap(&links[i])
		}
		pairs = pairs[len(batch):]
	}
	return nil
}
