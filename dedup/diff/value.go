package diff

import (
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"repost/dedup/quantity"
	"repost/shingle"
)

// Values: what an edit changes inside of a quantity is judged by the quantities of both
// sides, whole: another way to write one value is cosmetic, any part of a value that
// changes is substantive, an approximation that comes or goes too. What figures
// alone differ in is left to the rules that know days, titles and places.

// valueReach is how far around an edit the quantity is looked for, in bytes.
const valueReach = 36

// valueChange returns the edit that covers the quantities which e changes, with what
// became of them.
func (c *comparison) valueChange(e edit) (edit, bool) {
	if e.byline || e.whole || !c.short(e) || !c.mayBeValue(e) {
		return e, false
	}
	sa, sb := c.a.span(e.a0, e.a1), c.b.span(e.b0, e.b1)
	s, t := sa.Of(c.a.text), sb.Of(c.b.text)
	if blank(s) && blank(t) || e.same && strings.IndexFunc(s+t, unseen) >= 0 && writtenNumber(s) == writtenNumber(t) {
		return e, false
	}
	ys := c.b.quantitiesAround(sb)
	if len(ys) == 0 {
		return e, false
	}
	for _, x := range c.a.quantitiesAround(sa) {
		for _, y := range ys {
			if f, ok := c.valueEdit(e, x, y); ok {
				return f, true
			}
		}
	}
	return e, false
}

// valueEdit is valueChange for one quantity of each side.
func (c *comparison) valueEdit(e edit, x, y placed) (edit, bool) {
	s, t := x.at.Of(c.a.text), y.at.Of(c.b.text)
	p, q := x.q.Written(c.notation), y.q.Written(c.notation)
	if samePrint(s, t) && (s == t || !strings.EqualFold(s, t) || quantity.Compare(p, q) != quantity.OtherUnit) { // mW and MW
		return e, false
	}
	f, ok := c.spread(e, x.at, y.at)
	if !ok {
		return e, false
	}
	v, ok := valueVerdict(p, q, s, t)
	if !ok || v.grade == Substantive && (v.reason == otherValue && !c.figuresAgree(f) || !c.kept(f)) {
		return e, false
	}
	if v.grade != Substantive {
		f = c.trimmed(f, e)
	}
	f.phrase, f.decided, f.weak, f.same = value, &v, false, false
	return f, true
}

// notation returns how both texts write their numbers, as far as they agree.
func (c *comparison) notation() quantity.Notation {
	x, y := c.a.notation(), c.b.notation()
	switch {
	case x == quantity.OpenNotation:
		return y
	case x != y && y != quantity.OpenNotation:
		return quantity.OpenNotation
	}
	return x
}

func (v *view) notation() quantity.Notation {
	v.notationOnce.Do(func() { v.notationFound = quantity.NotationOf(v.text) })
	return v.notationFound
}

// trimmed returns f without what both sides have alike at its ends, but with all of e.
func (c *comparison) trimmed(f, e edit) edit {
	for f.a0 < min(e.a0, f.a1) && f.b0 < min(e.b0, f.b1) && c.same(f.a0, f.b0) {
		f.a0, f.b0 = f.a0+1, f.b0+1
	}
	for f.a1 > max(e.a1, f.a0) && f.b1 > max(e.b1, f.b0) && c.same(f.a1-1, f.b1-1) {
		f.a1, f.b1 = f.a1-1, f.b1-1
	}
	return f
}

// otherValue is the reason of a change of value, otherUnit begins that of a change of unit: mW and
// MW are the same in letters.
const (
	otherValue = "another value"
	otherUnit  = "another unit: "
)

// valueVerdict says what became of a quantity.
func valueVerdict(x, y quantity.Quantity, s, t string) (verdict, bool) {
	class := Number
	switch {
	case x.Money() || y.Money():
		class = Amount
	case x.Calendar():
		class = Date
	}
	switch quantity.Compare(x, y) {
	case quantity.Same:
		if x.Calendar() {
			return verdict{Cosmetic, DateFormat, "the same day or month, written otherwise"}, true
		}
		return verdict{Cosmetic, Numeral, "the same value, written otherwise"}, true
	case quantity.Loose:
		return verdict{Minor, Wording, "the same value, as near in other words"}, true
	case quantity.Nearness:
		return verdict{Substantive, class, "the value is exact on one side and a bound or about on the other"}, true
	case quantity.OtherUnit:
		return verdict{Substantive, class, otherUnit + s + ", " + t}, true
	case quantity.Unknown:
		if x.Money() || y.Money() {
			return verdict{Substantive, class, "a currency appears or vanishes"}, true
		}
		if x.Share() != y.Share() {
			return verdict{Substantive, class, "a sign of shares appears or vanishes"}, true
		}
		return verdict{}, false
	}
	return verdict{Substantive, class, otherValue}, true
}

// samePrint reports whether s and t differ in width, white space and kinds of dashes
// alone.
func samePrint(s, t string) bool {
	plain := func(s string) string {
		return squeeze(dashes(norm.NFKC.String(raise(strings.ReplaceAll(s, "円", "圓")))))
	}
	return plain(s) == plain(t)
}

// raise marks raised digits, which NFKC would make plain ones.
func raise(s string) string {
	if !strings.ContainsAny(s, "⁰¹²³⁴⁵⁶⁷⁸⁹") {
		return s
	}
	return strings.Map(func(r rune) rune {
		if r == '¹' || r == '²' || r == '³' || r >= '⁰' && r <= '⁹' {
			return r | 1<<18
		}
		return r
	}, s)
}

// figuresAgree reports whether the numbers that f covers are the same by their keys:
// where they are not, the rule of figures decides, and knows more classes.
func (c *comparison) figuresAgree(f edit) bool {
	return slices.Equal(c.a.worth(c.a.numbers(f.a0, f.a1)), c.b.worth(c.b.numbers(f.b0, f.b1)))
}

// kept reports whether some token of f has its mate in f, or none is left that could:
// two quantities of which nothing stands in both are not one that changed.
func (c *comparison) kept(f edit) bool {
	for j := f.b0; j < f.b1; j++ {
		if i := int(c.mate[j]); i >= f.a0 && i < f.a1 {
			return true
		}
	}
	return f.a1-f.a0 <= 3 && f.b1-f.b0 <= 3
}

// placed is a quantity and where it stands.
type placed struct {
	q  quantity.Quantity
	at shingle.Span
}

// quantities keeps the quantities of the parts of a text that were looked at: those around
// an edit are asked for when edits are joined, graded and shown. It is safe for concurrent
// use.
type quantities struct {
	mu    sync.Mutex
	kept  map[string][]quantity.Quantity
	bytes int // of the parts
}

// mostRead is how many bytes of parts are kept before all are forgotten. Of text full of figures
// the quantities take some fifty times the memory.
const mostRead = 1 << 20

// valueCell is how many bytes of a long line are looked at together. Edits of one cell ask
// for the same part, which is read once: with a part for each, a line with an edit at every
// word was read eight times in each pass.
const valueCell = 1 << 8

func (k *quantities) in(part string) []quantity.Quantity {
	k.mu.Lock()
	out, ok := k.kept[part]
	k.mu.Unlock()
	if ok {
		return out
	}
	out = quantity.In(part)
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.bytes += len(part); k.kept == nil || k.bytes > mostRead {
		k.kept, k.bytes = map[string][]quantity.Quantity{}, len(part)
	}
	k.kept[part] = out
	return out
}

// quantitiesAround returns the quantities of v that touch s: those that overlap it
// first.
func (v *view) quantitiesAround(s shingle.Span) (out []placed) {
	lo, hi := v.valuesAt(s)
	for _, q := range v.quantities.in(v.text[lo:hi]) {
		at := shingle.Span{Lo: q.Lo + lo, Hi: q.Hi + lo}
		if at.Lo <= s.Hi && at.Hi >= s.Lo && (at.Lo > lo || lo == 0 || !v.cut(lo)) {
			out = append(out, placed{q, at})
		}
	}
	slices.SortStableFunc(out, func(x, y placed) int { return overlap(y.at, s) - overlap(x.at, s) })
	return out
}

func overlap(x, y shingle.Span) int { return min(x.Hi, y.Hi) - max(x.Lo, y.Lo) }

// valuesAt returns the part of the line of s that quantities at s are looked for in: its
// cells and valueReach around them, whole characters.
func (v *view) valuesAt(s shingle.Span) (lo, hi int) {
	lo, hi = max(0, (s.Lo&^(valueCell-1))-valueReach), min(len(v.text), (s.Hi|(valueCell-1))+valueReach)
	for lo < s.Lo && !utf8.RuneStart(v.text[lo]) {
		lo++
	}
	for hi > s.Hi && hi < len(v.text) && !utf8.RuneStart(v.text[hi]) {
		hi--
	}
	if k := strings.LastIndexByte(v.text[lo:s.Lo], '\n'); k >= 0 {
		lo += k + 1
	}
	if k := strings.IndexByte(v.text[s.Hi:hi], '\n'); k >= 0 {
		hi = s.Hi + k
	}
	return lo, hi
}

// cut reports whether byte i of v lies within a word or number.
func (v *view) cut(i int) bool {
	p, _ := utf8.DecodeLastRuneInString(v.text[:i])
	r, _ := utf8.DecodeRuneInString(v.text[i:])
	return isLetter(p) == isLetter(r)
}

// quantityShown returns s grown to the number of a quantity that it touches, with its signs.
func (v *view) quantityShown(s shingle.Span) shingle.Span {
	lo, hi := v.valuesAt(s)
	for _, q := range v.quantities.in(v.text[lo:hi]) {
		from, to := q.Figures()
		if at := (shingle.Span{Lo: from + lo, Hi: to + lo}); at.Overlaps(s) {
			s = cover(s, at)
		}
	}
	return s
}

// mayBeValue reports whether e touches a number, or begins with what a unit, a sign or
// a day's name begins with.
func (c *comparison) mayBeValue(e edit) bool {
	near := func(v *view, lo, hi int) bool {
		if lo < hi && quantity.HanNumeral(firstRune(v.of(lo))) { // 百|万元
			return true
		}
		for i := max(0, lo-2); i < min(len(v.toks), hi+2); i++ {
			if v.toks[i].kind == number || v.toks[i].kind == word && quantity.Word(v.of(i)) || quantity.Digit(v.text[v.toks[i].lo:]) {
				return true
			}
		}
		return lo < hi && quantity.Named(v.text[v.toks[lo].lo:v.toks[hi-1].hi])
	}
	return near(c.a, e.a0, e.a1) || near(c.b, e.b0, e.b1)
}

// otherTime returns the edit over a time of day that is another on the other side
// though its figures are the same: 9 a.m. and 9 p.m. Of two figures with a mark between, on
// both sides, nothing says that they are a time: 2.6万 and 2.6萬.
func (c *comparison) otherTime(e edit, xs, ys []when) (edit, bool) {
	for _, x := range xs {
		for _, y := range ys {
			f, ok := c.spread(e, x.at, y.at)
			if ok && !(x.bare && y.bare) && !x.is(y) && c.figuresAgree(f) && c.kept(f) {
				f.phrase, f.decided, f.same = value, &verdict{Substantive, Date, "another time: " + x.value + ", " + y.value}, false
				return f, true
			}
		}
	}
	return e, false
}
