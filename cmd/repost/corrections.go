package main

import (
	_ "embed"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"repost/cmd/repost/internal/report"
)

// Which line of a text says that the outlet changed it. Who changes a text and says so in words
// that are not known is accused of doing it in silence, so the words of many languages are in
// corrections.txt. A word such as "Korrektur" is in stories too, and counts as a label only:
// where a line begins with it. It takes time linear in the lines that are new, for each word.

//go:embed corrections.txt
var correctionWords string

// noteNear is within how many bytes from the beginning of a line the words begin: further on it is
// the story that speaks.
const noteNear = 60

// correctionWord is what a line of corrections.txt says.
type correctionWord struct {
	word  string
	label bool
	open  bool // to any ending
}

var corrections = sync.OnceValue(func() (all []correctionWord) {
	for line := range strings.Lines(correctionWords) {
		if line = strings.TrimSpace(line); line == "" || line[0] == '#' {
			continue
		}
		w := correctionWord{word: foldedNote(line)}
		w.word, w.label = strings.CutSuffix(w.word, ":")
		w.word, w.open = strings.CutSuffix(w.word, "*")
		all = append(all, w)
	}
	return all
})

// foldedNote returns a line as its words are compared.
func foldedNote(line string) string {
	return strings.ReplaceAll(strings.ToLower(norm.NFKC.String(line)), "’", "'")
}

// noteIn returns the first line of a text that speaks of a correction and was not in the old one,
// or the beginning of a long one.
func noteIn(old, text string) string {
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line != "" && !strings.Contains(old, line) && announces(foldedNote(line)) {
			return report.Cut(report.Flat(line), 60)
		}
	}
	return ""
}

// announces reports whether a folded line says that something was changed.
func announces(line string) bool {
	for _, w := range corrections() {
		if w.label {
			if rest, ok := strings.CutPrefix(strings.TrimLeftFunc(line, isMark), w.word); ok && isLabelled(rest) {
				return true
			}
			continue
		}
		for at := 0; at <= noteNear; {
			i := strings.Index(line[at:], w.word)
			if i < 0 || at+i > noteNear {
				break
			}
			if at += i; w.isWord(line[:at], line[at+len(w.word):]) {
				return true
			}
			at += len(w.word)
		}
	}
	return false
}

// isMark reports whether a character is no part of a word: a bracket, a dash, a star.
func isMark(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsMark(r) && !unicode.IsNumber(r) }

// isLabelled reports whether what comes after a label is a mark, a date or nothing.
func isLabelled(rest string) bool {
	rest = strings.TrimLeftFunc(rest, unicode.IsSpace)
	r, _ := utf8.DecodeRuneInString(rest)
	return rest == "" || isMark(r) || unicode.IsNumber(r)
}

// isWord reports whether a word stands by itself between two parts of a line. In scripts without
// blanks it does wherever it is.
func (w *correctionWord) isWord(before, after string) bool {
	spaced := func(r rune) bool {
		return unicode.IsLetter(r) && !unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul, unicode.Thai)
	}
	last, _ := utf8.DecodeLastRuneInString(before)
	next, _ := utf8.DecodeRuneInString(after)
	first, _ := utf8.DecodeRuneInString(w.word)
	return !spaced(first) || !spaced(last) && (w.open || !spaced(next))
}
