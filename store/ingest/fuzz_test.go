package ingest

import (
	"bytes"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go"
)

// fuzzFormat feeds a file to a format. Whatever it holds, reading ends, within bounds,
// without a panic; every text is UTF-8 and every error has the file.
func fuzzFormat(f *testing.F, name string, seeds ...string) {
	fuzzWithin(f, name, func(data []byte) []byte { return data }, seeds...)
}

// fuzzWithin is fuzzFormat of files that wrap makes.
func fuzzWithin(f *testing.F, name string, wrap func([]byte) []byte, seeds ...string) {
	for _, s := range seeds {
		f.Add([]byte(s))
		f.Add([]byte(s[:len(s)/2]))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 1<<20 {
			return
		}
		records := 0
		r := newRun(Options{MaxRecord: 1 << 20, Format: name, Originals: true}, func(rec Record, err error) bool {
			if records++; records > 2*len(data)+16 {
				t.Fatal("more records than bytes")
			}
			if e, ok := err.(*Error); err != nil && (!ok || !strings.HasPrefix(e.Path, "a")) {
				t.Fatalf("%v", err)
			}
			if err == nil && strings.ToValidUTF8(rec.Doc.Text, "") != rec.Doc.Text {
				t.Fatalf("%q", rec.Doc.Text)
			}
			return true
		})
		limits := unpackLimits{depth: 4, ratio: 100, free: 1 << 20, spill: 1 << 20}
		r.stream(source{path: "a", id: "a", bounds: &bounds{limits: limits}}, bytes.NewReader(wrap(data)))
	})
}

func FuzzCSV(f *testing.F) {
	fuzzFormat(f, "csv", "id,text\n1,\"a\n\"\"b\"\"\"\n2,c\n", "sep=;\nid;text\n1;\"x", "a\tb\n\"q\" r\t\\N\n", "1,\"open\n2,\"x\",\n3\n")
}

func FuzzLines(f *testing.F) {
	fuzzFormat(f, "lines", "a\r\n\nb\rc\n\x00\n", "\ufeffa", "\n\n")
}

func FuzzHTML(f *testing.F) {
	fuzzFormat(f, "html", page("utf-8"), "<p>x<table><td>y", strings.Repeat("<div>", 600), "<script type=application/ld+json>[{\"@type\":\"Article\",\"name\":1}]</script>")
}

func FuzzXML(f *testing.F) {
	fuzzFormat(f, "xml", "<rss><channel><item><title>a</title><description>b&lt;i&gt;</description></item></channel></rss>",
		"<feed><entry><content type='xhtml'><p>x</p></content></entry></feed>", "<TEI><teiHeader/><text><p>x<note>y</note></p></text></TEI>",
		"<newsMessage><newsItem><contentSet><inlineXML><nitf/></inlineXML></contentSet></newsItem></newsMessage>", "<!DOCTYPE a [<!ENTITY b 'c'>]><rss><item>&b;</item></rss>")
}

func FuzzWARC(f *testing.F) {
	fuzzFormat(f, "warc", warcOf("x", "conversion", "text/plain"), warcOf("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n", "response", "application/http"))
}

func FuzzMarkdown(f *testing.F) {
	fuzzFormat(f, "markdown", "---\ntitle: a\nb: &x [1]\nc: *x\n---\nx", "+++\na = 1\n[b]\nc = 2020-01-01\n+++\nx", "{\n\"a\": 1}\n\nx", "# T\nx")
}

func FuzzArchive(f *testing.F) {
	fuzzFormat(f, "", zipOf("a.txt", "x", "b.csv", "id,text\n1,x\n"), tarOf("a.txt", "x"), gzipped(tarOf("a.zip", zipOf("a.txt", "x"))),
		zipOf("word/document.xml", "<w:document><w:p><w:r><w:t>x</w:t></w:r></w:p></w:document>"), zipOf("mimetype", "application/vnd.oasis.opendocument.text", "content.xml", "<text:p>x<text:s text:c='3'/></text:p>"))
}

func FuzzParquet(f *testing.F) {
	fuzzFormat(f, "parquet", parquetOf(f))
}

// parquetOf makes a small file.
func parquetOf(t testing.TB) string {
	type author struct {
		Name string `parquet:"name"`
	}
	type record struct {
		ID      string   `parquet:"id"`
		Text    string   `parquet:"text,dict"`
		Authors []author `parquet:"authors,list"`
		When    *int64   `parquet:"when,optional"`
	}
	var b bytes.Buffer
	if err := parquet.Write(&b, []record{{ID: "a", Text: "x", Authors: []author{{"n"}, {"m"}}}, {ID: "b", Text: "y"}}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
