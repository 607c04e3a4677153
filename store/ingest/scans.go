package ingest

import (
	"bufio"
	"bytes"
	"iter"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Pages of newspapers and books as programs of OCR write them: ALTO, which most libraries
// keep (Library of Congress), PAGE, FineReader's XML, Olive's, and the <text> of paragraphs of
// the Dutch royal library. A file is a document: a page, or an article that the program found.
// A line of the page is a line of the text, blocks are parted by an empty line, and a word that
// was broken at the end of a line stands whole on it.

func (r *run) scanRows(_ *source, in *bufio.Reader) iter.Seq2[row, error] {
	return xmlRows(in, r.opt.MaxRecord, func(path []string) bool { return len(path) == 1 }, scanFields, nil)
}

// looksLikeScan is the sniff of the format.
func looksLikeScan(start []byte) bool {
	switch rootElement(start) {
	case "alto", "PcGts", "XMD-entity":
		return true
	case "document", "page":
		return bytes.Contains(start, []byte("FineReader")) || bytes.Contains(start, []byte(" blockType=")) && bytes.Contains(start, []byte("<formatting"))
	case "text":
		return paragraphsOnly(start)
	}
	return false
}

// paragraphsOnly reports whether a file has a title and paragraphs, and nothing else.
func paragraphsOnly(start []byte) bool {
	paragraphs := 0
	for i := 0; ; {
		t, ok := nextTag(start, i)
		if !ok {
			return paragraphs > 0
		}
		switch i = t.hi; {
		case t.kind == otherTag || t.name == "text" || t.name == "title":
		case t.name == "p":
			paragraphs++
		default:
			return false
		}
	}
}

func scanFields(r xmlRecord) []Field {
	p := &pageText{}
	var title, source, date string
	switch r.name {
	case "alto":
		p.spaced = r.find("SP") != nil
		p.alto(r.element)
	case "PcGts":
		p.regions(r.element)
	case "XMD-entity":
		meta := firstElement(r.find("Meta"), &element{})
		if title = meta.attr("NAME"); strings.HasPrefix(title, "Untitled") {
			title = ""
		}
		source, date = meta.attr("PUBLICATION"), meta.attr("ISSUE_DATE")
		if parts := strings.SplitN(meta.attr("BASE_HREF"), "/", 2); len(parts) == 2 && strings.Count(parts[1], "/") == 2 {
			date = strings.ReplaceAll(parts[1], "/", "-")
		}
		p.olive(r.element)
	case "text":
		title = r.find("title").line()
		for paragraph := range r.all("p") {
			p.write(paragraph.line())
			p.endBlock()
		}
	default:
		p.fineReader(r.element)
	}
	return []Field{{"source", source}, {"date", date}, {"title", title}, {"text", strings.TrimSpace(p.b.String())}}
}

// pageText is a text as it is put together of lines and words.
type pageText struct {
	b      strings.Builder
	last   rune // that was written
	spaced bool // of ALTO: spaces are elements
	whole  bool // of ALTO: the word is written, and its second part is not
}

func (p *pageText) write(s string) {
	if s != "" {
		p.b.WriteString(s)
		p.last, _ = utf8.DecodeLastRuneInString(s)
	}
}

// word writes a word after a space, if words of its script have one between them.
func (p *pageText) word(s string) {
	first, _ := utf8.DecodeRuneInString(s)
	if p.last != 0 && !unicode.IsSpace(p.last) && !(closeUp(p.last) && closeUp(first)) {
		p.write(" ")
	}
	p.write(s)
}

func closeUp(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana) || r >= 0x3000 && r <= 0x30ff || r >= 0xff00 && r <= 0xffef
}

func (p *pageText) endLine() {
	if p.last != 0 && p.last != '\n' {
		p.write("\n")
	}
}

func (p *pageText) endBlock() {
	if p.endLine(); p.last == '\n' {
		p.write("\n")
		p.last = 0
	}
}

// alto writes the lines below e.
func (p *pageText) alto(e *element) {
	for c := range e.elements() {
		switch c.name {
		case "TextLine":
			p.altoLine(c)
		case "TextBlock":
			p.alto(c)
			p.endBlock()
		default:
			p.alto(c)
		}
	}
}

func (p *pageText) altoLine(line *element) {
	broken := false
	for c := range line.elements() {
		switch c.name {
		case "SP":
			p.write(" ")
		case "HYP":
			broken = !p.whole
		case "String":
			content := c.attr("CONTENT")
			switch whole := c.attr("SUBS_CONTENT"); {
			case p.whole && c.attr("SUBS_TYPE") == "HypPart2":
				p.whole = false
				continue
			case c.attr("SUBS_TYPE") == "HypPart1" && whole != "":
				p.whole, content = true, whole
			default:
				p.whole = false
			}
			if p.spaced {
				p.write(content)
			} else {
				p.word(content)
			}
		}
	}
	if broken { // without the whole word: the next line goes on with it
		p.last = 0
		return
	}
	p.endLine()
}

// regions writes the text of PAGE in the order in which it is read.
func (p *pageText) regions(page *element) {
	order := map[string]int{}
	for ref := range page.all("ReadingOrder", "RegionRefIndexed") {
		order[ref.attr("regionRef")] = len(order) + 1
	}
	all := slices.Collect(page.all("TextRegion"))
	slices.SortStableFunc(all, func(a, b *element) int { return order[a.attr("id")] - order[b.attr("id")] })
	for _, region := range all {
		lines := 0
		for line := range region.elements() {
			if line.name != "TextLine" {
				continue
			}
			lines++
			if s := unicodeOf(line); s != "" {
				p.write(s)
			} else {
				for word := range line.all("Word") {
					p.word(unicodeOf(word))
				}
			}
			p.endLine()
		}
		if lines == 0 {
			p.write(unicodeOf(region))
		}
		p.endBlock()
	}
}

// unicodeOf returns the text that PAGE gives to a region, line or word as a whole.
func unicodeOf(e *element) string {
	if text := e.child(e.space, "TextEquiv"); text != nil {
		return strings.TrimSpace(text.child(e.space, "Unicode").line())
	}
	return ""
}

// fineReader writes the paragraphs of FineReader: a character is an element, or a run of them is.
// At the end of a line ¬ says that a word is broken there.
func (p *pageText) fineReader(page *element) {
	for par := range page.all("par") {
		for line := range par.all("line") {
			var b strings.Builder
			line.write(&b)
			s, broken := strings.CutSuffix(strings.Trim(strings.Join(strings.FieldsFunc(b.String(), func(r rune) bool { return r == '\n' || r == '\r' }), ""), " "), "¬")
			p.write(s)
			if !broken {
				p.endLine()
			}
		}
		p.endBlock()
	}
}

// olive writes the words of Olive, whose places on the page say whether a space is between them. Of
// a word in parts (Q, q) the whole (QW) is written.
func (p *pageText) olive(e *element) {
	const gap = 3 // dots of the image; marks stand closer to their word
	for primitive := range e.all("Primitive") {
		left, right := 0, 0 // where the word before ended, and the parts of a word begin
		for c := range primitive.elements() {
			box := numbersIn(c.attr("BOX"))
			switch {
			case c.name == "L":
				p.endLine()
				left = 0
			case (c.name == "Q" || c.name == "q") && len(box) == 4:
				if right == 0 && left > 0 && box[0]-left >= gap {
					p.write(" ")
				}
				left, right = box[2], 1
			case c.name == "QW":
				p.write(c.line())
				right = 0
			case c.name == "W" && len(box) == 4:
				if left > 0 && box[0]-left >= gap {
					p.write(" ")
				}
				p.write(c.line())
				left = box[2]
			}
		}
		p.endBlock()
	}
}

// numbersIn returns the numbers of a list.
func numbersIn(s string) (all []int) {
	for f := range strings.FieldsSeq(s) {
		if n, err := strconv.Atoi(f); err == nil {
			all = append(all, n)
		}
	}
	return all
}
