package report

import (
	"fmt"

	"repost/dedup"
	"repost/shingle"
)

// Rewrite is a line of `rewrites --json`: two documents that say the same in other
// words. Of a summary, the shorter document sums up the longer.
type Rewrite struct {
	A         RewriteSide        `json:"a"`
	B         RewriteSide        `json:"b"`
	Kind      dedup.Relation     `json:"kind"` // rewrite or summary
	CoverageA float64            `json:"coverage_a"`
	CoverageB float64            `json:"coverage_b"`
	Likeness  float64            `json:"likeness"`
	Shared    float64            `json:"shared"` // of the weight of the lighter text's words, by how rare they are
	Passages  []RewrittenPassage `json:"passages"`
	Sentences []Corresponding    `json:"sentences"`
}

// RewriteSide is one of two documents that say the same.
type RewriteSide struct {
	ID      string   `json:"id"`
	Source  string   `json:"source"`
	Date    string   `json:"date"`
	Title   string   `json:"title"`
	Stories []string `json:"stories"` // that it is in

	Head string `json:"-"`
}

// RewrittenPassage is a passage of the one that says what one of the other says.
type RewrittenPassage struct {
	A        shingle.Span `json:"a"`
	B        shingle.Span `json:"b"`
	Kind     string       `json:"kind"` // verbatim, rewritten or summarised
	Likeness float64      `json:"likeness"`
}

// Rewrite prints a pair, with its sentences if they are asked for.
func (p *Printer) Rewrite(r *Rewrite, sentences bool) {
	if p.JSON {
		p.object(r)
		return
	}
	width := max(12, (p.Columns()-Width(r.A.ID)-Width(r.B.ID)-38)/2)
	p.printf("%s  %s  %-7s  %7s  %7s  %.2f  %s  |  %s\n", Flat(r.A.ID), Flat(r.B.ID), r.Kind,
		Percent(r.CoverageA), Percent(r.CoverageB), r.Likeness, Cut(r.A.Head, width), Cut(r.B.Head, width))
	if !sentences {
		return
	}
	var rows Rows
	for _, c := range r.Sentences {
		half := (p.Columns() - 14) / 2
		rows.Add(fmt.Sprintf("%.2f", c.Likeness), Cut(Flat(c.TextA), half), Cut(Flat(c.TextB), half))
	}
	p.rows("  ", rows)
}
