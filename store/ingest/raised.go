package ingest

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"repost/dedup/quantity"
)

// Text above and below the line. 10<sup>3</sup> is not 103, and 2019<sup>4</sup> is 2019 with a
// footnote. Every reader of marked text writes such parts by raise:
//
//   - figures, and the signs + - = ( ) around them, become the characters that Unicode has for
//     them: 10³, 10⁻³, CO₂, ¹/₂; n and i do too, where they are no part of a word;
//   - a word stays as it is (19th, Mme), and so does what has no such character (*, a, †);
//   - where a word or other text that stays would put two figures next to each other, a blank
//     parts them.
//
// The mark that leads to a footnote is no text: a copy without its notes says the same. isNoteMark
// tells it from a figure.

const (
	above = +1
	below = -1
)

// raisedDigits and raisedSigns are the forms above and below the line.
var (
	raisedDigits = map[int][]rune{above: []rune("⁰¹²³⁴⁵⁶⁷⁸⁹"), below: []rune("₀₁₂₃₄₅₆₇₈₉")}
	raisedSigns  = map[int]map[rune]rune{
		above: {'+': '⁺', '-': '⁻', '−': '⁻', '–': '⁻', '=': '⁼', '(': '⁽', ')': '⁾', 'n': 'ⁿ', 'i': 'ⁱ'},
		below: {'+': '₊', '-': '₋', '−': '₋', '–': '₋', '=': '₌', '(': '₍', ')': '₎', 'n': 'ₙ', 'i': 'ᵢ'},
	}
)

// longestRaised is how many characters an exponent or a list of notes may have; more is a text.
const longestRaised = 64

// raise writes line[start:], which stands above or below the line or is only set off from it
// (level 0), as plain text does. Time is linear in line[start:].
func raise(line []byte, start, level int) []byte {
	part := string(line[start:])
	text := strings.TrimLeft(part, " \t\u00a0")
	start += len(part) - len(text)
	if before := line[max(0, start-16):start]; level == above && price.Match(before) && cents.MatchString(text) {
		return append(line[:start], text...)
	}
	before, _ := utf8.DecodeLastRune(line[:start])
	figures, ok := raisedText(strings.TrimRight(text, " \t\u00a0"), level, start > 0 && !unicode.IsSpace(before))
	if ok {
		return append(append(line[:start], figures...), text[len(strings.TrimRight(text, " \t\u00a0")):]...)
	}
	if touching(line[:start], text) {
		return append(append(line[:start], ' '), text...)
	}
	return line
}

// A price has its cents above the line: $19.<sup>95</sup>.
var (
	price = regexp.MustCompile(`[$€£¥]\s?\d+[.,]$`)
	cents = regexp.MustCompile(`^\d\d$`)
)

// touching reports whether a figure ends line and one begins text.
func touching(line []byte, text string) bool {
	before, _ := utf8.DecodeLastRune(line)
	after, _ := utf8.DecodeRuneInString(text)
	return unicode.IsDigit(before) && unicode.IsDigit(after)
}

// raisedText returns text in the characters of a level. ok is false if it has none of them, or is
// a word or a longer text. glued says that something stands right before it.
func raisedText(text string, level int, glued bool) (string, bool) {
	if level == 0 || text == "" || utf8.RuneCountInString(text) > longestRaised {
		return "", false
	}
	var before rune
	figures, row, all := 0, 0, true
	for _, r := range text {
		d := quantity.DigitOf(r)
		if unicode.IsLetter(r) && unicode.IsLetter(before) {
			return "", false
		}
		if before = r; d < 0 {
			row, all = 0, all && raisedSigns[level][r] != 0
			continue
		}
		if figures, row = figures+1, row+1; row > 3 && !glued { // a year in small print
			return "", false
		}
	}
	if figures == 0 && !all {
		return "", false
	}
	var b strings.Builder
	runes := []rune(text)
	for i, r := range runes {
		near := i > 0 && quantity.DigitOf(runes[i-1]) >= 0 != (i+1 < len(runes) && quantity.DigitOf(runes[i+1]) >= 0) || i == 0 && len(runes) > 1 && quantity.DigitOf(runes[1]) >= 0
		switch sign := raisedSigns[level][r]; {
		case quantity.DigitOf(r) >= 0:
			b.WriteRune(raisedDigits[level][quantity.DigitOf(r)])
		case sign != 0 && r != '–' && (all || near && strings.ContainsRune("+-−", r)), sign != 0 && r == '–' && near:
			b.WriteRune(sign)
		default:
			b.WriteRune(r)
		}
	}
	return b.String(), true
}

// raised writes a part of a text at a level (above, below, or 0 for what is only set off). A part
// that is nothing but marks of notes, and what stands between them, is left out.
func (w *textWriter) raised(level int, write func()) {
	ended, start, marks := w.ended, len(w.line), w.marks
	if level != 0 {
		w.above++
	}
	write()
	if level != 0 {
		w.above--
	}
	if w.ended != ended || start >= len(w.line) {
		return
	}
	if w.marks > marks && !hasWord(string(w.line[start:])) {
		w.line = w.line[:start]
		return
	}
	w.line = raise(w.line, start, level)
	w.apart = true
}

func hasWord(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }) >= 0
}

// afterMark takes the brackets off that stand around a mark which was left out at the end of line
// and before text: [4] is one mark, whether its link holds the brackets or stands in them.
func afterMark(line []byte, text string) ([]byte, string) {
	for _, pair := range [...][2]string{{"[", "]"}, {"(", ")"}, {"［", "］"}, {"〔", "〕"}, {"（", "）"}} {
		if rest, ok := strings.CutPrefix(text, pair[1]); ok && strings.HasSuffix(string(line), pair[0]) {
			return line[:len(line)-len(pair[0])], rest
		}
	}
	return line, text
}

var (
	// noteNames are the names that programs give to notes, and to the places of their marks.
	noteNames = regexp.MustCompile(`(?i)(?:^|[-_.:])_?(?:cite_?(?:note|ref)|(?:foot|end|side)?notes?|f(?:n|tn|oot)|en|edn?|ednref|fnref|ftnref|(?:sd)?(?:foot|end)note|anm|fuss(?:note)?|refnote|nref)[-_.:]?\d`)
	// noteSigns are what a mark shows: a number, a letter, a sign, in brackets or not, and some words.
	noteSigns = regexp.MustCompile(`^[\[(（［〔【{^]?\s?(?:(?i:nb|n|fn|note|anm\.?|注|註|注释|†)?\s?\d{1,4}|[ivxlc]{1,6}|\pL|[*＊†‡§¶#※^↑↩⤴]{1,4}|[①-⑳㊀-㊉])[.:,]?\s?[\])）］〕】}^]?(?:\x{FE0E}|\x{FE0F})?$`)
)

// isNoteMark reports whether a link is the mark of a note: a role says so (role, type), or it
// leads to a note of the same file and shows what such marks show. raised says that it stands
// above the line.
func isNoteMark(role, address, shown string, raised bool) bool {
	for kind := range strings.FieldsSeq(strings.ToLower(role)) {
		switch kind {
		case "doc-noteref", "doc-backlink", "noteref", "noteanchor", "note", "footnote", "fn", "table-fn", "endnote", "footnote-ref", "footnoteref", "backlink":
			return true
		}
	}
	_, fragment, ok := strings.Cut(address, "#")
	return ok && fragment != "" && (raised || noteNames.MatchString(fragment)) && noteSigns.MatchString(strings.TrimSpace(shown))
}

// levelsOfTags are the levels of elements of HTML.
var levelsOfTags = map[string]int{"sup": above, "sub": below}

// levelOf returns the level of an element of a page.
func levelOf(n *html.Node) int { return levelsOfTags[elementOf(n).String()] }

// levelOfStyle returns the level that the style of an element says.
func levelOfStyle(style string) int {
	style = strings.ToLower(strings.ReplaceAll(style, " ", ""))
	switch {
	case !strings.Contains(style, "vertical-align:"):
	case strings.Contains(style, "vertical-align:super"), strings.Contains(style, "vertical-align:text-top"):
		return above
	case strings.Contains(style, "vertical-align:sub"):
		return below
	}
	return 0
}

func firstLevel(a, b int) int {
	if a != 0 {
		return a
	}
	return b
}

// isMark reports whether an element of a page is the mark of a note.
func (w *textWriter) isMark(n *html.Node) bool {
	if elementOf(n) != atom.A {
		return false
	}
	raised, shown := w.above > 0, &strings.Builder{}
	for c := range n.Descendants() {
		raised = raised || levelOf(c) == above
		if c.Type == html.TextNode && shown.Len() < longestRaised {
			shown.WriteString(c.Data)
		}
	}
	return isNoteMark(attribute(n, "role")+" "+attribute(n, "epub:type"), attribute(n, "href"), shown.String(), raised)
}

// level returns the level of an element of XML: of JATS, Akoma Ntoso, NITF and XHTML (sup, sub),
// of DocBook, and of TEI, which says it in an attribute.
func (e *element) level() int {
	switch e.name {
	case "sup", "superscript", "frac-num":
		return above
	case "sub", "subscript", "frac-den":
		return below
	case "hi", "seg", "emph", "span", "num", "ref", "emphasis", "inline", "styled-content":
		for _, name := range []string{"rend", "rendition", "style", "role", "class"} {
			v := strings.ToLower(e.attr(name))
			for word := range strings.FieldsFuncSeq(v, func(r rune) bool { return !unicode.IsLetter(r) && r != '-' }) {
				switch word {
				case "sup", "super", "superscript", "superior", "sup-script", "above", "exposant", "hochgestellt":
					return above
				case "sub", "subscript", "inferior", "below", "tiefgestellt":
					return below
				}
			}
		}
	}
	return 0
}

// isMark reports whether an element of XML is the mark of a note.
func (e *element) isMark(raised bool) bool {
	switch e.name {
	case "xref", "ref", "a", "noteRef", "footnoteref", "ptr", "link":
	default:
		return false
	}
	for c := range e.elements() {
		raised = raised || c.level() == above
	}
	kind := firstOf(e.attr("ref-type"), e.attr("type"), e.attr("role"))
	if e.name == "xref" && kind == "bibr" && raised {
		return noteSigns.MatchString(e.plain())
	}
	return isNoteMark(kind, firstOf(e.attr("target"), e.attr("href"), e.attr("linkend")), e.plain(), raised || e.level() == above)
}

// plain returns the strings in e.
func (e *element) plain() string {
	var b strings.Builder
	e.write(&b)
	return strings.TrimSpace(b.String())
}

// levelIn returns the level of the child number n of e in a formula of MathML.
func (e *element) levelIn(n int) int {
	switch {
	case e.name == "msup" && n == 1, e.name == "msubsup" && n == 2:
		return above
	case e.name == "msub" && n == 1, e.name == "msubsup" && n == 1:
		return below
	}
	return 0
}

// math writes an element of MathML in a page: what it shows, without its source in TeX.
func (w *textWriter) math(n *html.Node) {
	e, at := &element{name: n.Data}, 0
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		switch {
		case c.Type == html.TextNode && strings.TrimSpace(c.Data) != "":
			w.text(strings.TrimSpace(c.Data))
		case c.Type != html.ElementNode || c.Data == "annotation" || c.Data == "annotation-xml":
		default:
			if e.name == "mfrac" && at == 1 {
				w.text("/")
			}
			if level := e.levelIn(at); level != 0 {
				w.raised(level, func() { w.math(c) })
			} else {
				w.math(c)
			}
			at++
		}
	}
}
