package ingest

import (
	"bufio"
	"iter"
	"strings"
)

// TEI (P5, and P4 with its root TEI.2): each TEI of a corpus is a document. Of an
// editor's alternatives the text has what the source has: sic and not corr, orig and
// not reg, abbr and not expan; of the readings of an apparatus (app) the lemma, or the
// first one. Furniture of the page (fw) and what is deleted (del) are
// left out; notes follow the text they are in, a line each.

func isTEI(root string) bool { return root == "TEI" || root == "TEI.2" || root == "teiCorpus" }

func (r *run) teiRows(_ *source, in *bufio.Reader) iter.Seq2[row, error] {
	return xmlRows(in, r.opt.MaxRecord, func(path []string) bool {
		name := path[len(path)-1]
		return name == "TEI" || name == "TEI.2"
	}, teiFields)
}

func teiFields(r xmlRecord) []Field {
	header := firstElement(r.find("teiHeader"), &element{})
	text := firstElement(r.child(r.space, "text"), r.find("text"), &element{})
	return []Field{
		{"id", firstOf(r.attr("id"), header.find("publicationStmt", "idno").line(), r.attr("n"))},
		{"url", address(firstOf(header.find("sourceDesc", "ptr").attrOf("target"), header.find("publicationStmt", "ptr").attrOf("target")))},
		{"source", firstOf(header.find("sourceDesc", "publisher").line(), header.find("monogr", "title").line(), header.find("publicationStmt", "publisher").line(), header.find("publicationStmt", "distributor").line())},
		{"date", firstOf(teiDate(header.find("sourceDesc", "date")), teiDate(header.find("creation", "date")), teiDate(header.find("publicationStmt", "date")))},
		{"title", header.find("titleStmt", "title").line()},
		{"text", teiText(text)},
		{"author", firstOf(header.find("titleStmt", "author").line(), header.find("sourceDesc", "author").line())},
		{"language", firstOf(text.attr("lang"), r.attr("lang"), header.find("langUsage", "language").attrOf("ident"))},
	}
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

// teiText returns the text, and the notes at its end.
func teiText(text *element) string {
	oneReading(text)
	parts := []string{text.prose(&teiMarkup)}
	for note := range text.all("note") {
		parts = append(parts, note.prose(&teiMarkupOfNotes))
	}
	return strings.TrimSpace(strings.Join(parts, "\n"))
}

// oneReading leaves of each apparatus below e the lemma, or the first reading where there
// is none: the readings of several witnesses one after the other are no text. One empty
// reading is a text that lacks the words.
func oneReading(e *element) {
	if e.name == "app" {
		var chosen any
		for _, c := range e.content {
			r, ok := c.(*element)
			if ok && (r.name == "lem" || r.name == "rdg" || r.name == "rdgGrp") && (chosen == nil || r.name == "lem") {
				chosen = r
			}
		}
		if chosen != nil {
			e.content = []any{chosen}
		}
	}
	if e.name == "rdgGrp" && len(e.content) > 0 {
		e.content = e.content[:1]
	}
	for _, c := range e.content {
		if child, ok := c.(*element); ok {
			oneReading(child)
		}
	}
}

var teiBlocks = names("text front body back group div div1 div2 div3 div4 div5 div6 div7 head p ab lg l lb sp speaker stage list item label table row " +
	"opener closer salute signed dateline byline trailer quote q floatingText epigraph argument figure titlePage docTitle titlePart docAuthor docDate docImprint castList castItem")

var teiMarkup = markup{
	block: teiBlocks,
	skip: func(e *element) bool {
		return e.name == "note" || e.name == "teiHeader" || notOfSource[e.name]
	},
	cell: names("cell"),
}

var teiMarkupOfNotes = markup{block: teiBlocks, skip: func(e *element) bool { return notOfSource[e.name] }, cell: names("cell")}

var notOfSource = names("corr reg expan fw del figDesc")
