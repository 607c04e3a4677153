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
	Ignorable              // zero-width, soft hyphen, BOM, variation selector, vowel point
	Mark                   // a combining mark: belongs to the letter before it
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

// folded is one entry of a table: the folded rune in the low 21 bits, its class,
// and three flags. The class is stored turned round, so that a plain character is
// nothing but its rune and the two separators have the highest values: the loops
// of Cut ask for each with one comparison.
type folded uint32

const (
	classShift  = 24
	expandsFlag = folded(1) << 31 // NFKC makes several runes of it
	joinsFlag   = folded(1) << 30 // may form one rune with what stands before it
	hardFlag    = folded(1) << 27 // neither a plain character nor a separator
	runeMask    = 1<<21 - 1
)

func pack(r rune, c Class) folded {
	f := folded(r) | folded(c^Char)<<classShift
	if c != Char && c != Space && c != Punct {
		f |= hardFlag
	}
	return f
}

func (f folded) rune() rune         { return rune(f & runeMask) }
func (f folded) class() Class       { return Class(f>>classShift&7) ^ Char }
func (f folded) expands() bool      { return f&expandsFlag != 0 }
func (f folded) joins() bool        { return f&joinsFlag != 0 }
func (f folded) isPlainChar() bool  { return f < 1<<classShift }
func (f folded) isSeparator() bool  { return f-6<<classShift < 2<<classShift } // Space or Punct
func (f folded) isHard() bool       { return f&hardFlag != 0 }
func (f folded) with(r rune) folded { return f&^runeMask | folded(r) }

// units returns how many units an entry that is not hard makes: a character one,
// a separator none.
func (f folded) units() int { return int(f>>(classShift+2)&1 ^ 1) }

// table holds the fold of every rune of the basic plane, in 256 KiB. Runes
// beyond are folded one by one.
type table struct {
	bmp    [1 << 16]folded
	script map[rune]rune   // nil with KeepScript
	spelt  map[rune]string // letters that are cut as several; see marks.go
}

// The two tables are built at first use, in a few milliseconds.
var (
	plainTable = sync.OnceValue(func() *table {
		t := new(table)
		for r := range rune(len(t.bmp)) {
			t.bmp[r] = foldRune(r)
		}
		return t
	})
	scriptTable = sync.OnceValue(func() *table {
		t := &table{bmp: plainTable().bmp, script: script()}
		for r, f := range t.bmp {
			if to, ok := t.script[f.rune()]; ok && f.class() == Char {
				t.bmp[r] = f.with(to)
			}
		}
		return t
	})
)

func (rules Rules) table() *table {
	if rules.KeepScript {
		return plainTable()
	}
	return scriptTable()
}

// fold returns the entry of any rune.
func (t *table) fold(r rune) folded {
	if uint32(r) < uint32(len(t.bmp)) {
		return t.bmp[r]
	}
	f := foldRune(r)
	if to, ok := t.script[f.rune()]; ok && f.class() == Char {
		f = f.with(to)
	}
	return f
}

// foldRune computes the entry of r without script: NFKC, lower case, class.
func foldRune(r rune) folded {
	switch {
	case r >= 0x3400 && r <= 0x4DBF, r >= 0x4E00 && r <= 0x9FFF, r >= 0xAC00 && r <= 0xD7A3,
		r >= 0x20000 && r <= 0x2A6DF:
		return pack(r, Char) // Han and Hangul are their own NFKC: most of the table
	case !utf8.ValidRune(r), r == utf8.RuneError:
		return pack(utf8.RuneError, Punct)
	case ignorable(r):
		return pack(r, Ignorable)
	case unicode.IsSpace(r):
		return pack(' ', Space)
	}
	s := norm.NFKC.String(string(r))
	first, n := utf8.DecodeRuneInString(s)
	if first == ' ' && n < len(s) {
		return pack(r, Punct) // a spacing accent
	}
	f := foldOne(first)
	if n < len(s) {
		f |= expandsFlag | hardFlag
	}
	return f | joinFlag(r, f.class())
}

// foldOne folds a rune that is its own NFKC.
func foldOne(r rune) folded {
	r = unicode.ToLower(r)
	switch {
	case r == 'ς':
		r = 'σ'
	case r == 'ک', r == 'ی', r == 'ہ':
		r = arabicLetter(r)
	case r >= 0x2E80 && r <= 0x2EF3:
		r = radical(r)
	}
	c := classOf(r)
	if c == Digit {
		r = '0' + digitValue(r)
	}
	return pack(r, c)
}

// arabicLetter returns the Arabic letter that stands for a Persian or Urdu one where the keyboard
// or an old encoding has only that: kaf, yeh and heh (The Unicode Standard, section 9.2: letters of
// one skeleton that differ by language).
func arabicLetter(r rune) rune {
	switch r {
	case 'ک':
		return 'ك'
	case 'ی':
		return 'ي'
	}
	return 'ه'
}

// joinFlag says whether r may compose with runes before it: combining marks, the
// voicing marks of kana, vowels and finals of Hangul spelt in jamo.
func joinFlag(r rune, c Class) folded {
	if c != Mark && c != Char {
		return 0
	}
	p := norm.NFKC.PropertiesString(string(r))
	d := p
	if s := p.Decomposition(); len(s) > 0 {
		d = norm.NFKC.Properties(s) // a half-width voicing mark
	}
	if d.BoundaryBefore() || c == Char && d.CCC() != 0 {
		return 0
	}
	return joinsFlag | hardFlag
}

// ignorable reports whether r is written but not read: format characters,
// variation selectors, the kashida, and the optional vowel points of Hebrew and
// Arabic, which outlets set or leave out at will.
func ignorable(r rune) bool {
	switch {
	case r == 0x00AD, r == 0x034F, r == 0x061C, r == 0x180E, r == 0xFEFF,
		r >= 0x200B && r <= 0x200F, r >= 0x202A && r <= 0x202E, r >= 0x2060 && r <= 0x206F,
		r >= 0xFE00 && r <= 0xFE0F, r >= 0xE0000 && r <= 0xE0FFF,
		r == 0x0640, r >= 0x064B && r <= 0x0652, r >= 0x0656 && r <= 0x065F, r == 0x0670,
		r >= 0x0591 && r <= 0x05BD, r == 0x05BF, r == 0x05C1, r == 0x05C2, r == 0x05C4, r == 0x05C5, r == 0x05C7:
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

// radicals are the characters that PDF extraction gives as glyphs of the CJK
// Radicals Supplement, which NFKC leaves alone (Unicode's
// EquivalentUnifiedIdeograph, those that are words by themselves).
const radicals = "⺁厂⺠民⺧牛⺩王⺫目⺬示⺶羊⺻聿⺼肉⻁虎⻄西⻅见⻆角⻉贝⻋车⻏邑⻑長⻓长⻔门⻗雨⻘青⻙韦⻚页⻛风⻜飞⻝食⻢马⻣骨⻤鬼⻥鱼⻦鸟⻧卤⻨麦⻩黄⻫斉⻬齐⻭歯⻮齿⻯竜⻰龙⻱龜"

func radical(r rune) rune {
	if _, after, ok := strings.Cut(radicals, string(r)); ok {
		r, _ = utf8.DecodeRuneInString(after)
	}
	return r
}

// digitValue returns the value of a decimal digit of any script. Unicode lays
// the ten digits of a script in a row, with few blocks that do not begin at a
// multiple of sixteen; walking down to the first non-digit finds zero.
func digitValue(r rune) rune {
	if '0' <= r && r <= '9' {
		return r - '0'
	}
	n := rune(0)
	for n < 9 && unicode.Is(unicode.Nd, r-n-1) {
		n++
	}
	return n
}

// Fold returns what r is compared as, and its class: NFKC, lower case, digits of
// any script as 0 to 9, and with the default rules traditional characters and
// variant glyphs as simplified ones. Of a rune that NFKC spells with several, it
// returns the first.
func (rules Rules) Fold(r rune) (rune, Class) { return rules.Folder().Fold(r) }

// Folder is Rules with the table at hand, for loops over many runes: the look for
// it is most of a Fold.
type Folder struct{ t *table }

// Folder returns the Folder of rules.
func (rules Rules) Folder() Folder { return Folder{rules.table()} }

// Fold is Rules.Fold.
func (f Folder) Fold(r rune) (rune, Class) {
	e := f.t.fold(r)
	return e.rune(), e.class()
}

// FoldString returns s folded: characters, letters and digits as Fold gives
// them, combining marks composed with what they stand on, anything else gone.
// Two texts with equal FoldString differ in nothing but cosmetics. It is the
// slow, obvious twin of Cut, except that it draws no line between words.
func (rules Rules) FoldString(s string) string {
	t := rules.table()
	var b strings.Builder
	last := Space
	for _, r := range norm.NFKC.String(strings.ToValidUTF8(s, "\uFFFD")) {
		f := t.fold(r)
		switch c := f.class(); {
		case c == Ignorable:
			continue
		case c == Char, c == Letter, c == Digit:
			b.WriteRune(f.rune())
		case c == Mark && last == Letter:
			b.WriteRune(f.rune())
			continue
		}
		last = f.class()
	}
	return b.String()
}
