package eval

import (
	"bufio"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/rivo/uniseg"
)

// Report is what every measure returns.
type Report interface {
	WriteText(io.Writer) error
	Figures() []Figure
}

// Figure is one number of a report, for a table kept next to the code.
type Figure struct {
	Name   string
	Value  float64
	Digits int // after the point; 0 is a count
}

func share(name string, v float64) Figure { return Figure{name, v, 4} }

func count[N int | float64](name string, v N) Figure { return Figure{name, float64(v), 0} }

// printer writes a report; Flush returns the first error.
type printer struct{ *bufio.Writer }

func newPrinter(w io.Writer) printer { return printer{bufio.NewWriter(w)} }

func (p printer) line(format string, args ...any) { fmt.Fprintf(p, format+"\n", args...) }

// grid is rows of cells.
type grid [][]string

// add appends a row. An id that would break its line, or a terminal, is quoted.
func (g *grid) add(cells ...string) {
	for i, cell := range cells {
		if strings.ContainsFunc(cell, func(r rune) bool { return !unicode.IsPrint(r) }) {
			cells[i] = strconv.Quote(cell)
		}
	}
	*g = append(*g, cells)
}

// grid writes aligned columns, the first left of them flush left and the rest
// flush right, by display width: ids may be Chinese.
func (p printer) grid(g grid, left int) {
	var width []int
	for _, row := range g {
		for c, cell := range row {
			width = grow(width, c)
			width[c] = max(width[c], uniseg.StringWidth(cell))
		}
	}
	for _, row := range g {
		var b strings.Builder
		for c, cell := range row {
			pad := strings.Repeat(" ", width[c]-uniseg.StringWidth(cell))
			if c < left {
				b.WriteString(cell + pad + "  ")
			} else {
				b.WriteString(pad + cell + "  ")
			}
		}
		p.line("%s", strings.TrimRight(b.String(), " "))
	}
}

func four(v float64) string { return strconv.FormatFloat(v, 'f', 4, 64) }

func whole[N int | float64](v N) string { return strconv.FormatFloat(float64(v), 'f', -1, 64) }

// String writes an interval as lo-hi, and nothing for none.
func (i *Interval) String() string {
	if i == nil {
		return ""
	}
	return four(i[0]) + "-" + four(i[1])
}

func (x PRF) cells() []string {
	return []string{four(x.Precision), four(x.Recall), four(x.F1), x.Interval.String()}
}

func (a *Agreement) rows() grid {
	g := grid{{"", "precision", "recall", "f1", "95 %"}}
	g.add(append([]string{"pairs"}, a.Pairs.cells()...)...)
	g.add(append([]string{"b-cubed"}, a.BCubed.cells()...)...)
	g.add("adjusted Rand", "", "", four(a.ARI), a.ARIInterval.String())
	return g
}

func (a *Agreement) figures() []Figure {
	return []Figure{
		share("pair precision", a.Pairs.Precision), share("pair recall", a.Pairs.Recall), share("pair f1", a.Pairs.F1),
		share("b-cubed f1", a.BCubed.F1), share("adjusted Rand", a.ARI),
	}
}

// part writes which part was scored, if not all was.
func (p printer) part(part Part) {
	if part != Whole {
		p.line("half kept to %s", part)
	}
}

// WriteText writes the report as aligned tables.
func (r *PassageReport) WriteText(w io.Writer) error {
	p := newPrinter(w)
	p.part(r.Part)
	p.line("documents %d  occurrences %d  stories %d  clusters used %d  unknown members %d",
		r.Documents, r.Occurrences, r.Stories, r.ClustersUsed, r.MembersUnknown)
	g := r.rows()
	g.add("span IoU", "", "", four(r.SpanIoU), r.SpanIoUInterval.String(), fmt.Sprintf("over %d", r.SpanIoUN))
	p.grid(g, 1)
	m := r.FalseMerges
	p.line("false merges of stories %d; through a page %d of %d", m.StoryPairs, m.ThroughAPage, m.OnOnePage)
	if len(r.RecallByKind) > 0 {
		g = grid{{"kind", "n", "recall", "95 %"}}
		for _, kind := range slices.Sorted(maps.Keys(r.RecallByKind)) {
			k := r.RecallByKind[kind]
			g.add(kind, whole(k.N), four(k.Recall), k.Interval.String())
		}
		p.line("")
		p.grid(g, 1)
	}
	if len(r.HardNegatives) > 0 {
		g = grid{{"hard negatives", "false pairs", "pairs", "rate", "n", "with a wrong partner"}}
		for _, name := range slices.Sorted(maps.Keys(r.HardNegatives)) {
			f := r.HardNegatives[name]
			g.add(name, whole(f.FalsePairs), whole(f.Pairs), four(f.Rate), whole(f.Occurrences), four(f.WithWrong))
		}
		p.line("")
		p.grid(g, 1)
	}
	p.passagePairs("missed", r.Missed)
	p.passagePairs("wrong", r.Wrong)
	return p.Flush()
}

func (p printer) passagePairs(title string, pairs []PassagePair) {
	if len(pairs) == 0 {
		return
	}
	g := grid{{title, "", "story", "story", "cluster"}}
	for _, x := range pairs {
		g.add(x.A, x.B, x.StoryA, x.StoryB, x.Cluster)
	}
	p.line("")
	p.grid(g, 5)
}

// Figures lists the figures worth keeping.
func (r *PassageReport) Figures() []Figure {
	out := append(r.figures(), share("span IoU", r.SpanIoU),
		count("false merges", r.FalseMerges.StoryPairs), count("merges through a page", r.FalseMerges.ThroughAPage))
	for _, kind := range slices.Sorted(maps.Keys(r.RecallByKind)) {
		out = append(out, share("recall of "+kind, r.RecallByKind[kind].Recall))
	}
	for _, name := range slices.Sorted(maps.Keys(r.HardNegatives)) {
		out = append(out, share("joined of "+name, r.HardNegatives[name].Rate))
	}
	return out
}

// WriteText writes the report as aligned tables, with the first misses and the
// first false ones.
func (r *PairReport) WriteText(w io.Writer) error {
	p := newPrinter(w)
	p.line("records %d  clusters %d  unknown members %d", r.Records, r.Clusters, r.UnknownMembers)
	g := grid{{"", "share", "95 %", "of"}}
	g.add("pair recall", four(r.Recall), r.RecallInterval.String(), whole(r.GoldPairs))
	g.add("pair recall, Jaccard 0.3 or more", four(r.RecallReal))
	g.add("labelled precision", four(r.LabelledPrecision), r.PrecisionInterval.String(), whole(r.LabelledPairs))
	g.add("negatives together", four(r.NegativeRate), r.NegativeInterval.String(), whole(r.Negatives))
	p.grid(g, 1)
	p.line("stubs together %d of %d; largest cluster %d %s; most items in one cluster %d %s",
		r.StubsTogether, r.Stubs, r.Largest, r.LargestID, r.LargestMixed, r.LargestMixedID)
	g = grid{{"Jaccard", "recall", "true pairs", "joined", "negatives"}}
	for _, name := range r.bands() {
		g.add(append([]string{name}, r.band(name)...)...)
	}
	p.line("")
	p.grid(g, 1)
	p.pairs("missed", r.Missed, 0)
	p.pairs("joined", r.Joined, 0)
	p.pairs("wrong", r.Wrong, r.Unlisted)
	return p.Flush()
}

func (r *PairReport) bands() []string {
	all := slices.AppendSeq(slices.Collect(maps.Keys(r.RecallByBand)), maps.Keys(r.NegativeByBand))
	slices.Sort(all)
	return slices.Compact(all)
}

// band returns the cells of one band, empty on a side that has no pair in it.
func (r *PairReport) band(name string) []string {
	cells := make([]string, 4)
	if b, ok := r.RecallByBand[name]; ok {
		cells[0], cells[1] = four(b.Recall), whole(b.N)
	}
	if b, ok := r.NegativeByBand[name]; ok {
		cells[2], cells[3] = four(b.Rate), whole(b.N)
	}
	return cells
}

// shown is how many entries of a list a text shows; JSON has them all.
const shown = 20

func (p printer) pairs(title string, pairs []Pair, unlisted int) {
	if len(pairs) == 0 {
		return
	}
	g := grid{{title, "", "Jaccard"}}
	for _, x := range pairs[:min(shown, len(pairs))] {
		g.add(x.A, x.B, strings.TrimSuffix(four(x.Jaccard), "0.0000"))
	}
	p.line("")
	p.grid(g, 2)
	p.more(len(pairs) + unlisted)
}

func (p printer) more(n int) {
	if n > shown {
		p.line("and %d more", n-shown)
	}
}

// Figures lists the figures worth keeping.
func (r *PairReport) Figures() []Figure {
	return []Figure{
		share("pair recall", r.Recall), share("labelled precision", r.LabelledPrecision), share("negatives together", r.NegativeRate),
		count("stubs together", r.StubsTogether), count("largest cluster", r.Largest), count("most items in one cluster", r.LargestMixed),
	}
}

// WriteText writes one line a category, and all of them last.
func (r *PlagDetReport) WriteText(w io.Writer) error {
	p := newPrinter(w)
	p.part(r.Part)
	g := grid{{"category", "plagdet", "95 %", "recall", "precision", "granularity", "cases", "found", "detections", "pairs", "with one"}}
	for _, s := range append(slices.Clone(r.Categories), r.Entire) {
		g.add(s.Category, five(s.PlagDet), s.Interval.String(), five(s.Recall), five(s.Precision), five(s.Granularity),
			whole(s.Cases), whole(s.CasesFound), whole(s.Detections), whole(s.Pairs), whole(s.PairsDetected))
	}
	p.grid(g, 1)
	if r.UnknownPairs > 0 {
		p.line("detections of pairs in no category %d", r.UnknownPairs)
	}
	p.cases("missed", r.Missed)
	p.cases("wrong", r.Wrong)
	return p.Flush()
}

// five digits are what is published for PlagDet.
func five(v float64) string { return strconv.FormatFloat(v, 'f', 5, 64) }

func (p printer) cases(title string, cases []Case) {
	if len(cases) == 0 {
		return
	}
	g := grid{{title, "", "this", "length", "source", "length"}}
	for _, c := range cases {
		g.add(c.Suspicious, c.Source, whole(c.ThisOffset), whole(c.ThisLength), whole(c.SourceOffset), whole(c.SourceLength))
	}
	p.line("")
	p.grid(g, 2)
}

// Figures lists the figures worth keeping.
func (r *PlagDetReport) Figures() []Figure {
	var out []Figure
	for _, s := range append(slices.Clone(r.Categories), r.Entire) {
		out = append(out, share("plagdet of "+s.Category, s.PlagDet))
	}
	return append(out, share("granularity", r.Entire.Granularity))
}

// WriteText writes one line a class and one a grade.
func (r *DifferenceReport) WriteText(w io.Writer) error {
	p := newPrinter(w)
	p.part(r.Part)
	p.line("pairs %d  without an answer %d  edits %d", r.Pairs, r.Unanswered, r.Edits)
	g := grid{{"grade", "class", "edits", "found", "95 %", "graded right", "95 %", "as cosmetic", "minor", "substantive"}}
	for _, e := range slices.Concat(r.Classes, r.Grades) {
		class := e.Class
		if class == "" {
			class = "all"
		}
		g.add(e.Grade, class, whole(e.N), four(e.Found), e.FoundInterval.String(), four(e.Right), e.RightInterval.String(),
			whole(e.As[0]), whole(e.As[1]), whole(e.As[2]))
	}
	p.grid(g, 2)
	p.line("changes beyond cosmetic that answer no edit: %d, %s of the edits", r.Extra, four(r.ExtraRate))
	p.edits("unfound", r.Unfound)
	p.edits("misgraded", r.Misgraded)
	p.edits("extra", r.Extras)
	return p.Flush()
}

func (p printer) edits(title string, edits []PlacedEdit) {
	if len(edits) == 0 {
		return
	}
	g := grid{{title, "grade", "class", "taken as", "a", "b"}}
	for _, e := range edits {
		g.add(e.ID, e.Grade, e.Class, e.As, fmt.Sprintf("%d-%d", e.A.Lo, e.A.Hi), fmt.Sprintf("%d-%d", e.B.Lo, e.B.Hi))
	}
	p.line("")
	p.grid(g, 4)
}

// Figures lists the figures worth keeping.
func (r *DifferenceReport) Figures() []Figure {
	var out []Figure
	for _, g := range r.Grades {
		out = append(out, share(g.Grade+" found", g.Found), share(g.Grade+" graded right", g.Right))
	}
	return append(out, count("extra changes", r.Extra))
}

// WriteText writes the report as aligned lines.
func (r *LabelReport) WriteText(w io.Writer) error {
	p := newPrinter(w)
	p.line("pairs %d  right %d  wrongly together %d  missed %d  rightly apart %d", r.Labels, r.Right, r.False, r.Misses, r.Apart)
	p.grid(grid{{"precision", "recall", "f1", "95 %", "accuracy"}, append(r.cells(), four(r.Accuracy))}, 0)
	p.labels("missed", r.Missed)
	p.labels("wrong", r.Wrong)
	return p.Flush()
}

func (p printer) labels(title string, labels []Label) {
	if len(labels) == 0 {
		return
	}
	g := grid{{title}}
	for _, l := range labels {
		g.add(l.A, l.B)
	}
	p.line("")
	p.grid(g, 2)
}

// Figures lists the figures worth keeping.
func (r *LabelReport) Figures() []Figure {
	return []Figure{share("precision", r.Precision), share("recall", r.Recall), share("f1", r.F1)}
}

// WriteText writes the report as aligned lines.
func (r *ClusterReport) WriteText(w io.Writer) error {
	p := newPrinter(w)
	p.line("documents %d  true clusters %d  clusters used %d  unknown members %d", r.Documents, r.Classes, r.ClustersUsed, r.MembersUnknown)
	p.grid(r.rows(), 1)
	return p.Flush()
}

// Figures lists the figures worth keeping.
func (r *ClusterReport) Figures() []Figure { return r.figures() }

// WriteText writes one line a level of similarity.
func (r *AuditReport) WriteText(w io.Writer) error {
	p := newPrinter(w)
	p.line("documents %d  pairs compared %d  proposed by the index %d", r.Documents, r.Compared, r.Proposed)
	g := grid{{"similarity", "pairs", "proposed", "recall", "95 %", "of proposed"}}
	for _, l := range r.Levels {
		recall := ""
		if l.Pairs > 0 {
			recall = four(l.Recall)
		}
		g.add("≥ "+whole(l.AtLeast), whole(l.Pairs), whole(l.Proposed), recall, l.Interval.String(), four(l.Share))
	}
	p.grid(g, 1)
	return p.Flush()
}

// Figures lists the figures worth keeping.
func (r *AuditReport) Figures() []Figure {
	var out []Figure
	for _, l := range r.Levels {
		out = append(out, share("index recall from "+whole(l.AtLeast), l.Recall))
	}
	return out
}
