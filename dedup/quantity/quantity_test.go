package quantity

import (
	"math/big"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// values spells what In reads of a text.
func values(text string) string {
	var out []string
	for _, q := range In(text) {
		out = append(out, text[q.Lo:q.Hi]+"="+q.value())
	}
	return strings.Join(out, "; ")
}

func TestIn(t *testing.T) {
	for text, want := range map[string]string{
		"赔偿三百万元":                  "三百万元=3000000 CNY",
		"共人民币1,200.50元":           "人民币1,200.50元=1200.5 CNY",
		"净利润-300万元，同比-5%":         "-300万元=-3000000 CNY; -5%=-0.05 ratio",
		"歼-20首飞":                  "20=20",
		"零下5℃至3℃":                 "零下5℃至3℃=-5–3 temperature",
		"3×10⁵个":                  "3×10⁵=300000",
		"10⁻³ m":                  "10⁻³ m=0.001 length",
		"Add 1½ cups":             "1½ cups=0.000354882 volume",
		"about US$3.4m, up 2 km":  "about US$3.4m=3400000 USD; 2 km=2000 length",
		"12 000 Einwohner":        "12 000=12000",
		"১২ জন, ۱۲٬۰۰۰ نفر, ๑๒":   "১২=12; ۱۲٬۰۰۰=12000; ๑๒=12",
		"twenty-five days":        "twenty-five days=2160000 time",
		"two hundred and fifty":   "two hundred and fifty=250",
		"2013-06-12":              "2013=2013; 06=6; 12=12",
		"一些人十分高兴":                 "",
		"三分之一、百分之五":               "三分之一=1/3; 百分之五=0.05",
		"二O二四年壹佰贰拾元":              "二O二四年=63871270848 time; 壹佰贰拾元=120 CNY",
		"60万千瓦":                   "60万千瓦=600000000 power",
		"三点五万亩":                   "三点五万亩=70000000/3 area",
		"3亿5000万":                 "3亿5000万=350000000",
		"三亿五千万人":                  "三亿五千万=350000000",
		"on Sat. and Montag, 周日":  "Sat.=6 weekday; Montag=1 weekday; 周日=7 weekday",
		"version 1.10 is not 1.1": "1.10=1.1; 1.1=1.1",
	} {
		if got := values(text); got != want {
			t.Errorf("%s\n got %s\nwant %s", text, got, want)
		}
	}
}

// TestDigits: the digits of every script count from nought to nine, ten to a script.
func TestDigits(t *testing.T) {
	n := 0
	for r := rune(0); r <= unicode.MaxRune; r++ {
		d := digit(r)
		if unicode.IsDigit(r) != (d >= 0) {
			t.Fatalf("%U: %d", r, d)
		}
		if d >= 0 {
			if d != n%10 {
				t.Fatalf("%U is %d, want %d", r, d, n%10)
			}
			n++
		}
	}
}

// FuzzIn: quantities lie inside of the text, in order, at whole characters, and each is
// the same as itself.
func FuzzIn(f *testing.F) {
	for _, s := range []string{"-300万元", "3×10⁵", "1½", "12,34,567", "零下五十度", "$10^400", "1/2/3", "二〇", "亿亿亿", "百分之", "9999999999^9", "1 000 000,5"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		at := 0
		for _, q := range In(s) {
			if q.Lo < at || q.Hi <= q.Lo || q.Hi > len(s) || !utf8.RuneStart(s[q.Lo]) || q.Hi < len(s) && utf8.ValidString(s) && !utf8.RuneStart(s[q.Hi]) {
				t.Fatalf("%q: [%d, %d) after %d", s, q.Lo, q.Hi, at)
			}
			if Compare(q, q) != Same {
				t.Fatalf("%q is not itself", s[q.Lo:q.Hi])
			}
			at = q.Hi
		}
	})
}

// value returns the first reading of q as a decimal or fraction, with its dimension,
// for tables of tests.
func (q Quantity) value() string {
	if len(q.from) == 0 {
		return ""
	}
	r := q.from[0]
	s := decimal(r.value)
	if q.to != nil {
		s += "–" + decimal(q.to[0].value)
	}
	return strings.TrimSpace(s + " " + strings.TrimPrefix(r.dim, "money:"))
}

func decimal(v *big.Rat) string {
	if v.IsInt() {
		return v.Num().String()
	}
	if n, exact := v.FloatPrec(); exact {
		return v.FloatString(min(n, 12))
	}
	return v.RatString()
}

// TestRational: numbers are the same whether 64 bits hold them or not.
func TestRational(t *testing.T) {
	for _, s := range [][2]string{{"0", ""}, {"", "5"}, {"007", "250"}, {"999999999999999999", ""}, {"0", "999999999999999999"}, {"9999999999999999999", ""}, {"123456789012", "3456789"}} {
		want, _ := new(big.Rat).SetString(s[0] + "." + s[1] + "0")
		if got := rational(s[0], s[1]); got.Cmp(want) != 0 || got.RatString() != want.RatString() {
			t.Errorf("%s.%s is read as %s", s[0], s[1], got.RatString())
		}
	}
}
