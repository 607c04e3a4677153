package quantity

import (
	_ "embed"
	"math/big"
	"strings"
)

// Numbers in words: two hundred and fifty, twenty-five, three quarters. The words of each
// language stand in numerals.txt; English composes them, of the others the small ones
// are known, which is what news spells out.

//go:embed numerals.txt
var numeralTable string

var numerals = func() map[string]int64 {
	m := map[string]int64{}
	for line := range strings.Lines(numeralTable) {
		f := strings.Fields(line)
		if len(f) < 2 || f[0] == "#" {
			continue
		}
		v, ok := new(big.Int).SetString(f[0], 10)
		for _, w := range f[1:] {
			if ok {
				m[w] = v.Int64()
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
	v, ok := numerals[w]
	if !ok {
		return number{}, false
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

// wordAt returns the word at i in lower case, and its end.
func wordAt(text string, i int) (string, int) {
	end := lettersEnd(text, i)
	if end-i > 40 {
		return "", i
	}
	return strings.ToLower(text[i:end]), end
}

// parts reads the word for a part that stands behind a number: two thirds, 3 quarters.
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
