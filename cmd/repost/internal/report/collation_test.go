package report

import (
	"bytes"
	"encoding/csv"
	"encoding/xml"
	"io"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"repost/dedup/collate"
	"repost/dedup/diff"
)

func collation(t interface{ Fatalf(string, ...any) }, versions ...collate.Version) *Collation {
	c, err := collate.Collate(versions, collate.Options{Base: versions[0].Key})
	if err != nil {
		t.Fatalf("%v", err)
	}
	return &Collation{Cluster: "s1", Versions: len(versions), Collation: c}
}

const hostile = `</style><script>alert(1)</script>"'&<img src=x onerror=y>` + "\x00\x1b[31m\u202e\ufffe\xff"

// TestCollationOfHostileTexts: whatever the texts, titles and ids say, the page has
// no element of theirs and the TEI is well-formed.
func TestCollationOfHostileTexts(t *testing.T) {
	c := collation(t,
		collate.Version{Key: "a" + hostile, Title: hostile, Source: hostile, Date: hostile, Text: "镇里投入1860万元" + hostile + "新建两座桥。\r\n完。"},
		collate.Version{Key: "b" + hostile, Text: "镇里投入1680万元新建两座桥" + hostile + "。\n完。"})
	var html, tei bytes.Buffer
	(&Printer{W: &html}).CollationHTML(c)
	for _, bad := range []string{"<script", "<img", "\x00", "\x1b", "\u202e", "\xff"} {
		if strings.Contains(html.String(), bad) {
			t.Errorf("the page has %q", bad)
		}
	}
	if n := strings.Count(html.String(), "</style>"); n != 1 {
		t.Errorf("%d ends of style", n)
	}
	p := &Printer{W: &tei}
	p.CollationTEI(c)
	if p.Err != nil {
		t.Fatal(p.Err)
	}
	wellFormed(t, tei.Bytes())
}

// wellFormed reads XML to its end and returns the text of a reading's elements,
// with those of other readings left out.
func wellFormed(t interface{ Fatalf(string, ...any) }, data []byte) string {
	d := xml.NewDecoder(bytes.NewReader(data))
	var b strings.Builder
	inside, skip := 0, 0
	for {
		tok, err := d.Token()
		if err == io.EOF {
			return b.String()
		}
		if err != nil {
			t.Fatalf("%v in\n%s", err, data)
		}
		switch tok := tok.(type) {
		case xml.StartElement:
			switch tok.Name.Local {
			case "ab":
				inside++
			case "rdg":
				skip++
			case "lb":
				if inside > 0 && skip == 0 {
					b.WriteByte('\n')
				}
			}
		case xml.EndElement:
			switch tok.Name.Local {
			case "ab":
				inside--
			case "rdg":
				skip--
			}
		case xml.CharData:
			if inside > 0 && skip == 0 {
				b.Write(tok)
			}
		}
	}
}

// TestTEIHoldsTheBase: without the other readings, the text of the TEI is that of
// the base, and the CSV has every reading with its exact text.
func TestTEIHoldsTheBase(t *testing.T) {
	text := rapid.SliceOfN(rapid.SampledFrom([]string{
		"谷雨前一天，采茶人已经上了山。", "今年收入1860万元。", "今年收入1680万元。", "书记李明说，路通了。", "书记李明讲，路不通。", "\n\n", " & <b>", "\"=1+1\"",
	}), 1, 8)
	rapid.Check(t, func(t *rapid.T) {
		a, b, c := strings.Join(text.Draw(t, "a"), ""), strings.Join(text.Draw(t, "b"), ""), strings.Join(text.Draw(t, "c"), "")
		k := collation(t, collate.Version{Key: "a", Text: a}, collate.Version{Key: "b", Text: b}, collate.Version{Key: "c", Text: c})
		var tei, table bytes.Buffer
		(&Printer{W: &tei}).CollationTEI(k)
		if got := wellFormed(t, tei.Bytes()); got != a {
			t.Fatalf("the TEI has\n%q, the base\n%q", got, a)
		}
		(&Printer{W: &table}).CollationCSV(k, Places{Least: diff.Minor})
		rows, err := csv.NewReader(&table).ReadAll()
		if err != nil {
			t.Fatalf("%v", err)
		}
		want := 1
		for _, p := range k.Places {
			want += len(p.Readings)
			if len(p.Lacking) > 0 {
				want++
			}
		}
		if len(rows) != want {
			t.Fatalf("%d rows, want %d", len(rows), want)
		}
	})
}

func TestLanguage(t *testing.T) {
	for text, want := range map[string]string{
		"国庆节刚过": "zh", "今日は晴れ、明日は雨。": "ja", "오늘은 맑음": "ko", "The ferry": "und", "": "und", "2025 国": "zh", "ราคาทอง": "th",
	} {
		if got := Language(text); got != want {
			t.Errorf("Language(%q) = %q, want %q", text, got, want)
		}
	}
}
