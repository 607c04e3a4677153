package ingest

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
)

// Records between tags, of XML or SGML, in no vocabulary that we know: what crawlers and
// databases write (<docs><doc><title>…), corpora of news (<DOC id="…"><HEADLINE>…<TEXT>
// of the TREC and the LDC, <REUTERS>), exports of a wiki. Which element is a record is
// found in the first 64 KiB: the outermost one that comes again, or that is alone, and
// has a field whose name means a text. Its fields are its attributes and elements.
//
// Such files are seldom XML: there is no root, & stands for itself, end tags are missing.
// So no XML library reads them, and tags are all that is looked at. A record ends at its
// end tag, or where the next one begins. Memory holds one record; time is linear.

// recordName finds the element that is a record in the beginning of a file, or "".
func (r *run) recordName(start []byte) string {
	type seen struct {
		name  string
		depth int
		count int
	}
	var all []seen
	var open []string
	begins := false
	for i := 0; ; {
		t, ok := nextTag(start, i)
		if !ok {
			break
		}
		if !begins {
			if len(bytes.TrimSpace(start[i:t.lo])) > 0 {
				return "" // text comes first
			}
			begins = t.kind == startTag
		}
		i = t.hi
		switch t.kind {
		case endTag:
			if at := slices.Index(open, t.name); at >= 0 {
				open = open[:at]
			}
			continue
		case otherTag:
			continue
		}
		depth := len(open)
		if at := slices.IndexFunc(all, func(s seen) bool { return s.name == t.name && s.depth == depth }); at >= 0 {
			all[at].count++
		} else if depth < 6 && len(all) < 200 {
			all = append(all, seen{t.name, depth, 1})
		}
		if !t.empty && depth < 50 {
			open = append(open, t.name)
		}
	}
	slices.SortStableFunc(all, func(a, b seen) int { return a.depth - b.depth })
	for _, again := range []bool{true, false} {
		for _, s := range all {
			if (s.count > 1) != again || pageElements[s.name] {
				continue
			}
			if s.name == "item" && s.depth == 1 && all[0].name == "items" && r.textIn(start, s.name) { // of Scrapy
				return s.name
			}
			if e, ok := recordIn(start, s.name); ok && r.isRecord(e) {
				if within, around := shareOf(start, s.name); around > fewAround && 3*around > within {
					return "" // they are sections of one document, whose other parts would be lost
				}
				return s.name
			}
		}
	}
	return ""
}

// fewAround is how many bytes of text may stand around records, whatever the records have.
const fewAround = 200

// shareOf returns how many bytes of text stand in elements of a name, and how many do in none.
func shareOf(start []byte, name string) (within, around int) {
	depth := 0
	for i := 0; ; {
		t, ok := nextTag(start, i)
		if !ok {
			return within, around
		}
		if n := len(bytes.TrimSpace(start[i:t.lo])); depth > 0 {
			within += n
		} else {
			around += n
		}
		i = t.hi
		switch {
		case t.name != name || t.empty:
		case t.kind == startTag:
			depth = 1 // its end tag may be missing, so that they do not nest
		case t.kind == endTag:
			depth = 0
		}
	}
}

// pageElements are parts of a page or of a text, and no records. An <article> may be either: in a
// page it has no element whose name means a text.
var pageElements = func() map[string]bool {
	all := map[string]bool{}
	for _, list := range [][]string{blockNames, strings.Fields("html head body a b i u em strong font span img s q hi lb pb sup sub small code center tbody thead form input script style")} {
		for _, n := range list {
			all[n] = n != "article"
		}
	}
	return all
}()

// isRecord reports whether an element has a field for a text, and another.
func (r *run) isRecord(e []byte) bool {
	fields := elementFields(e)
	p := r.guessNested(fields, nil)
	return len(fields) > 1 && p.of[roleText].name != "" && p.of[roleText].rank < shortRank && (p.of[roleID].name != "" || p.of[roleTitle].name != "" || p.of[roleURL].name != "" || p.of[roleDate].name != "")
}

// textIn reports whether an element of a name has a field for a text.
func (r *run) textIn(b []byte, name string) bool {
	for {
		e, ok := recordIn(b, name)
		if !ok {
			return false
		}
		if text := r.guessNested(elementFields(e), nil).of[roleText]; text.name != "" && text.rank < shortRank {
			return true
		}
		b = b[bytes.Index(b, e)+len(e):]
	}
}

// recordIn returns the first element of a name, or what of it stands in b.
func recordIn(b []byte, name string) ([]byte, bool) {
	from := -1
	for i := 0; ; {
		t, ok := nextTag(b, i)
		switch {
		case !ok && from >= 0:
			return b[from:], true
		case !ok:
			return nil, false
		case t.name == name && t.kind == startTag && from < 0:
			if from = t.lo; t.empty {
				return b[from:t.hi], true
			}
		case t.name == name && from >= 0 && t.kind == startTag:
			return b[from:t.lo], true
		case t.name == name && from >= 0:
			return b[from:t.hi], true
		}
		i = t.hi
	}
}

// looksLikeRecords is the sniff of the format.
func looksLikeRecords(start []byte) bool {
	s := bytes.TrimLeft(start, " \t\r\n")
	if len(s) < 2 || s[0] != '<' || looksLikeHTML(start) && !tableOfRows(s) {
		return false
	}
	return newRun(Options{}, nil).recordName(start) != ""
}

// tableOfRows tells a table of a database from one of a page.
func tableOfRows(s []byte) bool {
	s = bytes.ToLower(s)
	return !bytes.Contains(s, []byte("<tr")) && !bytes.Contains(s, []byte("<td"))
}

// recordRows reads a file of records between tags.
func (r *run) recordRows(s *source, in *bufio.Reader) iter.Seq2[row, error] {
	return func(yield func(row, error) bool) {
		start, _ := in.Peek(sniffLength)
		name := r.recordName(start)
		if name == "" {
			yield(row{}, fmt.Errorf("%w: no element of it has a title or an id and a text", ErrNotText))
			return
		}
		x := &elementReader{in: in, name: name, limit: r.opt.MaxRecord, at: s.at}
		for n := 1; ; n++ {
			raw, at, whole, err := x.next()
			if x.stray > 0 && !yield(row{}, &Error{Record: n, Byte: x.strayAt, Bytes: x.stray, Err: fmt.Errorf("text that is in no <%s>", name)}) {
				return
			}
			switch {
			case err == io.EOF:
				return
			case err != nil:
				if !yield(row{}, &Error{Record: n, Byte: at, Fatal: x.failure == err, Err: err}) || x.failure == err {
					return
				}
				continue
			}
			if !whole && x.ended() {
				yield(row{}, &Error{Record: n, Byte: at, Bytes: int64(len(raw)), Raw: r.rejected(raw), Err: fmt.Errorf("the file is cut short: <%s> does not end", name)})
				return
			}
			number := n
			if n == 1 && !x.rooted && s.path != "-" {
				raw = bytes.Clone(raw)
				if x.atEnd() {
					number = 0 // the record is the root: a file that is one document
				}
			}
			if !yield(row{fields: elementFields(raw), raw: raw, at: at, number: number}, nil) {
				return
			}
		}
	}
}

// elementReader finds the elements of a name in a stream.
type elementReader struct {
	in      io.Reader
	name    string
	limit   int
	buf     []byte
	lo      int
	at      int64 // where buf[0] stands
	failure error // of in, after buf
	rooted  bool  // an element stands around the records
	stray   int64 // bytes of text before the record that are in no element
	strayAt int64
}

func (x *elementReader) ended() bool { return x.failure != nil && x.lo >= len(x.buf) }

// atEnd reports whether nothing but white space follows.
func (x *elementReader) atEnd() bool {
	for len(bytes.TrimSpace(x.buf[x.lo:])) == 0 {
		if !x.fill() {
			return x.failure == io.EOF
		}
	}
	return false
}

// fill reads on. It reports whether there was more.
func (x *elementReader) fill() bool {
	if x.failure != nil {
		return false
	}
	if x.lo > 0 && (x.lo > len(x.buf)/2 || len(x.buf) == cap(x.buf)) {
		x.at += int64(x.lo)
		x.buf, x.lo = x.buf[:copy(x.buf, x.buf[x.lo:])], 0
	}
	if len(x.buf) == cap(x.buf) {
		x.buf = append(make([]byte, 0, max(sniffLength, 2*cap(x.buf))), x.buf...)
	}
	n, err := x.in.Read(x.buf[len(x.buf):cap(x.buf)])
	x.buf, x.failure = x.buf[:len(x.buf)+n], err
	return n > 0 || err == nil
}

// tag returns the next tag from an offset of buf[lo:] on, reading as far as is needed.
func (x *elementReader) tag(from int) (t tagToken, ok bool) {
	for {
		b := x.buf[x.lo:]
		t, ok = nextTag(b, from)
		if ok && (t.hi < len(b) || x.failure != nil) {
			return t, true
		}
		if i := bytes.LastIndexByte(b[from:], '<'); i >= 0 && !ok {
			from += max(0, min(i, len(b)-from-longestTag)) // what has no tag is not looked at again
		} else if !ok {
			from = len(b)
		}
		if len(b) > x.limit+longestTag || !x.fill() {
			return t, ok
		}
	}
}

// next returns the next record. It is good until the one after it.
func (x *elementReader) next() (raw []byte, at int64, whole bool, err error) {
	x.stray = 0
	for { // to where it begins
		t, ok := x.tag(0)
		text := x.buf[x.lo:]
		if ok {
			text = text[:t.lo]
		}
		if !x.rooted && len(bytes.TrimSpace(text)) > 0 {
			if x.stray == 0 {
				x.strayAt = x.at + int64(x.lo)
			}
			x.stray += int64(len(bytes.TrimSpace(text)))
		}
		if !ok {
			at, x.lo = x.at+int64(len(x.buf)), len(x.buf)
			if x.failure == nil {
				continue
			}
			return nil, at, false, x.failure
		}
		if t.name == x.name && t.kind == startTag {
			x.lo += t.lo
			break
		}
		x.rooted = x.rooted || t.kind == startTag
		x.lo += t.hi
	}
	at = x.at + int64(x.lo)
	t, _ := x.tag(0)
	end := t.hi
	for whole = t.empty; !whole; end = t.hi {
		var ok bool
		t, ok = x.tag(end)
		switch {
		case ok && t.name == x.name && t.kind == startTag: // the end tag is missing
			return x.take(t.lo), at, true, nil
		case ok:
			whole = t.name == x.name && t.kind == endTag
		case len(x.buf)-x.lo > x.limit:
			x.lo = len(x.buf)
			return nil, at, false, tooLong(x.limit)
		case x.failure != io.EOF:
			return nil, at, false, x.failure
		default:
			return x.take(len(x.buf) - x.lo), at, false, nil
		}
	}
	return x.take(end), at, true, nil
}

func (x *elementReader) take(n int) []byte {
	raw := x.buf[x.lo : x.lo+n]
	x.lo += n
	return raw
}
