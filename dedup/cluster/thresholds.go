package cluster

// Thresholds are the numbers of the judge. A field stands under the test of Decide that reads
// it first; decide.go says when it applies. Lengths are units of folded text, as many as say
// what that number of Han characters says; shares are of the matched units unless said.
//
// A link is distinctive where hardly any other story has its words, and common elsewhere. It
// is a version if it covers Whole of a document or both begin alike, else a passage. It is
// suspect if the same form may have been filled in again: DaysApart lie between the dates, or
// the texts are numbers of one series, or one form with two subjects.
//
// The numbers were set on halves of sets that were not made for this project (statutes in two
// languages, editions, poems, agency news) and on pages and broadcasts; the optima are flat
// (repost eval --sweep).
type Thresholds struct {
	// LengthTest: matched units.
	MinMatch      int     // least of any link; a link with fewer distinctive units may differ in no figure
	MinItem       int     // least of an item of a digest, word for word from one paragraph edge to another
	MinShort      int     // least of a link that covers ShortCoverage of a document
	ShortCoverage float64 // see MinShort
	Citation      float64 // figures per unit from which a passage may cite a statute: two units more for each figure

	// DistinctiveTest: distinctive units.
	Distinct         float64 // least number, or half of the match if that is less
	DistinctRatio    float64 // least share
	DistinctClean    float64 // least share if Hardly any unit is reworded and the figures agree
	DistinctQuoted   float64 // least share of a passage
	DistinctRepeated float64 // least share of a suspect link

	// RewordedTest: units in other words or in replaced flanks, which are the text before and
	// after the match.
	Reworded     float64 // largest share of a version
	Quoted       float64 // largest share of a passage that covers Part of a document; it rises to Reworded at Whole
	Repeated     float64 // largest share of a suspect link, where units of one text alone count too
	RepeatedLong float64 // distinctive units from which a suspect link is judged as any other
	SeriesLong   float64 // RepeatedLong of numbers of one series, and of one form with two subjects
	Credit       float64 // units that may be reworded beyond the share for each unit of evidence: see evidence
	CommonCosts  float64 // evidence that a common unit takes away, if one text is hardly covered; at least 1
	CreditFrom   float64 // distinctive units that are no evidence yet
	CostsApart   float64 // factor of CommonCosts for texts that begin in different words
	FlankSlack   int     // units of a replaced flank that do not count, at most a tenth of the shorter text

	// FiguresTest: figures that differ.
	Figures      float64 // largest share of a text in which Noise differs, up to FewFigures
	FiguresClean float64 // largest share of any other text; two may always differ
	FiguresNoisy float64 // largest share if Noisy of the text differs: an update, or a scan
	FiguresAlone float64 // largest share if more figures differ than anything else
	FigureCosts  float64 // evidence that outweighs a figure that differs in an update
	FewFigures   float64 // number that may differ in a correction

	FiguresShort float64 // largest share of a short text: one with fewer distinctive units than LongStrict
	FewShort     int     // figures of a short text above which its share is FiguresClean
	OtherForm    float64 // share of other differences from which no figure of a short text may differ if none agrees
	Noise        float64 // share of units of one text alone from which a text was edited
	Noisy        float64 // share of units of one text alone from which it was edited throughout, or scanned
	NoisyFigures float64 // units of one text alone that FiguresNoisy asks for each figure that differs
	OneForm      int     // figures that agree and tell a text from the same form of another year, which repeats the month, the day and the hour

	// The same text: copies of a form have little that is distinctive, and need none.
	SameCovered  float64 // least coverage of both documents
	SameFar      float64 // least coverage of both documents of a suspect link
	SameReworded float64 // largest share in other words: a slip of the pen in a hundred
	SameDiffers  float64 // largest share in other words or of one text alone; none of a suspect link
	SameFlanks   float64 // largest share of replaced flanks: a byline, a credit
	Hardly       float64 // share in other words up to which hardly anything is reworded

	// Clean copies: texts between headers and footers of each outlet's own.
	CleanMatch   int     // least matched units, with other text before and after them
	CleanTail    int     // least matched units with other text only before them: fewer may be the footer of two stories
	CopyReworded float64 // largest share in other words
	CopyOneSided float64 // largest share of one text alone
	CopyOwned    float64 // least share that is distinctive
	LongStrict   int     // matched units from which the first pass does not count what follows: else a story with a footer of each outlet's own is refused in every pair, and counts as common. Other text before it does count: two stories above one footer
	Unique       float64 // least distinctive share of an excerpt, for half of what follows it not to count
	Owned        float64 // least distinctive share of a passage, for coverage of Most to be enough, and for CleanTail

	// The first pass, which knows nothing of other documents.
	FirstMatch int     // least matched units
	FirstHalf  float64 // least coverage of one document if a match of MinMatch is word for word
	FirstRun   int     // least units in a row of such a match

	// CleanTest, IdentityTest and CoveredTest.
	Clean         float64 // least share of the passages that matches: of the shorter side, and of the longer side of a passage
	Whole         float64 // coverage of one document from which a link is a version
	Part          float64 // coverage of one document up to which a link is nothing but a passage: see Quoted
	Least         float64 // least coverage of one document by a quotation with fewer distinctive units than NoEdge: two long texts have some phrases in common
	Most          float64 // least coverage of one document by a passage whose distinctive share is Owned or more
	NoEdge        float64 // distinctive units from which a quotation may be any part of a text
	Opening       float64 // units from the first on that are the same word for word in versions of one text: a form names its subject first
	AtEdge        float64 // matched units from which a passage at one edge of two texts of one source is no boilerplate
	AtEdgeUnknown float64 // the same if a source is unknown and no figure agrees
	DaysApart     int     // between the dates, from which a link is suspect; half of it for a link that covers less than Whole
}

// Default are the thresholds in use.
var Default = Thresholds{
	MinMatch: 40, MinItem: 30, MinShort: 16, ShortCoverage: .8, Citation: .2,
	Distinct: 15, DistinctRatio: .25, DistinctClean: .15, DistinctQuoted: .6, DistinctRepeated: .35,
	Reworded: .12, Quoted: .1, Repeated: .05, RepeatedLong: 200, SeriesLong: 400, Credit: .5, CommonCosts: 3, CreditFrom: 150, CostsApart: 3, FlankSlack: 12,
	Figures: .4, FiguresClean: .25, FiguresNoisy: .6, FiguresAlone: .15, FigureCosts: 40, FewFigures: 5,
	FiguresShort: .5, FewShort: 10, OtherForm: .2, Noise: .01, Noisy: .08, NoisyFigures: 3, OneForm: 5,
	SameCovered: .85, SameFar: .95, SameReworded: .01, SameDiffers: .10, SameFlanks: .05, Hardly: .03,
	CleanMatch: 60, CleanTail: 100, CopyReworded: .02, CopyOneSided: .05, CopyOwned: .5, LongStrict: 150, Unique: .9, Owned: .8,
	FirstMatch: 100, FirstHalf: .55, FirstRun: 20,
	Clean: .75, Whole: .7, Least: .03, Most: .5, Part: .2, NoEdge: 150, Opening: 25, AtEdge: 250, AtEdgeUnknown: 60, DaysApart: 250,
}
