package quantity

import (
	_ "embed"
	"math/big"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

//go:embed units.txt
var unitTable string

//go:embed words.txt
var wordTable string

// meaning is what a spelling means: a unit and its size, or a word around numbers.
type meaning struct {
	dim  string // "length", "money:EUR", "weekday", …; of words.txt the first column
	size *big.Rat
}

// spellings finds the longest spelling of a table that stands at a place of a text.
type spellings struct {
	first [1 << 16 / 64]uint64    // the characters that spellings begin with
	list  map[[2]rune][]*spelling // by their first two characters, see opening; longest first
}

// opening returns the first character of w in lower case, and the second, if it has one, in
// whatever case comes first. Most numbers stand before a word whose first letter begins
// dozens of spellings and whose first two begin none or one.
func opening(w string) [2]rune {
	r, n := utf8.DecodeRuneInString(w)
	if n == len(w) {
		return [2]rune{unicode.ToLower(r)}
	}
	second, _ := utf8.DecodeRuneInString(w[n:])
	return [2]rune{unicode.ToLower(r), foldedCase(second)}
}

// foldedCase returns the least of the characters that differ from r in case alone.
func foldedCase(r rune) rune {
	switch {
	case 'a' <= r && r <= 'z':
		return r - 'a' + 'A'
	case r < utf8.RuneSelf || r >= 0x3000 && r < 0xA000: // kana and Han have no case
		return r
	}
	least := r
	for x := unicode.SimpleFold(r); x != r; x = unicode.SimpleFold(x) {
		least = min(least, x)
	}
	return least
}

// spelling is one of them. One of at most three Latin letters, or with a capital, is
// compared with case: mg and Mg are not the same.
type spelling struct {
	text     string
	cased    bool
	open     bool // any letters may follow
	meanings []meaning
}

func newSpellings() *spellings { return &spellings{list: map[[2]rune][]*spelling{}} }

// add takes one spelling as it stands in a table.
func (s *spellings) add(w string, m meaning) {
	w, open := strings.CutSuffix(strings.ReplaceAll(w, "_", " "), "*")
	r, _ := utf8.DecodeRuneInString(w)
	low := unicode.ToLower(r)
	for _, r := range []rune{low, unicode.ToUpper(r)} {
		if uint32(r) < 1<<16 {
			s.first[r/64] |= 1 << (r % 64)
		}
	}
	key := opening(w)
	for _, x := range s.list[key] {
		if x.text == w && x.open == open {
			x.meanings = append(x.meanings, m)
			return
		}
	}
	s.list[key] = append(s.list[key], &spelling{w, cased(w) && !open, open, []meaning{m}})
	slices.SortStableFunc(s.list[key], func(x, y *spelling) int { return len(y.text) - len(x.text) })
}

func cased(w string) bool {
	ascii := true
	for _, r := range w {
		if unicode.IsUpper(r) {
			return true
		}
		ascii = ascii && r < utf8.RuneSelf
	}
	return ascii && len(w) <= 3 && w != "day" && w != "sec" && w != "min" && w != "ton"
}

// begins reports whether a spelling begins with r, of the basic plane.
func (s *spellings) begins(r rune) bool { return s.first[r/64]>>(r%64)&1 != 0 }

// at returns the meanings of the longest spelling that text has at i, and its end. A
// spelling in letters of a script with spaces ends where a word ends.
func (s *spellings) at(text string, i int) ([]meaning, int) {
	r, _ := utf8.DecodeRuneInString(text[i:])
	if uint32(r) >= 1<<16 || !s.begins(r) {
		return nil, i
	}
	key := opening(text[i:])
	for _, key := range [][2]rune{key, {key[0]}} {
		for _, x := range s.list[key] {
			end := i + len(x.text)
			switch {
			case end > len(text):
			case x.open:
				if strings.EqualFold(text[i:end], x.text) {
					return x.meanings, lettersEnd(text, end)
				}
			case (text[i:end] == x.text || !x.cased && strings.EqualFold(text[i:end], x.text)) && wordEnds(text, end):
				return x.meanings, end
			}
		}
	}
	return nil, i
}

// wordEnds reports whether no word continues over byte i.
func wordEnds(text string, i int) bool {
	if i >= len(text) || i == 0 {
		return true
	}
	p, _ := utf8.DecodeLastRuneInString(text[:i])
	r, _ := utf8.DecodeRuneInString(text[i:])
	return !spaced(p) || !spaced(r)
}

// spaced reports whether r is a letter of a script that puts spaces between words.
func spaced(r rune) bool {
	switch {
	case r < utf8.RuneSelf:
		return 'a' <= r|0x20 && r|0x20 <= 'z'
	case r >= 0x3000 && r <= 0x9FFF || r >= 0xAC00 && r <= 0xD7FF || r >= 0xFF00 && r <= 0xFF20:
		return false
	}
	return unicode.IsLetter(r) && !unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul, unicode.Thai)
}

func lettersEnd(text string, i int) int {
	for i < len(text) {
		r, n := utf8.DecodeRuneInString(text[i:])
		if !spaced(r) && !unicode.IsMark(r) {
			break
		}
		i += n
	}
	return i
}

// tables are the spellings by what they are.
type tables struct {
	units                 *spellings
	signs, scales, ranges *spellings
	shares, parts         *spellings
	before, inside, after *spellings
	per, smaller, counted *spellings // of a rate, of the minor unit of a time, of a price
	spans                 *spellings // lengths of time in words: half an hour
	halves                *spellings // a half more, after a number or a unit: and a half
	mixed                 *spellings // numbers in a word that are no whole ones
	notation              *spellings // words of languages, by their decimal mark
	han                   *spellings // what begins with a Han character and begins a quantity
}

// table has the spellings of units.txt and words.txt.
var table = sync.OnceValue(func() *tables {
	t := &tables{}
	for _, s := range []**spellings{&t.units, &t.signs, &t.scales, &t.ranges, &t.shares, &t.parts, &t.before, &t.inside, &t.after, &t.per, &t.smaller, &t.counted, &t.notation, &t.mixed, &t.spans, &t.halves} {
		*s = newSpellings()
	}
	eachLine(unitTable, func(f []string) {
		size, _ := new(big.Rat).SetString(f[1])
		for _, w := range f[2:] {
			t.units.add(w, meaning{f[0], size})
		}
	})
	eachLine(wordTable, func(f []string) {
		size, _ := new(big.Rat).SetString(f[1])
		into := map[string]*spellings{
			"before": t.before, "inside": t.inside, "after": t.after, "negative": t.signs, "positive": t.signs,
			"centigrade": t.signs, "scale": t.scales, "range": t.ranges, "share": t.shares, "part": t.parts, "per": t.per, "smaller": t.smaller, "counted": t.counted, "notation": t.notation, "mixed": t.mixed, "span": t.spans, "half": t.halves,
		}[f[0]]
		dim := f[0]
		if size == nil && f[1] != "-" {
			dim = f[1]
		}
		from := 2
		if f[0] == "range" {
			from = 1
		}
		for _, w := range f[from:] {
			into.add(w, meaning{dim, size})
		}
	})
	t.openings()
	return t
})

// openings collects the Han characters that a quantity can begin with.
func (t *tables) openings() {
	t.han = &spellings{}
	for _, s := range []*spellings{t.signs, t.shares, t.before, t.per, t.spans} {
		for k, set := range s.first {
			t.han.first[k] |= set
		}
	}
	begins := func(r rune) { t.han.first[r/64] |= 1 << (r % 64) }
	for key, list := range t.units.list {
		for _, x := range list {
			if uint32(key[0]) < 1<<16 && (calendar(x.meanings) || money(x.meanings)) {
				begins(key[0])
			}
		}
	}
	for r := firstHan; r <= lastHan; r++ {
		if hanDigit(r) >= 0 || hanPower(r) > 0 || hanTens(r) > 0 || r == '半' || r == '每' {
			begins(r)
		}
	}
}

// The characters of nearly all Chinese and Japanese text: marks, kana and Han.
const firstHan, lastHan rune = 0x3000, 0x9FFF

func eachLine(s string, do func(fields []string)) {
	for line := range strings.Lines(s) {
		if f := strings.Fields(line); len(f) > 2 && f[0] != "#" {
			do(f)
		}
	}
}
