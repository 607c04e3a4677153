package ingest

import (
	"archive/zip"
	"bufio"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strconv"
	"strings"
)

// Texts of word processors: DOCX (ECMA-376) and ODT (ISO 26300), both a zip archive
// with the text as XML in one member and what is known of it in another. Read is the
// text, a line for each paragraph, those in tables too; not what was deleted under
// revision or is hidden, nor the codes of fields, nor the second form of a drawing for older
// programs. Footnotes of DOCX, in a member of their own, follow the text.

// officeKind returns the kind of document a zip archive is, or "".
func officeKind(z *zip.Reader) string {
	for _, f := range z.File {
		switch f.Name {
		case "word/document.xml":
			return "docx"
		case "xl/workbook.xml":
			return "xlsx"
		case "mimetype":
			kind, _ := readMember(f, 100)
			if strings.HasPrefix(string(kind), "application/vnd.oasis.opendocument.text") {
				return "odt"
			}
			if strings.HasPrefix(string(kind), "application/epub+zip") {
				return "epub"
			}
			if strings.HasPrefix(string(kind), "application/vnd.oasis.opendocument.spreadsheet") {
				return "ods"
			}
		}
	}
	return ""
}

func readMember(f *zip.File, limit int) ([]byte, error) {
	in, err := openMember(f)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	b, err := io.ReadAll(io.LimitReader(in, int64(limit)))
	return b, err
}

// officeFields reads the document in a zip archive.
func officeFields(z *zip.Reader, kind string, limit int, bound *bounds) ([]Field, error) {
	o := &officeReader{limit: limit, bound: bound}
	if kind == "epub" {
		return o.book(z)
	}
	parts, properties := []string{"word/document.xml", "word/footnotes.xml", "word/endnotes.xml"}, "docProps/core.xml"
	styles := []string{"word/styles.xml"}
	o.tag = o.docx
	if kind == "odt" {
		parts, properties, o.tag = []string{"content.xml"}, "meta.xml", o.odt
		styles = []string{"styles.xml", "content.xml"}
	}
	for _, part := range styles {
		if err := o.readStyles(z, part); err != nil && !errors.Is(err, errNoMember) {
			return nil, err
		}
	}
	for i, part := range parts {
		if err := o.part(z, part); err != nil && (i == 0 || !errors.Is(err, errNoMember)) {
			return nil, err
		}
	}
	text := o.w.String()
	return append(o.properties(z, properties), Field{"text", text}), nil
}

// officeRows is for a file that is no zip archive: see run.zip.
func (r *run) officeRows(*source, *bufio.Reader) iter.Seq2[row, error] {
	return func(yield func(row, error) bool) {
		yield(row{}, fmt.Errorf("%w: neither DOCX nor ODT nor EPUB", ErrNotText))
	}
}

// office reads a document. whole has its bytes, if they may be asked for.
func (r *run) office(s source, z *zip.Reader, kind string, whole io.Reader) {
	s.format, s.encoding, s.dump = formatNamed("office"), "UTF-8", 0
	fields, err := officeFields(z, kind, r.opt.MaxRecord, s.bounds)
	if missing, ok := err.(*Error); ok {
		err = nil
		if !r.fail(r.placed(&s, missing)) {
			return
		}
	}
	if err != nil {
		r.fatal(s.path, err)
		return
	}
	w := documentRow(row{fields: fields, at: -1})
	if r.opt.Originals && whole != nil {
		if w.raw, err = io.ReadAll(io.LimitReader(whole, int64(r.opt.MaxRecord)+1)); err != nil || len(w.raw) > r.opt.MaxRecord {
			w.raw = nil
		}
	}
	for _, f := range fields {
		if f.Name == fileDate {
			if w.made, _ = f.Value.(string); slices.Contains(templateDates, w.made) {
				w.made = ""
			}
		}
	}
	r.row(&s, &w)
}

var errNoMember = errors.New("a part of the document is missing")

// templateDates stand in each file that a program made of its template.
var templateDates = []string{"2013-12-23T23:15:00Z"} // of python-docx

// officeReader gathers the text of a document.
type officeReader struct {
	w     textWriter
	notes textWriter // of ODT, which has them in the midst of a sentence
	limit int
	bound *bounds
	tag   func(name string, t xml.StartElement) bool // writes what a tag stands for; false skips the element

	inRow bool // a cell began
	ended bool // and a paragraph in it ended, whose line does not end yet

	styles map[string]officeStyle
	runs   []officeRun // open, the innermost last
}

// officeStyle is what a style says of characters, and officeRun a part of a line with one.
type officeStyle struct {
	level  int // above or below the line, or 0
	hidden bool
}

type officeRun struct {
	officeStyle
	depth, start, ended int
}

// maxStyles is how many styles are held.
const maxStyles = 1 << 16

// readStyles reads the named styles of a document that raise characters, or hide them.
func (o *officeReader) readStyles(z *zip.Reader, name string) error {
	dec, err := o.open(z, name)
	if err != nil {
		return err
	}
	defer dec.Close()
	if o.styles == nil {
		o.styles = map[string]officeStyle{}
	}
	style := ""
	for {
		tok, err := dec.next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return fmt.Errorf("%s: %w", name, dec.limit.why(err))
		}
		switch t := tok.(type) {
		case xml.StartElement:
			switch qualified(t.Name) {
			case "w:style":
				if style = attrValue(t, "styleId"); attrValue(t, "type") == "paragraph" {
					style = ""
				}
			case "style:style":
				if style = attrValue(t, "name"); attrValue(t, "family") == "text" && attrValue(t, "parent-style-name") != "" {
					if from, ok := o.styles[attrValue(t, "parent-style-name")]; ok && len(o.styles) < maxStyles {
						o.styles[style] = from
					}
				}
			case "office:body", "w:body":
				return nil
			}
			if s, was := o.styles[style]; style != "" && (was || len(o.styles) < maxStyles) && s.set(t) {
				o.styles[style] = s
			}
		case xml.EndElement:
			if qualified(t.Name) == "w:style" || qualified(t.Name) == "style:style" {
				style = ""
			}
		}
	}
}

// set takes what a tag says of characters, and reports whether it says something.
func (s *officeStyle) set(t xml.StartElement) bool {
	on := func() bool { v := attrValue(t, "val"); return v != "0" && v != "false" && v != "off" && v != "none" }
	switch qualified(t.Name) {
	case "w:vertAlign":
		s.level = map[string]int{"superscript": above, "subscript": below}[attrValue(t, "val")]
	case "w:vanish":
		s.hidden = on()
	case "style:text-properties":
		s.hidden = s.hidden || attrValue(t, "display") == "none"
		if p := attrValue(t, "text-position"); p != "" {
			switch by, _, _ := strings.Cut(p, " "); {
			case by == "super", by != "" && by[0] >= '1' && by[0] <= '9':
				s.level = above
			case strings.HasPrefix(by, "sub"), strings.HasPrefix(by, "-"):
				s.level = below
			default:
				s.level = 0
			}
		}
	default:
		return false
	}
	return true
}

// startRun and endRun follow the runs of a line.
func (o *officeReader) startRun(t xml.StartElement, depth int) {
	switch name := qualified(t.Name); name {
	case "w:r", "text:span", "text:a", "m:sup", "m:sub":
		run := officeRun{depth: depth, start: len(o.w.line), ended: o.w.ended}
		run.level = map[string]int{"m:sup": above, "m:sub": below}[name]
		if name == "text:span" {
			run.officeStyle = o.styles[attrValue(t, "style-name")]
		}
		run.hidden = run.hidden || o.hidden()
		o.runs = append(o.runs, run)
	}
}

func (o *officeReader) endRun(depth int) {
	last := len(o.runs) - 1
	if last < 0 || o.runs[last].depth != depth {
		return
	}
	run := o.runs[last]
	o.runs = o.runs[:last]
	if run.level != 0 && run.ended == o.w.ended && run.start < len(o.w.line) {
		o.w.line = raise(o.w.line, run.start, run.level)
	}
}

func (o *officeReader) hidden() bool {
	return len(o.runs) > 0 && o.runs[len(o.runs)-1].hidden
}

// officePart is a member that is being read.
type officePart struct {
	*xml.Decoder
	io.Closer
	limit *xmlLimit
}

// next returns the next token, which is no longer than a record may be: the decoder holds
// all of it. A member has eight times that, for its tags.
func (p officePart) next() (xml.Token, error) {
	at := p.InputOffset()
	if at > 8*p.limit.max {
		return nil, tooLong(8 * int(p.limit.max))
	}
	p.limit.allow(at)
	return p.RawToken()
}

// open returns a member, bounded by size and ratio.
func (o *officeReader) open(z *zip.Reader, name string) (officePart, error) {
	for _, f := range z.File {
		if f.Name == name {
			in, err := openMember(f)
			if err != nil {
				return officePart{}, err
			}
			limit := &xmlLimit{in: &unpacking{in, "zip", o.bound}, max: int64(o.limit)}
			return officePart{newXMLDecoder(limit), in, limit}, nil
		}
	}
	return officePart{}, fmt.Errorf("%w: %s", errNoMember, name)
}

// part appends the text of a member.
func (o *officeReader) part(z *zip.Reader, name string) error {
	dec, err := o.open(z, name)
	if err != nil {
		return err
	}
	defer dec.Close()
	o.w.endLine()
	skip := 0 // elements open below one that is skipped
	depth := 0
	inText := 0          // depth of the element that holds text
	note, around := 0, 0 // depth of the note that is read, and inText around it
	for {
		tok, err := dec.next()
		if err == io.EOF {
			o.w.endLine()
			o.w.line = append(o.w.line, o.notes.String()...)
			o.w.endLine()
			o.notes = textWriter{}
			return nil
		}
		if err != nil {
			return fmt.Errorf("%s: %w", name, dec.limit.why(err))
		}
		switch t := tok.(type) {
		case xml.StartElement:
			if depth++; skip > 0 {
				continue
			}
			switch name := qualified(t.Name); {
			case officeCells[name]:
				o.startCell()
			case o.ended && officeBlocks[name]:
				o.w.endLine()
				o.ended = false
			}
			if !o.tag(qualified(t.Name), t) {
				skip = depth
			} else {
				o.startRun(t, depth)
			}
			if note == 0 && qualified(t.Name) == "text:note" { // it goes to the end, as in DOCX
				o.w, o.notes = o.notes, o.w
				note, around, inText = depth, inText, 0
			}
			if inText == 0 && holdsText[qualified(t.Name)] {
				inText = depth
			}
		case xml.EndElement:
			if skip == 0 {
				o.endRun(depth)
			}
			if skip == depth {
				skip = 0
			} else if name := qualified(t.Name); skip == 0 && officeBlocks[name] {
				o.endBlock(name)
			}
			if inText == depth {
				inText = 0
			}
			if note == depth {
				o.w.endLine()
				o.w, o.notes = o.notes, o.w
				note, inText = 0, around
			}
			depth--
		case xml.CharData:
			if skip == 0 && inText > 0 {
				o.write(string(t))
			}
		}
		if o.w.b.Len()+len(o.w.line)+o.notes.b.Len()+len(o.notes.line) > o.limit {
			return tooLong(o.limit)
		}
	}
}

// startCell and endBlock write a row on a line, with tabs between its cells: the last paragraph of a
// cell goes on in the next one, and those before it are lines, as in a table that lays out a page.
func (o *officeReader) startCell() {
	if o.inRow && (len(o.w.line) > 0 || o.ended) {
		o.w.line = append(o.w.line, '\t')
	}
	o.inRow, o.ended = true, false
}

func (o *officeReader) endBlock(name string) {
	if o.inRow && !officeRows[name] {
		o.ended = true
		return
	}
	o.w.endLine()
	o.inRow, o.ended = false, false
}

// write appends text as it is: spaces count in both formats, or have elements of
// their own.
func (o *officeReader) write(s string) {
	if o.hidden() {
		return
	}
	o.w.line = append(o.w.line, strings.ReplaceAll(s, "\n", " ")...)
}

func qualified(n xml.Name) string {
	if n.Space == "" {
		return n.Local
	}
	return n.Space + ":" + n.Local
}

// Elements that hold text, and that end a line.
var (
	holdsText    = names("w:t text:p text:h m:t")
	officeBlocks = names("w:p w:tr text:p text:h table:table-row text:list-item")
	officeCells  = names("w:tc table:table-cell")
	officeRows   = names("w:tr table:table-row")
)

// docx writes what a tag stands for. It returns false for an element without text.
func (o *officeReader) docx(name string, t xml.StartElement) bool {
	switch name {
	case "w:del", "w:moveFrom", "w:instrText", "w:delText", "mc:Fallback", "w:pPr", "w:rPrChange", "w:sectPr", "w:tblPr", "w:rt":
		return false
	case "w:vertAlign", "w:vanish", "w:rStyle":
		if last := len(o.runs) - 1; last >= 0 && name == "w:rStyle" {
			o.runs[last].officeStyle = o.styles[attrValue(t, "val")]
		} else if last >= 0 {
			o.runs[last].set(t)
		}
	case "w:footnote", "w:endnote": // the lines that separate notes from the text are notes too
		return attrValue(t, "type") == "" || attrValue(t, "type") == "normal"
	case "w:tab", "w:ptab":
		o.write("\t")
	case "w:br", "w:cr":
		o.w.endLine()
	case "m:den": // of a fraction
		o.write("/")
	case "w:noBreakHyphen":
		o.write("\u2011")
	}
	return true
}

// odt writes what a tag stands for.
func (o *officeReader) odt(name string, t xml.StartElement) bool {
	switch name {
	case "text:tracked-changes", "text:note-citation", "office:annotation", "office:forms", "text:sequence-decls", "svg:desc", "svg:title", "text:ruby-text", "office:automatic-styles", "office:font-face-decls":
		return false
	case "text:s":
		n, err := strconv.Atoi(attrValue(t, "c"))
		if err != nil || n < 1 || n > 1000 {
			n = 1
		}
		o.write(strings.Repeat(" ", n))
	case "text:tab":
		o.write("\t")
	case "text:line-break":
		o.w.endLine()
	}
	return true
}

func attrValue(t xml.StartElement, name string) string {
	for _, a := range t.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// fileDate is the field that says when the file was made.
const fileDate = "file made"

// properties reads the title, author and dates of a document. They may be missing.
func (o *officeReader) properties(z *zip.Reader, name string) []Field {
	dec, err := o.open(z, name)
	if err != nil {
		return nil
	}
	defer dec.Close()
	found, open := map[string]string{}, ""
	for {
		tok, err := dec.next()
		if err != nil {
			break
		}
		switch t := tok.(type) {
		case xml.StartElement:
			open = t.Name.Local
		case xml.EndElement:
			open = ""
		case xml.CharData:
			if open != "" && len(found[open]) < sniffLength {
				found[open] += strings.TrimSpace(string(t))
			}
		}
	}
	return filled([]Field{
		{"title", found["title"]},
		{fileDate, firstOf(found["created"], found["creation-date"], found["date"], found["modified"])},
		{"author", firstOf(found["initial-creator"], found["creator"])},
		{"description", found["description"]},
		{"source", found["publisher"]},
	})
}
