package detect

import (
	"repost/dedup/align"
	"repost/shingle"
)

// Numbers of lines, of paragraphs and of articles say nothing of what a text tells: with a line
// or an article more, all numbers after it are others. So where both texts number what stands
// at the heads of their lines, from one on, a number that was moved is no figure that differs,
// and neither is one that refers to it: "the fee of § 4", now § 5. Dates and years at the heads
// of lines do not count from one, and a figure that differs in few lines is a figure.

// shifts is at how many heads of lines the numbers of one text must be ahead by as many.
const shifts = 3

// skipped is how many numbers that are missing do not end a numbering, as of articles that were
// repealed.
const skipped = 2

// numberPair is a number of a text and the one that stands in its place in the other.
type numberPair struct {
	passage int
	a, b    int  // their values
	head    bool // of a line, in both texts
}

// forgetNumbering takes from the figures that differ in passages those that only number. O(n).
func forgetNumbering(a, b *Text, passages []align.Passage) {
	var places []numberPair
	ahead := map[int]int{} // b - a → heads of lines
	for i := range passages {
		p := &passages[i]
		if p.Disagree == 0 {
			continue
		}
		for k := 1; k < len(p.Runs); k++ {
			q, r := p.Runs[k-1], p.Runs[k]
			fa, fb := figuresIn(a, q.EndA(), r.A), figuresIn(b, q.EndB(), r.B)
			if n := min(len(fa), len(fb), 1); len(fa) != len(fb) { // a line was put in before this one
				fa, fb = fa[len(fa)-n:], fb[len(fb)-n:]
			}
			for j, at := range fa {
				x := numberPair{passage: i, head: a.headsLine(at) && b.headsLine(fb[j])}
				var okA, okB bool
				x.a, okA = shingle.Unit{ID: a.IDs[at]}.Value()
				x.b, okB = shingle.Unit{ID: b.IDs[fb[j]]}.Value()
				if !okA || !okB {
					continue
				}
				if x.head {
					ahead[x.b-x.a]++
				}
				places = append(places, x)
			}
		}
	}
	moved := map[[2]int]bool{}
	var lastA, lastB int
	for _, x := range places {
		if !x.head || ahead[x.b-x.a] < shifts {
			continue
		}
		if lastB == 0 {
			lastA, lastB = a.numbered(), b.numbered()
		}
		if x.a <= lastA && x.b <= lastB {
			moved[[2]int{x.a, x.b}] = true
		}
	}
	for _, x := range places {
		if moved[[2]int{x.a, x.b}] {
			passages[x.passage].Disagree--
		}
	}
}

// figuresIn returns where the numbers are among some units.
func figuresIn(t *Text, lo, hi int) (at []int) {
	for i := lo; i < hi; i++ {
		if (shingle.Unit{ID: t.IDs[i]}).Kind() == shingle.Number {
			at = append(at, i)
		}
	}
	return at
}

// headsLine reports whether a number stands at the head of a line: first, or after the word for
// what it numbers, as in Article 4 and 第4条.
func (t *Text) headsLine(i int) bool {
	return t.startsLine(i) || t.startsLine(i-1) && (shingle.Unit{ID: t.IDs[i-1]}).Kind() != shingle.Number
}

// numbered returns the last number up to which the lines of t are numbered from one on.
func (t *Text) numbered() (last int) {
	for i, id := range t.IDs {
		if n, ok := (shingle.Unit{ID: id}).Value(); ok && n > last && n <= last+1+skipped && t.headsLine(i) {
			last = n
		}
	}
	return last
}
