package detect

import (
	"slices"
	"unicode"
	"unicode/utf8"

	"repost/dedup/cluster"
	"repost/dedup/keep"
	"repost/shingle"
)

// How much of a text stands in another one is measured in characters, so that one rule
// holds for every script: a unit is one character of Chinese and a whole word of English.
// Runs of equal units count, and what is worded a little differently between them. Words
// that one text has more than the other do not count: they stand nowhere else. Each text
// is read once, in time linear in its length and in its runs.

// What is between two long runs of a passage, in characters.
const (
	anchor    = 12 // a run this long is no chance match
	putIn     = 6  // fewer units than this are words of a sentence
	rephrased = 40 // other words in the place of these count as the same, up to this many
)

// ruler measures one text. Its scale is the characters before each unit.
type ruler struct {
	text  *Text
	scale []int32
}

func newRuler(t *Text) *ruler {
	r := &ruler{t, make([]int32, len(t.Units)+1)}
	for i := range t.Units {
		r.scale[i+1] = r.scale[i] + t.width(i)
	}
	return r
}

// mostBetween bounds the characters between two units that count: what is masked does not.
const mostBetween = 4

// width returns the characters of a unit and of the punctuation after it. Blanks in a row
// are one.
func (t *Text) width(i int) int32 {
	u, end := t.Units[i], len(t.Source)
	if i+1 < len(t.Units) {
		if end = int(t.Units[i+1].Lo); end <= int(u.Lo) {
			return 0 // several units of one sign: the last of them has its width
		}
	}
	between, blank := 0, false
	for at := int(u.Hi); at < end && between < mostBetween; {
		c, n := utf8.DecodeRuneInString(t.Source[at:])
		if space := unicode.IsSpace(c); !space || !blank {
			between, blank = between+1, space
		}
		at += n
	}
	return int32(utf8.RuneCountInString(t.Source[u.Lo:u.Hi]) + between)
}

// characters returns the characters of a set of units.
func (r *ruler) characters(units cluster.Set) cluster.Set {
	out := make([]cluster.Interval, 0, len(units))
	for _, v := range units {
		if hi := min(v.Hi, int32(len(r.text.Units))); v.Lo < hi { // what is learned is read from a file
			out = append(out, r.interval(v.Lo, hi))
		}
	}
	return cluster.Of(out)
}

func (r *ruler) interval(lo, hi int32) cluster.Interval {
	return cluster.Interval{Lo: r.scale[lo], Hi: r.scale[hi]}
}

// there returns the units of this text that stand in another one: in the runs of a
// passage, and between them where other words are in the place of these. Between two
// anchors, shorter runs count if they are half of what is there.
func (r *ruler) there(passages [][]cluster.Run) cluster.Set {
	var in []cluster.Interval
	for _, runs := range passages {
		last := -1 // the anchor before
		for i, run := range runs {
			v := r.interval(run.A, run.A+run.Len)
			if v.Hi-v.Lo < anchor && i < len(runs)-1 && i > 0 {
				continue
			}
			in = append(in, cluster.Interval{Lo: run.A, Hi: run.A + run.Len})
			if last >= 0 && r.same(runs[last:i+1]) {
				in = append(in, cluster.Interval{Lo: runs[last].A + runs[last].Len, Hi: run.A})
			}
			last = i
		}
	}
	return cluster.Of(in)
}

// same reports whether what is between the first and the last of some runs is worded only a
// little differently in the other text: half of it is the same, or it is short and no
// sentence of its own.
func (r *ruler) same(runs []cluster.Run) bool {
	first, last := runs[0], runs[len(runs)-1]
	from := first.A + first.Len
	here, other := r.interval(from, last.A), last.B-first.B-first.Len
	matched := int32(0)
	for _, run := range runs[1 : len(runs)-1] {
		v := r.interval(run.A, run.A+run.Len)
		matched += v.Hi - v.Lo
	}
	size := here.Hi - here.Lo
	return 2*matched >= size || size <= rephrased && 2*other >= last.A-from && !r.holdsSentence(from, last.A)
}

// holdsSentence reports whether a whole sentence lies in some units.
func (r *ruler) holdsSentence(lo, hi int32) bool {
	starts := 0
	for at := lo; at <= hi && starts < 2; at++ {
		if r.starts(at) {
			starts++
		}
	}
	return starts > 1
}

// exactly is there for what stands in the other text word for word and in whole sentences:
// a word put into a sentence makes it another one.
func (r *ruler) exactly(passages [][]cluster.Run) cluster.Set {
	var in []cluster.Interval
	here, there := unitsOfRuns(passages), unitsOfRuns(swapped(passages))
	for _, runs := range passages {
		parted := false // by few words put in, which belong to the sentence before or after
		for i := 0; i < len(runs); {
			lo, hi := runs[i].A, runs[i].A+runs[i].Len
			if i == 0 {
				lo += r.seam(here, there, runs[0], 0, -1)
			}
			for i++; i < len(runs) && runs[i].A == hi && runs[i].B == runs[i-1].B+runs[i-1].Len; i++ {
				hi += runs[i].Len
			}
			if parted {
				lo++
			}
			if parted = i < len(runs) && runs[i].A == hi && runs[i].B-runs[i-1].B-runs[i-1].Len < putIn; parted {
				hi--
			}
			if i == len(runs) {
				last := runs[i-1]
				hi += r.seam(here, there, last, last.Len, 1)
			}
			for lo < hi && !r.starts(lo) {
				lo++
			}
			for lo < hi && !r.starts(hi) {
				hi--
			}
			in = append(in, cluster.Interval{Lo: lo, Hi: hi})
		}
	}
	return cluster.Of(in)
}

// unitsOfRuns returns the units of all runs.
func unitsOfRuns(passages [][]cluster.Run) cluster.Set {
	var in []cluster.Interval
	for _, runs := range passages {
		for _, run := range runs {
			in = append(in, cluster.Interval{Lo: run.A, Hi: run.A + run.Len})
		}
	}
	return cluster.Of(in)
}

// mostTaken is how many units two passages that follow each other in another order may begin
// or end with alike by chance: such units are matched with one of the two only.
const mostTaken = 2

// seam returns how far an end of a run is from the end of its sentence if what is between
// was taken by another passage, in this text or in the other one, and else 0.
func (r *ruler) seam(here, there cluster.Set, run cluster.Run, end, step int32) int32 {
	taken := func(in cluster.Set, at, n int32) bool {
		return in.Within(min(at, at+n), max(at, at+n)) == int(max(n, -n))
	}
	for n := int32(0); n != step*(mostTaken+1); n += step {
		a, b := run.A+end, run.B+end
		if a+n < 0 || int(a+n) > len(r.text.Units) || !taken(here, a, n) && !taken(there, b, n) {
			break
		}
		if r.starts(a + n) {
			return n
		}
	}
	return 0
}

// starts reports whether a sentence starts at a unit, or the text ends there.
func (r *ruler) starts(at int32) bool {
	return at == 0 || int(at) == len(r.text.Units) || endsSentence(r.text.between(int(at), int(at)))
}

// passagesOf is the passages that two nodes share.
type passagesOf struct {
	a, b     int32
	passages [][]cluster.Run
}

// swapped returns passages as the second text sees them.
func swapped(passages [][]cluster.Run) [][]cluster.Run {
	out := make([][]cluster.Run, len(passages))
	for i, runs := range passages {
		for _, r := range runs {
			out[i] = append(out[i], cluster.Run{A: r.B, B: r.A, Len: r.Len})
		}
	}
	return out
}

// measure turns what nodes share, and what is boilerplate of them, into characters.
func (v *surviving) measure() error {
	of := make([][]int32, len(v.docs)) // node → indexes of passages, those where it is b negated
	for i := range v.linked {
		of[v.linked[i].a] = append(of[v.linked[i].a], int32(i))
		of[v.linked[i].b] = append(of[v.linked[i].b], ^int32(i))
	}
	var ns []uint32
	for i := range v.docs {
		if len(of[i]) > 0 {
			ns = append(ns, v.best[i])
		}
	}
	slices.Sort(ns)
	v.shared = make([]keep.Overlap, len(v.linked))
	exact := v.opt.Threshold >= 1
	err := v.eachText(ns, func(k *Sketcher, at int, text string) {
		i := v.node[ns[at]] // what is written is its own, and its side of each overlap
		r := newRuler(k.Prepare(text))
		d := keep.Doc{Units: r.scale[len(r.text.Units)], Learned: r.characters(v.learned[i])}
		v.docs[i] = d
		full := cluster.Set{{Lo: 0, Hi: d.Units}}.Minus(d.Learned)
		for _, at := range of[i] {
			if at >= 0 {
				o := &v.shared[at]
				o.A = i
				o.InA, o.WholeA = r.measure(v.linked[at].passages, full, exact)
			} else {
				o := &v.shared[^at]
				o.B = i
				o.InB, o.WholeB = r.measure(swapped(v.linked[^at].passages), full, exact)
			}
		}
	})
	v.linked = nil
	return err
}

// measure returns what of a text stands in another, and whether all that counts of it does
// so word for word.
func (r *ruler) measure(passages [][]cluster.Run, full cluster.Set, exact bool) (in cluster.Set, whole bool) {
	verbatim := r.characters(r.exactly(passages))
	if in = verbatim; !exact {
		in = r.characters(r.there(passages))
	}
	return slices.Clip(in), len(full.Minus(verbatim)) == 0
}

// Shared returns the bytes of two texts that stand in the other, as Survivors counts them.
func (s *Scheme) Shared(a, b string) (inA, inB []shingle.Span) {
	var k Linker
	x, y := s.Prepare(a), s.Prepare(b)
	var passages [][]cluster.Run
	for _, c := range k.Chains(x, y) {
		if !isForm(&c) {
			passages = append(passages, c.Runs)
		}
	}
	return x.bytesOf(newRuler(x).there(passages)), y.bytesOf(newRuler(y).there(swapped(passages)))
}

// bytesOf returns what a set of units stands for, with the punctuation around it.
func (t *Text) bytesOf(units cluster.Set) []shingle.Span {
	var out []shingle.Span
	for _, v := range units {
		out = append(out, shingle.Span{Lo: opening(t.Source, int(t.Units[v.Lo].Lo)), Hi: closing(t.Source, int(t.Units[v.Hi-1].Hi))})
	}
	return shingle.Union(out)
}
