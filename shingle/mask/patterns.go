package mask

import (
	_ "embed"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"repost/shingle/lexicon"
)

// builtin holds all words and patterns; the head of patterns.txt says its form. What a user
// adds for the outlets of his own has the same form, and is read by the same code.
//
//go:embed patterns.txt
var builtin string

// Patterns are words and patterns made ready.
type Patterns struct {
	words  *wordbook
	labels *labelSet
	lists  map[string][]string
	at     [positions]patternSet
}

// position is where a pattern is looked for.
type position int

// The positions.
const (
	inLine position = iota
	atHead
	inBracket
	afterSentence // in a bracket that follows the end of a sentence
	positions
)

// positionNames are the positions as patterns.txt names them; afterSentence is a condition
// there.
var positionNames = []string{"line", "head", "bracket"}

// longestMatch bounds the runes that "most" may say.
const longestMatch = 4 * short

// A group is one group of a file of patterns.
type group struct {
	number   int // of its line
	user     bool
	what     string
	name     string
	options  pattern
	at       position // of patterns
	entries  []entryLine
	examples []example
}

// entryLine is a word or an expression, and the number of its line.
type entryLine struct {
	number int
	text   string
}

type example struct {
	number int
	text   string
	masked bool
}

// PatternError says what is wrong with a file of patterns, and where.
type PatternError struct {
	Line    int
	Problem string
}

func (e *PatternError) Error() string { return fmt.Sprintf("line %d: %s", e.Line, e.Problem) }

// Default are the patterns of this package, made ready at first use.
var Default = sync.OnceValue(func() *Patterns {
	p, err := compile(builtin, "")
	if err != nil {
		panic("mask: patterns.txt: " + err.Error())
	}
	return p
})

// ReadPatterns returns the patterns of this package and those of text, a file in the form
// of patterns.txt. Its error is a *PatternError, also if a pattern does not treat one of its
// examples as the file says. Compiling takes some milliseconds.
func ReadPatterns(text string) (*Patterns, error) {
	p, err := compile(builtin, text)
	if err != nil {
		return nil, err
	}
	groups, err := parse(text)
	if err != nil {
		return nil, err
	}
	for i := range groups {
		if err := p.examine(&groups[i]); err != nil {
			return nil, err
		}
	}
	return p, p.try(groups)
}

// examine returns what of a user's group can have no effect, or another than it seems to:
// an expression that never matches, a phrase that is read as several words.
func (p *Patterns) examine(g *group) error {
	if len(g.entries) == 0 {
		return &PatternError{g.number, fmt.Sprintf("nothing belongs to %s %s: what does is indented", g.what, g.name)}
	}
	for i, e := range g.entries {
		switch {
		case !g.isPattern() && e.text == "":
			return &PatternError{e.number, "a word of which nothing is left once it is folded"}
		case !g.isPattern() && i > 0 && g.entries[i-1].number == e.number:
			before := g.entries[i-1].text
			return &PatternError{e.number, fmt.Sprintf("%s and %s are two words: give each a line of its own, or write %s for the phrase, since lines are compared without blanks", before, e.text, before+e.text)}
		case g.isPattern():
			if name := p.unknown(e.text); name != "" {
				return &PatternError{e.number, fmt.Sprintf("%s is not known; there are {open}, {close}, {name}, the kinds of words and the lists of patterns.txt", name)}
			}
			re, err := p.expression(e.text)
			if err != nil {
				return &PatternError{e.number, err.Error()}
			}
			tree, prog := program(re)
			if err := possible(tree, prog, g); err != nil {
				return &PatternError{e.number, fmt.Sprintf("%s never matches: %v", e.text, err)}
			}
		}
	}
	for _, e := range g.examples {
		if fold(e.text) == "" {
			return &PatternError{e.number, "an example without a text"}
		}
	}
	return nil
}

// unknown returns the first reference of an expression that expression does not fill in, or "".
func (p *Patterns) unknown(e string) string {
	for _, at := range reference.FindAllStringIndex(e, -1) {
		name := e[at[0]+1 : at[1]-1]
		if class := strings.HasSuffix(e[:at[0]], `\x`) || strings.HasSuffix(e[:at[0]], `\p`) || strings.HasSuffix(e[:at[0]], `\P`); class {
			continue
		}
		if name != "open" && name != "close" && name != "name" && kindOf(name) == kinds && p.lists[name] == nil {
			return e[at[0]:at[1]]
		}
	}
	return ""
}

// compile makes patterns of files; errors are those of the last, the user's.
func compile(files ...string) (*Patterns, error) {
	var all []group
	lists := map[string]bool{}
	for i, f := range files {
		groups, err := parse(f)
		if err != nil {
			return nil, err
		}
		for k := range groups {
			g := &groups[k]
			g.user = i > 0
			switch {
			case g.what == "list" && i == 0:
				lists[g.name] = true
			case g.what == "list" && !lists[g.name]:
				return nil, &PatternError{g.number, "a list of patterns.txt is wanted; there are " + strings.Join(slices.Sorted(maps.Keys(lists)), ", ")}
			}
		}
		all = append(all, groups...)
	}
	p := &Patterns{lists: map[string][]string{}}
	var words [kinds][]string
	labels := map[string]use{}
	for _, g := range all {
		switch g.what {
		case "words":
			words[kindOf(g.name)] = append(words[kindOf(g.name)], g.words()...)
		case "labels":
			for _, w := range g.words() {
				labels[w] |= useNames[g.name]
			}
		case "list":
			p.lists[g.name] = append(p.lists[g.name], g.words()...)
		}
	}
	var err error
	if p.words, err = build(words); err != nil {
		return nil, &PatternError{all[len(all)-1].number, err.Error()}
	}
	p.labels = newLabels(labels)
	steps := 0
	for _, g := range all {
		if !g.isPattern() {
			continue
		}
		for _, e := range g.entries {
			o := g.options
			o.number, o.user = e.number, g.user
			if o.re, err = p.expression(e.text); err != nil {
				return nil, &PatternError{e.number, fmt.Sprintf("%s is no regular expression: %v", e.text, err)}
			}
			if o.re.MatchString("") {
				return nil, &PatternError{e.number, e.text + " matches the empty text, and so every line"}
			}
			tree, prog := program(o.re)
			if steps += len(prog.Inst); steps > mostSteps {
				return nil, &PatternError{e.number, fmt.Sprintf("all expressions have more than %d steps, counting a repetition as often as it may come", mostSteps)}
			}
			if o.heads = firstRunes(prog); o.heads == nil {
				o.needs = required(tree)
			}
			p.at[g.at].add(Reason(g.name), o)
		}
	}
	return p, nil
}

// parse reads a file of patterns.
func parse(text string) ([]group, error) {
	var groups []group
	for i, line := range strings.Split(text, "\n") {
		line, number := strings.TrimRight(line, "\r"), i+1
		if number == 1 {
			line = strings.TrimPrefix(line, "\ufeff")
		}
		switch {
		case strings.TrimSpace(line) == "" || line[0] == '#':
			continue
		case line[0] != '\t' && line[0] != ' ' && line[0] != '+' && line[0] != '-':
			g, err := readHeading(strings.Fields(line))
			if err != nil {
				return nil, &PatternError{number, err.Error()}
			}
			g.number = number
			groups = append(groups, g)
			continue
		case len(groups) == 0:
			return nil, &PatternError{number, "stands under no heading, as \"line footer\" or \"words self\""}
		}
		g := &groups[len(groups)-1]
		rest := strings.TrimSpace(line[1:])
		switch {
		case line[0] == '+' || line[0] == '-':
			g.examples = append(g.examples, example{number, rest, line[0] == '+'})
		case g.isPattern():
			g.entries = append(g.entries, entryLine{number, rest})
		default:
			for w := range strings.FieldsSeq(rest) {
				g.entries = append(g.entries, entryLine{number, fold(w)})
			}
		}
	}
	return groups, nil
}

// words returns the words of a group that has some.
func (g *group) words() []string {
	var out []string
	for _, e := range g.entries {
		if e.text != "" {
			out = append(out, e.text)
		}
	}
	return out
}

func (g *group) isPattern() bool { return slices.Contains(positionNames, g.what) }

// readHeading reads the heading of a group.
func readHeading(f []string) (g group, err error) {
	g.what, g.options = f[0], pattern{kind: kinds, most: short}
	if len(f) < 2 {
		return g, fmt.Errorf("%q wants a name", f[0])
	}
	g.name = f[1]
	var known []string
	switch g.what {
	case "line", "head", "bracket":
		g.at = position(slices.Index(positionNames, g.what))
		for _, r := range Reasons {
			known = append(known, string(r))
		}
	case "words":
		known = kindNames
	case "labels":
		known = Uses()
	case "list": // the code reads no others
		return g, nil
	default:
		return g, fmt.Errorf("%q is no heading; there are words, labels, list, line, bracket and head (what belongs to a heading is indented)", g.what)
	}
	if !slices.Contains(known, g.name) {
		return g, fmt.Errorf("%s %s is not known; there are %s", g.what, g.name, strings.Join(known, ", "))
	}
	for f = f[2:]; len(f) > 0; f = f[1:] {
		switch {
		case !g.isPattern():
			return g, fmt.Errorf("%q: %s take no condition", f[0], g.what)
		case f[0] == "unfinished":
			g.options.unfinished = true
		case f[0] == "after-sentence" && g.at == inBracket:
			g.at = afterSentence
		case f[0] == "if" && len(f) > 1 && kindOf(f[1]) < kinds:
			g.options.kind, f = kindOf(f[1]), f[1:]
		case f[0] == "most" && len(f) > 1:
			n, err := strconv.Atoi(f[1])
			if err != nil || n < 1 || n > longestMatch {
				return g, fmt.Errorf("most %s is not a number from 1 to %d", f[1], longestMatch)
			}
			g.options.most, f = n, f[1:]
		default:
			return g, fmt.Errorf("%q is no condition; there are if KIND, most N, unfinished and, in a bracket, after-sentence", f[0])
		}
	}
	return g, nil
}

// expression compiles a pattern: {name} and the like are filled in.
func (p *Patterns) expression(e string) (*regexp.Regexp, error) {
	e = reference.ReplaceAllStringFunc(e, func(r string) string {
		switch name := r[1 : len(r)-1]; name {
		case "open":
			return `[(\[【<《*·●◆>\-▲]*`
		case "close":
			return `[)\]】>》*。.;:,]*`
		case "name":
			return p.name()
		default:
			words := p.lists[name]
			if k := kindOf(name); k < kinds {
				words = p.words.kinds[k]
			}
			if len(words) == 0 {
				return r
			}
			quoted := make([]string, len(words))
			for i, w := range words {
				quoted[i] = regexp.QuoteMeta(w)
			}
			return strings.Join(quoted, "|")
		}
	})
	return regexp.Compile(e)
}

var reference = regexp.MustCompile(`\{[a-z][a-z-]*\}`)

// name is the expression of a Chinese name, as isName has it.
func (p *Patterns) name() string {
	var surnames strings.Builder
	for _, w := range lexicon.FirstSurname.Words() {
		surnames.WriteString(w)
	}
	var han strings.Builder // Han but notName
	lo := rune(0x3400)
	not := []rune(strings.Join(p.lists["not-name"], ""))
	slices.Sort(not)
	for _, c := range append(not, 0xA000) {
		if lo < c {
			fmt.Fprintf(&han, `\x{%X}-\x{%X}`, lo, c-1)
		}
		lo = c + 1
	}
	return "[" + surnames.String() + "][" + han.String() + "]{1,2}"
}

// try masks the examples of groups, each as a paragraph of its own in a text, or, for
// what stands in one, at its head or its end.
func (p *Patterns) try(groups []group) error {
	f := Finder{Patterns: p}
	for i := range groups {
		g := &groups[i]
		for _, e := range g.examples {
			before, after := paragraph+"\n", "\n"+paragraph
			switch g.at {
			case inBracket, afterSentence:
				before, after = before+paragraph+"（", "）"+after
			case atHead:
				after = paragraph
			}
			at := len(before) + len(e.text)/2
			if g.at == atHead { // what comes after the head is a part of the example
				at = len(before) + len(e.text) - len(strings.TrimLeft(e.text, " \t\u3000"))
			}
			masked := false
			for _, m := range f.Find(nil, before+e.text+after) {
				if m.Span.Lo <= at && at < m.Span.Hi && (!g.isPattern() || m.Reason == Reason(g.name)) {
					masked = true
				}
			}
			switch {
			case masked && !e.masked:
				return &PatternError{e.number, "the example is masked, and should not be"}
			case !masked && e.masked:
				return &PatternError{e.number, "the example is not masked, and should be"}
			}
		}
	}
	return nil
}

// paragraph is text that no pattern masks.
const paragraph = "老街的石板路修好以后，早市又热闹起来。卖豆腐的王大娘说，铺子开了三十年，今年的客人最多。"
