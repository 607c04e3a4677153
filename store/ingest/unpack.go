package ingest

import (
	"bufio"
	"bytes"
	"compress/bzip2"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/klauspost/compress/zstd"
	"github.com/ulikunitz/xz"
)

// Packed files: gzip, zstd, xz and bzip2, by their first bytes and never by name, one
// within another. All read on where a second stream follows the first, as files have
// that were put together with cat. zstd and gzip are klauspost's, three times as fast
// as the standard library; xz is ulikunitz's, the one kept in Go (BSD, 9-18 MB/s).

// ErrBomb says that a file gives far more than it holds, or holds archives in
// archives: one of the bounds below, which its message names.
var ErrBomb = errors.New("the file unpacks without end")

// bounds limit what is unpacked from one file of the disk.
type bounds struct {
	packed  int64 // bytes of the file, or those read of it so far
	out     int64 // bytes that came out, of all layers together
	depth   int   // packings and archives around what is read
	burst   bool  // the ratio was passed: nothing more is read of the file
	limits  unpackLimits
	spilled int64 // bytes on disk: see spill
}

// unpackLimits are the bounds. Text packs 3 to 10 times, logs of one line over and
// over 200 times; gzip cannot pass 1,032.
type unpackLimits struct {
	depth int   // of packings and archives within one another
	ratio int64 // bytes out for each byte in
	free  int64 // bytes out that nobody asks about
	spill int64 // bytes of an archive within another that are written to a temporary file
}

var usualLimits = unpackLimits{depth: 8, ratio: 1000, free: 256 << 20, spill: 64 << 30}

// deeper enters a packing or an archive.
func (b *bounds) deeper() error {
	if b.depth++; b.depth > b.limits.depth {
		return fmt.Errorf("%w: more than %d packings and archives are within one another (the bound of depth); unpack it by hand", ErrBomb, b.limits.depth)
	}
	return nil
}

// count adds to what came out.
func (b *bounds) count(n int) error {
	b.out += int64(n)
	if b.out > b.limits.free && b.out/b.limits.ratio > b.packed {
		b.burst = true
		return fmt.Errorf("%w: %d bytes came out of %d, more than %d for each (the bound of the ratio); unpack it by hand if it is to be read", ErrBomb, b.out, b.packed, b.limits.ratio)
	}
	return nil
}

// counted counts the bytes that are read of a packed file.
type counted struct {
	io.Reader
	b *bounds
}

func (c counted) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.b.packed += int64(n)
	return n, err
}

// packing is a way to pack a stream of bytes.
type packing struct {
	name   string
	ending string // of names of files
	magic  string
	open   func(io.Reader) (io.ReadCloser, error)
}

// longestWindow is how far back zstd may reach: what --long=31 writes, which needs
// that much memory.
const longestWindow = 2 << 30

var packings = []packing{
	{"gzip", ".gz", "\x1f\x8b", func(r io.Reader) (io.ReadCloser, error) { return newGzipStream(r) }},
	{"zstd", ".zst", "\x28\xb5\x2f\xfd", openZstd},
	{"xz", ".xz", "\xfd7zXZ\x00", func(r io.Reader) (io.ReadCloser, error) {
		z, err := xz.NewReader(r)
		if err != nil {
			return nil, err
		}
		return io.NopCloser(z), nil
	}},
	{"bzip2", ".bz2", "BZh", func(r io.Reader) (io.ReadCloser, error) { return io.NopCloser(bzip2.NewReader(r)), nil }},
}

func openZstd(r io.Reader) (io.ReadCloser, error) {
	z, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(longestWindow))
	if err != nil {
		return nil, err
	}
	return z.IOReadCloser(), nil
}

// longestMagic is how many bytes identify a packing.
const longestMagic = 10

// packingOf returns how a file is packed, or nil. The magic of bzip2 is text: a level
// and the first bytes of a block, or of the end of an empty file, must follow.
func packingOf(start []byte) *packing {
	for i := range packings {
		p := &packings[i]
		switch {
		case !bytes.HasPrefix(start, []byte(p.magic)):
		case p.name == "bzip2" && (len(start) < 10 || start[3] < '1' || start[3] > '9' ||
			string(start[4:10]) != "1AY&SY" && string(start[4:10]) != "\x17rE8P\x90"):
		default:
			return p
		}
	}
	// zstd may begin with a frame to be skipped.
	if len(start) >= 4 && start[0]&0xf0 == 0x50 && string(start[1:4]) == "\x2a\x4d\x18" {
		return &packings[1]
	}
	return nil
}

// unpackAll returns what b holds once all packings are taken off, and whether there
// was one. The closer releases what they hold.
func unpackAll(b *bufio.Reader, bound *bounds) (in *bufio.Reader, packed bool, closer func(), err error) {
	var open []io.Closer
	closer = func() {
		for i := len(open) - 1; i >= 0; i-- {
			open[i].Close()
		}
	}
	for {
		start, _ := b.Peek(longestMagic)
		p := packingOf(start)
		if p == nil {
			return b, packed, closer, nil
		}
		if err := bound.deeper(); err != nil {
			closer()
			return nil, packed, func() {}, err
		}
		z, err := p.open(b)
		if err != nil {
			closer()
			return nil, packed, func() {}, unpackError(p.name, err)
		}
		open = append(open, z)
		packed = true
		b = bufio.NewReaderSize(&unpacking{z, p.name, bound}, sniffLength)
	}
}

// unpacking bounds what comes out of a packing, and says in errors what is packed how.
type unpacking struct {
	in    io.Reader
	name  string
	bound *bounds
}

func (u *unpacking) Read(b []byte) (int, error) {
	n, err := u.in.Read(b)
	if err != nil && err != io.EOF {
		return n, unpackError(u.name, err)
	}
	if bomb := u.bound.count(n); bomb != nil {
		return n, bomb
	}
	return n, err
}

var errCutShort = errors.New("the file is cut short")

// unpackError says what is wrong in words of the packing.
func unpackError(name string, err error) error {
	switch {
	case errors.Is(err, ErrBomb), name == "gzip" && strings.HasPrefix(err.Error(), "gzip: "):
		return err
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return fmt.Errorf("%s: %w", name, errCutShort)
	case errors.Is(err, zstd.ErrDecoderSizeExceeded), errors.Is(err, zstd.ErrFrameSizeMismatch), errors.Is(err, zstd.ErrFrameSizeExceeded):
		return fmt.Errorf("%s: %w", name, errDamaged) // frames that say another length than they have
	case errors.Is(err, zstd.ErrWindowSizeExceeded):
		return fmt.Errorf("%s: it reaches back over more than 2 GiB; pack it again without --ultra --long", name)
	}
	if text := err.Error(); strings.HasPrefix(text, name) || strings.Contains(text, "lzma") || strings.Contains(text, "corrupt") || strings.Contains(text, "invalid") || strings.Contains(text, "mismatch") {
		return fmt.Errorf("%s: %w", name, errDamaged) // the words of the library say no more
	}
	return fmt.Errorf("%s: %w", name, err)
}

// anyPlace returns a file with access at any place: the file itself, or what spill
// keeps of it.
func (r *run) anyPlace(s *source, in io.Reader) (at io.ReaderAt, size int64, closer func(), err error) {
	if s.file == nil {
		return spill(in, s.bounds)
	}
	info, err := s.file.Stat()
	if err != nil {
		return nil, 0, func() {}, err
	}
	s.bounds.packed = max(s.bounds.packed, info.Size())
	if s.pass != nil {
		return passingAt{s.pass}, info.Size(), func() {}, nil
	}
	return s.file, info.Size(), func() {}, nil
}

// spill returns what in holds with access at any place: a zip archive or a Parquet
// file that comes from a pipe, or from within another file. It is held in memory up
// to a size, and in a temporary file beyond; close removes it.
func spill(in io.Reader, bound *bounds) (at io.ReaderAt, size int64, closer func(), err error) {
	const inMemory = 16 << 20
	var head bytes.Buffer
	n, err := io.Copy(&head, io.LimitReader(in, inMemory+1))
	if err != nil {
		return nil, 0, func() {}, err
	}
	if n <= inMemory {
		return bytes.NewReader(head.Bytes()), n, func() {}, nil
	}
	f, err := os.CreateTemp("", "repost-*")
	if err != nil {
		return nil, 0, func() {}, err
	}
	gone := os.Remove(f.Name()) == nil // where the system allows it, so that a killed process leaves nothing
	closer = func() {
		f.Close()
		if !gone {
			os.Remove(f.Name())
		}
	}
	size, err = io.Copy(f, io.LimitReader(io.MultiReader(&head, in), bound.limits.spill-bound.spilled+1))
	bound.spilled += size
	if err == nil && bound.spilled > bound.limits.spill {
		err = fmt.Errorf("%w: an archive within it has more than %d bytes (the bound of bytes); unpack it by hand", ErrBomb, bound.limits.spill)
	}
	if err != nil {
		closer()
		return nil, 0, func() {}, err
	}
	return f, size, closer, nil
}
