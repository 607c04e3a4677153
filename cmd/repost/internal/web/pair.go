package web

import (
	"bytes"
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"repost/cmd/repost/internal/report"
)

// framed is what stands above a page of package report: of a collation the story, of two
// versions their ids, and the change that is to be marked.
type framed struct {
	A, B           string
	Cluster        string // the story
	Heads          [2]Head
	Change, Marked string // its key, and its readings
	Now            *Note  // what was noted of it
	Noted          []notedChange
}

// notedChange is a change of two versions with a note on it.
type notedChange struct {
	Note
	Address, Readings string
}

// mostPage bounds the bytes of the page of two versions: those with more changes are shown
// some at a time.
const mostPage = 280 << 10

// mostNoted bounds the notes above two versions; all of them stand with their changes.
const mostNoted = 50

// difference makes the page of two versions as package report has it, with as many changes
// as there is room for.
func (p *sheet) difference(d *Pair, r *http.Request) (string, error) {
	a, b := d.A.ID, d.B.ID
	frame := report.Framing{Say: report.Translated(p.Lang), Fold: true, Note: p.noteOf(a, b)}
	rooms := []int{0}
	if !p.Static {
		frame.From, _ = strconv.Atoi(r.FormValue("from"))
		frame.From = max(0, min(frame.From, len(d.Changes)-1))
		frame.Rest = func(from int) string { return p.To("/diff", "a", a, "b", b, "from", from) }
		if rooms = []int{0, 300, 80, 20, 5, 1}; frame.From > 0 || len(d.TextA)+len(d.TextB) > mostPage {
			rooms = rooms[1:]
		}
	}
	head := framed{A: a, B: b, Cluster: d.Cluster, Heads: d.Heads}
	asked, on := r.FormValue("change"), p.notesOnChanges(a, b)
	for i, key := range report.ChangeKeys(d.Changes) {
		note, ok := on[key]
		if !ok && key != asked {
			continue
		}
		c := &d.Changes[i]
		readings := report.Cut(report.Flat(c.AText), 60) + " → " + report.Cut(report.Flat(c.BText), 60)
		if key == asked {
			head.Change, head.Marked = key, readings
		}
		if ok && key == asked {
			head.Now = &note
		}
		if ok && len(head.Noted) < mostNoted {
			head.Noted = append(head.Noted, notedChange{note, p.markAddress(a, b, key), readings})
		}
	}
	p.Data = head
	var page bytes.Buffer
	for _, frame.Most = range rooms {
		page.Reset()
		if err := report.FramedHTML(&page, d.Difference, frame); err != nil {
			return "", err
		}
		if page.Len() <= mostPage {
			break
		}
	}
	return page.String(), nil
}

// noteOf returns what was noted of each change of two versions, and where it is marked.
func (p *sheet) noteOf(a, b string) func(key string) report.Noted {
	if p.Static {
		return nil
	}
	on := p.notesOnChanges(a, b)
	return func(key string) report.Noted {
		out := report.Noted{}
		if n, ok := on[key]; ok {
			out.Mark, out.Text = p.T("mark-"+n.Mark), n.Text
		}
		if !p.ReadOnly {
			out.Address = p.markAddress(a, b, key)
		}
		return out
	}
}

// notesOnChanges are the notes on single changes of two versions, by the keys of these.
func (p *sheet) notesOnChanges(a, b string) map[string]Note {
	on := map[string]Note{}
	if p.Static {
		return on
	}
	subject := p.PairSubject(a, b) + "/"
	for _, n := range p.NotesOnPair(a, b) {
		on[strings.TrimPrefix(n.Subject, subject)] = n
	}
	return on
}

// markAddress is where a change is marked.
func (p *sheet) markAddress(a, b, key string) string {
	return p.To("/diff", "a", a, "b", b, "change", key) + "#note"
}

// PairSubject is the subject of notes on the difference of two documents.
func (p *sheet) PairSubject(a, b string) string {
	return "change/" + url.PathEscape(a) + "/" + url.PathEscape(b)
}

// ChangeSubject is the subject of notes on a change, or on all of a difference.
func (p *sheet) ChangeSubject(f framed) string {
	if f.Change == "" {
		return p.PairSubject(f.A, f.B)
	}
	return p.PairSubject(f.A, f.B) + "/" + f.Change
}

// MarkHint says how a single change is marked, where none was chosen.
func (p *sheet) MarkHint(f framed) string {
	if f.Change != "" {
		return ""
	}
	return p.T("mark-one")
}

// NotesOnPair are the notes on the difference of two documents, and on changes of it.
func (p *sheet) NotesOnPair(a, b string) []Note {
	all, err := p.s.lib.Notes(context.Background(), "")
	if err != nil {
		return nil
	}
	var out []Note
	subject := p.PairSubject(a, b)
	for _, n := range all {
		if n.Subject == subject || strings.HasPrefix(n.Subject, subject+"/") {
			out = append(out, n)
		}
	}
	return out
}

// NotesOnWhole are the notes on the difference of two documents as a whole.
func (p *sheet) NotesOnWhole(a, b string) []Note { return p.NotesOn("change", a, b) }

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
		return p.T("change") + ": " + parts[0] + " → " + parts[1]
	}
	return p.T(kind) + " " + strings.Join(parts, "/")
}
