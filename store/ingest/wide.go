package ingest

import (
	"bytes"
	"encoding/binary"
	"unicode"
	"unicode/utf8"
)

// Text of two or four bytes a character, UTF-16 and UTF-32, in files that do not say so.

// sniffWide recognises UTF-16 and UTF-32 without a mark. Where there is ASCII, three of
// four bytes or every other one are zero. Pages of nothing but Han have no zeros: the
// high bytes are those of Han and its punctuation, and the low bytes have what no other
// encoding of text has, control characters.
func sniffWide(start []byte) (name string, unit int) {
	if len(start) < 4 {
		if len(start) >= 2 && len(start)%2 == 0 {
			switch {
			case start[1] == 0 && start[0] != 0:
				return "UTF-16LE", 2
			case start[0] == 0 && start[1] != 0:
				return "UTF-16BE", 2
			}
		}
		return "", 0
	}
	if plainHead(start) {
		return "", 0
	}
	var zeros, controls, high [4]int
	n := len(start) / 4
	for i, c := range start[:4*n] {
		switch {
		case c == 0:
			zeros[i&3]++
		case c < ' ' && c != '\n' && c != '\r' && c != '\t':
			controls[i&3]++
		}
		if highByte(c) {
			high[i&3]++
		}
	}
	switch {
	case zeros[3] >= n-n/20 && zeros[2] >= n*9/10 && zeros[0] < n/10+1 && utf32Valid(start[:4*n], true):
		return "UTF-32LE", 4
	case zeros[0] >= n-n/20 && zeros[1] >= n*9/10 && zeros[3] < n/10+1 && utf32Valid(start[:4*n], false):
		return "UTF-32BE", 4
	}
	even, odd := zeros[0]+zeros[2], zeros[1]+zeros[3]
	switch {
	case even+odd > 0 && 20*(even+odd) <= len(start) && utf8.Valid(wholeRunes(start)): // zeros strayed into a text
		return "", 0
	case even == 0 && odd > 0 && start[1] == 0, 2*even < odd && high[1]+high[3]+odd >= 2*n*9/10:
		return "UTF-16LE", 2
	case odd == 0 && even > 0 && start[0] == 0, 2*odd < even && high[0]+high[2]+even >= 2*n*9/10:
		return "UTF-16BE", 2
	case n < 8, utf8.Valid(wholeRunes(start)): // digits and one control character are no page of Han
	case high[1]+high[3]+odd >= 2*n*9/10 && controls[0]+controls[2] >= n/20+1 && even <= n/2: // 一 is 4E00
		return "UTF-16LE", 2
	case high[0]+high[2]+even >= 2*n*9/10 && controls[1]+controls[3] >= n/20+1 && odd <= n/2:
		return "UTF-16BE", 2
	}
	return "", 0
}

// plainHead reports whether a file begins with a line of printable ASCII, of which no text in UTF-16
// or UTF-32 is made: what another program appended in them is damage.
func plainHead(start []byte) bool {
	const enough = 64
	for i, c := range start {
		switch {
		case i == enough, c == '\n' && i >= 16:
			return true
		case c >= 0x7f, c < ' ' && c != '\n' && c != '\r' && c != '\t':
			return false
		}
	}
	return false
}

// wideLine takes a line of a file of UTF-8 that a program of Windows appended in UTF-16: two in five of
// its bytes are zero. It returns how many bytes it took, 0 of another line. Where the low half of a
// unit comes first, the last zero of a line stands at the head of the next.
func (d *decoding) wideLine(b []byte) int {
	open := d.openWide
	d.openWide = false
	if open && b[0] == 0 {
		d.take(b[:1], nil, "UTF-16LE", 0)
		return 1
	}
	if zeros := bytes.Count(b, []byte{0}); zeros < 4 || 5*zeros < 2*len(b) {
		return 0
	}
	units, ends := bytes.CutSuffix(b, []byte{'\n'})
	name, mark := "UTF-16LE", "\xff\xfe"
	if units[0] == 0 || units[0] == 0xfe {
		name, mark = "UTF-16BE", "\xfe\xff"
	}
	text, err := wide[name].NewDecoder().Bytes(bytes.TrimPrefix(units[:len(units)&^1], []byte(mark)))
	if err != nil {
		return 0
	}
	if ends {
		text = append(text, '\n')
		d.openWide = name == "UTF-16LE"
	}
	d.take(b, text, name, 0)
	return len(b)
}

// wholeRunes returns the start of a file without a character that it cuts at its end.
func wholeRunes(start []byte) []byte {
	for cut := range min(utf8.UTFMax, len(start)) {
		if c := start[len(start)-1-cut]; utf8.RuneStart(c) {
			if !utf8.FullRune(start[len(start)-1-cut:]) {
				return start[:len(start)-1-cut]
			}
			break
		}
	}
	return start
}

// highByte reports whether a byte is the higher one of characters of the scripts that
// most texts are in, but Latin.
func highByte(c byte) bool {
	switch {
	case c >= 3 && c <= 6, c >= 9 && c <= 0x0e: // Greek to Arabic, of India and Thai
	case c == 0x20, c == 0x30, c == 0xff: // punctuation, kana, full width
	case c >= 0x4e && c <= 0x9f, c >= 0xac && c <= 0xd7: // Han, Hangul
	default:
		return false
	}
	return true
}

// utf32Valid reports whether units are characters, all but one in twenty.
func utf32Valid(b []byte, little bool) bool {
	bad, most := 0, len(b)/4/20
	for ; len(b) >= 4; b = b[4:] {
		r := binary.BigEndian.Uint32(b)
		if little {
			r = binary.LittleEndian.Uint32(b)
		}
		if r > unicode.MaxRune || r >= 0xd800 && r < 0xe000 {
			if bad++; bad > most {
				return false
			}
		}
	}
	return true
}
