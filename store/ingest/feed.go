package ingest

import (
	"bufio"
	"iter"
	"slices"
	"strings"
)

// Feeds: RSS 0.9x, 1.0 (RDF) and 2.0, and Atom (RFC 4287). Each item or entry is a
// document; its text is content:encoded or content if it is there, else the longest
// of what else it has. The source is the item's, else the feed's.

func isFeed(root string) bool { return root == "rss" || root == "feed" || root == "RDF" }

func (r *run) feedRows(_ *source, in *bufio.Reader) iter.Seq2[row, error] {
	return xmlRows(in, r.opt.MaxRecord, func(path []string) bool {
		name := path[len(path)-1]
		return name == "item" && len(path) > 1 || name == "entry" && len(path) == 2
	}, feedFields, func(rec xmlRecord, fields []Field) []Field {
		if !r.opt.Originals {
			return nil
		}
		return slices.Concat(fields, otherElements(rec.element, fields))
	})
}

// otherElements are the elements of an item that none of its fields has as it is: categories,
// enclosures, the summary next to the content. An element that is called as a field is, and holds
// something else, has "_element" after its name.
func otherElements(e *element, fields []Field) []Field {
	var others []Field
	for c := range e.elements() {
		if plain := len(c.attrs) == 0 || len(c.attrs) == 1 && c.attr("type") != ""; plain {
			line, content := c.line(), feedContent(c)
			same := func(f Field) bool {
				return f.Value == line || f.Value == content || f.Name == "title" && f.Value == htmlLine(line)
			}
			if line == "" || slices.ContainsFunc(fields, same) {
				continue
			}
		}
		name := c.fullName()
		if slices.ContainsFunc(fields, func(f Field) bool { return f.Name == name }) {
			name += "_element"
		}
		others = append(others, Field{name, c.value()})
	}
	return listed(others)
}

// xmlRows reads the documents of a file; fields returns what one holds, and nested, if not nil,
// what is written of it again.
func xmlRows(in *bufio.Reader, limit int, isRecord func([]string) bool, fields func(xmlRecord) []Field, nested func(xmlRecord, []Field) []Field) iter.Seq2[row, error] {
	return func(yield func(row, error) bool) {
		alone := false // the record is the root: a file that is one document, called as it is
		root := func(path []string) bool {
			is := isRecord(path)
			alone = alone || is && len(path) == 1
			return is
		}
		for rec, err := range xmlRecords(in, limit, root) {
			if err != nil {
				if !yield(row{}, err) {
					return
				}
				continue
			}
			if alone {
				rec.number = 0
			}
			w := row{fields: filled(fields(rec)), at: rec.at, length: rec.length, number: rec.number, encoding: rec.encoding}
			if nested != nil {
				w.nested = nested(rec, w.fields)
			}
			if !yield(documentRow(w), nil) {
				return
			}
		}
	}
}

// filled leaves out fields without a value.
func filled(fields []Field) []Field {
	kept := fields[:0]
	for _, f := range fields {
		if f.Value != "" {
			kept = append(kept, f)
		}
	}
	return kept
}

// firstOf returns the first of some values that is not empty.
func firstOf(values ...string) string {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}

func feedFields(r xmlRecord) []Field {
	own := func(name string) *element { return r.child(r.space, name) }
	link := own("link").line()
	if link == "" {
		link = atomLink(r.element)
	}
	id := firstOf(own("guid").line(), own("id").line(), r.attr("about"))
	return []Field{
		{"id", id},
		{"url", firstOf(link, address(id))},
		{"source", firstOf(own("source").lineOf("title"), r.child("dc", "publisher").line(), r.outer["rss/channel/title"], r.outer["RDF/channel/title"], r.outer["feed/title"])},
		{"date", firstOf(own("pubDate").line(), r.child("dc", "date").line(), own("published").line(), own("updated").line(), own("issued").line(), r.child("wp", "post_date").line())},
		{"updated", firstOf(own("updated").line(), r.child("dcterms", "modified").line(), r.child("atom", "updated").line())},
		{"title", htmlLine(own("title").line())},
		{"text", postText(r.element)},
		{"author", firstOf(r.child("dc", "creator").line(), own("author").lineOf("name"))},
		{"language", firstOf(r.attr("lang"), r.outer["rss/channel/language"], r.outer["feed@lang"])},
	}
}

// lineOf returns the text of the child of a name, or if there is none that of e.
func (e *element) lineOf(name string) string {
	if e == nil {
		return ""
	}
	if c := e.child(e.space, name); c != nil {
		return c.line()
	}
	return e.line()
}

// address returns an id that is one.
func address(id string) string {
	if isURL(id) {
		return id
	}
	return ""
}

// atomLink returns the address of an entry: the link without a relation, or of
// "alternate".
func atomLink(e *element) string {
	for c := range e.elements() {
		if rel := c.attr("rel"); c.name == "link" && (rel == "" || rel == "alternate") && c.attr("href") != "" {
			return c.attr("href")
		}
	}
	return ""
}

// postText is feedText of what is a post: an export of Blogger has its templates and
// settings as entries too.
func postText(e *element) string {
	for c := range e.elements() {
		if term := c.attr("term"); c.name == "category" && (strings.HasSuffix(term, "kind#template") || strings.HasSuffix(term, "kind#settings")) {
			return ""
		}
	}
	return feedText(e)
}

// feedText returns the text of an item.
func feedText(e *element) string {
	for _, full := range []*element{e.child("content", "encoded"), e.child(e.space, "content")} {
		if text := feedContent(full); text != "" {
			return text
		}
	}
	longest := ""
	for _, short := range []*element{e.child(e.space, "description"), e.child(e.space, "summary"), e.child("media", "description"), e.child("itunes", "summary")} {
		if text := feedContent(short); len(text) > len(longest) {
			longest = text
		}
	}
	return longest
}

// feedContent returns the text of an element that holds HTML as text or, in Atom, as
// elements.
func feedContent(e *element) string {
	switch {
	case e == nil:
		return ""
	case e.attr("type") == "xhtml":
		return e.prose(&xhtmlMarkup)
	case e.attr("type") == "text", e.attr("type") == "text/plain":
		var b strings.Builder
		e.write(&b)
		return b.String()
	}
	var b strings.Builder
	e.write(&b)
	return htmlLines(b.String())
}

// htmlLines returns the text of what may be HTML. Where there is no markup, lines stay
// as they are.
func htmlLines(s string) string {
	if !strings.ContainsAny(s, "<&") {
		return strings.TrimSpace(s)
	}
	return htmlText(s)
}

// htmlLine is htmlLines for a title.
func htmlLine(s string) string { return flat(htmlLines(s)) }

var xhtmlMarkup = markup{
	block: names("p div h1 h2 h3 h4 h5 h6 li ul ol dl dt dd tr table blockquote pre br hr section article header footer figure figcaption address"),
	skip: func(e *element) bool {
		return e.name == "script" || e.name == "style" || e.name == "rt" || e.name == "rp"
	},
	cell: names("td th"),
}
