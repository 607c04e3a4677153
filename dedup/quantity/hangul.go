package quantity

import (
	"math/big"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Numbers in Hangul: those of Chinese origin by powers of ten (삼십, 이백오십), and the
// native ones up to ninety-nine (다섯, 스물두). One syllable alone is mostly something
// else, and is read before a space or a counter only. O(length of the number).

const (
	sinoDigits  = "영일이삼사오육칠팔구"
	nativeTens  = "열 스물 서른 마흔 쉰 예순 일흔 여든 아흔"
	nativeUnits = "하나 둘 셋 넷 다섯 여섯 일곱 여덟 아홉"
	nativeShort = "한 두 세 네 다섯 여섯 일곱 여덟 아홉" // before what is counted
)

// hangulNumber reads the number at i.
func hangulNumber(text string, i int) (number, bool) {
	if before, _ := utf8.DecodeLastRuneInString(text[:i]); unicode.Is(unicode.Hangul, before) && before != '제' {
		return number{}, false
	}
	if v, end := nativeNumber(text, i); v > 0 {
		return number{values: []*big.Rat{big.NewRat(v, 1)}, end: end, word: true}, true
	}
	total, part, digits, powers, at := int64(0), int64(0), int64(-1), 0, i
	for at < len(text) {
		r, n := utf8.DecodeRuneInString(text[at:])
		if k := strings.IndexRune(sinoDigits, r); k >= 0 {
			if digits >= 0 {
				break
			}
			digits = int64(k / 3)
		} else if k := strings.IndexRune("십백천", r); k >= 0 {
			part += max(digits, 1) * []int64{10, 100, 1000}[k/3]
			digits, powers = -1, powers+1
		} else if r == '만' && part+max(digits, 0) > 0 {
			total, part, digits, powers = (part+max(digits, 0))*10000, 0, -1, powers+1
		} else {
			break
		}
		at += n
	}
	if r, _ := utf8.DecodeRuneInString(text[at:]); digits >= 0 && powers == 0 && strings.ContainsRune("회위등호차", r) && at-i == len("일") {
		return number{values: []*big.Rat{big.NewRat(digits, 1)}, end: at, word: true}, true
	}
	if powers == 0 || utf8.RuneCountInString(text[i:at]) < 2 {
		return number{}, false
	}
	return number{values: []*big.Rat{big.NewRat(total+part+max(digits, 0), 1)}, end: at, word: true}, true
}

// counterAt reports whether the word ends at byte i, or goes on with what is counted: 두 명, 두명.
func counterAt(text string, i int) bool {
	r, _ := utf8.DecodeRuneInString(text[i:])
	return !unicode.Is(unicode.Hangul, r) || strings.ContainsRune("명개살번시권대마장병", r)
}

// nativeNumber reads a native number that ends where the word does.
func nativeNumber(text string, i int) (v int64, end int) {
	at := i
	const twenty = "스무" // before what is counted
	if end := i + len(twenty); strings.HasPrefix(text[i:], twenty) && counterAt(text, end) {
		return 20, end
	}
	for k, w := range strings.Fields(nativeTens) {
		if strings.HasPrefix(text[at:], w) {
			v, at = int64(k+1)*10, at+len(w)
			break
		}
	}
	for _, list := range []string{nativeUnits, nativeShort} {
		for k, w := range strings.Fields(list) {
			if strings.HasPrefix(text[at:], w) && counterAt(text, at+len(w)) {
				return v + int64(k+1), at + len(w)
			}
		}
	}
	if r, _ := utf8.DecodeRuneInString(text[at:]); v > 0 && !unicode.Is(unicode.Hangul, r) {
		return v, at
	}
	return 0, i
}
