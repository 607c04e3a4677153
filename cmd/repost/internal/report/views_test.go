package report

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"html"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"pgregory.net/rapid"

	"repost/dedup/diff"
	"repost/shingle"
	"repost/testdata"
)

// No reading is absent from any view. The list, the two columns of the terminal, the
// three views of the page, CSV, JSON and the patch are compared on every case and on
// random pairs: each shows every change whole, the columns show all of both stories, the
// links of the page have their ends, and the patch gives the second text.

// letters returns what a reading says, without white space, and without invisible
// characters and the escapes that stand for them.
func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.In(r, unicode.C, unicode.Mn) || r == unicode.ReplacementChar || strings.ContainsRune("⏎⇥␣", r) {
			return -1
		}
		return r
	}, escapes.ReplaceAllString(s, ""))
}

var (
	escapes = regexp.MustCompile(`\\(u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|x[0-9a-fA-F]{2}|[nrtabfv])|⟨U\+[0-9A-F ]+⟩`)
	anyTag  = regexp.MustCompile(`<[^>]*>`)
	marked  = regexp.MustCompile(`(?s)<(del|ins) [^>]*>(.*?)</(?:del|ins)>`)
	numeral = regexp.MustCompile(`<sup>.*?</sup>`)
)

// missing returns the readings of d that a view does not show.
func missing(d *Difference, view string, shown func(side, n int) string) (out []string) {
	said := map[string]string{} // a whole view is asked for each change
	for n, c := range d.Changes {
		for side, want := range []string{c.AText, c.BText} {
			got := shown(side, n)
			if _, ok := said[got]; !ok {
				said[got] = letters(got)
			}
			if !strings.Contains(said[got], letters(want)) {
				out = append(out, fmt.Sprintf("%s: change %d, side %d: %q is not in %.200q", view, n, side, want, got))
			}
		}
	}
	return out
}

// rowText returns what the rows show of side of change n.
func rowText(rows []row, side, n int) string {
	var out strings.Builder
	for _, r := range rows {
		for _, q := range [][]piece{r.a, r.b}[side] {
			if q.change == n {
				out.WriteString(q.text)
			}
		}
	}
	return out.String()
}

// lost returns what of the story of a side stands in no row, by how often each letter comes.
func lost(d *Difference, rows []row, side int) string {
	text := d.TextA
	if side == 1 {
		text = d.TextB
	}
	count := map[rune]int{}
	for _, r := range letters(text) {
		count[r]++
	}
	take := func(s string) {
		for _, r := range letters(s) {
			count[r]--
		}
	}
	for _, r := range rows {
		if !r.stands[side] {
			for _, q := range [][]piece{r.a, r.b}[side] {
				take(q.text)
			}
		}
	}
	for _, b := range d.Blocks {
		if s := []shingle.Span{b.A, b.B}[side]; b.Other && b.Kind != diff.Moved {
			take(s.Of(text))
		}
	}
	out := ""
	for r, n := range count {
		if n > 0 {
			out += string(r)
		}
	}
	return out
}

// section returns a view of the page.
func section(page, view string) string {
	_, rest, _ := strings.Cut(page, `<section class="`+view+`">`)
	out, _, _ := strings.Cut(rest, "</section>")
	return out
}

// markedUp returns what stands in the deletions or insertions of a view, joined.
func markedUp(section, tag string) string {
	var out strings.Builder
	for _, m := range marked.FindAllStringSubmatch(section, -1) {
		if m[1] == tag {
			out.WriteString(html.UnescapeString(anyTag.ReplaceAllString(numeral.ReplaceAllString(m[2], ""), "")) + "\x01")
		}
	}
	return out.String()
}

// terminal returns what the printer writes, on a terminal.
func terminal(d *Difference, detail Detail) string {
	var out bytes.Buffer
	p := &Printer{W: &out, Width: 100}
	p.Difference(d, detail)
	return out.String()
}

// everyView fails where a reading of the list is absent from another view.
func everyView(t interface {
	Helper()
	Errorf(string, ...any)
	Fatal(...any)
}, name string, d *Difference) {
	t.Helper()
	var bad []string
	for i, x := range d.Changes {
		for _, y := range d.Changes[i+1:] {
			if !x.Repeated && !y.Repeated && (x.A.Overlaps(y.A) || x.B.Overlaps(y.B)) {
				bad = append(bad, fmt.Sprintf("changes overlap: %q→%q and %q→%q", x.AText, x.BText, y.AText, y.BText))
			}
		}
	}
	all := Detail{Least: diff.Cosmetic, Blocks: true}
	list := terminal(d, all)
	if n := strings.Count(list, "[-") + strings.Count(list, "{+"); n < len(d.Changes) {
		bad = append(bad, fmt.Sprintf("list: %d marks for %d changes", n, len(d.Changes)))
	}
	rows := aligned(d)
	bad = append(bad, missing(d, "rows", func(side, n int) string { return rowText(rows, side, n) })...)
	for side := range 2 {
		if s := lost(d, rows, side); s != "" {
			bad = append(bad, fmt.Sprintf("rows: of side %d %q stands nowhere", side, s))
		}
	}
	columns := ""
	for _, r := range rows {
		for side := range 2 {
			columns += columnText(d, r, side, 40, all).text.String() + "\n"
		}
	}
	all.Sides = true
	if terminal(d, all) == "" {
		bad = append(bad, "columns: nothing is printed")
	}
	bad = append(bad, missing(d, "columns", func(side, n int) string { return columns })...)

	var page bytes.Buffer
	if err := HTML(&page, d); err != nil {
		t.Fatal(err)
	}
	bad = append(bad, badLinks(page.String())...)
	for _, view := range []string{"v-list", "v-sides", "v-inline"} {
		s := section(page.String(), view)
		shown := []string{markedUp(s, "del"), markedUp(s, "ins")}
		bad = append(bad, missing(d, view, func(side, n int) string { return shown[side] })...)
	}

	var table bytes.Buffer
	if err := CSV(&table, d, Detail{Least: diff.Cosmetic}); err != nil {
		t.Fatal(err)
	}
	lines, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(table.Bytes(), []byte("\ufeff")))).ReadAll()
	if err != nil || len(lines) < 1+len(d.Changes) {
		t.Fatal(name, "CSV", len(lines), err)
	}
	cells := fmt.Sprint(lines)
	bad = append(bad, missing(d, "CSV", func(side, n int) string { return cells })...)

	var object bytes.Buffer
	(&Printer{W: &object, JSON: true}).Difference(d, Detail{})
	var read struct {
		Changes []diff.Change `json:"changes"`
	}
	if err := json.Unmarshal(object.Bytes(), &read); err != nil || len(read.Changes) != len(d.Changes) {
		t.Fatal(name, "JSON", err)
	}
	bad = append(bad, missing(d, "JSON", func(side, n int) string { return read.Changes[n].AText + read.Changes[n].BText })...)

	p, err := NewPatch(d)
	if err != nil {
		t.Fatal(name, err)
	}
	var patch bytes.Buffer
	if err := p.Write(&patch); err != nil {
		t.Fatal(name, err)
	}
	back, err := ReadPatch(&patch)
	if err != nil {
		t.Fatal(name, err)
	}
	want := d.TextB
	if d.B.Spans != nil {
		want = ""
		for _, s := range d.B.Spans {
			want += s.Of(d.TextB)
		}
	}
	if made, err := back.Apply(d.TextA); err != nil || made != want {
		bad = append(bad, "the patch does not give the second text")
	}
	for _, b := range bad {
		t.Errorf("%s: %s\n%q\n%q", name, b, d.TextA, d.TextB)
	}
}

// badLinks returns the links of a page that lead nowhere, and the ids that come twice.
func badLinks(page string) (out []string) {
	var ids []string
	for _, m := range idsOf.FindAllStringSubmatch(page, -1) {
		if slices.Contains(ids, m[1]) {
			out = append(out, "page: twice the id "+m[1])
		}
		ids = append(ids, m[1])
	}
	for _, m := range hrefsOf.FindAllStringSubmatch(page, -1) {
		if !slices.Contains(ids, m[1]) {
			out = append(out, "page: a link to #"+m[1])
		}
	}
	return out
}

// TestEveryReadingInEveryView: on every case, and with one text before the other.
func TestEveryReadingInEveryView(t *testing.T) {
	cases, err := testdata.Diffs()
	if err != nil || len(cases) == 0 {
		t.Fatalf("%d cases: %v", len(cases), err)
	}
	for _, c := range cases {
		everyView(t, c.Name, compared(c.A, c.B))
		everyView(t, c.Name+" turned", compared(c.B, c.A))
	}
	bridge := "市政府昨日公布了新桥的建设方案，工期预计两年，居民普遍表示欢迎。\n\n"
	cost := "记者从交通局获悉，该桥造价三百万元，全部由市财政承担，不会影响现有交通。\n\n"
	more := strings.Replace(cost, "三百", "五百", 1)
	for i, k := range [][2]string{
		{"Mayor unveils plan\n\nThe bridge will cost $3 million.\n", "BREAKING: Mayor unveils plan\n\nThe bridge will cost £3 million.\n"},
		{"市长公布方案\n\n新桥造价300万元。\n", "快讯：市长公布方案\n\n新桥造价500万元。\n"},
		{"由县级道路运输管理机构依照规定审批。", "由县级交通运输主管部门依照规定审批。"},
		{"p one is here today.\n\np two is there tomorrow.\n", "p one is here today.\n\np two is there tomorrow.\n\np one is here today.\n\np two is there yesterday.\n"},
		{bridge + cost, bridge + cost + bridge + more}, {bridge + cost, bridge + more + bridge + cost},
		{bridge + cost, bridge + more + bridge + strings.Replace(cost, "三百", "四百", 1)},
		{"会议于6月12日举行。", "会议于6月13日晚举行。"}, {"会议定于6月12日。", "会议定于六月十二日！"},
		{"第一条　甲车先行。\n第二条　乙车后行。\n第三条　依照第二条让行。\n", "第一条　甲车先行。\n第二条　行人走人行道。\n第三条　乙车后行。\n第四条　依照第三条让行。\n"},
		{"王小明来了。他说王小明好。记者问王小明。", "王晓明来了。他说王晓明好。记者问王晓明。"},
		{"", "全新的内容。"}, {"甲", "乙"}, {bridge, "Nothing of this is alike.\n"},
	} {
		everyView(t, fmt.Sprint("pair ", i), compared(k[0], k[1]))
		everyView(t, fmt.Sprint("pair ", i, " turned"), compared(k[1], k[0]))
	}
}

// TestChangeInRepeatedPassage: p1 p2 against p1 p2 p1 p2′ has one change, and it says
// where it stands.
func TestChangeInRepeatedPassage(t *testing.T) {
	bridge := "市政府昨日公布了新桥的建设方案，工期预计两年，居民普遍表示欢迎。\n\n"
	cost := "记者从交通局获悉，该桥造价三百万元，全部由市财政承担，不会影响现有交通。\n\n"
	more := strings.Replace(cost, "三百", "五百", 1)
	for _, k := range [][2]string{{bridge + cost, bridge + cost + bridge + more}, {bridge + cost + bridge + more, bridge + cost}} {
		d := compared(k[0], k[1])
		n := slices.IndexFunc(d.Changes, func(c diff.Change) bool { return c.Grade == diff.Substantive })
		if n < 0 || !d.Changes[n].Repeated || !strings.Contains(d.Changes[n].AText+d.Changes[n].BText, "五百") || d.Result.Summary.Substantive != 1 {
			t.Errorf("%+v", d.Changes)
		}
	}
}

// altered is a pair of texts of paragraphs that are moved, doubled, left out and altered.
func altered(t *rapid.T) (a, b string) {
	words := []string{"市长", "公布", "新桥", "方案", "造价", "三百万元", "工期", "两年", "居民", "表示", "欢迎", "不会", "影响", "交通", "记者", "王小明", "6月12日", "星期六", "上午",
		" the ", " mayor ", " said ", " nothing ", " 300 dollars ", " on Monday ", "мост ", "построят ", "الجسر ", "다리를 ", "橋を", "造る", "สะพาน", "🇨🇳", "🇨🇭", "e\u0301", "é", "\u00ad", "\r\n", "<b>", "&amp;", "=1+1"}
	ends := []string{"。", "，", "！\n", "”。", ".\n\n", "6月12日。", "\n\n"}
	sentence := rapid.Custom(func(t *rapid.T) string {
		return strings.Join(rapid.SliceOfN(rapid.SampledFrom(words), 2, 14).Draw(t, "words"), "") + rapid.SampledFrom(ends).Draw(t, "end")
	})
	parts := rapid.SliceOfN(sentence, 1, 9).Draw(t, "sentences")
	other := slices.Clone(parts)
	word := rapid.SampledFrom(words)
	for range rapid.IntRange(1, 5).Draw(t, "edits") {
		i, j := rapid.IntRange(0, len(other)-1).Draw(t, "i"), rapid.IntRange(0, len(other)-1).Draw(t, "j")
		switch rapid.IntRange(0, 6).Draw(t, "edit") {
		case 0:
			other[i], other[j] = other[j], other[i]
		case 1:
			other[i] = sentence.Draw(t, "new")
		case 2:
			other = append(other, other[j])
		case 3:
			other = append(other, strings.ReplaceAll(other[j], word.Draw(t, "old"), word.Draw(t, "by")))
		case 4:
			r := []rune(other[i] + "。")
			k := rapid.IntRange(0, len(r)-1).Draw(t, "at")
			other[i] = string(r[:k]) + word.Draw(t, "word") + string(r[min(len(r), k+rapid.IntRange(0, 2).Draw(t, "cut")):])
		case 5:
			other[0] = rapid.SampledFrom([]string{"快讯：", "BREAKING: ", "（记者李明）", "本报讯 "}).Draw(t, "before") + other[0]
		default:
			other[i] = ""
		}
	}
	return strings.Join(parts, ""), strings.Join(other, "")
}

// TestAlikeReadingsAreTold: two readings never print the same.
func TestAlikeReadingsAreTold(t *testing.T) {
	for _, k := range []struct{ a, b, x, y string }{
		{"un caf\u00e9 noir", "un cafe\u0301 noir", "[-caf\u00e9⟨U+00E9⟩-]", "{+cafe⟨U+0301⟩+}"},
		{"they co\u00adoperate", "they cooperate", "[-co⟨U+00AD⟩operate-]", "{+cooperate+}"},
		{"one.\r\ntwo.", "one.\ntwo.", "[-␍⏎-]", "{+⏎+}"},
		{"the mayor", "the m\u0430yor", "[-mayor-]", "{+mа⟨U+0430⟩yor+}"},
		{"第\u3000一", "第 一", "[-⟨U+3000⟩-]", "{+␣+}"},
		{"die\u200bser Satz", "dieser Satz", "[-die⟨U+200B⟩ser-]", "{+dieser+}"},
		{"한국 팀", "\u1112\u1161\u11ab국 팀", "한⟨U+D55C⟩", "⟨U+11AB⟩"},
	} {
		list := terminal(compared(k.a, k.b), Detail{Least: diff.Cosmetic})
		if !strings.Contains(list, k.x) || !strings.Contains(list, k.y) {
			t.Errorf("%q | %q: no %s %s in\n%s", k.a, k.b, k.x, k.y, list)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		piece := rapid.SampledFrom([]string{"a", "\u0430", "e\u0301", "\u00e9", "\u200b", "\r\n", "\n", " ", "\u00a0", "한", "\u1112\u1161\u11ab", "\ufe0f", "\xff", "\x00", "字"})
		a := strings.Join(rapid.SliceOfN(piece, 1, 5).Draw(t, "a"), "")
		b := strings.Join(rapid.SliceOfN(piece, 1, 5).Draw(t, "b"), "")
		if a != b && looks(a) == looks(b) && visible(distinct(a, b)) == visible(distinct(b, a)) {
			t.Fatalf("%q and %q are both %q", a, b, visible(distinct(a, b)))
		}
	})
}

func TestEveryReadingOfRandomPairs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := altered(t)
		everyView(t, "random", compared(a, b))
	})
}
