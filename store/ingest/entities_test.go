package ingest

import (
	"fmt"
	"strings"
	"testing"
)

// TestEntities: what a file declares is what its text says; a bomb stays as it is written.
func TestEntities(t *testing.T) {
	bomb := `<!ENTITY a0 "ha ">`
	for i := 1; i < 12; i++ {
		bomb += fmt.Sprintf(`<!ENTITY a%d "%s">`, i, strings.Repeat(fmt.Sprintf("&a%d;", i-1), 10))
	}
	for name, c := range map[string]struct{ declared, text, want string }{
		"a word":                {`<!ENTITY duck "Ente">`, "Die &duck; schwamm.", "Die Ente schwamm."},
		"of others, any order":  {`<!ENTITY two "&duck; &amp; &duck;"><!ENTITY duck 'Ente'>`, "&two;!", "Ente & Ente!"},
		"a character, a tag":    {`<!ENTITY c "&#228;<hi>b</hi>">`, "x&c;", "xäb"},
		"the first counts":      {`<!ENTITY a "1"><!ENTITY a "2">`, "&a;", "1"},
		"one of HTML, declared": {`<!ENTITY copy "Kopie">`, "&copy; &eacute;", "Kopie é"},
		"in another file":       {`<!ENTITY a SYSTEM "a.txt">`, "x &a;", "x &a;"},
		"of itself":             {`<!ENTITY a "&b;"><!ENTITY b "&a;">`, "x &a;", "x &a;"},
		"a bomb":                {bomb, "x &a9; &a1;", "x &a9; " + strings.TrimSpace(strings.Repeat("ha ", 10))},
	} {
		file := `<?xml version="1.0"?><!DOCTYPE TEI [` + c.declared + `]><TEI><teiHeader/><text><p>` + c.text + `</p></text></TEI>`
		recs, errs := read([]string{"-"}, file, Options{Format: "tei"})
		if len(recs) != 1 || recs[0].Doc.Text != c.want {
			t.Errorf("%s: %v %v, want %q", name, recs, errs, c.want)
		}
	}
	long := `<!DOCTYPE TEI [<!ENTITY a "` + strings.Repeat("x", 4000) + `">]><TEI><text><p>` + strings.Repeat("&a;", 1000) + `</p></text></TEI>`
	if recs, errs := read([]string{"-"}, long, Options{Format: "tei", MaxRecord: 1 << 20}); len(recs) != 0 || len(errs) != 1 {
		t.Errorf("%d records, %v", len(recs), errs)
	}
}

// TestSpeech: utterances have a line each, and what describes is no word of anybody.
func TestSpeech(t *testing.T) {
	const file = `<TEI><text><body><u who="#A">Der Fluss <pause/> steigt.</u><u who="#B">Niemand will <del>das</del> weg <vocal><desc>lacht</desc></vocal>.` +
		`<kinesic><desc>winkt</desc></kinesic></u><incident><desc>Tür</desc></incident><annotationBlock><u><w>Ja</w><pc>!</pc></u><spanGrp><span>ITJ</span></spanGrp></annotationBlock></body></text></TEI>`
	recs, errs := read([]string{"-"}, file, Options{Format: "tei"})
	if len(recs) != 1 || recs[0].Doc.Text != "Der Fluss steigt.\nNiemand will weg .\nJa!" {
		t.Errorf("%v %v", recs, errs)
	}
}

// TestNotesOfODT: a footnote stands after the text, and not in its sentence.
func TestNotesOfODT(t *testing.T) {
	content := `<office:document-content><office:body><office:text><text:p>Es kamen dreißig Helfer<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>So der Wirt.</text:p></text:note-body></text:note> und blieben.</text:p><text:p>Ende.</text:p></office:text></office:body></office:document-content>`
	recs, errs := read([]string{"-"}, zipOf("mimetype", "application/vnd.oasis.opendocument.text", "content.xml", content), Options{Originals: true})
	if len(recs) != 1 || recs[0].Doc.Text != "Es kamen dreißig Helfer und blieben.\nEnde.\nSo der Wirt." || len(recs[0].Original.Bytes) == 0 {
		t.Errorf("%+v %v", recs, errs)
	}
}

// TestWholeFile: a file that is one document and is in an archive gives its bytes, and one of
// many records none.
func TestWholeFile(t *testing.T) {
	const one = `<TEI><text><p>Die Ente schwamm.</p></text></TEI><!-- end -->` + "\n"
	const many = `<teiCorpus><TEI><text><p>A b.</p></text></TEI><TEI><text><p>C d.</p></text></TEI></teiCorpus>`
	dir := write(t, map[string]string{"a.tar": tarOf("one.xml", one, "many.xml", many)})
	recs, errs := read([]string{dir}, "", Options{Originals: true})
	if len(recs) != 3 || len(errs) != 0 {
		t.Fatalf("%+v %v", recs, errs)
	}
	for i, want := range []string{one, "", ""} {
		if got := string(recs[i].Original.Bytes); got != want {
			t.Errorf("record %d: %q, want %q", i, got, want)
		}
	}
}

// TestWordsOfTEI: words are printed with the blanks that their corpus says, or as words are; a
// note between utterances stays there, and one in a sentence follows the text.
func TestWordsOfTEI(t *testing.T) {
	for body, want := range map[string]string{
		"<note type=\"time\">At 9.</note>\n<u who=\"#A\"><seg>\n<s>\n<w>I</w>\n<w join=\"right\">do</w>\n<w>n't</w>\n<name>\n<w>Boris</w>\n<w join=\"right\">Brask</w>\n</name>\n<pc>.</pc>\n</s>\n<s>\n<w join=\"right\">日本</w>\n<w>語</w>\n<note>N.</note>\n<w>end</w>\n</s></seg></u><note>Yes 120</note><u who=\"#B\"><seg>It cracked.</seg><seg>We ask</seg></u>": "At 9.\nI don't Boris Brask. 日本語 end\nYes 120\nIt cracked.\nWe ask\nN.",
		`<u><w>Do</w><w join="left">n't</w><w>go</w><pc join="left">.</pc></u>`:                "Don't go.",
		"<p><s>\n<w>It</w>\n<w>'s</w>\n<w>late</w>\n<pc>,</pc>\n<w>so</w>\n<pc>.</pc></s></p>": "It's late, so.",
		`<p><w>Ja</w><pc>!</pc> <w>Er</w><c> </c><w>geht</w></p>`:                              "Ja! Er geht",
		`<p><w>鸭</w><w>游</w></p>`:                                                              "鸭游",
	} {
		recs, errs := read([]string{"-"}, "<TEI><teiHeader/><text><body><div>"+body+"</div></body></text></TEI>", Options{Format: "tei"})
		if len(recs) != 1 || recs[0].Doc.Text != want {
			t.Errorf("%q: %v %+v", body, errs, recs)
		}
	}
}
