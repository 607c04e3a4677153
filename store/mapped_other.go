//go:build !linux || plain

package store

func letGo(_, _ uintptr) {}
