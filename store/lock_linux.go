//go:build !plain

package store

import (
	"errors"
	"os"

	bolterrors "go.etcd.io/bbolt/errors"
	"golang.org/x/sys/unix"
)

// mapSize is how much of the file a writer maps: a corpus may grow to that while it is
// open, and one that is half as large is not shared.
const mapSize = 1 << 40

// lock locks n bytes of a file from at on, all if n is 0, for this open file alone or
// beside other readers. It does not wait: errLocked says that another one has them. A
// file system without such locks is errors.ErrUnsupported.
func lock(f *os.File, at, n int64, alone bool) error {
	kind := int16(unix.F_RDLCK)
	if alone {
		kind = unix.F_WRLCK
	}
	return setLock(f, kind, at, n)
}

func unlock(f *os.File, at, n int64) error { return setLock(f, unix.F_UNLCK, at, n) }

func setLock(f *os.File, kind int16, at, n int64) error {
	l := unix.Flock_t{Type: kind, Start: at, Len: n}
	for {
		err := unix.FcntlFlock(f.Fd(), unix.F_OFD_SETLK, &l)
		switch {
		case err == unix.EINTR:
			continue
		case err == unix.EAGAIN, err == unix.EACCES:
			return errLocked
		case err == unix.EINVAL, errors.Is(err, errors.ErrUnsupported):
			return errors.ErrUnsupported // a kernel before 3.15 says that it is invalid
		}
		return os.NewSyscallError("fcntl", err)
	}
}

// locked reports whether another open file has a byte locked for itself alone.
func locked(f *os.File, at int64) bool {
	l := unix.Flock_t{Type: unix.F_RDLCK, Start: at, Len: 1}
	return unix.FcntlFlock(f.Fd(), unix.F_OFD_GETLK, &l) == nil && l.Type != unix.F_UNLCK
}

// shareFlock lets readers in where bbolt has locked the whole file.
func shareFlock(f *os.File) error {
	err := unix.Flock(int(f.Fd()), unix.LOCK_SH|unix.LOCK_NB)
	if err == unix.EWOULDBLOCK { // another program got it just then
		return bolterrors.ErrTimeout
	}
	return err
}

// dropFlock undoes the lock of bbolt.
func dropFlock(f *os.File) error { return unix.Flock(int(f.Fd()), unix.LOCK_UN) }
