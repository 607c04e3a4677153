package mask

import (
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"repost/shingle"
)

// Around a story, a page prints labels more often than sentences: names of sections in a
// row, buttons, counters, pairs of a label and a value. A line is split at white space,
// punctuation and digits; it is furniture if all or nearly all parts are labels. A word of
// a story is seldom alone between two bars, so labels may be common words.

// A use is what a label is used for.
type use uint8

const (
	tool    use = 1 << iota // a button or a counter
	section                 // a name in a menu
	alone                   // a label that needs no other next to it
	talk                    // heads or ends what readers wrote
	unit                    // goes with a number
	meta                    // before a colon: when, where from, how often read
	imprint                 // before a colon: how to reach the house, its numbers
	staff                   // before a colon: who made the page
)

// useNames are the uses as patterns.txt names them. Labels that are alone or above comments
// are tools too. Labels are not words of the wordbook: a line is searched for those at
// every place, and for labels only where it has parts.
var useNames = map[string]use{
	"tool": tool, "section": section, "alone": alone | tool, "talk": talk | tool, "unit": unit, "meta": meta, "imprint": imprint, "staff": staff,
}

// labelSet finds labels. Most of what is looked up is none, and is seen to be none
// by its first rune.
type labelSet struct {
	heads [1 << 10]uint64 // a bit for each rune that labels begin with
	uses  map[string]use
}

// Uses returns the names of what labels are used for, sorted.
func Uses() []string { return slices.Sorted(maps.Keys(useNames)) }

func newLabels(uses map[string]use) *labelSet {
	l := &labelSet{uses: uses}
	for w := range uses {
		r, _ := utf8.DecodeRuneInString(w)
		l.heads[uint16(r)>>6] |= 1 << (r & 63)
	}
	return l
}

// begins reports whether a label may begin with r.
func (l *labelSet) begins(r rune) bool { return l.heads[uint16(r)>>6]>>(r&63)&1 != 0 }

// fold returns w as read folds a line.
func fold(w string) string {
	var b strings.Builder
	for _, r := range w {
		if e := signOf(r); e&blankSign == 0 {
			b.WriteRune(e.rune())
		}
	}
	return b.String()
}

// maxLabel bounds the runes of a label, maxPart those of a part that may be next to labels.
const (
	maxLabel = 24
	maxPart  = 16
)

// useOf returns what r is used for as a label, 0 when it is none.
func (l *labelSet) useOf(r []rune) use {
	if len(r) == 0 || len(r) > maxLabel {
		return 0
	}
	if !l.begins(r[0]) {
		return 0
	}
	var room [maxLabel * utf8.UTFMax]byte
	b := room[:0]
	for _, c := range r {
		b = utf8.AppendRune(b, c)
	}
	return l.uses[string(b)]
}

// A row is what a line is when it is taken apart.
type row struct {
	known   int // parts that are labels
	unknown int
	tools   int // of the known
	menu    int
	alone   int
	talks   int
	longest int // part, in runes
}

// row takes the line at hand apart. It gives up when a part is too long for a
// label, when one is none and the line has few parts, and when more of them are
// none than are.
func (s *scanner) row(l *line) (w row, ok bool) {
	r, few := s.runes, l.gaps+l.marks < 3
	for i := 0; i < len(r); {
		if !isPart(r[i]) {
			i++
			continue
		}
		from := i
		for i++; i < len(r) && i <= from+maxPart && (isPart(r[i]) || (r[i] == '+' || r[i] == '-') && r[i-1] == 'a') && (l.gaps == 0 || !s.spaceBefore(i)); i++ {
		}
		if i > from+maxPart {
			return w, false
		}
		w.add(s.patterns.labels, r, from, i)
		if w.unknown > 0 && (few || w.unknown > 2 && w.unknown > w.known) {
			return w, false
		}
	}
	return w, true
}

// add counts the part [from,to) of a line. What goes with a number before it
// (12条, 3分钟, 共) counts neither way.
func (w *row) add(l *labelSet, r []rune, from, to int) {
	part := r[from:to]
	if from > 0 && isDigit(r[from-1]) { // 12条评论, 3分钟
		for n := min(3, len(part)); n > 0; n-- {
			if l.useOf(part[:n])&unit != 0 {
				part = part[n:]
				break
			}
		}
	}
	u := l.useOf(part)
	if len(part) == 0 || u == 0 && part[0] == '共' {
		return
	}
	w.longest = max(w.longest, len(part))
	if u&(tool|section|alone|talk) == 0 {
		if u&unit == 0 {
			w.unknown++
		}
		return
	}
	w.known++
	for _, c := range []struct {
		u use
		n *int
	}{{tool, &w.tools}, {section, &w.menu}, {alone, &w.alone}, {talk, &w.talks}} {
		if u&c.u != 0 {
			*c.n++
		}
	}
}

// isPart reports whether c is of a label: a letter, no digit and no mark.
func isPart(c rune) bool {
	return shingle.IsHan(c) && c != '丨' || 'a' <= c && c <= 'z' || c >= 0x80 && unicode.IsLetter(c)
}

// isRow reports whether a line is a row of labels: a menu, buttons, counters. A
// part or two may be unknown among many: the name of the outlet, a misread word.
func (s *scanner) isRow(l *line) bool {
	r := s.runes
	if l.gaps+l.marks < 3 && shingle.IsHan(r[0]) && !s.patterns.labels.begins(r[0]) {
		return false
	}
	w, ok := s.row(l)
	switch {
	case !ok || w.known == 0 || slices.Contains(r, '、') || slices.Contains(r, '《'):
		return false
	case w.talks > 0 && w.unknown == 0 && len(r) <= 40:
		l.talks = true
		return true
	case w.unknown == 0 && w.alone > 0, w.unknown == 0 && w.tools >= 2 && w.tools == w.known:
		return true
	case w.unknown == 0 && w.tools > 0 && len(r) <= 12 && (l.digits > 0 || isIcon(r[0])):
		return true
	case w.unknown == 0 && w.known >= 3 && (w.tools+int(l.marks) >= 2 || w.menu >= 5):
		return true
	case w.known >= 4 && w.unknown <= w.known/3:
		return w.tools >= 2 || l.marks >= 3
	}
	return w.known >= 2 && l.marks >= 4 && w.unknown <= w.known && w.longest <= 8
}

// isIcon reports whether c is a picture before a label: ⭐ 收藏.
func isIcon(c rune) bool { return c == utf8.RuneError || c > 0x2190 && unicode.Is(unicode.So, c) }

// pairs returns the reason to mask a line of pairs such as 电话：… 地址：…, or "".
// one says whether a single pair will do.
func (s *scanner) pairs(l *line, one bool) Reason {
	r := s.runes
	if !slices.Contains(r, ':') || r[0] == '(' && closing(r) == 0 {
		return ""
	}
	known, all, from := 0, 0, 0
	var reason Reason
	for i, c := range r {
		switch {
		case c == ':' && i > 0 && !isDigit(r[i-1]) && r[i-1] != 'p': // no time, no http
			all++
			if all == 1 && from > 20 || contains(r[from:i], ",") {
				return ""
			}
			if u := s.patterns.labels.before(r[from:i]); u != 0 && (!one || u&staff == 0) {
				if known++; reason == "" {
					reason = reasonOf(u)
				}
			} else if known == 0 && (all > 1 || one) {
				return ""
			}
			from = i + 1
		case c == '|' || c == '(' || c == ')' || l.gaps > 0 && i > from && s.spaceBefore(i):
			from = i
			if !isPart(c) {
				from++
			}
		}
	}
	room := 40
	if r[0] < utf8.RuneSelf {
		room = 80
	}
	if known == 0 || known*3 < all*2 || known < 2 && !one || len(r) > room*all {
		return ""
	}
	return reason
}

// before returns the use of what stands before a colon: the whole of it, or
// its end, as in 新闻报料 and 广告经营许可证.
func (l *labelSet) before(r []rune) use {
	if len(r) > 12 {
		return 0
	}
	const before = meta | imprint | staff
	if u := l.useOf(r) & before; u != 0 {
		return u
	}
	for n := min(len(r)-1, 4); n >= 2; n-- {
		if u := l.useOf(r[len(r)-n:]); u&imprint != 0 {
			return imprint
		}
	}
	return 0
}

func reasonOf(u use) Reason {
	switch {
	case u&imprint != 0:
		return Footer
	case u&staff != 0:
		return Editor
	}
	return Navigation
}
