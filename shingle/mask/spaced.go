package mask

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"repost/shingle"
)

// Bylines of spaced scripts: a line that begins with a word such as By, Von or Par, and holds
// names and nothing else. The words are lists of patterns.txt.

// longestByline is how many bytes such a line may have.
const longestByline = 90

// isSpacedByline reports whether a line of spaced text is who wrote: "By" and names; or another
// such word, persons of two names or more, and a place.
func (p *Patterns) isSpacedByline(line string) bool {
	head, names, ok := strings.Cut(line, " ")
	if !ok || len(line) > longestByline || !slices.Contains(p.lists["byline-heads"], strings.ToLower(head)) {
		return false
	}
	if strings.EqualFold(head, "by") {
		return len(line) <= 70 && p.capitalised(names)
	}
	names, place, _ := strings.Cut(names, ",")
	if first, _ := utf8.DecodeRuneInString(head); !unicode.IsUpper(first) || place != "" && (!p.capitalised(place) || len(strings.Fields(place)) > 3) {
		return false
	}
	persons, count := 0, 0 // words of the person under way
	words := strings.Fields(names)
	for i, w := range append(words, "&") {
		join := slices.Contains(p.lists["byline-joins"], w)
		switch first, _ := utf8.DecodeRuneInString(w); {
		case join && (count < 2 || count > 4):
			return false
		case join:
			persons, count = persons+1, 0
		case unicode.IsUpper(first) && !endsSentence(w):
			count++
		case count == 0 || i == len(words)-1 || !slices.Contains(p.lists["name-particles"], w):
			return false
		}
	}
	return persons <= 3
}

// endsSentence reports whether a word is the last one of a sentence: initials and titles end in a
// full stop too.
func endsSentence(w string) bool {
	return strings.ContainsAny(w, "!?:;") || strings.HasSuffix(w, ".") && utf8.RuneCountInString(w) > 3 && !shingle.IsAbbreviation(w)
}

// capitalised reports whether s is names: every word but small ones begins with a capital
// letter, and no sentence ends.
func (p *Patterns) capitalised(s string) bool {
	for w := range strings.FieldsSeq(s) {
		first, _ := utf8.DecodeRuneInString(w)
		if !unicode.IsUpper(first) && !unicode.Is(unicode.Han, first) && !slices.Contains(p.lists["name-particles"], w) && !slices.Contains(p.lists["by-particles"], w) {
			return false
		}
	}
	return !strings.HasSuffix(s, ".") && strings.TrimSpace(s) != ""
}
