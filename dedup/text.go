package dedup

import (
	"strings"

	"repost/dedup/sketch"
	"repost/shingle"
	"repost/shingle/mask"
)

// Scheme is every choice that changes a sketch. It is saved with a corpus, and
// sketches of different schemes are never compared.
type Scheme struct {
	Version  int           `json:"version"`   // of the folds, masks and hashes in this module
	Rules    shingle.Rules `json:"rules"`     // folds
	Gram     int           `json:"gram"`      // width of a print's gram, in characters
	Window   int           `json:"window"`    // grams a winnowing window holds
	MinGram  int           `json:"minhash_k"` // width of a MinHash shingle, in characters
	Bins     int           `json:"bins"`      // of a MinHash signature
	BandRows int           `json:"band_rows"` // of an LSH band
}

// DefaultScheme is the scheme in use: prints with k=8 and w=8 share one for every
// common run of 15 characters.
var DefaultScheme = Scheme{
	Version: 1, Gram: 8, Window: 8, MinGram: 5, Bins: sketch.Bins, BandRows: sketch.Rows,
}

// Text is a document made ready for comparison: a pure function of its text and
// a scheme.
type Text struct {
	Source string
	Units  []shingle.Unit // live units: those outside the masks
	IDs    []uint32       // their ids
	Masks  []mask.Mask
	All    int // units, masked ones included

	rules shingle.Rules
	edges []edge // of each live unit, in a compact text
}

// Prepare folds, masks and cuts a text.
func (s *Scheme) Prepare(text string) *Text {
	t := &Text{Source: text, Masks: mask.Find(text), rules: s.Rules}
	units := s.Rules.Cut(make([]shingle.Unit, 0, len(text)/3+8), text)
	t.All = len(units)
	live := units[:0]
	m := 0
	for _, u := range units {
		for m < len(t.Masks) && t.Masks[m].Span.Hi <= int(u.Lo) {
			m++
		}
		if m < len(t.Masks) && t.Masks[m].Span.Lo < int(u.Hi) {
			continue
		}
		live = append(live, u)
	}
	t.Units = live
	t.IDs = make([]uint32, len(live))
	for i, u := range live {
		t.IDs[i] = u.ID
	}
	return t
}

// fewPrints is how often a text has one print in the index. A story that stands
// four times on a page is still found each time.
const fewPrints = 4

// Sketch returns what the indexes hold of t.
func (s *Scheme) Sketch(t *Text) Sketch {
	k := Sketch{Units: uint32(len(t.IDs))}
	if len(t.IDs) == 0 {
		return k
	}
	shingles := t.shingles(s.MinGram)
	k.SimHash = sketch.SimHash(shingles)
	k.Bands = sketch.MinHash(shingles).BandKeys(nil)
	k.Prints = s.prints(t)
	k.Content = sketch.Content(t.IDs)
	return k
}

// prints returns the prints of t that an index holds.
func (s *Scheme) prints(t *Text) []Print {
	grams := t.shingles(s.Gram)
	return sketch.Thin(sketch.Winnow(make([]Print, 0, len(grams)/4+1), grams, s.Window), fewPrints)
}

// startsLine reports whether live unit i begins a line of the text; one past the
// last unit does too.
func (t *Text) startsLine(i int) bool {
	switch {
	case i <= 0 || i >= len(t.IDs):
		return true
	case t.edges != nil:
		return t.edges[i] >= lineEdge
	}
	return strings.IndexByte(t.between(i, i), '\n') >= 0
}

// startsParagraph reports whether live unit i begins a paragraph: a line, after
// the end of a sentence or an empty line. Other line breaks may be those of a
// column.
func (t *Text) startsParagraph(i int) bool {
	switch {
	case i <= 0 || i >= len(t.IDs):
		return true
	case t.edges != nil:
		return t.edges[i] == paragraphEdge
	case !t.startsLine(i):
		return false
	}
	gap := t.between(i, i)
	return strings.ContainsAny(gap, "。！？!?；.;") || strings.Count(gap, "\n") > 1
}

// gramUnits returns how many units a shingle of width k has on average, rounded
// up.
func (t *Text) gramUnits(k int) int {
	total := 0
	for _, u := range t.Units {
		total += u.Width()
	}
	if total == 0 {
		return k
	}
	return (k*len(t.Units) + total - 1) / total
}

// shingles returns the shingles of the live units, in order.
func (t *Text) shingles(k int) []uint64 {
	return shingle.Shingles(make([]uint64, 0, len(t.Units)), t.Units, k)
}
