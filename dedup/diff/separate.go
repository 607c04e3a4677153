package diff

import "strings"

// Keys of words and of some numbers are hashes, and hashes of two words may meet, by
// chance or by intent. So the keys of both texts are compared with what is written
// before anything else is: where two words have one key, one of them gets another. Whole
// numbers of up to eight digits need none of it, they are their own keys. O(n), a look
// into a table for each word.

// exactKey is set in the key of a number that is its value.
const exactKey = 1 << 30

// Parts of an exact key.
const (
	percentKey  = 1 << 29
	negativeKey = 1 << 28
	exactDigits = 8
)

// numberKey returns the key of a number, as its value is written with the fewest signs.
func numberKey(value string) uint32 {
	digits, key := value, uint32(strongHash|exactKey)
	if rest, ok := strings.CutPrefix(digits, "-"); ok {
		digits, key = rest, key|negativeKey
	}
	if rest, ok := strings.CutSuffix(digits, "%"); ok {
		digits, key = rest, key|percentKey
	}
	if n := len(digits); n == 0 || n > exactDigits || n > 1 && digits[0] == '0' {
		return hash(value, 2)
	}
	v := uint32(0)
	for i := range len(digits) {
		if digits[i] < '0' || digits[i] > '9' {
			return hash(value, 2)
		}
		v = 10*v + uint32(digits[i]-'0')
	}
	return key | v
}

// separate gives words and numbers of both texts that are different, and whose keys meet,
// different keys.
func separate(a, b *view) {
	known := map[uint32]string{}
	for _, v := range []*view{a, b} {
		for i := range v.toks {
			t := &v.toks[i]
			if t.kind != word && t.kind != letter && t.kind != number || t.key&exactKey != 0 {
				continue
			}
			for s := v.text[t.lo:t.hi]; ; t.key = (t.key+1)&^exactKey | strongHash {
				first, ok := known[t.key]
				if !ok {
					known[t.key] = s
				}
				if !ok || first == s || means(first, t.kind) == means(s, t.kind) {
					break
				}
			}
		}
	}
}

// means returns what the key of a word or a number stands for.
func means(s string, k kind) string {
	if k != number {
		return foldWord(s)
	}
	if _, value, ok := readNumber(s, 0, nil); ok {
		return value
	}
	w := foldWord(s)
	end := len(s)
	if i := strings.IndexAny(s, " -"); i >= 0 {
		end = i
		w = foldWord(s[:i])
	}
	if value, hi, ok := scanEnglish(s, 0, end, w); ok {
		if perCent(s, hi) > hi {
			value += "%"
		}
		return value
	}
	return ""
}
