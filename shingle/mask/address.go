package mask

import (
	"iter"
	"strings"

	"repost/shingle"
)

// addresses masks the addresses inside of lines: a page that became Markdown has one every few
// words, which another outlet's copy has not, or has other ones. What a link reads stays.
func (s *scanner) addresses() {
	parts := s.parts
	var all []part
	for at := range Addresses(s.text) {
		for len(parts) > 0 && parts[0].Span.Hi <= at.Lo {
			all, parts = append(all, parts[0]), parts[1:]
		}
		if len(parts) == 0 || parts[0].Span.Lo >= at.Hi {
			all = append(all, part{Mask{at, Address}, cause{rule: "an address inside a line"}})
		}
	}
	if len(all) > 0 {
		s.parts = append(all, parts...)
	}
}

// Addresses returns the places of the addresses in text, ascending and disjoint: those with a
// scheme, or www., and the targets of links of Markdown with their brackets. O(len(text)).
func Addresses(text string) iter.Seq[shingle.Span] {
	return func(yield func(shingle.Span) bool) {
		find := addressFinder{text: text}
		for at, ok := find.next(0); ok && yield(at); at, ok = find.next(at.Hi) {
		}
	}
}

// addressFinder finds the addresses in a text.
type addressFinder struct {
	text string
	at   [len(addressSigns)]int // where the sign comes next, from where next has looked
	seen bool
}

// addressSigns stand in an address, or before one.
var addressSigns = [...]string{"://", "](", "www."}

// next returns the first address that begins at lo or after it.
func (f *addressFinder) next(lo int) (shingle.Span, bool) {
	for {
		first := -1
		for i, sign := range addressSigns {
			if !f.seen || f.at[i] >= 0 && f.at[i] < lo {
				if f.at[i] = strings.Index(f.text[lo:], sign); f.at[i] >= 0 {
					f.at[i] += lo
				}
			}
			if f.at[i] >= 0 && (first < 0 || f.at[i] < f.at[first]) {
				first = i
			}
		}
		f.seen = true
		if first < 0 {
			return shingle.Span{}, false
		}
		at := shingle.Span{Lo: f.at[first]}
		switch first {
		case 0:
			if at.Lo = f.scheme(lo, at.Lo); at.Lo < f.at[0] {
				at.Hi = f.end(at.Lo)
			}
			if at.Hi <= f.at[0]+len("://") {
				at.Hi = at.Lo
			}
		case 1:
			at.Lo++
			at.Hi = f.target(at.Lo)
		case 2:
			if at.Lo == 0 || !goesOn(f.text[at.Lo-1]) {
				at.Hi = f.end(at.Lo)
			}
		}
		if at.Len() > len("www") {
			return at, true
		}
		lo = f.at[first] + len(addressSigns[first])
	}
}

// scheme returns where the name before :// begins, at lo or after it.
func (f *addressFinder) scheme(lo, end int) int {
	at := end
	for at > lo && isLatin(f.text[at-1]) {
		at--
	}
	return at
}

// end returns the end of the address that begins at lo: it goes on to what none can hold, and
// the marks that close the sentence or the bracket around it are not its own.
func (f *addressFinder) end(lo int) int {
	hi, open := lo, 0
	for ; hi < len(f.text) && inAddress(f.text[hi]); hi++ {
		switch f.text[hi] {
		case '(':
			open++
		case ')':
			open--
		}
		if open < 0 {
			break
		}
	}
	for hi > lo && strings.IndexByte(".,;:!?'*_~&", f.text[hi-1]) >= 0 {
		hi--
	}
	return hi
}

// longestTarget bounds the target of a link, in bytes, that is no picture in itself (data:…).
const longestTarget = 2048

// target returns the end of the target of a link of Markdown, whose bracket opens at lo, or lo
// if it is none: (/news/1.html), (https://a.example/b_(c) "title").
func (f *addressFinder) target(lo int) int {
	text := f.text[lo:]
	if strings.HasPrefix(text, "(data:") {
		if hi := f.end(lo + 1); hi < len(f.text) && f.text[hi] == ')' {
			return hi + 1
		}
		return lo
	}
	text = text[:min(len(text), longestTarget)]
	open, address := 0, false
	for hi := 0; hi < len(text); hi++ {
		switch c := text[hi]; {
		case c == '(':
			open++
		case c == ')':
			if open--; open == 0 {
				if address || hi > 1 && strings.IndexByte("#./", text[1]) >= 0 {
					return lo + hi + 1
				}
				return lo
			}
		case c == '/' || c == ':' && isLatin(text[hi-1]):
			address = true
		case c == ' ' && hi+1 < len(text) && text[hi+1] == '"': // a title
			end := strings.IndexAny(text[hi+2:], "\"\n")
			if end < 0 || text[hi+2+end] == '\n' {
				return lo
			}
			hi += 2 + end
		case c <= ' ':
			return lo
		}
	}
	return lo
}

// inAddress reports whether a byte may be one of an address as pages write them in running text.
func inAddress(c byte) bool {
	return c > ' ' && c < 0x7F && strings.IndexByte("\"<>\\^`{|}[]", c) < 0
}

func isLatin(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

// goesOn reports whether what follows c belongs to the same word or address.
func goesOn(c byte) bool {
	return isLatin(c) || '0' <= c && c <= '9' || c == '/' || c == '.' || c == '@'
}
