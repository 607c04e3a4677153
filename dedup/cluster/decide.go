package cluster

import "slices"

// The judge is a list of tests. Each measures one thing of a link and compares it with a
// bound; a link is accepted if all hold. What a bound is follows from what else is known
// of the link: evidence adds up, and no test is a veto over words that agree. A bound that
// is not the usual one says why. The judge decides by this list, and users are shown the
// same list.
//
// The idea of the bounds: how much may differ grows with how much agrees that nobody else
// has (distinctive units), less what others have too. That is a sum of log likelihoods
// with one weight for a unit of each kind: see evidence. Some units of such evidence are
// spent on the odds that two texts have anything to do with each other, and of what is
// left each unit pays for half a unit of rewording.
//
// A link is one of two things. A version covers most of one text, or begins with the same
// words: much may be reworded. A passage of either is a quotation: it is nearly word for
// word, and hardly anybody else has its words. Laws of one ministry and notices of one
// court share paragraphs that are neither: half of the words are those of a third text,
// and every line differs in a name or an insertion. Of 2,304 passages that pages of news
// share rightly, 2 are less than .6 distinctive; of 78 that statutes share wrongly, 47.

// Test is one measurement of a link and its bound.
type Test struct {
	Name    TestName
	Value   float64
	Bound   float64
	AtMost  bool // the value must not be above the bound; else not below it
	Unit    Measure
	Because string // why the bound is not the usual one
	Holds   bool

	asks []Figure // what of a verdict it asks about, the plainest first
}

// TestName names a test; it is also the rule that refuses a link which fails it.
type TestName string

// The tests.
const (
	LengthTest      TestName = "matched"
	DistinctiveTest TestName = "distinctive"
	RewordedTest    TestName = "reworded or replaced"
	FiguresTest     TestName = "figures that differ"
	CleanTest       TestName = "shorter side that matches"
	IdentityTest    TestName = "longer side that matches"
	CoveredTest     TestName = "covered of one text"
)

// Measure is what a test counts.
type Measure string

// The units of tests.
const (
	Units   Measure = "units"
	Share   Measure = "share"
	Figured Measure = "figures"
)

// Tests are the tests of a link, in the order in which they are asked.
type Tests []Test

// Hold reports whether all tests hold.
func (ts Tests) Hold() bool { return ts.failing() < 0 }

// failing returns the first test that does not hold, or -1.
func (ts Tests) failing() int { return slices.IndexFunc(ts, func(t Test) bool { return !t.Holds }) }

// Rule reports whether all tests hold, and the rule that decides: what refuses the link,
// or what it is accepted for.
func (ts Tests) Rule() (accepted bool, rule string) {
	if i := ts.failing(); i >= 0 {
		return false, refusals[ts[i].Name]
	}
	for i := range ts {
		if ts[i].Name == DistinctiveTest && ts[i].Because == sameText {
			return true, sameText
		}
	}
	return true, "distinctive text"
}

// refusals say what a test that does not hold has found.
var refusals = map[TestName]string{
	LengthTest:      "too short",
	DistinctiveTest: "formula: too little distinctive text",
	RewordedTest:    "reworded or replaced",
	FiguresTest:     "one form: figures differ",
	CleanTest:       "too many differences",
	IdentityTest:    "passage in both: too many differences",
	CoveredTest:     "passage in both: no quotation edge",
}

func atLeast(name TestName, value, bound float64, unit Measure, because string, asks ...Figure) Test {
	return Test{Name: name, Value: value, Bound: bound, Unit: unit, Because: because, Holds: value >= bound, asks: asks}
}

func atMost(name TestName, value, bound float64, unit Measure, because string, asks ...Figure) Test {
	return Test{Name: name, Value: value, Bound: bound, AtMost: true, Unit: unit, Because: because, Holds: value <= bound, asks: asks}
}

// Decide tests a link.
func (t *Thresholds) Decide(v *Verdict) Tests {
	if v.First {
		return t.first(v)
	}
	ts := make(Tests, 0, 7)
	ts = append(ts, t.length(v), t.distinctive(v), t.reworded(v), t.figures(v),
		atLeast(CleanTest, v.Clean, t.Clean, Share, "", CleanShare))
	if max(v.CoverageA, v.CoverageB) < t.Whole {
		ts = append(ts, atLeast(IdentityTest, v.Identity, t.Clean, Share, "a passage of either", IdentityShare, BestCoverage))
	}
	return append(ts, t.covered(v))
}

// best and worst are the coverages of the two documents.
func (v *Verdict) best() float64  { return max(v.CoverageA, v.CoverageB) }
func (v *Verdict) worst() float64 { return min(v.CoverageA, v.CoverageB) }

// again reports whether the same form may have been filled in again, or a passage be a
// turn of speech that came back: the dates are far apart, or the texts are numbers of one
// series or one form with two subjects. It makes no difference to equal text. To others it
// is as if there were less evidence, and each character that differs counts: 十二届 and
// 十三届 are two congresses.
func (t *Thresholds) again(v *Verdict) bool {
	return v.Numbered || v.Days > t.DaysApart || 2*v.Days > t.DaysApart && v.best() < t.Whole
}

// brief reports whether a link is too short to be a copy rather than a form filled in again,
// unless it is word for word one.
func (t *Thresholds) brief(v *Verdict) bool {
	if v.Numbered {
		return v.Distinct < v.units(t.SeriesLong)
	}
	return t.again(v) && v.Distinct < v.units(t.RepeatedLong)
}

func (t *Thresholds) length(v *Verdict) Test {
	bound, because := t.MinMatch, ""
	switch {
	case v.best() >= t.ShortCoverage:
		bound, because = t.MinShort, "most of a short text"
	case v.Item:
		bound, because = t.MinItem, "an item taken over whole"
	case v.citation(t):
		bound, because = t.MinMatch+2*(v.Agree+v.Disagree), "full of figures, as a citation is"
	}
	return atLeast(LengthTest, float64(v.Matched), float64(bound), Units, because, MatchedUnits)
}

// citation reports whether a passage of either document is full of figures: the name of a
// statute with its dates and numbers, an enacting clause, a row of a table. Each figure
// comes with a word that says what it counts, and neither says that anybody copied.
func (v *Verdict) citation(t *Thresholds) bool {
	return v.Matched > 0 && t.passage(v) && float64(v.Agree+v.Disagree) >= t.Citation*float64(v.Matched)
}

// sameText says that a link differs in next to nothing: true copies of a form have
// little text that is distinctive.
const sameText = "same text"

func (t *Thresholds) distinctive(v *Verdict) Test {
	m := float64(v.Matched)
	if t.same(v) {
		return atLeast(DistinctiveTest, v.Distinct, 0, Units, sameText, DistinctUnits)
	}
	ratio, because := t.DistinctRatio, ""
	if v.best() < t.Whole && (t.passage(v) || v.Agree < t.OneForm || v.Disagree > 0) {
		ratio, because = t.DistinctQuoted, "a passage of either"
	} else if t.again(v) && !(v.worst() >= t.SameFar && v.Distinct >= v.units(t.RepeatedLong) && float64(v.Reworded+v.OneSided+v.Flanks) <= t.Repeated*m) {
		ratio, because = t.DistinctRepeated, "maybe a form filled in again"
	} else if float64(v.Reworded) <= t.Hardly*m && v.agreement() >= 1-t.FiguresClean {
		ratio, because = t.DistinctClean, "hardly anything is reworded"
	}
	return atLeast(DistinctiveTest, v.Distinct, max(ratio*m, min(t.Distinct, m/2)), Units, because, DistinctUnits)
}

// same reports whether two documents differ in next to nothing.
func (t *Thresholds) same(v *Verdict) bool {
	m, most, covered := float64(v.Matched), t.SameDiffers, t.SameCovered
	if t.again(v) {
		most, covered = 0, t.SameFar
	}
	return v.worst() >= covered && v.Disagree == 0 && float64(v.Reworded) <= t.SameReworded*m &&
		float64(v.Reworded+v.OneSided) <= most*m && float64(v.Flanks) <= t.SameFlanks*m
}

// reworded is the test of units in other words, or replaced.
func (t *Thresholds) reworded(v *Verdict) Test {
	m := float64(v.Matched)
	differences := float64(v.Reworded+v.OneSided) / m
	changed := v.Reworded + v.Flanks + int((1-t.part(v))*float64(v.OneSided))
	if t.brief(v) || v.Numbered {
		bound, because := t.allowed(v)
		return atMost(RewordedTest, float64(v.Reworded+v.Flanks+v.OneSided), bound, Units, because, RewordedUnits, FlankUnits, OneSidedUnits)
	}
	if v.Matched >= t.LongStrict && v.Distinct >= t.Unique*m && v.Disagree == 0 && differences <= t.Hardly {
		changed -= v.tail / 2 // an excerpt, and something else after it
	}
	if t.cleanCopy(v) {
		changed -= v.Flanks
	}
	bound, because := t.allowed(v)
	return atMost(RewordedTest, float64(changed), bound, Units, because, RewordedUnits, FlankUnits, OneSidedUnits)
}

// cleanCopy reports whether what a link matches is word for word and long enough to be a
// copy between texts of each document's own, whatever these are. Where such a text stands
// only before it, it may be the footer under two stories: then it must be longer, and hardly
// anybody else may have its words.
func (t *Thresholds) cleanCopy(v *Verdict) bool {
	m, least, owned := float64(v.Matched), t.CleanMatch, t.CopyOwned
	if t.framing(v) {
		return false // one outlet has one header
	}
	if v.head > 0 && v.tail == 0 {
		least, owned = t.CleanTail, t.Owned
	}
	return m >= v.units(float64(least)) && v.Disagree == 0 && v.Distinct >= owned*m &&
		float64(v.Reworded) <= t.CopyReworded*m && float64(v.OneSided) <= t.CopyOneSided*m
}

// passage reports whether a link is a passage of either document, and no version of
// one: it covers neither, and they begin with different words.
func (t *Thresholds) passage(v *Verdict) bool {
	return v.best() < t.Whole && !t.opensAlike(v)
}

// opensAlike reports whether two texts begin with the same words: a form names its subject
// first, and its versions begin as it does.
func (t *Thresholds) opensAlike(v *Verdict) bool { return float64(v.Opening) >= v.units(t.Opening) }

// part says how far a link is a version of a document, from 0, a passage that is little
// of either, to 1.
func (t *Thresholds) part(v *Verdict) float64 {
	if !t.passage(v) {
		return 1
	}
	return max(0, (v.best()-t.Part)/(t.Whole-t.Part))
}

// allowed returns how many units of a link may be in other words, and why if it is not the
// usual share.
func (t *Thresholds) allowed(v *Verdict) (units float64, because string) {
	m := float64(v.Matched)
	share := t.Reworded
	// Of what is little of either document a copy is word for word; shared phrases of a
	// trade are not.
	part := t.part(v)
	if part < 1 {
		share, because = t.Quoted+part*(t.Reworded-t.Quoted), "a passage of either"
	}
	if v.Numbered {
		share, because = min(share, t.Repeated), "numbers of one series, or one form of two subjects"
	}
	if t.brief(v) {
		switch {
		case v.Matched >= t.CleanMatch && v.Agree >= t.OneForm && v.Disagree == 0 && v.best() >= t.Most:
			share, because = min(share, 2*t.Repeated), "short, and maybe a form filled in again, but all figures agree"
		default:
			share, because = min(share, t.Repeated), "short, and maybe a form filled in again"
		}
	}
	credit := t.Credit * part * t.evidence(v)
	switch {
	case credit <= 0:
		return share * m, because
	case v.renamed():
		return share * m, "names are replaced throughout"
	case float64(v.head) > share*m:
		return share * m, "they begin with other texts: what follows may be a footer"
	}
	return share*m + credit, "much agrees that nobody else has"
}

// units returns the number of units of v that say as much as han Han characters: a word
// counts for two, as it does in a shingle. Translations have 1.7 for a word of English.
func (v *Verdict) units(han float64) float64 {
	if v.Gram <= 0 {
		return han
	}
	return han * float64(min(v.Gram, hanGram)) / hanGram
}

// hanGram is the number of characters of Han in a gram.
const hanGram = 8

// evidence returns the units of v that no other document has, less those that others have
// too and the minimum that says anything.
//
// A common unit costs one distinctive unit where both texts are covered, and more where
// more of one text is left uncovered: sister laws share formulas, and each has a subject of
// its own. A formula says even less about texts that begin with other words, since a form
// names its subject first. 25 units or more open 9 of 10 pairs of versions of Chinese
// statutes that cover less than .7, and 18 of 12,279 pairs of other statutes.
func (t *Thresholds) evidence(v *Verdict) float64 {
	common := float64(v.Matched) - v.Distinct
	cost := max(1, t.CommonCosts*(1-v.worst()))
	if !t.opensAlike(v) {
		cost *= t.CostsApart
	}
	from := t.CreditFrom
	if v.Numbered {
		from = t.SeriesLong
	}
	return v.Distinct - cost*common - v.units(from)
}

// renamed reports whether most of what differs is the same names in the place of the
// same others: a form filled in for somebody else. In 20 of 22 pairs of versions of
// statutes at most half of the places are such, in 5 of 7 pairs of sister statutes more.
func (v *Verdict) renamed() bool { return v.Renamed >= 5 && 2*v.Renamed > v.Replaced }

// figures is the test of figures that differ: of a form they do, and little else. A
// figure in words that everybody has is a constant of the form and does not speak for
// it.
func (t *Thresholds) figures(v *Verdict) Test {
	m := float64(max(1, v.Matched))
	noise := float64(v.OneSided-v.Disagree) / m
	agree := float64(v.Agree) * v.Distinct / m
	all := agree + float64(v.Disagree)
	few, share, because := 2., t.FiguresClean, ""
	switch {
	case v.Distinct < v.units(float64(t.LongStrict)):
		few, share, because = min(1, v.Distinct/v.units(float64(t.MinMatch))), t.FiguresShort, "a short text"
		switch {
		case v.Agree == 0 && noise+float64(v.Reworded)/m > t.OtherForm:
			few, because = 0, "a short text of which a fifth differs and no figure agrees"
		case v.Agree+v.Disagree > t.FewShort:
			share, because = t.FiguresClean, "a short text of many figures"
		}
	case noise > t.Noisy && float64(v.OneSided-v.Disagree) >= t.NoisyFigures*float64(v.Disagree):
		share, because = t.FiguresNoisy, "much else differs"
	case noise >= t.Noise:
		few, because = min(t.FewFigures, max(2, t.Figures*all)), "some else differs"
	}
	if v.figuresAlone() && share > t.FiguresAlone {
		if few > 1 {
			few = t.FewFigures
		}
		share, because = t.FiguresAlone, "more figures differ than anything else"
	}
	if t.brief(v) {
		few, share, because = 0, 0, "short, and maybe a form filled in again"
		if v.Numbered {
			because = "short, and of one series or one form: the number or the subject in the titles counts as a figure"
		}
	}
	bound := max(few, share*all)
	places := min(float64(v.Replaced-v.Renamed), max(t.FiguresNoisy*float64(v.Agree+v.Disagree), t.evidence(v)/v.units(t.FigureCosts)))
	if places > bound && t.evidence(v) > 0 {
		bound, because = places, "an update: as many other places are reworded"
	}
	return atMost(FiguresTest, float64(v.Disagree), bound, Figured, because, Disagreeing)
}

// figuresAlone reports whether more figures differ than anything else: a form filled in
// again. In the announcements of yearly rates 17 to 28 % of the figures differ, in
// versions of statutes whose figures changed at most 12 %.
func (v *Verdict) figuresAlone() bool {
	return float64(v.Disagree) > float64(v.Replaced+v.OneSided-v.Disagree)
}

// agreement is the share of paired figures that agree; 1 when none are paired.
func (v *Verdict) agreement() float64 {
	if v.Agree+v.Disagree == 0 {
		return 1
	}
	return float64(v.Agree) / float64(v.Agree+v.Disagree)
}

// covered is the test that a link is a copy of a document or a quotation, and no
// passage that two texts have in common by their trade.
func (t *Thresholds) covered(v *Verdict) Test {
	bound, because := t.Whole, ""
	switch {
	case v.best() >= t.Whole:
	case t.framing(v):
		because = "short, and at one edge of both texts: maybe boilerplate"
	case v.Edge && v.Distinct >= v.units(t.NoEdge):
		bound, because = 0, "a long quotation"
	case v.Edge:
		bound, because = t.Least, "a quotation"
	case v.Distinct >= t.Owned*float64(v.Matched):
		bound, because = t.Most, "nobody else has its words"
	}
	return atLeast(CoveredTest, v.best(), bound, Share, because, EdgeOfPassage, BestCoverage)
}

// first are the tests of the first pass. They ask for long and clean agreement, since
// nothing is known of other documents: a family of look-alikes that is joined here counts
// as one story in all later passes.
func (t *Thresholds) first(v *Verdict) Tests {
	m, changed := float64(v.Matched), v.Reworded+v.Flanks
	best := v.best()
	length, because := t.FirstMatch, ""
	switch {
	case best < t.Whole && t.framing(v):
		length, because = v.Matched+1, "short, and at one edge of both texts: maybe boilerplate"
	case v.Matched >= t.MinMatch && best >= t.FirstHalf && v.Longest >= t.FirstRun && v.Reworded+v.Disagree == 0:
		// A story of a sentence or two, between headers and footers: if none of its texts
		// were joined here, all its words would count as formula in all later passes.
		length, because = t.MinMatch, "half of a text, word for word"
	case best >= t.SameCovered && v.Longest >= t.FirstRun:
		length, because = t.CleanMatch, "most of a text"
	case v.Longest >= t.MinMatch && v.Identity >= t.SameCovered:
	default:
		length, because = v.Matched+1, "little of either text, and no long run"
	}
	if v.Matched >= t.LongStrict && float64(changed) <= t.Reworded*m {
		changed = v.Reworded + v.OneSided + v.Flanks - v.tail
	}
	figures := max(1, t.FiguresClean*float64(v.Agree+v.Disagree))
	if v.Matched < t.FirstMatch {
		figures = 0
	}
	share := t.Hardly
	if t.again(v) {
		figures, changed = 0, v.Reworded+v.Flanks+v.OneSided
		if t.brief(v) {
			share = t.SameReworded
		}
	}
	return Tests{
		atLeast(LengthTest, m, float64(length), Units, because, MatchedUnits),
		atMost(RewordedTest, float64(changed), share*m, Units, "first pass", RewordedUnits, FlankUnits),
		atMost(FiguresTest, float64(v.Disagree), figures, Figured, "first pass", Disagreeing),
	}
}
