package ingest

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Lists of links around an article: the menu above it, the headlines below it. Readability
// takes out lists whose text is in links. Portals often write a headline as a plain text
// with a link to its author, or as a heading whose link has no text; such lists stay, and
// pages of one site then share them. They are dropped here, at the ends of an article only,
// where no line of them is a sentence.

// dropLinkLists takes the lists of links at both ends of an article out of it, unless they
// are the larger part of it: then the page is a list itself.
func dropLinkLists(article *html.Node) {
	lists := append(edgeLists(article, forward, 0), edgeLists(article, backward, 0)...)
	lost := 0
	for _, n := range lists {
		lost += len(plainText(n))
	}
	if lost == 0 || lost > len(plainText(article))/2 {
		return
	}
	for _, n := range lists {
		if n.Parent != nil { // an article may be one list, found from both ends
			n.Parent.RemoveChild(n)
		}
	}
}

// A direction is in which order the children of a node are looked at.
type direction struct{ first, next func(*html.Node) *html.Node }

var (
	forward = direction{
		func(n *html.Node) *html.Node { return n.FirstChild },
		func(n *html.Node) *html.Node { return n.NextSibling },
	}
	backward = direction{
		func(n *html.Node) *html.Node { return n.LastChild },
		func(n *html.Node) *html.Node { return n.PrevSibling },
	}
)

// edgeLists returns the lists of links at one end of n, with their headings. Each level
// reads the text below it once, so that depth is bounded.
func edgeLists(n *html.Node, d direction, depth int) (lists []*html.Node) {
	const deep = 16
	for c := d.first(n); c != nil && depth < deep; c = d.next(c) {
		switch text := plainText(c); {
		case text == "":
		case isLinkList(c, text), len(lists) > 0 && isHeading(c):
			lists = append(lists, c)
		default:
			return append(lists, edgeLists(c, d, depth+1)...)
		}
	}
	return lists
}

func isHeading(n *html.Node) bool {
	switch elementOf(n) {
	case atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		return true
	}
	return false
}

// isLinkList reports whether a block has two links or more and no line that is a sentence
// outside of them. Of a table, whose cells are no sentences either, half must be links.
func isLinkList(n *html.Node, text string) bool {
	switch elementOf(n) {
	case atom.Div, atom.Section, atom.Aside, atom.Nav, atom.Header, atom.Footer, atom.Ul, atom.Ol, atom.Dl, atom.Menu, atom.Table:
	default:
		return false
	}
	links, linked := map[string]bool{}, 0
	count := 0
	for a := range n.Descendants() {
		if elementOf(a) == atom.A {
			line := plainLine(a)
			links[line] = true
			linked += len(line)
			count++
		}
	}
	if count < 2 || elementOf(n) == atom.Table && 2*linked < len(text) {
		return false
	}
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); !links[line] && isSentence(line) {
			return false
		}
	}
	return true
}

// isSentence reports whether a line ends as sentences do; headlines that were cut end in
// dots too. What is as long as a paragraph is one.
func isSentence(line string) bool {
	const paragraph = 60
	if utf8.RuneCountInString(line) > paragraph {
		return true
	}
	if strings.HasSuffix(line, "...") || strings.HasSuffix(line, "…") {
		return false
	}
	last, _ := utf8.DecodeLastRuneInString(strings.TrimRight(line, "\"'”’」』）)】"))
	return strings.ContainsRune("。．.！!？?；;：:", last)
}
