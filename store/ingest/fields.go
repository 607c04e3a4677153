package ingest

import (
	"encoding/json"
	"fmt"
	"strings"
)

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
func fieldOf(text string) (field, bool) {
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

// set takes a value for a field: a string, or nil for none. What is not prose may be a
// number, which is kept as it is written. What a number would say is no text, and most
// likely another column.
func (f *fields) set(n field, value any) error {
	kind := "a number"
	switch v := value.(type) {
	case string:
		f.given[n], f.text[n] = true, v
		return nil
	case json.Number:
		if n < fieldText {
			f.given[n], f.text[n] = true, v.String()
			return nil
		}
	case json.RawMessage:
		kind = "an object"
		if v[0] == '[' {
			kind = "an array"
		}
	case bool:
		kind = fmt.Sprint(v)
	}
	return fmt.Errorf("field %s: a string was expected, not %s", fieldNames[n], kind)
}
