//go:build !plain

package filelock

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// Lock locks n bytes of a file from at on, all if n is 0, for this open file alone or
// shared with others. It does not wait: ErrLocked says that another one has them. A file
// system without such locks is errors.ErrUnsupported.
func Lock(f *os.File, at, n int64, alone bool) error {
	kind := int16(unix.F_RDLCK)
	if alone {
		kind = unix.F_WRLCK
	}
	return set(f, kind, at, n)
}

// Unlock undoes Lock.
func Unlock(f *os.File, at, n int64) error { return set(f, unix.F_UNLCK, at, n) }

func set(f *os.File, kind int16, at, n int64) error {
	l := unix.Flock_t{Type: kind, Start: at, Len: n}
	for {
		err := unix.FcntlFlock(f.Fd(), unix.F_OFD_SETLK, &l)
		switch {
		case err == unix.EINTR:
			continue
		case err == unix.EAGAIN, err == unix.EACCES:
			return ErrLocked
		case err == unix.EINVAL, err == unix.ENOLCK, errors.Is(err, errors.ErrUnsupported):
			// A kernel before 3.15 says that it is invalid; a file system over a network
			// that has no server for locks says that there are none.
			return errors.ErrUnsupported
		}
		return os.NewSyscallError("fcntl", err)
	}
}

// Locked reports whether another open file has a byte locked for itself alone.
func Locked(f *os.File, at int64) bool {
	l := unix.Flock_t{Type: unix.F_RDLCK, Start: at, Len: 1}
	return unix.FcntlFlock(f.Fd(), unix.F_OFD_GETLK, &l) == nil && l.Type != unix.F_UNLCK
}

// ShareWhole makes the lock of the whole file (flock) a shared one.
func ShareWhole(f *os.File) error {
	err := unix.Flock(int(f.Fd()), unix.LOCK_SH|unix.LOCK_NB)
	if err == unix.EWOULDBLOCK { // another program got it just then
		return ErrLocked
	}
	return err
}

// UnlockWhole drops the lock of the whole file.
func UnlockWhole(f *os.File) error { return unix.Flock(int(f.Fd()), unix.LOCK_UN) }
