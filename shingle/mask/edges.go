package mask

import (
	"strings"
	"unicode/utf8"

	"repost/shingle"
)

// edges masks what stands at the head and at the end of a paragraph: jump notes,
// datelines and bylines in brackets.
func (s *scanner) edges(l *line) {
	from := s.heads(l)
	s.tails(from, l)
}

// heads masks from the head of the line and returns the first rune left.
func (s *scanner) heads(l *line) int {
	i := 0
	for range 4 {
		r := s.runes[i:]
		n, why := 0, Dateline
		if len(r) > 0 && r[0] == '(' {
			if end := closing(r); end > 0 {
				switch inner := r[1:end]; {
				case s.match(inBracket, inner, l, jump) != "":
					n, why = end+1, Jump
				case contains(inner, "记者", "通讯员") && s.isByline(inner):
					n, why = end+1, s.by(Byline, "who wrote, in a bracket")
				}
			}
		} else if l.dated {
			n = s.dateline(i)
		}
		if n == 0 && i == 0 && l.head < utf8.RuneSelf {
			n = s.english()
		}
		if n > 0 && why == Dateline {
			s.by(Dateline, "an outlet, a place and a day before the first sentence")
		}
		if n == 0 {
			n, why = s.matchHead(r, l)
		}
		if n == 0 {
			break
		}
		s.mask(i, i+n, why)
		i += n
	}
	return i
}

// closing returns where the bracket that r begins with is closed, or 0. It looks
// no further than a byline may reach.
func closing(r []rune) int {
	for i := 1; i < len(r) && i <= 60; i++ {
		switch r[i] {
		case ')':
			return i
		case '(', '。':
			return 0
		}
	}
	return 0
}

// dateline returns the length of the dateline that begins at rune i, with the bracket after
// it, or 0.
func (s *scanner) dateline(i int) int {
	r := s.runes[i:min(len(s.runes), i+80)]
	n := s.place(r, i)
	if n == 0 {
		return 0
	}
	if n < len(r) && r[n] == '(' {
		if end := closing(r[n:]); end > 0 && (s.isByline(r[n+1:n+end]) || r[n+end-1] == '道' || contains(r[n+1:n+end], "新闻", "记者")) {
			n += end + 1
		}
	}
	for n < len(r) && strings.ContainsRune(":-—–", r[n]) {
		n++
	}
	return n
}

// place returns the length of a dateline without its bracket.
func (s *scanner) place(r []rune, at int) int {
	if len(r) == 0 {
		return 0
	}
	if r[0] == '【' {
		end := min(index(r, "】"), 20)
		if end > 2 && ends(r[:end], "讯", "电", "消息", "报道") && r[end] == '】' {
			return end + 1
		}
		return 0
	}
	for i := 0; i < len(r) && i < 26; i++ {
		switch c := r[i]; {
		case isDigit(c):
			return s.patterns.wire(r, i)
		case c == '讯' && i >= 2 && i <= 9 && s.patterns.isOutlet(r[:i]) && (i+1 == len(r) || strings.ContainsRune("(:—-", r[i+1]) || s.spaceBefore(at+i+1)):
			return i + 1
		case c == '息' && i >= 3 && r[i-1] == '消':
			return s.patterns.message(r, i+1)
		case c == '道' && i >= 6 && r[i-1] == '报':
			if i+1 < len(r) && r[i+1] == ':' && contains(r[:i], "记者") {
				return i + 2
			}
			return 0
		case !shingle.IsHan(c) && c != '、' && c != '/' && !('a' <= c && c <= 'z'):
			return 0
		}
	}
	return 0
}

// wire reads 1月2日电 or 1月2日讯 at rune i, after an outlet and a town.
func (p *Patterns) wire(r []rune, i int) int {
	if i < 2 {
		return 0
	}
	for _, unit := range "月日" {
		from := i
		for i < len(r) && isDigit(r[i]) {
			i++
		}
		if i == from || i-from > 2 || i >= len(r) || r[i] != unit {
			return 0
		}
		i++
	}
	if i >= len(r) || r[i] != '电' && r[i] != '讯' {
		return 0
	}
	if i+1 < len(r) && p.has("not-wire", r[i+1]) {
		return 0
	}
	return i + 1
}

// message reads what follows 消息 at a paragraph's head: 央视网消息（新闻联播）：,
// 据新华社消息，. A bare 本台消息： is read out with the text and stays.
func (p *Patterns) message(r []rune, n int) int {
	name := r[:n-2]
	cited := name[0] == '据'
	if cited {
		name = name[1:]
	}
	if !p.isOutlet(name) || cited && (ends(name, p.lists["cited"]...) || ends(name, "发布") && len(name) > 4) {
		return 0
	}
	switch {
	case n == len(r):
		return 0
	case r[n] == ':' && name[0] != '本', cited && r[n] == ',':
		return n + 1
	case r[n] == '(':
		if end := closing(r[n:]); end > 0 && n+end+1 < len(r) && r[n+end+1] == ':' {
			return n + end + 2
		}
	}
	return 0
}

// tails masks brackets at the end of the line, and what of a byline or a jump
// note stands there bare.
func (s *scanner) tails(from int, l *line) {
	var found []part
	end := len(s.runes)
	for range 4 {
		r := s.runes[from:end]
		i, why := s.tail(r, l)
		if why == "" {
			break
		}
		s.mask(from+i, end, why)
		found = append(found, s.parts[len(s.parts)-1])
		end = from + i
	}
	// They were found from the end.
	copy(s.parts[len(s.parts)-len(found):], reversed(found))
}

func reversed(m []part) []part {
	for i, j := 0, len(m)-1; i < j; i, j = i+1, j-1 {
		m[i], m[j] = m[j], m[i]
	}
	return m
}

// tail returns where the last mask of r begins, and why.
func (s *scanner) tail(r []rune, l *line) (int, Reason) {
	n := len(r)
	if n < 4 {
		return 0, ""
	}
	if r[n-1] == ')' || n > 1 && r[n-2] == ')' && r[n-1] == '。' {
		last := n - 1
		if r[last] != ')' {
			last--
		}
		for i := last - 1; i >= 0 && i >= last-60; i-- {
			if r[i] == ')' || r[i] == '。' {
				break
			}
			if r[i] == '(' {
				return i, s.bracket(r[i+1:last], l, i == 0 || strings.ContainsRune("。!?”\"…;)'", r[i-1]))
			}
		}
		return 0, ""
	}
	if l.found[page] == 0 && l.found[role] == 0 {
		return 0, ""
	}
	for i := n - 1; i > 0 && i >= n-20; i-- {
		if strings.ContainsRune("。!?”)", r[i]) {
			rest := r[i+1:]
			switch {
			case s.match(inBracket, rest, l, jump) != "":
				return i + 1, Jump
			case contains(rest, s.patterns.lists["reporters"]...) && len(rest) <= 16 && s.isByline(rest):
				return i + 1, s.by(Byline, "who wrote, after the last sentence")
			}
			break
		}
	}
	return 0, ""
}

// bracket returns why a bracket at the end of a paragraph is masked, or "".
// After a sentence (done) it may hold a bare name or outlet.
func (s *scanner) bracket(r []rune, l *line, done bool) Reason {
	if len(r) == 0 {
		return ""
	}
	if why := s.match(inBracket, r, l, jump, editor, sourceLine, photoCredit, navigation, footer); why != "" {
		return why
	}
	if (contains(r, s.patterns.lists["reporters"]...) || contains(r, s.patterns.lists["writers"]...)) && s.isByline(r) {
		return s.by(Byline, "who wrote, in a bracket")
	}
	if !done {
		return ""
	}
	if why := s.match(afterSentence, r, l, sourceLine, navigation, editor); why != "" {
		return why
	}
	switch {
	case s.patterns.bylineSignature(r):
		return s.by(Byline, "names in a bracket after a sentence")
	case s.patterns.isOutlet(r) && len(r) <= 10:
		return s.by(SourceLine, "an outlet in a bracket after a sentence")
	}
	return ""
}

// bylineSignature reports whether r is one to three names and nothing else.
func (p *Patterns) bylineSignature(r []rune) bool {
	names, from := 0, 0
	for i := 0; i <= len(r); i++ {
		if i < len(r) && r[i] != '、' && r[i] != ',' && r[i] != '/' {
			continue
		}
		if !p.isName(r[from:i]) && !(i-from == 4 && p.isName(r[from:from+2]) && p.isName(r[from+2:i])) {
			return false
		}
		names, from = names+1, i+1
	}
	return names <= 3
}

// english returns how many runes of the line are an English dateline:
// LONDON (Reuters) -, BEIJING, Jan. 2 (Xinhua) --.
func (s *scanner) english() int {
	lo, hi := s.lo, min(s.hi, s.lo+80)
	line := s.text[lo:hi]
	if line[0] < 'A' || line[0] > 'Z' {
		return 0
	}
	open := strings.IndexByte(line, '(')
	end := strings.IndexByte(line, ')')
	if open < 3 || open > 50 || end < open+3 || end > open+24 || strings.ToUpper(town(line[:open])) != town(line[:open]) {
		return 0
	}
	rest := strings.TrimLeft(line[end+1:], " ")
	dash := len(rest) - len(strings.TrimLeft(rest, "-–—"))
	if dash == 0 {
		return 0
	}
	until := lo + len(line) - len(rest) + dash
	n := 0
	for s.offset(n) < until {
		n++
	}
	return n
}

// town is what stands before the first comma.
func town(s string) string {
	s, _, _ = strings.Cut(s, ",")
	return s
}

// starts and ends report whether r begins or ends with one of words.
func starts(r []rune, words ...string) bool {
	for _, w := range words {
		if begins(r, w) {
			return true
		}
	}
	return false
}

func ends(r []rune, words ...string) bool {
	for _, w := range words {
		if n := utf8.RuneCountInString(w); n <= len(r) && begins(r[len(r)-n:], w) {
			return true
		}
	}
	return false
}

func begins(r []rune, word string) bool {
	i := 0
	for _, c := range word {
		if i == len(r) || r[i] != c {
			return false
		}
		i++
	}
	return true
}

func contains(r []rune, words ...string) bool {
	for _, w := range words {
		if index(r, w) >= 0 {
			return true
		}
	}
	return false
}

// index returns where word begins in r, or -1.
func index(r []rune, word string) int {
	first, _ := utf8.DecodeRuneInString(word)
	for i, c := range r {
		if c == first && begins(r[i:], word) {
			return i
		}
	}
	return -1
}

// trim drops brackets and bullets round a line.
func trim(r []rune) []rune {
	for len(r) > 0 && strings.ContainsRune("([【<《*·●◆>-▲", r[0]) {
		r = r[1:]
	}
	return trimRight(r)
}

func trimRight(r []rune) []rune {
	for len(r) > 0 && strings.ContainsRune(")]】>》*。.;:,", r[len(r)-1]) {
		r = r[:len(r)-1]
	}
	return r
}
