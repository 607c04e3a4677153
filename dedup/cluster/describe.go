package cluster

import "fmt"

// Description says in words what a test of the judge asks, with the bounds of some
// thresholds. README shows this table; a test holds that it does, and that every test
// is in it.
type Description struct {
	Test     TestName
	Measures string
	Bound    string // the usual one
	Others   string // other bounds, each after the case that it is for
	Refusal  string // the rule that a test names which does not hold
}

// Describe returns what the tests are, in the order in which they are asked.
func (t *Thresholds) Describe() []Description {
	share := func(x float64) string { return fmt.Sprintf("%g %%", 100*x) }
	all := []Description{
		{Test: LengthTest, Measures: "units that match, outside boilerplate",
			Bound:  fmt.Sprintf("at least %d", t.MinMatch),
			Others: fmt.Sprintf("most of a short text: %d; an item of a digest taken over whole: %d", t.MinShort, t.MinItem)},
		{Test: DistinctiveTest, Measures: "the part of them that hardly any other story has",
			Bound:  fmt.Sprintf("at least %s of the match", share(t.DistinctRatio)),
			Others: fmt.Sprintf("hardly anything is reworded: %s; a passage that is little of either text: %s; maybe a form filled in again, by its date or number: %s; the same text: none", share(t.DistinctClean), share(t.DistinctQuoted), share(t.DistinctRepeated))},
		{Test: RewordedTest, Measures: "units in other words, or where both texts go on with something else",
			Bound:  fmt.Sprintf("at most %s of the match", share(t.Reworded)),
			Others: fmt.Sprintf("a passage that is little of either text: %s; a short text that may be a form filled in again: %s, and units that only one text has count too. Evidence allows more: %g units for each distinctive unit beyond the first %g, less what common units take away", share(t.Quoted), share(t.Repeated), t.Credit, t.CreditFrom)},
		{Test: FiguresTest, Measures: "numbers that are another number in the other text",
			Bound:  fmt.Sprintf("at most %s of all", share(t.FiguresClean)),
			Others: fmt.Sprintf("a short text: 1, or %s; a very short one, or one that may be a form filled in again: none; hardly anything but numbers differs: %s; much else differs: %s; an update: as many as places are reworded", share(t.FiguresShort), share(t.FiguresAlone), share(t.FiguresNoisy))},
		{Test: CleanTest, Measures: "share of the passages on the shorter side that matches", Bound: "at least " + share(t.Clean)},
		{Test: IdentityTest, Measures: "the same on the longer side; asked only of a passage that is little of either text", Bound: "at least " + share(t.Clean)},
		{Test: CoveredTest, Measures: "share of one text that lies in the passages",
			Bound:  "at least " + share(t.Whole),
			Others: fmt.Sprintf("a passage that begins or ends with a paragraph, as a quotation does: %s, and any share if it is long; hardly anybody else has the words: %s; but not of fewer than %g units at one edge of two texts of one source, as a motto is", share(t.Least), share(t.Most), t.AtEdge)},
	}
	for i := range all {
		all[i].Refusal = refusals[all[i].Test]
	}
	return all
}
