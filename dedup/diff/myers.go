package diff

import "math"

// Myers' linear-space algorithm (E. Myers, An O(ND) difference algorithm and its
// variations, 1986): the middle snake of two sequences is found from both ends
// at once, then the halves are done the same way. Time O((n+m)·d) for d
// differences, space O(n+m). The work is bounded by a budget of steps: a search
// that takes too large a part of what is left stops at the way that came furthest,
// as GNU diff does, if that found enough in common to be a way at all. Then the
// runs may not be the longest. What does not fit counts as wholly different. Both
// are reported.

type run struct{ a, b, n int }

type myers struct {
	a, b     []uint32
	fwd, bwd []int
	budget   int
	capped   bool // a part counts as wholly different
	cut      bool // a part is aligned, perhaps not by the least edits
	out      []run
}

// common returns a longest common subsequence of a and b as runs, ascending.
func (m *myers) common(a, b []uint32) []run {
	m.a, m.b, m.out = a, b, m.out[:0]
	if size := 2*(len(a)+len(b)) + 4; len(m.fwd) < size {
		m.fwd, m.bwd = make([]int, size), make([]int, size)
	}
	m.walk(0, len(a), 0, len(b))
	return m.out
}

func (m *myers) add(a, b, n int) {
	if n == 0 {
		return
	}
	if k := len(m.out); k > 0 {
		if l := &m.out[k-1]; l.a+l.n == a && l.b+l.n == b {
			l.n += n
			return
		}
	}
	m.out = append(m.out, run{a, b, n})
}

func (m *myers) walk(alo, ahi, blo, bhi int) {
	n := 0
	for alo+n < ahi && blo+n < bhi && m.a[alo+n] == m.b[blo+n] {
		n++
	}
	m.add(alo, blo, n)
	alo, blo = alo+n, blo+n
	tail := 0
	for ahi-tail > alo && bhi-tail > blo && m.a[ahi-tail-1] == m.b[bhi-tail-1] {
		tail++
	}
	ahi, bhi = ahi-tail, bhi-tail
	if alo < ahi && blo < bhi {
		if x, y, ok := m.middle(alo, ahi, blo, bhi); ok {
			m.walk(alo, x, blo, y)
			m.walk(x, ahi, y, bhi)
		}
	}
	m.add(ahi, bhi, tail)
}

const (
	// searchShare is the part of the budget that one search may take.
	searchShare = 16
	// leastSearch is the number of differences that any search may go to.
	leastSearch = 64
)

func isqrt(n int) int { return int(math.Sqrt(float64(max(0, n)))) }

// furthest returns the end of the way from the front that came furthest in d
// steps, if a fifth of what it went over is equal.
func (m *myers) furthest(alo, blo, n, k, d, off int) (x, y int, ok bool) {
	m.cut = true
	for q := -d; q <= d; q += 2 {
		i := m.fwd[off+q]
		if j := i - q; i <= n && j >= 0 && j <= k && i+j > x+y {
			x, y = i, j
		}
	}
	if 5*(x+y-d) < 2*(x+y) || x+y == n+k {
		m.capped = true
		return 0, 0, false
	}
	return alo + x, blo + y, true
}

// middle returns a point on an optimal path, strictly between the corners.
func (m *myers) middle(alo, ahi, blo, bhi int) (x, y int, ok bool) {
	n, k := ahi-alo, bhi-blo
	delta := n - k
	odd := delta&1 != 0
	off := n + k + 1
	fwd, bwd := m.fwd, m.bwd
	fwd[off+1], bwd[off+1] = 0, 0
	most := isqrt(m.budget / searchShare)
	for d := 0; d <= (n+k+1)/2; d++ {
		if d > most && d > leastSearch {
			return m.furthest(alo, blo, n, k, d-1, off)
		}
		if m.budget -= d + 1; m.budget < 0 {
			m.capped = true
			return 0, 0, false
		}
		for q := -d; q <= d; q += 2 {
			x := 0
			if q == -d || q != d && fwd[off+q-1] < fwd[off+q+1] {
				x = fwd[off+q+1]
			} else {
				x = fwd[off+q-1] + 1
			}
			y := x - q
			for x < n && y < k && y >= 0 && m.a[alo+x] == m.b[blo+y] {
				x, y = x+1, y+1
				m.budget--
			}
			fwd[off+q] = x
			if p := delta - q; odd && p >= -(d-1) && p <= d-1 && x+bwd[off+p] >= n {
				if x <= n && y >= 0 && y <= k && !(x == 0 && y == 0) && !(x == n && y == k) {
					return alo + x, blo + y, true
				}
				return 0, 0, false
			}
		}
		for q := -d; q <= d; q += 2 {
			x := 0
			if q == -d || q != d && bwd[off+q-1] < bwd[off+q+1] {
				x = bwd[off+q+1]
			} else {
				x = bwd[off+q-1] + 1
			}
			y := x - q
			for x < n && y < k && y >= 0 && m.a[ahi-x-1] == m.b[bhi-y-1] {
				x, y = x+1, y+1
				m.budget--
			}
			bwd[off+q] = x
			if p := delta - q; !odd && p >= -d && p <= d && x+fwd[off+p] >= n {
				px, py := ahi-x, bhi-y
				if px >= alo && py >= blo && py <= bhi && !(px == alo && py == blo) && !(px == ahi && py == bhi) {
					return px, py, true
				}
				return 0, 0, false
			}
		}
	}
	return 0, 0, false
}
