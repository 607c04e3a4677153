package ingest

import (
	"io"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
)

// How far a reading is: the bytes of the files on disk that were passed, packed as they
// are, against those of all files. A reader may take a file in order, by jumps or in part
// (a zip archive, a dump that is entered in its midst); at its end all of it is passed.

// Size returns how many bytes the files have that Read would read: what Options.Passed
// comes to. ok is false where that is not known: for a pipe, and for "-".
func Size(paths []string, opt Options) (bytes int64, ok bool) {
	opt.Notes, opt.PassedOver = nil, nil
	r := newRun(opt, func(Record, error) bool { return true })
	r.size, ok = new(int64), true
	for _, p := range paths {
		if info, err := os.Stat(p); p == "-" || err == nil && !info.Mode().IsRegular() && !info.IsDir() {
			return 0, false
		}
		r.path(p)
	}
	return *r.size, ok
}

// passing counts what is read of a file.
type passing struct {
	file  *os.File
	total *atomic.Int64
	size  int64

	mu    sync.Mutex // readers of columns may read at once
	count int64      // of this file, in total
}

// pass counts n bytes, and never more than the file has.
func (p *passing) pass(n int64) {
	if p != nil {
		p.mu.Lock()
		defer p.mu.Unlock()
		n = min(n, p.size-p.count)
		p.count += n
		p.total.Add(n)
	}
}

// end counts what is left.
func (p *passing) end() {
	if p != nil {
		p.pass(p.size)
	}
}

func (p *passing) Read(b []byte) (int, error) {
	n, err := p.file.Read(b)
	p.pass(int64(n))
	return n, err
}

// passingAt is passing for reads at any place. They need not be in order, nor be all.
type passingAt struct{ *passing }

func (p passingAt) ReadAt(b []byte, at int64) (int, error) {
	n, err := p.file.ReadAt(b, at)
	p.pass(int64(n))
	return n, err
}

// passedStream counts a stream whose length is not known.
type passedStream struct {
	io.Reader
	total *atomic.Int64
}

func (p passedStream) Read(b []byte) (int, error) {
	n, err := p.Reader.Read(b)
	p.total.Add(int64(n))
	return n, err
}

// passedOver reports a file of a folder that is not read.
func (r *run) passedOver(path string) {
	if filepath.Ext(path) == ".repost" { // a corpus next to its dumps
		return
	}
	r.passedOverAs(kindOfPassed(path), path)
}

// passedOverAs reports what is not read as one of a kind.
func (r *run) passedOverAs(kind, path string) {
	if r.opt.PassedOver != nil {
		r.opt.PassedOver(path, kind)
	}
	if r.opt.Notes != nil {
		r.opt.Notes.passedOver(path, kind)
	}
}
