package ingest

import (
	"strings"
	"testing"
)

// Pages that a program read from pictures are one document each, with their lines, their words
// and, where a format says it, what a broken word is as a whole.
func TestScans(t *testing.T) {
	type want struct{ source, date, title, text string }
	alto := func(lines ...string) string {
		return `<?xml version="1.0" encoding="UTF-8"?><alto xmlns="http://www.loc.gov/standards/alto/ns-v2#"><Description><MeasurementUnit>pixel</MeasurementUnit></Description><Layout><Page ID="P1"><PrintSpace><ComposedBlock ID="C1"><TextBlock ID="B1">` + strings.Join(lines, "") + `</TextBlock></ComposedBlock><TextBlock ID="B2"><TextLine><String CONTENT="Wetter"/></TextLine></TextBlock></PrintSpace></Page></Layout></alto>`
	}
	for _, c := range []struct {
		name, file string
		want       want
	}{
		{"ALTO", alto(`<TextLine ID="L1"><String ID="S1" CONTENT="Die"/><SP/><String CONTENT="Brücke" WC="0.9"><ALTERNATIVE>Brüche</ALTERNATIVE></String></TextLine>`,
			`<TextLine><String CONTENT="wird"/><SP/><String CONTENT="ge" SUBS_TYPE="HypPart1" SUBS_CONTENT="gesperrt"/><HYP CONTENT="-"/></TextLine>`,
			`<TextLine><String CONTENT="sperrt" SUBS_TYPE="HypPart2" SUBS_CONTENT="gesperrt"/><String CONTENT="."/></TextLine>`),
			want{text: "Die Brücke\nwird gesperrt\n.\n\nWetter"}},
		{"ALTO without spaces", alto(`<TextLine><String CONTENT="Die"/><String CONTENT="Brücke"/></TextLine>`, `<TextLine><String CONTENT="ge"/><HYP/></TextLine>`, `<TextLine><String CONTENT="sperrt"/></TextLine>`, `<TextLine><String CONTENT="大桥"/><String CONTENT="合龙"/></TextLine>`),
			want{text: "Die Brücke\ngesperrt\n大桥合龙\n\nWetter"}},
		{"PAGE", `<PcGts xmlns="http://schema.primaresearch.org/PAGE/gts/pagecontent/2019-07-15"><Page><ReadingOrder><OrderedGroup id="o"><RegionRefIndexed index="0" regionRef="r2"/><RegionRefIndexed index="1" regionRef="r1"/></OrderedGroup></ReadingOrder>
<TextRegion id="r1"><TextLine id="l2"><Word><TextEquiv><Unicode>im</Unicode></TextEquiv></Word><Word><TextEquiv><Unicode>Eis</Unicode></TextEquiv></Word></TextLine><TextEquiv><Unicode>im Eis</Unicode></TextEquiv></TextRegion>
<TextRegion id="r2"><TextLine id="l1"><Word><TextEquiv><Unicode>Fahre</Unicode></TextEquiv></Word><TextEquiv><Unicode>Fähre</Unicode></TextEquiv></TextLine></TextRegion></Page></PcGts>`,
			want{text: "Fähre\n\nim Eis"}},
		{"FineReader", `<document xmlns="http://www.abbyy.com/FineReader_xml/FineReader10-schema-v1.xml"><page><block blockType="Text"><text><par>
<line baseline="1"><formatting lang="German"><charParams l="1">E</charParams><charParams>i</charParams><charParams>s</charParams><charParams> </charParams><charParams>b</charParams><charParams>r</charParams><charParams>¬</charParams></formatting></line>
<line><formatting><charParams>i</charParams><charParams>c</charParams><charParams>h</charParams><charParams>t</charParams></formatting></line></par><par><line><formatting>Ende gut</formatting></line></par></text></block></page></document>`,
			want{text: "Eis bricht\n\nEnde gut"}},
		{"Olive", `<XMD-entity ID="Ar00303"><Meta NAME="La glace" PUBLICATION="GDM" BASE_HREF="GDM/1900/01/02" ISSUE_DATE="02/01/1900"/><Content><Primitive ID="p"><L/><W BOX="10 1 30 9">Sur</W><W BOX="36 1 50 9">la</W>
<Q BOX="56 1 60 9" QID="1">l</Q><q BOX="60 1 90 9" QID="1">'eau</q><QW QID="1">l'eau</QW><W BOX="90 1 92 9">,</W><L/><W BOX="10 11 40 19">froide</W></Primitive></Content></XMD-entity>`,
			want{"GDM", "1900-01-02", "La glace", "Sur la l'eau,\nfroide"}},
		{"paragraphs", "<?xml version=\"1.0\"?>\n<text>\n\t<title>IJs</title>\n\t<p>Het veer ligt stil.</p>\n\t<p>Tot maandag.</p>\n</text>\n",
			want{title: "IJs", text: "Het veer ligt stil.\n\nTot maandag."}},
	} {
		recs, errs := read([]string{write(t, map[string]string{"a.xml": c.file})}, "", Options{})
		if len(recs) != 1 || len(errs) > 0 {
			t.Errorf("%s: %d documents, %v", c.name, len(recs), errs)
			continue
		}
		if got := (want{recs[0].Doc.Source, recs[0].Doc.Date, recs[0].Doc.Title, recs[0].Doc.Text}); got != c.want || recs[0].Doc.ID != "a.xml" {
			t.Errorf("%s: got %q\nwant %q", c.name, got, c.want)
		}
	}
}

// What describes the pages of an issue is no document, and no error in a folder of them.
func TestDescribingXML(t *testing.T) {
	notes := &Notes{}
	recs, errs := read([]string{write(t, map[string]string{
		"issue-mets.xml": `<?xml version="1.0"?><mets:mets xmlns:mets="http://www.loc.gov/METS/"><mets:metsHdr/></mets:mets>`,
		"a.xml":          `<text><title>IJs</title><p>Het veer ligt stil.</p></text>`,
	})}, "", Options{Notes: notes})
	if len(recs) != 1 || len(errs) > 0 || notes.Passed["METS"].Count != 1 {
		t.Errorf("%d documents, %v, passed %v", len(recs), errs, notes.Passed)
	}
}

// Bytes before the declaration of XML are reported, and cost no document.
func TestBeforeXML(t *testing.T) {
	tei := `<?xml version="1.0"?>` + "\n" + `<TEI xmlns="http://www.tei-c.org/ns/1.0"><teiHeader><fileDesc><publicationStmt><publisher><orgName xml:lang="de">Stadtarchiv Marlow</orgName><orgName xml:lang="en">Marlow Archive</orgName><ref>archive</ref></publisher></publicationStmt></fileDesc></teiHeader><text><body><p>The ferry lies in the ice.</p></body></text></TEI>`
	for before, said := range map[string]int{"x": 1, "\n\n": 0} {
		recs, errs := read([]string{write(t, map[string]string{"a.xml": before + tei})}, "", Options{})
		if len(recs) != 1 || len(errs) != said {
			t.Fatalf("%q: %d documents, %v", before, len(recs), errs)
		}
		if d := recs[0].Doc; d.Source != "Stadtarchiv Marlow" || d.Text != "The ferry lies in the ice." {
			t.Errorf("%q: got %+v", before, d)
		}
	}
}
