package report

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"html"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"

	"repost/dedup/collate"
)

var (
	tableRow  = regexp.MustCompile(`(?s)<tr class="\w*"><th scope="row">\w*</th>(.*?)</tr>`)
	tableCell = regexp.MustCompile(`(?s)<td lang="[^"]*">(.*?)</td>`)
)

// TestAlignmentViews: JSON, CSV, the page and the terminal show one table, and the column of each
// witness is its text: passages in another order, twelve witnesses, one with half of the text.
func TestAlignmentViews(t *testing.T) {
	parts := []string{"The council met on Monday in the old hall.\n", "The mayor said that the harbour would be <dredged> in March.\n", "Clerk Ines Hallow read the letters & the notes.\n",
		"The brass band played in the rain, nobody left before the end.\n", "=1+1 is what the treasurer wrote upon the board at last.\n"}
	for seed := range uint64(20) {
		r := rand.New(rand.NewPCG(seed, 3))
		texts, versions := map[string]string{}, []collate.Version(nil)
		for i := range 12 {
			p := slices.Clone(parts)
			r.Shuffle(len(p), func(i, j int) {
				if r.IntN(3) == 0 {
					p[i], p[j] = p[j], p[i]
				}
			})
			if i%4 == 3 {
				p = p[:3]
			}
			k := fmt.Sprint("w", i)
			texts[k] = strings.NewReplacer("March", []string{"March", "May", "june"}[r.IntN(3)], ",", []string{",", "，"}[r.IntN(2)]).Replace(strings.Join(p, ""))
			versions = append(versions, collate.Version{Key: k, Text: texts[k]})
		}
		found, err := collate.Collate(versions, collate.Options{Base: "w0"})
		if err != nil {
			t.Fatal(err)
		}
		c := &Collation{Versions: len(versions), Collation: found, Aligned: true}
		view := func(p Printer, csv bool, write func(p *Printer, csv bool)) string {
			var b bytes.Buffer
			p.W = &b
			if write(&p, csv); p.Err != nil {
				t.Fatal(p.Err)
			}
			return b.String()
		}
		table := func(p *Printer, csv bool) { p.AlignmentTable(c, csv) }
		var a Alignment
		if err := json.Unmarshal([]byte(view(Printer{JSON: true}, false, table)), &a); err != nil {
			t.Fatal(err)
		}
		sheet, err := csv.NewReader(strings.NewReader(view(Printer{}, true, table))).ReadAll()
		if err != nil || len(sheet) != len(a.Rows)+1 {
			t.Fatalf("%v, %d rows of CSV for %d", err, len(sheet)-1, len(a.Rows))
		}
		page := view(Printer{}, false, func(p *Printer, _ bool) { p.CollationHTML(c) })
		page = page[strings.Index(page, `id="alignment"`):]
		rows := tableRow.FindAllStringSubmatch(page[:strings.Index(page, "</table>")], -1)
		lines := strings.Split(view(Printer{}, false, table), "\n")
		if lines = lines[len(a.Witnesses)+2:]; len(rows) != len(a.Rows) || strings.TrimSpace(lines[len(a.Rows)]) != "" {
			t.Fatalf("%d rows of the page, %d of the terminal, want %d", len(rows), len(lines), len(a.Rows))
		}
		for w, head := range a.Witnesses {
			var fromJSON, fromPage strings.Builder
			for i, row := range a.Rows {
				cell := anyTag.ReplaceAllString(tableCell.FindAllStringSubmatch(rows[i][1], -1)[w][1], "")
				if row.Cells[w] == nil {
					if got := sheet[i+1][5+w]; got != "(lacking)" || cell != "–" {
						t.Errorf("row %d of %s is lacking, and CSV has %q, the page %q", i, head.ID, got, cell)
					}
					continue
				}
				text := *row.Cells[w]
				fromJSON.WriteString(text)
				fromPage.WriteString(html.UnescapeString(cell))
				if got := sheet[i+1][5+w]; got != CSVCell(text) {
					t.Errorf("row %d of %s: CSV has %q for %q", i, head.ID, got, text)
				}
				if shown := a.cell(&row, w, slices.IndexFunc(a.Witnesses, func(w AlignedWitness) bool { return w.Siglum == a.Base })); shown == "=" && *row.Cells[0] != text {
					t.Errorf("row %d of %s: the terminal says = for %q", i, head.ID, text)
				}
			}
			if fromJSON.String() != texts[head.ID] || fromPage.String() != texts[head.ID] {
				t.Errorf("seed %d, %s: JSON has\n%q\nthe page\n%q\nwant\n%q", seed, head.ID, fromJSON.String(), fromPage.String(), texts[head.ID])
			}
		}
	}
}
