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
// corrections.txt. A word such as "Korrektur" is in stories too ("the share price sees a
// correction"), and one that excused an edit would hide it, so it counts as a label only: where a
// line or a sentence begins with it. It takes time linear in the lines that are new, for each word.

//go:embed corrections.txt
var correctionWords string

// noteNear is within how many bytes from the beginning of a line the words begin: further on it is
// the story that speaks.
const noteNear = 60

// correctionWord is what a line of corrections.txt says.
type correctionWord struct {
	word  string
	label bool
	dated bool // a figure comes after it
	open  bool // to any ending
}

var corrections = sync.OnceValue(func() (all []correctionWord) {
	for line := range strings.Lines(correctionWords) {
		if line = strings.TrimSpace(line); line == "" || line[0] == '#' {
			continue
		}
		w := correctionWord{word: foldedNote(line)}
		w.word, w.label = strings.CutSuffix(w.word, ":")
		w.word, w.dated = strings.CutSuffix(w.word, "#")
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
		if w.label && w.labels(line) || !w.label && w.near(line) {
			return true
		}
	}
	return false
}

// labels reports whether a sentence of a line begins with a label.
func (w *correctionWord) labels(line string) bool {
	for at := 0; ; at += len(w.word) {
		i := strings.Index(line[at:], w.word)
		if i < 0 {
			return false
		}
		at += i
		if beginsSentence(line[:at]) && isLabelled(line[at+len(w.word):]) {
			return true
		}
	}
}

// beginsSentence reports whether a sentence begins after a part of a line: there is nothing in it
// but marks, or it ends with a full stop or an opening bracket.
func beginsSentence(before string) bool {
	before = strings.TrimRightFunc(before, unicode.IsSpace)
	r, _ := utf8.DecodeLastRuneInString(before)
	return strings.TrimLeftFunc(before, isMark) == "" || strings.ContainsRune(".!?。！？…([【〔", r)
}

// near reports whether a formula stands near the beginning of a line.
func (w *correctionWord) near(line string) bool {
	for at := 0; at <= noteNear; at += len(w.word) {
		i := strings.Index(line[at:], w.word)
		if i < 0 || at+i > noteNear {
			break
		}
		at += i
		after := line[at+len(w.word):]
		if w.isWord(line[:at], after) && (!w.dated || hasFigure(after)) {
			return true
		}
	}
	return false
}

// hasFigure reports whether a figure is among the next words.
func hasFigure(after string) bool {
	const next = 30 // bytes
	for i, r := range after {
		if i > next {
			break
		}
		if unicode.IsNumber(r) {
			return true
		}
	}
	return false
}

// isMark reports whether a character is no part of a word: a bracket, a dash, a star.
func isMark(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsMark(r) && !unicode.IsNumber(r) }

// isLabelled reports whether what comes after a label is a mark that ends it, a date or nothing.
// "Update-Funktion" and "Correction's" are other words; after a comma there is a date and a colon.
func isLabelled(rest string) bool {
	rest, comma := strings.CutPrefix(rest, ",")
	if comma {
		date, _, ok := strings.Cut(rest, ":")
		return ok && hasFigure(date)
	}
	joined, size := utf8.DecodeRuneInString(rest)
	if next, _ := utf8.DecodeRuneInString(rest[size:]); strings.ContainsRune("-'", joined) && unicode.IsLetter(next) {
		return false
	}
	r, _ := utf8.DecodeRuneInString(strings.TrimLeftFunc(rest, unicode.IsSpace))
	return strings.TrimSpace(rest) == "" || isMark(r) || unicode.IsNumber(r)
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
