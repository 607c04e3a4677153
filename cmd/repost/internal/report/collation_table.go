package report

import (
	"fmt"
	"slices"

	"repost/dedup/collate"
	"repost/dedup/diff"
)

// framed is the language of a page.
type framed struct{ words Words }

// Word is a phrase in the language of the page.
func (f framed) Word(english any) string { return f.words.say(fmt.Sprint(english)) }

// readingTable is a collation as a table: places by versions.
type readingTable struct {
	Sigla []string
	Rows  []readingRow
}

type readingRow struct {
	Number, Lemma string
	Grade         diff.Grade
	Cells         []readingCell
}

// readingCell is what a version reads at a place.
type readingCell struct {
	Text           string
	Lemma, Lacking bool
}

// A table has at most mostCells cells, of mostReading characters each: 100 KB. Places
// beyond stand in the list of readings.
const (
	mostCells   = 1500
	mostReading = 40
)

// tableOf makes the table of the places that are shown; nil if there are none.
func tableOf(c *Collation, shown []shownPlace) *readingTable {
	t := &readingTable{}
	for i := range c.Witnesses {
		t.Sigla = append(t.Sigla, c.Witnesses[i].Siglum)
	}
	if len(shown) == 0 || len(t.Sigla) == 0 {
		return nil
	}
	for _, p := range shown[:min(len(shown), max(1, mostCells/len(t.Sigla)))] {
		row := readingRow{Number: p.Number, Grade: p.Grade}
		for _, siglum := range t.Sigla {
			row.Cells = append(row.Cells, readingAt(p.Place, siglum))
		}
		for i := range p.Readings {
			if p.Readings[i].Lemma {
				row.Lemma = readingOf(&p.Readings[i])
			}
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func readingAt(p *collate.Place, siglum string) readingCell {
	for i := range p.Readings {
		if r := &p.Readings[i]; slices.Contains(r.Witnesses, siglum) {
			return readingCell{Text: readingOf(r), Lemma: r.Lemma}
		}
	}
	return readingCell{Lacking: true}
}

// readingOf is the text of a reading for a cell.
func readingOf(r *collate.Reading) string {
	if r.Text == "" {
		return "∅"
	}
	return Cut(Flat(r.Text), mostReading)
}
