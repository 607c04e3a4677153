package ingest

import (
	"bytes"
	"cmp"
	"errors"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

// What programs write where JSON should stand, and is read: the literals of Python and of
// the shell of MongoDB, quotes in a text that nobody escaped, and lines of logs with an
// object in them. Time is linear in what is walked over.

// quoted reports whether a string begins at b[i], and where its quote stands: Python
// writes u'…' and b'…'.
func quoted(b []byte, i int) (at int, ok bool) {
	if c := b[i]; (c == 'u' || c == 'b') && i+1 < len(b) && (b[i+1] == '\'' || b[i+1] == '"') {
		i++
	}
	return i, b[i] == '"' || b[i] == '\''
}

// callEnd returns the end of the arguments of a call that stands for a value, as in
// ObjectId("…"): b[i] is their opening bracket.
func callEnd(b []byte, i int, final bool) (end int, err error) {
	start := i
	for depth := 0; i < len(b); {
		switch b[i] {
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				return i + 1, nil
			}
		case '"', '\'':
			if i, err = quoteEnd(b, i, final); err != nil {
				return 0, err
			}
			continue
		case '{', '}', '\n':
			return 0, &syntaxError{start, "the bracket ( is not closed"}
		}
		i++
	}
	if final {
		return 0, &syntaxError{start, "the bracket ( is not closed"}
	}
	return 0, errMore
}

// called returns what a call stands for: its first argument, or the numbers of a date.
func called(name string, args []byte) (v any, half bool) {
	args = bytes.TrimSpace(args[1 : len(args)-1])
	if len(args) == 0 {
		return nil, false
	}
	if _, ok := quoted(args, 0); ok {
		end, err := quoteEnd(args, bytes.IndexAny(args, `"'`), true)
		if err != nil {
			return nil, false
		}
		return value(args[:end])
	}
	parts := strings.Split(string(args), ",")
	for i, p := range parts {
		parts[i] = strings.TrimSpace(p)
	}
	if strings.HasPrefix(name, "date") && len(parts) >= 3 { // datetime.datetime(2024, 3, 5, 9, 27)
		s := strings.Join(parts[:3], "-")
		if len(parts) >= 5 {
			s += " " + strings.Join(parts[3:5], ":")
		}
		return s, false
	}
	return value([]byte(parts[0]))
}

// laxEnd returns the end of a string in which quotes may stand that nobody escaped: the
// quote that ends it stands before what goes on an object or an array. A quote before a
// colon is the end of a name: the end of the string is missing then.
func laxEnd(b []byte, i int, inArray, final bool) (end int, err error) {
	const open = "a string is not closed"
	for j := i + 1; j < len(b); j++ {
		switch b[j] {
		case '\\':
			j++
		case '\n':
			return 0, &syntaxError{i, open}
		case '"':
			next := spaceEnd(b, j+1)
			if next >= len(b) {
				if final {
					return j + 1, nil
				}
				return 0, errMore
			}
			switch c := b[next]; {
			case c == ':':
				return 0, &syntaxError{i, open}
			case c == '}' || c == ']', c == ',' && nameFollows(b, next+1, inArray):
				return j + 1, nil
			}
		}
	}
	if final {
		return 0, &syntaxError{i, open}
	}
	return 0, errMore
}

// laxly walks over the object at buf[lo], which failed, once more with quotes in its
// strings, and returns its end, or 0.
func (j *jsonReader) laxly(err error) (end int) {
	var syntax *syntaxError
	if !errors.As(err, &syntax) {
		return 0
	}
	for {
		b, final := j.rest()
		if j.budget < 0 {
			return 0
		}
		j.w.lax = true
		end, err := j.w.object(b, final)
		j.w.lax = false
		cost := cmp.Or(end, len(b))
		if errors.As(err, &syntax) {
			cost = syntax.at
		}
		j.r.walked += int64(cost)
		j.budget -= int64(cost)
		if err == errMore && len(b) <= j.r.opt.MaxRecord {
			j.fill(len(b) + len(b)/2)
			continue
		}
		if err != nil || end > j.r.opt.MaxRecord {
			return 0
		}
		j.lax = true
		return end
	}
}

var nameBegins = regexp.MustCompile(`^\s*(?:"[^"\\\n]{1,80}"\s*:|$)`)

// nameFollows reports whether the next member, or the next value of an array, begins.
func nameFollows(b []byte, i int, inArray bool) bool {
	if inArray {
		i = spaceEnd(b, i)
		return i >= len(b) || bytes.IndexByte([]byte(`"{[-0123456789tfn`), b[i]) >= 0
	}
	return nameBegins.Match(b[i:min(len(b), i+120)])
}

// bytesOf returns text in which escapes of single bytes stand for UTF-8, as Python 2
// writes strings and Python 3 writes bytes: "\xe4\xb8\xad". ok is false if they do not.
func bytesOf(text string) (string, bool) {
	out := make([]byte, 0, len(text))
	for _, r := range text {
		if r > 0xff {
			return text, false
		}
		out = append(out, byte(r))
	}
	return string(out), utf8.Valid(out)
}

// escapedLong returns the character of an escape of Python, \U and eight digits after b,
// and how much of b that is.
func escapedLong(b []byte) (r rune, n int) {
	if len(b) < 9 {
		return utf8.RuneError, 1
	}
	v, err := strconv.ParseUint(string(b[1:9]), 16, 32)
	if err != nil || v > utf8.MaxRune {
		return utf8.RuneError, 1
	}
	return rune(v), 9
}

// Logs. A crawler that logs what it finds, a container, a queue and a stream of events
// (SSE) write a prefix before the object of each line.

// logPrefix is how long what stands before an object may be.
const logPrefix = 300

var (
	objectInLine = regexp.MustCompile(`\{\s*["'][^"'\n]{1,80}["']\s*:`)
	silentLine   = regexp.MustCompile(`^(?:\s*$|(?:event|id|retry):|:)`) // of SSE
)

// objectIn returns where in a line an object begins, or -1.
func objectIn(line []byte) int {
	if loc := objectInLine.FindIndex(line[:min(len(line), logPrefix+100)]); loc != nil && loc[0] <= logPrefix {
		return loc[0]
	}
	return -1
}

// isLog reports whether a file holds lines of a log: two or more that have an object
// after something that is none, and next to none without, in the beginning of the file.
func isLog(start []byte) bool {
	logged, others, n := 0, 0, 0
	for line := range bytes.Lines(start) {
		if n++; n > 50 || len(line) == 0 || line[len(line)-1] != '\n' && n > 1 {
			break
		}
		at := objectIn(line)
		switch before := bytes.Trim(line[:max(at, 0)], "\ufeff \t,[]\x1e\x00"); {
		case silentLine.Match(line):
		case at < 0 || len(before) == 0:
			others++
		case bytes.ContainsAny(before, "{}"):
			others++
		default:
			logged++
		}
	}
	return logged >= 2 && logged > others
}

// passLine passes over what stands in a line of a log before its object, or over a line
// that has none.
func (j *jsonReader) passLine() {
	for n := 0; ; {
		b, final := j.rest()
		end := bytes.IndexByte(b[n:], '\n')
		if end < 0 && !final && len(b) < logPrefix+200 {
			n = len(b)
			j.fill(len(b))
			continue
		}
		if end < 0 {
			end = len(b) - n
		}
		line := b[:n+end]
		at := objectIn(line)
		where := Origin{Path: j.s.path, Record: j.number(), Byte: j.place()}
		switch {
		case at > 0:
			j.note(func(n *Notes) { n.Prefixes.add(where, string(bytes.TrimSpace(line[:at]))) })
			j.skip(at)
			return
		case j.afterObject || silentLine.Match(line):
		default:
			j.note(func(n *Notes) { n.OtherLines.add(where, "") })
		}
		j.skip(len(line))
		return
	}
}

func (j *jsonReader) note(f func(*Notes)) {
	if j.r.opt.Notes != nil {
		f(j.r.opt.Notes)
	}
}

// bulkAction returns what a line of the bulk interface of Elasticsearch says of the object on the
// next ({"index":{"_index":"news","_id":"7"}}), and its name; "" if it is no such line.
func bulkAction(fields []Field) (about []Field, name string) {
	if len(fields) != 1 {
		return nil, ""
	}
	switch fields[0].Name {
	case "index", "create", "update", "delete":
	default:
		return nil, ""
	}
	sub, ok := object(fields[0].Value)
	if !ok {
		return nil, ""
	}
	for _, f := range sub {
		if !strings.HasPrefix(f.Name, "_") && f.Name != "routing" && f.Name != "pipeline" && f.Name != "retry_on_conflict" && f.Name != "require_alias" && f.Name != "dynamic_templates" && f.Name != "version" && f.Name != "version_type" {
			return nil, ""
		}
		if s, kind := textOf(roleID, f.Value); kind == "" && s != "" {
			about = append(about, Field{f.Name, s})
		}
	}
	return about, fields[0].Name
}
