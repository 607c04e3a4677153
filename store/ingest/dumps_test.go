package ingest

import (
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
					got = append(got, err.Error())
					continue
				}
				got = append(got, rec.Doc.ID+" "+rec.Doc.Title+" "+rec.Doc.Text)
			}
			if s := strings.Join(got, "\n"); s != tt.want && !(tt.want == "no field with a text" && len(got) == 1 && strings.Contains(s, tt.want)) {
				t.Errorf("got  %q\nwant %q", s, tt.want)
			}
		})
	}
}
