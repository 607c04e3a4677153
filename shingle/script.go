package shingle

import "sync"

//go:generate go run gen_script.go /usr/share/unicode/Unihan_Variants.txt.bz2

// script maps traditional characters and variant glyphs to simplified ones. The
// mapping is for matching: both sides of a comparison get it, so that it may
// join what a converter must keep apart (發 and 髮 are 发, 乾 is 干 also where it
// is a name). Filled at first use, about a millisecond.
var script = sync.OnceValue(func() map[rune]rune {
	m := make(map[rune]rune, len(scriptPairs)/6)
	from := rune(0)
	for _, r := range scriptPairs {
		if from == 0 {
			from = r
			continue
		}
		m[from], from = r, 0
	}
	return m
})
