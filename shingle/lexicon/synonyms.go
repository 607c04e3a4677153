package lexicon

import (
	"embed"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// Synonyms. Words of one line of synonyms/LANGUAGE.txt can replace one another, and a
// reader who acts on the text still does the same. An entry is a word, words joined by "_",
// or a stem with "-" after it, which a few more letters follow; entries of Korean and
// Japanese are all stems. Stems may be short because both words must match one line, which
// rarely happens by chance. A look-up costs a map access for each prefix of either word.

//go:embed synonyms
var synonymFiles embed.FS

// thesaurus holds the words and stems of the languages of one script.
type thesaurus struct {
	last    map[string]int32 // the last of the entries with these letters, counted from 1
	met     [1 << 13]uint64  // a bit for each entry: see mark
	entries []entry
	kinds   []Kind              // of each line
	phrases map[string][]phrase // with a stem in them, by their first letter
}

// place is where a word stands: its line, and which of the entries it is.
type place struct{ line, entry int32 }

// entry is a word or a stem.
type entry struct {
	place
	before         int32 // the entry with the same letters before it; 0: none
	isWord, isStem bool
}

// phrase is an entry of several words.
type phrase struct {
	parts []string
	at    place
}

// longestRest is how many letters may follow a stem.
const longestRest = 6

// afterSyllable are the letters that particles and endings of Korean begin with. Stems of one
// syllable end before one of them: 안 in 안에, not in 안전.
const afterSyllable = "은는이가을를에의도와과로만나다고며면지기던려러자서아어야니습겠게네거요라란든았었했으한할"

// Each script is read when it is first asked for: all of them take ten times as long as most
// comparisons.
var (
	east     = sync.OnceValue(func() *thesaurus { return readSynonyms("ja", "zh") })
	korean   = sync.OnceValue(func() *thesaurus { return readSynonyms("ko") })
	west     = sync.OnceValue(func() *thesaurus { return readSynonyms("de", "en", "es", "fr") })
	cyrillic = sync.OnceValue(func() *thesaurus { return readSynonyms("ru") })
	arabic   = sync.OnceValue(func() *thesaurus { return readSynonyms("ar") })
)

// synonymsOf returns the thesaurus of the script of x, or of y when x is in Latin letters:
// 人工智能 and AI stand on a line of Chinese.
func synonymsOf(x, y string) *thesaurus {
	for _, s := range []string{x, y} {
		switch r, _ := utf8.DecodeRuneInString(s); {
		case r < 0x250:
		case unicode.Is(unicode.Hangul, r):
			return korean()
		case unicode.Is(unicode.Cyrillic, r):
			return cyrillic()
		case unicode.Is(unicode.Arabic, r):
			return arabic()
		default:
			return east()
		}
	}
	return west()
}

// readSynonyms reads the tables of the languages.
func readSynonyms(languages ...string) *thesaurus {
	text := map[string]string{}
	words := 0
	for _, l := range languages {
		data, err := synonymFiles.ReadFile("synonyms/" + l + ".txt")
		if err != nil {
			panic(err)
		}
		text[l] = string(data)
		words += strings.Count(text[l], " ") + strings.Count(text[l], "\n")
	}
	t := &thesaurus{last: make(map[string]int32, words), entries: make([]entry, 1, words+1), kinds: []Kind{NotSynonyms}, phrases: map[string][]phrase{}}
	kinds := map[string]Kind{"@wording": Rewording, "@function": Functional, "@reporting": Reporting}
	for _, l := range languages {
		open, kind := l == "ko" || l == "ja", Rewording
		for line := range strings.Lines(text[l]) {
			switch line[0] {
			case '#', '\n':
				continue
			case '@':
				kind = kinds[strings.TrimSpace(line)]
				continue
			}
			t.kinds = append(t.kinds, kind)
			k := int32(0)
			for w := range strings.FieldsSeq(line) {
				t.add(w, place{int32(len(t.kinds) - 1), k}, open)
				k++
			}
		}
	}
	return t
}

func (t *thesaurus) add(w string, at place, open bool) {
	parts := strings.Count(w, "_") + 1
	w, isStem := strings.CutSuffix(w, "-")
	if parts > 1 && (isStem || strings.Contains(w, "-_")) {
		first := firstLetter(w)
		if isStem {
			w += "-"
		}
		t.phrases[first] = append(t.phrases[first], phrase{strings.Split(w, "_"), at})
		return
	}
	if parts > 1 {
		w = strings.ReplaceAll(w, "_", " ")
	}
	t.entries = append(t.entries, entry{at, t.last[w], !isStem, isStem || open && parts == 1})
	t.last[w] = int32(len(t.entries) - 1)
	place, bit := mark(w)
	t.met[place] |= bit
}

// mark returns a bit for w by its length, its first and its last three bytes. Nine in ten words
// that are looked up are no entry, and their bit says so without a look into the map.
func mark(w string) (place, bit uint64) {
	h := uint64(len(w))
	for k := range min(3, len(w)) {
		h = (h<<8|uint64(w[k]))<<8 | uint64(w[len(w)-1-k])
	}
	h = h * 0x9E3779B97F4A7C15 >> 45
	return h >> 6, 1 << (h & 63)
}

// find returns the last of the entries with the letters w, 0 if there is none.
func (t *thesaurus) find(w string) int32 {
	if place, bit := mark(w); t.met[place]&bit == 0 {
		return 0
	}
	return t.last[w]
}

func firstLetter(s string) string {
	_, n := utf8.DecodeRuneInString(s)
	return s[:n]
}

// Synonyms reports whether x and y, in lower case with single spaces, can replace one
// another; of several lines that hold both, the first says of what kind. In Arabic, prefixes
// and suffixes of a word are ignored.
func Synonyms(x, y string) Kind {
	t := synonymsOf(x, y)
	p := t.lines(x)
	if len(p) == 0 {
		return NotSynonyms
	}
	q, first := t.lines(y), int32(0)
	for _, m := range p {
		for _, n := range q {
			if m.line == n.line && m.entry != n.entry && (first == 0 || n.line < first) { // two words of one stem are not of one meaning
				first = n.line
			}
		}
	}
	return t.kinds[first]
}

// Kind says of what kind two synonyms are.
type Kind int

// The kinds.
const (
	NotSynonyms Kind = iota
	Rewording
	Functional // prepositions, conjunctions, pronouns
	Reporting  // verbs that say that somebody says something
)

// lines returns the lines in which w stands.
func (t *thesaurus) lines(w string) []place {
	first := t.find(w)
	out := t.from(nil, first, false)
	rest := 0
	for i := len(w); i > 0 && rest <= longestRest; rest++ {
		r, n := utf8.DecodeLastRuneInString(w[:i])
		if i > n || i == len(w) || !unicode.Is(unicode.Hangul, r) || strings.Contains(afterSyllable, firstLetter(w[i:])) {
			if i < len(w) {
				first = t.find(w[:i])
			}
			out = t.from(out, first, true)
		}
		if r == ' ' || unicode.Is(unicode.Han, r) || unicode.Is(unicode.Katakana, r) {
			break // an ending has none
		}
		i -= n
	}
	if strings.Contains(w, " ") {
		parts := strings.Split(w, " ")
		for _, p := range t.phrases[firstLetter(w)] {
			if p.fits(parts) {
				out = append(out, p.at)
			}
		}
	}
	if r, _ := utf8.DecodeRuneInString(w); unicode.Is(unicode.Arabic, r) {
		for _, bare := range bareArabic(w) {
			out = t.from(out, t.find(bare), false)
		}
	}
	return out
}

// from appends where the letters of entry k stand, as a stem or as a word, to out.
func (t *thesaurus) from(out []place, k int32, stem bool) []place {
	for ; k != 0; k = t.entries[k].before {
		if e := t.entries[k]; stem && e.isStem || !stem && e.isWord {
			out = append(out, e.place)
		}
	}
	return out
}

func (p phrase) fits(parts []string) bool {
	if len(parts) != len(p.parts) {
		return false
	}
	for k, w := range p.parts {
		stem, open := strings.CutSuffix(w, "-")
		if !(open && strings.HasPrefix(parts[k], stem)) && parts[k] != w {
			return false
		}
	}
	return true
}

// bareArabic returns w without the conjunctions, prepositions and the article written to
// its beginning, and without the endings of number and of possession.
func bareArabic(w string) (out []string) {
	heads := []string{"", "و", "ف", "ب", "ل", "ك", "ال", "وال", "بال", "لل", "فال", "كال", "س", "وس", "ولل", "وب", "ول"}
	tails := []string{"", "ة", "ات", "ون", "ين", "ان", "ه", "ها", "هم", "وا", "ا", "ت", "ية", "ي", "تين", "تان", "اً"}
	for _, head := range heads {
		s, ok := strings.CutPrefix(w, head)
		if !ok {
			continue
		}
		for _, tail := range tails {
			if bare, ok := strings.CutSuffix(s, tail); ok && utf8.RuneCountInString(bare) > 1 && bare != w {
				out = append(out, bare)
			}
		}
	}
	return out
}
