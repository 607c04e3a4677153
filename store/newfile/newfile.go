// Package newfile writes files that appear whole or not at all: a corpus, a backup, a page, a
// list. Such a file is written under a temporary name next to its own, .NAME.new and
// digits, and renamed when it is whole and on disk. Until then only its owner may read it;
// then it has the mode of what it replaces or copies, or what the umask leaves. While it is
// written, its writer's byte is locked (package filelock), so that the next process can
// distinguish a file that is being written from one that a killed process has left, and
// remove the latter.
package newfile

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"

	"github.com/zeebo/xxh3"

	"repost/store/internal/filelock"
)

// ErrInUse says that others remove a new file as fast as it is made.
var ErrInUse = errors.New("held by another process")

// File is a file on its way to its name.
type File struct {
	*os.File
	path    string
	mode    fs.FileMode
	folder  string
	inPlace bool
	dropped bool
}

// Begin begins a file that will be at path.
func Begin(path string) (*File, error) {
	RemoveLeft(path)
	for range 100 {
		f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(Name(path))+"*") // mode 0600
		if err != nil {
			return nil, errors.Unwrap(err) // without the name of a moment
		}
		if err := filelock.Lock(f, filelock.Writer, 1, true); err != nil && !errors.Is(err, errors.ErrUnsupported) || gone(f, f.Name()) {
			f.Close() // another process took it for one that was left
			continue
		}
		return &File{File: f, path: path}, nil
	}
	return nil, ErrInUse
}

// Name is the name of a file that is made to replace the one at path; those of Begin are it
// and digits. No name may have more than 255 bytes.
func Name(path string) string {
	base := filepath.Base(path)
	if len(base) > 230 {
		base = fmt.Sprintf("%s%016x", strings.ToValidUTF8(base[:200], ""), xxh3.HashString(base))
	}
	return filepath.Join(filepath.Dir(path), "."+base+".new")
}

func gone(f *os.File, name string) bool {
	own, err := f.Stat()
	there, err2 := os.Lstat(name)
	return err == nil && (err2 != nil || !os.SameFile(own, there))
}

// End gives the file its mode and its name. What is at its path it replaces, or is
// fs.ErrExist. Its errors do not have the name of a moment.
func (f *File) End(mode fs.FileMode, replace bool) error { return Bare(f.end(mode, replace)) }

func (f *File) end(mode fs.FileMode, replace bool) error {
	defer f.Drop()
	if err := cmp.Or(f.Chmod(mode), f.Sync()); err != nil {
		return err
	}
	if runtime.GOOS == "windows" { // where an open file keeps its name
		f.Close()
	}
	err := error(os.ErrInvalid)
	if !replace {
		err = os.Link(f.Name(), f.path)
	}
	if err != nil && !errors.Is(err, fs.ErrExist) { // to be replaced, or a file system without links
		err = os.Rename(f.Name(), f.path)
	}
	return cmp.Or(err, SyncDir(filepath.Dir(f.path)))
}

// folder is what a folder on its way has after the name of the file that is locked for it.
const folder = ".d"

// Folder makes a folder on its way to a name, for which the file only is the lock. Drop
// removes it with all that is in it, if it is still there.
func (f *File) Folder() (string, error) {
	f.folder = f.Name() + folder
	return f.folder, os.Mkdir(f.folder, 0o700)
}

// Drop removes the file if it did not get its name.
func (f *File) Drop() {
	if f.dropped {
		return
	}
	f.dropped = true
	if f.folder != "" {
		os.RemoveAll(f.folder)
	}
	if !f.inPlace && !gone(f.File, f.Name()) {
		os.Remove(f.Name())
	}
	f.Close()
}

// Create begins a file that takes the place of what is at path once it is committed, with its
// mode. A link at path stays one. Next to a device, or a pipe, no file can stand: it is written
// in place.
func Create(path string) (*File, error) {
	to := Linked(path)
	info, err := os.Stat(to)
	if err == nil && !info.Mode().IsRegular() {
		f, err := os.OpenFile(to, os.O_WRONLY, 0)
		return &File{File: f, path: path, inPlace: true}, err
	}
	f, berr := Begin(to)
	if berr != nil {
		return nil, fmt.Errorf("writing %s: %w", path, berr)
	}
	if f.mode = 0o666 &^ Umask(); err == nil {
		f.mode = info.Mode().Perm()
	}
	return f, nil
}

// Commit brings the file to disk and gives it its name.
func (f *File) Commit() error {
	var err error
	if f.inPlace {
		f.dropped = true
		err = f.Close()
	} else {
		err = f.End(f.mode, true)
	}
	if err != nil {
		return fmt.Errorf("writing %s: %w", f.path, Bare(err))
	}
	return nil
}

// Write implements io.Writer. Its errors name the file that is to be.
func (f *File) Write(b []byte) (n int, err error) {
	if n, err = f.File.Write(b); err != nil {
		err = fmt.Errorf("writing %s: %w", f.path, Bare(err))
	}
	return n, err
}

// Bare is an error without the name of a moment.
func Bare(err error) error {
	if err == nil {
		return nil
	}
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		return e.Err
	}
	if e, ok := errors.AsType[*os.LinkError](err); ok {
		return e.Err
	}
	return err
}

// Write writes a file whole or not at all.
func Write(path string, data []byte) error {
	f, err := Create(path)
	if err != nil {
		return err
	}
	defer f.Drop()
	if _, err := f.Write(data); err != nil {
		return err
	}
	return f.Commit()
}

// Linked returns the name of the file that a link leads to: one that takes the place of
// the link would leave what it leads to as it was.
func Linked(path string) string {
	if info, err := os.Lstat(path); err != nil || info.Mode()&fs.ModeSymlink == 0 {
		return path
	}
	if to, err := filepath.EvalSymlinks(path); err == nil {
		return to
	}
	return path
}

// SyncDir brings the names in a folder to disk, where the system can.
func SyncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	err = d.Sync()
	if errors.Is(err, syscall.EINVAL) || errors.Is(err, errors.ErrUnsupported) {
		err = nil // a file system that cannot; the file itself is synced
	}
	return errors.Join(err, d.Close())
}

// RemoveLeft removes unfinished files for path that no process is writing, and the first name of
// the file that is there, which a process that was killed while it gave it its name has left.
func RemoveLeft(path string) {
	dir := filepath.Dir(path)
	there, _ := os.Stat(path)
	entries, _ := os.ReadDir(dir)
	for _, e := range entries {
		digits, ok := strings.CutPrefix(e.Name(), filepath.Base(Name(path)))
		if !ok || !e.Type().IsRegular() || strings.Trim(digits, "0123456789") != "" {
			continue
		}
		name := filepath.Join(dir, e.Name())
		if info, err := e.Info(); err == nil && there != nil && os.SameFile(info, there) || Abandoned(name) {
			os.RemoveAll(name + folder)
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
	return filelock.Lock(f, filelock.Writer, 0, true) == nil // to the end: readers, too
}

// Hold makes a file and keeps it locked until it is closed or the process ends: until then it
// is not Abandoned. The error is fs.ErrNotExist if the file was removed before it was locked.
func Hold(path string) (io.Closer, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, err
	}
	if err := filelock.Lock(f, filelock.Writer, 1, true); err != nil && !errors.Is(err, errors.ErrUnsupported) || gone(f, path) {
		f.Close()
		return nil, fs.ErrNotExist
	}
	return f, nil
}
