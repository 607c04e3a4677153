package mask

import (
	"unicode/utf8"

	"repost/shingle"
)

// A footer is found in two steps. A line is sure to be one by itself when it
// holds a phrase that only footers hold, or speaks of its outlet and, densely, of
// rights. From sure lines the footer grows over its neighbours: numbered
// paragraphs of one list, lines of the same talk, a short line shut in between.

// footerRule is a way in which a line is a footer by its words alone.
type footerRule struct {
	says string
	asks []ask
	// also is what else must hold, in words and as a test; "" is nothing.
	also  string
	holds func(l *line) bool
	room  func(l *line) int // the most characters
}

// ask asks for different words of some kinds.
type ask struct {
	least int
	of    []kind
}

// footerRules decide in this order: the first whose words a line has, and that holds. If the
// line is too long for it, no other is asked. Explain shows what a line lacks of them.
var footerRules = []footerRule{
	{"a phrase that only footers hold and another word of theirs, in letters", []ask{{1, []kind{strong}}, {2, []kind{strong, self, right, claim}}},
		"a letter or sign of ASCII at its head", func(l *line) bool { return l.head < utf8.RuneSelf },
		func(l *line) int { return 600 * int(l.found[strong]) }}, // three letters or so for a character
	{"a phrase that only footers hold", []ask{{1, []kind{strong}}}, "", nil, func(l *line) int { return 240 * int(l.found[strong]) }},
	{"the outlet speaks of itself and of rights", []ask{{1, []kind{self}}, {3, []kind{right, claim}}}, "", nil, talkative(30)},
	{"how to reach the house", []ask{{2, []kind{contact}}},
		"no end of a sentence, and a bar, a colon, four digits or two spaces", func(l *line) bool { return !l.full && (l.marks > 0 || l.digits >= 4 || l.gaps >= 2) }, talkative(20)},
	{"the outlet, and how to reach it", []ask{{1, []kind{self}}, {2, []kind{contact}}}, "no end of a sentence", func(l *line) bool { return !l.full }, talkative(20)},
	{"the sign of copyright", nil, "© or a sign like it at its head", (*line).copyright, func(*line) int { return 120 }},
	{"rights, and what the house does not answer for", []ask{{1, []kind{right}}, {3, []kind{claim, contact}}}, "", nil, talkative(20)},
}

func (l *line) copyright() bool { return l.head == '©' || l.head == 'ⓒ' || l.head == '℗' }

// talkative allows a line n characters for each word of footers.
func talkative(n int) func(l *line) int { return func(l *line) int { return l.talk() * n } }

// words returns how many words of some kinds a line has.
func (l *line) words(of []kind) (n int) {
	for _, k := range of {
		n += int(l.found[k])
	}
	return n
}

// applies reports whether a line has what a rule asks for, but for its length.
func (f *footerRule) applies(l *line) bool {
	for _, a := range f.asks {
		if l.words(a.of) < a.least {
			return false
		}
	}
	return f.holds == nil || f.holds(l)
}

// sureFooter reports whether a line is a footer by its words alone.
func (s *scanner) sureFooter(l *line) bool {
	if l.talk() == 0 && !l.copyright() { // no rule applies
		return false
	}
	for i := range footerRules {
		if f := &footerRules[i]; f.applies(l) {
			s.made = cause{rule: f.says}
			return l.runes <= f.room(l)
		}
	}
	return false
}

// leastStory is how many bytes of sentences before a footer, on the same line, are a story's.
const leastStory = 120

// storyBefore returns where in the line at hand, a footer, its first sentence with a footer's word
// begins, if there is a sentence or two of a story before: a paragraph to whose end the notice of the
// house was put. It returns 0 if there is none.
func (s *scanner) storyBefore(l *line) int {
	if s.hi-s.lo < leastStory || l.copyright() || l.number > 0 {
		return 0
	}
	word := -1
	for i := range s.places {
		if c := s.words.count(s.runes, s.places[i:i+1]); (&line{found: c}).talk() > 0 {
			word = s.offset(s.places[i].rune())
			break
		}
	}
	cut := 0
	for at := s.lo; ; cut = at {
		if at += shingle.FirstSentence(s.text[at:s.hi], true); at > word {
			break
		}
	}
	if cut-s.lo < leastStory {
		return 0
	}
	return cut
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
			s.set(i, Footer, "goes on with the footer above it")
		}
	}
	for i := len(ls) - 2; i >= 0; i-- {
		if ls[i+1].reason == Footer && ls[i].reason == "" && ls[i].precedes(&ls[i+1]) {
			s.set(i, Footer, "begins the footer below it")
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
			s.set(j, Navigation, "an entry of the list above it")
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
