package store

import (
	"io"

	"repost/store/internal/newfile"
)

// WriteFile writes a file whole or not at all: what is at path stays until all of the new is
// on disk, and its mode stays. A link at path stays one.
func WriteFile(path string, data []byte) error { return newfile.Write(path, data) }

// NewFile is a file that appears when it is committed.
type NewFile = newfile.File

// CreateFile is WriteFile for what comes piece by piece: Commit gives the file its name, and
// Drop after that does nothing.
func CreateFile(path string) (*NewFile, error) { return newfile.Create(path) }

// Abandoned reports whether nobody has a corpus, or a file on its way to be one, open for
// writing or reading. Where the system cannot tell, it reports false.
func Abandoned(path string) bool { return newfile.Abandoned(path) }

// Hold makes a file and keeps it locked until it is closed or the process ends: until then it
// is not Abandoned. The error is fs.ErrNotExist if the file was removed before it was locked.
func Hold(path string) (io.Closer, error) { return newfile.Hold(path) }
