package diff

import (
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
	"golang.org/x/text/width"

	"repost/shingle"
)

// The property of one fold for finding and for differences. Where the units of two texts
// are equal, and their marks are, no change is more than cosmetic; where a number differs,
// some change is more. It holds for every character of Unicode in every form that it has,
// and for texts of any script written once more in other forms (FuzzFoldedAlike).

// forms are ways to write a text again that may keep its units.
var forms = []func(string) string{
	norm.NFC.String, norm.NFD.String, norm.NFKC.String, norm.NFKD.String,
	strings.ToUpper, strings.ToLower, strings.ToTitle,
	width.Widen.String, width.Narrow.String, width.Fold.String,
	func(s string) string { return s + "\u00ad" },            // soft hyphen
	func(s string) string { return "\ufeff" + s },            // byte order mark
	func(s string) string { return s + "\u200b" },            // zero width space
	func(s string) string { return s + "\ufe0f" },            // variation selector
	func(s string) string { return otherDigits(s, 0x0660) },  // Arabic
	func(s string) string { return otherDigits(s, 0x06F0) },  // Persian
	func(s string) string { return otherDigits(s, 0x0966) },  // Devanagari
	func(s string) string { return otherDigits(s, 0x0E50) },  // Thai
	func(s string) string { return otherDigits(s, 0xFF10) },  // full width
	func(s string) string { return otherDigits(s, 0x1D7CE) }, // mathematical bold
}

// otherDigits writes the ASCII digits of s in the system whose zero is given.
func otherDigits(s string, zero rune) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return zero + r - '0'
		}
		return r
	}, s)
}

// unitsEqual reports whether a and b have the same units in the same order.
func unitsEqual(a, b string) bool {
	x, y := (shingle.Rules{}).Cut(nil, a), (shingle.Rules{}).Cut(nil, b)
	return slices.EqualFunc(x, y, func(p, q shingle.Unit) bool { return p.ID == q.ID })
}

// marksOf returns what is neither a letter, a digit nor a mark on one.
func marksOf(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.In(r, unicode.P, unicode.S) || r == utf8.RuneError {
			return r
		}
		return -1
	}, s)
}

// checkAlike fails if units and marks of a and b are equal and a change is more than
// cosmetic.
func checkAlike(t *testing.T, a, b string) {
	if a == b || marksOf(a) != marksOf(b) || !unitsEqual(a, b) {
		return
	}
	for _, c := range Compare(Side{Text: a}, Side{Text: b}, Options{}).Changes {
		if c.Grade != Cosmetic && c.Class != Marks { // what marks are worth is the script's
			t.Errorf("units of %q and %q are equal: %q → %q is %s %s %v", a, b, c.AText, c.BText, c.Grade, c.Class, c.Reasons)
		}
	}
}

// TestUnicode holds the property for each character of Unicode, alone, in a word of its
// neighbours, and next to a digit.
func TestUnicode(t *testing.T) {
	step := 61 // a sample
	if os.Getenv("REPOST_EVERY_CHARACTER") != "" {
		step = 1
	}
	for r := rune(0x80); r <= unicode.MaxRune; r += rune(step) {
		if r >= 0xAC80 && r < 0xD780 || r >= 0x4E80 && r < 0x9F80 || r >= 0x20080 && r < 0x33000 {
			r += rune(16 * step) // Hangul and Han are many and of one kind
		}
		if !unicode.In(r, unicode.L, unicode.N, unicode.M) {
			continue
		}
		word := string(r)
		for _, n := range []rune{r + 1, r - 1} {
			if unicode.IsLetter(n) {
				word += string(n)
			}
		}
		for _, text := range []string{string(r), word, "x " + word + " 7 y"} {
			for _, form := range forms {
				checkAlike(t, text, form(text))
			}
		}
	}
}

// TestDigitsOfEveryScript: another value is more than cosmetic, the same value is not.
func TestDigitsOfEveryScript(t *testing.T) {
	for r := rune('0'); r <= unicode.MaxRune; r++ {
		if !unicode.Is(unicode.Nd, r) || unicode.Is(unicode.Nd, r-1) && (r < 0x1D7CE || r > 0x1D7FF || (r-0x1D7CE)%10 != 0) {
			continue
		}
		for _, frame := range []string{"共有#人到场", "there were # of them", "كان # هنا", "มี # คน", "합계 #명"} {
			write := func(digits string) string { return strings.ReplaceAll(frame, "#", otherDigits(digits, r)) }
			plain := strings.ReplaceAll(frame, "#", "4712")
			if n := beyondCosmetic(plain, write("4712")); n != 0 {
				t.Errorf("zero %U: %q and %q: %d changes beyond cosmetic", r, plain, write("4712"), n)
			}
			for _, other := range []string{"4721", "471", "14712"} {
				if beyondCosmetic(plain, write(other)) == 0 || beyondCosmetic(write(other), plain) == 0 {
					t.Errorf("zero %U: %q and %q: nothing beyond cosmetic", r, plain, write(other))
				}
			}
		}
	}
}

func beyondCosmetic(a, b string) (n int) {
	for _, c := range Compare(Side{Text: a}, Side{Text: b}, Options{}).Changes {
		if c.Grade != Cosmetic {
			n++
		}
	}
	return n
}

// numbersOf returns the units of s that are numbers.
func numbersOf(s string) (out []uint32) {
	for _, u := range (shingle.Rules{}).Cut(nil, s) {
		if u.Kind() == shingle.Number {
			out = append(out, u.ID)
		}
	}
	return out
}

// FuzzFoldedAlike writes a text once more, piece by piece in forms drawn by seed, and with
// one digit changed.
func FuzzFoldedAlike(f *testing.F) {
	for _, s := range []string{
		"谷雨前一天，山中茶园共采茶370斤。", "The fair opens on 9 March; 12,000 came.", "Ёлка ещё стоит, 15 дней.",
		"결과는 좋다고 37명이 말했다.", "น้ำท่วม ๑๒ หมู่บ้าน", "كان هناك ١٢٬٠٠٠ شخص", "שָׁלוֹם לכולם 14", "ガソリンの値段は百二十円㌫",
		"कि का 4712 लोग", "Ο Σίσυφος 7 ΣΊΣΥΦΟΣ", "ﬁne ŒUVRE straße 10⁸ 1½", "ကောင်းပါ ၁၂", "ភាសាខ្មែរ ១២", "\u1112\u1161\u11ab 1️⃣",
	} {
		f.Add(s, uint64(len(s)))
	}
	for _, s := range []string{ // were graded as more than cosmetic
		"Some 1\u00ad2,000 came.", "Some 12\ufe0f,000 came.", "ຳາ 7", "ゟゝ ヿヾ 7", "İıį Ĳĳı 7",
		"a0a A0A 7", "००\ufeff½ 0,00\u200b0 7",
		"ı0ı0", "a0b0c a0b", "$+,$ ,0", "p0", "ゟタヾ0", "0000000000A0A 0A0 A0", "0000000000A0A 0A0 A", "00000000000000000000000000$0A",
	} {
		for _, seed := range []uint64{3, 60, 65, 157, 385} {
			f.Add(s, seed)
		}
	}
	beyondCosmetic("谷雨采茶37斤", "霜降采茶38斤") // loads the word lists: a worker has ten seconds for an input
	f.Fuzz(func(t *testing.T, text string, seed uint64) {
		if len(text) > 400 || !utf8.ValidString(text) {
			return
		}
		rng := rand.New(rand.NewPCG(seed, 7))
		again := ""
		for rest := text; rest != ""; {
			n := min(len(rest), 1+rng.IntN(12))
			for n < len(rest) && !utf8.RuneStart(rest[n]) {
				n++
			}
			part := rest[:n]
			if rng.IntN(2) == 0 {
				part = forms[rng.IntN(len(forms))](part)
			}
			again, rest = again+part, rest[n:]
		}
		checkAlike(t, text, again)
		checkAlike(t, again, text)
		digits := strings.IndexAny(text, "0123456789")
		if digits < 0 || strings.Contains(text, "^") { // 10^0 is 70^0
			return
		}
		other := text[:digits] + string('0'+(text[digits]-'0'+1+byte(rng.IntN(9)))%10) + text[digits+1:]
		if marksOf(text) == marksOf(other) && !slices.Equal(numbersOf(text), numbersOf(other)) && beyondCosmetic(text, other) == 0 {
			t.Errorf("%q and %q: another number, and nothing beyond cosmetic", text, other)
		}
	})
}
