package report

import (
	"bytes"
	"cmp"
	"encoding/xml"
	"fmt"
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
// without; and each witness can be made again from the TEI of a collation, at a distance
// from the other.
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
		if m.A == m.B || m.Edit == "section" && 4*len(m.New) > len(m.A) {
			continue // nothing differs, or what is put in is long enough to be another story
		}
		k := collation(t, collate.Version{Key: "a", Text: m.A}, collate.Version{Key: "b", Text: m.B})
		var tei bytes.Buffer
		(&Printer{W: &tei}).CollationTEI(k)
		for i, want := range []string{m.A, m.B} {
			if got := rebuilt(t, tei.Bytes(), k.Witnesses[i].Siglum); sortedLetters(got) != sortedLetters(want) {
				t.Errorf("%s: the TEI makes of witness %d\n%q, it is\n%q", name, i, got, want)
			}
		}
		if m.Moved == "" && len(k.Places)+len(k.Omissions) == 0 {
			t.Errorf("%s: no place and no omission", name)
		}
	}
}
