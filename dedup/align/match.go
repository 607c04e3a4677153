// Package align finds what two texts share. It sees sequences of unit ids and
// knows no documents and no language.
//
//	var m align.Matcher
//	m.Reset(b)
//	runs, caps := m.Matches(nil, a)     // maximal exact matches
//	chains := align.Chains(runs, opt)   // passages: runs in order on both sides
package align

import "slices"

// Run is an exact match: Len units from A in the one sequence equal those from
// B in the other.
type Run struct{ A, B, Len int }

// EndA returns the end of r in the first sequence.
func (r Run) EndA() int { return r.A + r.Len }

// EndB returns the end of r in the second sequence.
func (r Run) EndB() int { return r.B + r.Len }

// SeedLen is the shortest exact match that Matcher finds, in units. At article
// length 5 or 6 is as good and twice as fast; 4 matters for sections of less
// than 100 units.
const SeedLen = 4

const (
	// maxHits bounds how often one seed of b is tried. A match that begins with a
	// frequent seed is still found whole by any rarer seed in it, because matches
	// are extended both ways.
	maxHits = 32
	// unitsPerRun bounds how many matches are kept: one for that many units of the
	// shorter sequence. Chinese news has one for 15, statutes one for 4. Where there
	// are more, as in tables and in texts of few signs, the shortest matches are left
	// out: they are there by chance. Where one belongs into a passage, the alignment of
	// its gap finds it. Matches of longMatch units or more are always kept.
	unitsPerRun = 2
	leastRuns   = 256
	longMatch   = 4 * SeedLen
	// maxProbes bounds how many slots are tried for a seed, for texts made to fill them: half
	// of the slots are free, so that no other text needs a third as many.
	maxProbes = 128
	// seenPart is how many slots there are for a word of the bits that say which seeds there
	// are: of 16 to 32 bits, one is set.
	seenPart = 8
	// workPerUnit bounds the units compared, for periodic texts: the budget is
	// workPerUnit × (len(a)+len(b)).
	workPerUnit = 64
)

// Matcher finds the maximal exact matches of many sequences with one. The zero
// value is ready; it keeps its tables from one Reset to the next.
type Matcher struct {
	b     []uint32
	head  []int32 // slot of a seed → its first position in b, plus one
	next  []int32 // position in b → next position of the same seed, plus one
	alone []bool  // position in b → its seed stands nowhere else
	mask  uint32
	seen  []uint64 // the seeds of b, a bit each: most of a text that shares little is not looked up
	ends  []int64  // diagonal → the call that used it last, and the end in a of what it covered
	now   int64    // number of this call << 32

	shortest int  // length of the shortest matches that were kept
	frequent bool // a seed has more than maxHits places
	steps    int  // units compared and places looked at by all calls
}

// Shortest returns the length from which the last call of Matches kept all matches it
// found: SeedLen unless there were too many of them.
func (m *Matcher) Shortest() int { return m.shortest }

// Frequent reports whether the last call of Matches passed over places of a seed that
// has more than maxHits of them in the other sequence.
func (m *Matcher) Frequent() bool { return m.frequent }

// thin removes the shortest of dst[from:] until at most most are left, or none is shorter
// than longMatch.
func (m *Matcher) thin(dst []Run, from, most int) []Run {
	n := len(dst) - from
	if n <= most {
		return dst
	}
	var of [longMatch]int // length → runs
	for _, r := range dst[from:] {
		if r.Len < longMatch {
			of[r.Len]++
		}
	}
	for ; n > most && m.shortest < longMatch; m.shortest++ {
		n -= of[m.shortest]
	}
	kept := slices.DeleteFunc(dst[from:], func(r Run) bool { return r.Len < m.shortest })
	return dst[:from+len(kept)]
}

// Reset makes b the sequence to match with, O(len(b)).
func (m *Matcher) Reset(b []uint32) {
	m.b = b
	size := 16
	for size < 2*len(b) {
		size *= 2
	}
	if cap(m.head) < size {
		m.head = make([]int32, size)
	} else {
		m.head = m.head[:size]
		clear(m.head)
	}
	m.mask = uint32(size - 1)
	m.seen = slices.Grow(m.seen[:0], size/seenPart)[:size/seenPart]
	clear(m.seen)
	m.next = slices.Grow(m.next[:0], len(b))[:len(b)]
	m.alone = slices.Grow(m.alone[:0], len(b))[:len(b)]
	for j := len(b) - SeedLen; j >= 0; j-- {
		hash := seed(b[j:])
		word, bit := m.bit(hash)
		*word |= bit
		slot := m.slot(b[j:], hash)
		if slot == nil {
			m.next[j], m.alone[j] = 0, false
			continue
		}
		m.next[j], m.alone[j] = *slot, *slot == 0
		if *slot != 0 {
			m.alone[*slot-1] = false
		}
		*slot = int32(j + 1)
	}
}

// slot returns where the places of the seed that u begins with, of that hash, are: zero if
// b does not have it, nil if maxProbes slots hold other seeds. That no two seeds share a slot
// lets most of a copy be gone over without a look at the table: a pair takes half the time.
func (m *Matcher) slot(u []uint32, hash uint32) *int32 {
	for n := range uint32(maxProbes) {
		p := &m.head[(hash+n)&m.mask]
		if *p == 0 {
			return p
		}
		if v := m.b[*p-1:]; v[0] == u[0] && v[1] == u[1] && v[2] == u[2] && v[3] == u[3] {
			return p
		}
	}
	return nil
}

// bit returns where seen has the bit of a seed.
func (m *Matcher) bit(hash uint32) (*uint64, uint64) {
	return &m.seen[hash>>8&uint32(len(m.seen)-1)], 1 << (hash & 63)
}

func seed(u []uint32) uint32 {
	_ = u[SeedLen-1]
	h := u[0]*0x9E3779B1 ^ u[1]*0x85EBCA77 + u[2]*0xC2B2AE3D ^ u[3]*0x27D4EB2F
	h ^= h >> 15
	h *= 0x2C1B3C6D
	return h ^ h>>13
}

// lead returns how many of set are true before the first that is not.
func lead(set []bool) int {
	for i, ok := range set {
		if !ok {
			return i
		}
	}
	return len(set)
}

// Matches appends to dst the maximal exact matches of a with b, of at least
// SeedLen units, ordered by A, then B. It reports whether the work was capped:
// then matches of texts that repeat themselves may be missing. The whole of two
// equal sequences is always found. Shortest says how long a match had to be to be kept.
func (m *Matcher) Matches(dst []Run, a []uint32) (runs []Run, capped bool) {
	b := m.b
	if len(a) < SeedLen || len(b) < SeedLen {
		return dst, false
	}
	diagonals := len(a) + len(b) + 1
	if len(m.ends) < diagonals {
		m.ends, m.now = make([]int64, diagonals+diagonals/4), 0
	}
	m.now += 1 << 32
	from, most := len(dst), max(leastRuns, min(len(a), len(b))/unitsPerRun)
	m.shortest, m.frequent = SeedLen, false
	budget := workPerUnit * (len(a) + len(b))
	reach, ahead := 0, 0 // of the match that ends last: its end in a, and how far b is ahead of a
	emit := func(i, j int) {
		least := int(max(0, m.ends[i-j+len(b)]-m.now))
		lo, hi := i, i
		for lo > least && lo-i+j > 0 && a[lo-1] == b[lo-1-i+j] {
			lo--
		}
		for hi < len(a) && hi-i+j < len(b) && a[hi] == b[hi-i+j] {
			hi++
		}
		budget -= hi - lo
		m.ends[i-j+len(b)] = m.now + int64(hi)
		if hi > reach {
			reach, ahead = hi, j-i
		}
		if hi-lo >= m.shortest {
			if len(dst) == cap(dst) { // append grows long slices by a quarter, and copies them often
				dst = slices.Grow(dst, max(leastRuns, len(dst)))
			}
			dst = append(dst, Run{lo, lo - i + j, hi - lo})
		}
	}
	emit(0, 0)
	for i := 0; ; i++ {
		if inside := reach - SeedLen + 1 - i; inside > 0 && budget > inside {
			// A copy continues: no lookup is needed where the seed of b has a slot for
			// itself.
			skip := lead(m.alone[i+ahead:][:inside])
			i, budget = i+skip, budget-skip
		}
		if i+SeedLen > len(a) || budget <= 0 {
			break
		}
		if len(dst)-from > 2*most && m.shortest < longMatch {
			dst = m.thin(dst, from, most)
		}
		hits := 0
		budget--
		hash := seed(a[i:])
		if word, bit := m.bit(hash); *word&bit == 0 {
			continue
		}
		slot := m.slot(a[i:], hash)
		if slot == nil {
			continue
		}
		for p := *slot; p != 0 && budget > 0; p = m.next[p-1] {
			if hits++; hits > maxHits {
				m.frequent = true
				break
			}
			budget--
			if j := int(p - 1); m.ends[i-j+len(b)] <= m.now+int64(i) {
				emit(i, j)
			}
		}
	}
	dst = m.thin(dst, from, most)
	runs = dst[from:]
	slices.SortFunc(runs, func(x, y Run) int {
		if x.A != y.A {
			return x.A - y.A
		}
		return x.B - y.B
	})
	m.steps += workPerUnit*(len(a)+len(b)) - budget
	return dst, budget <= 0
}
