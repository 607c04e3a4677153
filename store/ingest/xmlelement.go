package ingest

import (
	"encoding/xml"
	"iter"
	"strings"
)

// The parts of a document of XML, and how they are found and read as text.

// element is a part of a document.
type element struct {
	name    string // without prefix
	space   string // of names, or the prefix of one that is not declared
	attrs   []xml.Attr
	content []any // *element or string
}

// newElement takes a start tag of RawToken, which leaves prefixes as they are.
func newElement(t xml.StartElement) *element {
	return &element{name: t.Name.Local, space: t.Name.Space, attrs: append([]xml.Attr(nil), t.Attr...)}
}

// attr returns the value of an attribute, with any prefix.
func (e *element) attr(name string) string {
	for _, a := range e.attrs {
		if a.Name.Local == name {
			return strings.TrimSpace(a.Value)
		}
	}
	return ""
}

// fullName returns the name of e with its prefix.
func (e *element) fullName() string {
	if e.space == "" {
		return e.name
	}
	return e.space + ":" + e.name
}

// value returns e as a value of a field: its text, or its attributes, elements and text.
func (e *element) value() any {
	var text strings.Builder
	var fields []Field
	for _, a := range e.attrs {
		fields = append(fields, Field{(&element{name: a.Name.Local, space: a.Name.Space}).fullName(), a.Value})
	}
	for _, c := range e.content {
		switch c := c.(type) {
		case string:
			text.WriteString(c)
		case *element:
			fields = append(fields, Field{c.fullName(), c.value()})
		}
	}
	written := strings.TrimSpace(text.String())
	if len(fields) == 0 {
		return written
	}
	if written != "" {
		fields = append(fields, Field{"#text", written})
	}
	return listed(fields)
}

// elements are the elements directly below e.
func (e *element) elements() iter.Seq[*element] {
	return func(yield func(*element) bool) {
		for _, c := range e.content {
			if c, ok := c.(*element); ok && !yield(c) {
				return
			}
		}
	}
}

// child returns the first element below e of a name and prefix, or nil.
func (e *element) child(prefix, name string) *element {
	for c := range e.elements() {
		if c.name == name && c.space == prefix {
			return c
		}
	}
	return nil
}

// find returns the first element anywhere below e that path leads to, or nil: it has the last
// name, and is within the others.
func (e *element) find(path ...string) *element {
	for c := range e.all(path...) {
		return c
	}
	return nil
}

// all returns the elements below e that path leads to, in order.
func (e *element) all(path ...string) iter.Seq[*element] {
	return func(yield func(*element) bool) {
		e.search(nil, path, yield)
	}
}

func (e *element) search(above, path []string, yield func(*element) bool) bool {
	for c := range e.elements() {
		names := append(above, c.name)
		if endsIn(names, path) && !yield(c) || !c.search(names, path, yield) {
			return false
		}
	}
	return true
}

// endsIn reports whether names end in the last of path and hold the others before it, in
// their order.
func endsIn(names, path []string) bool {
	last := len(path) - 1
	if names[len(names)-1] != path[last] {
		return false
	}
	path = path[:last]
	for _, n := range names[:len(names)-1] {
		if len(path) > 0 && n == path[0] {
			path = path[1:]
		}
	}
	return len(path) == 0
}

// line returns the text of e on one line; of nil, nothing. What holds no elements keeps its spaces,
// as the same value of another format does.
func (e *element) line() string {
	if e == nil {
		return ""
	}
	if text, ok := e.onlyText(); ok {
		return flat(text)
	}
	w := &textWriter{}
	w.element(e, &lineMarkup)
	return w.String()
}

// onlyText returns the text of what holds no elements.
func (e *element) onlyText() (string, bool) {
	var b strings.Builder
	for _, c := range e.content {
		s, ok := c.(string)
		if !ok {
			return "", false
		}
		b.WriteString(s)
	}
	return strings.TrimSpace(b.String()), true
}

// lineMarkup is of a line in any vocabulary.
var lineMarkup markup

func (e *element) write(b *strings.Builder) {
	for _, c := range e.content {
		switch c := c.(type) {
		case string:
			b.WriteString(c)
		case *element:
			c.write(b)
		}
	}
}

// markup says which elements of a vocabulary end lines, and which are no text.
type markup struct {
	block map[string]bool
	skip  func(e *element) bool
	cell  map[string]bool // parted by tabs
	note  map[string]bool // go to the end of the text from the midst of a sentence
}

func names(list string) map[string]bool {
	set := map[string]bool{}
	for n := range strings.FieldsSeq(list) {
		set[n] = true
	}
	return set
}

// prose returns the text of e, a line for each block, and then the notes that stood in a
// sentence.
func (e *element) prose(m *markup) string {
	w := &textWriter{}
	w.element(e, m)
	for len(w.notes) > 0 {
		n := w.notes[0]
		w.notes = w.notes[1:]
		w.endLine()
		w.element(n, m)
	}
	return w.String()
}

// hasWords reports whether words stand right in e, besides blocks and notes: what else is in e
// is in the midst of a sentence.
func (e *element) hasWords(m *markup) bool {
	for _, c := range e.content {
		switch c := c.(type) {
		case string:
			if strings.TrimSpace(c) != "" {
				return true
			}
		case *element:
			if !m.block[c.name] && !m.note[c.name] && !(m.skip != nil && m.skip(c)) && c.plain() != "" {
				return true
			}
		}
	}
	return false
}

func (w *textWriter) element(e *element, m *markup) {
	if m.skip != nil && m.skip(e) {
		return
	}
	if e.isMark(w.above > 0) {
		w.marks++
		return
	}
	block := m.block[e.name]
	if block {
		w.endLine()
	}
	if m.cell[e.name] && len(w.line) > 0 {
		w.line, w.space = append(w.line, '\t'), false
	}
	inside := func() {
		n := 0
		for _, c := range e.content {
			switch c := c.(type) {
			case string:
				w.text(c)
			case *element:
				if n++; m.note[c.name] && e.hasWords(m) {
					w.notes = append(w.notes, c)
				} else if level := e.levelIn(n - 1); level != 0 {
					w.raised(level, func() { w.element(c, m) })
				} else {
					if e.name == "mfrac" && n == 2 {
						w.text("/")
					}
					w.element(c, m)
				}
			}
		}
	}
	if level := e.level(); level != 0 {
		w.raised(level, inside)
	} else {
		inside()
	}
	if block {
		w.endLine()
	}
}
