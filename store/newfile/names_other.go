//go:build !unix

package newfile

import "io/fs"

// Names returns how many names a file has; here only one is known.
func Names(fs.FileInfo) int { return 1 }
