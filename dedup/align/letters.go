package align

import (
	"math/bits"
	"unicode"
	"unicode/utf8"
)

// A scan of a text in letters takes one letter for another, and the word is another unit: at
// eight letters in a hundred every third word. In its place it is known by the letters it has
// kept, of which there are 27 bits: each letter sets one, so that a letter that is
// misread changes two at most.
const (
	letterBits = 27
	mostLength = 1<<(32-letterBits) - 1
)

// LettersOf returns which letters a word has, in any order, in its low bits, and how many in
// the others; 0 for what is no word of two letters or more.
func LettersOf(word string) uint32 {
	n, set := uint32(0), uint32(0)
	for i := 0; i < len(word); {
		r, size := rune(word[i]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(word[i:])
			r = unicode.ToLower(r)
		} else if 'A' <= r && r <= 'Z' {
			r |= 0x20
		}
		i += size
		if '0' <= r && r <= '9' {
			return 0
		}
		if r < utf8.RuneSelf && (r < 'a' || r > 'z') {
			continue // an apostrophe or a hyphen
		}
		n, set = n+1, set|1<<(uint32(r)%letterBits)
	}
	if n < 2 {
		return 0
	}
	return min(n, mostLength)<<letterBits | set
}

// misread reports whether words with these letters may be the same one, misread once in
// four to seven letters.
func misread(x, y uint32) bool {
	if x == 0 || y == 0 {
		return false
	}
	n, m := int(x>>letterBits), int(y>>letterBits)
	if max(n, m)-min(n, m) > 1 {
		return false
	}
	return bits.OnesCount32((x^y)<<(32-letterBits)) <= 2*(1+min(n, m)/8)
}

// spell looks up the letters of the units of a gap.
func (f *Refiner) spell(na, nb, alo, blo int) {
	f.letters[0], f.letters[1] = f.letters[0][:0], f.letters[1][:0]
	if f.Letters == nil {
		return
	}
	for i := range na {
		f.letters[0] = append(f.letters[0], f.Letters(0, alo+i))
	}
	for i := range nb {
		f.letters[1] = append(f.letters[1], f.Letters(1, blo+i))
	}
}
