package diff

import "repost/shingle"

// recorded is one recorded difference of a labelled pair.
type recorded struct {
	A     shingle.Span `json:"a"`
	B     shingle.Span `json:"b"`
	Grade Grade        `json:"grade"`
	Class Class        `json:"class"`
}

// tally counts how edits of one grade and class were answered.
type tally struct {
	Grade Grade
	Class Class
	Edits int
	Found int // a change meets the edit on both sides
	Right int // the gravest such change has its grade
}

// near is how far, in bytes, an empty span may stand from what answers it: an
// insertion next to an equal character can be told at either end of it.
const near = 12

func meets(p, q shingle.Span) bool {
	slack := 0
	if p.Lo == p.Hi || q.Lo == q.Hi {
		slack = near
	}
	return p.Lo < q.Hi+slack && q.Lo < p.Hi+slack || p == q
}

var rank = map[Grade]int{Cosmetic: 0, Minor: 1, Substantive: 2}

// score compares the changes found for one pair with its recorded edits. It
// returns one tally an edit and the changes beyond cosmetic that answer none.
func score(edits []recorded, changes []Change) (tallies []tally, extra []Change) {
	used := make([]bool, len(changes))
	for _, e := range edits {
		t := tally{Grade: e.Grade, Class: e.Class, Edits: 1}
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
