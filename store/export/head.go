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
	in := bufio.NewReader(r)
	magic, _ := in.Peek(6)
	var unpacked io.Reader = in
	switch {
	case bytes.HasPrefix(magic, []byte("\x1f\x8b")):
		z, err := gzip.NewReader(in)
		if err != nil {
			return nil
		}
		unpacked = z
	case bytes.HasPrefix(magic, []byte("\x28\xb5\x2f\xfd")):
		z, err := zstd.NewReader(in, zstd.WithDecoderConcurrency(1))
		if err != nil {
			return nil
		}
		defer z.Close()
		unpacked = z
	case bytes.HasPrefix(magic, []byte("\xfd7zXZ\x00")):
		z, err := xz.NewReader(in)
		if err != nil {
			return nil
		}
		unpacked = z
	case bytes.HasPrefix(magic, []byte("BZh")):
		unpacked = bzip2.NewReader(in)
	}
	b, _ := io.ReadAll(io.LimitReader(unpacked, headLength)) // what came before an error counts
	return b
}
