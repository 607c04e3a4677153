package align

import (
	"cmp"
	"slices"
)

// From the rectangles that climbs end in to the rewrites of a pair: those with
// enough evidence, apart from each other, with edges set by the token.

// scored is a rectangle with the F it reached and its Dice.
type scored struct {
	rect
	f      int64
	dice   int64
	tokens [2]piece // what it covers, by the token
}

// nats returns F as a number of nats.
func (s scored) nats() float64 { return float64(s.f) / (perMille * unitWeight) }

// rewrites returns the rewrites of the pair whose F is least nats or more, by
// their place in side 0, and whether the work was capped.
func (t *twoBags) rewrites(opt Options, least float64) ([]scored, bool) {
	o := opt.rewriting
	points, capped := t.seeds(o)
	var found []scored
	for _, r := range t.starts(points, o.gap, o) {
		if t.work > maxClimbWork {
			capped = true
			break
		}
		t.set(r)
		f := t.climb(o.lambda, o.reach)
		t.climb(t.tighter(o), o.reach)
		found = append(found, scored{rect: t.rect, f: f, dice: t.dice()})
	}
	slices.SortFunc(found, func(x, y scored) int {
		return cmp.Or(cmp.Compare(y.f, x.f), x.lo[0]-y.lo[0], x.lo[1]-y.lo[1], x.hi[0]-y.hi[0], x.hi[1]-y.hi[1])
	})
	out := t.join(t.choose(slices.Compact(found), opt, least), o)
	t.setEdges(out, o)
	return out, capped
}

// tighter returns the λ for the second climb from the rectangle at hand: the
// cleaner the copy, the more a piece must have of it.
func (t *twoBags) tighter(o rewriting) int64 { return max(o.lambda, o.tighten*t.dice()/perMille) }

// choose takes rectangles best first. One that lies by half or more, on either
// side, in one that was chosen is dropped, else what overlaps is cut off and the
// rest judged again. (Looking at one side alone costs .003 on PAN 2013 train.)
func (t *twoBags) choose(found []scored, opt Options, least float64) []scored {
	var out []scored
	enough := func(r scored) bool {
		return r.nats() >= least && r.dice >= minDice && t.length(r.rect) >= opt.MinRewrite
	}
	for _, r := range found {
		whole, ok := r.rect, enough(r)
		for _, c := range out {
			for s := range 2 {
				ok = ok && r.cut(c.rect, s)
			}
		}
		if ok && r.rect != whole {
			t.set(r.rect)
			r.f, r.dice = t.value(opt.rewriting.lambda), t.dice()
			ok = enough(r)
		}
		if ok {
			out = append(out, r)
		}
	}
	return out
}

// cut removes from r what c covers on side s and what follows it. It reports false if c
// covers half of r or more.
func (r *scored) cut(c rect, s int) bool {
	lap := min(r.hi[s], c.hi[s]) - max(r.lo[s], c.lo[s])
	switch {
	case lap <= 0:
		return true
	case 2*lap >= r.hi[s]-r.lo[s]:
		return false
	case r.lo[s] < c.lo[s]:
		r.hi[s] = c.lo[s]
	default:
		r.lo[s] = c.hi[s]
	}
	return true
}

// length returns the tokens of both sides of r.
func (p *pair) length(r rect) int {
	n := 0
	for s, t := range p.text {
		n += t.pieces[r.hi[s]-1].hi - t.pieces[r.lo[s]].lo
	}
	return n
}

// join merges neighbours that are in the same order on both sides into one rectangle, if
// the text between them is similar too.
func (t *twoBags) join(rs []scored, o rewriting) []scored {
	slices.SortFunc(rs, func(x, y scored) int { return cmp.Or(x.lo[0]-y.lo[0], x.lo[1]-y.lo[1]) })
	var out []scored
	for _, r := range rs {
		if n := len(out); n > 0 && out[n-1].before(r.rect, o.join) {
			u := rect{lo: out[n-1].lo, hi: r.hi}
			t.set(u)
			if !t.holds(u) && t.dice() >= o.joinDice {
				out[n-1] = scored{rect: u, f: t.value(o.lambda), dice: t.dice()}
				continue
			}
		}
		out = append(out, r)
	}
	return out
}

// before reports whether q begins after r on both sides, at most gap pieces later.
func (r rect) before(q rect, gap int) bool {
	for s := range 2 {
		if d := q.lo[s] - r.hi[s]; d < 0 || d > gap {
			return false
		}
	}
	return true
}

// setEdges moves the edges of rewrites token by token, inside the piece at the edge or into
// the free piece next to it, to where F is greatest, if that gains enough. A passage
// inserted without an end mark before or after it shares its first or last piece with its
// surroundings: that caused most of the excess on PAN 2013 train (gain .002).
func (t *twoBags) setEdges(rs []scored, o rewriting) {
	taken := [2][]bool{slices.Clone(t.blocked[0]), slices.Clone(t.blocked[1])}
	for _, r := range rs {
		for s := range 2 {
			for i := r.lo[s]; i < r.hi[s]; i++ {
				taken[s][i] = true
			}
		}
	}
	for i, r := range rs {
		t.set(r.rect)
		lambda := t.tighter(o)
		for s, q := range t.text {
			first, last := q.pieces[r.lo[s]], q.pieces[r.hi[s]-1]
			lo := t.bestStop(s, first.lo, first.hi, -1, lambda, o.margin)
			if j := r.lo[s] - 1; lo == first.lo && j >= 0 && !taken[s][j] {
				lo = t.bestStop(s, lo, q.pieces[j].lo, 1, lambda, o.margin)
			}
			hi := t.bestStop(s, last.hi, last.lo, -1, lambda, o.margin)
			if j := r.hi[s]; hi == last.hi && j < len(q.pieces) && !taken[s][j] {
				hi = t.bestStop(s, hi, q.pieces[j].hi, 1, lambda, o.margin)
			}
			if lo >= hi { // both edges in one piece
				lo, hi = first.lo, last.hi
			}
			rs[i].tokens[s] = piece{lo, hi}
		}
	}
}

// bestStop walks over the tokens of side s between from and to and adds (by = 1)
// or takes away (by = -1) each. It returns where F is greatest, or from if that
// gains no more than margin nats. The counts are left as they were.
func (t *twoBags) bestStop(s, from, to int, by int32, lambda, margin int64) int {
	q, own, other := t.text[s], t.count[s], t.count[1-s]
	at, best, gain := from, margin*perMille*unitWeight, int64(0)
	step, back := 1, 0
	if to < from {
		step, back = -1, -1
	}
	stop := from
	for ; stop != to; stop += step {
		f := q.terms[stop+back]
		if f == none {
			continue
		}
		gain -= int64(by) * lambda * t.own[s][f]
		if n := t.number[s][f]; n != none {
			before := min(own[n], other[n])
			own[n] += by
			gain += 2 * perMille * t.own[s][f] * int64(min(own[n], other[n])-before)
		}
		if gain > best {
			best, at = gain, stop+step
		}
	}
	for ; stop != from; stop -= step {
		if f := q.terms[stop-step+back]; f != none && t.number[s][f] != none {
			own[t.number[s][f]] -= by
		}
	}
	return at
}
