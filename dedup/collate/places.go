package collate

import (
	"cmp"
	"slices"
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"

	"repost/dedup/diff"
	"repost/shingle"
)

// Places. Every change beyond cosmetic, or of any grade if asked, stands on a span of the base. Overlapping
// spans of all versions make one place, and what a version reads there is the
// base's text with the version's own changes put in: so cosmetic differences
// next to a change never make another reading.
//
// Passages of sentences that a version leaves out are kept apart from that, or one
// abridged copy would swallow all places of the others: they cut what lies between
// places into pieces, each left out by the same versions, and at a place inside a
// passage that it leaves out, a version is lacking. Cost: versions × places.

// variation is how one version differs from the base.
type variation struct {
	edits  []edit         // by core, disjoint
	gaps   []shingle.Span // passages of sentences left out
	silent []shingle.Span // bylines and datelines left out, which is no change
	moved  []shingle.Span
}

// edit is a change: core becomes text. wide is what a reader should see of it.
type edit struct {
	wide, core shingle.Span
	text       string
	at         shingle.Span // in the version
	grade      diff.Grade
	class      diff.Class
	hint       string
	part       bool         // core is part of a sentence
	before     string       // what the version has of wide before text
	own        shingle.Span // of text in the version
	place      int
}

// variationOf returns how a version with the text theirs differs from the base, in cosmetics too
// if asked.
func variationOf(r *diff.Result, ours, theirs string, rules shingle.Rules, cosmetic bool) variation {
	var v variation
	for _, b := range r.Blocks {
		if b.Kind == diff.Repeated && b.Again == "b" {
			v.edits = append(v.edits, onceMore(r, b, theirs))
		}
	}
	for _, c := range r.Changes {
		if c.Grade == diff.Cosmetic && !cosmetic || c.Repeated { // onceMore has it
			continue
		}
		lo, hi := c.CoreB.Lo-c.B.Lo, c.CoreB.Hi-c.B.Lo
		gone := strings.TrimRight(c.AText[c.CoreA.Lo-c.A.Lo:c.CoreA.Hi-c.A.Lo], " 　”’」』)）")
		last, _ := utf8.DecodeLastRuneInString(gone)
		v.edits = append(v.edits, edit{part: !strings.ContainsRune("。！？.!?\n", last), before: c.BText[:lo], wide: c.A, core: c.CoreA, text: c.BText[lo:hi], at: c.B, own: c.CoreB, grade: c.Grade, class: c.Class, hint: c.Hint})
	}
	v.follow(r.Script)
	slices.SortStableFunc(v.edits, func(x, y edit) int {
		return cmp.Or(x.core.Lo-y.core.Lo, x.core.Hi-y.core.Hi, x.at.Lo-y.at.Lo)
	})
	v.edits = disjoint(v.edits)
	v.partEnds(ours, theirs, rules)
	v.takeGaps()
	for _, b := range r.Blocks {
		switch {
		case b.Kind == diff.Moved:
			v.moved = append(v.moved, b.A)
		case b.Kind == diff.Repeated && b.Again == "a":
			v.gaps = append(v.gaps, b.A)
		case b.Kind == diff.Omitted && b.Other:
			v.silent = append(v.silent, b.A)
		}
	}
	v.gaps, v.silent = shingle.Union(v.gaps), shingle.Union(v.silent)
	return v
}

// follow puts what a version puts in after what it has before it: the words between may be changed, and
// then a change says no more than in which paragraph it stands.
func (v *variation) follow(script diff.Script) {
	for i := range v.edits {
		e := &v.edits[i]
		if e.wide.Len() > 0 || e.core.Len() > 0 || e.own.Len() == 0 {
			continue
		}
		at := e.core.Lo
		for _, op := range script {
			if op.B.Lo >= e.own.Lo {
				break
			}
			if op.Kind == diff.Copy {
				at = max(at, op.A.Hi)
			}
		}
		e.wide, e.core = shingle.Span{Lo: at, Hi: at}, shingle.Span{Lo: at, Hi: at}
	}
}

// onceMore returns the passage b of a version, which repeats one that stands in the base, as
// what it puts in after the text before it.
func onceMore(r *diff.Result, b diff.Block, theirs string) edit {
	at := 0
	for _, k := range r.Blocks {
		if k.B.Len() > 0 && k.A.Len() > 0 && k.Kind != diff.Repeated && k.Kind != diff.Moved && k.B.Hi <= b.B.Lo {
			at = max(at, k.A.Hi)
		}
	}
	e := edit{wide: shingle.Span{Lo: at, Hi: at}, core: shingle.Span{Lo: at, Hi: at}, text: b.B.Of(theirs), at: b.B, grade: diff.Minor, class: diff.Addition}
	for _, c := range r.Changes {
		if c.Repeated && c.Grade == diff.Substantive && c.B.Overlaps(b.B) {
			e.grade = diff.Substantive
		}
	}
	return e
}

// disjoint leaves out edits whose core begins inside the one before.
func disjoint(edits []edit) []edit {
	out := edits[:0]
	for _, e := range edits {
		if n := len(out); n == 0 || e.core.Lo >= out[n-1].core.Hi {
			out = append(out, e)
		}
	}
	return out
}

// takeGaps makes gaps of the edits that leave out sentences. One with another
// sentence in its place is a variant: the two become one edit.
func (v *variation) takeGaps() {
	out := v.edits[:0]
	for i := 0; i < len(v.edits); i++ {
		e := v.edits[i]
		if e.class != diff.Omission || e.text != "" {
			out = append(out, e)
			continue
		}
		if i+1 < len(v.edits) {
			n := v.edits[i+1]
			if n.core.Len() == 0 && n.core.Lo == e.core.Hi && n.class == diff.Addition && 3*len(n.text) >= e.core.Len() {
				n.wide, n.core, n.class = e.wide, e.core, diff.Wording
				out = append(out, n)
				i++
				continue
			}
			if e.part && n.core.Len() > 0 && n.wide.Lo == e.core.Hi { // the beginning of what another sentence replaces
				n.wide.Lo, n.core.Lo, n.text = e.wide.Lo, e.core.Lo, n.before+n.text
				out = append(out, n)
				i++
				continue
			}
		}
		v.gaps = append(v.gaps, e.core)
	}
	v.edits = out
}

// findPlaces returns the places of all versions; those of found are given their
// place.
func (c *Collation) findPlaces(found []variation, opt Options) []Place {
	at := mergeEdits(found)
	places := make([]Place, 0, len(at))
	for i, s := range at {
		p := Place{Base: s, Kind: Variant}
		c.readings(&p, i, found, opt)
		places = append(places, p)
	}
	for _, s := range c.pieces(found, at) {
		p := Place{Base: s, Kind: Omission}
		c.readings(&p, -1, found, opt)
		places = append(places, p)
	}
	slices.SortFunc(places, func(a, b Place) int { return cmp.Or(a.Base.Lo-b.Base.Lo, a.Base.Hi-b.Base.Hi) })
	return places
}

// mergeEdits returns the spans that the edits of all versions make together,
// ascending, and gives each edit its place. Spans that touch are one place where
// one version changed both.
func mergeEdits(found []variation) []shingle.Span {
	type owned struct {
		*edit
		version int
	}
	var all []owned
	for i := range found {
		for k := range found[i].edits {
			e := &found[i].edits[k]
			e.wide = shingle.Span{Lo: min(e.wide.Lo, e.core.Lo), Hi: max(e.wide.Hi, e.core.Hi)}
			all = append(all, owned{e, i})
		}
	}
	slices.SortStableFunc(all, func(a, b owned) int { return cmp.Or(a.wide.Lo-b.wide.Lo, a.wide.Hi-b.wide.Hi) })
	var out []shingle.Span
	last := make([]int, len(found)) // version → number of the last place it has edits in, plus one
	for _, e := range all {
		n := len(out)
		if n > 0 && (e.wide.Lo < out[n-1].Hi || e.wide == out[n-1] || e.wide.Lo == out[n-1].Hi && last[e.version] == n) {
			out[n-1].Hi = max(out[n-1].Hi, e.wide.Hi)
		} else {
			out = append(out, e.wide)
		}
		e.place = len(out) - 1
		last[e.version] = len(out)
	}
	return out
}

// passages lists what versions leave out, by the passage.
func (c *Collation) passages(found []variation) []Passage {
	return c.byPassage(func(i int) []shingle.Span { return found[i].gaps })
}

// Moves are the passages of the base that stand elsewhere in other versions.
func (c *Collation) Moves() []Passage {
	return c.byPassage(func(i int) []shingle.Span { return c.Witnesses[i].Moved })
}

// byPassage lists spans of the base, each with the witnesses that have it.
func (c *Collation) byPassage(of func(witness int) []shingle.Span) []Passage {
	at := map[shingle.Span]int{}
	out := []Passage{}
	for i := range c.Witnesses {
		for _, g := range of(i) {
			k, ok := at[g]
			if !ok {
				k = len(out)
				at[g] = k
				out = append(out, Passage{Base: g})
			}
			out[k].Witnesses = append(out[k].Witnesses, c.Witnesses[i].Siglum)
			out[k].Count += c.Witnesses[i].Count()
		}
	}
	slices.SortFunc(out, func(a, b Passage) int { return cmp.Or(a.Base.Lo-b.Base.Lo, b.Base.Hi-a.Base.Hi) })
	return out
}

// pieces cuts what gaps cover, outside of places, where a gap or a place begins or
// ends. Pieces of marks and space alone are left out.
func (c *Collation) pieces(found []variation, places []shingle.Span) []shingle.Span {
	var cuts []int
	var covered []shingle.Span
	for i := range found {
		for _, g := range found[i].gaps {
			cuts = append(cuts, g.Lo, g.Hi)
			covered = append(covered, g)
		}
	}
	if covered = shingle.Union(covered); len(covered) == 0 {
		return nil
	}
	for _, p := range places {
		cuts = append(cuts, p.Lo, p.Hi)
	}
	sort.Ints(cuts)
	cuts = slices.Compact(cuts)
	var out []shingle.Span
	for i := 1; i < len(cuts); i++ {
		s := shingle.Span{Lo: cuts[i-1], Hi: cuts[i]}
		if overlap(covered, s) > 0 && overlap(places, s) == 0 && says(c.Of(s)) {
			out = append(out, s)
		}
	}
	return out
}

// overlap returns how many bytes of s lie in spans, which ascend.
func overlap(spans []shingle.Span, s shingle.Span) int {
	n := 0
	for i := sort.Search(len(spans), func(i int) bool { return spans[i].Hi > s.Lo }); i < len(spans) && spans[i].Lo < s.Hi; i++ {
		n += min(spans[i].Hi, s.Hi) - max(spans[i].Lo, s.Lo)
	}
	return n
}

// says reports whether a text has a letter, a digit or a character in it.
func says(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }) >= 0
}

// rendered is what one version has at a place.
type rendered struct {
	text    string
	changed bool // it has changes of its own there
	lacking bool
	at      shingle.Span
	grade   diff.Grade
	class   diff.Class
	hint    string
}

// render returns what version v has at a place; i is the number of a variant.
func (c *Collation) render(p *Place, i int, v *variation) rendered {
	if hidden(v.silent, p.Base) {
		return rendered{lacking: true}
	}
	r := rendered{text: c.lemma(p.Base)}
	if p.Kind == Omission {
		if overlap(v.gaps, p.Base) > 0 {
			r = rendered{changed: true, grade: diff.Substantive, class: diff.Omission}
		}
		return r
	}
	from := sort.Search(len(v.edits), func(k int) bool { return v.edits[k].core.Hi >= p.Base.Lo })
	var own []edit
	for k := from; k < len(v.edits) && v.edits[k].core.Lo <= p.Base.Hi; k++ {
		if v.edits[k].place == i {
			own = append(own, v.edits[k])
		}
	}
	if len(own) == 0 && !hidden(v.gaps, p.Base) && overlap(v.gaps, p.Base) == 0 {
		r.lacking = p.Base.Len() == 0 && c.among(v.gaps, p.Base.Lo)
		return r
	}
	r.text = c.apply(p.Base, own, v.gaps)
	if len(own) == 0 {
		r.lacking = hidden(v.gaps, p.Base) || !says(r.text)
		r.changed, r.grade, r.class = true, diff.Substantive, diff.Omission
		return r
	}
	r.changed, r.at = true, own[0].at
	for _, e := range own {
		r.at.Lo, r.at.Hi = min(r.at.Lo, e.at.Lo), max(r.at.Hi, e.at.Hi)
		r.hint = cmp.Or(r.hint, e.hint)
		if graver(e.grade, r.grade) {
			r.grade, r.class = e.grade, e.class
		}
	}
	return r
}

// hidden reports whether a place lies inside one of spans; one that is empty, not
// at their ends.
func hidden(spans []shingle.Span, at shingle.Span) bool {
	for _, s := range spans {
		if s.Lo <= at.Lo && at.Hi <= s.Hi && (at.Lo < at.Hi || s.Lo < at.Lo && at.Hi < s.Hi) {
			return true
		}
	}
	return false
}

// among reports whether a version has neither the words before a byte of the base nor those after
// it, because of the passages that it leaves out.
func (c *Collation) among(gaps []shingle.Span, at int) bool {
	lo, hi := c.spans[0].Lo, c.spans[len(c.spans)-1].Hi
	gap := false
	for _, g := range gaps {
		switch {
		case g.Hi <= at:
			lo, gap = g.Hi, true
		case at <= g.Lo:
			return !says(c.Of(shingle.Span{Lo: lo, Hi: at})) && !says(c.Of(shingle.Span{Lo: at, Hi: g.Lo}))
		}
	}
	return gap && !says(c.Of(shingle.Span{Lo: lo, Hi: at})) && !says(c.Of(shingle.Span{Lo: at, Hi: hi}))
}

// apply returns the text of a place with edits put in and gaps left out.
func (c *Collation) apply(at shingle.Span, edits []edit, gaps []shingle.Span) string {
	var b strings.Builder
	keep := func(lo, hi int) {
		for _, g := range gaps {
			if lo < hi && g.Lo < hi && lo < g.Hi {
				if lo < g.Lo {
					b.WriteString(c.lemma(shingle.Span{Lo: lo, Hi: g.Lo}))
				}
				lo = g.Hi
			}
		}
		if lo < hi {
			b.WriteString(c.lemma(shingle.Span{Lo: lo, Hi: hi}))
		}
	}
	lo := at.Lo
	for _, e := range edits {
		keep(lo, e.core.Lo)
		b.WriteString(e.text)
		lo = max(lo, e.core.Hi)
	}
	keep(lo, at.Hi)
	return b.String()
}

var graveness = []diff.Grade{diff.Substantive, diff.Minor, diff.Cosmetic}

func graver(a, b diff.Grade) bool {
	return b == "" || slices.Index(graveness, a) < slices.Index(graveness, b)
}

// readings gives a place its readings.
func (c *Collation) readings(p *Place, i int, found []variation, opt Options) {
	p.Readings = []Reading{{Text: c.lemma(p.Base), Lemma: true}}
	for w := range c.Witnesses {
		r := c.render(p, i, &found[w])
		if r.lacking {
			p.Lacking = append(p.Lacking, c.Witnesses[w].Siglum)
			continue
		}
		k := 0
		if r.changed {
			k = p.find(r.text, opt)
		}
		p.Readings[k].add(&c.Witnesses[w], r)
	}
	slices.SortStableFunc(p.Readings[1:], func(a, b Reading) int { return b.Count - a.Count })
	for k := range p.Readings {
		r := &p.Readings[k]
		r.Singleton = r.Count == 1 && !r.Lemma
		if !r.Lemma && graver(r.Grade, p.Grade) {
			p.Grade, p.Class = r.Grade, r.Class
		}
	}
}

// mostCompared is how many readings of a place are compared with a new one for
// more than equality.
const mostCompared = 16

// find returns the number of the reading that text is, which may be a new one.
func (p *Place) find(text string, opt Options) int {
	for k := range p.Readings {
		if p.Readings[k].Text == text {
			return k
		}
	}
	for k := 1; k < len(p.Readings) && k <= mostCompared && !opt.Cosmetic; k++ {
		if sameReading(p.Readings[k].Text, text, opt.Rules) {
			return k
		}
	}
	p.Readings = append(p.Readings, Reading{Text: text})
	return len(p.Readings) - 1
}

// sameReading reports whether two readings differ in cosmetics alone.
func sameReading(a, b string, rules shingle.Rules) bool {
	if !says(a) || !says(b) {
		return false
	}
	r := diff.Compare(diff.Side{Text: a}, diff.Side{Text: b}, diff.Options{Rules: rules})
	s := r.Summary
	return s.Substantive+s.Minor+s.Moved+s.Repeated+s.Inserted+s.Omitted == 0
}

func (r *Reading) add(w *Witness, v rendered) {
	r.Witnesses = append(r.Witnesses, w.Siglum)
	r.Count += w.Count()
	if _, dated := when(w.Date); dated && r.Earliest == "" {
		r.Earliest, r.Date = w.Siglum, w.Date // witnesses come by date
	}
	if r.Lemma {
		return
	}
	r.Spans = append(r.Spans, v.at)
	r.Hint = cmp.Or(r.Hint, v.hint)
	if graver(v.grade, r.Grade) {
		r.Grade, r.Class = v.grade, v.class
	}
}

// coverage returns the share of the base's text, in bytes, outside of the gaps.
func (c *Collation) coverage(v *variation) float64 {
	all, gone := 0, 0
	lost := shingle.Union(slices.Concat(v.gaps, v.silent))
	for _, s := range c.spans {
		all += s.Len()
		gone += overlap(lost, s)
	}
	if all == 0 {
		return 1
	}
	return 1 - float64(gone)/float64(all)
}
