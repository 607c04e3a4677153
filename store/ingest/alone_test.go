package ingest_test

import (
	"os"
	"path/filepath"
	"testing"

	"repost/store/ingest"
)

// TestOneDocumentFiles: a file that is one document has its name for an id, whatever its
// format, and figures of its front matter are what they say.
func TestOneDocumentFiles(t *testing.T) {
	const text = "老汪在渡口守了四十年灯，昨夜最后一次点亮，来送他的有三十六人。"
	for name, f := range map[string]struct{ content, id, date string }{
		"a.txt":           {text, "a.txt", ""},
		"a.md":            {"---\ntitle: 渡口\ndate: 1901\n---\n" + text, "a.md", "1901"},
		"b.md":            {"---\nid: 17\ndate: 20190110\n---\n" + text, "17", "2019-01-10"},
		"a.xml":           {`<TEI xmlns="http://www.tei-c.org/ns/1.0"><teiHeader><fileDesc><sourceDesc><bibl><date when="1911"/></bibl></sourceDesc></fileDesc></teiHeader><text><body><p>` + text + `</p></body></text></TEI>`, "a.xml", "1911"},
		"n.xml":           {`<nitf><body><body.content><p>` + text + `</p></body.content></body></nitf>`, "n.xml", ""},
		"a.json":          {`{"text":"` + text + `"}`, "a.json", ""},
		"b.json":          {"{\n \"article\": {\"title\": \"渡口\", \"content\": \"" + text + "\"}\n}\n\n", "b.json", ""},
		"20190110_c.json": {`{"text":"` + text + `"}`, "20190110_c.json", "2019-01-10"},
		"d.json":          {`[{"text":"` + text + `"}]`, "d.json:1", ""},
		"e.json":          {`{"articles":[{"text":"` + text + `"}]}`, "e.json:1", ""},
		"f.jsonl":         {`{"text":"` + text + `"}` + "\n", "f.jsonl:1", ""}, // a list, whatever it holds today
		"g.jl":            {`{"text":"` + text + `"}` + "\n", "g.jl:1", ""},
		"h.csv":           {"title,text\n渡口," + text + "\n", "h.csv:1", ""},
		"i.sgm":           {"<DOC>\n<HEADLINE>渡口</HEADLINE>\n<TEXT>" + text + "</TEXT>\n</DOC>\n", "i.sgm", ""},
		"j.xml":           {"<docs><doc><title>渡口</title><text>" + text + "</text></doc></docs>", "j.xml:1", ""},
		"c.xml":           {`<teiCorpus xmlns="http://www.tei-c.org/ns/1.0"><TEI><text><body><p>` + text + `</p></body></text></TEI></teiCorpus>`, "c.xml:1", ""},
	} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(f.content), 0o666); err != nil {
			t.Fatal(err)
		}
		for r, err := range ingest.Read([]string{dir}, nil, ingest.Options{}) {
			if err != nil || r.Doc.ID != f.id || r.Doc.Date != f.date {
				t.Errorf("%s: id %q, date %q, %v", name, r.Doc.ID, r.Doc.Date, err)
			}
		}
	}
}
