package eval

import (
	"cmp"
	"math"
	"math/bits"
	"math/rand/v2"
	"slices"

	"github.com/zeebo/xxh3"
)

// PRF is precision, recall and their harmonic mean.
type PRF struct {
	Precision float64   `json:"precision"`
	Recall    float64   `json:"recall"`
	F1        float64   `json:"f1"`
	Interval  *Interval `json:"f1_interval,omitempty"`
}

func prf(precision, recall float64) PRF {
	p := PRF{Precision: precision, Recall: recall}
	if s := precision + recall; s > 0 {
		p.F1 = 2 * precision * recall / s
	}
	return p
}

// ratio returns a/b, or none when b is 0.
func ratio(a, b, none float64) float64 {
	if b == 0 {
		return none
	}
	return a / b
}

func choose2(n int) int { return n * (n - 1) / 2 }

// Interval is a 95 % confidence interval, [lo, hi].
type Interval [2]float64

// Part is a half of a labelled set: rules are tuned on one and checked on the other.
type Part uint8

// The parts of a set. Tune and Check are split by a hash of the id of what may
// not be torn (a story, a suspicious document, a pair of texts).
const (
	Whole Part = iota
	Tune
	Check
)

// PartOf returns the half that id falls in, Tune or Check: bit 0 of its XXH3.
func PartOf(id string) Part { return Tune + Part(xxh3.HashString(id)&1) }

// Has reports whether id is in p.
func (p Part) Has(id string) bool { return p == Whole || p == PartOf(id) }

func (p Part) String() string {
	switch p {
	case Tune:
		return "tune"
	case Check:
		return "check"
	}
	return "whole"
}

// MarshalText writes the name of p.
func (p Part) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// Options says how a set is scored. The zero value scores all of it.
type Options struct {
	MinOverlap float64 // share of an occurrence a cluster must cover to be given it; 0: 0.1
	Part       Part    // score one half only
	Resamples  int     // of the bootstrap; 0: 200; negative: no intervals
	List       int     // how many misses and how many false ones are listed; 0: none
}

func (o Options) resamples() int { return cmp.Or(o.Resamples, 200) }

// bootstrap returns percentile intervals (Efron 1979) of statistics that are
// functions of a sum over independent units. The units are what was drawn when
// the set was made (a story with all its occurrences, a document with all its
// cases), so the dependence inside a unit is kept. It draws from a fixed seed.
// Cost: resamples × len(units) additions. Without units or resamples every
// interval is nil.
func bootstrap[T any](units []T, resamples int, add func(*T, T), stats ...func(T) float64) []*Interval {
	out := make([]*Interval, len(stats))
	n := uint64(len(units))
	if n == 0 || resamples < 1 {
		return out
	}
	pcg, drawn := rand.NewPCG(20130923, 0), make([][]float64, len(stats))
	for range resamples {
		var sum T
		for range n {
			i, _ := bits.Mul64(pcg.Uint64(), n)
			add(&sum, units[i])
		}
		for k, f := range stats {
			drawn[k] = append(drawn[k], f(sum))
		}
	}
	for k, v := range drawn {
		slices.Sort(v)
		out[k] = &Interval{quantile(v, 0.025), quantile(v, 0.975)}
	}
	return out
}

// quantile takes the value nearest to the share q of sorted values, from outside.
func quantile(sorted []float64, q float64) float64 {
	x := q * float64(len(sorted)-1)
	if q < 0.5 {
		return sorted[int(math.Floor(x))]
	}
	return sorted[int(math.Ceil(x))]
}

// wilson is the score interval of a share k of n (Wilson 1927): sound for shares
// near 0 and 1, where the usual normal interval has no width. It takes the trials
// as independent.
func wilson(k, n int) *Interval {
	if n == 0 {
		return nil
	}
	const z = 1.959964
	p, m := float64(k)/float64(n), float64(n)
	mid := p + z*z/(2*m)
	half := z * math.Sqrt(p*(1-p)/m+z*z/(4*m*m))
	d := 1 + z*z/m
	i := &Interval{(mid - half) / d, (mid + half) / d}
	if k == 0 {
		i[0] = 0 // and not what rounding leaves
	}
	if k == n {
		i[1] = 1
	}
	return i
}
