package ingest

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"repost/dedup"
)

// looksLikeJSON reports whether a file without a telling name holds JSON: an
// object with a member, or an array of objects.
func looksLikeJSON(start []byte) bool {
	s := bytes.TrimLeft(start, " \t\r\n")
	if len(s) == 0 {
		return false
	}
	rest := bytes.TrimLeft(s[1:], " \t\r\n")
	switch s[0] {
	case '{':
		return len(rest) > 0 && (rest[0] == '"' || rest[0] == '}')
	case '[':
		return len(rest) > 0 && rest[0] == '{'
	}
	return false
}

// byLine reports whether a file holds an object a line: it begins with an object
// whose first line could be its last. (A file that prints one object on many lines
// ends the first one with "{", "[" or ",".)
func byLine(start []byte) bool {
	s := bytes.TrimLeft(start, " \t\r\n")
	if len(s) > 0 && s[0] == '[' {
		return false
	}
	line, _, _ := bytes.Cut(s, []byte("\n"))
	line = bytes.TrimRight(line, " \t\r")
	return len(line) == 0 || len(line) >= sniffLength || !bytes.ContainsRune([]byte("{[,"), rune(line[len(line)-1]))
}

// json reads a file of records.
func (r *run) json(s source, b *bufio.Reader, e guess) {
	start, _ := b.Peek(sniffLength)
	head := bytes.TrimLeft(e.head(start), " \t\r\n")
	b.Discard(e.bom)
	at, d := int64(e.bom), &decoder{only: e.bom > 0}
	var in io.Reader = b
	if e.wide != "" {
		in, at, d.name = e.wideDecoder().Reader(b), 0, e.wide
	}
	switch {
	case len(head) == 0:
		r.fail(&Error{Path: s.path, Byte: -1, Err: ErrEmptyText})
	case byLine(head):
		if e.wide != "" {
			s.dump = 0
		}
		r.lines(s, bufio.NewReaderSize(in, sniffLength), at, d)
	default:
		s.dump = 0
		// No encoding uses a byte below "0" inside a character: cut there.
		cut := bytes.LastIndexFunc(head, func(c rune) bool { return c < '0' })
		if _, name, bad := d.decode(head[:cut+1]); bad < 0 && d.found != nil {
			in = d.found.enc.NewDecoder().Reader(in)
			d.name = name
		}
		r.values(s, in, at, d.encoding(), head[0] == '[')
	}
}

// lines reads an object a line. Lines are parted before they are decoded, which
// is right in every encoding but UTF-16: none of the others uses the byte of a line
// feed inside a character.
func (r *run) lines(s source, in *bufio.Reader, at int64, d *decoder) {
	n, at, err := r.enter(s, in, at)
	if err != nil {
		r.fatal(s.path, err)
		return
	}
	if n == Done {
		return
	}
	var line []byte
	for ; ; n++ {
		var length int64
		var err error
		line, length, err = readLine(in, line[:0], r.opt.MaxRecord)
		begin := at
		at += length
		if err != nil && err != io.EOF && !errors.Is(err, ErrTooLong) {
			r.fail(&Error{Path: s.path, Record: n, Byte: begin, Fatal: true, Err: err})
			return
		}
		if err == io.EOF && length == 0 {
			return
		}
		switch {
		case errors.Is(err, ErrTooLong):
			r.fail(&Error{Path: s.path, Record: n, Byte: begin, Err: err})
		case len(bytes.TrimSpace(line)) > 0:
			if r.line(s, line, n, begin, d); d.found != nil {
				s.dump = 0 // what the next lines are read as depends on those before
			}
		}
		if r.stopped || err == io.EOF {
			return
		}
	}
}

// enter goes to the record of a dump that Options.Resume names: by a jump in a file,
// by unpacking what comes before in a packed one.
func (r *run) enter(s source, in *bufio.Reader, at int64) (n int, begin int64, err error) {
	if s.dump == 0 || r.opt.Resume == nil {
		return 1, at, nil
	}
	n, begin = r.opt.Resume(s.dump)
	switch {
	case n == 0:
		return 1, at, nil
	case n == Done || begin <= at:
		return n, at, nil
	case s.file != nil:
		_, err = s.file.Seek(begin, io.SeekStart)
		in.Reset(s.file)
	default:
		_, err = io.CopyN(io.Discard, in, begin-at)
	}
	return n, begin, err
}

// readLine appends the next line to dst, without its end, and returns how long it
// is in the file. Of a line beyond limit it keeps nothing and reads to its end.
func readLine(in *bufio.Reader, dst []byte, limit int) (line []byte, length int64, err error) {
	long := false
	for {
		part, err := in.ReadSlice('\n')
		length += int64(len(part))
		if long = long || len(dst)+len(part) > limit+1; !long {
			dst = append(dst, part...)
		}
		switch {
		case err == bufio.ErrBufferFull:
			continue
		case err != nil && err != io.EOF:
			return dst, length, err
		case long:
			return dst[:0], length, tooLong(limit)
		}
		return bytes.TrimSuffix(dst, []byte("\n")), length, err
	}
}

// line reads one line as a record. It may begin with a byte order mark, where dumps
// were put one behind the other.
func (r *run) line(s source, line []byte, n int, begin int64, d *decoder) {
	if rest, ok := bytes.CutPrefix(line, []byte("\xef\xbb\xbf")); ok {
		line, begin = rest, begin+3
	}
	o := Origin{Path: s.path, Record: n, Byte: begin}
	text, name, bad := d.decode(line)
	if bad >= 0 {
		r.fail(&Error{Path: s.path, Record: n, Byte: begin + int64(bad), Err: fmt.Errorf("%w as %s", ErrEncoding, name)})
		return
	}
	r.object(s, []byte(text), o, name)
}

// object gives the document of a JSON object in UTF-8.
func (r *run) object(s source, b []byte, o Origin, encoding string) {
	rec, at, err := document(b)
	if err != nil {
		r.fail(&Error{Path: s.path, Record: o.Record, Byte: o.Byte + int64(at), Err: err})
		return
	}
	if rec.Doc.ID == "" {
		rec.Doc.ID = rec.Doc.URL
	}
	if rec.Doc.ID == "" {
		rec.Doc.ID = fmt.Sprintf("%s:%d", s.id, o.Record)
	}
	rec.Origin, rec.Encoding, rec.Dump = o, encoding, s.dump
	r.give(rec)
}

// values reads an array of objects, or objects one after the other. Behind
// broken JSON there is no telling where the next one begins: the file ends there.
func (r *run) values(s source, in io.Reader, at int64, encoding string, array bool) {
	limit := &limited{in: in, max: int64(r.opt.MaxRecord)}
	dec := json.NewDecoder(limit)
	n := 0
	stop := func(err error) {
		if err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		place := dec.InputOffset()
		var syntax *json.SyntaxError
		if errors.As(err, &syntax) {
			place = max(0, syntax.Offset-1)
		}
		r.fail(&Error{Path: s.path, Record: n + 1, Byte: at + place, Fatal: true, Err: err})
	}
	if array {
		if _, err := dec.Token(); err != nil {
			stop(err)
			return
		}
	}
	for !array || dec.More() {
		var raw json.RawMessage
		limit.allow(dec.InputOffset())
		if err := dec.Decode(&raw); err == io.EOF && !array {
			return
		} else if err != nil {
			stop(err)
			return
		}
		n++
		begin := at + dec.InputOffset() - int64(len(raw))
		if bad := firstInvalid(raw); bad >= 0 {
			r.fail(&Error{Path: s.path, Record: n, Byte: begin + int64(bad), Err: fmt.Errorf("%w as UTF-8", ErrEncoding)})
		} else {
			r.object(s, raw, Origin{Path: s.path, Record: n, Byte: begin}, encoding)
		}
		if r.stopped {
			return
		}
	}
	if _, err := dec.Token(); err != nil {
		stop(err)
	}
}

// limited stops a decoder that reads on and on for one value.
type limited struct {
	in        io.Reader
	read, end int64
	max       int64
}

// allow lets the decoder read max bytes beyond the place where a record begins.
func (l *limited) allow(from int64) { l.end = from + l.max + sniffLength }

func (l *limited) Read(b []byte) (int, error) {
	if l.end > 0 && l.read >= l.end {
		return 0, tooLong(int(l.max))
	}
	n, err := l.in.Read(b)
	l.read += int64(n)
	return n, err
}

// document reads a JSON object as a document. at is where in b an error stands.
func document(b []byte) (rec Record, at int, err error) {
	f, at, err := readFields(b)
	if err != nil {
		return rec, at, err
	}
	rec.Half = f.half
	rec.Doc = dedup.Document{
		ID:     f.text[fieldID],
		URL:    flat(f.first(fieldURL, fieldLink)),
		Source: flat(f.text[fieldSource]),
		Date:   flat(f.first(fieldDate, fieldPublishTime, fieldPublishDate, fieldPubDate)),
		Title:  f.first(fieldTitle, fieldHeadline),
		Text:   f.first(fieldText, fieldContent, fieldBody),
	}
	if strings.TrimSpace(rec.Doc.Text) != "" {
		return rec, 0, nil
	}
	for _, n := range []field{fieldText, fieldContent, fieldBody} {
		if f.given[n] {
			return rec, f.at[n], ErrEmptyText
		}
	}
	return rec, 0, ErrNoText
}

// flat returns s on one line: dumps that were cut out of web pages have line breaks in
// every field, and a date with one would fit no day. (The text is kept byte for byte.)
func flat(s string) string {
	if !strings.ContainsAny(s, "\n\r\t") {
		return s
	}
	return strings.Join(strings.Fields(s), " ")
}
