package diff

import "repost/shingle"

// Edit is one recorded difference of a labelled pair.
type Edit struct {
	A     shingle.Span `json:"a"`
	B     shingle.Span `json:"b"`
	Grade Grade        `json:"grade"`
	Class Class        `json:"class"`
}

// Tally counts how edits of one grade and class were answered.
type Tally struct {
	Grade Grade `json:"grade"`
	Class Class `json:"class"`
	Edits int   `json:"edits"`
	Found int   `json:"found"` // a change meets the edit on both sides
	Right int   `json:"right"` // the gravest such change has its grade
}

// near is how far, in bytes, an empty span may stand from what answers it: an
// insertion beside an equal character can be told at either end of it.
const near = 12

func meets(p, q shingle.Span) bool {
	slack := 0
	if p.Lo == p.Hi || q.Lo == q.Hi {
		slack = near
	}
	return p.Lo < q.Hi+slack && q.Lo < p.Hi+slack || p == q
}

var rank = map[Grade]int{Cosmetic: 0, Minor: 1, Substantive: 2}

// Score compares the changes found for one pair with its recorded edits. It
// returns one tally an edit and the changes beyond cosmetic that answer none.
func Score(edits []Edit, changes []Change) (tallies []Tally, extra []Change) {
	used := make([]bool, len(changes))
	for _, e := range edits {
		t := Tally{Grade: e.Grade, Class: e.Class, Edits: 1}
		top := -1
		for i, c := range changes {
			if meets(c.A, e.A) && meets(c.B, e.B) {
				used[i] = true
				top = max(top, rank[c.Grade])
			}
		}
		if top >= 0 {
			t.Found = 1
		}
		if top == rank[e.Grade] {
			t.Right = 1
		}
		tallies = append(tallies, t)
	}
	for i, c := range changes {
		if !used[i] && c.Grade != Cosmetic {
			extra = append(extra, c)
		}
	}
	return tallies, extra
}
