package quantity

import (
	"math/big"
	"strings"
	"unicode"
	"unicode/utf8"
)

// number is a number that was read: all values it can have (12.000 is twelve thousand
// in German and twelve elsewhere), and how it is written.
type number struct {
	values []*big.Rat
	end    int
	plain  string // of digits with at most one point: as written, in ASCII
	comma  bool   // the one mark between its digits is a comma
	point  bool   // or a point
	// grouped says that three digits stand after that mark, round that they are noughts
	grouped, round bool
	han            bool // in Han numerals
	word           bool // in words of a language with spaces
	// ordinal says that it counts a place: seventh
	ordinal bool
}

const longest = 80 // bytes of a number; longer runs of digits are no quantity

// scanNumber reads the number at i of text; ok is false if there is none. paid says that
// a currency stands before it.
func scanNumber(text string, i int, paid bool) (n number, ok bool) {
	r, size := utf8.DecodeRuneInString(text[i:])
	switch {
	case digit(r) >= 0:
		n, ok = western(text, i)
	case (r == '.' || r == ',') && pointFirst(text, i):
		n, ok = western(text, i+1)
		if ok && n.plain != "" && len(n.values) == 1 && !n.comma && !n.point {
			n.values, n.plain = []*big.Rat{rational("0", n.plain)}, "0."+n.plain
		} else {
			ok = false
		}
	case vulgar(r) != nil:
		n, ok = number{values: []*big.Rat{vulgar(r)}, end: i + size}, true
	case r == '半':
		if n, ok = half(text, i); ok {
			return n, true
		}
	case hanDigit(r) >= 0 || hanPower(r) > 0 || hanTens(r) > 0:
		n, ok = hanNumber(text, i)
	case spaced(r):
		n, ok = spelled(text, i)
	case r >= 0xAC00 && r <= 0xD7A3:
		n, ok = hangulNumber(text, i)
	}
	if !ok {
		return n, false
	}
	n = andHalf(text, n)
	n = ofParts(text, exponent(text, powers(text, n, paid)))
	if and := "个半"; strings.HasPrefix(text[n.end:], and) && len(n.values) == 1 { // 一个半小时
		if u, _ := table().units.at(text, n.end+len(and)); u != nil && u[0].size != nil {
			n = number{values: []*big.Rat{new(big.Rat).Add(n.values[0], big.NewRat(1, 2))}, end: n.end + len(and), han: n.han}
		}
	}
	return n, true
}

// pointFirst reports whether the mark at i begins a fraction without its nought: .75.
func pointFirst(text string, i int) bool {
	before, _ := utf8.DecodeLastRuneInString(text[:i])
	return i+1 < len(text) && digit(rune(text[i+1])) >= 0 && (i == 0 || before == ' ' || before == '\n' || before == '(')
}

// half reads 半 before a unit: 半年, 半斤. The half of a year that 上 or 下 names is none.
func half(text string, i int) (number, bool) {
	end := i + len("半")
	u, _ := table().units.at(text, end)
	before, _ := utf8.DecodeLastRuneInString(text[:i])
	if u == nil || u[0].size == nil || calendar(u) || strings.ContainsRune("上下前后後多大小过夜", before) {
		return number{}, false
	}
	return number{values: []*big.Rat{big.NewRat(1, 2)}, end: end, han: true}, true
}

// ofParts reads a fraction that names its parts first: 3분의 1, 3分の1.
func ofParts(text string, n number) number {
	for _, of := range []string{"분의", "分の", "分之"} {
		rest, ok := strings.CutPrefix(text[n.end:], of)
		if !ok || len(n.values) != 1 || n.values[0].Sign() <= 0 {
			continue
		}
		at := skipSpace(text, len(text)-len(rest))
		const room = 40
		if over, ok := scanNumber(text[:min(len(text), at+room)], at, false); ok && len(over.values) == 1 {
			return number{values: []*big.Rat{new(big.Rat).Quo(over.values[0], n.values[0])}, end: over.end}
		}
	}
	return n
}

// DigitOf returns the value of a decimal digit of any script, or -1.
func DigitOf(r rune) int { return digit(r) }

// Integer reads the whole of s as one whole number, in digits of any script, Han
// numerals or words.
func Integer(s string) (int, bool) {
	n, ok := scanNumber(s, 0, false)
	if !ok || n.end != len(s) || !n.values[0].IsInt() || !n.values[0].Num().IsInt64() {
		return 0, false
	}
	return int(n.values[0].Num().Int64()), true
}

// digit returns the value of a decimal digit of any script, or -1. Unicode lays the ten
// digits of a script side by side, nought first, so the place in its range is the value.
func digit(r rune) int {
	if r < 0x660 {
		if '0' <= r && r <= '9' {
			return int(r - '0')
		}
		return -1
	}
	if r < 1<<16 {
		for _, x := range unicode.Nd.R16 {
			if uint16(r) <= x.Hi {
				if uint16(r) < x.Lo {
					return -1
				}
				return int(uint16(r)-x.Lo) % 10
			}
		}
		return -1
	}
	for _, x := range unicode.Nd.R32 {
		if uint32(r) <= x.Hi {
			if uint32(r) < x.Lo {
				return -1
			}
			return int(uint32(r)-x.Lo) % 10
		}
	}
	return -1
}

// western reads digits, the separators of thousands and the decimal point, a fraction.
func western(text string, i int) (number, bool) {
	var groups []string
	var seps []rune
	var digits [longest]byte
	have, from, j := 0, 0, i // digits, and how many of them are in groups
	for j < len(text) && j-i < longest {
		r, size := utf8.DecodeRuneInString(text[j:])
		if d := digit(r); d >= 0 {
			digits[have] = byte('0' + d)
			have++
			j += size
			continue
		}
		next, _ := utf8.DecodeRuneInString(text[j+size:])
		if s := separator(r); s != 0 && digit(next) >= 0 && (s != ' ' || three(text, j+size) && have-from <= 3) {
			groups, seps = append(groups, string(digits[from:have])), append(seps, s)
			from = have
			j += size
			continue
		}
		break
	}
	groups = append(groups, string(digits[from:have]))
	n := number{end: j}
	for _, none := range []string{",–", ",—", ",-", ".–", ".—"} { // 5,– Euro
		if next := j + len(none); strings.HasPrefix(text[j:], none) && (next == len(text) || text[next] == ' ') {
			n.end = next
		}
	}
	n.values, n.plain = readings(groups, seps)
	n.comma, n.point = len(seps) == 1 && seps[0] == ',', len(seps) == 1 && seps[0] == '.'
	n.grouped, n.round = len(seps) == 1 && grouped(groups, seps), groups[len(groups)-1] == "000"
	if n.values == nil {
		return n, false
	}
	if n.end > j {
		return n, true
	}
	if over, end, ok := fractionAt(text, j, len(seps) == 0); ok { // 1½, 1 1/2
		n.values, n.end, n.plain = []*big.Rat{new(big.Rat).Add(n.values[0], over)}, end, ""
	} else if under, end := denominator(text, j); under != nil && len(seps) == 0 { // 3/4
		n.values, n.end, n.plain = []*big.Rat{new(big.Rat).Quo(n.values[0], under)}, end, ""
	}
	return parts(text, n), true
}

// separator returns what parts the digits of a number: ',' '.' ' ' or '\” for marks
// of the like, 0 for what does not.
func separator(r rune) rune {
	switch r {
	case ',', '٬', '，':
		return ','
	case '.', '．', '٫':
		return '.'
	case ' ', '\u00a0', '\u2009', '\u202f', '\u2007':
		return ' '
	case '\'', '’':
		return '\''
	}
	return 0
}

// three reports whether exactly three digits stand at i.
func three(text string, i int) bool {
	n := 0
	for _, r := range text[i:] {
		if digit(r) < 0 {
			break
		}
		n++
	}
	return n == 3
}

// readings returns the values of digits parted by separators: grouped by thousands
// (also 12,34,567 of India), with a decimal mark, or both. None is a version, an
// address or a list.
func readings(groups []string, seps []rune) (values []*big.Rat, plain string) {
	whole := func(parts []string) *big.Rat { return rational(strings.Join(parts, ""), "") }
	point := func(a []string, b string) *big.Rat { return rational(strings.Join(a, ""), b) }
	last := len(groups) - 1
	switch {
	case len(seps) == 0:
		return []*big.Rat{whole(groups)}, groups[0]
	case grouped(groups, seps): // 12,000 and 12.000 and 12 000
		values = append(values, whole(groups))
		if len(seps) == 1 && seps[0] == '.' {
			plain = groups[0] + "." + groups[1]
			values = append(values, point(groups[:1], groups[1]))
		}
		return values, plain
	case len(seps) == 1 && (seps[0] == '.' || seps[0] == ','):
		return []*big.Rat{point(groups[:1], groups[1])}, groups[0] + "." + groups[1]
	case len(seps) > 1 && seps[last-1] != seps[0] && seps[last-1] != ' ' && grouped(groups[:last], seps[:last-1]):
		return []*big.Rat{point(groups[:last], groups[last])}, ""
	}
	return nil, ""
}

// rational returns the number of the ASCII digits before a decimal mark and after it. Nearly
// all fit into 64 bits, which takes a tenth of the time that big.Rat reads them in.
func rational(whole, part string) *big.Rat {
	const most = 18 // digits that an int64 holds
	if len(whole)+len(part) > most {
		v, _ := new(big.Rat).SetString(whole + "." + part)
		return v
	}
	v, scale := int64(0), int64(1)
	for _, d := range []byte(whole) {
		v = 10*v + int64(d-'0')
	}
	for _, d := range []byte(part) {
		v, scale = 10*v+int64(d-'0'), 10*scale
	}
	return big.NewRat(v, scale)
}

// grouped reports whether groups of digits are thousands, all parted by one mark.
func grouped(groups []string, seps []rune) bool {
	if groups[0] == "" || len(groups[0]) > 3 || groups[0] == "0" {
		return false
	}
	for k, s := range seps {
		g := groups[k+1]
		last := k == len(seps)-1
		if s != seps[0] || len(g) != 3 && (last || len(g) != 2 || s != ',') {
			return false
		}
	}
	return true
}

// fractionAt reads a fraction that follows a whole number.
func fractionAt(text string, i int, whole bool) (*big.Rat, int, bool) {
	if !whole {
		return nil, i, false
	}
	k := i
	r, n := utf8.DecodeRuneInString(text[k:])
	if r == ' ' || r == '\u00a0' || r == '\u2009' || r == '-' {
		k += n
		r, n = utf8.DecodeRuneInString(text[k:])
	}
	if v := vulgar(r); v != nil {
		return v, k + n, true
	}
	if k == i || digit(r) < 1 {
		return nil, i, false
	}
	if under, end := denominator(text, k+n); under != nil {
		return new(big.Rat).Quo(big.NewRat(int64(digit(r)), 1), under), end, true
	}
	return nil, i, false
}

// denominator reads the number below the stroke of 3/4, at i; nil if there is none, or a
// date continues.
func denominator(text string, i int) (*big.Rat, int) {
	r, n := utf8.DecodeRuneInString(text[i:])
	if r != '/' && r != '⁄' && r != '／' {
		return nil, i
	}
	d, j := 0, i+n
	for j < len(text) {
		r, n := utf8.DecodeRuneInString(text[j:])
		if digit(r) < 0 || d > 999 {
			break
		}
		d, j = 10*d+digit(r), j+n
	}
	if next, _ := utf8.DecodeRuneInString(text[j:]); d == 0 || next == '/' || next == '／' || d > 999 {
		return nil, i
	}
	return big.NewRat(int64(d), 1), j
}

// vulgar returns the value of a character such as ½.
func vulgar(r rune) *big.Rat {
	if r < 0xBC || r > 0xBE && (r < 0x2150 || r > 0x215E) && r != 0x2189 {
		return nil
	}
	const marks, values = "¼½¾⅐⅑⅒⅓⅔⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞↉", "1/4 1/2 3/4 1/7 1/9 1/10 1/3 2/3 1/5 2/5 3/5 4/5 1/6 5/6 1/8 3/8 5/8 7/8 0/3"
	k := strings.IndexRune(marks, r)
	if k < 0 {
		return nil
	}
	v, _ := new(big.Rat).SetString(strings.Fields(values)[utf8.RuneCountInString(marks[:k])])
	return v
}

// powers reads the Han or Hangul powers of ten that follow digits: 12万, 3.5亿, 300만; and
// scales in words, 3 million, with a space or without. A unit that begins with the same
// character goes before: 60万千瓦; and an m is a million of money alone.
func powers(text string, n number, paid bool) number {
	for {
		r, size := utf8.DecodeRuneInString(text[n.end:])
		p := hanPower(r)
		if p < 2 || n.word {
			break
		}
		if m, end := table().units.at(text, n.end); m != nil && end > n.end+size {
			break
		}
		n = n.times(pow10(p))
		n.end += size
		n = remainder(text, n, pow10(p))
	}
	at := skipSpace(text, n.end)
	if m, end := table().scales.at(text, at); m != nil && !(n.word && at == n.end) && (paid || text[at:end] != "m" || moneyAt(text, end)) {
		n = n.times(m[0].size)
		n.end = end
		if next, _ := utf8.DecodeRuneInString(text[skipSpace(text, end):]); n.word && spaced(next) { // dos millones quinientos mil
			n = lesser(text, n, m[0].size)
		}
	}
	return n
}

// moneyAt reports whether a currency follows byte i: 3.5m pounds.
func moneyAt(text string, i int) bool {
	u, _ := unitAt(text, i)
	return money(u)
}

// remainder adds a smaller number that follows a power: 1万九千, 3亿5000万.
func remainder(text string, n number, power *big.Rat) number {
	at := n.end
	if strings.HasSuffix(text[:at], "억") || strings.HasSuffix(text[:at], "만") || strings.HasSuffix(text[:at], "조") { // 1억 5천만
		at = skipSpace(text, at)
	}
	r, _ := utf8.DecodeRuneInString(text[at:])
	if digit(r) < 0 && hanDigit(r) < 0 || len(n.values) != 1 {
		return n
	}
	const room = 40 // bytes: what follows is short, which bounds the recursion
	rest, ok := scanNumber(text[:min(len(text), at+room)], at, false)
	if !ok || len(rest.values) != 1 || rest.values[0].Cmp(power) >= 0 || !rest.values[0].IsInt() {
		return n
	}
	return number{values: []*big.Rat{new(big.Rat).Add(n.values[0], rest.values[0])}, end: rest.end}
}

func (n number) times(by *big.Rat) number {
	out := make([]*big.Rat, len(n.values))
	for k, v := range n.values {
		out[k] = new(big.Rat).Mul(v, by)
	}
	n.values, n.plain = out, ""
	return n
}

func pow10(p int) *big.Rat {
	if p < 0 {
		return new(big.Rat).Inv(pow10(-p))
	}
	return new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(p)), nil))
}

// maxPower bounds exponents: a power of ten with more digits is compared as written.
const maxPower = 400

// exponent reads a raised power and a factor of ten: 10⁸, 3×10⁵, 10^8, 6e23.
func exponent(text string, n number) number {
	if p, end, ok := raised(text, n.end); ok && p <= maxPower && p >= -maxPower && len(n.values) == 1 {
		return n.power(p, end)
	}
	at := skipSpace(text, n.end)
	r, size := utf8.DecodeRuneInString(text[at:])
	if r == '×' || r == '·' || r == '⋅' || r == '*' {
		ten := skipSpace(text, at+size)
		if strings.HasPrefix(text[ten:], "10") {
			if p, end, ok := raised(text, ten+2); ok && p <= maxPower && p >= -maxPower {
				n = n.times(pow10(p))
				n.end = end
			}
		}
	}
	return n
}

func (n number) power(p, end int) number {
	v, by := big.NewRat(1, 1), n.values[0]
	if by.Num().BitLen()+by.Denom().BitLen() > 64 || by.Sign() == 0 {
		return n
	}
	for range max(p, -p) {
		v = new(big.Rat).Mul(v, by)
	}
	if p < 0 {
		v.Inv(v)
	}
	n.values, n.end, n.plain = []*big.Rat{v}, end, ""
	return n
}

// raised reads an exponent: ⁸, ⁻⁹, ^8, ^-3.
func raised(text string, i int) (p, end int, ok bool) {
	const sup = "⁰¹²³⁴⁵⁶⁷⁸⁹"
	up := strings.HasPrefix(text[i:], "^")
	j, sign := i, 1
	if up {
		j++
	}
	r, n := utf8.DecodeRuneInString(text[j:])
	if r == '⁻' || up && (r == '-' || r == '−') {
		sign, j = -1, j+n
	} else if r == '⁺' {
		j += n
	}
	for j < len(text) {
		r, n := utf8.DecodeRuneInString(text[j:])
		d := -1
		if k := strings.IndexRune(sup, r); k >= 0 && !up {
			d = utf8.RuneCountInString(sup[:k])
		} else if up {
			d = digit(r)
		}
		if d < 0 || p > maxPower {
			break
		}
		p, j, ok = 10*p+d, j+n, true
	}
	return sign * p, j, ok
}

// skipSpace returns the place after one space at i.
func skipSpace(text string, i int) int {
	r, n := utf8.DecodeRuneInString(text[i:])
	if r == ' ' || r == '\u00a0' || r == '\u2009' || r == '\u202f' || r == '\u3000' {
		return i + n
	}
	return i
}
