package detect

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"repost/dedup/align"
)

// Where sentences begin, in the way of their script: after a mark that Unicode has as the end
// of a sentence (Sentence_Terminal), after a line, and in Thai and Lao, which have no such
// mark, after a blank. A full stop after an abbreviation or an initial ends none, nor does a
// line that goes on in lower case.

// startsSentence reports whether a sentence starts at a unit, or the text ends there.
func (t *Text) startsSentence(at int) bool {
	if at == 0 || at == len(t.Units) {
		return true
	}
	before, next := t.Units[at-1], t.Units[at]
	if align.SentenceEnd(t.Source, before, next) {
		return true
	}
	gap := t.between(at, at)
	return gap != "" && (strings.ContainsFunc(gap, isTerminal) || isSpaced(t.Source[:before.Hi], gap, t.Source[next.Lo:]))
}

// isTerminal reports whether a mark ends a sentence wherever it stands.
func isTerminal(r rune) bool { return r >= utf8.RuneSelf && unicode.Is(unicode.STerm, r) }

// isSpaced reports whether a blank ends a sentence between two words of Thai or Lao.
func isSpaced(before, gap, next string) bool {
	if !strings.ContainsFunc(gap, unicode.IsSpace) {
		return false
	}
	last, _ := utf8.DecodeLastRuneInString(before)
	first, _ := utf8.DecodeRuneInString(next)
	return unicode.In(last, unicode.Thai, unicode.Lao) && unicode.In(first, unicode.Thai, unicode.Lao)
}
