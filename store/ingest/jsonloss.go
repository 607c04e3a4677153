package ingest

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
)

// What of a file of JSON is lost: bytes that are no object, and objects that cannot be read.
// One loss reaches to the next object that can be read, or, in a file with an object a line,
// to the next line; it is one Error with all of its bytes.

// pass loses bytes up to where an object may begin.
func (j *jsonReader) pass() {
	b, _ := j.rest()
	j.lose(0, j.notObject(), j.place())
	n := 1
	for {
		k := bytes.IndexByte(b[n:], '{')
		if k < 0 {
			j.skip(len(b))
			return
		}
		if n += k; j.candidate(n) {
			j.skip(n)
			return
		}
		n++
	}
}

var errNotJSON = errors.New("this is no JSON object")

// Files of values that are no objects, with a way to make objects of them.
var (
	errStrings = fmt.Errorf("%w but a list of strings: for instance, jq -c '.[] | {text: .}' FILE makes objects of them", errNotJSON)
	errRows    = fmt.Errorf("%w but a list of lists: for instance, jq -c '.[] | {id: .[0], text: .[1]}' FILE makes objects of them", errNotJSON)
	errString  = fmt.Errorf("%w but a string: for instance, jq -c '{text: .}' FILE makes objects of such lines", errNotJSON)
	errRow     = fmt.Errorf("%w but a list: for instance, jq -c '{id: .[0], text: .[1]}' FILE makes objects of such lines", errNotJSON)
)

// notObject says what stands at buf[lo], where an object should: of a file without any, what
// its values are, and of a table, how it is read.
func (j *jsonReader) notObject() error {
	if j.at == 0 && j.records == 0 && j.lostAt < 0 {
		if f := findTableForm(j.buf, 0, "", len(j.buf) < sniffLength); f.isTable() {
			format := "csv"
			if f.comma == '\t' {
				format = "tsv"
			}
			return fmt.Errorf("%w; it looks like %s: --input-format %s reads it", errNotJSON, strings.ToUpper(format), format)
		}
	}
	if j.at > 0 || j.records > 0 || bytes.IndexByte(j.buf, '{') >= 0 {
		return errNotJSON
	}
	start := bytes.TrimLeft(bytes.TrimPrefix(j.buf, []byte("\ufeff")), " \t\r\n")
	line, next, _ := bytes.Cut(start, []byte("\n"))
	inside := bytes.TrimLeft(start, "[ \t\r\n")
	isString := bytes.HasPrefix(inside, []byte(`"`))
	switch brackets := bytes.Count(start[:len(start)-len(inside)], []byte("[")); {
	case brackets == 0 && isString:
		return errString
	case brackets == 1 && bytes.HasSuffix(bytes.TrimSpace(line), []byte("]")) && bytes.HasPrefix(bytes.TrimSpace(next), []byte("[")):
		return errRow
	case brackets == 1 && isString:
		return errStrings
	case brackets == 2:
		return errRows
	}
	return errNotJSON
}

// lose begins a loss, or goes on with it.
func (j *jsonReader) lose(tries int, why error, where int64) {
	if j.lostAt < 0 {
		_, _, j.indent = j.context(0)
		opened := j.opened()
		j.lostAt, j.lostTries, j.lostWhy, j.lostWhere, j.lostFrom = j.place()-int64(len(opened)), 0, why, where, j.number()
		if errors.Is(why, errNotJSON) {
			j.lostWhere = j.lostAt
		}
		if j.r.opt.KeepRejected {
			j.lostRaw = append(j.lostRaw, opened...)
		}
	}
	j.lostTries += tries
}

// opened returns the brackets that stand before buf[lo] and open nothing but what is lost
// there: those at the beginning of a line that should be an object ([deleted]), and those
// after a comma of an array.
func (j *jsonReader) opened() []byte {
	signs := "[] \t"
	if j.byLine {
		signs += ","
	}
	from := j.lo
	for i := j.lo - 1; i >= 0 && i >= j.lo-lookBack && strings.IndexByte(signs, j.buf[i]) >= 0; i-- {
		if j.buf[i] != ' ' && j.buf[i] != '\t' {
			from = i
		}
	}
	if prev, lineStart, _ := j.context(from - j.lo); lineStart && j.byLine || prev == ',' && !lineStart {
		return j.buf[from:j.lo]
	}
	return nil
}

// settleLoss reports what was lost up to end.
func (j *jsonReader) settleLoss(end int64) {
	if j.lostAt < 0 {
		return
	}
	before := j.buf[:j.lo]
	end -= int64(len(before) - len(j.lossEnd(before)))
	e := &Error{Byte: j.lostWhere, Bytes: end - j.lostAt, Records: j.lostTries, Err: j.lostWhy}
	switch {
	case j.byLine:
		e.Record, e.Records = j.lostFrom, max(e.Records, j.line-j.lostFrom)
		if e.Records > 0 {
			j.last = max(j.last, j.lostFrom)
		}
	case e.Records > 0:
		if j.records > 0 {
			e.Records = max(e.Records, int(e.Bytes*j.records/j.bytes))
		}
		e.Record = j.lostFrom
		j.last += e.Records
	}
	if j.r.opt.KeepRejected {
		e.Raw = j.lossEnd(j.lostRaw)
	}
	j.lostAt, j.lostRaw = -1, nil
	j.stopped = !j.yield(row{}, e)
}

// lossEnd returns what is lost without the space and the commas after it. On a line of its
// own a comma is part of it, unless an object or an array ends before the comma.
func (j *jsonReader) lossEnd(b []byte) []byte {
	b = bytes.TrimRight(b, " \t\r\n")
	bare := bytes.TrimRight(b, " \t\r\n,")
	if j.byLine && len(bare) > 0 && bytes.IndexByte([]byte("}]"), bare[len(bare)-1]) < 0 {
		return b
	}
	return bare
}

// failed loses the object at buf[lo], of which n bytes were walked over, or less if err
// says so: all of it if too much was walked over in vain. An object that is too long ends with
// its line, as far as that is read.
func (j *jsonReader) failed(err error, n int) {
	if b, _ := j.rest(); errors.Is(err, ErrTooLong) && len(b) > j.r.opt.MaxRecord {
		if k := bytes.IndexByte(b[j.r.opt.MaxRecord:], '\n'); k >= 0 {
			n = j.r.opt.MaxRecord + k
		}
		j.lose(1, err, j.place())
		j.skip(n)
		return
	}
	where := j.place()
	var syntax *syntaxError
	if errors.As(err, &syntax) {
		where += int64(syntax.at)
		n = max(1, min(n, syntax.at))
	}
	j.lose(1, err, where)
	j.budget -= int64(n)
	if j.budget < 0 {
		j.skip(n)
	} else {
		j.skip(1)
	}
}
