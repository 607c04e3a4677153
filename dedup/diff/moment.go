package diff

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"repost/dedup/quantity"
	"repost/shingle"
)

// Moments: days and times of day compare by what they mean. 下午3时20分 is 15:20 and
// 3.20 p.m., 2021年4月7日 is 2021-04-07, March 9 is 9 March. What is written in
// another way differs in several places, so the edits within such a phrase are made
// one before they are graded.

// when is a day or a time of day.
type when struct {
	at     shingle.Span
	value  string
	turned string // the value with day and month turned round, where figures leave it open
	bare   bool   // two figures with a mark between: it may be a number
}

// is reports whether x and y are the same. What figures leave open, words decide.
func (x when) is(y when) bool {
	return !(x.bare && y.bare) && (x.value == y.value || x.turned == "" && x.value == y.turned || y.turned == "" && y.value == x.turned)
}

// reach is how far around an edit a moment is looked for, in bytes.
const reach = 40

// momentsAround returns the moments of v that touch s.
func (v *view) momentsAround(s shingle.Span) (out []when) {
	lo, hi := max(0, s.Lo-reach), min(len(v.text), s.Hi+reach)
	text := norm.NFKC.String(v.text[lo:hi])
	if len(text) != hi-lo {
		text = v.text[lo:hi] // the places would be others
	}
	moments := patterns().moments()
	has := moments.has.In(text)
	for _, m := range moments.forms {
		if has&m.needs != m.needs {
			continue
		}
		for _, at := range m.FindAllStringSubmatchIndex(text, -1) {
			x := when{at: shingle.Span{Lo: at[0] + lo, Hi: at[1] + lo}}
			whole := text[at[0]:at[1]]
			x.bare = strings.Trim(whole, "0123456789./- ") == "" && strings.Count(strings.Trim(whole, "."), ".")+strings.Count(whole, "/")+strings.Count(whole, "-") < 2
			if x.at.Lo > s.Hi || x.at.Hi < s.Lo || x.at.Lo == lo && lo > 0 || at[1] < len(text) && quantity.DigitOf(rune(text[at[1]])) >= 0 || at[0] > 0 && quantity.DigitOf(rune(text[at[0]-1])) >= 0 || inWord(text, at[1]) {
				continue
			}
			part := map[string]string{}
			for k, name := range m.SubexpNames() {
				if k > 0 && at[2*k] >= 0 {
					part[name] = strings.ToLower(text[at[2*k]:at[2*k+1]])
				}
			}
			x.value = valueOf(part)
			if m.either {
				part["m"], part["d"] = part["d"], part["m"]
				x.turned = valueOf(part)
			}
			if x.value == "" {
				x.value, x.turned = x.turned, ""
			}
			if x.value != "" {
				out = append(out, x)
			}
		}
	}
	return out
}

// inWord reports whether byte i stands within a word of a script that parts words with
// spaces: 3 م is a time, 3 ملايين is none.
func inWord(text string, i int) bool {
	spaced := func(r rune) bool {
		return unicode.In(r, unicode.Latin, unicode.Cyrillic, unicode.Greek, unicode.Arabic, unicode.Hebrew)
	}
	before, _ := utf8.DecodeLastRuneInString(text[:i])
	return spaced(before) && spaced(firstRune(text[i:]))
}

// valueOf returns what the parts of a moment mean: y-m-d with 0 for no year, or
// hour:minute. "" means nothing.
func valueOf(part map[string]string) string {
	if m, ok := part["m"]; ok || part["e"] != "" {
		return dayOf(m, part)
	}
	if part["x"] != "" {
		return decadeOf(part["z"], small(part["x"]))
	}
	hour, minute := small(part["h"]), small(part["i"])
	switch part["w"] {
	case "半", "반":
		minute = 30
	case "一刻":
		minute = 15
	case "三刻":
		minute = 45
	}
	switch q := part["q"]; q {
	case "noon", "midday", "正午", "정오", "midi", "полдень", "12 uhr mittags":
		return "12:00"
	case "midnight", "자정", "minuit", "полночь", "mitternacht":
		return "0:00"
	}
	late := hasPrefix(part["q"], "p", "مساء", "م", "عصر", "вечера", "дня", "du soir", "de l'après", "abends", "nachmittags")
	switch p := part["p"]; p {
	case "下午", "午后", "傍晚", "晚上", "晚间", "晚", "今晚", "明晚", "昨晚", "当晚", "夜间", "夜里", "深夜", "午後", "오후", "저녁", "밤", "낮":
		late = hour < 12 && (hour > 5 || !strings.Contains(p, "夜"))
	case "中午":
		late = hour < 10
	case "凌晨", "午前", "오전":
		if hour == 12 {
			hour = 0
		}
	}
	if hasPrefix(part["q"], "a", "ص") && hour == 12 {
		hour = 0
	}
	if late && hour < 12 {
		hour += 12
	}
	if minute < 0 {
		minute = 0
	}
	if hour < 0 || hour > 24 || minute > 59 {
		return ""
	}
	return fmt.Sprintf("%d:%02d", hour, minute)
}

// decadeOf returns the decade of a century: 20世纪80年代, the 1980s, 80年代. "" is none.
func decadeOf(century string, years int) string {
	switch n := small(strings.TrimSuffix(century, "世纪")); {
	case years > 99:
	case n > 0:
		years += 100 * (n - 1)
	default: // the last century, of which most is written
		years += 1900
	}
	if years < 1000 || years%10 != 0 {
		return ""
	}
	return fmt.Sprintf("decade %d", years)
}

// dayOf is valueOf for days, months and their ranges.
func dayOf(m string, part map[string]string) string {
	month, day, year := monthOf(m), small(part["d"]), max(0, small(part["y"]))
	if len(part["y"]) == len("24") { // of this century up to 2049
		if year += 1900; year < 1950 {
			year += 100
		}
	}
	months := part["d"] == "" && (part["n"] != "" || year > 0) // from month to month, or a month
	if m == "" {
		month = 0 // the days of some month
	}
	if m != "" && (month < 1 || month > 12) || !months && (day < 1 || day > 31) {
		return ""
	}
	value := fmt.Sprintf("%d-%d-%d", year, month, day)
	if part["n"] == "" && part["e"] == "" {
		return value
	}
	last, end := month, small(part["e"])
	if part["n"] != "" {
		last = small(part["n"])
	}
	if m != "" && (last < 1 || last > 12) || !months && (end < 1 || end > 31) {
		return ""
	}
	return fmt.Sprintf("%s to %d-%d", value, last, end)
}

// monthOf returns the month that s names or counts in figures, or 0. Names go first: sept is
// seven in French, and the ninth month. Page 12 one is no January.
func monthOf(s string) int {
	_, size := utf8.DecodeRuneInString(s)
	capital := strings.ToUpper(s[:size]) + s[size:] // Dec has one in the table
	for _, w := range []string{s + ".", s, capital + ".", capital} {
		if n := quantity.Month(w); n > 0 {
			return n
		}
	}
	if r := firstRune(s); !unicode.Is(unicode.Han, r) && r != '〇' && !unicode.IsDigit(r) {
		return 0
	}
	return max(0, small(s))
}

// small reads a number of up to four figures, -1 if s is none.
func small(s string) int {
	if n, err := strconv.Atoi(s); err == nil {
		return n
	}
	if n, ok := quantity.Integer(s); ok && n < 10000 {
		return n
	}
	return -1
}

// joinPhrases makes one edit of all those within a day or time that means the same
// on both sides, or within a credit.
func (c *comparison) joinPhrases() {
	wholes := make([]edit, len(c.edits))
	c.eachEdit(func(w *comparison, k int, edits []edit) {
		for i, e := range edits {
			wholes[k*editsEach+i] = w.wholeOf(e)
		}
	})
	out := c.edits[:0]
	for k := 0; k < len(c.edits); k++ {
		e := c.edits[k]
		if whole := wholes[k]; whole != e {
			for ; k+1 < len(c.edits) && c.lies(c.edits[k+1], &whole); k++ {
			}
			for len(out) > 0 && c.lies(out[len(out)-1], &whole) {
				out = out[:len(out)-1]
			}
			e = whole
		}
		out = append(out, e)
	}
	c.edits = out
}

// wholeOf returns the edit that covers the day, time, byline or credit that e is
// in, or e.
func (c *comparison) wholeOf(e edit) edit {
	for _, find := range []func(*comparison, edit) (edit, bool){
		(*comparison).closedChange, (*comparison).inHangul, (*comparison).kanaSpelling, (*comparison).sameMoment, (*comparison).valueChange, (*comparison).otherSpelling, (*comparison).otherVariant, (*comparison).sameForm, (*comparison).sameByline, (*comparison).sameCredit, (*comparison).closed,
	} {
		if whole, ok := find(c, e); ok {
			return whole
		}
	}
	return e
}

// lies reports whether all words of e lie in f, on both sides, and grows f by the
// white space that e has besides.
func (c *comparison) lies(e edit, f *edit) bool {
	if e.a0 > f.a1+1 || e.b0 > f.b1+1 || f.a0 > e.a1+1 || f.b0 > e.b1+1 {
		return false
	}
	if g := *f; c.strays(e, g) { // a full stop that the alignment has put elsewhere
		n := max(0, e.a1-f.a1, e.b1-f.b1)
		g.a1, g.b1 = f.a1+n, f.b1+n
		if g.b1 > len(c.b.toks) || g.a1 > len(c.a.toks) || c.a.span(f.a1, g.a1).Of(c.a.text) != c.b.span(f.b1, g.b1).Of(c.b.text) || c.strays(e, g) {
			return false
		}
		*f = g
	}
	f.a0, f.a1, f.b0, f.b1 = min(e.a0, f.a0), max(e.a1, f.a1), min(e.b0, f.b0), max(e.b1, f.b1)
	return true
}

// strays reports whether e has more than white space outside of f.
func (c *comparison) strays(e, f edit) bool {
	out := func(v *view, lo, hi int) bool {
		for i := lo; i < hi; i++ {
			if v.toks[i].kind != space {
				return true
			}
		}
		return false
	}
	return out(c.a, e.a0, min(e.a1, f.a0)) || out(c.a, max(e.a0, f.a1), e.a1) || out(c.b, e.b0, min(e.b1, f.b0)) || out(c.b, max(e.b0, f.b1), e.b1)
}

// sameMoment returns the edit that covers the day or time that e touches, if that is
// the same on both sides, or another with the same figures.
func (c *comparison) sameMoment(e edit) (edit, bool) {
	if e.byline || e.whole || e.weak || !c.short(e) || !c.mayBeMoment(e) {
		return e, false
	}
	bs := c.b.momentsAround(c.b.span(e.b0, e.b1))
	if len(bs) == 0 {
		return e, false
	}
	as := c.a.momentsAround(c.a.span(e.a0, e.a1))
	for _, x := range as {
		for _, y := range bs {
			if !x.is(y) {
				continue
			}
			if f, ok := c.spread(e, x.at, y.at); ok {
				f.phrase = moment
				return f, true
			}
		}
	}
	if f, ok := c.sameMoments(e, as, bs); ok {
		return f, true
	}
	return c.otherTime(e, as, bs)
}

// sameMoments returns the edit over the days or times from the first to the last one that
// e touches, if they are the same on both sides: 10点至15点, 10:00–15:00.
func (c *comparison) sameMoments(e edit, as, bs []when) (edit, bool) {
	as, bs = apart(as), apart(bs)
	if len(as) < 2 || len(as) != len(bs) {
		return e, false
	}
	for k := range as {
		if !as[k].is(bs[k]) {
			return e, false
		}
	}
	last := len(as) - 1
	x, y := shingle.Span{Lo: as[0].at.Lo, Hi: as[last].at.Hi}, shingle.Span{Lo: bs[0].at.Lo, Hi: bs[last].at.Hi}
	f, ok := c.spread(e, x, y)
	f.phrase = moment
	return f, ok
}

// apart returns the longest of the moments that overlap, in the order of the text.
func apart(ms []when) (out []when) {
	slices.SortStableFunc(ms, func(x, y when) int { return cmp.Or(x.at.Lo-y.at.Lo, y.at.Hi-x.at.Hi) })
	for _, m := range ms {
		if len(out) == 0 || m.at.Lo >= out[len(out)-1].at.Hi {
			out = append(out, m)
		}
	}
	return out
}

// spread returns e over the whole of x and y. ok is false when a word or the sign of a currency
// within is mated with one outside.
func (c *comparison) spread(e edit, x, y shingle.Span) (edit, bool) {
	f := edit{a0: c.a.tokenAt(x.Lo), a1: c.a.tokenAt(x.Hi), b0: c.b.tokenAt(y.Lo), b1: c.b.tokenAt(y.Hi)}
	if c.a.end(f.a0) != x.Lo || c.b.end(f.b0) != y.Lo || c.strays(e, f) {
		return e, false
	}
	for j := f.b0; j < f.b1; j++ {
		if i := int(c.mate[j]); (c.b.toks[j].strong() || unicode.Is(unicode.Sc, firstRune(c.b.of(j)))) && i >= 0 && (i < f.a0 || i >= f.a1) {
			return e, false
		}
	}
	return edit{a0: min(e.a0, f.a0), a1: max(e.a1, f.a1), b0: min(e.b0, f.b0), b1: max(e.b1, f.b1)}, true
}

// mayBeMoment reports whether e touches a number or what stands in moments, and is
// not one bare number for another.
func (c *comparison) mayBeMoment(e edit) bool {
	touches := func(v *view, lo, hi int) bool {
		for i := lo; i < hi; i++ {
			if t := v.toks[i]; t.kind == number || t.kind == word && t.hi-t.lo <= 20 && monthOf(v.of(i)) > 0 {
				return true
			}
		}
		at := func(i, step int) bool {
			if i >= 0 && i < len(v.toks) && v.toks[i].kind == space {
				i += step
			}
			return i >= 0 && i < len(v.toks) && v.toks[i].kind == number
		}
		return at(lo-1, -1) || at(hi, 1)
	}
	found := touches(c.a, e.a0, e.a1) || touches(c.b, e.b0, e.b1)
	bare := func(v *view, lo, hi int) bool {
		return hi-lo == 1 && v.toks[lo].kind == number && !strings.ContainsAny(v.of(lo), ":：./-h")
	}
	if e.same {
		return false
	}
	return found && !(bare(c.a, e.a0, e.a1) && bare(c.b, e.b0, e.b1) && c.a.hanNumber(e.a0) == c.b.hanNumber(e.b0) && !decades(c.a.of(e.a0), c.b.of(e.b0)))
}

// decades reports whether x and y can be one decade, with and without its century.
func decades(x, y string) bool {
	return len(x) != len(y) && strings.HasSuffix(x, y) || strings.HasSuffix(y, x) && x != y
}
