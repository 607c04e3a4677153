package mask

import (
	"strings"
	"unicode/utf8"

	"repost/shingle"
)

// short bounds the lines, in folded runes, that are looked at as something else
// than a paragraph.
const short = 90

// whole returns the reason to mask all of a line, or "". The words found in the
// line say which rules are worth a look.
func (s *scanner) whole(l *line) Reason {
	r, f := s.runes, &l.found
	switch {
	case isLink(r):
		return s.by(Link, "nothing but a link")
	case s.match(inLine, r, l, photoCredit) != "":
		return PhotoCredit
	case s.sureFooter(l):
		return Footer
	case f[heading] > 0 && len(r) <= 4*short && s.isHeading(l):
		l.heads = l.marks < 2
		return s.by(Navigation, "heads a list of other pages")
	case f[call] > 0 && s.isCall(l):
		return s.by(Navigation, "calls on the reader to load, to join or to follow")
	}
	if !l.full && l.marks > 1 && len(r) <= 2*short {
		if why := s.pairs(l, false); why != "" {
			return s.by(why, "pairs of a label and a value")
		}
	}
	switch {
	case !l.full && len(r) <= 2*short && f[contact] > 0 && l.digits >= 6 && s.patterns.hasLicence(r):
		return s.by(Footer, "a licence with its number")
	case len(r) > short:
		return s.match(inLine, r, l, everyReason...)
	case !l.full && (l.gaps+l.marks+l.digits > 0 || len(r) <= 9) && s.isRow(l):
		return s.by(Navigation, "a row of labels: a menu, buttons, counters")
	case f[picture] > 0 && s.isSigned(l):
		return s.by(PhotoCredit, "a caption that ends with who took the picture")
	}
	if why := s.match(inLine, r, l, editor, sourceLine); why != "" {
		return why
	}
	switch {
	case l.isNavigation(s.patterns, r) || l.head == '广' && len(r) > 2 && r[1] == '告' && s.spaceBefore(2):
		return s.by(Navigation, "part of the page: buttons, its head, a date with a time")
	case len(r) <= 40 && !l.full && (f[role] > 0 || l.head == '□' || l.head == '■') && s.isByline(r):
		return s.by(Byline, "a role and names, and nothing else")
	case l.head < utf8.RuneSelf && s.patterns.isSpacedByline(s.text[l.lo:l.hi]):
		return s.by(Byline, "\"by\" and names, and nothing else")
	}
	return s.match(inLine, r, l, navigation, footer, byline, jump, dateline, link)
}

// isLink reports whether a line is an address or a link of Markdown, a bullet or
// an emphasis round it included.
func isLink(r []rune) bool {
	if !strings.ContainsRune("*_-·>[hw", r[0]) {
		return false
	}
	for len(r) > 0 && strings.ContainsRune("*_-·>", r[0]) {
		r = r[1:]
	}
	for len(r) > 0 && strings.ContainsRune("*_", r[len(r)-1]) {
		r = r[:len(r)-1]
	}
	if n := len(r); n > 4 && r[0] == '[' && r[n-1] == ')' {
		i := index(r, "](")
		return i > 0 && index(r[i+1:], "](") < 0
	}
	if !starts(r, "http://", "https://", "www.") {
		return false
	}
	for _, c := range r {
		if c <= ' ' || c >= 0x3000 && c <= 0x9FFF {
			return false
		}
	}
	return true
}

// hasLicence reports whether r has a licence with its number, as a site must print it:
// 许可证：1012017, 许可证编号B2-20090001, 备案号.
func (p *Patterns) hasLicence(r []rune) bool {
	for _, w := range p.lists["licences"] {
		i := index(r, w)
		if i < 0 {
			continue
		}
		n := 0
		for _, c := range r[i+len([]rune(w)):] {
			switch {
			case isDigit(c):
				if n++; n >= 6 {
					return true
				}
			case shingle.IsHan(c) && !p.has("licence-characters", c):
				n = -1 << 10
			}
		}
	}
	return false
}

// isCall reports whether a line asks the reader to load, to join or to follow
// something: it speaks to the reader and is full of the words of such calls.
func (s *scanner) isCall(l *line) bool {
	r := s.runes
	n := int(l.found[call] + l.found[gadget] + l.found[button])
	room := 14 // runes to a word
	if r[0] < utf8.RuneSelf {
		room = 28
	}
	if len(r) > 2*short || n < 2 || (n+1)*room < len(r) {
		return false
	}
	if contains(r, "您") {
		n++
	}
	if n < 3 || n*room < len(r) {
		return false
	}
	for len(r) > 0 && !isPart(r[0]) {
		r = r[1:]
	}
	return starts(r, s.patterns.lists["call-heads"]...) || n >= 4 && contains(r, s.patterns.lists["callers"]...)
}

// isSigned reports whether a line ends with who took the picture that it describes.
func (s *scanner) isSigned(l *line) bool {
	r := s.runes
	end := trimRight(r)
	for _, verb := range s.patterns.lists["taken-by"] {
		if ends(end, verb) {
			n := len(end) - len([]rune(verb))
			return !twice(end, '。') && (s.endsWithName(n) || len(end) == len(r) && (n == 2 || n == 3) && shingle.IsHan(r[0]))
		}
	}
	return false
}

// twice reports whether c stands in r more than once.
func twice(r []rune, c rune) bool {
	n := 0
	for _, x := range r {
		if x == c {
			n++
		}
	}
	return n > 1
}

// endsWithName reports whether the runes before i end with the separate name of a person:
// after a space, a full stop, 记者, or at the beginning of the line.
func (s *scanner) endsWithName(i int) bool {
	for n := 2; n <= 3 && n <= i; n++ {
		if !s.patterns.isName(s.runes[i-n : i]) {
			continue
		}
		if i == n || ends(s.runes[:i-n], "记者", "通讯员", "。", "/", "、", ":", "(") || s.spaceBefore(i-n) {
			return true
		}
	}
	return false
}

// spaceBefore reports whether white space stands before rune i of the line.
func (s *scanner) spaceBefore(i int) bool {
	lo := s.offset(i)
	switch s.text[lo-1] {
	case ' ', '\t':
		return true
	case 0x80: // the last byte of an ideographic space
		return strings.HasSuffix(s.text[:lo], "\u3000")
	}
	return false
}

// isHeading reports whether a line heads a list of other pages, or holds all of
// it: its titles stand between bars.
func (s *scanner) isHeading(l *line) bool {
	r := s.runes
	if len(r) > 50 && l.marks < 2 {
		return false
	}
	r = trim(r)
	for _, w := range s.words.kinds[heading] {
		if starts(r, w) {
			rest := r[len([]rune(w)):]
			at := len(s.runes) - len(rest)
			return len(rest) == 0 || rest[0] == '|' || l.gaps > 1 && s.runes[0] == r[0] && s.runes[at] == rest[0] && s.spaceBefore(at) || (rest[0] == ':' || rest[0] == '>') && len(r) <= 50
		}
	}
	return false
}

// isNavigation reports whether a line is part of the page round the story.
func (l *line) isNavigation(p *Patterns, r []rune) bool {
	f := l.found
	talk := int(f[button] + f[gadget])
	switch {
	case f[button] >= 2, f[button] == 1 && len(r) <= 40 && !l.full:
		return talk*20 >= len(r)
	case talk >= 3 && f[button] == 1:
		return talk*12 >= len(r)
	case l.full:
		return false
	case talk >= 3 && !contains(r, ",", "、"):
		return talk*12 >= len(r)
	case f[gadget] == 2 && len(r) <= 12:
		return true
	case f[page] > 0 && isPageHeader(r):
		return true
	}
	if l.digits < 6 {
		return false
	}
	if i, n := date(r); n > 0 && (i+n == len(r) || r[i+n] != ',') {
		rest := len(r) - n - clock(r[i+n:])
		return rest <= 2 && clock(r[i+n:]) > 0 || rest <= 75 && (i <= 12 && (clock(r[i+n:]) > 0 || f[gadget] > 0 || rest <= 8 && i <= 8 && contains(r, p.lists["date-words"]...)) ||
			contains(r, p.lists["date-lines"]...))
	}
	return false
}

// isPageHeader reports whether a line is the running head of a printed page:
// 第3版：要闻, 某报 2013-01-02 A1版.
func isPageHeader(r []rune) bool {
	if len(r) > 50 {
		return false
	}
	i := index(r, "版")
	if i < 1 || !isDigit(r[i-1]) {
		return false
	}
	_, n := date(r)
	return n > 0 || i <= 5 && (r[0] == '第' || 'a' <= r[0] && r[0] <= 'h') && len(r) <= 20
}

// date finds a date with a year in r: where it begins and how long it is.
func date(r []rune) (i, n int) {
	for i = 0; i+8 <= len(r); i++ {
		if i > 0 && isDigit(r[i-1]) || !isDigit(r[i]) {
			continue
		}
		if n = dateAt(r[i:]); n > 0 {
			return i, n
		}
	}
	return 0, 0
}

func dateAt(r []rune) int {
	part := func(i, most int, after string) int {
		j := i
		for j < len(r) && j < i+most && isDigit(r[j]) {
			j++
		}
		if j == i || most == 4 && j < i+4 {
			return -1
		}
		if j < len(r) && strings.ContainsRune(after, r[j]) {
			j++
			if j < len(r) && r[j] == '/' { // 2013年/1月/2日
				j++
			}
			return j
		}
		if after == "日/" {
			return j
		}
		return -1
	}
	i := part(0, 4, "年-/.")
	if i < 0 {
		return 0
	}
	if i = part(i, 2, "月-/."); i < 0 {
		return 0
	}
	return max(0, part(i, 2, "日/"))
}

// clock returns the length of a time of day at the head of r.
func clock(r []rune) int {
	i := 0
	for i < len(r) && i < 2 && isDigit(r[i]) {
		i++
	}
	if i == 0 || i+2 >= len(r) || r[i] != ':' || !isDigit(r[i+1]) {
		return 0
	}
	for i++; i < len(r) && (isDigit(r[i]) || r[i] == ':'); i++ {
	}
	return i
}
