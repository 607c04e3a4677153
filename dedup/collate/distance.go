package collate

import "math"

// Distances. Two witnesses are as far apart as the share of places at which they read
// differently, of those at which both have text (the Hamming distance over what both
// have, as in phylogenetics and stemmatology). Each passage that some leave out is one
// place more: an abridgement is one event, however much it takes. Time is that of all
// pairs at all places.

// Distances are those of all pairs of witnesses, in the order of Collation.Witnesses.
type Distances struct {
	Differ   [][]int // places at which the two read differently
	Compared [][]int // places at which both have text
	Places   int     // all of them
	Apart    []bool  // witnesses that have nothing of the base, as other texts have
}

// Distances compares the witnesses at the variants that take accepts, and at the
// passages that are left out.
func (c *Collation) Distances(take func(*Place) bool) *Distances {
	number := map[string]int{}
	for i := range c.Witnesses {
		number[c.Witnesses[i].Siglum] = i
	}
	d := &Distances{}
	for range c.Witnesses {
		d.Apart = append(d.Apart, c.Witnesses[len(d.Apart)].Coverage == 0)
		d.Differ, d.Compared = append(d.Differ, make([]int, len(c.Witnesses))), append(d.Compared, make([]int, len(c.Witnesses)))
	}
	column := make([]int, len(c.Witnesses))
	for i := range c.Places {
		p := &c.Places[i]
		if p.Kind != Variant || !take(p) {
			continue
		}
		for w := range column {
			column[w] = unknown
		}
		for k := range p.Readings {
			for _, s := range p.Readings[k].Witnesses {
				column[number[s]] = k
			}
		}
		d.count(column)
	}
	for i := range c.Omissions {
		c.omitting(i, number, column)
		d.count(column)
	}
	return d
}

// omitting says of each witness whether it leaves out passage i: 1 or 0, or unknown for
// one that leaves out another part of it, or more.
func (c *Collation) omitting(i int, number map[string]int, column []int) {
	clear(column)
	at := c.Omissions[i].Base
	for k := range c.Omissions {
		if o := &c.Omissions[k]; k != i && o.Base.Lo < at.Hi && at.Lo < o.Base.Hi {
			for _, s := range o.Witnesses {
				column[number[s]] = unknown
			}
		}
	}
	for _, s := range c.Omissions[i].Witnesses {
		column[number[s]] = 1
	}
}

// count adds a place: what each witness reads there, by number.
func (d *Distances) count(column []int) {
	d.Places++
	for i, x := range column {
		for j, y := range column {
			if i == j || x == unknown || y == unknown {
				continue
			}
			d.Compared[i][j]++
			if x != y {
				d.Differ[i][j]++
			}
		}
	}
}

// Of returns the distance of witnesses i and j, from 0 to 1. It is NaN for two that have
// no place in common, where others part.
func (d *Distances) Of(i, j int) float64 {
	switch {
	case i == j:
		return 0
	case d.Compared[i][j] > 0:
		return float64(d.Differ[i][j]) / float64(d.Compared[i][j])
	case d.Apart[i] != d.Apart[j]:
		return 1
	case d.Places == 0:
		return 0 // nothing parts any
	}
	return math.NaN()
}

// Matrix returns all distances.
func (d *Distances) Matrix() [][]float64 {
	m := make([][]float64, len(d.Compared))
	for i := range m {
		m[i] = make([]float64, len(d.Compared))
		for j := range m[i] {
			m[i][j] = d.Of(i, j)
		}
	}
	return m
}
