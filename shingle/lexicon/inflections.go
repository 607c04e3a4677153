package lexicon

import (
	_ "embed"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Forms of one word: their stems are equal, and what follows is an ending of a closed list,
// by language; or they stand in a list of irregular forms. The lists are inflections.txt.
// O(length of the words) times the endings that fit.

//go:embed inflections.txt
var inflectionTable string

// inflections are the tables by language.
type inflections struct {
	languages map[string][]string // of a frequent word
	endings   map[string][]paradigm
	prefixes  map[string][]string
	suffixes  map[string][]string
	marks     map[string]bool  // of Korean, in jamo
	forms     map[string][]int // "en went" → lines in which it stands
}

// paradigm is a set of endings that forms of one word have.
type paradigm struct {
	least   int // letters of the stem
	endings map[string]bool
}

var inflected = sync.OnceValue(func() *inflections {
	t := &inflections{map[string][]string{}, map[string][]paradigm{}, map[string][]string{}, map[string][]string{}, map[string]bool{}, map[string][]int{}}
	n := 0
	for line := range strings.Lines(inflectionTable) {
		f := strings.Fields(line)
		if len(f) < 3 || f[0] == "#" {
			continue
		}
		kind, lang, rest := f[0], f[1], f[2:]
		n++
		set := map[string]bool{}
		if kind == "endings" {
			least, _ := strconv.Atoi(rest[0])
			rest = rest[1:]
			t.endings[lang] = append(t.endings[lang], paradigm{least, set})
		}
		for _, w := range rest {
			w = strings.TrimPrefix(w, "-")
			switch kind {
			case "common":
				t.languages[w] = append(t.languages[w], lang)
			case "endings":
				set[w] = true
			case "marks":
				t.marks[norm.NFD.String(w)] = true
			case "forms":
				t.forms[lang+" "+w] = append(t.forms[lang+" "+w], n)
			case "prefixes":
				t.prefixes[lang] = append(t.prefixes[lang], w)
			case "suffixes":
				t.suffixes[lang] = append(t.suffixes[lang], w)
			}
		}
	}
	return t
})

// Language returns the language of which words, in lower case, hold the most frequent ones, as
// a tag of BCP 47, and how many of words those are; "" where none or two languages have most.
// If languages are given, it is one of them.
func Language(words []string, among ...string) (language string, found int) {
	t := inflected()
	count := map[string]int{}
	for _, w := range words {
		for _, l := range t.languages[w] {
			if len(among) == 0 || slices.Contains(among, l) {
				count[l]++
			}
		}
	}
	tie := false
	for l, n := range count {
		if tie = n == found || tie && n < found; n > found {
			language, found = l, n
		}
	}
	if tie {
		return "", found
	}
	return language, found
}

// SameStem reports whether x and y, in lower case, are forms of one word. Language is that
// of a text in Latin script, "de-adjective" for a German word without a capital; other
// scripts say theirs.
func SameStem(x, y, language string) bool {
	switch r, _ := utf8.DecodeRuneInString(x); {
	case unicode.Is(unicode.Hangul, r):
		return koreanStem(norm.NFD.String(x), norm.NFD.String(y))
	case unicode.Is(unicode.Cyrillic, r):
		language = "ru"
		x, y = strings.ReplaceAll(x, "ё", "е"), strings.ReplaceAll(y, "ё", "е")
	case unicode.Is(unicode.Arabic, r):
		return arabicStem(x, y)
	}
	t := inflected()
	if language == "de-adjective" && t.sameEnds(x, y, language) {
		return true
	}
	language = strings.TrimSuffix(language, "-adjective")
	if slices.ContainsFunc(t.forms[language+" "+x], func(l int) bool { return slices.Contains(t.forms[language+" "+y], l) }) {
		return true
	}
	if language == "de" { // Häuser, gebaut
		x, y = strings.NewReplacer("ä", "a", "ö", "o", "ü", "u").Replace(x), strings.NewReplacer("ä", "a", "ö", "o", "ü", "u").Replace(y)
		for _, p := range [][2]string{{strings.TrimPrefix(x, "ge"), y}, {x, strings.TrimPrefix(y, "ge")}} {
			if t.sameEnds(p[0], p[1], language) {
				return true
			}
		}
	}
	return t.sameEnds(x, y, language)
}

// sameEnds reports whether x and y are a stem with two endings.
func (t *inflections) sameEnds(x, y, language string) bool {
	p, q := []rune(x), []rune(y)
	n := 0
	for n < min(len(p), len(q)) && p[n] == q[n] {
		n++
	}
	for ; n >= 2; n-- {
		for _, set := range t.endings[language] {
			if n >= set.least && set.endings[string(p[n:])] && set.endings[string(q[n:])] {
				return true
			}
		}
	}
	return false
}

// koreanStem reports whether two words in jamo begin alike and go on with particles of
// nouns or endings of verbs.
func koreanStem(x, y string) bool {
	n := 0
	for n < min(len(x), len(y)) && x[n] == y[n] {
		n++
	}
	for ; n >= 2*len("가"); n-- {
		if (n == len(x) || utf8.RuneStart(x[n])) && (n == len(y) || utf8.RuneStart(y[n])) && onlyMarks(x[n:], 5) && onlyMarks(y[n:], 5) {
			return true
		}
	}
	return false
}

// onlyMarks reports whether s is a run of at most n marks.
func onlyMarks(s string, n int) bool {
	if s == "" {
		return true
	}
	if n == 0 {
		return false
	}
	for i := range s {
		if i > 0 && inflected().marks[s[:i]] && onlyMarks(s[i:], n-1) {
			return true
		}
	}
	return inflected().marks[s]
}

// arabicStem reports whether two words are the same without their affixes.
func arabicStem(x, y string) bool {
	p, q := arabicStems(x), arabicStems(y)
	return slices.ContainsFunc(p, func(s string) bool { return slices.Contains(q, s) })
}

func arabicStems(w string) (out []string) {
	t := inflected()
	w = strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Mn, r):
			return -1
		case strings.ContainsRune("أإآٱ", r):
			return 'ا'
		}
		return r
	}, w)
	for _, head := range t.prefixes["ar"] {
		s, ok := strings.CutPrefix(w, head)
		if !ok {
			continue
		}
		for _, tail := range t.suffixes["ar"] {
			if stem, ok := strings.CutSuffix(s, tail); ok && utf8.RuneCountInString(stem) > 2 {
				out = append(out, stem)
			}
		}
	}
	return out
}
