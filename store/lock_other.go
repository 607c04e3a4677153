//go:build !linux || plain

package store

import (
	"errors"
	"os"
)

// Other systems have no locks of single bytes that belong to an open file. There the
// lock of bbolt on the whole file is the only one: one process writes, or several read.
// go test -tags plain tests this on Linux.

const mapSize = 0

func lock(*os.File, int64, int64, bool) error { return errors.ErrUnsupported }
func unlock(*os.File, int64, int64) error     { return errors.ErrUnsupported }
func locked(*os.File, int64) bool             { return false }
func shareFlock(*os.File) error               { return errors.ErrUnsupported }
func dropFlock(*os.File) error                { return errors.ErrUnsupported }
