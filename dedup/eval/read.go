package eval

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/klauspost/compress/gzip"
)

// The bounds of what is read, so that a file of another kind, or one built to do
// harm, ends in an error and not in a full memory.
const (
	maxLine = 64 << 20 // bytes of one line: a cluster of about a million members
	maxRows = 50e6     // lines that are not blank
)

// Open opens a file of labels, unpacking gzip whatever the name says.
func Open(path string) (io.ReadCloser, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	r := bufio.NewReaderSize(f, 1<<16)
	if magic, _ := r.Peek(2); !bytes.Equal(magic, []byte{0x1f, 0x8b}) {
		return &file{r, f}, nil
	}
	z, err := gzip.NewReader(r)
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return &file{z, f}, nil
}

type file struct {
	io.Reader
	io.Closer
}

// eachLine calls row for every line of r that is not blank, without its end of
// line, and puts name:line before any error. The slice is valid during the call.
func eachLine(r io.Reader, name string, row func(line []byte) error) error {
	br, rows := bufio.NewReaderSize(r, 1<<16), 0
	var buf []byte
	for n := 1; ; n++ {
		line, err := readLine(br, buf[:0])
		buf = line
		if err != nil && err != io.EOF {
			return fmt.Errorf("%s:%d: %w", name, n, err)
		}
		if line = bytes.TrimRight(line, "\r\n"); len(bytes.TrimSpace(line)) > 0 {
			if rows++; rows > maxRows {
				return fmt.Errorf("%s:%d: more than %d lines", name, n, int(maxRows))
			}
			if e := row(line); e != nil {
				return fmt.Errorf("%s:%d: %w", name, n, e)
			}
		}
		if err == io.EOF {
			return nil
		}
	}
}

// readLine appends one line to buf, its end included.
func readLine(r *bufio.Reader, buf []byte) ([]byte, error) {
	for {
		part, err := r.ReadSlice('\n')
		if len(buf)+len(part) > maxLine {
			return buf, fmt.Errorf("line longer than %d bytes", maxLine)
		}
		buf = append(buf, part...)
		if !errors.Is(err, bufio.ErrBufferFull) {
			return buf, err
		}
	}
}

// eachJSON decodes every line of r that is not blank into a fresh T.
func eachJSON[T any](r io.Reader, name string, take func(*T) error) error {
	return eachLine(r, name, func(line []byte) error {
		v := new(T)
		if err := json.Unmarshal(line, v); err != nil {
			return err
		}
		return take(v)
	})
}
