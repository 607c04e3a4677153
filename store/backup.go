package store

import (
	"fmt"
	"io/fs"
	"os"
	"repost/store/internal/newfile"
)

// Backup writes a copy of the corpus, as one committed state, to a new file at
// path, which appears there when it is whole and on disk, with the mode of the corpus. Writers go on meanwhile; what
// they free is not used again until the copy is made, so that the file may grow. It
// refuses a path where something is.
func (c *Corpus) Backup(path string) error {
	info, err := c.file.Stat()
	if err != nil {
		return c.wrap(err)
	}
	return copyTo(path, info.Mode().Perm()&^newfile.Umask(), func(f *os.File) error {
		return c.read(func(tx *txn, _ *view) error {
			if err := f.Truncate(0); err != nil {
				return err
			}
			if _, err := f.Seek(0, 0); err != nil {
				return err
			}
			_, err := tx.WriteTo(f)
			return err
		})
	})
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
