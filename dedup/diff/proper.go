package diff

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"repost/shingle/lexicon"
)

// Names by where they stand: before the word that says what kind of thing they
// name, in the marks of a title, or, in scripts that have them, with a capital.

// named holds when what stands before the word for a firm or a body is another
// name, or what stands in 《》 before a journal is.
func (c *comparison) named(e edit, s, t string) (verdict, bool) {
	if s == "" || t == "" || !c.short(e) || !lettersOnly(s) || !lettersOnly(t) {
		return verdict{}, false
	}
	if c.titled(e) {
		return verdict{Substantive, Organisation, "another work or paper: " + s + ", " + t}, true
	}
	x, y := c.sideWords(e)
	if x.span.Hi >= len(c.a.text) || y.span.Hi >= len(c.b.text) {
		return verdict{}, false
	}
	w := lexicon.Firm.At(c.a.text, x.span.Hi)
	if short := len(w) <= 3; short && (x.n < longestOffice/2 || y.n < longestOffice/2) {
		return verdict{}, false
	}
	if w == "" || !strings.HasPrefix(c.b.text[y.span.Hi:], w) || x.text == y.text || x.n < 2 || y.n < 2 {
		return verdict{}, false
	}
	name := func(w sideWord) bool {
		return (w.proper() || w.tag == "j") && !lexicon.Function.Has(w.text) && !lexicon.Title.Has(w.text)
	}
	if lexicon.PlaceHead.HasRune(x.head) && x.head == y.head {
		return verdict{}, false // 北京市, 郑州市: a place
	}
	if name(x) && (name(y) || y.noun()) || name(y) && x.noun() {
		return verdict{Substantive, Organisation, "another name before " + w + ": " + x.text + ", " + y.text}, true
	}
	return verdict{}, false
}

// longestTitle is the most tokens of the title of a paper or work, marks and all, of
// which a part names another. The titles of laws and speeches are longer, and are
// reworded.
const longestTitle = 8

// titled reports whether e lies in what stands in 《》 on both sides.
func (c *comparison) titled(e edit) bool {
	in := func(v *view, lo, hi int) bool {
		for lo--; lo >= 0 && hi-lo < longestTitle && v.of(lo) != "《"; lo-- {
			if v.of(lo) == "》" {
				return false
			}
		}
		for ; hi < len(v.toks) && hi-lo < longestTitle && v.of(hi) != "》"; hi++ {
		}
		return lo >= 0 && hi < len(v.toks) && v.of(lo) == "《" && v.of(hi) == "》"
	}
	return in(c.a, e.a0, e.a1) && in(c.b, e.b0, e.b1)
}

func lettersOnly(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return !isLetter(r) }) < 0
}

// capitals holds when a word with a capital is another on the two sides: a name.
// One at the head of a sentence has to be part of a longer one, a known place, or
// much like the other.
func (c *comparison) capitals(e edit, s, t string) (verdict, bool) {
	if s == "" || t == "" || !c.short(e) || c.a.reads(lexicon.German, e.a0) && !lexicon.Place.Has(strings.ToLower(s)) {
		return verdict{}, false
	}
	headA, okA := c.a.capital(e.a0, e.a1)
	headB, okB := c.b.capital(e.b0, e.b1)
	if !okA || !okB {
		return verdict{}, false
	}
	x, y := c.a.capitalRun(e.a0, e.a1), c.b.capitalRun(e.b0, e.b1)
	before, behind := c.a.wordBeside(e.a0-1, -1), c.a.wordBeside(e.a1, 1)
	if headA || headB {
		known := lexicon.Place.Has(strings.ToLower(s)) && lexicon.Place.Has(strings.ToLower(t))
		if !known && (len(x) < 2 || len(y) < 2 || lexicon.Function.Has(x[0]) || lexicon.Function.Has(y[0])) && !misspelt(s, t) {
			return verdict{}, false
		}
	}
	holds := func(w lexicon.Class) bool {
		in := w.Has
		return slices.ContainsFunc(x, in) || slices.ContainsFunc(y, in)
	}
	low := strings.ToLower(before)
	class := Organisation
	switch {
	case holds(lexicon.InBody):
	case holds(lexicon.ToPerson), lexicon.ToPerson.Has(low), lexicon.Title.Has(low):
		class = Person
	case holds(lexicon.InPlace), holds(lexicon.Place), lexicon.ToPlace.Has(low), low == "of" && c.a.pointsBefore(e.a0):
		class = Place
	case len(x) > 1, len(y) > 1, lexicon.Verb.Has(strings.ToLower(behind)), upper(before) && behind == strings.ToLower(behind), upper(behind) && !upper(before), headA || headB:
		class = Person
	}
	return verdict{Substantive, class, "another name: " + s + ", " + t}, true
}

// misspelt reports whether two words begin alike and are otherwise spelt, and
// neither is the other with an ending.
func misspelt(s, t string) bool {
	n := 0
	for n < min(len(s), len(t)) && s[n] == t[n] {
		n++
	}
	return min(len(s), len(t)) >= 5 && n >= 2 && n < min(len(s), len(t)) && max(len(s), len(t))-n <= 4
}

// pointsBefore reports whether what stands before token i is a point of the
// compass, or a kind of place, and of.
func (v *view) pointsBefore(i int) bool {
	for i--; i >= 0 && strings.ToLower(v.of(i)) != "of"; i-- {
	}
	w := strings.ToLower(v.wordBeside(i-1, -1))
	return lexicon.InPlace.Has(w) || w == "city" || w == "mayor" || w == "coast" || w == "outskirts"
}

// capital reports whether each word of [lo, hi) begins with a capital, and whether
// a sentence begins with it.
func (v *view) capital(lo, hi int) (head, ok bool) {
	n := 0
	for i := lo; i < hi; i++ {
		switch t := v.toks[i]; {
		case t.kind == word && upper(v.of(i)):
			n++
		case t.strong() && !lexicon.JoinsNames.Has(v.of(i)), t.kind == punct:
			return false, false
		}
	}
	for i := lo - 1; i >= 0; i-- {
		if t := v.toks[i]; t.strong() || t.kind == punct {
			return t.mark.endsSentence() || t.mark.isQuote(), n > 0
		}
	}
	return true, n > 0
}

// capitalRun returns the words with capitals around [lo, hi), in lower case.
func (v *view) capitalRun(lo, hi int) (out []string) {
	for lo > 0 && (v.toks[lo-1].kind == space && !v.toks[lo-1].brk || v.toks[lo-1].kind == word && (upper(v.of(lo-1)) || lexicon.JoinsNames.Has(v.of(lo-1)) && lo > 2 && upper(v.wordBeside(lo-2, -1)))) {
		lo--
	}
	for hi < len(v.toks) && (v.toks[hi].kind == space && !v.toks[hi].brk || v.toks[hi].kind == word && (upper(v.of(hi)) || lexicon.JoinsNames.Has(v.of(hi)) && upper(v.wordBeside(hi+1, 1)))) {
		hi++
	}
	for i := lo; i < hi; i++ {
		if v.toks[i].kind == word {
			out = append(out, strings.ToLower(v.of(i)))
		}
	}
	if len(out) > 1 && (out[0] == "the" || out[0] == "a" || out[0] == "an") {
		out = out[1:]
	}
	return out
}

// wordBeside returns the word at token i or the one next to it, over spaces.
func (v *view) wordBeside(i, step int) string {
	for ; i >= 0 && i < len(v.toks); i += step {
		switch v.toks[i].kind {
		case word:
			return v.of(i)
		case space:
		default:
			return ""
		}
	}
	return ""
}

func upper(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.IsUpper(r)
}

// undone holds when an English word is the other with such a prefix.
func (c *comparison) undone(_ edit, s, t string) (verdict, bool) {
	x, y := strings.ToLower(s), strings.ToLower(t)
	if len(x) > len(y) {
		x, y = y, x
	}
	p, ok := strings.CutSuffix(y, x)
	if ok && len(x) >= 4 && lexicon.Prefix.Has(p) && asciiLetter(x[0]) {
		return verdict{Substantive, Negation, "the opposite by a prefix: " + s + ", " + t}, true
	}
	return verdict{}, false
}

// turned holds when a word that turns round what follows comes or goes, or one
// before a title does.
func (c *comparison) turned(e edit, s, t string) (verdict, bool) {
	x, y := strings.ToLower(squeeze(s)), strings.ToLower(squeeze(t))
	if (x == "") != (y == "") && lexicon.Refusal.Has(x+y) {
		return verdict{Substantive, Negation, "what follows is not done: " + x + y}, true
	}
	next := strings.ToLower(c.a.wordBeside(e.a1, 1))
	if (lexicon.Title.Has(next) || lexicon.Post.Has(next)) && (lexicon.Rank.Has(x) || x == "") && (lexicon.Rank.Has(y) || y == "") && x != y {
		return verdict{Substantive, Title, "what stands before " + next}, true
	}
	done := func(w string) bool {
		return w == "已" || w == "已经" || w == "曾" || w == "曾经" || w == "完成" || w == "did"
	}
	if lexicon.Modal.Has(x) && done(y) || lexicon.Modal.Has(y) && done(x) {
		return verdict{Substantive, Modality, "what may be and what is done: " + x + ", " + y}, true
	}
	if x != y && lexicon.Post.Has(x) && lexicon.Post.Has(y) {
		return verdict{Substantive, Title, "another post: " + x + ", " + y}, true
	}
	if utf8.RuneCountInString(x) == 1 && utf8.RuneCountInString(y) == 1 && e.a1 < len(c.a.toks) && hasPrefix(c.a.text[c.a.end(e.a1):], "曜", "요일") {
		return verdict{Substantive, Date, "another day of the week"}, true
	}
	return verdict{}, false
}
