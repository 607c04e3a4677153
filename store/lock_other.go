//go:build !linux

package store

import (
	"errors"
	"os"
)

// Other systems have no locks of single bytes that belong to an open file.

const mapSize = 0

func lock(*os.File, int64, int64, bool) error { return errors.ErrUnsupported }
func unlock(*os.File, int64, int64) error     { return errors.ErrUnsupported }
func locked(*os.File, int64) bool             { return false }
func shareFlock(*os.File) error               { return errors.ErrUnsupported }
func dropFlock(*os.File) error                { return errors.ErrUnsupported }
