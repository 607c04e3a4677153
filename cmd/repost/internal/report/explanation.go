package report

import (
	"fmt"
	"strings"

	"repost/dedup"
	"repost/shingle"
	"repost/shingle/mask"
)

// Explanation is what `explain --json` prints: why two documents are in one story
// or are not, step by step.
type Explanation struct {
	A        ExplainedText     `json:"a"`
	B        ExplainedText     `json:"b"`
	Sketches Sketches          `json:"sketches"`
	Chains   []ExplainedChain  `json:"chains"`
	Caps     []string          `json:"caps"` // bounds that the alignment reached, in words
	Folds    Folds             `json:"folds"`
	Relation dedup.Relatedness `json:"relation"`
	// Corresponding are the sentences of a rewrite that say the same.
	Corresponding []Corresponding `json:"corresponding,omitempty"`
	Verdict       *Verdict        `json:"verdict"` // null where the texts are equal after folding and masks
	Stories       []string        `json:"stories"` // that both are in
	Because       string          `json:"because"`
	// WhatIf is what would have changed the verdict.
	WhatIf []WhatIf `json:"what_if"`

	TextA, TextB string `json:"-"`
}

// ExplainedText is what is compared of one text.
type ExplainedText struct {
	ID     string      `json:"id"`
	Source string      `json:"source"`
	Date   string      `json:"date"`
	Bytes  int         `json:"bytes"`
	Units  int         `json:"units"`
	Live   int         `json:"live"` // units outside the masks
	Masks  []mask.Mask `json:"masks"`
}

// Sketches is what makes two documents candidates of each other.
type Sketches struct {
	Jaccard      float64 `json:"jaccard"`          // of the sets of shingles, exact
	Estimate     float64 `json:"jaccard_estimate"` // by MinHash
	Distance     int     `json:"simhash_distance"` // bits of 64
	Bands        int     `json:"bands"`
	BandsBoth    int     `json:"bands_both"`
	Fingerprints [2]int  `json:"prints"`      // distinct ones of each
	Both         int     `json:"prints_both"` // distinct ones in both
	// Rare, Frequent and Capped part the fingerprints in both by how many documents of the
	// corpus hold them: up to 100, up to 1,000, more.
	Rare     int  `json:"prints_rare"`
	Frequent int  `json:"prints_frequent"`
	Capped   int  `json:"prints_capped"`
	Content  bool `json:"same_content"` // equal after folding and masks
}

// ExplainedChain is a passage that both have.
type ExplainedChain struct {
	A        shingle.Span `json:"a"`
	B        shingle.Span `json:"b"`
	Matched  int          `json:"matched"`
	Runs     int          `json:"runs"`
	Longest  int          `json:"longest"`
	Reworded int          `json:"reworded"`
	OneSided int          `json:"one_sided"`
	Agree    int          `json:"figures_agree"`
	Disagree int          `json:"figures_disagree"`
	Edges    string       `json:"edges"` // paragraph edges: of a, of b
	Kept     bool         `json:"kept"`  // it is of the story
}

// Folds counts the matched units by what made them the same.
type Folds struct {
	Same   int `json:"as_written"`
	Form   int `json:"by_form"`   // width, case, digits of another kind
	Script int `json:"by_script"` // traditional and simplified, variant characters
}

// Corresponding is a sentence of the first text and the one of the second that
// says the same in other words.
type Corresponding struct {
	A        shingle.Span `json:"a"`
	B        shingle.Span `json:"b"`
	Likeness float64      `json:"likeness"`
	TextA    string       `json:"a_text"`
	TextB    string       `json:"b_text"`
}

// Verdict is what the judge of links said.
type Verdict struct {
	Accepted bool   `json:"accepted"`
	Rule     string `json:"rule"`
	Tests    []Test `json:"tests"`
	Compared bool   `json:"compared"` // false: no link was judged, and this is what the judge would say
}

// Test is a measurement of a link and its bound, as the judge made it.
type Test struct {
	Name    string  `json:"name"`
	Has     float64 `json:"has"`
	Bound   string  `json:"bound"` // in words
	Limit   float64 `json:"limit"`
	AtMost  bool    `json:"at_most,omitempty"` // the limit is an upper one
	Unit    string  `json:"unit"`
	Because string  `json:"because,omitempty"` // why the bound is not the usual one
	Holds   bool    `json:"holds"`
}

// WhatIf is a figure and the nearest value of it with which the judge says something
// else. Where a verdict needs several to be accepted, they are listed in order.
type WhatIf struct {
	Figure string  `json:"figure"`
	Has    float64 `json:"has"`
	Needs  float64 `json:"needs"`
	Rule   string  `json:"rule"` // that refuses
	Text   string  `json:"text"`
}

// Explanation prints why two documents are in one story or are not.
func (p *Printer) Explanation(e *Explanation) {
	if p.JSON {
		p.object(e)
		return
	}
	p.printf("%s\n%s\n\n", p.bold(Name(e.A.ID)+" → "+Name(e.B.ID)), e.Because)
	var rows Rows
	rows.Add("texts", "first", "second")
	rows.Add("bytes", Thousands(e.A.Bytes), Thousands(e.B.Bytes))
	rows.Add("units", Thousands(e.A.Units), Thousands(e.B.Units))
	rows.Add("outside the masks", Thousands(e.A.Live), Thousands(e.B.Live))
	some := func(name, a, b string) {
		if a+b != "" {
			rows.Add(name, a, b)
		}
	}
	some("masks", reasons(e.A.Masks), reasons(e.B.Masks))
	some("date", Label(e.A.Date), Label(e.B.Date))
	p.rows("", rows)
	p.sketches(&e.Sketches)
	p.chains(e)
	relation := Relation(e.Relation)
	if e.Relation.Short {
		relation += "; " + tooShort
	}
	p.printf("\nrelation\n  %s; %s matched; figures: %d agree, %d do not\n", relation,
		Count(e.Relation.Matched, "unit", "units"), e.Relation.Agree, e.Relation.Disagree)
	p.corresponding(e.Corresponding)
	p.verdict(e.Verdict)
	for _, w := range e.WhatIf {
		p.printf("  %s\n", w.Text)
	}
}

func (p *Printer) corresponding(sentences []Corresponding) {
	if len(sentences) == 0 {
		return
	}
	p.printf("\nsentences that say the same\n")
	var rows Rows
	for _, c := range sentences {
		half := (p.Columns() - 14) / 2
		rows.Add(fmt.Sprintf("%.2f", c.Likeness), Cut(Flat(c.TextA), half), Cut(Flat(c.TextB), half))
	}
	p.rows("  ", rows)
}

func reasons(masks []mask.Mask) string {
	var names []string
	count := map[mask.Reason]int{}
	for _, m := range masks {
		if count[m.Reason]++; count[m.Reason] == 1 {
			names = append(names, string(m.Reason))
		}
	}
	for i, n := range names {
		if c := count[mask.Reason(n)]; c > 1 {
			names[i] = fmt.Sprintf("%s ×%d", n, c)
		}
	}
	return strings.Join(names, ", ")
}

func (p *Printer) sketches(s *Sketches) {
	p.printf("\ncandidates\n")
	var rows Rows
	rows.Add("shingles in both", Percent(s.Jaccard), fmt.Sprintf("of all, exactly; %s by MinHash", Percent(s.Estimate)))
	rows.Add("SimHash", fmt.Sprint(s.Distance), "bits of 64 differ")
	rows.Add("bands in both", fmt.Sprint(s.BandsBoth), fmt.Sprintf("of %d", s.Bands))
	rows.Add("fingerprints in both", fmt.Sprint(s.Both), fmt.Sprintf("of %s and %s: %d rare, %d frequent, %d in too many documents",
		Thousands(s.Fingerprints[0]), Thousands(s.Fingerprints[1]), s.Rare, s.Frequent, s.Capped))
	p.rows("  ", rows)
	if s.Content {
		p.printf("  equal after folding and masks\n")
	}
}

func (p *Printer) chains(e *Explanation) {
	p.printf("\npassages in both\n")
	for _, why := range e.Caps {
		p.printf("  bounded: %s\n", why)
	}
	if len(e.Chains) == 0 {
		p.printf("  none\n")
		return
	}
	var rows Rows
	rows.Add("first", "second", "matched", "longest", "reworded", "one side", "figures", "edges", "")
	for _, c := range e.Chains {
		begins := excerpt(part(e.TextA, c.A), 24)
		if !c.Kept && e.Verdict != nil && e.Verdict.Accepted {
			begins = "(stray) " + begins
		}
		rows.Add(Range(c.A), Range(c.B), fmt.Sprint(c.Matched), fmt.Sprint(c.Longest), fmt.Sprint(c.Reworded), fmt.Sprint(c.OneSided),
			fmt.Sprintf("%d of %d", c.Agree, c.Agree+c.Disagree), c.Edges, begins)
	}
	p.rows("  ", rows)
	p.printf("  edges: | where the passage begins or ends with a paragraph, . where it does not, in the first and in the second text\n")
	if f := e.Folds; f.Form+f.Script > 0 {
		p.printf("  %s the same as written, %s by width or case, %s by script\n", Thousands(f.Same), Thousands(f.Form), Thousands(f.Script))
	}
}

func (p *Printer) verdict(v *Verdict) {
	p.printf("\njudge\n")
	if v == nil {
		p.printf("  no link was judged\n")
		return
	}
	said := "not accepted"
	if v.Accepted {
		said = "accepted"
	}
	if !v.Compared {
		said = "no link was judged; if there were one: " + said
	}
	p.printf("  %s: %s\n", said, v.Rule)
	var rows Rows
	for _, t := range v.Tests {
		mark := "ok"
		if !t.Holds {
			mark = "no"
		}
		rows.Add(mark, t.Name, Measured(t.Has, t.Unit), t.Bound)
	}
	p.rows("  ", rows)
}

// Measured writes a number of units, or a share as a percentage.
func Measured(n float64, unit string) string {
	if unit == "share" {
		return Percent(n)
	}
	return strings.TrimRight(strings.TrimRight(fmt.Sprintf("%.1f", n), "0"), ".")
}
