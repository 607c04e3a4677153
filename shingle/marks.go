package shingle

import (
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Marks are folded for finding: a text without its accents is found by the text with them,
// as an agency sends it, a telex or an old database. Fold and FoldString keep them, so that
// a difference shows them. What a mark is worth differs by script (Unicode Standard,
// chapter 7; Unicode Technical Standard 10, where accents differ at the second level):
//
//	Latin, Greek  each mark is left out somewhere: Vietnamese, French, Turkish, Greek
//	              in capitals. ß and ẞ are ss, æ and œ their letters, ø đ ł and ı without
//	              their stroke or with their dot.
//	Cyrillic      ё is written е, and the mark of stress is for learners (ѐ and ѝ have it). й, ї and ў are
//	              letters that nobody leaves the mark of out.
//	others        a mark is a vowel or a sound of its own: kana, Devanagari, Thai. The
//	              vowel points of Arabic and Hebrew are ignorable anyway.
//
// The cost is a table of 256 KiB for each set of rules, made when it is first needed.

// cutTable is the table that Cut folds by.
func (rules Rules) cutTable() *table {
	if rules.KeepScript {
		return plainCutTable()
	}
	return scriptCutTable()
}

var (
	plainCutTable  = sync.OnceValue(func() *table { return unmarked(plainTable()) })
	scriptCutTable = sync.OnceValue(func() *table { return unmarked(scriptTable()) })
)

// unmarked returns t with letters without their marks.
func unmarked(t *table) *table {
	u := &table{bmp: t.bmp, script: t.script, spelt: spelt}
	for r, f := range u.bmp {
		if f.class() != Letter || f.expands() {
			continue
		}
		if _, ok := spelt[f.rune()]; ok {
			u.bmp[r] = f | expandsFlag | hardFlag
			continue
		}
		u.bmp[r] = f.with(Bare(f.rune()))
	}
	return u
}

// spelt are letters that are written as two where a keyboard lacks them.
var spelt = map[rune]string{'ß': "ss", 'æ': "ae", 'œ': "oe"}

// stroked are letters whose mark Unicode does not take apart.
var stroked = map[rune]rune{'ø': 'o', 'đ': 'd', 'ł': 'l', 'ı': 'i', 'ħ': 'h', 'ŧ': 't', 'ё': 'е', 'ѐ': 'е', 'ѝ': 'и'}

// Bare returns a letter of Latin, Greek or Cyrillic script without its marks and strokes:
// what the units of a text without marks are made of. Other characters are their own.
func Bare(r rune) rune {
	if b, ok := stroked[r]; ok {
		return b
	}
	if r < 0x80 || !unicode.In(r, unicode.Latin, unicode.Greek) {
		return r
	}
	b, _ := utf8.DecodeRuneInString(norm.NFD.String(string(r)))
	if s, ok := stroked[b]; ok {
		return s
	}
	return b
}

// dropped reports whether a combining mark that belongs to no letter of its own is left
// out.
func dropped(r rune) bool { return r >= 0x0300 && r <= 0x036F }
