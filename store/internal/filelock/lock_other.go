//go:build !linux || plain

package filelock

import (
	"errors"
	"os"
)

// Other systems have no locks of single bytes that belong to an open file.
// go test -tags plain tests this on Linux.

// Lock is not supported here.
func Lock(*os.File, int64, int64, bool) error { return errors.ErrUnsupported }

// Unlock is not supported here.
func Unlock(*os.File, int64, int64) error { return errors.ErrUnsupported }

// Locked reports false.
func Locked(*os.File, int64) bool { return false }

// ShareWhole is not supported here.
func ShareWhole(*os.File) error { return errors.ErrUnsupported }

// UnlockWhole is not supported here.
func UnlockWhole(*os.File) error { return errors.ErrUnsupported }
