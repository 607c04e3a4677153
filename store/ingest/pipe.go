package ingest

import (
	"context"
	"io"
	"os"
)

// A pipe or a terminal has no end until its writer closes it, and a named pipe cannot even
// be opened before its writer comes. The system has no way to call such a wait off, so it is
// left to a goroutine: when the context ends, the caller goes on and the goroutine waits for
// the rest of the program's life, which is short.

// open is os.Open that ctx ends, and so are the reads of what it opens unless that is a
// regular file, which never makes its reader wait. The error is then that of ctx.
func open(ctx context.Context, path string) (*os.File, io.Reader, error) {
	if info, err := os.Stat(path); err != nil || info.Mode().IsRegular() || info.IsDir() {
		f, err := os.Open(path)
		return f, f, err
	}
	type opened struct {
		file *os.File
		err  error
	}
	ready := make(chan opened, 1)
	go func() {
		f, err := os.Open(path)
		ready <- opened{f, err}
	}()
	select {
	case o := <-ready:
		return o.file, Interruptible(ctx, o.file), o.err
	case <-ctx.Done():
		return nil, nil, ctx.Err()
	}
}

// Interruptible returns a reader of src whose reads end when ctx does, with the error of ctx.
func Interruptible(ctx context.Context, src io.Reader) io.Reader {
	return &interruptible{ctx: ctx, src: src}
}

type interruptible struct {
	ctx  context.Context
	src  io.Reader
	buf  []byte
	rest []byte // read and not given out yet
	err  error  // after it
}

func (in *interruptible) Read(p []byte) (int, error) {
	if len(in.rest) == 0 && in.err == nil && len(p) > 0 {
		if in.buf == nil {
			in.buf = make([]byte, sniffLength)
		}
		done := make(chan struct{})
		var n int
		var err error
		go func() {
			n, err = in.src.Read(in.buf)
			close(done)
		}()
		select {
		case <-done:
			in.rest, in.err = in.buf[:n], err
		case <-in.ctx.Done():
			in.err = in.ctx.Err() // and the buffer belongs to that read from now on
		}
	}
	n := copy(p, in.rest)
	if in.rest = in.rest[n:]; len(in.rest) == 0 {
		return n, in.err
	}
	return n, nil
}
