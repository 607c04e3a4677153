package quantity

import (
	_ "embed"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"
)

// Numbers in words: two hundred and fifty, twenty-five, mil quinientos, three quarters. The
// words of each language stand in numerals.txt; larger numbers are composed of them, with
// spaces between or without, as German, Italian, Dutch and Swedish write them. Where a word
// of one language is another word elsewhere (due, on), it is a number within others alone.

//go:embed numerals.txt
var numeralTable string

// numeral is the value of a word for a number.
type numeral struct {
	value   int64
	ordinal bool
	within  bool // within others alone
}

// numerals are the words of numerals.txt.
var numerals = sync.OnceValue(func() map[string]numeral {
	m := map[string]numeral{}
	for line := range strings.Lines(numeralTable) {
		f := strings.Fields(line)
		if len(f) < 2 || f[0] == "#" {
			continue
		}
		digits, ordinal := strings.CutSuffix(f[0], "th")
		v, err := strconv.ParseInt(digits, 10, 64)
		if err != nil {
			continue
		}
		for _, w := range f[1:] {
			w, within := strings.CutPrefix(strings.ReplaceAll(w, "_", " "), "~")
			if old, ok := m[w]; !ok || old.within && !within {
				m[w] = numeral{v, ordinal, within}
			}
		}
	}
	return m
})

// sum is a number in words as far as it was read: whole groups of thousands, and the group
// that is open.
type sum struct{ total, group, last, scale int64 }

// add takes the next word. inverted says that "and" stands between a unit and the tens after
// it: fünf und zwanzig. French counts from sixty to ninety-nine by twenties.
func (s *sum) add(v int64, inverted bool) bool {
	low := s.group % 100
	switch first := s.last == 0 || s.last >= 1000; {
	case v >= 1000:
		if s.scale != 0 && v >= s.scale || s.group == 0 && !(s.last == 0) {
			return false
		}
		s.total, s.group, s.scale = s.total+max(s.group, 1)*v, 0, v
	case v == 100 && s.group > 0 && s.group < 100:
		s.group *= 100
	case first:
		s.group = v
	case s.group >= 100 && s.last >= 100 && v < 100, // 300 | 25
		s.last >= 20 && s.last < 100 && s.last%10 == 0 && v > 0 && v < 10, // 20 | 5
		s.last == 10 && v >= 7 && v <= 9, low == 60 && v >= 10 && v < 20, low == 80 && s.last == 20 && v > 0 && v < 20:
		s.group += v
	case v == 20 && low == 4:
		s.group += 76 // quatre-vingts
	case inverted && v >= 20 && v < 100 && v%10 == 0 && s.last > 0 && s.last < 10:
		s.group += v
	default:
		return false
	}
	s.last = v
	return true
}

func (s *sum) value() int64 { return s.total + s.group }

// joining are the words that stand between the parts of a number: twenty-five, treinta y cinco.
const joining = " and und et y e og och en ve i و "

// spelled reads the number in words at i, which must begin a word.
func spelled(text string, i int) (number, bool) {
	if i > 0 && !wordEnds(text, i) {
		return number{}, false
	}
	if m, end := table().mixed.at(text, i); m != nil { // полтора
		return number{values: []*big.Rat{m[0].size}, end: end, word: true}, true
	}
	n, end, ok := numeralAt(text, i)
	if !ok {
		return roman(text, i)
	}
	if n.ordinal {
		return number{values: []*big.Rat{big.NewRat(n.value, 1)}, end: end, word: true, ordinal: true}, true
	}
	s, alone := sum{}, n.within
	s.add(n.value, false)
	for {
		at := end
		if at < len(text) && (text[at] == ' ' || text[at] == '-') {
			at++
		}
		inverted := false
		w, to := wordAt(text, at)
		if strings.Contains(joining, " "+w+" ") && w != "" && to < len(text) && (w != "and" && w != "en" || s.last >= 100) {
			at, inverted = to+1, w == "und" || w == "en" || w == "و"
		} else if and := "و"; strings.HasPrefix(w, and) && w != and { // Arabic writes it to the next word
			at, inverted = at+len(and), true
		}
		m, to, ok := numeralAt(text, at)
		if !ok || at == end {
			break
		}
		if m.ordinal {
			if tens := s.last >= 20 && s.last < 100 && s.last%10 == 0; s.last == 100 || s.last == 10 && m.value >= 7 && m.value <= 9 || m.value < 10 && tens {
				return number{values: []*big.Rat{big.NewRat(s.value()+m.value, 1)}, end: to, word: true, ordinal: true}, true
			}
			break
		}
		if !s.add(m.value, inverted) {
			break
		}
		end, alone = to, false
	}
	if alone {
		return number{}, false
	}
	return parts(text, number{values: []*big.Rat{big.NewRat(s.value(), 1)}, end: end, word: true}), true
}

// andHalf adds the half that follows a whole number in words: two and a half.
func andHalf(text string, n number) number {
	at := skipSpace(text, n.end)
	if m, end := table().halves.at(text, at); m != nil && at > n.end && len(n.values) == 1 && n.values[0].IsInt() && !n.ordinal {
		n.values, n.plain, n.end = []*big.Rat{new(big.Rat).Add(n.values[0], m[0].size)}, "", end
	}
	return n
}

// lesser adds the number in words that follows a scale and is less than it.
func lesser(text string, n number, scale *big.Rat) number {
	const room = 60 // bytes: what follows is short, which bounds the recursion
	at := skipSpace(text, n.end)
	if w, to := wordAt(text, at); w != "" && strings.Contains(joining, " "+w+" ") && to < len(text) {
		at = to + 1
	}
	if at >= len(text) {
		return n
	}
	if r, _ := utf8.DecodeRuneInString(text[at:]); !spaced(r) {
		return n
	}
	rest, ok := spelled(text[:min(len(text), at+room)], at)
	if !ok || rest.ordinal {
		return n
	}
	rest = powers(text[:min(len(text), at+room)], rest, false)
	if len(rest.values) != 1 || rest.values[0].Cmp(scale) >= 0 {
		return n
	}
	n.values, n.end = []*big.Rat{new(big.Rat).Add(n.values[0], rest.values[0])}, rest.end
	return n
}

// Word reports whether w is a number in a word or in Roman capitals: seven, dritte, XIX.
func Word(w string) bool {
	w = strings.TrimSpace(w)
	if n, end, ok := numeralAt(w, 0); ok && end == len(w) && !n.within {
		return true
	}
	if m, end := table().mixed.at(w, 0); m != nil && end == len(w) {
		return true
	}
	_, ok := roman(w, 0)
	return ok && strings.IndexByte("IVXLCDM", w[0]) >= 0
}

// numeralAt returns the number that the word at i is, and its end; that of two words where both
// together are one: اثنا عشر, hai mươi; of a word that is composed, its sum.
func numeralAt(text string, i int) (numeral, int, bool) {
	w, end := wordAt(text, i)
	if w == "" {
		return numeral{}, i, false
	}
	if end < len(text) && text[end] == ' ' {
		if next, to := wordAt(text, end+1); next != "" {
			if n, ok := numerals()[w+" "+next]; ok && !n.ordinal {
				return n, to, true
			}
		}
	}
	if n, ok := numerals()[w]; ok {
		return n, end, true
	}
	if v, ok := composed(w); ok {
		return numeral{value: v}, end, true
	}
	return numeral{}, i, false
}

// leastComposed is the shortest word that is composed of others, in bytes: yüzon.
const leastComposed = 6

// composed reads a number in one word: einundzwanzig, millecinquecento, femhundratjugo.
func composed(w string) (int64, bool) {
	if len(w) < leastComposed {
		return 0, false
	}
	var try func(at int, s sum, inverted bool, n int) (int64, bool)
	try = func(at int, s sum, inverted bool, n int) (int64, bool) {
		if at == len(w) {
			return s.value(), n > 1
		}
		for end := len(w); end > at+1; end-- {
			m, ok := numerals()[w[at:end]]
			if !ok || m.ordinal || n > 6 {
				continue
			}
			if next := s; next.add(m.value, inverted) {
				if v, ok := try(end, next, false, n+1); ok {
					return v, true
				}
			}
		}
		for _, and := range []string{"und", "en", "ën"} {
			if n > 0 && !inverted && strings.HasPrefix(w[at:], and) && len(w) > at+len(and) {
				if v, ok := try(at+len(and), s, true, n); ok {
					return v, true
				}
			}
		}
		return 0, false
	}
	return try(0, sum{}, false, 0)
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
	for w, n := range numerals() {
		if !n.within {
			fn(w, n.value, n.ordinal)
		}
	}
}

// roman reads a number in Roman capitals, of two letters or more up to MMMCMXCIX, or of one
// before the letters of an ordinal: XIX век, XVIIIe, Ve.
func roman(text string, i int) (number, bool) {
	end, total, last := i, int64(0), int64(1000)
	for end < len(text) {
		k := strings.IndexByte("IVXLCDM", text[end])
		if k < 0 {
			break
		}
		v := []int64{1, 5, 10, 50, 100, 500, 1000}[k]
		if total += v; v > last {
			total -= 2 * last
		}
		last, end = v, end+1
	}
	if end == i {
		return number{}, false
	}
	if _, to := table().units.at(text, end); to > end && !wordEnds(text, end) {
		if w := text[end:to]; w != "e" && w != "er" && w != "ème" || end-i < 2 && strings.IndexByte("IVX", text[i]) < 0 {
			return number{}, false // Der, De
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
	}{{1000, "M"}, {900, "CM"}, {500, "D"}, {400, "CD"}, {100, "C"}, {90, "XC"}, {50, "L"}, {40, "XL"}, {10, "X"}, {9, "IX"}, {5, "V"}, {4, "IV"}, {1, "I"}} {
		for ; n >= d.v; n -= d.v {
			s += d.s
		}
	}
	return s
}
