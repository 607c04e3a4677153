package eval

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"math/bits"
	"math/rand/v2"
	"slices"
	"sync"
)

// An index proposes pairs; the pairs that it misses are invisible. Audit compares every
// pair of a sample exactly, and reports which share of the truly similar pairs the index
// would have proposed.

// Sample returns k different numbers below n, ascending, drawn from seed (Floyd's
// method); all of them when k is n or more.
func Sample(n, k int, seed uint64) []int {
	if n <= 0 || k <= 0 {
		return nil
	}
	k = min(k, n)
	pcg, in := rand.NewPCG(seed, 0), make(map[int]bool, k)
	out := make([]int, 0, k)
	for j := n - k; j < n; j++ {
		x, _ := bits.Mul64(pcg.Uint64(), uint64(j)+1)
		if in[int(x)] {
			x = uint64(j)
		}
		in[int(x)] = true
		out = append(out, int(x))
	}
	slices.Sort(out)
	return out
}

// AuditOptions says what Audit compares. The zero value compares all pairs on one
// thread and reports similarity from 0.5 in steps of 0.1.
type AuditOptions struct {
	// Queries is how many of the things, from the first, are compared with all
	// others; 0: all. A random sample of a large corpus holds hardly a repost:
	// few queries against many documents find more of them for the same work.
	Queries int
	Levels  []float64 // lower bounds of similarity, ascending; nil: 0.5 to 1.0
	Workers int       // threads that call similarity; 0: 1
	List    int       // how many misses are listed, the most similar first; 0: none
	Most    int       // pairs compared at most; 0: 50 million
}

// AuditReport is what Audit found.
type AuditReport struct {
	Documents int          `json:"documents"`
	Compared  int          `json:"compared"` // pairs
	Proposed  int          `json:"proposed"` // of the compared pairs, by the index
	Levels    []AuditLevel `json:"levels"`
	Missed    []AuditPair  `json:"missed,omitempty"`
}

// AuditLevel counts the pairs with at least a similarity.
type AuditLevel struct {
	AtLeast  float64   `json:"at_least"`
	Pairs    int       `json:"pairs"`
	Proposed int       `json:"proposed"`
	Recall   float64   `json:"recall"` // 1 when there is no pair
	Interval *Interval `json:"recall_interval,omitempty"`
	Share    float64   `json:"share"` // of the proposed pairs that reach the level
}

// AuditPair is two things, I < J, and their similarity.
type AuditPair struct {
	I          int     `json:"i"`
	J          int     `json:"j"`
	Similarity float64 `json:"similarity"`
}

// Audit compares the things 0 to n-1 by an exact similarity of 0 to 1 and measures the
// pairs that an index proposed for them (in any order, repeats allowed; pairs that are not
// compared are ignored). similarity sets row[j] to the similarity of i and j, for every j
// from i+1 to n-1. With several workers it is called from several threads; the report is
// the same. Cost: n calls of similarity, or Queries. It returns an error when the pairs are
// more than allowed, or when ctx is done.
func Audit(ctx context.Context, n int, similarity func(i int, row []float64), proposed [][2]int, opt AuditOptions) (*AuditReport, error) {
	queries := n
	if opt.Queries > 0 {
		queries = min(n, opt.Queries)
	}
	pairs, most := choose2(n)-choose2(n-queries), cmp.Or(opt.Most, 50_000_000)
	if pairs > most {
		return nil, fmt.Errorf("%d pairs to compare, more than %d: take a smaller sample or fewer queries", pairs, most)
	}
	a := &audit{n: n, queries: queries, similarity: similarity, proposed: make(map[[2]int]bool), levels: opt.Levels}
	if a.levels == nil {
		a.levels = []float64{0.5, 0.6, 0.7, 0.8, 0.9, 1}
	}
	for _, p := range proposed {
		if i, j := min(p[0], p[1]), max(p[0], p[1]); 0 <= i && i < j && j < n && i < queries {
			a.proposed[[2]int{i, j}] = true
		}
	}
	alike, err := a.compare(ctx, max(1, opt.Workers))
	if err != nil {
		return nil, err
	}
	return a.report(alike, pairs, opt.List), nil
}

type audit struct {
	n, queries int
	similarity func(i int, row []float64)
	proposed   map[[2]int]bool
	levels     []float64
}

// compare returns the pairs that reach the lowest level, most similar first.
func (a *audit) compare(ctx context.Context, workers int) ([]AuditPair, error) {
	least := math.Inf(1)
	if len(a.levels) > 0 {
		least = slices.Min(a.levels)
	}
	found := make([][]AuditPair, workers)
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			row := make([]float64, a.n)
			for i := w; i < a.queries && ctx.Err() == nil; i += workers {
				a.similarity(i, row)
				for j := i + 1; j < a.n; j++ {
					if s := row[j]; s >= least {
						found[w] = append(found[w], AuditPair{i, j, s})
					}
				}
			}
		})
	}
	wg.Wait()
	out := slices.Concat(found...)
	slices.SortFunc(out, func(p, q AuditPair) int {
		return cmp.Or(cmp.Compare(q.Similarity, p.Similarity), cmp.Compare(p.I, q.I), cmp.Compare(p.J, q.J))
	})
	return out, ctx.Err()
}

func (a *audit) report(alike []AuditPair, compared, list int) *AuditReport {
	r := &AuditReport{Documents: a.n, Compared: compared, Proposed: len(a.proposed)}
	for _, level := range a.levels {
		l := AuditLevel{AtLeast: level}
		for _, p := range alike {
			if p.Similarity < level {
				break
			}
			l.Pairs++
			if a.proposed[[2]int{p.I, p.J}] {
				l.Proposed++
			}
		}
		l.Recall, l.Interval = ratio(float64(l.Proposed), float64(l.Pairs), 1), wilson(l.Proposed, l.Pairs)
		l.Share = ratio(float64(l.Proposed), float64(r.Proposed), 0)
		r.Levels = append(r.Levels, l)
	}
	for _, p := range alike {
		if !a.proposed[[2]int{p.I, p.J}] {
			note(&r.Missed, p, list)
		}
	}
	return r
}
