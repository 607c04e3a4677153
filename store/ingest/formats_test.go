package ingest

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/simplifiedchinese"
)

// newsPage is a page as Chinese news sites make them; %s is the encoding it declares.
const newsPage = `<!DOCTYPE html><html lang="zh"><head><meta charset="%s"><title>白桦镇修好三座桥_要闻_青禾网</title>
<meta name="source" content="白桦日报"><meta property="og:site_name" content="青禾网"></head><body>
<div class="nav"><a href="/">首页</a> <a href="/news">新闻</a> <a href="/sport">体育</a> <a href="/life">生活</a></div>
<div class="main"><h1>白桦镇修好三座桥</h1>
<div class="info">2019年01月10日 09:27　来源：白桦日报 <a href="#">评论(3)</a></div>
<div class="article" id="content">
<p>　　本报白桦1月10日电（记者 林秋）白桦镇的三座桥昨天全部通车。工程从去年三月开始，一共用了十个月，比原来的计划早了二十天。</p>
<p>　　镇长介绍说，三座桥都在青河上，最长的一座有一百二十米，限重二十吨，车辆和行人分开通行，夜里有路灯。</p>
<p>　　住在河东的居民告诉记者，以前到镇上的医院要绕行八公里，现在走路只要一刻钟，孩子上学也方便了许多。</p>
<p>　　据了解，镇里明年还要修两条乡村道路，总长十四公里，预计六月开工，年底以前完成。</p>
<p>（责任编辑：周岭）</p></div></div>
<div class="footer"><p>版权所有 青禾网 未经许可不得转载</p><p><a href="/about">关于我们</a> | <a href="/ad">广告服务</a></p></div></body></html>`

const newsText = "本报白桦1月10日电（记者 林秋）白桦镇的三座桥昨天全部通车。工程从去年三月开始，一共用了十个月，比原来的计划早了二十天。\n" +
	"镇长介绍说，三座桥都在青河上，最长的一座有一百二十米，限重二十吨，车辆和行人分开通行，夜里有路灯。\n" +
	"住在河东的居民告诉记者，以前到镇上的医院要绕行八公里，现在走路只要一刻钟，孩子上学也方便了许多。\n" +
	"据了解，镇里明年还要修两条乡村道路，总长十四公里，预计六月开工，年底以前完成。\n（责任编辑：周岭）"

func page(charset string) string { return fmt.Sprintf(newsPage, charset) }

// TestFormats says for each format what comes out of a file: records as
// id|url|source|date|title|text|encoding, then errors.
func TestFormats(t *testing.T) {
	cases := []struct{ name, file, data, want string }{
		{"HTML in UTF-8", "a.html", page("utf-8"), "a.html||青禾网|2019-01-10T09:27|白桦镇修好三座桥|" + newsText + "|UTF-8"},
		{"HTML that says gb2312", "a.htm", encoded(simplifiedchinese.GB18030, page("gb2312")), "a.htm||青禾网|2019-01-10T09:27|白桦镇修好三座桥|" + newsText + "|GB18030"},
		{"HTML that says gb2312 and is UTF-8", "a", page("gb2312"), "a||青禾网|2019-01-10T09:27|白桦镇修好三座桥|" + newsText + "|UTF-8"},
		{
			"HTML with JSON-LD", "a.html", strings.Replace(page("utf-8"), "</head>", `<script type="application/ld+json">{"@graph":[{"@type":"WebSite","name":"x"},{"@type":["NewsArticle"],"headline":"三座桥通车","datePublished":"2019-01-10T09:27:00+08:00","publisher":{"@type":"Organization","name":"青禾晚报"}}]}</script></head>`, 1),
			"a.html||青禾晚报|2019-01-10T09:27:00+08:00|三座桥通车|" + newsText + "|UTF-8",
		},
		{"HTML that says utf-8 and is GBK", "a.html", encoded(simplifiedchinese.GBK, page("utf-8")), "a.html||青禾网|2019-01-10T09:27|白桦镇修好三座桥|" + newsText + "|GB18030"},
		{"HTML in frames", "a.html", `<html><head><title>x</title></head><frameset cols="20%,80%"><frame src="menu.html"><frame src="news.html"></frameset></html>`, "reading a.html: no field with a text: the page only shows others in frames: menu.html, news.html; read those"},
		{"HTML with MathML", "a.html", `<html><body><p>Energy is <math><semantics><mrow><mi>E</mi> <mo>=</mo> <mi>m</mi><msup><mi>c</mi><mn>2</mn></msup><mfrac><mn>1</mn><mn>2</mn></mfrac></mrow><annotation encoding="application/x-tex">E=mc^2</annotation></semantics></math> in the town.</p></body></html>`, "a.html|||||Energy is E=mc²1/2 in the town.|UTF-8"},
		{"CSV by content", "a", "id,title,text\n1,甲,\"一,\n二\"\n2,乙,三\n", "1||||甲|一,\n二|UTF-8\n2||||乙|三|UTF-8"},
		{"a text with commas is none", "a", "白桦,青禾\n一,二\n", "a|||||白桦,青禾\n一,二\n|UTF-8"},
		{"CSV with semicolons and decimal commas", "a.csv", "id;price;text\n1;2,50;甲, 乙\n2;3,75;丙\n", "1|||||甲, 乙|UTF-8\n2|||||丙|UTF-8"},
		{"CSV with remarks on top", "a.csv", "# exported 2025, \"all\nid,text\n1,甲\n# 2,乙\n", "1|||||甲|UTF-8\n# 2|||||乙|UTF-8"},
		{"TSV whose header is a remark", "a.tsv", "# made today\n#id\ttext\n1\t甲\n", "1|||||甲|UTF-8"},
		{"CSV in single quotes", "a.csv", "id,text\n1,'甲, 乙'\n2,'it''s'\n3,'丙'\n", "1|||||甲, 乙|UTF-8\n2|||||it's|UTF-8\n3|||||丙|UTF-8"},
		{"CSV with apostrophes", "a.csv", "id,text\n1,'twas the night\n2,the dogs' bowl\n3,rock 'n' roll\n", "1|||||'twas the night|UTF-8\n2|||||the dogs' bowl|UTF-8\n3|||||rock 'n' roll|UTF-8"},
		{"CSV of posts that begin with a topic", "a.csv", "#青禾#今天通车了，来的人很多,2019-01-10\n#白桦#桥修好了，车可以走了,2019-01-11\n", "a.csv:1|||2019-01-10||#青禾#今天通车了，来的人很多|UTF-8\na.csv:2|||2019-01-11||#白桦#桥修好了，车可以走了|UTF-8"},
		{"CSV of a spreadsheet", "a.csv", "\ufeffsep=|\r\nid|text\r\n1|甲,乙\r\n", "1|||||甲,乙|UTF-8"},
		{"TSV whose quotes mean nothing", "a.tsv", "id\ttext\n1\t\"No\" he said\n2\t\"Yes\n3\tgone\n", "1|||||\"No\" he said|UTF-8\n2|||||\"Yes|UTF-8\n3|||||gone|UTF-8"},
		{"CSV with quotes in quotes", "a.csv", "id,text,n\n1,\"He said \"no\" and\nleft\",x\n2,\"two\",y\n", "1|||||He said \"no\" and\nleft|UTF-8\n2|||||two|UTF-8"},
		{"CSV with a quote that does not close", "a.csv", "id,text\n1,\"open\n2,two\n3,three\n", "1|||||open|UTF-8\n2|||||two|UTF-8\n3|||||three|UTF-8"},
		{"CSV escaped with backslashes", "a.csv", "id,text\n1,\"a \\\"b\\\", c\"\n2,\"x\\\\y\"\n3,\\N\n", "1|||||a \"b\", c|UTF-8\n2|||||x\\y|UTF-8\nreading a.csv: record 3, byte 32: the text is empty: field text has no value"},
		{"CSV without a header", "a.csv", "http://x.example/1,2019-01-10,白桦镇的三座桥昨天通车\nhttp://x.example/2,2019-02-10,青禾市的公园今天开放\n", "http://x.example/1|http://x.example/1|x.example|2019-01-10||白桦镇的三座桥昨天通车|UTF-8\nhttp://x.example/2|http://x.example/2|x.example|2019-02-10||青禾市的公园今天开放|UTF-8"},
		{"CSV with lines of an old Mac", "a.csv", "id,text\r1,甲\r2,乙\r", "1|||||甲|UTF-8\n2|||||乙|UTF-8"},
		{"CSV with rows that are too short and too long", "a.csv", "id,text,x\n1,甲\n2,乙,y,z\n\n3,丙,y\n", "1|||||甲|UTF-8\n2|||||乙|UTF-8\n3|||||丙|UTF-8"},
		{
			"RSS", "a.xml", `<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:media="http://search.yahoo.com/mrss/"><channel><title>青禾网</title><item><media:title>no</media:title><title>三座桥 &amp; 路</title><link>http://x.example/1</link><guid isPermaLink="false">g1</guid><pubDate>Thu, 10 Jan 2019 09:27:00 +0800</pubDate><description>short</description><content:encoded><![CDATA[<p>甲&nbsp;乙</p><p>丙</p>]]></content:encoded></item><item><title>二</title><link>http://x.example/2</link><description>丁&lt;br&gt;戊</description></item></channel></rss>`,
			"g1|http://x.example/1|青禾网|2019-01-10T09:27:00+08:00|三座桥 & 路|甲\u00a0乙\n丙|UTF-8\nhttp://x.example/2|http://x.example/2|青禾网||二|丁\n戊|UTF-8",
		},
		{
			"Atom, in GBK", "a", encoded(simplifiedchinese.GBK, `<?xml version="1.0" encoding="gbk"?><feed xmlns="http://www.w3.org/2005/Atom"><title>青禾网</title><entry><id>tag:1</id><title>桥</title><link rel="self" href="/s"/><link href="http://x.example/1"/><updated>2019-01-11T00:00:00Z</updated><published>2019-01-10T00:00:00Z</published><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>甲</p><p>乙</p></div></content></entry></feed>`),
			"tag:1|http://x.example/1|青禾网|2019-01-10T00:00:00Z|桥|甲\n乙|GB18030",
		},
		{"Atom, with spaces in a title", "a.xml", `<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>x</id><title> 桥  通车　三座 </title><content type="text">甲</content></entry></feed>`, "x||||桥  通车　三座|甲|UTF-8"},
		{"RSS 1.0", "a.rdf", `<rdf:RDF xmlns:rdf="x" xmlns="http://purl.org/rss/1.0/" xmlns:dc="d"><channel><title>青禾网</title></channel><item rdf:about="http://x.example/1"><title>桥</title><dc:date>2019-01-10</dc:date><description>甲</description></item></rdf:RDF>`, "http://x.example/1|http://x.example/1|青禾网|2019-01-10|桥|甲|UTF-8"},
		{
			"TEI", "a.xml", `<TEI xmlns="http://www.tei-c.org/ns/1.0" xml:id="t1"><teiHeader><fileDesc><titleStmt><title>桥</title><author>林秋</author></titleStmt><publicationStmt><publisher>archive</publisher><date when="2020"/></publicationStmt><sourceDesc><bibl><publisher>青禾报</publisher><date when="1919-05-04">五月四日</date></bibl></sourceDesc></fileDesc></teiHeader><text><body><head>桥</head><p>甲<choice><sic>已</sic><corr>己</corr></choice>乙<note>注</note></p><pb/><fw>page 2</fw><lg><l>丙</l><l>丁</l></lg></body></text></TEI>`,
			"t1||青禾报|1919-05-04|桥|桥\n甲已乙\n丙\n丁\n注|UTF-8",
		},
		{
			"TEI with an apparatus", "a.xml", `<TEI xml:id="t2"><teiHeader/><text><body><p>岸上的人<app><lem wit="#A">慢慢</lem><rdg wit="#B">缓缓</rdg></app>地<app><rdg wit="#A">走</rdg><rdg wit="#B">行</rdg></app>，<app><rdg wit="#A"/><rdg wit="#B">都</rdg></app>不说话<app><rdgGrp><rdg>。</rdg><rdg>！</rdg></rdgGrp></app></p></body></text></TEI>`,
			"t2|||||岸上的人慢慢地走，不说话。|UTF-8",
		},
		{
			"NITF", "a.nitf", `<nitf><head><title>桥（全文）</title><docdata><doc-id id-string="n1"/><date.issue norm="20190110T092700"/></docdata><pubdata name="青禾社" date.publication="20190110"/></head><body><body.head><hedline><hl1>桥</hl1></hedline><byline>林秋</byline></body.head><body.content><block><p>甲</p><p>乙</p></block></body.content></body></nitf>`,
			"n1||青禾社|2019-01-10|桥|甲\n乙|UTF-8",
		},
		{
			"NewsML-G2: nested items, a package, one canceled", "a.xml", `<newsMessage xmlns="http://iptc.org/std/nar/2006-10-01/"><itemSet><packageItem guid="p"/><newsItem guid="urn:1" version="2"><itemMeta><provider qcode="p:qh"><name>青禾社</name></provider><versionCreated>2019-01-10T09:27:00+08:00</versionCreated><pubStatus qcode="stat:usable"/></itemMeta><contentMeta><headline>桥</headline></contentMeta><contentSet><inlineXML contenttype="application/nitf+xml"><nitf><body><body.content><p>甲</p></body.content></body></nitf></inlineXML></contentSet></newsItem><newsItem guid="urn:2"><itemMeta/><contentMeta><headline>路</headline></contentMeta><contentSet><inlineXML contenttype="application/xhtml+xml"><html><head><title>no</title></head><body><p>乙</p><p>丙</p></body></html></inlineXML></contentSet></newsItem><newsItem guid="urn:3"><itemMeta><pubStatus qcode="stat:canceled"/></itemMeta><contentSet><inlineData>丁</inlineData></contentSet></newsItem></itemSet></newsMessage>`,
			"urn:1||青禾社|2019-01-10T09:27:00+08:00|桥|甲|UTF-8\nurn:2||||路|乙\n丙|UTF-8\nreading a.xml: record 3, byte 757: the text is empty",
		},
		{"Markdown with YAML", "a.md", "---\ntitle: 三座桥\ndate: 2019-01-10\nsource: 青禾网\ntags: [a, b]\n---\n\n甲 *乙*\n", "a.md||青禾网|2019-01-10|三座桥|甲 *乙*\n|UTF-8"},
		{"Markdown with TOML", "a.md", "+++\ntitle = '三座桥'\ndate = 2019-01-10\n[params]\nsource = 'x'\n+++\n甲\n", "a.md|||2019-01-10|三座桥|甲\n|UTF-8"},
		{"front matter without the quotes that YAML wants", "a.md", "---\ntitle: 渡口: 第二天\ntags: [a, b\ndate: '2025-03-04'\n---\n\n渡口停航。\n", "a.md|||2025-03-04|渡口: 第二天|渡口停航。\n|UTF-8"},
		{"Markdown without front matter", "a.md", "# 三座桥\n\n甲\n", "a.md||||三座桥|# 三座桥\n\n甲\n|UTF-8"},
		{"XML of another kind", "a.xml", `<?xml version="1.0"?><svg/>`, "reading a.xml: not a text: XML whose first element is <svg> is not read; feeds (RSS, Atom), TEI, JATS, Akoma Ntoso, DocBook, NITF, NewsML-G2, ALTO, PAGE, XHTML, and elements with a title or an id and a text are; --format html reads it as one document, without its tags (fatal)"},
		{"PDF, whatever its name", "a.txt", "%PDF-1.4\n\x00\x01", "reading a.txt: not a text: it is a PDF document; take out its text with pdftotext FILE.pdf FILE.txt, and read that (fatal)"},
		{"WARC", "a.warc", warcOf("HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=gb2312\r\n\r\n"+encoded(simplifiedchinese.GBK, page("gb2312")), "response", "application/http; msgtype=response"), "20190110092700/http://www.x.example/1|http://www.x.example/1|青禾网|2019-01-10T09:27|白桦镇修好三座桥|" + newsText + "|GB18030"},
		{"WET with rubbish before it", "a.warc.wet", "rubbish\n" + warcOf("甲\n乙", "conversion", "text/plain"), "20190110092700/http://www.x.example/1|http://www.x.example/1|x.example|2019-01-10T09:27:00Z||甲\n乙|UTF-8\nreading a.warc.wet: record 1, byte 0: 8 bytes are no WARC record"},
		{"tar cut short", "a.tar", tarOf("a.txt", "渔船出海。")[:520], "reading a.tar/a.txt: the file is cut short (fatal)\nreading a.tar: the tar archive is cut short (fatal)"},
		{"WARC cut short", "a.warc", warcOf("甲\n乙", "conversion", "text/plain")[:157], "20190110092700/http://www.x.example/1|http://www.x.example/1|x.example|2019-01-10T09:27:00Z||甲|UTF-8\nreading a.warc: record 1, byte 0: the WARC record is cut short: 3 of 7 bytes, which are read as they are (fatal)"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			dir := write(t, map[string]string{c.file: c.data})
			path := filepath.Join(dir, c.file)
			recs, errs := read([]string{path}, "", Options{})
			got := strings.ReplaceAll(strings.Join(lines(dir, recs, errs), "\n"), filepath.ToSlash(dir)+"/", "")
			if diff := cmp.Diff(strings.Split(c.want, "\n"), strings.Split(got, "\n")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func warcOf(block, kind, contentType string) string {
	return fmt.Sprintf("WARC/1.0\r\nWARC-Type: %s\r\nWARC-Target-URI: http://www.x.example/1\r\nWARC-Date: 2019-01-10T09:27:00Z\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s\r\n\r\n", kind, contentType, len(block), block)
}

// zipOf makes a zip archive of pairs of name and content. Names are written as they
// are, without the flag for UTF-8.
func zipOf(pairs ...string) string {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(pairs); i += 2 {
		w, err := z.CreateHeader(&zip.FileHeader{Name: pairs[i], NonUTF8: true, Method: zip.Deflate})
		if err != nil {
			panic(err)
		}
		io.WriteString(w, pairs[i+1])
	}
	z.Close()
	return b.String()
}

func tarOf(pairs ...string) string {
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for i := 0; i < len(pairs); i += 2 {
		if err := w.WriteHeader(&tar.Header{Name: pairs[i], Size: int64(len(pairs[i+1])), Mode: 0o644, Typeflag: tar.TypeReg}); err != nil {
			panic(err)
		}
		io.WriteString(w, pairs[i+1])
	}
	w.Close()
	return b.String()
}

// TestArchives says what is read of archives: ids and texts, then errors.
func TestArchives(t *testing.T) {
	gbk := func(s string) string { return encoded(simplifiedchinese.GBK, s) }
	deep := "x"
	for range 9 {
		deep = zipOf("a.zip", deep)
	}
	cases := []struct{ name, data, want string }{
		{"zip: names in GBK", zipOf(gbk("新闻/白桦.txt"), "甲", gbk("新闻/青禾.txt"), "乙"), "a/新闻/白桦.txt甲 a/新闻/青禾.txt乙"},
		{"zip: names in code page 437", zipOf("r\x82sum\x82.txt", "x", "\x81ber.txt", "y"), "a/résumé.txt" + "x a/über.txt" + "y"},
		{"zip: names in UTF-8 without the flag", zipOf("白桦.txt", "甲"), "a/白桦.txt甲"},
		{"what is hidden, and what is no text", zipOf("__MACOSX/a.txt", "no", ".x/a.txt", "no", "p.jpg", "no", "../../b.txt", "甲", `c\d.txt`, "乙"), "a/b.txt甲 a/c/d.txt乙"},
		{"tar", tarOf("d/a.txt", "甲", "d/b.jsonl", `{"text":"乙"}`), "a/d/a.txt甲 a/d/b.jsonl:1乙"},
		{"zip in tar in gzip, and gzip in zip", gzipped(tarOf("i.zip", zipOf("a.txt.gz", gzipped("甲")))), "a/i.zip/a.txt.gz甲"},
		{"nested too deep", deep, "the bound of depth"},
		{"nothing to read", zipOf("p.jpg", "x"), ErrNoArticles.Error()},
		{"zip cut short", zipOf("a.txt", "甲")[:40], "zip -FF"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			dir := write(t, map[string]string{"a": c.data})
			recs, errs := read([]string{dir}, "", Options{})
			var got []string
			for _, r := range recs {
				got = append(got, r.Doc.ID+r.Doc.Text)
			}
			for _, e := range errs {
				got = append(got, e.Error())
			}
			if all := strings.Join(got, " "); all != c.want && !(len(recs) == 0 && len(errs) == 1 && strings.Contains(all, c.want)) {
				t.Errorf("%s, want %s", all, c.want)
			}
		})
	}
}

// TestBombs: what unpacks without end is given up, once, with the bound that was passed.
func TestBombs(t *testing.T) {
	limits := unpackLimits{depth: 8, ratio: 100, free: 1 << 20, spill: 1 << 20}
	zeros := strings.Repeat("0\n", 4<<20)
	noise := make([]byte, 17<<20) // does not pack, and is too much to spill
	for i, x := 0, uint32(1); i < len(noise); i++ {
		x = x*1664525 + 1013904223
		noise[i] = byte(x >> 24)
	}
	for _, c := range []struct{ name, data, want string }{
		{"gzip", gzipped(zeros), "the bound of the ratio"},
		{"zstd", zstded(zeros), "the bound of the ratio"},
		{"zip of many", zipOf("a.txt", zeros, "b.txt", zeros, "c.txt", zeros), "the bound of the ratio"},
		{"docx", zipOf("word/document.xml", "<w:document><w:t>"+zeros), "the bound of the ratio"},
		{"an archive in another", tarOf("a.zip", zipOf("a.txt", string(noise))), "the bound of bytes"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var errs []string
			r := newRun(Options{MaxRecord: LongestRecord}, func(_ Record, err error) bool {
				if err != nil {
					errs = append(errs, err.Error())
				}
				return true
			})
			r.stream(source{path: "a", id: "a", bounds: &bounds{limits: limits, packed: int64(len(c.data))}}, strings.NewReader(c.data))
			if len(errs) != 1 || !strings.Contains(errs[0], c.want) {
				t.Errorf("%q", errs)
			}
		})
	}
}

// TestWARCSkipped: records of a crawl that hold no page are counted by reason.
func TestWARCSkipped(t *testing.T) {
	crawl := warcOf("x", "metadata", "text/plain") + warcOf("HTTP/1.1 404 Not Found\r\n\r\n", "response", "application/http") +
		warcOf("HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\nx", "response", "application/http") + warcOf("甲", "conversion", "text/plain") +
		strings.Replace(warcOf("User-agent: *", "conversion", "text/plain"), "x.example/1", "x.example/robots.txt", 1)
	var notes Notes
	recs, errs := read([]string{"-"}, crawl, Options{Notes: &notes})
	got := map[string]int{}
	for reason, seen := range notes.Skipped {
		got[reason] = seen.Count
	}
	want := map[string]int{"metadata": 1, "status 404": 1, "image/png": 1, "robots.txt": 1}
	if diff := cmp.Diff(want, got); diff != "" || len(recs) != 1 || len(errs) != 0 {
		t.Error(recs, errs, diff)
	}
}
