package align

import "repost/shingle"

// Match is a piece of A, a sentence or part of one, and the piece of B that is
// most like it.
type Match struct {
	A, B     shingle.Span // bytes of the two texts
	Likeness float64      // weighted Dice of the terms of the two pieces
}

// Correspond returns what in d, a detection of Detect(a, b, …), corresponds to
// what: for each piece of d.A the piece of d.B most like it, if there is one that
// is like it at all. Pieces of A come in order; a piece of B may come twice. The
// cost is that of Detect's seeds, without its bounds.
func Correspond(a, b *Prepared, d Detection) []Match {
	p := newPair(a, b, 0)
	z, t := p.newSeeder(), newTwoBags(p)
	alike := rewriting{seedCosine: .2, seedDice: .2}
	var out []Match
	for i, q := range a.pieces {
		at := a.span(q.lo, q.hi)
		if !within(at, d.A) {
			continue
		}
		best := Match{A: at}
		for _, j := range z.alike(i, alike) {
			bt := b.span(b.pieces[j].lo, b.pieces[j].hi)
			if !within(bt, d.B) {
				continue
			}
			t.set(rect{[2]int{i, int(j)}, [2]int{i + 1, int(j) + 1}})
			if l := float64(t.dice()) / perMille; l > best.Likeness {
				best.B, best.Likeness = bt, l
			}
		}
		if best.Likeness > 0 {
			out = append(out, best)
		}
	}
	return out
}

// within reports whether at least half of s is in t.
func within(s, t shingle.Span) bool {
	return 2*(min(s.Hi, t.Hi)-max(s.Lo, t.Lo)) >= s.Len()
}
