package ingest

import (
	"bufio"
	"bytes"
	"io"
	"regexp"
	"slices"
)

// warcSource is a file, and what of it was read too far.
type warcSource struct {
	data []byte // what was put back
	off  int    // how much of data was read again
	file *bufio.Reader
}

func (s *warcSource) Read(p []byte) (int, error) {
	if s.off < len(s.data) {
		n := copy(p, s.data[s.off:])
		s.off += n
		return n, nil
	}
	return s.file.Read(p)
}

// putBack lets the last bytes that were read be read again.
func (s *warcSource) putBack(last ...[]byte) {
	n := 0
	for _, b := range last {
		n += len(b)
	}
	if n <= s.off && s.off < len(s.data) { // they are still there
		s.off -= n
		return
	}
	s.data, s.off = slices.Concat(append(last, s.data[s.off:])...), 0
}

// warcStart begins a record after the line ends that end the one before it.
var warcStart = regexp.MustCompile(`\r?\n\r?\n?(WARC/1\.\d\r?\n[A-Za-z-]{4,40}:)`)

// trusted is how many lengths of a file may be wrong until a line that begins a record counts for
// more than they do. (Up to then a page that shows such a line is read as one page.)
const trusted = 16

// hold reads a block. If no record or end of the file follows it, its length is wrong, and it ends
// where the next record begins in it.
func (w *warc) hold(block *warcBlock) []byte {
	b, next := w.held[:0], -1
	for looked := 0; block.left > 0 && (next < 0 || w.wrong < trusted); {
		b = slices.Grow(b, int(min(block.left, 64<<10)))
		n, err := block.Read(b[len(b):cap(b)])
		b = b[:len(b)+n]
		if next < 0 {
			if m := warcStart.FindSubmatchIndex(b[looked:]); m != nil {
				next = looked + m[2]
			}
			looked = max(0, len(b)-64)
		}
		if err != nil {
			break
		}
	}
	w.held = b
	if next < 0 || block.damage != nil || block.left == 0 && w.wrong < trusted && w.ends() {
		return b
	}
	w.wrong++
	rest, _ := w.in.Peek(w.in.Buffered())
	w.src.putBack(b[next:], rest)
	w.in.Reset(&w.src)
	block.left += int64(len(b) - next)
	block.ended = true
	return bytes.TrimRight(b[:next], "\r\n")
}

// ends reports whether a record ends here: another one follows, or nothing.
func (w *warc) ends() bool {
	start, err := w.in.Peek(len("\r\n\r\n" + warcMagic))
	start = bytes.TrimLeft(start, "\r\n")
	return bytes.HasPrefix(start, []byte(warcMagic)) || len(start) == 0 && err == io.EOF
}

// warcBlock reads the block of a record, and notes where the file is damaged.
type warcBlock struct {
	in     io.Reader
	left   int64
	damage error
	ended  bool // before its length
}

func (b *warcBlock) Read(p []byte) (int, error) {
	if b.damage != nil || b.left == 0 {
		return 0, io.EOF
	}
	n, err := b.in.Read(p[:min(int64(len(p)), b.left)])
	if b.left -= int64(n); goesOn(err) {
		b.damage, err = err, io.ErrUnexpectedEOF
	}
	return n, err
}
