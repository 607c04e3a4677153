package ingest

import (
	"bufio"
	"bytes"
	"fmt"
	"iter"
	"regexp"
	"strings"
)

// Articles and acts in XML: JATS (NISO Z39.96, of journals), Akoma Ntoso (OASIS LegalDocML, of
// parliaments and courts) and DocBook. A file holds one, or a set of them. All that is
// text is the text, abstracts too; a note in a sentence follows the text. Keywords, references and
// formulas that only TeX has are fields; formulas as programs read them, and what else describes
// the document, are not read.

func (r *run) articleRows(_ *source, in *bufio.Reader) iter.Seq2[row, error] {
	return xmlRows(in, r.opt.MaxRecord, func(path []string) bool {
		return path[len(path)-1] == "article" || len(path) == 1 && !articleSets[path[0]]
	}, articleFields, nil)
}

var (
	articleSets  = names("pmc-articleset articles")
	docBookRoots = names("book article chapter part section reference refentry set")
	// jatsParts are elements of JATS alone.
	jatsParts = regexp.MustCompile(`<(?:[a-z]+:)?(?:article-meta|journal-meta|article-id|title-group)[\s>]`)
	docBookNS = []byte("docbook.org/ns/docbook")
	docBookDT = regexp.MustCompile(`<!DOCTYPE\s+\w+\s+PUBLIC\s+"-//OASIS//DTD DocBook`)
)

// looksLikeArticle is the sniff of the format.
func looksLikeArticle(start []byte) bool {
	switch root := rootElement(start); {
	case root == "akomaNtoso":
		return true
	case root == "article" || root == "book" || articleSets[root]:
		return jatsParts.Match(start) || isDocBook(start) || root == "article" && bytes.Contains(start, []byte("<body")) && bytes.Contains(start, []byte("<sec"))
	default:
		return docBookRoots[root] && isDocBook(start)
	}
}

func isDocBook(start []byte) bool { return bytes.Contains(start, docBookNS) || docBookDT.Match(start) }

func articleFields(r xmlRecord) []Field {
	oneForm(r.element)
	meta := firstElement(r.find("front", "article-meta"), r.find("article-meta"), r.find("book-meta"), r.child(r.space, "info"), r.find("articleinfo"), r.find("bookinfo"), r.find("meta"))
	if r.name == "akomaNtoso" {
		return aknFields(r, firstElement(meta, &element{}))
	}
	meta = firstElement(meta, &element{})
	return []Field{
		{"id", firstOf(articleID(meta, "doi"), articleID(meta, "pmc"), articleID(meta, "pmcid"), articleID(meta, "publisher-id"), meta.find("article-id").line(), meta.find("biblioid").line(), r.attr("id"))},
		{"url", address(meta.find("self-uri").attrOf("href"))},
		{"source", firstOf(r.find("journal-title").line(), r.find("abbrev-journal-title").line(), r.find("publisher-name").line(), meta.find("publishername").line())},
		{"date", firstOf(longestDate(meta), meta.find("pubdate").line(), meta.find("date").line())},
		{"title", firstOf(meta.find("title-group", "article-title").line(), meta.find("book-title").line(), meta.child(r.space, "title").line(), r.child(r.space, "title").line())},
		{"text", strings.TrimSpace(r.prose(&articleMarkup))},
		{"author", authorsOf(meta)},
		{"keywords", textsOf(meta.all("kwd"), "; ")},
		{"references", textsOf(referencesIn(r.element), "\n")},
		{"formulas", textsOf(r.all("tex-math"), "\n")},
		{"language", r.attr("lang")},
	}
}

// textsOf returns the texts of elements, with a string between them.
func textsOf(all iter.Seq[*element], between string) string {
	var texts []string
	for e := range all {
		if s := e.line(); s != "" {
			texts = append(texts, s)
		}
	}
	return strings.Join(texts, between)
}

// eachText changes the strings in e.
func (e *element) eachText(change func(around *element, s string) string) {
	for i, c := range e.content {
		switch c := c.(type) {
		case string:
			e.content[i] = change(e, c)
		case *element:
			c.eachText(change)
		}
	}
}

// referencesIn are the entries of lists of references.
func referencesIn(e *element) iter.Seq[*element] {
	return func(yield func(*element) bool) {
		for list := range e.all("ref-list") {
			for ref := range list.elements() {
				if ref.name == "ref" && !yield(ref) {
					return
				}
			}
		}
	}
}

// oneForm leaves of each formula in several forms the one that is text: MathML, or a text. White
// space between the elements of MathML means nothing.
func oneForm(e *element) {
	if e.name == "math" {
		e.eachText(func(around *element, s string) string {
			s = strings.Map(func(r rune) rune {
				if r >= '\u2061' && r <= '\u2064' { // invisible operators
					return -1
				}
				return r
			}, strings.TrimSpace(s))
			if around.name == "mo" && s != "" && strings.Contains("=<>≤≥≈≠±×→", s) {
				s = " " + s + " "
			}
			return s
		})
		return
	}
	if e.name == "alternatives" {
		for _, name := range []string{"math", "textual-form", "table"} {
			if one := e.find(name); one != nil {
				e.name, e.content = "inline-formula", []any{one}
				break
			}
		}
	}
	for c := range e.elements() {
		oneForm(c)
	}
}

// articleID returns the id of a kind.
func articleID(meta *element, kind string) string {
	for e := range meta.all("article-id") {
		if e.attr("pub-id-type") == kind {
			return e.line()
		}
	}
	return ""
}

// longestDate returns the date of publication that says most: of print it is often the year alone.
func longestDate(meta *element) (date string) {
	for e := range meta.all("pub-date") {
		if d := jatsDate(e); len(d) > len(date) {
			date = d
		}
	}
	return date
}

func jatsDate(e *element) string {
	if e == nil {
		return ""
	}
	if s := e.attr("iso-8601-date"); s != "" {
		return s
	}
	parts := make([]string, 0, 3)
	for i, name := range []string{"year", "month", "day"} {
		s := e.find(name).line()
		if s == "" {
			break
		}
		parts = append(parts, fmt.Sprintf("%0*s", []int{4, 2, 2}[i], s))
	}
	return strings.Join(parts, "-")
}

// authorsOf returns the names of who wrote, of JATS and DocBook.
func authorsOf(meta *element) string {
	var all []string
	for _, list := range []string{"contrib", "author"} {
		for e := range meta.all(list) {
			name := firstElement(e.find("name"), e.find("personname"), e.find("string-name"), e.find("collab"), e)
			given := firstOf(name.find("given-names").line(), name.find("firstname").line())
			family := firstOf(name.find("surname").line(), name.find("lastname").line())
			if family == "" {
				family = name.line()
			}
			all = append(all, strings.TrimSpace(given+" "+family))
		}
	}
	return strings.Join(all, "; ")
}

// aknFields reads a document of Akoma Ntoso.
func aknFields(r xmlRecord, meta *element) []Field {
	date := ""
	for _, level := range []string{"FRBRExpression", "FRBRWork", "FRBRManifestation"} {
		date = firstOf(date, meta.find(level, "FRBRdate").attrOf("date"))
	}
	return []Field{
		{"id", firstOf(meta.find("FRBRExpression", "FRBRuri").attrOf("value"), meta.find("FRBRExpression", "FRBRthis").attrOf("value"), meta.find("FRBRWork", "FRBRuri").attrOf("value"))},
		{"source", firstOf(meta.find("publication").attrOf("showAs"), meta.find("publication").attrOf("name"), meta.find("FRBRcountry").attrOf("value"))},
		{"date", date},
		{"title", firstOf(r.find("docTitle").line(), r.find("shortTitle").line(), meta.find("FRBRalias").attrOf("value"))},
		{"text", strings.TrimSpace(r.prose(&articleMarkup))},
		{"language", meta.find("FRBRlanguage").attrOf("language")},
	}
}

var articleMarkup = markup{
	block: names("abstract trans-abstract sec title p list list-item disp-quote disp-formula fig caption label table-wrap table thead tbody tr boxed-text verse-group verse-line speech speaker ack app fn break statement def-item def term sub-article response " +
		"preface preamble body conclusions attachment section chapter part book article heading subheading num content paragraph subparagraph point blockList item longTitle docTitle docNumber docDate docProponent formula recital recitals citation citations intro wrapUp alinea tblock container quotedStructure judgmentBody introduction background arguments remedies motivation decision speechGroup question answer from narrative scene " +
		"para simpara formalpara sect1 sect2 sect3 sect4 sect5 refsect1 itemizedlist orderedlist variablelist listitem varlistentry blockquote programlisting screen literallayout note tip warning caution important example figure informaltable row"),
	skip: func(e *element) bool {
		switch e.name {
		case "annotation", "annotation-xml", "journal-meta", "info", "articleinfo", "bookinfo", "meta", "ref-list", "tex-math", "object-id", "indexterm", "bibliography", "bibliolist", "title-group", "article-id", "article-categories", "contrib-group", "aff", "author-notes", "pub-date", "volume", "issue", "fpage", "lpage", "elocation-id", "history", "permissions", "copyright-statement", "copyright-year", "copyright-holder", "license", "self-uri", "kwd-group", "funding-group", "counts", "custom-meta-group", "related-article", "pub-history", "issn", "isbn", "page-range", "supplementary-material", "volume-id", "issue-id", "book-title-group", "publisher", "book-id", "alternatives":
			return true
		}
		return false
	},
	cell: names("td th entry"),
	note: names("fn footnote authorialNote"),
}
