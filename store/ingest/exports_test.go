package ingest_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"repost/store/ingest"
)

// TestExports: what messengers, forums, crawlers and blogs export, by the shape of theirs.
func TestExports(t *testing.T) {
	const text = "榆川老码头修缮工程十二日开工，总投资三百八十万元，计划九月底完工。"
	for name, f := range map[string]struct{ content, id, date string }{
		"telegram.json":  {`{"name":"榆川发布","messages":[{"id":2,"type":"message","date":"2025-03-02T08:30:00","text":["榆川老码头",{"type":"bold","text":"修缮工程"},"十二日开工，总投资三百八十万元，计划九月底完工。"]}]}`, "2", "2025-03-02T08:30:00"},
		"discourse.json": {`{"post_stream":{"posts":[{"id":1,"created_at":"2025-03-02T08:30:00.000Z","cooked":"<p>` + text + `</p>"}]},"title":"渡船","id":9}`, "1", "2025-03-02T08:30:00.000Z"},
		"reddit.jsonl":   {`{"id":"abc","selftext":"` + text + `","created_utc":1700000000}`, "abc", "2023-11-14T22:13:20Z"},
		"please.json":    {`{"date_download":"2025-03-03 10:00:00","date_modify":"2025-03-02 09:00:00","date_publish":"2025-03-02 08:30:00","maintext":"` + text + `","filename":"f.json","url":"https://yc.example/1"}`, "https://yc.example/1", "2025-03-02 08:30:00"},
		"short.txt":      {"<doc id=0>\n<summary>\n码头开工\n</summary>\n<short_text>\n" + text + "\n</short_text>\n</doc>\n<doc id=1>\n<summary>\n空\n</summary>\n<short_text>\n</short_text>\n</doc>\n", "0", ""},
		"blog.xml": {`<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>layout</id><category scheme="kind" term="http://schemas.google.com/blogger/2008/kind#template"/><title>T</title><content type="text">&lt;html&gt;skin&lt;/html&gt;</content></entry>` +
			`<entry><id>post-2</id><published>2025-03-02T08:30:00Z</published><title>码头</title><content type="html">&lt;p&gt;` + text + `&lt;/p&gt;</content></entry></feed>`, "post-2", "2025-03-02T08:30:00Z"},
		"wxr.xml": {`<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:wp="http://wordpress.org/export/1.2/"><channel><item><title>草稿</title><guid>p2</guid><content:encoded><![CDATA[<p>` + text + `</p>]]></content:encoded><wp:post_date>2025-03-05 08:30:00</wp:post_date></item></channel></rss>`, "p2", "2025-03-05 08:30:00"},
	} {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, []byte(f.content), 0o666); err != nil {
			t.Fatal(err)
		}
		n := 0
		for r, err := range ingest.Read([]string{path}, nil, ingest.Options{}) {
			if err != nil {
				continue // a template, a message of the service: empty, and said so
			}
			if n++; r.Doc.ID != f.id || r.Doc.Date != f.date || strings.TrimSpace(r.Doc.Text) != text {
				t.Errorf("%s: %+v", name, r.Doc)
			}
		}
		if n != 1 {
			t.Errorf("%s: %d documents", name, n)
		}
	}
}
