package detect

import (
	"slices"
	"sync/atomic"
	"unicode"
	"unicode/utf8"

	"repost/dedup/cluster"
	"repost/dedup/keep"
	"repost/shingle"
)

// How much of a text stands in another one is measured in characters, so that one rule
// holds for every script: a unit is one character of Chinese and a whole word of English.
// What counts between runs of equal units is said in places.go.

// putIn is from how many units on what is put into a text is more than words of a sentence.
const putIn = 6

// ruler measures one text. Its scale is the characters before each unit.
type ruler struct {
	text     *Text
	scale    []int32
	starting []int32 // see sentenceStarts
}

func newRuler(t *Text) *ruler {
	r := &ruler{text: t, scale: make([]int32, len(t.Units)+1)}
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

// exactly returns the units of this text that stand in another one word for word and in whole
// sentences: a word put into a sentence makes it another one.
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
	return r.text.startsSentence(int(at))
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
	halves := make([]measured, len(v.linked))
	exact := v.opt.Threshold >= 1
	err := v.eachText(ns, func(k *Sketcher, at int, text string) {
		i := v.node[ns[at]] // what is written is its own, and its side of each overlap
		r := k.ruler(text)
		d := keep.Doc{Units: r.scale[len(r.text.Units)], Learned: r.characters(v.learned[i])}
		v.docs[i] = d
		for _, at := range of[i] {
			isA := at >= 0
			at = max(at, ^at)
			o, m, passages := &v.shared[at], &halves[at], v.linked[at].passages
			if isA {
				o.A = i
				o.InA, m.a = r.measure(passages, exact)
			} else {
				o.B = i
				o.InB, m.b = r.measure(swapped(passages), exact)
			}
			if !exact && m.read.Add(1) == 2 {
				o.InA, o.InB = m.a.there(m.b), m.b.there(m.a)
				m.a, m.b, v.linked[at].passages = nil, nil, nil
			}
		}
	})
	v.linked = nil
	return err
}

// measured is what the two texts of an overlap say of it, until both were read.
type measured struct {
	a, b *portion
	read atomic.Int32 // texts that were read
}

// measure returns what of a text stands in another word for word and in whole sentences or,
// where other wordings are to be compared, what it says of the passages.
func (r *ruler) measure(passages [][]cluster.Run, exact bool) (verbatim cluster.Set, p *portion) {
	if exact {
		return slices.Clip(r.characters(r.exactly(passages))), nil
	}
	return nil, r.portion(passages)
}

// Sharer says which bytes of texts stand in others: one text often stands for many copies of it. It
// is not safe for concurrent use.
type Sharer struct {
	sketcher Sketcher
	linker   Linker
}

// NewSharer returns a Sharer.
func NewSharer(texts *TextCache) *Sharer {
	return &Sharer{sketcher: Sketcher{Scheme: texts.scheme, texts: texts}}
}

// Shared is Scheme.Shared.
func (k *Sharer) Shared(a, b string) (inA, inB []shingle.Span) {
	x, y := k.sketcher.ruler(a), k.sketcher.ruler(b)
	var passages [][]cluster.Run
	for _, c := range k.linker.Chains(x.text, y.text) {
		if !isForm(&c) {
			passages = append(passages, c.Runs)
		}
	}
	units := x.unitsOf(x.portion(passages).there(y.portion(swapped(passages))))
	return x.bytesOf(units), y.bytesOf(opposite(units, passages))
}

// opposite returns which units of the second text some units of the first stand for: those that
// are equal, and a word that is misspelt in one of the two.
func opposite(units cluster.Set, passages [][]cluster.Run) cluster.Set {
	var out []cluster.Interval
	for _, runs := range passages {
		for i, r := range runs {
			for _, v := range units.Intersect(cluster.Set{{Lo: r.A, Hi: r.A + r.Len}}) {
				out = append(out, cluster.Interval{Lo: v.Lo - r.A + r.B, Hi: v.Hi - r.A + r.B})
			}
			if i == 0 {
				continue
			}
			before := runs[i-1]
			if units.Within(before.A+before.Len, r.A) > 0 && before.B+before.Len < r.B {
				out = append(out, cluster.Interval{Lo: before.B + before.Len, Hi: r.B})
			}
		}
	}
	return cluster.Of(out)
}

// unitsOf returns the units that begin in some characters.
func (r *ruler) unitsOf(characters cluster.Set) cluster.Set {
	var out []cluster.Interval
	for _, v := range characters {
		lo, _ := slices.BinarySearch(r.scale[:len(r.text.Units)], v.Lo)
		hi, _ := slices.BinarySearch(r.scale[:len(r.text.Units)], v.Hi)
		if lo < hi {
			out = append(out, cluster.Interval{Lo: int32(lo), Hi: int32(hi)})
		}
	}
	return cluster.Of(out)
}

// bytesOf returns what units stand for, with the punctuation around it.
func (r *ruler) bytesOf(units cluster.Set) []shingle.Span {
	t, out := r.text, []shingle.Span(nil)
	for _, v := range units {
		out = append(out, shingle.Span{Lo: opening(t.Source, int(t.Units[v.Lo].Lo)), Hi: closing(t.Source, int(t.Units[v.Hi-1].Hi))})
	}
	return shingle.Union(out)
}
