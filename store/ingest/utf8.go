package ingest

import (
	"bytes"
	"unicode/utf8"
)

// firstInvalid returns the offset of the first byte that is no UTF-8, or -1.
func firstInvalid(b []byte) int {
	if utf8.Valid(b) {
		return -1
	}
	for i := 0; i < len(b); {
		r, n := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && n == 1 {
			return i
		}
		i += n
	}
	return -1
}

// mostlyUTF8 reports whether b is UTF-8 with damage rather than another encoding. Its bytes beyond
// ASCII say so near the first that is none: four in five of them stand in whole characters of three
// bytes or more, of which GBK, Big5 and the others make few; or in any whole characters, if there are
// eight of two bytes; or three in five, if the others are Latin letters next to letters of ASCII,
// as in für, which is fÃ¼r or f眉r in another encoding.
func mostlyUTF8(b []byte, first int) bool {
	from := max(0, first-sampleLength/2)
	for from > 0 && !utf8.RuneStart(b[from]) {
		from--
	}
	w := weighUTF8(b[from:min(len(b), first+sampleLength/2)])
	return 5*w.long >= 4*w.high || w.short >= 16 && 5*(w.long+w.short) >= 4*w.high || w.inWords > 0 && 5*(w.long+w.inWords) >= 3*w.high
}

// utf8Weight counts the bytes beyond ASCII of a text: all, those of whole characters of UTF-8 of
// three bytes or more, of two, and of Latin letters of two within words.
type utf8Weight struct{ high, long, short, inWords int }

func weighUTF8(b []byte) (w utf8Weight) {
	letter := func(i int) bool { return i >= 0 && i < len(b) && (b[i]|0x20) >= 'a' && (b[i]|0x20) <= 'z' }
	for i := 0; i < len(b); {
		_, n := utf8.DecodeRune(b[i:])
		if half := b[i:min(len(b), i+3)]; n == 1 && len(half) == 3 && surrogateHalf(half) >= 0 {
			n = 3 // of CESU-8
		}
		switch {
		case b[i] < utf8.RuneSelf:
			i++
			continue
		case n >= 3:
			w.long += n
		case n == 2:
			w.short += n
			if b[i] >= 0xc3 && b[i] <= 0xc5 && (letter(i-1) || letter(i+2)) {
				w.inWords += n
			}
		}
		w.high += n
		i += n
	}
	return w
}

// wholeUTF8 reports whether a line of a file in another encoding is in UTF-8: all beyond ASCII is in
// whole characters, two or more of three bytes, eight of two, or two Latin letters within words. Of
// lines in GBK and Big5 next to none is.
func wholeUTF8(b []byte) bool {
	if !utf8.Valid(b) || bytes.Contains(b, []byte("\ufffd")) {
		return false
	}
	w := weighUTF8(b)
	return w.long >= 6 && w.long == w.high || w.short >= 16 || w.inWords >= 4
}
