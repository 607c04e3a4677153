// Package lexicon knows what words are: titles, family names, places, verbs of saying,
// what denies. The words are data, lexicon.txt: a class and its words on each line, with
// the source of each group.
//
//	lexicon.Title.Has("市长")               // true
//	w := lexicon.Verb.At(text, i)           // the longest such verb that begins at byte i
//
// It decides nothing: a word may be of several classes, and who reads a text weighs
// them. Every look-up is O(longest word); nearly all places of a text are passed over by
// one look at the character that stands there.
package lexicon

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/zeebo/xxh3"
)

//go:embed lexicon.txt
var source string

// Class is a class of words.
type Class int

// The classes, by their names in lexicon.txt.
const (
	Verb Class = iota
	Saying
	Function
	Particle
	Negation
	Idiom
	Refusal
	Modal
	Duty
	Title
	Role
	Post
	Rank
	Honour
	Kin
	Place
	Agency
	Day
	Surname
	BodyEnd
	PlaceEnd
	TitleEnd
	Body
	Firm
	Common
	NoBody
	NoTitle
	ToPlace
	InBody
	InPlace
	JoinsNames
	Happens
	BodyHead
	BodyChar
	RankChar
	Counted
	Foreign
	NameEnd
	BeforeName
	FirstSurname
	EndingNot
	Must
	May
	MustNot
	Padding
	Hedge
	German
	ShortPlace
	Determiner
	Form
	Done
	Quantifier
	RelativeDay
	SurnameJa
	SurnameKo
	BeforeYear
	Pronoun
	Act
	Auxiliary
	Intensifier
	Relative
	Compass
	Period
)

const names = `verb saying function particle negation idiom refusal modal duty title role post rank honour kin
	place agency day surname body-end place-end title-end body firm common no-body no-title to-place
	in-body in-place joins-names happens body-head body-char rank-char counted foreign name-end
	before-name first-surname ending-not must may must-not padding hedge german short-place determiner
	form done quantifier relative-day surname-ja surname-ko before-year pronoun act
	auxiliary intensifier relative compass period`

// set is a set of classes.
type set uint64

const _ = set(1) << Period // does not compile once there are more classes than bits

// table holds the words. heads, tails and runes say of a character of the basic plane
// which classes have a word that begins with it, ends with it, or has it.
type table struct {
	words               map[string]set
	heads, tails, runes [1 << 16]set
	longest             []int // bytes of the longest word of each class
}

var lookup = sync.OnceValue(func() *table {
	t := &table{words: map[string]set{}}
	classes := strings.Fields(names)
	t.longest = make([]int, len(classes))
	n := 0
	for line := range strings.Lines(source) {
		n++
		f := strings.Fields(line)
		if len(f) == 0 || f[0] == "#" {
			continue
		}
		c := slices.Index(classes, f[0])
		if c < 0 {
			panic(fmt.Sprintf("lexicon.txt: line %d: no class %s", n, f[0]))
		}
		for _, w := range f[1:] {
			t.add(strings.ReplaceAll(w, "_", " "), Class(c))
		}
	}
	return t
})

func (t *table) add(w string, c Class) {
	bit := set(1) << c
	t.words[w] |= bit
	t.longest[c] = max(t.longest[c], len(w))
	first, _ := utf8.DecodeRuneInString(w)
	last, _ := utf8.DecodeLastRuneInString(w)
	t.heads[uint16(first)] |= bit
	t.tails[uint16(last)] |= bit
	for _, r := range w {
		t.runes[uint16(r)] |= bit
	}
}

// Digest returns a hash of the words of the class, as they stand in lexicon.txt. It does not
// make the table of words ready, which takes some milliseconds.
func (c Class) Digest() uint64 {
	h := xxh3.New()
	name := strings.Fields(names)[c] + " "
	for line := range strings.Lines(source) {
		if strings.HasPrefix(line, name) {
			h.WriteString(strings.Join(strings.Fields(line), " ") + "\n")
		}
	}
	return h.Sum64()
}

// Has reports whether w is a word of the class.
func (c Class) Has(w string) bool {
	r, _ := utf8.DecodeRuneInString(w)
	return lookup().heads[uint16(r)]>>c&1 != 0 && lookup().words[w]>>c&1 != 0
}

// HasRune reports whether r is one, in a class of single characters.
func (c Class) HasRune(r rune) bool { return c.Begins(r) && c.Has(string(r)) }

// Begins reports whether a word of the class begins with r.
func (c Class) Begins(r rune) bool { return uint32(r) < 1<<16 && lookup().heads[r]>>c&1 != 0 }

// Ends reports whether a word of the class ends with r.
func (c Class) Ends(r rune) bool { return uint32(r) < 1<<16 && lookup().tails[r]>>c&1 != 0 }

// At returns the longest word of the class that begins at byte i of text, or "".
func (c Class) At(text string, i int) string {
	r, _ := utf8.DecodeRuneInString(text[i:])
	if !c.Begins(r) {
		return ""
	}
	t := lookup()
	for j := c.spelled(text, i); j > i; {
		r, n := utf8.DecodeLastRuneInString(text[i:j])
		if t.tails[uint16(r)]>>c&1 != 0 && t.words[text[i:j]]>>c&1 != 0 {
			return text[i:j]
		}
		j -= n
	}
	return ""
}

// Before returns the longest word of the class that ends at byte i of text, or "".
func (c Class) Before(text string, i int) string {
	r, _ := utf8.DecodeLastRuneInString(text[:i])
	if !c.Ends(r) {
		return ""
	}
	t := lookup()
	longest := ""
	for j := i; j > 0; {
		r, n := utf8.DecodeLastRuneInString(text[:j])
		if j -= n; i-j > t.longest[c] || t.runes[uint16(r)]>>c&1 == 0 {
			break
		}
		if t.heads[uint16(r)]>>c&1 != 0 && t.words[text[j:i]]>>c&1 != 0 {
			longest = text[j:i]
		}
	}
	return longest
}

// Over returns a word of the class that stands in text over [lo, hi), also in part; with
// lo == hi, one that holds the place within it. Words of scripts with spaces must stand as
// words.
func (c Class) Over(text string, lo, hi int) string {
	t := lookup()
	for i := max(0, lo-t.longest[c]); i < len(text) && i <= hi; i++ {
		if !utf8.RuneStart(text[i]) || !(lo < hi && i < hi || lo == hi && i < lo) {
			continue
		}
		if ascii(text[i]) {
			if end := i + wordLength(text, i, t.longest[c]); end > lo && c.Has(strings.ToLower(text[i:end])) {
				return text[i:end]
			}
			continue
		}
		if r, _ := utf8.DecodeRuneInString(text[i:]); !c.Begins(r) {
			continue
		}
		for j := c.spelled(text, i); j > i && j > lo; j-- {
			if t.words[text[i:j]]>>c&1 != 0 {
				return text[i:j]
			}
		}
	}
	return ""
}

// wordLength returns the length of the word of ASCII letters that begins at i, 0 if none
// begins there.
func wordLength(text string, i, longest int) int {
	if i > 0 && ascii(text[i-1]) {
		return 0
	}
	end := i
	for end < len(text) && ascii(text[end]) && end-i <= longest { // a longer word is none
		end++
	}
	return end - i
}

func ascii(b byte) bool { return 'a' <= b|0x20 && b|0x20 <= 'z' }

// spelled returns how far text continues from byte i with characters of words of the class,
// up to the length of the longest.
func (c Class) spelled(text string, i int) int {
	t := lookup()
	for end := i; end < len(text); {
		r, n := utf8.DecodeRuneInString(text[end:])
		if end+n > i+t.longest[c] || t.runes[uint16(r)]>>c&1 == 0 {
			return end
		}
		end += n
	}
	return len(text)
}

// Spells reports whether s has no letter that no word of the class has.
func (c Class) Spells(s string) bool {
	t := lookup()
	for _, r := range s {
		if t.runes[uint16(unicode.ToLower(r))]>>c&1 == 0 && !unicode.IsSpace(r) {
			return false
		}
	}
	return true
}

// Words returns the words of the class, sorted.
func (c Class) Words() []string {
	var out []string
	for w, set := range lookup().words {
		if set>>c&1 != 0 {
			out = append(out, w)
		}
	}
	slices.Sort(out)
	return out
}
