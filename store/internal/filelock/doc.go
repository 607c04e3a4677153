// Package filelock locks single bytes of open files (Linux, OFD locks): processes tell one
// another by them what they do with a file. A lock is gone when its file is closed or its
// process dies, however it dies.
package filelock

import "errors"

// Writer is the byte that whoever writes to a file locks for itself alone. It is far after the
// end of any file, as are all that are locked.
const Writer = int64(1) << 62

// ErrLocked says that another open file has a lock in the way.
var ErrLocked = errors.New("locked")
