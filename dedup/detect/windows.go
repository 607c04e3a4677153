package detect

import (
	"slices"
	"unicode"

	"repost/dedup/cluster"
	"repost/shingle"
)

// What stands word for word in a text that came before is found by its windows: runs of
// units that fill a certain number of columns, from each unit on, and whole sentences, from each
// sentence on and back from each. The hashes of the windows of what is left of each text are
// kept. The hashes roll (Karp and Rabin 1987), so a text takes time linear in its length.
//
// A run that is as long as a window is made of windows: each of its units, or of its sentences,
// is in one that lies within the run. So one place of a window is enough, however many texts
// have it. Two texts may hold A B and A C: where A was found first in the one, C is found by a
// window of its own, if only by that which goes back into A. A hit is compared unit by unit and
// made as long as it goes on both sides, which saves the comparison of the windows within.
//
// All units count, masked ones too: what a mask covers depends on the text around it, and
// that changes with each cut.

// Windows are a bit shorter than what they must find, since punctuation counts there.
const (
	sentenceColumns = RepeatedSentences * 4 / 5
	runColumns      = RepeatedRun * 4 / 5
)

// windowed is a text whose windows can be hashed.
type windowed struct {
	*Text
	columns []int32  // before each unit
	sums    []uint64 // hash of the units before each
	powers  []uint64
}

// rollBase is the base of the polynomial of the hashes.
const rollBase = 0x9E3779B97F4A7C15

func newWindowed(text string, rules shingle.Rules) *windowed {
	t := &Text{Source: text, rules: rules}
	t.Units = rules.Cut(make([]shingle.Unit, 0, len(text)/3+8), text)
	n := len(t.Units) + 1
	w := &windowed{Text: t, columns: make([]int32, 1, n), sums: make([]uint64, 1, n), powers: []uint64{1}}
	for i, u := range t.Units {
		w.columns = append(w.columns, w.columns[i]+columnsOf(text, u))
		x := (uint64(u.ID) + 1) * 0xD6E8FEB86659FD93
		w.sums = append(w.sums, w.sums[i]*rollBase+(x^x>>32))
	}
	return w
}

// columnsOf returns the columns of a unit: one for a character of Han, for a letter or
// digit of a word, and for the blank after it. Equal units have equally many, however they
// are punctuated and spaced.
func columnsOf(source string, u shingle.Unit) (n int32) {
	if u.Kind() == shingle.Character {
		return 1
	}
	for _, r := range source[u.Lo:u.Hi] {
		if unicode.IsLetter(r) || unicode.IsNumber(r) {
			n++
		}
	}
	if u.Kind() == shingle.Word {
		n++
	}
	return n
}

// width returns the columns of the units [lo, hi).
func (w *windowed) width(lo, hi int) int32 { return w.columns[hi] - w.columns[lo] }

// hash returns the hash of the units [lo, hi).
func (w *windowed) hash(lo, hi int) uint64 {
	for len(w.powers) <= hi-lo {
		w.powers = append(w.powers, w.powers[len(w.powers)-1]*rollBase)
	}
	return w.sums[hi] - w.sums[lo]*w.powers[hi-lo]
}

// window returns the end of the shortest run of units that begins at one and has at least
// that many columns, or 0 if those up to end have fewer.
func (w *windowed) window(lo, end int, columns int32) int {
	n, found := slices.BinarySearch(w.columns[lo:min(end, lo+int(columns))+1], w.columns[lo]+columns)
	if hi := lo + n; found || hi <= min(end, lo+int(columns)) {
		return hi
	}
	return 0
}

// sentencesFrom returns the end of the fewest whole sentences that begin at a unit and are long
// enough to be cut, or 0.
func (w *windowed) sentencesFrom(lo, end int) int {
	for hi := w.window(lo, end, sentenceColumns); hi > 0 && hi <= end; hi++ {
		if w.startsSentence(hi) {
			return hi
		}
	}
	return 0
}

// sentencesTo returns the begin of the fewest whole sentences that end at a unit and are long
// enough to be cut, or -1.
func (w *windowed) sentencesTo(hi, begin int) int {
	for lo := hi - 1; lo >= begin; lo-- {
		if w.width(lo, hi) >= sentenceColumns && w.startsSentence(lo) {
			return lo
		}
	}
	return -1
}

// windows calls fn for each window within some units, by their first unit or, of those that go
// back, by the end.
func (w *windowed) windows(within cluster.Set, fn func(lo, hi int, key uint64)) {
	for _, v := range within {
		begin, end := int(v.Lo), int(v.Hi)
		for at := begin; at <= end; at++ {
			if hi := w.window(at, end, runColumns); hi > 0 {
				fn(at, hi, w.hash(at, hi))
			}
			if !w.startsSentence(at) {
				continue
			}
			back := w.sentencesTo(at, begin)
			if back >= 0 && w.sentencesFrom(back, end) != at {
				fn(back, at, w.hash(back, at)^sentenceSalt)
			}
			if hi := w.sentencesFrom(at, end); hi > 0 {
				fn(at, hi, w.hash(at, hi)^sentenceSalt)
			}
		}
	}
}

// sentenceSalt parts the keys of whole sentences from those of any run.
const sentenceSalt = 0x5851F42D4C957F2D

// unitPlace is a unit of what is left of a node.
type unitPlace struct{ node, unit int32 }

// windowIndex has the windows of what is left of the texts before, by their hashes.
type windowIndex map[uint64]unitPlace

// add adds windows of a text. Of two texts with the same window the first stays.
func (x windowIndex) add(node int32, w *windowed, within cluster.Set) {
	w.windows(within, func(lo, _ int, key uint64) {
		if _, ok := x[key]; !ok {
			x[key] = unitPlace{node, int32(lo)}
		}
	})
}

// repeated returns which units of a text are cut since they stand in one before it, and adds to
// in how many columns do in which node. left returns what is left of a node.
func (x windowIndex) repeated(w *windowed, within cluster.Set, in map[int32]int32, left func(node int32) (*Text, error)) (cluster.Set, error) {
	var cuts []cutOf
	var failed error
	var covered cluster.Interval // the last of what is cut
	var run unitPlace            // that was compared last: its node and diagonal
	var compared cluster.Interval
	w.windows(within, func(lo, hi int, key uint64) {
		at, ok := x[key]
		here := unitPlace{at.node, at.unit - int32(lo)}
		window := cluster.Interval{Lo: int32(lo), Hi: int32(hi)}
		if !ok || holds(covered, window) || here == run && holds(compared, window) || failed != nil {
			return
		}
		other, err := left(at.node)
		if err != nil {
			failed = err
			return
		}
		from, to := commonRun(w.Units, other.Units, lo, int(at.unit))
		if to < hi {
			return // another run with the same hash
		}
		run, compared = here, cluster.Interval{Lo: int32(from), Hi: int32(to)}
		for _, v := range w.cuttable(from, to, other, int(at.unit)-lo+from) {
			cuts = append(cuts, cutOf{v, at.node})
			if v.Lo <= covered.Hi && covered.Lo <= v.Hi {
				v = cluster.Interval{Lo: min(v.Lo, covered.Lo), Hi: max(v.Hi, covered.Hi)}
			}
			covered = v
		}
	})
	return attribute(w, cuts, in), failed
}

// cutOf is units that are cut, and the node that has them too.
type cutOf struct {
	cluster.Interval
	node int32
}

// attribute returns the units of all cuts, and adds to in how many columns of them are in which
// node. Units of several cuts are those of the first.
func attribute(w *windowed, cuts []cutOf, in map[int32]int32) cluster.Set {
	slices.SortStableFunc(cuts, func(a, b cutOf) int { return int(a.Lo - b.Lo) })
	all, end := make([]cluster.Interval, 0, len(cuts)), int32(0)
	for _, c := range cuts {
		all = append(all, c.Interval)
		if c.Hi > end {
			in[c.node] += w.width(int(max(c.Lo, end)), int(c.Hi))
			end = c.Hi
		}
	}
	return cluster.Of(all)
}

// holds reports whether all of b is in a.
func holds(a, b cluster.Interval) bool { return a.Lo <= b.Lo && b.Hi <= a.Hi }

// commonRun returns the longest run of a around unit i that is the same in b around unit j.
func commonRun(a, b []shingle.Unit, i, j int) (lo, hi int) {
	lo, hi = i, i
	for j := j; lo > 0 && j > 0 && a[lo-1].ID == b[j-1].ID; j-- {
		lo--
	}
	for hi < len(a) && j < len(b) && a[hi].ID == b[j].ID {
		hi, j = hi+1, j+1
	}
	return lo, hi
}
