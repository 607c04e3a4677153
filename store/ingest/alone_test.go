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
		"a.txt": {text, "a.txt", ""},
		"a.md":  {"---\ntitle: 渡口\ndate: 1901\n---\n" + text, "a.md", "1901"},
		"b.md":  {"---\nid: 17\ndate: 20190110\n---\n" + text, "17", "2019-01-10"},
		"a.xml": {`<TEI xmlns="http://www.tei-c.org/ns/1.0"><teiHeader><fileDesc><sourceDesc><bibl><date when="1911"/></bibl></sourceDesc></fileDesc></teiHeader><text><body><p>` + text + `</p></body></text></TEI>`, "a.xml", "1911"},
		"n.xml": {`<nitf><body><body.content><p>` + text + `</p></body.content></body></nitf>`, "n.xml", ""},
		"c.xml": {`<teiCorpus xmlns="http://www.tei-c.org/ns/1.0"><TEI><text><body><p>` + text + `</p></body></text></TEI></teiCorpus>`, "c.xml:1", ""},
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
