package mask

import (
	"strings"
	"unicode/utf8"

	"repost/shingle"
)

// line is one line of the text: its place and what the rules found in it.
type line struct {
	lo, hi int    // bytes, without the white space around
	runes  int    // folded, without spaces
	head   rune   // the first of them
	number int    // of a numbered line (3、 or 3.) its number, else 0
	digits int    // how many
	full   bool   // holds the end of a sentence
	heads  bool   // heads a list of other pages
	found  counts // words of the trade
	reason Reason // why the whole line is masked, or ""
}

// longest bounds the runes of a line: what is longer is taken in pieces, so that
// a text without line breaks needs no memory of its own size.
const longest = 1 << 14

// usual is the length of a line to be ready for.
const usual = 256

// scanner holds what one pass over the text finds.
type scanner struct {
	text  string
	lines []line // not blank
	parts []Mask // parts of lines

	words  *lexicon
	runes  []rune // the line at hand, folded, without spaces
	at     []int  // where each of them begins; one more for the end
	places []int  // those at which a word may begin
}

// scan splits text into lines, folds each and applies the rules that need no
// more than one line. Two ideographic spaces begin a paragraph where the line
// breaks of a text are lost.
func scan(text string) *scanner {
	s := &scanner{text: text, words: theLexicon()}
	s.runes, s.at, s.places = make([]rune, 0, usual), make([]int, 0, usual+1), make([]int, 0, usual/4)
	for lo := 0; lo < len(text); {
		l := line{}
		lo = s.read(lo, &l)
		if n := len(s.runes); n > 0 {
			l.lo, l.hi, l.runes, l.head = s.at[0], s.at[n], n, s.runes[0]
			l.number = numbered(s.runes)
			l.found = s.words.count(s.runes, s.places)
			if l.reason = s.whole(&l); l.reason == "" {
				s.edges(&l)
			}
			s.lines = append(s.lines, l)
		}
	}
	return s
}

// read folds the line that begins at lo and returns where the next begins.
func (s *scanner) read(lo int, l *line) int {
	text, signs := s.text, s.words
	runes, at, places := s.runes[:0], s.at[:0], s.places[:0]
	i, end := lo, lo
scan:
	for i < len(text) && len(runes) < longest {
		var r rune
		n := 3
		if b := text[i]; b > 0xE0 && b < 0xED && i+2 < len(text) && (text[i+1]^0x80)|(text[i+2]^0x80) < 0x40 {
			r = rune(b&15)<<12 | rune(text[i+1]&63)<<6 | rune(text[i+2]&63)
		} else if r, n = rune(b), 1; b >= utf8.RuneSelf {
			r, n = utf8.DecodeRuneInString(text[i:])
		}
		e := signs.sign(r)
		switch e.trait() {
		case blankSign:
			const indent = "\u3000\u3000"
			switch {
			case r == '\n' || r == '\r':
				i++
				break scan
			case r == '\u3000' && len(runes) > 0 && strings.HasPrefix(text[i:], indent):
				i += len(indent)
				break scan
			}
			i += n
			continue
		case digitSign:
			l.digits++
		case endSign:
			l.full = true
		}
		if e.list() != 0 {
			places = append(places, len(runes))
		}
		runes, at = append(runes, e.rune()), append(at, i)
		i += n
		end = i
	}
	s.runes, s.at, s.places = runes, append(at, end), places
	return i
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

func isDigit(r rune) bool { return '0' <= r && r <= '9' }

func isHan(r rune) bool { return r >= 0x3400 && r <= 0x9FFF || r >= 0x20000 && r <= 0x3FFFF }
