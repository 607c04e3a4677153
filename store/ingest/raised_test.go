package ingest

import (
	"encoding/json"
	"strings"
	"testing"
)

// TestRaised: figures above and below the line are figures of their own in every format, marks of
// notes are no text, and a word stays as it is.
func TestRaised(t *testing.T) {
	const body = `The tank holds 10<sup>3</sup> litres, or 5 m<sup>2</sup> of H<sub>2</sub>O at 10<sup>-3</sup>; in 2019<sup>4</sup> it was full. The pipe has 1<sup>1</sup>/<sub>2</sub> inches in the 19<sup>th</sup> year, and 2010<sup>see page</sup> of 20<sup>a</sup>.`
	const want = `The tank holds 10³ litres, or 5 m² of H₂O at 10⁻³; in 2019⁴ it was full. The pipe has 1¹/₂ inches in the 19th year, and 2010see page of 20a.`
	as := func(sup, sub, end string) string {
		return strings.NewReplacer("<sup>", sup, "<sub>", sub, "</sup>", end, "</sub>", end).Replace(body)
	}
	inJSON, _ := json.Marshal(map[string]string{"id": "a", "text": "<p>" + body + "</p>"})
	styled, _ := json.Marshal(map[string]string{"id": "a", "text": "<p>" + as(`<span style="vertical-align: super">`, `<span style="vertical-align:sub">`, "</span>") + "</p>"})
	bare, _ := json.Marshal(map[string]string{"id": "a", "text": body})
	for name, file := range map[string]string{
		"a.html":      "<html><body><p>" + body + "</p></body></html>",
		"style.html":  "<html><body><p>" + as(`<span style="font-size: 60%; vertical-align: super">`, `<span style="vertical-align:sub">`, "</span>") + "</p></body></html>",
		"a.jsonl":     string(inJSON),
		"bare.jsonl":  string(bare),
		"style.jsonl": string(styled),
		"tei.xml":     `<TEI><teiHeader/><text><body><p>` + as(`<hi rend="superscript">`, `<hi rend="subscript">`, "</hi>") + `</p></body></text></TEI>`,
		"tei2.xml":    `<TEI><teiHeader/><text><body><p>` + as(`<hi rendition="#sup">`, `<hi style="vertical-align: sub">`, "</hi>") + `</p></body></text></TEI>`,
		"jats.xml":    `<article><front><article-meta><title-group><article-title>Ice</article-title></title-group></article-meta></front><body><p>` + body + `</p></body></article>`,
		"akn.xml":     `<akomaNtoso><act><meta/><body><p>` + body + `</p></body></act></akomaNtoso>`,
		"docbook.xml": `<article xmlns="http://docbook.org/ns/docbook"><para>` + strings.NewReplacer("sup>", "superscript>", "sub>", "subscript>").Replace(body) + `</para></article>`,
		"nitf.xml":    `<nitf><body><body.content><p>` + body + `</p></body.content></body></nitf>`,
		"rss.xml":     `<rss><channel><item><guid>a</guid><description><![CDATA[<p>` + body + `</p>]]></description></item></channel></rss>`,
		"atom.xml":    `<feed><entry><id>a</id><content type="xhtml"><div><p>` + body + `</p></div></content></entry></feed>`,
		"docs.xml":    `<docs><doc><id>a</id><text>` + body + `</text></doc></docs>`,
		"wiki.xml":    `<mediawiki><page><title>A</title><ns>0</ns><revision><id>1</id><text>` + strings.NewReplacer("<", "&lt;", ">", "&gt;").Replace(body) + `</text></revision></page></mediawiki>`,
		"wiki2.xml":   `<mediawiki><page><title>A</title><ns>0</ns><revision><id>1</id><text>` + strings.ReplaceAll(as("{{sup|", "{{sub|", "}}"), "{{sup|1}}/{{sub|2}}", "{{frac|1|2}}") + `</text></revision></page></mediawiki>`,
		"a.docx": zipOf("word/document.xml", `<w:document><w:p><w:r><w:t>`+as(`</w:t></w:r><w:r><w:rPr><w:i/><w:vertAlign w:val="superscript"/></w:rPr><w:t>`, `</w:t></w:r><w:r><w:rPr><w:rStyle w:val="Tief"/></w:rPr><w:t>`, "</w:t></w:r><w:r><w:t>")+`</w:t></w:r></w:p></w:document>`,
			"word/styles.xml", `<w:styles><w:style w:type="character" w:styleId="Tief"><w:rPr><w:vertAlign w:val="subscript"/></w:rPr></w:style></w:styles>`),
		"a.odt": zipOf("mimetype", "application/vnd.oasis.opendocument.text", "content.xml", `<office:document-content><office:automatic-styles><style:style style:name="T1" style:family="text"><style:text-properties style:text-position="super 58%"/></style:style><style:style style:name="T2" style:family="text"><style:text-properties style:text-position="-33% 58%"/></style:style></office:automatic-styles><office:body><text:p>`+
			as(`<text:span text:style-name="T1">`, `<text:span text:style-name="T2">`, "</text:span>")+`</text:p></office:body></office:document-content>`),
	} {
		recs, errs := read([]string{write(t, map[string]string{name: file})}, "", Options{})
		if len(recs) != 1 || len(errs) != 0 || strings.TrimPrefix(recs[0].Doc.Text, "Ice\n") != want {
			t.Errorf("%s: %v %+v", name, errs, recs)
		}
	}
}

// TestNoteMarks: what leads to a note, and what is deleted or hidden, is no text; a note stands
// after the text, and not in its sentence.
func TestNoteMarks(t *testing.T) {
	const want = "In 2019 it was full. Nobody knew in 2020, or in 2021; see 3."
	html := `In 2019<sup><a href="#fn4">4</a></sup> it was full. Nobody knew in 2020[<a href="p.html#cite_note-5">5</a>], or in 2021<sup id="r"><a href="#a">6</a>,<a href="#b">7</a></sup>; <del>look at</del><ins>see</ins> <a href="#part3">3</a><a role="doc-noteref" href="x"><sup>*</sup></a>.`
	inJSON, _ := json.Marshal(map[string]string{"id": "a", "text": "<p>" + html + "</p>"})
	for name, file := range map[string]string{
		"a.html":  "<html><body><p>" + html + "</p></body></html>",
		"a.jsonl": string(inJSON),
		"tei.xml": `<TEI><teiHeader/><text><body><p>In 2019<ref type="noteref" target="#n4">4</ref> it was full. Nobody knew in 2020<ref target="#fn5" rend="sup">5</ref>, or in 2021<note>N.</note>; <del>look at</del>see <ref target="#part3">3</ref>.</p></body></text></TEI>`,
		"jats.xml": `<article><front><article-meta></article-meta></front><body><p>In 2019<xref ref-type="fn" rid="fn4">4</xref> it was full. Nobody knew in 2020<sup><xref ref-type="bibr" rid="b5">5</xref>,<xref ref-type="bibr" rid="b6">6</xref></sup>, or in 2021<fn><p>N.</p></fn>; see <xref ref-type="sec" rid="s3">3</xref>.</p>` +
			`</body><back><ref-list><ref><mixed-citation>Nobody 1999</mixed-citation></ref></ref-list></back></article>`,
		"akn.xml":     `<akomaNtoso><act><meta/><body><p>In 2019<noteRef href="#n4" marker="4"/> it was full. Nobody knew in 2020<authorialNote marker="5"><p>N.</p></authorialNote>, or in 2021; see 3.</p></body></act></akomaNtoso>`,
		"docbook.xml": `<article xmlns="http://docbook.org/ns/docbook"><para>In 2019<footnote><para>N.</para></footnote> it was full. Nobody knew in 2020, or in 2021<footnoteref linkend="x"/>; see 3.</para></article>`,
		"a.docx":      zipOf("word/document.xml", `<w:document><w:p><w:r><w:t>In 2019</w:t></w:r><w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:footnoteReference w:id="4"/></w:r><w:r><w:t> it was full. Nobody knew in 2020, or in 2021; </w:t></w:r><w:del><w:r><w:delText>look at</w:delText></w:r></w:del><w:r><w:rPr><w:vanish/></w:rPr><w:t>hidden</w:t></w:r><w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t>see 3.</w:t></w:r></w:p></w:document>`),
	} {
		recs, errs := read([]string{write(t, map[string]string{name: file})}, "", Options{})
		if len(recs) != 1 || len(errs) != 0 || strings.TrimSuffix(recs[0].Doc.Text, "\nN.") != want {
			t.Errorf("%s: %v %+v", name, errs, recs)
		}
	}
}

// TestRaise: what becomes of a part above the line.
func TestRaise(t *testing.T) {
	for _, c := range [][3]string{
		{"10", "3", "10³"}, {"10", "−12", "10⁻¹²"}, {"Ca", "2+", "Ca²⁺"}, {"x", "n+1", "xⁿ⁺¹"}, {"x", "n", "xⁿ"},
		{"2019", "2,3", "2019²,³"}, {"2019", "2–4", "2019²–⁴"}, {"2019", "[4]", "2019[⁴]"}, {"2019", "4a", "2019⁴a"}, {"٢٠١٩", "٤", "٢٠١٩⁴"},
		{"2019", "(a)", "2019(a)"}, {"19", "th", "19th"}, {"2019", "12 May", "2019 12 May"}, {"in", "in", "inin"}, {"word", "*", "word*"},
		{"Photo ", "2019", "Photo 2019"}, {"10", "1000", "10¹⁰⁰⁰"}, {"", "14", "¹⁴"}, {"10 ", " 3 ", "10  ³ "}, {"年", "①", "年①"}, {"a", "", "a"}, {"$19.", "95", "$19.95"}, {"in 2019.", "12", "in 2019.¹²"},
	} {
		if got := string(raise([]byte(c[0]+c[1]), len(c[0]), above)); got != c[2] {
			t.Errorf("%q above %q: %q, want %q", c[1], c[0], got, c[2])
		}
	}
}

// TestOfficeCells: a row is a line, with tabs between its cells; a cell of several paragraphs has lines,
// and a formula is read as it stands.
func TestOfficeCells(t *testing.T) {
	p := func(text string) string { return "<w:p><w:r><w:t>" + text + "</w:t></w:r></w:p>" }
	cell := func(text string) string { return "<table:table-cell>" + text + "</table:table-cell>" }
	for name, data := range map[string]string{
		"a.docx": zipOf("word/document.xml", "<w:document>"+p("before")+"<w:tbl><w:tr><w:tc>"+p("a")+"</w:tc><w:tc>"+p("")+"</w:tc><w:tc>"+p("b")+"</w:tc></w:tr><w:tr><w:tc>"+p("c")+p("d")+"</w:tc><w:tc>"+p("e")+"</w:tc></w:tr></w:tbl>"+
			"<w:p><w:r><w:t>so </w:t></w:r><m:oMath><m:sSup><m:e><m:r><m:t>x</m:t></m:r></m:e><m:sup><m:r><m:t>2</m:t></m:r></m:sup></m:sSup><m:f><m:num><m:r><m:t>1</m:t></m:r></m:num><m:den><m:r><m:t>2</m:t></m:r></m:den></m:f></m:oMath></w:p>"+p("after")+"</w:document>"),
		"a.odt": zipOf("mimetype", "application/vnd.oasis.opendocument.text", "content.xml", "<office:text><text:p>before</text:p><table:table><table:table-row>"+cell("<text:p>a</text:p>")+cell("")+cell("<text:p>b</text:p>")+"</table:table-row><table:table-row>"+cell("<text:p>c</text:p><text:p>d</text:p>")+cell("<text:p>e</text:p>")+"</table:table-row></table:table><text:p>so x²1/2</text:p><text:p>after</text:p></office:text>"),
	} {
		recs, errs := read([]string{write(t, map[string]string{name: data})}, "", Options{})
		if len(recs) != 1 || len(errs) > 0 || recs[0].Doc.Text != "before\na\t\tb\nc\nd\te\nso x²1/2\nafter" {
			t.Errorf("%s: %+v, %v", name, recs, errs)
		}
	}
}
