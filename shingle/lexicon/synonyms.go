package lexicon

import (
	"embed"
	"slices"
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

// thesaurus holds the lines in which words and stems stand.
type thesaurus struct {
	words, stems map[string][]place
	kinds        []Kind              // of each line
	phrases      map[string][]phrase // with a stem in them, by their first letter
}

// place is where a word stands: its line, and which of the entries it is.
type place struct{ line, entry int32 }

// phrase is an entry of several words.
type phrase struct {
	parts []string
	at    place
}

// longestRest is how many letters may follow a stem.
const longestRest = 6

var synonyms = sync.OnceValue(func() *thesaurus {
	t := &thesaurus{words: map[string][]place{}, stems: map[string][]place{}, phrases: map[string][]phrase{}, kinds: []Kind{0}}
	kinds := map[string]Kind{"@wording": Rewording, "@function": Functional, "@reporting": Reporting}
	files, err := synonymFiles.ReadDir("synonyms")
	if err != nil {
		panic(err)
	}
	n := int32(0)
	for _, f := range files {
		data, err := synonymFiles.ReadFile("synonyms/" + f.Name())
		if err != nil {
			panic(err)
		}
		open, kind := f.Name() == "ko.txt" || f.Name() == "ja.txt", Rewording
		for line := range strings.Lines(string(data)) {
			if strings.HasPrefix(line, "#") {
				continue
			}
			if k, ok := kinds[strings.TrimSpace(line)]; ok {
				kind = k
				continue
			}
			n++
			t.kinds = append(t.kinds, kind)
			for k, w := range strings.Fields(line) {
				t.add(w, place{n, int32(k)}, open)
			}
		}
	}
	return t
})

func (t *thesaurus) add(w string, at place, open bool) {
	switch parts := strings.Split(w, "_"); {
	case len(parts) > 1 && strings.Contains(w, "-_") || len(parts) > 1 && strings.HasSuffix(w, "-"):
		first := firstLetter(w)
		t.phrases[first] = append(t.phrases[first], phrase{parts, at})
	case strings.HasSuffix(w, "-"):
		stem := strings.TrimSuffix(w, "-")
		t.stems[stem] = append(t.stems[stem], at)
	default:
		w = strings.Join(parts, " ")
		t.words[w] = append(t.words[w], at)
		if open && len(parts) == 1 {
			t.stems[w] = append(t.stems[w], at)
		}
	}
}

func firstLetter(s string) string {
	_, n := utf8.DecodeRuneInString(s)
	return s[:n]
}

// Synonyms reports whether x and y, in lower case with single spaces, can replace one
// another. In Arabic, prefixes and suffixes of a word are ignored.
func Synonyms(x, y string) Kind {
	t := synonyms()
	p := t.lines(x)
	if len(p) == 0 {
		return NotSynonyms
	}
	q := t.lines(y)
	for _, m := range p {
		for _, n := range q {
			if m.line == n.line && m.entry != n.entry { // two words of one stem are not of one meaning
				return t.kinds[n.line]
			}
		}
	}
	return NotSynonyms
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
	out := slices.Clone(t.words[w])
	rest := 0
	for i := len(w); i > 0 && rest <= longestRest; rest++ {
		out = append(out, t.stems[w[:i]]...)
		r, n := utf8.DecodeLastRuneInString(w[:i])
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
			out = append(out, t.words[bare]...)
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
