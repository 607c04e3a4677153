package mask

import (
	"strings"
	"unicode/utf8"

	"repost/shingle"
	"repost/shingle/lexicon"
)

// isName reports whether r is two or three characters that begin with a family
// name. Reports name people in running text just so: the caller must know that
// the place is one for a name.
func (p *Patterns) isName(r []rune) bool {
	if len(r) < 2 || len(r) > 3 || !lexicon.FirstSurname.HasRune(r[0]) {
		return false
	}
	for _, c := range r[1:] {
		if !shingle.IsHan(c) || p.has("not-name", c) {
			return false
		}
	}
	return true
}

// mayName reports whether r may be one or a few names set side by side: Han, not
// many, and no word of a sentence.
func (p *Patterns) mayName(r []rune) bool {
	if p.isName(r) {
		return true
	}
	if len(r) < 2 || len(r) > 9 {
		return false
	}
	for _, c := range r {
		if !shingle.IsHan(c) && c != '·' || p.has("not-name", c) {
			return false
		}
	}
	return len(r) <= 4 || lexicon.FirstSurname.HasRune(r[0])
}

// isByline reports whether r is nothing but who wrote: roles, an outlet before
// them, and names.
func (s *scanner) isByline(r []rune) bool {
	_, ok := s.byline(r)
	return ok
}

// byline is isByline; of what is none it returns the part that is no name and no outlet.
func (s *scanner) byline(r []rune) (fault []rune, ok bool) {
	if len(r) > 0 && r[0] == '(' {
		if end := closing(r); end > 0 && end < len(r)-1 && shingle.IsHan(r[end+1]) {
			return r[end+1:], false // a byline and the text after it
		}
	}
	r = trim(r)
	bullet := false
	for len(r) > 0 && strings.ContainsRune("□■◎◆●▪¨", r[0]) {
		bullet = bullet || r[0] == '□' // ■ and the others head columns too
		r = r[1:]
	}
	at, word := s.firstRole(r)
	if at < 0 {
		return r, bullet && s.patterns.bylineNames(r)
	}
	if at > 14 || at > 0 && !s.patterns.bylineNames(r[:at]) && !s.patterns.isOutlet(r[:at]) {
		return r[:at], false
	}
	for at >= 0 {
		r = r[at+len([]rune(word)):]
		for len(r) > 0 && strings.ContainsRune("/:|丨摄图文影", r[0]) {
			r = r[1:]
		}
		if at, word = s.firstRole(r); at > 0 && !s.patterns.bylineNames(r[:at]) && !s.patterns.isOutlet(r[:at]) {
			return r[:at], false
		}
	}
	return r, len(r) == 0 || s.patterns.bylineNames(s.patterns.trimVerb(r))
}

// trimVerb drops what follows the names: 摄影报道, 综合报道, 文/图.
func (p *Patterns) trimVerb(r []rune) []rune {
	for _, w := range p.lists["byline-ends"] {
		if ends(r, w) && len(r) > len([]rune(w)) {
			return r[:len(r)-len([]rune(w))]
		}
	}
	return r
}

func (s *scanner) firstRole(r []rune) (at int, word string) {
	for i, c := range r {
		if s.words.signs[c]&wordSign == 0 {
			continue
		}
		for _, w := range s.words.kinds[role] {
			if begins(r[i:], w) {
				return i, w
			}
		}
	}
	return -1, ""
}

// bylineNames reports whether r is names parted by 、 , · / and brackets.
func (p *Patterns) bylineNames(r []rune) bool {
	from, some := 0, false
	for i := 0; i <= len(r); i++ {
		if i < len(r) && !strings.ContainsRune("、,/()+&;", r[i]) {
			continue
		}
		if i > from {
			if !p.mayName(r[from:i]) && !p.isOutlet(r[from:i]) {
				return false
			}
			some = true
		}
		from = i + 1
	}
	return some
}

// isOutlet reports whether r looks like the name of an outlet, or a name next to one: Han
// that ends as outlets do.
func (p *Patterns) isOutlet(r []rune) bool {
	if len(r) < 2 || len(r) > 16 {
		return false
	}
	for _, c := range r {
		if !shingle.IsHan(c) && !('a' <= c && c <= 'z') || p.has("not-outlet", c) {
			return false
		}
	}
	return ends(r, p.lists["outlet-ends"]...)
}

// has reports whether a list has c as a word of its own.
func (p *Patterns) has(list string, c rune) bool {
	for _, w := range p.lists[list] {
		if r, n := utf8.DecodeRuneInString(w); r == c && n == len(w) {
			return true
		}
	}
	return false
}
