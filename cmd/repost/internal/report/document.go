package report

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"repost/dedup/collate"
	"repost/shingle"
)

// Document prints what is known of a document.
func (p *Printer) Document(d *Document) {
	if p.JSON {
		p.object(d)
		return
	}
	var rows Rows
	add := func(name, value string) {
		if value != "" {
			rows.Add(name, value)
		}
	}
	add("document", Name(d.ID))
	add("title", Label(d.Title))
	switch {
	case d.Credit != "" && d.Credit == d.Source:
		add("source", Label(d.Source)+" (as its text says)")
	default:
		add("source", Label(d.Source))
		add("credit", Label(d.Credit))
	}
	if d.DateFrom != "" {
		add("date", Label(d.Date)+" (from the "+d.DateFrom+")")
	} else {
		add("date", Label(d.Date))
	}
	add("url", Name(d.URL))
	from := Name(d.Origin.Path)
	if d.Origin.Record > 0 {
		from += fmt.Sprintf(", record %d", d.Origin.Record)
	}
	add("read from", from)
	if d.Version > 1 {
		add("version", fmt.Sprint(d.Version))
	}
	add("text", fmt.Sprintf("%s, %s, %s of them masked", Count(d.Bytes, "byte", "bytes"), Count(d.Units, "unit", "units"), Thousands(d.Units-d.Live)))
	p.rows("", rows)
	p.masks(d)
	p.parts(d)
	if d.Residue.Units > 0 && len(d.Stories) > 0 {
		p.printf("\nin no story: %s in %s\n", Count(d.Residue.Units, "unit", "units"), Count(len(d.Residue.Spans), "passage", "passages"))
		p.passages(d.Text, d.Residue.Spans)
	}
	p.novelty(d.Novelty)
}

func (p *Printer) masks(d *Document) {
	if len(d.Masks) == 0 {
		return
	}
	p.printf("\nmasked\n")
	var rows Rows
	for _, m := range d.Masks {
		rows.Add(string(m.Reason), Range(m.Span), excerpt(part(d.Text, m.Span), 48))
	}
	p.rows("  ", rows)
}

func (p *Printer) parts(d *Document) {
	if len(d.Stories) == 0 {
		p.printf("\nin no story\n")
	}
	for _, s := range d.Stories {
		p.printf("\nstory %s, %s: %s of this document\n", s.Story, Count(s.Size, "member", "members"), Percent(s.Coverage))
		p.passages(d.Text, s.Spans)
		var rows Rows
		mates := slices.Clone(s.With)
		collate.SortInTime(mates, func(m *Mate) string { return m.Date })
		shown := mates[:min(len(mates), mostMates)]
		for _, m := range shown {
			mark := " "
			if m.Canonical {
				mark = "*"
			}
			rows.Add("with "+mark, relationWord(m.Relation, m.Canonical), Name(m.ID), Label(m.Source), Label(m.Date), whence(m.Direction))
		}
		p.rows("  ", rows)
		if more := len(s.With) - len(shown); more > 0 {
			p.printf("  … and %s\n", Count(more, "more member", "more members"))
		}
	}
}

// mostMates is how many other members of a story are named as text: show STORY and
// JSON name all.
const mostMates = 50

// passages prints spans and how each begins.
func (p *Printer) passages(text string, spans []shingle.Span) {
	var rows Rows
	for _, s := range spans {
		rows.Add(Range(s), excerpt(part(text, s), 48))
	}
	p.rows("  ", rows)
}

// Range writes a span as lo-hi, as tables have it.
func Range(s shingle.Span) string { return fmt.Sprintf("%d-%d", s.Lo, s.Hi) }

// Matches prints what was found of one text.
func (p *Printer) Matches(query string, matches []Match) {
	if p.JSON {
		for i := range matches {
			p.object(&matches[i])
		}
		return
	}
	var rows Rows
	for _, m := range matches {
		name := Name(m.ID)
		if m.Version > 0 {
			name += fmt.Sprintf(" (version %d)", m.Version)
		}
		rows.Add(name, string(m.Relation.Kind), Percent(m.Carried), Percent(m.Relation.CoverageB),
			Label(m.Source), Label(m.Date), Cut(Label(m.Title), 40), strings.Join(m.Stories, " "))
	}
	if len(rows) > 0 {
		p.printf("%s\n", p.bold(Name(query)))
	}
	p.table("  ", []string{"document", "the text is", "of the text", "of the document", "source", "date", "title", "stories"}, rows)
}

// MatchCSV begins a table of what find found, a row for each document.
func (p *Printer) MatchCSV() *CSVTable {
	return p.CSV("query", "id", "relation", "coverage_query", "coverage_document", "identity", "source", "date", "title", "url", "stories", "query_spans", "document_spans", "carried", "version")
}

// Matches writes rows of MatchCSV.
func (t *CSVTable) Matches(query string, matches []Match) {
	for _, m := range matches {
		version := ""
		if m.Version > 0 {
			version = strconv.Itoa(m.Version)
		}
		t.Row(query, m.ID, string(m.Relation.Kind), m.Relation.CoverageA, m.Relation.CoverageB, m.Relation.Identity,
			m.Source, m.Date, m.Title, m.URL, strings.Join(m.Stories, " "), ranges(m.Spans), ranges(m.DocSpans), m.Carried, version)
	}
}

// DocumentCSV prints the other members of the stories of a document, a row each.
func (p *Printer) DocumentCSV(d *Document) {
	t := p.CSV("id", "story", "spans", "coverage", "with", "relation", "canonical", "source", "date", "direction", "odds", "evidence")
	for _, s := range d.Stories {
		for _, m := range s.With {
			verdict, odds, evidence := "", 0., ""
			if m.Direction != nil {
				verdict, odds = string(m.Direction.Verdict), m.Direction.Odds
				var names []string
				for _, e := range m.Direction.Evidence {
					names = append(names, e.Name)
				}
				evidence = strings.Join(names, " ")
			}
			t.Row(d.ID, s.Story, ranges(s.Spans), s.Coverage, m.ID, string(m.Relation), m.Canonical, m.Source, m.Date, verdict, odds, evidence)
		}
	}
	p.Err = t.End()
}
