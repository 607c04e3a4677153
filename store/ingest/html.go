package ingest

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"iter"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"codeberg.org/readeck/go-readability/v2"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"

	"repost/dedup"
)

// Pages of HTML. The main text is found by codeberg.org/readeck/go-readability, the
// fork of Mozilla's Readability that is kept (MIT; F1 .87 on Chinese news pages, none of
// 60 empty, 16 ms a page; go-trafilatura keeps sidebars and has .57). What the page
// says of itself is in htmlmeta.go.
//
// Work is bounded: html.Parse refuses nesting beyond 512, and a page with more than
// maxElements, which no article has, is read whole without looking for its main part.

const maxElements = 100_000

// htmlFields reads a page in UTF-8. address is where it was fetched, or "".
func htmlFields(text string, address string) []Field {
	doc, err := html.Parse(strings.NewReader(closedTags(text)))
	if err != nil { // nested too deep
		return []Field{{"text", withoutTags(text)}}
	}
	reveal(doc)
	meta := readMeta(doc)
	base, err := url.Parse(address)
	if err != nil || address == "" {
		base, _ = url.Parse(meta.first("url"))
	}
	whole := plainText(doc)
	main, ok := paperText(doc)
	if !ok {
		main = mainText(doc, base, whole) // changes doc
	}
	return meta.fields(main, whole)
}

// withoutTags returns the text between the tags of a page that cannot be parsed.
func withoutTags(page string) string {
	w := &textWriter{}
	for z := html.NewTokenizer(strings.NewReader(page)); ; {
		switch z.Next() {
		case html.ErrorToken:
			return w.String()
		case html.TextToken:
			w.text(html.UnescapeString(string(z.Raw())))
			w.space = true
		}
	}
}

// mainText returns the text of the article of a page, or the whole where none is found.
// It changes doc.
func mainText(doc *html.Node, base *url.URL, whole string) string {
	if countElements(doc) > maxElements {
		return whole
	}
	p := readability.NewParser()
	p.DisableJSONLD = true
	a, err := p.ParseAndMutate(doc, base)
	if err != nil || a.Node == nil {
		return whole
	}
	dropLinkLists(a.Node)
	if text := plainText(a.Node); text != "" {
		return text
	}
	return whole
}

func countElements(n *html.Node) int {
	count := 0
	for range n.Descendants() {
		count++
	}
	return count
}

// htmlText returns the text of a piece of HTML, as feeds hold it.
func htmlText(s string) string {
	doc, err := html.Parse(strings.NewReader(s))
	if err != nil {
		return withoutTags(s)
	}
	return plainText(doc)
}

// plainText returns what a reader sees of n: a line for each paragraph, list item and
// row, white space as a browser shows it.
func plainText(n *html.Node) string {
	w := &textWriter{}
	w.node(n)
	return w.String()
}

// textWriter writes lines without empty ones, nor space at their ends.
type textWriter struct {
	b     strings.Builder
	line  []byte
	space bool // before the next word
	pre   int  // elements in which white space counts
	ended int  // lines

	above   int        // elements around that stand above or below the line
	marks   int        // of notes, left out
	bracket int        // marks whose brackets were looked at
	apart   bool       // a part was set off at the end of line
	notes   []*element // that stood in a sentence, of XML
}

// unseen are elements whose text is none of the page's. (Ruby's rt and rp say how the
// characters before them are read. What is deleted is no text, as in TEI.)
var unseen = map[atom.Atom]bool{
	atom.Script: true, atom.Style: true, atom.Noscript: true, atom.Template: true, atom.Head: true, atom.Iframe: true,
	atom.Object: true, atom.Svg: true, atom.Select: true, atom.Textarea: true, atom.Button: true,
	atom.Del: true, atom.Rt: true, atom.Rp: true, atom.Noembed: true, atom.Noframes: true, atom.Canvas: true, atom.Audio: true, atom.Video: true,
}

// inline are elements that do not end a line.
var inline = map[atom.Atom]bool{
	atom.A: true, atom.Abbr: true, atom.Acronym: true, atom.B: true, atom.Bdi: true, atom.Bdo: true, atom.Big: true, atom.Cite: true,
	atom.Code: true, atom.Data: true, atom.Dfn: true, atom.Em: true, atom.Font: true, atom.I: true, atom.Img: true,
	atom.Input: true, atom.Ins: true, atom.Kbd: true, atom.Label: true, atom.Mark: true, atom.Q: true, atom.Rb: true, atom.Ruby: true,
	atom.S: true, atom.Samp: true, atom.Small: true, atom.Span: true, atom.Strike: true, atom.Strong: true, atom.Sub: true,
	atom.Sup: true, atom.Time: true, atom.Tt: true, atom.U: true, atom.Var: true, atom.Wbr: true, atom.Td: true, atom.Th: true,
}

func (w *textWriter) node(n *html.Node) {
	switch {
	case n.Type == html.TextNode:
		w.text(n.Data)
		return
	case n.Type == html.ElementNode && (unseen[elementOf(n)] || isHidden(n)):
		return
	case n.Type == html.ElementNode && w.isMark(n):
		w.marks++
		return
	case n.Type == html.ElementNode && elementOf(n) == atom.Br:
		w.endLine()
		return
	}
	if elementOf(n) == atom.Math {
		w.math(n)
		return
	}
	block := n.Type == html.ElementNode && elementOf(n) != 0 && !inline[elementOf(n)]
	cell := elementOf(n) == atom.Td || elementOf(n) == atom.Th
	if block {
		w.endLine()
	}
	if cell && len(w.line) > 0 {
		w.line, w.space = append(w.line, '\t'), false
	}
	if elementOf(n) == atom.Pre {
		w.pre++
	}
	inside := func() {
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			w.node(c)
		}
	}
	switch elementOf(n) {
	case atom.Sup, atom.Sub, atom.S, atom.Strike:
		w.raised(levelOf(n), inside)
	default:
		inside()
	}
	if elementOf(n) == atom.Pre {
		w.pre--
	}
	if block {
		w.endLine()
	}
}

// elementOf returns which element n is. Readability makes paragraphs of divisions by their name
// alone, and leaves their atom empty.
func elementOf(n *html.Node) atom.Atom {
	if n.DataAtom != 0 || n.Type != html.ElementNode {
		return n.DataAtom
	}
	return atom.Lookup([]byte(n.Data))
}

// reveal shows the element that holds most of a page where its style hides it: a script,
// or a click on "read on", would show it.
func reveal(doc *html.Node) {
	hidden := map[*html.Node]int{}
	all := measureHidden(doc, hidden)
	for n, length := range hidden {
		if 2*length > all {
			n.Attr = slices.DeleteFunc(n.Attr, func(a html.Attribute) bool { return a.Key == "hidden" || a.Key == "style" })
		}
	}
}

// measureHidden counts the bytes of text below n, and notes those of hidden elements.
func measureHidden(n *html.Node, hidden map[*html.Node]int) (length int) {
	if n.Type == html.TextNode {
		return len(strings.TrimSpace(n.Data))
	}
	if unseen[elementOf(n)] {
		return 0
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		length += measureHidden(c, hidden)
	}
	if n.Type == html.ElementNode && isHidden(n) {
		hidden[n] = length
	}
	if level := levelOfStyle(attribute(n, "style")); level != 0 && inline[elementOf(n)] { // readability drops styles
		n.Data, n.DataAtom = "sup", atom.Sup
		if level == below {
			n.Data, n.DataAtom = "sub", atom.Sub
		}
	}
	return length
}

// isHidden reports whether an element says that it is not shown.
func isHidden(n *html.Node) bool {
	for _, a := range n.Attr {
		switch a.Key {
		case "hidden":
			return true
		case "style":
			if s := strings.ToLower(strings.ReplaceAll(a.Val, " ", "")); strings.Contains(s, "display:none") || strings.Contains(s, "visibility:hidden") {
				return true
			}
		}
	}
	return false
}

func (w *textWriter) text(s string) {
	if w.bracket < w.marks && w.above == 0 {
		w.bracket = w.marks
		w.line, s = afterMark(w.line, s)
	}
	if w.apart && s != "" {
		if w.apart = false; touching(w.line, s) {
			w.line = append(w.line, ' ')
		}
	}
	if w.pre > 0 {
		for i, line := range strings.Split(s, "\n") {
			if i > 0 {
				w.endLine()
			}
			w.line = append(w.line, line...)
		}
		return
	}
	for _, r := range s {
		if r == ' ' || r == '\t' || r == '\n' || r == '\r' || r == '\f' {
			w.space = true
			continue
		}
		if w.space && len(w.line) > 0 {
			w.line = append(w.line, ' ')
		}
		w.space = false
		w.line = utf8.AppendRune(w.line, r)
	}
}

func (w *textWriter) endLine() {
	line := bytes.TrimFunc(w.line, unicode.IsSpace)
	if len(line) > 0 {
		if w.b.Len() > 0 {
			w.b.WriteByte('\n')
		}
		w.b.Write(line)
	}
	w.line, w.space, w.apart = w.line[:0], false, false
	w.ended++
}

func (w *textWriter) String() string {
	w.endLine()
	return w.b.String()
}

var charsetPattern = regexp.MustCompile(`(?i)(?:<meta[^>]{0,200}?charset|<\?xml[^>]{0,100}?encoding)\s*=\s*["']?\s*([a-z0-9_:.-]{2,40})`)

// declaredCharset returns what a page says of its encoding, or "".
func declaredCharset(b []byte) string {
	if m := charsetPattern.FindSubmatch(b[:min(len(b), 16<<10)]); m != nil {
		return string(m[1])
	}
	return ""
}

// declaredEncoding returns the encoding that a name stands for on the web, where gb2312
// and gbk are GB18030. It is not ok for UTF-8, or a name of nothing.
func declaredEncoding(label string) (candidate, bool) {
	enc, err := htmlindex.Get(strings.ToLower(strings.TrimSpace(label)))
	if err != nil || enc == encoding.Replacement {
		return candidate{}, false
	}
	name, _ := htmlindex.Name(enc)
	switch name {
	case "gbk", "gb18030":
		return likely[0], true
	case "utf-8":
		return candidate{}, false
	}
	if c, ok := named(name); ok {
		return c, true
	}
	return candidate{name, enc}, true
}

// pageEncoding finds the encoding of a page. A mark at its head decides; then what is
// valid UTF-8 is that, whatever it says of itself, unless it has escapes (ISO-2022-JP);
// then the first of what HTTP and the page say under which all bytes have a meaning;
// and last what the bytes look like.
func pageEncoding(b []byte, httpCharset string) guess {
	g := sniff(b[:min(len(b), sniffLength)])
	if g.bom > 0 || g.unit > 1 {
		return g
	}
	if utf8.Valid(b) && bytes.IndexByte(b, 0x1b) < 0 {
		return utf8Guess
	}
	var declared []candidate
	for _, label := range []string{httpCharset, declaredCharset(b)} {
		if c, ok := declaredEncoding(label); ok {
			declared = append(declared, c)
		}
	}
	for _, c := range declared {
		if out, err := c.enc.NewDecoder().Bytes(b); err == nil && !bytes.Contains(out, []byte("\uFFFD")) {
			return guess{name: c.name, dec: c, unit: 1}
		}
	}
	if first := firstInvalid(b); len(declared) > 0 && first >= 0 && !mostlyUTF8(b, first) {
		return guess{name: declared[0].name, dec: declared[0], unit: 1}
	}
	if w := weighUTF8(b); len(declared) == 0 && 2*(w.long+w.short) >= w.high && (isUTF8(httpCharset) || isUTF8(declaredCharset(b))) {
		return utf8Guess
	}
	return g
}

// isUTF8 reports whether a label names UTF-8.
func isUTF8(label string) bool {
	enc, err := htmlindex.Get(strings.ToLower(strings.TrimSpace(label)))
	if err != nil {
		return false
	}
	name, err := htmlindex.Name(enc)
	return err == nil && name == "utf-8"
}

// decodePage returns a page in UTF-8, the name of its encoding, and how many characters
// were replaced. given is the encoding that the user says, or "".
func decodePage(b []byte, httpCharset, given string) (text, name string, replaced int) {
	g, ok := forced(given)
	if !ok {
		g = pageEncoding(b, httpCharset)
	}
	d := newDecoding(bytes.NewReader(b[g.bom:]), g, 0)
	out, err := io.ReadAll(d)
	if err != nil { // of a reader of bytes there is none
		return string(b), g.name, 0
	}
	replaced, _ = d.losses(0, int64(len(out)))
	return string(out), g.name, replaced
}

// htmlRows reads a file that is one page.
func (r *run) htmlRows(s *source, in *bufio.Reader) iter.Seq2[row, error] {
	return func(yield func(row, error) bool) {
		b, err := readWhole(in, r.opt.MaxRecord)
		if err != nil {
			yield(row{}, err)
			return
		}
		text, encoding, replaced := decodePage(b, "", "")
		fields := htmlFields(text, "")
		w := documentRow(row{fields: fields, raw: b, encoding: encoding, replaced: replaced})
		if frames := framesOf(text); len(frames) > 0 && strings.TrimSpace(w.doc.Text) == "" {
			yield(row{}, &Error{Byte: -1, Raw: r.rejected(b), Err: fmt.Errorf("%w: the page only shows others in frames: %s; read those", ErrNoText, strings.Join(frames, ", "))})
			return
		}
		yield(w, nil)
	}
}

var frameSource = regexp.MustCompile(`(?i)<frame\s[^>]*\bsrc\s*=\s*["']?([^"'\s>]{1,300})`)

// framesOf returns the addresses of the pages that a page shows in frames, the first few.
func framesOf(page string) (all []string) {
	for _, m := range frameSource.FindAllStringSubmatch(page, 5) {
		all = append(all, m[1])
	}
	return all
}

// readWhole reads a file that is one document.
func readWhole(in io.Reader, limit int) ([]byte, error) {
	b, err := io.ReadAll(io.LimitReader(in, int64(limit)+1))
	if err == nil && len(b) > limit {
		err = &Error{Byte: int64(limit), Err: tooLong(limit)}
	}
	return b, err
}

// documentRow takes from the fields of a row what they say of the document: of formats
// that know what their fields mean.
func documentRow(w row) row {
	w.doc = &dedup.Document{}
	for _, f := range w.fields {
		s, _ := f.Value.(string)
		switch f.Name {
		case "id":
			w.doc.ID = s
		case "url":
			w.doc.URL = s
		case "source":
			w.doc.Source = s
		case "credit":
			w.doc.Credit = s
		case "date":
			w.doc.Date = s
		case "title":
			w.doc.Title = s
		case "text":
			w.doc.Text = s
		}
	}
	return w
}

// looksLikeHTML reports whether a file without a name that says so is a page: it begins
// with a doctype or an element of HTML, after comments and an XML declaration.
func looksLikeHTML(start []byte) bool {
	s := bytes.TrimLeft(bytes.TrimPrefix(start, []byte("\xef\xbb\xbf")), " \t\r\n")
	for {
		switch {
		case bytes.HasPrefix(s, []byte("<!--")):
			_, rest, ok := bytes.Cut(s, []byte("-->"))
			if !ok {
				return false
			}
			s = bytes.TrimLeft(rest, " \t\r\n")
		case bytes.HasPrefix(s, []byte("<?xml")):
			_, rest, ok := bytes.Cut(s, []byte("?>"))
			if !ok {
				return false
			}
			s = bytes.TrimLeft(rest, " \t\r\n")
		default:
			return htmlStart.Match(s[:min(len(s), 64)])
		}
	}
}

var htmlStart = regexp.MustCompile(`(?i)^<(!doctype\s+html|(html|head|body|title|meta|div|article|h1|p|table)[\s>])`)
