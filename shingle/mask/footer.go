package mask

import "unicode/utf8"

// A footer is found in two steps. A line is sure to be one by itself when it
// holds a phrase that only footers hold, or speaks of its outlet and, densely, of
// rights. From sure lines the footer grows over its neighbours: numbered
// paragraphs of one list, lines of the same talk, a short line shut in between.

// sureFooter reports whether a line is a footer by its words alone.
func (l *line) sureFooter() bool {
	f := l.found
	switch {
	case f[strong] > 0 && l.head < utf8.RuneSelf && f[strong]+f[self]+f[right]+f[claim] > 1:
		return l.runes <= 600*int(f[strong]) // three letters or so for a character
	case f[strong] > 0:
		return l.runes <= 240*int(f[strong])
	case f[self] > 0 && f[right]+f[claim] >= 3:
		return l.dense(30)
	case f[contact] >= 2 && !l.full && (l.marks > 0 || l.digits >= 4 || l.gaps >= 2):
		return l.dense(20)
	case f[self] > 0 && f[contact] >= 2 && !l.full:
		return l.dense(20)
	case l.head == '©' || l.head == 'ⓒ' || l.head == '℗':
		return l.runes <= 120
	case f[right] > 0 && f[claim]+f[contact] >= 3:
		return l.dense(20)
	}
	return false
}

// dense reports whether there is a footer's word for every n runes of the line.
func (l *line) dense(n int) bool { return l.talk()*n >= l.runes }

// talk counts the different words that footers are made of.
func (l *line) talk() int {
	f := l.found
	return 3*int(f[strong]) + int(f[self]) + int(f[right]) + int(f[claim]) + int(f[contact])
}

// footers grows the footers over their neighbours.
func (s *scanner) footers() {
	ls := s.lines
	for i := 1; i < len(ls); i++ {
		if ls[i-1].reason == Footer && ls[i].reason == "" && ls[i].follows(&ls[i-1], i+1 < len(ls) && ls[i+1].reason == Footer) {
			ls[i].reason = Footer
		}
	}
	for i := len(ls) - 2; i >= 0; i-- {
		if ls[i+1].reason == Footer && ls[i].reason == "" && ls[i].precedes(&ls[i+1]) {
			ls[i].reason = Footer
		}
	}
}

// follows reports whether l continues the footer whose last line is before; shut says that
// a footer also follows l.
func (l *line) follows(before *line, shut bool) bool {
	if before.number > 0 && l.number == before.number+1 && l.talk() >= 1 {
		return true
	}
	return l.talk() >= 2 && l.dense(30) && (!l.full || l.found[self]+l.found[claim] > 0) || l.talk() >= 1 && l.runes <= 30 || shut && l.runes <= 30 && !l.full
}

// precedes reports whether the footer that begins with after begins with l.
func (l *line) precedes(after *line) bool {
	if after.number > 1 && l.number == after.number-1 {
		return l.talk() >= 1
	}
	return l.talk() >= 3 && l.dense(20)
}

// lists masks what stands under a heading such as 相关阅读: lines that begin with
// a bullet, or, where the text ends with them, short lines without a sentence.
func (s *scanner) lists() {
	ls := s.lines
	tail := len(ls) // all lines from here on are masked or like headlines
	for tail > 0 && (ls[tail-1].reason != "" || ls[tail-1].runes <= 40 && !ls[tail-1].full) {
		tail--
	}
	for i := range ls {
		if ls[i].reason != Navigation || !ls[i].heads {
			continue
		}
		for j := i + 1; j < len(ls) && j <= i+12 && ls[j].reason == ""; j++ {
			if !ls[j].item && j < tail {
				break
			}
			ls[j].reason = Navigation
		}
	}
}

// isItem reports whether a line is one of a list: it begins with a bullet or, as
// on a front page, with the number of another page (02版:).
func isItem(r []rune) bool {
	switch r[0] {
	case '·', '•', '●', '○', '■', '◆', '▪', '-', '*', '>', '▶':
		return len(r) <= 60
	}
	i := 0
	for i < len(r) && i < 3 && (isDigit(r[i]) || i == 0 && 'a' <= r[0] && r[0] <= 'h') {
		i++
	}
	return i > 0 && len(r) <= 60 && i+1 < len(r) && r[i] == '版' && r[i+1] == ':'
}
