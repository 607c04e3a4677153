package diff

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"repost/shingle"
)

// What stands around a story on its page, headlines and captions, is known by how it looks:
// a short line that ends without a mark. It can only be known where the story's own lines
// look otherwise: in a table, a statute with "Article 4" on a line of its own, a text that
// is cut into lines of one width, or in Thai, which has no full stop, such lines say nothing.
// O(length of the text), once for each text.

// layout says which parts of a text stand out when they are short and end without a mark.
type layout struct{ lines, blocks bool } // blocks are set off by empty lines

// longestCaption is the longest headline or caption, in letters and digits; one of Chinese,
// Japanese, Korean or Thai counts twice.
const longestCaption = 80

// layoutOf returns how the story looks that stands in spans of text. Its first line and
// first block are not looked at: they may be its headline, if they are as short as one.
func layoutOf(text string, spans []shingle.Span) layout {
	standsOut := func(cut func(string, shingle.Span, func(shingle.Span) bool)) bool {
		all, open := -1, 0
		for _, s := range spans {
			cut(text, s, func(p shingle.Span) bool {
				all++
				if t := p.Of(text); isOpen(t) && (all > 0 || letters(t) > longestCaption) {
					open++
				}
				return true
			})
		}
		return 3*open <= max(all, 0)
	}
	return layout{lines: standsOut(eachLine), blocks: standsOut(eachBlock)}
}

// each calls fn for the paragraphs of text within s: for its lines where these stand out,
// and otherwise for its blocks.
func (l layout) each(text string, s shingle.Span, fn func(shingle.Span) bool) {
	if l.lines {
		eachLine(text, s, fn)
	} else {
		eachBlock(text, s, fn)
	}
}

// aside reports whether a paragraph looks like a headline or a caption.
func (l layout) aside(text string, p shingle.Span) bool {
	if !l.lines && (!l.blocks || !standsAlone(text, p)) {
		return false
	}
	s := p.Of(text)
	return isOpen(s) && letters(s) <= longestCaption
}

// allAside reports whether every paragraph of s looks like a headline or a caption.
func (l layout) allAside(text string, s shingle.Span) bool {
	all := true
	l.each(text, s, func(p shingle.Span) bool {
		all = l.aside(text, p)
		return all
	})
	return all
}

// eachLine calls fn for each line of text within s that is not empty, without the white
// space around it, until fn returns false.
func eachLine(text string, s shingle.Span, fn func(shingle.Span) bool) {
	for at := s.Lo; at < s.Hi; {
		end := s.Hi
		if k := strings.IndexAny(text[at:s.Hi], "\n\u2029"); k >= 0 {
			end = at + k
		}
		if p := trimSpace(text, shingle.Span{Lo: at, Hi: end}); p.Len() > 0 && !fn(p) {
			return
		}
		_, n := utf8.DecodeRuneInString(text[end:])
		at = end + max(n, 1)
	}
}

// eachBlock is eachLine for the blocks that empty lines set off.
func eachBlock(text string, s shingle.Span, fn func(shingle.Span) bool) {
	var open shingle.Span
	goOn := true
	eachLine(text, s, func(p shingle.Span) bool {
		if open.Len() > 0 && strings.Count(text[open.Hi:p.Lo], "\n") < 2 && !strings.Contains(text[open.Hi:p.Lo], "\u2029") {
			open.Hi = p.Hi
			return true
		}
		if open.Len() > 0 {
			goOn = fn(open)
		}
		open = p
		return goOn
	})
	if goOn && open.Len() > 0 {
		fn(open)
	}
}

// trimSpace returns s without the white space at its ends.
func trimSpace(text string, s shingle.Span) shingle.Span {
	t := s.Of(text)
	s.Lo += len(t) - len(strings.TrimLeftFunc(t, unicode.IsSpace))
	return shingle.Span{Lo: s.Lo, Hi: s.Lo + len(strings.TrimSpace(t))}
}

// standsAlone reports whether p is all that stands between two empty lines, or the ends of
// text.
func standsAlone(text string, p shingle.Span) bool {
	before, after := text[:p.Lo], text[p.Hi:]
	before, after = before[len(strings.TrimRightFunc(before, unicode.IsSpace)):], after[:len(after)-len(strings.TrimLeftFunc(after, unicode.IsSpace))]
	alone := func(gap string, end bool) bool {
		return end || strings.Count(gap, "\n") >= 2 || strings.Contains(gap, "\u2029")
	}
	return alone(before, len(before) == p.Lo) && alone(after, len(after) == len(text)-p.Hi)
}

// isOpen reports whether a paragraph ends without a mark that ends or parts sentences.
func isOpen(s string) bool {
	s = strings.TrimRightFunc(s, func(r rune) bool {
		return unicode.IsSpace(r) || slices.Contains([]markClass{closeQuote, quote, closeBracket}, markFor(r))
	})
	last, _ := utf8.DecodeLastRuneInString(s)
	m := markFor(last)
	return !m.endsSentence() && !separates(m)
}

// letters counts the letters and digits of s, those of scripts without spaces twice.
func letters(s string) (n int) {
	for _, r := range s {
		switch {
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
		case unspaced(r):
			n += 2
		default:
			n++
		}
	}
	return n
}
