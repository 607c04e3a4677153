package mask_test

import (
	"testing"
	"unicode"
	"unicode/utf8"

	"repost/shingle/mask"
)

// TestMasksEndBetweenWords: no mask begins or ends inside a word of a script with spaces,
// wherever the furniture of a page stands in its line.
func TestMasksEndBetweenWords(t *testing.T) {
	sentences := []string{
		"The miller said that nobody was hurt and that he would build the mill again.",
		"Newspapers in the county shared the report of the fire with their readers.",
		"河口镇的水渠修好了，村民说今年的稻子不愁水。", "Дети играли у реки до самого вечера.",
	}
	for _, lines := range furniture {
		for _, line := range lines {
			for _, s := range sentences {
				for _, text := range []string{line + s, line + " " + s, s + line, s + " " + line, s + "\n" + line + s + "\n" + s} {
					for _, m := range mask.Find(text) {
						for _, at := range []int{m.Span.Lo, m.Span.Hi} {
							if insideWord(text, at) {
								t.Errorf("%q: a mask ends in a word: %q (%s)", text, m.Span.Of(text), m.Reason)
							}
						}
					}
				}
			}
		}
	}
}

func insideWord(text string, at int) bool {
	p, _ := utf8.DecodeLastRuneInString(text[:at])
	r, _ := utf8.DecodeRuneInString(text[at:])
	spaced := func(r rune) bool { return unicode.In(r, unicode.Latin, unicode.Cyrillic) }
	return spaced(p) && spaced(r)
}
