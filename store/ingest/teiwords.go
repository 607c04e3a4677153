package ingest

import "strings"

// Words of TEI, each an element (w, and pc for marks), as taggers and ParlaMint write them. Where
// a blank stands is said by join (right, left, both), or by what stands between the elements. If
// neither says it, because each word is on a line of its own, they are printed as words of other
// corpora are (wordline.go).

// printWords sets the blanks between the words below text.
func printWords(text *element) {
	p := &wordPrinter{holds: map[*element]bool{}}
	p.survey(text)
	if p.joins == 0 && (p.lines == 0 || p.blanks > 0 || p.bare > 0) {
		return
	}
	p.glued = p.joins > 0
	p.walk(text)
}

type wordPrinter struct {
	wordWriter
	joins, lines, blanks, bare int               // words with join; what stands between two words: a line end, a blank, nothing
	between                    string            // what stood since the last word
	after                      bool              // a word came
	join                       string            // of the last word
	holds                      map[*element]bool // words are in it
}

// survey counts how the words are parted, and reports whether e has any.
func (p *wordPrinter) survey(e *element) (found bool) {
	for _, c := range e.content {
		switch c := c.(type) {
		case string:
			p.between += c
		case *element:
			if !isWordOfTEI(c) {
				if endsSentence(c) {
					p.after = false
				}
				found = p.survey(c) || found
				continue
			}
			switch {
			case c.attr("join") != "":
				p.joins++
			case !p.after:
			case strings.Contains(p.between, "\n"):
				p.lines++
			case p.between != "":
				p.blanks++
			case c.name == "w": // a mark often stands right after a word
				p.bare++
			}
			found, p.after, p.between = true, true, ""
		}
	}
	if found {
		p.holds[e] = true
	}
	return found
}

func isWordOfTEI(e *element) bool { return e.name == "w" || e.name == "pc" }

// endsSentence reports whether no word of e belongs to a sentence around it.
func endsSentence(e *element) bool {
	return teiBlocks[e.name] || e.name == "s" || e.name == "note" || e.name == "lb" || e.name == "pb"
}

// walk writes the words with the blanks before them, and takes out what stood between.
func (p *wordPrinter) walk(e *element) {
	kept := e.content[:0]
	for i, c := range e.content {
		switch c := c.(type) {
		case string:
			if strings.TrimSpace(c) == "" && (i > 0 && p.isWord(e.content[i-1]) || i+1 < len(e.content) && p.isWord(e.content[i+1])) {
				continue
			}
			p.last = c
			kept = append(kept, c)
		case *element:
			kept = append(kept, c)
			switch {
			case isWordOfTEI(c):
				p.print(c)
			case endsSentence(c) && c.name != "s":
				line, last, join := p.line, p.last, p.join
				p.line = false
				p.walk(c)
				p.line = false
				if c.name == "note" { // it is put after the text
					p.line, p.last, p.join = line, last, join
				}
			default:
				if c.name == "s" {
					p.join = ""
				}
				p.walk(c)
			}
		}
	}
	e.content = kept
}

// isWord reports whether a part is a word, or holds some.
func (p *wordPrinter) isWord(c any) bool {
	e, ok := c.(*element)
	return ok && (isWordOfTEI(e) || p.holds[e])
}

// print puts a blank before a word if one is printed there.
func (p *wordPrinter) print(e *element) {
	word := e.line()
	if word == "" {
		return
	}
	trimAt(e.content, 0, func(s string) string { return strings.TrimLeft(s, " \t\r\n") })
	trimAt(e.content, len(e.content)-1, func(s string) string { return strings.TrimRight(s, " \t\r\n") })
	join := e.attr("join")
	if p.line && p.join != "right" && p.join != "both" && join != "left" && join != "both" && p.blankBefore(word) {
		e.content = append([]any{" "}, e.content...)
	}
	if word == `"` {
		p.quotes++
	}
	p.line, p.last, p.join = true, word, join
}
