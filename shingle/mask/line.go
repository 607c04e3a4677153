package mask

import (
	"slices"
	"strings"
	"unicode/utf8"

	"repost/shingle"
)

// line is one line of the text: its place and what the rules found in it. There are millions
// in a text of one character a line, so that numbers are as small as longest allows.
type line struct {
	lo, hi int    // bytes, without the white space around
	runes  int    // folded, without spaces
	head   rune   // the first of them
	number uint8  // of a numbered line (3、 or 3.) its number, else 0
	digits uint16 // how many
	marks  uint16 // how many bars, colons and the like that part labels, unless it is long
	gaps   uint16 // how many spaces in it
	full   bool   // holds the end of a sentence
	dated  bool   // holds what every dateline holds
	heads  bool   // heads a list of other pages
	talks  bool   // heads what readers wrote
	item   bool   // looks like one of a list
	stamp  bool   // marginal as a date is
	found  counts // words of the trade
	reason Reason // why the whole line is masked, or ""
	margin code   // why it is if it stands in a margin of the page
}

// code is a Reason in one byte: its place in Reasons plus one, or 0 for none.
type code uint8

// The codes of the reasons that patterns are looked for by.
var (
	footer, byline, dateline, sourceLine = codeOf(Footer), codeOf(Byline), codeOf(Dateline), codeOf(SourceLine)
	editor, navigation, jump             = codeOf(Editor), codeOf(Navigation), codeOf(Jump)
	photoCredit, link                    = codeOf(PhotoCredit), codeOf(Link)
	everyReason                          = []code{footer, byline, dateline, sourceLine, editor, navigation, jump, photoCredit, link}
)

func codeOf(r Reason) code { return code(slices.Index(Reasons, r) + 1) }

func (c code) reason() Reason {
	if c == 0 {
		return ""
	}
	return Reasons[c-1]
}

// longest bounds the runes of a line: what is longer is taken in pieces, so that
// a text without line breaks needs no memory of its own size.
const longest = 1 << 14

// usual is the length of a line to be ready for.
const usual = 256

// scanner holds what one pass over the text finds.
type scanner struct {
	text   string
	lines  []line // not blank
	breaks []int  // see shingle.LostBreaks
	line   line   // the one at hand
	parts  []part // parts of lines
	made   cause  // of the mask that was found last
	trace  *trace // what Explain wants to know; nil for Find

	patterns *Patterns
	words    *wordbook
	spelling []byte  // a piece of the line at hand, for an expression
	runes    []rune  // the line at hand, folded, without spaces
	kinds    kindSet // of the words in the line at hand
	places   []place // those at which a word may begin
	lo, hi   int     // bytes of the line, from its first rune to its last
	at       []int   // where each rune begins, and the line's end; made as far as asked for
	next     int     // where at continues
}

// scan splits text into lines, folds each and applies the rules that need no
// more than one line. Two ideographic spaces begin a paragraph where the line
// breaks of a text are lost.
func (s *scanner) scan(text string) {
	s.text, s.words = text, s.patterns.words
	s.lines, s.parts = s.lines[:0], s.parts[:0]
	if s.runes == nil {
		s.runes, s.places = make([]rune, usual), make([]place, usual)
	}
	l := &s.line // the table of footers takes it: a variable of its own would be made for each line
	s.breaks = shingle.LostBreaks(s.breaks[:0], text)
	breaks := s.breaks
	for lo := 0; lo < len(text); {
		*l = line{}
		from, parts := lo, len(s.parts)
		for len(breaks) > 0 && breaks[0] <= lo {
			breaks = breaks[1:]
		}
		hi := len(text)
		if len(breaks) > 0 {
			hi = breaks[0]
		}
		lo = s.read(lo, hi, l)
		if n := len(s.runes); n > 0 {
			l.lo, l.hi, l.runes, l.head = s.lo, s.hi, n, s.runes[0]
			l.number, l.item = uint8(numbered(s.runes)), isItem(s.runes)
			l.found = s.words.count(s.runes, s.places)
			s.kinds = l.found.kinds()
			l.reason = s.whole(l)
			if l.reason == Footer {
				if cut := s.storyBefore(l); cut > 0 {
					*l, s.parts = line{}, s.parts[:parts]
					breaks, lo = append([]int{cut}, breaks...), from
					continue
				}
			}
			if s.trace != nil {
				s.trace.note(s, l)
			}
			if l.reason == "" {
				s.edges(l)
				l.margin = codeOf(s.marginal(l))
			}
			if n := len(s.lines); n == cap(s.lines) && n >= manyLines {
				s.lines = slices.Grow(s.lines, 1+countLines(text[lo:]))
			}
			s.lines = append(s.lines, *l)
		}
	}
}

// manyLines is the number of lines from which on the rest is counted before there is
// made room for it: doubling takes three times the room of a text of millions of lines.
const manyLines = 1 << 14

// countLines returns how many lines of text are not blank.
func countLines(text string) int {
	n, blank := 0, true
	for i := range len(text) {
		switch c := text[i]; {
		case c == '\n' || c == '\r':
			blank = true
		case c > ' ' && blank:
			n, blank = n+1, false
		}
	}
	return n
}

// read folds the line that begins at lo, and ends before hi, and returns where the next begins.
func (s *scanner) read(lo, hi int, l *line) int {
	text, words := s.text[:hi], s.words
	runes, places := s.runes[:cap(s.runes)], s.places[:cap(s.places)]
	n, p := 0, 0
	i, first, end := lo, lo, lo
	var all sign
scan:
	for i < len(text) && n < longest {
		e, size := sign(0), 3
		if b := text[i]; b < utf8.RuneSelf {
			e, size = words.signs[b]&^rareSign, 1
		} else if i+3 >= len(text) {
			e, size = words.other(text[i:])
		} else if r, ok := three(text[i : i+4]); ok {
			e = words.signs[r]
		} else {
			e, size = words.other(text[i:])
		}
		if e&(blankSign|rareSign) != 0 {
			if e&rareSign != 0 {
				e, size = words.other(text[i:])
			}
			if e&blankSign != 0 {
				const indent = "\u3000\u3000"
				switch {
				case text[i] == '\n' || text[i] == '\r':
					i++
					break scan
				case n > 0 && strings.HasPrefix(text[i:], indent):
					i += len(indent)
					break scan
				}
				if i += size; n == 0 {
					first = i
				} else {
					l.gaps++
				}
				continue
			}
		}
		if n >= len(runes) || p >= len(places) {
			runes, places = double(runes), double(places)
		}
		// No branch: each rune is written as a place, and what is none written over.
		runes[n], places[p] = e.rune(), place(n)<<8|place(e.list())
		p += int(e >> wordShift & 1)
		l.digits += uint16(e >> digitShift & 1)
		all |= e
		n++
		i += size
		end = i
	}
	l.full, l.dated = all&endSign != 0, all&dateSign != 0
	if all&markSign != 0 && n <= 4*short {
		l.marks = uint16(words.marks(runes[:n]))
	}
	s.runes, s.places, s.at = runes[:n], places[:p], s.at[:0]
	s.lo, s.hi, s.next = first, end, first
	return i
}

// offset returns where rune i of the current line begins in the text; for the index after
// the last rune, the end of the line. It is called for few lines.
func (s *scanner) offset(i int) int {
	for len(s.at) <= i {
		if s.next >= s.hi {
			s.at = append(s.at, s.hi)
			break
		}
		e, size := s.words.other(s.text[s.next:])
		if e&blankSign == 0 {
			s.at = append(s.at, s.next)
		}
		s.next += size
	}
	return s.at[i]
}

// double returns s with twice the room, all of it in use.
func double[T any](s []T) []T {
	s = slices.Grow(s, len(s))
	return s[:cap(s)]
}

// mask masks the runes [i,j) of the line at hand.
func (s *scanner) mask(i, j int, why Reason) {
	last := s.offset(j - 1)
	_, n := utf8.DecodeRuneInString(s.text[last:])
	s.parts = append(s.parts, part{Mask{shingle.Span{Lo: s.offset(i), Hi: last + n}, why}, s.made})
}

// part is a masked part of a line.
type part struct {
	Mask
	by cause
}

// cause is what made a mask: a rule of the code, in words, or a pattern.
type cause struct {
	rule    string
	pattern *pattern
}

// by says which rule of the code made a mask.
func (s *scanner) by(why Reason, rule string) Reason {
	s.made = cause{rule: rule}
	return why
}

// set masks line i for what stands next to it.
func (s *scanner) set(i int, why Reason, rule string) {
	s.lines[i].reason = why
	if s.trace != nil {
		s.trace.lines[i].by = cause{rule: rule}
	}
}

// masks appends the masked lines and parts of lines to out, those of one reason
// that nothing but white space parts as one.
func (s *scanner) masks(out []Mask) []Mask {
	from := len(out)
	put := func(m Mask) {
		if n := len(out); n > from && out[n-1].Reason == m.Reason && blank(s.text[out[n-1].Span.Hi:m.Span.Lo]) {
			out[n-1].Span.Hi = m.Span.Hi
			return
		}
		out = append(out, m)
	}
	parts := s.parts
	for _, l := range s.lines {
		for len(parts) > 0 && parts[0].Span.Lo < l.hi {
			if l.reason == "" {
				put(parts[0].Mask)
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
		if _, c := folds.Fold(r); c != shingle.Space && c != shingle.Ignorable {
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
