package report

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Two readings may differ and look the same: é as one character and as two, a soft hyphen,
// the line breaks of another system, a Cyrillic е in a Latin word. Printed as they are,
// they would show a reader no difference. So where both look the same, the difference is
// spelled out by code points, as Unicode writes them: caf⟨U+0065⟩⟨U+0301⟩.

// twins are letters of other alphabets and the Latin ones that they look like (Unicode
// Technical Standard 39, confusables.txt: those that look the same in most typefaces).
var twins = strings.NewReplacer(
	"А", "A", "В", "B", "Е", "E", "К", "K", "М", "M", "Н", "H", "О", "O", "Р", "P", "С", "C", "Т", "T", "Х", "X", "Ѕ", "S", "І", "I", "Ј", "J",
	"а", "a", "е", "e", "о", "o", "р", "p", "с", "c", "у", "y", "х", "x", "ѕ", "s", "і", "i", "ј", "j", "ԁ", "d", "һ", "h", "ӏ", "l", "ԛ", "q", "ԝ", "w",
	"Α", "A", "Β", "B", "Ε", "E", "Ζ", "Z", "Η", "H", "Ι", "I", "Κ", "K", "Μ", "M", "Ν", "N", "Ο", "O", "Ρ", "P", "Τ", "T", "Υ", "Y", "Χ", "X",
	"ο", "o", "ν", "v", "ɑ", "a", "ɡ", "g", "ı", "i", "ſ", "f",
)

// looks returns what a reader sees of s: no invisible characters, one kind of space, one of
// several letters that look the same.
func looks(s string) string {
	space := false
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			if space {
				return -1
			}
			space = true
			return ' '
		case unseen(r):
			return -1
		}
		space = false
		return r
	}, norm.NFC.String(s))
	return twins.Replace(s)
}

// unseen reports whether r has no shape of its own.
func unseen(r rune) bool {
	return unicode.Is(unicode.C, r) || r >= 0xFE00 && r <= 0xFE0F || r == 0x034F || r >= 0x180B && r <= 0x180F || r >= 0xE0000 && r <= 0xE0FFF
}

// distinct returns a reading as it is printed next to the other: as it is, or spelled out
// where both look the same.
func distinct(own, other string) string {
	if own == other || own == "" || other == "" || looks(own) != looks(other) {
		return own
	}
	if strings.TrimSpace(own) == "" {
		return spelled(own)
	}
	head := 0
	for head < len(own) && head < len(other) {
		r, n := utf8.DecodeRuneInString(own[head:])
		if q, m := utf8.DecodeRuneInString(other[head:]); q != r || m != n {
			break
		}
		head += n
	}
	tail := 0
	for tail < len(own)-head && tail < len(other)-head {
		r, n := utf8.DecodeLastRuneInString(own[head : len(own)-tail])
		if q, m := utf8.DecodeLastRuneInString(other[head : len(other)-tail]); q != r || m != n {
			break
		}
		tail += n
	}
	return own[:head] + spelled(own[head:len(own)-tail]) + own[len(own)-tail:]
}

// spelled writes s by signs for white space and by code points.
func spelled(s string) string {
	var b strings.Builder
	for s != "" {
		r, n := utf8.DecodeRuneInString(s)
		switch {
		case r == utf8.RuneError && n == 1:
			fmt.Fprintf(&b, `\x%02x`, s[0])
		case spaceSigns[r] != 0:
			b.WriteRune(spaceSigns[r])
		case r < utf8.RuneSelf && r > ' ':
			b.WriteRune(r)
		case unicode.IsLetter(r) || unicode.IsPunct(r):
			fmt.Fprintf(&b, "%c⟨U+%04X⟩", r, r)
		default:
			fmt.Fprintf(&b, "⟨U+%04X⟩", r)
		}
		s = s[n:]
	}
	return b.String()
}

// spaceSigns show white space.
var spaceSigns = map[rune]rune{'\n': '⏎', '\r': '␍', '\t': '⇥', ' ': '␣', '\u2028': '⏎', '\u2029': '⏎'}
