package collate

import (
	"cmp"
	"slices"
	"sort"

	"repost/dedup/diff"
	"repost/shingle"
)

// The alignment table. Its rows are the pieces of the base, and what others have between them.
// The cells of a witness, read down, are its text of the story, byte for byte and in its own
// order: a passage that stands elsewhere in it has a row of its own where it stands, and is
// lacking where the base has it.
//
// A script says of each byte of a witness whether it is copied from the base. What is copied goes
// into the row that the base has it in, and what is between two copies into a row between these:
// that of the place where it is a reading, if there is one, else into the row before it. Cost:
// witnesses × rows.

// Row is a row of the alignment table.
type Row struct {
	Base  shingle.Span // of the base's text; empty where it has nothing
	Place int          // index into Places, or -1
	// Moved is the passage of the base that witnesses have here instead of in its place, or empty.
	Moved shingle.Span
	Cells []Cell // of the witnesses, in their order
}

// Cell is what a witness has in a row. One that lacks the passage is not the same as one that
// reads nothing in a place of it.
type Cell struct {
	Text  string
	Lacks bool
}

// strand is a piece of a witness in its own order: copied from the base, or read where the base
// has what is between two copies.
type strand struct {
	base  shingle.Span
	text  string
	copy  bool
	moved shingle.Span // of the base, if it is a passage from there
}

// strandsOf cuts the story of a witness by what became of the base there.
func strandsOf(r *diff.Result, theirs string) []strand {
	type cut struct {
		at, base shingle.Span
		moved    bool
	}
	var cuts []cut
	for _, b := range r.Blocks {
		if b.Kind == diff.Moved && b.A.Len() > 0 && b.B.Len() > 0 {
			cuts = append(cuts, cut{b.B, b.A, true})
		}
	}
	moves := len(cuts)
	for _, c := range r.Changes {
		inMove := slices.ContainsFunc(cuts[:moves], func(m cut) bool { return m.at.Overlaps(c.CoreB) || m.base.Overlaps(c.CoreA) })
		if c.CoreB.Len() > 0 && !c.Repeated && !inMove {
			cuts = append(cuts, cut{at: c.CoreB, base: c.CoreA})
		}
	}
	slices.SortStableFunc(cuts, func(x, y cut) int { return x.at.Lo - y.at.Lo })

	var out []strand
	end := 0 // of the base, after the last copy
	k := 0
	for i := 0; i < len(r.Script); i++ {
		op := r.Script[i]
		switch {
		case op.Kind == diff.Copy:
			end = op.A.Hi
			out = append(out, strand{base: op.A, text: op.B.Of(theirs), copy: true})
			continue
		case op.B.Len() == 0:
			continue
		}
		gap := shingle.Span{Lo: end, Hi: nextCopy(r.Script[i:], end)}
		for at := op.B; at.Lo < at.Hi; {
			s := strand{base: gap}
			hi := at.Hi
			for k < len(cuts) && cuts[k].at.Hi <= at.Lo {
				k++
			}
			if k < len(cuts) && cuts[k].at.Lo <= at.Lo {
				hi = min(hi, cuts[k].at.Hi)
				if c := cuts[k]; c.moved {
					s.moved = c.base
				} else if gap.Lo <= c.base.Lo && c.base.Hi <= gap.Hi {
					s.base = c.base
				}
			} else if k < len(cuts) {
				hi = min(hi, cuts[k].at.Lo)
			}
			s.text = theirs[at.Lo:hi]
			if n := len(out); n > 0 && !out[n-1].copy && out[n-1].moved == s.moved && (out[n-1].base == s.base || s.moved.Len() > 0) {
				out[n-1].text += s.text
			} else {
				out = append(out, s)
			}
			at.Lo = hi
		}
	}
	return out
}

// nextCopy returns where the next copy of a script begins in the base, or what is deleted ends.
func nextCopy(script diff.Script, end int) int {
	for _, op := range script {
		if op.Kind == diff.Copy {
			return op.A.Lo
		}
		if op.Kind == diff.Delete {
			end = max(end, op.A.Hi)
		}
	}
	return end
}

// grid is the table as it is filled. Before each row of the base, and after the last, stand rows
// that the base has nothing in.
type grid struct {
	c     *Collation
	base  []Row
	extra [][]Row // extra[i] stand before base[i]
}

// Table returns the alignment table.
func (c *Collation) Table() []Row {
	g := &grid{c: c}
	g.rule()
	for w := range c.Witnesses {
		if c.Witnesses[w].Siglum == c.Base {
			for i := range g.base {
				g.base[i].Cells[w].Text = c.Of(g.base[i].Base)
			}
			continue
		}
		g.fill(w)
	}
	var out []Row
	for i := range g.extra {
		out = append(out, g.extra[i]...)
		if i < len(g.base) {
			out = append(out, g.base[i])
		}
	}
	for i := range out {
		c.lacking(&out[i])
	}
	return out
}

// rule makes the rows: of segments, cut where a passage left out or moved begins and ends, or
// where one that moved comes to stand, if that is not within a place.
func (g *grid) rule() {
	var cuts []int
	for w, v := range g.c.found {
		for _, s := range slices.Concat(v.gaps, v.silent, v.moved) {
			cuts = append(cuts, s.Lo, s.Hi)
		}
		for _, s := range g.c.strands[w] {
			if s.moved.Len() > 0 {
				cuts = append(cuts, s.base.Lo, s.moved.Lo, s.moved.Hi)
			}
		}
	}
	slices.Sort(cuts)
	cuts = slices.Compact(cuts)
	g.extra = [][]Row{nil}
	row := func(lo, hi, place int) Row {
		return Row{Base: shingle.Span{Lo: lo, Hi: hi}, Place: place, Cells: make([]Cell, len(g.c.Witnesses))}
	}
	add := func(lo, hi, place int) {
		g.base, g.extra = append(g.base, row(lo, hi, place)), append(g.extra, nil)
	}
	for _, s := range g.c.Segments() {
		lo, hi := s.Span.Lo, s.Span.Hi
		if lo == hi {
			last := len(g.extra) - 1
			g.extra[last] = append(g.extra[last], row(lo, hi, s.Place))
			continue
		}
		if s.Place < 0 || g.c.Places[s.Place].Kind == Omission {
			for i := sort.SearchInts(cuts, lo+1); i < len(cuts) && cuts[i] < hi; i++ {
				add(lo, cuts[i], s.Place)
				lo = cuts[i]
			}
		}
		add(lo, hi, s.Place)
	}
}

// spot is where something is put: before the rows extra[row][at:], or into base[row] if at is inRow.
type spot struct{ row, at int }

const inRow = 1 << 30

func (s spot) before(t spot) bool { return cmp.Or(s.row-t.row, s.at-t.at) < 0 }

// fill puts the pieces of a witness into rows, in their order.
func (g *grid) fill(w int) {
	var last spot // nothing is put before it
	for _, s := range g.c.strands[w] {
		switch {
		case s.copy:
			last = g.copied(w, s, last)
		case s.moved.Len() > 0:
			last = g.movedTo(w, s, last)
		default:
			last = g.readAt(w, s, last)
		}
	}
}

// copied puts what is copied into the rows of the base that have it.
func (g *grid) copied(w int, s strand, last spot) spot {
	i := max(last.row, sort.Search(len(g.base), func(i int) bool { return g.base[i].Base.Hi > s.base.Lo }))
	for at := s.base.Lo; at < s.base.Hi; i++ {
		if i >= len(g.base) {
			return g.put(w, s.text[at-s.base.Lo:], last)
		}
		if hi := min(s.base.Hi, g.base[i].Base.Hi); at < hi {
			g.base[i].Cells[w].Text += s.text[at-s.base.Lo : hi-s.base.Lo]
			at, last = hi, spot{i, inRow}
		}
	}
	return last
}

// put puts a text into the row of a spot, or a row made for it.
func (g *grid) put(w int, text string, at spot) spot {
	if at.at == inRow {
		if at.row < len(g.base) {
			g.base[at.row].Cells[w].Text += text
			return at
		}
		at = spot{len(g.base), len(g.extra[len(g.base)])}
	}
	if at.at == len(g.extra[at.row]) {
		g.insert(at, Row{Place: -1})
	}
	g.extra[at.row][at.at].Cells[w].Text += text
	return at
}

// insert makes a row that the base has nothing in.
func (g *grid) insert(at spot, r Row) {
	lo := 0
	switch {
	case at.row < len(g.base):
		lo = g.base[at.row].Base.Lo
	case at.row > 0:
		lo = g.base[at.row-1].Base.Hi
	}
	r.Base, r.Cells = shingle.Span{Lo: lo, Hi: lo}, make([]Cell, len(g.c.Witnesses))
	g.extra[at.row] = slices.Insert(g.extra[at.row], at.at, r)
}

// movedTo puts a passage from elsewhere into a row of those that have it here.
func (g *grid) movedTo(w int, s strand, last spot) spot {
	row := sort.Search(len(g.base), func(i int) bool { return g.base[i].Base.Hi > s.base.Lo })
	if row < len(g.base) && g.base[row].Base.Lo < s.base.Lo {
		if s.base.Hi < g.base[row].Base.Hi && !(spot{row, inRow}).before(last) { // within a place, which goes on
			return g.put(w, s.text, spot{row, inRow})
		}
		row++
	}
	at := spot{row, 0}
	switch {
	case !at.before(last):
	case last.at == inRow:
		at = spot{last.row + 1, 0}
	default:
		at = last
	}
	for k := at.at; k < len(g.extra[at.row]); k++ {
		if g.extra[at.row][k].Moved == s.moved {
			return g.put(w, s.text, spot{at.row, k})
		}
	}
	if at == last && at.at < len(g.extra[at.row]) && g.extra[at.row][at.at].Cells[w].Text != "" {
		at.at++
	}
	g.insert(at, Row{Place: -1, Moved: s.moved})
	return g.put(w, s.text, at)
}

// readAt puts what is not copied into the row of the place where it is a reading, or into the one
// before it.
func (g *grid) readAt(w int, s strand, last spot) spot {
	from := sort.Search(len(g.base), func(i int) bool { return g.base[i].Base.Hi >= s.base.Lo })
	best, length := spot{-1, 0}, -1
	try := func(at spot, r *Row) {
		if r.Place < 0 || at.before(last) || g.c.Places[r.Place].Kind != Variant {
			return
		}
		n := min(r.Base.Hi, s.base.Hi) - max(r.Base.Lo, s.base.Lo)
		if n > length {
			best, length = at, n
		}
	}
	for i := from; i <= len(g.base) && (i == len(g.base) || g.base[i].Base.Lo <= s.base.Hi); i++ {
		for k := range g.extra[i] {
			if p := g.extra[i][k].Base.Lo; s.base.Lo <= p && p <= s.base.Hi {
				try(spot{i, k}, &g.extra[i][k])
			}
		}
		if i < len(g.base) && g.base[i].Base.Overlaps(s.base) {
			try(spot{i, inRow}, &g.base[i])
		}
	}
	if best.row < 0 {
		i := sort.Search(len(g.base), func(i int) bool { return g.base[i].Base.Hi > s.base.Lo })
		if i == len(g.base) || g.base[i].Base.Lo == s.base.Lo && s.base.Len() == 0 {
			i = max(0, i-1)
		}
		if best = (spot{i, inRow}); best.before(last) {
			best = last
		}
	}
	return g.put(w, s.text, best)
}

// lacking notes which witnesses have nothing in a row: those that leave the passage out or have it
// elsewhere, and in a row of what moved, all that have it in its place.
func (c *Collation) lacking(r *Row) {
	for w := range r.Cells {
		cell := &r.Cells[w]
		switch {
		case cell.Text != "":
		case r.Moved.Len() > 0 || r.Place < 0 || slices.ContainsFunc(c.found[w].moved, r.Base.Overlaps):
			cell.Lacks = true
		default:
			cell.Lacks = slices.Contains(c.Places[r.Place].Lacking, c.Witnesses[w].Siglum)
		}
	}
}
