package ingest

import (
	"bufio"
	"bytes"
	"cmp"
	"io"
	"iter"
	"regexp"
	"slices"
)

// JSON: an object a line, an array of objects, objects one after the other, and all of
// these in one file. What is between objects (brackets, commas, line ends, the record
// separator of RFC 7464, marks of files that were put together, the call around JSONP)
// is passed over. An object that cannot be read is lost, and reading goes on with the
// next one that can: the loss is an Error with its place, its bytes and about how many
// records that is.
//
// Memory holds one record. An object that fails is looked at again for one that begins
// in it, until that has cost rescans times the file; from there on what failed is passed
// over whole. So time is linear whatever is in the file.

// looksLikeJSON reports whether a file without a name that says so holds JSON: an
// object with a member, or an array of objects.
func looksLikeJSON(start []byte) bool {
	s := bytes.TrimLeft(start, " \t\r\n\x1e")
	if len(s) == 0 {
		return false
	}
	rest := bytes.TrimLeft(s[1:], " \t\r\n")
	switch s[0] {
	case '{':
		return len(rest) > 0 && (rest[0] == '"' || rest[0] == '\'' || rest[0] == '}')
	case '[':
		return len(rest) > 0 && rest[0] == '{'
	}
	return jsonCall.Match(s[:min(len(s), 200)]) || isLog(start)
}

// jsonCall is what stands before JSON that a script loads.
var jsonCall = regexp.MustCompile(`^(?:\)\]\}',?\s*|(?:(?:var|let|const)\s+)?[A-Za-z_$][\w$.]{0,80}\s*[=(]\s*)[\[{]\s*["'{]`)

// byLine reports whether a file holds an object a line: it begins with an object
// whose first line could be its last. (A file that prints one object on many lines
// ends the first one with "{", "[" or ",".) A first line that is cut off, or no object, says
// nothing; the next one does.
func byLine(start []byte) bool {
	s := bytes.TrimLeft(start, " \t\r\n\x1e")
	line, next, _ := bytes.Cut(s, []byte("\n"))
	line, next = bytes.TrimRight(line, " \t\r"), bytes.TrimLeft(next, " \t\r\n")
	if len(line) == 0 || len(line) >= sniffLength {
		return true
	}
	others := bytes.HasPrefix(next, []byte("{")) && byLine(next)
	if line[0] == '[' {
		inside := bytes.TrimLeft(line, "[ \t\r")
		return others && len(inside) > 0 && inside[0] != '{' && inside[0] != ']'
	}
	switch line[len(line)-1] {
	case '[':
		return false
	case '{', ',':
		return others
	}
	return true
}

// rescans bounds what is looked at again, see above.
const rescans = 8

// JSONHeader is Original.Header of JSON.
type JSONHeader struct {
	Array bool // the file begins with one
	CRLF  bool // its lines end as those of Windows
}

// jsonReader reads the objects of a file.
type jsonReader struct {
	r      *run
	s      *source
	in     io.Reader
	buf    []byte
	lo     int   // buf[lo:] is not read yet
	at     int64 // where buf[0] stands
	err    error // of in, after buf
	w      walker
	yield  func(row, error) bool
	byLine bool
	isLog  bool  // see passLine
	line   int   // of buf[lo], if byLine; never past last
	last   int   // number of the last record
	budget int64 // for what is walked over again

	firsts  map[string]bool // the names of first members of records
	records int64           // that were read, and their bytes
	bytes   int64

	lostAt    int64 // where the bytes begin that could not be read, or -1
	lostTries int   // objects in them
	lostWhy   error
	lostWhere int64
	lostFrom  int     // number of the first record lost
	lostRaw   []byte  // how it begins, for Error.Raw
	indent    int     // of the first object lost
	plain     bool    // a record was read that is no envelope
	inside    bool    // of an envelope whose beginning was passed over
	day       string  // of the list there: see dayOf
	action    []byte  // the line before the object: see bulkAction
	about     []Field // what it says
	lax       bool    // the object was read with quotes in its strings
	root      bool    // the object is all that the file holds: see alone
	// afterObject says that an object ended on the line of a log that is being read.
	afterObject bool
	stopped     bool
}

func (r *run) jsonRows(s *source, in *bufio.Reader) iter.Seq2[row, error] {
	return func(yield func(row, error) bool) {
		head, _ := in.Peek(sniffLength)
		line, _, _ := bytes.Cut(head, []byte("\n"))
		s.header = JSONHeader{!byLine(head) && bytes.HasPrefix(bytes.TrimLeft(head, " \t\r\n"), []byte("[")), bytes.HasSuffix(line, []byte("\r"))}
		j := &jsonReader{
			r: r, s: s, in: in, at: s.at, yield: yield, line: s.first, last: s.first - 1, lostAt: -1, budget: 1 << 20,
			firsts: map[string]bool{}, byLine: s.first > 1 || byLine(head), isLog: isLog(head),
		}
		j.byLine = j.byLine || j.isLog
		j.w.restart = j.restart
		if !j.byLine {
			s.dump = 0
		}
		if len(bytes.TrimSpace(head)) == 0 && len(head) < sniffLength && s.first == 1 {
			if _, err := in.Peek(len(head) + 1); err == io.EOF {
				yield(row{}, &Error{Byte: -1, Err: ErrEmptyText})
				return
			}
		}
		if m := jsonCall.FindIndex(bytes.TrimLeft(head[:min(len(head), 200)], " \t\r\n")); m != nil && !j.isLog {
			j.fill(0)
			i := bytes.IndexAny(j.buf, "[{") // of the match: it holds none before
			if bytes.HasPrefix(bytes.TrimLeft(j.buf, " \t\r\n"), []byte(")]}'")) {
				i = bytes.IndexByte(j.buf, '}') + 1
				i += bytes.IndexAny(j.buf[i:], "[{")
			}
			j.skip(i)
		}
		j.run()
	}
}

// lookBack is how much is kept of what was taken, to see what an object stands after.
const lookBack = 256

// fill makes more than n bytes stand in buf[lo:], if there are more.
func (j *jsonReader) fill(n int) bool {
	for len(j.buf)-j.lo <= n && j.err == nil {
		if j.lo > lookBack && (j.lo > len(j.buf)/2 || len(j.buf) == cap(j.buf)) {
			gone := j.lo - lookBack
			j.at += int64(gone)
			j.buf, j.lo = j.buf[:copy(j.buf, j.buf[gone:])], lookBack
		}
		if len(j.buf) == cap(j.buf) {
			j.buf = append(make([]byte, 0, max(sniffLength, 2*cap(j.buf))), j.buf...)
		}
		var k int
		k, j.err = j.in.Read(j.buf[len(j.buf):cap(j.buf)])
		j.buf = j.buf[:len(j.buf)+k]
	}
	return len(j.buf)-j.lo > n
}

// rest returns what is read and not yet taken, and whether nothing follows it.
func (j *jsonReader) rest() (b []byte, final bool) { return j.buf[j.lo:], j.err != nil }

func (j *jsonReader) place() int64 { return j.at + int64(j.lo) }

// skip takes n bytes, and counts their lines.
func (j *jsonReader) skip(n int) {
	if j.byLine {
		j.line += bytes.Count(j.buf[j.lo:j.lo+n], []byte("\n"))
	}
	if j.lostAt >= 0 && len(j.lostRaw) < RejectedBytes && j.r.opt.KeepRejected {
		j.lostRaw = append(j.lostRaw, j.buf[j.lo:j.lo+n]...)
	}
	j.lo += n
	j.budget += int64(n) * rescans
}

func (j *jsonReader) run() {
	for j.objects(); !j.stopped && goesOn(j.err); j.objects() {
		j.stopped = !j.yield(row{}, j.cutOff(false))
		pass(j.err)
		j.err, j.lostAt, j.lostRaw = nil, -1, nil
	}
	switch {
	case j.stopped:
	case j.err == nil || j.err == io.EOF:
		j.settleLoss(j.place())
	default:
		j.yield(row{}, j.cutOff(true))
	}
}

// cutOff is the error for a file that ends, or is damaged, before its end.
func (j *jsonReader) cutOff(fatal bool) *Error {
	e := &Error{Record: j.number(), Byte: j.place(), Fatal: fatal, Err: j.err}
	if j.lostAt >= 0 { // a record was cut off with it
		e.Record, e.Byte = j.lostFrom, j.lostAt
	}
	if !fatal {
		j.last = max(j.last, e.Record)
	}
	return e
}

// objects reads to the end, or to where the file is damaged.
func (j *jsonReader) objects() {
	for !j.stopped && j.fill(0) {
		b, final := j.rest()
		switch n := between(b, final); {
		case n < 0:
			j.fill(len(b))
		case n > 0 && j.lostAt < 0:
			j.afterObject = j.afterObject && bytes.IndexByte(b[:n], '\n') < 0
			j.skip(n)
		case b[0] == '{' && j.candidate(0):
			j.object()
			j.afterObject = true
		case j.isLog && j.lostAt < 0:
			j.passLine()
		case j.inside && j.lostAt < 0 && j.passToken():
		default:
			j.pass()
		}
	}
}

// between returns how many bytes at the beginning of b stand between objects, or -1 if b ends
// within a comment that begins there.
func between(b []byte, final bool) (n int) {
	for n < len(b) {
		switch b[n] {
		case ' ', '\t', '\r', '\n', ',', '[', ']', 0x1e, 0, ';', ')':
			n++
		case 0xef:
			if !bytes.HasPrefix(b[n:], []byte("\ufeff")) {
				return n
			}
			n += 3
		case '/':
			end := spaceEnd(b, n)
			switch cut := !final && (end == len(b) || n+1 == len(b)) && len(b)-n < longestComment; {
			case cut && n == 0:
				return -1
			case cut || end == n:
				return n
			}
			n = end
		default:
			return n
		}
	}
	return n
}

// longestComment is how long a comment is held until its end is read.
const longestComment = 1 << 20

// number is the number of a record that begins here.
func (j *jsonReader) number() int {
	if j.byLine {
		j.line = max(j.line, j.last+1)
		return j.line
	}
	return j.last + 1
}

// context says what stands before buf[lo+n]: the last byte that is not white space (0:
// none), and whether that is on an earlier line, with the spaces between.
func (j *jsonReader) context(n int) (prev byte, lineStart bool, indent int) {
	at := j.lo + n
	for i := at - 1; i >= 0 && i >= at-lookBack; i-- {
		switch c := j.buf[i]; c {
		case '\n', '\r', 0x1e:
			if !lineStart {
				lineStart, indent = true, at-1-i
			}
		case ' ', '\t', 0, 0xbf, 0xbb, 0xef: // or the bytes of a mark
		default:
			return c, lineStart, indent
		}
	}
	if !lineStart {
		lineStart, indent = true, min(at, lookBack)
	}
	return 0, lineStart, indent
}

// firstName returns the name of the first member of the object at buf[lo+n]; ok is
// false if there is none.
func (j *jsonReader) firstName(n int) (name string, ok bool) {
	b, final := j.rest()
	i := spaceEnd(b, n+1)
	if i >= len(b) {
		return "", !final
	}
	if b[i] != '"' && b[i] != '\'' && !inWord(b[i]) {
		return "", b[i] == '}'
	}
	raw, _, err := nameEnd(b, i, final)
	name, _ = unescape(raw)
	return name, err == nil || err == errMore
}

// candidate reports whether the object at buf[lo+n] may be a record. Where something was
// lost, an object may be a part of a record: it is taken if it begins with a name that
// records begin with, or on a line of its own that is not indented more than what was
// lost.
func (j *jsonReader) candidate(n int) bool {
	if n == 0 && j.lostAt < 0 {
		return true
	}
	name, ok := j.firstName(n)
	if !ok {
		return false
	}
	prev, lineStart, indent := j.context(n)
	switch {
	case prev == ':' && !(lineStart && j.firsts[name]): // a value
		return false
	case j.firsts[name], lineStart && indent <= j.indent, j.lostTries == 0:
		return true
	}
	return len(j.firsts) == 0 && (prev == 0 || bytes.IndexByte([]byte("}],["), prev) >= 0)
}

// restart reports whether an object that begins within another one is a record, so that
// the other was cut off: where both begin a line, and like records.
func (j *jsonReader) restart(at int) bool {
	if _, own, indent := j.context(0); own {
		if prev, lineStart, in := j.context(at); lineStart && in <= indent && prev != ':' {
			name, ok := j.firstName(at)
			return ok && j.firsts[name]
		}
	}
	return false
}

// object reads the object at buf[lo].
func (j *jsonReader) object() {
	if _, lineStart, _ := j.context(0); j.byLine && lineStart {
		if j.settleLoss(j.place()); j.stopped {
			return
		}
	}
	for {
		b, final := j.rest()
		end, err := j.w.object(b, final)
		j.r.walked += int64(cmp.Or(end, len(b)))
		switch {
		case err == errMore && len(b) > envelopeBytes && !j.plain && j.enter(b):
			return
		case err == errMore && len(b) <= j.r.opt.MaxRecord:
			j.fill(len(b) + len(b)/2)
			continue
		case err == errMore || end > j.r.opt.MaxRecord:
			err = tooLong(j.r.opt.MaxRecord)
		}
		if err == nil && !final && end+2 > len(b) && len(b) <= j.r.opt.MaxRecord { // how its line ends
			j.fill(len(b) + 1)
			continue
		}
		if err != nil {
			if end = j.laxly(err); end == 0 {
				j.failed(err, len(b))
				return
			}
			b, _ = j.rest()
		}
		if j.settleLoss(j.place()); j.stopped {
			return
		}
		if j.root = !j.lax && j.alone(end); j.root {
			b, _ = j.rest()
			end, _ = j.w.object(b, true) // which may have moved
		}
		j.give(b[:end])
		j.lax = false
		j.skip(end)
		return
	}
}

// give hands over an object that was walked over, or the records in it.
func (j *jsonReader) give(raw []byte) {
	w := j.row(raw, j.w.members)
	if len(w.fields) > 0 && len(j.firsts) < 64 {
		j.firsts[w.fields[0].Name] = true
	}
	if about, name := bulkAction(w.fields); name != "" {
		j.action, j.about = bytes.Clone(raw), about
		if name == "delete" { // no object follows
			j.action, j.about = nil, nil
			j.note(func(n *Notes) { n.Deletes.add(Origin{Path: j.s.path, Record: j.number(), Byte: w.at}, "") })
		}
		return
	}
	if j.action != nil {
		for _, f := range slices.Backward(j.about) {
			w.surround(f)
		}
		w.action, j.action, j.about = j.action, nil, nil
	}
	if !j.plain && !j.r.hasText(w.fields) {
		if kids := j.r.kids(w.fields, !j.root); len(kids) > 0 {
			j.giveAll(raw, kids)
			return
		}
	}
	j.plain = j.plain || !j.inside
	if j.root {
		j.s.dump = 0 // there is no midst to enter
		j.stopped = !j.yield(w, nil)
		return
	}
	j.hand(w)
}

// giveAll hands over the records in an envelope.
func (j *jsonReader) giveAll(raw []byte, kids []kid) {
	for _, k := range kids {
		w := j.row(k.raw, membersOf(k.raw))
		w.at += int64(cap(raw) - cap(k.raw))
		w.inside, w.day = true, k.day
		if k.name != "" {
			w.surround(Field{"_key", k.name})
		}
		if j.hand(w); j.stopped {
			return
		}
	}
}

// row makes a row of an object.
func (j *jsonReader) row(raw []byte, members []member) row {
	w := row{raw: raw, at: j.place(), quotes: j.lax, inside: j.inside, day: j.day}
	if after := bytes.TrimLeft(j.buf[min(len(j.buf), j.lo+len(raw)):], " \t,"); len(after) > 0 {
		w.lineEnd = string(after[:min(2, len(after))])
	}
	for _, m := range members {
		name, _ := unescape(m.name)
		v, half := value(m.value)
		w.half = w.half || half
		w.fields, w.places = append(w.fields, Field{name, v}), append(w.places, m.at)
	}
	return w
}

// surround adds a field that stands outside of the record.
func (w *row) surround(f Field) {
	w.around = append(w.around, f)
	w.fields, w.places = append([]Field{f}, w.fields...), nil
}

// hand hands over a row under the next number.
func (j *jsonReader) hand(w row) {
	w.number = j.number()
	j.last = w.number
	j.records++
	j.bytes += int64(len(w.raw))
	j.stopped = !j.yield(w, nil)
}
