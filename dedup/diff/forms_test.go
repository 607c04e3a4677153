package diff

import (
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"
)

// TestForms: what Unicode writes in two ways is one text, and what changes in it is seen.
func TestForms(t *testing.T) {
	korean := "결과는 좋다고 시장이 어제 말했다."
	for _, k := range []struct {
		a, b string
		want Grade // of the gravest change; "" if nothing differs
	}{
		{norm.NFD.String(korean), korean, Cosmetic},
		{norm.NFD.String(korean), "결과는 좋다고 시장이 오늘 말했다.", Minor},
		{norm.NFD.String("참가자는 37명이다."), "참가자는 73명이다.", Substantive},
		{"น้ำท่วมหนักในเมือง", "น้ํ" + "าท่วมหนักในเมือง", Cosmetic},
		{"ｶﾞｿﾘﾝの値段", "ガソリンの値段", Cosmetic},
		{norm.NFD.String("ガソリンの値段"), "ガソリンの値段", Cosmetic},
		{"㈱大和は増益。", "(株)大和は増益。", Cosmetic},
		{"売上は25㌫増。", "売上は25パーセント増。", Cosmetic},
		{"気温は25℃。", "気温は25°C。", Cosmetic},
		{norm.NFD.String("La comédie a été jouée."), "La comédie a été jouée.", Cosmetic},
		{"كِتَابٌ جَدِيدٌ هنا", "كتاب جديد هنا", Cosmetic},
		{"שָׁלוֹם לכולם", "שלום לכולם", Cosmetic},
		{"🇨🇳队获胜。", "🇨🇭队获胜。", Substantive},
		{"祝大家😀快乐。", "祝大家😢快乐。", Minor},
		{"祝大家👨‍👩‍👧快乐。", "祝大家👨‍👩‍👦快乐。", Minor},
	} {
		for _, p := range [][2]string{{k.a, k.b}, {k.b, k.a}} {
			r := check(t, Side{Text: p[0]}, Side{Text: p[1]}, Options{})
			top := Grade("")
			for _, c := range r.Changes {
				if top == "" || rank[c.Grade] > rank[top] {
					top = c.Grade
				}
			}
			if top != k.want && !(k.want == Minor && top == Substantive && k.b == "결과는 좋다고 시장이 오늘 말했다.") {
				t.Errorf("%s | %s: %q, want %q: %v", p[0], p[1], top, k.want, short(r))
			}
		}
	}
}

// TestWholeCharacters: what a reader takes for one character is shown whole.
func TestWholeCharacters(t *testing.T) {
	for _, k := range []struct{ a, b, x, y string }{
		{"🇨🇳队获胜。", "🇨🇭队获胜。", "🇨🇳", "🇨🇭"},
		{"祝大家👨‍👩‍👧快乐。", "祝大家👨‍👩‍👦快乐。", "👨‍👩‍👧", "👨‍👩‍👦"},
		{"欢迎👍🏻各位。", "欢迎👍🏿各位。", "👍🏻", "👍🏿"},
		{"สวัสดีครับ", "สวัสดีคร้บ", "รั", "ร้"},
		{"อยู่ที่ปีก", "อยู่ที่ปืก", "ปี", "ปื"},
		{"ကောင်းပါ", "ကောင်းပီ", "ပါ", "ပီ"},
		{"ណាស់កា", "ណាស់កិ", "កា", "កិ"},
		{"第1️⃣条", "第2️⃣条", "1️⃣", "2️⃣"},
		{"可❤️以", "可💔以", "❤️", "💔"},
	} {
		r := check(t, Side{Text: k.a}, Side{Text: k.b}, Options{})
		if len(r.Changes) != 1 || r.Changes[0].AText != k.x || r.Changes[0].BText != k.y {
			t.Errorf("%s | %s: %v, want %s→%s", k.a, k.b, short(r), k.x, k.y)
		}
	}
}

// TestChangesBetweenCharacters: no change begins or ends inside of a character.
func TestChangesBetweenCharacters(t *testing.T) {
	piece := rapid.SampledFrom([]string{"e\u0301", "é", "🇨🇳", "🇨🇭", "👨‍👩‍👧", "ั", "ร", "ี", "่", "क", "ि", "्", "ㅎ", "한", "\u1112", "\u1161", "\u11ab", "\r\n", "\n", " ", "字", "a", "\u00ad", "\u200d", "1️⃣", "ا", "َ"})
	rapid.Check(t, func(t *rapid.T) {
		a := strings.Join(rapid.SliceOfN(piece, 0, 12).Draw(t, "a"), "")
		b := strings.Join(rapid.SliceOfN(piece, 0, 12).Draw(t, "b"), "")
		r := check(t, Side{Text: a}, Side{Text: b}, Options{})
		for _, c := range r.Changes {
			for _, e := range []struct {
				text string
				at   int
			}{{a, c.A.Lo}, {a, c.A.Hi}, {b, c.B.Lo}, {b, c.B.Hi}} {
				if !clusterEdge(e.text, e.at) {
					t.Fatalf("%q | %q: %q→%q is cut at %d of %q", a, b, c.AText, c.BText, e.at, e.text)
				}
			}
		}
		for _, bad := range overlaps(r) {
			t.Fatal(bad)
		}
	})
}

// TestComposedOtherwise: a text in another normal form is one entry, next to what differs.
func TestComposedOtherwise(t *testing.T) {
	a := "김 장관은 회의에서 새로운 정책을 발표했다고 말했다."
	r := check(t, Side{Text: a}, Side{Text: norm.NFD.String(strings.Replace(a, "새로운", "낡은", 1))}, Options{})
	if len(r.Groups) != 1 || r.Summary.Cosmetic != 1 || r.Summary.Substantive != 1 {
		t.Errorf("%+v %v", r.Groups, short(r))
	}
}

// TestThaiSyllables: vowels are shown with their consonants, and a syllable as one change.
func TestThaiSyllables(t *testing.T) {
	for _, k := range [][4]string{
		{"เขาอยู่ใกล้บ้าน", "เขาอยู่ไกลบ้าน", "ใกล้", "ไกล"},
		{"ซื้อเสือตัวหนึ่ง", "ซื้อเสื้อตัวหนึ่ง", "เสื", "เสื้"},
		{"เด็กกินข้าวแล้ว", "เด็กกินข่าวแล้ว", "ข้า", "ข่า"},
	} {
		r := check(t, Side{Text: k[0]}, Side{Text: k[1]}, Options{})
		if len(r.Changes) != 1 || r.Changes[0].AText != k[2] || r.Changes[0].BText != k[3] {
			t.Errorf("%s → %s: %v", k[0], k[1], short(r))
		}
	}
}

// TestNoScanOfOtherDigits: what is the same letter or digit is no misreading of a scan.
func TestNoScanOfOtherDigits(t *testing.T) {
	for _, k := range [][2]string{{"عددهم ١٢ رجلا", "عددهم 12 رجلا"}, {"มี ๑๒ คน", "มี 12 คน"}, {"The Sea is near.", "The sea is near."}} {
		for _, c := range check(t, Side{Text: k[0]}, Side{Text: k[1]}, Options{}).Changes {
			if c.Hint != "" {
				t.Errorf("%s → %s: %s", k[0], k[1], c.Hint)
			}
		}
	}
}
