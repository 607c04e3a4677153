package cluster

// Thresholds are the numbers of the judge, in units of folded text and shares of what
// matches unless said. Each is in one test of Decide, which says when it applies. They were
// set on halves of sets that were not made for this project (statutes in two languages,
// editions, poems, agency news) and on pages and broadcasts; the optima are flat (repost
// eval --sweep).
type Thresholds struct {
	// Length.
	MinMatch      int     // least matched units; of a short text with fewer that are distinctive no figure may differ
	MinItem       int     // the same for an item of a digest, word for word from one paragraph edge to another
	MinShort      int     // the same for a link that covers ShortCoverage of a document
	ShortCoverage float64 //
	Citation      float64 // share of figures in a passage from which it may be a citation, whose figures and the words with them do not count

	// Distinctive text: what hardly any other story has.
	Distinct         float64 // least distinctive length
	DistinctRatio    float64 // least share of the match that is distinctive
	DistinctClean    float64 // the same where hardly anything is reworded
	DistinctQuoted   float64 // the same of a passage that is little of either document
	DistinctRepeated float64 // the same where the dates say that it may be the same form of another year

	// Rewording: units in other words, and of replaced flanks.
	Reworded     float64 // most, of a text that both carry
	Quoted       float64 // most, of a passage that is little of either
	Repeated     float64 // most, where the dates say that it may be the same form of another year
	RepeatedLong float64 // distinctive units from which Repeated is in full; below, word for word only
	SeriesLong   float64 // the same of numbers of one series, and of one form with two subjects
	Credit       float64 // further units that are allowed for a unit of evidence
	CommonCosts  float64 // distinctive units that a unit that others have too costs
	CreditFrom   float64 // distinctive units less common ones that buy nothing yet
	CostsApart   float64 // times that of texts that begin with other words
	FlankSlack   int     // units of a replaced flank that do not count, in a text ten times as long

	// Figures that differ.
	Figures      float64 // most of them that differ, as a share
	FiguresClean float64 // the same where little else differs
	FiguresNoisy float64 // the same where much else differs: an update, or a scan
	FiguresAlone float64 // the same where more of them differ than of anything else
	FigureCosts  float64 // units of evidence that outweigh a figure that differs in an update
	FewFigures   float64 // figures that may differ even so: a correction

	FiguresShort float64 // the same of less than LongStrict units, which have few figures
	FewShort     int     // figures that are few in such a text
	OtherForm    float64 // share of other differences from which no figure of such a text may differ if none agrees
	Noise        float64 // share of other differences from which a text was edited
	Noisy        float64 // the same from which it was edited throughout, or scanned
	NoisyFigures float64 // units that must differ for each figure that does, in such a text
	OneForm      int     // figures that agree and distinguish a text from the same form of another year: a recurring form repeats the month, the day and the hour

	// Same text: copies of a form have little that is distinctive, and need none.
	SameCovered  float64 // least coverage of both documents
	SameFar      float64 // the same where the dates say that it may be the same form of another year
	SameReworded float64 // most units in other words, as a share of the match: a slip of the pen in a hundred
	SameDiffers  float64 // the same with units of one text alone
	SameFlanks   float64 // most units of replaced flanks: a byline, a credit
	Hardly       float64 // units in other words that are hardly any, as a share

	// Copies between headers and footers of their own.
	CleanMatch   int     // units from which a clean match is a copy, whatever stands before and after it
	CleanTail    int     // the same where other text stands only before it: a shorter one is the footer under two stories
	CopyReworded float64 // most units in other words of such a copy
	CopyOneSided float64 // most units of one text alone
	CopyOwned    float64 // least share of such a copy that no other document has
	LongStrict   int     // units from which the first pass asks no more of the flank at the tail than later ones; else a story with a footer of each outlet's own is refused in every pair and counts as formula. A flank at the head is another story above the same footer.
	Unique       float64 // least share of an excerpt that no other document has, for half of what follows it not to count
	Owned        float64 // least share of a passage that no other document has, for Most of a text to be enough, and for it to be no footer under other texts

	// The first pass, which knows nothing of other documents.
	FirstMatch int     // least matched units
	FirstHalf  float64 // least coverage of one document where a match of MinMatch is word for word
	FirstRun   int     // least units in a row of such a match

	// Others.
	Clean     float64 // least share of the shorter side of the passages that matches
	Whole     float64 // coverage of one document from which a link needs no edge of a quotation
	Part      float64 // coverage of one document up to which a link is a passage of either, and no more
	Least     float64 // least coverage of one document where a passage is a quotation and shorter than NoEdge: two long texts have some phrases in common
	Most      float64 // the same where no other document has the words
	NoEdge    float64 // distinctive units of a passage that is a quotation without an edge of a paragraph
	Opening   float64 // units from the first on, the same word for word, that make two texts versions of one: a form names its subject first
	DaysApart int     // between dates from which a form may have been filled in again
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
	Clean: .75, Whole: .7, Least: .03, Most: .5, Part: .2, NoEdge: 150, Opening: 25, DaysApart: 250,
}
