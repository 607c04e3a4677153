package ingest

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"iter"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
)

// Corpora with a word on each line, as corpus managers and taggers read and write them:
//
//   - vertical text (Sketch Engine, CWB, Korp: .vert, .vrt): word, tag and lemma between tabs,
//     and structures as tags on lines of their own. Each <doc> or <text> is a document, and its
//     attributes are fields; <p> and the like are lines, and so are sentences where no paragraph
//     is around them; <g/> joins two words.
//   - CoNLL-U and its relatives: the number of the word comes first. "# newdoc id =" begins a
//     document, unless it has the id of the one before it; "# text =" is a sentence as it was printed, SpaceAfter=No joins two words.
//   - the columns of taggers (TreeTagger, CoNLL-2003): blank lines part sentences.
//
// The text is the words as they would be printed (words.go). Tags, lemmas and trees are no
// part of it. Memory holds one document; time is linear.

// columnForm is how the lines of such a file are written.
type columnForm struct {
	separator string // of columns; "" is one column
	numbered  bool   // the first column is the number of the word, the second the word
	document  string // the structure that is a document, in lower case; "" is the file
	glued     bool   // it says where no blank stands
}

var (
	wordNumber    = regexp.MustCompile(`^(\d{1,6})(?:([-.])(\d{1,6}))?$`)
	structureLine = regexp.MustCompile(`^</?[A-Za-z_][^\s<>/]*(?:\s[^\t]*)?/?>$`)
	remarkLine    = regexp.MustCompile(`^<[!?].*>$`)
	tagColumn     = regexp.MustCompile(`^[A-Z$.,:;()'"#\x60-][A-Za-z0-9_.,:$()+|=/'"\x60#<>*-]{0,30}$`)
	documentNames = strings.Fields("doc text document article file story")
	sentenceNames = names("s sent sentence utt")
	lineNamesOf   = names("p para paragraph head title heading h h1 h2 h3 h4 h5 h6 div section item li l lg quote caption note u turn sp speech verse table row list")
)

// readColumnForm finds the form in the beginning of a file. ok is false if it is no such file.
func readColumnForm(start []byte) (f columnForm, ok bool) {
	var (
		tags, blanks, words, marks, tagged, numbers, firsts, single int
		known                                                       int // tags that such corpora have
		columns                                                     = map[int]int{}
		space                                                       = map[int]int{}
		length                                                      int
		comments, docstart                                          bool
	)
	lines := bytes.Lines(start)
	for line := range lines {
		if line[len(line)-1] != '\n' && len(start) >= sniffLength {
			break
		}
		l := string(bytes.TrimRight(line, "\r\n"))
		if len(l) > 500 && l[0] != '<' && l[0] != '#' && !strings.Contains(l[:500], "\t") || !utf8.ValidString(l) {
			return f, false // a paragraph
		}
		trimmed := strings.TrimSpace(l)
		switch {
		case trimmed == "":
			blanks++
			continue
		case strings.HasPrefix(l, "# ") || l == "#":
			comments = true
			continue
		case remarkLine.MatchString(trimmed):
			continue
		case structureLine.MatchString(trimmed):
			tags++
			name, _, _ := tagName(trimmed)
			if f.document == "" && slices.Contains(documentNames, name) && trimmed[1] != '/' {
				f.document = name
			}
			if name == f.document || name == "g" || sentenceNames[name] || lineNamesOf[name] {
				known++
			}
			f.glued = f.glued || strings.HasPrefix(trimmed, "<g/") || strings.HasPrefix(trimmed, "<g />")
			continue
		case strings.HasPrefix(l, "-DOCSTART-"):
			docstart = true
			continue
		}
		words++
		cells := strings.Split(l, "\t")
		columns[len(cells)]++
		space[len(strings.Fields(l))]++
		word := cells[0]
		if wordNumber.MatchString(word) && len(cells) > 1 {
			numbers++
			if word == "1" || strings.HasPrefix(word, "1-") {
				firsts++
			}
			word = cells[1]
			f.glued = f.glued || strings.Contains(l, "SpaceAfter=No")
		} else if len(cells) > 1 && tagColumn.MatchString(cells[1]) {
			tagged++
		}
		if !strings.ContainsRune(word, ' ') {
			single++
		}
		length += utf8.RuneCountInString(word)
		if isEmptyWord(word) {
			marks++
		}
	}
	width, most := common(columns)
	switch {
	case words < 2 || length > 30*words:
		return f, false
	case numbers == words && width >= 4 && most == words && (comments || firsts > 1 && blanks > 0): // or it is a table with numbers
		f.separator, f.numbered = "\t", true
		return f, true
	case docstart:
		width, most = common(space)
		f.separator = " "
		return f, width >= 2 && most == words
	case width > 1 && tags >= 2:
		f.separator = "\t"
		return f, 10*most >= 9*words && 10*single >= 8*words && words > tags/4
	case width > 1: // a tagger's columns, without tags: of marks and of tags, or it is a table
		f.separator = "\t"
		return f, most == words && single == words && tagged == words && marks > 0 && words >= 10 && length <= 12*words
	case tags >= 2: // words alone
		return f, single == words && marks > 0 && length <= 8*words && (words >= 3*tags || f.document != "" && known == tags && 2*words >= tags)
	}
	return f, false
}

// common returns the most frequent of some counts, and how often it is met.
func common(counts map[int]int) (value, count int) {
	for v, n := range counts {
		if n > count || n == count && v < value {
			value, count = v, n
		}
	}
	return value, count
}

// isEmptyWord reports whether a word is a mark: it has no letter and no digit.
func isEmptyWord(word string) bool {
	return word != "" && strings.IndexFunc(word, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }) < 0
}

// looksVertical is the sniff of the format.
func looksVertical(start []byte) bool {
	_, ok := readColumnForm(start)
	return ok
}

// tagName returns the name in a line that is a tag, in lower case, and whether the tag is
// empty (<g/>) or an end.
func tagName(line string) (name string, empty, end bool) {
	line = strings.TrimSuffix(strings.TrimPrefix(line, "<"), ">")
	line, end = strings.CutPrefix(line, "/")
	line, empty = strings.CutSuffix(line, "/")
	name, _, _ = strings.Cut(line, " ")
	name, _, _ = strings.Cut(name, "\t")
	return strings.ToLower(name), empty, end
}

// verticalRows reads a file with a word on each line. A file with one document is called as it
// is.
func (r *run) verticalRows(s *source, in *bufio.Reader) iter.Seq2[row, error] {
	return func(yield func(row, error) bool) {
		start, _ := in.Peek(sniffLength)
		form, ok := readColumnForm(start)
		if !ok { // it was asked for, or the name says it
			form = columnForm{separator: "\t", document: form.document, glued: form.glued}
		}
		v := &verticalReader{in: in, form: form, limit: r.opt.MaxRecord, at: s.at}
		var first *row // held back until another document comes, or the end
		for n := 0; ; {
			d, err := v.next()
			if err == io.EOF {
				if first != nil && s.path != "-" {
					first.number = 0
				}
				break
			}
			if err != nil {
				e := &Error{Record: n + 1, Byte: d.at, Fatal: v.failed, Bytes: int64(len(d.raw)), Raw: r.rejected(d.raw), Err: err}
				if !yield(row{}, e) || v.failed {
					return
				}
				continue
			}
			n++
			w := row{fields: form.fields(string(d.raw)), raw: d.raw, at: d.at, number: n}
			if n == 1 {
				first = &w
				continue
			}
			if first != nil && !yield(*first, nil) {
				return
			}
			if first = nil; !yield(w, nil) {
				return
			}
		}
		if first != nil {
			yield(*first, nil)
		}
	}
}

// verticalReader parts a file into the lines of documents.
type verticalReader struct {
	in     *bufio.Reader
	form   columnForm
	limit  int
	at     int64
	held   []byte // the line that begins the next document
	heldAt int64
	failed bool
}

// verticalLines are the lines of a document.
type verticalLines struct {
	raw    []byte
	at     int64
	marked bool // it begins with a mark, as a document or a remark
	ended  bool // and ends with one
	words  bool // it has some
}

// next returns the next document, and io.EOF after the last one.
func (v *verticalReader) next() (verticalLines, error) {
	for {
		d, long, err := v.lines()
		switch {
		case err != nil && err != io.EOF:
			v.failed = true
			return d, err
		case long:
			return verticalLines{at: d.at}, tooLong(v.limit)
		case !d.marked && v.form.document != "" && d.words:
			return d, fmt.Errorf("words that are in no <%s>", v.form.document)
		case d.marked && !d.ended && v.form.document != "" && err == io.EOF:
			return d, fmt.Errorf("the file is cut short: <%s> does not end", v.form.document)
		case d.words:
			return d, nil
		case d.marked && !v.form.numbered && v.form.document != "":
			return d, ErrEmptyText
		case err == io.EOF:
			return d, io.EOF
		}
	}
}

// lines returns the lines up to the next mark of a document. long says that they are more than
// a record may have, and are not returned.
func (v *verticalReader) lines() (d verticalLines, long bool, err error) {
	d.at = v.at
	if v.held != nil {
		d.raw, d.at, d.marked, v.held = v.held, v.heldAt, true, nil
	}
	for {
		at := v.at
		line, length, err := lineOf(v.in, v.limit)
		if err != nil && err != io.EOF {
			return d, long, err
		}
		if length == 0 {
			return d, long, io.EOF
		}
		v.at += length
		text := strings.TrimRight(string(line), "\r\n")
		starts, ends := v.form.bounds(text)
		if starts && strings.HasPrefix(text, "# newdoc id") && bytes.HasPrefix(d.raw, line) {
			starts = false // some corpora say it before each sentence
		}
		if starts && len(d.raw) > 0 {
			v.held, v.heldAt = line, at
			return d, long, nil
		}
		d.marked = d.marked || starts
		d.words = d.words || v.form.isWord(text)
		if long = long || line == nil || len(d.raw)+len(line) > v.limit; long {
			d.raw = d.raw[:min(len(d.raw), 1)]
		} else {
			d.raw = append(d.raw, line...)
		}
		if ends && d.marked {
			d.ended = true
			return d, long, nil
		}
	}
}

// bounds reports whether a line begins or ends a document.
func (f *columnForm) bounds(line string) (starts, ends bool) {
	switch {
	case strings.HasPrefix(line, "# newdoc"), strings.HasPrefix(line, "-DOCSTART-"):
		return f.document == "", false
	case f.document != "" && f.isStructure(line):
		name, empty, end := tagName(strings.TrimSpace(line))
		return name == f.document && !end && !empty, name == f.document && end
	}
	return false, false
}

// isStructure reports whether a line is a tag, and no word.
func (f *columnForm) isStructure(line string) bool {
	return strings.HasPrefix(line, "<") && structureLine.MatchString(strings.TrimSpace(line))
}

// isWord reports whether a line is a word.
func (f *columnForm) isWord(line string) bool {
	return strings.TrimSpace(line) != "" && !f.isStructure(line) && !f.isRemark(line) && !strings.HasPrefix(line, "-DOCSTART-")
}

func (f *columnForm) isRemark(line string) bool {
	return (line == "#" || strings.HasPrefix(line, "# ")) || remarkLine.MatchString(strings.TrimSpace(line))
}

// fields returns what the lines of a document say: the attributes of its tag, or the remarks
// before its first word; and its text.
func (f *columnForm) fields(raw string) []Field {
	var fields []Field
	w := &wordWriter{glued: f.glued}
	blocks, skip, begun, printed := 0, 0, false, false
	for line := range strings.Lines(raw) {
		line = strings.TrimRight(line, "\r\n")
		switch {
		case strings.TrimSpace(line) == "": // the end of a sentence
			printed, skip = false, 0
			w.sentence(blocks)
		case f.isRemark(line):
			name, value := remark(line)
			switch {
			case name == "text" && f.numbered:
				w.word(value)
				printed = true
			case strings.HasPrefix(line, "# newpar"):
				w.endLine()
				blocks = 1 // until the next one
			case !begun && value != "" && name != "sent_id" && name != "text":
				fields = append(fields, Field{name, value})
			}
		case f.isStructure(line):
			tag := strings.TrimSpace(line)
			name, empty, end := tagName(tag)
			switch {
			case name == f.document && !end && !begun:
				_, attrs := nameAndAttrs([]byte(tag))
				fields = append(fields, attrs...)
			case name == "g" && empty:
				w.glue = true
			case sentenceNames[name]:
				w.sentence(blocks)
			case lineNamesOf[name]:
				w.endLine()
				if end {
					blocks = max(0, blocks-1)
				} else if !empty {
					blocks++
				}
			}
		case strings.HasPrefix(line, "-DOCSTART-"):
		default:
			begun = true
			if !printed {
				skip = f.word(w, line, skip)
			}
		}
	}
	for i := range fields {
		if fields[i].Name == "text" { // the words are the text
			fields[i].Name = "doc.text"
		}
	}
	return append(fields, Field{"text", w.b.String()})
}

// sentence ends a sentence: the line, where no paragraph is around it.
func (w *wordWriter) sentence(blocks int) {
	if blocks == 0 {
		w.endLine()
	}
}

// word writes the word of a line. skip is up to which number words are part of one that was
// written: zum is 1-2, and 1 and 2 say what it is made of.
func (f *columnForm) word(w *wordWriter, line string, skip int) int {
	cells := []string{line}
	switch f.separator {
	case " ":
		cells = strings.Fields(line)
	case "":
	default:
		cells = strings.Split(line, f.separator)
	}
	word := cells[0]
	if f.numbered && len(cells) > 1 {
		n := wordNumber.FindStringSubmatch(word)
		word = cells[1]
		switch {
		case n == nil || n[2] == ".": // an empty node of a tree
			return skip
		case n[2] == "-":
			skip, _ = strconv.Atoi(n[3])
		default:
			if at, _ := strconv.Atoi(n[1]); at <= skip {
				return skip
			}
		}
	}
	w.word(html.UnescapeString(strings.TrimSpace(word)))
	if f.numbered && strings.Contains(cells[len(cells)-1], "SpaceAfter=No") {
		w.glue = true
	}
	return skip
}

// remark returns the name and the value of a remark: "# newdoc id = d1" is the id.
func remark(line string) (name, value string) {
	name, value, _ = strings.Cut(strings.TrimPrefix(line, "# "), "=")
	name = strings.TrimSpace(name)
	return strings.TrimSpace(strings.TrimPrefix(name, "newdoc ")), strings.TrimSpace(value)
}
