package ingest

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"iter"
	"regexp"
	"unicode/utf8"
)

// Follow reads documents that a program sends as it goes, a JSON object a line, and gives
// each once its line has ended. (Read looks at the first 64 KiB of a file before it gives the
// first record, and a stream that stays open may not have them for hours.) Each line is read
// by itself: a damaged one is an *Error with its number as the record, and takes nothing of
// the next one with it. Blank lines are passed over. Origin.Record is the number of the line
// too, of each record of a line that has several. name is that of the stream, for messages
// and Origin.
//
// Memory holds one line, of at most Options.MaxRecord bytes. When Options.Context ends, so
// does the reading, at the last whole line.
func Follow(in io.Reader, name string, opt Options) iter.Seq2[Record, error] {
	if opt.MaxRecord <= 0 {
		opt.MaxRecord = LongestRecord
	}
	if opt.Context == nil {
		opt.Context = context.Background()
	}
	return func(yield func(Record, error) bool) {
		l := &lineStream{in: bufio.NewReaderSize(in, sniffLength), yield: yield}
		l.run = newRun(opt, l.give)
		l.source = source{path: name, id: name, format: formatNamed("json"), lines: true}
		for more := true; more && !l.run.stopped; {
			more = l.next()
		}
	}
}

// lineStream is a Follow under way.
type lineStream struct {
	run    *run
	source source
	in     *bufio.Reader
	yield  func(Record, error) bool
	number int   // of the line
	at     int64 // where it begins
	line   []byte
	given  int // records and errors of it
}

// give hands over a record or an error with the place of its line.
func (l *lineStream) give(rec Record, err error) bool {
	var e *Error
	if errors.As(err, &e) {
		e.Record, e.Fatal = l.number, false
		if e.Byte < 0 {
			e.Byte = l.at
		}
	}
	rec.Origin.Record = l.number
	l.given++
	return l.yield(rec, err)
}

// next reads a line, and reports whether there may be another.
func (l *lineStream) next() bool {
	length, err := l.read()
	whole := err == nil || err == io.EOF
	if whole && length > 0 {
		l.number++
		switch {
		case length > l.run.opt.MaxRecord:
			l.run.fail(&Error{Path: l.source.path, Byte: l.at, Err: tooLong(l.run.opt.MaxRecord), Raw: l.run.rejected(l.line)})
		case len(bytes.TrimSpace(l.line)) > 0:
			l.rows()
		}
		l.at += int64(length)
	}
	if !whole && l.run.opt.Context.Err() == nil {
		l.run.stopped = !l.yield(Record{}, &Error{Path: l.source.path, Byte: l.at, Fatal: true, Err: err})
	}
	return err == nil
}

// read reads a line and returns its length. Of one that is too long only the beginning is kept.
func (l *lineStream) read() (length int, err error) {
	for l.line = l.line[:0]; ; {
		part, err := l.in.ReadSlice('\n')
		length += len(part)
		if room := l.run.opt.MaxRecord + 1 - len(l.line); room > 0 {
			l.line = append(l.line, part[:min(room, len(part))]...)
		}
		if err != bufio.ErrBufferFull {
			return length, err
		}
	}
}

// bracket is a line of an array whose records stand on lines of their own.
var bracket = regexp.MustCompile(`^\s*(\[|\],?)\s*$`)

// rows reads the records of the line. One that has none, such as [], is an error: whoever sent it
// waits for an answer.
func (l *lineStream) rows() {
	l.given = 0
	defer func() {
		if l.given == 0 && !l.run.stopped && !bracket.Match(bytes.TrimPrefix(l.line, []byte("\ufeff"))) {
			l.run.fail(&Error{Path: l.source.path, Byte: l.at, Err: errNotJSON, Raw: l.run.rejected(l.line)})
		}
	}()
	s, line := &l.source, l.line
	e := utf8Guess
	if l.run.opt.Encoding != "" || !utf8.Valid(line) || bytes.IndexByte(line, 0x1b) >= 0 || l.number == 1 { // which may have a mark
		e = l.run.encodingOf(line)
	}
	s.encoding, s.first, s.at = e.name, l.number, l.at+int64(e.bom)
	in := io.Reader(bytes.NewReader(line[e.bom:]))
	if s.decoded = nil; !utf8.Valid(line) || e.name != utf8Guess.name {
		s.decoded = newDecoding(in, e, s.at)
		in = s.decoded
	}
	for w, err := range s.format.rows(l.run, s, bufio.NewReaderSize(in, min(len(line), sniffLength))) {
		if err != nil {
			l.run.fail(l.run.placed(s, err))
		} else {
			l.run.row(s, &w)
		}
		if l.run.stopped {
			return
		}
	}
	l.run.release(s) // records that wait for a line that says the order of their dates
}
