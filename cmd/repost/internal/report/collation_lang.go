package report

import (
	"strings"
	"unicode"

	"repost/shingle"
	"repost/shingle/lexicon"
)

// scripts are the scripts that identify a language, for most of its texts, with the tag of
// BCP 47 for it. Kana comes before Han: a Japanese text has both.
var scripts = []struct {
	tag   string
	table []*unicode.RangeTable
}{
	{"ja", []*unicode.RangeTable{unicode.Hiragana, unicode.Katakana}},
	{"ko", []*unicode.RangeTable{unicode.Hangul}},
	{"zh", []*unicode.RangeTable{unicode.Han}},
	{"th", []*unicode.RangeTable{unicode.Thai}},
	{"ar", []*unicode.RangeTable{unicode.Arabic}},
	{"he", []*unicode.RangeTable{unicode.Hebrew}},
}

// Language returns the tag of the language that a text is likely in, so that a browser takes
// the right glyphs and quotation marks: by the first script that has a tenth of the letters,
// or, of a script that many languages are written in, by its most frequent words; or "und".
func Language(text string) string {
	const enough = 4000 // bytes
	tag := "und"
	text = head(text, enough)
	letters := 0
	count := make([]int, len(scripts))
	for _, r := range text {
		if !unicode.IsLetter(r) {
			continue
		}
		letters++
		for i, s := range scripts {
			if unicode.In(r, s.table...) {
				count[i]++
				break
			}
		}
	}
	for i, s := range scripts {
		if 10*count[i] > letters {
			tag = s.tag
			break
		}
	}
	if tag != "und" && tag != "ar" {
		return tag
	}
	words := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) })
	if language, n := lexicon.Language(words); language != "" && fewestCommon*n >= len(words) {
		return language
	}
	return tag
}

// fewestCommon says how many words of a text may be one of the most frequent of its language
// at least: one in that many.
const fewestCommon = 15

func whole(c *Collation) shingle.Span { return shingle.Span{Lo: 0, Hi: len(c.Text())} }

// firstWords returns how the base begins.
func firstWords(c *Collation) string { return Cut(Flat(head(c.Of(whole(c)), 400)), 48) }
