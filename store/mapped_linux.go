//go:build !plain

package store

import "syscall"

// letGo lets go of mapped pages. It is advice: whether it was taken makes no
// difference but to memory.
func letGo(at, size uintptr) {
	_, _, _ = syscall.Syscall(syscall.SYS_MADVISE, at, size, syscall.MADV_DONTNEED)
}
