package ingest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// The reader of a JSON object walks over its members itself, since encoding/json
// takes the last of two members of one name silently, does not say where a wrong
// value stands, and reads every string two times more. What it walks over has been
// found valid, so that it need not look for mistakes.

// field is a name under which dumps carry what a document has. Names are compared
// without case.
type field int

const (
	fieldID field = iota
	fieldURL
	fieldLink
	fieldSource
	fieldDate
	fieldPublishTime
	fieldPublishDate
	fieldPubDate
	fieldTitle
	fieldHeadline
	fieldText // this one and those behind it are prose
	fieldContent
	fieldBody
	fieldCount
)

var fieldNames = [fieldCount]string{
	"id", "url", "link", "source", "date", "publish_time", "publish_date", "pubDate", "title", "headline",
	"text", "content", "body",
}

// fieldOf returns the field of a member's name as it is written, and whether there
// is one.
func fieldOf(name []byte) (field, bool) {
	text, _ := unescape(name)
	for f, known := range fieldNames {
		if strings.EqualFold(text, known) {
			return field(f), true
		}
	}
	return 0, false
}

// fields are the values of the fields of one object.
type fields struct {
	given [fieldCount]bool // a value that is not null
	text  [fieldCount]string
	at    [fieldCount]int // where the value begins
	half  bool            // see Record.Half
}

// first returns the first of some fields that is not empty.
func (f *fields) first(names ...field) string {
	for _, n := range names {
		if f.text[n] != "" {
			return f.text[n]
		}
	}
	return ""
}

// readFields reads the fields of a JSON object. at is where in b an error stands.
func readFields(b []byte) (f fields, at int, err error) {
	if s := bytes.TrimLeft(b, " \t\r\n"); len(s) == 0 || s[0] != '{' {
		return f, 0, errors.New("not a JSON object")
	}
	if !json.Valid(b) {
		err := json.Unmarshal(b, new(json.RawMessage))
		var syntax *json.SyntaxError
		if errors.As(err, &syntax) {
			at = max(0, int(syntax.Offset)-1)
		}
		return f, at, err
	}
	var seen [fieldCount]bool
	members(b, func(name, value []byte, begin int) bool {
		n, ok := fieldOf(name)
		if !ok {
			return true
		}
		if at = begin; seen[n] {
			err = fmt.Errorf("field %s comes twice", fieldNames[n])
			return false
		}
		seen[n], f.at[n] = true, begin
		err = f.set(n, value)
		return err == nil
	})
	return f, at, err
}

// set takes a value for a field: a string, or null for none. What is not prose may be
// a number, which is kept as it is written. What a number would say is no text, and
// most likely another column.
func (f *fields) set(n field, value []byte) error {
	kind := "a number"
	switch value[0] {
	case '"':
		text, half := unescape(value[1 : len(value)-1])
		f.given[n], f.text[n], f.half = true, text, f.half || half
		return nil
	case 'n':
		return nil
	case '{':
		kind = "an object"
	case '[':
		kind = "an array"
	case 't', 'f':
		kind = string(value)
	default:
		if n < fieldText {
			f.given[n], f.text[n] = true, string(value)
			return nil
		}
	}
	return fmt.Errorf("field %s: a string was expected, not %s", fieldNames[n], kind)
}

// members calls fn for each member of the valid JSON object b: with its name between
// the quotes, its value, and where that begins. It stops when fn returns false.
func members(b []byte, fn func(name, value []byte, at int) bool) {
	i := skipSpace(b, bytes.IndexByte(b, '{')+1)
	for b[i] != '}' {
		end := valueEnd(b, i)
		name := b[i+1 : end-1]
		i = skipSpace(b, skipSpace(b, end)+1) // over the colon
		end = valueEnd(b, i)
		if !fn(name, b[i:end], i) {
			return
		}
		if i = skipSpace(b, end); b[i] == ',' {
			i = skipSpace(b, i+1)
		}
	}
}

func skipSpace(b []byte, i int) int {
	for b[i] == ' ' || b[i] == '\t' || b[i] == '\r' || b[i] == '\n' {
		i++
	}
	return i
}

// valueEnd returns the end of the JSON value that begins at i.
func valueEnd(b []byte, i int) int {
	switch b[i] {
	case '"':
		return stringEnd(b, i)
	case '{', '[':
		for depth := 0; ; i++ {
			switch b[i] {
			case '"':
				i = stringEnd(b, i) - 1
			case '{', '[':
				depth++
			case '}', ']':
				if depth--; depth == 0 {
					return i + 1
				}
			}
		}
	}
	return i + bytes.IndexAny(b[i:], ",}] \t\r\n")
}

// stringEnd returns the end of the JSON string that begins at i: behind the first
// quote before which no odd number of backslashes stands.
func stringEnd(b []byte, i int) int {
	for {
		i += 1 + bytes.IndexByte(b[i+1:], '"')
		slashes := i
		for b[slashes-1] == '\\' {
			slashes--
		}
		if (i-slashes)%2 == 0 {
			return i + 1
		}
	}
}

// unescape returns what stands between the quotes of a valid JSON string in UTF-8.
// half reports an escaped half of a surrogate pair without its other half, which is
// no character: it becomes U+FFFD.
func unescape(b []byte) (text string, half bool) {
	i := bytes.IndexByte(b, '\\')
	if i < 0 {
		return string(b), false
	}
	out := make([]byte, 0, len(b))
	for ; i >= 0; i = bytes.IndexByte(b, '\\') {
		out, b = append(out, b[:i]...), b[i+1:]
		if b[0] != 'u' {
			out, b = append(out, "\"\\/\b\f\n\r\t"[strings.IndexByte(`"\/bfnrt`, b[0])]), b[1:]
			continue
		}
		r := unhex(b[1:5])
		b = b[5:]
		if utf16.IsSurrogate(r) {
			low := rune(-1)
			if bytes.HasPrefix(b, []byte(`\u`)) {
				low = unhex(b[2:6])
			}
			if r = utf16.DecodeRune(r, low); r == utf8.RuneError {
				half = true
			} else {
				b = b[6:]
			}
		}
		out = utf8.AppendRune(out, r)
	}
	return string(append(out, b...)), half
}

// unhex returns what four hexadecimal digits say.
func unhex(b []byte) rune {
	n, _ := strconv.ParseUint(string(b), 16, 32)
	return rune(n)
}
