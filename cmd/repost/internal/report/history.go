package report

import (
	"fmt"
	"slices"
	"strings"

	"repost/dedup/diff"
)

// History is what `history --json` prints:
//
//	{"id":"…","versions":[{"version":1,"id":"…","date":"…","title":"…","bytes":n,"live":false},…],
//	 "revisions":[{"from":1,"to":2,"silent":true,"announced":[],"fields":[{"name":"title","a":"…","b":"…"}],
//	   "a":{…},"b":{…},"changes":[…],…},…]}
//
// A revision has the fields of `diff --json`. Silent ones come first.
type History struct {
	ID        string     `json:"id"` // as it was asked for
	Versions  []Revised  `json:"versions"`
	Revisions []Revision `json:"revisions"`
}

// Revised is one version of a document.
type Revised struct {
	Number   int      `json:"version"` // from 1
	ID       string   `json:"id"`
	URL      string   `json:"url,omitempty"`
	Date     string   `json:"date"`
	Until    string   `json:"until,omitempty"`     // the last date with this text, if that is another
	DateFrom string   `json:"date_from,omitempty"` // see dedup.Document
	Saved    []string `json:"saved,omitempty"`     // the first and the last day that its files name, where the date is not from there
	Times    int      `json:"times"`               // documents that have this text
	Updated  string   `json:"updated,omitempty"`   // last change, as its record says
	Title    string   `json:"title"`
	Bytes    int      `json:"bytes"`
	Origin   Origin   `json:"origin"`            // where it was read
	Live     bool     `json:"live"`              // the one the corpus shows and clusters
	Removed  bool     `json:"removed,omitempty"` // its document was removed, and it is kept until repost compact
}

// Revision is what one version changed of the one before.
type Revision struct {
	From      int      `json:"from"`
	To        int      `json:"to"`
	Silent    bool     `json:"silent"`
	Announced []string `json:"announced"`           // what says that the text was changed
	Fields    []Field  `json:"fields"`              // of the document, other than its text
	When      string   `json:"when"`                // of the change: "" is not known
	WhenFrom  string   `json:"when_from,omitempty"` // updated, file or date: see Revised
	*Difference
}

// Field is a field of a document with another value than before.
type Field struct {
	Name string `json:"name"`
	A    string `json:"a"`
	B    string `json:"b"`
}

// Rank orders revisions for a reader: what was changed in silence first, and of
// that what changed substance.
func (r *Revision) Rank() int {
	switch s := r.Summary; {
	case r.Silent && s.Substantive > 0:
		return 0
	case r.Silent:
		return 1
	case s.Substantive+s.Minor > 0:
		return 2
	}
	return 3
}

// History prints versions and what each changed, with at most the given number of changes;
// 0 = all.
func (p *Printer) History(h *History, limit int) {
	if p.JSON {
		p.object(h)
		return
	}
	silent := 0
	for _, r := range h.Revisions {
		if r.Silent {
			silent++
		}
	}
	head := Name(h.ID) + ": " + Count(len(h.Versions), "version", "versions")
	if len(h.Revisions) > 0 {
		head += fmt.Sprintf(", %s changed in silence", Thousands(silent))
	}
	if !slices.ContainsFunc(h.Versions, func(v Revised) bool { return v.Live }) {
		head += "; removed, its versions are kept until repost compact"
	}
	p.printf("%s\n", p.bold(head))
	var rows Rows
	for _, v := range h.Versions {
		live := ""
		if v.Live {
			live = "*"
		} else if v.Removed {
			live = "removed"
		}
		rows.Add(fmt.Sprint(v.Number), live, v.dates(), Count(v.Bytes, "byte", "bytes"), Name(v.ID), Cut(Label(v.Title), 48), v.readFrom())
	}
	p.rows("  ", rows)
	for i := range h.Revisions {
		p.revision(&h.Revisions[i], limit)
	}
}

// dates returns the date of a version, or the first and the last one, and how often it was
// read.
func (v *Revised) dates() string {
	s := Label(v.Date)
	if v.Until != "" {
		s += " – " + Label(v.Until)
	}
	if n := len(v.Saved); n > 0 {
		s += ", saved " + v.Saved[0]
		if last := v.Saved[n-1]; last != v.Saved[0] {
			s += " – " + last
		}
	}
	if v.Times > 1 {
		s += fmt.Sprintf(" (%s×)", Thousands(v.Times))
	}
	return s
}

// readFrom says in which file a version was: of snapshots, that is when it was seen.
func (v *Revised) readFrom() string {
	if v.Origin.Path == "" || v.Origin.Path == v.ID {
		return ""
	}
	return "from " + Name(v.Origin.Path)
}

func (p *Printer) revision(r *Revision, limit int) {
	why := "no change of words"
	switch {
	case r.Silent:
		why = "silent"
	case len(r.Announced) > 0:
		why = "announced: " + Flat(strings.Join(r.Announced, "; "))
	}
	head := fmt.Sprintf("version %d → %d  %s", r.From, r.To, why)
	if r.When != "" && r.WhenFrom != "date" { // a later date is announced
		head += ", " + Label(r.When) + r.since()
	}
	p.printf("\n%s\n  %s\n", p.bold(head), Summary(r.Difference))
	p.headline(r.Difference, "  ", Detail{Least: diff.Cosmetic})
	for _, f := range r.Fields {
		if f.Name != "title" || r.Headline == nil { // one that is graded stands above
			p.printf("  %s: %s → %s\n", f.Name, orNone(f.A), orNone(f.B))
		}
	}
	p.blocks(r.Difference, "  ")
	p.changes(r.Difference, "  ", Detail{Changes: limit})
}

// since says how the time of a revision is known.
func (r *Revision) since() string {
	if r.WhenFrom == "updated" {
		return " (last change, as its record says)"
	}
	return " (the file it was read from)"
}

func orNone(s string) string {
	if s = Label(s); s == "" {
		return "(none)"
	}
	return s
}

// HistoryCSV prints a row for each field and each change of each revision; one that
// changed nothing has a row too.
func (p *Printer) HistoryCSV(h *History, limit int) {
	t := p.CSV("from", "to", "id", "date", "silent", "announced", "grade", "class", "a_lo", "a_hi", "b_lo", "b_hi", "a_text", "b_text", "read_from", "when", "until")
	for i := range h.Revisions {
		r := &h.Revisions[i]
		to := h.Versions[r.To-1]
		row := func(cells ...any) {
			t.Row(append([]any{r.From, r.To, to.ID, to.Date, r.Silent, strings.Join(r.Announced, "; ")}, append(cells, to.Origin.Path, r.When, to.Until)...)...)
		}
		for _, f := range r.Fields {
			if f.Name == "title" && r.Headline != nil {
				row(string(r.Headline.Grade), string(diff.Headline), "", "", "", "", f.A, f.B)
			} else {
				row("field", f.Name, "", "", "", "", f.A, f.B)
			}
		}
		for k, c := range r.Changes {
			if limit > 0 && k == limit {
				break
			}
			row(string(c.Grade), string(c.Class), c.A.Lo, c.A.Hi, c.B.Lo, c.B.Hi, c.AText, c.BText)
		}
		if len(r.Fields)+len(r.Changes) == 0 {
			row("", "", "", "", "", "", "", "")
		}
	}
	p.Err = t.End()
}
