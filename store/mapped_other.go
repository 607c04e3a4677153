//go:build !linux || plain

package store

func dropPages(_, _ uintptr) {}
