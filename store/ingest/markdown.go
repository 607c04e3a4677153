package ingest

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"iter"
	"sort"
	"strconv"
	"strings"
	"time"

	"github.com/BurntSushi/toml"
	"go.yaml.in/yaml/v3"
)

// Markdown with front matter, as the makers of sites write it: YAML between lines of
// three dashes (Jekyll), TOML between lines of three plus signs (Hugo), or a JSON
// object. The text is what follows, byte for byte: what is markup and what is not, a
// comparison of letters and digits need not know.
//
// YAML is go.yaml.in/yaml (Apache-2.0, kept by the YAML organisation), TOML is
// BurntSushi's (MIT); neither brings another module.

// maxFrontMatter bounds what is looked at for its end.
const maxFrontMatter = 1 << 20

// markdownRows reads a file that is one document. Front matter that cannot be read is
// part of the text.
func (r *run) markdownRows(_ *source, in *bufio.Reader) iter.Seq2[row, error] {
	return func(yield func(row, error) bool) {
		b, err := readWhole(in, r.opt.MaxRecord)
		if err != nil {
			yield(row{}, err)
			return
		}
		fields, found, err := markdownFields(string(b))
		if err != nil && !yield(row{}, &Error{Byte: 0, Err: err}) {
			return
		}
		w := documentRow(row{fields: fields, raw: b})
		w.said = found
		yield(w, nil)
	}
}

// frontMatter parts a text. found is false where there is none: then all is body. It
// is an error if there is one that cannot be read.
func frontMatter(text string) (fields []Field, body string, found bool, err error) {
	start := strings.TrimPrefix(text, "\ufeff")
	for _, fence := range []string{"---", "+++"} {
		head, body, ok := fenced(start, fence)
		if !ok {
			continue
		}
		values := map[string]any{}
		if fence == "---" {
			if err = unmarshalYAML(head, &values); err != nil && looseYAML(head, values) {
				err = nil
			}
		} else {
			_, err = toml.Decode(head, &values)
		}
		if err != nil {
			return nil, text, false, fmt.Errorf("the front matter cannot be read: %s", strings.TrimPrefix(err.Error(), "yaml: "))
		}
		return flattened("", values, 0), body, true, nil
	}
	if strings.HasPrefix(start, "{\n") || strings.HasPrefix(start, "{\r\n") {
		dec := json.NewDecoder(strings.NewReader(start[:min(len(start), maxFrontMatter)]))
		values := map[string]any{}
		if dec.Decode(&values) == nil {
			return flattened("", values, 0), strings.TrimLeft(start[dec.InputOffset():], "\r\n"), true, nil
		}
	}
	return nil, text, false, nil
}

// fenced parts a text that begins with a line of the fence: what stands before the
// next such line, and what follows it.
func fenced(text, fence string) (head, body string, ok bool) {
	first, rest, ok := strings.Cut(text, "\n")
	if !ok || strings.TrimRight(first, " \t\r") != fence {
		return "", "", false
	}
	for at := 0; at < min(len(rest), maxFrontMatter); {
		line, _, more := strings.Cut(rest[at:], "\n")
		if l := strings.TrimRight(line, " \t\r"); l == fence || fence == "---" && l == "..." {
			if !more {
				return rest[:at], "", true
			}
			return rest[:at], strings.TrimLeft(rest[at+len(line)+1:], "\r\n"), true
		}
		if !more {
			break
		}
		at += len(line) + 1
	}
	return "", "", false
}

// looseYAML reads lines that are names and values, where YAML wants quotes that nobody wrote: title:
// Ferry stuck: day two. It takes the values as they are written, and reports whether each line is
// one, or a comment; lines that are indented or lists belong to the one before.
func looseYAML(head string, to map[string]any) bool {
	clear(to)
	for line := range strings.Lines(head) {
		line = strings.TrimRight(line, " \t\r\n")
		if line == "" || strings.ContainsRune("#- \t", rune(line[0])) {
			continue
		}
		name, value, ok := strings.Cut(line, ":")
		if !ok || strings.ContainsAny(name, "\"'[]{}") || value != "" && value[0] != ' ' && value[0] != '\t' {
			return false
		}
		value = strings.TrimSpace(value)
		if n := len(value); n > 1 && value[0] == value[n-1] && (value[0] == '"' || value[0] == '\'') {
			value = value[1 : n-1]
		}
		if _, twice := to[name]; !twice && value != "" {
			to[name] = value
		}
	}
	return len(to) > 0
}

// unmarshalYAML reads YAML with dates as they are written: the library would read
// 2019-01-10 as a moment, and write it otherwise.
func unmarshalYAML(head string, to *map[string]any) error {
	var doc yaml.Node
	if err := yaml.Unmarshal([]byte(head), &doc); err != nil {
		return err
	}
	datesAsText(&doc, 0)
	return doc.Decode(to)
}

func datesAsText(n *yaml.Node, depth int) {
	if n.Tag == "!!timestamp" {
		n.Tag = "!!str"
	}
	if depth < 100 {
		for _, c := range n.Content {
			datesAsText(c, depth+1)
		}
	}
}

// flattened returns values by dotted path, in order of their names.
func flattened(prefix string, values map[string]any, depth int) []Field {
	keys := make([]string, 0, len(values))
	for k := range values {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	var out []Field
	for _, k := range keys {
		switch v := values[k].(type) {
		case map[string]any:
			if depth < 20 {
				out = append(out, flattened(prefix+k+".", v, depth+1)...)
			}
		case time.Time:
			layout := time.RFC3339
			switch v.Location().String() { // how the library of TOML says what was left out
			case "date-local":
				layout = time.DateOnly
			case "datetime-local":
				layout = "2006-01-02T15:04:05"
			case "time-local":
				layout = time.TimeOnly
			}
			out = append(out, Field{prefix + k, v.Format(layout)})
		case nil:
		case int: // of YAML; Field has int64
			out = append(out, Field{prefix + k, int64(v)})
		case uint64:
			out = append(out, Field{prefix + k, json.Number(strconv.FormatUint(v, 10))})
		default:
			out = append(out, Field{prefix + k, v})
		}
	}
	return out
}

// markdownFields returns what a text holds, and whether it has front matter. Without a title in it,
// the first heading is the title.
func markdownFields(text string) (fields []Field, found bool, err error) {
	fields, body, found, err := frontMatter(text)
	titled := false
	for _, f := range fields {
		titled = titled || strings.EqualFold(f.Name, "title")
	}
	if !titled {
		if t := firstHeading(body); t != "" {
			fields = append(fields, Field{"title", t})
		}
	}
	return append(fields, Field{"text", body}), found, err
}

// firstHeading returns the heading that a text begins with, "# …", or "".
func firstHeading(body string) string {
	line, _, _ := strings.Cut(strings.TrimLeft(body, " \t\r\n"), "\n")
	if rest, ok := strings.CutPrefix(line, "# "); ok {
		return strings.TrimSpace(strings.TrimRight(strings.TrimSpace(rest), "#"))
	}
	return ""
}

// hasFrontMatter reports whether a file begins as one with front matter does.
func hasFrontMatter(start []byte) bool {
	start = bytes.TrimPrefix(start, []byte("\xef\xbb\xbf"))
	for _, fence := range []string{"---", "+++"} {
		if head, _, ok := fenced(string(start), fence); ok && strings.ContainsAny(head, ":=") {
			return true
		}
	}
	return false
}
