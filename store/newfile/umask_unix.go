//go:build unix

package newfile

import (
	"io/fs"
	"os"
	"sync"
	"syscall"
)

// Umask is what the process takes from the mode of a new file. It can only be read by being
// set; for that moment nothing is given away.
var Umask = sync.OnceValue(func() fs.FileMode {
	m := syscall.Umask(0o077)
	syscall.Umask(m)
	return fs.FileMode(m) & fs.ModePerm
})

// KeepOwner gives a file the owner of the one that it replaces, where it may: what the
// administrator compacts stays the user's.
func KeepOwner(name string, of fs.FileInfo) {
	if s, ok := of.Sys().(*syscall.Stat_t); ok {
		_ = os.Lchown(name, int(s.Uid), int(s.Gid))
	}
}
