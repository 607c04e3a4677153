package eval

import (
	"cmp"
	"io"
	"slices"
)

// Point is the quality at one value of a threshold.
type Point struct {
	Threshold float64 `json:"threshold"`
	PRF
}

// SweepReport is what Sweep and Curve found.
type SweepReport struct {
	Points []Point `json:"points"`
	Best   Point   `json:"best"` // highest F1; of equal ones the highest precision, then the first
}

// Sweep calls score with each value in turn and keeps what it returns. It stops
// at the first error.
func Sweep(values []float64, score func(threshold float64) (PRF, error)) (*SweepReport, error) {
	r := new(SweepReport)
	for _, v := range values {
		p, err := score(v)
		if err != nil {
			return nil, err
		}
		r.add(Point{v, p})
	}
	return r, nil
}

func (r *SweepReport) add(p Point) {
	if r.Points = append(r.Points, p); len(r.Points) == 1 ||
		cmp.Or(cmp.Compare(p.F1, r.Best.F1), cmp.Compare(p.Precision, r.Best.Precision)) > 0 {
		r.Best = p
	}
}

// Curve returns the quality at every threshold that tells scores apart, highest
// first, of answering "the same" from the threshold on. Labels without a score
// are answered "different". Cost: one sort.
func Curve(labels []Label) *SweepReport {
	var scored []Label
	c := Counts{}
	for _, l := range labels {
		c.add(counts(l.Same, false))
		if l.Score != nil {
			scored = append(scored, l)
		}
	}
	slices.SortStableFunc(scored, func(a, b Label) int { return cmp.Compare(*b.Score, *a.Score) })
	r := new(SweepReport)
	for i, l := range scored {
		if l.Same {
			c.Right, c.Misses = c.Right+1, c.Misses-1
		} else {
			c.False, c.Apart = c.False+1, c.Apart-1
		}
		if i+1 == len(scored) || *scored[i+1].Score < *l.Score {
			r.add(Point{*l.Score, c.prf()})
		}
	}
	return r
}

// WriteText writes one line a threshold; the best is marked.
func (r *SweepReport) WriteText(w io.Writer) error {
	p := newPrinter(w)
	g := grid{{"threshold", "precision", "recall", "f1", ""}}
	for _, x := range r.Points {
		mark := ""
		if x.Threshold == r.Best.Threshold {
			mark = "best"
		}
		g.add(whole(x.Threshold), four(x.Precision), four(x.Recall), four(x.F1), mark)
	}
	p.grid(g, 0)
	return p.Flush()
}

// Figures lists the best threshold and its quality.
func (r *SweepReport) Figures() []Figure {
	return []Figure{share("best threshold", r.Best.Threshold), share("best f1", r.Best.F1)}
}
