package ingest

import (
	"regexp"
	"slices"
	"strings"
)

// The language of a text is what its file says (xml:lang of TEI and NewsML, lang of HTML, a
// field): it is not detected, and nothing is compared by it.

var languageNames = []string{"language", "lang", "inlanguage", "xmllang", "语言", "語言"}

// languageTag is what a tag of BCP 47 looks like. A word for a language ("German") is none.
var languageTag = regexp.MustCompile(`^[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*$`)

func languageOf(fields []Field) string {
	for _, f := range fields {
		if s, ok := f.Value.(string); ok && slices.Contains(languageNames, simple(f.Name)) && languageTag.MatchString(s) {
			return strings.ReplaceAll(s, "_", "-")
		}
	}
	return ""
}
