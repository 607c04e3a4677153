package collate

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"repost/dedup/diff"
	"repost/shingle"
)

// Direction says who of a and b copied whom, with the evidence. d is the difference
// between them, or nil to have it computed; others are further versions of the
// story, against which an error of both is seen to be theirs alone. At most eight
// are looked at, the first by date and key.
func Direction(a, b Side, d *diff.Result, others ...Version) Verdict {
	return NewWeigher(others).Direction(a, b, d)
}

// Weigher weighs many pairs of versions of one story. What a text has in common with the
// few others is found once for each text, and the difference of two texts once, whatever
// the number of their copies: n members are weighed against one in n comparisons with
// each of nine texts. Beyond WeighedTexts different texts it compares no more, and weighs
// credit lines, footers and dates alone: see Bounded.
type Weigher struct {
	Bounded int // pairs weighed without comparing their texts

	others []Version
	diffs  map[[2]compared]*diff.Result
	errors map[compared][]map[form]lookalike // text → for each of others
}

// WeighedTexts is how many different texts a Weigher compares.
const WeighedTexts = 200

// compared is a text and what of it is compared: offsets of two with one story differ.
type compared struct{ text, spans string }

func comparedOf(s *Side) compared { return compared{s.Text, fmt.Sprint(s.Spans)} }

// form is a look-alike error: what stands there, and what another has.
type form struct{ wrong, right string }

// lookalike is where the other has the right form, and the text the wrong one.
type lookalike struct{ right, wrong shingle.Span }

// NewWeigher takes the versions of the story that errors are seen against: the first by
// date and key are looked at.
func NewWeigher(others []Version) *Weigher {
	others = slices.Clone(others)
	slices.SortFunc(others, func(x, y Version) int { return cmp.Or(InTime(x.Date, y.Date), strings.Compare(x.Key, y.Key)) })
	const andTheTwo = 2 // that are weighed and may be among them
	others = others[:min(len(others), mostOthers+andTheTwo)]
	for i := range others {
		others[i] = excerptOf(&others[i]).Version
	}
	return &Weigher{
		others: others,
		diffs:  map[[2]compared]*diff.Result{}, errors: map[compared][]map[form]lookalike{},
	}
}

// Direction says who of a and b copied whom: see the function Direction.
func (w *Weigher) Direction(a, b Side, d *diff.Result) Verdict {
	if d != nil {
		return w.direction(a, b, d)
	}
	x, y := excerptOf(&a), excerptOf(&b)
	v := w.direction(x.Version, y.Version, nil)
	for i := range v.Evidence {
		switch e := &v.Evidence[i]; e.Side {
		case "a":
			e.Span = x.whole(e.Span)
		case "b":
			e.Span = y.whole(e.Span)
		}
	}
	return v
}

func (w *Weigher) direction(a, b Side, d *diff.Result) Verdict {
	if d == nil {
		d = w.difference(&a, &b)
	}
	bounded := d == nil
	if bounded {
		w.Bounded++
		d = &diff.Result{}
	}
	var all []Evidence
	for _, s := range []struct {
		me, you *Side
		name    string
		from    Hypothesis // I copied you
	}{{&a, &b, "a", AFromB}, {&b, &a, "b", BFromA}} {
		for _, e := range slices.Concat(credits(s.me, s.you), ownErrors(s.name, s.me, d), truncated(s.me, s.you)) {
			e.Side, e.Favours = s.name, s.from
			all = append(all, e)
		}
	}
	all = slices.Concat(all, earlierDate(&a, &b), abridged(d), thirdParty(&a, &b))
	if !bounded {
		all = append(all, w.sharedErrors(&a, &b)...)
	}
	return weigh(all)
}

// difference compares two texts once, or returns nil where enough were compared.
func (w *Weigher) difference(a, b *Side) *diff.Result {
	pair := [2]compared{comparedOf(a), comparedOf(b)}
	d, ok := w.diffs[pair]
	if !ok && len(w.diffs) < WeighedTexts {
		d = compare(a, b)
		w.diffs[pair] = d
	}
	return d
}

// lookalikes returns the look-alike errors that a text has against each of the others.
func (w *Weigher) lookalikes(s *Side) []map[form]lookalike {
	text := comparedOf(s)
	if all, ok := w.errors[text]; ok {
		return all
	}
	all := make([]map[form]lookalike, len(w.others))
	for i := range w.others {
		all[i] = map[form]lookalike{}
		if w.others[i].Key == s.Key {
			continue
		}
		for _, c := range compare(&w.others[i], s).Changes {
			if c.Hint == diff.LikelyOCR {
				all[i][form{c.BText, c.AText}] = lookalike{c.CoreA, c.B}
			}
		}
	}
	w.errors[text] = all
	return all
}

// sharedErrors finds a look-alike error that a and b have at one place, and none of
// the others: by the witness of a text that has it right elsewhere, or of two other
// versions that agree.
func (w *Weigher) sharedErrors(a, b *Side) []Evidence {
	if len(w.others) == 0 {
		return nil
	}
	ours, theirs := w.lookalikes(a), w.lookalikes(b)
	agree := map[form]int{}
	looked := 0
	for i := range w.others {
		o := &w.others[i]
		if o.Key == a.Key || o.Key == b.Key || looked == mostOthers {
			continue
		}
		looked++
		var both []form
		for f, mine := range ours[i] {
			if yours, ok := theirs[i][f]; ok && yours.right == mine.right {
				both = append(both, f)
			}
		}
		slices.SortFunc(both, func(f, g form) int { return ours[i][f].wrong.Lo - ours[i][g].wrong.Lo })
		for _, f := range both {
			agree[f]++
			if agree[f] > 1 || misspelt(a.Text, f.wrong, f.right) {
				return []Evidence{{Name: SharedError, Favours: CommonSource, Odds: oddsShared, Side: "a", Span: ours[i][f].wrong,
					Text: fmt.Sprintf("both have %s where %s has %s", f.wrong, o.Key, f.right)}}
			}
		}
	}
	return nil
}

// Credited returns the outlets that the source lines of a version name, in lower case.
func Credited(v *Version) []string {
	var names []string
	for _, c := range outlets(v) {
		names = append(names, c.name)
	}
	return names
}
