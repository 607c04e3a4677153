package diff

import (
	"html"
	"strings"
	"unicode/utf8"

	"repost/shingle"
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
