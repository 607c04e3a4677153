package report

import (
	"bytes"
	"encoding/csv"
	"encoding/xml"
	"io"
	"slices"
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
	return &Collation{Story: "s1", Versions: len(versions), Collation: c}
}

const hostile = `</style><script>alert(1)</script>"'&<img src=x onerror=y>` + "\x00\x1b[31m\u202e\ufffe\ufdd0\U0001fffe\u0085\u2028\xff"

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
	valid(t, html.String())
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
	inside, skip, path := 0, 0, []string{}
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
			path = append(path, tok.Name.Local)
			switch tok.Name.Local {
			case "p":
				if slices.Contains(path, "body") {
					inside++
					b.WriteByte('\n')
				}
			case "rdg":
				skip++
			case "lb":
				if inside > 0 && skip == 0 {
					b.WriteByte('\n')
				}
			}
		case xml.EndElement:
			path = path[:len(path)-1]
			switch tok.Name.Local {
			case "p":
				inside = max(0, inside-1)
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

// linesOf returns a text without its blank lines, which TEI has as paragraphs.
func linesOf(text string) string {
	var lines []string
	for line := range strings.SplitSeq(text, "\n") {
		if line = strings.TrimSuffix(line, "\r"); strings.TrimSpace(line) != "" {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}

// carried is a story in seven versions: copies, other words, a byline outside of the
// story, passages left out and families.
func carried(t *testing.T) *Collation {
	text := "谷雨前一天，云雾还没从山腰散开，茶农们就背着竹篓进了山。今年全镇投入1860万元，修了两条上山的路。\n\n" +
		"镇长林有德说，明年还要修一座桥，把对岸的三百亩茶园连起来。茶农们等这座桥已经等了十二年。\n\n" +
		"茶叶站的账本上写着，去年一斤明前茶卖到四百二十元，比前年多了六十元。"
	v := func(key, date string, changes ...string) collate.Version {
		return collate.Version{Key: key, Source: "outlet of " + key, Date: date, Title: "茶山", Text: strings.NewReplacer(changes...).Replace(text)}
	}
	return collation(t, v("paper", "2025-04-19"), v("copy", "2025-04-20"),
		v("wrong", "2025-04-20T08:00:00Z", "1860", "1680"), v("wrong-too", "2025-04-21", "1860", "1680", "林有德", "林友德"),
		v("short", "yesterday", "茶农们等这座桥已经等了十二年。", "", "修了两条上山的路", "修了路"),
		v("more", "", "三百亩", "三百余亩", "已经等了", "等了", "。\n\n", "。记者昨天又去看了一次，路边立着新的里程碑。\n\n"),
		v("half", "2025-04-22", text[strings.Index(text, "茶叶站"):], ""))
}

func TestCollationPageIsSound(t *testing.T) {
	same := collate.Version{Key: "a", Text: "谷雨前一天，茶农们进了山。"}
	again := same
	again.Key = "b"
	for name, c := range map[string]*Collation{"many": carried(t), "one": collation(t, same), "same": collation(t, same, again),
		"other": collation(t, same, collate.Version{Key: "b", Text: "The ferry returns."}), "empty": collation(t, collate.Version{Key: "a"})} {
		t.Run(name, func(t *testing.T) {
			var page bytes.Buffer
			p := &Printer{W: &page}
			if p.CollationHTML(c); p.Err != nil {
				t.Fatal(p.Err)
			}
			valid(t, page.String())
		})
	}
}

// TestTEIStructure: what the schema of TEI asks of the elements that are written.
// With tei_all of P5 4.11.0 the TEI of the seeds, of hostile texts and of stories of
// ten and twenty versions is valid.
func TestTEIStructure(t *testing.T) {
	var out bytes.Buffer
	p := &Printer{W: &out}
	if p.CollationTEI(carried(t)); p.Err != nil {
		t.Fatal(p.Err)
	}
	var tei struct {
		XMLName   xml.Name `xml:"http://www.tei-c.org/ns/1.0 TEI"`
		Title     string   `xml:"teiHeader>fileDesc>titleStmt>title"`
		Witnesses []struct {
			ID   string `xml:"http://www.w3.org/XML/1998/namespace id,attr"`
			Bibl struct {
				Title     string `xml:"title"`
				Publisher string `xml:"publisher"`
				Date      struct {
					When string `xml:"when,attr"`
					Text string `xml:",chardata"`
				} `xml:"date"`
				Ids []string `xml:"idno"`
			} `xml:"bibl"`
		} `xml:"teiHeader>fileDesc>sourceDesc>listWit>witness"`
		Encoding struct {
			Method   string `xml:"method,attr"`
			Location string `xml:"location,attr"`
		} `xml:"teiHeader>encodingDesc>variantEncoding"`
		Text struct {
			Lang string `xml:"http://www.w3.org/XML/1998/namespace lang,attr"`
			Apps []struct {
				Lem []struct {
					Wit string `xml:"wit,attr"`
				} `xml:"lem"`
				Rdgs []struct {
					Wit  string `xml:"wit,attr"`
					Type string `xml:"type,attr"`
				} `xml:"rdg"`
			} `xml:"body>p>app"`
		} `xml:"text"`
	}
	if err := xml.Unmarshal(out.Bytes(), &tei); err != nil {
		t.Fatal(err)
	}
	if tei.Title != "茶山" || tei.Encoding.Method != "parallel-segmentation" || tei.Encoding.Location != "internal" || tei.Text.Lang != "zh" {
		t.Errorf("title %q, encoding %v, language %q", tei.Title, tei.Encoding, tei.Text.Lang)
	}
	sigla := map[string]bool{}
	for _, w := range tei.Witnesses {
		if sigla[w.ID] || w.ID == "" || w.Bibl.Title != "茶山" || !strings.HasPrefix(w.Bibl.Publisher, "outlet of ") || len(w.Bibl.Ids) == 0 {
			t.Errorf("witness %+v", w)
		}
		if d := w.Bibl.Date; d.When != "" && d.When != d.Text || (d.When == "") != (d.Text == "yesterday" || d.Text == "" || strings.Contains(d.Text, "T")) {
			t.Errorf("date %+v", d)
		}
		sigla[w.ID] = true
	}
	if len(sigla) != 6 || len(tei.Text.Apps) < 4 {
		t.Fatalf("%d witnesses, %d places", len(sigla), len(tei.Text.Apps))
	}
	for _, a := range tei.Text.Apps {
		if len(a.Lem) != 1 || len(a.Rdgs) == 0 {
			t.Errorf("place %+v", a)
			continue
		}
		seen := map[string]bool{}
		list := strings.Fields(a.Lem[0].Wit)
		for _, r := range a.Rdgs {
			list = append(list, strings.Fields(r.Wit)...)
			if !slices.Contains([]string{"substantive", "minor", "lacking"}, r.Type) {
				t.Errorf("a reading of type %q", r.Type)
			}
		}
		for _, w := range list {
			if w = strings.TrimPrefix(w, "#"); !sigla[w] || seen[w] {
				t.Errorf("%s is no witness, or comes twice, in %+v", w, a)
			}
			seen[w] = true
		}
		if len(seen) != len(sigla) {
			t.Errorf("%d of %d witnesses in %+v", len(seen), len(sigla), a)
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
		if got := linesOf(wellFormed(t, tei.Bytes())); got != linesOf(a) {
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
		"国庆节刚过": "zh", "今日は晴れ、明日は雨。": "ja", "오늘은 맑음": "ko", "The ferry": "en", "La barca": "und", "Kahn und Fähre": "de", "": "und", "2025 国": "zh", "ราคาทอง": "th",
		"Паром не ходил из-за льда": "ru", "Пором не ходив через лід, і його чекали": "uk", "این شهر با باران بیدار شد": "fa", "كان المطر في المدينة": "ar",
		"El barco no salió por la niebla": "es", "Qzx vbn": "und", "国庆节 the parade of the year": "zh",
	} {
		if got := Language(text); got != want {
			t.Errorf("Language(%q) = %q, want %q", text, got, want)
		}
	}
}

// TestMovesAreListed: a passage that stands elsewhere in other versions is in the list, once,
// with those versions.
func TestMovesAreListed(t *testing.T) {
	one := "渡口的老船工每天清晨五点起身，把两条木船的缆绳都检查一遍，然后才去河边的小屋里烧水煮茶。"
	two := "镇上的邮局搬到了新街的拐角处，门前种着三棵槐树，夏天的时候有许多老人在树荫下面下棋聊天。"
	three := "山后的采石场已经停工多年，石壁上长满了青苔，只有几个写生的学生偶尔会背着画板到那里去。"
	c := collation(t,
		collate.Version{Key: "a", Text: one + "\n" + two + "\n" + three},
		collate.Version{Key: "b", Text: two + "\n" + three + "\n" + one},
		collate.Version{Key: "c", Text: two + "\n" + three + "\n" + one + "\n完。"})
	var out bytes.Buffer
	(&Printer{W: &out}).Collation(c, AllPlaces)
	_, list, ok := strings.Cut(out.String(), "elsewhere in the text\n")
	if !ok || strings.Count(list, "B C") != 1 {
		t.Errorf("got\n%s", out.String())
	}
}
