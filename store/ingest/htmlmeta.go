package ingest

import (
	"encoding/json"
	"regexp"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// What a page says of itself: JSON-LD (schema.org), OpenGraph and other meta elements,
// microdata, and last what a reader sees: the heading, and the line with the date.

// pageMeta are the values found for each field, the most trusted first.
type pageMeta struct {
	found map[string][metaRanks]string
	info  []string // texts of the elements that look like the line with date and source
	h1    []string
	title string
	// scriptDate is the first date that a script names as that of publication. Pages that a
	// script builds show none otherwise.
	scriptDate string
	account    string // of a platform, that published the page
}

// Ranks of where a value is from.
const (
	rankJSONLD = iota
	rankProperty
	rankName
	rankElement
	metaRanks
)

// metaNames are the names of meta elements, without case: the field each is for, and
// how much it is trusted.
var metaNames = map[string]struct {
	field string
	rank  int
}{
	"og:title": {"title", rankProperty}, "twitter:title": {"title", rankName}, "articletitle": {"title", rankName}, "dc.title": {"title", rankName},
	"headline": {"title", rankProperty}, "og:url": {"url", rankProperty},
	"article:published_time": {"date", rankProperty}, "og:published_time": {"date", rankProperty}, "og:release_date": {"date", rankProperty}, "datepublished": {"date", rankProperty},
	"article:modified_time": {"updated", rankProperty}, "og:updated_time": {"updated", rankProperty}, "datemodified": {"updated", rankProperty}, "lastmod": {"updated", rankName}, "bytedance:updated_time": {"updated", rankName},
	"bytedance:published_time": {"date", rankName}, "article:create_at": {"date", rankName},
	"pubdate": {"date", rankName}, "publishdate": {"date", rankName}, "publish-date": {"date", rankName}, "publish_date": {"date", rankName}, "publish_time": {"date", rankName}, "publishtime": {"date", rankName},
	"publication_date": {"date", rankName}, "citation_publication_date": {"date", rankName}, "dc.date.issued": {"date", rankName}, "dc.date": {"date", rankName}, "dcterms.created": {"date", rankName}, "dcterms.date": {"date", rankName},
	"parsely-pub-date": {"date", rankName}, "sailthru.date": {"date", rankName}, "date": {"date", rankName},
	"og:site_name": {"source", rankProperty}, "application-name": {"source", rankElement}, "sitename": {"source", rankName}, "dc.publisher": {"source", rankName},
	"mediaid": {"credit", rankName}, "source": {"credit", rankName}, "contentsource": {"credit", rankName}, "article:author": {"author", rankProperty}, "author": {"author", rankName}, "dc.creator": {"author", rankName},
	"description": {"description", rankName}, "og:description": {"description", rankProperty}, "keywords": {"keywords", rankName},
}

// readMeta walks over a page once.
func readMeta(doc *html.Node) *pageMeta {
	m := &pageMeta{found: map[string][metaRanks]string{}}
	for n := range doc.Descendants() {
		if n.Type == html.CommentNode {
			m.paper(n.Data)
		}
		if n.Type != html.ElementNode {
			continue
		}
		switch n.DataAtom {
		case atom.Meta:
			m.meta(n)
		case atom.Script:
			switch {
			case n.FirstChild == nil:
			case strings.EqualFold(attribute(n, "type"), "application/ld+json"):
				m.jsonLD(n.FirstChild.Data)
			case m.scriptDate == "":
				m.scriptDate = scriptDate(n.FirstChild.Data)
			}
		case atom.Title:
			if m.title == "" && n.Parent != nil && n.Parent.DataAtom == atom.Head {
				m.title = plainLine(n)
			}
		case atom.H1:
			m.h1 = append(m.h1, plainLine(n))
		case atom.Link:
			if strings.EqualFold(attribute(n, "rel"), "canonical") {
				m.set("url", rankName, attribute(n, "href"))
			}
		case atom.Html:
			m.set("language", rankElement, attribute(n, "lang"))
		case atom.Time:
			m.set("date", rankElement, attribute(n, "datetime"))
		default:
			m.microdata(n)
			m.line(n)
			if m.account == "" && isAccount(n) {
				m.account = plainLine(n)
			}
		}
	}
	return m
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return strings.TrimSpace(a.Val)
		}
	}
	return ""
}

func plainLine(n *html.Node) string { return strings.Join(strings.Fields(plainText(n)), " ") }

// set keeps the first value of a field and rank.
func (m *pageMeta) set(field string, rank int, value string) {
	v := m.found[field]
	if value = strings.TrimSpace(value); value != "" && v[rank] == "" {
		v[rank] = value
		m.found[field] = v
	}
}

// first returns the most trusted value of a field, or "".
func (m *pageMeta) first(field string) string {
	for _, v := range m.found[field] {
		if v != "" {
			return v
		}
	}
	return ""
}

func (m *pageMeta) meta(n *html.Node) {
	for _, key := range []string{"property", "name", "itemprop"} {
		if known, ok := metaNames[strings.ToLower(attribute(n, key))]; ok {
			m.set(known.field, known.rank, attribute(n, "content"))
		}
	}
}

func (m *pageMeta) microdata(n *html.Node) {
	switch attribute(n, "itemprop") {
	case "datePublished":
		m.set("date", rankElement, attribute(n, "content"))
		m.set("date", rankElement, plainLine(n))
	case "headline":
		m.set("title", rankElement, plainLine(n))
	}
}

var infoName = regexp.MustCompile(`(?i)time|date|pub|info|source|laiyuan|from|meta|byline`)

// line keeps the text of an element whose class or id speaks of a date. Long ones are
// passed over: they hold the article.
func (m *pageMeta) line(n *html.Node) {
	const enough, long = 40, 400
	if len(m.info) >= enough || !infoName.MatchString(attribute(n, "class")+" "+attribute(n, "id")) || textLength(n, long) >= long {
		return
	}
	m.info = append(m.info, plainLine(n))
}

// textLength counts the bytes of text below n, up to limit.
func textLength(n *html.Node, limit int) int {
	length, seen := 0, 0
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			length += len(strings.TrimSpace(d.Data))
		}
		if seen++; length >= limit || seen > limit {
			return limit
		}
	}
	return length
}

// jsonLD takes what a script says in the terms of schema.org.
func (m *pageMeta) jsonLD(script string) {
	var v any
	if json.Unmarshal([]byte(strings.TrimSpace(script)), &v) == nil {
		m.schema(v, 0)
	}
}

// schema takes the first article of a value, of a list, or of a graph.
func (m *pageMeta) schema(v any, depth int) {
	const deep = 4
	switch v := v.(type) {
	case []any:
		for _, item := range v {
			m.schema(item, depth)
		}
	case map[string]any:
		if isArticle(v["@type"]) {
			m.set("title", rankJSONLD, schemaName(v["headline"]))
			m.set("title", rankJSONLD, schemaName(v["name"]))
			m.set("date", rankJSONLD, schemaName(v["datePublished"]))
			m.set("date", rankJSONLD, schemaName(v["pubDate"])) // as Baidu asks for
			m.set("updated", rankJSONLD, schemaName(v["dateModified"]))
			m.set("updated", rankJSONLD, schemaName(v["upDate"]))
			m.set("source", rankJSONLD, schemaName(v["publisher"]))
			m.set("author", rankJSONLD, schemaName(v["author"]))
			m.set("description", rankJSONLD, schemaName(v["description"]))
		} else if v["@type"] == nil && v["pubDate"] != nil {
			m.set("date", rankJSONLD, schemaName(v["pubDate"]))
			m.set("title", rankName, schemaName(v["title"]))
		}
		if depth < deep {
			for _, key := range []string{"@graph", "mainEntity", "mainEntityOfPage"} {
				m.schema(v[key], depth+1)
			}
		}
	}
}

func isArticle(t any) bool {
	switch t := t.(type) {
	case string:
		return strings.HasSuffix(t, "Article") || strings.HasSuffix(t, "Posting") || t == "Report"
	case []any:
		for _, one := range t {
			if isArticle(one) {
				return true
			}
		}
	}
	return false
}

// schemaName returns a value as text: of a thing its name, of several the names.
func schemaName(v any) string {
	switch v := v.(type) {
	case string:
		return html.UnescapeString(v)
	case map[string]any:
		return schemaName(v["name"])
	case []any:
		var names []string
		for _, one := range v {
			if s := schemaName(one); s != "" {
				names = append(names, s)
			}
		}
		return strings.Join(names, ", ")
	}
	return ""
}

var shownDate = regexp.MustCompile(`(?:19|20)\d\d\s*[-/.年]\s*[01]?\d\s*[-/.月]\s*[0-3]?\d日?(?:[\sT]*[0-2]?\d[:时：][0-5]\d分?(?:[:：][0-5]\d)?)?`)

// fields returns what is known of a page. whole is all of its text, text its main part.
func (m *pageMeta) fields(text, whole string) []Field {
	title, site := m.pageTitle(whole)
	if m.first("date") == "" {
		m.set("date", rankElement, m.dateSeen(title, whole))
		m.set("date", rankElement, m.scriptDate)
	}
	credit := m.credit(title, text, whole)
	source := m.outlet(site, credit)
	if m.first("date") != "" && text != whole {
		text = withoutHeading(text, title)
	}
	fields := []Field{{"title", title}, {"date", m.first("date")}, {"source", source}, {"url", m.first("url")}, {"text", text}, {"credit", credit}}
	for _, name := range []string{"updated", "author", "language", "description", "keywords"} {
		fields = append(fields, Field{name, m.first(name)})
	}
	kept := fields[:0]
	for _, f := range fields {
		if f.Value != "" {
			kept = append(kept, f)
		}
	}
	return kept
}

// dateSeen returns the date that a reader sees: in an element whose class speaks of
// one, or within a few lines of the heading.
func (m *pageMeta) dateSeen(title, whole string) string {
	for _, line := range m.info {
		if d := shownDate.FindString(line); d != "" {
			return d
		}
	}
	const near = 300
	if _, after, ok := strings.Cut(whole, title); ok && title != "" {
		return shownDate.FindString(after[:min(len(after), near)])
	}
	return ""
}
