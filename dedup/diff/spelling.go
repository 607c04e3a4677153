package diff

import (
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"repost/shingle"
	"repost/shingle/lexicon"
)

// Spellings: a word may be written in two ways (organise and organize, daß and dass) or
// shortened (Abs. and Absatz, U.S. and US). What spelling.txt knows for one word is
// cosmetic, whatever names and titles the words hold: words of one line, endings and
// letters that stand for one another. Accents of Latin and Greek letters distinguish words
// in some languages (schon, schön), so what differs in them alone is a minor change of a
// class of its own.

// ending is an ending of words and the one it is brought to.
type ending struct {
	least     int // letters before it
	from, one string
}

// letterRules bring the letters of a word to those of one orthography.
type letterRules struct {
	language string
	least    int // letters of the shorter word
	letters  *strings.Replacer
}

// respellings are the tables of spelling.txt.
type respellings struct {
	ends   []ending
	lines  map[string][]int // the lines in which a word stands
	firsts []string         // the first word of each line
	rules  []letterRules
	differ map[string]bool     // words that look like spellings of others
	parted map[string][]string // what else stands in the line of a word whose parts say something else
}

var spellings = sync.OnceValue(func() *respellings {
	s := &respellings{lines: map[string][]int{}, differ: map[string]bool{}, parted: map[string][]string{}}
	for line := range tableLines("spelling.txt") {
		switch f := strings.Fields(line); {
		case len(f) > 3 && f[0] == "end":
			n, _ := strconv.Atoi(f[1])
			for _, w := range f[3:] {
				s.ends = append(s.ends, ending{n, w, f[2]})
			}
		case len(f) > 4 && f[0] == "letters":
			n, _ := strconv.Atoi(f[2])
			s.rules = append(s.rules, letterRules{f[1], n, strings.NewReplacer(f[3:]...)})
		case len(f) > 2 && f[0] == "same":
			for _, w := range f[1:] {
				w = strings.ReplaceAll(w, "_", " ")
				s.lines[w] = append(s.lines[w], len(s.firsts))
			}
			s.firsts = append(s.firsts, f[1])
		case len(f) > 2 && f[0] == "parted":
			for _, w := range f[2:] {
				s.parted[f[1]] = append(s.parted[f[1]], strings.ReplaceAll(w, "_", " "))
			}
		case len(f) > 1 && f[0] == "differ":
			for _, w := range f[1:] {
				s.differ[w] = true
			}
		}
	}
	return s
})

// oneLine reports whether two words stand in one line.
func (s *respellings) oneLine(x, y string) bool {
	return slices.ContainsFunc(s.lines[x], func(l int) bool { return slices.Contains(s.lines[y], l) })
}

// phrases reports whether x and y, in plain letters, are the same words. Reforms change
// words and no names: Brandstetter and Brandstätter are two families.
func (s *respellings) phrases(x, y, language string, named bool) bool {
	if s.joined(x) == s.joined(y) || s.oneLine(x, y) || s.oneLine(joinedUp(x), y) || s.oneLine(x, joinedUp(y)) || s.oneLine(joinedUp(x), joinedUp(y)) {
		return true
	}
	p, q := strings.Fields(x), strings.Fields(y)
	if len(p) != len(q) {
		return false
	}
	for k := range p {
		if p[k] != q[k] && !s.oneLine(p[k], q[k]) && !s.byLetters(p[k], q[k], language, named) {
			return false
		}
	}
	return true
}

func joinedUp(s string) string { return strings.ReplaceAll(s, " ", "") }

// joined returns words, each in its first spelling, without spaces between them.
func (s *respellings) joined(x string) string {
	fields := strings.Fields(x)
	for i, w := range fields {
		fields[i] = s.first(w)
	}
	return strings.Join(fields, "")
}

// first returns the first spelling of a word.
func (s *respellings) first(w string) string {
	if l := s.lines[w]; len(l) == 1 {
		return s.firsts[l[0]]
	}
	for _, e := range s.ends {
		if stem, ok := strings.CutSuffix(w, e.from); ok && utf8.RuneCountInString(stem) >= e.least {
			return stem + e.one
		}
	}
	return w
}

// byLetters reports whether the letters of two words are the same in one orthography.
func (s *respellings) byLetters(x, y, language string, named bool) bool {
	n := min(utf8.RuneCountInString(x), utf8.RuneCountInString(y))
	if s.differ[x] && s.differ[y] {
		return false
	}
	for _, r := range s.rules {
		if named && strings.Contains("de en fr", r.language) {
			continue
		}
		if n >= r.least && (r.language == language || !strings.Contains("de ko", r.language)) && r.letters.Replace("^"+x+"$") == r.letters.Replace("^"+y+"$") {
			return true
		}
	}
	return false
}

// plainLetters returns words in lower case, without full stops, hyphens and vowel points,
// with single spaces between them.
func plainLetters(s string) string {
	s = strings.ToLower(norm.NFKC.String(s))
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '’':
			return '\''
		case r == 'ё':
			return 'е'
		case r == 'أ' || r == 'إ' || r == 'آ' || r == 'ٱ':
			return 'ا' // hamza on alif is left out in print
		case r == 'ؤ' || r == 'ئ':
			return 'ء' // its seat differs by country
		case r == 'ى':
			return 'ي'
		case r == '.' || r == '-' || r == '‐' || r == '°' || r >= utf8.RuneSelf && unseen(r) || r == 'ـ' || unicode.Is(unicode.Mn, r) && unicode.In(r, unicode.Arabic, unicode.Hebrew, unicode.Inherited):
			return -1
		case unicode.IsSpace(r):
			return ' '
		}
		return r
	}, s)
	s = strings.NewReplacer("ß", "ss", "œ", "oe", "æ", "ae", "'", "' ").Replace(s)
	return strings.Join(strings.Fields(s), " ")
}

// unmarked returns s without the marks on its letters.
func unmarked(s string) string {
	return norm.NFC.String(strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return shingle.Bare(r)
	}, norm.NFD.String(s)))
}

// capitalMarks reports whether s and t, the same but for marks, differ in those of
// capitals alone, which print leaves out: L'État, L'Etat.
func capitalMarks(s, t string) bool {
	x, y := []rune(norm.NFC.String(s)), []rune(norm.NFC.String(t))
	if len(x) != len(y) {
		return false
	}
	for k := range x {
		if x[k] != y[k] && !(unicode.IsUpper(x[k]) && unicode.IsUpper(y[k])) {
			return false
		}
	}
	return true
}

// otherSpelling returns the edit over words that are written in two ways, with the full
// stops of what is shortened and the signs that stand for words.
func (c *comparison) otherSpelling(e edit) (edit, bool) {
	if e.weak || e.same || e.byline || e.whole || !c.short(e) {
		return e, false
	}
	if e.a0 == e.a1 || e.b0 == e.b1 {
		return c.signSpelt(e)
	}
	if s, t := c.texts(e); strings.Contains(s+t, "-\n") && squeeze(s) == squeeze(t) {
		return e, false
	}
	if !c.a.inWords(e.a0, e.a1) || !c.b.inWords(e.b0, e.b1) {
		return e, false
	}
	stop := func(v *view, i int) int {
		if i < len(v.toks) && (v.toks[i].mark == period || v.of(i) == "°" || v.of(i) == "º") {
			return 1
		}
		return 0
	}
	language := c.a.language(e.a0)
	for i := range 1 + stop(c.a, e.a1) {
		for j := range 1 + stop(c.b, e.b1) {
			f := e
			f.a1, f.b1 = e.a1+i, e.b1+j
			s, t := c.texts(f)
			x, y := plainLetters(s), plainLetters(t)
			switch {
			case c.otherWords(s, t):
				f.decided = &verdict{Substantive, Term, "other words in the same letters"}
			case (i != j || i == 0) && spellings().phrases(x, y, language, c.a.afterName(e.a0) && c.b.afterName(e.b0)):
				f.decided = &verdict{Cosmetic, Spelling, "the same words in another spelling"}
			case i+j > 0 || unmarked(x) != unmarked(y):
				continue
			case inCapitals(s) == inCapitals(t) && !dotted(s, t): // which fold ı and i, as EqualFold does not
				f.decided = &verdict{Cosmetic, Case, "the same but for case"}
			case language == "en" && !upper(s) && !c.a.markedNear(f.a0, f.a1) && !c.b.markedNear(f.b0, f.b1) || capitalMarks(s, t):
				f.decided = &verdict{Cosmetic, Marks, "marks that are left out in print"}
			case tonesOf(s) != "" && tonesOf(t) != "" && tonesOf(s) != tonesOf(t) && c.a.vietnamese(e.a0) && c.b.vietnamese(e.b0): // bare letters are a slip
				f.decided = &verdict{Substantive, Term, "another word by its tones: " + s + ", " + t}
			default:
				f.decided = &verdict{Minor, Marks, "the same letters with other marks"}
			}
			f.phrase = value
			return f, true
		}
	}
	return e, false
}

// otherWords reports whether two words that spelling would take for one are two: what stands
// in a line "parted", and words with ß and ss, in Maßen and in Massen, unless the text with ss
// has no ß at all, as those of Switzerland have none.
func (c *comparison) otherWords(s, t string) bool {
	x, y := strings.ToLower(norm.NFC.String(strings.TrimSpace(s))), strings.ToLower(norm.NFC.String(strings.TrimSpace(t)))
	if strings.Contains(y, "ß") {
		x, y = y, x
	}
	if sp := spellings(); sp.differ[x] && sp.differ[y] && strings.ReplaceAll(x, "ß", "ss") == y {
		return strings.Contains(c.a.text, "ß") && strings.Contains(c.b.text, "ß")
	} else if len(x) < len(y) {
		return slices.Contains(sp.parted[x], y)
	} else {
		return slices.Contains(sp.parted[y], x)
	}
}

// dotted reports whether one of two words has i where the other has ı.
func dotted(s, t string) bool {
	return strings.Contains(s, "ı") && strings.Contains(t, "i") || strings.Contains(s, "i") && strings.Contains(t, "ı")
}

// markedNear reports whether letters with marks stand near tokens [lo, hi).
func (v *view) markedNear(lo, hi int) bool {
	const reach = 12 // tokens
	for _, s := range []shingle.Span{v.span(max(0, lo-reach), lo), v.span(hi, min(len(v.toks), hi+reach))} {
		if w := s.Of(v.text); unmarked(w) != norm.NFC.String(w) {
			return true
		}
	}
	return false
}

// afterName reports whether token i has a capital and stands where surnames do: after a
// word with a capital that is no function word and begins no sentence, or after a title.
func (v *view) afterName(i int) bool {
	before := v.wordNextTo(i-1, -1)
	if !upper(v.of(i)) || !upper(before) {
		return false
	}
	w := strings.ToLower(before)
	return !lexicon.Function.Has(w) && !lexicon.Determiner.Has(w) && !lexicon.German.Has(w)
}

// signNear reports whether a sign that is no punctuation stands next to tokens [lo, hi).
func (v *view) signNear(lo, hi int) bool {
	for i := max(0, lo-2); i < min(len(v.toks), hi+2); i++ {
		if v.toks[i].kind == punct && v.toks[i].mark == otherMark {
			return true
		}
	}
	return false
}

// inCapitals returns what is seen of s in capitals.
func inCapitals(s string) string {
	return strings.ToUpper(strings.Map(func(r rune) rune {
		if unseen(r) {
			return -1
		}
		return r
	}, s))
}

// signSpelt returns the edit over a sign on one side and the word that it stands for on
// the other: § and Paragraph, & and and.
func (c *comparison) signSpelt(e edit) (edit, bool) {
	if !c.a.signNear(e.a0, e.a1) && !c.b.signNear(e.b0, e.b1) {
		return e, false
	}
	const most = 3 // tokens: the sign and spaces
	for n := range most {
		for l := range n + 1 {
			f := edit{a0: e.a0 - l, a1: e.a1 + n - l, b0: e.b0, b1: e.b1}
			if e.b0 == e.b1 {
				f = edit{a0: e.a0, a1: e.a1, b0: e.b0 - l, b1: e.b1 + n - l}
			}
			if f.a0 < 0 || f.b0 < 0 || f.a1 > len(c.a.toks) || f.b1 > len(c.b.toks) || c.strays(e, f) {
				continue
			}
			s, t := c.texts(f)
			if x, y := plainLetters(s), plainLetters(t); x != "" && y != "" && x != y && spellings().oneLine(x, y) {
				f.phrase, f.decided = value, &verdict{Cosmetic, Spelling, "a sign for a word"}
				return f, true
			}
		}
	}
	return e, false
}

// variantReach is how many tokens both sides have in common around a word in another
// spelling: 记[录|] of 记录.
const variantReach = 3

// otherVariant returns the edit over a word of a script without spaces that is written in
// another way: 账 and 帐, 記録 of two times, kana before and after the reform of 1946.
func (c *comparison) otherVariant(e edit) (edit, bool) {
	if e.weak || e.same || e.byline || e.whole || e.a1-e.a0 > 4 || e.b1-e.b0 > 4 {
		return e, false
	}
	for l := range variantReach {
		for r := range variantReach {
			s, t, ok := c.around(e, l, r)
			if !ok || s == "" || t == "" || asciiLetter(s[0]) && asciiLetter(t[0]) {
				continue
			}
			if spellings().oneLine(s, t) {
				f := edit{a0: e.a0 - l, a1: e.a1 + r, b0: e.b0 - l, b1: e.b1 + r}
				f.phrase, f.decided = value, &verdict{Cosmetic, Spelling, "the same word in another spelling"}
				return f, true
			}
		}
	}
	if e.a1-e.a0 == e.b1-e.b0 && c.charVariants(e) {
		e.phrase, e.decided = value, &verdict{Cosmetic, OtherScript, "variants of the same characters"}
		return e, true
	}
	if c.hangul(e) && (c.initialSound(e) || spellings().byLetters(c.a.spaced(e.a0, e.a1), c.b.spaced(e.b0, e.b1), "ko", false)) {
		e.phrase, e.decided = value, &verdict{Cosmetic, Spelling, "the same word in another spelling of Korean"}
		return e, true
	}
	return e, false
}

// variantsOf holds the variants of characters: see gen_variants.go.
var variantsOf = sync.OnceValue(func() map[rune]string {
	m := map[rune]string{}
	for line := range tableLines("variants.txt") {
		f := strings.Fields(line)
		for _, r := range f[1:] {
			m[firstRune(r)] += f[0]
		}
	}
	return m
})

// charVariants reports whether the characters of both sides are variants of one another.
func (c *comparison) charVariants(e edit) bool {
	for k := range e.a1 - e.a0 {
		x, y := c.a.toks[e.a0+k], c.b.toks[e.b0+k]
		if x.kind != char || y.kind != char || x.key != y.key &&
			!strings.ContainsRune(variantsOf()[firstRune(c.a.of(e.a0+k))], rune(y.key)) && !strings.ContainsRune(variantsOf()[firstRune(c.b.of(e.b0+k))], rune(x.key)) {
			return false
		}
	}
	return e.a0 < e.a1
}

// initialSound reports whether e changes the first syllable of a Korean word from the
// spelling of the North, 로동 and 녀성, to that of the South: before i and y the initial
// consonants ㄹ and ㄴ are not written there, ㄹ before other vowels is ㄴ (Hangul
// orthography of 1988, sections 10 to 12).
func (c *comparison) initialSound(e edit) bool {
	s, t := c.texts(e)
	if utf8.RuneCountInString(s) != 1 || utf8.RuneCountInString(t) != 1 || utf8.RuneCountInString(c.a.spaced(e.a0, e.a1)) < 2 ||
		e.a0 > 0 && c.a.toks[e.a0-1].kind == char {
		return false
	}
	return southern(firstRune(s)) == firstRune(t) || southern(firstRune(t)) == firstRune(s)
}

// southern returns a syllable of Hangul as the South writes it at the beginning of a word.
func southern(r rune) rune {
	const first, initial, vowels, n, r2, none = 0xAC00, 588, 28, 2, 5, 11
	i := (r - first) / initial
	if r < first || i != n && i != r2 {
		return r
	}
	switch v := (r - first) % initial / vowels; v {
	case 2, 3, 6, 7, 12, 17, 20: // ya yae yeo ye yo yu i
		return r + (none-i)*initial
	}
	return r + (n-i)*initial
}

// sameForm returns the edit over what is the same by NFKC, where one side writes in one
// character what the other spells out: ㈱ and (株), ㌫ and パーセント, ℃ and °C.
func (c *comparison) sameForm(e edit) (edit, bool) {
	if e.byline || e.whole || !c.short(e) || !(c.a.expands(e.a0, e.a1) || c.b.expands(e.b0, e.b1)) {
		return e, false
	}
	const most = 6 // tokens around: what one character is spelt out in
	for n := range most {
		for l := range n + 1 {
			for more := range 2 { // a mark of repetition may be mated with what it repeats
				for _, f := range []edit{
					{a0: e.a0 - l, a1: e.a1 + n - l + more, b0: e.b0, b1: e.b1 + more}, {a0: e.a0, a1: e.a1 + more, b0: e.b0 - l, b1: e.b1 + n - l + more},
				} {
					if f.a0 < 0 || f.b0 < 0 || f.a1 > len(c.a.toks) || f.b1 > len(c.b.toks) || c.strays(e, f) {
						continue
					}
					if s, t := c.texts(f); s != "" && strings.EqualFold(norm.NFKC.String(s), norm.NFKC.String(t)) && !c.otherFigures(f, s, t) {
						f.phrase, f.decided, f.same = value, &verdict{Cosmetic, Width, "the same after NFKC"}, false
						return f, true
					}
				}
			}
		}
	}
	return e, false
}

// expands reports whether [lo, hi) has a character that NFKC spells with several.
func (v *view) expands(lo, hi int) bool {
	for i := lo; i < hi; i++ {
		if t := v.toks[i]; t.hi-t.lo == 3 && t.kind != space && hanAt(v.text, t.lo) == 0 {
			if s := norm.NFKC.String(v.of(i)); utf8.RuneCountInString(s) > 1 {
				return true
			}
		}
	}
	return false
}
