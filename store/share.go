package store

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"runtime"
	"time"

	bolt "go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"

	"repost/store/internal/filelock"
)

// One process writes to a corpus while others read it, each of them one state: the one
// that was the last when it opened the corpus, until it closes it. bbolt alone has
// either one writer or readers, by a lock of the whole file (flock), because a writer
// uses the pages again that its last commits gave up, and knows the readers of its own
// process only. Here the processes inform each other by locks of single bytes far beyond
// the end of the file. The locks belong to an open file (Linux, OFD locks): they are gone
// when it is closed or its process dies, however it dies.
//
//	byte                who locks it
//	writerByte          the one that writes, for itself alone, as long as it may write
//	stateBytes + n      readers of state n, of commit n, next to each other
//
// A reader begins a transaction of bbolt, which finds the last state n, locks byte n,
// and reads the heads of the file again. If n still is the last state, that is its
// state; else it tries anew. A writer holds, as a pin, a read transaction of its own on
// each state that may have readers: bbolt never uses a page again that belongs to a
// state on which a transaction is open. It begins the pin of n inside of the
// transaction that makes n+1, and ends it before a later one, if then nobody has
// byte n locked.
//
// Why no page of a reader is overwritten. The page that commit n+1 gives up can be used
// by n+2 at the earliest, and when n+2 begins there is the pin of n. Let the writer find
// byte n free, some time after the head of n+1 was written, and end the pin. A reader
// that locks the byte after that reads a head later than n, since the test and its lock
// exclude each other in the kernel, and drops n. A reader that locked it before would
// have been found. A head that is read while it is being written does not pass for a
// head; then n+1 is not yet there, and the pin of n not yet looked at. What the reader's
// transaction took for head n may be torn, too: root, size and number are compared with
// those that passed.
//
// A writer that opens the corpus can pin the last state only. It waits for the readers
// of earlier ones, which a writer before it has left.
//
// The flock of bbolt is held exclusively by a writer while it opens the file, and shared
// from then on, which keeps other programs from writing; a reader drops it as soon as it
// has its state.
//
// A pin keeps bbolt from mapping the file anew when it grows, so that a writer would
// wait for itself. So it maps mapSize at once; that is address space and no memory. A
// reader maps the file as long as it is.
//
// Where such locks are unknown (other systems) all is as bbolt has it: one writer or
// readers. A writer that cannot map so much (ulimit -v) is alone, too: it waits for all
// readers, and keeps the flock.
//
// Costs: two system calls a commit, a few for a reader. A reader keeps the pages of its
// state, and with them what the file has grown by since and gave up again, since bbolt
// does not know how old such pages are. Eight processes that listed stories in a loop
// while zh-pages-dev was read made the file no larger; one that slept while 22,000
// documents came to 8,800 made it 31 % larger, and that was free afterwards.

const (
	writerByte = filelock.Writer
	stateBytes = writerByte + 1
)

// errOldReader is why a writer cannot begin while there is a reader of an earlier state.
var errOldReader = fmt.Errorf("%w, which reads it as it was before the last change", ErrInUse)

// attach opens the file in bbolt, which other processes may have open too, and returns the
// head of the state that it found.
func (c *Corpus) attach(readOnly bool, deadline time.Time) (boltHead, error) {
	if readOnly {
		if err := c.openFile(true, 0, deadline); err != nil {
			return boltHead{}, err
		}
		return c.hold()
	}
	size := int64(mapSize)
	if info, err := os.Stat(c.path); err == nil && info.Size() > size/2 {
		size = 0
	}
	err := c.openFile(false, size, deadline)
	if err != nil && size > 0 && !errors.Is(err, bolterrors.ErrTimeout) {
		size = 0
		err = c.openFile(false, size, deadline)
	}
	if err != nil {
		return boltHead{}, err
	}
	c.shared = c.locks && size > 0
	head, err := readHead(c.file)
	if err == nil && c.shared {
		if err = filelock.ShareWhole(c.file); err == filelock.ErrLocked {
			err = bolterrors.ErrTimeout
		}
	}
	if err == nil && c.locks {
		err = c.waitForReaders(head, deadline)
	}
	return head, err
}

// openFile opens the file in bbolt and takes the writer's byte before.
func (c *Corpus) openFile(readOnly bool, size int64, deadline time.Time) (err error) {
	c.file, c.locks, c.mapped = nil, true, 0
	c.db, err = bolt.Open(c.path, 0o666, &bolt.Options{
		Timeout: max(time.Until(deadline), time.Millisecond), FreelistType: bolt.FreelistMapType, ReadOnly: readOnly,
		InitialMmapSize: int(size), MaxSize: int(size), NoStatistics: true, NoSync: c.opt.noSync,
		OpenFile: func(path string, flag int, mode fs.FileMode) (*os.File, error) {
			f, err := openExisting(path, flag, mode)
			if err != nil || c.file != nil {
				return f, err
			}
			c.file = f
			if info, err := f.Stat(); err == nil {
				c.mapped = info.Size()
			}
			if !readOnly || c.opt.still {
				err = patiently(deadline, func() error { return filelock.Lock(f, writerByte, 1, !readOnly) })
			}
			if errors.Is(err, errors.ErrUnsupported) {
				c.locks, err = false, nil
			}
			if err != nil {
				f.Close()
				return nil, err
			}
			return f, nil
		},
	})
	return err
}

// patiently tries until the deadline, once at least, to get a lock.
func patiently(deadline time.Time, try func() error) error {
	for {
		err := try()
		if err != filelock.ErrLocked {
			return err
		}
		if time.Until(deadline) < 50*time.Millisecond {
			return bolterrors.ErrTimeout
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// waitForReaders waits until no process reads a state that this process cannot pin.
func (c *Corpus) waitForReaders(head boltHead, deadline time.Time) error {
	states := int64(head.txid) // 0 to the last but one
	if !c.shared {
		states = 0 // all
	}
	err := patiently(deadline, func() error { return unlocked(c.file, stateBytes, states) })
	if errors.Is(err, bolterrors.ErrTimeout) && c.shared {
		return errOldReader
	}
	return err
}

// unlocked returns filelock.ErrLocked if somebody has one of n bytes locked, of all from at on if
// n is 0. It locks them itself for a moment: no lock is set while it looks.
func unlocked(f *os.File, at, n int64) error {
	err := filelock.Lock(f, at, n, true)
	if err == nil {
		err = filelock.Unlock(f, at, n)
	}
	return err
}

// hold begins the read transaction that the corpus is read in until it is closed, and
// marks its state as read.
func (c *Corpus) hold() (boltHead, error) {
	for range 1000 { // each time a commit came in between
		var tx *bolt.Tx
		err := guard(func() (err error) {
			tx, err = c.db.Begin(false)
			return err
		})
		if errors.Is(err, ErrDamaged) { // two heads torn, one after the other
			c.db, err = nil, errReplaced // which hangs in its locks
		}
		if err != nil {
			return boltHead{}, err
		}
		at := stateBytes + int64(tx.ID())
		err = filelock.Lock(c.file, at, 1, false)
		if errors.Is(err, errors.ErrUnsupported) {
			c.tx = tx
			return readHead(c.file) // the flock keeps writers out
		}
		if err == nil {
			head, herr := readHead(c.file)
			switch same := herr == nil && head.same(tx); {
			case same && tx.Size() > c.mapped: // it grew since it was opened
				err = errReplaced
			case same:
				c.tx = tx
				return c.judged(head), filelock.UnlockWhole(c.file)
			default:
				err = errors.Join(filelock.ErrLocked, filelock.Unlock(c.file, at, 1))
			}
		}
		tx.Rollback()
		if !errors.Is(err, filelock.ErrLocked) {
			return boltHead{}, err
		}
		runtime.Gosched()
	}
	return boltHead{}, bolterrors.ErrTimeout
}

// same reports whether a transaction is on the state of the head.
func (h boltHead) same(tx *bolt.Tx) bool {
	return uint64(tx.ID()) == h.txid && tx.Size() == int64(h.pages)*pageSize && uint64(tx.Cursor().Bucket().Root()) == h.root
}

// judged is the head with another look at the other one, which looks damaged while a
// writer writes it.
func (c *Corpus) judged(head boltHead) boltHead {
	for try := 0; head.other != headWhole && try < 20 && (try == 0 || c.Written()); try++ {
		time.Sleep(time.Millisecond)
		if again, err := readHead(c.file); err == nil && again.other == headWhole {
			head.other = headWhole
		}
	}
	return head
}

// Written reports whether another process, or another Corpus of this one, has the file open for
// writing now, as far as the system can tell.
func (c *Corpus) Written() bool { return c.locks && filelock.Locked(c.file, writerByte) }

// pin keeps the state that a write transaction begins from for readers. The caller is
// inside of it.
func (c *Corpus) pin(tx *bolt.Tx) error {
	// bbolt would let a small file that is mapped large grow by 16 MiB, too.
	c.db.AllocSize = int(min(max(tx.Size()/8, 32<<10), 16<<20))
	if !c.shared {
		return nil
	}
	if n := len(c.pins); n > 0 && c.pins[n-1].ID() == tx.ID()-1 {
		return nil // the last transaction came to nothing
	}
	p, err := c.db.Begin(false)
	if err == nil {
		c.pins = append(c.pins, p)
	}
	return err
}

// unpin ends the pins of states before the last one, n, that no process reads.
func (c *Corpus) unpin(n int) {
	kept := c.pins[:0]
	for _, p := range c.pins {
		if p.ID() < n && unlocked(c.file, stateBytes+int64(p.ID()), 1) == nil {
			p.Rollback()
		} else {
			kept = append(kept, p)
		}
	}
	clear(c.pins[len(kept):])
	c.pins = kept
}

// detach closes the file. Reads under way end first.
func (c *Corpus) detach() error {
	c.leave()
	for _, p := range c.pins {
		p.Rollback()
	}
	c.pins = nil
	c.reading.Lock()
	if c.tx != nil {
		c.tx.Rollback()
		c.tx = nil
	}
	c.reading.Unlock()
	switch {
	case c.db != nil:
		return c.db.Close() // waits for other transactions
	case c.file != nil: // bbolt stopped at a damaged file
		c.file.Close()
	}
	return nil
}
