package shingle

import (
	_ "embed"
	"strings"
	"sync"
)

//go:generate go run gen_script.go /usr/share/unicode/Unihan_Variants.txt.bz2

//go:embed script.txt
var scriptLines string

// scriptPairs returns pairs of a character and what it is folded to.
func scriptPairs() string { return strings.ReplaceAll(scriptLines, "\n", "") }

// script maps traditional characters and variant glyphs to simplified ones. The
// mapping is for matching: both sides of a comparison get it, so that it may
// join what a converter must keep apart (發 and 髮 are 发, 乾 is 干 also where it
// is a name). Filled at first use, about a millisecond.
var script = sync.OnceValue(func() map[rune]rune {
	pairs := scriptPairs()
	m := make(map[rune]rune, len(pairs)/6)
	from := rune(0)
	for _, r := range pairs {
		if from == 0 {
			from = r
			continue
		}
		m[from], from = r, 0
	}
	return m
})
