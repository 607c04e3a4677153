package ingest_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"repost/store/ingest"
)

// TestDialects: the same three rows, as programs write them: each gives the same records,
// and nothing else is one.
func TestDialects(t *testing.T) {
	rows := [][]string{
		{"1", "码头", "榆川老码头修缮工程十二日开工，总投资三百八十万元，计划九月底完工。"},
		{"2", "操场", "石桥镇小学的操场翻修完毕，孩子们周三回到跑道上，校长说运动会照常。"},
		{"3", "渡口", "老汪在渡口守了四十年灯，昨夜最后一次点亮，来送他的有三十六人。"},
	}
	header := []string{"id", "title", "text"}
	table := func(sep, end string, rows ...[]string) string {
		var b strings.Builder
		for _, r := range rows {
			b.WriteString(strings.Join(r, sep) + end)
		}
		return b.String()
	}
	whole := append([][]string{header}, rows...)
	var want []string
	for _, r := range rows {
		want = append(want, strings.Join(r, " "))
	}
	files := map[string]string{
		"carriage returns":         table(",", "\r", whole...),
		"a title and a date":       "榆川日报 文章导出\n2025-03-02\n" + table(",", "\n", whole...),
		"a title with empty cells": "榆川日报 文章导出,,\n,,\n" + table(",", "\n", whole...),
		"two files in one":         table(",", "\n", header, rows[0], rows[1], header, rows[2]),
		"a space before quotes":    "id, title, text\n1, \"码头\", \"" + rows[0][2] + "\"\n2, \"操场\", \"" + rows[1][2] + "\"\n3, \"渡口\", \"" + rows[2][2] + "\"\n",
	}
	for _, sep := range []string{",", ";", "\t", "|", "~", "^", "¦", "\x01", "\x1f", "||", "^|^"} {
		files[fmt.Sprintf("%q", sep)] = table(sep, "\n", whole...)
	}
	for name, text := range files {
		if got := readTable(t, text, ingest.Options{}); !slices.Equal(got, want) {
			t.Errorf("%s: %q", name, got)
		}
	}
	for _, sep := range []string{":", "~", "::", " / "} {
		if got := readTable(t, table(sep, "\n", whole...), ingest.Options{Delimiter: sep}); !slices.Equal(got, want) {
			t.Errorf("Delimiter %q: %q", sep, got)
		}
	}
	// Cells between single quotes where they hold lines and commas, and apostrophes within.
	said := []string{"1 Pier The pier, said O'Brien, is done.\nIt \"opens\" in May.", "2 Track The track, which wasn't new, is closed.\nIt's wet.", "3 Lamp The lamp, lit for forty years, is out."}
	for _, quote := range []string{"''", `\'`} {
		var b strings.Builder
		b.WriteString("id,title,text\n")
		for _, s := range said {
			id, rest, _ := strings.Cut(s, " ")
			title, text, _ := strings.Cut(rest, " ")
			fmt.Fprintf(&b, "%s,%s,'%s'\n", id, title, strings.ReplaceAll(text, "'", quote))
		}
		if got := readTable(t, b.String(), ingest.Options{}); !slices.Equal(got, said) {
			t.Errorf("quoted with %s: %q", quote, got)
		}
	}
	if got := readTable(t, "id,title,text\n1,'n Dag,Dat was 't.\n2,'s Nachts,Dat was 't nie.\n3,Ok,Dat is 't.\n", ingest.Options{}); len(got) != 3 || got[0] != "1 'n Dag Dat was 't." {
		t.Errorf("apostrophes: %q", got)
	}
	// A sign of the text parts no cells.
	if got := readTable(t, "text\n"+strings.Repeat("气温~三度^晴\n", 5), ingest.Options{}); len(got) != 5 || !strings.HasSuffix(got[0], "气温~三度^晴") {
		t.Errorf("signs of the text: %q", got)
	}
}

// TestZeroBytes: a zero byte in a cell costs that character, is counted, and is refused
// with Strict; the other rows are read either way.
func TestZeroBytes(t *testing.T) {
	text := "id,text\n1,榆川老码头修缮工程十二日\x00开工，总投资三百八十万元。\n2,石桥镇小学的操场翻修完毕，孩子们周三回到跑道上。\n"
	notes := &ingest.Notes{}
	got := readTable(t, text, ingest.Options{Notes: notes})
	if len(got) != 2 || got[0] != "1  榆川老码头修缮工程十二日\ufffd开工，总投资三百八十万元。" || notes.Half.Count != 1 {
		t.Errorf("%q, %d counted", got, notes.Half.Count)
	}
	// One in ASCII does not make UTF-16 of it.
	ascii := "id,text\n1,The coun\x00cil has voted to close the bridge until the end of autumn.\n2,Quite another text about the fair on the meadow.\n"
	for _, text := range []string{ascii, "id,text\n\n" + ascii[8:], strings.Replace(ascii, "The coun", "The fine coun", 1)} {
		if got := readTable(t, text, ingest.Options{}); len(got) != 2 || !strings.Contains(got[0], "coun\ufffdcil has voted") {
			t.Errorf("%q", got)
		}
	}
	if got := readTable(t, text, ingest.Options{Strict: true}); len(got) != 2 || !strings.Contains(got[0], "zero byte") || got[1] != "2  石桥镇小学的操场翻修完毕，孩子们周三回到跑道上。" {
		t.Errorf("Strict: %q", got)
	}
}

// readTable reads a file of CSV: id, title and text of each record, or an error.
func readTable(t *testing.T, text string, opt ingest.Options) (out []string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "a.csv")
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	for r, err := range ingest.Read([]string{path}, nil, opt) {
		if err != nil {
			out = append(out, err.Error())
			continue
		}
		out = append(out, r.Doc.ID+" "+r.Doc.Title+" "+r.Doc.Text)
	}
	return out
}

// TestStrayZeroInASCII: one zero byte, wherever it is, makes no UTF-16 of a text in ASCII.
func TestStrayZeroInASCII(t *testing.T) {
	const text = "id,text\n1,The council has voted to close the bridge until the end of autumn.\n2,Quite another text about the fair.\n"
	for at := 12; at < 60; at++ {
		b := []byte(text)
		b[at] = 0
		got := readTable(t, string(b), ingest.Options{})
		if len(got) != 2 || got[1] != "2  Quite another text about the fair." {
			t.Errorf("a zero at byte %d: %q", at, got)
		}
	}
}
