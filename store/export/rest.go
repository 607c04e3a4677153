package export

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"os"
	"unicode/utf8"

	"repost/shingle"
)

// A file without some of its records. Of a format that is read and not written (a corpus of
// TEI, a feed, a dump of a wiki, vertical text) the records that are kept stay where they stand:
// the output is the input, byte for byte, without the elements of the others. What stands around
// the records, as a header, is kept. Cost: the file is copied once more; memory holds a line.

// IsUTF8 reports whether a file, unpacked, is UTF-8, so that bytes of its records are bytes of
// the file.
func IsUTF8(name string) bool {
	f, err := os.Open(name)
	if err != nil {
		return false
	}
	defer f.Close()
	in, end, err := unpack(f)
	if err != nil {
		return false
	}
	defer end()
	buf, held := make([]byte, 1<<16), 0
	for {
		n, err := io.ReadFull(in, buf[held:])
		b := buf[:held+n]
		for len(b) > 0 {
			if !utf8.FullRune(b) && err == nil {
				break
			}
			r, size := utf8.DecodeRune(b)
			if r == utf8.RuneError && size == 1 {
				return false
			}
			b = b[size:]
		}
		if err != nil {
			return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
		}
		held = copy(buf, b)
	}
}

// Rest writes a file of the folder that is another one without some bytes of it: without records
// in the order of that file, of which the given number stay. A line that is left blank by that
// goes too, and in JSON the comma after a record. The other file is read from its beginning, and
// unpacked if it is packed.
func (w *Writer) Rest(name string, packing Packing, of io.Reader, isJSON bool, without []shingle.Span, records int) error {
	if err := w.Begin(name, Raw, packing, nil); err != nil {
		return err
	}
	w.out.records = records
	in, end, err := unpack(of)
	if err != nil {
		return err
	}
	defer end()
	w.failed = rest(w.Lines(), bufio.NewReaderSize(in, 1<<16), isJSON, without)
	return w.failed
}

// partCopy copies parts of a file, and holds back what may go with the next record.
type partCopy interface {
	copy(n int) error
	mend() int       // closes the gap that a record leaves; returns how many bytes after it went too
	pending() []byte // what is held back
}

func rest(to io.Writer, in *bufio.Reader, isJSON bool, without []shingle.Span) error {
	var c partCopy = &lineCopy{to: to, in: in, blank: true}
	if isJSON {
		c = &jsonCopy{to: to, in: in}
	}
	at := 0
	for _, s := range without {
		if err := c.copy(s.Lo - at); err != nil {
			return err
		}
		if _, err := in.Discard(s.Len()); err != nil {
			return errOtherFile
		}
		at = s.Hi + c.mend()
	}
	if _, err := to.Write(c.pending()); err != nil {
		return err
	}
	_, err := io.Copy(to, in)
	return err
}

var errOtherFile = errors.New("the file changed while it was read")

// lineCopy copies parts of a file whose lines mean nothing.
type lineCopy struct {
	to    io.Writer
	in    *bufio.Reader
	blank bool   // nothing but blanks stands on the line so far
	held  []byte // these blanks, which are not written yet
}

// copy copies n bytes, and holds back the blanks that begin a line.
func (c *lineCopy) copy(n int) error {
	for n > 0 {
		b, err := c.in.Peek(min(n, c.in.Size()))
		if len(b) == 0 {
			return errors.Join(errOtherFile, err)
		}
		solid := len(bytes.TrimRight(b, " \t"))
		switch {
		case solid == 0 && c.blank:
			c.held = append(c.held, b...)
		case solid > 0 && b[solid-1] == '\n':
			err = c.write(c.held, b[:solid])
			c.blank, c.held = true, bytes.Clone(b[solid:])
		default:
			err = c.write(c.held, b)
			c.blank, c.held = false, nil
		}
		if n -= len(b); err != nil && n > 0 {
			return err
		}
		c.in.Discard(len(b))
	}
	return nil
}

func (c *lineCopy) write(parts ...[]byte) error {
	for _, p := range parts {
		if _, err := c.to.Write(p); err != nil {
			return err
		}
	}
	return nil
}

func (c *lineCopy) pending() []byte { return c.held }

// mend passes over the end of a line that has become empty, and returns how many bytes it had.
func (c *lineCopy) mend() int {
	b, _ := c.in.Peek(4096)
	end := bytes.IndexByte(b, '\n')
	if !c.blank || end < 0 || len(bytes.TrimRight(bytes.Trim(b[:end], " \t"), "\r")) > 0 {
		return 0
	}
	c.held = nil
	n, _ := c.in.Discard(end + 1)
	return n
}
