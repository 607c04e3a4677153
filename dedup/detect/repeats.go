package detect

import (
	"math/bits"
	"slices"
	"sync/atomic"

	"repost/dedup/cluster"
)

// Which parts of texts may stand in another text: of what is in one text only, no window
// needs to be kept, and that is nearly all of what is left of a corpus without duplicates.
// A counting filter says it (Bloom 1970, with one hash and two bits a slot: in a text, in
// two or more): a gram of a text that is in a slot of two texts may be in both. One in five
// grams is there by chance, but next to no grams in a row are, and what few there are make
// no window.

// gramColumns is the width of a gram, and repeatColumns of the grams in a row that are
// taken for a repetition. What stands around such a repetition, up to the length of sentences that
// are cut, may be repeated too: a sentence that is too short to be found may be cut with the
// one before it, also where that becomes its neighbour by another cut.
const (
	gramColumns   = 16
	repeatColumns = 20
)

// slotsPerUnit is the number of slots of the filter for each unit of text, and slotsMost
// bounds them: 2 × 32 MB.
const (
	slotsPerUnit = 4
	slotsMost    = 1 << 28
)

// repeatFilter says which grams two texts have.
type repeatFilter struct {
	once, twice []atomic.Uint64
	shift       int
}

func newRepeatFilter(units int) *repeatFilter {
	slots := 1 << max(6, bits.Len(uint(min(units*slotsPerUnit, slotsMost)-1)))
	return &repeatFilter{make([]atomic.Uint64, slots/64), make([]atomic.Uint64, slots/64), 65 - bits.Len(uint(slots))}
}

// grams calls fn with each gram of a text and its slot.
func (f *repeatFilter) grams(w *windowed, fn func(lo, hi int, slot uint64)) {
	for lo := range w.Units {
		if hi := w.window(lo, len(w.Units), gramColumns); hi > 0 {
			fn(lo, hi, w.hash(lo, hi)*rollBase>>f.shift)
		}
	}
}

// add counts the grams of a text, each once. It may be called by several goroutines.
func (f *repeatFilter) add(w *windowed) {
	slots := make([]uint64, 0, len(w.Units))
	f.grams(w, func(_, _ int, slot uint64) { slots = append(slots, slot) })
	slices.Sort(slots)
	for _, s := range slices.Compact(slots) {
		if bit := uint64(1) << (s % 64); f.once[s/64].Or(bit)&bit != 0 {
			f.twice[s/64].Or(bit)
		}
	}
}

// near returns the units of a text that may be part of what another text has too.
func (f *repeatFilter) near(w *windowed) cluster.Set {
	var out []cluster.Interval
	begin, last, end := -1, -1, 0 // of grams in a row
	flush := func() {
		if begin >= 0 && w.width(begin, end) >= repeatColumns {
			lo, hi := begin, end
			for lo > 0 && w.width(lo, begin) < sentenceColumns {
				lo--
			}
			for hi < len(w.Units) && w.width(end, hi) < sentenceColumns {
				hi++
			}
			out = append(out, cluster.Interval{Lo: int32(lo), Hi: int32(hi)})
		}
		begin = -1
	}
	f.grams(w, func(lo, hi int, slot uint64) {
		if f.twice[slot/64].Load()>>(slot%64)&1 == 0 {
			return
		}
		if begin < 0 || lo != last+1 {
			flush()
			begin = lo
		}
		last, end = lo, hi
	})
	flush()
	return cluster.Of(out)
}
