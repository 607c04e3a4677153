package diff

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// Doublets of gender. "Mitarbeiter und Mitarbeiterinnen", "der Prüfer oder die Prüferin",
// "Mitarbeiter/-innen", "he or she" name the same persons as the one word, and house styles and
// legislators put them in and take them out. A doublet is a word and its form in -in or -innen,
// joined; where the words differ otherwise, or one form stands alone, other persons are meant.
//
// Cost: constant for each edit: at most doubletReach tokens on both sides of it.

// doubletReach is how many tokens on both sides of an edit a doublet may go on for: article,
// word, "oder", article and the spaces between.
const doubletReach = 10

// gendered holds where the sides are the same once doublets are brought to their first word.
func (c *comparison) gendered(e edit, s, t string) (verdict, bool) {
	if e.weak || !c.short(e) || !doublets(s+t) {
		return verdict{}, false
	}
	l, r := 0, 0
	for l < doubletReach && min(e.a0, e.b0)-l > 0 && c.likeTokens(e.a0-l-1, e.b0-l-1) {
		l++
	}
	for r < doubletReach && e.a1+r < len(c.a.toks) && e.b1+r < len(c.b.toks) && c.likeTokens(e.a1+r, e.b1+r) {
		r++
	}
	x, m := oneGender(c.a.span(e.a0-l, e.a1+r).Of(c.a.text))
	y, n := oneGender(c.b.span(e.b0-l, e.b1+r).Of(c.b.text))
	return verdict{Minor, Wording, "both genders are named, or one for both"}, m+n > 0 && x == y
}

// likeTokens reports whether two tokens are the same word, or both white space.
func (c *comparison) likeTokens(i, j int) bool {
	x, y := &c.a.toks[i], &c.b.toks[j]
	return x.kind == y.kind && (x.kind == space || x.key == y.key)
}

// doublets reports whether a text may have one.
func doublets(s string) bool {
	s = strings.ToLower(s)
	return strings.Contains(s, "in") || strings.Contains(s, "she") || strings.Contains(s, "he")
}

// oneGender returns the words of s in lower case, each doublet brought to its one word, and how
// many doublets it had.
func oneGender(s string) (string, int) {
	words, n := doubletWords(s), 0
	for i := 0; i < len(words); i++ {
		lo, hi, one, ok := doubletAt(words, i)
		if ok {
			words = slices.Replace(words, lo, hi, one...)
			n++
		}
	}
	return strings.ToLower(strings.Join(words, " ")), n
}

// doubletWords cuts s into words, with slashes as words, and writes Mitarbeiter/-innen,
// Mitarbeiter*innen and MitarbeiterInnen as two.
func doubletWords(s string) (out []string) {
	for _, w := range strings.Fields(strings.ReplaceAll(s, "/", " / ")) {
		if stem, end, ok := shortDoublet(w); ok {
			out = append(out, stem, "/", stem+end)
		} else if n := len(out); n > 1 && out[n-1] == "/" && (w == "-in" || w == "-innen" || w == "in" || w == "innen") {
			out = append(out, out[n-2]+strings.TrimPrefix(w, "-"))
		} else {
			out = append(out, w)
		}
	}
	return out
}

// shortDoublet parts a word with its two endings in one: Prüfer*in, Prüfer:innen, PrüferInnen.
func shortDoublet(w string) (stem, end string, ok bool) {
	for _, end := range []string{"innen", "in"} {
		for _, mark := range []string{"*", ":", "_"} {
			if stem, ok := strings.CutSuffix(w, mark+end); ok && len(stem) > 2 {
				return stem, end, true
			}
		}
		if stem, ok := strings.CutSuffix(w, "I"+end[1:]); ok && len(stem) > 2 && strings.ToLower(stem[1:]) == stem[1:] {
			return stem, end, true
		}
	}
	return "", "", false
}

// doubletAt returns what words [lo, hi) are replaced with where those at i, joined to the next,
// are a doublet: der Prüfer oder die Prüferin, die Prüferin oder der Prüfer, he or she.
func doubletAt(words []string, i int) (lo, hi int, one []string, ok bool) {
	at := func(k int) string {
		if k >= 0 && k < len(words) {
			return words[k]
		}
		return ""
	}
	if !slices.Contains([]string{"und", "oder", "bzw.", "beziehungsweise", "sowie", "/", "or", "and"}, at(i+1)) {
		return 0, 0, nil, false
	}
	x, k := at(i), i+2
	if germanArticle(at(k)) && at(k+1) != "" && !pronouns(x, at(k)) {
		k++
	}
	y, mark := at(k), ""
	if bare := strings.TrimRight(y, ",.;:)"); bare != y {
		y, mark = bare, y[len(bare):]
	}
	switch {
	case pronouns(x, y):
		return i, k + 1, []string{masculine(x, y) + mark}, true
	case feminine(y, x): // der Prüfer oder die Prüferin
		return i, k + 1, []string{x + mark}, true
	case !feminine(x, y):
		return 0, 0, nil, false
	}
	lo, one = i, words[i+2:k]
	if len(one) > 0 && germanArticle(at(i-1)) {
		lo--
	}
	return lo, k + 1, append(slices.Clone(one), y+mark), true
}

// germanArticle reports whether w is a German article or the like, which a noun may have before it.
func germanArticle(w string) bool {
	switch w = strings.ToLower(w); {
	case len(w) > 6:
		return false
	case slices.Contains([]string{"der", "die", "das", "dem", "den", "des"}, w):
		return true
	}
	for _, stem := range []string{"ein", "jede", "kein", "diese", "sein", "ihr"} {
		if end, ok := strings.CutPrefix(w, stem); ok && len(end) < 3 {
			return true
		}
	}
	return false
}

// feminine reports whether f is the form in -in or -innen of m, whatever the case of m:
// Prüferin of Prüfer, Kundinnen of Kunden, Ärztin of Arzt.
func feminine(f, m string) bool {
	f, m = unmarked(strings.ToLower(f)), unmarked(strings.ToLower(m))
	stem, ok := strings.CutSuffix(f, "innen")
	if !ok {
		if stem, ok = strings.CutSuffix(f, "in"); !ok {
			return false
		}
	}
	if utf8.RuneCountInString(stem) < 3 {
		return false
	}
	for _, end := range []string{"", "e", "n", "en", "s", "es", "er", "ern"} {
		if m == stem+end {
			return true
		}
	}
	return false
}

// pronouns reports whether two words are pronouns of the third person that part in gender alone.
func pronouns(x, y string) bool {
	x, y = strings.ToLower(x), strings.ToLower(y)
	for _, p := range [][2]string{{"he", "she"}, {"his", "her"}, {"him", "her"}, {"his", "hers"}, {"er", "sie"}, {"ihm", "ihr"}, {"ihn", "sie"}, {"sein", "ihr"}, {"seine", "ihre"}, {"seinen", "ihren"}, {"seinem", "ihrem"}, {"seiner", "ihrer"}, {"seines", "ihres"}} {
		if x == p[0] && y == p[1] || x == p[1] && y == p[0] {
			return true
		}
	}
	return false
}

// masculine returns the one of two pronouns that stands for both where one does.
func masculine(x, y string) string {
	if w := strings.ToLower(x); strings.HasPrefix(w, "she") || strings.HasPrefix(w, "her") || strings.HasPrefix(w, "sie") || strings.HasPrefix(w, "ih") && w != "ihm" && w != "ihn" {
		return y
	}
	return x
}
