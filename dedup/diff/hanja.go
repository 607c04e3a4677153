package diff

import (
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"repost/shingle"
)

// Korean words of Chinese origin are printed in Han characters or in Hangul: 韓國 and 한국,
// 美 and 미 in a headline. Each character has the readings of hanja.txt (Unihan, kHangul),
// those for the beginning of a word among them: 女 is 녀 and 여. O(length of the edit).

// hanja holds the syllables by which Han characters are read.
var hanja = sync.OnceValue(func() map[rune]string {
	m := map[rune]string{}
	for line := range tableLines("hanja.txt") {
		syllable, chars, _ := strings.Cut(strings.TrimSpace(line), " ")
		for _, r := range chars {
			if r != ' ' {
				m[r] += syllable
			}
		}
	}
	return m
})

// inHangul returns e where one side writes in Hangul what the other does in Han characters.
func (c *comparison) inHangul(e edit) (edit, bool) {
	s, t := c.texts(e)
	if e.weak || e.same || e.byline || e.whole || s == "" || t == "" || utf8.RuneCountInString(s) != utf8.RuneCountInString(t) {
		return e, false
	}
	if unicode.Is(unicode.Hangul, firstRune(s)) {
		s, t = t, s
	}
	if !shingle.IsHan(firstRune(s)) {
		return e, false
	}
	syllables := []rune(t)
	for _, r := range s {
		if r != syllables[0] && !strings.ContainsRune(hanja()[r], syllables[0]) {
			return e, false
		}
		syllables = syllables[1:]
	}
	e.phrase, e.decided = value, &verdict{Cosmetic, OtherScript, "the same word in Hangul and in Han characters"}
	return e, true
}
