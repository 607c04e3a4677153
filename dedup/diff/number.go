package diff

import (
	"math/big"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Numbers are whole and compare by value: 12万, 120000, １２万 and 十二万 are one
// number, 3.5% and 35% are two. What is written with separators that have no one
// value (1:0, 2013-06-12, 1.2.3) compares as written, widths apart.

// numberNote says how a number is written.
type numberNote uint8

const (
	western numberNote = iota
	chinese            // 十二, 二〇一三, 百分之三; and eleven
	mixed              // 12万, 3.5亿, 3.5 million
)

const maxNumber = 64 // bytes; longer runs of digits are cut

func digitOf(r rune) int {
	switch {
	case '0' <= r && r <= '9':
		return int(r - '0')
	case '０' <= r && r <= '９':
		return int(r - '０')
	}
	return -1
}

func chineseDigit(r rune) int {
	switch r {
	case '〇', '○', '零':
		return 0
	case '一':
		return 1
	case '二', '两', '兩':
		return 2
	case '三':
		return 3
	case '四':
		return 4
	case '五':
		return 5
	case '六':
		return 6
	case '七':
		return 7
	case '八':
		return 8
	case '九':
		return 9
	}
	return -1
}

func chinesePower(r rune) int {
	switch r {
	case '十':
		return 1
	case '百':
		return 2
	case '千':
		return 3
	case '万', '萬', '만':
		return 4
	case '亿', '億', '억':
		return 8
	}
	return -1
}

// numerals are the common Han characters that a number can begin with.
var numerals = func() *runeSet {
	s := new(runeSet)
	for r := rune(0x4E00); r <= 0x9FFF; r++ {
		if mayBeNumber(r) {
			s.add(r)
		}
	}
	return s
}()

// mayBeNumber reports whether a number can begin with r.
func mayBeNumber(r rune) bool {
	switch {
	case r < 0x80:
		return '0' <= r && r <= '9' || r == '-'
	case r >= 0x3400 && r <= 0x9FFF:
		return r == '百' || r == '十' || chineseDigit(r) >= 0
	case r == '〇':
		return true
	}
	return digitOf(r) >= 0 || markFor(r) == dash
}

// scanNumber reads the number that begins at i, if one does.
func scanNumber(text string, i int, before []token) (token, bool) {
	t, value, ok := readNumber(text, i, before)
	if ok {
		t.key = numberKey(value)
	}
	return t, ok
}

// readNumber is scanNumber with what the number is, and without its key.
func readNumber(text string, i int, before []token) (t token, value string, ok bool) {
	t = token{lo: i, kind: number}
	j, neg := i, false
	r, n := utf8.DecodeRuneInString(text[j:])
	if markFor(r) == dash && signs(text, i, n, before) {
		neg = true
		j += n
		r, _ = utf8.DecodeRuneInString(text[j:])
	}
	percent := ""
	if !neg && strings.HasPrefix(text[j:], "百分之") {
		k := j + len("百分之")
		if r2, _ := utf8.DecodeRuneInString(text[k:]); beginsNumber(r2) {
			j, r, percent = k, r2, "%"
		}
	}
	var end int
	switch {
	case digitOf(r) >= 0:
		value, end, t.note = scanWestern(text, j, paid(before))
	case chineseDigit(r) >= 0 && r != '零' && r != '○' || r == '十':
		value, end = scanChinese(text, j)
		t.note = chinese
	default:
		return t, "", false
	}
	if end == j {
		return t, "", false
	}
	if t.note == chinese {
		value, end = decimals(text, j, end, value, percent != "", before)
		value, end = fraction(text, end, value)
	}
	if percent != "" {
		t.note = chinese
	}
	switch r, n := utf8.DecodeRuneInString(text[end:]); {
	case r == '%' || r == '％':
		percent, end = "%", end+n
	case r == '‰':
		percent, end = "‰", end+n
	case r == ' ' || r == '-':
		if k := perCent(text, end); k > end {
			percent, end = "%", k
		}
	}
	if neg {
		value = "-" + value
	}
	t.hi = end
	return t, value + percent, true
}

func beginsNumber(r rune) bool { return digitOf(r) >= 0 || chineseDigit(r) >= 0 || r == '十' }

// paid reports whether what stands before is the sign of a currency.
func paid(before []token) bool {
	return len(before) > 0 && before[len(before)-1].kind == punct && strings.ContainsRune("$¥￥€£", rune(before[len(before)-1].key))
}

// measured are what a decimal written out stands before, for 三点五十人 may be a
// time and 三点一列 too.
const measured = "万亿倍个米公千毫吨升元亩平斤度%％"

// decimals reads the decimals of a number written out, 七点五, whose whole part
// stands at [j, end): behind 百分之 and before what is measured.
func decimals(text string, j, end int, value string, percent bool, before []token) (string, int) {
	if !strings.HasPrefix(text[end:], "点") {
		return value, end
	}
	k, frac := end+len("点"), ""
	for k < len(text) {
		r, n := utf8.DecodeRuneInString(text[k:])
		d := chineseDigit(r)
		if d < 0 {
			break
		}
		frac += strconv.Itoa(d)
		k += n
	}
	behind, n := utf8.DecodeRuneInString(text[k:])
	if frac == "" || !percent && (!strings.ContainsRune(measured, behind) || behind == utf8.RuneError || afterHour(text, j)) {
		return value, end
	}
	value = canonical(value + "." + frac)
	for p := chinesePower(behind); p >= 4; p = chinesePower(behind) {
		v, _ := new(big.Rat).SetString(value)
		value = canonical(v.Mul(v, new(big.Rat).SetInt(pow10(p))).FloatString(8))
		k += n
		behind, n = utf8.DecodeRuneInString(text[k:])
	}
	return value, k
}

// afterHour reports whether a part of the day stands before byte j.
func afterHour(text string, j int) bool {
	r, _ := utf8.DecodeLastRuneInString(text[:j])
	return strings.ContainsRune("午晨早晚夜间上里", r)
}

// fraction reads what is behind a denominator: 三分之二 is 2/3.
func fraction(text string, end int, value string) (string, int) {
	k := end + len("分之")
	if !strings.HasPrefix(text[end:], "分之") {
		return value, end
	}
	switch r, _ := utf8.DecodeRuneInString(text[k:]); {
	case chineseDigit(r) >= 0 || r == '十':
		over, to := scanChinese(text, k)
		return over + "/" + value, to
	case digitOf(r) >= 0:
		over, to, _ := scanWestern(text, k, false)
		return over + "/" + value, to
	}
	return value, end
}

// signs reports whether the dash at i is a minus: a digit follows, and what
// stands before is not the other end of a range.
func signs(text string, i, n int, before []token) bool {
	r, _ := utf8.DecodeRuneInString(text[i+n:])
	if digitOf(r) < 0 {
		return false
	}
	if len(before) == 0 {
		return true
	}
	switch p := before[len(before)-1]; p.kind {
	case number, word:
		return false
	case punct:
		return p.mark != dash && p.mark != closeBracket && p.mark != closeQuote
	case char:
		end := i + n
		for end < len(text) && (digitOf(rune(text[end])) >= 0 || text[end] == '.') {
			end++
		}
		for _, unit := range []string{"℃", "°", "度", "%", "％", "摄氏"} {
			if strings.HasPrefix(text[end:], unit) {
				return true
			}
		}
		return false
	}
	return true
}

// scanWestern reads digits with what joins them, and a Chinese power behind.
func scanWestern(text string, i int, money bool) (value string, end int, note numberNote) {
	b := make([]byte, 0, maxNumber)
	seps := 0
	var sep rune
	j := i
	for j < len(text) && len(b) < maxNumber {
		r, n := utf8.DecodeRuneInString(text[j:])
		if d := digitOf(r); d >= 0 {
			b = append(b, '0'+byte(d))
			j += n
			continue
		}
		s := joiner(text, i, j, r, n)
		if s == 0 {
			break
		}
		if s != ',' {
			seps++
			sep = s
			b = append(b, byte(s))
		}
		j += n
	}
	value = string(b)
	if seps > 1 || seps == 1 && sep != '.' {
		return value, j, western
	}
	if v, k, ok := mixedValue(value, text, j); ok {
		return v, k, mixed
	}
	if j < len(text) && (text[j] == ' ' || text[j] == '-' || asciiLetter(text[j])) {
		if v, k, ok := englishPower(value, text, j, money); ok {
			return v, k, mixed
		}
		if k := numbered(text, j); k > j && seps == 0 {
			return canonical(value) + "th", k, western
		}
	}
	return canonical(value), j, western
}

// joiner returns what the mark r at j is between two digits of one number: a
// decimal point, a colon, a slash, the hyphen of an ISO date, a separator of
// thousands (as ','), or 0 if it joins nothing.
func joiner(text string, lo, j int, r rune, n int) rune {
	after, _ := utf8.DecodeRuneInString(text[j+n:])
	if digitOf(after) < 0 {
		return 0
	}
	switch r {
	case '.', '．':
		return '.'
	case ':', '：', '∶':
		return ':'
	case '/', '／':
		return '/'
	case ',':
		if digitsAt(text, j+n) == 3 && digitsAt(text, lo) <= 3 && thousands(text[lo:j]) {
			return ','
		}
	case '-':
		if isoDate(text[lo:], j-lo) {
			return '-'
		}
	}
	return 0
}

func digitsAt(text string, i int) int {
	n := 0
	for _, r := range text[i:] {
		if digitOf(r) < 0 {
			break
		}
		n++
	}
	return n
}

// thousands reports whether s is 1 to 3 digits and then groups of three.
func thousands(s string) bool {
	groups := strings.Split(s, ",")
	for i, g := range groups {
		if len(g) == 0 || len(g) > 3 || i > 0 && len(g) != 3 {
			return false
		}
	}
	return true
}

// isoDate reports whether s begins with a date such as 2013-06-12 that has a
// hyphen at j.
func isoDate(s string, j int) bool {
	n := 0
	for n < len(s) && n < 10 && (s[n] >= '0' && s[n] <= '9' || s[n] == '-') {
		n++
	}
	p := strings.Split(s[:n], "-")
	return len(p) == 3 && len(p[0]) == 4 && len(p[1]) >= 1 && len(p[1]) <= 2 && len(p[2]) >= 1 &&
		(j == 4 || j == 5+len(p[1]))
}

// canonical writes a decimal without idle zeros.
func canonical(s string) string {
	if strings.Contains(s, ".") {
		s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	}
	s = strings.TrimLeft(s, "0")
	if s == "" || s[0] == '.' {
		s = "0" + s
	}
	return s
}

// mixedValue reads the powers and Chinese digits behind western digits: 12万,
// 1万九千. ok is false when none stand there.
func mixedValue(digits, text string, j int) (value string, end int, ok bool) {
	r, n := utf8.DecodeRuneInString(text[j:])
	p := chinesePower(r)
	if p < 0 || p == 1 || p == 2 && strings.HasPrefix(text[j+n:], "分") {
		return "", j, false
	}
	if r2, _ := utf8.DecodeRuneInString(text[j+n:]); chinesePower(r2) < 0 && chineseDigit(r2) < 0 {
		if v, ok := shifted(digits, p); ok {
			return canonical(v), j + n, true // 12万, 3.5亿: nearly all
		}
	}
	v, good := new(big.Rat).SetString(digits)
	if !good {
		return "", j, false
	}
	for p >= 0 {
		v.Mul(v, new(big.Rat).SetInt(pow10(p)))
		j += n
		r, n = utf8.DecodeRuneInString(text[j:])
		p = chinesePower(r)
		if p < 2 || p < 4 && p >= 0 {
			break
		}
	}
	if chineseDigit(r) > 0 || r == '零' {
		if rest, k, isNumber := chineseValue(text, j); isNumber && k > j {
			v.Add(v, new(big.Rat).SetInt(rest))
			j = k
		}
	}
	return canonical(v.FloatString(8)), j, true
}

// shifted returns a decimal times ten to the power of p; ok is false if it is none of
// digits with at most eight behind a point.
func shifted(s string, p int) (v string, ok bool) {
	whole, part, _ := strings.Cut(s, ".")
	if whole == "" || len(part) > 8 || strings.IndexFunc(whole+part, func(r rune) bool { return r < '0' || r > '9' }) >= 0 {
		return "", false
	}
	if len(part) <= p {
		return whole + part + "00000000"[:p-len(part)], true
	}
	return whole + part[:p] + "." + part[p:], true
}

func pow10(n int) *big.Int { return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil) }

// scanChinese reads a Chinese number: by place (二〇一三) or by powers (十二万).
// What is neither (十四五) gives its first character alone.
func scanChinese(text string, i int) (value string, end int) {
	if r, n := utf8.DecodeRuneInString(text[i:]); !chineseGoesOn(text, i+n) {
		return oneChinese(r), i + n
	}
	if v, k, ok := chineseValue(text, i); ok && !chineseGoesOn(text, k) {
		return v.String(), k
	}
	var b strings.Builder
	j := i
	for j < len(text) && b.Len() < maxNumber {
		r, n := utf8.DecodeRuneInString(text[j:])
		d := chineseDigit(r)
		if d < 0 || r == '两' || r == '兩' {
			break
		}
		b.WriteByte('0' + byte(d))
		j += n
	}
	if b.Len() > 1 && !chineseGoesOn(text, j) {
		return canonical(b.String()), j
	}
	r, n := utf8.DecodeRuneInString(text[i:])
	return oneChinese(r), i + n
}

// oneChinese returns the value of a digit that stands alone, or of 十.
func oneChinese(r rune) string {
	if d := chineseDigit(r); d >= 0 {
		return "0123456789"[d : d+1]
	}
	return "10"
}

func chineseGoesOn(text string, i int) bool {
	r, _ := utf8.DecodeRuneInString(text[i:])
	return chineseDigit(r) >= 0 || chinesePower(r) >= 0
}

// chineseValue reads a number by powers from i as far as it goes.
func chineseValue(text string, i int) (*big.Int, int, bool) {
	total, section, digit := new(big.Int), new(big.Int), int64(-1)
	last, any := 99, false
	j := i
	for j-i < maxNumber {
		r, n := utf8.DecodeRuneInString(text[j:])
		if d := chineseDigit(r); d >= 0 {
			if digit > 0 {
				return total, j, false // two digits in a row: by place
			}
			digit, any = int64(d), true
			j += n
			continue
		}
		p := chinesePower(r)
		if p < 0 {
			break
		}
		if digit < 0 {
			if p != 1 && last == 99 {
				return total, j, false
			}
			digit = 1
			if p >= 4 {
				digit = 0
			}
		}
		if p < 4 {
			if p >= last {
				return total, j, false
			}
			section.Add(section, new(big.Int).Mul(big.NewInt(digit), pow10(p)))
			last = p
		} else {
			section.Add(section, big.NewInt(digit))
			if p == 8 {
				total.Add(total, section)
				total.Mul(total, pow10(8))
			} else {
				total.Add(total, section.Mul(section, pow10(4)))
			}
			section, last = new(big.Int), 4
		}
		digit, any = -1, true
		j += n
	}
	if digit > 0 {
		section.Add(section, big.NewInt(digit))
	}
	return total.Add(total, section), j, any
}

// sameShare holds for a share in tenths and one in hundredths: 三成 and 30%.
func (c *comparison) sameShare(_ edit, s, t string) (verdict, bool) {
	if !strings.HasSuffix(s, "成") && !strings.HasSuffix(t, "成") {
		return verdict{}, false
	}
	if x, ok := hundredths(s); ok {
		if y, ok := hundredths(t); ok && x == y {
			return verdict{Cosmetic, Numeral, "the same share, written otherwise"}, true
		}
	}
	return verdict{}, false
}

// hundredths returns the hundredths in s: of 三成, 30% or 百分之三十.
func hundredths(s string) (string, bool) {
	t, value, ok := readNumber(s, 0, nil)
	switch {
	case !ok:
		return "", false
	case t.hi == len(s):
		return value, strings.ContainsAny(s, "%％") || strings.HasPrefix(s, "百分之")
	case s[t.hi:] != "成" || t.note == mixed:
		return "", false
	}
	value, _ = scanChinese(s, 0)
	if digitOf(rune(s[0])) >= 0 {
		value, _, _ = scanWestern(s, 0, false)
	}
	v, good := new(big.Rat).SetString(value)
	if !good {
		return "", false
	}
	return canonical(v.Mul(v, big.NewRat(10, 1)).FloatString(8)) + "%", true
}
