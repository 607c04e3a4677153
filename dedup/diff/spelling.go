package diff

import (
	_ "embed"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"repost/shingle"
)

// Spellings: a word may be written in two ways (organise and organize, daß and dass) or
// shortened (Abs. and Absatz, U.S. and US). Both sides are brought to one form; where
// that is the same, the change is cosmetic, whatever names and titles the words hold.
// Accents of Latin and Greek letters tell words apart in some languages (schon, schön),
// so what differs in them alone is a minor change of a class of its own.

type ending struct {
	least     int // letters before it
	from, one string
}

// spellings are the rules of spelling.txt: endings, and words by the one they are brought to.
var spellings = func() (s struct {
	ends []ending
	same map[string]string
}) {
	s.same = map[string]string{}
	for line := range tableLines("spelling.txt") {
		f := strings.Fields(line)
		switch {
		case len(f) > 3 && f[0] == "end":
			n, _ := strconv.Atoi(f[1])
			for _, w := range f[3:] {
				s.ends = append(s.ends, ending{n, w, f[2]})
			}
		case len(f) > 2 && f[0] == "same":
			for _, w := range f[1:] {
				s.same[strings.ReplaceAll(w, "_", " ")] = f[1]
			}
		}
	}
	return s
}()

// normalSpelling returns words in the form that all their spellings share: in lower case,
// without full stops, hyphens and vowel points.
func normalSpelling(s string) string {
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
		case r == '.' || r == '-' || r == '‐' || r == '\u00ad' || r == 'ـ' || unicode.Is(unicode.Mn, r) && unicode.In(r, unicode.Arabic, unicode.Hebrew, unicode.Inherited):
			return -1
		case unicode.IsSpace(r):
			return ' '
		}
		return r
	}, s)
	s = strings.NewReplacer("ß", "ss", "œ", "oe", "æ", "ae", "'", "' ").Replace(s)
	s = strings.Join(strings.Fields(s), " ")
	for _, whole := range []string{s, strings.ReplaceAll(s, " ", "")} { // z. B.
		if one, ok := spellings.same[whole]; ok {
			return strings.ReplaceAll(one, "ß", "ss")
		}
	}
	fields := strings.Fields(s)
	for i, w := range fields {
		fields[i] = spelledWord(w)
	}
	return strings.Join(fields, "")
}

func spelledWord(w string) string {
	if one, ok := spellings.same[w]; ok {
		return one
	}
	for _, e := range spellings.ends {
		if stem, ok := strings.CutSuffix(w, e.from); ok && utf8.RuneCountInString(stem) >= e.least {
			return stem + e.one
		}
	}
	return w
}

// unmarked returns s without the marks on its letters.
func unmarked(s string) string {
	return norm.NFC.String(strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
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
// stops of what is shortened.
func (c *comparison) otherSpelling(e edit) (edit, bool) {
	if e.weak || e.same || e.byline || e.whole || e.a0 == e.a1 || e.b0 == e.b1 || !c.short(e) ||
		!c.a.inWords(e.a0, e.a1) || !c.b.inWords(e.b0, e.b1) {
		return e, false
	}
	stop := func(v *view, i int) int {
		if i < len(v.toks) && v.toks[i].mark == period {
			return 1
		}
		return 0
	}
	for i := range 1 + stop(c.a, e.a1) {
		for j := range 1 + stop(c.b, e.b1) {
			f := e
			f.a1, f.b1 = e.a1+i, e.b1+j
			s, t := c.texts(f)
			x, y := normalSpelling(s), normalSpelling(t)
			switch {
			case x == y && (i != j || i == 0):
				f.decided = &verdict{Cosmetic, Spelling, "the same words in another spelling"}
			case i+j == 0 && unmarked(x) == unmarked(y) && capitalMarks(s, t):
				f.decided = &verdict{Cosmetic, Marks, "capitals with and without marks"}
			case i+j == 0 && unmarked(x) == unmarked(y):
				f.decided = &verdict{Minor, Marks, "the same letters with other marks"}
			default:
				continue
			}
			f.phrase = value
			return f, true
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
			if !ok || s == "" || t == "" || asciiLetter(s[0]) {
				continue
			}
			one, known := spellings.same[s]
			if !known {
				continue
			}
			if other, known := spellings.same[t]; known && one == other {
				f := edit{a0: e.a0 - l, a1: e.a1 + r, b0: e.b0 - l, b1: e.b1 + r}
				f.phrase, f.decided = value, &verdict{Cosmetic, Spelling, "the same word in another spelling"}
				return f, true
			}
		}
	}
	if s, t := c.texts(e); c.oldKana(e, s, t) {
		e.phrase, e.decided = value, &verdict{Cosmetic, Spelling, "the same word in the spelling of another time"}
		return e, true
	}
	return e, false
}

// oldKana reports whether s and t, within a word, are the kana of one sound before and
// after the reform, or a long vowel that is written or not.
func (c *comparison) oldKana(e edit, s, t string) bool {
	before := ""
	if e.a0 > 0 && e.b0 > 0 && c.a.of(e.a0-1) == c.b.of(e.b0-1) {
		before = c.a.of(e.a0 - 1)
	}
	r, _ := utf8.DecodeRuneInString(before)
	if s+t == "ー" {
		return unicode.Is(unicode.Katakana, r) && before != "ー"
	}
	if before == "" || !shingle.IsHan(r) && !unicode.Is(unicode.Hiragana, r) {
		return false
	}
	for _, pair := range []string{"ふう", "はわ", "ひい", "へえ", "ほお", "ゐい", "ゑえ", "をお", "づず", "ぢじ"} {
		if old, now := pair[:3], pair[3:]; s == old && t == now || s == now && t == old {
			return true
		}
	}
	return s+t == "な" && e.a1 < len(c.a.toks) && c.a.of(e.a1) == "う"
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
			for _, f := range []edit{
				{a0: e.a0 - l, a1: e.a1 + n - l, b0: e.b0, b1: e.b1}, {a0: e.a0, a1: e.a1, b0: e.b0 - l, b1: e.b1 + n - l},
			} {
				if f.a0 < 0 || f.b0 < 0 || f.a1 > len(c.a.toks) || f.b1 > len(c.b.toks) || c.strays(e, f) {
					continue
				}
				if s, t := c.texts(f); s != "" && strings.EqualFold(norm.NFKC.String(s), norm.NFKC.String(t)) {
					f.phrase, f.decided, f.same = value, &verdict{Cosmetic, Width, "the same after NFKC"}, false
					return f, true
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
