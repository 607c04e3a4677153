package ingest

import (
	"regexp"
	"strings"

	"golang.org/x/net/html"
)

// Pages of newspapers' electronic editions, by the publishing system that most Chinese
// papers use (Founder): a comment, enpproperty, holds the properties of the article, and its
// text stands in the element founder-content or between comments, enpcontent. Around it are
// tables with the pages and headlines of the whole issue, often more text than the article.

// paperText returns the text that a publishing system marks as the article's, if it does.
func paperText(doc *html.Node) (string, bool) {
	for n := range doc.Descendants() {
		switch {
		case n.Type == html.ElementNode && n.Data == "founder-content":
			if text := plainText(n); text != "" {
				return text, true
			}
		case n.Type == html.CommentNode && strings.TrimSpace(n.Data) == "enpcontent":
			if text, ok := untilComment(n, "/enpcontent"); ok && text != "" {
				return text, true
			}
		}
	}
	return "", false
}

// untilComment returns the text of the siblings of n up to a comment.
func untilComment(n *html.Node, end string) (string, bool) {
	w := &textWriter{}
	for c := n.NextSibling; c != nil; c = c.NextSibling {
		if c.Type == html.CommentNode && strings.TrimSpace(c.Data) == end {
			return w.String(), true
		}
		w.node(c)
	}
	return "", false
}

// paperProperty is one property of a comment, in its older and its newer form.
var paperProperty = regexp.MustCompile(`<(?:founder-)?(title|date|author)>([^<]*)</(?:founder-)?(?:title|date|author)>`)

// paper takes what a comment of the publishing system says.
func (m *pageMeta) paper(comment string) {
	if !strings.HasPrefix(strings.TrimSpace(comment), "enpproperty") {
		return
	}
	for _, found := range paperProperty.FindAllStringSubmatch(comment, -1) {
		m.set(found[1], rankJSONLD, html.UnescapeString(found[2]))
	}
}

// paperSite is how the titles of these pages name the paper: "青禾日报数字报刊平台".
var paperSite = regexp.MustCompile(`(\p{Han}{1,12}报)社?[\s—-]*(?:多媒体)?(?:数字|电子|数位)`)

// paperName returns the name of the paper that a title names, or "".
func paperName(title string) string {
	if found := paperSite.FindStringSubmatch(title); found != nil {
		return found[1]
	}
	return ""
}
