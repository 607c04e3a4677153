package diff

import (
	"slices"

	"repost/dedup/align"
)

// The first layer. Exact matches of strong tokens are chained to passages; the
// heaviest set of passages that stand in one order on both sides is in place,
// the others moved. What is left over is looked at by line, since a caption may
// have six characters and still be one, wherever it went.

// passages joins matches over what an editor changes within a paragraph. A
// longer hole parts two passages, which costs nothing when both are in place.
var passages = align.Chaining{MaxGap: 120, GapCost: .25, DiagCost: .1, RunCost: .5, MinScore: 8}

// mostRuns is how many exact matches outside of what stands in place are chained to
// passages that moved: a second's work.
const mostRuns = 1 << 15

const (
	// leastMoved is the length from which a moved passage needs no borders: set
	// phrases of a dozen characters recur within one article.
	leastMoved = 24
	// leastApart is the shortest passage that is followed when it moved, if it has
	// borders.
	leastApart = 8
	// leastLine is the shortest line that is followed when it moved.
	leastLine = 4
)

// place returns the passages: first all that stand in place, as one list of
// pairs, then each that moved.
func (c *comparison) place() [][]pair {
	sa, sb := c.a.strong(0, len(c.a.toks)), c.b.strong(0, len(c.b.toks))
	lists := c.placeSentences(sa, sb)
	permuted := lists != nil
	if !permuted {
		home, repeats := c.placeRuns(sa, sb)
		lists = [][]pair{home}
		if repeats {
			return c.bylines(c.lines(lists)) // what moved within them cannot be known
		}
	}
	var m align.Matcher
	sa, sb = c.a.strong(0, len(c.a.toks)), c.b.strong(0, len(c.b.toks))
	keysA, sa := c.a.apart(sa, 1<<29)
	keysB, sb := c.b.apart(sb, 1<<29|1<<28)
	m.Reset(keysB)
	found, _ := m.Matches(nil, keysA)
	if len(found) > mostRuns {
		c.caps = append(c.caps, "passages that moved: what has no place yet repeats itself too much to look for them")
		found = nil
	}
	for _, ch := range align.Chains(found, passages) {
		for _, runs := range pieces(ch.Runs, sa, sb) {
			if c.worthMoving(runs, sa, sb) {
				lists = append(lists, c.claim(nil, runs, sa, sb))
			}
		}
	}
	if permuted {
		lists = c.joinMoved(lists)
	}
	lists = c.lines(lists)
	return c.bylines(lists)
}

// placeRuns places the heaviest exact matches that stand in one order. Texts that
// repeat themselves without end are trimmed first of what they begin and end with,
// and repeats says so.
func (c *comparison) placeRuns(sa, sb []int) (home []pair, repeats bool) {
	var m align.Matcher
	keysA, keysB := c.a.keys(sa), c.b.keys(sb)
	m.Reset(keysB)
	found, capped := m.Matches(nil, keysA)
	head, tail := 0, 0
	if capped {
		head, tail = trimmed(keysA, keysB)
	}
	if capped && head+tail < min(len(keysA), len(keysB)) {
		c.caps = append(c.caps, "exact matches: the texts repeat themselves too much to compare every repetition, or to tell what moved")
		na, nb := len(sa)-tail, len(sb)-tail
		m.Reset(keysB[head:nb])
		found, _ = m.Matches(found[:0], keysA[head:na])
		found = inOrder(found)
		for i := range found {
			found[i].A, found[i].B = found[i].A+head, found[i].B+head
		}
		found = slices.Concat([]align.Run{{Len: head}}, steady(found, na, nb), []align.Run{{A: na, B: nb, Len: tail}})
		return c.claim(nil, found, sa, sb), true
	}
	if capped { // one is the other with something put in
		return c.claim(nil, []align.Run{{Len: head}, {A: len(sa) - tail, B: len(sb) - tail, Len: tail}}, sa, sb), false
	}
	return c.claim(nil, steady(inOrder(found), len(sa), len(sb)), sa, sb), false
}

// trimmed returns how many units two sequences begin and end with alike.
func trimmed(a, b []uint32) (head, tail int) {
	n := min(len(a), len(b))
	for head < n && a[head] == b[head] {
		head++
	}
	for tail < n-head && a[len(a)-1-tail] == b[len(b)-1-tail] {
		tail++
	}
	return head, tail
}

// apart returns the keys of tokens at, with one that occurs nowhere else, from
// barrier upwards, wherever tokens are left out, so that no match goes over a
// hole; and at with -1 in those places.
func (v *view) apart(at []int, barrier uint32) (keys []uint32, where []int) {
	for k, i := range at {
		if k > 0 && v.count(at[k-1]+1, i) > 0 {
			keys, where = append(keys, barrier), append(where, -1)
			barrier++
		}
		keys, where = append(keys, v.toks[i].key), append(where, i)
	}
	return keys, where
}

// claim marks the tokens of runs as placed and appends their pairs to dst.
func (c *comparison) claim(dst []pair, runs []align.Run, sa, sb []int) []pair {
	n := 0
	for _, r := range runs {
		n += r.Len
	}
	dst = slices.Grow(dst, n)
	for _, r := range runs {
		for k := range r.Len {
			p := pair{sa[r.A+k], sb[r.B+k]}
			c.take(p.a, p.b)
			dst = append(dst, p)
		}
	}
	return dst
}

const (
	// joinCost is what another run must bring, in units, to be taken up.
	joinCost = 2
	// window is how many runs before one are tried as its neighbour with their
	// overlap; of earlier ones only the best is.
	window = 128
)

// inOrder returns the heaviest sequence of runs that ascends on both sides,
// overlaps cut off. Runs are ordered by A. O(n × window).
func inOrder(runs []align.Run) []align.Run {
	n := len(runs)
	best, prev, cut := make([]float64, n), make([]int, n), make([]int, n)
	peak := make([]float64, n) // the best of all up to each
	starts := make([]int32, n) // where each begins in B, side by side for the loop below
	old := newFrontier(runs, best)
	top := -1
	for i, r := range runs {
		best[i], prev[i], starts[i] = float64(r.Len), -1, int32(r.B)
		if k := i - window - 1; k >= 0 {
			old.add(k)
		}
		try := func(k int) {
			p := &runs[k]
			if p.B >= r.B || p.A >= r.A {
				return
			}
			over := max(0, p.EndA()-r.A, p.EndB()-r.B)
			if over >= r.Len {
				return
			}
			turn := (r.A - r.B) - (p.A - p.B)
			s := best[k] + float64(r.Len-over) - joinCost - min(.5, .0005*float64(max(turn, -turn)))
			if s > best[i] {
				best[i], prev[i], cut[i] = s, k, over
			}
		}
		if k := old.best(r); k >= 0 {
			try(k)
		}
		// A match by chance, as half of the runs of an article are, looks through its
		// whole window: so what cannot win there is passed over by its score alone.
		const rounding = 1e-6
		least := func() float64 { return best[i] - float64(r.Len) + joinCost - rounding }
		first, floor := max(0, i-window), least()
		scores, peaks, begins := best[first:i], peak[first:i], starts[first:i]
		for k := len(scores) - 1; k >= 0 && peaks[k] > floor; k-- {
			if begins[k] < int32(r.B) && scores[k] > floor {
				try(first + k)
				floor = least()
			}
		}
		if peak[i] = best[i]; i > 0 {
			peak[i] = max(peak[i], peak[i-1])
		}
		if top < 0 || best[i] > best[top] {
			top = i
		}
	}
	var out []align.Run
	for i := top; i >= 0; i = prev[i] {
		r := runs[i]
		out = append(out, align.Run{A: r.A + cut[i], B: r.B + cut[i], Len: r.Len - cut[i]})
	}
	slices.Reverse(out)
	return out
}

// frontier answers which of the runs added so far has the best score of those
// that end before a given place in B: a Fenwick tree of prefix maxima.
type frontier struct {
	runs  []align.Run
	score []float64 // of each run
	at    []int32   // index of a run, plus one
}

func newFrontier(runs []align.Run, score []float64) *frontier {
	size := 0
	for _, r := range runs {
		size = max(size, r.EndB())
	}
	return &frontier{runs: runs, score: score, at: make([]int32, size+2)}
}

func (f *frontier) add(k int) {
	for i := f.runs[k].EndB() + 1; i < len(f.at); i += i & -i {
		if f.at[i] == 0 || f.score[k] > f.score[f.at[i]-1] {
			f.at[i] = int32(k + 1)
		}
	}
}

// best returns the run before r, or -1. One that overlaps r in A is cut there.
func (f *frontier) best(r align.Run) int {
	k, top := -1, 0.0
	for i := r.B + 1; i > 0; i -= i & -i {
		if at := int(f.at[i]); at != 0 && (k < 0 || f.score[at-1] > top) {
			k, top = at-1, f.score[at-1]
		}
	}
	return k
}

// steady leaves out short runs that stand alone in long holes: set phrases that
// two different passages share. Where they belong after all, the alignment of
// the hole finds them again. The holes before the first run and after the last go
// to the ends of the two sequences, of lengths na and nb: what two short texts
// share fills them, however few characters it has.
func steady(runs []align.Run, na, nb int) []align.Run {
	out := runs[:0:0]
	for i, r := range runs {
		left, right := max(r.A, r.B), max(na-r.EndA(), nb-r.EndB())
		if i > 0 {
			p := runs[i-1]
			left = max(r.A-p.EndA(), r.B-p.EndB())
		}
		if i+1 < len(runs) {
			q := runs[i+1]
			right = max(q.A-r.EndA(), q.B-r.EndB())
		}
		if r.Len >= 16 || 4*r.Len >= min(left, right) {
			out = append(out, r)
		}
	}
	return out
}

// worthMoving reports whether a passage out of order is one that moved and not
// a phrase that recurs: long, or with the borders of a line or clause at both
// ends on both sides.
func (c *comparison) worthMoving(runs []align.Run, sa, sb []int) bool {
	matched := 0
	for _, r := range runs {
		matched += r.Len
	}
	if matched >= leastMoved {
		return true
	}
	first, last := runs[0], runs[len(runs)-1]
	return matched >= leastApart && c.a.bordered(sa[first.A], sa[last.EndA()-1]) && c.b.bordered(sb[first.B], sb[last.EndB()-1])
}

// pieces cuts a chain at the holes that other passages left in either text: what
// stands on two sides of one did not move together.
func pieces(runs []align.Run, sa, sb []int) [][]align.Run {
	var out [][]align.Run
	start := 0
	for k := 1; k < len(runs); k++ {
		if slices.Contains(sa[runs[k-1].EndA():runs[k].A], -1) || slices.Contains(sb[runs[k-1].EndB():runs[k].B], -1) {
			out = append(out, runs[start:k])
			start = k
		}
	}
	return append(out, runs[start:])
}

// bordered reports whether sentence marks or line breaks stand on both sides of
// tokens lo to hi.
func (v *view) bordered(lo, hi int) bool {
	left := lo == 0
	for i := lo - 1; i >= 0 && !v.toks[i].strong(); i-- {
		left = left || v.toks[i].brk || v.toks[i].mark.endsSentence() || i == 0
	}
	right := hi+1 == len(v.toks)
	for i := hi + 1; i < len(v.toks) && !v.toks[i].strong(); i++ {
		right = right || v.toks[i].brk || v.toks[i].mark.endsSentence() || i == len(v.toks)-1
	}
	return left && right
}

// line is a line none of whose tokens is placed.
type line struct {
	at   []int // its strong tokens
	hash uint64
}

// freeLines returns the lines of v that are wholly unplaced, outside the story
// too: a caption may stand anywhere on a page.
func (v *view) freeLines() []line {
	var out []line
	var cur line
	free := true
	flush := func() {
		if free && len(cur.at) >= leastLine {
			cur.hash = 14695981039346656037
			for _, i := range cur.at {
				cur.hash = (cur.hash ^ uint64(v.toks[i].key)) * 1099511628211
			}
			out = append(out, cur)
		}
		cur, free = line{}, true
	}
	for i, t := range v.toks {
		switch {
		case t.brk:
			flush()
		case t.strong() && free:
			if free = v.flags[i]&(isTaken|isMasked) == 0; free {
				cur.at = append(cur.at, i)
			}
		}
	}
	flush()
	return out
}

// lines pairs unplaced lines that say the same. A pair that fits between the
// passages in place is put there; outside the story it is a list of its own that
// stays. Any other has moved.
func (c *comparison) lines(lists [][]pair) [][]pair {
	inA := map[uint64][]line{}
	for _, l := range c.a.freeLines() {
		inA[l.hash] = append(inA[l.hash], l)
	}
	if len(inA) == 0 {
		return lists
	}
	order := anchors{base: lists[0]} // what stays, outside the story too
	var stay []pair                  // what stays of the story
	for _, lb := range c.b.freeLines() {
		cand := inA[lb.hash]
		if len(cand) == 0 {
			continue
		}
		la := cand[0]
		if !slices.Equal(c.a.keys(la.at), c.b.keys(lb.at)) || !c.a.near(la.at[0]) && !c.b.near(lb.at[0]) {
			continue
		}
		inA[lb.hash] = cand[1:]
		var list []pair
		for k := range la.at {
			list = append(list, pair{la.at[k], lb.at[k]})
			c.take(la.at[k], lb.at[k])
		}
		stays := order.take(list)
		if stays && c.a.is(la.at[0], isStory) && c.b.is(lb.at[0], isStory) {
			stay = append(stay, list...)
			continue
		}
		if stays {
			c.stays[len(lists)] = true
		}
		lists = append(lists, list)
	}
	if len(stay) > 0 {
		lists[0] = append(lists[0], stay...)
		slices.SortFunc(lists[0], func(p, q pair) int { return p.a - q.a })
	}
	return lists
}

// anchors are ascending pairs: many to begin with, and the ends of lists that were
// found to fit between them.
type anchors struct{ base, more []pair }

// take adds the ends of list if it fits.
func (s *anchors) take(list []pair) bool {
	if _, ok := fits(s.base, list); !ok {
		return false
	}
	at, ok := fits(s.more, list)
	if ok {
		s.more = slices.Insert(s.more, at, list[0], list[len(list)-1])
	}
	return ok
}

// fits returns where in the ascending pairs of home those of list can stand.
func fits(home, list []pair) (int, bool) {
	first, last := list[0], list[len(list)-1]
	at, _ := slices.BinarySearchFunc(home, first, func(p, q pair) int { return p.a - q.a })
	if at > 0 && home[at-1].b >= first.b {
		return 0, false
	}
	if at < len(home) && (home[at].a <= last.a || home[at].b <= last.b) {
		return 0, false
	}
	return at, true
}
