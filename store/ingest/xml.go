package ingest

import (
	"bufio"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"
)

// Files of XML that hold documents, by encoding/xml: feeds, TEI, NITF, NewsML-G2. It
// expands the entities of HTML and those that the file declares (entities.go), and knows nothing
// outside of the file.
//
// A file is a stream of tokens; each element that is a document is held as a small tree,
// within the limit of a record, in at most maxXMLElements elements of maxXMLDepth
// levels. What stands around the documents is kept as values by path: the title of a
// feed, the provider of a message.

const (
	maxXMLElements = 4 << 20
	maxXMLDepth    = 2000
	maxXMLOuter    = 1000
)

// xmlRecord is a document, and what stood around it when it began.
type xmlRecord struct {
	*element
	outer    map[string]string // "rss/channel/title" → text, the first of each
	at       int64
	length   int64 // of its bytes in the file; 0 if the file was decoded
	number   int
	encoding string // of the file
}

// xmlReader reads one file.
type xmlReader struct {
	dec   *xml.Decoder
	limit *xmlLimit
	path  []string
	outer map[string]string
	text  strings.Builder // since the last tag around documents

	skipped  int64 // bytes of the file before what the decoder reads
	encoding string
}

// xmlRecords reads the elements that isRecord names, by their names from the root on.
// Records in records are part of them.
func xmlRecords(in *bufio.Reader, limit int, isRecord func(path []string) bool) iter.Seq2[xmlRecord, error] {
	return func(yield func(xmlRecord, error) bool) {
		x := newXMLReader(in, limit)
		for n := 0; ; {
			x.limit.allow(x.dec.InputOffset())
			at := x.place()
			tok, err := x.dec.RawToken()
			if err == io.EOF {
				if len(x.path) > 0 {
					yield(xmlRecord{}, &Error{Record: n, Byte: at, Fatal: true, Err: fmt.Errorf("the file is cut short: <%s> does not end", x.path[len(x.path)-1])})
				}
				return
			}
			if err == nil {
				err = x.around(tok)
			}
			if err == nil && isStart(tok) && isRecord(x.path) {
				n++
				var e *element
				if e, err = x.element(tok.(xml.StartElement)); err == nil && !yield(xmlRecord{e, x.outer, at, x.length(at), n, x.encoding}, nil) {
					return
				}
				x.path = x.path[:len(x.path)-1]
			}
			if err != nil {
				yield(xmlRecord{}, &Error{Record: n, Byte: x.place(), Fatal: true, Err: x.limit.why(err)})
				return
			}
		}
	}
}

func newXMLReader(in *bufio.Reader, limit int) *xmlReader {
	x := &xmlReader{outer: map[string]string{}}
	input, skipped, encoding := xmlInput(in)
	x.limit, x.skipped, x.encoding = &xmlLimit{in: input, max: int64(limit)}, int64(skipped), encoding
	x.dec = newXMLDecoder(x.limit)
	return x
}

// place is where the reader is in the file.
func (x *xmlReader) place() int64 { return x.skipped + x.dec.InputOffset() }

// length returns how many bytes of the file the record has that begins at a place and was read.
func (x *xmlReader) length(at int64) int64 {
	if x.encoding != "UTF-8" {
		return 0
	}
	return x.place() - at
}

// newXMLDecoder returns a decoder that takes what real files have: names of entities
// from HTML, end tags that are missing.
func newXMLDecoder(in io.Reader) *xml.Decoder {
	d := xml.NewDecoder(in)
	d.Strict = false
	d.Entity = xml.HTMLEntity
	d.CharsetReader = func(label string, in io.Reader) (io.Reader, error) {
		c, ok := declaredEncoding(label)
		if !ok {
			return in, nil // it is UTF-8, or was found to be
		}
		return c.enc.NewDecoder().Reader(in), nil
	}
	return d
}

func isStart(t xml.Token) bool {
	_, ok := t.(xml.StartElement)
	return ok
}

// around follows the tags and texts that are in no document.
func (x *xmlReader) around(tok xml.Token) error {
	switch t := tok.(type) {
	case xml.StartElement:
		if x.path = append(x.path, t.Name.Local); len(x.path) > maxXMLDepth {
			return errXMLDeep
		}
		x.text.Reset()
		for _, a := range t.Attr {
			x.keep(strings.Join(x.path, "/")+"@"+a.Name.Local, a.Value)
		}
	case xml.EndElement:
		if len(x.path) > 0 {
			x.keep(strings.Join(x.path, "/"), x.text.String())
			x.path = x.path[:len(x.path)-1]
		}
		x.text.Reset()
	case xml.CharData:
		if x.text.Len() < sniffLength {
			x.text.Write(t)
		}
	case xml.Directive:
		x.dec.Entity = declaredEntities(string(t), x.dec.Entity)
	}
	return nil
}

func (x *xmlReader) keep(path, value string) {
	value = strings.TrimSpace(value)
	if _, ok := x.outer[path]; !ok && value != "" && len(x.outer) < maxXMLOuter {
		x.outer[path] = value
	}
}

var (
	errXMLDeep = fmt.Errorf("elements are nested more than %d deep", maxXMLDepth)
	errXMLMany = fmt.Errorf("one document has more than %d elements", maxXMLElements)
)

// element reads an element whose start is given, up to its end. An end tag closes
// all that is open within the element it belongs to; one of nothing is left out.
func (x *xmlReader) element(start xml.StartElement) (*element, error) {
	root := newElement(start)
	stack := []*element{root}
	var text int64
	for count := 1; ; {
		tok, err := x.dec.RawToken()
		if err == io.EOF {
			return nil, fmt.Errorf("the file is cut short: <%s> does not end", start.Name.Local)
		}
		if err != nil {
			return nil, err
		}
		top := stack[len(stack)-1]
		switch t := tok.(type) {
		case xml.StartElement:
			e := newElement(t)
			top.content = append(top.content, e)
			stack = append(stack, e)
			if count++; count > maxXMLElements {
				return nil, errXMLMany
			}
			if len(stack) > maxXMLDepth {
				return nil, errXMLDeep
			}
		case xml.EndElement:
			for i := len(stack) - 1; i >= 0; i-- {
				if stack[i].name == t.Name.Local && stack[i].space == t.Name.Space {
					stack = stack[:i]
					break
				}
			}
			if len(stack) == 0 {
				return root, nil
			}
		case xml.CharData:
			if text += int64(len(t)); text > x.limit.max { // more than its bytes: of entities
				return nil, tooLong(int(x.limit.max))
			}
			top.content = append(top.content, string(t))
		}
	}
}

// xmlError puts what the decoder says in plain words.
func xmlError(err error) error {
	var syntax *xml.SyntaxError
	switch {
	case errors.As(err, &syntax) && syntax.Msg == "unexpected EOF":
		return errCutShort
	case errors.As(err, &syntax):
		return fmt.Errorf("no XML from here on: %s (line %d)", syntax.Msg, syntax.Line)
	}
	return err
}

// xmlLimit ends a file in which one document is longer than a record may be.
type xmlLimit struct {
	in        io.Reader
	read, end int64
	max       int64
	passed    bool
}

func (l *xmlLimit) allow(from int64) { l.end = from + l.max + 2*sniffLength }

// why is xmlError of what the decoder says, which may be of the character that the limit cut.
func (l *xmlLimit) why(err error) error {
	if l.passed {
		return tooLong(int(l.max))
	}
	return xmlError(err)
}

func (l *xmlLimit) Read(b []byte) (int, error) {
	if l.end > 0 && l.read >= l.end {
		l.passed = true
		return 0, tooLong(int(l.max))
	}
	n, err := l.in.Read(b)
	l.read += int64(n)
	return n, err
}

// anyXMLRows reads a file by the vocabulary of its first element.
func (r *run) anyXMLRows(s *source, in *bufio.Reader) iter.Seq2[row, error] {
	start, _ := in.Peek(sniffLength)
	if at := bytes.Index(start[:min(len(start), mostBefore)], []byte("<?xml")); at > 0 && len(bytes.Trim(start[:at], " \t\r\n\ufeff")) > 0 {
		if f := byVocabulary(start[at:]); f != nil {
			s.format = f
			return r.afterStray(s, in, at, f)
		}
	}
	root := rootElement(start)
	if f := byVocabulary(start); f != nil {
		s.format = f
		return f.rows(r, s, in)
	}
	return func(yield func(row, error) bool) {
		yield(row{}, fmt.Errorf("%w: XML whose first element is <%s> is not read; feeds (RSS, Atom), TEI, JATS, Akoma Ntoso, DocBook, NITF, NewsML-G2, ALTO, PAGE, XHTML, and elements with a title or an id and a text are; --format html reads it as one document, without its tags", ErrNotText, root))
	}
}

// byVocabulary returns the format of a file of XML whose first element says it, or nil.
func byVocabulary(start []byte) *format {
	for _, name := range []string{"mediawiki", "feed", "tei", "articles", "news", "scans", "html"} {
		if f := formatNamed(name); f.sniff(start) && !(name == "html" && tableOfRows(start) && !htmlRoot(start)) {
			return f
		}
	}
	return nil
}

// htmlRoot reports whether the first element of a file is <html>, or a doctype says so.
func htmlRoot(start []byte) bool {
	return strings.EqualFold(rootElement(start), "html") || bytes.Contains(bytes.ToLower(start[:min(len(start), 1000)]), []byte("<!doctype html"))
}

// sniffRoot returns a sniff for files of XML with some first elements.
func sniffRoot(is func(root string) bool) func([]byte) bool {
	return func(start []byte) bool {
		return is(rootElement(start))
	}
}

// rootElement returns the name of the first element of a file that begins with start,
// without prefix, or "". It is asked of every file without a name that says so.
func rootElement(start []byte) string {
	input, _, _ := xmlInput(bufio.NewReader(bytes.NewReader(start)))
	in := bufio.NewReader(input)
	if head, _ := in.Peek(64); !bytes.HasPrefix(bytes.TrimLeft(head, " \t\r\n"), []byte("<")) {
		return ""
	}
	d := newXMLDecoder(in)
	for {
		tok, err := d.RawToken()
		if err != nil {
			return ""
		}
		switch t := tok.(type) {
		case xml.StartElement:
			return t.Name.Local
		case xml.CharData:
			if len(bytes.TrimSpace(t)) > 0 {
				return ""
			}
		}
	}
}
