//go:build unix

package newfile

import (
	"io/fs"
	"syscall"
)

// Names is how many names a file has (hard links).
func Names(info fs.FileInfo) int {
	if s, ok := info.Sys().(*syscall.Stat_t); ok {
		return int(s.Nlink)
	}
	return 1
}
