package diff

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Names of persons are recognised by what stands around them: a title or role
// before (主席习近平), a reporting verb behind (，王毅表示), a list (王初彬、侯向远、赵吉录).
// A name known from one place is a name wherever it stands. Full names of two or
// three characters (four with a double surname) are looked for; the third
// character is counted in unless it begins a word that no name goes on with.

// name is the bytes of a name and how it was recognised.
type name struct {
	lo, hi int
	why    string
}

// nameEnd are characters that end a name of two characters before them.
const nameEnd = "说讲称道表指强认介告在的和与及、，。；：！？率出是等为对向将已也还就到从会并参主谈去来前以于分同致当作当抵访"

// names finds the names of text within [lo, hi).
func (l *lexicon) names(text string, lo, hi int) []name {
	var out []name
	for i := lo; i < hi; {
		_, n := utf8.DecodeRuneInString(text[i:])
		if end, why := l.nameAt(text, i); end > i {
			out = append(out, name{i, end, why})
		}
		i += n
	}
	return out
}

// nameAt returns the end of the name that begins at i and how it is known, or i.
func (l *lexicon) nameAt(text string, i int) (int, string) {
	s := l.surname(text, i)
	if s == 0 {
		return i, ""
	}
	if t := l.roleBefore(text, i); t != "" {
		return l.given(text, i+s, s), "a name after " + t
	}
	full := exactly(text, i+s, 2)
	if full > 0 && listed(text, i, full) && !l.places.has[text[i:full]] {
		return full, "a name in a list"
	}
	if starts(text, i) {
		for _, g := range []int{2, 1} {
			if end := exactly(text, i+s, g); end > 0 && l.verbAt(text, end) {
				return end, "a name before a reporting verb"
			}
		}
	}
	return i, ""
}

// surname returns the length in bytes of the surname at i, or 0.
func (l *lexicon) surname(text string, i int) int {
	for _, n := range []int{6, 3} {
		if i+n <= len(text) && l.surnames.has[text[i:i+n]] {
			return n
		}
	}
	return 0
}

// roleBefore returns the title or role that ends at i, spaces apart.
func (l *lexicon) roleBefore(text string, i int) string {
	before := strings.TrimRight(text[:i], " 　")
	for n := 15; n >= 6; n -= 3 {
		if n > len(before) {
			continue
		}
		if w := before[len(before)-n:]; l.titles.has[w] || l.roles.has[w] {
			return w
		}
	}
	return ""
}

// given returns the end of the given name at i, of one or two characters.
func (l *lexicon) given(text string, i, surname int) int {
	one := exactly(text, i, 1)
	if one == 0 {
		return i - surname
	}
	two := exactly(text, i, 2)
	if two == 0 || strings.Contains(nameEnd, text[one:two]) {
		return one
	}
	return two
}

// exactly returns the end of n Han characters at i, or 0.
func exactly(text string, i, n int) int {
	for range n {
		r, size := utf8.DecodeRuneInString(text[i:])
		if !unicode.Is(unicode.Han, r) {
			return 0
		}
		i += size
	}
	return i
}

// listed reports whether [lo, hi) is an item of a list: 、 on one side, and a
// mark or another item on the other.
func listed(text string, lo, hi int) bool {
	before, _ := utf8.DecodeLastRuneInString(text[:lo])
	after, _ := utf8.DecodeRuneInString(text[hi:])
	mark := func(r rune) bool { return marks[r] != otherMark || unicode.IsSpace(r) }
	return before == '、' && mark(after) || after == '、' && mark(before)
}

// starts reports whether i begins a text, line or clause.
func starts(text string, i int) bool {
	r, n := utf8.DecodeLastRuneInString(text[:i])
	return n == 0 || unicode.IsSpace(r) || marks[r] != otherMark && marks[r] != openQuote
}

func (l *lexicon) verbAt(text string, i int) bool {
	for n := 3; n <= 6; n += 3 {
		if i+n <= len(text) && l.verbs.has[text[i:i+n]] {
			return true
		}
	}
	return false
}

// nameOver returns the name of v that the bytes [lo, hi) touch.
func (c *comparison) nameOver(v *view, lo, hi int) (name, bool) {
	from, to := max(0, lo-24), min(len(v.text), hi+12)
	for from < lo && !utf8.RuneStart(v.text[from]) {
		from++
	}
	touch := func(a, b int) bool { return a < hi && lo < b || lo == hi && a < lo && lo < b }
	for _, n := range lists.names(v.text, from, to) {
		if touch(n.lo, n.hi) {
			return n, true
		}
	}
	for _, known := range c.knownNames() {
		for at := max(0, lo-len(known)); at <= hi && at+len(known) <= len(v.text); at++ {
			if v.text[at:at+len(known)] == known && touch(at, at+len(known)) {
				return name{at, at + len(known), "a name known from elsewhere in the texts"}, true
			}
		}
	}
	return name{}, false
}

// knownNames returns the full names of three characters and more that a title
// introduces anywhere in the two texts.
func (c *comparison) knownNames() []string {
	if c.known != nil {
		return c.known
	}
	c.known = []string{}
	seen := map[string]bool{}
	for _, v := range []*view{c.a, c.b} {
		for _, n := range lists.names(v.text, 0, len(v.text)) {
			if s := v.text[n.lo:n.hi]; len(s) >= 9 && !seen[s] && strings.HasPrefix(n.why, "a name after") {
				seen[s] = true
				c.known = append(c.known, s)
			}
		}
	}
	return c.known
}
