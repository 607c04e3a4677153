package mask

import (
	"fmt"
	"regexp/syntax"
	"strconv"
	"strings"
	"unicode"
)

// An expression that can never match is a slip of who wrote it: a capital letter or a blank,
// which no folded line has, a full-width colon, more characters than its condition lets
// through. It would be passed over in silence, so it is refused. What is asked of
// an expression is that each of its parts can match, not the whole alone: an alternative that
// never does is a slip too. What may be left out (blanks as \s*, a letter with ?) is not
// looked at. One pass over the tree of the expression.

// possible returns what keeps an expression for a group from matching, or nil.
func possible(tree *syntax.Regexp, prog *syntax.Prog, g *group) error {
	a := alphabet{unfinished: g.options.unfinished, bracket: g.at == inBracket || g.at == afterSentence}
	if err := a.check(tree); err != nil {
		return err
	}
	switch n := shortest(tree); {
	case n > longestMatch:
		return fmt.Errorf("it needs at least %d characters, and only lines of at most %d are looked at", n, longestMatch)
	case n > g.options.most:
		return fmt.Errorf("it needs at least %d characters, and the heading allows %d: say most %d there", n, g.options.most, n)
	}
	if !reaches(prog) {
		return fmt.Errorf("it asks for the beginning of the line after a character, or for its end before one")
	}
	return nil
}

// alphabet is what a folded line may hold, where an expression is looked for.
type alphabet struct {
	unfinished bool // no end of a sentence
	bracket    bool // no bracket, no full stop
}

// has reports whether a line may hold r.
func (a alphabet) has(r rune) bool {
	if r >= 1<<16 {
		return false // all are one: see wordbook.other
	}
	e := folded()[r]
	return e&blankSign == 0 && e.rune() == r && (!a.unfinished || e&endSign == 0) && (!a.bracket || !strings.ContainsRune("()。", r))
}

// check returns why a part of an expression, one that must be there, never matches.
func (a alphabet) check(e *syntax.Regexp) error {
	switch e.Op {
	case syntax.OpLiteral:
		for _, r := range e.Rune {
			if !a.has(r) && (e.Flags&syntax.FoldCase == 0 || !a.hasCase(r)) {
				return a.problem(r, string(e.Rune))
			}
		}
	case syntax.OpCharClass:
		for i := 0; i < len(e.Rune); i += 2 {
			for r := e.Rune[i]; r <= min(e.Rune[i+1], 1<<16-1); r++ {
				if a.has(r) {
					return nil
				}
			}
		}
		if len(e.Rune) == 2 && e.Rune[0] == e.Rune[1] {
			return a.problem(e.Rune[0], string(e.Rune[0]))
		}
		return fmt.Errorf("no line has a character of %s once it is folded (simplified, lower case, half-width, without blanks)", e)
	case syntax.OpNoMatch:
		return fmt.Errorf("a part of it matches nothing")
	case syntax.OpStar, syntax.OpQuest:
		return nil
	case syntax.OpRepeat:
		if e.Min == 0 {
			return nil
		}
	}
	for _, sub := range e.Sub {
		if err := a.check(sub); err != nil {
			return err
		}
	}
	return nil
}

// hasCase reports whether a line may hold r or the same letter of another case.
func (a alphabet) hasCase(r rune) bool {
	for c := unicode.SimpleFold(r); c != r; c = unicode.SimpleFold(c) {
		if a.has(c) {
			return true
		}
	}
	return false
}

// problem says why no line has r, of a literal.
func (a alphabet) problem(r rune, literal string) error {
	switch {
	case !alphabet{}.has(r):
		write := fold(literal)
		switch {
		case strings.TrimSpace(string(r)) == "" && write == "":
			return fmt.Errorf("no line has a blank once it is folded: leave it out")
		case strings.TrimSpace(string(r)) == "":
			return fmt.Errorf("no line has a blank once it is folded: write %s for %s", write, literal)
		case r >= 1<<16 || write == "":
			return fmt.Errorf("no line has %s once it is folded: leave it out", strconv.QuoteRune(r))
		}
		return fmt.Errorf("no line has %c once it is folded (simplified, lower case, half-width, without blanks): write %s for %s", r, write, literal)
	case a.bracket && strings.ContainsRune("()。", r):
		return fmt.Errorf("what a bracket holds has no %c", r)
	}
	return fmt.Errorf("%c ends a sentence, and \"unfinished\" asks for a line without", r)
}

// shortest returns how many characters an expression needs.
func shortest(e *syntax.Regexp) int {
	n := 0
	switch e.Op {
	case syntax.OpLiteral:
		return len(e.Rune)
	case syntax.OpCharClass, syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		return 1
	case syntax.OpAlternate:
		for i, sub := range e.Sub {
			if m := shortest(sub); i == 0 || m < n {
				n = m
			}
		}
	case syntax.OpCapture, syntax.OpPlus, syntax.OpConcat:
		for _, sub := range e.Sub {
			n += shortest(sub)
		}
	case syntax.OpRepeat:
		return e.Min * shortest(e.Sub[0])
	}
	return min(n, 1<<16)
}

// reaches reports whether there is a way through prog that asks for the beginning of the text
// before all characters and for its end after them.
func reaches(prog *syntax.Prog) bool {
	type state struct {
		pc           uint32
		began, ended bool
	}
	seen := map[state]bool{}
	var follow func(s state) bool
	follow = func(s state) bool {
		if seen[s] {
			return false
		}
		seen[s] = true
		in := &prog.Inst[s.pc]
		next := state{in.Out, s.began, s.ended}
		switch in.Op {
		case syntax.InstMatch:
			return true
		case syntax.InstFail:
			return false
		case syntax.InstAlt, syntax.InstAltMatch:
			return follow(next) || follow(state{in.Arg, s.began, s.ended})
		case syntax.InstEmptyWidth:
			asks := syntax.EmptyOp(in.Arg)
			if asks&(syntax.EmptyBeginText|syntax.EmptyBeginLine) != 0 && s.began {
				return false
			}
			next.ended = s.ended || asks&(syntax.EmptyEndText|syntax.EmptyEndLine) != 0
		case syntax.InstRune, syntax.InstRune1, syntax.InstRuneAny, syntax.InstRuneAnyNotNL:
			if s.ended {
				return false
			}
			next.began = true
		}
		return follow(next)
	}
	return follow(state{pc: uint32(prog.Start)})
}
