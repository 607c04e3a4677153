package shingle

import (
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Class says what part a rune plays when a text is cut into units.
type Class uint8

// The classes of runes.
const (
	Space     Class = iota // white space, line breaks included
	Punct                  // punctuation and symbols: no unit
	Ignorable              // zero-width, soft hyphen, BOM, variation selector, control
	Mark                   // a combining mark: belongs to the unit before it
	Digit                  // decimal digits: a run is one unit
	Letter                 // letters of spaced scripts: a run is one unit
	Char                   // a character of an unspaced script: a unit by itself
)

// Rules are the folds that Cut applies. The zero value folds everything, which
// is the default.
type Rules struct {
	// KeepScript keeps traditional characters and variant glyphs apart from
	// simplified ones.
	KeepScript bool `json:"keep_script,omitempty"`
}

// folded is one entry of the table: the folded rune, its class, and whether NFKC
// makes several runes of it.
type folded uint32

const (
	classShift  = 24
	expandsFlag = 1 << 31
	runeMask    = 1<<21 - 1
)

func pack(r rune, c Class) folded { return folded(r) | folded(c)<<classShift }
func (f folded) rune() rune       { return rune(f & runeMask) }
func (f folded) class() Class     { return Class(f >> classShift & 0x7f) }
func (f folded) expands() bool    { return f&expandsFlag != 0 }

// table holds the fold of every rune of the basic plane: 256 KiB, built at first
// use from the Unicode tables (about 10 ms). Runes beyond are folded one by one.
var table = sync.OnceValue(func() *[1 << 16]folded {
	t := new([1 << 16]folded)
	for r := range rune(1 << 16) {
		t[r] = foldRune(r)
	}
	return t
})

// foldRune computes the fold of r: NFKC, lower case, class. Script is folded
// later, since it can be switched off.
func foldRune(r rune) folded {
	switch {
	case r == utf8.RuneError:
		return pack(r, Punct)
	case ignorable(r):
		return pack(r, Ignorable)
	case unicode.IsSpace(r) || r == 0x2028 || r == 0x2029:
		return pack(' ', Space)
	}
	s := norm.NFKC.String(string(r))
	first, n := utf8.DecodeRuneInString(s)
	low := unicode.ToLower(first)
	f := pack(low, classOf(low))
	if n < len(s) && f.class() != Space {
		f |= expandsFlag
	}
	return f
}

func ignorable(r rune) bool {
	switch {
	case r == 0x00AD, r == 0x034F, r == 0x061C, r == 0x180E, r == 0xFEFF,
		r >= 0x200B && r <= 0x200F, r >= 0x202A && r <= 0x202E, r >= 0x2060 && r <= 0x206F,
		r >= 0xFE00 && r <= 0xFE0F, r >= 0xE0000 && r <= 0xE0FFF:
		return true
	}
	return unicode.IsControl(r) && !unicode.IsSpace(r)
}

// unspaced are the scripts whose words are not parted by spaces (and Hangul,
// whose spacing varies between outlets): each character is a unit.
var unspaced = []*unicode.RangeTable{
	unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul, unicode.Bopomofo,
	unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar, unicode.Tibetan, unicode.Yi,
}

func classOf(r rune) Class {
	switch {
	case r < 0x80:
		switch {
		case 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z':
			return Letter
		case '0' <= r && r <= '9':
			return Digit
		case r == ' ' || '\t' <= r && r <= '\r':
			return Space
		}
		return Punct
	case unicode.Is(unicode.Nd, r):
		return Digit
	case r == 'ー', r == '々', r == '〇':
		return Char
	case unicode.IsLetter(r) || unicode.Is(unicode.Mn, r) || unicode.Is(unicode.Mc, r):
		if unicode.In(r, unspaced...) {
			return Char
		}
		if unicode.IsLetter(r) {
			return Letter
		}
		return Mark
	case unicode.IsMark(r):
		return Mark
	}
	return Punct
}

// lookup returns the fold of r.
func lookup(t *[1 << 16]folded, r rune) folded {
	if r < 1<<16 {
		return t[r]
	}
	return foldRune(r)
}

// Fold returns what r is compared as, and its class: NFKC, lower case, and with
// the default rules traditional characters and variant glyphs as simplified
// ones. Of a rune that NFKC spells with several, it returns the first.
func (rules Rules) Fold(r rune) (rune, Class) {
	f := lookup(table(), r)
	c := f.rune()
	if f.class() == Char && !rules.KeepScript {
		c = simplify(c)
	}
	return c, f.class()
}

// FoldString returns s folded rune by rune: letters and digits as Fold gives
// them, every run of anything else gone. Two texts with equal FoldString differ
// in nothing but cosmetics. It is the slow, obvious twin of Cut.
func (rules Rules) FoldString(s string) string {
	var b strings.Builder
	for _, r := range s {
		f := lookup(table(), r)
		if f.expands() {
			for _, e := range norm.NFKC.String(string(r)) {
				rules.foldTo(&b, foldRune(e))
			}
			continue
		}
		rules.foldTo(&b, f)
	}
	return b.String()
}

func (rules Rules) foldTo(b *strings.Builder, f folded) {
	switch f.class() {
	case Char:
		c := f.rune()
		if !rules.KeepScript {
			c = simplify(c)
		}
		b.WriteRune(c)
	case Digit:
		b.WriteByte('0' + digitValue(f.rune()))
	case Letter:
		b.WriteRune(f.rune())
	}
}

// digitValue returns the value of a decimal digit of any script. Unicode lays
// the ten digits of a script in a row, with few blocks that do not begin at a
// multiple of sixteen; walking down to the first non-digit finds zero.
func digitValue(r rune) byte {
	if '0' <= r && r <= '9' {
		return byte(r - '0')
	}
	n := rune(0)
	for n < 9 && unicode.Is(unicode.Nd, r-n-1) {
		n++
	}
	return byte(n)
}
