package mask

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"repost/shingle"
)

// A kind is what a word says about the line it stands in.
type kind uint8

const (
	strong  kind = iota // makes a footer of any line
	self                // the outlet speaks of itself or of this text
	right               // of rights and permissions
	claim               // of what it does not answer for
	contact             // of how to reach it, and of its licences
	button              // of what a page lets you do: continue, share, print
	gadget              // the same, in words that a story may use too
	call                // asks the reader to join, to load, to pay
	edit                // who edited, checked, released: for {edit} and conditions of patterns.txt alone
	origin              // where the text was taken from: for conditions of patterns.txt alone
	heading             // heads a list of other pages
	role                // of those who write
	picture             // of pictures and who took them
	page                // breadcrumbs, page numbers, jumps from page to page, notices of the house
	kinds
)

// Kinds returns the names of the kinds of words.
func Kinds() []string { return slices.Clone(kindNames) }

// kindNames are the kinds as patterns.txt names them.
var kindNames = []string{
	"strong", "self", "right", "claim", "contact", "button", "gadget", "call", "edit", "origin", "heading", "role", "picture", "page",
}

// kindOf returns the kind of a name, or kinds if there is none.
func kindOf(name string) kind {
	if i := slices.Index(kindNames, name); i >= 0 {
		return kind(i)
	}
	return kinds
}

// An entry of the lexicon: the runes of a word after its first, its kind, and its place
// among all words.
type entry struct {
	tail  []rune
	kind  kind
	index int
}

// A place is a rune of a line that words begin with: which one, and the list of
// those words.
type place uint32

func (p place) rune() int   { return int(p >> 8) }
func (p place) list() uint8 { return uint8(p) }

// maxWords bounds the words: those of a line are counted in a set of bits.
const maxWords = 1024

// wordbook finds words by their first rune. Its table also folds: one look-up a
// rune is all that most of a text costs.
type wordbook struct {
	signs [1 << 16]sign   // 256 KiB
	lists [256][]entry    // the words that begin with one rune; none in list 0
	lone  [256]bool       // whether a word of the list is its first rune alone
	pairs [1 << 10]uint64 // a set of bits: which second rune follows in which list
	kinds [kinds][]string // the words
}

// sign is what a rune is to the rules: what it is folded to, which list of the
// lexicon has the words that begin with it, and what it says about its line.
type sign uint32

const (
	digitShift = 25
	wordShift  = 27

	blankSign sign = 1 << 24 // white space, or not seen at all
	digitSign sign = 1 << digitShift
	endSign   sign = 1 << 26        // ends a sentence
	wordSign  sign = 1 << wordShift // words begin with it
	rareSign  sign = 1 << 28        // spelt with three bytes it may be no rune: see three
	markSign  sign = 1 << 29        // parts labels
	dateSign  sign = 1 << 30        // every dateline holds one
)

func (e sign) rune() rune  { return rune(uint16(e)) }
func (e sign) list() uint8 { return uint8(e >> 16) }

// three returns the rune that the first three of four bytes spell, and whether they
// have the form of one. It may still be a surrogate or spelt longer than need be:
// the sign of such a rune is rare, and package utf8 decides.
func three(s string) (r uint16, ok bool) {
	_ = s[3]
	w := uint32(s[0]) | uint32(s[1])<<8 | uint32(s[2])<<16 | uint32(s[3])<<24
	return uint16(w<<12 | w>>2&0xFC0 | w>>16&0x3F), w&0xC0C0F0 == 0x8080E0
}

// other returns the sign of the rune at the head of s, and how long it is. Beyond
// the basic plane no word of the trade is written, and all runes are one.
func (l *wordbook) other(s string) (e sign, size int) {
	r, size := utf8.DecodeRuneInString(s)
	if r >= rune(len(l.signs)) {
		return utf8.RuneError, size
	}
	return l.signs[r] &^ rareSign, size
}

func signOf(r rune) sign {
	f, class := folds.Fold(r)
	if f >= 1<<16 {
		f = utf8.RuneError
	}
	e := sign(f)
	switch {
	case class == shingle.Space || class == shingle.Ignorable:
		return e | blankSign
	case class == shingle.Digit:
		return e | digitSign
	case f == '。' || f == '!' || f == '?' || f == ';':
		return e | endSign
	case strings.ContainsRune("讯电息道【", f):
		return e | dateSign
	case strings.ContainsRune("|/>:·•丨»›→#", f):
		return e | markSign
	}
	return e
}

// build returns a wordbook of the words of each kind, folded.
func build(words [kinds][]string) (*wordbook, error) {
	l := &wordbook{kinds: words}
	lists := map[rune]uint8{}
	n := 0
	for k, list := range words {
		for _, w := range list {
			r := []rune(w)
			at := lists[r[0]]
			if at == 0 {
				if len(lists) == len(l.lists)-1 {
					return nil, fmt.Errorf("the words of all groups begin with more than %d characters", len(lists))
				}
				at = uint8(len(lists) + 1)
				lists[r[0]] = at
			}
			l.lists[at] = append(l.lists[at], entry{r[1:], kind(k), n})
			if len(r) == 1 {
				l.lone[at] = true
			} else {
				h := pairHash(at, r[1])
				l.pairs[h>>6] |= 1 << (h & 63)
			}
			if n++; n > maxWords {
				return nil, fmt.Errorf("all groups have more than %d words", maxWords)
			}
		}
	}
	l.signs = *folded()
	for r := range l.signs {
		if at := lists[l.signs[r].rune()]; at != 0 {
			l.signs[r] |= sign(at)<<16 | wordSign
		}
	}
	return l, nil
}

// folded returns the signs of all runes without those of words.
var folded = sync.OnceValue(func() *[1 << 16]sign {
	signs := new([1 << 16]sign)
	for r := range signs {
		signs[r] = signOf(rune(r))
		if r < 0x800 || r >= 0xD800 && r < 0xE000 {
			signs[r] |= rareSign
		}
	}
	return signs
})

// counts says how many different words of each kind a line holds.
type counts [kinds]uint8

// kindSet is a set of kinds.
type kindSet uint16

// kinds returns the kinds of which there are words.
func (c *counts) kinds() (s kindSet) {
	for k, n := range c {
		if n > 0 {
			s |= 1 << k
		}
	}
	return s
}

// pairHash is where the set of pairs has a list and a second rune. Of pairs that
// begin no word, one in a hundred is taken for one that does.
func pairHash(list uint8, second rune) uint16 {
	return uint16(uint32(list)*0x9E3B ^ uint32(second))
}

// marks counts the runes of line that part labels.
func (l *wordbook) marks(line []rune) int {
	n := 0
	for _, r := range line {
		if l.signs[r]&markSign != 0 {
			n++
		}
	}
	return n
}

// count counts the words that begin at the given places of line. For nearly all other
// places, the next rune shows that no word begins there.
func (l *wordbook) count(line []rune, places []place) counts {
	var (
		found counts
		seen  [maxWords / 64]uint64
	)
	for _, p := range places {
		rest := line[p.rune()+1:]
		if len(rest) > 0 && !l.lone[p.list()] {
			if h := pairHash(p.list(), rest[0]); l.pairs[h>>6]>>(h&63)&1 == 0 {
				continue
			}
		}
		list := l.lists[p.list()]
		for i := range list {
			e := &list[i]
			if len(e.tail) > 0 && (len(rest) == 0 || rest[0] != e.tail[0] || !hasPrefix(rest, e.tail)) {
				continue
			}
			if bit := uint64(1) << (e.index & 63); seen[e.index>>6]&bit == 0 {
				seen[e.index>>6] |= bit
				found[e.kind] = min(found[e.kind], 254) + 1
			}
		}
	}
	return found
}

func hasPrefix(line, word []rune) bool {
	if len(line) < len(word) {
		return false
	}
	for i, r := range word {
		if line[i] != r {
			return false
		}
	}
	return true
}
