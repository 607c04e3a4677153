package ingest

import (
	"maps"
	"regexp"
	"strings"

	"golang.org/x/net/html"
)

// Entities that a file of XML declares in its own document type: <!ENTITY duck "Ente"> makes
// &duck; a word. An entity may use others. So that a few of them are no bomb (ten entities, each
// ten times the one before it, are ten thousand million), a value has at most maxEntity bytes, the
// text of a record no more than a record may have, and what is longer stays as it is written.
// Entities in other files are not read.

const (
	maxEntities    = 2000
	maxEntity      = 4096
	maxEntityDepth = 16
)

var (
	entityDeclared = regexp.MustCompile(`<!ENTITY\s+([\pL_:][\pL\pN._:-]*)\s+(?:"([^"]*)"|'([^']*)')\s*>`)
	entityUsed     = regexp.MustCompile(`&[\pL_:][\pL\pN._:-]*;`)
	markupTag      = regexp.MustCompile(`</?[\pL_][^<>]*>`)
)

// declaredEntities returns known entities with those that a document type declares. The first
// declaration of a name counts, as XML wants it.
func declaredEntities(directive string, known map[string]string) map[string]string {
	if !strings.HasPrefix(directive, "DOCTYPE") || !strings.Contains(directive, "<!ENTITY") {
		return known
	}
	values := map[string]string{}
	for _, m := range entityDeclared.FindAllStringSubmatch(directive, maxEntities) {
		if _, twice := values[m[1]]; !twice {
			values[m[1]] = m[2] + m[3]
		}
	}
	all := maps.Clone(known)
	done := map[string]*string{} // nil: it cannot be expanded
	for name := range values {
		if text := expandEntity(name, values, done, 0); text != nil {
			all[name] = html.UnescapeString(markupTag.ReplaceAllString(*text, ""))
		}
	}
	return all
}

// expandEntity returns the value of an entity with those that it uses, or nil if that is too
// long, or never ends. Each entity is expanded once.
func expandEntity(name string, values map[string]string, done map[string]*string, depth int) *string {
	value, ok := values[name]
	if text, was := done[name]; was {
		return text
	}
	if !ok || depth > maxEntityDepth || len(value) > maxEntity {
		return nil
	}
	done[name] = nil // while it is expanded: one that uses itself never ends
	length, failed := len(value), false
	text := entityUsed.ReplaceAllStringFunc(value, func(use string) string {
		inner := use[1 : len(use)-1]
		if _, declared := values[inner]; !declared || length > maxEntity || failed {
			return use
		}
		t := expandEntity(inner, values, done, depth+1)
		if t == nil {
			failed = true
			return use
		}
		length += len(*t)
		return *t
	})
	if failed || length > maxEntity {
		return nil
	}
	done[name] = &text
	return &text
}
