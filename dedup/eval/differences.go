package eval

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"repost/shingle"
)

// EditPair is two texts and the edits that made B of A.
type EditPair struct {
	ID    string   `json:"id"`
	A     string   `json:"a"`
	B     string   `json:"b"`
	Edits []Change `json:"edits"`
}

// Change is a recorded edit, or a difference that was shown: bytes of A answer to
// bytes of B.
type Change struct {
	A     shingle.Span `json:"a"`
	B     shingle.Span `json:"b"`
	Grade string       `json:"grade"` // cosmetic, minor or substantive
	Class string       `json:"class"`
}

// grades from the least to the gravest.
var grades = [...]string{"cosmetic", "minor", "substantive"}

func gravity(grade string) int { return slices.Index(grades[:], grade) }

// ReadEdits reads one EditPair a line.
func ReadEdits(r io.Reader, name string) ([]EditPair, error) {
	var out []EditPair
	seen := make(map[string]bool)
	err := eachJSON(r, name, func(p *EditPair) error {
		if p.ID == "" {
			return errors.New(`a pair without "id"`)
		}
		if seen[p.ID] {
			return fmt.Errorf("pair %q a second time", p.ID)
		}
		for _, e := range p.Edits {
			if gravity(e.Grade) < 0 {
				return fmt.Errorf("pair %q: grade %q", p.ID, e.Grade)
			}
		}
		seen[p.ID], out = true, append(out, *p)
		return nil
	})
	return out, err
}

// DifferenceReport is what Differences found.
type DifferenceReport struct {
	Part       Part        `json:"part,omitempty"`
	Pairs      int         `json:"pairs"`
	Unanswered int         `json:"unanswered"` // pairs without an answer
	Edits      int         `json:"edits"`
	Classes    []EditScore `json:"classes"` // by grade and class
	Grades     []EditScore `json:"grades"`  // all classes of a grade together
	// Extra counts changes beyond cosmetic that answer no edit; ExtraRate is to
	// the number of edits.
	Extra     int          `json:"extra"`
	ExtraRate float64      `json:"extra_rate"`
	Unfound   []PlacedEdit `json:"unfound,omitempty"`   // edits that no change answers, at most Options.List
	Misgraded []PlacedEdit `json:"misgraded,omitempty"` // edits found with another grade, likewise
	Extras    []PlacedEdit `json:"extras,omitempty"`    // the extra changes, likewise
}

// EditScore is how edits of one kind were answered.
type EditScore struct {
	Grade         string    `json:"grade"`
	Class         string    `json:"class,omitempty"`
	N             int       `json:"n"`
	Found         float64   `json:"found"` // share that a change answers
	FoundInterval *Interval `json:"found_interval,omitempty"`
	Right         float64   `json:"right"` // share whose gravest answer has the right grade
	RightInterval *Interval `json:"right_interval,omitempty"`
	As            [3]int    `json:"as"` // found as cosmetic, minor, substantive
}

// PlacedEdit is an edit or a change with its pair, and what it was taken for.
type PlacedEdit struct {
	ID string `json:"id"`
	Change
	As string `json:"as,omitempty"`
}

// meets reports whether two spans meet. An empty span meets what is within 12 bytes: an
// insertion next to an equal character can be in either place.
func meets(p, q shingle.Span) bool {
	slack := 0
	if p.Len() == 0 || q.Len() == 0 {
		slack = 12
	}
	return p == q || p.Lo < q.Hi+slack && q.Lo < p.Hi+slack
}

func (c Change) answers(e Change) bool { return meets(c.A, e.A) && meets(c.B, e.B) }

// edits are the edits of one kind: hits by grade given, and how many.
type edits struct {
	n  int
	as [3]int
}

func (e *edits) add(given int) {
	e.n++
	if given >= 0 {
		e.as[given]++
	}
}

// pairEdits are the edits of one pair by grade, the unit of resampling.
type pairEdits [3]edits

func (p *pairEdits) add(q pairEdits) {
	for g := range p {
		p[g].n += q[g].n
		for i := range p[g].as {
			p[g].as[i] += q[g].as[i]
		}
	}
}

func (e edits) found() float64 { return ratio(float64(e.as[0]+e.as[1]+e.as[2]), float64(e.n), 0) }

func (e edits) right(grade int) float64 { return ratio(float64(e.as[grade]), float64(e.n), 0) }

// Differences scores the changes shown for pairs of texts against the edits
// recorded in them. A change answers an edit when they meet on both sides; the
// gravest change that answers gives the grade. The halves are split, and the
// intervals resampled, by pair. Cost: edits × changes inside each pair.
func Differences(gold []EditPair, answers map[string][]Change, opt Options) *DifferenceReport {
	r := &DifferenceReport{Part: opt.Part}
	classes := make(map[[2]string]*edits)
	var units []pairEdits
	for _, g := range gold {
		if !opt.Part.Has(g.ID) {
			continue
		}
		r.Pairs++
		changes, ok := answers[g.ID]
		if !ok {
			r.Unanswered++
		}
		units = append(units, r.pair(g, changes, classes, opt.List))
	}
	r.classes(classes)
	r.grades(units, opt.resamples())
	r.ExtraRate = ratio(float64(r.Extra), float64(r.Edits), 0)
	return r
}

// pair scores one pair.
func (r *DifferenceReport) pair(g EditPair, changes []Change, classes map[[2]string]*edits, list int) (unit pairEdits) {
	used := make([]bool, len(changes))
	for _, e := range g.Edits {
		given, gold := -1, gravity(e.Grade)
		for i, c := range changes {
			if c.answers(e) {
				used[i], given = true, max(given, gravity(c.Grade))
			}
		}
		key := [2]string{e.Grade, e.Class}
		if classes[key] == nil {
			classes[key] = new(edits)
		}
		classes[key].add(given)
		unit[gold].add(given)
		switch {
		case given < 0:
			note(&r.Unfound, PlacedEdit{g.ID, e, ""}, list)
		case given != gold:
			note(&r.Misgraded, PlacedEdit{g.ID, e, grades[given]}, list)
		}
	}
	for i, c := range changes {
		if !used[i] && c.Grade != grades[0] {
			r.Extra++
			note(&r.Extras, PlacedEdit{ID: g.ID, Change: c}, list)
		}
	}
	return unit
}

func note[T any](list *[]T, x T, most int) {
	if len(*list) < most {
		*list = append(*list, x)
	}
}

func (r *DifferenceReport) classes(classes map[[2]string]*edits) {
	for key, e := range classes {
		r.Edits += e.n
		r.Classes = append(r.Classes, EditScore{
			Grade: key[0], Class: key[1], N: e.n, As: e.as, Found: e.found(), Right: e.right(gravity(key[0])),
		})
	}
	slices.SortFunc(r.Classes, func(a, b EditScore) int {
		return cmp.Or(strings.Compare(a.Grade, b.Grade), strings.Compare(a.Class, b.Class))
	})
}

func (r *DifferenceReport) grades(units []pairEdits, resamples int) {
	var sum pairEdits
	for _, u := range units {
		sum.add(u)
	}
	for g, e := range sum {
		if e.n == 0 {
			continue
		}
		ci := bootstrap(units, resamples, (*pairEdits).add,
			func(p pairEdits) float64 { return p[g].found() }, func(p pairEdits) float64 { return p[g].right(g) })
		r.Grades = append(r.Grades, EditScore{
			Grade: grades[g], N: e.n, As: e.as, Found: e.found(), FoundInterval: ci[0], Right: e.right(g), RightInterval: ci[1],
		})
	}
}
