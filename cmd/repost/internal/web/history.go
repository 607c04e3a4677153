package web

import (
	"repost/cmd/repost/internal/report"
	"repost/dedup/diff"
)

// A Revision is what a page shows of what a version changed: as many of its changes as
// there is room for.
type Revision struct {
	*report.Revision
	Changes []diff.Change
	More    int    // changes that are not shown
	Rest    string // the address that shows them
	Back    string // of a revision that is shown alone: the address of all
}

// The changes of a revision that a page shows among others, and the bytes of all of them.
const (
	fewChanges  = 12
	changeBytes = 120 << 10 // with marks and reasons 300 KB
)

// Revisions are the revisions that a page of a history shows: all of them with their first
// changes, or one from some change on.
func (p *sheet) Revisions(h *History) []Revision {
	room := changeBytes
	var out []Revision
	for i := range h.Revisions {
		r := Revision{Revision: &h.Revisions[i]}
		all, most := r.Revision.Changes, fewChanges
		from := 0
		if h.revision > 0 {
			if r.To != h.revision {
				continue
			}
			from, most = min(h.from, len(all)), len(all)
			r.Back = p.HistoryPage(h, h.Page)
		}
		end := from
		for end < len(all) && end-from < most && (room > 0 || end == from) {
			c := &all[end]
			room -= len(c.AText) + len(c.BText) + 300 // of markup
			end++
		}
		r.Changes, r.More = all[from:end], len(all)-end
		if r.More > 0 {
			r.Rest = p.To("/history", "id", h.ID, "page", pageOf(h.Page), "revision", r.To, "from", end)
		}
		out = append(out, r)
	}
	return out
}

// ChangedIn is when a version came about, as its revision says.
func (p *sheet) ChangedIn(h *History, v report.Revised) string {
	for i := range h.Revisions {
		if r := &h.Revisions[i]; r.To == v.Number && r.When != "" {
			return report.When(r.When)
		}
	}
	if v.Updated != "" {
		return report.When(v.Updated)
	}
	return "–"
}

// WhenFrom says how the time of a revision is known.
func (p *sheet) WhenFrom(r *report.Revision) string {
	if r.When == "" {
		return p.T("when-unknown")
	}
	return p.T("when-" + r.WhenFrom)
}

// mostReading bounds the bytes of a reading in a list of changes.
const mostReading = 40 << 10

// Reading is a reading of a change, cut where it has more bytes than a page has room for.
func (p *sheet) Reading(text string) string { return p.Clean(report.Cut(text, mostReading)) }

// HistoryPage is the address of a page of a history.
func (p *sheet) HistoryPage(h *History, page int) string {
	return p.To("/history", "id", h.ID, "page", pageOf(page))
}
