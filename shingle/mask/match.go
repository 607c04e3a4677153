package mask

import (
	"bytes"
	"math/bits"
	"regexp"
	"regexp/syntax"
	"slices"
	"unicode"
	"unicode/utf8"

	"repost/shingle/prefilter"
)

// Regular expressions cost a hundred times what the rest of a line does, and nearly no line
// matches any. So expressions are only looked for where what is known of the line anyway,
// its first character and the kinds of words in it, leaves some that may match. The two
// are looked up once for each line and position: patternSet.possible.

// pattern is a regular expression on folded text and the conditions under which it is
// looked for.
type pattern struct {
	re         *regexp.Regexp
	heads      *runeSet // the runes that what it matches begins with; nil for any
	kind       kind     // the line must have a word of this kind; kinds means no condition
	needs      [][]byte // a line must have one of these strings, where it may begin with any rune; nil for any line
	most       int      // runes
	unfinished bool
	number     int  // of its line
	user       bool // of a user's file, not of patterns.txt
}

// patternSet is the patterns of one position.
type patternSet struct {
	of     [32][]pattern // by code of the reason
	bare   reasonSet     // the reasons of patterns that ask for no word and begin with any rune
	headed reasonSet     // of those that ask for none and begin with one of heads
	heads  runeSet
	worded [kinds]reasonSet // of those that ask for a word of a kind
}

// reasonSet is a set of codes of reasons.
type reasonSet uint32

func (s reasonSet) has(c code) bool { return s>>c&1 != 0 }

// add adds a pattern for a reason, one of Reasons.
func (s *patternSet) add(why Reason, p pattern) {
	c := codeOf(why)
	s.of[c] = append(s.of[c], p)
	bit := reasonSet(1) << c
	switch {
	case p.kind < kinds:
		s.worded[p.kind] |= bit
	case p.heads == nil:
		s.bare |= bit
	default:
		s.headed |= bit
		s.heads.unite(p.heads)
	}
}

// possible returns reasons among which are all those for which a pattern may match what
// begins with head in a line with words of some kinds.
func (s *patternSet) possible(head rune, found kindSet) reasonSet {
	may := s.bare
	if s.headed != 0 && s.heads.has(head) {
		may |= s.headed
	}
	for ; found != 0; found &= found - 1 {
		may |= s.worded[bits.TrailingZeros16(uint16(found))]
	}
	return may
}

// match returns the first of some reasons for which a pattern matches r, of a line with
// such words, or "".
func (s *scanner) match(at position, r []rune, l *line, reasons ...code) Reason {
	if len(r) == 0 {
		return ""
	}
	set := &s.patterns.at[at]
	may := set.possible(r[0], s.kinds)
	if may == 0 {
		return ""
	}
	spelt := false
	for _, why := range reasons {
		if !may.has(why) {
			continue
		}
		for i := range set.of[why] {
			p := &set.of[why][i]
			if len(r) > p.most || !p.mayMatch(r[0], l) {
				continue
			}
			if !spelt {
				s.spell(r)
				spelt = true
			}
			if p.mayStand(s.spelling) && p.re.Match(s.spelling) {
				s.made = cause{pattern: p}
				return why.reason()
			}
		}
	}
	return ""
}

// matchHead returns how many runes of r, the head of a paragraph, a pattern masks, and
// why.
func (s *scanner) matchHead(r []rune, l *line) (int, Reason) {
	r = r[:min(len(r), short)]
	if len(r) == 0 {
		return 0, ""
	}
	set := &s.patterns.at[atHead]
	for may := set.possible(r[0], s.kinds); may != 0; may &= may - 1 {
		why := code(bits.TrailingZeros32(uint32(may)))
		for i := range set.of[why] {
			p := &set.of[why][i]
			if !p.mayMatch(r[0], l) {
				continue
			}
			s.spell(r)
			if !p.mayStand(s.spelling) {
				continue
			}
			if at := p.re.FindIndex(s.spelling); at != nil && at[0] == 0 && at[1] > 0 {
				if n := utf8.RuneCount(s.spelling[:at[1]]); n <= p.most {
					s.made = cause{pattern: p}
					return n, why.reason()
				}
			}
		}
	}
	return 0, ""
}

// mayMatch reports whether the conditions of p hold and it may match what begins with head.
func (p *pattern) mayMatch(head rune, l *line) bool {
	return (p.heads == nil || p.heads.has(head)) && (p.kind == kinds || l.found[p.kind] > 0) && (!p.unfinished || !l.full)
}

// fewNeeded is how many strings are looked for in a line at most.
const fewNeeded = 8

// required returns strings, one of which stands in each line that an expression matches: one
// search for a string costs a hundredth of the expression.
func required(tree *syntax.Regexp) (out [][]byte) {
	sets := prefilter.Required(tree)
	if len(sets) == 0 || len(sets[0]) > fewNeeded {
		return nil
	}
	for _, s := range sets[0] {
		for _, r := range s {
			if r >= utf8.RuneSelf && unicode.SimpleFold(r) != r {
				return nil // a line may have it in another form
			}
		}
		out = append(out, []byte(s))
	}
	return out
}

// mayStand reports whether a line has what p needs.
func (p *pattern) mayStand(line []byte) bool {
	return p.needs == nil || slices.ContainsFunc(p.needs, func(s []byte) bool { return bytes.Contains(line, s) })
}

// spell writes r where expressions look for it.
func (s *scanner) spell(r []rune) {
	s.spelling = s.spelling[:0]
	for _, c := range r {
		s.spelling = utf8.AppendRune(s.spelling, c)
	}
}

// runeSet is a set of runes of the basic plane; of the others it has all or none.
type runeSet struct {
	bits   [1 << 10]uint64
	others bool
}

func (s *runeSet) has(r rune) bool {
	if r >= 1<<16 {
		return s.others
	}
	return s.bits[r>>6]>>(r&63)&1 != 0
}

// unite adds the runes of t.
func (s *runeSet) unite(t *runeSet) {
	for i, w := range t.bits {
		s.bits[i] |= w
	}
	s.others = s.others || t.others
}

// mostSteps bounds the steps of all expressions, those that are built in too: a line may be
// compared with each of them, at every character. Those that are built in have 1,722.
const mostSteps = 1 << 16

// program returns the tree and the steps of an expression that has been compiled.
func program(re *regexp.Regexp) (*syntax.Regexp, *syntax.Prog) {
	tree, err := syntax.Parse(re.String(), syntax.Perl)
	if err == nil {
		var prog *syntax.Prog
		if prog, err = syntax.Compile(tree.Simplify()); err == nil {
			return tree, prog
		}
	}
	panic(err) // regexp has done the same
}

// firstRunes returns the runes that a match at the head of a text may begin with, or nil if
// it may match anywhere. Nearly all lines are passed over by one look at it.
func firstRunes(prog *syntax.Prog) *runeSet {
	set := &runeSet{}
	seen := make([]bool, len(prog.Inst))
	// follow reports whether all ways from instruction pc begin at the head of the text and
	// take a rune; anchored says that the way to pc has asked for the head.
	var follow func(pc uint32, anchored bool) bool
	follow = func(pc uint32, anchored bool) bool {
		in := &prog.Inst[pc]
		switch in.Op {
		case syntax.InstAlt, syntax.InstAltMatch:
			if seen[pc] {
				return true
			}
			seen[pc] = true
			return follow(in.Out, anchored) && follow(in.Arg, anchored)
		case syntax.InstCapture, syntax.InstNop:
			return follow(in.Out, anchored)
		case syntax.InstEmptyWidth:
			return follow(in.Out, anchored || syntax.EmptyOp(in.Arg)&syntax.EmptyBeginText != 0)
		case syntax.InstRune, syntax.InstRune1:
			for i := 0; i < len(in.Rune); i += 2 {
				hi := in.Rune[min(i+1, len(in.Rune)-1)]
				for r := in.Rune[i]; r <= min(hi, 1<<16-1); r++ {
					set.bits[r>>6] |= 1 << (r & 63)
				}
				set.others = set.others || hi >= 1<<16
			}
			return anchored
		}
		return false // matches nothing, or any rune
	}
	if !follow(uint32(prog.Start), false) {
		return nil
	}
	return set
}
