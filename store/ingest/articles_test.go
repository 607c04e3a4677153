package ingest

import (
	"strings"
	"testing"
)

// Articles of journals, laws and books in XML are one document each, with their abstracts, and a
// set of them is as many.
func TestArticles(t *testing.T) {
	jats := `<article xmlns:xlink="http://www.w3.org/1999/xlink" xml:lang="en"><front><journal-meta><journal-title-group><journal-title>Ferry Studies</journal-title></journal-title-group></journal-meta>
<article-meta><article-id pub-id-type="pmid">77</article-id><article-id pub-id-type="doi">10.1000/ferry.1</article-id><title-group><article-title>Ice on <italic>Marlow Sound</italic></article-title></title-group>
<contrib-group><contrib><name><surname>Brask</surname><given-names>Hannah</given-names></name></contrib></contrib-group>
<pub-date pub-type="epub"><day>5</day><month>3</month><year>2024</year></pub-date><abstract><p>The harbour froze on Monday.</p></abstract></article-meta></front>
<body><sec><title>Methods</title><p>We walked over the ice.</p></sec><sec><title>Results</title><p>It held<xref>1</xref>.</p></sec></body>
<back><ref-list><ref><mixed-citation>Nobody 1999</mixed-citation></ref></ref-list></back></article>`
	text := "The harbour froze on Monday.\nMethods\nWe walked over the ice.\nResults\nIt held1."
	type want struct{ id, source, date, title, text string }
	article := want{"10.1000/ferry.1", "Ferry Studies", "2024-03-05", "Ice on Marlow Sound", text}
	for _, c := range []struct {
		name, file string
		want       []want
	}{
		{"JATS", jats, []want{article}},
		{"a set", `<?xml version="1.0"?><pmc-articleset>` + jats + strings.ReplaceAll(jats, "ferry.1", "ferry.2") + `</pmc-articleset>`,
			[]want{article, {"10.1000/ferry.2", article.source, article.date, article.title, text}}},
		{"formulas and dates", `<article><front><article-meta><pub-date><year>2011</year></pub-date><pub-date><day>3</day><month>8</month><year>2011</year></pub-date><copyright-statement>Nobody et al.</copyright-statement></article-meta></front><body><p>It grew <inline-formula><alternatives><tex-math>0.34 hr^{-1}</tex-math><mml:math>
 <mml:mi>μ</mml:mi> <mml:mo>=</mml:mo> <mml:mn>0.34</mml:mn> <mml:msup> <mml:mi>hr</mml:mi> <mml:mrow><mml:mo>-</mml:mo> <mml:mn>1</mml:mn></mml:mrow> </mml:msup></mml:math></alternatives></inline-formula>.</p></body></article>`,
			[]want{{"a.xml", "", "2011-08-03", "", "It grew μ = 0.34hr⁻¹."}}},
		{"without sections", `<article><front><article-meta><title-group><article-title>Ice</article-title></title-group></article-meta></front><body><p>It held.</p></body></article>`,
			[]want{{"a.xml", "", "", "Ice", "It held."}}},
		{"Akoma Ntoso", `<akomaNtoso xmlns="http://docs.oasis-open.org/legaldocml/ns/akn/3.0"><act name="act"><meta><identification><FRBRWork><FRBRdate date="1998-01-02" name=""/></FRBRWork><FRBRExpression><FRBRuri value="/akn/xx/act/1998/1/eng"/><FRBRdate date="2001-05-06" name=""/></FRBRExpression></identification></meta>
<preface><p><docTitle>Ferries Act</docTitle></p></preface><body><section><num>1.</num><heading>Ice</heading><content><p>No ferry sails in ice.</p></content></section></body></act></akomaNtoso>`,
			[]want{{"/akn/xx/act/1998/1/eng", "", "2001-05-06", "Ferries Act", "Ferries Act\n1.\nIce\nNo ferry sails in ice."}}},
		{"DocBook", `<book xmlns="http://docbook.org/ns/docbook" version="5.0" xml:id="ferries"><info><title>Ferries</title><pubdate>2020-01-02</pubdate></info><chapter><title>Ice</title><para>No ferry sails in ice.</para></chapter></book>`,
			[]want{{"ferries", "", "2020-01-02", "Ferries", "Ice\nNo ferry sails in ice."}}},
	} {
		recs, errs := read([]string{write(t, map[string]string{"a.xml": c.file})}, "", Options{})
		if len(recs) != len(c.want) || len(errs) > 0 {
			t.Errorf("%s: %d documents, %v", c.name, len(recs), errs)
			continue
		}
		for i, r := range recs {
			if got := (want{r.Doc.ID, r.Doc.Source, r.Doc.Date, r.Doc.Title, r.Doc.Text}); got != c.want[i] {
				t.Errorf("%s: got %q\nwant %q", c.name, got, c.want[i])
			}
		}
	}
}

// What only an apparatus holds is reported, since nobody compares it.
func TestApparatusIsSaid(t *testing.T) {
	long := strings.Repeat("eine andere Lesart ", 10)
	for text, said := range map[string]int{
		`Der Text <app><lem>selbst</lem><rdg>` + long + `</rdg></app>.`:   1,
		`Der Text <choice><sic>slebst</sic><corr>selbst</corr></choice>.`: 0,
	} {
		notes := &Notes{}
		read([]string{write(t, map[string]string{"a.xml": `<TEI><teiHeader/><text><body><p>` + text + `</p></body></text></TEI>`})}, "", Options{Notes: notes})
		if notes.Apparatus.Count != said {
			t.Errorf("%s: said %d times, want %d", text, notes.Apparatus.Count, said)
		}
	}
}
