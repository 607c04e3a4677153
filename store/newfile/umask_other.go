//go:build !unix

package newfile

import "io/fs"

// Umask is not known here.
func Umask() fs.FileMode { return 0 }

// KeepOwner does nothing: owners are not known here.
func KeepOwner(string, fs.FileInfo) {}
