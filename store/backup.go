package store

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"repost/store/newfile"
)

// Backup writes a copy of the corpus, as one committed state, to a new file at
// path, which appears there when it is whole and on disk, with the mode of the corpus.
// Writers continue meanwhile; pages that they free are not reused until the copy is made,
// so the file may grow. It refuses a path that exists.
func (c *Corpus) Backup(path string) error {
	if err := c.checkOpen(); err != nil {
		return err
	}
	info, err := c.file.Stat()
	if err != nil {
		return c.wrap(err)
	}
	return copyTo(path, info.Mode().Perm()&^newfile.Umask(), func(f *os.File) error {
		to := &copied{file: f}
		err := c.read(func(tx *txn, _ *view) error {
			_, err := f.Seek(0, io.SeekStart)
			if err = cmp.Or(err, f.Truncate(0)); err == nil {
				_, err = tx.WriteTo(to)
			}
			if err == nil && tx.ID()%2 == 1 {
				err = swapHeads(f)
			}
			return err
		})
		if to.err != nil {
			return newfile.Bare(to.err)
		}
		return err
	})
}

// swapHeads swaps what the two heads of a copy say. bbolt writes the newer one first, whatever
// its number is: the next commit would write over it, if that is odd, instead of over the other.
func swapHeads(f *os.File) error {
	b := make([]byte, pageSize+pageHeader+64)
	if _, err := f.ReadAt(b, 0); err != nil {
		return err
	}
	_, err := f.WriteAt(b[pageSize+pageHeader:], pageHeader)
	_, err2 := f.WriteAt(b[pageHeader:][:64], pageSize+pageHeader)
	return errors.Join(err, err2)
}

// copied is a file that keeps why it could not be written, which is no fault of the corpus and
// which bbolt returns as words.
type copied struct {
	file *os.File
	err  error
}

// Write implements io.Writer.
func (c *copied) Write(b []byte) (n int, err error) {
	n, err = c.file.Write(b)
	c.err = cmp.Or(c.err, err)
	return n, err
}

// ReadFrom implements io.ReaderFrom: the system may copy from file to file.
func (c *copied) ReadFrom(r io.Reader) (n int64, err error) {
	n, err = c.file.ReadFrom(r)
	c.err = cmp.Or(c.err, err)
	return n, err
}

// copyTo gives a file that fill has written the name path.
func copyTo(path string, mode fs.FileMode, fill func(f *os.File) error) error {
	err := func() error {
		if _, err := os.Lstat(path); err == nil {
			return fs.ErrExist
		}
		f, err := newfile.Begin(path)
		if err != nil {
			return err
		}
		defer f.Drop()
		if err := fill(f.File); err != nil {
			return err
		}
		head, err := readHead(f)
		if err != nil {
			return err
		}
		if _, err := checkPages(f.File, head, true); err != nil {
			return err
		}
		return f.End(mode, false)
	}()
	if err != nil {
		return fmt.Errorf("backing up to %s: %w", path, err)
	}
	return nil
}
