package shingle

import "unicode"

// IsHan reports whether r is a Han character: an ideograph of any block, 々 or 〇. One
// comparison recognises nearly all of them.
func IsHan(r rune) bool {
	return r >= 0x4E00 && r <= 0x9FFF || r >= 0x2E80 && unicode.Is(unicode.Han, r)
}

// IsHiragana reports whether r is a syllable of hiragana or its mark of repetition.
func IsHiragana(r rune) bool { return r >= 0x3041 && r <= 0x309E }

// IsKatakana reports whether r is a syllable of katakana, ー or a mark of repetition; ・
// parts words and is none.
func IsKatakana(r rune) bool { return r >= 0x30A1 && r <= 0x30FE && r != '・' }

// IsKana reports whether r is one of either.
func IsKana(r rune) bool { return IsHiragana(r) || IsKatakana(r) }
