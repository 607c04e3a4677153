package report

import (
	"strings"
	"unicode"

	"repost/shingle"
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

// Language returns the tag of the language that a text is likely in, by its script,
// so that a browser takes the right glyphs: the first that has a tenth of the
// letters, "en" by its words, or "und".
func Language(text string) string {
	const enough = 4000 // bytes
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
			return s.tag
		}
	}
	if english(text) {
		return "en"
	}
	return "und"
}

// englishWords are words that hardly a sentence of English does without and that no other
// language has.
var englishWords = map[string]bool{
	"the": true, "and": true, "with": true, "from": true, "after": true, "that": true, "this": true, "were": true, "has": true,
	"have": true, "been": true, "will": true, "would": true, "their": true, "which": true, "who": true,
}

// english reports whether a text in Latin letters is English: one word in fifteen is one of those.
func english(text string) bool {
	all, found := 0, 0
	for w := range strings.FieldsFuncSeq(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) }) {
		if all++; englishWords[w] {
			found++
		}
	}
	return found > 0 && 15*found >= all
}

func whole(c *Collation) shingle.Span { return shingle.Span{Lo: 0, Hi: len(c.Text())} }

// firstWords returns how the base begins.
func firstWords(c *Collation) string { return Cut(Flat(head(c.Of(whole(c)), 400)), 48) }
