package diff

import (
	"html"
	"strings"
	"unicode/utf8"

	"repost/shingle"
	"repost/shingle/mask"
)

// Markup that a text was left with: &nbsp; is the character that it names, and a tag of
// HTML is white space, a line break where it breaks the line.

const longestMarkup = 80 // bytes

// markup reads the entity or the tag that begins at i.
func markup(text string, i int, rules shingle.Rules) (token, bool) {
	part := text[i:min(len(text), i+longestMarkup)]
	if part[0] == '&' {
		end := strings.IndexByte(part, ';')
		if end < 3 {
			return token{}, false
		}
		char := html.UnescapeString(part[:end+1])
		if _, n := utf8.DecodeRuneInString(char); n != len(char) || char[0] == '&' && part[:end+1] != "&amp;" {
			return token{}, false
		}
		t := next(char+" ", 0, rules)
		t.lo, t.hi = i, i+end+1
		return t, t.kind != number
	}
	end := strings.IndexByte(part, '>')
	name := strings.ToLower(strings.Trim(part[:max(0, end)], "</ "))
	if end < 0 {
		return token{}, false
	}
	if k := strings.IndexAny(name, " \t"); k >= 0 {
		name = name[:k]
	}
	switch name {
	case "br", "p", "div", "li", "tr", "h1", "h2", "h3", "h4":
		return token{lo: i, hi: i + end + 1, kind: space, key: ' ', brk: true}, true
	case "b", "i", "em", "strong", "span", "font", "u", "a", "td", "ul", "ol", "img", "sup", "sub", "table", "tbody", "center":
		return token{lo: i, hi: i + end + 1, kind: space, key: ' '}, true
	}
	return token{}, false
}

// address returns the token of an address: one word, however much it has in it, and white
// space where it is that of a link of Markdown, [as here](/news/1.html), as in a tag.
func address(text string, lo, hi int) token {
	if text[lo] == '(' {
		return token{lo: lo, hi: hi, kind: space, key: ' '}
	}
	return token{lo: lo, hi: hi, kind: word, key: hash(text[lo:hi], 4)}
}

// addresses decides what becomes of an address.
func (c *comparison) addresses(e edit, s, t string) (verdict, bool) {
	if x, y := strings.TrimSpace(s), strings.TrimSpace(t); e.weak && (isTarget(x) || isTarget(y)) {
		return verdict{Cosmetic, Space, "where a link leads"}, (x == "" || isTarget(x)) && (y == "" || isTarget(y))
	}
	trim := func(s string) string { return strings.Trim(s, " \n\t\u3000()（）<>[]【】《》,，:：;；.。") }
	x, y := trim(s), trim(t)
	switch {
	case !isAddress(x) && x != "" || !isAddress(y) && y != "" || x+y == "":
		return verdict{}, false
	case x == "":
		return verdict{Minor, Addition, "an address is put in"}, true
	case y == "":
		return verdict{Minor, Omission, "an address is left out"}, true
	case x == y:
		return verdict{}, false
	}
	return verdict{Substantive, Term, "another address: " + x + ", " + y}, true
}

func isAddress(s string) bool {
	for at := range mask.Addresses(s) {
		return (at.Lo == 0 || at.Lo == 1 && s[0] == ']') && at.Hi == len(s)
	}
	return false
}

func isTarget(s string) bool { return strings.HasPrefix(s, "(") && isAddress("]"+s) }
