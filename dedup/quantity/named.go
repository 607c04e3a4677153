package quantity

import (
	"math/big"
	"slices"
	"strings"
	"unicode/utf8"
)

// namedAt reads a day of the week, a month by name, a length of time or a share in words.
func namedAt(text string, i int) (Quantity, bool) {
	if !wordEnds(text, i) {
		return Quantity{}, false
	}
	if m, end := table().units.at(text, i); m != nil && calendar(m) {
		return Quantity{Lo: i, Hi: end, from: []reading{{m[0].dim, m[0].size}}, named: true}, true
	}
	if m, end := table().spans.at(text, i); m != nil {
		dim := "time"
		if m[0].size.Cmp(big.NewRat(10, 1)) < 0 { // twice
			dim = "times"
		}
		return Quantity{Lo: i, Hi: end, figures: [2]int{i, end}, bare: []*big.Rat{m[0].size}, from: []reading{{dim, m[0].size}}, unit: true, size: m[0].size}, true
	}
	if m, end := table().shares.at(text, i); m != nil {
		return Quantity{Lo: i, Hi: end, bare: []*big.Rat{m[0].size}, from: []reading{{"", m[0].size}}, named: true}, true
	}
	return Quantity{}, false
}

// Month returns the number of the month that the word w names, in any language, or 0.
func Month(w string) int {
	m, end := table().units.at(w, 0)
	if m == nil || end != len(w) || m[0].dim != "month" {
		return 0
	}
	return int(m[0].size.Num().Int64())
}

// Months returns the names of the months in all languages. More letters may follow some:
// январ for января.
func Months() (names []string) {
	for _, list := range table().units.list {
		for _, x := range list {
			if x.meanings[0].dim == "month" {
				names = append(names, x.text)
			}
		}
	}
	slices.Sort(names)
	return names
}

// Digit reports whether s begins with a digit, a fraction or a raised digit, of any
// script.
func Digit(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return digit(r) >= 0 || vulgar(r) != nil || strings.ContainsRune("⁰¹²³⁴⁵⁶⁷⁸⁹", r) || hanTens(r) > 0
}

// Named reports whether s begins with a quantity that has a name, a day of the week, a
// month, a share, or with a unit.
func Named(s string) bool {
	_, ok := namedAt(s, 0)
	m, _ := table().units.at(s, 0)
	return ok || m != nil
}
