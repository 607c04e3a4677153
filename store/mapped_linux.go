//go:build !plain

package store

import "syscall"

// dropPages drops mapped pages. It is advice: whether the system follows it affects only
// memory.
func dropPages(at, size uintptr) {
	_, _, _ = syscall.Syscall(syscall.SYS_MADVISE, at, size, syscall.MADV_DONTNEED)
}
