package ingest

import (
	"strings"
	"testing"
	"unicode/utf16"
)

// TestParts: an object with an id, or one of many with a title, is the record, and its lists
// are its parts, unless these are documents themselves.
func TestParts(t *testing.T) {
	const a, b = "石桥镇新桥昨日通车，全长三百八十米，镇上的人说等了十二年。", "青岭的茶农今年提早十天开采，合作社说头采的价钱比去年高一成。"
	for name, c := range map[string]struct {
		data string
		ids  string
		text string
	}{
		"turns of a talk":      {`{"id":"1","messages":[{"role":"user","content":"` + a + `"},{"role":"assistant","content":"` + b + `"}]}` + "\n" + `{"id":"2","messages":[{"role":"user","content":"` + a + `"}]}`, "1 2", a + "\n" + b},
		"turns without an id":  {`{"conversation_id":"x","messages":[{"role":"user","content":"` + a + `"}],"score":1}` + "\n" + `{"conversation_id":"y","messages":[{"role":"user","content":"` + b + `"}],"score":2}`, "-:1 -:2", a},
		"turns of ShareGPT":    {`{"id":"1","conversations":[{"from":"human","value":"` + a + `"},{"from":"gpt","value":"` + b + `"}]}` + "\n" + `{"id":"2","conversations":[{"from":"human","value":"` + a + `"}]}`, "1 2", a + "\n" + b},
		"a picture in a turn":  {`{"id":"1","messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"x"}},{"type":"text","text":"` + a + `"}]},{"role":"assistant","content":"` + b + `"}]}`, "1", a + "\n" + b},
		"turns of two":         {`{"id":"1","conversation":[{"human":"` + a + `","assistant":"` + b + `"}],"category":"Brainstorming"}`, "1", a + "\n" + b},
		"turns as strings":     {`{"id":"1","dialog":["` + a + `","` + b + `"],"act":[1,2]}`, "1", a + "\n" + b},
		"pairs of turns":       {`{"id":"1","history":[["` + a + `","` + b + `"]]}`, "1", a + "\n" + b},
		"an instruction":       {`{"id":"1","instruction":"` + a + `","input":"","output":"` + b + `"}`, "1", a + "\n" + b},
		"a prompt":             {`{"id":"1","prompt":"` + a + `","completion":"` + b + `","source":"x"}`, "1", a + "\n" + b},
		"choices":              {`{"id":"1","prompt":"` + a + `","chosen":[{"role":"assistant","content":"` + b + `"}],"rejected":[{"role":"assistant","content":"x"}]}`, "1", a + "\n" + b + "\nx"},
		"answers to a context": {`{"id":"1","title":"桥","context":"` + a + `","question":"多长？","answers":{"text":["三百八十米"],"answer_start":[11]}}`, "1", a + "\n多长？"},
		"text and Text":        {`{"id":"1","Text":"` + b + `","text":"` + a + `"}` + "\n" + `{"id":"3","Text":"` + b + `"}`, "1 3", a},
		"posts of a thread":    {`{"subject":"桥","posts":[{"author":"a","text":"` + a + `"}]}` + "\n" + `{"subject":"茶","posts":[{"author":"b","text":"` + b + `"}]}`, "-:1 -:2", a},
		"pages of an answer":   {`{"status":"ok","articles":[{"id":"x","text":"` + a + `"}]}` + "\n" + `{"status":"ok","articles":[{"id":"y","text":"` + b + `"}]}`, "x y", a},
		"an answer with an id": {`{"id":"query","results":[{"id":"x","title":"桥","text":"` + a + `"},{"id":"y","title":"茶","text":"` + b + `"}]}`, "x y", a},
		"names in a sentence":  {`{"id":"1","sentence":"` + a + `","entities":[{"text":"石桥镇"}]}`, "", ""},
		"paragraphs":           {`{"id":"1","text":["` + a + `","` + b + `"]}`, "1", a + "\n" + b},
	} {
		recs, errs := read([]string{"-"}, c.data, Options{})
		var ids []string
		for _, r := range recs {
			ids = append(ids, r.Doc.ID)
		}
		if got := strings.Join(ids, " "); got != c.ids || len(recs) > 0 && recs[0].Doc.Text != c.text {
			t.Errorf("%s: ids %q, %v, %+v", name, got, errs, recs)
		}
	}
}

// TestAllElements: a path goes into all elements of a list, and the hint of a record without a
// text never names one of them.
func TestAllElements(t *testing.T) {
	const record = `{"id":"1","lines":[{"who":"甲","spoken":"石桥镇新桥昨日通车，全长三百八十米。"},{"who":"乙","spoken":"青岭的茶农今年提早十天开采，合作社说价钱好。"}]}`
	_, errs := read([]string{"-"}, record, Options{})
	if len(errs) != 1 || !strings.Contains(errs[0].Error(), "--field text=lines.spoken would") {
		t.Errorf("%v", errs)
	}
	choice, err := ParseFields("text=lines.spoken")
	if err != nil {
		t.Fatal(err)
	}
	recs, errs := read([]string{"-"}, record, Options{Fields: choice})
	if len(recs) != 1 || recs[0].Doc.Text != "石桥镇新桥昨日通车，全长三百八十米。\n青岭的茶农今年提早十天开采，合作社说价钱好。" {
		t.Errorf("%+v %v", recs, errs)
	}
}

// TestLinesOfTEI: what begins in a word parts nothing, and a quotation in a paragraph stays in
// it, with its marks.
func TestLinesOfTEI(t *testing.T) {
	for body, want := range map[string]string{
		`<p>Der Fähr<lb break="no"/>mann hat sein Boot los<pb n="2" break="no"/>gebunden.<lb/>Er geht.</p>`: "Der Fährmann hat sein Boot losgebunden.\nEr geht.",
		"<p>Der Fähr\n  <lb break=\"no\"/>mann</p>":                                                         "Der Fährmann",
		`<p>Er sagte: <q>Morgen</q>, <quote>nicht heute</quote>.</p>`:                                       "Er sagte: “Morgen”, “nicht heute”.",
		`<p>Er sagte: „<q>Morgen</q>“, <said>»nicht heute«</said>.</p>`:                                     "Er sagte: „Morgen“, »nicht heute«.",
		`<div><quote><p>Ein Satz.</p></quote><p>Noch einer.</p></div>`:                                      "Ein Satz.\nNoch einer.",
		`<div><q>Wer geht?</q><q>Ich.</q></div>`:                                                            "Wer geht?\nIch.",
	} {
		recs, errs := read([]string{"-"}, `<TEI xmlns="http://www.tei-c.org/ns/1.0"><teiHeader/><text><body>`+body+`</body></text></TEI>`, Options{})
		if len(recs) != 1 || recs[0].Doc.Text != want {
			t.Errorf("%s: %v, %+v", body, errs, recs)
		}
	}
}

// TestBackslashCells: tables of MySQL and PostgreSQL have no quotes; what would end a cell or a
// record stands after a backslash.
func TestBackslashCells(t *testing.T) {
	const table = "id\ttitle\ttext\n1\t桥\t第一段。\\\n第二段\\\t和\\\\，没有了。\n2\t茶\t\\N\n3\t渡\t一段，到此为止。\n"
	for _, name := range []string{"a.tsv", "a.csv"} {
		recs, errs := read([]string{write(t, map[string]string{name: table}) + "/" + name}, "", Options{})
		if len(recs) != 2 || len(errs) != 1 || recs[0].Doc.Text != "第一段。\n第二段\t和\\，没有了。" || recs[1].Doc.ID != "3" {
			t.Errorf("%s: %+v, %v", name, recs, errs)
		}
	}
}

// TestUTF16WithoutMark: pages of Han have low bytes that are zero too: 一 is U+4E00.
func TestUTF16WithoutMark(t *testing.T) {
	text := "第一小学食堂 \n开学以来，第一小学的食堂每天做出二百份饭菜，每份三元，家长们说不贵。\n“刚开门就排起了队。”记者在现场看到，队伍里有学生，也有老师，还有来接孩子的老人。"
	for name, order := range map[string][2]int{"little": {0, 8}, "big": {8, 0}} {
		var b strings.Builder
		for _, u := range utf16.Encode([]rune(text)) {
			b.WriteByte(byte(u >> order[0]))
			b.WriteByte(byte(u >> order[1]))
		}
		recs, errs := read([]string{write(t, map[string]string{"a.txt": b.String()}) + "/a.txt"}, "", Options{})
		if len(recs) != 1 || recs[0].Doc.Text != text {
			t.Errorf("%s: %v, %+v", name, errs, recs)
		}
	}
}

// Where no field has the name of a text, one whose name ends in a word for it is the text, if it is
// no aside.
func TestNamesThatEndInText(t *testing.T) {
	for file, want := range map[string]string{
		`{"id":"a","时间":"2025-03-04","评论内容":"渡口昨天停航。"}`:                                                 "渡口昨天停航。",
		`{"id":"a","tweet_text":"The ferry lies in the ice.","alt_text":"A ferry, seen from the pier"}`: "The ferry lies in the ice.",
		`{"id":"a","postContent":"The ferry lies in the ice."}`:                                         "The ferry lies in the ice.",
		`{"id":"a","metadata":{"title":"Ice"},"markdown":"The ferry lies in the ice."}`:                 "The ferry lies in the ice.",
		`{"id":"a","description":"Ice on the sound","news_text":"The ferry lies in the ice."}`:          "The ferry lies in the ice.",
		`{"id":"a","description":"The ferry lies in the ice","label_text":"Ice"}`:                       "The ferry lies in the ice",
		`{"id":"a","context":"A ferry, seen from the pier"}`:                                            "no field with a text; it has id, context; --field text=context would take the text from there",
		`{"review":"The ferry lies in the ice.","label":"1"}`:                                           "The ferry lies in the ice.",
		`{"id":"a","评论内容":""}`:                                                                          "the text is empty",
	} {
		recs, errs := read([]string{write(t, map[string]string{"a.jsonl": file})}, "", Options{})
		got := ""
		for _, r := range recs {
			got += r.Doc.Text
		}
		for _, err := range errs {
			_, why, _ := strings.Cut(err.Error(), "byte 0: ")
			got += why
		}
		if got != want {
			t.Errorf("%s: got %q, want %q", file, got, want)
		}
	}
	recs, errs := read([]string{write(t, map[string]string{"a.xml": "<?xml version=\"1.0\"?>\n<items>\n<item><content></content></item>\n<item><content><value>The ferry lies</value><value>in the ice.</value></content></item>\n</items>"})}, "", Options{})
	if len(recs) != 1 || len(errs) != 1 || recs[0].Doc.Text != "The ferry lies\nin the ice." {
		t.Errorf("items of Scrapy: %v, %v", recs, errs)
	}
}

// A name may have something before or after it that does not change what it means, and lack its
// accents; a name of a list comes first, and other things are no names.
func TestNamesWithAffixes(t *testing.T) {
	const text = `,"text":"The ferry lies in the ice."}`
	for fields, want := range map[string]string{
		`"webTitle":"Ice","webPublicationDate":"2025-03-04"`:                      "Ice|2025-03-04",
		`"headlineText":"Ice","publishedUTC":"2025-03-04"`:                        "Ice|2025-03-04",
		`"main_headline":"Ice","doc_date":"2025-03-04"`:                           "Ice|2025-03-04",
		`"titulo":"Ice","fecha_publicacion":"2025-03-04"`:                         "Ice|2025-03-04",
		`"Uberschrift":"Ice","Veroffentlicht":"2025-03-04"`:                       "Ice|2025-03-04",
		`"titre":"Ice","Date de parution":"2025-03-04"`:                           "Ice|2025-03-04",
		`"page_title":"Ice - Herald","title":"Ice","page_date":"","day":"4.3.25"`: "Ice|4.3.25",
		`"linkText":"more","pageData":"x","image_title":"A ferry"`:                "|",
		`"event_date":"2025-03-04","crawl_date":"2025-03-05"`:                     "|",
	} {
		recs, errs := read([]string{write(t, map[string]string{"a.jsonl": "{" + fields + text})}, "", Options{})
		if len(recs) != 1 || len(errs) > 0 {
			t.Errorf("%s: %v, %v", fields, recs, errs)
		} else if d := recs[0].Doc; d.Title+"|"+d.Date != want {
			t.Errorf("%s: %q, %q, want %q", fields, d.Title, d.Date, want)
		}
	}
}

// The end of a title is the source of a page if the page says that it is that outlet's, and has
// no address.
func TestOwnerOfPage(t *testing.T) {
	page := func(title, foot, head string) string {
		return "<html><head><title>" + title + "</title>" + head + "</head><body><nav>Home News Sport</nav><article><h1>The ferry lies in the ice</h1><p>" +
			strings.Repeat("The ferry of Marlow lay in the ice for three days, and the island had no bread. ", 8) + "</p></article><footer>" + foot + "</footer></body></html>"
	}
	for _, tc := range []struct{ title, foot, head, want string }{
		{"The ferry lies in the ice - Marlow Herald", "© 2025 Marlow Herald Ltd.", "", "Marlow Herald"},
		{"The ferry lies in the ice | Island | Marlow Herald", "Copyright Marlow Herald. All rights reserved.", "", "Marlow Herald"},
		{"The ferry lies in the ice - Marlow Herald", "© 2025 Island Press", "", ""},
		{"The ferry lies in the ice - Marlow Herald", "About Marlow Herald", "", ""},
		{"The ferry lies in the ice - Marlow Herald", "© 2025 Marlow Herald", `<link rel="canonical" href="https://www.herald.example/1">`, "herald.example"},
	} {
		recs, errs := read([]string{write(t, map[string]string{"a.html": page(tc.title, tc.foot, tc.head)})}, "", Options{})
		if len(recs) != 1 || recs[0].Doc.Source != tc.want || recs[0].Doc.Title != "The ferry lies in the ice" {
			t.Errorf("%q, %q: %+v, %v, want %q", tc.title, tc.foot, recs, errs, tc.want)
		}
	}
}
