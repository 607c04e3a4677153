package ingest

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Which field of a record is the text, the title and so on: as Options.Fields says, else
// the first of the common names (names.go) that holds a text. Where no field of a record
// is a text, those of its objects are tried (Elasticsearch's _source), nearest first.

// pick is what was found for a role.
type pick struct {
	name string   // of the field, with those it is nested in; "" if none was found
	more []string // fields whose text follows that of name: see together
	text string
	rank int
	// chosen says that Options.Fields named it, so that it goes before what the format
	// knows; place, that it is of where the record is.
	chosen, place bool
}

// picks are what was found in a record.
type picks struct {
	of    [roleCount]pick
	given [roleCount]bool // a field of that meaning is there, if without a text
	where [roleCount]int
	wrong [roleCount]string // what stands there instead of a text: "an array"
	err   error             // two values for one role, and where the second is
	errAt int
}

// guess finds the roles of fields by their names.
func (r *run) guess(fields []Field, places []int, within string) (p picks) {
	for i, f := range fields {
		m := r.meaning(f.Name)
		if !m.ok || f.Value == nil || f.Name == "#text" && within != "" { // what an element with attributes holds
			continue
		}
		at := 0
		if i < len(places) {
			at = places[i]
		}
		text, kind := textOf(m.role, f.Value)
		best := &p.of[m.role]
		switch {
		case kind != "":
			if p.wrong[m.role] == "" {
				p.wrong[m.role] = fmt.Sprintf("field %s: a string was expected, not %s", f.Name, kind)
				p.where[m.role] = at
			}
			continue
		case strings.TrimSpace(text) == "":
			if !p.given[m.role] {
				p.given[m.role], p.where[m.role] = true, at
			}
			continue
		case best.name != "" && best.rank == m.rank && best.text != text && p.err == nil && best.name == within+f.Name:
			if m.role == roleID || m.role == roleText { // of other two, the first will do; id and ID are two fields
				p.err, p.errAt = fmt.Errorf("field %s %w", f.Name, ErrTwice), at
			}
		}
		plain := best.rank == m.rank && f.Name == simple(f.Name) && best.name != within+f.Name // text rather than Text
		if best.name == "" || m.rank < best.rank || plain {
			*best = pick{name: within + f.Name, text: text, rank: m.rank}
		}
	}
	if p.given[roleText] && p.of[roleText].rank >= shortRank { // a text that is empty is no summary
		p.of[roleText] = pick{}
	}
	return p
}

// meaning is what the name of a field says; the run remembers it.
func (r *run) meaning(name string) meaning {
	m, ok := r.known[name]
	if !ok {
		if m = meaningOf(name); name == "_source" { // of Elasticsearch: the record itself
			m = meaning{}
		}
		if len(r.known) < maxNames {
			r.known[name] = m
		}
	}
	return m
}

// maxNames is how many names of fields are remembered.
const maxNames = 10_000

// guessNested is guess that goes into the objects of a record: for its text, if it has none
// itself, and for what is said of it.
func (r *run) guessNested(fields []Field, places []int) picks {
	p := r.guessText(fields, places)
	r.guessAbout(fields, &p)
	return p
}

// guessText is guess that goes into the objects of a record that has no text itself.
func (r *run) guessText(fields []Field, places []int) picks {
	p := r.guess(fields, places, "")
	if text := &p.of[roleText]; text.name != "" && text.rank >= shortRank {
		if c, _ := compound(fields); len(c.text) > len(text.text) {
			*text = c
		}
	}
	if p.of[roleText].name != "" || p.given[roleText] {
		return p
	}
	type level struct {
		fields []Field
		within string
		above  picks
	}
	const deep, most = 3, 200
	queue, seen := []level{{fields, "", p}}, 0
	talk, names := r.together(fields)
	for depth := 0; depth < deep; depth++ {
		var next []level
		for _, l := range queue {
			for _, f := range l.fields {
				sub, ok := object(f.Value)
				if seen++; !ok || seen > most {
					continue
				}
				q := r.guess(sub, nil, l.within+f.Name+".")
				for role := range roleCount {
					if q.of[role].name == "" {
						q.of[role] = l.above.of[role]
					}
				}
				if q.of[roleText].name != "" && len(q.of[roleText].text) >= len(talk) { // else it is one answer of several
					return q
				}
				next = append(next, level{sub, l.within + f.Name + ".", q})
			}
		}
		queue = next
	}
	if len(names) > 0 {
		p.of[roleText] = pick{name: names[0], more: names[1:], text: talk}
		return p
	}
	longest := 0
	for _, f := range fields {
		if s, ok := f.Value.(string); ok {
			longest = max(longest, len(s))
		}
	}
	for _, f := range fields { // the parts of a document; what is shorter than another field are names in it
		if text, ok := r.parts(f); ok && len(text) >= longest {
			p.of[roleText] = pick{name: f.Name, text: text}
			return p
		}
	}
	p.of[roleText], p.given[roleText] = compound(fields)
	return p
}

// compound returns the longest text whose name ends in a word for one. given says that there is such
// a field, if without a text.
func compound(fields []Field) (p pick, given bool) {
	for _, f := range fields {
		s, ok := f.Value.(string)
		if !ok || isURL(s) || !endsInText(f.Name) {
			continue
		}
		if given = true; len(s) > len(p.text) && strings.TrimSpace(s) != "" {
			p = pick{name: f.Name, text: s, rank: shortRank}
		}
	}
	return p, given
}

// parts returns the text of a list of objects that have texts: the turns of a talk, the
// sections of an article, a line each.
func (r *run) parts(f Field) (text string, ok bool) {
	if notRecords[simple(f.Name)] {
		return "", false
	}
	if talkNames[simple(f.Name)] {
		if lines, ok := stringLines(f.Value, 0); ok && len(lines) > 0 {
			return strings.Join(lines, "\n"), true
		}
	}
	all, _ := list(f.Value)
	var texts []string
	for _, e := range all {
		fields, ok := object(e)
		if !ok {
			return "", false
		}
		p := r.guess(fields, nil, "")
		if part := p.of[roleText]; part.name != "" && part.rank < shortRank {
			texts = append(texts, part.text)
		} else if said, ok := r.turn(fields); ok {
			texts = append(texts, said)
		}
	}
	return strings.Join(texts, "\n"), len(texts) > 0
}

// object returns the fields of a value that is an object.
func object(v any) ([]Field, bool) {
	switch v := v.(type) {
	case []Field:
		return v, true
	case string: // an object that was written as a string, as the log of a container has it
		if v = strings.TrimSpace(v); len(v) < 8 || v[0] != '{' || v[len(v)-1] != '}' {
			return nil, false
		}
		fields, ok := object(json.RawMessage(v))
		return fields, ok && len(fields) > 0
	case json.RawMessage:
		if len(v) == 0 || v[0] != '{' {
			return nil, false
		}
		members := membersOf(v)
		fields := make([]Field, len(members))
		for i, m := range members {
			fields[i].Name, _ = unescape(m.name)
			fields[i].Value, _ = value(m.value)
		}
		return fields, true
	}
	return nil, false
}

// list returns the elements of a value that is an array.
func list(v any) ([]any, bool) {
	switch v := v.(type) {
	case []any:
		return v, true
	case json.RawMessage:
		if len(v) == 0 || v[0] != '[' {
			return nil, false
		}
		all := elements(v)
		out := make([]any, len(all))
		for i, e := range all {
			out[i], _ = value(e)
		}
		return out, true
	}
	return nil, false
}

// textOf returns what a value says in a role, or what kind of value it is if that is
// none. A text may be a list of paragraphs. What is no prose may be a number, which is
// kept as it is written; what a number would say is no text, and most likely another
// column.
func textOf(of role, v any) (text, kind string) {
	switch v := v.(type) {
	case nil:
		return "", ""
	case string:
		return v, ""
	case bool:
		return "", strconv.FormatBool(v)
	case time.Time:
		if of == roleDate || of == roleUpdated {
			return formatTime(v), ""
		}
		return "", "a time"
	case []byte: // a text that its file calls binary
		if utf8.Valid(v) {
			return string(v), ""
		}
		return "", "bytes"
	}
	if s, ok := number(v); ok {
		switch {
		case of == roleText:
			return "", "a number"
		case s == "NaN" || strings.HasSuffix(s, "Inf"):
			return "", ""
		}
		return s, ""
	}
	if fields, ok := object(v); ok {
		if len(fields) == 0 {
			return "", ""
		}
		for _, inner := range innerNames {
			for _, f := range fields {
				if f.Name != inner || f.Value == nil {
					continue
				}
				if _, nested := object(f.Value); nested && inner != "$date" {
					continue
				}
				if text, kind := textOf(of, f.Value); kind == "" && text != "" {
					return text, ""
				}
			}
		}
		return "", "an object"
	}
	if all, ok := list(v); ok {
		if s, ok := joined(of, all); ok {
			return s, ""
		}
		return "", "an array"
	}
	return "", "a value"
}

// joined returns what a list of strings says: paragraphs of a text, or one value.
func joined(of role, all []any) (string, bool) {
	if len(all) == 0 {
		return "", true
	}
	if of != roleText {
		s, ok := all[0].(string)
		return s, ok && len(all) == 1
	}
	var parts []string
	inline := false // runs of one line, as messengers export them: ["a ", {"type":"bold","text":"b"}, " c"]
	for _, e := range all {
		if e == nil {
			continue
		}
		if fields, ok := object(e); ok {
			inline = inline || slices.ContainsFunc(fields, func(f Field) bool { return f.Name == "type" }) && len(fields) < 5
		}
		if _, isString := e.(string); !isString {
			if _, isObject := object(e); !isObject {
				return "", false
			}
		}
		s, kind := textOf(of, e)
		if kind != "" {
			return "", false
		}
		parts = append(parts, s)
	}
	if inline {
		return strings.Join(parts, ""), true
	}
	return strings.Join(parts, "\n"), true
}

// number returns a number as it is written.
func number(v any) (string, bool) {
	switch v := v.(type) {
	case json.Number:
		return v.String(), true
	case int64:
		return strconv.FormatInt(v, 10), true
	case float64:
		if v == math.Trunc(v) && math.Abs(v) < 1<<53 {
			return strconv.FormatInt(int64(v), 10), true
		}
		return strconv.FormatFloat(v, 'g', -1, 64), true
	}
	return "", false
}

// formatTime writes a time as a date if it is one.
func formatTime(t time.Time) string {
	if t.Equal(t.Truncate(24 * time.Hour)) {
		return t.Format(time.DateOnly)
	}
	return t.Format(time.RFC3339)
}

// lookup returns the value at a dotted path, and the name of the field that it is in.
// A part that is a number goes into a list; another one is looked up in all elements of a list.
func lookup(fields []Field, path string) (v any, top string, ok bool) {
	for _, same := range []func(a, b string) bool{func(a, b string) bool { return a == b }, func(a, b string) bool { return simple(a) == simple(b) && simple(a) != "" }} {
		if i := slices.IndexFunc(fields, func(f Field) bool { return same(f.Name, path) }); i >= 0 {
			return fields[i].Value, fields[i].Name, true
		}
		for cut := strings.IndexByte(path, '.'); cut >= 0; {
			head, rest := path[:cut], path[cut+1:]
			if i := slices.IndexFunc(fields, func(f Field) bool { return same(f.Name, head) }); i >= 0 {
				if v, ok := within(fields[i].Value, rest); ok {
					return v, fields[i].Name, true
				}
			}
			next := strings.IndexByte(rest, '.')
			if next < 0 {
				break
			}
			cut += 1 + next
		}
	}
	return nil, "", false
}

func within(v any, path string) (any, bool) {
	if sub, ok := object(v); ok {
		v, _, ok := lookup(sub, path)
		return v, ok
	}
	head, rest, more := strings.Cut(path, ".")
	all, ok := list(v)
	n, err := strconv.Atoi(head)
	if ok && err != nil { // of all elements
		var found []any
		for _, e := range all {
			if v, ok := within(e, path); ok {
				found = append(found, v)
			}
		}
		return found, len(found) > 0
	}
	switch {
	case !ok || n < 0 || n >= len(all):
		return nil, false
	case more:
		return within(all[n], rest)
	}
	return all[n], true
}
