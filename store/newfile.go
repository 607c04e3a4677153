package store

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// A file that is written anew, a corpus or a page, comes to be under a name of a moment next
// to its own, .NAME.new and digits, and gets its name when it is whole and on disk. Until
// then nobody but its owner may read it; then it has the mode of what it replaces or copies,
// or what the umask leaves. While it is written its writer's byte is locked (share.go), so
// that who comes next can tell one that is under way from one that a killed process has
// left, and removes that.

// newFile is a file on its way to its name.
type newFile struct {
	*os.File
	path    string
	dropped bool
}

// beginFile begins a file that will be at path.
func beginFile(path string) (*newFile, error) {
	removeLeft(path)
	for range 100 {
		f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".new*") // mode 0600
		if err != nil {
			return nil, errors.Unwrap(err) // without the name of a moment
		}
		if err := lock(f, writerByte, 1, true); err != nil && !errors.Is(err, errors.ErrUnsupported) || gone(f, f.Name()) {
			f.Close() // another process took it for one that was left
			continue
		}
		return &newFile{File: f, path: path}, nil
	}
	return nil, ErrInUse
}

func gone(f *os.File, name string) bool {
	own, err := f.Stat()
	there, err2 := os.Lstat(name)
	return err == nil && (err2 != nil || !os.SameFile(own, there))
}

// end gives the file its mode and its name. What is at its path it replaces, or is
// fs.ErrExist.
func (f *newFile) end(mode fs.FileMode, replace bool) error {
	defer f.drop()
	if err := cmp.Or(f.Chmod(mode), f.Sync()); err != nil {
		return err
	}
	err := error(os.ErrInvalid)
	if !replace {
		err = os.Link(f.Name(), f.path)
	}
	if err != nil && !errors.Is(err, fs.ErrExist) { // to be replaced, or a file system without links
		err = os.Rename(f.Name(), f.path)
	}
	return cmp.Or(err, syncDir(filepath.Dir(f.path)))
}

// drop removes the file if it did not get its name.
func (f *newFile) drop() {
	if f.dropped {
		return
	}
	f.dropped = true
	if !gone(f.File, f.Name()) {
		os.Remove(f.Name())
	}
	f.Close()
}

// WriteFile writes a file whole or not at all: what is at path stays until all of the new is
// on disk, and its mode stays. A link at path stays one.
func WriteFile(path string, data []byte) error {
	to := linked(path)
	mode := 0o666 &^ umask()
	if info, err := os.Stat(to); err == nil {
		mode = info.Mode().Perm()
	}
	f, err := beginFile(to)
	if err == nil {
		defer f.drop()
		if _, err = f.Write(data); err == nil {
			err = f.end(mode, true)
		}
	}
	if err != nil {
		return fmt.Errorf("writing %s: %w", path, err)
	}
	return nil
}

// removeLeft removes the files on their way to path that no process writes any more.
func removeLeft(path string) {
	dir, base := filepath.Dir(path), filepath.Base(path)
	entries, _ := os.ReadDir(dir)
	for _, e := range entries {
		digits, ok := strings.CutPrefix(e.Name(), "."+base+".new")
		if !ok || !e.Type().IsRegular() || strings.Trim(digits, "0123456789") != "" {
			continue
		}
		if name := filepath.Join(dir, e.Name()); Abandoned(name) {
			os.Remove(name)
		}
	}
}

// Abandoned reports whether nobody has a corpus, or a file on its way to be one, open for
// writing or reading. Where the system cannot tell, it reports false.
func Abandoned(path string) bool {
	if info, err := os.Lstat(path); err != nil || !info.Mode().IsRegular() {
		return false
	}
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return false
	}
	defer f.Close()
	return lock(f, writerByte, 0, true) == nil // to the end: readers, too
}

// Hold makes a file and keeps it locked until it is closed or the process ends: until then it
// is not Abandoned. The error is fs.ErrNotExist if the file was removed before it was locked.
func Hold(path string) (io.Closer, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, err
	}
	if err := lock(f, writerByte, 1, true); err != nil && !errors.Is(err, errors.ErrUnsupported) || gone(f, path) {
		f.Close()
		return nil, fs.ErrNotExist
	}
	return f, nil
}
