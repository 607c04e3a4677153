package detect

import (
	"cmp"
	"fmt"
	"math/bits"
	"slices"

	"repost/dedup/align"
	"repost/dedup/cluster"
	"repost/shingle"
)

// Linker aligns pairs of texts. It keeps its tables from pair to pair; the zero
// value is ready. It is not safe for concurrent use: each worker has its own.
type Linker struct {
	// IDF weighs terms by many texts, as Sample.IDF does. With nil, Relate finds
	// rewrites but no summaries.
	IDF func(term uint32) float64

	// Keep says that a text is not changed once it was given: then the exact matches of the
	// pair compared last are kept, since a difference asks for the relation of two texts and
	// then for their passages. An ingest reads texts into the room of others.
	Keep bool

	matcher align.Matcher
	chainer align.Chainer
	refiner align.Refiner
	runs    []align.Run
	to      *Text    // that matcher has indexed
	pair    [2]*Text // whose matches runs has
	capped  bool     // not all exact matches were looked for
}

// bounded reports whether the last call of Chains may have missed a passage. Matches of few
// units that were too many are no loss: those inside of a passage are found with it.
func (k *Linker) bounded() bool {
	return k.capped || k.matcher.Frequent() || k.chainer.Capped()
}

// Caps says, in words, which bounds of the work the last call of Chains or Relate
// reached. Passages of texts that repeat themselves may be missing then.
func (k *Linker) Caps() []string {
	caps := []string{}
	if k.capped {
		caps = append(caps, "exact matches: the texts repeat themselves too much to compare every repetition")
	}
	if k.matcher.Frequent() {
		caps = append(caps, "exact matches: of a phrase that is repeated more than 32 times the first 32 were compared")
	}
	if n := k.matcher.Shortest(); n > align.SeedLen {
		caps = append(caps, fmt.Sprintf("exact matches: there were too many of fewer than %d units to look at each", n))
	}
	if k.chainer.Capped() {
		caps = append(caps, "passages: what the longest of them left was not searched to the end")
	}
	return caps
}

// MinChain is the least number of matched units of a passage, unless all passages
// together cover four fifths of one text.
const MinChain = 20

// An excerpt of a short text may be in pieces, as five lines of a poem of eight are: of
// texts up to pieced units, pieces of minPiece units count, if together they cover one and
// the longest is a third of it: turns of speech cover short texts too.
const (
	pieced   = 100
	minPiece = 6
)

// covered reports whether chains match four fifths of a text of the given number of units.
func covered(chains []align.Chain, units int) bool {
	n, longest := 0, 0
	for _, c := range chains {
		n, longest = n+c.Matched, max(longest, c.Matched)
	}
	return 5*n >= 4*units && 3*longest >= units
}

// A page is indexed, and the text it shares a passage with is looked up in it: else a
// page that shares a paragraph each with n documents, which is as long as n paragraphs,
// would be read n times.
const (
	pageUnits = 1 << 12
	pageTimes = 8 // how many times as long as the other text a page is
)

// indexesFirst reports whether of two texts the first is a page to the second.
func indexesFirst(a, b *Text) bool { return len(a.IDs) >= max(pageUnits, pageTimes*len(b.IDs)) }

// index makes t the text to match with. One that was indexed last is not indexed
// again: see forget.
func (k *Linker) index(t *Text) {
	if k.to != t {
		k.matcher.Reset(t.IDs)
		k.to = t
	}
}

// forget must be called when the room that t has holds another text.
func (k *Linker) forget(t *Text) {
	if k.to == t {
		k.to = nil
	}
}

// match sets k.runs to the exact matches of a with b.
//
// How many matches are there by chance grows with the product of the lengths, and
// falls about fourfold with each unit more that is asked for: in statutes of 7,000
// units two of three have four units. So from 2,000 × 2,000 units on, the shortest
// are left out; where one belongs into a passage, the alignment of its gap finds it.
func (k *Linker) match(a, b *Text) {
	pair := [2]*Text{a, b}
	if k.Keep && k.pair == pair {
		return
	}
	k.pair, k.refiner.Letters = pair, lettersIn(a, b)
	if indexesFirst(a, b) {
		k.index(a)
		k.runs, k.capped = k.matcher.Matches(k.runs[:0], b.IDs)
		for i, r := range k.runs {
			k.runs[i] = align.Run{A: r.B, B: r.A, Len: r.Len}
		}
		slices.SortFunc(k.runs, func(x, y align.Run) int { return cmp.Or(x.A-y.A, x.B-y.B) })
	} else {
		k.index(b)
		k.runs, k.capped = k.matcher.Matches(k.runs[:0], a.IDs)
	}
	least := align.SeedLen + max(0, bits.Len(uint(len(a.IDs)*len(b.IDs)))-19)/4
	if least > align.SeedLen {
		k.runs = slices.DeleteFunc(k.runs, func(r align.Run) bool { return r.Len < least })
	}
}

// Chains returns the passages that a and b share, best first, then those that one text
// repeats. The result depends only on the two texts. Give pairs with the same b in a row,
// since b is indexed once, and those with the same a where that is a page.
func (k *Linker) Chains(a, b *Text) []cluster.Chain { return k.passages(a, b, MinChain) }

// passages is Chains for passages of at least the given number of matched units.
func (k *Linker) passages(a, b *Text, least int) []cluster.Chain {
	k.match(a, b)
	var passages []align.Passage
	short, rule := min(len(a.IDs), len(b.IDs)), align.Detecting
	if short <= pieced || least < int(rule.MinScore) {
		rule.MinScore = minPiece
	}
	chains := k.chainer.Chains(k.runs, rule)
	if covered(chains, short) {
		least = minPiece
	}
	inA, inB := k.chainer.Repeats(k.runs, chains, rule)
	for _, c := range slices.Concat(parted(a, b, chains, MinChain), inA, inB) {
		p := k.refiner.Refine(a.IDs, b.IDs, c)
		if p.Matched < least {
			continue
		}
		passages = append(passages, p)
	}
	forgetNumbering(a, b, passages)
	var out []cluster.Chain
	for _, p := range passages {
		out = append(out, chainOf(a, b, p))
	}
	countRenamed(a.IDs, b.IDs, out)
	if series(a, b, out) {
		out[0].Edges |= cluster.Numbered
		out[0].Disagree++
	}
	return out
}

func chainOf(a, b *Text, p align.Passage) cluster.Chain {
	c := cluster.Chain{
		Agree: int32(p.Agree), Disagree: int32(p.Disagree),
		Reworded: int32(p.Reworded), OneSided: int32(p.OneSided), Misread: int32(p.Misread),
		Runs: make([]cluster.Run, len(p.Runs)),
	}
	for i, r := range p.Runs {
		c.Runs[i] = cluster.Run{A: int32(r.A), B: int32(r.B), Len: int32(r.Len)}
	}
	first, last := p.Runs[0], p.Runs[len(p.Runs)-1]
	for _, e := range []struct {
		t      *Text
		lo, hi int
		unit   int
		edge   cluster.Edges
	}{
		{a, first.A, last.EndA(), first.A, cluster.StartA}, {a, first.A, last.EndA(), last.EndA(), cluster.EndA},
		{b, first.B, last.EndB(), first.B, cluster.StartB}, {b, first.B, last.EndB(), last.EndB(), cluster.EndB},
	} {
		if e.t.startsLine(e.unit) && (!e.t.lostBreak(e.unit) || e.t.parted(e.lo, e.hi)) {
			c.Edges |= e.edge
		}
	}
	c.Head, c.Tail = overrun(a, b, &c)
	if c.Edges&(cluster.StartA|cluster.StartB) == 0 && belowHeadlines(a, b, p.Runs) {
		c.Edges |= cluster.StartA | cluster.StartB
	}
	c.Disagree += int32(outerFigures(a.IDs[:first.A], b.IDs[:first.B]) + outerFigures(a.IDs[last.EndA():], b.IDs[last.EndB():]))
	return c
}

// parted reports whether a line begins within the units [lo, hi): a sentence alone is no item
// of a page whose line breaks are lost.
func (t *Text) parted(lo, hi int) bool {
	for i := lo + 1; i < hi; i++ {
		if t.startsLine(i) {
			return true
		}
	}
	return false
}

// outerFigures returns how many figures of the text before or after a chain differ from
// those of the other text: the date at the beginning of a notice is not in the chain that
// begins after it. In longer ends, figures have no common place.
func outerFigures(a, b []uint32) int {
	if len(a) > 12 || len(b) > 12 {
		return 0
	}
	figures := func(ids []uint32) (out []uint32) {
		for _, id := range ids {
			if (shingle.Unit{ID: id}).Kind() == shingle.Number || isNumberWord(id) {
				out = append(out, id)
			}
		}
		return out
	}
	fa, fb := figures(a), figures(b)
	n := 0
	for i := range min(len(fa), len(fb)) {
		if fa[i] != fb[i] {
			n++
		}
	}
	return n
}

// maxOverrun is how far from an end of a chain a line break is looked for.
const maxOverrun = 60

// overrun returns how many matched units of a chain are before its first and after its last
// inner line break, if those ends are at no edge and the break is near: an item of a digest
// that runs over into the formula that begins the next.
func overrun(a, b *Text, c *cluster.Chain) (head, tail int32) {
	breaks := func(r cluster.Run, k int32) bool {
		return a.startsParagraph(int(r.A+k)) || b.startsParagraph(int(r.B+k))
	}
	if c.Edges&(cluster.StartA|cluster.StartB) == 0 {
		n := int32(0)
	heads:
		for i, r := range c.Runs {
			for k := range r.Len {
				if (i > 0 || k > 0) && breaks(r, k) {
					head = n
					break heads
				}
				if n++; n > maxOverrun {
					break heads
				}
			}
		}
	}
	if c.Edges&(cluster.EndA|cluster.EndB) == 0 {
		n := int32(0)
	tails:
		for i := len(c.Runs) - 1; i >= 0; i-- {
			r := c.Runs[i]
			for k := r.Len - 1; k >= 0; k-- {
				if n++; n > maxOverrun {
					break tails
				}
				if breaks(r, k) {
					tail = n
					break tails
				}
			}
		}
	}
	return head, tail
}

// maxFragment is how many matched units may stand before the first line that a passage has whole.
const maxFragment = 12

// belowHeadlines reports whether a passage is the beginning of an article below its headline, and
// in the other text the same below another headline, which ends in the same few words: an item of a
// digest. Without these words the passage begins with a paragraph. In the middle of two texts, as
// of statutes, that would be so of too many passages.
func belowHeadlines(a, b *Text, runs []align.Run) bool {
	n := 0
	for _, r := range runs {
		for k := range r.Len {
			if n > maxFragment {
				return false
			}
			inA, firstInA := a.belowLine(r.A + k)
			inB, firstInB := b.belowLine(r.B + k)
			if n > 0 && inA && inB && (firstInA || firstInB) {
				return true
			}
			n++
		}
	}
	return false
}
