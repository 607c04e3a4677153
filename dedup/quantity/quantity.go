// Package quantity reads the quantities of a text: their number with sign, scale,
// exponent and fraction, their unit or currency on either side, whether they are a range
// or an approximation; and days of the week and months, which are quantities by name.
// It says whether two of them are the same value.
//
//	for _, q := range quantity.In(text) { fmt.Println(text[q.Lo:q.Hi], q.Money(), q.Share()) }
//
// Numbers in the digits of any script, in Han numerals and in small words are read;
// units and the words around numbers are data (units.txt, words.txt, numerals.txt). It
// reads no dates and no times of day. Time is linear in the text.
package quantity

import (
	"math/big"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Quantity is a quantity at bytes [Lo, Hi) of a text.
type Quantity struct {
	Lo, Hi int
	bare   []*big.Rat // what its number can be, with its sign
	from   []reading  // and with its unit
	to     []reading  // the other end of a range, else nil
	words  string     // of the bound
	bound  string     // "", "about", "nearly", "below", "over", "least", "most"
	unit   bool       // it has a unit or currency
	size   *big.Rat   // of its unit, nil for none
	each   *big.Rat   // the number of what one pays for: see "counted" in words.txt
	plain  string     // digits of a version as they are written
	// figures is the place of the number
	figures  [2]int
	mark     rune // the one mark between its digits, '.' or ','
	grouped  bool // three digits stand after that mark: see Notation
	round    bool // and these are noughts
	notation Notation
	named    bool // a day of the week, a month, a share in a word
}

// reading is one value a quantity can have, in the base unit of its dimension.
type reading struct {
	dim   string
	value *big.Rat
}

// Money reports whether q is an amount of money.
func (q Quantity) Money() bool { return q.has("money:") }

// Share reports whether q is a share: 5%, 三分之一.
func (q Quantity) Share() bool { return q.has("ratio") }

// Figures returns the place of the number of q, with its sign and the sign of a share.
func (q Quantity) Figures() (lo, hi int) { return q.figures[0], q.figures[1] }

// Calendar reports whether q is a day of the week or a month.
func (q Quantity) Calendar() bool { return q.has("weekday") || q.has("month") }

func (q Quantity) has(dim string) bool {
	for _, r := range q.from {
		if strings.HasPrefix(r.dim, dim) {
			return true
		}
	}
	return false
}

// In returns the quantities of a text, in order, none over another.
func In(text string) []Quantity {
	var out []Quantity
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRuneInString(text[i:])
		if (r >= firstHan && r <= lastHan || r == '，') && !table().han.begins(r) { // most of a Chinese text
			i += n
			continue
		}
		if q, ok := at(text, i); ok {
			out = append(out, q)
			i = q.Hi
			continue
		}
		if i += n; spaced(r) || digit(r) >= 0 {
			for i < len(text) { // into no word and no number
				next, n := utf8.DecodeRuneInString(text[i:])
				if spaced(next) != spaced(r) || digit(next) >= 0 != (digit(r) >= 0) {
					break
				}
				i += n
			}
		}
	}
	return out
}

// at reads the quantity that begins at i.
func at(text string, i int) (Quantity, bool) {
	r, _ := utf8.DecodeRuneInString(text[i:])
	if q, ok := namedAt(text, i); ok {
		return q, true
	}
	p := prefixed(text, i, r)
	n, ok := scanNumber(text, p.end, p.currency != nil)
	if named, found := namedAt(text, p.end); found && p.bound != "" && !named.Calendar() { // about a third
		named.Lo, named.bound, named.words = i, p.bound, p.words
		return named, true
	}
	if !ok {
		return Quantity{}, false
	}
	q := Quantity{Lo: i, bound: p.bound, words: p.words}
	j := n.end
	if b, end := table().inside.at(text, j); b != nil {
		q.bound, q.words = b[0].dim, text[j:end]
		j = end
		more := powers(text, number{values: n.values, end: j}, false)
		n.values, j = more.values, more.end
	}
	var far []*big.Rat
	if m, end, ok := rangeEnd(text, j); ok && !follows(text, i) {
		far, j = m.values, end
		n = n.shared(m, text)
	}
	q.Hi, q.figures = j, [2]int{p.figures, j}
	q.measure(text, n, far, p)
	for q.addSmaller(text) {
	}
	if q.each = p.each; q.unit && q.each == nil && strings.HasPrefix(text[q.Hi:], "/") {
		if m, end := table().counted.at(text, q.Hi+len("/")); m != nil {
			q.each, q.Hi = m[0].size, end
		}
	}
	if q.Share() {
		q.figures[1] = q.Hi
	}
	if b, end := table().after.at(text, skipSpace(text, q.Hi)); b != nil && q.bound == "" {
		q.bound, q.words, q.Hi = b[0].dim, text[q.Hi:end], end
	}
	if q.bound == "" && !p.signed && !q.unit && n.han && utf8.RuneCountInString(text[p.end:n.end]) == 1 && hanTens(r) == 0 && hanPower(r) < 2 && !strings.HasSuffix(text[:i], "第") {
		return Quantity{}, false // 一些, 十分
	}
	if p.signed && !q.unit && !p.spelled && !p.apart {
		return Quantity{}, false // 歼-20
	}
	return q, true
}

// prefix is what stands before a number.
type prefix struct {
	end      int
	figures  int // where its sign stands, or its end
	bound    string
	words    string // of the bound
	currency []meaning
	per      *big.Rat // the share of a second in which the length is gone
	each     *big.Rat // what one pays for
	negative bool
	signed   bool
	spelled  bool // the sign is a word
	apart    bool // a mark or space stands before the sign
}

// prefixed reads bounds, signs and currencies before the number, in any order. A dash is
// a sign where no digit, letter or bracket stands before it.
func prefixed(text string, i int, r rune) prefix {
	p := prefix{end: i, figures: -1}
	for range 4 {
		r, n := utf8.DecodeRuneInString(text[p.end:])
		if b, end := table().before.at(text, p.end); b != nil && p.bound == "" && (p.end > i || wordEnds(text, i)) {
			p.bound, p.words, p.end = b[0].dim, strings.ToLower(text[p.end:end]), skipSpace(text, end)
			continue
		}
		if (r == '-' || r == '−' || r == '－' || r == '–' || r == '﹣') && !p.signed && minusAt(text, p.end) {
			p.signed, p.negative = true, true
			p.apart = apartAt(text, p.end)
			p.figures, p.end = p.end, p.end+n
			continue
		}
		if r == '+' && !p.signed {
			p.signed, p.end = true, p.end+n
			continue
		}
		if s, end := table().signs.at(text, p.end); s != nil && wordEnds(text, p.end) {
			next, _ := utf8.DecodeRuneInString(text[skipSpace(text, end):])
			if digit(next) >= 0 || hanDigit(next) >= 0 || hanPower(next) == 1 || next == '摄' || p.currency != nil {
				p.signed, p.spelled = p.signed || s[0].dim != "centigrade", true
				p.negative = p.negative || s[0].dim == "negative"
				p.end = skipSpace(text, end)
				continue
			}
		}
		if m, end := table().per.at(text, p.end); m != nil && p.per == nil {
			p.per, p.end = m[0].size, skipSpace(text, end)
			continue
		}
		if p.each == nil && strings.HasPrefix(text[p.end:], "每") {
			if m, end := table().counted.at(text, p.end+len("每")); m != nil {
				p.each, p.end = m[0].size, skipSpace(text, end)
				continue
			}
		}
		if u, end := table().units.at(text, p.end); u != nil && p.currency == nil && money(u) && (p.end == i && wordEnds(text, i) || p.end > i) {
			p.currency, p.end = u, skipSpace(text, end)
			continue
		}
		break
	}
	if p.figures < 0 {
		p.figures = p.end
	}
	return p
}

func money(m []meaning) bool {
	for _, x := range m {
		if strings.HasPrefix(x.dim, "money:") {
			return true
		}
	}
	return false
}

// minusAt reports whether the dash at i may be a sign.
func minusAt(text string, i int) bool {
	r, _ := utf8.DecodeLastRuneInString(text[:i])
	return i == 0 || digit(r) < 0 && !spaced(r) && hanDigit(r) < 0 && hanPower(r) < 0 && !strings.ContainsRune(")）]】”》%％年月日号时", r)
}

// apartAt reports whether white space, a mark or nothing stands before i.
func apartAt(text string, i int) bool {
	r, _ := utf8.DecodeLastRuneInString(text[:i])
	return i == 0 || unicode.IsSpace(r) || unicode.IsPunct(r) || unicode.IsSymbol(r)
}

// follows reports whether a dash is before i: then a date or a list continues.
func follows(text string, i int) bool {
	r, _ := utf8.DecodeLastRuneInString(text[:i])
	return strings.ContainsRune("-–—", r)
}

// rangeEnd reads the other end of a range at j: 至5, -8, to 12.
func rangeEnd(text string, j int) (number, int, bool) {
	at := j
	if m, end := table().units.at(text, skipSpace(text, j)); m != nil { // 2℃至8℃
		at = end
	}
	m, end := table().ranges.at(text, skipSpace(text, at))
	if m == nil {
		return number{}, j, false
	}
	k := skipSpace(text, end)
	if r, n := utf8.DecodeRuneInString(text[k:]); k > end && (r == '-' || r == '−') {
		k += n
	}
	r, _ := utf8.DecodeRuneInString(text[k:])
	if digit(r) < 0 && hanDigit(r) < 0 && hanPower(r) != 1 {
		return number{}, j, false
	}
	n, ok := scanNumber(text, k, false)
	if next, _ := utf8.DecodeRuneInString(text[n.end:]); ok && strings.ContainsRune("-–—", next) { // 2013-06-12
		return number{}, j, false
	}
	return n, n.end, ok
}

// shared gives the scale of the far end of a range to the near one: 3至5万 are both.
func (n number) shared(far number, text string) number {
	last, size := utf8.DecodeLastRuneInString(text[:far.end])
	if p := hanPower(last); p >= 4 && n.end >= size {
		if own, _ := utf8.DecodeLastRuneInString(text[:n.end]); hanPower(own) < 4 {
			return n.times(pow10(p))
		}
	}
	return n
}

// measure reads the unit after the number and gives q its readings.
func (q *Quantity) measure(text string, n number, far []*big.Rat, p prefix) {
	units := p.currency
	u, end := unitAt(text, q.Hi)
	switch {
	case n.ordinal:
		units = []meaning{{"ordinal", big.NewRat(1, 1)}}
		if u != nil && u[0].size != nil && u[0].size.Cmp(century) == 0 {
			units, q.Hi = append(units, u...), end // двадцатый век, XX век
		}
	case u == nil || calendar(u):
	case p.currency == nil:
		units, q.Hi = rated(u, p.per), end
	case money(u) && meet(u, p.currency): // 人民币300元
		q.Hi = end
	}
	if q.unit = units != nil; q.unit {
		q.size = units[0].size
	}
	if units != nil && units[0].dim == "edition" || version(text, q.Lo) {
		q.plain = n.plain
	}
	switch {
	case n.comma:
		q.mark = ','
	case n.point:
		q.mark = '.'
	}
	q.grouped, q.round = n.grouped && (n.comma || len(n.values) == 2), n.round
	if units == nil {
		units = []meaning{{"", nil}}
	}
	if p.negative {
		n = n.times(big.NewRat(-1, 1))
	}
	q.bare, q.from, q.to = n.values, readingsOf(n.values, units), readingsOf(far, units)
}

// unitAt returns the unit that follows byte i over spaces, a currency also after the word
// that Romance languages put before it: 2 millions d'euros, 3 millones de pesos.
func unitAt(text string, i int) ([]meaning, int) {
	at := skipSpace(text, i)
	u, end := table().units.at(text, at)
	if u == nil && i+1 < len(text) && text[i] == '-' && text[i+1] < utf8.RuneSelf {
		u, end = table().units.at(text, i+1) // five-kilometre
	}
	if u != nil || at >= len(text) || text[at] != 'd' {
		return u, end
	}
	for _, of := range []string{"d'", "d’", "de ", "di "} {
		if strings.HasPrefix(text[at:], of) {
			if u, end := table().units.at(text, at+len(of)); money(u) {
				return u, end
			}
		}
	}
	return nil, i
}

var century = big.NewRat(3155695200, 1) // in seconds, as units.txt has it

// rated makes speeds of lengths that are gone in a time, of which per is the inverse.
func rated(units []meaning, per *big.Rat) (out []meaning) {
	if per == nil {
		return units
	}
	for _, u := range units {
		if u.dim == "length" {
			u = meaning{"speed", new(big.Rat).Mul(u.size, per)}
		}
		out = append(out, u)
	}
	return out
}

// addSmaller adds to q the smaller part of its value that follows it: 1小时|30分钟, 5
// feet|6 inches. It reports whether one follows.
func (q *Quantity) addSmaller(text string) bool {
	at := skipSpace(text, q.Hi)
	if !q.unit || q.size == nil || q.to != nil || q.plain != "" || at >= len(text) {
		return false
	}
	if half := "半"; strings.HasPrefix(text[q.Hi:], half) && len(q.from) == 1 && q.bound == "" { // 一年半
		if u, _ := table().units.at(text, q.Hi+len(half)); u == nil {
			sum := new(big.Rat).Add(q.from[0].value, new(big.Rat).Mul(big.NewRat(1, 2), q.size))
			q.bare, q.from = []*big.Rat{sum}, []reading{{q.from[0].dim, sum}}
			q.Hi += len(half)
			q.figures[1] = q.Hi
			return true
		}
	}
	if m, end := table().halves.at(text, at); m != nil && len(q.from) == 1 && q.bound == "" { // 2 hours and a half
		sum := new(big.Rat).Add(q.from[0].value, new(big.Rat).Mul(m[0].size, q.size))
		q.bare, q.from = []*big.Rat{sum}, []reading{{q.from[0].dim, sum}}
		q.Hi, q.figures[1] = end, end
		return true
	}
	if r, _ := utf8.DecodeRuneInString(text[at:]); digit(r) < 0 && hanDigit(r) < 0 && hanPower(r) != 1 {
		return false
	}
	if q.addTenths(text) {
		return true
	}
	n, ok := scanNumber(text, at, false)
	if !ok || len(n.values) != 1 {
		return false
	}
	units, end := table().units.at(text, skipSpace(text, n.end))
	if q.has("time") {
		if m, to := table().smaller.at(text, skipSpace(text, n.end)); m != nil && to > end {
			units, end = []meaning{{"time", m[0].size}}, to
		}
	}
	for _, r := range q.from {
		for _, u := range units {
			if compound := r.dim == "time" || r.dim == "length" || r.dim == "mass" || r.dim == "money:CNY"; u.dim != r.dim || !compound || u.size == nil {
				continue
			}
			if v := new(big.Rat).Mul(n.values[0], u.size); v.Cmp(q.size) < 0 {
				sum := new(big.Rat).Add(r.value, v)
				q.bare, q.from = []*big.Rat{sum}, []reading{{r.dim, sum}}
				q.Hi, q.figures[1], q.size = end, n.end, u.size
				return true
			}
		}
	}
	return false
}

// addTenths adds to q the one or two digits that follow 米 or 块 as tenths and hundredths
// of it, as they are spoken: 一米七五 is 1.75米, 三块五 is 3.5块; and the two of 1 m 80.
func (q *Quantity) addTenths(text string) bool {
	han := strings.HasSuffix(text[:q.Hi], "米") || strings.HasSuffix(text[:q.Hi], "块")
	spoken := han || strings.HasSuffix(text[:q.Hi], " m") || strings.HasSuffix(text[:q.Hi], "€") || strings.HasSuffix(text[:q.Hi], " F")
	if !spoken || len(q.from) != 1 || !q.from[0].value.IsInt() {
		return false
	}
	value, scale, at := int64(0), int64(1), q.Hi
	if !han { // 1 m 80
		at = skipSpace(text, at)
	}
	for at < len(text) {
		r, n := utf8.DecodeRuneInString(text[at:])
		d := max(hanDigit(r), digit(r))
		if d < 0 || scale > 10 {
			break
		}
		value, scale, at = value*10+int64(d), scale*10, at+n
	}
	if next, _ := utf8.DecodeRuneInString(text[at:]); scale == 1 || !han && scale != 100 || digit(next) >= 0 || next == '.' || hanDigit(next) >= 0 || hanPower(next) >= 0 {
		return false
	}
	if u, _ := table().units.at(text, skipSpace(text, at)); u != nil {
		return false // 一米七厘米
	}
	sum := new(big.Rat).Add(q.from[0].value, new(big.Rat).Mul(big.NewRat(value, scale), q.size))
	q.bare, q.from = []*big.Rat{sum}, []reading{{q.from[0].dim, sum}}
	q.Hi, q.figures[1] = at, at
	return true
}

func calendar(m []meaning) bool { return m[0].dim == "weekday" || m[0].dim == "month" }

// version reports whether a word for a version stands before byte i.
func version(text string, i int) bool {
	before := strings.ToLower(strings.TrimRight(text[max(0, i-16):i], " 第"))
	for _, w := range []string{"version", "版本", "版", "v", "ver.", "ver"} {
		if strings.HasSuffix(before, w) {
			return true
		}
	}
	return false
}

func meet(x, y []meaning) bool {
	for _, a := range x {
		for _, b := range y {
			if sameDim(a.dim, b.dim) {
				return true
			}
		}
	}
	return false
}

// readingsOf returns each value in each unit.
func readingsOf(values []*big.Rat, units []meaning) (out []reading) {
	for _, v := range values {
		for _, u := range units {
			w := v
			if u.size != nil {
				w = new(big.Rat).Mul(v, u.size)
			}
			out = append(out, reading{u.dim, w})
		}
	}
	return out
}
