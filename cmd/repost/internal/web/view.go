package web

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"repost/cmd/repost/internal/report"
)

// What templates ask of their sheet, except for words and drawings.

// Hue is the colour of the i-th story of a document.
func (p *sheet) Hue(i int) int { return i % 6 }

// Relations are those that a list can be limited to.
func (p *sheet) Relations() []string { return relations[1:] }

// Sorts are the orders of a list.
func (p *sheet) Sorts() []string { return []string{"size", "new", "old", "sources"} }

// DocumentSorts are the orders of a list of documents.
func (p *sheet) DocumentSorts() []string { return []string{"new", "old"} }

// Sensitivities are those of a search.
func (p *sheet) Sensitivities() []string { return []string{"story", "quotation", "phrase"} }

// Further is the address at which a search of texts continues, or "".
func (p *sheet) Further(l *Stories) string {
	if l.Further == 0 {
		return ""
	}
	return p.listed(l, l.Query.Page, l.Further)
}

func (p *sheet) listed(l *Stories, page, from int) string {
	q := l.Query
	pairs := []any{"q", q.Text, "source", q.Source, "since", q.Since, "until", q.Until, "relation", q.Relation}
	if q.InTexts {
		pairs = append(pairs, "texts", 1)
	}
	if q.Substantive {
		pairs = append(pairs, "substantive", 1)
	}
	if q.Least > 2 {
		pairs = append(pairs, "least", q.Least)
	}
	if q.Sort != "size" {
		pairs = append(pairs, "sort", q.Sort)
	}
	return p.To("/stories", paged(pairs, q.PerPage, page, from)...)
}

// paged appends the parameters of a page of a list, or of a search that continues at a place of it.
func paged(pairs []any, each, page, from int) []any {
	if each != perPage {
		pairs = append(pairs, "per_page", each)
	}
	if page > 1 {
		pairs = append(pairs, "page", page)
	}
	if from > 0 {
		pairs = append(pairs, "from", from)
	}
	return pairs
}

// Mark is a mark in words; a note may have none.
func (p *sheet) Mark(mark string) string {
	if mark == "" {
		return "–"
	}
	return p.T("mark-" + mark)
}

// MateAddress is what another member of a document's story leads to: how the two differ. A
// folder of pages has the members compared with their base alone, since all pairs of a story
// of 500 would be 125,000 pages.
func (p *sheet) MateAddress(id, mate string) string {
	if p.Static {
		return p.To("/document", "id", mate)
	}
	return p.To("/diff", "a", id, "b", mate)
}

// Changes says how many changes a version has.
func (p *sheet) Changes(substantive, minor int) string {
	return strings.NewReplacer("{s}", report.Thousands(substantive), "{m}", report.Thousands(minor)).Replace(p.T("changes-of"))
}

// Earliest is the first dated member of a story, or nil. It stands on the first page.
func (p *sheet) Earliest(s *Story) *Detail {
	if s.Page > 1 || len(s.Details) == 0 || s.Details[0].Date == "" {
		return nil
	}
	return &s.Details[0]
}

// Current reports whether the last version of a page of a history is what the document is
// now: one that was removed has no page.
func (p *sheet) Current(h *History) bool {
	return slices.ContainsFunc(h.Versions, func(v report.Revised) bool { return v.Live })
}

// Marks are the marks of notes.
func (p *sheet) Marks() []string { return Marks }

// NotesOn are the notes on a story, a document or a difference. A page without them is
// better than no page.
func (p *sheet) NotesOn(kind string, ids ...string) []Note {
	notes, err := p.s.lib.Notes(context.Background(), p.SubjectOf(kind, ids...))
	if err != nil {
		return nil
	}
	return notes
}

// NoteOn is the note on a story or a document, or nil.
func (p *sheet) NoteOn(kind, id string) *Note {
	notes := p.NotesOn(kind, id)
	if len(notes) == 0 {
		return nil
	}
	return &notes[0]
}

// SubjectOf is the subject of notes; ids are escaped there as in a path.
func (p *sheet) SubjectOf(kind string, ids ...string) string {
	for _, id := range ids {
		kind += "/" + url.PathEscape(id)
	}
	return kind
}

// Say is a phrase of package report in the language of the page.
func (p *sheet) Say(english any) string {
	say := report.Translated(p.Lang)
	if say == nil {
		return fmt.Sprint(english)
	}
	return say(fmt.Sprint(english))
}

// Subject is the address of a note's subject; a note on one change leads to it.
func (p *sheet) Subject(subject string) string {
	if a, b, key := changeOf(subject); key != "" {
		return p.markAddress(a, b, key)
	}
	return addressOf(subject)
}
