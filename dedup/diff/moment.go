package diff

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/text/unicode/norm"

	"repost/dedup/quantity"
	"repost/shingle"
)

// Moments: days and times of day compare by what they mean. 下午3时20分 is 15:20 and
// 3.20 p.m., 2021年4月7日 is 2021-04-07, March 9 is 9 March. What is written in
// another way differs in several places, so the edits within such a phrase are made
// one before they are graded.

// moments match the days and times of a text. A group is named after what it holds:
// year, month, day, part of the day, hour, minute, a word for minutes, half.
var moments = func() (list []momentForm) {
	const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZайнрсктю"
	const n, months = `[0-9]{1,2}|[〇零一二三四五六七八九十廿两]{1,4}`, `\pL{3,10}`
	for _, f := range []struct{ has, form string }{
		{"月", `(?:(?P<y>[0-9]{4}|[〇零一二三四五六七八九○]{4})年)?(?P<m>` + n + `)月(?P<d>` + n + `)[日号號]?`},
		{"-/.", `(?P<y>[0-9]{4})[-/.](?P<m>[0-9]{1,2})[-/.](?P<d>[0-9]{1,2})`},
		{letters, `(?P<d>[0-9]{1,2})(?:st|nd|rd|th|\.|er)?(?: of| de)? (?P<m>` + months + `)\.?(?:,?(?: de)? (?P<y>[0-9]{4})(?: г\.?| года)?)?`},
		{".", `(?P<d>[0-9]{1,2})\. ?(?P<m>[0-9]{1,2})\. ?(?P<y>[0-9]{4})`},
		{letters, `(?P<m>` + months + `)\.? (?P<d>[0-9]{1,2})(?:st|nd|rd|th)?(?:,? (?P<y>[0-9]{4}))?`},
		{"时時点시", `(?P<p>凌晨|清晨|早晨|早上|上午|中午|午后|下午|傍晚|晚上|晚间|夜间|夜里|深夜|今晨|今早|今晚|明晚|昨晚|当晚|午前|午後|早|晚|오전|오후)? ?(?P<h>` + n + `)(?:时|時|点钟|点|시)(?:(?P<w>半|整|一刻|三刻|钟)|(?P<i>` + n + `)[分분]?)?`},
		{":：.", `(?P<p>凌晨|清晨|早晨|早上|上午|中午|午后|下午|傍晚|晚上|晚间|夜间|夜里|深夜|今晨|今早|今晚|明晚|昨晚|当晚|早|晚)?\b(?P<h>[0-9]{1,2})[:：.](?P<i>[0-9]{2})(?: ?(?P<q>[ap]\.?m\b\.?))?`},
		{"mM", `\b(?P<h>[0-9]{1,2}) ?(?P<q>[ap]\.?m\b\.?)`},
	} {
		list = append(list, momentForm{f.has, regexp.MustCompile(`(?i)` + f.form)})
	}
	return list
}()

// momentForm is a way to write a day or time, and characters of which it has one.
type momentForm struct {
	has  string
	form *regexp.Regexp
}

// when is a day or a time of day.
type when struct {
	at    shingle.Span
	value string
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
	for _, m := range moments {
		if !strings.ContainsAny(text, m.has) {
			continue
		}
		for _, at := range m.form.FindAllStringSubmatchIndex(text, -1) {
			x := when{at: shingle.Span{Lo: at[0] + lo, Hi: at[1] + lo}}
			if x.at.Lo > s.Hi || x.at.Hi < s.Lo || x.at.Lo == lo && lo > 0 || at[1] < len(text) && quantity.DigitOf(rune(text[at[1]])) >= 0 || at[0] > 0 && quantity.DigitOf(rune(text[at[0]-1])) >= 0 {
				continue
			}
			part := map[string]string{}
			for k, name := range m.form.SubexpNames() {
				if k > 0 && at[2*k] >= 0 {
					part[name] = strings.ToLower(text[at[2*k]:at[2*k+1]])
				}
			}
			if x.value = valueOf(part); x.value != "" {
				out = append(out, x)
			}
		}
	}
	return out
}

// valueOf returns what the parts of a moment mean: y-m-d with 0 for no year, or
// hour:minute. "" means nothing.
func valueOf(part map[string]string) string {
	if m, ok := part["m"]; ok {
		month, day, year := monthOf(m), small(part["d"]), small(part["y"])
		if month < 1 || month > 12 || day < 1 || day > 31 {
			return ""
		}
		return fmt.Sprintf("%d-%d-%d", max(year, 0), month, day)
	}
	hour, minute := small(part["h"]), small(part["i"])
	switch part["w"] {
	case "半":
		minute = 30
	case "一刻":
		minute = 15
	case "三刻":
		minute = 45
	}
	late := strings.HasPrefix(part["q"], "p")
	switch p := part["p"]; p {
	case "下午", "午后", "傍晚", "晚上", "晚间", "晚", "今晚", "明晚", "昨晚", "当晚", "夜间", "夜里", "深夜", "午後", "오후":
		late = hour < 12 && (hour > 5 || !strings.Contains(p, "夜"))
	case "中午":
		late = hour < 10
	case "凌晨", "午前", "오전":
		if hour == 12 {
			hour = 0
		}
	}
	if strings.HasPrefix(part["q"], "a") && hour == 12 {
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

func monthOf(s string) int {
	if n := small(s); n > 0 {
		return n
	}
	if n := quantity.Month(s + "."); n > 0 {
		return n
	}
	return quantity.Month(s)
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
		(*comparison).kanaSpelling, (*comparison).sameMoment, (*comparison).valueChange, (*comparison).otherSpelling, (*comparison).otherVariant, (*comparison).sameForm, (*comparison).sameByline, (*comparison).sameCredit,
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
	if e.a0 > f.a1+1 || e.b0 > f.b1+1 || f.a0 > e.a1+1 || f.b0 > e.b1+1 || c.strays(e, *f) {
		return false
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
			if x.value != y.value {
				continue
			}
			if f, ok := c.spread(e, x.at, y.at); ok {
				f.phrase = moment
				return f, true
			}
		}
	}
	return c.otherTime(e, as, bs)
}

// spread returns e over the whole of x and y. ok is false when a word within is
// mated with one outside.
func (c *comparison) spread(e edit, x, y shingle.Span) (edit, bool) {
	f := edit{a0: c.a.tokenAt(x.Lo), a1: c.a.tokenAt(x.Hi), b0: c.b.tokenAt(y.Lo), b1: c.b.tokenAt(y.Hi)}
	if c.a.end(f.a0) != x.Lo || c.b.end(f.b0) != y.Lo || c.strays(e, f) {
		return e, false
	}
	for j := f.b0; j < f.b1; j++ {
		if i := int(c.mate[j]); c.b.toks[j].strong() && i >= 0 && (i < f.a0 || i >= f.a1) {
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
	return found && !(bare(c.a, e.a0, e.a1) && bare(c.b, e.b0, e.b1) && c.a.hanNumber(e.a0) == c.b.hanNumber(e.b0))
}
