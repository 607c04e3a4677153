package quantity

import "testing"

// TestNotationOf: a text's figures that can be read in one way say how it writes numbers, then
// its language does, then its fractions.
func TestNotationOf(t *testing.T) {
	for text, want := range map[string]Notation{
		"":                               OpenNotation,
		"1.000":                          OpenNotation,
		"3.5 / 2.75":                     DecimalPoint,
		"3,5 / 2,75":                     DecimalComma,
		"The sum of 1.234.567 was paid":  DecimalComma,
		"Die Summe von 1,234.50 wurde":   DecimalPoint,
		"Die Stadt hat 12.000 Einwohner": DecimalComma,
		"La salle compte 1.000 places":   DecimalComma,
		"the men of the 1.000":           DecimalPoint,
		"会场来了1.000人":                     DecimalPoint,
		"В городе и на реке 1.000":       DecimalComma,
		"12.5.2024 und 1,2,3":            DecimalComma,
	} {
		if got := NotationOf(text); got != want {
			t.Errorf("%q: %d, want %d", text, got, want)
		}
	}
}
