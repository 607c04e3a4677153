package detect

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"repost/dedup"
	"repost/dedup/align"
	"repost/dedup/cluster"
	"repost/shingle"
)

// What of a text another one carries, word for word. The spans of a story are completed for a
// reader, over the gaps that edits and omissions left; but who looks for a text wants to know
// which words were published, and a sentence that was dropped or a figure that was changed was
// not. So these are the equal words of the alignment and nothing between them. The cost is
// that of one alignment, and O(n log n) in its runs.

// carriage is what of a text another one carries.
type carriage struct {
	ours, theirs []shingle.Span
	units        int // of the first text
}

// carriage returns what of a is in b. Of a rewrite, which may share no passage word for word,
// that is the passages that say the same.
func (k *Linker) carriage(a, b *Text, kind dedup.Relation) carriage {
	if kind == dedup.Identical || kind == dedup.SameText {
		return sameWords(a, b, []align.Run{{Len: len(a.IDs)}})
	}
	var runs []align.Run
	for _, c := range k.pieces(a, b) {
		runs = append(runs, k.refiner.Refine(a.IDs, b.IDs, c).Runs...)
	}
	if len(runs) == 0 && (kind == dedup.Rewrite || kind == dedup.Summary) {
		return k.retold(a, b)
	}
	return sameWords(a, b, runs)
}

// fewWords is the least number of units of a passage: a single word between two edits is
// there by chance.
const fewWords = 2

// sameWords returns the words of runs.
func sameWords(a, b *Text, runs []align.Run) (c carriage) {
	slices.SortFunc(runs, func(x, y align.Run) int { return cmp.Or(cmp.Compare(x.A, y.A), cmp.Compare(x.B, y.B)) })
	var in cluster.Set
	for i := 0; i < len(runs); {
		r := runs[i]
		for i++; i < len(runs) && runs[i].A == r.EndA() && runs[i].B == r.EndB(); i++ {
			r.Len += runs[i].Len
		}
		if r.Len < fewWords {
			continue
		}
		ours := shingle.Span{Lo: int(a.Units[r.A].Lo), Hi: int(a.Units[r.EndA()-1].Hi)}
		theirs := shingle.Span{Lo: int(b.Units[r.B].Lo), Hi: int(b.Units[r.EndB()-1].Hi)}
		n := sameClosing(a.Source[ours.Hi:], b.Source[theirs.Hi:])
		ours.Hi, theirs.Hi = ours.Hi+n, theirs.Hi+n
		c.ours, c.theirs = append(c.ours, ours), append(c.theirs, theirs)
		in = append(in, cluster.Interval{Lo: int32(r.A), Hi: int32(r.EndA())})
	}
	c.ours, c.theirs, c.units = a.unmasked(c.ours), b.unmasked(c.theirs), cluster.Of(in).Size()
	return c
}

// sameClosing returns how many bytes of closing punctuation two texts both go on with.
func sameClosing(a, b string) (n int) {
	for n < len(a) && n < len(b) {
		r, size := utf8.DecodeRuneInString(a[n:])
		if s, _ := utf8.DecodeRuneInString(b[n:]); r != s || !strings.ContainsRune(closers, r) {
			break
		}
		n += size
	}
	return n
}

// retold returns the passages of a that b says in other words.
func (k *Linker) retold(a, b *Text) (c carriage) {
	w := Reworded(a, b, k.IDF)
	if w == nil {
		return c
	}
	for _, d := range w.Passages {
		c.ours, c.theirs = append(c.ours, d.A), append(c.theirs, d.B)
	}
	c.ours, c.theirs = shingle.Union(c.ours), shingle.Union(c.theirs)
	c.units = int(w.CoverageA * float64(len(a.IDs)))
	return c
}
