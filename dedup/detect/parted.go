package detect

import (
	"cmp"
	"slices"

	"repost/dedup/align"
)

// A passage ends where each text goes on with a paragraph of its own, and the next begins
// where they meet again. Another paragraph in the place of one is no rewording of it: two
// outlets that take over a report and replace its second paragraph share the first and the
// third, as they would if the paragraph were as long as the gap that no passage bridges.

// ownParagraph is the least number of units of a paragraph of a text's own, on either side.
// Shorter ones are lines of a form that were filled in, captions and headings.
const ownParagraph = 20

// nearEdge is how many units from the edge of a paragraph a run may end: the paragraphs of
// both texts may begin with the same name.
const nearEdge = 4

// A paragraph of a text's own may have a name in common with the other's: of the shorter of
// the two, a share of ownMatched may match, in at most ownRuns runs.
const (
	ownMatched = .2
	ownRuns    = 4
)

// partedShare is the least share of the shorter text that all chains match. Of less, as the
// preamble of two decrees, the paragraph that differs may be the one that was filled in.
const partedShare = .3

// parted parts chains at paragraphs of each text's own, where at least least units match on
// either side. It returns them in order of what they say.
func parted(a, b *Text, chains []align.Chain, least int) []align.Chain {
	all := 0
	for _, c := range chains {
		all += c.Matched
	}
	if float64(all) < partedShare*float64(min(len(a.IDs), len(b.IDs))) {
		return chains
	}
	out := chains[:0:0]
	for _, c := range chains {
		lo, matched, left := 0, 0, c.Matched
		for i := 1; i < len(c.Runs); i++ {
			matched += c.Runs[i-1].Len
			left -= c.Runs[i-1].Len
			if matched < least || left < least {
				continue
			}
			if next, inner := meetAgain(a, b, c.Runs[i-1:]); next > 0 && left-inner >= least {
				out = append(out, partOf(c, lo, i, matched))
				lo, matched, left = i-1+next, 0, left-inner
				i = lo
			}
		}
		if lo == 0 {
			out = append(out, c)
		} else {
			out = append(out, partOf(c, lo, len(c.Runs), matched+left))
		}
	}
	slices.SortStableFunc(out, func(x, y align.Chain) int { return cmp.Compare(y.Score, x.Score) })
	return out
}

// partOf returns runs [lo, hi) of a chain.
func partOf(c align.Chain, lo, hi, matched int) align.Chain {
	return align.Chain{Runs: c.Runs[lo:hi], Matched: matched, Score: c.Score * float64(matched) / float64(c.Matched)}
}

// meetAgain returns the run at which two texts meet again that go on with paragraphs of their
// own after the first of some runs, and how much of these paragraphs matches; 0 if they do
// not.
func meetAgain(a, b *Text, runs []align.Run) (next, inner int) {
	x := runs[0]
	for n, y := range runs[1:min(len(runs), 2+ownRuns)] {
		own := min(y.A-x.EndA(), y.B-x.EndB())
		if own >= ownParagraph && float64(inner) <= ownMatched*float64(own) &&
			a.paragraphNear(x.EndA()) && b.paragraphNear(x.EndB()) && a.paragraphNear(y.A) && b.paragraphNear(y.B) {
			return n + 1, inner
		}
		inner += y.Len
	}
	return 0, 0
}

// paragraphNear reports whether a paragraph begins at a unit, or next to it.
func (t *Text) paragraphNear(at int) bool {
	for i := at - nearEdge; i <= at+nearEdge; i++ {
		if t.startsParagraph(i) {
			return true
		}
	}
	return false
}
