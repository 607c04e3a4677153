// Package prefilter says of a text, in one pass, which of many regular expressions may match it.
//
//	var f prefilter.Filter
//	clock, day := f.Add(`[0-9]{1,2}:[0-9]{2}`), f.Add(`[0-9]{1,2}月`)
//	has := f.In(text)
//	if has&clock == clock { … } // it may match; if not, it does not
//
// To try an expression costs some ten nanoseconds a byte, and most lines have none of the
// strings that a match must have: no figure with 月 after it, no §, no name of a month. The
// strings are read off the expression (Cox 2012, "Regular Expression Matching with a Trigram
// Index"; the prefilters of RE2). A pass costs about a nanosecond a byte, for all expressions
// of a filter.
package prefilter

import (
	"cmp"
	"regexp/syntax"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Filter finds sets of strings in a text. The zero value has none. It is safe for concurrent use
// once nothing is added.
type Filter struct {
	sets  [][]string
	bytes [256]uint64            // the sets that have the byte as a string
	pairs [1 << 12]uint64        // the sets that have a string which begins with two bytes of that hash
	long  map[[2]byte][]required // the strings of two bytes or more
}

type required struct {
	text string
	sets uint64
}

// mostSets is how many sets a filter holds. What an expression asks for besides is left out.
const mostSets = 64

// Add returns the sets of which a text must have one string each for expr, in the syntax of
// regexp, to match: bit k is set k. More sets may be given, folded: see Fold. 0 is none, and
// expr may match any text.
func (f *Filter) Add(expr string, more ...[]string) (bits uint64) {
	re, err := syntax.Parse(expr, syntax.Perl)
	if err != nil {
		return 0
	}
	for _, set := range append(more, Required(re)...) {
		k := slices.IndexFunc(f.sets, func(s []string) bool { return slices.Equal(s, set) })
		if k < 0 {
			if k = len(f.sets); k == mostSets {
				continue
			}
			f.sets = append(f.sets, set)
			f.index(set, 1<<k)
		}
		bits |= 1 << k
	}
	return bits
}

// Required returns sets of strings, the rarest in texts first: a text that re matches has one
// string of each. They are folded: see Fold.
func Required(re *syntax.Regexp) [][]string { return factsOf(re.Simplify()).strongest() }

func (f *Filter) index(set []string, bit uint64) {
	if f.long == nil {
		f.long = map[[2]byte][]required{}
	}
	for _, s := range set {
		if len(s) == 1 {
			f.bytes[s[0]] |= bit
			continue
		}
		f.pairs[hashOfPair(s[0], s[1])] |= bit
		key := [2]byte{s[0], s[1]}
		f.long[key] = append(f.long[key], required{s, bit})
	}
}

func hashOfPair(x, y byte) uint { return (uint(x)*37 ^ uint(y)) & (1<<12 - 1) }

// In returns the sets of which text has a string.
func (f *Filter) In(text string) (found uint64) {
	text = folded(text)
	last := len(text) - 1
	for i := 0; i <= last; i++ {
		x := lower(text[i])
		found |= f.bytes[x]
		if i == last {
			break
		}
		y := lower(text[i+1])
		if f.pairs[hashOfPair(x, y)]&^found == 0 {
			continue
		}
		for _, r := range f.long[[2]byte{x, y}] {
			if r.sets&^found != 0 && beginsWith(text[i:], r.text) {
				found |= r.sets
			}
		}
	}
	return found
}

// beginsWith reports whether text begins with s, which is in lower case.
func beginsWith(text, s string) bool {
	if len(text) < len(s) {
		return false
	}
	for i := range len(s) {
		if lower(text[i]) != s[i] {
			return false
		}
	}
	return true
}

func lower(b byte) byte {
	if 'A' <= b && b <= 'Z' {
		b |= 0x20
	}
	return b
}

// Fold returns s as strings of a set are written: with one letter for all that differ in case
// alone.
func Fold(s string) string { return strings.Map(foldedRune, s) }

// folded returns text with one letter for all that an expression takes for the same whatever
// their case, those of ASCII aside.
func folded(text string) string {
	for i := range len(text) {
		if b := text[i]; b < 0xc2 || b >= 0xe3 && b < 0xea { // nor has what these begin: kana and Han
			continue
		}
		if r, _ := utf8.DecodeRuneInString(text[i:]); mayHaveCase(r) && foldedRune(r) != r {
			return strings.Map(foldedRune, text)
		}
	}
	return text
}

// mayHaveCase is false of the marks and letters that most texts are full of.
func mayHaveCase(r rune) bool {
	return !(r >= 0x0600 && r < 0x10a0 || r >= 0x2000 && r < 0x2100 || r >= 0xac00 && r <= 0xff20)
}

// foldedRune is the least rune of those that differ from r in case alone, in lower case where
// it is of ASCII.
func foldedRune(r rune) rune {
	least := r
	for x := unicode.SimpleFold(r); x != r; x = unicode.SimpleFold(x) {
		least = min(least, x)
	}
	if least < utf8.RuneSelf {
		return rune(lower(byte(least)))
	}
	return least
}

// facts are what is known of the strings that an expression matches, in one case.
type facts struct {
	exact       []string   // all of them, or nil where they are too many
	first, last []string   // each begins with one of first and ends with one of last
	needs       [][]string // each has in it one of each set
}

const (
	mostExact   = 64  // strings of facts.exact
	mostStrings = 512 // strings of a set
	mostNeeds   = 3   // sets that an expression is asked for
)

// anything is what is known of .*.
var anything = facts{first: []string{""}, last: []string{""}}

func factsOf(re *syntax.Regexp) facts {
	switch re.Op {
	case syntax.OpLiteral:
		return exactly(Fold(string(re.Rune)))
	case syntax.OpCharClass:
		return factsOfClass(re.Rune)
	case syntax.OpEmptyMatch, syntax.OpBeginLine, syntax.OpEndLine, syntax.OpBeginText, syntax.OpEndText, syntax.OpWordBoundary, syntax.OpNoWordBoundary:
		return exactly("")
	case syntax.OpCapture:
		return factsOf(re.Sub[0])
	case syntax.OpQuest:
		return either(exactly(""), factsOf(re.Sub[0]))
	case syntax.OpPlus:
		f := factsOf(re.Sub[0]).opened()
		return facts{first: f.first, last: f.last, needs: f.needs}
	case syntax.OpConcat:
		f := exactly("")
		for _, sub := range re.Sub {
			f = both(f, factsOf(sub))
		}
		return f
	case syntax.OpAlternate:
		f := factsOf(re.Sub[0])
		for _, sub := range re.Sub[1:] {
			f = either(f, factsOf(sub))
		}
		return f
	}
	return anything
}

func exactly(s ...string) facts { return facts{exact: distinct(s)} }

// factsOfClass is factsOf for ranges of characters.
func factsOfClass(ranges []rune) facts {
	if len(ranges) == 0 {
		return anything // it matches nothing
	}
	var all []string
	for i := 0; i < len(ranges); i += 2 {
		if int(ranges[i+1]-ranges[i])+len(all) > mostExact {
			return anything
		}
		for r := ranges[i]; r <= ranges[i+1]; r++ {
			all = append(all, string(foldedRune(r)))
		}
	}
	return exactly(all...)
}

// both is what is known of a match of x with one of y after it.
func both(x, y facts) facts {
	if x.exact != nil && y.exact != nil {
		if len(x.exact)*len(y.exact) <= mostExact {
			return exactly(joined(x.exact, y.exact)...)
		}
		x = x.opened()
	}
	f := facts{first: x.first, last: y.last, needs: slices.Concat(x.needs, y.needs)}
	ends, begins := x.last, y.first
	if x.exact != nil {
		ends = least(suffixes, x.exact)
		f.first = few(prefixes, joined(x.exact, begins), x.exact)
	}
	if y.exact != nil {
		begins = least(prefixes, y.exact)
		f.last = few(suffixes, joined(ends, y.exact), y.exact)
	}
	if joint := joined(ends, begins); joint[0] != "" {
		f.needs = append(f.needs, joint)
	} else {
		f.needs = append(f.needs, ends, begins)
	}
	return f
}

// either is what is known of a match of x or of y.
func either(x, y facts) facts {
	if x.exact != nil && y.exact != nil && len(x.exact)+len(y.exact) <= mostExact {
		return exactly(slices.Concat(x.exact, y.exact)...)
	}
	x, y = x.opened(), y.opened()
	f := facts{first: few(prefixes, slices.Concat(x.first, y.first)), last: few(suffixes, slices.Concat(x.last, y.last))}
	if p, q := x.strongest(), y.strongest(); len(p) > 0 && len(q) > 0 {
		f.needs = [][]string{slices.Concat(p[0], q[0])}
	}
	return f
}

// opened is x with its strings as beginnings and ends.
func (x facts) opened() facts {
	if x.exact == nil {
		return x
	}
	return facts{first: few(prefixes, x.exact), last: few(suffixes, x.exact), needs: [][]string{x.exact}}
}

// strongest returns the sets that x needs, those that are rarest in texts first: of the longest
// strings.
func (x facts) strongest() [][]string {
	var sets [][]string
	for _, s := range x.opened().needs {
		if s = least(substrings, s); s[0] != "" {
			sets = append(sets, s)
		}
	}
	slices.SortStableFunc(sets, func(s, t []string) int {
		return cmp.Or(len(strings.TrimSpace(t[0]))-len(strings.TrimSpace(s[0])), len(s)-len(t))
	})
	return sets[:min(len(sets), mostNeeds)]
}

// joined returns each of x with each of y after it, or nothing known where they are too many.
func joined(x, y []string) []string {
	if len(x)*len(y) > mostStrings {
		return []string{""}
	}
	out := make([]string, 0, len(x)*len(y))
	for _, s := range x {
		for _, t := range y {
			out = append(out, s+t)
		}
	}
	return out
}

// few returns the first of some sets that is not too many and says something, or nothing known.
func few(of parts, sets ...[]string) []string {
	for _, set := range sets {
		if set = least(of, set); len(set) <= mostExact && set[0] != "" {
			return set
		}
	}
	return []string{""}
}

// parts says which strings are part of another: those it begins with, those it ends with, or all
// that stand in it.
type parts struct{ begins, ends bool }

var (
	prefixes   = parts{begins: true}
	suffixes   = parts{ends: true}
	substrings = parts{}
)

// least returns the strings of set that have no other of it as a part, the shortest first: the
// others say no more.
func least(of parts, set []string) []string {
	set = distinct(set)
	slices.SortStableFunc(set, func(s, t string) int { return len(s) - len(t) })
	kept := make(map[string]bool, len(set))
	out := set[:0]
	for _, s := range set {
		if !of.anyOf(s, kept, len(set[0])) {
			kept[s] = true
			out = append(out, s)
		}
	}
	return out
}

// anyOf reports whether s has a part in kept, whose strings have n bytes or more.
func (p parts) anyOf(s string, kept map[string]bool, n int) bool {
	for i := 0; i+n <= len(s); i++ {
		for k := i + n; k <= len(s); k++ {
			if (k == len(s) || !p.ends) && kept[s[i:k]] {
				return true
			}
		}
		if p.begins {
			break
		}
	}
	return false
}

func distinct(set []string) []string {
	set = slices.Clone(set)
	slices.Sort(set)
	return slices.Compact(set)
}
