package dedup

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"repost/dedup/dates"
)

// Which of equal texts comes first. Documents with the same text cover the same of a story,
// thus any of them could be its canonical member; an editor expects the one that had it
// first. O(1) for a document, 8 bytes each.

// undated is the place in time of what has no date: after all others.
const undated = math.MaxUint64 &^ 3

// placeInTime orders documents of one text: the earliest date first; of equal dates, one that is
// a field of its own before one that was found elsewhere, and a known source before none.
func (i Info) placeInTime() uint64 {
	rank := uint64(undated)
	if d, err := dates.Parse(i.Date); i.Date != "" && err == nil {
		rank = d.Rank() << 2
	}
	if i.DateFrom != "" {
		rank |= 2
	}
	if i.Source == "" {
		rank |= 1
	}
	return rank
}

// earlier orders documents of one text, with the id as the last resort.
func (st *settling) earlier(a, b uint32) int {
	return cmp.Or(cmp.Compare(st.time(a), st.time(b)), strings.Compare(st.id(a), st.id(b)))
}

// earliestFirst makes the earliest of the members with the text of the first the first, which
// is the canonical one.
func (st *settling) earliestFirst(members []Member) {
	first := st.class(st.headOf(members[0].Doc))
	earliest := slices.MinFunc(first, st.earlier)
	for i := range members[:len(first)] {
		if members[i].Doc == earliest {
			members[0], members[i] = members[i], members[0]
			return
		}
	}
}
