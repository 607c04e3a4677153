package diff

import (
	"cmp"
	"html"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// Signs: marks that are read as words. Next to a figure or between operands + and −, < and >,
// ′ and ″ say as much as the figure; → and ←, ✓ and ✗ do where one stands for the other. The
// same characters are punctuation elsewhere: a dash, a bracket, a quotation mark, a bullet.

// sign is a line of signs.txt.
type sign struct {
	meaning string
	class   Class
	where   string // "figure", "between" or "never": see signs.txt
}

// signTable holds the signs by spelling, and the length of the longest in bytes.
var signTable = sync.OnceValues(func() (map[string]*sign, int) {
	m, longest := map[string]*sign{}, 0
	for line := range tableLines("signs.txt") {
		f := strings.Fields(line)
		if len(f) < 4 || strings.HasPrefix(line, "# ") {
			continue
		}
		s := &sign{f[0], Class(f[1]), f[2]}
		for _, w := range f[3:] {
			m[w], longest = s, max(longest, len(w))
		}
	}
	return m, longest
})

// placedSign is a sign at bytes [lo, hi) of a text.
type placedSign struct {
	*sign
	lo, hi int
}

// signs returns the signs of the run of marks that tokens [lo, hi) are part of.
func (v *view) signs(lo, hi int) (out []placedSign) {
	const most = 16 // marks: a longer run is a rule across the page
	for lo > 0 && v.toks[lo-1].kind == punct && hi-lo < most {
		lo--
	}
	for hi < len(v.toks) && v.toks[hi].kind == punct && hi-lo < most {
		hi++
	}
	if hi-lo >= most {
		return nil
	}
	known, longest := signTable()
	at := v.span(lo, hi)
	run := at.Of(v.text)
	if plain := html.UnescapeString(run); plain != run {
		run, longest = plain, 0 // its places are not those of the text
	}
	for i := 0; i < len(run); {
		r, size := utf8.DecodeRuneInString(run[i:])
		s := known[run[i:i+size]]
		for n := min(longest, len(run)-i); n > size; n-- {
			if x := known[run[i:i+n]]; x != nil {
				s, size = x, n
				break
			}
		}
		if s == nil && unicode.Is(unicode.Sm, r) && markFor(r) == otherMark && !strings.ContainsRune("|¬⁄", r) {
			s = &sign{string(r), Number, "figure"}
		}
		p := placedSign{s, at.Lo + i, at.Lo + i + size}
		if longest == 0 {
			p.lo, p.hi = at.Lo, at.Hi
		}
		if s != nil && v.isSign(p) {
			out = append(out, p)
		}
		i += size
	}
	return out
}

// isSign reports whether what may be a sign is one where it stands, and no dash, bracket, mark
// of quotation, bullet or number sign.
func (v *view) isSign(p placedSign) bool {
	before, _ := utf8.DecodeLastRuneInString(strings.TrimRightFunc(v.text[max(0, p.lo-16):p.lo], unseen))
	after, _ := utf8.DecodeRuneInString(v.text[p.hi:])
	letter := func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }
	switch p.meaning {
	case "minus", "about":
		if markFor(before) == dash { // a rule across the page
			return false
		}
		if strings.ContainsAny(v.text[p.lo:p.hi], "−≈≃≅≒≓") { // which join no words
			return unicode.IsNumber(after) && !unicode.IsNumber(before)
		}
		return unicode.IsNumber(after) && !letter(before) && !strings.ContainsRune("%％)）]】", before)
	case "less", "more":
		return !v.bracketed(p)
	case "prime", "double-prime":
		if r, _ := utf8.DecodeRuneInString(v.text[p.lo:]); r == '′' || r == '″' {
			return true
		}
		return (unicode.IsNumber(before) || before == '°') && !letter(after) && !v.quoting(p.lo)
	case "degree":
		return unicode.IsNumber(before) && !letter(after) // no °C, which is a unit, and no n° 5
	case "sharp":
		return unicode.IsLetter(before) && !letter(after) || strings.HasPrefix(v.text[p.lo:], "♯")
	case "plus":
		start := strings.LastIndexByte(v.text[:p.lo], '\n') + 1
		return unicode.IsNumber(after) || strings.TrimSpace(v.text[start:p.lo]) != "" // no bullet
	}
	return true
}

// bracketed reports whether < or > stands around what is between as a bracket does: ＜红楼梦＞.
func (v *view) bracketed(p placedSign) bool {
	const reach = 120 // bytes: a title
	before, after := v.text[max(0, p.lo-reach):p.lo], v.text[p.hi:min(len(v.text), p.hi+reach)]
	if p.meaning == "less" {
		end := strings.IndexAny(after, ">＞\n")
		return end > 0 && after[end] != '\n' && !isSpace(firstRune(after)) && !unicode.IsSpace(lastOf(after[:end]))
	}
	open := strings.LastIndexAny(before, "<＜\n")
	if open < 0 || before[open] == '\n' {
		return false
	}
	_, n := utf8.DecodeRuneInString(before[open:])
	in := before[open+n:]
	return in != "" && !isSpace(firstRune(in)) && !unicode.IsSpace(lastOf(in))
}

func lastOf(s string) rune { r, _ := utf8.DecodeLastRuneInString(s); return r }

// quoting reports whether a quotation may be open before byte i of its line.
func (v *view) quoting(i int) bool {
	const reach = 1 << 12 // bytes
	part := v.text[max(0, i-reach):i]
	part = part[strings.LastIndexByte(part, '\n')+1:]
	before := ' '
	for _, r := range part {
		joins := unicode.IsLetter(before) && !unicode.In(before, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul)
		if strings.ContainsRune("\"'“‘«„‚「『", r) && !unicode.IsNumber(before) && !joins && before != '°' {
			return true
		}
		before = r
	}
	return false
}

// says reports whether p says something where it comes or goes.
func (v *view) says(p placedSign) bool {
	after := v.text[p.hi:]
	next := firstRune(strings.TrimPrefix(after, " "))
	last := lastOf(strings.TrimSuffix(v.text[:p.lo], " "))
	letter := func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }
	switch {
	case p.where == "never":
		return false
	case letter(last) && letter(next) && strings.HasPrefix(after, " ") == strings.HasSuffix(v.text[:p.lo], " "): // an operator
		return true
	case p.where == "between":
		return false
	case p.meaning == "plus" && unicode.IsNumber(firstRune(after)) && !letter(last):
		return false // +5 is 5
	case unicode.IsNumber(next):
		return true
	}
	direct := lastOf(v.text[:p.lo])
	for strings.ContainsRune("+°", direct) { // C++
		p.lo -= utf8.RuneLen(direct)
		direct = lastOf(v.text[:p.lo])
	}
	return letter(direct) && !letter(firstRune(after))
}

// otherSign grades marks that are read as words: see signs.txt.
func (c *comparison) otherSign(e edit) (verdict, bool) {
	x, y := c.a.signs(e.a0, e.a1), c.b.signs(e.b0, e.b1)
	same := func(p, q placedSign) bool { return p.meaning == q.meaning }
	switch {
	case len(x)+len(y) == 0:
		return verdict{}, false
	case slices.EqualFunc(x, y, same):
		px, py := c.markOf(c.a, e.a0, e.a1), c.markOf(c.b, e.b0, e.b1)
		return verdict{Cosmetic, Punctuation, "the same mark in another form"}, px.isQuote() != py.isQuote() && e.a0 < e.a1 && e.b0 < e.b1
	case len(x) == 0 && !slices.ContainsFunc(y, c.b.says), len(y) == 0 && !slices.ContainsFunc(x, c.a.says):
		return verdict{}, false
	}
	s, t := c.texts(e)
	all := append(x, y...)
	if dashes(s) == dashes(t) && !slices.ContainsFunc(all, func(p placedSign) bool { return p.meaning != "minus" }) {
		return verdict{}, false // one dash for another
	}
	if (len(x) == 0 || len(y) == 0) && s != "" && t != "" && all[0].where == "between" {
		return verdict{}, false // Rome → Milan, Rome – Milan
	}
	class := slices.MinFunc(all, func(p, q placedSign) int { return cmp.Compare(p.class, q.class) }).class
	return verdict{Substantive, class, "another sign: " + strings.Trim(s+", "+t, ", ")}, true
}
