package cluster

import "slices"

// A motto under two posts, a banner over two pages and the credit under two articles stand in
// few texts: each is as distinctive as any passage, and a paragraph of its own as a quotation
// is. What tells them from one is where they stand: at the same edge of both texts, with other
// words on the side away from it. A brief that a page takes over is most of its own text, and a
// quotation seldom stands at the same edge of two texts.
//
// Two pages of one outlet may end with the same item, which no two texts can tell from a
// motto but by its length. Of 68 passages at one edge of two texts of one source with fewer
// than AtEdge units, in broadcasts, agency news and pages, some 60 are sentences of background,
// lists of channels and the like; all 7 longer ones on pages are one story. A signature of four
// lines has some 120 units, a banner or a licence up to 220.

// atEdge reports whether all that a link matches stands at the same edge of both documents,
// or at both edges, and each goes on with text of its own, which is more than a headline.
func (j *judge) atEdge(l *Link, v *Verdict) bool {
	slack := int(v.units(32)) // between a passage and the edge: a date, the number of a post
	own := int(v.units(25))
	a, b := &j.docs[l.A], &j.docs[l.B]
	chains := make([]*Chain, 0, len(l.Chains))
	for i := range l.Chains {
		if !l.repeat[i] {
			chains = append(chains, &l.Chains[i])
		}
	}
	slices.SortFunc(chains, func(x, y *Chain) int { return int(x.Runs[0].A - y.Runs[0].A) })
	fromA, fromB, toA, toB := int32(0), int32(0), a.Units, b.Units
	for len(chains) > 0 {
		sa, sb := chains[0].spanA(), chains[0].spanB()
		if sb.Lo < fromB || a.live(fromA, sa.Lo) > slack || b.live(fromB, sb.Lo) > slack {
			break
		}
		fromA, fromB, chains = sa.Hi, sb.Hi, chains[1:]
	}
	for len(chains) > 0 {
		last := chains[len(chains)-1]
		sa, sb := last.spanA(), last.spanB()
		if sb.Hi > toB || a.live(sa.Hi, toA) > slack || b.live(sb.Hi, toB) > slack {
			break
		}
		toA, toB, chains = sa.Lo, sb.Lo, chains[:len(chains)-1]
	}
	return len(chains) == 0 && a.live(fromA, toA) >= own && b.live(fromB, toB) >= own
}

// live returns how many units of [lo, hi) are not learned boilerplate.
func (d *Doc) live(lo, hi int32) int { return int(hi-lo) - d.Learned.Within(lo, hi) }

// framing reports whether what a link matches may be what stands around the texts of an
// author or an outlet. Of a text whose source is unknown it may be that if it is very short and
// has no figure, as news has.
func (t *Thresholds) framing(v *Verdict) bool {
	m := float64(v.Matched)
	return v.atEdge && (v.oneSource && m < v.units(t.AtEdge) || v.noSource && v.Agree == 0 && m < v.units(t.AtEdgeUnknown))
}
