package web

// A pager leads from one page of a list to the next.
type pager struct {
	Name           string // what the pages are called
	Page, Pages    int
	Previous, Next string // addresses, or ""
}

// pagerOf makes addresses of pages that exist alone: those of a folder of pages are written.
func (p *sheet) pagerOf(name string, page, pages int, to func(page int) string) pager {
	out := pager{Name: p.T(name), Page: page, Pages: pages}
	if page > 1 {
		out.Previous = to(page - 1)
	}
	if page < pages {
		out.Next = to(page + 1)
	}
	return out
}

// pageOf is a page as a parameter: the first needs none.
func pageOf(page int) any {
	if page == 1 {
		return ""
	}
	return page
}

// StoriesPager is that of a list of stories. A search of texts does not know how many pages
// follow: see Further.
func (p *sheet) StoriesPager(l *Stories) pager {
	pages := max(1, (l.Total+l.Query.PerPage-1)/l.Query.PerPage)
	if l.Query.InTexts && l.Query.Text != "" {
		pages = l.Query.Page
	}
	return p.pagerOf("page", l.Query.Page, pages, func(page int) string { return p.listed(l, page, 0) })
}

// StoryPager is that of the members of a story.
func (p *sheet) StoryPager(s *Story) pager {
	return p.pagerOf("page", s.Page, s.Pages, func(page int) string { return p.To("/story", "id", s.ID, "page", pageOf(page)) })
}

// PaperPager is that of the parts of a document's text.
func (p *sheet) PaperPager(d *Paper) pager {
	return p.pagerOf("part", d.Part, d.Parts(), func(part int) string { return p.To("/document", "id", d.ID, "part", pageOf(part)) })
}

// HistoryPager is that of the versions of a document.
func (p *sheet) HistoryPager(h *History) pager {
	return p.pagerOf("page", h.Page, h.Pages, func(page int) string { return p.HistoryPage(h, page) })
}

// NotesPager is that of the notes.
func (p *sheet) NotesPager(l *NoteList) pager {
	return p.pagerOf("page", l.Page, l.Pages, func(page int) string { return p.To("/notes", "mark", l.Mark, "page", pageOf(page)) })
}
