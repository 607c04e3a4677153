package cluster

import "fmt"

// Description says in words what a test of the judge asks, with the bounds of some
// thresholds. README shows this table; a test holds that it does, and that every test
// is in it.
type Description struct {
	Test     TestName
	Measures string
	Bound    string // the usual one
	Others   string // when it is another
	Refusal  string // the rule that a test names which does not hold
}

// Describe returns what the tests are, in the order in which they are asked.
func (t *Thresholds) Describe() []Description {
	share := func(x float64) string { return fmt.Sprintf("%g %%", 100*x) }
	all := []Description{
		{Test: LengthTest, Measures: "units that match, outside boilerplate",
			Bound:  fmt.Sprintf("at least %d", t.MinMatch),
			Others: fmt.Sprintf("%d of most of a short text; %d of an item taken over whole", t.MinShort, t.MinItem)},
		{Test: DistinctiveTest, Measures: "of these, units of passages that hardly any other story has",
			Bound:  fmt.Sprintf("at least %s of the match", share(t.DistinctRatio)),
			Others: fmt.Sprintf("%s where hardly anything differs; %s of a passage that is little of either text; %s of what may be a form filled in again, by its date or number; none for the same text", share(t.DistinctClean), share(t.DistinctQuoted), share(t.DistinctRepeated))},
		{Test: RewordedTest, Measures: "units in other words, or where both texts go on with something else",
			Bound:  fmt.Sprintf("at most %s of the match", share(t.Reworded)),
			Others: fmt.Sprintf("%s of a passage, and %s of a short text that may be a form filled in again, where units of one text alone count too; more the more agrees that nobody else has: each such unit, less what common ones cost, pays for %g", share(t.Quoted), share(t.Repeated), t.Credit)},
		{Test: FiguresTest, Measures: "numbers that stand against another number",
			Bound:  fmt.Sprintf("at most %s of all", share(t.FiguresClean)),
			Others: fmt.Sprintf("1, or %s, in a short text; none in one that may be a form filled in again, or is shorter still; %s where numbers differ and little else; %s where much else differs; as many as other places are reworded in an update", share(t.FiguresShort), share(t.FiguresAlone), share(t.FiguresNoisy))},
		{Test: CleanTest, Measures: "share of the passages on the shorter side that matches", Bound: "at least " + share(t.Clean)},
		{Test: IdentityTest, Measures: "share on the longer side, of a passage that is little of either text", Bound: "at least " + share(t.Clean)},
		{Test: CoveredTest, Measures: "share of one text that lies in the passages",
			Bound:  "at least " + share(t.Whole),
			Others: fmt.Sprintf("%s if a passage begins or ends with a paragraph, as a quotation does, and any share if it is long; %s where nobody else has the words", share(t.Least), share(t.Most))},
	}
	for i := range all {
		all[i].Refusal = refusals[all[i].Test]
	}
	return all
}
