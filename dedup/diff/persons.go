package diff

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"repost/shingle"
	"repost/shingle/lexicon"
	"repost/shingle/words"
)

// Persons by what stands next to them: a surname before a role (吴奶奶), letters that
// are no words after one (小将普艳芬), foreign names by the characters that spell
// them (阿尔登特, 约翰·哈特曼), and those that Japanese and Korean address (田村氏,
// 김민수 선수). Both texts must read so.

// person reports whether both texts name a person where the edit is, and another one.
func (c *comparison) person(e edit, s, t string) bool {
	switch {
	case s+t == "" || !c.short(e):
		return false
	case c.dotted(e):
		return true
	case !c.a.hanOrNothing(e.a0, e.a1) || !c.b.hanOrNothing(e.b0, e.b1):
		return c.honoured(e)
	}
	return c.surnamed(e, s, t) || c.introduced(e) || c.a.koreanName(e.a0, e.a1) && c.b.koreanName(e.b0, e.b1) || c.honoured(e) ||
		c.a.kanaNear(e.a0, e.a1) && c.b.kanaNear(e.b0, e.b1) && c.a.japaneseName(e.a0, e.a1) && c.b.japaneseName(e.b0, e.b1) ||
		s != "" && t != "" && c.spelt(e)
}

// dotted reports whether a middle dot joins what the edit touches to more letters.
func (c *comparison) dotted(e edit) bool {
	near := func(v *view, lo, hi int) bool {
		for i := lo; i < hi; i++ {
			if v.toks[i].mark == middot {
				return true
			}
		}
		for k := lo - 1; k >= 0 && k >= lo-6 && v.toks[k].kind != space; k-- {
			if v.toks[k].mark == middot {
				return v.spells(k+1, lo)
			}
			if v.toks[k].kind != char {
				break
			}
		}
		for k := hi; k < len(v.toks) && k < hi+5; k++ {
			if v.toks[k].mark == middot {
				return v.spells(hi, k)
			}
			if v.toks[k].kind != char {
				break
			}
		}
		return false
	}
	return near(c.a, e.a0, e.a1) && near(c.b, e.b0, e.b1)
}

// spells reports whether the characters [lo, hi) can spell a foreign name.
func (v *view) spells(lo, hi int) bool {
	for i := lo; i < hi; i++ {
		if !lexicon.Foreign.Has(v.of(i)) {
			return false
		}
	}
	return true
}

// surnamed reports whether one surname stands for another before a role.
func (c *comparison) surnamed(e edit, s, t string) bool {
	if !lexicon.Surname.Has(s) || !lexicon.Surname.Has(t) || e.a1 >= len(c.a.toks) {
		return false
	}
	rest := c.a.text[c.a.toks[e.a1].lo:]
	for n := 3; n <= min(len(rest), 9); n += 3 {
		if w := rest[:n]; lexicon.Kin.Has(w) || n > 3 && (lexicon.Role.Has(w) || lexicon.Title.Has(w)) {
			return true
		}
	}
	return false
}

// introduced reports whether letters that make no words stand after a role on
// both sides, as many on either.
func (c *comparison) introduced(e edit) bool {
	if e.a1-e.a0 > 3 || e.b1-e.b0 > 3 || e.a0 == e.a1 || e.b0 == e.b1 {
		return false
	}
	for back := range 3 {
		if e.a0-back < 0 || e.b0-back < 0 || back > 0 && c.a.of(e.a0-back) != c.b.of(e.b0-back) {
			return false
		}
		i, j := c.a.toks[e.a0-back].lo, c.b.toks[e.b0-back].lo
		if roleBefore(c.a.text, i) == "" || roleBefore(c.b.text, j) == "" {
			continue
		}
		name := func(v *view, at, end int) bool {
			n := exactly(v.text, at, 3)
			return n >= end && wordless(v.text[at:n]) || exactly(v.text, at, 2) == end && wordless(v.text[at:end])
		}
		return name(c.a, i, c.a.toks[e.a1-1].hi) && name(c.b, j, c.b.toks[e.b1-1].hi)
	}
	return false
}

// honoured reports whether the letters that the edit touches stand before a form
// of address of Japanese or Korean.
func (c *comparison) honoured(e edit) bool {
	before := func(v *view, hi int) bool {
		for k := hi; k <= min(len(v.toks), hi+3); k++ {
			if lexicon.Honour.At(strings.TrimLeft(v.text[v.end(k):], " "), 0) != "" {
				return kanaOrHangul(v.text[v.end(k):min(len(v.text), v.end(k)+60)])
			}
			if k < len(v.toks) && !shingle.IsHan(firstRune(v.of(k))) && (v.toks[k].kind != char || v.onlyHan(hi-1, hi)) {
				return false // 一 of 清一 is a number elsewhere, and 行 of 行く書生さん no name
			}
		}
		return false
	}
	return e.a0 < e.a1 && e.b0 < e.b1 && c.a.letters(e.a0, e.a1) && c.b.letters(e.b0, e.b1) && before(c.a, e.a1) && before(c.b, e.b1)
}

// japaneseName reports whether [lo, hi) lies in a run of two to five Han characters that
// begins with a family name of Japan.
func (v *view) japaneseName(lo, hi int) bool {
	isHan := func(i int) bool { return shingle.IsHan(firstRune(v.of(i))) }
	end := hi
	for lo > 0 && end-lo <= 5 && isHan(lo-1) {
		lo--
	}
	for end < len(v.toks) && end-lo <= 5 && isHan(end) {
		end++
	}
	run := v.span(lo, end).Of(v.text)
	n := utf8.RuneCountInString(run)
	first := lexicon.SurnameJa.At(run, 0)
	before := strings.TrimRight(v.text[:v.end(lo)], "の、・ 　")
	if w := lexicon.Honour.Before(before, len(before)); w != "" && n > 1 && n <= 4 && noWord(run) {
		return true // 監督の永田
	}
	return n > 1 && n <= 5 && first != "" && (n <= 3 || len(first) > 3) && (first == run || lexicon.PlaceEnd.Before(run, len(run)) != run[len(first):])
}

// noWord reports whether s is no word of the dictionary, or a name there.
func noWord(s string) bool {
	ws := words.Segment(s)
	return len(ws) > 1 || len(ws) == 1 && (ws[0].Tag == "" || ws[0].Tag == "x" || properTag(ws[0].Tag))
}

// koreanName reports whether [lo, hi) lies in a word of three syllables, particles apart,
// that begins with a family name of Korea and stands after a role or title.
func (v *view) koreanName(lo, hi int) bool {
	lo, hi = v.spacedAround(lo, hi)
	w := v.span(lo, hi).Of(v.text)
	if p := lexicon.Form.Before(w, len(w)); len(w) > len("가나다") {
		w = strings.TrimSuffix(w, p)
	}
	before := strings.TrimRight(v.text[:v.end(lo)], " ")
	return utf8.RuneCountInString(w) == 3 && unicode.Is(unicode.Hangul, firstRune(w)) && lexicon.SurnameKo.At(w, 0) != "" &&
		(lexicon.Role.Before(before, len(before)) != "" || lexicon.Title.Before(before, len(before)) != "")
}

// letters reports whether [lo, hi) is letters of Han or Hangul, as names are.
func (v *view) letters(lo, hi int) bool {
	for i := lo; i < hi; i++ {
		r, _ := utf8.DecodeRuneInString(v.of(i))
		if !shingle.IsHan(r) && !unicode.Is(unicode.Hangul, r) {
			return false
		}
	}
	return hi-lo <= 5
}

// kanaOrHangul reports whether s is Japanese or Korean.
func kanaOrHangul(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r >= 0x3040 && r < 0x3100 || unicode.Is(unicode.Hangul, r) }) >= 0
}

// spelt reports whether three characters or more around the edit spell a foreign
// name, on both sides, and make no words but names.
func (c *comparison) spelt(e edit) bool {
	return c.a.speltAround(c, e.a0, e.a1) && c.b.speltAround(c, e.b0, e.b1)
}

func (v *view) speltAround(c *comparison, lo, hi int) bool {
	if !v.spells(lo, hi) {
		return false
	}
	s := v.span(lo, hi)
	from, part := v.clauseAround(s)
	n := 0
	last := -1
	for _, w := range c.wordsAround(v, s, part) {
		text, at := w.Span.Of(part), w.Span.Lo+from
		k := utf8.RuneCountInString(text)
		fits := len(text) == 3*k && foreignLetters(text) && (k == 1 && !lexicon.Function.Has(text) || w.Tag == "x" || properTag(w.Tag))
		if !fits || last >= 0 && at != last {
			if at >= s.Hi {
				break
			}
			if at+len(text) > s.Lo {
				return false
			}
			n, last = 0, -1
			continue
		}
		n, last = n+k, at+len(text)
	}
	return n >= 3
}

func foreignLetters(s string) bool {
	for _, r := range s {
		if !lexicon.Foreign.HasRune(r) {
			return false
		}
	}
	return true
}

// unknownName holds when one character of three that make no words is another,
// and the first is a surname: 乔振东, 乔震东. A surname and a word (闻小溪) must
// stand where names do.
func (c *comparison) unknownName(e edit, s, t string) bool {
	if !c.a.onlyHan(e.a0, e.a1) || !c.b.onlyHan(e.b0, e.b1) || e.a1-e.a0 != e.b1-e.b0 || e.a1-e.a0 > 2 {
		return false
	}
	x, okA := c.oddName(c.a, c.a.span(e.a0, e.a1))
	y, okB := c.oddName(c.b, c.b.span(e.b0, e.b1))
	return okA && okB && x.lo-c.a.toks[e.a0].lo == y.lo-c.b.toks[e.b0].lo ||
		okA && c.wordlessAt(c.b, c.b.toks[e.b0].lo-(c.a.toks[e.a0].lo-x.lo)) || okB && c.wordlessAt(c.a, c.a.toks[e.a0].lo-(c.b.toks[e.b0].lo-y.lo)) ||
		e.a1-e.a0 == 1 && e.a0 > 0 && strings.Contains("老小阿", c.a.of(e.a0-1)) && lexicon.Surname.Has(s) && lexicon.Surname.Has(t)
}

// wordlessAt reports whether three characters that make no words stand at byte lo,
// where names do.
func (c *comparison) wordlessAt(v *view, lo int) bool {
	if lo < 0 || lo >= len(v.text) {
		return false
	}
	end := exactly(v.text, lo, 3)
	return end > 0 && wordless(v.text[lo:end])
}

// oddName returns the three characters around s that begin with a surname and are
// no words.
func (c *comparison) oddName(v *view, s shingle.Span) (name, bool) {
	from, part := v.clauseAround(s)
	ws := c.wordsAround(v, s, part)
	for k := range ws {
		lo := ws[k].Span.Lo + from
		if lo+9 <= s.Lo || lo > s.Lo || surname(v.text, lo) != 3 || ws[k].Span.Len() > 3 && !(ws[k].Span.Len() == 6 && properTag(ws[k].Tag)) {
			continue
		}
		end, single := lo, 0
		var last words.Word
		for _, w := range ws[k:] {
			if end >= lo+9 || w.Span.Len() > 6 || w.Span.Lo+from != end || w.Span.Len() == 6 && !nominal(w) || w.Tag == "t" || lexicon.Function.Has(w.Span.Of(part)) && w.Span.Len() == 3 {
				break
			}
			if end, last = w.Span.Hi+from, w; w.Span.Len() == 3 {
				single++
			}
		}
		stands := c.namesStand(v, lo, ws[:k], part)
		if end != lo+9 && stands && exactly(v.text, lo, 3) == lo+9 && wordless(v.text[lo:lo+9]) {
			end = lo + 9 // the last character makes a word with what follows: 乔振东|站
		}
		if end == lo+9 && s.Hi <= end && (single == 3 || stands) {
			if last.Span.Lo+from == lo+6 && last.Span.Len() > 3 && s.Hi <= lo+6 && afterName(last, part) {
				end = lo + 6 // 周强|代表, 李明|带头
			}
			return name{lo, end, "a name that is no word"}, true
		}
	}
	return name{}, false
}

// afterName reports whether w can follow the name of a person: what one does or is.
func afterName(w words.Word, part string) bool {
	s := w.Span.Of(part)
	return strings.HasPrefix(w.Tag, "v") || lexicon.Verb.Has(s) || lexicon.Title.Has(s) || lexicon.Role.Has(s)
}

// namesStand reports whether a name can stand at byte lo, after the words before.
func (c *comparison) namesStand(v *view, lo int, before []words.Word, part string) bool {
	r, n := utf8.DecodeLastRuneInString(v.text[:lo])
	if n == 0 || lexicon.BeforeName.HasRune(r) || starts(v.text, lo) {
		return true
	}
	if len(before) == 0 {
		return false
	}
	w := before[len(before)-1].Span.Of(part)
	last, _ := utf8.DecodeLastRuneInString(w)
	return lexicon.Title.Has(w) || lexicon.Role.Has(w) || strings.ContainsRune("者员师长主士手户工匠家医警商农友", last)
}

// properTag reports whether the dictionary takes a word of this tag for a name or
// its short form.
func properTag(tag string) bool {
	return tag == "ns" || tag == "nt" || tag == "nz" || tag == "j" || strings.HasPrefix(tag, "nr")
}

// nominal reports whether w can stand within the name of something.
func nominal(w words.Word) bool {
	switch w.Tag {
	case "p", "c", "u", "r", "d", "ad", "y", "e", "o", "", "uj", "ul", "uz", "ud", "uv", "vd", "vi":
		return false
	}
	return true
}
