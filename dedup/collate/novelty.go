package collate

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"repost/shingle"
)

// Seen is a text that was there before, and the parts of ours that stand in it.
type Seen struct {
	Key  string
	Date string
	Runs []Run // live units of our text, in any order
}

// Run is a range [Lo, Hi) of units.
type Run struct{ Lo, Hi int }

// Assembly says how much of a text was there before, and whose it was.
type Assembly struct {
	Units     int        `json:"units"` // characters, words and numbers outside of masks
	Seen      int        `json:"seen"`  // of them, in texts that were there before
	Sources   []Source   `json:"sources"`
	Sentences []Sentence `json:"sentences"` // those with anything new in them
}

// Source is a text that a part of ours stands in.
type Source struct {
	Key   string         `json:"id"`
	Date  string         `json:"date"`
	Units int            `json:"units"` // that no source before it in the list has
	Spans []shingle.Span `json:"spans"` // of our text
}

// Sentence is a sentence of ours with something new in it.
type Sentence struct {
	Span  shingle.Span `json:"span"`
	Text  string       `json:"text"`
	Units int          `json:"units"`
	New   int          `json:"new"` // units that stand in no earlier text
	// Known says whose the rest of the sentence is: keys of Sources.
	Known []string `json:"known,omitempty"`
}

const (
	// leastPart is the least number of units that make a text a source: less is
	// shared with half of all news.
	leastPart = 15
	// nearlyAll is the share of the most that an earlier text must give to be
	// named in place of a later one that gives more.
	nearlyAll = .9
	// slack is how many new units a sentence may have and be called known, one in
	// that many.
	slack = 20
)

// Assemble finds the fewest earlier texts, or nearly, that a text can be assembled
// from: greedily the one that gives most, the earlier of two that give about the
// same. units are those of text that count, by place. O(len(seen) × units) for
// each source.
func Assemble(text string, units []shingle.Unit, seen []Seen) Assembly {
	a := Assembly{Units: len(units), Sources: []Source{}, Sentences: []Sentence{}}
	seen = slices.Clone(seen)
	slices.SortFunc(seen, func(x, y Seen) int { return cmp.Or(InTime(x.Date, y.Date), strings.Compare(x.Key, y.Key)) })
	owner := slices.Repeat([]int{-1}, len(units))
	for {
		best := best(owner, seen)
		if best < 0 {
			break
		}
		s := &seen[best]
		src := Source{Key: s.Key, Date: s.Date, Spans: []shingle.Span{}}
		for i := range s.units(owner) {
			owner[i] = len(a.Sources)
			src.Units++
		}
		src.Spans = spansOf(units, owner, len(a.Sources))
		a.Seen += src.Units
		a.Sources = append(a.Sources, src)
	}
	a.sentences(text, units, owner)
	return a
}

// units yields the units that a text has and nobody owns yet.
func (s *Seen) units(owner []int) func(func(int) bool) {
	return func(yield func(int) bool) {
		for _, r := range s.Runs {
			for i := max(0, r.Lo); i < min(r.Hi, len(owner)); i++ {
				if owner[i] < 0 && !yield(i) {
					return
				}
			}
		}
	}
}

// best returns the text that gives most of what nobody owns, or -1.
func best(owner []int, seen []Seen) int {
	gain := make([]int, len(seen))
	most := 0
	mark := slices.Repeat([]int{-1}, len(owner)) // runs of one text may overlap
	for k := range seen {
		for i := range seen[k].units(owner) {
			if mark[i] != k {
				mark[i] = k
				gain[k]++
			}
		}
		most = max(most, gain[k])
	}
	if most < leastPart {
		return -1
	}
	return slices.IndexFunc(gain, func(g int) bool { return g >= leastPart && float64(g) >= nearlyAll*float64(most) })
}

// spansOf returns the bytes of the units that k owns: between two units of one run
// too.
func spansOf(units []shingle.Unit, owner []int, k int) []shingle.Span {
	out := []shingle.Span{}
	for i, u := range units {
		switch {
		case owner[i] != k:
		case i > 0 && owner[i-1] == k:
			out[len(out)-1].Hi = max(out[len(out)-1].Hi, int(u.Hi))
		default:
			out = append(out, u.Span())
		}
	}
	return out
}

// sentences lists the sentences with something new.
func (a *Assembly) sentences(text string, units []shingle.Unit, owner []int) {
	for lo := 0; lo < len(units); {
		hi := lo + 1
		for hi < len(units) && shingle.BreakBetween(text, units, hi) < shingle.SentenceEnd {
			hi++
		}
		s := Sentence{Span: shingle.Span{Lo: int(units[lo].Lo), Hi: int(units[hi-1].Hi)}, Units: hi - lo}
		for _, o := range owner[lo:hi] {
			if o < 0 {
				s.New++
			} else if key := a.Sources[o].Key; !slices.Contains(s.Known, key) {
				s.Known = append(s.Known, key)
			}
		}
		if slack*s.New > s.Units {
			s.Span.Hi = closing(text, s.Span.Hi)
			s.Text = s.Span.Of(text)
			a.Sentences = append(a.Sentences, s)
		}
		lo = hi
	}
}

// closing moves hi over the marks that close a sentence.
func closing(text string, hi int) int {
	for hi < len(text) {
		r, n := utf8.DecodeRuneInString(text[hi:])
		if !strings.ContainsRune("。！？!?.…”’』」）)》；;\"'", r) {
			break
		}
		hi += n
	}
	return hi
}
