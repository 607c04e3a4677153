package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"repost/store/ingest"
)

// --follow reads from a program that goes on running: standard input, a named pipe, or a file
// as it grows. ingest and find read it alike, a line at a time, and answer each line.

// followFlags are the flags of commands that read from a program that goes on running.
type followFlags struct {
	on       bool
	interval time.Duration
}

// check refuses what --follow cannot read.
func (f *followFlags) check(a *app, paths []string) error {
	switch {
	case len(paths) != 1:
		return usage("--follow reads one stream: give one path, or - for standard input")
	case !isJSON(a.input.format):
		return usage("--follow reads JSON lines, and --format is %s", a.input.format)
	}
	return nil
}

func isJSON(format string) bool {
	switch format {
	case "", "json", "jsonl", "ndjson", "jsonlines":
		return true
	}
	return false
}

// stream is what a program that goes on running sends.
type stream struct {
	app      *app
	records  <-chan sent
	notes    *ingest.Notes
	rejected *rejects
	lost     bool // a text was not read
	close    func() error
}

// openStream opens what --follow reads. What was read before the command is interrupted is
// answered: reading ends then and ctx does not.
func (a *app) openStream(path string) (ctx context.Context, s *stream, err error) {
	opt, err := a.input.options()
	if err != nil {
		return nil, nil, err
	}
	rejected, err := a.openRejects([]string{path}, &opt)
	if err != nil {
		return nil, nil, err
	}
	in, file, err := a.openFollowed(path)
	if err != nil {
		return nil, nil, errors.Join(err, rejected.close())
	}
	opt.Context = a.ctx
	ctx, stop := context.WithCancel(context.WithoutCancel(a.ctx))
	s = &stream{app: a, records: queued(ctx, ingest.Follow(in, path, opt)), notes: opt.Notes, rejected: rejected}
	s.close = func() error {
		stop()
		file.Close()
		return rejected.close()
	}
	return ctx, s, nil
}

// refuse reports a line that is not read or not taken, and returns its number, if that is known, and the reason.
func (s *stream) refuse(err error) (line int, reason string) {
	s.app.complain("%v", err)
	s.rejected.add(err)
	s.lost = s.lost || losesText(err)
	return placeOf(err)
}

// placeOf returns the line of a stream that cannot be read, 0 if it is not known, and the reason.
func placeOf(err error) (line int, reason string) {
	if e, ok := errors.AsType[*ingest.Error](err); ok {
		return e.Record, e.Err.Error()
	}
	return 0, err.Error()
}

// openFollowed opens a path that --follow reads.
func (a *app) openFollowed(path string) (io.Reader, io.Closer, error) {
	if path == "-" {
		return a.stdin, io.NopCloser(nil), nil
	}
	f, err := interruptible(a.ctx, func() (*os.File, error) { return os.Open(path) })
	if err != nil {
		return nil, nil, err
	}
	info, err := f.Stat()
	switch {
	case err == nil && info.IsDir():
		err = fmt.Errorf("%s is a folder, and --follow reads a stream", path)
		fallthrough
	case err != nil:
		return nil, nil, errors.Join(err, f.Close())
	case info.Mode().IsRegular():
		return &growing{a.ctx, f}, f, nil
	}
	return ingest.Interruptible(a.ctx, f), f, nil
}

// growing is a file that is read as it grows.
type growing struct {
	ctx  context.Context
	file *os.File
}

// grown is how often the end of a file is looked at.
const grown = 50 * time.Millisecond

func (g *growing) Read(p []byte) (int, error) {
	for {
		n, err := g.file.Read(p)
		if n > 0 || err != io.EOF {
			return n, err
		}
		at, err := g.file.Seek(0, io.SeekCurrent)
		if info, serr := g.file.Stat(); err == nil && serr == nil && info.Size() < at {
			return 0, errors.New("the file was cut off while it was read; start again to read it from its beginning")
		}
		select {
		case <-time.After(grown):
		case <-g.ctx.Done():
			return 0, g.ctx.Err()
		}
	}
}
