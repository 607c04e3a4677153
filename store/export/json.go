package export

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"unicode/utf8"
)

// jsonEncoder writes objects, an object a line or as one array.
type jsonEncoder struct {
	w     io.Writer
	array bool
	n     int
	buf   []byte
}

func (e *jsonEncoder) record(r *Record) error {
	b := r.Raw
	if b == nil || r.Format != JSONLines && r.Format != JSONArray {
		fields := r.Fields
		if r.noted != nil {
			fields = append(slices.Clip(fields), named(r.noteName, r.noted))
		}
		e.buf = appendObject(e.buf[:0], fields)
		b = e.buf
	}
	b = bytes.Trim(b, " \t\r\n")
	if !e.array && !r.Printed && bytes.ContainsAny(b, "\r\n") { // printed on many lines: a line of JSON lines is one
		b = oneLine(b)
	}
	before, after := "", "\n"
	if r.CRLF {
		after = "\r\n"
	}
	if r.Before != nil {
		before = string(r.Before) + after
	}
	if e.array {
		before, after = ",\n", ""
		if e.n == 0 {
			before = "[\n"
		}
	}
	e.n++
	for _, part := range [][]byte{[]byte(before), b, []byte(after)} {
		if _, err := e.w.Write(part); err != nil {
			return err
		}
	}
	return nil
}

// oneLine returns an object without the white space between its members. A line break within a
// string, which JSON does not allow and many programs write, is \n or \r; all else that is no strict
// JSON, as NaN, stays as it stands.
func oneLine(object []byte) []byte {
	var flat bytes.Buffer
	if json.Compact(&flat, object) == nil {
		return flat.Bytes()
	}
	out := make([]byte, 0, len(object))
	var quote byte // of the string in which i is
	for i := 0; i < len(object); i++ {
		c := object[i]
		switch {
		case quote == 0 && strings.IndexByte(" \t\r\n", c) >= 0:
		case c == '\n':
			out = append(out, `\n`...)
		case c == '\r':
			out = append(out, `\r`...)
		case quote != 0 && c == '\\' && i+1 < len(object) && object[i+1] >= ' ':
			out = append(out, c, object[i+1])
			i++
		case quote != 0 && c == '\\': // before a line break, or at the end
		default:
			if c == quote {
				quote = 0
			} else if quote == 0 && (c == '"' || c == '\'') {
				quote = c
			}
			out = append(out, c)
		}
	}
	return out
}

func (e *jsonEncoder) end() error {
	switch {
	case !e.array:
		return nil
	case e.n == 0:
		_, err := io.WriteString(e.w, "[]\n")
		return err
	}
	_, err := io.WriteString(e.w, "\n]\n")
	return err
}

// appendObject appends fields as an object, in their order.
func appendObject(b []byte, fields []Field) []byte {
	b = append(b, '{')
	for i, f := range fields {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(appendJSON(b, f.Name), ':')
		b = appendJSON(b, f.Value)
	}
	return append(b, '}')
}

// appendJSON appends a value. Characters of HTML stand as they are, and numbers that JSON has no
// form for are written as Python and JavaScript write them.
func appendJSON(b []byte, v any) []byte {
	switch x := v.(type) {
	case json.RawMessage:
		return append(b, x...)
	case []Field:
		return appendObject(b, x)
	case []any:
		b = append(b, '[')
		for i, item := range x {
			if i > 0 {
				b = append(b, ',')
			}
			b = appendJSON(b, item)
		}
		return append(b, ']')
	case float64:
		switch {
		case math.IsNaN(x):
			return append(b, "NaN"...)
		case math.IsInf(x, 1):
			return append(b, "Infinity"...)
		case math.IsInf(x, -1):
			return append(b, "-Infinity"...)
		}
	}
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		buf.Reset()
		_ = enc.Encode(fmt.Sprint(v)) // a string always encodes
	}
	return append(b, Printable(bytes.TrimRight(buf.Bytes(), "\n"))...)
}

// Printable returns JSON with DEL, the controls U+0080 to U+009F and the marks that turn the
// direction of writing as escapes, which a terminal may obey: package json escapes those below
// U+0020, U+2028 and U+2029.
func Printable(b []byte) []byte {
	var out []byte
	from := 0
	escape := func(i, n int, c byte) {
		out = fmt.Appendf(append(out, b[from:i]...), `\u%04x`, c)
		from = i + n
	}
	wide := func(i int) {
		r, n := utf8.DecodeRune(b[i:])
		out = fmt.Appendf(append(out, b[from:i]...), `\u%04x`, r)
		from = i + n
	}
	for i, c := range b {
		switch {
		case c == 0x7f:
			escape(i, 1, c)
		case c == 0xc2 && b[i+1] >= 0x80 && b[i+1] < 0xa0: // a quote or a line end follows
			escape(i, 2, b[i+1])
		case c == 0xe2 && (b[i+1] == 0x80 && b[i+2] >= 0xaa && b[i+2] <= 0xae || // U+202A to U+202E
			b[i+1] == 0x81 && b[i+2] >= 0xa6 && b[i+2] <= 0xa9): // U+2066 to U+2069
			wide(i)
		}
	}
	if from == 0 {
		return b
	}
	return append(out, b[from:]...)
}

// SetMember returns an object of JSON with the value of one member replaced, all other
// bytes as they stood. path names the member, and the objects that hold it if it is
// nested. A member that the object does not have is added at its end; where a name stands
// twice the last one counts, as for those who read it.
func SetMember(object []byte, path []string, value any) ([]byte, error) {
	lo, hi, found, err := member(strict(object), path)
	if err != nil {
		return nil, err
	}
	if found {
		return slices.Concat(object[:lo], appendJSON(nil, value), object[hi:]), nil
	}
	if len(path) > 1 {
		return nil, fmt.Errorf("there is no member %s", strings.Join(path, "."))
	}
	// A brace at the end closes the object, since member has read it whole.
	end := bytes.LastIndexByte(object, '}')
	sep := ","
	if bytes.HasSuffix(bytes.TrimRight(object[:end], " \t\r\n"), []byte("{")) {
		sep = ""
	}
	last := len(bytes.TrimRight(object[:end], " \t\r\n"))
	return slices.Concat(object[:last], []byte(sep), appendJSON(nil, path[0]), []byte(":"), appendJSON(nil, value), object[last:]), nil
}

// numbersOfPython are numbers that JSON has no form for, as Python and JavaScript write them, and
// numbers of as many bytes.
var numbersOfPython = strings.NewReplacer("-Infinity", "-0.000000", "Infinity", "0.000000", "NaN", "0.0")

// strict returns an object with 0 for each number that JSON has no form for, so that all else
// stands where it stood.
func strict(object []byte) []byte {
	if !bytes.Contains(object, []byte("NaN")) && !bytes.Contains(object, []byte("Infinity")) {
		return object
	}
	var out []byte
	for from := 0; from < len(object); {
		end := from // of what is in no string
		for end < len(object) && object[end] != '"' {
			end++
		}
		out = append(out, numbersOfPython.Replace(string(object[from:end]))...)
		for from = end; from < len(object); {
			if from++; from >= len(object) || object[from] == '"' {
				break
			}
			if object[from] == '\\' {
				from++
			}
		}
		from = min(from+1, len(object))
		out = append(out, object[min(end, len(object)):from]...)
	}
	return out
}

// IsStrict reports whether readers of JSON take an object; NaN and Infinity, which many do, are no
// reason to change it.
func IsStrict(object []byte) bool { return json.Valid(strict(object)) }

// member finds the bytes of a value.
func member(object []byte, path []string) (lo, hi int, found bool, err error) {
	d := json.NewDecoder(bytes.NewReader(object))
	d.UseNumber()
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return 0, 0, false, fmt.Errorf("the record is no JSON object")
	}
	for d.More() {
		t, err := d.Token()
		if err != nil {
			return 0, 0, false, err
		}
		var v json.RawMessage
		if err := d.Decode(&v); err != nil {
			return 0, 0, false, err
		}
		if t != path[0] {
			continue
		}
		end := int(d.InputOffset())
		lo, hi, found = end-len(v), end, true
		if len(path) > 1 {
			l, h, ok, err := member(v, path[1:])
			if err != nil || !ok {
				return 0, 0, false, err
			}
			lo, hi = end-len(v)+l, end-len(v)+h
		}
	}
	_, err = d.Token()
	return lo, hi, found, err
}
