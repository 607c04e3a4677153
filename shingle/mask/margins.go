package mask

import "strings"

// Some lines say too little to be masked everywhere: a date, a tag, the name of the outlet.
// Above the first paragraph of a page or below its last they are no part of a story. Such a
// margin consists of masked lines and of short lines without the end of a sentence.
// Everything here is linear in the lines.

// marginal returns why a line is masked if it stands in a margin, or "".
func (s *scanner) marginal(l *line) Reason {
	r := s.runes
	if len(r) > 45 || l.full && contains(r, "。", "!", "?") {
		return ""
	}
	if l.marks > 0 {
		if why := s.pairs(l, true); why != "" {
			return why
		}
	}
	switch {
	case r[0] == '#' && len(r) > 2 && !s.spaceBefore(1):
		return Navigation
	case r[0] == '@' && len(r) > 2 && len(r) <= 20:
		return SourceLine
	case l.digits >= 5 && s.isStamp():
		l.stamp = true
		return Navigation
	case l.digits > 0 && len(r) <= 10 && s.isFolio(l):
		return Navigation
	case len(r) <= 6 && s.patterns.isOutlet(r):
		return SourceLine
	case len(r) <= 30 && s.patterns.isSlogan(r):
		return Footer
	}
	return ""
}

// isStamp reports whether a line is a date, with the name of an outlet or the like before
// or after it. The day on which a law takes force is none.
func (s *scanner) isStamp() bool {
	r := s.runes
	i, n := date(r)
	if n == 0 {
		return false
	}
	n += clock(r[i+n:])
	return len(r)-n <= 16 && (i == 0 || i+n == len(r)) && !contains(r, ",", "《", "“", "\"") &&
		!ends(r, s.patterns.lists["in-force"]...)
}

// isFolio reports whether a line is a section of the paper and the number of a
// page: 要闻 | 02, 2版 时事.
func (s *scanner) isFolio(l *line) bool {
	w, ok := s.row(l)
	return ok && w.menu == 1 && w.known == 1 && w.unknown == 0
}

// isSlogan reports whether r is an outlet and what it says of itself:
// 某某网——权威 快速 亲民.
func (p *Patterns) isSlogan(r []rune) bool {
	for i := 2; i < len(r) && i <= 12; i++ {
		if r[i] == '—' || r[i] == '-' && r[i-1] != '-' && i+1 < len(r) && r[i+1] == '-' {
			return p.isOutlet(r[:i]) && !contains(r, ":", "《")
		}
	}
	return false
}

// margins masks marginal lines above the first paragraph and below the last; below the
// last, also lines of a few words after a footer or the like.
func (s *scanner) margins() {
	ls := s.lines
	head := 0
	for head < len(ls) && ls[head].isMargin() {
		head++
	}
	tail := len(ls)
	for tail > head && ls[tail-1].isMargin() {
		tail--
	}
	for i := range ls[:head] {
		if l := &ls[i]; l.reason == "" && l.margin != 0 {
			s.set(i, l.margin.reason(), "a date, a tag, a page number or the outlet above the first paragraph")
		}
	}
	behind := false
	for i := tail; i < len(ls); i++ {
		l := &ls[i]
		switch {
		case l.reason != "":
		case l.margin != 0 && (behind || !l.stamp): // a letter is signed and dated
			s.set(i, l.margin.reason(), "a date, a tag, a page number or the outlet below the last paragraph")
		case behind && l.runes >= 5 && l.runes <= 20: // less is in no shingle: nothing is won by the guess
			s.set(i, Navigation, "a few words below a footer or a menu")
		}
		behind = behind || l.reason == Footer || l.reason == Navigation
	}
}

// isMargin reports whether a line may be of a margin.
func (l *line) isMargin() bool { return l.reason != "" || l.margin != 0 || l.runes <= 40 && !l.full }

// comments masks what readers wrote below a heading such as 最新评论: short lines
// of one sentence, as far as the end of the text or another masked line.
func (s *scanner) comments() {
	ls := s.lines
	for i := 0; i < len(ls); i++ {
		if !ls[i].talks {
			continue
		}
		last := i // of the masked lines below
		j := i + 1
		for ; j < len(ls) && j <= i+maxComments && ls[j].isComment(s.text); j++ {
			if ls[j].reason != "" {
				last = j
			}
		}
		if j == len(ls) || ls[j].reason != "" {
			last = j - 1
		}
		for k := i + 1; k <= last; k++ {
			if ls[k].reason == "" {
				s.set(k, Navigation, "what a reader wrote, below a heading such as 最新评论")
			}
		}
	}
}

// maxComments bounds how many lines below a heading are looked at.
const maxComments = 60

// isComment reports whether a line may be what a reader wrote: one sentence at
// most. The lines of a story broken in columns are not: soon one of them holds
// the end of a sentence amid others.
func (l *line) isComment(text string) bool {
	if l.reason != "" {
		return l.reason != PhotoCredit
	}
	return l.runes <= 45 && !strings.Contains(strings.TrimRight(text[l.lo:l.hi], "。"), "。")
}
