package ingest

import (
	"bytes"
	"io"
	"slices"
)

// alone reports whether the object at buf[lo], of n bytes, is all that the file holds, and
// so a document by itself and no record of a list. A stream and a file named as one of lines
// are lists, whatever they hold now.
func (j *jsonReader) alone(n int) bool {
	if j.records > 0 || j.place() > j.s.at || j.s.path == "-" || j.s.lines || slices.Contains(lineNames, extension(j.s.path)) {
		return false
	}
	for {
		b, final := j.rest()
		switch {
		case len(bytes.TrimSpace(b[n:])) > 0:
			return false
		case final:
			return j.err == io.EOF
		}
		j.fill(len(b))
	}
}

// lineNames end the names of files of JSON lines; .jl is Scrapy's.
var lineNames = []string{".jsonl", ".ndjson", ".jsonlines", ".jl"}
