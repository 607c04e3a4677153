package ingest

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestWikiText(t *testing.T) {
	for markup, want := range map[string]string{
		"'''青岭'''是一座[[城市|山城]]，在[[汀河]]边。<ref name=\"a\">《县志》</ref><ref name=a />":                                                         "青岭是一座山城，在汀河边。",
		"{{Infobox town\n| name = 青岭\n| map = {{map|x}}\n}}\n镇上有三座桥。":                                                                    "镇上有三座桥。",
		"[[File:Bridge.jpg|thumb|The [[bridge]] in ''1921'']]The bridge.":                                                                "The bridge.",
		"[[文件:桥.jpg|缩略图|桥]]桥长三百米。[[Category:桥]][[de:Brücke]]":                                                                            "桥长三百米。",
		"== History ==\nIt was built in {{lang|de|Neustadt}}.\n=== Later ===\n* one\n** two\n# three":                                    "History\nIt was built in Neustadt.\n\nLater\none\ntwo\nthree",
		"{| class=\"wikitable\"\n|+ Bridges\n! Name !! Year\n|-\n| style=\"x\" | Old || 1921\n|-\n| [[New|New one]]\n| 1987\n|}\nAfter.": "Bridges\nName\tYear\nOld\t1921\nNew one\t1987\nAfter.",
		"[http://x.example/a the paper] and [http://x.example/b] <!-- not\nthis -->here":                                                 "the paper and  here",
		"a < b &amp; c &lt; d, {{unclosed and [[open":                                                                                    "a < b & c < d, {{unclosed and [[open",
		"-{zh-cn:软件;zh-tw:軟體}-和-{A}-，-{T|zh-cn:标题}-完。__NOTOC__":                                                                          "软件和A，完。",
		"one<br />two<math>x^2</math> <nowiki>[[kept]]</nowiki>":                                                                         "one\ntwo [[kept]]",
		"{{convert|5|km|mi}} from {{nowrap|the '''town'''}}":                                                                             "5 km from the town",
		"{{a|{{b}}": "{{a|",
	} {
		if got := wikiText(markup); got != want {
			t.Errorf("%s\n got %q\nwant %q", markup, got, want)
		}
	}
}

const wikiDump = `<mediawiki xmlns="http://www.mediawiki.org/xml/export-0.11/" xml:lang="zh"><siteinfo><sitename>桥百科</sitename></siteinfo>
<page><title>新桥</title><ns>0</ns><id>7</id>
<revision><id>70</id><timestamp>2025-01-01T00:00:00Z</timestamp><contributor><username>甲</username></contributor><model>wikitext</model><text xml:space="preserve">'''新桥'''长三百米。</text></revision>
<revision><id>71</id><parentid>70</parentid><timestamp>2025-02-01T00:00:00Z</timestamp><contributor><ip>192.0.2.1</ip></contributor><comment>a &amp; b</comment><model>wikitext</model><text>'''新桥'''长三百八十米。</text></revision></page>
<page><title>老桥</title><ns>0</ns><id>8</id><redirect title="新桥" /><revision><id>80</id><text>#REDIRECT [[新桥]]</text></revision></page>
<page><title>桥二</title><ns>0</ns><id>9</id><revision><id>90</id><text>#重定向 [[新桥]]</text></revision></page>
<page><title>Template:桥</title><ns>10</ns><id>10</id><revision><id>91</id><text>桥</text></revision></page>
<page><title>X.css</title><ns>2</ns><id>11</id><revision><id>92</id><model>css</model><text>a{}</text></revision></page>
</mediawiki>`

func TestWikiDump(t *testing.T) {
	for _, name := range []string{"dump.xml", "dump"} {
		var notes Notes
		recs, errs := read([]string{write(t, map[string]string{name: wikiDump}) + "/" + name}, "", Options{Notes: &notes, Originals: true})
		if len(recs) != 2 || len(errs) != 0 {
			t.Fatalf("%s: %+v %v", name, recs, errs)
		}
		d := recs[1].Doc
		if d.ID != "新桥" || d.Text != "新桥长三百八十米。" || d.Date != "2025-02-01T00:00:00Z" || d.Source != "桥百科" || recs[1].Updated != d.Date || recs[0].Doc.ID != d.ID {
			t.Errorf("%s: %+v", name, recs)
		}
		if n := len(notes.Skipped); n != 3 || notes.Skipped["redirect"].Count != 2 {
			t.Errorf("%s: %v", name, notes.Skipped)
		}
		if f := recs[1].Original.Fields; len(f) != 11 || f[3].Name != "revision" || f[3].Value != int64(71) {
			t.Errorf("%s: %v", name, f)
		}
	}
	recs, errs := read([]string{"-"}, wikiDump[:600], Options{})
	if len(recs) != 1 || len(errs) != 1 || !strings.Contains(errs[0].Error(), "cut short") {
		t.Errorf("%+v %v", recs, errs)
	}
}

func FuzzWikiText(f *testing.F) {
	for _, s := range []string{"{{a|[[b|c]]}}", "{|\n|a||b\n|}", "-{zh:a;b}-<ref>", "[http://a b] '''x''' <!--", strings.Repeat("{{", 50) + strings.Repeat("}}", 50)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if !utf8.ValidString(s) || len(s) > 1<<16 {
			return
		}
		if text := wikiText(s); !utf8.ValidString(text) || len(text) > 4*len(s)+16 {
			t.Errorf("%q: %q", s, text)
		}
	})
}

func FuzzWiki(f *testing.F) { fuzzFormat(f, "mediawiki", wikiDump) }
