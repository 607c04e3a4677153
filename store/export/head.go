package export

import (
	"bufio"
	"bytes"
	"compress/bzip2"
	"io"
	"os"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"github.com/ulikunitz/xz"
)

// headLength is how much of a file Head returns.
const headLength = 64 << 10

// Head returns the first bytes of a file, unpacked: what it begins with before its first
// record. What cannot be read has none.
func Head(name string) []byte {
	f, err := os.Open(name)
	if err != nil {
		return nil
	}
	defer f.Close()
	return HeadOf(f)
}

// HeadOf is Head for a reader.
func HeadOf(r io.Reader) []byte {
	unpacked, end, err := unpack(r)
	if err != nil {
		return nil
	}
	defer end()
	b, _ := io.ReadAll(io.LimitReader(unpacked, headLength)) // what came before an error counts
	return b
}

// unpack returns the bytes of a file that may be packed. The caller calls end.
func unpack(r io.Reader) (unpacked io.Reader, end func(), err error) {
	in, end := bufio.NewReader(r), func() {}
	magic, _ := in.Peek(6)
	switch {
	case bytes.HasPrefix(magic, []byte("\x1f\x8b")):
		unpacked, err = gzip.NewReader(in)
	case bytes.HasPrefix(magic, []byte("\x28\xb5\x2f\xfd")):
		var z *zstd.Decoder
		if z, err = zstd.NewReader(in, zstd.WithDecoderConcurrency(1)); err == nil {
			unpacked, end = z, z.Close
		}
	case bytes.HasPrefix(magic, []byte("\xfd7zXZ\x00")):
		unpacked, err = xz.NewReader(in)
	case bytes.HasPrefix(magic, []byte("BZh")):
		unpacked = bzip2.NewReader(in)
	default:
		unpacked = in
	}
	return unpacked, end, err
}
