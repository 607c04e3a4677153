package shingle

import "unicode"

// IsHan reports whether r is a Han character: an ideograph of any block, 々 or 〇. One
// comparison recognises nearly all of them.
func IsHan(r rune) bool {
	return r >= 0x4E00 && r <= 0x9FFF || r >= 0x2E80 && unicode.Is(unicode.Han, r)
}
