package store

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Backup writes a copy of the corpus, as one committed state, to a new file at
// path, which appears there when it is whole and on disk. Writers go on meanwhile; what
// they free is not used again until the copy is made, so that the file may grow. It
// refuses a path where something is.
func (c *Corpus) Backup(path string) error {
	return copyTo(path, func(f *os.File) error {
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
func copyTo(path string, fill func(f *os.File) error) error {
	if _, err := os.Lstat(path); err == nil {
		return fmt.Errorf("backing up to %s: %w", path, fs.ErrExist)
	}
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".new*")
	if err != nil {
		return fmt.Errorf("backing up to %s: %w", path, errors.Unwrap(err)) // without the name of a moment
	}
	defer os.Remove(f.Name())
	err = fill(f)
	if err == nil {
		var head boltHead
		if head, err = readHead(f); err == nil {
			_, err = checkPages(f, head, true)
		}
	}
	err = errors.Join(err, f.Chmod(0o644), f.Sync(), f.Close())
	if err == nil {
		err = os.Link(f.Name(), path)
		if err != nil && !errors.Is(err, fs.ErrExist) { // a file system without links
			err = os.Rename(f.Name(), path)
		}
	}
	if err != nil {
		return fmt.Errorf("backing up to %s: %w", path, err)
	}
	return syncDir(filepath.Dir(path))
}
