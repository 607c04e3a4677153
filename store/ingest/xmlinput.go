package ingest

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"iter"

	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
)

// What encoding/xml is given of a file: text that it does not refuse.

// xmlInput returns a file with nothing in it that encoding/xml refuses: UTF-16 is
// decoded, control characters are spaces, bytes that are no UTF-8 where nothing else
// is declared are U+FFFD. skipped are the bytes before. If encoding is not UTF-8, the others are
// not those of the file, so that a place in them is none in the file.
func xmlInput(in *bufio.Reader) (input io.Reader, skipped int, encoding string) {
	start, _ := in.Peek(1024)
	if g := sniff(start); g.unit > 1 {
		in.Discard(g.bom)
		return &withoutControls{in: withoutDeclaration(g.dec.enc.NewDecoder().Reader(in))}, 0, g.name
	}
	skipped, _ = in.Discard(len(start) - len(bytes.TrimPrefix(start, []byte("\xef\xbb\xbf"))))
	c, other := declaredEncoding(declaredCharset(start))
	switch {
	case other && skipped > 0: // the mark says more than the declaration
		n, _ := in.Discard(max(0, bytes.Index(start, []byte("?>"))-skipped+2))
		skipped += n
	case other:
		return &withoutControls{in: in, escapes: true}, skipped, c.name
	}
	return &withoutControls{in: transform.NewReader(in, runes.ReplaceIllFormed())}, skipped, "UTF-8"
}

// withoutDeclaration leaves out the XML declaration of a file that was decoded, which
// speaks of its former encoding.
func withoutDeclaration(in io.Reader) io.Reader {
	b := bufio.NewReader(in)
	if start, _ := b.Peek(256); bytes.HasPrefix(start, []byte("<?xml")) {
		b.Discard(bytes.Index(start, []byte("?>")) + 2)
	}
	return b
}

// withoutControls reads control characters other than white space as spaces; escapes
// are kept where an encoding uses them.
type withoutControls struct {
	in      io.Reader
	escapes bool
}

func (w *withoutControls) Read(b []byte) (int, error) {
	n, err := w.in.Read(b)
	for i, c := range b[:n] {
		if c < ' ' && c != '\n' && c != '\r' && c != '\t' && !(w.escapes && c == 0x1b) {
			b[i] = ' '
		}
	}
	return n, err
}

// mostBefore is how many bytes that are none of its own may stand before the declaration of XML.
const mostBefore = 1 << 10

// afterStray reads a file of XML after some bytes that are none, and reports these.
func (r *run) afterStray(s *source, in *bufio.Reader, stray int, f *format) iter.Seq2[row, error] {
	before, _ := in.Peek(stray)
	before = bytes.Clone(before)
	in.Discard(stray)
	return func(yield func(row, error) bool) {
		if !yield(row{}, &Error{Byte: 0, Bytes: int64(stray), Raw: r.rejected(before), Err: errBeforeXML}) {
			return
		}
		for w, err := range f.rows(r, s, in) {
			var e *Error
			if w.at += int64(stray); errors.As(err, &e) && e.Byte >= 0 {
				e.Byte += int64(stray)
			}
			if !yield(w, err) {
				return
			}
		}
	}
}

var errBeforeXML = errors.New("text before the declaration of XML")
