package ingest

import (
	"regexp"
	"strings"

	"golang.org/x/net/html"
)

// Fields of dumps often hold HTML: tags and entities between the words, which would keep
// copies from finding each other. They are taken out where a text clearly is HTML:
//
//   - it has the end of a block (</p>, </div> …), and tags begin or end it, or stand in it at
//     least twice; or a <br>, and another one, or any end tag; or
//   - it begins with a tag and ends with one, or has a figure above or below the line; or
//   - a <p> or <br> follows the end of a sentence or another tag without a space (the
//     comments of Hacker News part paragraphs with one <p>, which nothing closes); or
//   - every & in it begins an entity, and one of these is a space, a quotation mark, a
//     dash or a number (&nbsp; &ldquo; &#8212;), which nobody writes by hand, or a &gt; begins
//     a line, which quotes.
//
// A text about HTML names tags between quotation marks or back ticks: one with more tags
// than not between such signs is left as it is. (One such sign says nothing: a paragraph
// often ends in a quotation.) "AT&amp;T" alone is left too: it may be what was
// printed.

var (
	tag       = regexp.MustCompile(`(?i)</?(?:p|br|div|span|a|b|i|u|em|strong|font|center|img|h[1-6]|ul|ol|li|dl|dt|dd|table|tbody|thead|tr|td|th|blockquote|section|article|figure|figcaption|script|style|hr|sup|sub|small|pre|code|iframe|video|header|footer|main|html|body|head|meta|!--)(?:\s[^<>]*)?/?>`)
	breaking  = regexp.MustCompile(`(?i)</(?:p|div|li|h[1-6]|td|tr|blockquote|section|article)\s*>`)
	lineBreak = regexp.MustCompile(`(?i)<br\s*/?>`)
	// raisedFigure is an exponent, an index or the number of a note.
	raisedFigure = regexp.MustCompile(`(?i)[^\s<>"'“‘\x60]<su(?:p|b)(?:\s[^<>]*)?>(?:<a\s[^<>]*>)?[\[(]?[-+−]?\d{1,4}[\])]?[+−-]?(?:</a>)?</su[pb]>`)
	parting      = regexp.MustCompile(`(?i)[.!?…。！？;；"”’」』)）\]】>]<(?:p|br)(?:\s[^<>]*)?/?>`)
	cited        = regexp.MustCompile("[`'\"“‘「『《]\\s?</?[a-zA-Z][^<>]{0,40}>(?:[^<>`'\"”’」』》]{0,40}</[a-zA-Z0-9]{1,10}>)?\\s?[`'\"”’」』》]")
	entity       = regexp.MustCompile(`&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,30});`)
	typeset      = regexp.MustCompile(`&(?:#\d{2,7}|#[xX][0-9a-fA-F]{2,6}|nbsp|ensp|emsp|[lr][ds]quo|[mn]dash|hellip|middot|quot|bull|laquo|raquo|times);|(?m)^\s*&gt;\s`)
	blockNames   = strings.Fields("p br div li ul ol h1 h2 h3 h4 h5 h6 tr td th table blockquote section article figure figcaption hr pre dl dt dd header footer main title")
)

// unmarked returns the text of a field that is HTML; ok is false if it is none.
func unmarked(s string) (text string, ok bool) {
	if strings.IndexByte(s, '<') < 0 && strings.IndexByte(s, '&') < 0 {
		return s, false
	}
	switch {
	case isMarkup(s):
		return textOfMarkup(s), true
	case isEscaped(s):
		return html.UnescapeString(s), true
	}
	return s, false
}

func isMarkup(s string) bool {
	tags := tag.FindAllStringIndex(s, -1)
	if len(tags) == 0 || 2*len(cited.FindAllStringIndex(s, -1)) >= len(tags) {
		return false
	}
	trimmed := strings.TrimSpace(s)
	first := tag.FindStringIndex(trimmed)
	begins, ends := first[0] == 0, strings.HasSuffix(trimmed, ">")
	if raisedFigure.MatchString(s) {
		return true
	}
	edge, breaks := begins || ends, len(lineBreak.FindAllStringIndex(s, 3))
	switch {
	case begins && ends && len(tags) > 1, parting.MatchString(s):
		return true
	case breaking.MatchString(s):
		return edge || len(tags) > 1
	}
	return breaks > 0 && (edge || breaks > 1 || strings.Contains(s, "</"))
}

func isEscaped(s string) bool {
	return strings.Count(s, "&") == len(entity.FindAllStringIndex(s, -1)) && typeset.MatchString(s)
}

// textOfMarkup returns what a browser would show of a piece of HTML: blocks on lines of
// their own, white space drawn together where there are such blocks.
func textOfMarkup(s string) string {
	blocks := map[string]bool{}
	for _, name := range blockNames {
		blocks[name] = true
	}
	z := html.NewTokenizer(strings.NewReader(s))
	var b []byte
	var open []markupPart
	skip, left, apart := "", false, false // after the mark of a note, or a part
	for {
		switch kind := z.Next(); kind {
		case html.ErrorToken:
			return tidy(string(b))
		case html.TextToken:
			if skip == "" {
				text := string(z.Text())
				if left {
					b, text = afterMark(b, text)
				}
				if apart && touching(b, text) {
					b = append(b, ' ')
				}
				b, left, apart = append(b, text...), false, false
			}
		case html.StartTagToken, html.EndTagToken, html.SelfClosingTagToken:
			raw, more := z.TagName()
			name := string(raw)
			switch {
			case skip != "":
				if kind == html.EndTagToken && name == skip {
					skip = ""
				}
			case kind == html.StartTagToken && (name == "script" || name == "style" || name == "iframe" || name == "noscript" || name == "del"):
				skip = name
			case blocks[name]:
				b, open = append(b, '\n'), open[:0]
			case kind == html.EndTagToken:
				if at := len(open) - 1; at >= 0 && open[at].name == name {
					before := len(b)
					b = open[at].close(b, open[:at])
					left, apart, open = left || len(b) < before, true, open[:at]
				}
			case name == "sup" || name == "sub" || name == "s" || name == "span" || name == "a":
				open = append(open, openPart(z, name, len(b), more))
			}
		}
	}
}

// markupPart is an element in a line that may stand above or below it, or be the mark of a note.
type markupPart struct {
	name          string
	start         int
	level         int
	role, address string // of a link
	raised        bool   // something above the line is in it
	marks         bool   // and so are marks
}

// openPart reads the start tag of a part; more says that it has attributes.
func openPart(z *html.Tokenizer, name string, start int, more bool) markupPart {
	p := markupPart{name: name, start: start, level: levelsOfTags[name]}
	for more {
		var key, value []byte
		switch key, value, more = z.TagAttr(); string(key) {
		case "href":
			p.address = string(value)
		case "role", "epub:type":
			p.role += " " + string(value)
		case "style":
			p.level = firstLevel(levelOfStyle(string(value)), p.level)
		}
	}
	p.raised = p.level == above
	return p
}

// close returns the text with what stands in a part as plain text writes it. around are the parts
// that it is in.
func (p *markupPart) close(b []byte, around []markupPart) []byte {
	in := &markupPart{}
	if len(around) > 0 {
		in = &around[len(around)-1]
	}
	shown := string(b[p.start:])
	switch p.name {
	case "a":
		if isNoteMark(p.role, p.address, shown, p.raised || in.raised) {
			in.marks = true
			return b[:p.start]
		}
	default:
		in.raised, in.marks = in.raised || p.raised, in.marks || p.marks
		switch {
		case p.marks && p.level != 0 && !hasWord(shown):
			return b[:p.start]
		case p.level != 0 || p.name == "s":
			return raise(b, p.start, p.level)
		}
	}
	return b
}

// tidy draws white space together: no spaces at the ends of lines, no empty lines.
func tidy(s string) string {
	var lines []string
	for line := range strings.Lines(s) {
		line = strings.Join(strings.FieldsFunc(line, func(r rune) bool { return r == ' ' || r == '\t' || r == '\n' || r == '\r' || r == '\u00a0' }), " ")
		if strings.Trim(line, " 　") != "" {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}
