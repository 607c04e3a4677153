package ingest

import (
	"bytes"
	"errors"
	"io"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/transform"
)

// decoding gives a file in UTF-8, without its mark. What is UTF-8 passes as it is; the
// rest is decoded line by line, so that places in the result lead back to places in the
// file: exactly at the beginning of a line, and to that within one. Time is linear; the
// encoding is guessed once, and for a line that is in another one at most maxGuesses
// times more.
type decoding struct {
	in       io.Reader
	g        guess
	dec      *encoding.Decoder
	buf      []byte // read and not yet decoded: buf[lo:]
	lo       int
	err      error  // of in, after buf
	out      []byte // decoded and not yet given
	rawAt    int64  // where buf[lo:] begins in the file
	outAt    int64  // where the next decoded byte stands in the result
	shifts   []shift
	lost     []int64     // where U+FFFD stands for bytes, in the result; the last maxLost
	strays   []candidate // encodings of lines in a file of another
	guesses  int
	openWide bool // a zero that ends a line of UTF-16 follows: see wideLine
}

// shift says that the byte of the result at out stands in the file at raw, and so do
// those after it if the file has them as they are; line names the encoding of a line that
// was decoded.
type shift struct {
	out, raw int64
	line     string
}

const (
	chunkLength = 64 << 10
	maxGuesses  = 16
	maxLost     = 1 << 16
)

// newDecoding decodes in, whose first byte stands at raw in the file.
func newDecoding(in io.Reader, g guess, at int64) *decoding {
	d := &decoding{in: in, g: g, rawAt: at, outAt: at}
	if g.dec.enc != nil {
		d.dec = g.dec.enc.NewDecoder()
	}
	return d
}

func (d *decoding) Read(p []byte) (int, error) {
	for len(d.out) == 0 {
		if err := d.fill(); err != nil {
			return 0, err
		}
	}
	n := copy(p, d.out)
	d.out = d.out[n:]
	return n, nil
}

// fill decodes what is there up to the last line end, or more where a line is longer
// than a chunk.
func (d *decoding) fill() error {
	if d.buf == nil {
		d.buf = make([]byte, 0, 2*chunkLength)
	}
	rest := copy(d.buf[:cap(d.buf)], d.buf[d.lo:])
	d.buf, d.lo = d.buf[:rest], 0
	for d.err == nil && len(d.buf) < chunkLength {
		var n int
		n, d.err = d.in.Read(d.buf[len(d.buf):cap(d.buf)])
		d.buf = d.buf[:len(d.buf)+n]
		if n > 0 && d.lineEnd(d.buf[len(d.buf)-n:]) {
			break
		}
	}
	if len(d.buf) == 0 {
		err := d.err
		if goesOn(err) { // or returns it again
			d.err = nil
		}
		return err
	}
	end := len(d.buf)
	if d.err == nil {
		end = d.cut(d.buf)
	}
	d.decode(d.buf[:end])
	if d.lo == 0 && len(d.out) == 0 && d.err != nil { // a tail the decoder would not take
		d.replace(d.buf)
		d.lo = len(d.buf)
	}
	return nil
}

// lineEnd reports whether b holds the end of a line.
func (d *decoding) lineEnd(b []byte) bool { return bytes.IndexByte(b, '\n') >= 0 }

// cut returns where to stop in b, of which more follows: after its last line, or before
// what may be a part of a character.
func (d *decoding) cut(b []byte) int {
	if i := bytes.LastIndexByte(b, '\n'); i >= 0 && d.g.unit == 1 {
		return i + 1
	}
	if d.g.unit == 1 && d.dec == nil {
		// The halves of a pair of CESU-8 stay together.
		for i := max(1, len(b)-5); i < len(b)-1; i++ {
			if b[i] == 0xed && b[i+1]&0xf0 == 0xa0 {
				return i
			}
		}
		for i := len(b); i > len(b)-utf8.UTFMax && i > 0; i-- {
			if utf8.RuneStart(b[i-1]) {
				if !utf8.FullRune(b[i-1:]) {
					return i - 1
				}
				break
			}
		}
		return len(b)
	}
	return len(b) / d.g.unit * d.g.unit
}

// decode appends the decoded form of b to out and moves lo past what it took.
func (d *decoding) decode(b []byte) {
	d.out = d.out[:0:cap(d.out)]
	if d.dec == nil && utf8.Valid(b) && bytes.IndexByte(b, 0x1b) < 0 && bytes.IndexByte(b, 0) < 0 {
		d.plain(b)
		return
	}
	for len(b) > 0 {
		line := b[:d.firstLine(b)]
		b = b[len(line):]
		n := d.line(line, len(b) == 0)
		if n < len(line) {
			break // a part of a character, to be read with what follows
		}
	}
}

// plain passes bytes as they are.
func (d *decoding) plain(b []byte) {
	d.mark()
	d.out = append(d.out, b...)
	d.lo += len(b)
	d.rawAt += int64(len(b))
	d.outAt += int64(len(b))
}

// firstLine returns the length of the first line of b.
func (d *decoding) firstLine(b []byte) int {
	for from := 0; ; {
		i := bytes.IndexByte(b[from:], '\n')
		if i < 0 {
			return len(b)
		}
		i += from
		switch d.g.unit {
		case 1:
			return i + 1
		default: // the line feed is a unit of its own, with zeros before or after it
			u := i - i%d.g.unit
			if u+d.g.unit > len(b) {
				return len(b)
			}
			zeros := bytes.Count(b[u:u+d.g.unit], []byte{0})
			if first := d.g.name[len(d.g.name)-2] == 'L'; zeros == d.g.unit-1 && (first && i == u || !first && i == u+d.g.unit-1) {
				return u + d.g.unit
			}
			from = i + 1
		}
	}
}

// line decodes one line, or a piece of a long one, and returns how much it took.
func (d *decoding) line(b []byte, last bool) int {
	if d.dec == nil && d.g.mixed && bytes.IndexByte(b, 0) >= 0 {
		if n := d.wideLine(b); n > 0 {
			return n
		}
	}
	if d.dec == nil && utf8.Valid(b) && (bytes.IndexByte(b, 0x1b) < 0 || !d.g.mixed) {
		d.plain(b)
		return len(b)
	}
	dec, name := d.dec, d.g.name
	switch {
	case dec == nil && !d.g.mixed:
	case dec == nil:
		if c, ok := d.straying(b); ok {
			dec, name = c.enc.NewDecoder(), c.name
		}
	case d.g.unit == 1 && wholeUTF8(b):
		d.take(b, b, "UTF-8", bytes.Count(b, []byte("\ufffd")))
		return len(b)
	}
	if dec == nil {
		d.replace(b)
		return len(b)
	}
	atEnd := !last || d.err != nil || d.g.unit == 1 && b[len(b)-1] == '\n'
	dst := make([]byte, 3*len(b)+utf8.UTFMax)
	nDst, nSrc, err := dec.Transform(dst, b, atEnd)
	if err != nil && !errors.Is(err, transform.ErrShortSrc) || err != nil && nSrc == 0 && (atEnd || len(b) >= chunkLength) {
		d.replace(b)
		return len(b)
	}
	d.take(b[:nSrc], dst[:nDst], name, d.honest(b[:nSrc]))
	return nSrc
}

// take appends text, which the bytes b say, and notes the U+FFFD in it beyond those that
// were written.
func (d *decoding) take(b, text []byte, name string, honest int) {
	d.shifts = append(d.shifts, shift{d.outAt, d.rawAt, name})
	d.out = append(d.out, text...)
	for i := 0; ; i += len("\ufffd") {
		j := bytes.Index(text[i:], []byte("\ufffd"))
		if j < 0 {
			break
		}
		if i += j; honest > 0 {
			honest--
		} else {
			d.lose(d.outAt + int64(i))
		}
	}
	d.lo += len(b)
	d.rawAt += int64(len(b))
	d.outAt += int64(len(text))
}

// mark notes how far the result is from the file, before bytes that pass as they are.
func (d *decoding) mark() {
	var last shift
	if n := len(d.shifts); n > 0 {
		last = d.shifts[n-1]
	}
	if last.line != "" || d.rawAt-d.outAt != last.raw-last.out {
		d.shifts = append(d.shifts, shift{d.outAt, d.rawAt, ""})
	}
}

func (d *decoding) lose(at int64) {
	if len(d.lost) < maxLost {
		d.lost = append(d.lost, at)
	}
}

// honest counts the U+FFFD that the bytes b themselves say.
func (d *decoding) honest(b []byte) int {
	written := map[string]string{"UTF-16LE": "\xfd\xff", "UTF-16BE": "\xff\xfd", "UTF-32LE": "\xfd\xff\x00\x00", "UTF-32BE": "\x00\x00\xff\xfd", "GB18030": "\x84\x31\xa4\x37"}[d.g.name]
	if written == "" {
		return 0
	}
	return bytes.Count(b, []byte(written))
}

// replace takes b as UTF-8 with damage: pairs of surrogates that were written as two
// characters each (CESU-8) are joined, and each run of bytes that is no character becomes
// one U+FFFD, as Unicode recommends (chapter 3.9, "maximal subparts", except that we do
// not count).
func (d *decoding) replace(b []byte) {
	for len(b) > 0 {
		if i := firstInvalid(b); i != 0 {
			if i < 0 {
				i = len(b)
			}
			d.plain(b[:i])
			b = b[i:]
			continue
		}
		n, r := surrogates(b)
		if n == 0 {
			n, r = 1, utf8.RuneError
			for n < len(b) && n < 3 && b[n]&0xc0 == 0x80 && b[0] >= 0xc0 {
				n++
			}
			d.lose(d.outAt)
		}
		from := len(d.out)
		d.out = utf8.AppendRune(d.out, r)
		d.lo += n
		d.rawAt += int64(n)
		d.outAt += int64(len(d.out) - from)
		b = b[n:]
	}
	d.mark()
}

// surrogates decodes a pair of CESU-8, six bytes.
func surrogates(b []byte) (n int, r rune) {
	if len(b) < 6 {
		return 0, 0
	}
	if r := utf16.DecodeRune(surrogateHalf(b), surrogateHalf(b[3:])); r != utf8.RuneError {
		return 6, r
	}
	return 0, 0
}

// surrogateHalf decodes a half of a pair, three bytes, or returns -1.
func surrogateHalf(b []byte) rune {
	if b[0] != 0xed || b[1]&0xe0 != 0xa0 || b[2]&0xc0 != 0x80 {
		return -1
	}
	return 0xd000 | rune(b[1]&0x3f)<<6 | rune(b[2]&0x3f)
}

// straying returns the encoding of a line in a file of UTF-8, if the line is no damaged
// UTF-8. Encodings that were found before are tried first.
func (d *decoding) straying(b []byte) (candidate, bool) {
	first := firstInvalid(b)
	if first < 0 {
		return escaped(b)
	}
	if mostlyUTF8(b, first) {
		return candidate{}, false
	}
	for _, c := range d.strays {
		if out, err := c.enc.NewDecoder().Bytes(b); err == nil && !bytes.ContainsRune(out, utf8.RuneError) && plausible(string(out)) {
			return c, true
		}
	}
	if d.guesses >= maxGuesses {
		return candidate{}, false
	}
	d.guesses++
	c, ok := found(b)
	if ok {
		d.strays = append(d.strays, c)
	}
	return c, ok
}

// place returns where in the file the byte stands that is at a place of the result, or
// where its line begins if that was decoded, and the encoding of the line, "" if it is
// that of the file. Places are asked for in ascending order.
func (d *decoding) place(at int64) (raw int64, encoding string) {
	for len(d.shifts) > 1 && d.shifts[1].out <= at {
		d.shifts = d.shifts[1:]
	}
	if len(d.shifts) == 0 || d.shifts[0].out > at {
		return at, ""
	}
	s := d.shifts[0]
	switch s.line {
	case "":
		return s.raw + at - s.out, ""
	case d.g.name:
		return s.raw, ""
	}
	return s.raw, s.line
}

// losses returns how many U+FFFD stand in [lo, hi) of the result for bytes of the file,
// and where the first is, and forgets those before hi.
func (d *decoding) losses(lo, hi int64) (n int, first int64) {
	for len(d.lost) > 0 && d.lost[0] < hi {
		if d.lost[0] >= lo {
			if n++; n == 1 {
				first = d.lost[0]
			}
		}
		d.lost = d.lost[1:]
	}
	return n, first
}
