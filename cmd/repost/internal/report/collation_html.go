package report

import (
	_ "embed"
	"html/template"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"repost/dedup/collate"
)

//go:embed collation.html
var collationPage string

var collationTemplate = template.Must(template.New("collation").Funcs(template.FuncMap{
	"clean": clean, "name": Name, "label": Label, "count": Count, "percent": Percent, "thousands": Thousands, "join": strings.Join, "when": When, "trim": strings.TrimSpace,
}).Parse(collationPage))

// CollationHTML prints a collation as one page that needs nothing else: no script,
// no font, no picture. It shows the base with its places marked and numbered, and
// under it the readings of each.
func (p *Printer) CollationHTML(c *Collation) { p.FramedCollation(c, Framing{}) }

// FramedCollation is CollationHTML for a server.
func (p *Printer) FramedCollation(c *Collation, f Framing) {
	base := c.Witness(c.Base)
	title := Label(base.Title)
	if title == "" {
		title = firstWords(c)
	}
	type family struct {
		collate.Family
		Apart string
	}
	data := struct {
		*Collation
		framed
		Table               *readingTable
		Alignment           *Alignment
		Title, Lang, Counts string
		Outlets, Dates      bool // any version has one
		Parts               []collate.Segment
		Shown               []shownPlace
		Groups              []family
		Numbers             []string
	}{Collation: c, framed: framed{f.Say}, Title: title, Lang: c.language(), Counts: countPlaces(c), Parts: c.Segments(), Numbers: numbers(c)}
	for _, i := range places(c, AllPlaces) {
		data.Shown = append(data.Shown, shownPlace{
			&c.Places[i], data.Numbers[i], slices.ContainsFunc(data.Parts, func(s collate.Segment) bool { return s.Place == i }),
		})
	}
	data.Table = tableOf(c, data.Shown)
	if c.Aligned {
		data.Alignment = NewAlignment(c)
	}
	for _, w := range c.Witnesses {
		data.Outlets, data.Dates = data.Outlets || w.Source != "", data.Dates || w.Date != ""
	}
	if len(c.Families) > 1 {
		for _, x := range c.Families {
			data.Groups = append(data.Groups, family{x, familyReadings(c, &x, f.Say)})
		}
	}
	if err := collationTemplate.Execute(p.W, data); p.Err == nil {
		p.Err = err
	}
}

type shownPlace struct {
	*collate.Place
	Number string
	InText bool // the text of the base has it: a byline stands outside of the story
}

// clean returns a text for a page: what is no character, controls and marks that
// turn the direction of what follows are gone. The template escapes the rest.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n', r == '\t':
			return r
		case unicode.IsControl(r), r >= 0x202A && r <= 0x202E, r >= 0x2066 && r <= 0x2069:
			return -1
		case r >= 0xFDD0 && r <= 0xFDEF, r&0xFFFE == 0xFFFE: // for ever no characters
			return utf8.RuneError
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
}
