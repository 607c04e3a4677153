package diff

import (
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"repost/dedup/quantity"
	"repost/shingle"
)

// Numbers are whole tokens, so that 3.5 and 35 or 98:95 and 95:98 are one change. A
// token holds what is written: digits of any script, with the marks that stand between
// digits, and Han numerals with their powers of ten (12万, 二〇一三). Equal tokens are
// written alike but for width, script and separators of thousands; what numbers are
// worth is the business of package quantity.

const maxNumber = 64 // bytes; longer runs of digits are cut

// numberEnd returns the end of the number that begins at i with r, or i.
func numberEnd(text string, i int, r rune) int {
	if quantity.DigitOf(r) < 0 && !beginsHanNumber(r) {
		return i
	}
	j, han := i, false
	for j < len(text) && j-i < maxNumber {
		r, n := utf8.DecodeRuneInString(text[j:])
		switch {
		case quantity.DigitOf(r) >= 0:
		case beginsHanNumber(r) || j > i && quantity.HanNumeral(r):
			han = true
		case j > i && unseen(r) && goesOn(text, i, j+n, han): // a soft hyphen between digits
		case j == i || han || !joinsDigits(text, i, j, r, n):
			return j
		}
		j += n
	}
	return j
}

// beginsHanNumber reports whether a number can begin with the Han numeral r: 百姓 and
// 万象 are none.
func beginsHanNumber(r rune) bool {
	return quantity.HanNumeral(r) && !strings.ContainsRune("零百千万亿兆佰仟萬億백천만억조○", r)
}

// joinsDigits reports whether the mark r at j stands between two digits of one number:
// a decimal point, a colon, a slash, or a separator of thousands.
func joinsDigits(text string, lo, j int, r rune, n int) bool {
	if !digitAt(text, j+n) {
		return false
	}
	switch r {
	case '.', '．', ':', '：', '∶', '/', '／', '٫':
		return true
	case ',', '٬':
		return digitsAt(text, j+n) == 3 && digitsAt(text, lo) <= 3
	}
	return false
}

// tornDecimal reports whether white space in e makes two figures of one with a fraction: 2,5 and
// 2, 5. Thousands stay what they are, 2, 500, and so do days, 12. 5., and lists, 2, 5 and 7.
func (c *comparison) tornDecimal(e edit) bool {
	for reach := 8; reach > 0; reach -= 3 { // tokens, as many as are the same on both sides
		s := c.a.span(max(0, e.a0-reach), min(len(c.a.toks), e.a1+reach)).Of(c.a.text)
		t := c.b.span(max(0, e.b0-reach), min(len(c.b.toks), e.b1+reach)).Of(c.b.text)
		if strings.IndexFunc(s, func(r rune) bool { return quantity.DigitOf(r) >= 0 }) < 0 {
			return false
		}
		if squeeze(s) == squeeze(t) {
			return !slices.Equal(decimals(s), decimals(t))
		}
	}
	return false
}

// decimals returns the figures of s with one mark and a fraction after it.
func decimals(s string) (out []string) {
	s = plainDigits(norm.NFKC.String(strings.Map(func(r rune) rune {
		if unseen(r) {
			return -1
		}
		return r
	}, s)))
	for _, at := range pattern("figure").FindAllStringSubmatchIndex(s, -1) {
		f := s[at[0]:at[1]]
		mark := strings.IndexAny(f, ".,")
		if mark < 0 || mark != strings.LastIndexAny(f, ".,") || len(f)-mark == len(".000") ||
			f[mark] == '.' && strings.HasPrefix(s[at[1]:], ".") || pattern("listed").MatchString(s[at[1]:]) || pattern("listing").MatchString(s[:at[0]]) {
			continue
		}
		out = append(out, f)
	}
	return out
}

// unseen reports whether r is written and not read.
func unseen(r rune) bool {
	_, class := (shingle.Rules{}).Fold(r)
	return class == shingle.Ignorable
}

// digitAt reports whether a digit stands at i, after what is not read.
func digitAt(text string, i int) bool {
	for _, r := range text[i:] {
		if !unseen(r) {
			return quantity.DigitOf(r) >= 0
		}
	}
	return false
}

// goesOn reports whether the number that begins at lo goes on at j, after what is not read.
func goesOn(text string, lo, j int, han bool) bool {
	for j < len(text) {
		r, n := utf8.DecodeRuneInString(text[j:])
		if !unseen(r) {
			return quantity.DigitOf(r) >= 0 || !han && joinsDigits(text, lo, j, r, n)
		}
		j += n
	}
	return false
}

// digitsAt counts the digits at i, over what is not read.
func digitsAt(text string, i int) int {
	n := 0
	for _, r := range text[i:] {
		if quantity.DigitOf(r) >= 0 {
			n++
		} else if !unseen(r) {
			break
		}
	}
	return n
}

// writtenNumber returns a number in ASCII digits and marks, without separators of
// thousands. Two numbers are written alike if it is the same for both.
func writtenNumber(s string) string {
	plain := true
	for i := range len(s) {
		plain = plain && (s[i] >= '0' && s[i] <= '9' || s[i] == '.')
	}
	if plain {
		return s
	}
	return strings.Map(func(r rune) rune {
		if d := quantity.DigitOf(r); d >= 0 {
			return '0' + rune(d)
		}
		switch r {
		case ',', '٬':
			return -1
		case '．', '٫':
			return '.'
		case '：', '∶':
			return ':'
		case '／':
			return '/'
		}
		if unseen(r) {
			return -1
		}
		return r
	}, s)
}

// hanNumber reports whether token i is a number that begins with a Han numeral.
func (v *view) hanNumber(i int) bool {
	r, _ := utf8.DecodeRuneInString(v.of(i))
	return v.toks[i].kind == number && quantity.DigitOf(r) < 0
}
