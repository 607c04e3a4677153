package web

import (
	"context"
	"net/url"
	"strings"

	"repost/cmd/repost/internal/report"
	"repost/dedup/diff"
)

// Notes on how two versions differ: on the whole, change/A/B, or on one change, change/A/B/KEY.
// A pair is one thing in either order: who turns it round sees the notes that were made before,
// and changes these. The key of a change turned round is that of its readings exchanged.

// notesOnChanges are the notes on single changes of two versions, by the keys that these have
// in the order in which they are shown.
func (p *sheet) notesOnChanges(d *Pair) map[string]Note {
	on := map[string]Note{}
	if p.Static {
		return on
	}
	for key, n := range p.notesOnPair(d.B.ID, d.A.ID) {
		on[key] = n // under the key of the other order: exchanged below
	}
	if len(on) > 0 {
		turned := map[string]Note{}
		there := d.Turned().Keyed()
		for i, c := range d.Keyed() {
			if n, ok := on[there[i].Key]; ok {
				turned[c.Key] = n
			}
		}
		on = turned
	}
	for key, n := range p.notesOnPair(d.A.ID, d.B.ID) {
		on[key] = n
	}
	return on
}

// notesOnPair are the notes on changes that were made in this order of two documents, by key.
func (p *sheet) notesOnPair(a, b string) map[string]Note {
	all, err := p.s.lib.Notes(context.Background(), "")
	if err != nil {
		return nil // a page without them is better than none
	}
	on := map[string]Note{}
	for _, n := range all {
		if key, ok := strings.CutPrefix(n.Subject, p.PairSubject(a, b)+"/"); ok {
			on[key] = n
		}
	}
	return on
}

// noteOf returns what was noted of each change of two versions, and where it is marked.
func (p *sheet) noteOf(d *Pair) func(key string) report.Noted {
	if p.Static {
		return nil
	}
	on := p.notesOnChanges(d)
	return func(key string) report.Noted {
		out := report.Noted{}
		if n, ok := on[key]; ok {
			if out.Text = n.Text; n.Mark != "" {
				out.Mark = p.Mark(n.Mark)
			}
		}
		if !p.ReadOnly {
			out.Address = p.markAddress(d.A.ID, d.B.ID, key)
		}
		return out
	}
}

// markAddress is where a change is marked.
func (p *sheet) markAddress(a, b, key string) string {
	return p.To("/diff", "a", a, "b", b, "change", key, "view", "list") + "#note"
}

// PairSubject is the subject of notes on the difference of two documents.
func (p *sheet) PairSubject(a, b string) string { return p.SubjectOf("change", a, b) }

// NotesOnWhole are the notes on the difference of two documents as a whole, in either order.
func (p *sheet) NotesOnWhole(a, b string) []Note {
	return append(append([]Note{}, p.NotesOn("change", a, b)...), p.NotesOn("change", b, a)...)
}

// NotesBetween is how many notes there are on the difference of two documents, in either
// order. All notes are read once for a page.
func (p *sheet) NotesBetween(a, b string) int {
	if p.Static {
		return 0
	}
	if p.between == nil {
		p.between = map[[2]string]int{}
		all, err := p.s.lib.Notes(context.Background(), "")
		if err != nil {
			return 0
		}
		for _, n := range all {
			if a, b, _ := changeOf(n.Subject); a != "" {
				p.between[[2]string{min(a, b), max(a, b)}]++
			}
		}
	}
	return p.between[[2]string{min(a, b), max(a, b)}]
}

// MarkHint says how a single change is marked, where none was chosen.
func (p *sheet) MarkHint(f framed) string {
	if f.Change != "" {
		return ""
	}
	return p.T("mark-one")
}

// readingsOf is a change in a line.
func readingsOf(c *diff.Change) string {
	side := func(s string) string {
		if s = report.Cut(report.Flat(s), 60); s == "" {
			return "∅"
		}
		return s
	}
	return side(c.AText) + " → " + side(c.BText)
}

// readings are those of the change that a note is on, or "": the list of notes shows them
// without comparing the documents again, also when they are gone.
func (s *Server) readings(ctx context.Context, subject string) string {
	a, b, key := changeOf(subject)
	if key == "" {
		return ""
	}
	ctx, cancel := context.WithTimeout(context.WithValue(ctx, programKey{}, true), s.opt.Timeout)
	defer cancel()
	d, err := s.lib.Difference(ctx, a, b)
	if err != nil {
		return ""
	}
	for _, c := range d.Keyed() {
		if c.Key == key {
			return readingsOf(&c.Change)
		}
	}
	return ""
}

// changeOf returns the documents of a change's subject, which are escaped there, and the key of
// the change, or "" if it is on all of them.
func changeOf(subject string) (a, b, key string) {
	parts := strings.Split(subject, "/")
	if parts[0] != "change" || len(parts) < 3 {
		return "", "", ""
	}
	a, err1 := url.PathUnescape(parts[1])
	b, err2 := url.PathUnescape(parts[2])
	if err1 != nil || err2 != nil {
		return "", "", ""
	}
	if len(parts) == 4 {
		key = parts[3]
	}
	return a, b, key
}

// SubjectName says in words what a note is about.
func (p *sheet) SubjectName(subject string) string {
	kind, id, _ := strings.Cut(subject, "/")
	parts := strings.Split(id, "/")
	for i := range parts {
		if plain, err := url.PathUnescape(parts[i]); err == nil {
			parts[i] = report.Label(plain)
		}
	}
	if kind == "change" && len(parts) > 1 {
		return p.T("change") + p.T("colon") + parts[0] + " → " + parts[1]
	}
	return p.T(kind) + " " + strings.Join(parts, "/")
}
