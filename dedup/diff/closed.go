package diff

import (
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"repost/dedup/quantity"
	"repost/shingle/lexicon"
	"repost/shingle/words"
)

// Small words that turn a fact round: how many, at least or at most, until or from, by or
// to, who did it to whom. They are few in every language and say as much as a figure, so
// they are compared before any list of synonyms is asked: a word of another meaning is
// substantive, one of the same meaning is wording. The words are data, closed.txt.
//
// Cost: some 50 look-ups for an edit of a few words, nothing for others.

// meaning is a meaning of small words: the line and the place in it.
type meaning struct{ line, step int }

// closedLine is a line of closed.txt.
type closedLine struct {
	language string
	figure   bool // says something next to a figure, a day or a time alone
	class    Class
	meanings [][]string
}

// closedWords holds the lines, and the meanings of each word, written without spaces.
type closedWords struct {
	lines []closedLine
	words map[string][]meaning
	heads map[rune]bool // what words begin with
	runes map[rune]bool // the characters of words
}

var smallWords = sync.OnceValue(func() *closedWords {
	s := &closedWords{words: map[string][]meaning{}, heads: map[rune]bool{}, runes: map[rune]bool{}}
	for line := range tableLines("closed.txt") {
		f := strings.Fields(line)
		if len(f) < 4 || f[0] == "#" {
			continue
		}
		l := closedLine{language: f[0], figure: f[1] == "figure", class: Class(f[2])}
		for step, part := range strings.Split(strings.Join(f[3:], " "), "|") {
			words := strings.Fields(part)
			l.meanings = append(l.meanings, words)
			for _, w := range words {
				w = smallKey(strings.ReplaceAll(w, "_", ""))
				s.heads[firstRune(w)] = true
				for _, r := range w {
					s.runes[r] = true
				}
				s.words[w] = append(s.words[w], meaning{len(s.lines), step})
			}
		}
		s.lines = append(s.lines, l)
	}
	return s
})

// closedReach is how many tokens around an edit belong to a small word that it changes: no more
// than, pas moins de.
const closedReach = 6

// longestSmall is the longest edit, in tokens, that is looked up.
const longestSmall = 7

// smallWord is a small word at tokens [lo, hi), with its meanings.
type smallWord struct {
	lo, hi   int
	meanings []meaning
}

// smallAt returns the small words that hold tokens [lo, hi) of v, longest first.
func (v *view) smallAt(lo, hi int) (out []smallWord) {
	for hi > lo && v.toks[hi-1].kind == space {
		hi--
	}
	for lo < hi && v.toks[lo].kind == space {
		lo++
	}
	known := func(i int) bool { // nearly no character of Chinese stands in a small word
		r := hanAt(v.text, v.toks[i].lo)
		return r == 0 || smallWords().runes[r]
	}
	if hi-lo > longestSmall {
		return nil
	}
	for i := lo; i < hi; i++ {
		if !known(i) {
			return nil
		}
	}
	least := hi
	if lo == hi && hi > 0 && v.toks[hi-1].kind == space { // antes |del
		least--
	}
	for from := max(0, lo-closedReach); from <= lo; from++ {
		if from < len(v.toks) && v.toks[from].kind == space || !smallWords().begins(v, from) {
			continue
		}
		for to := max(least, from+1); to <= min(len(v.toks), hi+closedReach); to++ {
			if t := v.toks[to-1]; t.kind == punct && t.mark != dash && t.hi-t.lo > 0 && !v.apostrophe(to-1) || t.brk || !known(to-1) {
				break
			} else if t.kind == space {
				continue
			}
			text := v.span(from, to).Of(v.text)
			ms := smallWords().words[smallKey(text)]
			if ms == nil && from == lo && to == hi {
				ms = smallWords().words[smallKey(withoutArticles(text))]
			}
			if _, rest, ok := strings.Cut(text, "'"); ms == nil && ok && len(text)-len(rest) <= len("qu'") { // d'environ
				ms = smallWords().words[smallKey(rest)]
			}
			if ms != nil && v.wholeWord(from, to) {
				out = append(out, smallWord{from, to, ms})
			}
		}
	}
	slices.SortStableFunc(out, func(x, y smallWord) int { return (y.hi - y.lo) - (x.hi - x.lo) })
	return out
}

// apostrophe reports whether token i is one within a word: tutt'al più.
func (v *view) apostrophe(i int) bool { return v.of(i) == "'" || v.of(i) == "’" }

// begins reports whether a small word, or an article before one, begins with what token i does.
func (s *closedWords) begins(v *view, i int) bool {
	if i >= len(v.toks) {
		return false
	}
	r, _ := utf8.DecodeRuneInString(v.of(i))
	return s.heads[unicode.ToLower(r)] || v.toks[i].kind == word && closedArticle(strings.ToLower(v.of(i)))
}

// wholeWord reports whether tokens [lo, hi) are no part of a longer word in a script that parts no
// words.
func (v *view) wholeWord(lo, hi int) bool {
	if v.toks[lo].kind != char && v.toks[hi-1].kind != char {
		return true
	}
	s := v.span(lo, hi)
	from, part := v.clauseAround(s)
	for _, w := range words.Segment(part) {
		if at := shifted(w.Span, from); at.Overlaps(s) && (at.Lo < s.Lo || at.Hi > s.Hi) {
			return false
		}
	}
	return true
}

// closedChange returns the edit over the small words that e changes, with what became of them.
func (c *comparison) closedChange(e edit) (edit, bool) {
	if e.weak || e.byline || e.whole || c.lettersOnly(e) && e.a1+e.b1 > e.a0+e.b0 {
		return e, false
	}
	xs := c.a.smallAt(e.a0, e.a1)
	if len(xs) == 0 {
		return e, false
	}
	ys := c.b.smallAt(e.b0, e.b1)
	for _, x := range xs {
		for _, y := range ys {
			s, t := c.a.span(x.lo, x.hi), c.b.span(y.lo, y.hi)
			line, same := c.meant(x, y)
			if line < 0 || withoutMarks(bare(s.Of(c.a.text))) == withoutMarks(bare(t.Of(c.b.text))) && same {
				continue
			}
			f, ok := c.spread(e, s, t)
			if !ok {
				continue
			}
			l := smallWords().lines[line]
			v := substantive(l.class, "a small word of another meaning: "+s.Of(c.a.text)+", "+t.Of(c.b.text))
			switch {
			case same && l.class == Attribution:
				v = verdict{Minor, ReportingVerb, "another reporting verb"}
			case same && !l.figure && (l.class == Number || l.class == Modality):
				v = verdict{Minor, Wording, "small words of one meaning"}
			case same:
				v = verdict{Minor, FunctionWord, "small words of one meaning"}
			}
			f.phrase, f.decided, f.same = value, &v, false
			return f, true
		}
	}
	return e, false
}

// meant returns the line that has two small words, or -1, and whether they are of one meaning.
func (c *comparison) meant(x, y smallWord) (line int, same bool) {
	line = -1
	for _, m := range x.meanings {
		for _, n := range y.meanings {
			switch {
			case m == n:
				return m.line, true
			case m.line == n.line && line < 0 && (!smallWords().lines[m.line].figure || c.a.atFigure(x.lo, x.hi) && c.b.atFigure(y.lo, y.hi)):
				line = m.line
			}
		}
	}
	return line, false
}

// smallKey returns a word as it is looked up.
func smallKey(s string) string { return squeeze(s) }

// withoutArticles returns s without the articles before and after a word: Most of the.
func withoutArticles(s string) string {
	words := strings.Fields(s)
	for len(words) > 1 && closedArticle(strings.ToLower(words[len(words)-1])) {
		words = words[:len(words)-1]
	}
	for len(words) > 1 && closedArticle(strings.ToLower(words[0])) {
		words = words[1:]
	}
	return strings.Join(words, "")
}

// closedArticle reports whether w is an article, or a word such as "of", and no small word.
func closedArticle(w string) bool {
	return lexicon.Determiner.Has(w) && smallWords().words[w] == nil && !quantity.Word(w)
}

// figureReach is how many words after a small word may stand between it and the figure that it
// goes with: until the end of the month of May.
const figureReach = 5

// atFigure reports whether tokens [lo, hi) stand next to a figure, a day, a month or a time.
func (v *view) atFigure(lo, hi int) bool {
	near := func(i, step, reach int) bool {
		for ; i >= 0 && i < len(v.toks) && reach > 0 && v.toks[i].kind != punct; i += step {
			if v.timed(i) {
				return true
			}
			if v.toks[i].strong() {
				reach--
			}
		}
		return false
	}
	return near(hi, 1, figureReach) || near(lo-1, -1, 2)
}

// timed reports whether token i is a number or names a day, a month or a time.
func (v *view) timed(i int) bool {
	w := strings.ToLower(v.of(i))
	return v.toks[i].kind == number || v.toks[i].kind == word && (quantity.Word(w) || monthOf(w) != 0) ||
		lexicon.Day.Has(w) || lexicon.Period.Has(w) || lexicon.RelativeDay.Has(w)
}
