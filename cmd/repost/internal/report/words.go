package report

import (
	_ "embed"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// Words says a phrase of the program in another language; nil is English, as the phrases
// are written. What it does not know it returns as it is.
type Words func(english string) string

// say is the phrase in the language of w.
func (w Words) say(english string) string {
	if w == nil {
		return english
	}
	return w(english)
}

// Translated returns the words of a language: "zh", or nil for any other.
func Translated(lang string) Words {
	if lang != "zh" {
		return nil
	}
	return chinese().say
}

// chineseSource is a catalogue of messages, as gettext has them: the English phrase and
// the Chinese one. In a phrase, {} is replaced by words of a text, which stay as they are,
// and [] by a phrase, which is translated too; the Chinese one has them in the same order,
// or numbered: {2}.
//
//go:embed words_zh.txt
var chineseSource string

// catalogue is the phrases of a language.
type catalogue struct {
	whole    map[string]string
	patterns []phrase
}

// phrase is a phrase with holes.
type phrase struct {
	head     string // what it begins with
	match    *regexp.Regexp
	holes    []bool // whether each is a phrase itself
	said     []string
	order    []int // of the holes in said
	literals int   // bytes outside of the holes: what has more is tried first
}

var chinese = sync.OnceValue(func() *catalogue { return parseCatalogue(chineseSource) })

var hole = regexp.MustCompile(`\{[1-9]?\}|\[[1-9]?\]`)

func parseCatalogue(source string) *catalogue {
	c := &catalogue{whole: map[string]string{}}
	for line := range strings.Lines(source) {
		english, said, ok := strings.Cut(strings.TrimRight(line, "\r\n"), "\t")
		if !ok || strings.HasPrefix(line, "#") {
			continue
		}
		holes := hole.FindAllStringIndex(english, -1)
		if holes == nil {
			c.whole[english] = said
			continue
		}
		p := phrase{head: english[:holes[0][0]], literals: len(english)}
		expr, at := "(?s)^", 0
		for _, h := range holes {
			expr += regexp.QuoteMeta(english[at:h[0]]) + "(.+?)"
			at = h[1]
			p.holes = append(p.holes, english[h[0]] == '[')
			p.literals -= h[1] - h[0]
		}
		p.match = regexp.MustCompile(expr + regexp.QuoteMeta(english[at:]) + "$")
		at = 0
		for i, h := range hole.FindAllStringIndex(said, -1) {
			p.said = append(p.said, said[at:h[0]])
			if at = h[1]; h[1]-h[0] == 3 {
				i = int(said[h[0]+1] - '1')
			}
			p.order = append(p.order, i)
		}
		p.said = append(p.said, said[at:])
		c.patterns = append(c.patterns, p)
	}
	slices.SortStableFunc(c.patterns, func(a, b phrase) int { return b.literals - a.literals })
	return c
}

// separators part the phrases of a list, and what parts them in Chinese.
var separators = [][2]string{{"; ", "；"}, {", ", "，"}}

// mostPhrase bounds the bytes of what is looked up as a pattern.
const mostPhrase = 2 << 10

// say looks a phrase up: as it is, as one with holes, as a list of phrases.
func (c *catalogue) say(english string) string {
	if said, ok := c.whole[english]; ok {
		return said
	}
	if english == "" || len(english) > mostPhrase {
		return english
	}
	for _, s := range separators {
		if said, whole := c.list(english, s); whole {
			return said
		}
	}
	for i := range c.patterns {
		p := &c.patterns[i]
		if !strings.HasPrefix(english, p.head) {
			continue
		}
		found := p.match.FindStringSubmatch(english)
		if found == nil {
			continue
		}
		var b strings.Builder
		for k, hole := range p.order {
			b.WriteString(p.said[k])
			if s := found[hole+1]; p.holes[hole] {
				b.WriteString(c.say(s))
			} else {
				b.WriteString(s)
			}
		}
		b.WriteString(p.said[len(p.order)])
		return b.String()
	}
	for _, s := range separators {
		if said, _ := c.list(english, s); said != english {
			return said
		}
	}
	return english
}

// splitPhrases takes a list apart; what stands in quotation marks is words of a text.
func splitPhrases(s, separator string) []string {
	var out []string
	lo, quoted := 0, 0
	for i, r := range s {
		switch {
		case i < lo:
		case r == '“':
			quoted++
		case r == '”':
			quoted--
		case quoted == 0 && strings.HasPrefix(s[i:], separator):
			out = append(out, s[lo:i])
			lo = i + len(separator)
		}
	}
	return append(out, s[lo:])
}

// list looks up the phrases of a list; whole if all of them are known.
func (c *catalogue) list(english string, separator [2]string) (said string, whole bool) {
	parts := splitPhrases(english, separator[0])
	if len(parts) < 2 {
		return english, false
	}
	known := 0
	for i, part := range parts {
		if parts[i] = c.say(part); parts[i] != part {
			known++
		}
	}
	if known == 0 {
		return english, false
	}
	return strings.Join(parts, separator[1]), known == len(parts)
}
