package mask

import (
	"unicode/utf8"

	"repost/shingle"
)

// line is one line of the text: its place and what the rules found in it.
type line struct {
	lo, hi int  // bytes, without the white space around
	runes  int  // folded, without spaces
	full   bool // holds the end of a sentence
	head   rune // its first folded rune
	number int  // of a numbered line (3、 or 3.) its number, else 0
	found  counts
	heads  bool   // heads a list of other pages
	reason Reason // why the whole line is masked, or ""
}

// scanner holds what one pass over the text finds.
type scanner struct {
	text  string
	lines []line // not blank
	parts []Mask // parts of lines
	runes []rune // the line at hand, folded, without spaces
	at    []int  // where each of them begins; one more for the end
}

// scan splits text into lines, folds each and applies the rules that need no
// more than one line. Two ideographic spaces begin a paragraph where the line
// breaks of a text are lost.
func scan(text string) *scanner {
	s := &scanner{text: text}
	for lo := 0; lo < len(text); {
		hi, next := lineEnd(text, lo)
		s.fold(lo, hi)
		if len(s.runes) > 0 {
			s.add()
		}
		lo = next
	}
	return s
}

// lineEnd returns where the line that begins at lo ends and the next begins.
func lineEnd(text string, lo int) (hi, next int) {
	for i := lo; i < len(text); i++ {
		switch text[i] {
		case '\n', '\r':
			return i, i + 1
		case 0xE3:
			const indent = "\u3000\u3000"
			if i > lo && len(text)-i >= len(indent) && text[i:i+len(indent)] == indent {
				return i, i + len(indent)
			}
		}
	}
	return len(text), len(text)
}

// fold folds text[lo:hi] into s.runes.
func (s *scanner) fold(lo, hi int) {
	s.runes, s.at = s.runes[:0], s.at[:0]
	end := lo
	for i := lo; i < hi; {
		r, n := rune(s.text[i]), 1
		if r >= utf8.RuneSelf {
			r, n = utf8.DecodeRuneInString(s.text[i:])
		}
		if f, c := rules.Fold(r); c != shingle.Space && c != shingle.Ignorable {
			s.runes, s.at = append(s.runes, f), append(s.at, i)
			end = i + n
		}
		i += n
	}
	s.at = append(s.at, end)
}

// add takes the folded line: what it holds, and the masks of its own.
func (s *scanner) add() {
	n := len(s.runes)
	l := line{lo: s.at[0], hi: s.at[n], runes: n, head: s.runes[0]}
	l.number = numbered(s.runes)
	l.found = theLexicon().count(s.runes)
	l.full = hasEnd(s.runes)
	if l.reason = s.whole(&l); l.reason == "" {
		s.edges()
	}
	s.lines = append(s.lines, l)
}

// mask masks the runes [i,j) of the line at hand.
func (s *scanner) mask(i, j int, why Reason) {
	_, n := utf8.DecodeRuneInString(s.text[s.at[j-1]:])
	s.parts = append(s.parts, Mask{shingle.Span{Lo: s.at[i], Hi: s.at[j-1] + n}, why})
}

// masks returns the masked lines and parts of lines, those of one reason that
// nothing but white space parts as one.
func (s *scanner) masks() []Mask {
	var out []Mask
	put := func(m Mask) {
		if n := len(out); n > 0 && out[n-1].Reason == m.Reason && blank(s.text[out[n-1].Span.Hi:m.Span.Lo]) {
			out[n-1].Span.Hi = m.Span.Hi
			return
		}
		out = append(out, m)
	}
	parts := s.parts
	for _, l := range s.lines {
		for len(parts) > 0 && parts[0].Span.Lo < l.hi {
			if l.reason == "" {
				put(parts[0])
			}
			parts = parts[1:]
		}
		if l.reason != "" {
			put(Mask{shingle.Span{Lo: l.lo, Hi: l.hi}, l.reason})
		}
	}
	return out
}

func blank(s string) bool {
	for _, r := range s {
		if _, c := rules.Fold(r); c != shingle.Space && c != shingle.Ignorable {
			return false
		}
	}
	return true
}

// numbered returns n of a line that begins with n、 or n. or (n), else 0.
func numbered(r []rune) int {
	if len(r) > 0 && r[0] == '(' {
		r = r[1:]
	}
	n, i := 0, 0
	for i < len(r) && i < 2 && '0' <= r[i] && r[i] <= '9' {
		n, i = n*10+int(r[i]-'0'), i+1
	}
	if i == 0 || i+1 >= len(r) || r[i] != '、' && r[i] != '.' && r[i] != ')' && r[i] != ',' || isDigit(r[i+1]) {
		return 0
	}
	return n
}

func hasEnd(r []rune) bool {
	for _, c := range r {
		if c == '。' || c == '!' || c == '?' || c == ';' {
			return true
		}
	}
	return false
}

func isDigit(r rune) bool { return '0' <= r && r <= '9' }

func isHan(r rune) bool { return r >= 0x3400 && r <= 0x9FFF || r >= 0x20000 && r <= 0x3FFFF }
