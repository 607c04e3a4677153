package diff

import (
	"slices"
	"strings"

	"repost/shingle"
	"repost/shingle/lexicon"
	"repost/shingle/prefilter"
)

// A credit says who sent a story: 新华社北京3月5日电 or 本报讯 at the head of a line,
// （来源：某某日报） at the end of one. What changes within it is one change of class
// source-line, whatever stands there: a day of a dateline is no date of the story.

const (
	creditReach = 24  // tokens from the head or end of a line to an edit in a credit
	creditLong  = 160 // bytes of a line that are looked at for a credit
)

// creditOver returns the credit of v that tokens [lo, hi) touch.
func (v *view) creditOver(lo, hi int) (shingle.Span, bool) {
	touches := func(s shingle.Span) bool {
		at := v.span(lo, hi)
		return s.Lo <= at.Lo && at.Lo < s.Hi || s.Lo < at.Hi && at.Hi <= s.Hi
	}
	if i, ok := v.lineHead(lo); ok {
		text := v.text[v.end(i):min(len(v.text), v.end(i)+creditLong)]
		text, _, _ = strings.Cut(text, "\n")
		var form *prefilter.Regexp
		switch {
		case text != "" && asciiLetter(text[0]) && strings.Contains(text, " ("):
			form = pattern("credit-wire")
		case strings.ContainsAny(text, "社網网報报台视新客频通记") && (strings.ContainsAny(text, "电電讯訊") || strings.Contains(text, "消息") || strings.Contains(text, "报道")):
			form = pattern("credit-head")
		case strings.ContainsAny(text[:min(len(text), 12)], "【〔[［（(「『"):
			form = pattern("credit-outlet")
		}
		if form != nil {
			if at := form.FindStringIndex(text); at != nil {
				if s := (shingle.Span{Lo: v.end(i) + at[0], Hi: v.end(i) + at[1]}); touches(s) {
					return v.tight(s, shingle.Span{}), true
				}
			}
		}
	}
	if i, ok := v.lineTail(hi); ok {
		from := max(0, v.end(i)-creditLong)
		if last := strings.TrimRight(v.text[from:v.end(i)], " \u3000\r"); !strings.HasSuffix(last, "）") && !strings.HasSuffix(last, ")") && !strings.Contains(last, "来源") {
			return shingle.Span{}, false
		}
		text := strings.ToValidUTF8(v.text[from:v.end(i)], "")
		from = v.end(i) - len(text)
		if n := strings.LastIndexByte(text, '\n') + 1; n > 0 {
			text, from = text[n:], from+n
		}
		if at := pattern("credit-tail").FindStringIndex(text); at != nil {
			if s := (shingle.Span{Lo: from + at[0], Hi: from + at[1]}); touches(s) {
				return v.tight(s, shingle.Span{}), true
			}
		}
	}
	return shingle.Span{}, false
}

// lineHead returns the first token of the line of token i, if it is near.
func (v *view) lineHead(i int) (int, bool) {
	for k := 0; k <= creditReach; k++ {
		if i-k <= 0 || v.toks[i-k-1].brk {
			return i - k, true
		}
	}
	return 0, false
}

// lineTail returns the end of the line that token i-1 stands in, if it is near.
func (v *view) lineTail(i int) (int, bool) {
	for k := 0; k <= creditReach; k++ {
		if i+k >= len(v.toks) || v.toks[i+k].brk {
			return i + k, true
		}
	}
	return 0, false
}

// sameCredit returns the edit that covers the credits that e touches on both
// sides.
func (c *comparison) sameCredit(e edit) (edit, bool) {
	if e.byline || e.whole || e.same || e.weak || !c.short(e) {
		return e, false
	}
	x, okA := c.a.creditOver(e.a0, e.a1)
	if !okA {
		return e, false
	}
	y, okB := c.b.creditOver(e.b0, e.b1)
	if !okB {
		return e, false
	}
	f, ok := c.spread(e, x, y)
	f.phrase = credit
	return f, ok
}

// creditChange grades what changes within a credit.
func (c *comparison) creditChange(s, t string) verdict {
	if x, y := outletsOf(s), outletsOf(t); slices.Equal(x, y) {
		return verdict{Minor, SourceLine, "the credit is reworded, its source is the same"}
	}
	return verdict{Substantive, SourceLine, "the credit says otherwise"}
}

// outletsOf returns what a credit names, without the words that every credit has.
func outletsOf(s string) []string {
	s = pattern("credit-words").ReplaceAllString(s, " ")
	return pattern("outlet").FindAllString(s, -1)
}

// credited holds when a credit is left out or put in.
func (c *comparison) credited(e edit, s, t string) (verdict, bool) {
	v, lo, hi := c.a, e.a0, e.a1
	switch {
	case s != "" && t != "" || s+t == "":
		return verdict{}, false
	case s == "":
		v, lo, hi = c.b, e.b0, e.b1
	}
	for lo < hi && v.toks[lo].kind == space {
		lo++
	}
	if v.count(lo, hi) > maxByline {
		return verdict{}, false
	}
	if v.framed(lo, hi) {
		return framedBy, true
	}
	at, ok := v.creditOver(lo, hi)
	whole := v.trim(lo, hi)
	if !ok || at.Lo > whole.Lo || at.Hi+len("：") < whole.Hi {
		return verdict{}, false
	}
	if pattern("agency-head").MatchString(strings.TrimSpace(whole.Of(v.text))) && at.Lo == v.end(lo) {
		return framedBy, true
	}
	return verdict{Substantive, SourceLine, "a credit appears or vanishes"}, true
}

// framedBy is the verdict of what an agency puts around a text.
var framedBy = verdict{Cosmetic, SourceLine, "what an agency puts around a text"}

// framed reports whether [lo, hi) is what an agency puts around a text: at the head of a line, or
// as a line of its own.
func (v *view) framed(lo, hi int) bool {
	s := v.trim(lo, hi)
	text := s.Of(v.text)
	if len(text) == 0 || len(text) > maxByline || !pattern("agency-frame").MatchString(text) {
		return false
	}
	from, to := v.tokenAt(s.Lo), v.tokenAt(s.Hi)
	if strings.TrimRight(text, "-–—:)）/ ") == text {
		return v.lineStart(from) && v.lineEnd(to)
	}
	head, ok := v.lineHead(from)
	return ok && !slices.ContainsFunc(v.toks[head:from], func(t token) bool { // after a place and a day at most
		w := v.text[t.lo:t.hi]
		return t.kind == word && !upper(w) && !lexicon.JoinsNames.Has(w)
	})
}
