package report

import (
	"fmt"
	"math"
	"strings"
	"unicode/utf8"

	"repost/dedup/collate"
	"repost/dedup/diff"
	"repost/shingle"
)

// Alignment is what `collate --table --json` prints: a row for each piece of the base and what
// others have between them, a cell for each witness in their order, null where it lacks the passage.
//
//	{"story":"s1","base":"A","witnesses":[{"siglum":"A","id":"…"},…],"rows":[
//	   {"base":[lo,hi],"cells":["截至","截至"]},
//	   {"place":"1","kind":"variant","grade":"substantive","base":[lo,hi],"cells":["8","9"]},
//	   {"place":"m1","kind":"moved","base":[lo,lo],"moved":[lo,hi],"cells":[null,"…"]}]}
//
// The cells of a witness, read down, are its text of the story, byte for byte: a passage that
// stands elsewhere in it has a row of its own there, and null where the base has it.
type Alignment struct {
	Story     string           `json:"story,omitempty"`
	Base      string           `json:"base"`
	Witnesses []AlignedWitness `json:"witnesses"`
	Rows      []AlignedRow     `json:"rows"`
}

// AlignedWitness heads a column.
type AlignedWitness struct {
	Siglum string `json:"siglum"`
	ID     string `json:"id"`
}

// AlignedRow is a piece of the base, or of others between two. One without a place differs in
// cosmetics at most in all that have the passage.
type AlignedRow struct {
	Place string       `json:"place,omitempty"`
	Kind  string       `json:"kind,omitempty"`
	Grade string       `json:"grade,omitempty"`
	Base  shingle.Span `json:"base"`
	// Moved is the passage of the base that stands here in others.
	Moved *shingle.Span `json:"moved,omitempty"`
	Cells []*string     `json:"cells"`
}

// NewAlignment makes the table of a collation.
func NewAlignment(c *Collation) *Alignment {
	a := &Alignment{Story: c.Story, Base: c.Base, Rows: []AlignedRow{}}
	for _, w := range c.Witnesses {
		a.Witnesses = append(a.Witnesses, AlignedWitness{w.Siglum, w.Key})
	}
	names, moves := numbers(c), 0
	for _, r := range c.Table() {
		row := AlignedRow{Base: r.Base, Cells: make([]*string, len(r.Cells))}
		if r.Place >= 0 {
			place := &c.Places[r.Place]
			row.Place, row.Kind, row.Grade = names[r.Place], string(place.Kind), string(place.Grade)
		}
		if r.Moved.Len() > 0 {
			moves++
			row.Place, row.Kind, row.Moved = fmt.Sprint("m", moves), string(diff.Moved), &r.Moved
		}
		for i := range r.Cells {
			if !r.Cells[i].Lacks {
				row.Cells[i] = &r.Cells[i].Text
			}
		}
		a.Rows = append(a.Rows, row)
	}
	return a
}

// AlignmentTable prints the table of a collation.
func (p *Printer) AlignmentTable(c *Collation, csv bool) {
	a := NewAlignment(c)
	switch {
	case csv:
		p.alignmentCSV(a)
	case p.JSON:
		p.object(a)
	default:
		p.alignmentText(a)
	}
}

func (p *Printer) alignmentCSV(a *Alignment) {
	head := []string{"place", "kind", "grade", "lo", "hi"}
	for _, w := range a.Witnesses {
		head = append(head, CSVCell(w.Siglum+" "+w.ID))
	}
	t := p.CSV(head...)
	for _, r := range a.Rows {
		row := []any{r.Place, r.Kind, r.Grade, r.Base.Lo, r.Base.Hi}
		for _, cell := range r.Cells {
			if cell == nil {
				row = append(row, "(lacking)")
			} else {
				row = append(row, *cell)
			}
		}
		t.Row(row...)
	}
	p.Err = t.End()
}

// alignmentText prints a cell that has what the base has as =, or as ≈ if it differs in cosmetics,
// and a long one cut.
func (p *Printer) alignmentText(a *Alignment) {
	head, at := []string{""}, 0
	for i, w := range a.Witnesses {
		name := w.Siglum
		if w.Siglum == a.Base {
			at = i
			name += "*"
		}
		head = append(head, name)
		p.printf("%-3s %s\n", name, Name(w.ID))
	}
	p.printf("\n")
	rows := Rows{head}
	for _, r := range a.Rows {
		row := []string{r.Place}
		for i := range r.Cells {
			row = append(row, a.cell(&r, i, at))
		}
		rows.Add(row...)
	}
	p.rows("", rows)
	p.printf("\n= as in the base, ≈ the same but for cosmetics, ∅ nothing, – lacking the passage, →m1 has it in row m1\n")
}

// cell is what the terminal shows of witness i in a row; base is the base's column.
func (a *Alignment) cell(r *AlignedRow, i, base int) string {
	const columns = 24
	text, lemma := r.Cells[i], r.Cells[base]
	switch {
	case text == nil && r.Base.Len() > 0:
		for k := range a.Rows {
			if m := &a.Rows[k]; m.Moved != nil && m.Cells[i] != nil && m.Moved.Overlaps(r.Base) {
				return "→" + m.Place
			}
		}
		return "–"
	case text == nil:
		return "–"
	case i != base && lemma != nil && *text == *lemma:
		return "="
	case i != base && lemma != nil && r.Place == "" && *text != "":
		return "≈"
	case strings.ContainsAny(*text, "=≈∅–→") && utf8.RuneCountInString(*text) < 4: // no mark of the table
		return `"` + readingText(*text, columns) + `"`
	}
	return readingText(*text, columns)
}

// Distances prints how far apart the witnesses of a collation are.
func (p *Printer) Distances(c *Collation, list Places, csv bool) {
	d := c.Distances(list.take)
	if p.JSON {
		p.object(distancesOf(c, d))
		return
	}
	if csv {
		head := []string{"id", "siglum"}
		for _, w := range c.Witnesses {
			head = append(head, CSVCell(w.Key))
		}
		t := p.CSV(head...)
		for i, w := range c.Witnesses {
			row := []any{w.Key, w.Siglum}
			for j := range c.Witnesses {
				if x := d.Of(i, j); math.IsNaN(x) {
					row = append(row, "")
				} else {
					row = append(row, rounded(x))
				}
			}
			t.Row(row...)
		}
		p.Err = t.End()
		return
	}
	p.printf("share of %s where two witnesses read differently\n", Count(d.Places, "place", "places"))
	head := []string{""}
	for _, w := range c.Witnesses {
		head = append(head, fmt.Sprintf("%5s", w.Siglum))
	}
	rows := Rows{append(head, "document")}
	for i, w := range c.Witnesses {
		row := []string{w.Siglum}
		for j := range c.Witnesses {
			switch x := d.Of(i, j); {
			case i == j:
				row = append(row, "    .")
			case math.IsNaN(x):
				row = append(row, "    -")
			default:
				row = append(row, fmt.Sprintf("%.3f", x))
			}
		}
		rows.Add(append(row, Name(w.Key))...)
	}
	p.rows("", rows)
}

// distances is what `collate --distances --json` prints; null is a distance that is not
// known, of two that have no place in common.
type distances struct {
	Story     string           `json:"story,omitempty"`
	Witnesses []AlignedWitness `json:"witnesses"`
	Places    int              `json:"places"`
	Distances [][]*float64     `json:"distances"`
	Compared  [][]int          `json:"compared"`
}

func distancesOf(c *Collation, d *collate.Distances) *distances {
	out := &distances{Story: c.Story, Places: d.Places, Compared: d.Compared}
	for i, w := range c.Witnesses {
		out.Witnesses = append(out.Witnesses, AlignedWitness{w.Siglum, w.Key})
		row := make([]*float64, len(c.Witnesses))
		for j := range row {
			if x := rounded(d.Of(i, j)); !math.IsNaN(x) {
				row[j] = &x
			}
		}
		out.Distances = append(out.Distances, row)
	}
	return out
}

func rounded(x float64) float64 { return math.Round(1e6*x) / 1e6 }

// Tree prints the tree of the witnesses of a collation in Newick format: leaves are ids.
func (p *Printer) Tree(c *Collation, list Places) {
	d := c.Distances(list.take)
	p.printf("%s\n", collate.Join(d.Matrix()).Newick(func(i int) string {
		return strings.ReplaceAll(Escaped(c.Witnesses[i].Key), "\n", " ")
	}))
}
