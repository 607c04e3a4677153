package detect

import (
	"hash/maphash"
	"slices"

	"repost/dedup"
	"repost/dedup/align"
	"repost/dedup/cluster"
)

const (
	nearly = .85 // coverage from which a text stands in the other
	brief  = 100 // units up to which a shared passage of a far longer text is a quotation
)

// Relate returns the relation of a to b. Coverages are shares of the live units that are in
// passages both have, small moved ones included.
func (k *Linker) Relate(a, b *Text) dedup.Relatedness {
	r, asked := k.relate(a, b, a.Source == b.Source, func() bool { return a.says(b) })
	if asked {
		return k.reworded(a, b, r)
	}
	return r
}

// RelateShort is Relate, and of two short texts that have no passage in common it says how all
// their words agree: of a sentence and the same with another verb, or another date, that they
// are unrelated is not true, though nothing in them is long enough for a story.
func (k *Linker) RelateShort(a, b *Text) dedup.Relatedness {
	r := k.Relate(a, b)
	longer := max(len(a.IDs), len(b.IDs))
	if r.Kind != dedup.Unrelated || longer > pieced {
		return r
	}
	k.refiner.Letters = lettersIn(a, b)
	if p := k.refiner.Whole(a.IDs, b.IDs); p.Matched > 0 && 3*p.Matched >= 2*longer {
		r = related(a, b, []align.Passage{p})
		r.Short = true
	}
	return r
}

// relateTo is Relate for b as it was prepared for linking. same says whether they have one
// Content; whole returns b as a whole, which few texts are asked for.
func (k *Linker) relateTo(a *Text, b *compact, same bool, whole func() (*Text, error)) (dedup.Relatedness, error) {
	r, asked := k.relate(a, &b.text, maphash.String(process, a.Source) == b.source, func() bool { return same })
	if !asked || !rewritable(len(a.IDs)) || !rewritable(len(b.text.IDs)) {
		return r, nil // a page that shares a paragraph each with many is not read for each
	}
	t, err := whole()
	if err != nil {
		return r, err
	}
	return k.reworded(a, t, r), nil
}

// relate is Relate as far as the units of both say, and whether one text may be
// a rewrite or a summary of the other. identical says that they are the same bytes, same
// whether texts with the same units say the same: the ids of words are hashes.
func (k *Linker) relate(a, b *Text, identical bool, same func() bool) (r dedup.Relatedness, rewrite bool) {
	if identical {
		return dedup.Relatedness{Kind: dedup.Identical, CoverageA: 1, CoverageB: 1, Identity: 1, Matched: len(a.IDs)}, false
	}
	if slices.Equal(a.IDs, b.IDs) && same() {
		if len(a.IDs) == 0 {
			return dedup.Relatedness{Kind: dedup.Unrelated}, false
		}
		return dedup.Relatedness{Kind: dedup.SameText, CoverageA: 1, CoverageB: 1, Identity: 1, Matched: len(a.IDs)}, false
	}
	r = k.verbatim(a, b)
	return r, max(r.CoverageA, r.CoverageB) < .5 && r.Kind != dedup.SameTemplate
}

// pieces returns the passages that two texts share word for word. Small ones count where all
// of them are four fifths of one text: of two texts that share less, turns of speech recur by
// chance, the more of them the longer both are. It returns none where they are too little to
// be more than chance.
func (k *Linker) pieces(a, b *Text) []align.Chain {
	k.match(a, b)
	fine, short := align.Detecting, min(len(a.IDs), len(b.IDs))
	fine.MinScore = minPiece
	chains := k.chainer.Chains(k.runs, fine)
	if len(chains) == 0 || chains[0].Matched < MinChain && !covered(chains, short) {
		return nil
	}
	all := 0
	for _, c := range chains {
		all += c.Matched
	}
	if 5*all < 4*short {
		chains = slices.DeleteFunc(chains, func(c align.Chain) bool { return c.Matched < MinChain })
	}
	return parted(a, b, chains, MinChain)
}

// verbatim says what two texts share word for word: Unrelated is nothing.
func (k *Linker) verbatim(a, b *Text) dedup.Relatedness {
	chains := k.pieces(a, b)
	if len(chains) == 0 {
		return dedup.Relatedness{Kind: dedup.Unrelated}
	}
	passages := make([]align.Passage, len(chains))
	for i, c := range chains {
		passages[i] = k.refiner.Refine(a.IDs, b.IDs, c)
	}
	forgetNumbering(a, b, passages)
	return related(a, b, passages)
}

// related is the relation of two texts that share passages.
func related(a, b *Text, passages []align.Passage) (r dedup.Relatedness) {
	var la, lb, longer int
	for _, p := range passages {
		first, last := p.Runs[0], p.Runs[len(p.Runs)-1]
		da, db := last.EndA()-first.A, last.EndB()-first.B
		la, lb, longer = la+da, lb+db, longer+max(da, db)
		r.Matched += p.Matched
		r.Agree += p.Agree
		r.Disagree += p.Disagree
		r.Reworded += p.Reworded
	}
	r.CoverageA = min(1, float64(la)/float64(len(a.IDs)))
	r.CoverageB = min(1, float64(lb)/float64(len(b.IDs)))
	r.Identity = float64(r.Matched) / float64(longer)
	r.Kind = kindOf(&r)
	return r
}

// reworded returns r, or that one text is a rewrite or a summary of the other if it
// is: then the coverages are those of the passages that say the same. Texts that
// share too little word for word are asked.
func (k *Linker) reworded(a, b *Text, r dedup.Relatedness) dedup.Relatedness {
	if w := Reworded(a, b, k.IDF); w != nil {
		r.Kind, r.CoverageA, r.CoverageB = w.Kind, w.CoverageA, w.CoverageB
	}
	return r
}

// kindOf names the relation of the first text to the second.
func kindOf(r *dedup.Relatedness) dedup.Relation {
	if sameForm(r) {
		return dedup.SameTemplate
	}
	return extentOf(r)
}

// extentOf names the relation by how much is in both.
func extentOf(r *dedup.Relatedness) dedup.Relation {
	a, b := r.CoverageA, r.CoverageB
	switch {
	case r.Matched <= brief && min(a, b) < .2:
		return dedup.Quotes
	case a >= nearly && b >= nearly:
		return dedup.NearDuplicate
	case a >= nearly && a >= b:
		return dedup.ContainedIn
	case b >= nearly:
		return dedup.Contains
	case max(a, b) < .3:
		return dedup.Quotes
	}
	return dedup.Overlap
}

// sameForm reports whether two texts are one form that was filled in with other figures. A
// long text in which as many other places are reworded is an update: the judge says so
// too, see cluster.Thresholds.
func sameForm(r *dedup.Relatedness) bool {
	t := cluster.Default
	if float64(r.Matched) >= t.CreditFrom+t.FigureCosts*float64(r.Disagree) && r.Reworded >= 2*r.Disagree {
		return false
	}
	most := float64(r.Disagree) > t.Figures*float64(r.Agree+r.Disagree)
	return min(r.CoverageA, r.CoverageB) >= .5 && (r.Disagree >= 3 && most || r.Matched < t.LongStrict && r.Disagree >= 2 && r.Agree < r.Disagree)
}
