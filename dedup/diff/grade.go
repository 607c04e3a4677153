package diff

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"repost/dedup/parallel"
	"repost/dedup/quantity"
	"repost/shingle"
	"repost/shingle/lexicon"
)

// Grading. Every edit becomes one change, and the first rule that fits decides.
// Each rule names itself in Change.Reasons.

// verdict is what a rule says.
type verdict struct {
	grade  Grade
	class  Class
	reason string
}

func (c *comparison) grade() {
	slices.SortStableFunc(c.edits, func(x, y edit) int {
		return cmp.Or(x.a0-y.a0, x.a1-y.a1, x.b0-y.b0, x.b1-y.b1)
	})
	c.joinEdits()
	c.joinPhrases()
	c.changes = c.gradeAll()
	c.joinQuotes()
	c.joinScript()
	c.joinDates()
	c.joinWords()
	c.joinHeadlines()
	c.joinOverlaps()
}

// editsEach is how many edits a worker takes at once: about a tenth of a millisecond.
const editsEach = 8

// eachEdit calls do for the edits, a few at a time, on all threads: k counts the
// calls, and w is c with memos of its own. What do finds of an edit depends on the
// texts and the edits alone, so the number of workers changes nothing.
func (c *comparison) eachEdit(do func(w *comparison, k int, edits []edit)) {
	own := func() *comparison { w := *c; return &w }
	parallel.With(c.portions(), own, func(w *comparison, k int) {
		do(w, k, c.edits[k*editsEach:min((k+1)*editsEach, len(c.edits))])
	})
}

// portions returns how often eachEdit calls.
func (c *comparison) portions() int { return (len(c.edits) + editsEach - 1) / editsEach }

// gradeAll grades the edits.
func (c *comparison) gradeAll() []Change {
	parts := make([][]Change, c.portions())
	c.eachEdit(func(w *comparison, k int, edits []edit) { parts[k] = w.gradeSome(edits) })
	return slices.Concat(parts...)
}

// gradeSome grades edits one by one.
func (c *comparison) gradeSome(edits []edit) []Change {
	out := make([]Change, 0, len(edits)+1)
	for _, e := range edits {
		if c.replaced(e) && !c.sameUnits(e) {
			out = append(out, c.change(edit{a0: e.a0, a1: e.a1, b0: e.b0, b1: e.b0}),
				c.change(edit{a0: e.a1, a1: e.a1, b0: e.b0, b1: e.b1}))
			continue
		}
		if ch := c.change(e); ch.Grade != Substantive {
			out = append(out, ch)
		} else if parts := c.peeled(e); len(parts) == 1 {
			out = append(out, ch)
		} else {
			for _, part := range parts {
				out = append(out, c.change(part))
			}
		}
	}
	return out
}

func (c *comparison) change(e edit) Change {
	v := c.judge(e)
	if v.grade != Cosmetic && v.class != Marks && c.sameUnits(e) {
		v = foldedAlike(c.texts(e))
	}
	a, b := c.a.span(e.a0, e.a1), c.b.span(e.b0, e.b1)
	if e.phrase != noPhrase {
		a, b = c.a.trim(e.a0, e.a1), c.b.trim(e.b0, e.b1)
	}
	ch := Change{
		A: a, B: b, CoreA: a, CoreB: b,
		Grade: v.grade, Class: v.class, Reasons: []string{v.reason},
	}
	if v.reason == misreadLetters {
		ch.Hint = LikelyOCR
	}
	if c.alike(e) {
		ch.Hint = LikelyOCR
		ch.Reasons = append(ch.Reasons, "the characters look alike")
	}
	if !c.opt.Characters && v.grade != Cosmetic && !e.byline && e.phrase == noPhrase {
		ch.A, ch.B = c.widen(e, v)
		ch.CoreA, ch.CoreB = hold(ch.A, a), hold(ch.B, b)
	}
	ch.AText, ch.BText = ch.A.Of(c.a.text), ch.B.Of(c.b.text)
	if c.opt.Characters {
		ch.narrow()
	}
	return ch
}

// alike reports whether e exchanges characters for others that look like them.
func (c *comparison) alike(e edit) bool {
	if e.same || e.weak || e.byline || e.a1-e.a0 != e.b1-e.b0 || e.a0 == e.a1 {
		return false
	}
	others := 0
	for k := range e.a1 - e.a0 {
		x, y := c.a.toks[e.a0+k], c.b.toks[e.b0+k]
		if x.key == y.key {
			continue
		}
		if x.kind != char || y.kind != char || !lookAlike(rune(x.key), rune(y.key)) {
			return false
		}
		others++
	}
	return others > 0
}

func (c *comparison) texts(e edit) (string, string) {
	return c.a.span(e.a0, e.a1).Of(c.a.text), c.b.span(e.b0, e.b1).Of(c.b.text)
}

func (c *comparison) judge(e edit) verdict {
	s, t := c.texts(e)
	if v, ok := c.addresses(e, s, t); ok {
		return v
	}
	switch {
	case !e.byline && c.onPages(e):
		return verdict{Cosmetic, LineBreak, "a page number or a running head"}
	case digitsForLetters(s, t):
		return verdict{Minor, Wording, misreadLetters}
	case e.phrase == moment:
		return verdict{Cosmetic, DateFormat, "the same day or time, written otherwise"}
	case e.phrase == credit:
		return c.creditChange(s, t)
	case e.phrase == value:
		return *e.decided
	case e.same:
		return c.written(c.a.toks[e.a0], c.b.toks[e.b0], s, t)
	case e.weak:
		return c.markChange(e, s, t)
	case e.byline:
		return c.bylineChange(s, t)
	}
	for _, form := range []func(c *comparison, e edit, s, t string) (verdict, bool){ // before the table: notation, sentences, figures
		(*comparison).onlySpace, (*comparison).ticker, (*comparison).sameDate, (*comparison).credited,
		(*comparison).gendered, (*comparison).reportingPhrase, (*comparison).sentences, (*comparison).letters, (*comparison).figures,
	} {
		if v, ok := form(c, e, s, t); ok {
			return v
		}
	}
	return c.judgeWords(e, s, t)
}

// bylineChange grades a byline: who signs matters, how he is introduced less.
func (c *comparison) bylineChange(s, t string) verdict {
	x, y := bylineNames(s), bylineNames(t)
	if x == nil {
		x = namesIn(s)
	}
	if y == nil {
		y = namesIn(t)
	}
	slices.Sort(x)
	slices.Sort(y)
	if slices.Equal(x, y) {
		return verdict{Minor, Byline, "the byline is reworded, its names are the same"}
	}
	return verdict{Substantive, Byline, "the byline names others"}
}

// onlySpace holds when the two differ in white space and forms alone: a word or
// number broken at the end of a line.
func (c *comparison) onlySpace(e edit, s, t string) (verdict, bool) {
	p, q := squeeze(s), squeeze(t)
	if p == q && p != "" && c.tornDecimal(e) {
		return verdict{Substantive, Number, "a figure is cut in two"}, true
	}
	if p == q && p != "" && !c.otherFigures(e, s, t) {
		if strings.Contains(s+t, "-\n") || strings.Contains(s+t, "-\r\n") {
			return verdict{Cosmetic, LineBreak, "a word that is broken at the end of a line"}, true
		}
		return verdict{Cosmetic, Space, "the same but for white space"}, true
	}
	return verdict{}, false
}

// ticker holds when the sign of a share comes or goes after the name of a firm: <SONNF>.
func (c *comparison) ticker(_ edit, s, t string) (verdict, bool) {
	return verdict{Minor, Wording, "the sign of a share after a name"}, (s == "" || t == "") && pattern("ticker").MatchString(strings.TrimSpace(s+t))
}

// otherFigures reports whether white space, or a place above the line, makes other numbers of
// the digits of s and t, which are the same but for that: 1 1/2 and 11/2, 10³ and 103. A scan
// spaces digits out (2 0 1 9), print groups them (12 000), and a long number is an account's
// or a telephone's, whose value nobody reads.
func (c *comparison) otherFigures(e edit, s, t string) bool {
	x, y := figureParts(s), figureParts(t)
	if slices.EqualFunc(x, y, slices.Equal) {
		return false
	}
	one := func(v *view, lo, hi int) string { // with what joins its digits to those around
		return v.span(max(0, lo-2), min(len(v.toks), hi+2)).Of(v.text)
	}
	if slices.Equal(numberUnits(one(c.a, e.a0, e.a1)), numberUnits(one(c.b, e.b0, e.b1))) {
		return false
	}
	if len(x) != len(y) {
		return true
	}
	for k := range x {
		if !slices.Equal(x[k], y[k]) && !grouped(x[k]) && !grouped(y[k]) {
			return true
		}
	}
	return false
}

// figureParts returns, for each figure of s, how many digits stand in each of the parts into
// which white space cuts it. What is above or below the line is a figure of its own.
func figureParts(s string) (out [][]int) {
	spaced, open, up := false, false, false
	for _, r := range s {
		_, class := (shingle.Rules{}).Fold(r)
		switch isUp := unicode.Is(unicode.No, r); {
		case class == shingle.Space:
			spaced = true
			continue
		case class == shingle.Ignorable:
			continue
		case class != shingle.Digit:
			open = false
		case !open || isUp != up:
			out, open, up = append(out, []int{1}), true, isUp
		case spaced:
			out[len(out)-1] = append(out[len(out)-1], 1)
		default:
			k := out[len(out)-1]
			k[len(k)-1]++
		}
		spaced = false
	}
	return out
}

// grouped reports whether the parts of a figure are its thousands, single digits, or those of a
// number that is no quantity.
func grouped(parts []int) bool {
	const (
		leastNumber = 7 // digits
		leastSpaced = 3 // digits that a scan spaces out: 1 1/2 is no 11
	)
	sum, thousands, single := 0, parts[0] <= 3, len(parts) >= leastSpaced
	for k, n := range parts {
		sum += n
		thousands = thousands && (k == 0 || n == 3)
		single = single && n == 1
	}
	return len(parts) > 1 && (thousands || single || sum >= leastNumber)
}

// numberUnits returns the units of s that are numbers.
func numberUnits(s string) (out []uint32) {
	for _, u := range (shingle.Rules{}).Cut(nil, s) {
		if u.Kind() == shingle.Number {
			out = append(out, u.ID)
		}
	}
	return out
}

// squeeze returns s without white space, invisible characters and hyphens at the
// end of a line, in lower case and one width.
func squeeze(s string) string {
	if commonHans(s) {
		return s // Han alone, the usual case
	}
	s = strings.ReplaceAll(strings.ReplaceAll(s, "-\n", ""), "-\r\n", "")
	folder := (shingle.Rules{}).Folder()
	return strings.ToLower(strings.Map(func(r rune) rune {
		if commonHan(r) {
			return r
		}
		if _, class := folder.Fold(r); class == shingle.Space || class == shingle.Ignorable {
			return -1
		}
		return r
	}, norm.NFKC.String(s)))
}

// plainDigits returns s with ASCII digits for those of any script.
func plainDigits(s string) string {
	return strings.Map(func(r rune) rune {
		if d := quantity.DigitOf(r); d >= 0 {
			return '0' + rune(d)
		}
		return r
	}, s)
}

func (c *comparison) sentences(e edit, _, _ string) (verdict, bool) {
	v, lo, hi, class, what := c.a, e.a0, e.a1, Omission, "left out"
	if c.a.count(e.a0, e.a1) == 0 {
		v, lo, hi, class, what = c.b, e.b0, e.b1, Addition, "put in"
	} else if c.b.count(e.b0, e.b1) > 0 {
		return verdict{}, false
	}
	if !v.sentence(lo, hi) {
		switch n := v.count(lo, hi); {
		case n >= leastClause && v.clause(lo, hi):
			return verdict{Substantive, class, "a whole clause is " + what}, true
		case n >= leastPhrase: // whatever figures, names and negations are in it
			return verdict{Substantive, class, fmt.Sprintf("a passage of %d characters or words is %s", n, what)}, true
		}
		return verdict{}, false
	}
	if bylineNames(v.trim(lo, hi).Of(v.text)) != nil {
		return verdict{Substantive, Byline, "a byline is " + what}, true
	}
	return verdict{Substantive, class, "a whole sentence is " + what}, true
}

// leastClause is the shortest clause, in strong tokens, that is an omission and
// not a wording.
const leastClause = 6

// leastPhrase is the length in strong tokens from which what is put in or left out is more than
// the name, the figure or the negation that stands in it.
const leastPhrase = 8

// clause reports whether marks part [lo, hi) from what stands before and after.
func (v *view) clause(lo, hi int) bool {
	mark := func(i int) bool { return i < 0 || i >= len(v.toks) || separates(v.toks[i].mark) || v.toks[i].brk }
	return (mark(lo) || mark(lo-1)) && (mark(hi) || mark(hi-1))
}

// sentence reports whether [lo, hi) begins and ends where sentences do.
func (v *view) sentence(lo, hi int) bool {
	end := hi - 1
	for end > lo && (v.toks[end].kind == space || v.toks[end].mark == closeQuote || v.toks[end].mark == closeBracket || v.toks[end].mark == quote) {
		end--
	}
	ends := v.toks[end].mark.endsSentence() || v.toks[hi-1].brk || v.lineEnd(hi) ||
		hi < len(v.toks) && v.toks[hi].mark.endsSentence()
	if !ends {
		return false
	}
	for lo--; lo >= 0; lo-- {
		switch t := v.toks[lo]; {
		case t.brk || t.mark.endsSentence():
			return true
		case t.kind != space && t.mark != closeQuote && t.mark != closeBracket && t.mark != openQuote && t.mark != quote:
			return false
		}
	}
	return true
}

// lettersOnly reports whether all that e changes are letters of long words.
func (c *comparison) lettersOnly(e edit) bool {
	other := func(t token) bool { return t.strong() && t.kind != letter }
	return !e.weak && !slices.ContainsFunc(c.a.toks[e.a0:e.a1], other) && !slices.ContainsFunc(c.b.toks[e.b0:e.b1], other)
}

// letters holds for what no word list knows, whatever words it seems to have in it.
func (c *comparison) letters(e edit, _, _ string) (verdict, bool) {
	return verdict{Minor, Wording, "other letters in a word without end"}, c.lettersOnly(e)
}

// replaced reports whether e takes out whole sentences, or a long passage, and puts
// others in that share little with them, or whole clauses that share next to nothing:
// an omission and an addition. Passages too long to align are asked for no more: of
// 20,000 characters at random, half are in any other 20,000.
func (c *comparison) replaced(e edit) bool {
	na, nb := c.a.count(e.a0, e.a1), c.b.count(e.b0, e.b1)
	if e.weak || e.same || e.byline || min(na, nb) == 0 {
		return false
	}
	long := max(na, nb) >= leastBlock
	if na*nb > maxCells || !long && min(na, nb) < 6 {
		return long
	}
	whole := long || c.a.sentence(e.a0, e.a1) && c.b.sentence(e.b0, e.b1)
	if !whole && !(c.a.clause(e.a0, e.a1) && c.b.clause(e.b0, e.b1)) {
		return false
	}
	in := map[uint32]int{}
	for i := e.a0; i < e.a1; i++ {
		in[c.a.toks[i].key]++
	}
	shared := 0
	for j := e.b0; j < e.b1; j++ {
		if t := c.b.toks[j]; t.strong() && in[t.key] > 0 {
			in[t.key]--
			shared++
		}
	}
	least := min(na, nb)
	if !whole {
		return least >= leastApart && 4*shared < least
	}
	return 2*shared < least
}

func hasPrefix(s string, prefixes ...string) bool {
	return slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(s, p) })
}

// around returns the text of both sides with l tokens before and r after.
func (c *comparison) around(e edit, l, r int) (string, string, bool) {
	if e.a0-l < 0 || e.b0-l < 0 || e.a1+r > len(c.a.toks) || e.b1+r > len(c.b.toks) {
		return "", "", false
	}
	s, t := c.a.span(e.a0-l, e.a1+r).Of(c.a.text), c.b.span(e.b0-l, e.b1+r).Of(c.b.text)
	if l > 0 && c.a.span(e.a0-l, e.a0).Of(c.a.text) != c.b.span(e.b0-l, e.b0).Of(c.b.text) ||
		r > 0 && c.a.span(e.a1, e.a1+r).Of(c.a.text) != c.b.span(e.b1, e.b1+r).Of(c.b.text) {
		return "", "", false
	}
	return s, t, true
}

// bothIn reports whether the two sides, with at most two tokens around that they
// share, are both words of w.
func (c *comparison) bothIn(w lexicon.Class, e edit) bool {
	if s, t := c.texts(e); !c.short(e) || commonHans(s) && commonHans(t) && !w.Spells(s+t) {
		return false
	}
	for l := range 3 {
		for r := range 3 {
			if s, t, ok := c.around(e, l, r); ok && w.Has(bare(s)) && w.Has(bare(t)) {
				return true
			}
		}
	}
	return false
}

// bare returns a word in lower case, as squeeze does, without an English possessive.
func bare(s string) string {
	s = squeeze(s)
	return strings.TrimSuffix(strings.TrimSuffix(s, "'s"), "’s")
}

// short reports whether e is small enough that one word in it decides.
func (c *comparison) short(e edit) bool {
	return c.a.count(e.a0, e.a1) <= 12 && c.b.count(e.b0, e.b1) <= 12
}
