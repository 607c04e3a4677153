package shingle

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Many dumps have lost the line breaks of their texts: paragraphs were joined with blanks, or
// all white space was made one blank. What stood on a line of its own, a footer, a byline, a menu,
// is then the head or the end of one long line: a rule for whole lines would set the story aside
// with it, and no paragraph begins where a quotation does. So in a line that is most of its text, or
// longer than paragraphs are, a line may have begun with each sentence; and after a blank between
// two Chinese characters, and after two blanks. In any other line, one may have begun where two
// blanks follow a sentence, if this is so once or twice in a text: who types two blanks after every
// sentence joins nothing.

// longParagraph is how many bytes a line may have that is not most of its text: three in four
// paragraphs of newspapers have fewer than 600.
const longParagraph = 1080

// leastJoined is up to how many bytes a line is taken apart only where a blank follows a sentence.
const leastJoined = 300

// LostBreaks appends to dst the bytes of text at which lines may have begun that were joined with
// what stood before them, ascending. A text with the lines of an article has none. O(len(text)).
func LostBreaks(dst []int, text string) []int {
	const most = 2
	from, wide := len(dst), make([]int, 0, most+1)
	for lo := 0; lo < len(text); {
		end := len(text)
		if i := strings.IndexAny(text[lo:], "\n\r"); i >= 0 {
			end = lo + i
		}
		if end-lo > longParagraph || 3*(end-lo) > 2*len(text) {
			words := inWords(text[lo:end])
			for at := lo + FirstSentence(text[lo:end], words); at < end; at += FirstSentence(text[at:end], words) {
				if end-lo > leastJoined || text[at] == ' ' {
					dst = append(dst, at)
				}
			}
		} else if len(wide) <= most {
			wide = wideBlanks(wide, text, lo, end)
		}
		lo = end + 1
	}
	if len(wide) > 0 && len(wide) <= most {
		dst = append(dst, wide...)
		slices.Sort(dst[from:])
	}
	return dst
}

// wideBlanks appends the bytes of a line of text, from lo to end, at which a sentence begins
// after another and two blanks.
func wideBlanks(dst []int, text string, lo, end int) []int {
	for at := lo; ; {
		i := strings.Index(text[at:end], "  ")
		if i < 0 {
			return dst
		}
		i += at
		at = end - len(strings.TrimLeft(text[i:end], " "))
		if last, _ := utf8.DecodeLastRuneInString(text[lo:i]); at < end && (strings.ContainsRune(`.!?"')”’`, last) || unicode.Is(unicode.STerm, last)) {
			dst = append(dst, at)
		}
	}
}

// FirstSentence returns the bytes of the first sentence of s, a part of a line, with the marks that
// close it. O(its length). It ends at a blank between Chinese characters, too, unless words says that
// blanks part the words of s, and at two blanks.
func FirstSentence(s string, words bool) int {
	last, word := rune(0), 0 // the last letter or mark, and where the word that it is of begins
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		i += size
		switch {
		case unicode.IsSpace(r):
			rest := strings.TrimLeftFunc(s[i:], unicode.IsSpace)
			several := len(rest) < len(s)-i
			i = len(s) - len(rest)
			next, _ := utf8.DecodeRuneInString(rest)
			if last != 0 && (several || !words && isWide(last) && isWide(next)) {
				return i
			}
			word = i
			continue
		case r == '.', r == '!', r == '?', r >= utf8.RuneSelf && r != '；' && unicode.Is(unicode.STerm, r):
			stop := i - size
			i += closers(s[i:])
			if r >= utf8.RuneSelf || ends(s, word, stop, i) {
				return i
			}
		}
		last = r
	}
	return len(s)
}

// inWords reports whether blanks part the words of s, and not its lines, though it is Chinese: there
// is one in less than a dozen characters.
func inWords(s string) bool {
	blanks := 0
	last := rune(0)
	for i, r := range s {
		if r == ' ' && isWide(last) {
			if next, _ := utf8.DecodeRuneInString(s[i+1:]); isWide(next) {
				blanks++
			}
		}
		last = r
	}
	return 36*blanks > len(s)
}

// ends reports whether a sentence of s ends with the mark of ASCII at stop, after which i bytes of s
// are over: a blank or a character beyond ASCII follows, and if it is a full stop no small letter,
// and the word before it is no abbreviation.
func ends(s string, word, stop, i int) bool {
	rest := strings.TrimLeftFunc(s[i:], unicode.IsSpace)
	blank := len(rest) < len(s)-i
	next, _ := utf8.DecodeRuneInString(rest)
	switch {
	case rest == "":
		return true
	case s[stop] != '.':
		return blank || next >= utf8.RuneSelf
	case !blank || unicode.IsLower(next):
		return false
	}
	return stop-word > 1 && !IsAbbreviation(s[word:stop])
}

// closers returns how many bytes at the head of s close what stands before them.
func closers(s string) int {
	return len(s) - len(strings.TrimLeft(s, `.!?"')]。！？…”’」』）】》`))
}

// isWide reports whether r is of a script that is written without blanks between words.
func isWide(r rune) bool { return r >= 0x2E80 && r < 0xAC00 || r >= 0xF900 && r <= 0xFFEF }
