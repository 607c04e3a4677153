package quantity

import (
	_ "embed"
	"math/big"
	"strconv"
	"strings"
)

// Numbers in words: two hundred and fifty, twenty-five, three quarters. The words of each
// language stand in numerals.txt; English composes them, of the others the small ones
// are known, which is what news spells out.

//go:embed numerals.txt
var numeralTable string

// numerals are the values of the words; those of ordinals are negative.
var numerals = func() map[string]int64 {
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
	return m
}()

// spelled reads the number in words at i, which must begin a word.
func spelled(text string, i int) (number, bool) {
	if i > 0 && !wordEnds(text, i) {
		return number{}, false
	}
	w, end := wordAt(text, i)
	if end < len(text) && text[end] == ' ' {
		if next, to := wordAt(text, end+1); numerals[w+" "+next] > 0 { // اثنا عشر
			w, end = w+" "+next, to
		}
	}
	v, ok := numerals[w]
	if !ok {
		return number{}, false
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
		w, to := wordAt(text, at)
		if (w == "and" || w == "und") && last >= 100 && to < len(text) {
			w, to = wordAt(text, to+1)
		}
		n, ok := numerals[w]
		switch {
		case !ok || at == end:
			return parts(text, number{values: []*big.Rat{big.NewRat(total, 1)}, end: end, word: true}), true
		case n < 0 && (last == 100 || n > -10 && last >= 20 && last < 100 && last%10 == 0):
			return number{values: []*big.Rat{big.NewRat(total-n, 1)}, end: to, word: true, ordinal: true}, true
		case n == 100 && total < 100 && total > 0:
			total *= 100
		case n < 100 && last == 100, n < 10 && n > 0 && last >= 20 && last < 100 && last%10 == 0:
			total += n
		default:
			return parts(text, number{values: []*big.Rat{big.NewRat(total, 1)}, end: end, word: true}), true
		}
		last, end = n, to
	}
}

// Word reports whether w is a number in a word, such as seven or dritte.
func Word(w string) bool { _, ok := numerals[strings.ToLower(w)]; return ok }

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
	m, end := table.parts.at(text, at)
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
	for w, v := range numerals {
		fn(w, max(v, -v), v < 0)
	}
}
