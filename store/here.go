package store

import (
	"io/fs"
	"os"
	"sync"
)

// A corpus that cannot be opened is most often held by another process. But it may be a Corpus of
// this one that its program forgot to close, or opened twice, and who looks for another process
// then looks in vain. So the process keeps the corpora that it has open, and the error of Open says
// which it is. A file is known by its device and inode, whatever the path.

// here are the corpora that this process has open.
var here struct {
	sync.Mutex
	files map[*Corpus]openHere
}

type openHere struct {
	file   fs.FileInfo
	writes bool
}

// enter notes that c is open.
func (c *Corpus) enter(readOnly bool) {
	info, err := c.file.Stat()
	if err != nil {
		return // nobody can be waiting for a file that cannot be looked at
	}
	here.Lock()
	defer here.Unlock()
	if here.files == nil {
		here.files = map[*Corpus]openHere{}
	}
	here.files[c] = openHere{info, !readOnly}
}

// leave notes that c is open no longer.
func (c *Corpus) leave() {
	here.Lock()
	defer here.Unlock()
	delete(here.files, c)
}

// heldHere returns the error for a corpus that a Corpus of this process keeps c from opening, and
// nil if none does. head is that of the file if c got as far.
func (c *Corpus) heldHere(head boltHead) error {
	info, err := os.Stat(c.path)
	if err != nil {
		return nil
	}
	here.Lock()
	defer here.Unlock()
	var found error
	for other, o := range here.files {
		switch {
		case !os.SameFile(info, o.file):
		case o.writes:
			return inUseHere("open for writing in this process already: close that Corpus first, or use it, which any goroutine may")
		case c.db == nil && c.locks: // c waits for a writer, and o reads
		case !c.shared:
			found = inUseHere("open for reading in this process already: close that Corpus first")
		case uint64(other.view.Load().txid) < uint64(head.txid):
			found = inUseHere("open for reading in this process already, as it was before the last change: close that Corpus first")
		}
	}
	return found
}

// inUseHere is an ErrInUse that this process has caused itself.
type inUseHere string

func (e inUseHere) Error() string        { return string(e) }
func (e inUseHere) Is(target error) bool { return target == ErrInUse }
