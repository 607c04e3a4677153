package report

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"encoding/xml"
	"fmt"
	"html"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"repost/dedup/collate"
	"repost/dedup/detect"
	"repost/dedup/diff"
	"repost/testdata"
)

// rebuilt returns the text of a witness as the TEI has it.
func rebuilt(t *testing.T, tei []byte, siglum string) string {
	d := xml.NewDecoder(bytes.NewReader(tei))
	var out strings.Builder
	body, silent := false, 0 // silent counts the open elements within a reading of others
	for {
		tok, err := d.Token()
		if err != nil {
			return out.String()
		}
		switch tok := tok.(type) {
		case xml.StartElement:
			body = body || tok.Name.Local == "body"
			if silent > 0 {
				silent++
			}
			for _, a := range tok.Attr {
				if silent == 0 && a.Name.Local == "wit" && !slices.Contains(strings.Fields(a.Value), "#"+siglum) {
					silent = 1
				}
			}
		case xml.EndElement:
			silent = max(0, silent-1)
		case xml.CharData:
			if body && silent == 0 {
				out.Write(tok)
			}
		}
	}
}

// sortedLetters returns the letters of a text in order of code point: a TEI has passages that
// moved, and marks, where and as the base has them.
func sortedLetters(s string) string {
	r := slices.DeleteFunc([]rune(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	slices.Sort(r)
	return string(r)
}

// TestParagraphsInEveryView leaves out, puts in, replaces and moves a paragraph, a headline
// and a section: every view has what the list has, with the spans of the detector and
// without; history has every change; every view of a collation has each reading, and its TEI
// makes each witness again.
func TestParagraphsInEveryView(t *testing.T) {
	n, err := strconv.ParseUint(cmp.Or(os.Getenv("REPOST_PARAGRAPHS"), "40"), 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	var linker detect.Linker // REPOST_PARAGRAPHS: how many texts
	for seed := range n {
		m := testdata.Edited(seed)
		name := fmt.Sprint("seed ", seed, " ", m.Script, " ", m.Edit)
		everyView(t, name, compared(m.A, m.B))
		x, y := detect.DefaultScheme.Prepare(m.A), detect.DefaultScheme.Prepare(m.B)
		ours, theirs := detect.Extent(linker.Chains(x, y))
		a, b := diff.Frame(
			diff.Side{Text: m.A, Masks: x.Masks, Spans: detect.ExpandSpans(x, ours, false)},
			diff.Side{Text: m.B, Masks: y.Masks, Spans: detect.ExpandSpans(y, theirs, false)})
		everyView(t, name+" with spans", &Difference{
			A: Side{ID: "a.txt", Bytes: len(m.A), Spans: a.Spans}, B: Side{ID: "b.txt", Bytes: len(m.B), Spans: b.Spans},
			TextA: m.A, TextB: m.B, Result: diff.Compare(a, b, diff.Options{}),
		})
		everyHistory(t, name, compared(m.A, m.B))
		if m.A != m.B {
			everyCollation(t, name, m.A, m.B)
		}
	}
}

// everyCollation fails where a view of the collation of two texts lacks a reading, or says of
// texts in one order that they differ nowhere.
func everyCollation(t *testing.T, name, a, b string) {
	k := collation(t, collate.Version{Key: "a", Text: a}, collate.Version{Key: "b", Text: b})
	var tei, page, table, list bytes.Buffer
	(&Printer{W: &tei}).CollationTEI(k)
	for i, want := range []string{a, b} {
		if got := rebuilt(t, tei.Bytes(), k.Witnesses[i].Siglum); sortedLetters(got) != sortedLetters(want) {
			t.Errorf("%s: the TEI makes of witness %d\n%q, it is\n%q", name, i, got, want)
		}
	}
	if len(k.Witnesses[1].Moved)+len(k.Places)+len(k.Omissions) == 0 {
		t.Errorf("%s: no place, no omission and nothing moved", name)
	}
	(&Printer{W: &page}).CollationHTML(k)
	(&Printer{W: &table}).CollationCSV(k, AllPlaces)
	(&Printer{W: &list, Width: 100}).Collation(k, AllPlaces)
	cells, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(table.Bytes(), []byte("\ufeff")))).ReadAll()
	if err != nil {
		t.Fatal(name, err)
	}
	seen := map[string]string{"HTML": letters(html.UnescapeString(anyTag.ReplaceAllString(page.String(), ""))), "CSV": letters(fmt.Sprint(cells))}
	for _, p := range k.Places {
		for _, r := range p.Readings {
			for view, text := range seen {
				if !strings.Contains(text, letters(r.Text)) {
					t.Errorf("%s: %s has not the reading %q", name, view, r.Text)
				}
			}
		}
	}
	for _, o := range k.Omissions {
		if !strings.Contains(seen["HTML"], letters(k.Of(o.Base))) {
			t.Errorf("%s: HTML has not what is left out: %q", name, k.Of(o.Base))
		}
		if !strings.Contains(list.String(), Range(o.Base)) {
			t.Errorf("%s: the list has not what is left out: %q", name, k.Of(o.Base))
		}
	}
	if n := strings.Count(list.String(), "]  "); n < len(places(k, AllPlaces)) {
		t.Errorf("%s: %d lemmata are listed of %d places:\n%s", name, n, len(places(k, AllPlaces)), list.String())
	}
}

// everyHistory fails where a view of the history of two versions lacks a change.
func everyHistory(t *testing.T, name string, d *Difference) {
	h := &History{ID: "a", Versions: []Revised{{Number: 1, ID: "a"}, {Number: 2, ID: "a"}}, Revisions: []Revision{{From: 1, To: 2, Difference: d}}}
	var table, list bytes.Buffer
	(&Printer{W: &table}).HistoryCSV(h, 0)
	(&Printer{W: &list, Width: 100}).History(h, 0)
	cells, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(table.Bytes(), []byte("\ufeff")))).ReadAll()
	if err != nil || len(cells) < 1+len(d.Changes) {
		t.Fatal(name, len(cells), err)
	}
	for _, what := range missing(d, "CSV of history", func(side, n int) string { return fmt.Sprint(cells) }) {
		t.Errorf("%s: %s", name, what)
	}
	graver := d.Summary.Substantive + d.Summary.Minor
	if n := strings.Count(list.String(), "[-") + strings.Count(list.String(), "{+"); n < graver {
		t.Errorf("%s: the history has %d marks for %d changes", name, n, graver)
	}
}
