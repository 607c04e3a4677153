package shingle

import (
	_ "embed"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// Where sentences end, in the way of their script: at a mark that Unicode has as the end of a
// sentence (Sentence_Terminal), at a full stop before a blank, at a line that does not go on in
// lower case, and in Thai and Lao, which have no such mark, at a blank. A full stop after an
// initial, an abbreviation (abbreviations.txt), the label of a list or an ordinal number ends
// none. Where it is doubtful the sentence goes on: who cuts whole sentences cuts no half one.

// Break is what parts two neighbouring units of a text, the weakest first.
type Break uint8

// The breaks.
const (
	Inside       Break = iota // nothing: the sentence goes on
	LineEnd                   // the line ends, or two blanks stand there
	SentenceEnd               // the sentence ends
	ParagraphEnd              // an empty line
)

// BreakBetween returns what parts units i-1 and i of a text, 0 < i < len(units). It takes time
// linear in what stands between them.
func BreakBetween(text string, units []Unit, i int) Break {
	u, next := units[i-1], units[i]
	if next.Lo <= u.Hi { // one character may be several units: ½
		return Inside
	}
	gap := text[u.Hi:next.Lo]
	if gap == " " && text[u.Hi-1] < utf8.RuneSelf { // nearly all gaps
		return Inside
	}
	lines := LineBreaks(gap)
	if lines > 1 {
		return ParagraphEnd
	}
	if strings.ContainsFunc(gap, isTerminal) {
		return SentenceEnd
	}
	first, _ := utf8.DecodeRuneInString(text[next.Lo:])
	at := strings.IndexAny(gap, ".!?…")
	if at >= 0 && (strings.ContainsFunc(gap[at:], unicode.IsSpace) || unicode.IsUpper(first)) &&
		(gap[at] != '.' || strings.ContainsAny(gap[at+1:], ".!?…") || !goesOn(text, u, next, first)) {
		return SentenceEnd
	}
	blank := strings.ContainsFunc(gap, unicode.IsSpace)
	if last, _ := utf8.DecodeLastRuneInString(text[:u.Hi]); blank && unicode.In(last, unicode.Thai, unicode.Lao) && unicode.In(first, unicode.Thai, unicode.Lao) {
		return SentenceEnd
	}
	if blank && (lines > 0 || strings.Contains(gap, "  ")) && !unicode.IsLower(first) {
		return LineEnd
	}
	return Inside
}

// LineBreaks returns how many lines end in s: at a line feed, a carriage return, both, or a line or
// paragraph separator of Unicode.
func LineBreaks(s string) (n int) {
	for i := range len(s) {
		switch s[i] {
		case '\n':
			n++
		case '\r':
			if i+1 == len(s) || s[i+1] != '\n' {
				n++
			}
		case '\xA8', '\xA9':
			if i > 1 && s[i-2:i] == "\xE2\x80" {
				n++
			}
		}
	}
	return n
}

// isTerminal reports whether a mark ends a sentence wherever it stands.
func isTerminal(r rune) bool {
	return r >= utf8.RuneSelf && (r == '；' || unicode.Is(unicode.STerm, r))
}

// goesOn reports whether a sentence goes on where a full stop stands between two units, the
// second of which begins with first.
func goesOn(text string, u, next Unit, first rune) bool {
	word, before := lowerWord(text, u), text[:u.Lo]
	if u.Kind() == Number {
		label := len(word) <= 3 && strings.HasSuffix("\n"+strings.TrimRight(before, " \t(§"), "\n")
		return label || unicode.IsLower(first) || len(word) <= 2 && abbreviations()[lowerWord(text, next)]&ordinal != 0
	}
	if len(word) > longestAbbreviation {
		return false
	}
	classes := abbreviations()[word]
	if fields := strings.Fields(before[max(0, len(before)-longestAbbreviation):]); len(fields) > 0 && strings.HasSuffix(before, " ") {
		classes |= abbreviations()[strings.TrimSuffix(strings.ToLower(fields[len(fields)-1]), ".")+" "+word]
	}
	switch {
	case classes&beforeName != 0:
		return true
	case classes&lastWord != 0:
		return !unicode.IsUpper(first)
	case classes&beforeNumber != 0 && (next.Kind() == Number || strings.Trim(text[next.Lo:next.Hi], "IVXLC") == ""):
		return true
	}
	return u.Kind() == Word && utf8.RuneCountInString(word) == 1
}

// lowerWord returns a unit's word in lower case.
func lowerWord(text string, u Unit) string { return strings.ToLower(text[u.Lo:u.Hi]) }

// longestAbbreviation is how many bytes a word of abbreviations.txt has at most, other than
// those of ordinals.
const longestAbbreviation = 16

//go:embed abbreviations.txt
var abbreviationList string

// The classes of abbreviations.txt, as bits.
const (
	beforeName = 1 << iota
	beforeNumber
	lastWord
	ordinal
)

var abbreviationClasses = map[string]uint8{"before": beforeName, "number": beforeNumber, "last": lastWord, "ordinal": ordinal}

// abbreviations returns the classes of each word of abbreviations.txt.
var abbreviations = sync.OnceValue(func() map[string]uint8 {
	out := map[string]uint8{}
	for line := range strings.Lines(abbreviationList) {
		head, words, ok := strings.Cut(line, ":")
		if !ok || strings.HasPrefix(line, "#") {
			continue
		}
		class, _, _ := strings.Cut(head, " ")
		for w := range strings.FieldsSeq(words) {
			out[strings.ReplaceAll(w, "~", " ")] |= abbreviationClasses[class]
		}
	}
	return out
})

// IsAbbreviation reports whether a full stop after a word, which may stand there, may be that of
// an abbreviation.
func IsAbbreviation(word string) bool {
	return abbreviations()[strings.ToLower(strings.TrimSuffix(word, "."))]&(beforeName|beforeNumber|lastWord) != 0
}
