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
		rows.Add("from", Percent(float64(s.Units)/float64(n.Units)), Flat(s.Date), Flat(s.Key))
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
