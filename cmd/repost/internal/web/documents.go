package web

import (
	"net/http"
	"strings"
)

// DocumentQuery says which documents are listed.
type DocumentQuery struct {
	Text      string `json:"q"`      // words of titles, ids, sources
	InTexts   bool   `json:"texts"`  // and of the texts
	Source    string `json:"source"` // of the document
	Since     string `json:"since"`  // of its date
	Until     string `json:"until"`
	Alone     bool   `json:"alone"` // those that are in no story
	Sort      string `json:"sort"`  // new, old
	Page      int    `json:"page"`  // from 1
	PerPage   int    `json:"per_page"`
	Continued int    `json:"from"` // a search for words continues at this place of the order
}

// Listed is a document in a list.
type Listed struct {
	ID      string `json:"id"`
	Title   string `json:"title"`
	Source  string `json:"source"`
	Date    string `json:"date"`
	Bytes   int    `json:"bytes"` // of its text
	InStory bool   `json:"in_story"`
}

// Documents is a page of a list of documents.
type Documents struct {
	Query     DocumentQuery `json:"query"`
	Total     int           `json:"total"` // documents that fit; of a search for words, found so far
	Documents []Listed      `json:"documents"`
	Further   int           `json:"further,omitempty"` // where a search stopped when its time was over, or 0
	Names     []string      `json:"-"`                 // sources, to choose from
}

// MostAlone bounds the documents in no story that a folder of pages has.
const MostAlone = 2000

func (s *Server) documents(r *http.Request) (any, error) {
	p := parametersOf(r)
	q := DocumentQuery{
		Text: strings.TrimSpace(p.text("q")), InTexts: p.one("texts", "", "1") == "1", Source: p.text("source"),
		Since: p.text("since"), Until: p.text("until"), Alone: p.one("alone", "", "1") == "1", Sort: p.one("sort", "new", "old"),
		Page: p.number("page", 1, 1<<31-1, 1), PerPage: p.number("per_page", 1, 1000, perPage), Continued: p.number("from", 0, 1<<31-1, 0),
	}
	if p.err != nil {
		return nil, p.err
	}
	if wantsCSV(r) {
		q.Page, q.PerPage = 1, mostRows
	}
	q.Alone = q.Alone || s.opt.Static // stories lead to the others
	out, err := s.lib.Documents(r.Context(), q)
	if err == nil && s.opt.Static {
		out.Total = min(out.Total, MostAlone)
	}
	return out, err
}

// DocumentsPager is that of a list of documents. A search for words does not know how many pages follow.
func (p *sheet) DocumentsPager(l *Documents) pager {
	pages := max(1, (l.Total+l.Query.PerPage-1)/l.Query.PerPage)
	if l.Query.Text != "" {
		pages = l.Query.Page
	}
	return p.pagerOf("page", l.Query.Page, pages, func(page int) string { return p.listedDocuments(l, page, 0) })
}

// FurtherDocuments is the address at which a search for words continues, or "".
func (p *sheet) FurtherDocuments(l *Documents) string {
	if l.Further == 0 {
		return ""
	}
	return p.listedDocuments(l, l.Query.Page, l.Further)
}

func (p *sheet) listedDocuments(l *Documents, page, from int) string {
	q := l.Query
	pairs := []any{"q", q.Text, "source", q.Source, "since", q.Since, "until", q.Until}
	if q.InTexts {
		pairs = append(pairs, "texts", 1)
	}
	if q.Alone && !p.Static {
		pairs = append(pairs, "alone", 1)
	}
	if q.Sort != "new" {
		pairs = append(pairs, "sort", q.Sort)
	}
	return p.To("/documents", paged(pairs, q.PerPage, page, from)...)
}
