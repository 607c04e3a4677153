package diff

import (
	"html"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"repost/dedup/quantity"
	"repost/shingle"
)

// Marks and white space: which of them say something. A quotation mark or a question mark
// does, and a mark between digits; others are notation.

// markChange grades marks and white space.
func (c *comparison) markChange(e edit, s, t string) verdict {
	x, y := c.markOf(c.a, e.a0, e.a1), c.markOf(c.b, e.b0, e.b1)
	s, t = html.UnescapeString(s), html.UnescapeString(t)
	switch {
	case blank(s) && blank(t):
		if strings.ContainsAny(s+t, "<&") {
			return verdict{Cosmetic, Space, "markup left in the text"}
		}
		if strings.ContainsAny(s+t, "\n\r\u2028\u2029\u0085") {
			return verdict{Cosmetic, LineBreak, "a line break"}
		}
		if c.tornDecimal(e) {
			return verdict{Substantive, Number, "a figure is cut in two"}
		}
		return verdict{Cosmetic, Space, "white space"}
	}
	if v, ok := c.otherSign(e); ok {
		return v
	}
	switch {
	case norm.NFKC.String(s) == norm.NFKC.String(t) || fullStops(s) && fullStops(t):
		return verdict{Cosmetic, Width, "the same mark in another width"}
	case c.pluralPossessive(e, s, t):
		return verdict{Cosmetic, Punctuation, "the apostrophe of a possessive"}
	case x.isQuote() != y.isQuote() && (s == "" || t == "" || !brackets(x, y)):
		return verdict{Substantive, Quotation, "a quotation mark appears or vanishes"}
	case x.isQuote():
		return verdict{Cosmetic, Quotes, "another style of quotation marks"}
	case (x == question) != (y == question):
		return verdict{Substantive, Modality, "a question mark appears or vanishes"}
	case x != y && c.betweenDigits(e) && !(separates(x) && separates(y) && x != colon && y != colon):
		return verdict{Substantive, Number, "a mark between digits"}
	case x != otherMark && x == y:
		return verdict{Cosmetic, Punctuation, "the same mark in another form"}
	case pictures(s) != pictures(t) && flag(s+t):
		return verdict{Substantive, Place, "another flag"}
	case pictures(s) != pictures(t):
		return verdict{Minor, Wording, "another picture"}
	}
	switch pauses := func(m markClass) bool { return m == comma || m == semicolon || m == colon }; {
	case x == period && pauses(y):
		return verdict{Cosmetic, Punctuation, "two sentences are made one"}
	case pauses(x) && y == period:
		return verdict{Cosmetic, Punctuation, "one sentence is made two"}
	}
	return verdict{Cosmetic, Punctuation, "punctuation"}
}

// pluralPossessive holds for an apostrophe put in or left out between a word in -s and the next,
// where the text has no single mark of quotation nearby: the nations' resolve.
func (c *comparison) pluralPossessive(e edit, s, t string) bool {
	v, lo, hi := c.a, e.a0, e.a1
	if s == "" {
		v, lo, hi = c.b, e.b0, e.b1
	}
	if mark := s + t; mark != "'" && mark != "’" || lo == 0 || hi >= len(v.toks) || hi != lo+1 {
		return false
	}
	before := v.of(lo - 1)
	if v.toks[lo-1].kind != word || !strings.HasSuffix(before, "s") || v.toks[hi].kind != space {
		return false
	}
	const reach = 60 // tokens before: as long as a quotation is
	for i := max(0, lo-reach); i < lo; i++ {
		if w := v.of(i); (w == "'" || w == "‘") && (i == 0 || v.toks[i-1].kind == space) {
			return false // it may be the end of what is quoted
		}
	}
	return true
}

// pictures returns the emoji of s, flags among them.
func pictures(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 0x1F1E6 && r <= 0x1FAFF {
			return r
		}
		return -1
	}, s)
}

func flag(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r >= 0x1F1E6 && r <= 0x1F1FF }) >= 0
}

func fullStops(s string) bool { return s == "。" || s == "." || s == "．" || s == "｡" }

func (c *comparison) markOf(v *view, lo, hi int) markClass {
	for i := lo; i < hi; i++ {
		if v.toks[i].kind == punct {
			return v.toks[i].mark
		}
	}
	return otherMark
}

// betweenDigits reports whether digits stand on both sides of e, in either text.
func (c *comparison) betweenDigits(e edit) bool {
	digits := func(v *view, lo, hi int) bool {
		return lo > 0 && hi < len(v.toks) && v.toks[lo-1].kind == number && v.toks[hi].kind == number &&
			!v.hanNumber(lo-1) && !v.hanNumber(hi)
	}
	return digits(c.a, e.a0, e.a1) || digits(c.b, e.b0, e.b1)
}

func blank(s string) bool {
	if strings.ContainsAny(s, "<&") {
		return !slices.ContainsFunc(tokenize(s, shingle.Rules{}), func(t token) bool { return t.kind != space })
	}
	return strings.IndexFunc(s, func(r rune) bool {
		return !unicode.IsSpace(r) && !unicode.Is(unicode.Cf, r) && !unicode.Is(unicode.Cc, r) && !unicode.Is(unicode.Mn, r)
	}) < 0
}

// written grades one token that is written in two ways.
func (c *comparison) written(x, y token, s, t string) verdict {
	switch {
	case norm.NFKC.String(s) == norm.NFKC.String(t), x.kind != punct && dashes(s) == dashes(t):
		return verdict{Cosmetic, Width, "the same after NFKC"}
	case x.kind == number:
		return sameNumber
	case (x.kind == word || x.kind == letter) && strings.EqualFold(s, t):
		return verdict{Cosmetic, Case, "the same but for case"}
	case x.kind == word && digitsIn(s) != digitsIn(t):
		return verdict{Minor, Wording, misreadLetters}
	case x.kind == word && (olderLetters(s) != s || olderLetters(t) != t):
		return verdict{Cosmetic, Spelling, olderSpelling}
	case x.kind == word && withoutMarks(s) == withoutMarks(t):
		return marksAlone(s, t)
	case x.kind == word && unicode.Is(unicode.Arabic, firstRune(s)):
		return verdict{Cosmetic, OtherScript, "the same letters, of another keyboard"}
	case x.kind == char && shingle.IsKana(firstRune(s)) && shingle.IsKana(firstRune(t)):
		if c.otherSize(x, y, s, t) {
			return verdict{Minor, Spelling, "kana of another size in a text that has both"}
		}
		return verdict{Cosmetic, Spelling, "the same kana, of old spelling or small"}
	case x.kind == char:
		return verdict{Cosmetic, OtherScript, "the same character in another script or form"}
	}
	return foldedAlike(s, t)
}

// sameNumber is the verdict of digits of another script.
var sameNumber = verdict{Cosmetic, Numeral, "the same number, written otherwise"}

// marksAlone is the verdict of the same letters with marks and without, or with other marks.
func marksAlone(s, t string) verdict {
	if otherMarks(s, t) {
		return verdict{Minor, Marks, "the same letters with other marks"}
	}
	return verdict{Cosmetic, Marks, "marks that are left out in print"}
}

// foldedAlike is the verdict of two texts of the same units.
func foldedAlike(s, t string) verdict {
	switch s, t := squeeze(s), squeeze(t); {
	case s == t:
	case digitsIn(s) > 0 && plainDigits(s) == plainDigits(t): // a0b, a۰b
		return sameNumber
	case !slices.Equal(letterMarks(s), letterMarks(t)):
		return marksAlone(s, t)
	}
	return verdict{Cosmetic, Width, "the same after folding"}
}

// sameUnits reports whether e keeps the units that it is part of, the marks and the white space,
// or the text around it does: texts that are found as the same say the same.
func (c *comparison) sameUnits(e edit) bool {
	if s, t := c.texts(e); commonHans(s) && commonHans(t) {
		return false // nearly always, and characters are a unit each
	}
	for _, reach := range []int{0, unitTokens} {
		f := c.withMates(edit{
			a0: max(0, e.a0-reach), a1: min(len(c.a.toks), e.a1+reach),
			b0: max(0, e.b0-reach), b1: min(len(c.b.toks), e.b1+reach),
		})
		if s, t := c.texts(f); e.phrase == value && !sameLetters(s, t, strings.HasPrefix(e.decided.reason, otherUnit)) {
			continue // a rule tells Maßen from Massen
		}
		if c.a.marksAround(f.a0, f.a1) == c.b.marksAround(f.b0, f.b1) &&
			slices.Equal(c.a.unitsAt(f.a0, f.a1, c.opt.Rules), c.b.unitsAt(f.b0, f.b1, c.opt.Rules)) {
			return true
		}
	}
	return false
}

// sameLetters reports whether s and t are the same in letters and the value of digits; with exact,
// in case too: mW and MW are not.
func sameLetters(s, t string, exact bool) bool {
	p, q := plainDigits(squeeze(s)), plainDigits(squeeze(t))
	upper := func(r rune) rune {
		if unicode.IsUpper(r) {
			return r
		}
		return -1
	}
	return p == q && (!exact || strings.Map(upper, norm.NFKC.String(s)) == strings.Map(upper, norm.NFKC.String(t)))
}

// withMates returns e with the tokens next to it whose mates it covers: the quantity p0 has a
// letter more than ０, for which nobody reads the ｐ before.
func (c *comparison) withMates(e edit) edit {
	for j := max(0, e.b0-unitTokens); j < min(len(c.mate), e.b1+unitTokens); j++ {
		i := int(c.mate[j])
		inA, inB := i >= e.a0 && i < e.a1, j >= e.b0 && j < e.b1
		if inA && !inB {
			e.b0, e.b1 = min(e.b0, j), max(e.b1, j+1)
		} else if inB && !inA && i >= max(0, e.a0-unitTokens) && i < e.a1+unitTokens {
			e.a0, e.a1 = min(e.a0, i), max(e.a1, i+1)
		}
	}
	return e
}

// marksAround returns the marks and the white space of tokens [lo, hi) and next to them, up to half of
// marksReach, in bytes, on each side: one text may have more tokens there, that nobody sees.
func (v *view) marksAround(lo, hi int) string {
	from, to := lo, hi
	for n := 0; n < marksReach && from > 0 && !v.toks[from-1].strong(); n++ {
		from--
	}
	for n := 0; n < marksReach && to < len(v.toks) && !v.toks[to].strong(); n++ {
		to++
	}
	before, behind := marksIn(v.span(from, lo).Of(v.text)), marksIn(v.span(hi, to).Of(v.text))
	return before[max(0, len(before)-marksReach/2):] + marksIn(v.span(lo, hi).Of(v.text)) + behind[:min(len(behind), marksReach/2)]
}

// marksIn returns the marks and the white space of s.
func marksIn(s string) string {
	return strings.Map(func(r rune) rune {
		switch _, class := (shingle.Rules{}).Fold(r); {
		case class == shingle.Space:
			return ' '
		case unicode.In(r, unicode.P, unicode.S), r == utf8.RuneError:
			return r
		}
		return -1
	}, s)
}

// unitsAt returns the units that tokens [lo, hi) are part of.
func (v *view) unitsAt(lo, hi int, rules shingle.Rules) (out []uint32) {
	s := v.span(lo, hi)
	around := v.span(max(0, lo-unitTokens), min(len(v.toks), hi+unitTokens))
	for _, u := range rules.Cut(nil, around.Of(v.text)) {
		if at := u.Span(); at.Lo+around.Lo < s.Hi && at.Hi+around.Lo > s.Lo {
			out = append(out, u.ID)
		}
	}
	return out
}

// marksReach bounds how many marks in a row are looked at: a text of nothing else has them without
// end.
const marksReach = 64

// unitTokens is how many tokens around an edit may be part of a unit that it touches.
const unitTokens = 6

// digitsIn counts the digits of s, of any script.
func digitsIn(s string) (n int) {
	for _, r := range s {
		if quantity.DigitOf(r) >= 0 {
			n++
		}
	}
	return n
}

// misreadLetters is the reason of a change that a scanner made.
const misreadLetters = "letters that a scanner takes for others"

// olderSpelling is the reason of a change of spelling that goes through a whole text.
const olderSpelling = "the same word in the spelling of another time"

// withoutMarks returns s without the marks on its letters, as of an Arabic text without vowel
// signs.
func withoutMarks(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, norm.NFKD.String(s))
}

// otherMarks reports whether a letter has marks in s and others in t, which has the same
// letters: كَتَبَ, he wrote, and كُتِبَ, was written.
func otherMarks(s, t string) bool {
	x, y := letterMarks(s), letterMarks(t)
	for k := range min(len(x), len(y)) {
		if x[k] != "" && y[k] != "" && x[k] != y[k] {
			return true
		}
	}
	return false
}

// letterMarks returns the marks on each letter of s.
func letterMarks(s string) (out []string) {
	for _, r := range norm.NFKD.String(s) {
		if n := len(out); unicode.Is(unicode.Mn, r) && n > 0 {
			out[n-1] += string(r)
		} else {
			out = append(out, "")
		}
	}
	return out
}

// smallKana are those that were written large until 1946, and only in hiragana.
const smallKana = "ゃゅょっ"

// otherSize reports whether s and t are one kana, large and small, and the text of the large
// one has small ones nearby: びよういん is a hairdresser's, and びょういん a hospital.
func (c *comparison) otherSize(x, y token, s, t string) bool {
	const reach = 256 // bytes
	large := c.a.text[max(0, x.lo-reach):min(len(c.a.text), x.hi+reach)]
	if strings.Contains(smallKana, s) {
		s, t, large = t, s, c.b.text[max(0, y.lo-reach):min(len(c.b.text), y.hi+reach)]
	}
	return s != t && strings.Contains(smallKana, t) && strings.ContainsAny(large, smallKana)
}

// dashes returns s in one width, with one kind of dash.
func dashes(s string) string {
	return norm.NFKC.String(strings.Map(func(r rune) rune {
		if markFor(r) == dash {
			return '-'
		}
		return r
	}, s))
}
