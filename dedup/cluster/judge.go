package cluster

import (
	"math"
	"slices"
)

// Verdict is what the judge found of a link, and the rule that decided: the
// figures that `explain` prints.
type Verdict struct {
	Accepted  bool
	Gram      int32   // units of eight characters of Han, or of four words
	First     bool    // judged in the first pass, which knows no other documents
	Rule      string  // the rule that decided
	Matched   int     // units matched outside learned boilerplate
	Longest   int     // the longest exact run
	Opening   int     // units from the first of both documents on that are the same
	CoverageA float64 // share of A's units that are in chains
	CoverageB float64
	Identity  float64 // matched units of the longer side of the chains, and words misread
	Clean     float64 // and of the shorter: text that only one side has does not count as noise
	Distinct  float64 // distinctive length in units
	Reworded  int     // units reworded
	Flanks    int     // units of replaced flanks
	head      int     // and of that at the head
	tail      int     // and at the tail
	OneSided  int
	Replaced  int // places with other words on either side
	Renamed   int // and of these, the same names in the place of the same others
	Agree     int // figures
	Disagree  int
	Days      int   // between the dates; -1 where one has none
	Numbered  bool  // numbers of one series, or one form with two subjects
	atEdge    bool  // what matches stands at one edge of two texts that go on differently
	oneSource bool  // the documents are of one source
	noSource  bool  // the source of either is unknown
	Edge      bool  // some chain looks like a quotation or an item taken over whole
	Item      bool  // and some chain is such an item word for word
	Kept      []int // chains that are not stray
}

// part is one chain without learned boilerplate.
type part struct {
	chain    int
	matched  int
	longest  int
	distinct float64 // matched units times how distinctive the fingerprints in the runs are, 0 to 1
	lengthA  int
	lengthB  int
	repeat   bool // what it matches has been counted already
}

// judge weighs links under one state of the corpus.
type judge struct {
	docs []Doc
	t    Thresholds
	// lost is, for each chain of the table, how far its fingerprints are from distinctive;
	// nil in the first pass.
	lost []Lost
}

// Lost is how far the fingerprints of a chain are from distinctive, in tenths of a
// fingerprint: those in its runs, in its head and in its tail. Covered counts the
// fingerprints in its runs that are in learned boilerplate.
type Lost struct{ Runs, Head, Tail, Covered int32 }

// A fingerprint in up to Distinctive stories is distinctive: a true copy that has not been joined
// yet makes two. MostCommon is how far one can be from that.
const (
	Distinctive = 2
	MostCommon  = 10
)

// common says how far a fingerprint in the given number of stories is from distinctive, in
// tenths.
func common(stories int32) int32 {
	switch {
	case stories <= Distinctive:
		return 0
	case stories == 3:
		return 3
	case stories <= 5:
		return 6
	case stories <= 9:
		return 8
	}
	return MostCommon
}

// measure takes learned boilerplate out of a link and adds up what is left.
func (j *judge) measure(l *Link) (Verdict, []part) {
	a, b := &j.docs[l.A], &j.docs[l.B]
	v := Verdict{Opening: opening(l)}
	parts := make([]part, 0, len(l.Chains))
	var hullA, hullB, longer, shorter, misread int
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
		v.Numbered = v.Numbered || c.Edges&Numbered != 0
		if p.matched <= 0 {
			continue
		}
		p.lengthA = int(sa.Hi-sa.Lo) - a.Learned.Within(sa.Lo, sa.Hi)
		p.lengthB = int(sb.Hi-sb.Lo) - b.Learned.Within(sb.Lo, sb.Hi)
		if j.lost != nil {
			lost := j.lost[int(l.first)+i]
			if fingerprints := c.Fingerprints - lost.Covered; fingerprints > 0 {
				p.distinct = (1 - float64(lost.Runs)/float64(10*fingerprints)) * float64(p.matched)
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
		misread += int(c.Misread)
		v.OneSided += int(c.OneSided)
		v.Replaced += int(c.Replaced)
		v.Renamed += int(c.Renamed)
		v.Agree += int(c.Agree)
		v.Disagree += int(c.Disagree)
	}
	liveA, liveB := int(a.Units)-a.Learned.Size(), int(b.Units)-b.Learned.Size()
	v.CoverageA = ratio(hullA, liveA)
	v.CoverageB = ratio(hullB, liveB)
	v.Identity = ratio(v.Matched+misread, longer)
	v.Clean = ratio(v.Matched+misread, shorter)
	v.Gram = max(a.Gram, b.Gram)
	v.Days = -1
	if a.Day != NoDay && b.Day != NoDay {
		v.Days = int(max(a.Day-b.Day, b.Day-a.Day))
	}
	v.noSource = min(a.Source, b.Source) < 0
	v.oneSource = a.Source == b.Source && !v.noSource
	v.atEdge = j.atEdge(l, &v)
	v.Flanks, v.head, v.tail = j.flanks(l, v)
	return v, parts
}

// opening returns how many units both documents begin with, word for word. A unit before
// them, as the number of a page, makes no difference.
func opening(l *Link) (units int) {
	const stray = 2
	for i := range l.Chains {
		if r := l.Chains[i].Runs[0]; max(r.A, r.B) <= stray {
			units = max(units, int(r.Len))
		}
	}
	return units
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
// in common, so both coverages must be half or more; or the documents begin alike and may
// be a form that was filled in again: then what follows is what was filled in. A short post
// is mostly motto, and what counts is how much it says itself.
func (j *judge) flanks(l *Link, v Verdict) (sum, head, tail int) {
	form := j.t.again(&v) && j.t.opensAlike(&v) && float64(v.Matched) < v.units(j.t.RepeatedLong)
	if v.worst() < .5 && !form && !j.t.framing(&v) {
		return 0, 0, 0
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
			head = sum
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
	return sum, head, tail
}

// strict is the first pass: no statistics yet, so nothing but long and clean
// agreement counts.
func (j *judge) strict(l *Link) Verdict {
	v, parts := j.measure(l)
	v.First = true
	return j.ruled(l, v, parts)
}

// decide is the judge of the later passes.
func (j *judge) decide(l *Link) Verdict {
	v, parts := j.measure(l)
	v.Edge, v.Item = j.quote(l, parts, max(v.CoverageA, v.CoverageB)), j.item(l, parts)
	return j.ruled(l, v, parts)
}

// ruled returns v with what the tests say of it.
func (j *judge) ruled(l *Link, v Verdict, parts []part) Verdict {
	if v.Accepted, v.Rule = j.t.Decide(&v).Rule(); v.Accepted {
		v.Kept = j.kept(l, &v, parts)
	}
	return v
}

// possible reports whether some pass could accept l, however distinctive it is. More
// distinctive text never weakens a link, with one exception: from LongStrict units on a
// text counts as long, and then fewer figures may differ. So two cases are tried: all of it
// distinctive, and just less than LongStrict. If neither is accepted, no state of the
// stories makes l acceptable.
func (j *judge) possible(l *Link) bool {
	if j.strict(l).Accepted {
		return true
	}
	v, parts := j.measure(l)
	for i := range parts {
		parts[i].distinct = float64(parts[i].matched)
	}
	v.Edge, v.Item = j.quote(l, parts, max(v.CoverageA, v.CoverageB)), j.item(l, parts)
	v.Distinct = float64(v.Matched)
	if j.t.Decide(&v).Hold() {
		return true
	}
	below := math.Nextafter(v.units(float64(j.t.LongStrict)), 0)
	if v.Distinct <= below {
		return false
	}
	v.Distinct = below
	return j.t.Decide(&v).Hold()
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
		case same && p.distinct >= 20, start && end && p.distinct >= 35, (start || end) && p.distinct >= 80, p.distinct >= j.t.NoEdge:
			return true
		case start && end && p.matched >= j.t.MinItem && exact(c, p, .7):
			return true
		case (start || end) && (p.distinct >= 70 || p.distinct >= 40 && best >= .5) && exact(c, p, .9):
			return true
		}
	}
	return false
}

// item reports whether some chain of a link too short to be one is an item taken
// over whole.
func (j *judge) item(l *Link, parts []part) bool {
	return slices.ContainsFunc(parts, func(p part) bool {
		c := &l.Chains[p.chain]
		return p.matched >= j.t.MinItem && c.Edges.start() && c.Edges.end() && exact(c, p, .7)
	})
}

// exact reports whether a chain is a passage taken over word for word, and at least the
// given share of it is in hardly any other document.
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
