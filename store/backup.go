package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	bolt "go.etcd.io/bbolt"
)

// Backup writes a copy of the corpus, as one committed state, to a new file at
// path, which appears there when it is whole and on disk. Writers go on meanwhile; what
// they free is not used again until the copy is made, so that the file may grow. It
// refuses a path where something is.
func (c *Corpus) Backup(path string) error {
	return copyTo(path, func(f *os.File) error {
		return c.read(func(tx *bolt.Tx, _ *view) error {
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

// BackupFile is Backup of a corpus that another process may have open, also to write.
// It copies the file, and then looks whether a commit came meanwhile: if not, every
// page of the state that the heads named at first is in the copy as it was, since
// bbolt uses a page that a commit gave up for the one after the next at the earliest,
// and writes the pages of a commit before its head. Else it begins anew, until the
// timeout: while commits come faster than the file can be copied, there is no copy to
// be had this way, and the error is ErrInUse.
func BackupFile(ctx context.Context, path, to string, timeout time.Duration) error {
	if timeout <= 0 {
		timeout = defaultTimeout
	}
	if err := inspect(path); err != nil {
		return err
	}
	from, err := os.Open(path)
	if err != nil {
		return err
	}
	defer from.Close()
	deadline := time.Now().Add(timeout)
	return copyTo(to, func(f *os.File) error {
		for {
			same, err := copyState(f, from)
			switch {
			case err != nil || same:
				return err
			case time.Now().After(deadline):
				return fmt.Errorf("%s: %w, which wrote to it all the %v", path, ErrInUse, timeout)
			}
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-time.After(100 * time.Millisecond):
			}
		}
	})
}

// copyState copies the state that the heads of a file name, and reports whether that
// was the last one until it was copied.
func copyState(to, from *os.File) (bool, error) {
	heads := make([]byte, 2*pageSize)
	if _, err := from.ReadAt(heads, 0); err != nil {
		return false, err
	}
	head, err := readHead(bytes.NewReader(heads))
	if err != nil {
		return false, err
	}
	if _, err := to.Seek(0, io.SeekStart); err != nil {
		return false, err
	}
	rest := io.NewSectionReader(from, int64(len(heads)), int64(head.pages)*pageSize-int64(len(heads)))
	if _, err := io.Copy(to, io.MultiReader(bytes.NewReader(heads), rest)); err != nil {
		return false, err
	}
	if err := to.Truncate(int64(head.pages) * pageSize); err != nil {
		return false, err
	}
	after := make([]byte, len(heads))
	_, err = from.ReadAt(after, 0)
	return bytes.Equal(heads, after), err
}

// copyTo gives a file that fill has written the name path.
func copyTo(path string, fill func(f *os.File) error) error {
	if _, err := os.Lstat(path); err == nil {
		return fmt.Errorf("backing up to %s: %w", path, fs.ErrExist)
	}
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".new*")
	if err != nil {
		return fmt.Errorf("backing up to %s: %w", path, err)
	}
	defer os.Remove(f.Name())
	err = fill(f)
	err = errors.Join(err, f.Chmod(0o644), f.Sync(), f.Close())
	if err == nil {
		_, err = checkPages(f.Name())
	}
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
