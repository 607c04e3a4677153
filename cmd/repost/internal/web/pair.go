package web

import (
	"bytes"
	"net/http"
	"strconv"

	"repost/cmd/repost/internal/report"
)

// framed is what stands above a page of package report: of a collation the story, of two
// versions their ids, and the change that is to be marked.
type framed struct {
	A, B           string
	Story          string
	Heads          [2]Head
	Change, Marked string // its key, and its readings
	Subject        string // of a note on it, or on the whole
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
	frame := report.Framing{Say: report.Translated(p.Lang), Fold: true, Note: p.noteOf(d), View: r.FormValue("view")}
	rooms := []int{0}
	if !p.Static {
		frame.From, _ = strconv.Atoi(r.FormValue("from"))
		frame.From = max(0, min(frame.From, len(d.Changes)-1))
		frame.Rest = func(from int) string { return p.To("/diff", "a", a, "b", b, "from", from, "view", r.FormValue("view")) }
		if rooms = []int{0, 300, 80, 20, 5, 1}; frame.From > 0 || len(d.TextA)+len(d.TextB) > mostPage {
			rooms = rooms[1:]
		}
	}
	head := framed{A: a, B: b, Story: d.Story, Heads: d.Heads}
	p.View, head.Subject = frame.View, p.PairSubject(a, b)
	asked, on := r.FormValue("change"), p.notesOnChanges(d)
	for _, c := range d.Keyed() {
		note, ok := on[c.Key]
		if c.Key == asked {
			head.Change, head.Marked, head.Subject = c.Key, readingsOf(&c.Change), head.Subject+"/"+c.Key
			if ok {
				head.Now, head.Subject = &note, note.Subject
			}
		}
		if ok && len(head.Noted) < mostNoted {
			head.Noted = append(head.Noted, notedChange{note, p.markAddress(a, b, c.Key), readingsOf(&c.Change)})
		}
	}
	if whole := p.NotesOnWhole(a, b); head.Change == "" && len(whole) > 0 {
		head.Now, head.Subject = &whole[0], whole[0].Subject
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
