package ingest

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// Walking over JSON (RFC 8259) as dumps have it. encoding/json gives up at the first
// byte that is not JSON, takes the last of two members of one name silently, and reads
// every string three times. Here what programs write instead of JSON is walked over as
// long as it is clear where a value ends: NaN, None and other bare words, names without
// quotes, a comma too many or one missing, comments, an empty value, tabs and line ends
// in a string. Time is linear in what is walked over; no recursion.

// member is a member of an object as it is written.
type member struct {
	name  []byte // between the quotes, or bare
	value []byte
	at    int // where the value begins
}

// walker walks over objects. The zero value is ready.
type walker struct {
	members []member // of the object walked over last
	open    []byte   // the brackets that are open: '{' or '['
	// lax takes quotes within strings for a part of them where they end none.
	lax bool
	// restart, if not nil, is asked for each object that begins in an open one: true if
	// it begins a record, so that the open one was cut off.
	restart func(at int) bool
}

// deepest is how many objects and arrays may be open.
const deepest = 10_000

// errMore says that an object goes on where what we have of it ends.
var errMore = errors.New("more is needed")

// syntaxError is what is wrong with an object, and where.
type syntaxError struct {
	at   int
	what string
}

func (e *syntaxError) Error() string { return e.what }

// object walks over the object that begins b and returns its end. final says that
// nothing follows b; else the error may be errMore.
func (w *walker) object(b []byte, final bool) (end int, err error) {
	w.members, w.open = w.members[:0], append(w.open[:0], '{')
	more := func(at int, what string) (int, error) {
		if !final {
			return 0, errMore
		}
		return 0, &syntaxError{at, what}
	}
	const cut = "the object is cut off"
	i, key := 1, true // key: a name or the end of an object comes next
	for {
		var value int
		if i = spaceEnd(b, i); i >= len(b) {
			return more(len(b), cut)
		}
		object := w.open[len(w.open)-1] == '{'
		switch c := b[i]; {
		case c == ',':
			i++
			key = object
			continue
		case c == '}' && object, c == ']' && !object:
			if w.open = w.open[:len(w.open)-1]; len(w.open) == 0 {
				return i + 1, nil
			}
			if i++; len(w.open) == 1 {
				w.close(b, i)
			}
			key = w.open[len(w.open)-1] == '{'
			continue
		case c == '}' || c == ']':
			return 0, &syntaxError{i, "a bracket closes what is not open"}
		case object && key && (c == '{' || c == '['):
			return 0, &syntaxError{i, cut}
		case object && key:
			var name []byte
			name, i, err = nameEnd(b, i, final)
			if err != nil {
				return 0, err
			}
			if i = spaceEnd(b, i); i >= len(b) {
				return more(len(b), cut)
			}
			if b[i] != ':' {
				return 0, &syntaxError{i, "a colon is missing"}
			}
			if i = spaceEnd(b, i+1); i >= len(b) {
				return more(len(b), cut)
			}
			key = false
			if len(w.open) == 1 {
				w.members = append(w.members, member{name: name, at: i})
			}
			if b[i] == ',' || b[i] == '}' { // no value
				w.close(b, i)
				continue
			}
		}
		quote, isString := quoted(b, i)
		switch {
		case b[i] == '{' || b[i] == '[':
			if w.restart != nil && b[i] == '{' && w.restart(i) {
				return 0, &syntaxError{i, cut}
			}
			if len(w.open) == deepest {
				return 0, &syntaxError{i, "it is nested too deep"}
			}
			w.open = append(w.open, b[i])
			key = b[i] == '{'
			i++
			continue
		case isString && w.lax && b[quote] == '"':
			value, err = laxEnd(b, quote, !object, final)
		case isString:
			value, err = quoteEnd(b, quote, final)
		default:
			value, err = bareEnd(b, i, final)
		}
		if err != nil {
			return 0, err
		}
		if i = value; len(w.open) == 1 {
			w.close(b, i)
		}
		key = object
	}
}

// close notes the end of the value of the last member.
func (w *walker) close(b []byte, end int) {
	if n := len(w.members); n > 0 && w.members[n-1].value == nil {
		m := &w.members[n-1]
		m.value = b[m.at:end]
	}
}

// spaceEnd returns the end of white space and comments.
func spaceEnd(b []byte, i int) int {
	for i < len(b) {
		switch c := b[i]; {
		case c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == 0:
			i++
		case c == '/' && i+1 < len(b) && b[i+1] == '/':
			n := bytes.IndexByte(b[i:], '\n')
			if n < 0 {
				return len(b)
			}
			i += n
		case c == '/' && i+1 < len(b) && b[i+1] == '*':
			n := bytes.Index(b[i:], []byte("*/"))
			if n < 0 {
				return len(b)
			}
			i += n + 2
		case c == 0xc2 && i+1 < len(b) && b[i+1] == 0xa0: // no-break space
			i += 2
		case c == 0xef && bytes.HasPrefix(b[i:], []byte("\ufeff")):
			i += 3
		default:
			return i
		}
	}
	return i
}

// nameEnd walks over the name of a member.
func nameEnd(b []byte, i int, final bool) (name []byte, end int, err error) {
	if quote, ok := quoted(b, i); ok {
		end, err = quoteEnd(b, quote, final)
		if err != nil {
			return nil, 0, err
		}
		return b[quote+1 : end-1], end, nil
	}
	if end, err = wordEnd(b, i, final); err != nil {
		return nil, 0, err
	}
	return b[i:end], end, nil
}

// quoteEnd returns the end of the string whose quote, " or ', stands at i. A line end in it is taken as
// a part of it, unless what follows begins a record: then the quote is missing.
func quoteEnd(b []byte, i int, final bool) (end int, err error) {
	const open = "a string is not closed"
	start, quote := i, b[i]
	for {
		n := bytes.IndexByte(b[i+1:], quote)
		line := b[i+1:]
		if n >= 0 {
			line = line[:n]
		}
		for from := 0; ; {
			j := bytes.IndexByte(line[from:], '\n')
			if j < 0 {
				break
			}
			from += j + 1
			rest := bytes.TrimLeft(b[i+1+from:], " \t\r\n")
			if len(rest) == 0 && !final {
				return 0, errMore
			}
			if len(rest) == 0 || rest[0] == '{' && bytes.HasPrefix(bytes.TrimLeft(rest[1:], " \t\r\n"), []byte(`"`)) || rest[0] == '[' && bytes.HasPrefix(bytes.TrimLeft(rest[1:], " \t\r\n"), []byte(`{`)) {
				return 0, &syntaxError{start, open}
			}
		}
		if n < 0 {
			if final {
				return 0, &syntaxError{start, open}
			}
			return 0, errMore
		}
		i += 1 + n
		slashes := i
		for slashes > start && b[slashes-1] == '\\' {
			slashes--
		}
		if (i-slashes)%2 == 0 {
			return i + 1, nil
		}
	}
}

// wordEnd returns the end of a number, true, false, null, or another bare word.
func wordEnd(b []byte, i int, final bool) (end int, err error) {
	for end = i; end < len(b) && inWord(b[end]); end++ {
	}
	switch {
	case end == len(b) && !final:
		return 0, errMore
	case end > i:
		return end, nil
	}
	r, _ := utf8.DecodeRune(b[i:])
	return 0, &syntaxError{i, "the character " + strconv.QuoteRune(r) + " cannot stand here"}
}

// bareEnd returns the end of a value that is no string, object or array: a word, or a call.
func bareEnd(b []byte, i int, final bool) (end int, err error) {
	end, err = wordEnd(b, i, final)
	if err == nil && string(b[i:end]) == "new" { // new Date("…")
		if i = spaceEnd(b, end); i >= len(b) && !final {
			return 0, errMore
		} else if i < len(b) && inWord(b[i]) {
			end, err = wordEnd(b, i, final)
		}
	}
	if err == nil && end < len(b) && b[end] == '(' && !('0' <= b[i] && b[i] <= '9') {
		return callEnd(b, end, final)
	}
	return end, err
}

func inWord(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '+' || c == '-' || c == '.' || c == '_' || c == '$'
}

// value returns what a member's value says: a string, json.Number, bool, nil or
// json.RawMessage for what is nested. half is that of unescape.
func value(b []byte) (v any, half bool) {
	if len(b) == 0 {
		return nil, false
	}
	if quote, ok := quoted(b, 0); ok && len(b) > quote+1 {
		text, half := unescape(b[quote+1 : len(b)-1])
		if b[0] != '"' && bytes.Contains(b, []byte(`\x`)) {
			text, _ = bytesOf(text)
		}
		return text, half
	}
	switch b[0] {
	case '{', '[':
		return json.RawMessage(b), false
	}
	if at := bytes.IndexByte(b, '('); at > 0 && b[len(b)-1] == ')' {
		return called(string(b[:at]), b[at:])
	}
	switch word := string(b); word {
	case "null", "None", "undefined", "nil":
		return nil, false
	case "true", "True":
		return true, false
	case "false", "False":
		return false, false
	case "NaN", "nan":
		return math.NaN(), false
	case "Infinity", "inf", "+Infinity":
		return math.Inf(1), false
	case "-Infinity", "-inf":
		return math.Inf(-1), false
	default:
		if json.Valid(b) {
			return json.Number(word), false
		}
		return word, false
	}
}

// jsonValue returns a value with all that is nested in it.
func jsonValue(b []byte) any {
	b = b[spaceEnd(b, 0):]
	v, _ := value(b)
	if _, nested := v.(json.RawMessage); !nested {
		return v
	}
	if b[0] == '{' {
		fields := []Field{}
		for _, m := range membersOf(b) {
			name, _ := unescape(m.name)
			fields = append(fields, Field{name, jsonValue(m.value)})
		}
		return fields
	}
	list := []any{}
	for _, e := range elements(b) {
		list = append(list, jsonValue(e))
	}
	return list
}

// membersOf returns the members of an object that was walked over already.
func membersOf(b []byte) []member {
	var w walker
	if _, err := w.object(b, true); err == nil {
		return w.members
	}
	w.lax = true
	if _, err := w.object(b, true); err != nil {
		return nil
	}
	return w.members
}

// elements returns the elements of an array that was walked over already: it is walked
// over as the value of an object would be.
func elements(b []byte) (out [][]byte) {
	depth, begin := 0, -1
	end := func(i int) {
		if depth == 1 && begin >= 0 {
			out = append(out, b[begin:i])
			begin = -1
		}
	}
	for i := 0; i < len(b); {
		if next := spaceEnd(b, i); next > i {
			end(i)
			i = next
			continue
		}
		if depth == 1 && begin < 0 && b[i] != ',' && b[i] != ']' {
			begin = i
		}
		switch b[i] {
		case '"', '\'', '(':
			next, err := quoteEnd(b, i, true)
			if b[i] == '(' {
				next, err = callEnd(b, i, true)
			}
			if err != nil {
				return out
			}
			i = next
			end(i)
			continue
		case '{', '[':
			depth++
		case '}', ']':
			if depth == 1 {
				end(i)
			}
			depth--
			i++
			end(i)
			continue
		case ',':
			end(i)
		}
		i++
	}
	return out
}

// unescape returns what stands between the quotes of a JSON string. half reports an
// escape that is no character: half of a surrogate pair without its other half, or a \u
// without its digits. It becomes U+FFFD.
func unescape(b []byte) (text string, half bool) {
	i := bytes.IndexByte(b, '\\')
	if i < 0 {
		return string(b), false
	}
	out := make([]byte, 0, len(b))
	for ; i >= 0; i = bytes.IndexByte(b, '\\') {
		out, b = append(out, b[:i]...), b[i+1:]
		if len(b) == 0 {
			out = append(out, '\\')
			break
		}
		switch b[0] {
		case 'u':
			r, n := escapedRune(b)
			half = half || r == utf8.RuneError && !bytes.EqualFold(b[:n], []byte("ufffd"))
			out, b = utf8.AppendRune(out, r), b[n:]
		case 'U': // of Python
			r, n := escapedLong(b)
			half = half || r == utf8.RuneError && n == 1
			out, b = utf8.AppendRune(out, r), b[n:]
		case 'x': // of JavaScript
			r, err := strconv.ParseUint(string(b[1:min(3, len(b))]), 16, 8)
			if len(b) < 3 || err != nil {
				out = append(out, '\\')
				continue
			}
			out, b = utf8.AppendRune(out, rune(r)), b[3:]
		default:
			if k := strings.IndexByte(`"\/bfnrt'`, b[0]); k >= 0 {
				out, b = append(out, "\"\\/\b\f\n\r\t'"[k]), b[1:]
			} else {
				out = append(out, '\\') // an escape of nothing is itself
			}
		}
	}
	return string(append(out, b...)), half
}

// escapedRune returns the character of an escape that begins with "u", or of two that
// are a pair, and how much of b that is.
func escapedRune(b []byte) (r rune, n int) {
	unit := func(b []byte) rune {
		if len(b) < 5 || b[0] != 'u' {
			return -1
		}
		v, err := strconv.ParseUint(string(b[1:5]), 16, 16)
		if err != nil {
			return -1
		}
		return rune(v)
	}
	r = unit(b)
	switch {
	case r < 0:
		return utf8.RuneError, 1
	case !utf16.IsSurrogate(r):
		return r, 5
	case len(b) > 5 && b[5] == '\\':
		if r = utf16.DecodeRune(r, unit(b[6:])); r != utf8.RuneError {
			return r, 11
		}
	}
	return utf8.RuneError, 5
}
