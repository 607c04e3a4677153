package report

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"repost/dedup/collate"
	"repost/dedup/diff"
	"repost/shingle"
)

// Collation is what `collate --json` prints:
//
//	{"story":"s1","versions":7,"base":"A",
//	 "witnesses":[{"siglum":"A","id":"…","source":"…","title":"…","copies":["…"],"date":"…","coverage":1,
//	   "substantive":0,"minor":0,"cosmetic":0,"singular":0,"moved":[[lo,hi]]},…],
//	 "places":[{"base":[lo,hi],"kind":"variant","grade":"substantive","class":"number","readings":[
//	   {"text":"4200","lemma":true,"witnesses":["A","C"],"count":2,"earliest":"A","date":"…"},
//	   {"text":"4300","witnesses":["B"],"spans":[[lo,hi]],"count":1,"singleton":true,"grade":"…","class":"…"}],
//	   "lacking":["D"]},…],
//	 "omissions":[{"base":[lo,hi],"witnesses":["D"],"count":1}],
//	 "families":[{"name":"F1","witnesses":["A"],"readings":[{"place":0,"reading":1}],"omissions":[0]}],"unplaced":[],"caps":[]}
type Collation struct {
	Story    string `json:"story"`
	Versions int    `json:"versions"`
	Lang     string `json:"-"` // of the base, as its file says, or ""
	Aligned  bool   `json:"-"` // the page has the alignment table too
	*collate.Collation
}

// Places says which places of a collation are printed as text and as CSV.
type Places struct {
	Least  diff.Grade // of this grade and graver
	Shared bool       // where several versions have another reading than the base
}

func (l Places) take(p *collate.Place) bool {
	return slices.Index(graveness, p.Grade) <= slices.Index(graveness, l.Least) &&
		(!l.Shared || slices.ContainsFunc(p.Readings, func(r collate.Reading) bool { return !r.Lemma && !r.Singleton }))
}

// AllPlaces are the places of every grade.
var AllPlaces = Places{Least: diff.Cosmetic}

// Collation prints a collation, as text the places of list alone.
func (p *Printer) Collation(c *Collation, list Places) {
	if p.JSON {
		p.object(c)
		return
	}
	base := c.Witness(c.Base)
	compared := ""
	if c.Texts > len(c.Witnesses) {
		compared = fmt.Sprintf(", %s of them compared", Thousands(len(c.Witnesses)))
	}
	p.printf("%s, %s%s; base %s %s\n", p.bold(c.heading()),
		Count(max(c.Texts, len(c.Witnesses)), "different text", "different texts"), compared, base.Siglum, Name(base.Key))
	for _, why := range c.Caps {
		p.printf("bounded: %s\n", why)
	}
	p.witnesses(c)
	p.printf("\n%s\n", countPlaces(c))
	numbers := numbers(c)
	for _, i := range places(c, list) {
		p.place(c, i, numbers[i])
	}
	p.passagesOf(c, "left out", c.Omissions)
	p.passagesOf(c, "elsewhere in the text", c.Moves())
	p.families(c)
}

// heading names the story and counts its members, or the versions that were given.
func (c *Collation) heading() string {
	if c.Story == "" {
		return Count(c.Versions, "version", "versions")
	}
	return "story " + c.Story + "  " + Count(c.Versions, "member", "members")
}

// witnesses prints a line for each different text. Columns that are empty, or zero,
// for all are left out.
func (p *Printer) witnesses(c *Collation) {
	figure := func(n, columns int) string { return fmt.Sprintf("%*s", columns, Thousands(n)) }
	rows := Rows{{"", "", "date", "carries", "substantive", "minor", "cosmetic", "alone", "moved", "document", ""}}
	dated, alone, moved := false, false, false
	for i := range c.Witnesses {
		w := &c.Witnesses[i]
		dated, alone, moved = dated || w.Date != "", alone || w.Singular > 0, moved || len(w.Moved) > 0
		mark := ""
		if w.Siglum == c.Base {
			mark = "*"
		}
		id := Middle(Name(w.Key), 48)
		if len(w.Copies) > 0 {
			id += " and " + Count(len(w.Copies), "copy", "copies")
		}
		rows.Add(w.Siglum, mark, Label(w.Date), fmt.Sprintf("%7s", Percent(w.Coverage)), figure(w.Substantive, 11), figure(w.Minor, 5),
			figure(w.Cosmetic, 8), figure(w.Singular, 5), figure(len(w.Moved), 5), id, Cut(Label(w.Source), 24))
	}
	for i := range rows {
		n := 0
		rows[i] = slices.DeleteFunc(rows[i], func(string) bool {
			n++
			return n == 3 && !dated || n == 8 && !alone || n == 9 && !moved
		})
	}
	p.rows("  ", rows)
}

// places returns the indexes of the variants that are listed.
func places(c *Collation, list Places) []int {
	var out []int
	for i := range c.Places {
		if c.Places[i].Kind == collate.Variant && list.take(&c.Places[i]) {
			out = append(out, i)
		}
	}
	return out
}

// numbers names the places: variants 1, 2 …, pieces of what is left out o1, o2 ….
func numbers(c *Collation) []string {
	out := make([]string, len(c.Places))
	n := map[collate.Kind]int{}
	for i, p := range c.Places {
		n[p.Kind]++
		out[i] = strconv.Itoa(n[p.Kind])
		if p.Kind == collate.Omission {
			out[i] = "o" + out[i]
		}
	}
	return out
}

func countPlaces(c *Collation) string {
	n, grave := len(places(c, AllPlaces)), len(places(c, Places{Least: diff.Substantive}))
	s := fmt.Sprintf("%s, %s of them substantive", Count(n, "place", "places"), Thousands(grave))
	if n := len(c.Omissions); n > 0 {
		s += "; " + Count(n, "passage", "passages") + " left out"
	}
	return s
}

// place prints the place in its context and a line for each reading.
func (p *Printer) place(c *Collation, i int, name string) {
	pl := &c.Places[i]
	head := fmt.Sprintf("  %s  %s  %s  ", name, pl.Grade, pl.Class)
	p.printf("%s%s\n", p.bold(head), inContext(c, pl.Base, p.Columns()-Width(head)))
	var rows Rows
	for k := range pl.Readings {
		r := &pl.Readings[k]
		rows.Add(readingText(r.Text, p.Columns()/2), lemmaMark(r), sigla(r.Witnesses, 24), countOf(r), first(r), r.Hint)
	}
	if len(pl.Lacking) > 0 {
		rows.Add("(lacking)", "", sigla(pl.Lacking, 24), fmt.Sprint(len(pl.Lacking)))
	}
	p.rows("       ", rows)
}

func lemmaMark(r *collate.Reading) string {
	if r.Lemma {
		return "]"
	}
	return ""
}

func readingText(s string, columns int) string {
	if s == "" {
		return "∅"
	}
	return excerpt(s, columns)
}

func countOf(r *collate.Reading) string {
	if r.Singleton {
		return "singleton"
	}
	return Thousands(r.Count)
}

func first(r *collate.Reading) string {
	if r.Earliest == "" {
		return ""
	}
	return "first " + r.Earliest + " " + Label(r.Date)
}

// sigla lists witnesses in the given number of columns, or counts those that do not fit.
func sigla(list []string, columns int) string {
	s := strings.Join(list, " ")
	if Width(s) <= columns {
		return s
	}
	n := len(list)
	for n > 1 && Width(strings.Join(list[:n], " ")) > columns-10 {
		n--
	}
	return fmt.Sprintf("%s and %d more", strings.Join(list[:n], " "), len(list)-n)
}

// inContext shows what the base has at a span in the text around it.
func inContext(c *Collation, at shingle.Span, columns int) string {
	text := c.Text()
	what := "[" + excerpt(part(text, at), max(12, columns/2)) + "]"
	if at.Len() == 0 {
		what = "[]"
	}
	side := min(DefaultContext, max(0, (columns-Width(what))/2))
	before := CutLeft(strings.TrimLeft(flat(tail(part(text, shingle.Span{Lo: 0, Hi: at.Lo}), 4*DefaultContext)), " "), side)
	after := Cut(strings.TrimRight(flat(head(part(text, shingle.Span{Lo: at.Hi, Hi: len(text)}), 4*DefaultContext)), " "), side)
	return before + what + after
}

// passagesOf prints passages of the base under a heading, each with the versions it is said of.
func (p *Printer) passagesOf(c *Collation, heading string, list []collate.Passage) {
	if len(list) == 0 {
		return
	}
	p.printf("\n%s\n", heading)
	var rows Rows
	for _, o := range list {
		rows.Add(Range(o.Base), sigla(o.Witnesses, 24), excerpt(part(c.Text(), o.Base), 48))
	}
	p.rows("  ", rows)
}

// families prints the families, if there are several.
func (p *Printer) families(c *Collation) {
	if len(c.Families) < 2 {
		return
	}
	p.printf("\nfamilies, by shared substantive readings (place: reading)\n")
	var rows Rows
	for _, f := range c.Families {
		rows.Add(f.Name, sigla(f.Witnesses, 32), Cut(familyReadings(c, &f, nil), 60))
	}
	if len(c.Unplaced) > 0 {
		rows.Add("-", sigla(c.Unplaced, 32), "(in none, or in several)")
	}
	p.rows("  ", rows)
}

// familyReadings names what sets a family apart: "3: 4300; without 去年…".
func familyReadings(c *Collation, f *collate.Family, words Words) string {
	if len(f.Readings)+len(f.Omissions) == 0 {
		return words.say("as the base")
	}
	var parts []string
	numbers := numbers(c)
	for _, m := range f.Readings {
		parts = append(parts, numbers[m.Place]+": "+readingText(c.Places[m.Place].Readings[m.Reading].Text, 16))
	}
	for _, o := range f.Omissions {
		parts = append(parts, words.say("without "+readingText(part(c.Text(), c.Omissions[o].Base), 16)))
	}
	return strings.Join(parts, "; ")
}

// ReadingRow is a reading of a place as a line of a table. Name is lemma, lacking, or the
// number of the reading.
type ReadingRow struct {
	*collate.Place
	Number, Name, Text string
	Count              int // versions
	Singleton          bool
	Sigla, IDs         string
	First, Date, Hint  string
}

// ReadingRows are the readings of the places of a collation, and who lacks them.
func ReadingRows(c *Collation, list Places) (rows []ReadingRow) {
	numbers := numbers(c)
	for i := range c.Places {
		p := &c.Places[i]
		if !list.take(p) {
			continue
		}
		for k := range p.Readings {
			r := &p.Readings[k]
			row := ReadingRow{p, numbers[i], strconv.Itoa(k), r.Text, r.Count, r.Singleton, strings.Join(r.Witnesses, " "), ids(c, r.Witnesses), r.Earliest, r.Date, r.Hint}
			if r.Lemma {
				row.Name = "lemma"
			}
			rows = append(rows, row)
		}
		if len(p.Lacking) > 0 {
			rows = append(rows, ReadingRow{Place: p, Number: numbers[i], Name: "lacking", Count: len(p.Lacking), Sigla: strings.Join(p.Lacking, " "), IDs: ids(c, p.Lacking)})
		}
	}
	return rows
}

// CollationCSV prints a line for each reading.
func (p *Printer) CollationCSV(c *Collation, list Places) {
	t := p.CSV("place", "kind", "lo", "hi", "grade", "class", "reading", "text", "versions", "singleton", "sigla", "ids", "first", "date", "hint")
	for _, r := range ReadingRows(c, list) {
		t.Row(r.Number, string(r.Kind), r.Base.Lo, r.Base.Hi, string(r.Grade), string(r.Class),
			r.Name, r.Text, r.Count, r.Singleton, r.Sigla, r.IDs, r.First, r.Date, r.Hint)
	}
	p.Err = t.End()
}

// ids names the documents of witnesses, copies included.
func ids(c *Collation, witnesses []string) string {
	var out []string
	for _, s := range witnesses {
		if w := c.Witness(s); w != nil {
			out = append(append(out, w.Key), w.Copies...)
		}
	}
	return strings.Join(out, " ")
}
