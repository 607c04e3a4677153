package report

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/rivo/uniseg"
	"pgregory.net/rapid"

	"repost/dedup"
	"repost/dedup/diff"
	"repost/shingle"
)

// TestFlatIsSafe: what comes from a text never moves the cursor, never breaks a
// line, and never reaches the terminal as an escape sequence.
func TestFlatIsSafe(t *testing.T) {
	for in, want := range map[string]string{
		"一行\n两行":                     "一行 两行",
		"  a\t b\u3000c ":            "a b c",
		"red \x1b[31mtext\x1b[0m":    "red [31mtext[0m",
		"right\u202eto left\u200b":   "rightto left",
		"\xff broken \xe4\xb8":       "broken",
		"\r\nover\rwritten\u2028end": "over written end",
		"":                           "",
	} {
		if got := Flat(in); got != want {
			t.Errorf("Flat(%q) = %q, want %q", in, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		s := string(rapid.SliceOf(rapid.Byte()).Draw(t, "bytes")) + rapid.String().Draw(t, "text")
		got := Flat(s)
		if !utf8.ValidString(got) || strings.ContainsAny(got, "\x1b\n\r\t\u0085\u2028\u2029") || Flat(got) != got {
			t.Fatalf("Flat(%q) = %q", s, got)
		}
	})
}

// TestNamesAreSafeAndApart: a printed name stays on its line, and two names that are
// short enough to be printed whole look different.
func TestNamesAreSafeAndApart(t *testing.T) {
	for in, want := range map[string]string{
		"web/harvest.txt": "web/harvest.txt", "国庆 节.txt": "国庆 节.txt", `C:\news\a.txt`: `C:\news\a.txt`, "100%": "100%",
		"a\nb": `"a\nb"`, `a\nb`: `a\nb`, `"a"`: `"\"a\""`, "a ": `"a "`, "\x1b[2J": `"\x1b[2J"`, "a\xff": `"a\xff"`, "国\u3000庆": `"国\u3000庆"`,
	} {
		if got := Name(in); got != want {
			t.Errorf("Name(%q) = %s, want %s", in, got, want)
		}
	}
	for in, want := range map[string]string{
		"榆川\u3000 三年\u00a0": "榆川 三年", "上行\n下行": `"上行\n下行"`, "a\u202eb": `"a\u202eb"`, "می\u200cخواهم": "می\u200cخواهم", "": "",
	} {
		if got := Label(in); got != want {
			t.Errorf("Label(%q) = %s, want %s", in, got, want)
		}
	}
	some := rapid.SliceOfN(rapid.OneOf(rapid.SampledFrom([]string{"a", " ", "\n", `\n`, `"`, `\`, "\x00", "\xff", "\u202e", "国"}), rapid.String()), 0, 6)
	rapid.Check(t, func(t *rapid.T) {
		x, y := strings.Join(some.Draw(t, "x"), ""), strings.Join(some.Draw(t, "y"), "")
		a, b := Name(x), Name(y)
		if x != y && a == b && !strings.Contains(a, "…") {
			t.Fatalf("%q and %q are both %s", x, y, a)
		}
		for _, s := range []string{a, Label(x), Escaped(x)} {
			if strings.ContainsFunc(s, func(r rune) bool { return unicode.IsControl(r) || r == '\u202e' }) || !utf8.ValidString(s) {
				t.Fatalf("%q prints as %q", x, s)
			}
		}
	})
}

func TestMiddle(t *testing.T) {
	for _, c := range []struct {
		s       string
		columns int
		want    string
	}{
		{"abcdef", 6, "abcdef"}, {"abcdefg", 6, "abc…fg"}, {"国庆节刚过去了", 8, "国庆…了"}, {"国庆节刚过", 10, "国庆节刚过"},
		{strings.Repeat("x", 1e6), 9, "xxxx…xxxx"},
	} {
		if got := Middle(c.s, c.columns); got != c.want {
			t.Errorf("Middle(%.20q, %d) = %q, want %q", c.s, c.columns, got, c.want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		s, columns := rapid.String().Draw(t, "s"), rapid.IntRange(4, 30).Draw(t, "columns")
		if got := Middle(s, columns); Width(got) > columns {
			t.Fatalf("Middle(%q, %d) = %q, %d columns", s, columns, got, Width(got))
		}
	})
}

// TestRowsFit: on a terminal the last cell is cut to what is left of the line; in a
// file it is whole. A cell that is too wide moves its own row alone.
func TestRowsFit(t *testing.T) {
	rows := Rows{{"a", "1", "国庆节刚过，收割机来回穿梭"}, {strings.Repeat("x", 60), "22", "end"}}
	var narrow, whole bytes.Buffer
	(&Printer{W: &narrow, Width: 72}).Table(rows)
	(&Printer{W: &whole}).Table(rows)
	gap := strings.Repeat(" ", 47)
	if want := "a" + gap + "   1  国庆节刚过，收割…\n" + strings.Repeat("x", 60) + "  22  end\n"; narrow.String() != want {
		t.Errorf("%s\nwant\n%s", &narrow, want)
	}
	if !strings.Contains(whole.String(), "来回穿梭\n") {
		t.Errorf("cut: %s", &whole)
	}
}

// TestPlainColumns: each plain character is a grapheme of that width, next to any other.
func TestPlainColumns(t *testing.T) {
	for r := rune(0); r <= 0xffff; r++ {
		n := plainColumns(r)
		if n == 0 {
			continue
		}
		for _, other := range []string{"一", "a", "！", "ン"} {
			if w := uniseg.StringWidth(other + string(r) + other); w != n+2*Width(other) {
				t.Errorf("%q next to %s: %d columns, not %d", r, other, w, n)
			}
			if g := uniseg.GraphemeClusterCount(other + string(r) + other); g != 3 {
				t.Errorf("%q next to %s: %d graphemes", r, other, g)
			}
		}
	}
}

func TestCut(t *testing.T) {
	for _, c := range []struct {
		s           string
		columns     int
		left, right string
	}{
		{"国庆节刚过", 10, "国庆节刚过", "国庆节刚过"},
		{"国庆节刚过", 9, "国庆节刚…", "…庆节刚过"},
		{"国庆节刚过", 6, "国庆…", "…刚过"},
		{"abcdef", 4, "abc…", "…def"},
		{"abc", 0, "", ""},
		{"cafe\u0301 noir", 5, "cafe\u0301…", "…noir"},
	} {
		if got := Cut(c.s, c.columns); got != c.left {
			t.Errorf("Cut(%q, %d) = %q, want %q", c.s, c.columns, got, c.left)
		}
		if got := CutLeft(c.s, c.columns); got != c.right {
			t.Errorf("CutLeft(%q, %d) = %q, want %q", c.s, c.columns, got, c.right)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		s := Flat(rapid.String().Draw(t, "s"))
		n := rapid.IntRange(1, 30).Draw(t, "columns")
		if a, b := Cut(s, n), CutLeft(s, n); Width(a) > n || Width(b) > n {
			t.Fatalf("%q and %q in %d columns", a, b, n)
		}
	})
}

// TestRowsAlign: columns stand under each other whatever the script, and figures
// flush right.
func TestRowsAlign(t *testing.T) {
	var b bytes.Buffer
	p := Printer{W: &b}
	var rows Rows
	rows.Add("青岭日报", "9.5 %", "page.txt")
	rows.Add("Herald", "100.0 %", "网页.txt")
	rows.Add("", "", "last")
	p.Table(rows)
	want := "青岭日报    9.5 %  page.txt\nHerald    100.0 %  网页.txt\n                   last\n"
	if b.String() != want {
		t.Errorf("\n%s\nwant\n%s", b.String(), want)
	}
}

func TestNumbers(t *testing.T) {
	for n, want := range map[int]string{0: "0", 999: "999", 1000: "1,000", 1234567: "1,234,567", -1234: "-1,234", -123: "-123"} {
		if got := Thousands(n); got != want {
			t.Errorf("Thousands(%d) = %s, want %s", n, got, want)
		}
	}
	for share, want := range map[float64]string{0: "0.0 %", .5: "50.0 %", .99999: "99.9 %", 1: "100.0 %"} {
		if got := Percent(share); got != want {
			t.Errorf("Percent(%v) = %s, want %s", share, got, want)
		}
	}
}

// TestChangeIsReadable: a change stands inside its text with marks, with and
// without colour, and a long one is cut in the middle.
func TestChangeIsReadable(t *testing.T) {
	a, b := "全村恢复撂荒地4200亩，全部种上了水稻。", "全村恢复撂荒地4300亩，全部种上了水稻。"
	at := strings.Index(a, "4200")
	d := &Difference{
		A: Side{ID: "a"}, B: Side{ID: "b"}, TextA: a, TextB: b,
		Relation: dedup.Relatedness{Kind: dedup.NearDuplicate, CoverageA: 1, CoverageB: .987},
		Result: &diff.Result{
			Changes: []diff.Change{{
				A: shingle.Span{Lo: at, Hi: at + 4}, B: shingle.Span{Lo: at, Hi: at + 4}, AText: "4200", BText: "4300",
				Grade: diff.Substantive, Class: diff.Number, Reasons: []string{"another value"},
			}},
			Summary: diff.Summary{Substantive: 1, Cosmetic: 1312, Moved: 1},
		},
	}
	var out bytes.Buffer
	(&Printer{W: &out}).Difference(d, Detail{Reasons: true})
	want := "a → b\n" +
		"near-duplicate, aligned over 100.0 % of the first and 98.7 % of the second; 1 block moved; 1 substantive, 0 minor, 1,312 cosmetic\n" +
		"  substantive  number  全村恢复撂荒地[-4200-]{+4300+}亩，全部种上了水稻。\n" +
		"                       another value\n"
	if out.String() != want {
		t.Errorf("\n%s\nwant\n%s", out.String(), want)
	}
	out.Reset()
	(&Printer{W: &out, Color: true}).Difference(d, Detail{})
	if !strings.Contains(out.String(), "\x1b[31m[-4200-]\x1b[0m\x1b[32m{+4300+}\x1b[0m") {
		t.Errorf("in colour: %q", out.String())
	}
	if got := excerpt(strings.Repeat("长", 100), 30); Width(got) > 30+len(" (100 characters)") || !strings.Contains(got, "…") {
		t.Errorf("a long text: %q", got)
	}
	if got := excerpt("\n", 30); got != "⏎" {
		t.Errorf("a line break: %q", got)
	}
}

// TestContract holds the names of the fields that design and scripts rely on.
func TestContract(t *testing.T) {
	var out bytes.Buffer
	p := Printer{W: &out, JSON: true}
	p.Story(&Story{ID: "s1", Size: 1, Members: []Member{{ID: "a<b>", Spans: []shingle.Span{{Lo: 0, Hi: 9}}, Relation: dedup.Contains, Canonical: true}}})
	want := `{"story":"s1","size":1,"members":[{"id":"a<b>","spans":[[0,9]],"relation":"contains","coverage":0,"canonical":true,"source":"","date":"","title":""}]}` + "\n"
	if out.String() != want {
		t.Errorf("\n%s\nwant\n%s", out.String(), want)
	}
	out.Reset()
	p.Difference(&Difference{Result: &diff.Result{}}, Detail{})
	var fields map[string]any
	if err := json.Unmarshal(out.Bytes(), &fields); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"a", "b", "relation", "blocks", "changes", "masked_a", "masked_b", "caps"} {
		if _, ok := fields[name]; !ok {
			t.Errorf("no field %q in %s", name, out.String())
		}
	}
}

// TestRowsAreNoWiderThanTheTerminal: where the columns do not fit, the widest give way,
// and a line ends where the terminal does, by what a character takes there.
func TestRowsAreNoWiderThanTheTerminal(t *testing.T) {
	var b strings.Builder
	p := Printer{W: &b, Width: 60}
	p.Table(Rows{
		{"sae5b9f46636d", "near-duplicate", "100.0 %", "2025/市州新闻/一版/要闻/老楼装上新电梯.txt", "青屿晚报", "题目"},
		{"sae5b9f46636d", "overlap", "9.5 %", "short.txt", "北渡网", "老楼装上新电梯"},
	})
	for _, line := range strings.Split(strings.TrimSpace(b.String()), "\n") {
		if Width(line) > 60 || !strings.Contains(line, "sae5b9f46636d") {
			t.Errorf("%d columns: %s", Width(line), line)
		}
	}
}

// TestRowsUseTheTerminal: a column that is cut is as wide in every row, and columns
// that nothing stands in take no room.
func TestRowsUseTheTerminal(t *testing.T) {
	rows := Rows{{strings.Repeat("x", 40), "identical", "", "9.5 %", ""}, {"榆川/老楼装上新电梯榆川三年圆了六千户", "quotes", "", "100.0 %", ""}, {"alone", "", "", "", ""}}
	var terminal, file strings.Builder
	(&Printer{W: &terminal, Width: 48}).Table(rows)
	(&Printer{W: &file}).Table(rows)
	want := "xxxxxxxxxxxxxx…xxxxxxxxxxxxx  identical    9.5 %\n" +
		"榆川/老楼装上新…年圆了六千户  quotes     100.0 %\n" +
		"alone\n"
	if got := terminal.String(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if !strings.Contains(file.String(), "  identical      9.5 %\n") || !strings.HasSuffix(file.String(), "\nalone\n") {
		t.Errorf("in a file:\n%s", file.String())
	}
}

// TestObjectIsSafeOnATerminal: controls that package json lets through are escaped, and
// what is read again is what there was.
func TestObjectIsSafeOnATerminal(t *testing.T) {
	for _, want := range []string{"a\u009b31mb\u007f\u0080", "é\u00a0中\u200d", "\u009f", ""} {
		var b strings.Builder
		(&Printer{W: &b}).Object(want)
		var got string
		if err := json.Unmarshal([]byte(b.String()), &got); err != nil || got != want {
			t.Errorf("%q: %q, %v", want, got, err)
		}
		if strings.ContainsFunc(strings.TrimSuffix(b.String(), "\n"), unicode.IsControl) {
			t.Errorf("controls in %q", b.String())
		}
	}
}
