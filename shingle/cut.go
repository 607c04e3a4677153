package shingle

import (
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Unit is one folded unit of a text: a character of an unspaced script, a run of
// letters of a spaced one, or a run of digits. Lo and Hi are its bytes in the
// original text.
type Unit struct {
	ID     uint32 // equal IDs compare equal; Kind is part of it
	Lo, Hi uint32
}

// Span returns the bytes of the original text that u stands for.
func (u Unit) Span() Span { return Span{int(u.Lo), int(u.Hi)} }

// Kind is the kind of a unit.
type Kind uint8

// The kinds of units.
const (
	Character Kind = iota // ID is the folded rune
	Word                  // ID is a 30-bit hash of the folded letters
	Number                // ID is a 30-bit hash of the digits
)

const (
	wordBit   = 1 << 31
	numberBit = 1 << 30
)

// Kind returns the kind of u.
func (u Unit) Kind() Kind {
	switch {
	case u.ID&wordBit != 0:
		return Word
	case u.ID&numberBit != 0:
		return Number
	}
	return Character
}

// maxText is the longest text that Cut takes: offsets are 32 bits.
const maxText = 1<<32 - 1

// Cut appends the units of text to dst. It takes one pass, O(len(text)), and
// allocates nothing but dst. Bytes that are no UTF-8 stand in no unit. Digits
// that one space or line break parts, when digits stand on both sides, stay two
// units: see JoinDigits.
func (rules Rules) Cut(dst []Unit, text string) []Unit {
	if len(text) > maxText {
		text = text[:maxText]
	}
	t := table()
	const basis, prime = 2166136261, 16777619
	var (
		open  Class // class of the run that is open: Letter, Digit, or 0
		hash  uint32
		start int
		end   int
	)
	flush := func() {
		switch open {
		case Letter:
			dst = append(dst, Unit{mix(hash)&(1<<30-1) | wordBit, uint32(start), uint32(end)})
		case Digit:
			dst = append(dst, Unit{mix(hash)&(1<<30-1) | numberBit, uint32(start), uint32(end)})
		}
		open = 0
	}
	add := func(f folded, lo, hi int) {
		c := f.class()
		switch c {
		case Char:
			flush()
			r := f.rune()
			if !rules.KeepScript {
				r = simplify(r)
			}
			dst = append(dst, Unit{uint32(r), uint32(lo), uint32(hi)})
		case Letter, Digit:
			if open != c {
				flush()
				open, hash, start = c, basis, lo
			}
			v := uint32(f.rune())
			if c == Digit {
				v = uint32('0' + digitValue(f.rune()))
			}
			hash = (hash ^ v) * prime
			end = hi
		case Mark, Ignorable:
			if open != 0 {
				end = hi
			}
		default:
			flush()
		}
	}
	for i := 0; i < len(text); {
		r, n := rune(text[i]), 1
		if r >= utf8.RuneSelf {
			r, n = utf8.DecodeRuneInString(text[i:])
		}
		f := lookup(t, r)
		if f.expands() {
			for _, e := range norm.NFKC.String(string(r)) {
				add(foldRune(e), i, i+n)
			}
		} else {
			add(f, i, i+n)
		}
		i += n
	}
	flush()
	return dst
}

// mix is the finaliser of MurmurHash3 (Appleby, public domain): FNV-1a alone
// leaves the low bits of short words close together.
func mix(h uint32) uint32 {
	h ^= h >> 16
	h *= 0x85ebca6b
	h ^= h >> 13
	h *= 0xc2b2ae35
	h ^= h >> 16
	return h
}
