package web

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"

	"repost/cmd/repost/internal/report"
	"repost/dedup/diff"
)

// A list is also a table for a spreadsheet, at its address with .csv: what a page shows, of
// all pages. Its headings are in the language of the reader, since a program has JSON.

// tabular are the pages that are tables too.
var tabular = map[string]bool{"stories": true, "story": true, "difference": true, "collation": true, "history": true, "notes": true, "documents": true}

func wantsCSV(r *http.Request) bool { return strings.HasSuffix(r.URL.Path, ".csv") }

// mostRows bounds the rows of a table.
const mostRows = 10_000

// CSV is the address of the page as a table, or "".
func (p *sheet) CSV() string {
	if p.Static || !tabular[p.Name] {
		return ""
	}
	path, query, _ := strings.Cut(p.Path, "?")
	return path + ".csv?" + query
}

// csv answers with a table.
func (s *Server) csv(w http.ResponseWriter, r *http.Request, name string, data any) {
	var b bytes.Buffer
	p := &sheet{s: s, Lang: s.language(r), Name: name}
	if err := p.table(&b, r, data); err != nil {
		s.failBy(w, r, err)
		return
	}
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", fmt.Sprintf("attachment; filename=repost-%s.csv", name))
	w.Header().Set("Content-Length", fmt.Sprint(b.Len()))
	w.Write(b.Bytes())
}

// begin begins a table whose headings are words.
func (p *sheet) begin(b *bytes.Buffer, words ...string) *report.CSVTable {
	for i := range words {
		words[i] = p.T(words[i])
	}
	return report.NewCSV(b, words...)
}

func (p *sheet) table(b *bytes.Buffer, r *http.Request, data any) error {
	switch v := data.(type) {
	case *Stories:
		t := p.begin(b, "story", "title", "members", "sources", "since", "until")
		for _, s := range v.Stories {
			t.Row(s.ID, s.Head, s.Size, s.Sources, s.First, s.Last)
		}
		return t.End()
	case *Documents:
		t := p.begin(b, "document", "title", "source", "date", "bytes", "in-a-story")
		for _, d := range v.Documents {
			t.Row(d.ID, d.Title, d.Source, d.Date, d.Bytes, p.T(map[bool]string{true: "yes", false: "no"}[d.InStory]))
		}
		return t.End()
	case *Story:
		return p.memberTable(b, r, v)
	case *Pair:
		notes := p.noteOf(v)
		t := p.begin(b, "grade", "class", "first", "second", "reasons", "mark", "note")
		for _, c := range v.Keyed() {
			n := notes(c.Key)
			t.Row(p.Say(c.Grade), p.Say(c.Class), c.AText, c.BText, p.reasons(&c.Change), n.Mark, n.Text)
		}
		return t.End()
	case *report.Collation:
		return p.readingTable(b, v)
	case *History:
		return p.revisionTable(b, v)
	case *NoteList:
		t := p.begin(b, "subject", "change", "mark", "note", "time")
		for _, n := range v.Notes {
			t.Row(p.SubjectName(n.Subject), n.Change, p.Mark(n.Mark), n.Text, n.Time.Format("2006-01-02 15:04:05"))
		}
		return t.End()
	}
	return ErrNotFound
}

// headline says how the headline of a member differs from that of the base.
func (p *sheet) headline(grade diff.Grade) string {
	if grade == "" {
		return ""
	}
	return p.T(string(grade))
}

// memberTable is the table of all members of a story, page by page.
func (p *sheet) memberTable(b *bytes.Buffer, r *http.Request, s *Story) error {
	t := p.begin(b, "date", "source", "document", "title", "url", "relation", "coverage", "substantive", "minor", "headline-differs", "who-first")
	rows := 0
	for page := 1; page <= s.Pages && rows < mostRows; page++ {
		if page > 1 {
			next, err := p.s.lib.Story(r.Context(), s.ID, page, s.Base)
			if err != nil {
				return err
			}
			s = next
		}
		for i := range s.Details {
			d := &s.Details[i]
			relation := p.Relation(d.Relation)
			if d.ID == s.Base {
				relation = p.T("base")
			}
			t.Row(d.Date, d.Source, d.ID, d.Title, d.URL, relation, fmt.Sprintf("%.1f %%", 100*d.Coverage), d.Substantive, d.Minor, p.headline(d.Headline), p.Say(d.Said))
			rows++
		}
	}
	return t.End()
}

// readingTable is the table of a collation: a row for each reading.
func (p *sheet) readingTable(b *bytes.Buffer, c *report.Collation) error {
	t := p.begin(b, "place", "grade", "class", "reading", "text", "versions", "sigla", "documents", "lineage-first", "date", "note-of-reading")
	for _, r := range report.ReadingRows(c, report.AllPlaces) {
		name := r.Name
		switch name {
		case "lemma":
			name = p.T("base")
		case "lacking":
			name = p.T("lacking")
		}
		text := strings.TrimSpace(r.Text)
		if text == "" && r.Name != "lacking" {
			text = "∅"
		}
		hint := p.Say(r.Hint)
		if r.Singleton {
			hint = strings.TrimLeft(hint+"; "+p.T("singleton"), "; ")
		}
		t.Row(r.Number, p.Say(r.Grade), p.Say(r.Class), name, text, r.Count, r.Sigla, r.IDs, r.First, report.When(r.Date), hint)
	}
	return t.End()
}

// revisionTable is the table of a document's versions: a row for each change.
func (p *sheet) revisionTable(b *bytes.Buffer, h *History) error {
	t := p.begin(b, "versions", "changed", "silent", "grade", "class", "before", "after", "reasons", "announcement", "read-from")
	origin := map[int]string{}
	for _, v := range h.Versions {
		origin[v.Number] = v.Origin.Path
	}
	for i := range h.Revisions {
		r := &h.Revisions[i]
		silent := p.T("no")
		if r.Silent {
			silent = p.T("yes")
		}
		rows := 0
		row := func(grade, class, before, after, reasons string) {
			t.Row(fmt.Sprintf("%d → %d", r.From, r.To), report.When(r.When), silent, grade, class, before, after, reasons, strings.Join(r.Announced, "; "), origin[r.To])
			rows++
		}
		for _, f := range r.Fields {
			grade := ""
			if f.Name == "title" && r.Headline != nil {
				grade = p.Say(r.Headline.Grade)
			}
			row(grade, p.T(f.Name), f.A, f.B, "")
		}
		for _, c := range r.Changes {
			row(p.Say(c.Grade), p.Say(c.Class), c.AText, c.BText, p.reasons(&c))
		}
		if rows == 0 {
			row("", p.T("no-words"), "", "", "")
		}
	}
	return t.End()
}

// reasons are those of a change in the language of the page.
func (p *sheet) reasons(c *diff.Change) string {
	out := make([]string, len(c.Reasons))
	for i := range c.Reasons {
		out[i] = p.Say(c.Reasons[i])
	}
	return strings.Join(out, "; ")
}
