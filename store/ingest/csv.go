package ingest

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"iter"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Tables of text: RFC 4180, and what programs write in its name. Fields are parted by
// a comma, semicolon, tab or bar; a field in quotes may hold the delimiter, line ends
// and quotes, which are doubled or, as MySQL writes them, after a backslash. Which of
// these a file uses is found in its first 64 KiB: see csvdialect.go.
//
// encoding/csv is not used: it turns \r\n within a field into \n, does not give the
// bytes of a record, and takes the rest of a file for one field where a quote does
// not close. Here such a record ends where the next one begins (csvquotes.go), which costs a
// second look at what the quote swallowed; where that would add up, quotes no longer span
// lines (maxReread).
//
// Memory holds one record; time is linear.

// dialect says how the fields of a table are written.
type dialect struct {
	comma  byte
	quote  byte   // 0: quotes are ordinary characters
	escape byte   // '\\', or 0: a quote is doubled
	bare   bool   // escape counts outside of quotes too
	spaced bool   // spaces may stand before a quote that begins a cell
	sep    string // instead of comma, where it is more than a byte; quote is 0 then
}

// table reads the records of a table of text in UTF-8.
type table struct {
	in      io.Reader
	dialect dialect
	limit   int // bytes of a record
	columns int // of the header; 0 if not known
	shapes  []shape
	flaws   flaws  // of the last record
	at      int64  // where the next record begins
	buf     []byte // what was read and not yet taken; rows keep slices of it
	failure error  // of in: io.EOF, or worse
	reread  int64  // bytes that were looked at for a record and left to the next
}

// maxReread bounds what is looked at twice: that many bytes and a quarter of the file.
const maxReread = 16 << 20

// csvRows reads a table, once it is known how it is written.
func (r *run) csvRows(s *source, in *bufio.Reader) iter.Seq2[row, error] {
	return r.tableOf(s, in, r.opt.Delimiter, nil)
}

// tableOf reads a table. known, if not nil, is how it is written.
func (r *run) tableOf(s *source, in *bufio.Reader, delimiter string, known *dialect) iter.Seq2[row, error] {
	sample, err := in.Peek(sniffLength)
	want := byte(',')
	if ext := extension(s.path); ext == ".tsv" || ext == ".tab" {
		want = '\t'
	}
	var lines io.Reader = in
	if bytes.IndexByte(sample, '\n') < 0 && bytes.IndexByte(sample, '\r') >= 0 {
		sample, lines = bytes.ReplaceAll(sample, []byte("\r"), []byte("\n")), oldMac{in}
	}
	f := findTableForm(sample, want, delimiter, err == io.EOF)
	if known != nil {
		f.dialect = *known
	}
	comma := rune(f.comma)
	if r, n := utf8.DecodeRuneInString(f.sep); n > 0 && n == len(f.sep) {
		comma = r
	}
	s.header = TableHeader{comma, f.names, f.skip > 0}
	f.chosenColumns(r.opt.Fields)
	if f.guessed && !slices.Contains(f.names, "text") && !r.chosen[roleText] {
		return func(yield func(row, error) bool) {
			yield(row{}, fmt.Errorf("%w: no column of the table holds words, and it has no header; --field text=column2 names one", ErrNoText))
		}
	}
	if f.guessed && r.opt.Notes != nil && !r.chosen[roleText] {
		r.opt.Notes.noHeader(s.path, f.names)
	}
	again := func(n int, at int64) {
		if r.opt.Notes != nil {
			r.opt.Notes.Headers.add(Origin{Path: s.path, Record: n, Byte: at}, "")
		}
	}
	if f.remarks > 0 && r.opt.Notes != nil && len(sample) > 0 && sample[0] != '#' {
		r.opt.Notes.Preambles.add(Origin{Path: s.path}, strconv.Itoa(f.remarks))
	}
	return tableRows(lines, s.at, r.opt.MaxRecord, f, again)
}

// oldMac reads lines that end in a carriage return alone.
type oldMac struct{ in io.Reader }

func (o oldMac) Read(b []byte) (int, error) {
	n, err := o.in.Read(b)
	for i := range b[:n] {
		if b[i] == '\r' {
			b[i] = '\n'
		}
	}
	return n, err
}

// looksLikeTable reports whether a file without a name that says so is a table: it has a
// header with a name for the text, and records that have as many cells.
func looksLikeTable(start []byte) bool {
	f := findTableForm(start, 0, "", len(start) < sniffLength)
	return f.isTable() || looksLikeLines(start)
}

// isTable reports whether a form was found for certain.
func (f *tableForm) isTable() bool {
	return f.known > 1 && len(f.names) > 1 && f.rows > 1 && f.share >= 0.9
}

// tableRows reads a table. Records are numbered from 1 without the header; rows of
// blanks are passed over and not counted, and so are headers that come again, where tables
// were put together; again is called for those.
func tableRows(in io.Reader, at int64, limit int, f tableForm, again func(n int, at int64)) iter.Seq2[row, error] {
	return func(yield func(row, error) bool) {
		t := &table{in: in, dialect: f.dialect, limit: limit, columns: len(f.names), shapes: f.shapes, at: at}
		for range f.remarks {
			line, err := t.line()
			if err != nil {
				return
			}
			t.take(len(line))
		}
		var header, guessed []string
		if f.guessed {
			guessed = f.names
		}
		for skip := f.skip; skip > 0; skip-- {
			var err error
			if header, _, err = t.next(); err != nil {
				return
			}
		}
		for n := 1; ; {
			begin := t.at
			cells, raw, err := t.next()
			switch {
			case err == io.EOF:
				return
			case err != nil:
				if !yield(row{}, &Error{Record: n, Byte: begin, Fatal: t.failure == err, Err: err}) || t.failure == err {
					return
				}
				n++
				continue
			case len(bytes.TrimSpace(raw)) == 0:
				continue
			case !f.guessed && len(header) > 1 && slices.Equal(cells, header):
				again(n, begin)
				continue
			}
			w := row{fields: f.named(cells), columns: guessed, raw: raw, at: begin, number: n, flaws: t.flaws}
			if header != nil && len(cells) != len(f.names) {
				w.cells = fmt.Sprintf("%d in place of %d", len(cells), len(f.names))
			}
			if !yield(w, nil) {
				return
			}
			n++
		}
	}
}

// next returns the cells of the next record, and its bytes without the line end. The
// error is io.EOF after the last one.
func (t *table) next() (cells []string, raw []byte, err error) {
	line, err := t.line()
	if err != nil {
		return nil, nil, err
	}
	length := len(line)
	t.flaws = flaws{}
	if d := t.dialect; d.escaped() && bytes.IndexByte(line, d.escape) >= 0 {
		var ok bool
		if cells, length, ok = t.record(false); !ok {
			cells, length = d.plain(trimLineEnd(t.buf[:len(line)])), len(line)
		}
	} else if (d.quote == 0 || bytes.IndexByte(line, d.quote) < 0) && !(d.bare && bytes.IndexByte(line, d.escape) >= 0) {
		cells = d.plain(trimLineEnd(line))
	} else {
		cells, length = t.quoted(length)
	}
	if d := t.dialect; d.quote != 0 && d.escape != 0 && t.columns > 0 && len(cells) != t.columns && bytes.IndexByte(t.buf[:length], d.escape) >= 0 {
		bare := d.bare
		t.dialect.bare = !bare // programs differ in what a backslash outside of quotes is
		if c, n, ok := t.record(false); ok && len(c) == t.columns {
			cells, length, t.flaws = c, n, flaws{}
		}
		t.dialect.bare = bare
	}
	raw = trimLineEnd(t.buf[:length])
	t.take(length)
	return cells, raw, nil
}

// record splits what buf begins with, reading on while a quote is open: twice as many
// bytes each time, so that what is split again stays linear. length is how far it
// looked if it is not ok.
func (t *table) record(lazy bool) (cells []string, length int, ok bool) {
	for {
		cells, length, state := t.dialect.split(t.buf, t.columns, lazy)
		cut := state == splitWhole && length == len(t.buf) && t.failure == nil && !t.ends()
		if state != splitOpen && !cut {
			return cells, length, state == splitWhole
		}
		if t.reread+int64(length) > maxReread+t.at/4 && length > maxReread/64 || !t.grow(2*len(t.buf)) {
			if cut && t.failure == io.EOF && length == len(t.buf) {
				return cells, length, true
			}
			return nil, length, false
		}
	}
}

// ends reports whether buf ends with the end of a line that no backslash makes one of the cell.
func (t *table) ends() bool {
	d := t.dialect
	line, ok := bytes.CutSuffix(t.buf, []byte("\n"))
	return ok && !((d.escaped() || d.bare) && bytes.HasSuffix(line, []byte{d.escape}))
}

// grow reads until buf holds n bytes or all there is. It reports whether there was
// more, within the limit of a record.
func (t *table) grow(n int) bool {
	had := len(t.buf)
	for len(t.buf) < n && t.failure == nil && len(t.buf) <= t.limit {
		t.fill()
	}
	return len(t.buf) > had && len(t.buf) <= t.limit || had < len(t.buf) && t.failure == io.EOF
}

// fill appends what a read gives to buf. It never writes where rows have slices.
func (t *table) fill() {
	const chunk = 64 << 10
	if cap(t.buf)-len(t.buf) < chunk/4 {
		t.buf = append(make([]byte, 0, 2*len(t.buf)+chunk), t.buf...)
	}
	n, err := t.in.Read(t.buf[len(t.buf):cap(t.buf)])
	t.buf = t.buf[:len(t.buf)+n]
	t.failure = err
}

// line makes sure that buf begins with a whole line, and returns it with its end. A
// line beyond the limit is left out.
func (t *table) line() ([]byte, error) {
	for from := 0; ; {
		if i := bytes.IndexByte(t.buf[from:], '\n'); i >= 0 {
			return t.buf[:from+i+1], nil
		}
		switch from = len(t.buf); {
		case t.failure == io.EOF && len(t.buf) > 0:
			return t.buf, nil
		case t.failure != nil:
			return nil, t.failure
		case len(t.buf) > t.limit:
			t.drop()
			return nil, tooLong(t.limit)
		}
		t.fill()
	}
}

// drop leaves out the line that buf begins with.
func (t *table) drop() {
	for {
		if i := bytes.IndexByte(t.buf, '\n'); i >= 0 {
			t.take(i + 1)
			return
		}
		if t.take(len(t.buf)); t.failure != nil {
			return
		}
		t.fill()
	}
}

// take goes on after the first n bytes of buf.
func (t *table) take(n int) {
	t.at += int64(n)
	t.buf = t.buf[n:]
}

func trimLineEnd(b []byte) []byte {
	return bytes.TrimSuffix(bytes.TrimSuffix(b, []byte("\n")), []byte("\r"))
}

// escaped reports whether there are no quotes, and a delimiter or a line end in a cell
// stands after a backslash: as MySQL and PostgreSQL write tables if nothing else is said.
func (d dialect) escaped() bool { return d.quote == 0 && d.escape != 0 }

// plain parts a line whose quotes mean nothing.
func (d dialect) plain(line []byte) []string {
	if d.sep != "" {
		return strings.Split(string(line), d.sep)
	}
	return strings.Split(string(line), string(d.comma))
}

type splitState int

const (
	splitWhole  splitState = iota // a record
	splitOpen                     // the bytes end within quotes
	splitBroken                   // a quote closes, and the field goes on
)

// split reads the record that b begins with; length is how far it looked. With
// limit > 0 it gives up once there are more cells than that on more than one line.
func (d dialect) split(b []byte, limit int, lazy bool) (cells []string, length int, state splitState) {
	i, lines := 0, 0
	for {
		if limit > 0 && lines > 0 && len(cells) > limit {
			return nil, i, splitBroken
		}
		if d.spaced {
			from := i
			for i < len(b) && b[i] == ' ' {
				i++
			}
			if i == len(b) || b[i] != d.quote {
				i = from
			}
		}
		if i < len(b) && b[i] == d.quote && d.quote != 0 {
			cell, end, closed := d.cell(b[i:], lazy)
			if !closed {
				return cells, len(b), splitOpen
			}
			lines += strings.Count(cell, "\n")
			i += end
			cells = append(cells, cell)
		} else {
			end := i
			for end < len(b) && b[end] != d.comma && b[end] != '\n' {
				if end++; (d.escaped() || d.bare) && b[end-1] == d.escape {
					if end == len(b) {
						return cells, end, splitOpen
					}
					if end++; b[end-1] == '\n' {
						lines++
					}
				}
			}
			cell := b[i:end]
			if end == len(b) || b[end] == '\n' {
				cell = bytes.TrimSuffix(cell, []byte("\r"))
			}
			cells, i = append(cells, d.unescape(string(cell))), end
		}
		rest := b[i:]
		switch {
		case len(rest) == 0:
			return cells, i, splitWhole
		case rest[0] == d.comma:
			i++
		case endsLine(rest):
			if i++; rest[0] == '\r' && len(rest) > 1 {
				i++
			}
			return cells, i, splitWhole
		default:
			return nil, i, splitBroken
		}
	}
}

func endsLine(b []byte) bool {
	return len(b) == 0 || b[0] == '\n' || string(b) == "\r" || bytes.HasPrefix(b, []byte("\r\n"))
}

// cell reads the field in quotes that b begins with. A lazy one goes on after a quote
// that neither a delimiter nor a line end follows.
func (d dialect) cell(b []byte, lazy bool) (cell string, end int, closed bool) {
	stops := string(d.quote)
	if d.escape != 0 {
		stops += string(d.escape)
	}
	var out []byte
	for i := 1; ; {
		n := bytes.IndexAny(b[i:], stops)
		if n < 0 {
			return "", 0, false
		}
		out = append(out, b[i:i+n]...)
		i += n
		switch rest := b[i+1:]; {
		case b[i] != d.quote: // the escape
			if len(rest) == 0 {
				return "", 0, false
			}
			out = append(out, unescaped(rest[0])...)
			i += 2
		case len(rest) > 0 && rest[0] == d.quote:
			out = append(out, d.quote)
			i += 2
		case lazy && !endsLine(rest) && rest[0] != d.comma:
			out = append(out, d.quote)
			i++
		default:
			return string(out), i + 1, true
		}
	}
}

// unescaped returns what stands for \c.
func unescaped(c byte) string {
	switch c {
	case 'n':
		return "\n"
	case 'r':
		return "\r"
	case 't':
		return "\t"
	case '0':
		return "\x00"
	case '"', '\'', '\\', '\n', ',', ';', '|', '\t':
		return string(c)
	}
	return "\\" + string(c)
}

// unescape reads a field without quotes.
func (d dialect) unescape(s string) string {
	if d.escape == 0 || strings.IndexByte(s, d.escape) < 0 || s == `\N` {
		return s
	}
	var out []byte
	for i := 0; i < len(s); i++ {
		if s[i] != d.escape || i+1 == len(s) {
			out = append(out, s[i])
			continue
		}
		i++
		out = append(out, unescaped(s[i])...)
	}
	return string(out)
}

// broken reads a line whose quotes are wrong: a quote closes a field only before a
// delimiter or the end. Where that does not make the number of columns wanted, quotes
// mean nothing, or where that does not either, what was first.
func (d dialect) broken(line []byte, columns int) []string {
	loose, _, state := d.split(line, 0, true)
	plain := d.plain(line)
	if state == splitWhole && (columns == 0 || len(loose) == columns || len(plain) != columns) {
		return loose
	}
	for i, p := range plain {
		switch n := len(p); {
		case n >= 2 && p[0] == d.quote && p[n-1] == d.quote:
			plain[i] = p[1 : n-1]
		case n > 0 && p[0] == d.quote && strings.Count(p, p[:1]) == 1:
			plain[i] = p[1:]
		}
	}
	return plain
}
