package quantity

import (
	_ "embed"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// Numbers in words: two hundred and fifty, twenty-five, three quarters. The words of each
// language stand in numerals.txt; English composes them, of the others the small ones
// are known, which is what news spells out.

//go:embed numerals.txt
var numeralTable string

// numerals are the values of the words; those of ordinals are negative.
var numerals = sync.OnceValue(func() map[string]int64 {
	m := map[string]int64{}
	for line := range strings.Lines(numeralTable) {
		f := strings.Fields(line)
		if len(f) < 2 || f[0] == "#" {
			continue
		}
		digits, ordinal := strings.CutSuffix(f[0], "th")
		v, err := strconv.ParseInt(digits, 10, 64)
		if ordinal {
			v = -v
		}
		for _, w := range f[1:] {
			if err == nil {
				m[strings.ReplaceAll(w, "_", " ")] = v
			}
		}
	}
	addGerman(m)
	return m
})

// addGerman adds the numbers that German writes in one word: einundzwanzig, dreihundert.
func addGerman(m map[string]int64) {
	units := strings.Fields("ein zwei drei vier fünf sechs sieben acht neun")
	for k, u := range units {
		for t, ten := range strings.Fields("zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig") {
			m[u+"und"+ten] = int64(10*(t+2) + k + 1)
		}
		m[u+"hundert"], m[u+"tausend"] = int64(100*(k+1)), int64(1000*(k+1))
	}
}

// goesOn reports whether a number in words that ended with last, total in all, goes on
// with n, and what it is then. French counts from sixty to ninety-nine by twenties.
func goesOn(total, last, n int64) (int64, bool) {
	switch {
	case n == 100 && total < 100 && total > 0:
		return total * 100, true
	case n == 20 && total == 4:
		return 80, true
	case last == 10 && n >= 7 && n <= 9, total%100 == 60 && n >= 10 && n <= 16, total%100 == 80 && last == 20 && n > 0 && n <= 16,
		n > 0 && n < 100 && last == 100, n < 10 && n > 0 && last >= 20 && last < 100 && last%10 == 0:
		return total + n, true
	}
	return total, false
}

// spelled reads the number in words at i, which must begin a word.
func spelled(text string, i int) (number, bool) {
	if i > 0 && !wordEnds(text, i) {
		return number{}, false
	}
	w, end := numeralAt(text, i)
	v, ok := numerals()[w]
	if !ok {
		return roman(text, i)
	}
	if v < 0 {
		return number{values: []*big.Rat{big.NewRat(-v, 1)}, end: end, word: true, ordinal: true}, true
	}
	total, last := v, v
	for {
		at := end
		if at < len(text) && (text[at] == ' ' || text[at] == '-') {
			at++
		}
		w, to := numeralAt(text, at)
		if ((w == "and" || w == "und") && last >= 100 || w == "et" && last >= 20) && to < len(text) {
			w, to = wordAt(text, to+1)
		}
		n, ok := numerals()[w]
		if ok && n < 0 && at > end && (last == 100 || last == 10 && n <= -7 && n >= -9 || n > -10 && last >= 20 && last < 100 && last%10 == 0) {
			return number{values: []*big.Rat{big.NewRat(total-n, 1)}, end: to, word: true, ordinal: true}, true
		}
		sum, more := goesOn(total, last, n)
		if !ok || at == end || !more {
			return parts(text, number{values: []*big.Rat{big.NewRat(total, 1)}, end: end, word: true}), true
		}
		total, last, end = sum, n, to
	}
}

// Word reports whether w is a number in a word or in Roman capitals: seven, dritte, XIX.
func Word(w string) bool {
	_, ok := numerals()[strings.ToLower(w)]
	if !ok && w != "" && strings.IndexByte("IVXLC", w[0]) >= 0 {
		_, ok = roman(w, 0)
	}
	return ok
}

// numeralAt returns the word at i in lower case, and its end; two words where both together
// are a number: اثنا عشر, hai mươi.
func numeralAt(text string, i int) (string, int) {
	w, end := wordAt(text, i)
	if end < len(text) && text[end] == ' ' {
		if next, to := wordAt(text, end+1); numerals()[w+" "+next] > 0 {
			return w + " " + next, to
		}
	}
	return w, end
}

// wordAt returns the word at i in lower case, and its end.
func wordAt(text string, i int) (string, int) {
	end := lettersEnd(text, i)
	if end-i > 40 {
		return "", i
	}
	return strings.ToLower(text[i:end]), end
}

// parts reads the word for a part after a number: two thirds, 3 quarters.
func parts(text string, n number) number {
	at := n.end
	if at < len(text) && (text[at] == ' ' || text[at] == '-') {
		at++
	}
	m, end := table().parts.at(text, at)
	if m == nil || at == n.end {
		return n
	}
	n = n.times(m[0].size)
	n.end = end
	return n
}

// Numerals calls fn with each number in a word that is known, its value, and whether it is
// an ordinal, in no order.
func Numerals(fn func(word string, value int64, ordinal bool)) {
	for w, v := range numerals() {
		fn(w, max(v, -v), v < 0)
	}
}

// roman reads a number in Roman capitals, of two letters or more up to CCCXCIX, or of one
// before the letters of an ordinal: XIX век, XVIIIe, Ve.
func roman(text string, i int) (number, bool) {
	end, total, last := i, int64(0), int64(1000)
	for end < len(text) {
		k := strings.IndexByte("IVXLC", text[end])
		if k < 0 {
			break
		}
		v := []int64{1, 5, 10, 50, 100}[k]
		if total += v; v > last {
			total -= 2 * last
		}
		last, end = v, end+1
	}
	if end == i {
		return number{}, false
	}
	if _, to := table().units.at(text, end); to > end && !wordEnds(text, end) {
		if w := text[end:to]; w != "e" && w != "er" && w != "ème" {
			return number{}, false
		}
	} else if end-i < 2 && !titled(text, i) || !wordEnds(text, end) {
		return number{}, false
	}
	if writtenRoman(total) != text[i:end] {
		return number{}, false // LIVID
	}
	return number{values: []*big.Rat{big.NewRat(total, 1)}, end: end, word: true}, true
}

// titled reports whether a word stands before byte i after which one letter is a number:
// Chapter V, World War I.
func titled(text string, i int) bool {
	f := strings.Fields(text[max(0, i-20):i])
	return len(f) > 0 && slices.Contains(titles, strings.ToLower(f[len(f)-1]))
}

var titles = strings.Fields("war chapter part book act title volume article section appendix type class phase kapitel band teil chapitre tome livre titre глава часть том раздел")

func writtenRoman(n int64) (s string) {
	for _, d := range []struct {
		v int64
		s string
	}{{100, "C"}, {90, "XC"}, {50, "L"}, {40, "XL"}, {10, "X"}, {9, "IX"}, {5, "V"}, {4, "IV"}, {1, "I"}} {
		for ; n >= d.v; n -= d.v {
			s += d.s
		}
	}
	return s
}
