package ingest

import (
	"bytes"
	"strings"

	"golang.org/x/net/html"
)

// Tags of XML and SGML, as far as records between them need: see records.go.

type tagKind int

const (
	otherTag tagKind = iota // a comment, a declaration, an instruction
	startTag
	endTag
)

// tagToken is a tag at b[lo:hi].
type tagToken struct {
	lo, hi int
	kind   tagKind
	name   string // in lower case, without prefix
	empty  bool   // <name/>
}

// longestTag is how long a tag may be: the attributes of a record may hold its text.
const longestTag = 4 << 20

// nextTag returns the first tag from an offset on. A < that begins none is text.
func nextTag(b []byte, from int) (t tagToken, ok bool) {
	for {
		i := bytes.IndexByte(b[from:], '<')
		if i < 0 {
			return t, false
		}
		from += i
		t = tagToken{lo: from}
		rest := b[from:]
		for _, other := range [][2]string{{"<!--", "-->"}, {"<![CDATA[", "]]>"}, {"<?", "?>"}, {"<!", ">"}} {
			if !bytes.HasPrefix(rest, []byte(other[0])) {
				continue
			}
			end := bytes.Index(rest[len(other[0]):], []byte(other[1]))
			if end < 0 {
				return t, false
			}
			t.hi = from + len(other[0]) + end + len(other[1])
			if bytes.HasPrefix(rest, []byte("<!DOCTYPE")) { // with an inner part
				if open := bytes.IndexByte(rest[:t.hi-from], '['); open >= 0 {
					if end = bytes.Index(rest, []byte("]>")); end < 0 {
						return t, false
					}
					t.hi = from + end + 2
				}
			}
			return t, true
		}
		name := rest[1:]
		t.kind = startTag
		if len(name) > 0 && name[0] == '/' {
			t.kind, name = endTag, name[1:]
		}
		n := 0
		for n < len(name) && n < 100 && (isNameByte(name[n]) || n > 0 && (name[n] == '-' || name[n] == '.' || name[n] == ':' || '0' <= name[n] && name[n] <= '9')) {
			n++
		}
		if n == 0 || n == len(name) || bytes.IndexByte([]byte(" \t\r\n/>"), name[n]) < 0 {
			from++
			continue
		}
		end := tagEnd(name[n:])
		if end < 0 {
			from++
			continue
		}
		t.hi = from + len(rest) - len(name) + n + end
		t.empty = b[t.hi-2] == '/'
		t.name = strings.ToLower(string(name[:n]))
		if i := strings.IndexByte(t.name, ':'); i >= 0 {
			t.name = t.name[i+1:]
		}
		return t, true
	}
}

func isNameByte(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '_' || c >= 0x80
}

// tagEnd returns the end of a tag after its name, or -1: a > in quotes is none.
func tagEnd(b []byte) int {
	var quote byte
	for i := range b[:min(len(b), longestTag)] {
		switch c := b[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case (c == '"' || c == '\'') && i > 0 && b[i-1] == '=':
			quote = c
		case c == '>':
			return i + 1
		case c == '<':
			return -1
		}
	}
	return -1
}

// node is an element with what is in it.
type node struct {
	name  string // as it is written
	attrs []Field
	text  []byte
	kids  []*node
}

// inlineElements are parts of a text: their tags say nothing, or end a line.
var inlineElements = func() map[string]bool {
	all := map[string]bool{}
	for n := range pageElements {
		all[n] = n != "title" && n != "body" && n != "article" && n != "section" && n != "header" && n != "head"
	}
	for _, n := range strings.Fields("para paragraph sent sentence seg w line quote ref name_tag annotation turn") {
		all[n] = true
	}
	return all
}()

// maxNodes and maxNodeDepth bound what a record may hold.
const (
	maxNodes     = 100_000
	maxNodeDepth = 50
)

// elementFields returns the attributes and elements of a record as fields.
func elementFields(raw []byte) []Field {
	v := parseNode(raw).value()
	if fields, ok := v.([]Field); ok {
		return fields
	}
	return []Field{{"text", v}}
}

// parseNode reads an element. End tags that are missing end with the element around.
func parseNode(raw []byte) *node {
	root := &node{}
	open := []*node{root}
	count := 0
	var raised *node // in which a part above or below the line began, at from
	from := 0
	for i := 0; i < len(raw); {
		t, ok := nextTag(raw, i)
		last := open[len(open)-1]
		if !ok {
			last.write(raw[i:])
			break
		}
		last.write(raw[i:t.lo])
		i = t.hi
		tag := raw[t.lo:t.hi]
		switch {
		case bytes.HasPrefix(tag, []byte("<![CDATA[")):
			last.text = append(last.text, tag[len("<![CDATA["):len(tag)-len("]]>")]...)
		case t.kind == otherTag:
		case len(open) > 1 && inlineElements[t.name]:
			switch level := levelsOfTags[t.name]; {
			case isBlock(t.name):
				last.text = append(last.text, '\n')
			case level != 0 && t.kind == startTag:
				raised, from = last, len(last.text)
			case level != 0 && t.kind == endTag && raised == last:
				last.text, raised = raise(last.text, from, level), nil
			}
		case t.kind == endTag:
			for at := len(open) - 1; at > 0; at-- {
				if strings.EqualFold(open[at].name, t.name) || strings.HasSuffix(strings.ToLower(open[at].name), ":"+t.name) {
					open = open[:at]
					break
				}
			}
		case count >= maxNodes || len(open) > maxNodeDepth:
		default:
			n := &node{}
			n.name, n.attrs = nameAndAttrs(tag)
			last.kids = append(last.kids, n)
			if count++; !t.empty {
				open = append(open, n)
			}
		}
	}
	if len(root.kids) == 1 {
		return root.kids[0]
	}
	return root
}

func isBlock(name string) bool {
	switch name {
	case "para", "paragraph", "line", "lb", "turn", "quote":
		return true
	}
	for _, b := range blockNames {
		if b == name {
			return true
		}
	}
	return false
}

func (n *node) write(b []byte) {
	if bytes.IndexByte(b, '&') >= 0 {
		b = []byte(html.UnescapeString(string(b)))
	}
	n.text = append(n.text, b...)
}

// nameAndAttrs reads a start tag.
func nameAndAttrs(tag []byte) (name string, attrs []Field) {
	z := html.NewTokenizer(bytes.NewReader(tag))
	z.Next()
	end := bytes.IndexAny(tag, " \t\r\n/>")
	name = string(tag[1:end])
	if i := strings.LastIndexByte(name, ':'); i >= 0 {
		name = name[i+1:]
	}
	for _, a := range z.Token().Attr {
		if a.Key != "xmlns" && !strings.HasPrefix(a.Key, "xmlns:") {
			attrs = append(attrs, Field{a.Key, a.Val})
		}
	}
	return name, attrs
}

// namedElements hold a field whose name is in an attribute: <field name="title">, as
// databases and search engines write it.
var namedElements = func() map[string]bool {
	all := map[string]bool{}
	for _, n := range strings.Fields("field column col str arr date int long float double bool property data value string entry meta") {
		all[n] = true
	}
	return all
}()

// field returns an element as a field of the one around it.
func (n *node) field() Field {
	if len(n.attrs) == 1 && namedElements[strings.ToLower(n.name)] && (n.attrs[0].Name == "name" || n.attrs[0].Name == "key") {
		name, _ := n.attrs[0].Value.(string)
		rest := node{name: n.name, kids: n.kids, text: n.text}
		if len(n.kids) > 0 && len(bytes.TrimSpace(n.text)) == 0 { // a list
			var all []any
			for _, k := range n.kids {
				all = append(all, k.value())
			}
			return Field{name, all}
		}
		return Field{name, rest.value()}
	}
	return Field{n.name, n.value()}
}

// value returns what an element holds: a text, or its attributes and elements.
func (n *node) value() any {
	text := cleanText(string(n.text))
	if len(n.kids) == 0 && len(n.attrs) == 0 {
		return text
	}
	fields := append([]Field(nil), n.attrs...)
	if text != "" {
		fields = append(fields, Field{"#text", text})
	}
	kids := make([]Field, len(n.kids))
	for i, k := range n.kids {
		kids[i] = k.field()
	}
	return append(fields, listed(kids)...)
}

// listed returns fields in which a name that comes again is one field with a list of values.
func listed(all []Field) (fields []Field) {
	at := map[string]int{}
	again := map[string]bool{}
	for _, f := range all {
		i, ok := at[f.Name]
		switch {
		case !ok:
			at[f.Name] = len(fields)
			fields = append(fields, f)
		case again[f.Name]:
			fields[i].Value = append(fields[i].Value.([]any), f.Value)
		default:
			again[f.Name] = true
			fields[i].Value = []any{fields[i].Value, f.Value}
		}
	}
	return fields
}

// cleanText trims what a writer of tags added, and control characters, which XML does not
// allow and wires of news have at both ends of a text.
func cleanText(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' && r != '\r' || r == 0x7f {
			return -1
		}
		return r
	}, s)
	if strings.Contains(s, "\n\n") && strings.TrimSpace(s) != "" {
		var b strings.Builder
		blank := true
		for line := range strings.Lines(s) {
			if isBlank := strings.TrimSpace(line) == ""; isBlank && blank {
				continue
			} else {
				blank = isBlank
			}
			b.WriteString(line)
		}
		s = b.String()
	}
	return strings.TrimSpace(s)
}
