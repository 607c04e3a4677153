package ingest

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/gzip"
)

// gzip (RFC 1952) as it is found on disks: members one after the other, one of which may
// be damaged or cut off, with zeros or something else after them. What comes out before
// the damage is read; then the next member is looked for by its header, of which some
// bytes are known, and reading goes on there, as crawls need whose members are records.
//
// The damage may be found long after it began: a member that was cut off goes on with the
// bytes of the next. So the last gzipTail bytes are kept, and searched from where the
// damaged member began.

const (
	gzipTail    = 1 << 20
	gzipTrial   = 1 << 10 // of a member, to see whether it is one
	mostDamages = 1000    // in one file; then reading ends
)

// damage is the error of a reader that can go on after it: reads return it until pass is
// called, so that whoever only looks ahead does not take it away.
type damage struct {
	why    error
	from   int64 // in the packed file
	on     int64 // where reading goes on
	passed bool
}

func (d *damage) Error() string {
	return fmt.Sprintf("gzip: %v after byte %d of the packed file; reading goes on at its byte %d", d.why, d.from, d.on)
}

func (d *damage) Unwrap() error { return d.why }

// goesOn reports whether a reader can be read on after an error, once it is passed.
func goesOn(err error) bool {
	var d *damage
	return errors.As(err, &d)
}

// pass lets the reader that returned an error go on, if it can.
func pass(err error) bool {
	var d *damage
	if errors.As(err, &d) {
		d.passed = true
	}
	return d != nil
}

var (
	errDamaged = errors.New("the data are damaged")
	errTrailer = errors.New("something else stands")
)

// gzipStream unpacks a file.
type gzipStream struct {
	src     io.Reader
	tail    []byte // what was read of src last
	read    int64  // bytes of src in all
	again   *bytes.Reader
	in      *bufio.Reader
	z       *gzip.Reader
	member  int64 // where the member began
	within  bool  // a member
	damages int
	damage  *damage // the last one
	failure error   // after which nothing can be read
}

func newGzipStream(src io.Reader) (*gzipStream, error) {
	g := &gzipStream{src: src}
	g.goTo(0)
	var err error
	if g.z, err = gzip.NewReader(g.in); err != nil {
		return nil, err
	}
	g.z.Multistream(false)
	g.within = true
	return g, nil
}

func (g *gzipStream) Close() error { return nil }

// feed reads src, and keeps the last of it.
type feed struct{ *gzipStream }

func (f feed) Read(p []byte) (int, error) {
	n, err := f.src.Read(p)
	f.read += int64(n)
	if len(f.tail)+n > 2*gzipTail {
		f.tail = append(f.tail[:0], f.tail[len(f.tail)-gzipTail:]...)
	}
	f.tail = append(f.tail, p[:n]...)
	return n, err
}

// goTo makes a place in the file, of which tail still has the bytes, the next to be read.
func (g *gzipStream) goTo(at int64) {
	g.again = bytes.NewReader(bytes.Clone(g.tail[len(g.tail)-int(g.read-at):]))
	g.in = bufio.NewReaderSize(io.MultiReader(g.again, feed{g}), sniffLength)
}

func (g *gzipStream) place() int64 { return g.read - int64(g.again.Len()+g.in.Buffered()) }

func (g *gzipStream) Read(p []byte) (int, error) {
	if g.damage != nil && !g.damage.passed {
		return 0, g.damage
	}
	if g.failure != nil {
		return 0, g.failure
	}
	n, err := g.unpack(p)
	if err != nil && !goesOn(err) {
		g.failure = err
	}
	return n, err
}

func (g *gzipStream) unpack(p []byte) (int, error) {
	for {
		if !g.within {
			if err := g.next(); err != nil {
				return 0, err
			}
		}
		n, err := g.z.Read(p)
		switch {
		case err == io.EOF:
			g.within = false
			if n > 0 {
				return n, nil
			}
		case err != nil:
			return n, g.broken(err)
		case n > 0:
			return n, nil
		}
	}
}

// next begins the next member.
func (g *gzipStream) next() error {
	for {
		start, err := g.in.Peek(2)
		switch {
		case len(start) == 0:
			return err
		case start[0] == 0: // what fills a block of a tape
			g.in.Discard(1)
			continue
		}
		g.member = g.place()
		if string(start) != "\x1f\x8b" {
			return g.resume(errTrailer, g.member)
		}
		if err := g.z.Reset(g.in); err != nil {
			return g.broken(err)
		}
		g.z.Multistream(false)
		g.within = true
		return nil
	}
}

// broken goes on after a member that is damaged.
func (g *gzipStream) broken(err error) error {
	why := errDamaged
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		why = errCutShort
	} else if !errors.Is(err, gzip.ErrChecksum) && !errors.Is(err, gzip.ErrHeader) && !isFlate(err) {
		return err // of the disk
	}
	return g.resume(why, g.member)
}

// isFlate reports whether an error is one of the data, by what the library calls it.
func isFlate(err error) bool {
	return bytes.HasPrefix([]byte(err.Error()), []byte("flate:"))
}

// resume looks for the member after a place where one was damaged.
func (g *gzipStream) resume(why error, from int64) error {
	g.within = false
	at, ok := g.search(from + 1)
	if g.damages++; !ok || g.damages > mostDamages {
		g.src = bytes.NewReader(nil)
		g.goTo(g.read)
		if why == errTrailer {
			return fmt.Errorf("gzip: after the packed data, at byte %d of the file, stands something else", from)
		}
		return fmt.Errorf("gzip: %w", why)
	}
	g.goTo(at)
	g.damage = &damage{why: why, from: from, on: at}
	return g.damage
}

// search finds the next member at or after a place.
func (g *gzipStream) search(from int64) (at int64, ok bool) {
	buf := make([]byte, sniffLength)
	ended := false
	for {
		begin := g.read - int64(len(g.tail))
		from = max(from, begin)
		for b := g.tail[from-begin:]; ; b = g.tail[from-begin:] {
			i := bytes.Index(b, []byte("\x1f\x8b\x08"))
			if i < 0 {
				from += int64(max(0, len(b)-2))
				break
			}
			if from += int64(i); len(b)-i < gzipTrial && !ended {
				break
			}
			if isMember(b[i:min(len(b), i+gzipTrial)]) {
				return from, true
			}
			from++
		}
		if ended {
			return 0, false
		}
		if _, err := (feed{g}).Read(buf); err != nil {
			ended = true
		}
	}
}

// isMember reports whether a member of gzip begins b.
func isMember(b []byte) bool {
	if len(b) < 18 || b[3]&0xe0 != 0 || b[9] > 13 && b[9] != 255 {
		return false
	}
	z, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		return false
	}
	n, err := io.ReadFull(z, make([]byte, 64))
	return err == nil || n > 0 && errors.Is(err, io.ErrUnexpectedEOF)
}
