package collate

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"repost/dedup/diff"
	"repost/shingle"
)

// What stands at the ends of a text. A version that breaks off and has a footer ends with it
// where the base goes on, and so does a base with a footer where a version goes on. Aligned with
// each other, the two would be readings of one place: the footer of the one for the last paragraphs of
// the other. Where they have hardly a word in common, one text is left out and another one put in.

// leastEnd is how many words or characters both have at least to be more than a phrase, and
// mostCommon the share of them that two texts which have nothing to do with each other have in
// common: in English, common words are a quarter.
const (
	leastEnd   = 6
	mostCommon = .3
)

// mostTries bounds how many beginnings or ends of such a text are looked at.
const mostTries = 16

// partEnds parts the edits at the beginning and at the end of two texts that put another text in the
// place of sentences. Between them both may have a few words by chance.
func (v *variation) partEnds(ours, theirs string, rules shingle.Rules) {
	little := func(text string, lo, hi int) bool { return lo <= hi && len(rules.Cut(nil, text[lo:hi])) < leastEnd }
	for i := 0; i < len(v.edits); {
		n := i + 1
		for n < len(v.edits) && little(ours, v.edits[n-1].core.Hi, v.edits[n].core.Lo) && little(theirs, v.edits[n-1].own.Hi, v.edits[n].own.Lo) {
			n++
		}
		next, tries := n, mostTries
		for k := i; k < n; k++ {
			if v.partEnd(k, n, ours, theirs, rules, &tries) {
				next = k + 1
				break
			}
		}
		for k := n - 1; k > i && next == n; k-- {
			if v.partEnd(i, k, ours, theirs, rules, &tries) {
				next = i + 1
			}
		}
		i = next
	}
}

// partEnd makes of the edits [i, n) what is left out and what is put in, if they put another text in
// the place of sentences at an end.
func (v *variation) partEnd(i, n int, ours, theirs string, rules shingle.Rules, tries *int) bool {
	a := shingle.Span{Lo: v.edits[i].core.Lo, Hi: v.edits[n-1].core.Hi}
	b := shingle.Span{Lo: v.edits[i].own.Lo, Hi: v.edits[n-1].own.Hi}
	if *tries == 0 || b.Lo > b.Hi || !atEnd(ours, a) || !atEnd(theirs, b) || !endsAnother(ours, theirs, a, b) {
		return false
	}
	if *tries--; !strange(a.Of(ours), b.Of(theirs), rules) {
		return false
	}
	if r, size := utf8.DecodeRuneInString(ours[a.Hi:]); size > 0 && r > ' ' && !says(string(r)) && strings.HasPrefix(theirs[b.Hi:], string(r)) {
		a.Hi, b.Hi = a.Hi+size, b.Hi+size // the mark at the end of both
	}
	put := edit{core: shingle.Span{Lo: a.Hi, Hi: a.Hi}, wide: shingle.Span{Lo: a.Hi, Hi: a.Hi}, text: b.Of(theirs), at: b, own: b, class: diff.Addition}
	for _, e := range v.edits[i:n] {
		if graver(e.grade, put.grade) {
			put.grade = e.grade
		}
	}
	v.gaps = append(v.gaps, a)
	v.edits = slices.Replace(v.edits, i, n, put)
	return true
}

// endsAnother reports whether nothing comes after two spans, or before them.
func endsAnother(ours, theirs string, a, b shingle.Span) bool {
	return !says(ours[a.Hi:]) || !says(theirs[b.Hi:]) || !says(ours[:a.Lo]) || !says(theirs[:b.Lo])
}

// atEnd reports whether a span begins where a sentence does, and ends where one does.
func atEnd(text string, s shingle.Span) bool {
	ends := func(r rune) bool { return r == utf8.RuneError || strings.ContainsRune("。！？.!?\n：:।؟۔", r) }
	mark := func(r rune) bool { return !ends(r) && !unicode.IsLetter(r) && !unicode.IsNumber(r) }
	before, _ := utf8.DecodeLastRuneInString(strings.TrimRightFunc(text[:s.Lo], mark))
	last, _ := utf8.DecodeLastRuneInString(strings.TrimRightFunc(s.Of(text), mark))
	after, _ := utf8.DecodeRuneInString(strings.TrimLeftFunc(text[s.Hi:], mark))
	return ends(before) && (ends(last) || ends(after))
}

// strange reports whether two texts have hardly a word in common, or hardly two characters in a row
// where words are not parted: the letters of an alphabet are in every text.
func strange(a, b string, rules shingle.Rules) bool {
	x, y := grams(a, rules), grams(b, rules)
	if len(x) < leastEnd || len(y) < leastEnd {
		return false
	}
	count := map[[2]uint32]int{}
	for _, g := range x {
		count[g]++
	}
	common := 0
	for _, g := range y {
		if count[g] > 0 {
			count[g]--
			common++
		}
	}
	return float64(common) < mostCommon*float64(min(len(x), len(y)))
}

// grams returns the words and Han characters of a text, and each two other characters in a row.
func grams(text string, rules shingle.Rules) (out [][2]uint32) {
	before := uint32(0)
	for _, u := range rules.Cut(nil, text) {
		if u.Kind() != shingle.Character || unicode.Is(unicode.Han, rune(u.ID)) {
			before = 0
			out = append(out, [2]uint32{u.ID})
			continue
		}
		out = append(out, [2]uint32{before, u.ID})
		before = u.ID
	}
	return out
}
