package diff

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// narrow leaves of a change the characters that differ, without those that both sides begin
// or end with: 三十六 → 三十八 is 六 → 八. Grade and class stay those of the whole value. A
// character is cut off with all its marks.
func (c *Change) narrow() {
	a, b := c.AText, c.BText
	n := 0
	for n < len(a) && n < len(b) {
		_, size := utf8.DecodeRuneInString(a[n:])
		if !strings.HasPrefix(b[n:], a[n:n+size]) {
			break
		}
		n += size
	}
	for n > 0 && (midCharacter(a[n:]) || midCharacter(b[n:]) || strings.HasSuffix(a[:n], joiner)) {
		_, size := utf8.DecodeLastRuneInString(a[:n])
		n -= size
	}
	a, b = a[n:], b[n:]
	m := 0
	for m < len(a) && m < len(b) {
		_, size := utf8.DecodeLastRuneInString(a[:len(a)-m])
		if !strings.HasSuffix(b[:len(b)-m], a[len(a)-m-size:len(a)-m]) {
			break
		}
		m += size
	}
	for m > 0 && (midCharacter(a[len(a)-m:]) || strings.HasSuffix(a[:len(a)-m], joiner) || strings.HasSuffix(b[:len(b)-m], joiner)) {
		_, size := utf8.DecodeRuneInString(a[len(a)-m:])
		m -= size
	}
	if n+m == 0 || len(a) == m && len(b) == m {
		return
	}
	c.A.Lo, c.B.Lo, c.A.Hi, c.B.Hi = c.A.Lo+n, c.B.Lo+n, c.A.Hi-m, c.B.Hi-m
	c.CoreA, c.CoreB = c.A, c.B
	c.AText, c.BText = a[:len(a)-m], b[:len(b)-m]
}

// joiner makes one emoji of two.
const joiner = "\u200d"

// midCharacter reports whether a text begins in the midst of a character: with a mark, a joiner
// or what follows one.
func midCharacter(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return s != "" && (unicode.Is(unicode.M, r) || r == '\u200d' || r == '\u200c' || 0x1f3fb <= r && r <= 0x1f3ff)
}
