package mask

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"repost/shingle"
)

// Explain answers why a line was masked, or was not. It is Find with a trace: what decides
// says what it decided by, so that what is shown cannot be another rule than the one that
// was at work.

// Line is what is known of a line of a text that is not blank.
type Line struct {
	Span  shingle.Span `json:"span"`
	Masks []Made       `json:"masks"`           // of the line, or of parts of it
	Words []Word       `json:"words,omitempty"` // that the rules know
	// Lacks is what a line without a mask lacks to be what it is nearest to.
	Lacks []Lack `json:"lacks,omitempty"`
}

// Made is a mask and what made it.
type Made struct {
	Mask
	Rule string `json:"rule"`
	// Dropped says that it was taken off again, since too little of the text was left.
	Dropped bool `json:"dropped,omitempty"`
}

// Word is a word of the trade and its kind.
type Word struct {
	Text string `json:"text"`
	Kind string `json:"kind"`
}

// Lack is a rule that does not hold, and all that a line would need for it.
type Lack struct {
	Reason Reason   `json:"reason"`
	Rule   string   `json:"rule"`
	Needs  []string `json:"needs"`
}

// trace is what is noted of the lines of a text.
type trace struct {
	lines []traced
}

type traced struct {
	by    cause
	words []Word
	lacks []Lack
}

// Explain returns the lines of a text and what masks them.
func (f *Finder) Explain(text string) []Line {
	f.scanner.trace = new(trace)
	defer func() { f.scanner.trace = nil }()
	left := f.Find(nil, text)
	s := &f.scanner
	var out []Line
	parts := s.parts
	for i, l := range s.lines {
		line := Line{Span: shingle.Span{Lo: l.lo, Hi: l.hi}, Masks: []Made{}, Words: s.trace.lines[i].words}
		add := func(m Mask, by cause) {
			for len(left) > 0 && left[0].Span.Hi <= m.Span.Lo {
				left = left[1:]
			}
			dropped := len(left) == 0 || left[0].Span.Lo > m.Span.Lo
			line.Masks = append(line.Masks, Made{m, by.String(), dropped})
		}
		for ; len(parts) > 0 && parts[0].Span.Lo < l.hi; parts = parts[1:] {
			if l.reason == "" {
				add(parts[0].Mask, parts[0].by)
			}
		}
		if l.reason != "" {
			add(Mask{line.Span, l.reason}, s.trace.lines[i].by)
		}
		if len(line.Masks) == 0 {
			line.Lacks = s.trace.lines[i].lacks
		}
		out = append(out, line)
	}
	return out
}

// String names the rule: a rule of the code in words, or a pattern and where it stands.
func (c cause) String() string {
	if c.pattern == nil {
		return c.rule
	}
	file := "patterns.txt"
	if c.pattern.user {
		file = "rules"
	}
	return fmt.Sprintf("%s:%d: %s", file, c.pattern.number, shortened(c.pattern.re.String()))
}

// shortened cuts an expression, in which lists of words are filled in.
func shortened(e string) string {
	if r := []rune(e); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return e
}

// note notes what is found of the line at hand.
func (t *trace) note(s *scanner, l *line) {
	n := traced{words: s.words.list(s.runes)}
	if l.reason != "" {
		n.by = s.made
	} else {
		n.lacks = append(s.noFooter(l), s.noByline(l)...)
	}
	t.lines = append(t.lines, n)
}

// list returns the words in line, each once, in their order.
func (l *wordbook) list(line []rune) (out []Word) {
	seen := map[int]bool{}
	for i, r := range line {
		if l.signs[min(r, 1<<16-1)]&wordSign == 0 {
			continue
		}
		for _, e := range l.lists[l.signs[min(r, 1<<16-1)].list()] {
			if !seen[e.index] && hasPrefix(line[i+1:], e.tail) {
				seen[e.index] = true
				out = append(out, Word{string(r) + string(e.tail), kindNames[e.kind]})
			}
		}
	}
	return out
}

// noFooter returns the footer's rule that a line lacks least for, and has most of.
func (s *scanner) noFooter(l *line) []Lack {
	var nearest *Lack
	var least, most int
	for i := range footerRules {
		f := &footerRules[i]
		lack := Lack{Reason: Footer, Rule: f.says}
		missing, has := 0, 0
		for _, a := range f.asks {
			has += min(a.least, l.words(a.of))
			if n := a.least - l.words(a.of); n > 0 {
				missing += n
				lack.Needs = append(lack.Needs, fmt.Sprintf("%d more %s of kind %s", n, map[bool]string{true: "word", false: "words"}[n == 1], kindList(a.of)))
			}
		}
		if f.holds != nil && !f.holds(l) {
			missing++
			lack.Needs = append(lack.Needs, f.also)
		}
		if room := f.room(l); missing == 0 && l.runes > room {
			lack.Needs = append(lack.Needs, fmt.Sprintf("at most %d characters with these words, and it has %d", room, l.runes))
		}
		if nearest == nil || missing < least || missing == least && has > most {
			nearest, least, most = &lack, missing, has
		}
	}
	return []Lack{*nearest}
}

// kindList names kinds of words.
func kindList(of []kind) string {
	names := make([]string, len(of))
	for i, k := range of {
		names[i] = kindNames[k]
	}
	return strings.Join(names, " or ")
}

// noByline returns what a line with the word of a role lacks to be a byline.
func (s *scanner) noByline(l *line) []Lack {
	if l.found[role] == 0 {
		return nil
	}
	lack := Lack{Reason: Byline, Rule: "a role and names, and nothing else"}
	if len(s.runes) > 40 {
		lack.Needs = append(lack.Needs, fmt.Sprintf("at most 40 characters, and it has %d", len(s.runes)))
	}
	if l.full {
		lack.Needs = append(lack.Needs, "no end of a sentence")
	}
	if fault, ok := s.byline(s.runes); !ok && len(fault) > 0 && utf8.RuneCountInString(string(fault)) <= 40 {
		lack.Needs = append(lack.Needs, fmt.Sprintf("a name or an outlet instead of %s", string(fault)))
	}
	return []Lack{lack}
}
