package ingest

import (
	"archive/tar"
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"
)

// TestDumps reads invented files of the kinds that crawlers leave: what they hold is
// found whatever their names say.
func TestDumps(t *testing.T) {
	wide := func(s string) string {
		out, err := unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM).NewEncoder().String(s)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	wider, err := utf32.UTF32(utf32.LittleEndian, utf32.UseBOM).NewEncoder().String(`<?xml version="1.0" encoding="utf-32"?><rss><channel><item><title>桥</title><description>三座桥通车了</description></item></channel></rss>`)
	if err != nil {
		t.Fatal(err)
	}
	const record = `{"url":"http://x.example/1","title":"桥","content":"三座桥通车了"}` + "\n"
	for _, tt := range []struct{ name, file, data, want string }{
		{"JSON lines in a file named .txt", "0.txt", record + strings.Replace(record, "/1", "/2", 1), "http://x.example/1 桥 三座桥通车了\nhttp://x.example/2 桥 三座桥通车了"},
		{"an array in a file named .txt", "0.txt", "[\n" + strings.TrimSpace(record) + "\n]", "http://x.example/1 桥 三座桥通车了"},
		{"a page in a file named .txt", "0.txt", "<!DOCTYPE html><html><head><title>桥</title></head><body><p>三座桥通车了</p></body></html>", "0.txt 桥 三座桥通车了"},
		{"a text that begins with a brace", "0.txt", "{三座桥} 通车了", "0.txt  {三座桥} 通车了"},
		{"a text that quotes in a brace", "0.txt", `{"三座桥"} 通车了`, `0.txt  {"三座桥"} 通车了`},
		{"a page with a query in its name", "a.htm?div=-1.5", "<p>三座桥通车了</p>", "a.htm?div=-1.5  三座桥通车了"},
		{"a feed in UTF-16 without a mark", "a.xml", wide(`<?xml version="1.0" encoding="utf-16"?><rss><channel><item><guid>g</guid><title>桥</title><description>三座桥通车了</description></item></channel></rss>`), "g 桥 三座桥通车了"},
		{"a feed in UTF-32", "a.xml", wider, "a.xml:1 桥 三座桥通车了"},
		{"RSS 1.0", "a.rdf", `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><item><title>桥</title><link>http://x.example/1</link><description>三座桥通车了</description></item></rdf:RDF>`, "http://x.example/1 桥 三座桥通车了"},
		{
			"a document whose text has no known name, and lists of names", "a.jsonl",
			`{"title":"桥","url":"http://x.example/1","wording":"三座桥通车了","entities":[{"type":"place","content":"白桦镇"}]}`, "no field with a text",
		},
		{"desc, where nothing else is a text", "a.jsonl", `{"title":"桥","url":"http://x.example/1","desc":"三座桥通车了","entities":[{"content":"白桦镇"}]}`, "http://x.example/1 桥 三座桥通车了"},
		{"a feed in JSON with headlines", "a.json", `{"title":"青禾网","url":"http://x.example/","items":[{"id":"1","title":"桥","content":"三座桥通车了"}]}`, "1 桥 三座桥通车了"},
		{"quotations that end paragraphs", "a.jsonl", `{"id":"1","article_link":"http://x.example/1","body":["<p>He said \"the bridge is open.\"</p>","<p>\"Yes,\" she said.</p>"]}`, "1  He said \"the bridge is open.\"\n\"Yes,\" she said."},
		{"a label, a tab and a text a line", "0.txt", "体育\t三座桥今天通车了，大家都去看\n财经\t两座桥明天通车，大家都去看\n体育\t一座桥后天通车，大家都去看\n", "0.txt:1  三座桥今天通车了，大家都去看\n0.txt:2  两座桥明天通车，大家都去看\n0.txt:3  一座桥后天通车，大家都去看"},
		{"cells between signs", "0.txt", strings.Repeat("7_!_101_!_news_!_三座桥今天通车了，大家都去看_!_桥,路\n", 3), "0.txt:1  三座桥今天通车了，大家都去看\n0.txt:2  三座桥今天通车了，大家都去看\n0.txt:3  三座桥今天通车了，大家都去看"},
		{"paragraphs that begin with a tab", "0.txt", "\t三座桥今天通车了，大家都去看\n\t两座桥明天通车，大家都去看\n\t一座桥后天通车，大家都去看\n", "0.txt  \t三座桥今天通车了，大家都去看\n\t两座桥明天通车，大家都去看\n\t一座桥后天通车，大家都去看\n"},
		{"a glossary", "0.txt", "桥\tbridge\n路\troad\n船\tship\n", "0.txt  桥\tbridge\n路\troad\n船\tship\n"},
		{"and in another object than the text is", "a.jsonl", `{"article":{"body":"三座桥通车了","headline":"桥"},"pub":{"date":"2024-05-06","site":"青禾晚报"},"author":{"url":"https://a.example/","name":"x"}}`, "a.jsonl:1 桥 三座桥通车了 2024-05-06"},
		{"columns that are counted", "0.csv", "0,1\nsport,The ferry lies in the ice.\n", "reading 0.csv: record 1, byte 4: no field with a text; it has 0, 1; --field text=1 would take the text from there"},
		{"and an index", "0.csv", ",0\n0,The ferry lies in the ice.\n", "reading 0.csv: record 1, byte 3: no field with a text; it has column1, 0; --field text=0 would take the text from there"},
		{"figures without a header", "0.csv", "46,10,329\n46,5,249\n", "reading 0.csv: no field with a text: no column of the table holds words, and it has no header; --field text=column2 names one"},
		{"what is said of a text next to it", "a.jsonl", `{"text":"三座桥通车了","metadata":{"id":"7","title":"桥","text":"no"}}`, "7 桥 三座桥通车了"},
		{"a record that says it itself", "a.jsonl", `{"id":"1","title":"","text":"三座桥通车了","meta":{"id":"7","title":"桥"}}`, "1  三座桥通车了"},
		{"a list of strings", "a.json", `["三座桥通车了","两座桥通车了"]`, "reading a.json: byte 1: this is no JSON object but a list of strings: for instance, jq -c '.[] | {text: .}' FILE makes objects of them; 42 bytes lost"},
		{"a list of lists", "a.json", `[[1,"三座桥通车了"],[2,"两座桥通车了"]]`, "reading a.json: byte 2: this is no JSON object but a list of lists: for instance, jq -c '.[] | {id: .[0], text: .[1]}' FILE makes objects of them; 49 bytes lost"},
		{"lines that are lists", "a.jsonl", "[1,\"三座桥通车了\"]\n[2,\"两座桥通车了\"]\n", "reading a.jsonl: byte 1: this is no JSON object but a list: for instance, jq -c '{id: .[0], text: .[1]}' FILE makes objects of such lines; 48 bytes lost"},
		{"lines that are strings", "a.jsonl", "\"三座桥通车了\"\n\"两座桥通车了\"\n", "reading a.jsonl: record 1, byte 0: this is no JSON object but a string: for instance, jq -c '{text: .}' FILE makes objects of such lines; 41 bytes lost, about 2 records"},
		{"CSV that is named as JSON lines", "a.jsonl", "id,title,text\n1,桥,三座桥通车了\n2,桥,两座桥通车了\n", "reading a.jsonl: record 1, byte 0: this is no JSON object; it looks like CSV: --input-format csv reads it; 63 bytes lost, about 3 records"},
		{"CSV of quoted cells that is named as JSON", "a.json", "\"id\",\"text\"\n\"1\",\"三座{桥}通车了\"\n\"2\",\"两座桥通车了\"\n", "reading a.json: record 1, byte 0: this is no JSON object; it looks like CSV: --input-format csv reads it; 63 bytes lost, about 3 records"},
		{"a table with tabs that is named as JSON lines", "a.ndjson", "id\ttext\n1\t三座桥通车了\n2\t两座桥通车了\n", "reading a.ndjson: record 1, byte 0: this is no JSON object; it looks like TSV: --input-format tsv reads it; 49 bytes lost, about 3 records"},
		{"lists under days", "a.json", `{"2024-03-05":[{"id":"1","text":"三座桥通车了"}],"2024-03-06":[{"id":"2","text":"两座桥通车了"},{"id":"3","date":"2024-03-01","text":"一座桥通车了"}],"more":[{"id":"4","text":"四座桥通车了"}]}`, "1  三座桥通车了 2024-03-05\n2  两座桥通车了 2024-03-06\n3  一座桥通车了 2024-03-01\n4  四座桥通车了"},
		{"lists in objects under days", "a.json", `{"2024-03-05":{"news":[{"id":"1","text":"三座桥通车了"}]},"2024-03-06":{"news":[{"id":"2","text":"两座桥通车了"}]}}`, "1  三座桥通车了 2024-03-05\n2  两座桥通车了 2024-03-06"},
		{"lists under days in a long file", "a.json", `{"2024-03-05":[{"id":"1","text":"三座桥通车了","x":"` + strings.Repeat("x", envelopeBytes) + `"}],"2024-03-06":[{"id":"2","text":"两座桥通车了"}],"more":[{"id":"4","text":"四座桥通车了"}]}`, "1  三座桥通车了 2024-03-05\n2  两座桥通车了 2024-03-06\n4  四座桥通车了"},
		{"the columns of a table", "a.json", `{"id":{"0":1,"1":2},"text":{"0":"三座桥通车了","1":"两座桥通车了"}}`, `reading a.json: field text: a string was expected, not an object; these are the columns of a table, as pandas writes it: to_json(orient="records", lines=True) writes records`},
		{"the columns of a table as lists", "a.json", `{"id":["1","2"],"text":["三座桥通车了","两座桥通车了"]}`, `reading a.json: each field is a list, and all are equally long; these are the columns of a table, as pandas writes it: to_json(orient="records", lines=True) writes records`},
		{"a list of paragraphs", "a.jsonl", `{"id":"1","author":["甲","乙"],"text":["三座桥通车了","两座桥通车了"]}`, "1  三座桥通车了\n两座桥通车了"},
		{"a text for each key", "a.json", `{"a":"三座桥通车了，大家都去看，船也停在那里。","b":"两座桥通车了，大家都去看，船也停在那里。"}`, `reading a.json: no field with a text; it has a, b; if each of these is a text, make records of them, for instance with jq -c 'to_entries[] | {id: .key, text: .value}'`},
		{"seconds that look like an hour", "a.jsonl", `{"id":"1","text":"三座桥通车了","created_utc":1741080420}`, "1  三座桥通车了 2025-03-04T09:27:00Z"},
		{"a text about tags", "a.jsonl", `{"id":"1","text":"A paragraph begins with \"<p>\" and ends with \"</p>\", a line with \"<br>\"."}`, `1  A paragraph begins with "<p>" and ends with "</p>", a line with "<br>".`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, tt.file), []byte(tt.data), 0o666); err != nil {
				t.Skip(err) // a name that this system does not allow
			}
			var got []string
			for rec, err := range Read([]string{dir}, nil, Options{}) {
				if err != nil {
					got = append(got, strings.Replace(err.Error(), dir+string(filepath.Separator), "", 1))
					continue
				}
				got = append(got, strings.TrimSuffix(rec.Doc.ID+" "+rec.Doc.Title+" "+rec.Doc.Text+" "+rec.Doc.Date, " "))
			}
			if s := strings.Join(got, "\n"); s != tt.want && !(tt.want == "no field with a text" && len(got) == 1 && strings.Contains(s, tt.want)) {
				t.Errorf("got  %q\nwant %q", s, tt.want)
			}
		})
	}
}

// TestRefusedTexts: files of text that hold many documents in a form that is not read are
// refused by their kind, with the way out, and not taken for one document.
func TestRefusedTexts(t *testing.T) {
	for name, tc := range map[string]struct{ file, data, want string }{
		"Movable Type":      {"a.txt", "AUTHOR: ann\nTITLE: 三座桥\nDATE: 01/10/2019 09:00:00 AM\n-----\nBODY:\n三座桥通车了\n-----\n--------\nAUTHOR: ann\n", "an export of Movable Type"},
		"SQL":               {"a.sql", "-- a dump\nINSERT INTO news VALUES (1,'三座桥通车了');\n", "a dump of SQL"},
		"SQL, another name": {"a.txt", "-- MySQL dump 10.13\n--\n\nDROP TABLE IF EXISTS `n`;\nCREATE TABLE `n` (`id` int);\nINSERT INTO `n` VALUES (1);\n", "a dump of SQL"},
		"ARC":               {"a.arc", "filedesc://a.arc 0.0.0.0 20240305000000 text/plain 76\n", "an ARC file"},
		"YAML":              {"a.yaml", "- id: 1\n  text: 三座桥通车了\n", "YAML"},
		"YAML, several":     {"a.yaml", "---\nid: 1\ntext: 三座桥通车了\n---\nid: 2\ntext: 两座桥通车了\n", "YAML"},
		"references":        {"a.ris", "TY  - NEWS\nTI  - 三座桥通车了\nER  - \n", "a list of references"},
		"a program":         {"a.py", "print('三座桥通车了')\n", "the name"},
	} {
		path := filepath.Join(t.TempDir(), tc.file)
		if err := os.WriteFile(path, []byte(tc.data), 0o666); err != nil {
			t.Fatal(err)
		}
		for rec, err := range Read([]string{path}, nil, Options{}) {
			if err == nil || !strings.Contains(err.Error(), tc.want[:len(tc.want)-1]) && tc.file != "a.py" {
				t.Errorf("%s: %v, %q", name, err, rec.Doc.Text)
			}
		}
		n := 0
		for _, err := range Read([]string{path}, nil, Options{Format: "text"}) {
			if n++; err != nil {
				t.Errorf("%s as text: %v", name, err)
			}
		}
		if n != 1 {
			t.Errorf("%s as text: %d documents", name, n)
		}
	}
}

// bookOf returns a book whose pages stand in another order than they are read in.
func bookOf(spine string, more ...string) string {
	page := func(text string) string {
		return `<?xml version="1.0" encoding="utf-8"?><html xmlns="http://www.w3.org/1999/xhtml"><head><title/><style>p {}</style></head><body>` + text + `</body></html>`
	}
	return zipOf(append([]string{
		"mimetype", "application/epub+zip", "META-INF/container.xml", `<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles><rootfile full-path="OEBPS/content.opf"/></rootfiles></container>`,
		"OEBPS/content.opf", `<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:opf="http://www.idpf.org/2007/opf"><metadata><dc:title>三座桥</dc:title>
<dc:creator>林秋</dc:creator><dc:creator>周岭</dc:creator><dc:publisher>青禾出版社</dc:publisher><dc:language>zh-CN</dc:language><dc:date>0101-01-01T00:00:00+00:00</dc:date>
<dc:date opf:event="modification">2021-03-01</dc:date><dc:date opf:event="publication">2019-01-10</dc:date></metadata>
<manifest><item id="css" href="style.css" media-type="text/css"/><item id="nav" href="nav.xhtml" properties="nav" media-type="application/xhtml+xml"/>
<item id="one" href="c%201.xhtml" media-type="application/xhtml+xml"/><item id="two" href="text/c2.xhtml" media-type="application/xhtml+xml"/><item id="gone" href="gone.xhtml" media-type="application/xhtml+xml"/></manifest>
<spine>` + spine + `</spine></package>`,
		"OEBPS/style.css", "p {}", "OEBPS/text/c2.xhtml", page("<p>桥长一百二十米。</p>"), "OEBPS/nav.xhtml", page("<nav>目录</nav>"), "OEBPS/c 1.xhtml", page("<h1>一</h1><p>三座桥通车了。</p>"),
	}, more...)...)
}

// TestBook: a book is one document, its pages in the order in which they are read, without those that bind it.
func TestBook(t *testing.T) {
	one, two, nav, gone := `<itemref idref="one"/>`, `<itemref idref="two"/>`, `<itemref idref="nav"/>`, `<itemref idref="gone"/>`
	for _, c := range []struct{ name, data, text, err string }{
		{"in order", bookOf(nav + one + two), "一\n三座桥通车了。\n桥长一百二十米。", ""},
		{"a page twice", bookOf(two + one + two), "桥长一百二十米。\n一\n三座桥通车了。", ""},
		{"a page that is missing", bookOf(one + gone), "一\n三座桥通车了。", "1 of the pages that the book names are not in it (OEBPS/gone.xhtml)"},
		{"protected", bookOf(one, "META-INF/encryption.xml", `<encryption><EncryptedData><CipherData><CipherReference URI="OEBPS/c%201.xhtml"/></CipherData></EncryptedData></encryption>`), "", "protected against copies"},
		{"fonts alone", bookOf(one, "META-INF/encryption.xml", `<encryption><EncryptedData><CipherData><CipherReference URI="OEBPS/a.otf"/></CipherData></EncryptedData></encryption>`), "一\n三座桥通车了。", ""},
		{"no list", zipOf("mimetype", "application/epub+zip", "a.xhtml", "<p>x</p>"), "", "META-INF/container.xml"},
	} {
		recs, errs := read([]string{write(t, map[string]string{"a.epub": c.data})}, "", Options{})
		text := ""
		for _, r := range recs {
			text += r.Doc.Text
			if d := r.Doc; d.ID != "a.epub" || d.Title != "三座桥" || d.Source != "青禾出版社" || d.Date != "2019-01-10" || r.Updated != "2021-03-01" || r.Language != "zh-CN" {
				t.Errorf("%s: %+v", c.name, r)
			}
		}
		if text != c.text || len(errs) > 1 || (c.err != "") != (len(errs) == 1) || c.err != "" && !strings.Contains(errs[0].Error(), c.err) {
			t.Errorf("%s: %q, %v", c.name, text, errs)
		}
	}
}

// TestForeignKinds: what no reader takes is refused by its kind, whatever its name.
func TestForeignKinds(t *testing.T) {
	for want, data := range map[string]string{
		"an Arrow stream":   "\xff\xff\xff\xff\x00\x01\x00\x00\x10\x00\x00\x00\x00\x00\x0a\x00" + strings.Repeat("\x00", 300),
		"an array of NumPy": "\x93NUMPY\x01\x00v\x00{'descr': '<f8', 'fortran_order': False}",
	} {
		recs, errs := read([]string{filepath.Join(write(t, map[string]string{"a": data}), "a")}, "", Options{})
		if len(recs) > 0 || len(errs) != 1 || !strings.Contains(errs[0].Error(), want) {
			t.Errorf("%s: %d records, %v", want, len(recs), errs)
		}
	}
}

// TestLinksInTar: other names of a file in an archive are counted.
func TestLinksInTar(t *testing.T) {
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, h := range []*tar.Header{{Name: "a.txt", Size: 4, Typeflag: tar.TypeReg}, {Name: "b.txt", Linkname: "a.txt", Typeflag: tar.TypeLink}, {Name: "c.txt", Linkname: "a.txt", Typeflag: tar.TypeSymlink}} {
		if err := w.WriteHeader(h); err != nil {
			t.Fatal(err)
		}
		if h.Size > 0 {
			w.Write([]byte("text"))
		}
	}
	w.Close()
	notes := &Notes{}
	recs, errs := read([]string{"-"}, b.String(), Options{Notes: notes})
	if len(recs) != 1 || len(errs) > 0 || notes.Passed["hard link"].Count != 1 || notes.Passed["symbolic link"].Count != 1 {
		t.Errorf("%v %v %v", recs, errs, notes.Passed)
	}
}

// TestEnvelopeInList: the export of Ghost has its posts in an object that is alone in a list, also where the
// file is too long to be held.
func TestEnvelopeInList(t *testing.T) {
	for _, many := range []int{2, 3000} {
		var posts []string
		for i := range many {
			posts = append(posts, fmt.Sprintf(`{"id":"p%d","title":"t","html":"<p>三座桥 %d %s</p>","published_at":"2019-01-10"}`, i, i, strings.Repeat("x", 2000)))
		}
		data := `{"db":[{"meta":{"exported_on":1},"data":{"posts":[` + strings.Join(posts, ",") + `],"tags":[{"id":"1","name":"x"}]}}]}`
		recs, _ := read([]string{write(t, map[string]string{"a.json": data})}, "", Options{})
		if len(recs) != many || recs[1].Doc.ID != "p1" || !strings.HasPrefix(recs[1].Doc.Text, "三座桥 1 x") {
			t.Errorf("%d posts: %d records", many, len(recs))
		}
	}
}
