package ingest

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
)

// TestVertical says for files with a word on each line what is read: id|date|title|text, then
// errors.
func TestVertical(t *testing.T) {
	const doc = "<doc id=\"a\" date=\"2025-03-02\" title=\"Ein &quot;Fluss&quot;\" register=\"news\">\n"
	for name, c := range map[string]struct{ file, data, want string }{
		"paragraphs and sentences": {"a.vert", doc + "<p>\n<s>\nDer\tART\tder\nFluss\tNN\tFluss\n,\tPUN\t,\nder\tD\td\n\"\tPUN\t\"\nsteigt\tV\ts\n\"\tPUN\t\"\n.\tPUN\t.\n</s>\n<s>\nEr\tP\ter\nfällt\tV\tfallen\n.\tPUN\t.\n</s>\n</p>\n<p>\n<s>\nEnde\tN\tE\n</s>\n</p>\n</doc>\n<doc id=\"b\">\n<s>\n为了\tX\t为了\n省下\tX\t省下\n935\tX\t935\n元\tX\t元\n，\tX\t，\n</s>\n<s>\nA\tX\tA\n</s>\n</doc>\n",
			"a|2025-03-02|Ein \"Fluss\"|Der Fluss, der \"steigt\". Er fällt.\nEnde b|||为了省下935元，\nA"},
		"glue":                       {"a.vert", "<doc id=\"a\">\nl\tD\tl\n<g/>\n'\tD\t'\n<g/>\nami\tN\tami\n?\tP\t?\n</doc>\n<doc id=\"b\">\nx\tN\tx\n</doc>\n", "a|||l'ami ? b|||x"},
		"of Korp, by content":        {"a", "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!-- #vrt positional-attributes: word pos -->\n<text id=\"t1\" title=\"Ett\">\n<paragraph id=\"1\">\n<sentence id=\"1\">\nA\tN\n&amp;\tC\nB\tN\n.\tP\n</sentence>\n</paragraph>\n</text>\n<text id=\"t2\">\n<sentence id=\"2\">\nC\tN\n</sentence>\n</text>\n", "t1||Ett|A & B. t2|||C"},
		"a corpus around it":         {"a.txt", "<corpus name=\"x\">\n<doc id=\"a\">\nEin\tX\te\nWort\tX\tw\n</doc>\n<doc id=\"b\">\nNoch\tX\tn\neins\tX\te\n</doc>\n</corpus>\n", "a|||Ein Wort b|||Noch eins"},
		"no end tags":                {"a.vert", "<doc id=\"a\">\nEin\tX\te\n<doc id=\"b\">\nNoch\tX\tn\n</doc>\n", "a|||Ein b|||Noch"},
		"cut short":                  {"a.vert", "<doc id=\"a\">\nEin\tX\te\n</doc>\n<doc id=\"b\">\nNoch\tX\tn\n", "a|||Ein reading a.vert: record 2, byte 28: the file is cut short: <doc> does not end; 22 bytes lost"},
		"words between":              {"a.vert", "<doc id=\"a\">\nEin\tX\te\n</doc>\nfrei\tX\tf\n<doc id=\"b\">\nNoch\tX\tn\n</doc>\n", "a|||Ein b|||Noch reading a.vert: record 2, byte 28: words that are in no <doc>; 9 bytes lost"},
		"words alone":                {"a.vert", "<s>\nDas\nist\nes\n.\n</s>\n<s>\nJa\n!\n</s>\n", "a.vert|||Das ist es.\nJa!"},
		"columns of a tagger":        {"a.txt", strings.Repeat("Der\tART\tder\nHund\tNN\tHund\nbellt\tVVFIN\tbellen\n.\t$.\t.\n", 3), "a.txt|||Der Hund bellt. Der Hund bellt. Der Hund bellt."},
		"CoNLL-U":                    {"a.conllu", "# newdoc id = d1\n# date = 2025-03-02\n# sent_id = 1\n# text = Zum Hund!\n1-2\tZum\t_\t_\t_\t_\t_\t_\t_\t_\n1\tZu\tzu\t_\t_\t_\t_\t_\t_\t_\n2\tdem\t_\t_\t_\t_\t_\t_\t_\t_\n3\tHund\t_\t_\t_\t_\t_\t_\t_\tSpaceAfter=No\n4\t!\t_\t_\t_\t_\t_\t_\t_\t_\n\n# newdoc id = d2\n1-2\tZum\t_\t_\t_\t_\t_\t_\t_\t_\n1\tzu\t_\t_\t_\t_\t_\t_\t_\t_\n2\tdem\t_\t_\t_\t_\t_\t_\t_\t_\n3\tTee\t_\t_\t_\t_\t_\t_\t_\tSpaceAfter=No\n3.1\tleer\t_\t_\t_\t_\t_\t_\t_\t_\n4\t?\t_\t_\t_\t_\t_\t_\t_\t_\n\n1\tJa\t_\t_\t_\t_\t_\t_\t_\t_\n", "d1|2025-03-02||Zum Hund! d2|||Zum Tee?\nJa"},
		"CoNLL with named entities":  {"a.conll", "-DOCSTART- -X- O O\n\nEU NNP B-NP B-ORG\nrejects VBZ B-VP O\n. . O O\n\n-DOCSTART- -X- O O\n\nNo DT O O\n. . O O\n", "a.conll:1|||EU rejects. a.conll:2|||No."},
		"records of texts":           {"a.txt", "<doc id=\"0\">\n<summary>\n码头开工\n</summary>\n<text>\n榆川老码头修缮工程十二日开工。\n</text>\n</doc>\n<doc id=\"1\">\n<text>\n青岭的茶农提早开采。\n</text>\n</doc>\n", "0|||榆川老码头修缮工程十二日开工。 1|||青岭的茶农提早开采。"},
		"a table of words":           {"a.tsv", "id\ttext\n1\tHund\n2\tKatze\n", "1|||Hund 2|||Katze"},
		"a table of ten":             {"a.tsv", "1\tHund\tx\tx\tx\tx\tx\tx\tx\tDer Hund bellt laut in der Nacht.\n2\tKatze\tx\tx\tx\tx\tx\tx\tx\tDie Katze schläft den ganzen Tag.\n\n", "a.tsv:1|||Der Hund bellt laut in der Nacht. a.tsv:2|||Die Katze schläft den ganzen Tag."},
		"SubRip":                     {"a.srt", "1\r\n00:00:01,000 --> 00:00:04,000\r\n<i>Der Fluss steigt,</i>\r\nseit Dienstag.\r\n\r\n2\r\n00:00:04,500 --> 00:00:07,000\r\n- {\\an8}Niemand will\r\ndas Haus verlassen.\r\n- Ich auch nicht.\r\n", "a.srt|||Der Fluss steigt, seit Dienstag.\n- Niemand will das Haus verlassen.\n- Ich auch nicht."},
		"SubRip in Han, no name":     {"a.txt", "1\n00:00:01,000 --> 00:00:04,000\n河水上涨，\n没有人出门\n\n2\n00:00:05,000 --> 00:00:06,000\n星期二\n", "a.txt|||河水上涨，没有人出门\n星期二"},
		"WebVTT":                     {"a.vtt", "WEBVTT - x\nKind: captions\n\nSTYLE\n::cue { color: red }\n\nNOTE\nnothing\n\nintro\n00:01.000 --> 00:04.000 align:start\n<v Anna>Fish &amp; chips.\n\n00:05.000 --> 00:09.000\n<v.loud Jost>No</v> one\n", "a.vtt|||Fish & chips.\nNo one"},
		"captions without tags roll": {"a.vtt", "WEBVTT\n\n00:01.000 --> 00:02.000\nSo we begin\n\n00:02.000 --> 00:03.000\nSo we begin\nwith the news\n\n00:03.000 --> 00:04.000\nwith the news\nof the day.\n\n00:04.000 --> 00:05.000\nof the day.\nGood.\n", "a.vtt|||So we begin with the news of the day.\nGood."},
		"a refrain":                  {"a.srt", "1\n00:00:01,000 --> 00:00:02,000\nLa la.\n\n2\n00:00:02,000 --> 00:00:03,000\nLa la.\n\n3\n00:00:03,000 --> 00:00:04,000\nThe river.\n\n4\n00:00:04,000 --> 00:00:05,000\nIt rises.\n", "a.srt|||La la.\nLa la.\nThe river.\nIt rises."},
		"words alone in sentences":   {"a.vert", "<doc id=\"y5\" title=\"T\">\n<s>\nA\nwarm\nday\n.\n</s>\n</doc>\n<doc id=\"y6\">\n<s>\nA\ncold\nday\n.\n</s>\n</doc>\n", "y5||T|A warm day. y6|||A cold day."},
		"scripts side by side":       {"a.conllu", "# sent_id = 1\n1\ttea\ttea\tNOUN\t_\t_\t0\troot\t_\t_\n2\t日本\t_\tPROPN\t_\t_\t1\tdep\t_\t_\n3\t茶\t_\tNOUN\t_\t_\t1\tdep\t_\t_\n4\tsushi\tsushi\tNOUN\t_\t_\t1\tdep\t_\t_\n\n", "a.conllu|||tea 日本茶 sushi"},
		"captions that roll":         {"a.vtt", "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\nthe river\nrises<00:00:01.500><c> fast</c>\n\n00:00:02.000 --> 00:00:02.010\nrises fast\n\n00:00:02.010 --> 00:00:04.000\nrises fast\nand<00:00:03.000><c> high</c>\n", "a.vtt|||the river rises fast and high"},
		"CHAT":                       {"a.cha", "@UTF8\n@Begin\n@Languages:\tdeu\n@Date:\t02-MAR-2025\n*CHI:\tder Hund (.) &-äh bellt [//] be(ll)t\n\tlaut@o . \x15100_200\x15\n%mor:\tdet n v\n*MOT:\tja &=laughs xxx !\n@End\n", "a.cha|2025-03-02||der Hund äh bellt bellt laut.\nja!"},
		"subtitles of another":       {"a.ass", "[Script Info]\nTitle: x\n", "reading a.ass: not a text: it is a file of subtitles in a format of its own; convert it with ffmpeg -i FILE FILE.srt, and read that (--format text reads it as one document)"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := write(t, map[string]string{c.file: c.data})
			recs, errs := read([]string{filepath.Join(dir, c.file)}, "", Options{})
			var got []string
			for _, r := range recs {
				got = append(got, fmt.Sprintf("%s|%s|%s|%s", strings.TrimPrefix(r.Doc.ID, filepath.ToSlash(dir)+"/"), r.Doc.Date, r.Doc.Title, r.Doc.Text))
			}
			for _, e := range errs {
				got = append(got, strings.ReplaceAll(e.Error(), dir+"/", ""))
			}
			if all := strings.Join(got, " "); all != c.want {
				t.Errorf("%q, want\n%q", all, c.want)
			}
		})
	}
}

func FuzzVertical(f *testing.F) {
	fuzzFormat(f, "vertical", "<doc id=\"a\">\n<s>\nA\tX\ta\n<g/>\n.\tX\t.\n</s>\n</doc>\n", "# newdoc id = a\n# text = A b\n1-2\tA\n1\tA\n", "-DOCSTART- x\n\na b\n")
}

func FuzzSubtitles(f *testing.F) {
	fuzzFormat(f, "subtitles", "1\n00:00:01,000 --> 00:00:04,000\n<i>A,</i>\nb\n", "WEBVTT\n\n00:01.000 --> 00:04.000\n<v A>b<00:01.500><c> c</c>\n")
}

func FuzzCHAT(f *testing.F) {
	fuzzFormat(f, "chat", "@UTF8\n@Begin\n*CHI:\ta [//] (b) .\n\tc\n@End\n")
}

// TestRepeatedNewdoc: a document goes on where its id is said again, and another one without an id begins.
func TestRepeatedNewdoc(t *testing.T) {
	word := func(w string) string { return "1\t" + w + "\t_\t_\t_\t_\t0\troot\t_\t_\n\n" }
	data := "# newdoc id = a\n# sent_id = a1\n" + word("Bridges") + "# newdoc id = a\n# sent_id = a2\n" + word("open") + "# newdoc id = b\n" + word("Ferries") + "# newdoc\n" + word("leave") + "# newdoc\n" + word("late")
	recs, errs := read([]string{write(t, map[string]string{"a.conllu": data})}, "", Options{})
	var got []string
	for _, r := range recs {
		got = append(got, strings.Join(strings.Fields(r.Doc.Text), " "))
	}
	if s := strings.Join(got, "|"); s != "Bridges open|Ferries|leave|late" || len(errs) > 0 {
		t.Errorf("%q, %v", s, errs)
	}
}
