package batch

import (
	"bytes"
	"encoding/json"
	"strings"
	"unicode/utf8"

	"repost/dedup"
)

// document reads the document of a line.
func (w *worker) document() (d dedup.Document) {
	if readDocument(w.raw, &d) {
		return d
	}
	d = dedup.Document{}
	if err := json.Unmarshal(w.raw, &d); err != nil {
		w.fail("its document is no JSON")
	}
	return d
}

// readDocument reads a document as jsonOf writes most of them: fields that are strings, without a
// blank between them and without \u. It reports whether b is one; encoding/json, which reads any, takes
// four times as long.
func readDocument(b []byte, d *dedup.Document) bool {
	if !utf8.Valid(b) {
		return false
	}
	var room []byte
	for before := byte('{'); ; before = ',' {
		if before == ',' && string(b) == "}" {
			return true
		}
		name, rest, ok := readString(b, before, &room)
		if !ok {
			return false
		}
		field := fieldOf(d, name)
		value, rest, ok := readString(rest, ':', &room)
		if !ok || field == nil {
			return false
		}
		*field, b = string(value), rest
	}
}

// fieldOf returns the field of d with a name in JSON, or nil.
func fieldOf(d *dedup.Document, name []byte) *string {
	switch string(name) {
	case "id":
		return &d.ID
	case "url":
		return &d.URL
	case "source":
		return &d.Source
	case "date":
		return &d.Date
	case "title":
		return &d.Title
	case "text":
		return &d.Text
	case "date_from":
		return &d.DateFrom
	case "credit":
		return &d.Credit
	}
	return nil
}

// readString reads a string of JSON that begins b after a mark, in b itself or in room.
func readString(b []byte, mark byte, room *[]byte) (s, rest []byte, ok bool) {
	if len(b) < 3 || b[0] != mark || b[1] != '"' {
		return nil, nil, false
	}
	b = b[2:]
	s = (*room)[:0]
	end := bytes.IndexByte(b, '"')
	for end >= 0 {
		at := bytes.IndexByte(b[:end], '\\')
		if at < 0 {
			if len(s) == 0 {
				return b[:end], b[end+1:], true
			}
			*room = append(s, b[:end]...)
			return *room, b[end+1:], true
		}
		c := strings.IndexByte(`"\/bfnrt`, b[at+1])
		if c < 0 {
			return nil, nil, false
		}
		s = append(append(s, b[:at]...), "\"\\/\b\f\n\r\t"[c])
		if b, end = b[at+2:], end-at-2; end < 0 { // it was no end
			end = bytes.IndexByte(b, '"')
		}
	}
	return nil, nil, false
}
