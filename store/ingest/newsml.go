package ingest

import (
	"bufio"
	"iter"
	"slices"
	"strings"
)

// News of agencies: NITF (IPTC, 3.x) and NewsML-G2 (IPTC, 2.x), in which an item holds
// NITF, XHTML or text. Each nitf or newsItem is a document; items in a message, and
// messages in one another, are found wherever they stand. Packages, which hold
// references only, and items whose status is canceled are none.

func isNews(root string) bool {
	switch root {
	case "nitf", "newsMessage", "newsItem", "itemSet", "packageItem":
		return true
	}
	return false
}

func (r *run) newsRows(_ *source, in *bufio.Reader) iter.Seq2[row, error] {
	return xmlRows(in, r.opt.MaxRecord, func(path []string) bool {
		name := path[len(path)-1]
		return name == "nitf" || name == "newsItem"
	}, newsFields, nil)
}

func newsFields(r xmlRecord) []Field {
	if r.name == "nitf" {
		return nitfFields(r.element)
	}
	return newsItemFields(r)
}

// nitfFields reads one <nitf>.
func nitfFields(e *element) []Field {
	pub := firstElement(e.find("head", "pubdata"), &element{})
	return []Field{
		{"id", firstOf(e.find("docdata", "doc-id").attrOf("id-string"), e.attr("uno"))},
		{"url", pub.attr("ex-ref")},
		{"source", firstOf(pub.attr("name"), e.find("docdata", "doc.copyright").attrOf("holder"), e.find("body.head", "distributor").line())},
		{"date", firstOf(pub.attr("date.publication"), e.find("docdata", "date.issue").attrOf("norm"), e.find("docdata", "date.release").attrOf("norm"), e.find("dateline", "story.date").attrOf("norm"))},
		{"updated", e.find("docdata", "date.revised").attrOf("norm")},
		{"title", firstOf(e.find("hedline", "hl1").line(), e.find("head", "title").line())},
		{"subtitle", textsOf(e.all("hl2"), "\n")},
		{"abstract", e.find("body.head", "abstract").line()},
		{"text", nitfText(e)},
		{"author", e.find("body.head", "byline").line()},
		{"keywords", keywordsOf(firstElement(e.find("docdata", "key-list"), &element{}))},
		{"language", e.attr("lang")},
	}
}

// keywordsOf returns the keywords of a list, which are attributes in NITF and text in NewsML-G2.
func keywordsOf(e *element) string {
	var all []string
	for x := range e.all("keyword") {
		all = append(all, firstOf(x.attr("key"), x.line()))
	}
	return strings.Join(all, "; ")
}

// nitfText returns what the body holds: dateline, content and tagline. Captions and
// credits of media stand where the media do.
func nitfText(e *element) string {
	var parts []string
	if d := e.find("body.head", "dateline").line(); d != "" {
		parts = append(parts, d)
	}
	for c := range e.all("body.content") {
		parts = append(parts, c.prose(&nitfMarkup))
	}
	for c := range e.all("body.end") {
		parts = append(parts, c.prose(&nitfMarkup))
	}
	return strings.TrimSpace(strings.Join(parts, "\n"))
}

var nitfMarkup = markup{
	block: names("body.content body.end block p hl1 hl2 li ul ol dl dt dd tr table fn pre br hr note bq credit media media-caption media-producer tagline nitf-table"),
	skip: func(e *element) bool {
		return e.name == "media-metadata" || e.name == "media-object" || e.name == "media-reference" || e.name == "bibliography"
	},
	cell: names("td th"),
	note: names("fn note"),
}

// newsItemFields reads one <newsItem>.
func newsItemFields(r xmlRecord) []Field {
	meta, content := firstElement(r.child(r.space, "itemMeta"), &element{}), firstElement(r.child(r.space, "contentMeta"), &element{})
	text, inner := newsItemText(r.element)
	if status := meta.find("pubStatus").attrOf("qcode"); strings.HasSuffix(status, ":canceled") || strings.HasSuffix(status, ":withheld") {
		text = ""
	}
	fields := []Field{
		{"id", r.attr("guid")},
		{"version", r.attr("version")},
		{"url", address(firstOf(meta.find("link").attrOf("href"), r.attr("guid")))},
		{"source", firstOf(content.find("infoSource").nameOf(), meta.find("provider").nameOf(), content.find("creditline").line())},
		{"date", firstOf(content.find("contentCreated").line(), meta.find("firstCreated").line(), meta.find("versionCreated").line(), r.outer["newsMessage/header/sent"])},
		{"updated", firstOf(content.find("contentModified").line(), meta.find("versionCreated").line())},
		{"title", firstOf(content.find("headline").line(), meta.find("title").line())},
		{"slugline", content.find("slugline").line()},
		{"abstract", content.find("description").line()},
		{"text", text},
		{"author", firstOf(content.find("by").line(), content.find("creator").nameOf())},
		{"keywords", keywordsOf(content)},
		{"language", firstOf(r.attr("lang"), content.find("language").attrOf("tag"))},
		{"status", meta.find("pubStatus").attrOf("qcode")},
	}
	if inner == nil {
		return fields
	}
	return withFields(fields, nitfFields(inner))
}

// nameOf returns the name of a party: an element "name" in it, or its code or address.
func (e *element) nameOf() string {
	if e == nil {
		return ""
	}
	return firstOf(e.find("name").line(), e.attr("literal"), e.attr("uri"), e.attr("qcode"), e.line())
}

// withFields fills fields that have no value from others, and adds those that it lacks.
func withFields(fields, others []Field) []Field {
	for _, o := range others {
		switch i := slices.IndexFunc(fields, func(f Field) bool { return f.Name == o.Name }); {
		case i < 0:
			fields = append(fields, o)
		case fields[i].Value == "":
			fields[i].Value = o.Value
		}
	}
	return fields
}

// newsItemText returns the text of an item, and the nitf in it if there is one.
func newsItemText(e *element) (text string, inner *element) {
	for set := range e.all("contentSet") {
		for c := range set.elements() {
			switch c.name {
			case "inlineXML":
				if n := c.find("nitf"); n != nil {
					return nitfText(n), n
				}
				if body := firstElement(c.find("body"), c); body != nil {
					text = body.prose(&xhtmlMarkup)
				}
			case "inlineData":
				if strings.Contains(c.attr("contenttype"), "html") {
					var b strings.Builder
					c.write(&b)
					text = htmlText(b.String())
				} else if c.attr("encoding") == "" {
					var b strings.Builder
					c.write(&b)
					text = strings.TrimSpace(b.String())
				}
			}
			if text != "" {
				return text, nil
			}
		}
	}
	return "", nil
}
