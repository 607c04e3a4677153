package report

import (
	"fmt"
	"strings"

	"repost/dedup/collate"
	"repost/shingle"
)

// Collation is what `collate --json` prints: the story, and what package collate
// says of it.
type Collation struct {
	Cluster string `json:"cluster"`
	*collate.Collation
}

// Collation prints versions, places and families.
func (p *Printer) Collation(c *Collation) {
	if p.JSON {
		p.object(c)
		return
	}
	p.printf("%s\n", p.bold(fmt.Sprintf("story %s: %s, %s", c.Cluster,
		Count(len(c.Witnesses), "text", "texts"), Count(len(c.Places), "place", "places"))))
	p.witnesses(c)
	for i := range c.Places {
		p.place(c, i)
	}
	p.families(c)
	for _, why := range c.Caps {
		p.printf("bounded: %s\n", why)
	}
}

func (p *Printer) witnesses(c *Collation) {
	var rows Rows
	rows.Add("", "", "of the base", "substantive", "minor", "cosmetic", "alone", "date", "document")
	for _, w := range c.Witnesses {
		mark := ""
		if w.Siglum == c.Base {
			mark = "*"
		}
		name := Flat(w.Key)
		if n := len(w.Copies); n > 0 {
			name += fmt.Sprintf(" and %s", Count(n, "copy", "copies"))
		}
		rows.Add(mark, w.Siglum, Percent(w.Coverage), Thousands(w.Substantive), Thousands(w.Minor), Thousands(w.Cosmetic),
			Thousands(w.Singular), Flat(w.Date), name)
	}
	p.rows("  ", rows)
}

// place prints a place in the text around it, and its readings, a line each.
func (p *Printer) place(c *Collation, i int) {
	const around = 12
	at := c.Places[i].Base
	text := c.Text()
	before := CutLeft(flat(tail(part(text, shingle.Span{Lo: 0, Hi: at.Lo}), 4*around)), around)
	after := Cut(flat(head(part(text, shingle.Span{Lo: at.Hi, Hi: len(text)}), 4*around)), around)
	p.printf("\n%d  %s %s  %s〔 〕%s\n", i+1, c.Places[i].Grade, c.Places[i].Class, before, after)
	var rows Rows
	for _, r := range c.Places[i].Readings {
		words := excerpt(r.Text, 48)
		if strings.TrimSpace(words) == "" {
			words = "(nothing)"
		}
		rows.Add(strings.Join(r.Witnesses, " "), words, note(&r))
	}
	if l := c.Places[i].Lacking; len(l) > 0 {
		rows.Add(strings.Join(l, " "), "(without the passage)", "")
	}
	p.rows("   ", rows)
}

// note says of a reading what stands behind it on its line.
func note(r *collate.Reading) string {
	var notes []string
	if !r.Lemma {
		notes = append(notes, strings.TrimSpace(string(r.Grade)+" "+string(r.Class)))
	}
	if r.Hint != "" {
		notes = append(notes, r.Hint)
	}
	if r.Singleton {
		notes = append(notes, "alone")
	}
	if r.Earliest != "" {
		notes = append(notes, "first in "+r.Earliest+", "+Flat(r.Date))
	}
	return strings.Join(notes, "; ")
}

func (p *Printer) families(c *Collation) {
	if len(c.Families) == 0 {
		return
	}
	p.printf("\nfamilies\n")
	var rows Rows
	for _, f := range c.Families {
		var places []string
		for _, m := range f.Readings {
			places = append(places, fmt.Sprint(m.Place+1))
		}
		why := "as the base where versions part"
		if len(places) > 0 {
			why = "by what they read at " + strings.Join(places, ", ")
		}
		rows.Add(f.Name, strings.Join(f.Witnesses, " "), why)
	}
	if len(c.Unplaced) > 0 {
		rows.Add("", strings.Join(c.Unplaced, " "), "in none, or in several")
	}
	p.rows("  ", rows)
}
