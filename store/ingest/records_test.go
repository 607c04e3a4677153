package ingest

import (
	"strings"
	"testing"
)

// TestRecords: what comes out of records between tags, as id|title|date|text.
func TestRecords(t *testing.T) {
	const one, two = "三座桥通车了", "两座桥还在修"
	want := "1|桥|2024-03-05|" + one + "\n2|路|2024-03-06|" + two
	each := func(form string) string {
		fill := func(id, title, date, text string) string {
			return strings.NewReplacer("@i", id, "@t", title, "@d", date, "@x", text).Replace(form)
		}
		return fill("1", "桥", "2024-03-05", one) + fill("2", "路", "2024-03-06", two)
	}
	for name, tc := range map[string]struct{ file, data, want string }{
		"elements in a root":            {"a.xml", "<?xml version=\"1.0\"?>\n<docs n=\"2\">" + each("<doc><id>@i</id><title>@t</title><pubtime>@d</pubtime><content>@x</content></doc>") + "</docs>", want},
		"articles in an archive":        {"a.xml", "<archive>\n" + each("<article><guid>@i</guid><headline>@t</headline><pubdate>@d</pubdate><body>@x</body></article>") + "</archive>", want},
		"articles with attributes":      {"a.xml", "<articles>" + each("<article id=\"@i\" date=\"@d\"><title>@t</title><text><p>@x</p></text></article>") + "</articles>", want},
		"a page of articles is no list": {"a.txt", "<article><h2>" + one + "</h2><p>" + two + "</p></article>", "a.txt|||<article><h2>" + one + "</h2><p>" + two + "</p></article>"},
		"a table of a database":         {"a.xml", "<table>" + each("<row><id>@i</id><title>@t</title><date>@d</date><body>@x</body></row>") + "</table>", want},
		"one record":                    {"a.xml", "<doc><id>1</id><title>桥</title><date>2024-03-05</date><body>" + one + "</body></doc>", "1|桥|2024-03-05|" + one},
		"no root, & for itself":         {"a.sgml", strings.ReplaceAll(each("<doc>\n<docno>@i</docno>\n<contenttitle>@t</contenttitle>\n<date>@d</date>\n<content>@x</content>\n</doc>\n"), "了", "了 A&B <5"), strings.ReplaceAll(want, "了", "了 A&B <5")},
		"in a file named .txt":          {"a.txt", each("<DOC>\n<DOCNO> @i </DOCNO>\n<HEADLINE>\n@t\n</HEADLINE>\n<DATE>@d</DATE>\n<TEXT>\n<P>\n@x\n</P>\n</TEXT>\n</DOC>\n"), want},
		"paragraphs, no name":           {"a", each("<DOC id=\"@i\" type=\"story\" >\n<HEADLINE>\n@t\n</HEADLINE>\n<DATE>@d</DATE>\n<TEXT>\n<P>\n@x\n</P>\n<P>\n乙\n</P>\n</TEXT>\n</DOC>\n"), strings.ReplaceAll(want, one, one+"\n\n乙") + "\n\n乙"},
		"nested, with control signs":    {"a.sgm", "<!DOCTYPE lewis SYSTEM \"lewis.dtd\">\n" + each("<REUTERS TOPICS=\"YES\" NEWID=\"@i\">\n<DATE>@d</DATE>\n<UNKNOWN>&#5;x</UNKNOWN>\n<TEXT>&#2;\n<TITLE>@t</TITLE>\n<BODY>@x\n&#3;</BODY></TEXT>\n</REUTERS>\n"), want},
		"a wiki":                        {"a.xml", "<mediawiki xmlns=\"x\"><siteinfo><sitename>w</sitename></siteinfo>" + each("<page><title>@t</title><revision><id>@i</id><timestamp>@d</timestamp><text xml:space=\"preserve\">@x</text></revision></page>") + "</mediawiki>", "桥|桥|2024-03-05|" + one + "\n路|路|2024-03-06|" + two},
		"attributes":                    {"a.xml", "<posts>" + each(`<row Id="@i" Title="@t" Date="@d" Body="&lt;p&gt;@x&lt;/p&gt;" />`) + "</posts>", want},
		"names in attributes":           {"a.xml", "<mysqldump><database name=\"n\">" + each(`<row><field name="id">@i</field><field name="title">@t</field><field name="date">@d</field><field name="content">@x</field></row>`) + "</database></mysqldump>", want},
		"the text next to attributes":   {"a", each("<doc id=\"@i\" title=\"@t\" date=\"@d\">\n@x\n</doc>\n"), want},
		"character data":                {"a.xml", "<l>" + each("<item><id>@i</id><title><![CDATA[@t]]></title><date>@d</date><content><![CDATA[<p>@x</p>]]></content></item>") + "</l>", ""},
		"end tags that are missing":     {"a.sgml", each("<DOC>\n<DOCNO>@i\n</DOCNO><TITLE>@t</TITLE><DATE>@d</DATE>\n<TEXT>\n@x\n</TEXT>\n"), "1|桥|2024-03-05|" + one + "\n!2: the file is cut short: <doc> does not end"},
		"text between them":             {"a.sgml", strings.Replace(each("<DOC>\n<DOCNO>@i\n</DOCNO><TITLE>@t</TITLE><DATE>@d</DATE>\n<TEXT>\n@x\n</TEXT>\n</DOC>\n"), "</DOC>", "</DOC>\nlost words", 1), "1|桥|2024-03-05|" + one + "\n!2: text that is in no <doc>\n2|路|2024-03-06|" + two},
		"XML without a text":            {"a.xml", "<project><name>x</name><version>1</version></project>", "!0: not a text: XML whose first element is <project> is not read; feeds (RSS, Atom), TEI, JATS, Akoma Ntoso, DocBook, NITF, NewsML-G2, ALTO, PAGE, XHTML, and elements with a title or an id and a text are; --format html reads it as one document, without its tags"},
		"a page stays a page":           {"a.txt", "<div><p>" + one + "</p><p>" + two + "</p></div>", "a.txt|||<div><p>" + one + "</p><p>" + two + "</p></div>"},
		"a text that begins with one <": {"a.txt", "<" + one + ">\n" + two, "a.txt|||<" + one + ">\n" + two},
	} {
		if tc.want == "" {
			tc.want = want
		}
		recs, errs := read([]string{write(t, map[string]string{tc.file: tc.data})}, "", Options{})
		var got []string
		for _, r := range recs {
			got = append(got, strings.Join([]string{r.Doc.ID, r.Doc.Title, r.Doc.Date, r.Doc.Text}, "|"))
		}
		for i, e := range errs {
			line := "!" + string(rune('0'+e.Record)) + ": " + e.Err.Error()
			if e.Record == 2 && i == 0 && len(got) == 2 {
				got = []string{got[0], line, got[1]}
			} else {
				got = append(got, line)
			}
		}
		if s := strings.Join(got, "\n"); s != tc.want {
			t.Errorf("%s:\ngot  %q\nwant %q", name, s, tc.want)
		}
	}
}

func FuzzRecords(f *testing.F) {
	fuzzFormat(f, "records", `<docs><doc id="1"><title>a</title><content>b &amp; c<br/>d</content></doc><doc><id>2</id><text>x</text></doc></docs>`,
		"<DOC>\n<DOCNO>1</DOCNO>\n<TEXT>\n<P>\na\n</TEXT>\n</DOC>", `<posts><row Id="1" Body="x>y" Title='z' /></posts>`, "<!DOCTYPE a [<!ENTITY b \"c\">]><a><b><![CDATA[x]]></b></a>")
}
