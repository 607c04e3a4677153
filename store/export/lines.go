package export

import (
	"bytes"
	"io"
	"strings"
)

// lineEncoder writes a text on each line: as the line stood, with its end, or the field text
// with blanks for the ends of its lines.
type lineEncoder struct {
	w    io.Writer
	open bool // the last line of a file, which has no end
}

func (e *lineEncoder) record(r *Record) error {
	line := r.Raw
	if line == nil || r.Format != Lines {
		v, _ := r.field("text")
		line = []byte(strings.Join(strings.FieldsFunc(text(v), isLineEnd), " ") + "\n")
	}
	if e.open {
		if _, err := e.w.Write([]byte("\n")); err != nil {
			return err
		}
	}
	e.open = !bytes.HasSuffix(line, []byte("\n"))
	_, err := e.w.Write(line)
	return err
}

func (e *lineEncoder) end() error { return nil }

func isLineEnd(r rune) bool { return r == '\n' || r == '\r' }
