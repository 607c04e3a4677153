package report

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"html"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"repost/dedup/diff"
	"repost/testdata"
)

// letters returns what a reading says, without white space, and without invisible
// characters and the escapes that stand for them.
func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.Is(unicode.C, r) || unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, escapes.ReplaceAllString(s, ""))
}

var escapes = regexp.MustCompile(`\\(u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|x[0-9a-fA-F]{2}|[nrt])`)

var anyTag = regexp.MustCompile(`<[^>]*>`)

// missing returns the readings of d that a view does not show.
func missing(d *Difference, shown func(side, n int) string) (out []string) {
	for n, c := range d.Changes {
		for side, want := range []string{c.AText, c.BText} {
			if got := shown(side, n); !strings.Contains(letters(got), letters(want)) {
				out = append(out, fmt.Sprintf("change %d, side %d: %q is not in %.200q", n, side, want, got))
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

// everyView fails where a reading of the list is absent from another view.
func everyView(t *testing.T, name string, d *Difference) {
	t.Helper()
	for i := 1; i < len(d.Changes); i++ {
		x, y := d.Changes[i-1], d.Changes[i]
		if x.Grade != diff.Cosmetic && y.Grade != diff.Cosmetic && (x.A.Overlaps(y.A) || x.B.Overlaps(y.B)) {
			t.Errorf("%s: changes overlap: %q→%q and %q→%q", name, x.AText, x.BText, y.AText, y.BText)
		}
	}
	rows := aligned(d)
	bad := missing(d, func(side, n int) string { return rowText(rows, side, n) })

	var page bytes.Buffer
	if err := HTML(&page, d); err != nil {
		t.Fatal(err)
	}
	plain := html.UnescapeString(anyTag.ReplaceAllString(page.String(), ""))
	bad = append(bad, missing(d, func(side, n int) string {
		if c := d.Changes[n]; strings.TrimSpace(c.AText) == "" || strings.TrimSpace(c.BText) == "" {
			return c.AText + c.BText
		}
		return plain
	})...)

	var table bytes.Buffer
	if err := CSV(&table, d, Detail{Least: diff.Cosmetic}); err != nil {
		t.Fatal(err)
	}
	lines, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(table.Bytes(), []byte("\ufeff")))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	cells := ""
	for _, l := range lines {
		cells += strings.Join(l, "\x00") + "\n"
	}
	bad = append(bad, missing(d, func(side, n int) string { return strings.ReplaceAll(cells, `\n`, "\n") })...)

	patched, err := diff.Apply(d.Script, d.TextA)
	if err != nil || patched != d.TextB {
		bad = append(bad, "the patch does not give the second text")
	}
	for _, b := range bad {
		t.Errorf("%s: %s", name, b)
	}
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
	for i, k := range [][2]string{
		{"Mayor unveils plan\n\nThe bridge will cost $3 million.\n", "BREAKING: Mayor unveils plan\n\nThe bridge will cost £3 million.\n"},
		{"市长公布方案\n\n新桥造价300万元。\n", "快讯：市长公布方案\n\n新桥造价500万元。\n"},
		{"由县级道路运输管理机构依照规定审批。", "由县级交通运输主管部门依照规定审批。"},
		{"p one is here today.\n\np two is there tomorrow.\n", "p one is here today.\n\np two is there tomorrow.\n\np one is here today.\n\np two is there yesterday.\n"},
		{"", "全新的内容。"}, {"甲", "乙"},
	} {
		everyView(t, fmt.Sprint("pair ", i), compared(k[0], k[1]))
		everyView(t, fmt.Sprint("pair ", i, " turned"), compared(k[1], k[0]))
	}
}

// TestEveryReadingOfRandomPairs: paragraphs moved, cut, doubled and altered at random.
func TestEveryReadingOfRandomPairs(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 11))
	words := strings.Fields("市长 公布 新桥 方案 造价 三百万元 工期 两年 居民 表示 欢迎 不会 影响 交通 记者 王小明 星期六 上午 the mayor said nothing about 300 dollars on Monday")
	sentence := func() string {
		var b strings.Builder
		for range 4 + rng.IntN(9) {
			b.WriteString(words[rng.IntN(len(words))])
		}
		return b.String() + []string{"。", "，", "！\n", "”。", ".\n\n"}[rng.IntN(5)]
	}
	for n := range 300 {
		parts := make([]string, 3+rng.IntN(8))
		for i := range parts {
			parts[i] = sentence()
		}
		other := append([]string(nil), parts...)
		for range 1 + rng.IntN(4) {
			i, j := rng.IntN(len(other)), rng.IntN(len(other))
			switch rng.IntN(5) {
			case 0:
				other[i], other[j] = other[j], other[i]
			case 1:
				other[i] = sentence()
			case 2:
				other[i] += other[j]
			case 3:
				r := []rune(other[i] + "。")
				k := rng.IntN(len(r))
				other[i] = string(r[:k]) + words[rng.IntN(len(words))] + string(r[min(len(r), k+rng.IntN(3)):])
			default:
				other[i] = ""
			}
		}
		everyView(t, fmt.Sprint("random ", n), compared(strings.Join(parts, ""), strings.Join(other, "")))
	}
}
