package shingle

import (
	"slices"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Unit is one folded unit of a text: a character of an unspaced script, a run of
// letters of a spaced one, or a run of digits. Lo and Hi are its bytes in the
// original text.
type Unit struct {
	ID     uint32 // equal IDs compare equal; Kind is part of it
	Lo, Hi uint32
}

// Span returns the bytes of the original text that u came from.
func (u Unit) Span() Span { return Span{int(u.Lo), int(u.Hi)} }

// Kind is the kind of a unit.
type Kind uint8

// The kinds of units.
const (
	Character Kind = iota // ID is the folded rune
	Word                  // ID is a 30-bit hash of the folded letters
	Number                // ID is the value of up to eight digits that begin with no zero, or a 29-bit hash
)

const (
	wordBit   = 1 << 31
	numberBit = 1 << 30
	hashMask  = 1<<30 - 1
)

// Kind returns the kind of u.
func (u Unit) Kind() Kind {
	switch {
	case u.ID&wordBit != 0:
		return Word
	case u.ID&numberBit != 0:
		return Number
	}
	return Character
}

// Value returns what a Number says, if its ID is its value.
func (u Unit) Value() (value int, ok bool) {
	return int(u.ID &^ numberBit), u.Kind() == Number && u.ID&longNumber == 0
}

// maxText is the longest text that Cut takes: offsets are 32 bits.
const maxText = 1<<32 - 1

// Cut appends the units of text to dst. It takes one pass, O(len(text)), and
// allocates nothing but dst as long as text holds no rune that must be composed
// or taken apart. The spans of the units ascend and are disjoint, but for units
// that come from one written sign (㎡ is m and 2): those have the same span.
// Bytes that are not UTF-8 are in no unit, nor is anything after the first 4 GiB.
//
// Digits above or below the line, or in circles, are a Number of their own: an exponent, the
// number of a note. Other digits are one Number also across a thousands separator (1,234,567) and across
// one space or line break that a scan left inside a number standing in Han text
// (共224 9人): see join.
func (rules Rules) Cut(dst []Unit, text string) []Unit {
	if uint64(len(text)) > maxText {
		text = text[:maxText]
	}
	c := cutter{table: rules.cutTable(), dst: dst, first: len(dst), text: text}
	for i := 0; i < len(text); {
		if i = c.plain(i); i < len(text) {
			i = c.step(i)
		}
	}
	c.close()
	return c.dst
}

// plain takes the runes at i that are a unit by themselves or part units, if they
// have three bytes, as nearly all of a Chinese text, or one, and returns where
// another begins. They need no state but whether a run is open, and no branch:
// each writes a unit, and what parts units is written over.
func (c *cutter) plain(i int) int {
	text, bmp := c.text, &c.table.bmp
	if c.open != Space && !c.ends(i) {
		return i
	}
	dst, n := c.dst[:cap(c.dst)], len(c.dst)
	for i+3 < len(text) {
		f, ok := three(bmp, text[i:i+4])
		if !ok {
			if b := text[i]; b < utf8.RuneSelf && !bmp[b].isHard() { // a separator
				i++
				continue
			}
			break
		}
		if f.isHard() {
			break
		}
		if n == len(dst) {
			dst = slices.Grow(dst, min((len(text)-i)/3+8, max(n, 64)))
			dst = dst[:cap(dst)]
		}
		dst[n] = Unit{uint32(f), uint32(i), uint32(i + 3)}
		n += f.units()
		i += 3
	}
	c.dst = dst[:n]
	return i
}

// three returns the entry of the rune that the first three of four bytes encode, and
// whether they have the form of one. That form includes surrogates, which are separators as
// any error is, and overlong encodings, which are no characters either.
func three(bmp *[1 << 16]folded, s string) (folded, bool) {
	_ = s[3]
	w := uint32(s[0]) | uint32(s[1])<<8 | uint32(s[2])<<16 | uint32(s[3])<<24
	return bmp[uint16(w<<12|w>>2&0xFC0|w>>16&0x3F)], w&0xC0C0F0 == 0x8080E0
}

// ends closes the open run if the rune of three bytes at i is sure to end it.
func (c *cutter) ends(i int) bool {
	if i+3 >= len(c.text) {
		return false
	}
	f, ok := three(&c.table.bmp, c.text[i:i+4])
	if !ok || !f.isPlainChar() && (c.open != Letter || !f.isSeparator()) {
		return false
	}
	c.close()
	return true
}

// cutter is the state of one Cut: the run of letters or digits that is open.
type cutter struct {
	table *table
	dst   []Unit
	first int // units of dst before this one are not ours
	text  string

	open       Class // Letter, Digit, or Space for none
	start, end int
	hash       uint32

	last   int    // of a Letter run: where its last letter begins
	before uint32 // and the hash before it

	digits  int    // of a Digit run: how many
	value   uint32 // and what they say, while it fits
	grouped bool   // a thousands separator was passed
	raised  bool   // they are an exponent, or the number of a note: ³, ₂, ①
}

// FNV-1a.
const (
	basis = 2166136261
	prime = 16777619
)

// step takes the rune at i, whatever it is, and returns where the next begins.
func (c *cutter) step(i int) int {
	r, n := rune(c.text[i]), 1
	switch {
	case r|0x20 >= 'a' && r|0x20 <= 'z':
		return c.letters(i)
	case r >= '0' && r <= '9':
		return c.figures(i)
	case r >= utf8.RuneSelf:
		r, n = utf8.DecodeRuneInString(c.text[i:])
	}
	f := c.table.fold(r)
	switch {
	case c.open == Digit && f.isSeparator():
		if j := c.join(i, r, n); j > 0 {
			return j
		}
	case f.class() == Digit:
		c.level(r)
	}
	switch {
	case f.joins():
		return c.compose(f, i, i+n)
	case f.expands():
		c.expand(r, i, i+n)
	default:
		c.add(f, i, i+n)
	}
	return i + n
}

// letters takes the ASCII letters at i and returns where they end.
func (c *cutter) letters(i int) int {
	if c.open != Letter {
		c.begin(Letter, i)
	}
	text, hash, before := c.text, c.hash, c.before
	for i < len(text) {
		low := text[i] | 0x20
		if low < 'a' || low > 'z' {
			break
		}
		before, hash = hash, (hash^uint32(low))*prime
		i++
	}
	c.hash, c.before, c.last, c.end = hash, before, i-1, i
	return i
}

// figures takes the ASCII digits at i and returns where they end.
func (c *cutter) figures(i int) int {
	if c.level('0'); c.open != Digit {
		c.begin(Digit, i)
	}
	text, hash, value, from := c.text, c.hash, c.value, i
	for i < len(text) && text[i]-'0' <= 9 {
		hash = (hash ^ uint32(text[i])) * prime
		value = value*10 + uint32(text[i]-'0')
		i++
	}
	c.hash, c.value, c.digits, c.end = hash, value, c.digits+i-from, i
	return i
}

// level closes a number before a digit that is raised or no longer is: 10³ is not 103.
func (c *cutter) level(digit rune) {
	if up := raised(digit); up != c.raised {
		if c.open == Digit {
			c.close()
		}
		c.raised = up
	}
}

// add takes one folded rune that stands at [lo,hi).
func (c *cutter) add(f folded, lo, hi int) {
	switch class := f.class(); class {
	case Char:
		c.close()
		c.dst = append(c.dst, Unit{uint32(f.rune()), uint32(lo), uint32(hi)})
	case Letter:
		if c.open != Letter {
			c.begin(Letter, lo)
		}
		if lo != c.last {
			c.last, c.before = lo, c.hash
		}
		c.hash = (c.hash ^ uint32(f.rune())) * prime
		c.end = hi
	case Digit:
		if c.open != Digit {
			c.begin(Digit, lo)
		}
		c.digits++
		c.value = c.value*10 + uint32(f.rune()-'0')
		c.hash = (c.hash ^ uint32(f.rune())) * prime
		c.end = hi
	case Mark:
		if c.open == Letter {
			c.hash = (c.hash ^ uint32(f.rune())) * prime
		}
		c.end = hi
	case Ignorable:
		c.end = hi
	default:
		c.close()
	}
}

func (c *cutter) begin(class Class, lo int) {
	c.close()
	c.open, c.hash, c.start = class, basis, lo
	c.last, c.before = lo, basis
	c.digits, c.value, c.grouped = 0, 0, false
}

// close ends the open run, if there is one.
func (c *cutter) close() {
	switch c.open {
	case Letter:
		c.dst = append(c.dst, Unit{mix(c.hash)&hashMask | wordBit, uint32(c.start), uint32(c.end)})
	case Digit:
		c.dst = append(c.dst, Unit{c.number() | numberBit, uint32(c.start), uint32(c.end)})
	}
	c.open = Space
}

// number returns what the id of the open number says of it.
func (c *cutter) number() uint32 {
	if c.digits <= len(least) && c.value >= least[c.digits-1] {
		return c.value
	}
	return mix(c.hash)&(longNumber-1) | longNumber
}

// longNumber is set in the id of a number that is a hash: of many digits, or with a zero
// before them.
const longNumber = 1 << 29

// least is the least number of each count of digits.
var least = [...]uint32{0, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7}

// expand handles a rune that NFKC decomposes into several. If these are all letters or all
// digits, it continues the open run; otherwise it is a unit of its own, so that no unit
// shares a part of its span with another.
func (c *cutter) expand(r rune, lo, hi int) {
	spelt, ok := c.table.spelt[c.table.fold(r).rune()]
	if !ok {
		spelt = norm.NFKC.String(string(r))
	}
	mixed := false
	kind := Ignorable
	for _, e := range spelt {
		class := c.table.fold(e).class()
		if kind == Ignorable {
			kind = class
		}
		mixed = mixed || class != kind && class != Mark && class != Ignorable
	}
	if mixed {
		c.close()
	}
	for _, e := range spelt {
		c.add(c.table.fold(e), lo, hi)
	}
	if mixed {
		c.close()
	}
}

// composable bounds the bytes that compose takes at a time, and with it the work
// on a text of nothing but accents. No character of any language comes near it.
const composable = 128

// compose takes the combining marks, voicing marks or jamo that begin with f at
// [lo,hi) together with what they stand on, so that e and U+0301 are the unit
// that é is, and ハ and U+3099 that バ is. It returns the end of what it took.
func (c *cutter) compose(f folded, lo, hi int) int {
	class := f.class()
	for next := hi; next < len(c.text) && next-lo < composable; hi = next {
		r, n := utf8.DecodeRuneInString(c.text[next:])
		if g := c.table.fold(r); !g.joins() || g.class() != class {
			break
		}
		next += n
	}
	switch n := len(c.dst); {
	case c.open == Letter && class == Mark && hi-c.last <= 2*composable:
		c.hash = c.before
		for _, r := range norm.NFKC.String(c.text[c.last:hi]) {
			switch f := c.table.fold(r); {
			case dropped(r):
				c.end = hi
			case f.expands():
				c.expand(r, c.last, hi)
			default:
				c.add(f, c.last, hi)
			}
		}
		return hi
	case c.open == Space && n > c.first && c.dst[n-1].Hi == uint32(lo) && c.dst[n-1].Kind() == Character:
		if whole, ok := c.single(int(c.dst[n-1].Lo), hi); ok {
			c.dst[n-1] = Unit{uint32(whole.rune()), c.dst[n-1].Lo, uint32(hi)}
			return hi
		}
	}
	for i, r := range c.text[lo:hi] {
		c.add(c.table.fold(r), lo+i, lo+i+utf8.RuneLen(r))
	}
	return hi
}

// single returns the fold of text[lo:hi] if it composes to a single character.
func (c *cutter) single(lo, hi int) (folded, bool) {
	s := norm.NFKC.String(c.text[lo:hi])
	r, n := utf8.DecodeRuneInString(s)
	f := c.table.fold(r)
	return f, n == len(s) && f.isPlainChar()
}

// join decides whether the separator r of n bytes at i is inside the open number, and
// returns where its digits continue, or 0.
//
//   - A comma is a thousands separator when one to three digits stand before the
//     first and exactly three after each.
//   - A single space or line break is a fault of layout or OCR when Han stands
//     directly on both sides of the whole and the two parts are not a year and
//     something else, or too long to be one figure. Numbers of a table or a list
//     have a separator or nothing on one side.
func (c *cutter) join(i int, r rune, n int) int {
	switch r {
	case ',', '，':
		if c.grouped || c.digits <= 3 && c.text[c.start] != '0' {
			if digits, _, _ := c.digitsAt(i + n); digits == 3 {
				c.grouped = true
				return i + n
			}
		}
	case '\r', '\n', ' ', '\u3000':
		if r == '\r' && i+1 < len(c.text) && c.text[i+1] == '\n' {
			n = 2
		}
		digits, value, end := c.digitsAt(i + n)
		if digits == 0 || c.digits+digits > 8 || c.grouped || c.classAt(end) != Char || !c.afterChar() ||
			isYear(c.digits, c.value) || isYear(digits, value) {
			return 0
		}
		return i + n
	}
	return 0
}

// digitsAt reads at most nine digits at i: how many, their value, where they end.
func (c *cutter) digitsAt(i int) (digits int, value uint32, end int) {
	for i < len(c.text) && digits < 9 {
		r, n := utf8.DecodeRuneInString(c.text[i:])
		f := c.table.fold(r)
		if f.class() != Digit || f.expands() || raised(r) {
			break
		}
		digits, value, i = digits+1, value*10+uint32(f.rune()-'0'), i+n
	}
	return digits, value, i
}

func (c *cutter) classAt(i int) Class {
	r, _ := utf8.DecodeRuneInString(c.text[i:])
	return c.table.fold(r).class()
}

// afterChar reports whether a character stands directly before the open run.
func (c *cutter) afterChar() bool {
	n := len(c.dst)
	return n > c.first && c.dst[n-1].Hi == uint32(c.start) && c.dst[n-1].Kind() == Character
}

// raised reports whether r, a digit, is above or below the line or in a circle.
func raised(r rune) bool { return r >= utf8.RuneSelf && unicode.Is(unicode.No, r) }

func isYear(digits int, value uint32) bool { return digits == 4 && value >= 1900 && value < 2100 }

// mix is the finaliser of MurmurHash3 (Appleby, public domain): FNV-1a alone
// leaves the low bits of short words close together.
func mix(h uint32) uint32 {
	h ^= h >> 16
	h *= 0x85ebca6b
	h ^= h >> 13
	h *= 0xc2b2ae35
	h ^= h >> 16
	return h
}
