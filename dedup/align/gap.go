package align

import (
	"slices"

	"repost/shingle"
)

// Passage is a chain whose gaps have been aligned unit by unit, with what the
// differences amount to. All counts are units.
type Passage struct {
	Runs     []Run // ascending on both sides, runs of one unit included
	Matched  int   // units in Runs
	Agree    int   // figures that stand in Runs
	Disagree int   // figures paired with another figure
	Reworded int   // longer sides of the two-sided differences of two units or more: OCR makes differences of one
	OneSided int   // units of all other differences
	Misread  int   // words in the place of words of nearly the same letters
}

// maxGapCells bounds the table of one gap. A larger gap counts as one difference.
const maxGapCells = 1 << 14

// Refiner aligns the gaps of chains. The zero value is ready; it keeps its
// tables from one call to the next.
type Refiner struct {
	// Letters returns what the letters of a unit of the first text, side 0, or of the second
	// leave of themselves: see the function LettersOf. Without it no word is misread.
	Letters func(side, unit int) uint32

	cost    []int32
	from    []uint8
	letters [2][]uint32 // of the units of a gap
}

// Costs of the gap alignment. A figure is paired with a figure rather than left
// alone, a figure and a character never.
const (
	misreading = 1
	substitute = 3
	mispair    = 5
	indel      = 2
)

const (
	diagonal = iota
	up       // unit of a alone
	left     // unit of b alone
)

// Refine aligns the gaps of c. a and b are the unit ids of the two texts.
func (f *Refiner) Refine(a, b []uint32, c Chain) Passage {
	return f.scanned(func() Passage { return f.refine(a, b, c) })
}

// scanned refines, and again without what is misread where as much else differs: then these
// are other words.
func (f *Refiner) scanned(refine func() Passage) Passage {
	p := refine()
	if p.Misread > 0 && p.Misread < p.Reworded+p.OneSided {
		letters := f.Letters
		f.Letters = nil
		p = refine()
		f.Letters = letters
	}
	return p
}

func (f *Refiner) refine(a, b []uint32, c Chain) Passage {
	p := Passage{Runs: make([]Run, 0, len(c.Runs))}
	var d difference
	for i, r := range c.Runs {
		if i > 0 {
			q := c.Runs[i-1]
			f.gap(&p, &d, a, b, q.EndA(), r.A, q.EndB(), r.B)
		}
		p.match(&d, a, r)
	}
	p.close(&d)
	return p
}

// Whole aligns all of two sequences. The product of their lengths is at most 1<<14.
func (f *Refiner) Whole(a, b []uint32) Passage {
	return f.scanned(func() (p Passage) {
		var d difference
		f.gap(&p, &d, a, b, 0, len(a), 0, len(b))
		p.close(&d)
		return p
	})
}

// Of a difference whose sides are of insertion units more and insertedTimes as many, the shorter
// side was changed and the rest put in: a paragraph of another story on a page, next to which
// the copy has a mark of a note, a credit, or another word.
const (
	insertion     = 16
	insertedTimes = 4
)

// difference is the stretch of unmatched units since the last match.
type difference struct{ a, b, figuresA, figuresB int }

func (p *Passage) close(d *difference) {
	if short, long := min(d.a, d.b), max(d.a, d.b); long-short >= insertion && insertedTimes*short <= long {
		p.OneSided += long - short // what is put in between is not replaced by a word or a mark
		d.a, d.b = short, short
	}
	switch {
	case d.a > 0 && d.b > 0 && max(d.a, d.b) >= 2:
		p.Reworded += max(d.a, d.b)
	default:
		p.OneSided += max(d.a, d.b)
	}
	p.Disagree += min(d.figuresA, d.figuresB)
	*d = difference{}
}

func (p *Passage) match(d *difference, a []uint32, r Run) {
	p.close(d)
	p.Matched += r.Len
	for _, id := range a[r.A:r.EndA()] {
		if isFigure(id) {
			p.Agree++
		}
	}
	if n := len(p.Runs); n > 0 && p.Runs[n-1].EndA() == r.A && p.Runs[n-1].EndB() == r.B {
		p.Runs[n-1].Len += r.Len
		return
	}
	p.Runs = append(p.Runs, r)
}

func (d *difference) alone(a, b []uint32) {
	d.a += len(a)
	d.b += len(b)
	for _, id := range a {
		if isFigure(id) {
			d.figuresA++
		}
	}
	for _, id := range b {
		if isFigure(id) {
			d.figuresB++
		}
	}
}

func isFigure(id uint32) bool { return shingle.Unit{ID: id}.Kind() == shingle.Number }

// gap aligns a[alo:ahi] with b[blo:bhi] by least cost, O(product) with the bound
// above, and books matches and differences in order.
func (f *Refiner) gap(p *Passage, d *difference, a, b []uint32, alo, ahi, blo, bhi int) {
	for alo < ahi && blo < bhi && a[alo] == b[blo] {
		p.match(d, a, Run{alo, blo, 1})
		alo, blo = alo+1, blo+1
	}
	tail := 0
	for alo < ahi-tail && blo < bhi-tail && a[ahi-1-tail] == b[bhi-1-tail] {
		tail++
	}
	ga, gb := a[alo:ahi-tail], b[blo:bhi-tail]
	if len(ga) == 0 || len(gb) == 0 || len(ga)*len(gb) > maxGapCells {
		d.alone(ga, gb)
	} else {
		f.align(p, d, a, ga, gb, alo, blo)
	}
	if tail > 0 {
		p.match(d, a, Run{ahi - tail, bhi - tail, tail})
	}
}

func (f *Refiner) align(p *Passage, d *difference, a, ga, gb []uint32, alo, blo int) {
	w := len(gb) + 1
	cells := (len(ga) + 1) * w
	f.cost = slices.Grow(f.cost[:0], cells)[:cells]
	f.from = slices.Grow(f.from[:0], cells)[:cells]
	cost, from := f.cost, f.from
	f.spell(len(ga), len(gb), alo, blo)
	la, lb := f.letters[0], f.letters[1]
	// The table is filled from the end, so that reading it goes forwards.
	for i := len(ga); i >= 0; i-- {
		for j := len(gb); j >= 0; j-- {
			at := i*w + j
			switch {
			case i == len(ga) && j == len(gb):
				cost[at] = 0
				continue
			case i == len(ga):
				cost[at], from[at] = cost[at+1]+indel, left
				continue
			case j == len(gb):
				cost[at], from[at] = cost[at+w]+indel, up
				continue
			}
			pair := int32(substitute)
			switch {
			case ga[i] == gb[j]:
				pair = 0
			case isFigure(ga[i]) != isFigure(gb[j]):
				pair = mispair
			case len(la) > 0 && misread(la[i], lb[j]):
				pair = misreading
			}
			best, way := cost[at+w+1]+pair, uint8(diagonal)
			if c := cost[at+w] + indel; c < best {
				best, way = c, up
			}
			if c := cost[at+1] + indel; c < best {
				best, way = c, left
			}
			cost[at], from[at] = best, way
		}
	}
	for i, j := 0, 0; i < len(ga) || j < len(gb); {
		switch from[i*w+j] {
		case diagonal:
			if ga[i] == gb[j] {
				p.match(d, a, Run{alo + i, blo + j, 1})
			} else if len(la) > 0 && misread(la[i], lb[j]) {
				p.Misread++
			} else {
				d.alone(ga[i:i+1], gb[j:j+1])
			}
			i, j = i+1, j+1
		case up:
			d.alone(ga[i:i+1], nil)
			i++
		case left:
			d.alone(nil, gb[j:j+1])
			j++
		}
	}
}
