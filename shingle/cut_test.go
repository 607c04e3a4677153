package shingle_test

import (
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"repost/shingle"
)

func ids(text string) []uint32 {
	var out []uint32
	for _, u := range (shingle.Rules{}).Cut(nil, text) {
		out = append(out, u.ID)
	}
	return out
}

// cut spells the units of text as the parts of the original they stand for.
func cut(text string) string {
	var out []string
	for _, u := range (shingle.Rules{}).Cut(nil, text) {
		out = append(out, u.Span().Of(text))
	}
	return strings.Join(out, "|")
}

func TestCutDrawsUnits(t *testing.T) {
	for text, want := range map[string]string{
		"":                         "",
		"。，！…— \n":                 "",
		"今年72岁的Tom说：“好”":           "今|年|72|岁|的|Tom|说|好",
		"GDP增长3.5%":                "GDP|增|长|3|5",
		"don't stop":               "don|t|stop",
		"10㎡":                      "10|㎡|㎡",
		"ﬁne ①②":                   "ﬁne|①②",
		"𠮷野家😀ok":                   "𠮷|野|家|ok",
		"Привет, мир":              "Привет|мир",
		"ภาษาไทย":                  "ภ|า|ษ|า|ไ|ท|ย",
		"한국어 텍스트":                  "한|국|어|텍|스|트",
		"ガｶﾞﾊﾟカ\u3099":             "ガ|ｶﾞ|ﾊﾟ|カ\u3099",
		"مرحبا بالعالم":            "مرحبا|بالعالم",
		"हिन्दी में":               "हिन्दी|में",
		"naïve cafe\u0301":         "naïve|cafe\u0301",
		"a\xffb\xe4\xb8中\xe4":      "a|b|中",
		"\ufeff标\u200b题\u00ad":     "标|题",
		"1\u20e3 2":                "1\u20e3|2",
		"\u0301\u0301 \u0301a":     "a",
		"\u1112\u1161\u11ab\u1100": "\u1112\u1161\u11ab|\u1100",
	} {
		if got := cut(text); got != want {
			t.Errorf("%q is cut to\n%q, want\n%q", text, got, want)
		}
	}
}

func TestCutJoinsDigits(t *testing.T) {
	for text, want := range map[string]string{
		"现有224 9人":      "现|有|224 9|人",
		"杭州等1\n3个综合试验区": "杭|州|等|1\n3|个|综|合|试|验|区",
		"约40\r\n0亿元":    "约|40\r\n0|亿|元",
		"在20　13年":       "在|20　13|年",
		"2019 2020年":    "2019|2020|年",
		"于2019 12月":     "于|2019|12|月",
		"共3  5个":        "共|3|5|个",
		"第1 2 3条":       "第|1|2|3|条",
		"12 34":         "12|34",
		"产量 100 200 吨":  "产|量|100|200|吨",
		"共12345 67890人": "共|12345|67890|人",
		"1,234,567元":    "1,234,567|元",
		"1，234元":        "1，234|元",
		"1,2,3":         "1|2|3",
		"0,123":         "0|123",
		"1234,567":      "1234|567",
		"12,345.67":     "12,345|67",
		"1,2345":        "1|2345",
	} {
		if got := cut(text); got != want {
			t.Errorf("%q is cut to\n%q, want\n%q", text, got, want)
		}
	}
}

func TestCutFoldsCosmetics(t *testing.T) {
	for _, same := range [][]string{
		{"２０１３年", "2013年", "20 13年"[:2] + "13年", "٢٠١٣年"},
		{"1,234,567人", "1234567人", "１，２３４，５６７人"},
		{"ﬁne", "fine", "FINE", "ｆｉｎｅ"},
		{"10㎡", "10m2", "10m²"},
		{"第①条", "第1条"},
		{"50％", "50%", "50"},
		{"é", "e\u0301", "É", "E\u0301"},
		{"ậ", "a\u0323\u0302", "a\u0302\u0323", "â\u0323", "ạ\u0302"},
		{"й", "и\u0306"},
		{"한", "\u1112\u1161\u11ab"},
		{"パ", "ハ\u309a", "ﾊﾟ", "ﾊ\u309a"},
		{"الْعَرَبِيَّة", "العربية", "العـــربية"},
		{"كتاب", "کتاب"}, {"ميان", "میان"}, {"ہے", "هے"},
		{"習近平指出", "习近平指出", "习 近 平 指 出", "习\u200b近\u00ad平\ufeff指\u3000出", "习\ufe00近\U000E0100平，指“出”"},
		{"金鑫⻢", "金鑫马", "金鑫馬"},
		{"\uf900", "豈", "岂"},
		{"⼀月", "一月", "㋀"[:0] + "一月"},
		{"ΟΔΟΣ", "οδος", "οδοσ", "οδός", "ΟΔΌΣ"},
		{"café", "cafe", "CAFE\u0301"},
		{"Việt Nam đổi mới", "Viet Nam doi moi", "VIỆT NAM ĐỔI MỚI"},
		{"Straße", "Strasse", "STRASSE", "STRAẞE"},
		{"cœur, Cæsar", "coeur Caesar"},
		{"ışık İstanbul", "isik Istanbul", "IŞIK istanbul"},
		{"Łódź, København", "Lodz Kobenhavn"},
		{"ёлка", "елка", "е\u0308лка", "Ёлка"},
		{"за́мок", "замок"},
	} {
		for _, other := range same[1:] {
			if !slices.Equal(ids(same[0]), ids(other)) {
				t.Errorf("%q and %q are cut to different units: %x, %x", same[0], other, ids(same[0]), ids(other))
			}
		}
	}
	for _, pair := range [][2]string{{"3.5", "35"}, {"कि", "का"}, {"й", "и"}, {"ї", "і"}, {"が", "か"}, {"が", "か\u0301"}, {"说", "讲"}, {"10", "1 0"}, {"ab", "a b"}, {"1:0", "10"}, {"10³", "103"}, {"1998²", "19982"}, {"2₁0", "210"}} {
		if slices.Equal(ids(pair[0]), ids(pair[1])) {
			t.Errorf("%q and %q are cut to the same units", pair[0], pair[1])
		}
	}
}

// texts draws texts that mix what a dump may hold, broken bytes included.
func texts() *rapid.Generator[string] {
	piece := rapid.OneOf(
		rapid.SampledFrom([]string{
			"\u0301", "\u3099", "\u200b", "\u00ad", "\ufeff", "\u3000", "\ufe0f", "\r\n", " ", "\n", ",", "，", "。", "\xff", "\xe4\xb8", "\xf0\x9f",
			"㎡", "ﬁ", "①", "⑫", "％", "㍿", "½", "ﷺ", "e", "カ", "ﾊ", "ﾟ", "\u1112", "\u1161", "\u11ab", "𠮷", "發", "裡", "豈", "😀", "\u20e3", "न", "ि",
			"1", "22", "333", "2019", "１２", "٣", "年", "人", "İ", "ς", "\u0345", "\u0e33", "ế",
		}),
		rapid.StringN(0, 3, -1),
		rapid.StringMatching(`[\x{4E00}-\x{4EFF}]{1,4}`),
	)
	return rapid.Custom(func(t *rapid.T) string { return strings.Join(rapid.SliceOfN(piece, 0, 12).Draw(t, "pieces"), "") })
}

func checkCut(t interface{ Fatalf(string, ...any) }, text string) {
	rules := shingle.Rules{}
	units := rules.Cut(nil, text)
	var folded strings.Builder
	end := 0
	for i, u := range units {
		s := u.Span()
		same := i > 0 && s == units[i-1].Span()
		if s.Lo >= s.Hi || s.Hi > len(text) || !same && s.Lo < end {
			t.Fatalf("%q: unit %d at %v after %d", text, i, s, end)
		}
		if !boundary(text, s.Lo) || !boundary(text, s.Hi) {
			t.Fatalf("%q: unit %v splits a rune", text, s)
		}
		end = s.Hi
		if same {
			continue
		}
		// G2: what the span holds folds back to its unit or units.
		slice := rules.Cut(nil, s.Of(text))
		k := 1
		for i+k < len(units) && units[i+k].Span() == s {
			k++
		}
		if u.Kind() == shingle.Number && len(slice) > k { // joined by what stands around it
			slice = rules.Cut(nil, rules.FoldString(s.Of(text)))
		}
		if len(slice) != k {
			t.Fatalf("%q: %v holds %d units, cut alone %d", text, s, k, len(slice))
		}
		for j, v := range slice {
			if v.ID != units[i+j].ID {
				t.Fatalf("%q: %v is %x, cut alone %x", text, s, units[i+j].ID, v.ID)
			}
		}
		folded.WriteString(rules.FoldString(s.Of(text)))
	}
	if got, want := bare(folded.String()), bare(rules.FoldString(text)); got != want {
		t.Fatalf("%q: the units fold to %q, the text to %q", text, got, want)
	}
}

// bare drops the combining marks: one that stands on nothing is in no unit, but
// FoldString may compose it with what a unit before it expands to.
func bare(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsMark(r) {
			return -1
		}
		return r
	}, norm.NFD.String(s))
}

func boundary(s string, i int) bool {
	return i == len(s) || utf8.RuneStart(s[i]) || !utf8.ValidString(s)
}

func TestCutKeepsItsPromises(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) { checkCut(t, texts().Draw(t, "text")) })
}

func TestCutIgnoresWhatIsBetweenHan(t *testing.T) {
	between := rapid.SampledFrom([]string{"", " ", "\u200b", "\u00ad", "\ufeff", "\u3000", "\ufe0e", "\n", "，", "。”"})
	rapid.Check(t, func(t *rapid.T) {
		plain := rapid.StringMatching(`[\x{4E00}-\x{9FA5}]{0,20}`).Draw(t, "text")
		var spaced strings.Builder
		for _, r := range plain {
			spaced.WriteString(between.Draw(t, "between"))
			spaced.WriteRune(r)
		}
		if !slices.Equal(ids(plain), ids(spaced.String())) {
			t.Fatalf("%q is not cut as %q", spaced.String(), plain)
		}
	})
}

func TestCutAppends(t *testing.T) {
	rules := shingle.Rules{}
	head := rules.Cut(nil, "か")
	both := rules.Cut(slices.Clone(head), "\u3099か")
	if len(both) != 2 || both[0] != head[0] {
		t.Errorf("a mark at the head of a text changed the units of another: %v", both)
	}
}

func FuzzCut(f *testing.F) {
	for _, s := range []string{"今年72岁", "1,234,567 e\u0301", "\xff㎡ﬁ", "共224 9人\u1112\u1161"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) { checkCut(t, text) })
}
