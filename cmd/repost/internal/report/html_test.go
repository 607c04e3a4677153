package report

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"repost/dedup/diff"
	"repost/shingle"
	"repost/shingle/mask"
)

func pageOf(t testing.TB, d *Difference) string {
	t.Helper()
	var out bytes.Buffer
	if err := HTML(&out, d); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

var (
	idsOf   = regexp.MustCompile(`\sid="([^"]*)"`)
	hrefsOf = regexp.MustCompile(`href="#([^"]*)"`)
	tagsOf  = regexp.MustCompile(`<(/?)([a-zA-Z][a-zA-Z0-9]*)[^>]*>`)
	forsOf  = regexp.MustCompile(`<label for="([^"]*)"`)
	titleOf = regexp.MustCompile(`<title>([^<]*)</title>`)
	voids   = map[string]bool{"meta": true, "input": true, "br": true}
	// within says what some elements stand in, by the content model of HTML.
	within = map[string]string{"tr": "table thead tbody", "td": "tr", "th": "tr", "li": "ul", "summary": "details", "main": "body", "h1": "body header"}
)

// valid asks of a page what a checker would: that it says its language, encoding and
// title, that every element stands where it may and is closed where it should be,
// that ids come once, that links and labels have their ends, and that no character
// is one that a page may not hold. The pages of the seeds, of hostile texts and of
// stories of ten and twenty versions have passed the Nu HTML checker.
func valid(t testing.TB, page string) {
	t.Helper()
	body := page[:strings.Index(page, "<style>")] + page[strings.Index(page, "</style>")+len("</style>"):]
	if !strings.HasPrefix(page, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n") {
		t.Errorf("the page begins %.80q", page)
	}
	if m := titleOf.FindAllStringSubmatch(body, -1); len(m) != 1 || strings.TrimSpace(m[0][1]) == "" {
		t.Errorf("titles: %q", m)
	}
	if i := strings.IndexFunc(page, func(r rune) bool {
		return r != '\n' && r != '\t' && unicode.IsControl(r) || r >= 0xFDD0 && r <= 0xFDEF || r&0xFFFE == 0xFFFE
	}); i >= 0 || !utf8.ValidString(page) {
		t.Errorf("no character of a page: %.20q", page[max(0, i):])
	}
	var open []string
	for _, m := range tagsOf.FindAllStringSubmatch(body, -1) {
		switch {
		case voids[m[2]]:
		case m[1] == "":
			if in := within[m[2]]; in != "" && !slices.Contains(strings.Fields(in), open[len(open)-1]) {
				t.Errorf("<%s> stands in %v", m[2], open)
			}
			open = append(open, m[2])
		case len(open) == 0 || open[len(open)-1] != m[2]:
			t.Fatalf("</%s> closes %v", m[2], open)
		default:
			open = open[:len(open)-1]
		}
	}
	if len(open) > 0 {
		t.Errorf("not closed: %v", open)
	}
	ids := map[string]bool{}
	for _, m := range idsOf.FindAllStringSubmatch(body, -1) {
		if ids[m[1]] {
			t.Errorf("id %q comes twice", m[1])
		}
		ids[m[1]] = true
	}
	for _, m := range forsOf.FindAllStringSubmatch(body, -1) {
		if !ids[m[1]] {
			t.Errorf("a label for %s, which is nowhere", m[1])
		}
	}
	for _, m := range hrefsOf.FindAllStringSubmatch(body, -1) {
		if !ids[m[1]] {
			t.Errorf("link to #%s, which is nowhere", m[1])
		}
	}
}

const (
	before = "（记者 李明）\n谷雨前一天，云雾还没从山腰散开，茶农们就背着竹篓进了山。\n山下的水库今年蓄水量比去年多了三成，闸门一直没有打开。\n放学的孩子们在操场上跳绳，校长站在旗杆下面看着他们。\n"
	after  = "谷雨前两天，云雾还没从山腰散开,茶农们就背着竹篓进了山。\n放学的孩子们在操场上跳绳，校长站在旗杆下面看着他们。\n山下的水库今年蓄水量比去年多了三成，闸门一直没有打开。\n（李明）\n"
)

func TestPageIsSound(t *testing.T) {
	for name, d := range map[string]*Difference{
		"moved":     compared(before, after),
		"same":      compared(before, before),
		"nothing":   compared("", ""),
		"one empty": compared(before, ""),
		"other":     compared(before, "The quick brown fox."),
	} {
		t.Run(name, func(t *testing.T) { valid(t, pageOf(t, d)) })
	}
}

func TestPageLinksWhatMoved(t *testing.T) {
	page := pageOf(t, compared(before, after))
	for _, want := range []string{`id="s-a1"`, `id="s-b1"`, `href="#s-a1"`, `href="#s-b1"`, `id="i-a1"`, `href="#i-b1"`, `lang="zh"`, "<bdi>a.txt</bdi>"} {
		if !strings.Contains(page, want) {
			t.Errorf("no %s", want)
		}
	}
}

// TestPageEscapes: texts and names that would be markup, leave their element, turn
// what follows around or are no text are shown and do nothing.
func TestPageEscapes(t *testing.T) {
	evil := []string{
		"<script>alert(1)</script>", `"><img src=x onerror=alert(1)>`, "</del></div></style>", "{{.TextA}}", "\x00\x1b[31m", "\u202e", "\xff\xfe", "&lt;b&gt;", "]]>", "<!--",
	}
	a, b := "开头。", "开头。"
	for i, e := range evil {
		a += fmt.Sprintf("第%d句%s说完了。", i, e)
		b += fmt.Sprintf("第%d句说%s完了。", i+100, e)
	}
	d := compared(a, b)
	d.A.ID, d.B.ID = `a"><script>.txt`, "b\u202e\x00.txt"
	d.MaskedA = []mask.Mask{{Span: shingle.Span{Lo: 0, Hi: len(a)}, Reason: mask.Footer}}
	page := pageOf(t, d)
	valid(t, page)
	if n := strings.Count(page, "<script"); n != 0 {
		t.Errorf("%d scripts", n)
	}
	for _, bad := range []string{"<img", "\x00", "\x1b", "\u202e", "\xff", "<!--"} {
		if strings.Contains(page, bad) {
			t.Errorf("the page has %q", bad)
		}
	}
	for _, want := range []string{"&lt;script&gt;", "{{.TextA}}", "&amp;lt;b&amp;gt;"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page shows no %s", want)
		}
	}
}

// TestRowsHoldBothTexts: what the two columns show is all of both texts.
func TestRowsHoldBothTexts(t *testing.T) {
	d := compared(before, after)
	for side, want := range []string{before, after} {
		var got strings.Builder
		for _, r := range aligned(d) {
			for _, q := range [][]piece{r.a, r.b}[side] {
				got.WriteString(q.text)
			}
		}
		if flat := strings.NewReplacer("\n", "", " ", ""); flat.Replace(got.String()) != flat.Replace(want) {
			t.Errorf("side %d shows\n%s\nof\n%s", side, got.String(), want)
		}
	}
}

// TestFoldsWithinParagraphs: of a long paragraph in which one word differs, the surroundings of the
// word are shown and the rest is folded on both sides; all of both texts is on the page.
func TestFoldsWithinParagraphs(t *testing.T) {
	var a, tail strings.Builder
	for i := range 30 {
		fmt.Fprintf(&a, "Sentence %d of the paragraph is in both of the texts. ", i)
		fmt.Fprintf(&tail, "Further sentence %d is in both of the texts, too. ", i)
	}
	first, second := a.String()+"The bridge stays closed. "+tail.String(), a.String()+"The bridge stays open. "+tail.String()
	var out bytes.Buffer
	if err := FramedHTML(&out, compared(first, second), Framing{Fold: true, View: "sides"}); err != nil {
		t.Fatal(err)
	}
	page := out.String()
	sides := page[strings.Index(page, `class="v-sides"`):]
	sides = sides[:strings.Index(sides, "</section>")]
	if n := strings.Count(sides, `<details class="alike">`); n != 4 {
		t.Errorf("%d passages are folded, not two on each side:\n%s", n, sides)
	}
	open := regexp.MustCompile(`(?s)<details class="alike">.*?</details>`).ReplaceAllString(sides, "")
	if len(open) > 1500 || !strings.Contains(open, "bridge stays") {
		t.Errorf("what is not folded is\n%s", open)
	}
	text := regexp.MustCompile(`<summary>[^<]*</summary>|<[^>]*>`).ReplaceAllString(sides, "")
	for _, want := range []string{a.String() + "The bridge stays ", "." + strings.TrimRight(" "+tail.String(), " ")} {
		if strings.Count(text, want) != 2 {
			t.Errorf("the page has %.60q… not once on each side", want)
		}
	}
}

func TestCSV(t *testing.T) {
	var out bytes.Buffer
	if err := CSV(&out, compared("他说“3.5%，好”。", "他说“35%，好”。"), Detail{}); err != nil {
		t.Fatal(err)
	}
	want := "\ufeff" + "grade,class,a_lo,a_hi,b_lo,b_hi,a_text,b_text,reasons,hint,group,places\nsubstantive,number,9,13,9,12,3.5%,35%,figures of different value,,,\n"
	if out.String() != want {
		t.Errorf("got\n%s\nwant\n%s", out.String(), want)
	}
}

func TestWrap(t *testing.T) {
	for _, k := range []struct {
		s     string
		width int
		want  string
	}{
		{"", 10, ""},
		{"谷雨前一天，云雾散开。", 10, "谷雨前一|天，云雾散|开。"},
		{"the quick brown fox", 10, "the quick|brown fox"},
		{"incomprehensibilities", 8, "incompre|hensibil|ities"},
		{"他说hello再见", 8, "他说|hello再|见"},
		{"👨‍👩‍👧👨‍👩‍👧👨‍👩‍👧", 4, "👨‍👩‍👧👨‍👩‍👧|👨‍👩‍👧"},
	} {
		var got []string
		for _, l := range wrap(k.s, k.width) {
			line := k.s[l[0]:l[1]]
			if Width(line) > k.width {
				t.Errorf("%q is wider than %d", line, k.width)
			}
			got = append(got, line)
		}
		if strings.Join(got, "|") != k.want {
			t.Errorf("%q in %d: %s, want %s", k.s, k.width, strings.Join(got, "|"), k.want)
		}
	}
}

// TestWrapKeepsMarks: a mark and the character next to it stay on one line.
func TestWrapKeepsMarks(t *testing.T) {
	for width := 12; width < 40; width++ {
		s := "今年72岁的孟庆龙逢人就[-讲-]：“党的政策好{+说+}，让我们走上致富路。”"
		for _, l := range wrap(s, width) {
			line := s[l[0]:l[1]]
			if strings.HasSuffix(line, "[-") || strings.HasSuffix(line, "{+") || strings.HasPrefix(line, "-]") || strings.HasPrefix(line, "+}") {
				t.Errorf("%d columns: %q", width, line)
			}
		}
	}
}

func TestSideBySide(t *testing.T) {
	var out bytes.Buffer
	p := &Printer{W: &out, Width: 60}
	p.Difference(compared(before, after), Detail{Sides: true, Least: diff.Substantive})
	for _, line := range strings.Split(out.String(), "\n") {
		if strings.Contains(line, "|") && Width(line) > 60 {
			t.Errorf("%d columns: %s", Width(line), line)
		}
	}
	for _, want := range []string{"[-前一天-]", "{+前两天+}", "(moved 1", "|"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %s in\n%s", want, out.String())
		}
	}
}
