package diff

import (
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"repost/dedup/quantity"
	"repost/shingle"
)

// Labels are the numbers that the parts of a text are called by: 第十二条, Article 12, § 12,
// Artikel 12, 제12조, (三), 4., IV., b). One that begins a line heads a part; one inside of a
// line refers to it. Numbers are Arabic or of any other script, Han, Roman, circled or single
// letters.
//
// Cost: two passes of regular expressions over a text, and only where a change touches what
// may be a label.

// label is a number of a part, where it stands.
type label struct {
	at     shingle.Span
	number shingle.Span
	system string // the label without its number: all 第…条 are of one system
	n      int
	head   bool // begins its line
}

// labelsOf returns the labels of text, in order, disjoint.
func labelsOf(text string) []label { return findLabels(text, false) }

// longestLabel is more than the bytes of a label: where a line begins with one, no more of it
// is looked at.
const longestLabel = 96

// findLabels is labelsOf, or returns only the labels that begin their lines.
func findLabels(text string, heads bool) []label {
	var out []label
	named, bare := pattern("label-named"), pattern("label-bare")
	add := func(lo int, m []int, head bool) {
		for g := 2; g+5 < len(m); g += 6 {
			if m[g+2] < 0 {
				continue
			}
			number := shingle.Span{Lo: lo + m[g+2], Hi: lo + m[g+3]}
			n, ok := labelNumber(number.Of(text))
			if !ok {
				return
			}
			l := label{number: number, at: number, n: n, head: head}
			if m[g] >= 0 && m[g] < m[g+1] {
				l.at.Lo = lo + m[g]
			}
			if m[g+5] > m[g+4] {
				l.at.Hi = lo + m[g+5]
			}
			l.system = strings.ToLower(text[l.at.Lo:number.Lo]) + "#" + kindOfNumber(number.Of(text)) + text[number.Hi:l.at.Hi]
			l.system = singular(strings.Map(func(r rune) rune {
				if unicode.IsSpace(r) {
					return -1
				}
				return r
			}, norm.NFKC.String(l.system)))
			out = append(out, l)
			for !heads && l.system[0] != '#' { // §§ 3, 5 bis 7
				rest := text[l.at.Hi:min(len(text), l.at.Hi+2*longestLabel)]
				m := pattern("label-more").FindStringSubmatchIndex(rest[:min(len(rest), longestLabel)])
				if m == nil {
					return
				}
				line := strings.LastIndexByte(rest[:m[2]], '\n') + 1
				if line > 0 && bare.FindStringSubmatchIndex(rest[line:]) != nil {
					return // it heads the next item: under paragraph 4;⏎2. …
				}
				l.number = shingle.Span{Lo: l.at.Hi + m[2], Hi: l.at.Hi + m[3]}
				l.at, l.head = l.number, false
				if l.n, ok = labelNumber(l.number.Of(text)); !ok {
					return
				}
				out = append(out, l)
			}
			return
		}
	}
	for lo := 0; lo < len(text); {
		end := lo + strings.IndexByte(text[lo:], '\n')
		if end < lo {
			end = len(text)
		}
		line := text[lo:end]
		if m := bare.FindStringSubmatchIndex(line); m != nil {
			add(lo, m, true)
		}
		const marks = " \t\u3000\u00a0#*_>-" // of lists and headings
		if heads {
			at := len(line) - len(strings.TrimLeft(line, marks))
			if m := named.FindStringSubmatchIndex(line[:min(len(line), at+longestLabel)]); m != nil && m[0] <= at {
				add(lo, m, true)
			}
		} else {
			for _, m := range named.FindAllStringSubmatchIndex(line, -1) {
				add(lo, m, strings.Trim(line[:m[0]], marks) == "")
			}
		}
		lo = end + 1
	}
	readRoman(out, text)
	return out
}

// singular returns a system without the plural of its word: §§ 3 and 4 are § 3 and § 4.
func singular(system string) string {
	word, rest, _ := strings.Cut(strings.Replace(system, "§§", "§", 1), "#")
	if len(word) > len("parts") {
		word = strings.TrimSuffix(word, "s")
	}
	return word + "#" + rest
}

// readRoman takes single letters for Roman numbers where the label before or after is one:
// V after IV.
func readRoman(labels []label, text string) {
	type key struct {
		system string
		n      int
	}
	have := map[key]bool{}
	for _, l := range labels {
		if strings.Contains(l.system, "#i") {
			have[key{l.system, l.n}] = true
		}
	}
	for i := 0; i < len(labels) && len(have) > 0; i++ {
		l := &labels[i]
		n, ok := roman(strings.ToUpper(l.number.Of(text)))
		system := strings.Replace(l.system, "#a", "#i", 1)
		if ok && system != l.system && (have[key{system, n - 1}] || have[key{system, n + 1}]) {
			l.system, l.n = system, n
		}
	}
}

// kindOfNumber parts systems whose labels look alike but for how their numbers are written:
// (a) and (1).
func kindOfNumber(s string) string {
	r, _ := utf8.DecodeRuneInString(s)
	switch {
	case len(s) == 1 && unicode.IsLetter(r):
		return "a"
	case r < utf8.RuneSelf && unicode.IsLetter(r):
		return "i"
	}
	return ""
}

// labelNumber reads the number of a label.
func labelNumber(s string) (int, bool) {
	r, size := utf8.DecodeRuneInString(s)
	switch {
	case r >= '①' && r <= '⑳':
		return int(r-'①') + 1, true
	case r >= 'Ⅰ' && r <= 'Ⅻ':
		return int(r-'Ⅰ') + 1, true
	case size == len(s) && r < utf8.RuneSelf && unicode.IsLetter(r):
		return int(unicode.ToLower(r)-'a') + 1, true
	case r < utf8.RuneSelf && unicode.IsLetter(r):
		return roman(strings.ToUpper(s))
	}
	return quantity.Integer(s)
}

// roman reads a number of Roman numerals, up to 399.
func roman(s string) (int, bool) {
	n, last := 0, 0
	for i := len(s) - 1; i >= 0; i-- {
		v := map[byte]int{'I': 1, 'V': 5, 'X': 10, 'L': 50, 'C': 100}[s[i]]
		switch {
		case v == 0:
			return 0, false
		case v < last:
			n -= v
		default:
			n, last = n+v, v
		}
	}
	return n, n > 0
}

// labelAt returns the label that holds the whole of s.
func labelAt(labels []label, s shingle.Span) (int, bool) {
	i := sort.Search(len(labels), func(i int) bool { return labels[i].at.Hi >= s.Hi })
	if i < len(labels) && labels[i].at.Lo <= s.Lo && s.Hi <= labels[i].at.Hi {
		return i, true
	}
	return 0, false
}

// labelsIn returns the labels whose numbers lie in s, and what else s holds.
func labelsIn(labels []label, text string, s shingle.Span) (in []label, rest string) {
	at := s.Lo
	for i := sort.Search(len(labels), func(i int) bool { return labels[i].number.Lo >= s.Lo }); i < len(labels) && labels[i].number.Hi <= s.Hi; i++ {
		rest += text[at:labels[i].number.Lo] + "#"
		in, at = append(in, labels[i]), labels[i].number.Hi
	}
	return in, rest + text[at:s.Hi]
}

// aloneAtHead reports whether s is the label of a line that goes on from those before it, alone or
// with white space.
func aloneAtHead(labels []label, goes []bool, text string, s shingle.Span) bool {
	t := s.Of(text)
	s.Lo += len(t) - len(strings.TrimLeftFunc(t, unicode.IsSpace))
	s.Hi = max(s.Lo, s.Hi-len(t)+len(strings.TrimRightFunc(t, unicode.IsSpace)))
	i, ok := labelAt(labels, s)
	return ok && labels[i].head && goes[i] && labels[i].at == s
}

// follows says for each label whether it goes on from the label of its system before it, or
// begins a list.
func follows(labels []label) []bool {
	out := make([]bool, len(labels))
	last := map[string]int{}
	for i, l := range labels {
		if !l.head {
			continue
		}
		out[i] = l.n == last[l.system]+1 || l.n == 1
		last[l.system] = l.n
	}
	return out
}

// leastNumbered is the least number of labels that make a text a numbered one.
const leastNumbered = 5

// numberedParts returns the stretches of text that labels number: those at the beginning of lines,
// of one system, each of the number after the one before it, or of the next to that.
func numberedParts(text string) []shingle.Span {
	type series struct {
		shingle.Span
		n, count int
	}
	open := map[string]series{}
	var out []shingle.Span
	for _, l := range findLabels(text, true) {
		s := open[l.system]
		if s.count == 0 || l.n <= s.n || l.n > s.n+2 {
			s = series{Span: l.at}
		}
		s.Hi, s.n, s.count = l.at.Hi, l.n, s.count+1
		if open[l.system] = s; s.count >= leastNumbered {
			out = append(out, s.Span)
		}
	}
	return shingle.Union(out)
}
