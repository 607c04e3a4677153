package web

import (
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"repost/cmd/repost/internal/report"
	"repost/shingle"
)

// perPage is how many stories a page of a list has unless the address says another number.
const perPage = 50

func (s *Server) overview(r *http.Request) (any, error) { return s.lib.Overview(r.Context()) }

// relations are those that a list can be limited to; "" is any.
var relations = []string{"", "identical", "same-text", "near-duplicate", "contains", "contained-in", "overlap", "quotes", "same-template"}

func (s *Server) stories(r *http.Request) (any, error) {
	p := parametersOf(r)
	q := Query{
		Text: strings.TrimSpace(p.text("q")), InTexts: p.one("texts", "", "1") == "1", Source: p.text("source"),
		Since: p.text("since"), Until: p.text("until"), Least: p.number("least", 2, 1<<31-1, 2),
		Relation: p.one("relation", relations...), Substantive: p.one("substantive", "", "1") == "1", Sort: p.one("sort", "size", "new", "old", "sources"),
		Page: p.number("page", 1, 1<<31-1, 1), PerPage: p.number("per_page", 1, 1000, perPage), Continued: p.number("from", 0, 1<<31-1, 0),
	}
	if p.err != nil {
		return nil, p.err
	}
	if wantsCSV(r) {
		q.Page, q.PerPage = 1, mostRows
	}
	return s.lib.Stories(r.Context(), q)
}

func (s *Server) story(r *http.Request) (any, error) {
	p := parametersOf(r)
	id, page, base := p.wanted("id"), p.number("page", 1, 1<<31-1, 1), p.text("base")
	if p.err != nil {
		return nil, p.err
	}
	out, err := s.lib.Story(r.Context(), id, page, base)
	if err == nil && out.ID != id { // the story has another id now
		q := r.URL.Query()
		q.Set("id", out.ID)
		return elsewhere(r.URL.Path + "?" + q.Encode()), nil
	}
	return out, err
}

func (s *Server) document(r *http.Request) (any, error) {
	p := parametersOf(r)
	id, part := p.wanted("id"), p.number("part", 1, 1<<31-1, 1)
	if p.err != nil {
		return nil, p.err
	}
	d, err := s.lib.Document(r.Context(), id)
	if err != nil {
		return nil, err
	}
	out := &Paper{Document: d, Part: part, parts: partsOf(d.Text)}
	if part > len(out.parts) {
		return nil, ErrNotFound
	}
	return out, nil
}

// Paper is a document whose page shows a part of its text.
type Paper struct {
	*report.Document
	Part  int `json:"-"` // from 1
	parts []shingle.Span
}

// Parts is how many parts the text has.
func (p *Paper) Parts() int { return len(p.parts) }

// partBytes bounds the text of a page: with what escapes and marks add, 300 KB.
const partBytes = 40 << 10

// partsOf takes a text apart, at ends of lines where there are any.
func partsOf(text string) []shingle.Span {
	parts := []shingle.Span{{}}
	for lo := 0; lo < len(text); {
		hi := min(len(text), lo+partBytes)
		if hi < len(text) {
			for back := 0; back < utf8.UTFMax && !utf8.RuneStart(text[hi]); back++ {
				hi--
			}
			if i := strings.LastIndexByte(text[lo:hi], '\n'); i > partBytes/2 {
				hi = lo + i + 1
			}
		}
		if lo == 0 {
			parts = parts[:0]
		}
		parts = append(parts, shingle.Span{Lo: lo, Hi: hi})
		lo = hi
	}
	return parts
}

func (s *Server) history(r *http.Request) (any, error) {
	p := parametersOf(r)
	id, page := p.wanted("id"), p.number("page", 1, 1<<31-1, 1)
	revision, from := p.number("revision", 2, 1<<31-1, 0), p.number("from", 0, 1<<31-1, 0)
	if p.err != nil {
		return nil, p.err
	}
	h, err := s.lib.History(r.Context(), id, page)
	if err != nil {
		return nil, err
	}
	shown := *h // h is shared
	shown.revision, shown.from = revision, from
	if revision > 0 && !slices.ContainsFunc(h.Revisions, func(r report.Revision) bool { return r.To == revision }) {
		return nil, ErrNotFound
	}
	return &shown, nil
}

func (s *Server) difference(r *http.Request) (any, error) {
	p := parametersOf(r)
	a, b := p.wanted("a"), p.wanted("b")
	p.number("from", 0, 1<<31-1, 0) // for the page
	p.one("view", "", "sides", "inline", "list")
	if p.err != nil {
		return nil, p.err
	}
	return s.lib.Difference(r.Context(), a, b)
}

// mostCollated bounds the versions that are chosen for a collation, and mostID the characters
// of the id of each: all of them fit into the line of a request.
const (
	mostCollated = 100
	mostID       = 2000
)

func (s *Server) collation(r *http.Request) (any, error) {
	p := parametersOf(r)
	id, ids := p.wanted("id"), p.values["with"]
	if len(ids) > mostCollated || slices.ContainsFunc(ids, func(id string) bool { return utf8.RuneCountInString(id) > mostID }) {
		p.wrong("with")
	}
	if p.err != nil {
		return nil, p.err
	}
	return s.lib.Collation(r.Context(), id, ids)
}

// NoteList is a page of the list of notes.
type NoteList struct {
	Notes []Note `json:"notes"`
	Mark  string `json:"mark"` // that all of them have; "" is any
	Total int    `json:"total"`
	Page  int    `json:"page"` // from 1
	Pages int    `json:"pages"`
}

func (s *Server) notes(r *http.Request) (any, error) {
	p := parametersOf(r)
	subject, size := p.text("subject"), p.number("per_page", 1, 1000, perPage)
	out := &NoteList{Mark: p.one("mark", append([]string{""}, Marks...)...), Page: p.number("page", 1, 1<<31-1, 1)}
	if p.err != nil {
		return nil, p.err
	}
	notes, err := s.lib.Notes(r.Context(), subject)
	if err != nil {
		return nil, err
	}
	if out.Mark != "" {
		notes = slices.DeleteFunc(slices.Clone(notes), func(n Note) bool { return n.Mark != out.Mark })
	}
	if wantsCSV(r) {
		out.Page, size = 1, mostRows
	}
	out.Total, out.Pages = len(notes), max(1, (len(notes)+size-1)/size)
	if out.Page > out.Pages {
		return nil, ErrNotFound
	}
	first := (out.Page - 1) * size
	out.Notes = append([]Note{}, notes[first:min(first+size, len(notes))]...)
	return out, nil
}
