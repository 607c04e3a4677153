package ingest

import (
	"fmt"
	"slices"
	"strings"
)

// The choices of --field: which field of a record is its id, source, date, title or text.

// FieldChoice says where a record has what a document has: a path with dots
// ("article.body"), a template in which {path} stands for a field ("{site}/{doc_id}"), or
// a value for all (":=Daily", or in single quotes "'Daily'"). In a template {file},
// {name}, {folder}, {folder1} … {undated} and {record} stand for the place of the record.
type FieldChoice struct {
	role     role
	text     string
	parts    []part
	template bool // it is one, or a value for all: where the record is counts as a field
}

// part of a template: a field, or what stands between fields.
type part struct{ path, literal string }

// ParseFields reads choices as the command line has them: "text=article.body,id=doc_id".
func ParseFields(list string) (choices []FieldChoice, err error) {
	for _, one := range splitChoices(list) {
		name, path, ok := strings.Cut(one, "=")
		constant := strings.HasSuffix(name, ":")
		name = strings.TrimSuffix(name, ":")
		i := slices.Index(roleNames[:], strings.ToLower(strings.TrimSpace(name)))
		path = strings.TrimSpace(path)
		if !ok || i < 0 || path == "" {
			return nil, fmt.Errorf("%q says no field: write NAME=PATH, or NAME:=VALUE for one value for all, with NAME one of %s", one, strings.Join(roleNames[:], ", "))
		}
		c := FieldChoice{role: role(i), text: path, parts: []part{{literal: path}}, template: true}
		if constant {
			c.text = "'" + path + "'"
		} else {
			c.template = strings.ContainsAny(path, "{}'")
			if c.parts, err = template(path); err != nil {
				return nil, err
			}
		}
		choices = append(choices, c)
	}
	return choices, nil
}

// splitChoices splits at commas that are in no quotes and braces.
func splitChoices(s string) (out []string) {
	begin, depth, quoted := 0, 0, false
	for i := range len(s) {
		switch c := s[i]; {
		case c == '\'':
			quoted = !quoted
		case c == '{' && !quoted:
			depth++
		case c == '}' && !quoted:
			depth--
		case c == ',' && !quoted && depth <= 0:
			out, begin = append(out, s[begin:i]), i+1
		}
	}
	return append(out, s[begin:])
}

func template(s string) (parts []part, err error) {
	if n := len(s); n > 1 && s[0] == '\'' && s[n-1] == '\'' {
		return []part{{literal: s[1 : n-1]}}, nil
	}
	if !strings.ContainsAny(s, "{}") {
		return []part{{path: s}}, nil
	}
	for s != "" {
		before, rest, open := strings.Cut(s, "{")
		path, after, closed := strings.Cut(rest, "}")
		if open && (!closed || path == "") || strings.Contains(before, "}") {
			return nil, fmt.Errorf("template %q: { and } must stand around the name of a field", s)
		}
		if before != "" {
			parts = append(parts, part{literal: before})
		}
		if open {
			parts = append(parts, part{path: path})
		}
		s = after
	}
	return parts, nil
}

// chosen applies a choice to a record. missing names the field that is not there.
func (c *FieldChoice) chosen(fields []Field, used func(name string)) (text, missing, wrong string) {
	var b strings.Builder
	for _, p := range c.parts {
		if p.path == "" {
			b.WriteString(p.literal)
			continue
		}
		v, top, ok := lookup(fields, p.path)
		if !ok {
			return "", p.path, ""
		}
		used(top)
		text, kind := textOf(c.role, v)
		if n, isNumber := number(v); isNumber && c.template {
			text, kind = n, ""
		}
		if kind != "" {
			return "", "", fmt.Sprintf("field %s: a string was expected, not %s", p.path, kind)
		}
		b.WriteString(text)
	}
	return b.String(), "", ""
}
