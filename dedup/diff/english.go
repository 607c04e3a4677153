package diff

import (
	"math/big"
	"strconv"
	"strings"
	"unicode/utf8"
)

// English numbers: twenty-five, two hundred and fifty thousand, 3.5 million,
// $2.5bn, 7th and seventh, two thirds, 4 per cent. They have the values of the
// figures that say the same, and those of the Chinese numbers too.

// spelled are the words of English numbers: those below a hundred, and powers of ten.
var spelled = func() map[string]int64 {
	m := map[string]int64{"hundred": 100, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
	for i, w := range strings.Fields(`zero one two three four five six seven eight nine ten eleven twelve thirteen
		fourteen fifteen sixteen seventeen eighteen nineteen twenty`) {
		m[w] = int64(i)
	}
	for i, w := range strings.Fields("thirty forty fifty sixty seventy eighty ninety") {
		m[w] = int64(30 + 10*i)
	}
	return m
}()

// ordinals are the last words of English ordinals.
var ordinals = func() map[string]int64 {
	m := map[string]int64{"hundredth": 100, "thousandth": 1e3, "millionth": 1e6}
	for i, w := range strings.Fields(`first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth
		thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth`) {
		m[w] = int64(i + 1)
	}
	for i, w := range strings.Fields("thirtieth fortieth fiftieth sixtieth seventieth eightieth ninetieth") {
		m[w] = int64(30 + 10*i)
	}
	return m
}()

// scanEnglish reads the number written in words that begins with word, which
// stands at [i, end) of text. Its value ends with "th" if it is an ordinal.
func scanEnglish(text string, i, end int, word string) (value string, hi int, ok bool) {
	if n, ok := ordinals[word]; ok {
		return ordinal(n), end, true
	}
	n, ok := spelled[word]
	if !ok {
		return "", i, false
	}
	total, part, last := int64(0), n, n // part: what the next thousand multiplies
	if n >= 1000 {
		total, part = n, 0
	}
	hi = end
	for {
		w, to := wordAfter(text, hi)
		if w == "and" && last >= 100 {
			w, to = wordAfter(text, to)
		}
		if n, ok := ordinals[w]; ok && last >= 20 && last%10 == 0 && n < last && n < 100 {
			return ordinal(total + part + n), to, true
		}
		if d, ok := denominator(w); ok && total == 0 && part < 20 {
			return strconv.FormatInt(part, 10) + "/" + d, to, true
		}
		n, ok := spelled[w]
		switch {
		case !ok:
			return strconv.FormatInt(total+part, 10), hi, true
		case n == 100 && 0 < part && part < 100:
			part *= n
		case n >= 1000 && 0 < part && (total == 0 || total%n == 0 && total/n >= 1000):
			total, part = total+part*n, 0
		case n < 100 && part%100 == 0 && last >= 100, 0 < n && n < 10 && last >= 20 && last < 100:
			part += n
		default:
			return strconv.FormatInt(total+part, 10), hi, true
		}
		last, hi = n, to
	}
}

func ordinal(n int64) string { return strconv.FormatInt(n, 10) + "th" }

// denominator reads the word behind the numerator of a fraction. A second is a
// time.
func denominator(w string) (string, bool) {
	w = strings.TrimSuffix(w, "s")
	switch n, ok := ordinals[w]; {
	case w == "quarter":
		return "4", true
	case ok && n > 2 && n <= 20:
		return strconv.FormatInt(n, 10), true
	}
	return "", false
}

// wordAfter returns the word of ASCII letters behind one space or hyphen at i, in
// lower case, and its end.
func wordAfter(text string, i int) (string, int) {
	if i >= len(text) || text[i] != ' ' && text[i] != '-' {
		return "", i
	}
	return wordHere(text, i+1)
}

// wordHere returns the word of ASCII letters at i, and its end.
func wordHere(text string, i int) (string, int) {
	end := i
	for end < len(text) && end-i < 16 && asciiLetter(text[end]) {
		end++
	}
	if r, _ := utf8.DecodeRuneInString(text[end:]); isLetter(r) && r != utf8.RuneError && !isHan(r) {
		return "", i
	}
	return strings.ToLower(text[i:end]), end
}

// short powers stand behind the digits of an amount: $2.5bn, £3.4m.
var shortPowers = map[string]int64{"k": 1e3, "m": 1e6, "mn": 1e6, "bn": 1e9, "tn": 1e12}

// englishPower multiplies digits by the power behind them at j: 3.5 million.
func englishPower(digits, text string, j int, money bool) (value string, end int, ok bool) {
	w, to := wordAfter(text, j)
	n := spelled[w]
	if n < 100 {
		if w, to = wordHere(text, j); w == "" || !money && w != "bn" {
			return "", j, false
		}
		if n, ok = shortPowers[w]; !ok {
			return "", j, false
		}
	}
	v, good := new(big.Rat).SetString(digits)
	if !good {
		return "", j, false
	}
	v.Mul(v, new(big.Rat).SetInt64(n))
	return canonical(v.FloatString(8)), to, true
}

// perCent returns the end of the word for a hundredth that begins behind a space
// at j, or j.
func perCent(text string, j int) int {
	w, to := wordAfter(text, j)
	if w == "per" {
		w, to = wordAfter(text, to)
		w = "per" + w
	}
	if w == "percent" {
		return to
	}
	return j
}

// numbered returns the end of the letters that make the digits before j an
// ordinal, or j: 7th.
func numbered(text string, j int) int {
	switch w, to := wordHere(text, j); w {
	case "st", "nd", "rd", "th":
		return to
	}
	return j
}
