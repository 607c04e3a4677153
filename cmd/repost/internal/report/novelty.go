package report

import (
	"fmt"

	"repost/dedup/collate"
)

// Novelty is the field novelty of `show --novelty --json`:
//
//	{"new":0.12,"earlier":3,"units":900,"seen":792,"sources":[{"id":"…","date":"…","units":700,"spans":[[lo,hi]]}],
//	 "sentences":[{"span":[lo,hi],"text":"…","units":30,"new":30,"known":["…"]}],"caps":[]}
type Novelty struct {
	New     float64 `json:"new"`     // share of the text that no earlier document has
	Earlier int     `json:"earlier"` // documents that it was compared with
	collate.Assembly
	Caps []string `json:"caps"`
}

// Newcomer is a line of `ingest --novelty --json`: a document that the run added, or
// put in the place of an older version, and the fields of Novelty:
//
//	{"id":"…","version":1,"new":0.12,"earlier":3,"units":900,…}
type Newcomer struct {
	ID      string `json:"id"`
	Version int    `json:"version"` // 1 if the id is new
	*Novelty
}

// Newcomer prints how much of a document is new and where the rest came from, on one
// line.
func (p *Printer) Newcomer(n *Newcomer) {
	if p.JSON {
		p.object(n)
		return
	}
	line := fmt.Sprintf("%7s new  %s", Percent(n.New), Name(n.ID))
	const named = 3 // sources: the list is for JSON
	for i, s := range n.Sources[:min(named, len(n.Sources))] {
		line += []string{"  from ", ", "}[min(i, 1)] + Percent(float64(s.Units)/float64(n.Units)) + " " + Name(s.Key)
	}
	if more := len(n.Sources) - named; more > 0 {
		line += " and " + Thousands(more) + " more"
	}
	for _, why := range n.Caps {
		line += "  bounded: " + why
	}
	p.printf("%s\n", line)
}

// Answer is a line of `ingest --follow --json`: what became of a line of the input. Version
// and the fields of Novelty are those of a document that counts, with --novelty:
//
//	{"line":17,"id":"…","status":"added","version":1,"new":0.12,…}
//	{"line":18,"status":"refused","error":"…"}
type Answer struct {
	Line    int    `json:"line"`
	ID      string `json:"id,omitempty"`
	Status  string `json:"status"` // added, unchanged, replaced, older or refused
	Error   string `json:"error,omitempty"`
	Version int    `json:"version,omitempty"`
	*Novelty
}

// Answer prints an answer; as text, if there is something to say of what is new.
func (p *Printer) Answer(a *Answer) {
	switch {
	case p.JSON:
		p.object(a)
	case a.Novelty != nil:
		p.Newcomer(&Newcomer{ID: a.ID, Version: a.Version, Novelty: a.Novelty})
	}
}

// novelty prints how much of a document is new, where the rest came from, and the
// sentences with something new.
func (p *Printer) novelty(n *Novelty) {
	if n == nil {
		return
	}
	p.printf("\n%s of it is new", Percent(n.New))
	if n.Earlier == 0 {
		p.printf(": no earlier document carries any of it\n")
		return
	}
	p.printf("; compared with %s\n", Count(n.Earlier, "earlier document", "earlier documents"))
	for _, why := range n.Caps {
		p.printf("bounded: %s\n", why)
	}
	var rows Rows
	for _, s := range n.Sources {
		rows.Add("from", Percent(float64(s.Units)/float64(n.Units)), Label(s.Date), Name(s.Key))
	}
	p.rows("  ", rows)
	rows = nil
	for _, s := range n.Sentences {
		kind := "new"
		if s.New < s.Units {
			kind = fmt.Sprintf("%d of %d new", s.New, s.Units)
		}
		rows.Add(kind, Range(s.Span), excerpt(s.Text, 60))
	}
	p.rows("  ", rows)
}
