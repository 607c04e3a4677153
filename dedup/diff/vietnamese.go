package diff

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// vietnamese reports whether the words around token i are Vietnamese, and written with tones:
// of letters that no other language has, three.
func (v *view) vietnamese(i int) bool {
	const reach, least = 20, 3
	n := 0
	for k := max(0, i-reach); k < min(len(v.toks), i+reach); k++ {
		if v.toks[k].kind == word && k != i && strings.ContainsAny(norm.NFC.String(strings.ToLower(v.of(k))), "đơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉĩịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ") {
			n++
		}
	}
	return n >= least
}

// tonesOf returns the marks of s: the tone of hoà and hòa is one, on another vowel.
func tonesOf(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return r
		}
		return -1
	}, norm.NFD.String(s))
}
