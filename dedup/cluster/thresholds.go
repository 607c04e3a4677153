package cluster

// Thresholds are the numbers of the judge, in units of folded text and shares of what
// matches unless said. Each is in one test of Decide, which says when it applies.
// They were set on halves of sets that nobody made for this project (statutes in two
// languages, editions, poems, agency news) and on pages and broadcasts; the optima are
// flat (repost eval --sweep).
type Thresholds struct {
	// Length.
	MinMatch      int     // least matched units
	MinItem       int     // the same for an item of a digest, word for word from one paragraph edge to another
	MinShort      int     // the same for a link that covers ShortCoverage of a document
	ShortCoverage float64 //

	// Distinctive text: what hardly any other story has.
	Distinct         float64 // least distinctive length
	DistinctRatio    float64 // least share of the match that is distinctive
	DistinctClean    float64 // the same where hardly anything is reworded
	DistinctRepeated float64 // the same where the dates say that it may be the same form of another year

	// Rewording: units in other words, and of replaced flanks.
	Reworded     float64 // most, of a text that both carry
	Quoted       float64 // most, of a passage that is little of either
	Repeated     float64 // most, where the dates say that it may be the same form of another year
	RepeatedLong float64 // distinctive units from which Repeated is in full; below, word for word only
	Credit       float64 // further units that are allowed for a unit of evidence
	CreditFrom   float64 // distinctive units less common ones that buy nothing yet
	FlankSlack   int     // units of a replaced flank that do not count, in a text ten times as long

	// Figures that differ.
	Figures      float64 // most of them that differ, as a share
	FiguresClean float64 // the same where little else differs
	FiguresNoisy float64 // the same where much else differs: an update, or a scan

	// Others.
	Clean     float64 // least share of the shorter side of the passages that matches
	Whole     float64 // coverage of one document from which a link needs no edge of a quotation
	Part      float64 // coverage of one document up to which a link is a passage of either, and no more
	Most      float64 // the same where nobody else has the words
	DaysApart int     // between dates from which a form may have been filled in again
}

// Default are the thresholds in use.
var Default = Thresholds{
	MinMatch: 40, MinItem: 30, MinShort: 16, ShortCoverage: .8,
	Distinct: 15, DistinctRatio: .25, DistinctClean: .15, DistinctRepeated: .35,
	Reworded: .12, Quoted: .05, Repeated: .05, RepeatedLong: 150, Credit: .5, CreditFrom: 150, FlankSlack: 12,
	Figures: .4, FiguresClean: .25, FiguresNoisy: .6,
	Clean: .75, Whole: .7, Most: .5, Part: .2, DaysApart: 250,
}
