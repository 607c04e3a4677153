package ingest

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"repost/shingle"
)

// wordWriter writes words one after the other as they are printed: with blanks between the
// words of scripts that have them, and none before a comma or after an opening bracket. A
// corpus that says itself where there is no blank (glued) is taken by its word, so that its
// marks stand as they stood.
type wordWriter struct {
	b       strings.Builder
	line    bool   // something is on the line
	glue    bool   // no blank before the next word
	glued   bool   // the corpus says where there is no blank
	quotes  int    // straight ones on the line
	last    string // word
	newline bool
}

const (
	closingMarks = ",.;:!?)]}%…»”’›"
	openingMarks = "([{«“„‹¿¡"
)

// word writes a word.
func (w *wordWriter) word(s string) {
	if s == "" {
		return
	}
	switch {
	case w.newline && w.b.Len() > 0:
		w.b.WriteByte('\n')
	case w.line && !w.glue && w.blankBefore(s):
		w.b.WriteByte(' ')
	}
	w.newline, w.glue = false, false
	if s == `"` {
		w.quotes++
	}
	w.b.WriteString(s)
	w.line, w.last = true, s
}

// endLine ends the line if something is on it.
func (w *wordWriter) endLine() {
	if w.line {
		w.line, w.newline, w.quotes = false, true, 0
	}
	w.glue = false
}

// blankBefore reports whether a blank stands between the last word and this one.
func (w *wordWriter) blankBefore(s string) bool {
	before, _ := utf8.DecodeLastRuneInString(w.last)
	after, _ := utf8.DecodeRuneInString(s)
	switch {
	case isUnspaced(before) && isUnspaced(after):
		return false
	case w.glued:
		return true
	case isUnspaced(before) || isUnspaced(after): // 2019年, but tea 日本
		return unicode.IsLetter(before) && unicode.IsLetter(after)
	case w.last == `"` && w.quotes%2 == 1, s == `"` && w.quotes%2 == 1:
		return false
	case strings.Trim(s, closingMarks) == "", strings.Trim(w.last, openingMarks) == "":
		return false
	case s != "'" && (after == '\'' || after == '’') || strings.EqualFold(s, "n't") || strings.EqualFold(s, "n’t"): // it 's, do n't
		return false
	}
	return true
}

// isUnspaced reports whether no blank stands before or after a character: those of scripts
// written without blanks, and the wide marks of these.
func isUnspaced(r rune) bool {
	return shingle.IsHan(r) || r >= 0x3000 && r <= 0x303f || r >= 0xff00 && r <= 0xffef ||
		r >= 0x0e00 && unicode.In(r, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar, unicode.Tibetan)
}
