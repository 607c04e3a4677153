package cluster

import "slices"

// Thresholds are the numbers of the judge, in units of folded text. They were
// set on one set of generated pages and one of real broadcasts, looked at whole;
// most optima are flat (repost eval --sweep).
type Thresholds struct {
	MinMatch      int     // least matched units of a link
	MinShort      int     // the same for a link that covers ShortCoverage of a document
	ShortCoverage float64 // such a share
	Distinct      float64 // least distinctive length
	DistinctRatio float64 // least share of the match that is distinctive
	DistinctClean float64 // the same where hardly anything is reworded
	Reworded      float64 // most rewording and replaced flanks, as a share of the match
	FlankSlack    int     // units of a replaced flank that do not count, in a text ten times as long
	Figures       float64 // least share of paired figures that agree
	FiguresNoisy  float64 // the same where other differences are many (OCR)
	FiguresClean  float64 // the same where nothing else differs
	DaysApart     int     // documents further apart need long agreement
	LongEnough    int     // ... of this many units
}

// Default are the thresholds in use.
var Default = Thresholds{
	MinMatch: 40, MinShort: 16, ShortCoverage: .8,
	Distinct: 15, DistinctRatio: .25, DistinctClean: .15,
	Reworded: .12, FlankSlack: 12,
	Figures: .6, FiguresNoisy: .4, FiguresClean: .75,
	DaysApart: 250, LongEnough: 250,
}

// Verdict is what the judge found of a link, and the rule that decided. Its
// figures are what `explain` prints.
type Verdict struct {
	Accepted  bool
	Rule      string  // the rule that decided
	Matched   int     // units matched outside learned boilerplate
	Longest   int     // the longest exact run
	CoverageA float64 // share of A's units that lie in chains
	CoverageB float64
	Identity  float64 // matched units of the longer side of the chains
	Clean     float64 // and of the shorter: what one side alone has is no noise
	Distinct  float64 // distinctive length in units
	Reworded  int     // units reworded
	Flanks    int     // units of replaced flanks
	tail      int     // and of that at the tail
	OneSided  int
	Agree     int // figures
	Disagree  int
	Days      int   // between the dates; -1 where one has none
	Edge      bool  // some chain looks like a quotation or an item taken over whole
	Item      bool  // and some chain is such an item word for word
	Kept      []int // chains that are not stray
}

// part is one chain without learned boilerplate.
type part struct {
	chain    int
	matched  int
	longest  int
	distinct float64 // matched units times how distinctive the prints in the runs are, 0 to 1
	lengthA  int
	lengthB  int
	repeat   bool // what it matches has been counted already
}

// judge weighs links under one state of the corpus.
type judge struct {
	docs []Doc
	t    Thresholds
	// lost is, for each chain of the table, what its prints are less than
	// distinctive; nil in the first pass.
	lost []lost
}

// lost is what prints of a chain are less than distinctive, in tenths of a print:
// those in its runs, in its head and in its tail. covered counts the prints in its
// runs that lie in learned boilerplate.
type lost struct{ runs, head, tail, covered int32 }

// common says how far a print that so many stories hold is from distinctive, in
// tenths. A true copy that has not been joined yet makes two.
func common(stories int32) int32 {
	switch {
	case stories <= 2:
		return 0
	case stories == 3:
		return 3
	case stories <= 5:
		return 6
	case stories <= 9:
		return 8
	}
	return 10
}

// measure takes learned boilerplate out of a link and adds up what is left.
func (j *judge) measure(l *Link) (Verdict, []part) {
	a, b := &j.docs[l.A], &j.docs[l.B]
	var v Verdict
	parts := make([]part, 0, len(l.Chains))
	var hullA, hullB, longer, shorter int
	for i := range l.Chains {
		c := &l.Chains[i]
		p := part{chain: i, repeat: l.repeat[i]}
		sa, sb := c.spanA(), c.spanB()
		for _, r := range c.Runs {
			off := a.Learned.Within(r.A, r.A+r.Len)
			if off == 0 {
				off = b.Learned.Within(r.B, r.B+r.Len)
			} else {
				off = max(off, b.Learned.Within(r.B, r.B+r.Len))
			}
			live := int(r.Len) - off
			p.matched += live
			p.longest = max(p.longest, live)
		}
		if p.matched <= 0 {
			continue
		}
		p.lengthA = int(sa.Hi-sa.Lo) - a.Learned.Within(sa.Lo, sa.Hi)
		p.lengthB = int(sb.Hi-sb.Lo) - b.Learned.Within(sb.Lo, sb.Hi)
		if j.lost != nil {
			lost := j.lost[int(l.first)+i]
			if prints := c.Prints - lost.covered; prints > 0 {
				p.distinct = (1 - float64(lost.runs)/float64(10*prints)) * float64(p.matched)
			}
		}
		parts = append(parts, p)
		if p.repeat {
			continue
		}
		hullA += p.lengthA
		hullB += p.lengthB
		longer += max(p.lengthA, p.lengthB)
		shorter += min(p.lengthA, p.lengthB)
		v.Matched += p.matched
		v.Longest = max(v.Longest, p.longest)
		v.Distinct += p.distinct
		v.Reworded += int(c.Reworded)
		v.OneSided += int(c.OneSided)
		v.Agree += int(c.Agree)
		v.Disagree += int(c.Disagree)
	}
	liveA, liveB := int(a.Units)-a.Learned.Size(), int(b.Units)-b.Learned.Size()
	v.CoverageA = ratio(hullA, liveA)
	v.CoverageB = ratio(hullB, liveB)
	v.Identity = ratio(v.Matched, longer)
	v.Clean = ratio(v.Matched, shorter)
	v.Flanks, v.tail = j.flanks(l, v)
	v.Days = -1
	if a.Day != NoDay && b.Day != NoDay {
		v.Days = int(max(a.Day-b.Day, b.Day-a.Day))
	}
	return v, parts
}

func ratio(n, d int) float64 {
	if d <= 0 {
		return 0
	}
	return min(1, float64(n)/float64(d))
}

// flanks adds up the replaced flanks of a link: where both documents have text
// at the same place, at the head, the tail, or between two chains in order, that
// is not aligned. Notices of live broadcasts share a lead and a list of channels
// and part there. A document that is quoted or that carries more has no place
// in common, so both coverages must be half or more.
func (j *judge) flanks(l *Link, v Verdict) (sum, tail int) {
	if v.CoverageA < .5 || v.CoverageB < .5 {
		return 0, 0
	}
	a, b := &j.docs[l.A], &j.docs[l.B]
	slack := min(j.t.FlankSlack, int(min(a.Units, b.Units))/10)
	order := make([]int, 0, len(l.Chains))
	for i := range l.Chains {
		if !l.repeat[i] {
			order = append(order, i)
		}
	}
	slices.SortFunc(order, func(x, y int) int { return int(l.Chains[x].Runs[0].A - l.Chains[y].Runs[0].A) })
	add := func(alo, ahi, blo, bhi int32) {
		if ahi <= alo || bhi <= blo {
			return
		}
		na := int(ahi-alo) - a.Learned.Within(alo, ahi)
		nb := int(bhi-blo) - b.Learned.Within(blo, bhi)
		sum += max(0, min(na, nb)-slack)
	}
	firstB, lastB := int32(1<<31-1), int32(-1)
	for _, i := range order {
		s := l.Chains[i].spanB()
		firstB, lastB = min(firstB, s.Lo), max(lastB, s.Hi)
	}
	for n, i := range order {
		sa, sb := l.Chains[i].spanA(), l.Chains[i].spanB()
		if n == 0 && sb.Lo == firstB {
			add(0, sa.Lo, 0, sb.Lo)
		}
		if n == len(order)-1 {
			if before := sum; sb.Hi == lastB {
				add(sa.Hi, a.Units, sb.Hi, b.Units)
				tail = sum - before
			}
			continue
		}
		na, nb := l.Chains[order[n+1]].spanA(), l.Chains[order[n+1]].spanB()
		if nb.Lo >= sb.Hi {
			add(sa.Hi, na.Lo, sb.Hi, nb.Lo)
		}
	}
	return sum, tail
}

// longStrict is the number of units from which the first pass asks no more of the
// flank at the tail than the later ones. Else a story that many outlets carry, each
// with a footer of its own, is refused here in every pair and then counts as
// formula, the more the more there are. A flank at the head is another story above
// the same footer.
const longStrict = 150

// cleanMatch is the number of units from which a match that is distinctive and
// differs in next to nothing is a copy, whatever stands before and behind it; but
// where nothing stands behind it, it may be the footer under two stories.
const cleanMatch = 60

// strict is the first pass: no statistics yet, so nothing but long and clean
// agreement counts.
func (j *judge) strict(l *Link) Verdict {
	v, parts := j.measure(l)
	best := max(v.CoverageA, v.CoverageB)
	long := v.Matched >= 60 && best >= .85 && v.Longest >= 20 ||
		v.Matched >= 100 && v.Longest >= 40 && v.Identity >= .85 ||
		// A story of a sentence or two, between headers and footers: if none of its
		// texts were joined here, all its words would be formula ever after.
		v.Matched >= j.t.MinMatch && best >= .55 && v.Longest >= 20 && v.Reworded+v.Disagree == 0
	m, changed := float64(v.Matched), v.Reworded+v.Flanks
	if v.Matched >= longStrict && float64(changed) <= j.t.Reworded*m {
		changed = v.Reworded + v.OneSided + v.Flanks - v.tail
	}
	switch {
	case !long:
		v.Rule = "first pass: too short or too little covered"
	case float64(changed) > .03*m:
		v.Rule = "first pass: reworded or replaced"
	case v.Disagree > 0 && v.Matched < 100, v.Disagree >= 2 && v.agreement() < .75:
		v.Rule = "first pass: figures differ"
	case j.t.farApart(v):
		v.Rule = "first pass: dates too far apart"
	default:
		v.Accepted, v.Rule = true, "first pass"
		v.Kept = j.kept(l, &v, parts)
	}
	return v
}

// possible reports whether some pass could accept l if all of it were distinctive. More
// distinctive text never speaks against a link, so what is not possible no state of
// the stories makes one.
func (j *judge) possible(l *Link) bool {
	if j.strict(l).Accepted {
		return true
	}
	v, parts := j.measure(l)
	v.Distinct = float64(v.Matched)
	for i := range parts {
		parts[i].distinct = float64(parts[i].matched)
	}
	v.Edge, v.Item = j.quote(l, parts, max(v.CoverageA, v.CoverageB)), j.item(l, parts)
	accepted, _ := j.t.Decide(v)
	return accepted
}

// Possible reports for each link of a table whether any pass of Judged could accept
// it, whatever the other links are: most of what two texts share by chance is too
// short, or has no edge. docs must have what is learned.
func Possible(docs []Doc, links *Table, t Thresholds) []bool {
	j := judge{docs: docs, t: t}
	out := make([]bool, links.Len())
	spread(len(out), func(l *Link, i int) {
		links.Read(i, l)
		out[i] = j.possible(l)
	})
	return out
}

// agreement is the share of paired figures that agree; 1 when none are paired.
func (v *Verdict) agreement() float64 {
	if v.Agree+v.Disagree == 0 {
		return 1
	}
	return float64(v.Agree) / float64(v.Agree+v.Disagree)
}

// oneForm is the number of figures that tell a text from the same form of another
// year. What comes back on the same day of the year repeats the month, the day and
// the hour.
const oneForm = 5

// farApart reports whether the dates speak against a link: a year apart the same
// notice is written again, and a third of a year apart the same turns of speech
// come back. A long text that agrees in every figure and in nearly every word is
// a copy whatever its date, and so is a text with many figures, all of which agree,
// or a passage taken over exactly.
func (t Thresholds) farApart(v Verdict) bool {
	differences := v.Reworded + v.OneSided
	if v.Days > t.DaysApart {
		if v.Matched >= cleanMatch && v.Agree >= oneForm && v.Disagree == 0 && 10*differences <= v.Matched && max(v.CoverageA, v.CoverageB) >= .5 {
			return false
		}
		return v.Matched < t.LongEnough || v.Disagree > 0 || 20*differences > v.Matched
	}
	return 2*v.Days > t.DaysApart && max(v.CoverageA, v.CoverageB) < .7 && v.Matched < t.LongEnough && 50*differences > v.Matched
}

// template reports whether the figures say that two texts are one form filled in
// twice. Figures differ in a copy too, where it was scanned badly; then other
// characters differ as well.
func (t Thresholds) template(v Verdict) bool {
	m := float64(v.Matched)
	noise := float64(v.OneSided-v.Disagree) / m
	switch share := v.agreement(); {
	case v.Matched < 150 && v.Disagree >= 2 && share < .5:
		return true
	case noise > .08:
		return v.Disagree >= 3 && share < t.FiguresNoisy
	case noise < .01:
		return v.Disagree >= 4 && share < t.FiguresClean || v.Disagree >= 3 && share < t.Figures
	default:
		return v.Disagree >= 3 && share < t.Figures || v.Disagree >= 6 && share < t.FiguresClean
	}
}

// decide is the judge of the later passes.
func (j *judge) decide(l *Link) Verdict {
	v, parts := j.measure(l)
	v.Edge, v.Item = j.quote(l, parts, max(v.CoverageA, v.CoverageB)), j.item(l, parts)
	if v.Accepted, v.Rule = j.t.Decide(v); v.Accepted {
		v.Kept = j.kept(l, &v, parts)
	}
	return v
}

// Decide says whether the figures of v make a link of one story, and the rule that
// decides.
func (t Thresholds) Decide(v Verdict) (accepted bool, rule string) {
	m := float64(v.Matched)
	best := max(v.CoverageA, v.CoverageB)
	if v.Matched < t.MinMatch && (v.Matched < t.MinShort || best < t.ShortCoverage) && !v.Item {
		return false, "too short"
	}
	if t.farApart(v) {
		return false, "dates too far apart"
	}
	worst := min(v.CoverageA, v.CoverageB)
	differences := float64(v.Reworded+v.OneSided) / m
	if worst >= .85 && v.Disagree == 0 && float64(v.Reworded) <= .01*m && differences <= .10 && float64(v.Flanks) <= .05*m {
		return true, "same text"
	}
	least := t.DistinctRatio
	if float64(v.Reworded) <= .03*m && v.agreement() >= .75 {
		least = t.DistinctClean
	}
	changed := v.Reworded + v.Flanks
	if v.Matched >= longStrict && v.Distinct >= .9*m && v.Disagree == 0 && differences <= .03 {
		changed -= v.tail / 2 // an excerpt, and something else behind it
	}
	if v.Matched >= cleanMatch && v.Disagree == 0 && float64(v.Reworded) <= .02*m && float64(v.OneSided) <= .05*m && v.Distinct >= m/2 && v.tail > 0 {
		changed = v.Reworded // a copy between other headers and footers
	}
	switch {
	case v.Distinct < t.Distinct && v.Distinct < m/2, v.Distinct < least*m:
		return false, "formula: too little distinctive text"
	case float64(changed) > t.Reworded*m:
		return false, "reworded or replaced"
	case t.template(v):
		return false, "template: figures differ"
	case v.Clean < .75:
		return false, "too many differences"
	case best < .7 && (v.Identity < .75 || !v.Edge):
		return false, "passage in both: no quotation edge"
	}
	return true, "distinctive"
}

// quote reports whether some chain looks like a quotation or an item taken over
// whole: it begins and ends at a paragraph edge, or is long enough without. What is
// taken over word for word needs less: one edge is enough for a passage of some
// length, or for one that is most of a document.
func (j *judge) quote(l *Link, parts []part, best float64) bool {
	for _, p := range parts {
		c := &l.Chains[p.chain]
		start, end := c.Edges.start(), c.Edges.end()
		same := c.Edges&StartA != 0 && c.Edges&EndA != 0 || c.Edges&StartB != 0 && c.Edges&EndB != 0
		switch {
		case same && p.distinct >= 20, start && end && p.distinct >= 35, p.distinct >= 80:
			return true
		case start && end && p.matched >= minItem && exact(c, p, .7):
			return true
		case (start || end) && (p.distinct >= 70 || p.distinct >= 40 && best >= .5) && exact(c, p, .9):
			return true
		}
	}
	return false
}

// minItem is the number of units from which a passage may be an item of a digest:
// it begins at one paragraph edge and ends at another, its words are the same and
// hardly anybody else has them. Of such links between 30 and 39 units, 773 were true
// and 5 false on four sets, and those five years apart.
const minItem = 30

// item reports whether some chain of a link too short to be one is an item taken
// over whole.
func (j *judge) item(l *Link, parts []part) bool {
	return slices.ContainsFunc(parts, func(p part) bool {
		c := &l.Chains[p.chain]
		return p.matched >= minItem && c.Edges.start() && c.Edges.end() && exact(c, p, .7)
	})
}

// exact reports whether a chain is a passage taken over word for word, of words of
// which such a share is hardly anybody else's.
func exact(c *Chain, p part, share float64) bool {
	return c.Reworded == 0 && c.Disagree == 0 && 10*int(c.OneSided) <= p.matched && p.distinct >= share*float64(p.matched)
}

// kept returns the chains of an accepted link that are not stray; the longest
// always stays.
func (j *judge) kept(l *Link, v *Verdict, parts []part) []int {
	longest := 0
	for i, p := range parts {
		if !p.repeat && p.matched > parts[longest].matched {
			longest = i
		}
	}
	var out []int
	for i, p := range parts {
		c := &l.Chains[p.chain]
		stray := p.matched < 24 ||
			v.CoverageA < .7 && v.CoverageB < .7 && j.lost != nil && !j.quote(l, parts[i:i+1], max(v.CoverageA, v.CoverageB)) ||
			j.lost != nil && p.distinct < .25*float64(p.matched) ||
			float64(c.Reworded) > .25*float64(p.matched)
		if i == longest || !stray {
			out = append(out, p.chain)
		}
	}
	return out
}
