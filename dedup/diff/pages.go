package diff

import (
	"slices"
	"sort"
	"strings"
	"unicode"

	"repost/shingle"
)

// Page numbers and running heads stand in a text that was taken from a printed page, and
// say nothing of it: they are cosmetic. A line is a page number when it says so (第12页,
// Page 12 of 30), or is a number in dashes, or a number alone that cuts a sentence in two. A
// short line is a running head when it names a page, or comes again and again (in capitals,
// twice), with the next number at one of its ends and nothing else changed, after text as
// long as a paragraph.
// O(length of the text), once.

const (
	longestHead = 60  // characters of a running head
	leastPage   = 100 // bytes of text between two heads
)

// head is a line that ends or begins with a number.
type head struct {
	at     shingle.Span
	number int
}

// follows reports whether h can be the head of the next page but one after p at most.
func (h head) follows(p head) bool {
	return h.number > p.number && h.number <= p.number+2 && h.at.Lo-p.at.Hi >= leastPage
}

// pages returns the lines of v that are page numbers or running heads.
func (v *view) pages() []shingle.Span {
	v.pagesOnce.Do(func() {
		if !strings.Contains(v.text, "\n") {
			return
		}
		heads := map[string][]head{}
		lo := 0
		for line := range strings.Lines(v.text) {
			at := shingle.Span{Lo: lo, Hi: lo + len(line)}
			lo = at.Hi
			s := strings.TrimSpace(line)
			if !strings.ContainsAny(s, "0123456789") || len([]rune(s[:min(len(s), 4*longestHead)])) > longestHead {
				continue
			}
			if digit := func(b byte) bool { return b >= '0' && b <= '9' }; !digit(s[0]) && !digit(s[len(s)-1]) && !strings.ContainsAny(s, "页頁-–—·•*") {
				continue // none of the forms below
			}
			if pattern("page-number").MatchString(s) || pattern("page-named").MatchString(s) || pattern("number-line").MatchString(s) && v.midSentence(at) {
				v.pageLines = append(v.pageLines, at)
				continue
			}
			m := pattern("head-number").FindStringSubmatch(s)
			if m == nil || len(labelsOf(s)) > 0 { // Article 4 heads an article, not a page
				continue
			}
			title, h := strings.TrimSpace(m[2]+m[3]), head{at, small(m[1] + m[4])}
			if n := len(heads[title]); n > 0 && !h.follows(heads[title][n-1]) {
				heads[title] = nil
			}
			heads[title] = append(heads[title], h)
		}
		for title, run := range heads {
			if len(run) > 2 || len(run) == 2 && title == strings.ToUpper(title) && title != strings.ToLower(title) {
				for _, h := range run {
					v.pageLines = append(v.pageLines, h.at)
				}
			}
		}
		slices.SortFunc(v.pageLines, func(x, y shingle.Span) int { return x.Lo - y.Lo })
	})
	return v.pageLines
}

// midSentence reports whether a sentence goes on over the line at s.
func (v *view) midSentence(s shingle.Span) bool {
	before, behind := strings.TrimRightFunc(v.text[:s.Lo], unicode.IsSpace), strings.TrimLeftFunc(v.text[s.Hi:], unicode.IsSpace)
	last, _ := lastRune(before)
	return unicode.IsLetter(last) && (unicode.IsLower(firstRune(behind)) || shingle.IsHan(last) && shingle.IsHan(firstRune(behind)))
}

// onPages reports whether all that e changes stands in page numbers and running heads, on
// both sides that have something.
func (c *comparison) onPages(e edit) bool {
	in := func(v *view, lo, hi int) bool {
		if v.count(lo, hi) == 0 {
			return true
		}
		s := v.trim(lo, hi)
		lines := v.pages()
		i := sort.Search(len(lines), func(i int) bool { return lines[i].Hi >= s.Hi })
		return i < len(lines) && lines[i].Lo <= s.Lo
	}
	return c.a.count(e.a0, e.a1)+c.b.count(e.b0, e.b1) > 0 && in(c.a, e.a0, e.a1) && in(c.b, e.b0, e.b1)
}
