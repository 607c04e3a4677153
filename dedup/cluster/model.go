// Package cluster turns links into stories: it judges whether a link means the same story,
// cuts documents into the parts that belong to stories, and groups those parts. It sees
// numbers, never texts. Its results depend only on the documents and links, not on their
// order.
//
// The idea and its measured traps: recall is easy; judging a link and making nodes are the
// whole problem. What two texts share counts as reuse only if it is distinctive, that is,
// in few stories. How many stories hold a passage is known only after clustering, so the
// judge runs in passes. The first pass is so strict that it loses half the links: a family
// of look-alikes that it joined would count as one story, so that its formula would look
// distinctive and protect the error in all later passes.
package cluster

import "slices"

// Doc is what the clustering knows of a document.
type Doc struct {
	Key          string        // the document's id: orders documents and breaks ties
	Units        int32         // live units
	Gram         int32         // units of a fingerprint's gram
	Source       int64         // number of the source, equal for documents of one outlet; negative if it is unknown
	Day          int32         // day of publication since 1970, or NoDay
	Learned      Set           // boilerplate learned for the source
	Copies       int32         // documents with this text; 0 is 1
	Place        uint64        // in time, of the earliest of these: see dedup.Info.PlaceInTime
	Fingerprints []Fingerprint // by position; only Judge reads them
}

// Fingerprint is a winnowed fingerprint: the number of its hash, dense from 0, and the live unit
// it begins at.
type Fingerprint struct{ Key, Pos int32 }

// NoDay is the day of a document without a date.
const NoDay = -1 << 31

// Run is an exact match of live units.
type Run struct{ A, B, Len int32 }

// Chain is a passage that two documents share.
type Chain struct {
	Runs     []Run // ascending on both sides
	Agree    int32 // figures that match
	Disagree int32 // figures paired with another figure
	Reworded int32 // units in two-sided differences of two units or more
	OneSided int32 // units in other differences
	Misread  int32 // words in the place of words of nearly the same letters
	// Replaced is the number of places with other words on either side. Renamed is how many
	// of these replace the same words by the same others as two more places of the pair do:
	// a name, in a form that was filled in for somebody else. A difference of spelling is
	// no name.
	Replaced, Renamed int32
	Edges             Edges
	// Head and Tail are the matched units before the first and after the last line break
	// inside the chain, in either document; 0 if that end of the chain is at an edge
	// itself.
	Head, Tail int32
	// Fingerprints is the number of A's fingerprints inside the runs, and Inner how many of these
	// B has too, in runs on about the diagonal of the longest. HeadFingerprints and TailFingerprints
	// are those of the first Head and the last Tail units. Count fills them in.
	Fingerprints, Inner, HeadFingerprints, TailFingerprints int32
}

// Count fills in the numbers of A's fingerprints in the parts of c. a and b are the places
// where the fingerprints of the documents begin, ascending; each of A's is gram units long.
func (c *Chain) Count(a, b []int32, gram int32) {
	span, longest := c.spanA(), c.longest()
	c.Fingerprints, c.Inner, c.HeadFingerprints, c.TailFingerprints = 0, 0, 0, 0
	i, _ := slices.BinarySearch(a, span.Lo)
	run := 0
	for ; i < len(a) && a[i]+gram <= span.Hi; i++ {
		lo, hi := a[i], a[i]+gram
		for c.Runs[run].A+c.Runs[run].Len < hi {
			run++
		}
		if r := c.Runs[run]; r.A <= lo {
			c.Fingerprints++
			if _, both := slices.BinarySearch(b, lo-r.A+r.B); both && r.near(longest) {
				c.Inner++
			}
		}
		if hi <= span.Lo+c.Head {
			c.HeadFingerprints++
		}
		if lo >= span.Hi-c.Tail {
			c.TailFingerprints++
		}
	}
}

// near reports whether two runs lie on about one diagonal: hits of both are in one
// strip, see lsh.Strip.
func (r Run) near(s Run) bool {
	d := (r.A - r.B) - (s.A - s.B)
	return -32 <= d && d <= 32
}

// Edges says which ends of a chain stand at a paragraph edge of a document, and whether
// the documents are numbers of one series.
type Edges uint8

// The four ends of a chain, and one more.
const (
	StartA Edges = 1 << iota
	EndA
	StartB
	EndB
	// Numbered is no end: the two documents are numbers of one series, which begin alike
	// but for their number, or one form whose titles name two subjects.
	Numbered
)

// start reports whether a chain begins at an edge of either document.
func (e Edges) start() bool { return e&(StartA|StartB) != 0 }

// end reports whether it ends at one.
func (e Edges) end() bool { return e&(EndA|EndB) != 0 }

// Link is what two documents share, a fact of their texts alone. A and B are
// indexes of documents, and the key of A sorts first.
type Link struct {
	A, B   int32
	Chains []Chain

	repeat []bool // of each chain: see repeats
	first  int32  // number of the first chain in the table it was read from
}

// repeats says which chains of l are of a passage that one document has twice: chains
// before them match half of what they match on that side. They extend the other side
// and count for nothing else.
func (l *Link) repeats() []bool {
	out := make([]bool, len(l.Chains))
	if len(l.Chains) < 2 {
		return out
	}
	var a, b Set
	for i := range l.Chains {
		ra, rb := l.Chains[i].sets()
		half := l.Chains[i].matched()
		out[i] = 2*a.Overlap(ra) > half || 2*b.Overlap(rb) > half
		if !out[i] {
			a, b = a.Union(ra), b.Union(rb)
		}
	}
	return out
}

// sets returns the units that c matches.
func (c *Chain) sets() (a, b Set) {
	for _, r := range c.Runs {
		a = append(a, Interval{r.A, r.A + r.Len})
		b = append(b, Interval{r.B, r.B + r.Len})
	}
	return Of(a), Of(b)
}

// Node is the part of a document that belongs to one story.
type Node struct {
	Doc   int32
	Units Set
}

// Story is a group of nodes, the centre first. Canonical is the index of the one that stands
// for the story.
type Story struct {
	Nodes     []Node
	Canonical int
}

func (c *Chain) spanA() Interval {
	last := c.Runs[len(c.Runs)-1]
	return Interval{c.Runs[0].A, last.A + last.Len}
}

func (c *Chain) spanB() Interval {
	last := c.Runs[len(c.Runs)-1]
	return Interval{c.Runs[0].B, last.B + last.Len}
}
