package diff

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"repost/shingle/lexicon"
)

// Names in scripts that part words by spaces. There a name shows by its capital, and by the words
// next to it: a title, a preposition, the word for a kind of body. German nouns have capitals too,
// and are no names after an article.

// tagWords tags words of scripts with spaces, by themselves and by their neighbours.
func (v *view) tagWords(lo, hi int) (out tag) {
	before, behind := strings.ToLower(v.wordNextTo(lo-1, -1)), strings.ToLower(v.wordNextTo(hi, 1))
	head, capital := v.capital(lo, hi)
	run := v.capitalRun(lo, hi)
	own := []string{}
	for i := lo; i < hi; i++ {
		if v.toks[i].kind == word {
			own = append(own, strings.ToLower(v.of(i)))
		}
	}
	caseless := unicode.Is(unicode.Arabic, firstRune(own[0]))
	if !capital {
		run = nil // names go on where capitals do
	}
	run = append(run, own...)
	has := func(c lexicon.Class) bool { return slices.ContainsFunc(run, c.Has) }
	ends := func(c lexicon.Class) bool {
		return slices.ContainsFunc(run, func(w string) bool { return stemOf(c, w) })
	}
	german := v.german(lo) && (lexicon.Determiner.Has(before) || v.nouns(lo, hi)) // every noun has a capital there
	switch named := capital || caseless; {
	case slices.ContainsFunc(own, lexicon.Title.Has) && !ends(lexicon.BodyEnd) && !has(lexicon.InBody), slices.ContainsFunc(own, lexicon.Post.Has):
		out |= titleTag
	case ends(lexicon.BodyEnd), has(lexicon.InBody) && named, v.bodyBefore(lo), behind != "" && stemOf(lexicon.BodyEnd, behind) && !stemOf(lexicon.BodyEnd, before):
		out |= bodyTag
	case titled(run) && !titled(own) && capital && slices.Contains([]string{"of", "von", "de", "du", "del", "di"}, before):
		out |= placeTag // the mayor of Bath
	case capital && v.acronyms(lo, hi):
		out |= bodyTag
	case titled(own), slices.ContainsFunc(own, func(w string) bool { return stemOf(lexicon.TitleEnd, w) }), titled(run) && !(capital && (titled([]string{before}) || v.nameNextTo(lo))):
		out |= titleTag
	case has(lexicon.Place), stemOf(lexicon.Place, own[0]), has(lexicon.InPlace) && named, ends(lexicon.PlaceEnd), capital && lexicon.InPlace.Has(behind):
		out |= placeTag
	case named && before == "to" && len(run) > len(own) && upper(v.wordNextTo(hi, 1)) && len(own) == 1: // awarded to Irene Castle
		out |= personTag
	case named && (lexicon.ToPlace.Has(before) || lexicon.InPlace.Has(before)) && !lexicon.Verb.Has(behind):
		out |= placeTag
	case capital && !head && len(run) == 2*len(own) && len(own) == 1 && lexicon.Function.Has(before) && !lexicon.Verb.Has(behind) && !german:
		out |= placeTag // after a preposition and alone
	case capital && (!head || len(run) > 1+len(own)) && !german, has(lexicon.Surname):
		out |= personTag
	}
	if out&bodyTag == 0 && (lexicon.Title.Has(behind) || lexicon.Post.Has(behind)) {
		out |= titleTag
	}
	if slices.ContainsFunc(own, lexicon.Agency.Has) {
		out |= sourceTag
	}
	return out
}

// acronyms reports whether the words of [lo, hi) are two to six capitals each, and no Roman
// numbers: NATO, SPD.
func (v *view) acronyms(lo, hi int) bool {
	for i := lo; i < hi; i++ {
		if v.toks[i].kind != word {
			continue
		}
		w := v.of(i)
		n := utf8.RuneCountInString(w)
		if _, number := roman(w); n < 2 || n > 6 || number || strings.ContainsFunc(w, func(r rune) bool { return !unicode.IsUpper(r) }) {
			return false
		}
	}
	return lo < hi
}

// titled reports whether one of words is a title, a post or a rank.
func titled(words []string) bool {
	return slices.ContainsFunc(words, func(w string) bool {
		return lexicon.Title.Has(w) || lexicon.Post.Has(w) || lexicon.Rank.Has(w)
	})
}

// nameNextTo reports whether a word with a capital, that is no title, stands before token i.
func (v *view) nameNextTo(i int) bool {
	w := v.wordNextTo(i-1, -1)
	return upper(w) && !lexicon.Function.Has(strings.ToLower(w)) && !titled([]string{strings.ToLower(w)})
}

// bodyBefore reports whether the word for a body stands before: the ministry of health,
// وزارة الصحة. In Latin script a preposition has to stand between.
func (v *view) bodyBefore(i int) bool {
	latin := i < len(v.toks) && unicode.Is(unicode.Latin, firstRune(v.of(i))) && !lexicon.Function.Has(v.of(i)) && v.language(i) != "fr"
	for n := 0; n < 4 && i > 1; n++ {
		w := strings.ToLower(v.wordNextTo(i-1, -1))
		switch {
		case w == "", slices.Contains([]string{"in", "at", "near", "from", "bei", "nahe"}, w):
			return false
		case stemOf(lexicon.BodyEnd, w):
			return n > 0 || !latin
		case !lexicon.Function.Has(w):
			return false
		}
		for i--; i > 0 && v.toks[i].kind == space; i-- {
		}
	}
	return false
}

// german reports whether the words around token i are German.
func (v *view) german(i int) bool {
	n := 0
	for k := max(0, i-24); k < min(len(v.toks), i+24); k++ {
		if v.toks[k].kind == word && lexicon.German.Has(strings.ToLower(v.of(k))) {
			n++
		}
	}
	return n >= 2
}

// nouns reports whether the words of [lo, hi) with a capital are German nouns: they stand after
// an article somewhere in the text, or end as nouns do that are made of other words.
func (v *view) nouns(lo, hi int) bool {
	for i := lo; i < hi; i++ {
		if v.toks[i].kind == word && upper(v.of(i)) && !v.words().noun[v.toks[i].key] && madeNoun(v.of(i)) == "" {
			return false
		}
	}
	return true
}

// compounds holds when both sides are one German noun each, of which one is the other with a word
// before it (Schweine, Hausschweine) or both begin with one word (Maschinenmann, Maschinenfrau). Such
// nouns are no names, unless they end as places do or stand as persons do.
func (p *changed) compounds() bool {
	const head, rest, tail = 6, 4, 5 // letters at least
	if !p.c.a.german(p.e.a0) || !p.c.a.inWords(p.e.a0, p.e.a1) || !p.c.b.inWords(p.e.b0, p.e.b1) || stemOf(lexicon.PlaceEnd, p.x.text) || stemOf(lexicon.Place, p.x.text) || stemOf(lexicon.Place, p.y.text) {
		return false
	}
	x, y := []rune(p.x.text), []rune(p.y.text)
	if len(wordsOf(p.s)) != 1 || len(wordsOf(p.t)) != 1 {
		return false
	}
	n, m := 0, 0
	for n < min(len(x), len(y)) && x[n] == y[n] {
		n++
	}
	for m < min(len(x), len(y))-n && x[len(x)-1-m] == y[len(y)-1-m] {
		m++
	}
	short := min(len(x), len(y))
	before, after := strings.ToLower(p.c.a.wordNextTo(p.e.a0-1, -1)), strings.ToLower(p.c.a.wordNextTo(p.e.a1, 1))
	return n >= head && m == 0 && short-n >= rest ||
		m == short && m >= tail && !titled([]string{before}) && !p.c.a.nameNextTo(p.e.a0) && !lexicon.Verb.Has(after)
}

// madeNoun returns the ending of a German noun that is made of another word, or "".
func madeNoun(w string) string {
	for _, end := range []string{"ung", "heit", "keit", "schaft", "ation", "tät", "ismus"} {
		if stem, ok := strings.CutSuffix(strings.TrimSuffix(w, "en"), end); ok && utf8.RuneCountInString(stem) > 3 {
			return end
		}
	}
	return ""
}

// stemOf reports whether w begins or ends with a word of the class that stands for a stem:
// of more than three letters, so that cases and compounds are known by it.
func stemOf(c lexicon.Class, w string) bool {
	return utf8.RuneCountInString(c.At(w, 0)) > 3 || utf8.RuneCountInString(c.Before(w, len(w))) > 3
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
			return t.mark.endsSentence() && !v.shortened(i) || t.mark.isQuote(), n > 0
		}
	}
	return true, n > 0
}

// shortened reports whether the full stop at token i ends a title in short: Sen., Dr.
func (v *view) shortened(i int) bool {
	return i > 0 && v.toks[i].mark == period && v.toks[i-1].kind == word && upper(v.of(i-1)) && v.toks[i].lo-v.toks[i-1].lo <= len("Prof")
}

// capitalRun returns the words with capitals around [lo, hi), in lower case.
func (v *view) capitalRun(lo, hi int) (out []string) {
	for lo > 0 && (v.toks[lo-1].kind == space && !v.toks[lo-1].brk || v.toks[lo-1].kind == word && (upper(v.of(lo-1)) || lexicon.JoinsNames.Has(v.of(lo-1)) && lo > 2 && upper(v.wordNextTo(lo-2, -1)))) {
		lo--
	}
	for hi < len(v.toks) && (v.toks[hi].kind == space && !v.toks[hi].brk || v.toks[hi].kind == word && (upper(v.of(hi)) || lexicon.JoinsNames.Has(v.of(hi)) && upper(v.wordNextTo(hi+1, 1)))) {
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

func upper(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.IsUpper(r)
}
