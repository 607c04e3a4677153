package ingest

import (
	"bufio"
	"iter"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/zeebo/xxh3"
)

// TEI (P5, and P4 with its root TEI.2): each TEI of a corpus is a document. Of an
// editor's alternatives the text has what the source has: sic and not corr, orig and
// not reg, abbr and not expan; of the readings of an apparatus (app) the lemma, or the
// first one. Furniture of the page (fw) and what is deleted (del) are
// left out, and so is what describes: desc, and in speech vocal, kinesic and incident. A note that
// stands in a sentence follows the text, and one between paragraphs or utterances (a vote, the
// name of a speaker) stays in its place; utterances (u) have a line each. A line or page that begins in a
// word (break="no") parts nothing. A quotation in a paragraph stays in it, between the marks
// that its element stands for where the text has none.

func isTEI(root string) bool { return root == "TEI" || root == "TEI.2" || root == "teiCorpus" }

func (r *run) teiRows(s *source, in *bufio.Reader) iter.Seq2[row, error] {
	extra := uint64(0)
	rows := xmlRows(in, r.opt.MaxRecord, func(path []string) bool {
		name := path[len(path)-1]
		return name == "TEI" || name == "TEI.2"
	}, func(x xmlRecord) []Field {
		fields, left := teiFields(x)
		if extra = 0; letters(left) >= noticed {
			extra = xxh3.HashString(left)
			if r.opt.Notes != nil {
				r.opt.Notes.Apparatus.add(Origin{Path: s.path, Record: x.number, Byte: x.at}, "")
			}
		}
		return fields
	}, nil)
	return func(yield func(row, error) bool) {
		for w, err := range rows {
			w.extra = extra
			if !yield(w, err) {
				return
			}
		}
	}
}

// noticed is how many letters may be left out of a text without a word: a correction here and
// there.
const noticed = 80

func letters(s string) (n int) {
	for _, r := range s {
		if unicode.IsLetter(r) || unicode.IsNumber(r) {
			n++
		}
	}
	return n
}

// teiFields returns the fields of a document, and what its text leaves out.
func teiFields(r xmlRecord) (fields []Field, left string) {
	header := firstElement(r.find("teiHeader"), &element{})
	text := firstElement(r.child(r.space, "text"), r.find("text"), &element{})
	left = strings.Join(oneReading(text, nil), "\n")
	return []Field{
		{"id", firstOf(r.attr("id"), header.find("publicationStmt", "idno").line(), r.attr("n"))},
		{"url", address(firstOf(header.find("sourceDesc", "ptr").attrOf("target"), header.find("publicationStmt", "ptr").attrOf("target")))},
		{"source", firstOf(publisherOf(header.find("sourceDesc", "publisher")), header.find("monogr", "title").line(), publisherOf(header.find("publicationStmt", "publisher")), header.find("publicationStmt", "distributor").line())},
		{"date", firstOf(teiDate(header.find("sourceDesc", "date")), teiDate(header.find("creation", "date")), teiDate(header.find("publicationStmt", "date")))},
		{"title", header.find("titleStmt", "title").line()},
		{"text", teiText(text)},
		{"author", firstOf(header.find("titleStmt", "author").line(), header.find("sourceDesc", "author").line())},
		{"speakers", speakersOf(text)},
		{"language", firstOf(text.attr("lang"), r.attr("lang"), header.find("langUsage", "language").attrOf("ident"))},
	}, left
}

// speakersOf returns who the utterances of a text are by.
func speakersOf(text *element) string {
	var all []string
	known := map[string]bool{}
	for u := range text.all("u") {
		if who := strings.TrimPrefix(u.attr("who"), "#"); who != "" && !known[who] && len(all) < mostSpeakers {
			known[who] = true
			all = append(all, who)
		}
	}
	return strings.Join(all, "; ")
}

// publisherOf returns the name of a publisher, the first one where it has several, as one in each language.
func publisherOf(e *element) string {
	if e == nil {
		return ""
	}
	return firstOf(e.find("orgName").line(), e.line())
}

func firstElement(all ...*element) *element {
	for _, e := range all {
		if e != nil {
			return e
		}
	}
	return nil
}

// attrOf is attr, also of nil.
func (e *element) attrOf(name string) string {
	if e == nil {
		return ""
	}
	return e.attr(name)
}

func teiDate(e *element) string {
	if e == nil {
		return ""
	}
	return firstOf(e.attr("when"), e.attr("when-iso"), e.attr("notBefore"), e.attr("from"), e.line())
}

// teiText returns a text of one reading, and the notes at its end.
func teiText(text *element) string {
	inLine(text, false)
	printWords(text)
	return strings.TrimSpace(text.prose(&teiMarkup))
}

// oneReading leaves of each apparatus below e the lemma, or the first reading where there
// is none: the readings of several witnesses one after the other are no text. One empty
// reading is a text that lacks the words. It appends to left what the text does not have: the other
// readings, and what is no part of the source.
func oneReading(e *element, left []string) []string {
	leave := func(content []any) {
		for _, c := range content {
			if child, ok := c.(*element); ok {
				left = append(left, child.line())
			}
		}
	}
	if e.name == "app" {
		chosen := -1
		for i, c := range e.content {
			r, ok := c.(*element)
			if ok && (r.name == "lem" || r.name == "rdg" || r.name == "rdgGrp") && (chosen < 0 || r.name == "lem") {
				chosen = i
			}
		}
		if chosen >= 0 {
			leave(e.content[:chosen])
			leave(e.content[chosen+1:])
			e.content = []any{e.content[chosen]}
		}
	}
	if e.name == "rdgGrp" && len(e.content) > 0 {
		leave(e.content[1:])
		e.content = e.content[:1]
	}
	for _, c := range e.content {
		switch child, ok := c.(*element); {
		case !ok:
		case notOfSource[child.name]:
			left = append(left, child.line())
		default:
			left = oneReading(child, left)
		}
	}
	return left
}

// inLine joins what stands in a line of text below e. within says that e is in a paragraph, or
// in what else holds words and no paragraphs.
func inLine(e *element, within bool) {
	within = within || teiLines[e.name]
	for i, c := range e.content {
		child, ok := c.(*element)
		if !ok {
			continue
		}
		switch {
		case e.name == "u" && child.name == "seg": // its paragraphs, in ParlaMint
			child.name = "ab"
		case child.attr("break") == "no":
			child.name = "hi"
			trimAt(e.content, i-1, func(s string) string { return strings.TrimRight(s, " \t\r\n") })
			trimAt(e.content, i+1, func(s string) string { return strings.TrimLeft(s, " \t\r\n") })
		case within && teiQuotes[child.name] && child.find("p") == nil && child.find("l") == nil && child.find("ab") == nil:
			child.name = "hi"
			if before, _ := lastText(e.content[:i]); !endsInMark(before) && !beginsWithMark(child.line()) {
				child.content = slices.Concat([]any{"“"}, child.content, []any{"”"})
			}
		}
		inLine(child, within)
	}
}

var (
	teiLines  = names("p head l ab u item cell note speaker stage salute signed byline dateline trailer label titlePart docAuthor docImprint argument")
	teiQuotes = names("q quote said")
)

const quotationMarks = "\"'“”„‟‘’‚«»‹›「」『』《》"

func beginsWithMark(s string) bool { return strings.IndexAny(s, quotationMarks) == 0 }

func endsInMark(s string) bool {
	r, _ := utf8.DecodeLastRuneInString(s)
	return s != "" && strings.ContainsRune(quotationMarks, r)
}

// lastText returns the last of some content if it is a string.
func lastText(content []any) (s string, ok bool) {
	if len(content) > 0 {
		s, ok = content[len(content)-1].(string)
	}
	return s, ok
}

func trimAt(content []any, i int, trim func(string) string) {
	if i >= 0 && i < len(content) {
		if s, ok := content[i].(string); ok {
			content[i] = trim(s)
		}
	}
}

var teiBlocks = names("text front body back group div div1 div2 div3 div4 div5 div6 div7 head p ab u post annotationBlock lg l lb sp speaker stage list item label table row " +
	"opener closer salute signed dateline byline trailer quote q floatingText epigraph argument figure titlePage docTitle titlePart docAuthor docDate docImprint castList castItem")

var teiMarkup = markup{
	block: teiBlocks,
	skip:  func(e *element) bool { return e.name == "teiHeader" || notOfSource[e.name] },
	cell:  names("cell"),
	note:  names("note"),
}

var notOfSource = names("corr reg expan fw del figDesc desc vocal kinesic incident spanGrp interpGrp fs")
